//! The module list of a Go program: a line each, fields separated by tabs.

use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{END, MAX_MODULES, START};
use crate::lang::field;

struct Module<'a> {
    path: &'a str,
    version: &'a str,
    main: bool,
}

/// Reads the module list, with or without the sentinels around it.
pub(super) fn read_modules(bytes: &[u8]) -> Vec<Package> {
    let bytes = bytes.strip_prefix(&START).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(&END).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut modules: Vec<Module<'_>> = Vec::new();
    let mut settings: Vec<(&str, &str)> = Vec::new();
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
            "build" => settings.extend(line.strip_prefix("build\t").and_then(|setting| setting.split_once('='))),
            _ => {}
        }
    }
    let package = |module: &Module<'_>| {
        let unknown = module.version.is_empty() || module.version == "(devel)";
        let version = if module.main && unknown { main_version(module.path, &settings) } else { None };
        let version = version.unwrap_or_else(|| if unknown { "(devel)".into() } else { module.version.to_owned() });
        Some(Package::new(PackageKind::Go, field(module.path)?, field(&version)?, EvidenceKind::BuildInfo))
    };
    modules.iter().filter_map(package).collect()
}

fn main_version(path: &str, settings: &[(&str, &str)]) -> Option<String> {
    let setting = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    setting("-ldflags").and_then(|flags| version_of_flags(path, flags)).or_else(|| {
        let revision = setting("vcs.revision")?;
        let time: String = setting("vcs.time")?.chars().filter(char::is_ascii_digit).take(14).collect();
        let revision = revision.get(..12)?;
        (time.len() == 14).then(|| format!("v0.0.0-{time}-{revision}"))
    })
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
