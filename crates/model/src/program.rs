//! What a compiled program says of itself, whatever package it belongs to.

use serde::{Deserialize, Serialize};

use crate::{Location, NameSet};

/// The format of a compiled program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProgramFormat {
    /// ELF, of Linux and most others.
    Elf,
    /// Mach-O, of macOS.
    MachO,
    /// PE, of Windows.
    Pe,
}

impl ProgramFormat {
    /// Kebab-case name for JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elf => "elf",
            Self::MachO => "mach-o",
            Self::Pe => "pe",
        }
    }
}

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProgramRole {
    /// It can be started.
    Executable,
    /// Others load it: a shared library or plugin.
    Library,
    /// An object that is linked or loaded by something else: `.o`, a kernel module.
    Object,
}

impl ProgramRole {
    /// Kebab-case name for JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Executable => "executable",
            Self::Library => "library",
            Self::Object => "object",
        }
    }
}

/// A compiled program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Program {
    /// The format.
    pub format: ProgramFormat,
    /// What it is for.
    pub role: ProgramRole,
    /// The machine that it is for, as Go names it (`amd64`, `arm64`, `riscv64`); `None` for others.
    pub architecture: Option<String>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// The linker's build id, in hexadecimal digits.
    pub build_id: Option<String>,
    /// The name that others load it by (`DT_SONAME`).
    pub soname: Option<String>,
    /// The libraries that it loads (`DT_NEEDED`, imported DLLs), in its order.
    pub needed: Vec<String>,
    /// What packed it (`upx`): what it holds cannot be read then.
    pub packer: Option<String>,
}

impl Program {
    /// What it takes in memory beside itself, about.
    #[must_use]
    pub fn outside_bytes(&self) -> usize {
        let options = [&self.architecture, &self.build_id, &self.soname, &self.packer];
        let options: usize = options.into_iter().flatten().map(String::len).sum();
        options + self.needed.iter().map(|name| size_of::<String>() + name.len()).sum::<usize>()
    }
}

/// What a Go program was linked from, so that it can be told whether a function is in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Linked {
    /// Import paths of the packages with at least one function in the program; and the folders that they
    /// lie in, with a slash at the end.
    pub packages: NameSet,
    /// Functions and methods as advisories name them, behind their package's import path:
    /// `net/http.Server.Serve`, `gopkg.in/yaml.v3.Unmarshal`.
    pub functions: NameSet,
}

impl Linked {
    /// Whether a package of a module, or of a module inside it, is in the program. A module that was
    /// replaced by another is there under its own name alone.
    #[must_use]
    pub fn has_module(&self, path: &str) -> bool {
        self.packages.contains(path) || self.packages.contains(&format!("{path}/"))
    }
}

/// A compiled program that a container would see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstalledProgram {
    /// What it says of itself.
    pub program: Program,
    /// Where it is.
    pub location: Location,
    /// The layer that brought it.
    pub layer: u32,
    /// Index of the package that owns the file, where one does.
    pub owner: Option<u32>,
    /// Whether a package was recognised in the file itself.
    pub recognised: bool,
    /// What it was linked from, of Go programs whose function table could be read.
    pub linked: Option<Linked>,
}
