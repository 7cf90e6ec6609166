//! Java archives made in memory, and images of them read as the layer reader reads them.

use std::io::{Cursor, Write as _};

use plimsoll_catalog::rows;
use plimsoll_facts::{
    Entry, EntryKind, FileMeta, LayerBuilder, LayerFacts, Limits, MergeOptions, Plan, Section, Sink, Unpacked, Want,
    merge,
};
use plimsoll_model::{FilePath, Gap, GapKind, Inventory};
use zip::write::SimpleFileOptions;

use crate::reading::inspect;

/// An archive of these members.
pub fn jar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Path and text of a `pom.properties`.
pub fn properties(group: &str, artifact: &str, version: &str) -> (String, String) {
    let text = format!("#Created by Apache Maven\nversion={version}\ngroupId={group}\nartifactId={artifact}\n");
    (format!("META-INF/maven/{group}/{artifact}/pom.properties"), text)
}

/// An archive with a manifest of these lines and nothing else.
pub fn jar_with_manifest(lines: &str) -> Vec<u8> {
    let text = format!("Manifest-Version: 1.0\r\n{}\r\n\r\n", lines.replace('\n', "\r\n"));
    jar(&[("META-INF/MANIFEST.MF", text.as_bytes())])
}

/// The facts of a layer of these files.
pub fn layer(files: &[(&str, &[u8])]) -> LayerFacts {
    let plan = Plan::new(&rows(), &[Section::Binaries]);
    let mut reader = Reader { plan: &plan, builder: LayerBuilder::new(&plan, Limits::default()) };
    for (path, bytes) in files {
        let mut wanted = Vec::new();
        plan.by_path(path.as_bytes(), &mut wanted);
        let entry = Entry::new(EntryKind::File, bytes.len() as u64, 0o644, (0, 0), false);
        assert!(reader.builder.entry(path.as_bytes(), b"", entry, !wanted.is_empty()));
        reader.show(path, &[], bytes);
    }
    reader.builder.finish()
}

struct Reader<'a> {
    plan: &'a Plan,
    builder: LayerBuilder<'a>,
}

impl Reader<'_> {
    fn show(&mut self, path: &str, inside: &[FilePath], bytes: &[u8]) {
        let mut wanted = Vec::new();
        match inside.last() {
            Some(member) => self.plan.by_member_path(member.as_bytes(), &mut wanted),
            None => self.plan.by_path(path.as_bytes(), &mut wanted),
        }
        let size = bytes.len() as u64;
        let file = FileMeta { path: path.as_bytes(), inside, kind: EntryKind::File, mode: 0o644, owner: (0, 0), size };
        for row in wanted {
            let inspector = self.plan.rows()[usize::from(row)];
            let mut sink = Sink::new(FilePath::from(path), inside.to_vec());
            if matches!(inspector.want(&file, &bytes[..bytes.len().min(4096)]), Want::Unpack(_)) {
                let members = self.unpack(path, inside, bytes);
                let archive = Unpacked { sha1: None, members, complete: true };
                inspector.unpacked(&file, &archive, &mut sink);
            } else {
                inspect(inspector, &file, bytes, 64 << 10, &mut sink);
            }
            self.builder.found(row, sink);
        }
    }

    fn unpack(&mut self, path: &str, inside: &[FilePath], bytes: &[u8]) -> u64 {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            let member = archive.by_index(at).unwrap();
            let mut way = inside.to_vec();
            way.push(FilePath::from(member.name()));
            let plain = plimsoll_model::read_capped(member, 1 << 26).unwrap();
            self.show(path, &way, &plain);
        }
        archive.len() as u64
    }
}

/// The merged image.
pub fn image(layers: &[LayerFacts]) -> Inventory {
    merge(layers, &rows(), MergeOptions::default())
}

/// An image of one file.
pub fn one(path: &str, bytes: &[u8]) -> Inventory {
    image(&[layer(&[(path, bytes)])])
}

/// `name version place`, a line each.
pub fn lines(inventory: &Inventory) -> Vec<String> {
    let mut lines = Vec::new();
    for found in &inventory.packages {
        for location in found.locations() {
            let inside: String = location.inside.iter().map(|part| format!("!{part}")).collect();
            lines.push(format!("{} {} {}{inside}", found.package.name, found.package.version, location.path));
        }
    }
    lines
}

/// Archives of which it cannot be told what they are.
pub fn nameless(inventory: &Inventory) -> Vec<&Gap> {
    inventory.gaps.iter().filter(|gap| gap.kind == GapKind::NoIdentity).collect()
}
