//! Products that were installed without a package manager: told by the name of a file and by the
//! version in it.
//!
//! A row of the table says which files a product has and between which texts its version stands
//! there. Only files with such a name are read, once and in windows: the texts of all classifiers that
//! the name leads to are looked for at the same time. Where a text leads to several versions, another
//! text of the same row decides; if none does the version cannot be told, and a gap says so.
//!
//! Whether a package of the distribution owns the file, so that its feed answers for it, is a matter
//! of the whole image: matching knows (`docs/matching.md`).

mod glob;
mod search;
mod table;
mod template;
mod version;

use std::collections::HashMap;
use std::sync::LazyLock;

use plimsoll_facts::{FileMeta, Inspect, Magic, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::path::name_of;
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use self::search::{OVERLAP, Search};
use super::{PROGRAMS, is_java_class};

/// One product: its files, and where its version stands in them.
#[derive(Debug, Clone, Copy)]
pub struct Classifier {
    /// The product, as its package is named.
    pub name: &'static str,
    /// The kind of that package.
    pub kind: PackageKind,
    /// Compiled programs by name: `#` stands for digits and dots, or nothing.
    pub programs: &'static [&'static str],
    /// Other files by the end of their path.
    pub texts: &'static [&'static str],
    /// Files whose path has the version in it.
    pub named: &'static [&'static str],
    /// Where the version stands in a program or text, the best word first.
    pub versions: &'static [&'static str],
    /// Of these one must stand in the file too; none where name and version are enough.
    pub beside: &'static [&'static str],
    /// Its names by the Common Platform Enumeration, as `vendor:product`.
    pub cpes: &'static [&'static str],
    /// The real programs that it was tried on; empty where there were none.
    pub tried: &'static str,
}

/// Every classifier, in the order of the documentation.
#[must_use]
pub fn classifiers() -> &'static [Classifier] {
    &TABLE
}

static TABLE: LazyLock<Vec<Classifier>> = LazyLock::new(table::rows);
static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

impl Classifier {
    /// The product in this version.
    fn package(&self, version: &str, evidence: EvidenceKind) -> Package {
        let mut package = Package::new(self.kind, self.name, version, evidence);
        package.cpes = self.cpes.iter().map(|product| cpe(product, version)).collect();
        package
    }
}

/// `cpe:2.3:a:vendor:product:9.2:p1:…`: what comes behind the numbers of a version stands apart.
fn cpe(product: &str, version: &str) -> String {
    let numbers = version.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(version.len());
    let (numbers, update) = match &version[numbers..] {
        "" => (version, "*"),
        letter if letter.len() == 1 => (version, "*"),
        update => (&version[..numbers], update.trim_start_matches(['-', '.', '~', '_'])),
    };
    let escaped = update.replace('-', "\\-");
    format!("cpe:2.3:a:{product}:{}:{escaped}:*:*:*:*:*:*", numbers.trim_end_matches('.'))
}

/// Which rows a file may belong to.
struct Index {
    /// Rows by the letters at the start of their programs' names.
    programs: HashMap<&'static str, Vec<(&'static Classifier, &'static str)>>,
    /// Rows by the whole names of their other files, as far as these are the same always.
    names: HashMap<&'static str, Vec<(&'static Classifier, &'static str)>>,
    /// Rows by the ends of names that have the version in them.
    ends: Vec<(&'static str, &'static Classifier, &'static str)>,
    patterns: Vec<Pattern>,
}

impl Index {
    fn new() -> Self {
        let mut index =
            Self { programs: HashMap::new(), names: HashMap::new(), ends: Vec::new(), patterns: PROGRAMS.to_vec() };
        for row in classifiers() {
            for glob in row.programs {
                index.programs.entry(letters(glob)).or_default().push((row, glob));
            }
            for glob in row.texts.iter().chain(row.named) {
                let name = glob.rsplit('/').next().unwrap_or(glob);
                match name.rsplit_once("{version}") {
                    Some((_, end)) => {
                        index.ends.push((end, row, glob));
                        // A name that ends with the version is that of a library, which its bytes lead to.
                        if !end.is_empty() {
                            index.patterns.push(Pattern::Suffix(end));
                        }
                    }
                    None => {
                        index.names.entry(name).or_default().push((row, glob));
                        index.patterns.push(Pattern::Name(name));
                    }
                }
            }
        }
        index
    }

    /// The rows of a file, each with what its name says; `is_program` is `None` where that is not known.
    fn rows<'f>(
        &self,
        file: &'f FileMeta<'_>,
        is_program: Option<bool>,
    ) -> Vec<(&'static Classifier, glob::Filled<'f>)> {
        let path = file.innermost();
        let name = std::str::from_utf8(name_of(path)).unwrap_or_default();
        let mut rows = Vec::new();
        if is_program != Some(false) {
            let path = path.strip_suffix(b".exe").unwrap_or(path);
            let of_letters = self.programs.get(letters(name)).into_iter().flatten();
            rows.extend(of_letters.filter_map(|(row, glob)| Some((*row, glob::matches(glob, path)?))));
        }
        let of_name = self.names.get(name).into_iter().flatten();
        let of_end = self.ends.iter().filter(|(end, ..)| name.ends_with(end)).map(|(_, row, glob)| (row, glob));
        let named = of_name.map(|(row, glob)| (row, glob)).chain(of_end);
        rows.extend(named.filter_map(|(row, glob)| Some((*row, glob::matches(glob, path)?))));
        rows
    }
}

fn letters(name: &str) -> &str {
    &name[..name.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(name.len())]
}

/// Reads programs and files that the table of classifiers knows.
pub struct Classifiers;

impl Inspect for Classifiers {
    fn id(&self) -> &'static str {
        "classifiers"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn section(&self) -> Section {
        Section::Binaries
    }

    fn patterns(&self) -> &'static [Pattern] {
        &INDEX.patterns
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let is_program =
            [Magic::Elf, Magic::Pe, Magic::MachO].iter().any(|magic| magic.matches(head)) && !is_java_class(head);
        let rows = INDEX.rows(file, Some(is_program));
        match rows.iter().all(|(_, filled)| filled.version.is_some()) {
            true if rows.is_empty() => Want::No,
            true => Want::Meta,
            false => Want::Stream { overlap: OVERLAP },
        }
    }

    fn whole(&self, file: &FileMeta<'_>, _: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        for (row, filled) in INDEX.rows(file, None) {
            if let Some(version) = filled.version {
                out.package(row.package(version, EvidenceKind::FileName));
            }
        }
        Ok(())
    }

    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let rows = INDEX.rows(file, None);
        let rows: Vec<_> = rows.into_iter().map(|(row, filled)| (row, filled.digits.to_owned())).collect();
        Some(Box::new(Search::new(&rows)?))
    }
}
