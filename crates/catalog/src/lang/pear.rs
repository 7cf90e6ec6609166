//! Packages of PEAR and PECL: what PHP's older installer keeps in `.registry`, a file each.

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Unreadable, Want, path_hash};
use plimsoll_model::{EvidenceKind, FilePath, Need, Package, PackageKind, Requirement};

use super::{MAX_FILE_BYTES, field};
use crate::installed::{OwnFiles, own_files};
use crate::php_serialized::Value;
use crate::requirements::Requirements;

/// Reads the registry of PEAR.
pub struct Pear;

/// Fragment kind: the sorted hashes of the package's files.
const FILES: u16 = 0;

impl Inspect for Pear {
    fn id(&self) -> &'static str {
        "pear"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".reg")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        // Packages of other channels lie one folder deeper.
        let mut folders = file.path.rsplit(|byte| *byte == b'/').skip(1).take(2);
        if folders.any(|folder| folder == b".registry") { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let registered = Value::read(bytes)?;
        let text = |value: Option<&Value<'_>>| value.and_then(Value::text).and_then(field).map(str::to_owned);
        // The older form has the name in `package` and the version as a text.
        let name = text(registered.get("name")).or_else(|| text(registered.get("package")));
        let version = registered.get("version");
        let version = text(version).or_else(|| text(version.and_then(|version| version.get("release"))));
        let (Some(name), Some(version)) = (name, version) else {
            return Err(Unreadable::syntax("it has no name or no version"));
        };
        let mut package = Package::new(PackageKind::Pear, name, version, EvidenceKind::InstalledDatabase);
        let license = registered.get("license");
        package.license = text(license).or_else(|| text(license.and_then(|license| license.get("_content"))));
        package.vendor = text(registered.get("channel"));
        package.requires = requires(registered.get("dependencies"));
        out.package(package);
        let installed = registered.get("filelist").map_or(&[][..], Value::entries).iter();
        let files = installed
            .filter_map(|(_, file)| match file.get("installed_as") {
                Some(Value::Text(path)) => Some(path_hash(FilePath::new(path).as_bytes())),
                _ => None,
            })
            .collect();
        out.fragment(FILES, own_files(files));
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&OwnFiles(FILES))
    }
}

/// `{required: {package: {name, …} or a list of these}, optional: …}`
fn requires(dependencies: Option<&Value<'_>>) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    for (group, need) in [("required", Need::Always), ("optional", Need::Optional)] {
        let Some(packages) = dependencies.and_then(|all| all.get(group)?.get("package")) else { continue };
        let one = packages.get("name").map(|_| packages).into_iter();
        for package in one.chain(packages.entries().iter().map(|(_, package)| package)) {
            let conflicts = package.get("conflicts").is_some();
            if let Some(name) = package.get("name").and_then(Value::text).filter(|_| !conflicts) {
                requires.add(name, None, need);
            }
        }
    }
    requires.finish()
}
