//! The way to a repository's updateinfo: `extras-catalog.json` and `mirror.list` of Amazon, `repomd.xml`.

use serde::Deserialize;

use crate::xml::each_child;
use crate::{Download, FeedError, text};

/// Where Amazon's extras are.
const EXTRAS: &str = "https://cdn.amazonlinux.com/2/extras";
/// More extras than that are no catalog of extras.
const EXTRAS_CAP: usize = 1_000;

/// The files that an index names.
///
/// # Errors
/// [`FeedError::Malformed`] where the index is not what its name says.
pub fn follow(index: &Download, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
    let (folder, name) = index.mirror_path.rsplit_once('/').unwrap_or(("", &index.mirror_path));
    match name {
        "extras-catalog.json" => extras(folder, bytes),
        "mirror.list" => repository(folder, bytes),
        _ => updateinfo(index, folder, bytes),
    }
}

#[derive(Deserialize)]
struct Catalog {
    topics: Vec<Topic>,
}

#[derive(Deserialize)]
struct Topic {
    #[serde(rename = "n")]
    name: String,
}

/// Each extra's list of mirrors. One architecture's errata name the packages of all.
fn extras(folder: &str, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
    const EXPECTED: &str = "Amazon's catalog of extras";
    let malformed = |why: String| FeedError::Malformed { expected: EXPECTED, why };
    let catalog: Catalog = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    if catalog.topics.is_empty() || catalog.topics.len() > EXTRAS_CAP {
        return Err(malformed(format!("it has {} topics", catalog.topics.len())));
    }
    let lists = catalog.topics.iter().map(|Topic { name }| {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte));
        if name.is_empty() || !is_plain || name.starts_with('.') {
            return Err(malformed(format!("`{}` is no extra's name", text::one_line(name, 40))));
        }
        let url = format!("{EXTRAS}/{name}/latest/x86_64/mirror.list");
        Ok(Download::index(url, format!("{folder}/extras-{name}/x86_64/mirror.list")))
    });
    lists.collect()
}

/// The first repository of a list of mirrors; the others are the same. Amazon Linux 1 lists them
/// without TLS, which is not taken up.
fn repository(folder: &str, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
    let list = String::from_utf8_lossy(bytes);
    let mut hosts = list.lines().filter_map(|line| {
        let line = line.trim().trim_end_matches('/');
        let rest = line.strip_prefix("https://").or_else(|| line.strip_prefix("http://"))?;
        let is_plain = rest.len() <= 512 && rest.bytes().all(|byte| byte.is_ascii_graphic());
        (is_plain && is_amazons(rest.split('/').next()?)).then_some(rest)
    });
    let Some(rest) = hosts.next() else {
        return Err(FeedError::Malformed { expected: "a list of mirrors", why: "it names none of Amazon's".into() });
    };
    let url = format!("https://{rest}/repodata/repomd.xml");
    Ok(vec![Download::index(url, format!("{folder}/repomd.xml"))])
}

fn is_amazons(host: &str) -> bool {
    host.ends_with(".amazonlinux.com") || host.ends_with(".amazonaws.com")
}

/// The updateinfo of a repository; none where the repository has none.
fn updateinfo(index: &Download, folder: &str, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
    const EXPECTED: &str = "a repository's repomd.xml";
    let malformed = |why: &str| FeedError::Malformed { expected: EXPECTED, why: why.to_owned() };
    let mut found = None;
    each_child(&mut &*bytes, "repomd", EXPECTED, &mut |data| {
        if data.name == "data" && data.attribute("type") == Some("updateinfo") {
            found = found.take().or_else(|| data.child("location")?.attribute("href").map(str::to_owned));
        }
    })?;
    let Some(place) = found else { return Ok(Vec::new()) };
    let base = index.url.strip_suffix("repodata/repomd.xml").ok_or_else(|| malformed("it is not in a repodata"))?;
    let is_plain = place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._+-~".contains(&byte));
    if !is_plain || place.starts_with('/') || place.split('/').any(|part| part == "..") {
        return Err(malformed("its updateinfo is not below the repository"));
    }
    let packing = [".gz", ".xz", ".zst", ".bz2"].into_iter().find(|end| place.ends_with(end)).unwrap_or_default();
    Ok(vec![Download::file(format!("{base}{place}"), format!("{folder}/updateinfo.xml{packing}"))])
}
