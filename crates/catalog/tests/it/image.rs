//! Images described file by file, read as the layer reader reads them and merged.

use std::collections::BTreeMap;
use std::io::Read;

use plimsoll_catalog::rows;
use plimsoll_facts::{
    Entry, EntryKind, FileMeta, LayerBuilder, LayerFacts, Limits, MergeOptions, Plan, Section, Sink, merge,
};
use plimsoll_model::{FilePath, Inventory, Need};

use crate::reading::inspect;

/// One entry of a layer.
#[derive(Clone, Copy)]
pub enum Line<'a> {
    File(&'a str, &'a [u8]),
    Symlink(&'a str, &'a str),
    Whiteout(&'a str),
}

/// The facts of a layer: package databases and metadata, not binaries.
pub fn layer(lines: &[Line<'_>]) -> LayerFacts {
    facts(lines, &[Section::Binaries])
}

/// The facts of a layer, those of binaries too.
pub fn layer_with_binaries(lines: &[Line<'_>]) -> LayerFacts {
    facts(lines, &[])
}

fn facts(lines: &[Line<'_>], left_out: &[Section]) -> LayerFacts {
    let plan = Plan::new(&rows(), left_out);
    let mut builder = LayerBuilder::new(&plan, Limits::default());
    for line in lines {
        let (kind, path, link, bytes) = match *line {
            Line::File(path, bytes) => (EntryKind::File, path, "", bytes),
            Line::Symlink(path, link) => (EntryKind::Symlink, path, link, &b""[..]),
            Line::Whiteout(path) => (EntryKind::Whiteout, path, "", &b""[..]),
        };
        let mut wanted = Vec::new();
        if kind == EntryKind::File {
            plan.by_path(path.as_bytes(), &mut wanted);
            plan.by_magic(bytes, &mut wanted);
        }
        let size = bytes.len() as u64;
        let entry = Entry::new(kind, size, 0o644, (0, 0), false);
        assert!(builder.entry(path.as_bytes(), link.as_bytes(), entry, !wanted.is_empty()));
        for row in wanted {
            let file = FileMeta { path: path.as_bytes(), inside: &[], kind, mode: 0o644, owner: (0, 0), size };
            let mut sink = Sink::new(FilePath::from(path), Vec::new());
            inspect(plan.rows()[usize::from(row)], &file, bytes, 64 << 10, &mut sink);
            builder.found(row, sink);
        }
    }
    builder.finish()
}

/// The merged image.
pub fn image(layers: &[LayerFacts]) -> Inventory {
    merge(layers, &rows(), MergeOptions::default())
}

/// An image of one layer that holds these files.
pub fn files(files: &[(&str, &[u8])]) -> Inventory {
    let lines: Vec<_> = files.iter().map(|(path, bytes)| Line::File(path, bytes)).collect();
    image(&[layer(&lines)])
}

/// `name version`, a line each, in the inventory's order.
pub fn lines(inventory: &Inventory) -> Vec<String> {
    let packages = inventory.packages.iter().map(|installed| &installed.package);
    packages.map(|package| format!("{} {}", package.name, package.version)).collect()
}

/// What the first package of a name needs, by name; what it can do without in parentheses.
pub fn needs(inventory: &Inventory, name: &str) -> Vec<String> {
    let found = inventory.packages.iter().find(|installed| installed.package.name == name).unwrap();
    let text = |requirement: &plimsoll_model::Requirement| match requirement.need {
        Need::Always => requirement.name.clone(),
        _ => format!("({})", requirement.name),
    };
    found.package.requires.iter().map(text).collect()
}

/// Whether a person asked for each package.
pub fn direct(inventory: &Inventory) -> Vec<(&str, Option<bool>)> {
    inventory.packages.iter().map(|installed| (installed.package.name.as_str(), installed.package.direct)).collect()
}

/// The files of a real image of one layer, by path; `None` where a checkout stands alone.
pub fn real(name: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let path = plimsoll_beside::shared(&format!("images/{name}"))?;
    let blobs = untar(std::fs::File::open(path).unwrap());
    let blob = |digest: &serde_json::Value| {
        let (algorithm, hex) = digest.as_str().unwrap().split_once(':').unwrap();
        &blobs[&format!("blobs/{algorithm}/{hex}")]
    };
    let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let index = json(&blobs["index.json"]);
    let manifest = json(blob(&index["manifests"][0]["digest"]));
    let [layer] = manifest["layers"].as_array().unwrap().as_slice() else { panic!("{name} has several layers") };
    Some(untar(flate2::read::MultiGzDecoder::new(blob(&layer["digest"]).as_slice())))
}

fn untar(archive: impl Read) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries().unwrap() {
        let entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
            files.insert(path, plimsoll_model::read_capped(entry, 1 << 28).unwrap());
        }
    }
    files
}
