//! Versions that real advisories name.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use plimsoll_versions::Scheme;
use serde_json::Value;

fn read(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).take(256 << 20);
    std::io::copy(&mut file, &mut bytes).unwrap();
    bytes
}

/// Every distinct version that the feeds name for a scheme; none for schemes without a feed.
fn versions(scheme: Scheme) -> BTreeSet<String> {
    let Some(feeds) = plimsoll_beside::shared("feeds") else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    let ecosystem = match scheme {
        Scheme::Deb => {
            let tracker: Value = serde_json::from_slice(&read(&feeds.join("debian/data.json"))).unwrap();
            collect(&tracker, &["fixed_version"], &mut found);
            return found;
        }
        Scheme::Apk => {
            for release in ["v3.3", "v3.9", "v3.11"] {
                let path = feeds.join("alpine-secdb").join(release).join("main.json");
                let database: Value = serde_json::from_slice(&read(&path)).unwrap();
                for package in database["packages"].as_array().unwrap() {
                    found.extend(
                        package["pkg"]["secfixes"].as_object().into_iter().flat_map(|fixes| fixes.keys().cloned()),
                    );
                }
            }
            return found;
        }
        Scheme::Rpm => "AlmaLinux",
        Scheme::Semver => "crates.io",
        Scheme::Npm => "npm",
        Scheme::Pep440 => "PyPI",
        Scheme::Maven => "Maven",
        Scheme::Rubygems => "RubyGems",
        Scheme::Nuget => "NuGet",
        Scheme::Composer => "Packagist",
        Scheme::Go => "Go",
        Scheme::Bitnami => "Bitnami",
        _ => return found,
    };
    let bytes = read(&feeds.join("osv").join(ecosystem).join("all.zip"));
    let archive = rawzip::ZipArchive::from_slice(&bytes).unwrap();
    for entry in archive.entries() {
        let entry = entry.unwrap();
        let stored = entry.compression_method() == rawzip::CompressionMethod::STORE;
        let entry = archive.get_entry(entry.wayfinder()).unwrap();
        let mut json = Vec::new();
        if stored {
            json.extend_from_slice(entry.data());
        } else {
            std::io::copy(&mut flate2::read::DeflateDecoder::new(entry.data()).take(16 << 20), &mut json).unwrap();
        }
        let Ok(record) = serde_json::from_slice::<Value>(&json) else { continue };
        let in_ecosystem = |affected: &&Value| {
            affected["package"]["ecosystem"].as_str().is_some_and(|name| name.split(':').next() == Some(ecosystem))
        };
        for affected in record["affected"].as_array().into_iter().flatten().filter(in_ecosystem) {
            let ranges = affected["ranges"].as_array().into_iter().flatten();
            for range in ranges.filter(|range| range["type"] != "GIT") {
                collect(&range["events"], &["introduced", "fixed", "last_affected"], &mut found);
            }
            found.extend(
                affected["versions"].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(String::from)),
            );
        }
    }
    found
}

fn collect(value: &Value, keys: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys, found)),
        Value::Object(fields) => {
            for (key, field) in fields {
                match field.as_str() {
                    Some(text) if keys.contains(&key.as_str()) => drop(found.insert(text.to_owned())),
                    _ => collect(field, keys, found),
                }
            }
        }
        _ => {}
    }
}

/// Neighbours in the order of their text, spread over all that there are.
pub(crate) fn pairs(scheme: Scheme, count: usize) -> Vec<(String, String)> {
    let versions: Vec<String> = versions(scheme).into_iter().filter(|version| scheme.check(version).is_ok()).collect();
    let step = (versions.len() / count.max(1)).max(1);
    versions.windows(2).step_by(step).take(count).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[test]
fn nearly_all_versions_of_real_advisories_can_be_read() {
    let mut poor = Vec::new();
    for &scheme in Scheme::ALL {
        let versions = versions(scheme);
        let unread: Vec<&String> = versions.iter().filter(|version| scheme.check(version).is_err()).collect();
        if !versions.is_empty() {
            let shown: Vec<_> = unread.iter().take(12).collect();
            println!("{}: {} of {} cannot be read: {shown:?}", scheme.name(), unread.len(), versions.len());
        }
        if unread.len() * 100 > versions.len() {
            poor.push(scheme);
        }
    }
    assert!(poor.is_empty(), "more than one in a hundred cannot be read: {poor:?}");
}
