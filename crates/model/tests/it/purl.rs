//! A package's URL names the package: what is written is read again, for every kind.

use plimsoll_model::{EvidenceKind, Package, PackageKind, PackageUrl, SourcePackage};

/// What a package is drawn from: kind, name, version, epoch, architecture, source, module.
type Drawn = (u8, Vec<u8>, Vec<u8>, u8, Option<u8>, Option<(Vec<u8>, Option<Vec<u8>>)>, Option<Vec<u8>>);

/// Signs that names and versions are made of, among them all that a package URL gives a meaning.
const SIGNS: &[char] =
    &['a', 'Z', '7', '-', '_', '.', '/', ':', '@', '+', '~', '%', '?', '#', '&', '=', ' ', 'ä', '!', '\\'];

fn text(bytes: &[u8]) -> String {
    bytes.iter().take(40).map(|byte| SIGNS[usize::from(*byte) % SIGNS.len()]).collect()
}

fn drawn((kind, name, version, epoch, architecture, source, module): &Drawn) -> Option<Package> {
    let kind = PackageKind::ALL[usize::from(*kind) % PackageKind::ALL.len()];
    let name = Some(text(name)).filter(|name| !name.is_empty())?;
    // Folding reads these as the ends of a name, and of a host.
    let folds = matches!(kind, PackageKind::Pypi | PackageKind::Swift);
    let name = if folds { name.replace(['@', ':', ' '], "-") } else { name };
    let version = if epoch % 3 > 0 { format!("{}:{}", epoch % 3, text(version)) } else { text(version) };
    let mut package = Package::new(kind, name, version, EvidenceKind::InstalledDatabase);
    package.architecture = architecture.map(|at| match kind {
        PackageKind::Go => ["linux/amd64", "windows/arm64", "js/wasm"][usize::from(at) % 3].to_owned(),
        _ => ["amd64", "x86_64", "noarch"][usize::from(at) % 3].to_owned(),
    });
    let source = source.as_ref().map(|(name, version)| SourcePackage {
        name: text(name).replace('@', "-"),
        version: version.as_ref().map_or_else(|| package.version.clone(), |version| text(version).replace('@', "-")),
    });
    package.source = source.filter(|source| !source.name.is_empty() && !source.name.ends_with(".rpm"));
    package.module = module.as_ref().map(|module| text(module)).filter(|module| !module.is_empty());
    Some(package)
}

#[test]
fn every_package_is_read_again_from_its_url() {
    let mut kinds = std::collections::BTreeSet::new();
    plimsoll_fuzzing::check().with_type::<Drawn>().with_iterations(20_000).for_each(|drawn_from| {
        let Some(package) = drawn(drawn_from) else { return };
        let url = package.purl(Some("debian"), Some("12"));
        if written_name(&package).is_empty() {
            return;
        }
        let read = url.parse::<PackageUrl>().unwrap().package().unwrap();
        kinds.insert(package.kind);
        assert_eq!(read.purl(Some("debian"), Some("12")), url);
        let own = |package: &Package| SourcePackage { name: package.name.clone(), version: package.version.clone() };
        let expected = match package.kind {
            // These two have one name however it is written; the URL has that one.
            PackageKind::Pypi | PackageKind::Swift => Package { name: written_name(&package), ..package },
            // Without a word of its source it is built from its own.
            PackageKind::Deb | PackageKind::Apk | PackageKind::Alpm => {
                Package { source: package.source.clone().or_else(|| Some(own(&package))), ..package }
            }
            _ => package,
        };
        assert_eq!(read, expected, "{url}");
    });
    assert_eq!(kinds.len(), PackageKind::ALL.len(), "each kind was drawn");
}

fn written_name(package: &Package) -> String {
    match package.kind {
        PackageKind::Pypi | PackageKind::Swift => package.kind.lookup_name(&package.name),
        _ => package.name.clone(),
    }
}

#[test]
fn any_text_is_read_or_refused() {
    plimsoll_fuzzing::check().with_iterations(20_000).for_each(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        for text in [text.to_string(), format!("pkg:{text}"), format!("pkg:golang/{text}"), format!("pkg:rpm/a?{text}")]
        {
            let Some(package) = text.parse::<PackageUrl>().ok().and_then(|url| url.package()) else { continue };
            let url = package.purl(None, None);
            // What was written once is written the same again, unless it grew past what is read.
            let again = url.parse::<PackageUrl>().ok().and_then(|url| url.package());
            assert!(again.is_none_or(|again| again.purl(None, None) == url), "{text}");
        }
    });
}
