//! The module list of a Go program: a line each, fields separated by tabs.

use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{END, MAX_MODULES, START};
use crate::lang::field;

struct Module<'a> {
    path: &'a str,
    version: &'a str,
    main: bool,
}

/// What the module list says.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// The import path of the package `main`.
    pub path: Option<String>,
    /// The module of the program itself, where the list has it.
    pub main: Option<Package>,
    pub others: Vec<Package>,
    /// `linux/amd64`: for which system and processor the program was built.
    pub platform: Option<String>,
}

/// Reads the module list, with or without the sentinels around it.
pub(super) fn read_modules(bytes: &[u8]) -> Modules {
    let bytes = bytes.strip_prefix(&START).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(&END).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut modules: Vec<Module<'_>> = Vec::new();
    let mut settings: Vec<(&str, &str)> = Vec::new();
    let mut main_path = None;
    for line in text.lines() {
        let mut parts = line.split('\t');
        let key = parts.next().unwrap_or_default();
        let path = parts.next().unwrap_or_default();
        let version = parts.next().unwrap_or_default();
        match key {
            "mod" | "dep" if modules.len() > MAX_MODULES => break,
            "mod" | "dep" => modules.push(Module { path, version, main: key == "mod" }),
            "=>" => {
                if let Some(replaced) = modules.last_mut() {
                    if path.starts_with(['.', '/']) {
                        replaced.version = "(devel)";
                    } else {
                        (replaced.path, replaced.version) = (path, version);
                    }
                }
            }
            "path" => main_path = field(path).map(str::to_owned),
            "build" => settings.extend(line.strip_prefix("build\t").and_then(|setting| setting.split_once('='))),
            _ => {}
        }
    }
    let platform = platform(&settings);
    let package = |module: &Module<'_>| {
        let unknown = module.version.is_empty() || module.version == "(devel)";
        let flags = setting(&settings, "-ldflags").filter(|_| module.main && unknown);
        let commit = || commit_version(&settings).filter(|_| module.main && unknown);
        let version = flags.and_then(|flags| version_of_flags(module.path, flags)).or_else(commit);
        let version = version.unwrap_or_else(|| if unknown { "(devel)".into() } else { module.version.to_owned() });
        let evidence =
            if module.main && version.starts_with("v0.0.0-") { EvidenceKind::Commit } else { EvidenceKind::BuildInfo };
        let mut package = Package::new(PackageKind::Go, field(module.path)?, field(&version)?, evidence);
        package.architecture.clone_from(&platform);
        Some(package)
    };
    let (main, others): (Vec<_>, Vec<_>) = modules.iter().partition(|module| module.main);
    let others = others.into_iter().filter_map(package).collect();
    Modules { main: main.into_iter().find_map(package), others, path: main_path, platform }
}

fn setting<'s>(settings: &[(&str, &'s str)], name: &str) -> Option<&'s str> {
    settings.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
}

/// `linux/amd64` from `GOOS` and `GOARCH`, which every compiler since Go 1.18 leaves in the program.
fn platform(settings: &[(&str, &str)]) -> Option<String> {
    let name = |setting: &&str| {
        (1..=32).contains(&setting.len())
            && setting.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let system = setting(settings, "GOOS").filter(name)?;
    let processor = setting(settings, "GOARCH").filter(name)?;
    Some(format!("{system}/{processor}"))
}

/// The pseudo-version of the commit that the program was built from.
fn commit_version(settings: &[(&str, &str)]) -> Option<String> {
    let revision = setting(settings, "vcs.revision")?.get(..12)?;
    let time: String = setting(settings, "vcs.time")?.chars().filter(char::is_ascii_digit).take(14).collect();
    (time.len() == 14).then(|| format!("v0.0.0-{time}-{revision}"))
}

/// The version in `-X main.version=1.2.3`; a variable of `main` is believed before one of the
/// module's own packages, and that before any other.
fn version_of_flags(path: &str, flags: &str) -> Option<String> {
    // The flags stand quoted if they hold spaces, and so may each of them.
    let plain = flags.replace(['"', '\''], " ").replace("-X=", "-X ");
    let mut best: Option<(u8, &str)> = None;
    for (variable, value) in plain.split_whitespace().filter_map(|word| word.split_once('=')) {
        let Some((package, name)) = variable.rsplit_once('.') else { continue };
        let names = ["version", "appversion", "buildversion", "gitversion", "releaseversion", "currentversion"];
        let digits = value.strip_prefix('v').unwrap_or(value);
        if !names.contains(&name.to_ascii_lowercase().as_str())
            || !digits.starts_with(|letter: char| letter.is_ascii_digit())
            || !digits.contains('.')
        {
            continue;
        }
        let rank = match package {
            "main" => 0,
            _ if package.starts_with(path) => 1,
            _ => 2,
        };
        if best.is_none_or(|(seen, _)| rank < seen) {
            best = Some((rank, digits));
        }
    }
    best.map(|(_, digits)| format!("v{digits}"))
}
