//! `plimsoll layers`: what each layer brought, changed and removed, and the bytes that nobody sees.

use std::io::{self, Write};

use plimsoll_model::{InstalledPackage, LayerUse};
use serde::Serialize;

use crate::history::{Done, done};
use crate::native::{LayerRow, ShadowedRow, layer, shadowed};
use crate::safe_json::write_json;
use crate::schema::{self, owner_name};
use crate::text::{bytes, count, printable, wrap};
use crate::{Bill, Style};

/// Name and version of the schema.
pub const SCHEMA: &str = "plimsoll.layers/1";
/// Packages of one kind of change that are named in the table.
const NAMED: usize = 12;
/// Hidden files that are named in the table.
const FILES_NAMED: usize = 10;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    plimsoll: &'a str,
    image: schema::Image<'a>,
    layers: Vec<Row<'a>>,
    shadowed_files: Vec<ShadowedRow>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    layer: LayerRow,
    introduced: Vec<Named<'a>>,
    upgraded: Vec<Named<'a>>,
    removed: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    kind: &'static str,
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    presence: &'static str,
}

pub(crate) fn json(bill: &Bill<'_>, _: Style, out: &mut dyn Write) -> io::Result<()> {
    let packages = &bill.inventory.packages;
    let named = |at: u32, from: Option<u32>| {
        packages.get(at as usize).map(|installed| Named {
            kind: installed.package.kind.name(),
            name: &installed.package.name,
            version: &installed.package.version,
            from: from.and_then(|from| packages.get(from as usize)).map(|from| from.package.version.as_str()),
            presence: installed.presence.name(),
        })
    };
    let rows = uses(bill).into_iter().zip(done(bill.inventory, bill.image.layers.len())).map(|(usage, done)| Row {
        layer: layer(&usage),
        introduced: done.introduced.iter().filter_map(|at| named(*at, None)).collect(),
        upgraded: done.upgraded.iter().filter_map(|(from, at)| named(*at, *from)).collect(),
        removed: done.removed.iter().filter_map(|at| named(*at, None)).collect(),
    });
    let document = Document {
        schema: SCHEMA,
        plimsoll: bill.plimsoll_version,
        image: schema::image(bill.image),
        layers: rows.collect(),
        shadowed_files: bill.inventory.shadowed_files.iter().map(shadowed).collect(),
    };
    write_json(&document, out)
}

/// One entry for each layer of the image, whatever could be read of it.
fn uses(bill: &Bill<'_>) -> Vec<LayerUse> {
    let mut layers = bill.inventory.layers.clone();
    layers.resize(bill.image.layers.len(), LayerUse::default());
    layers
}

pub(crate) fn table(bill: &Bill<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let layers = &bill.image.layers;
    let (uses, done) = (uses(bill), done(bill.inventory, layers.len()));
    writeln!(out, "{}", style.bold(&printable(&bill.image.name, 78)))?;
    let stored: u64 = layers.iter().map(|layer| layer.size_bytes).sum();
    let plain: u64 = uses.iter().map(|layer| layer.bytes).sum();
    let hidden: u64 = uses.iter().map(|layer| layer.shadowed_bytes).sum();
    let share = hidden.saturating_mul(100).checked_div(plain).unwrap_or(0);
    writeln!(
        out,
        "  {} · {} stored · {} unpacked · {} of it never seen ({share} %)",
        count(layers.len(), "layer", "layers"),
        bytes(stored),
        bytes(plain),
        bytes(hidden),
    )?;
    for (at, ((info, usage), done)) in layers.iter().zip(&uses).zip(&done).enumerate() {
        let owner = match owner_name(info.owner) {
            "unknown" => String::new(),
            owner => format!(" · {owner}"),
        };
        writeln!(out)?;
        writeln!(
            out,
            "{}{owner} · {} stored · {} unpacked · {}",
            style.bold(&format!("Layer {}", at + 1)),
            bytes(info.size_bytes),
            bytes(usage.bytes),
            count(usage.files as usize, "file", "files"),
        )?;
        if let Some(instruction) = &info.instruction {
            writeln!(out, "  {}", style.dim(&printable(instruction, usize::from(style.width).saturating_sub(2))))?;
        }
        changes(bill, style, done, out)?;
        if usage.shadowed_bytes > 0 {
            let files = count(usage.shadowed_files as usize, "file", "files");
            writeln!(out, "  wastes    {} in {files} that higher layers hide", bytes(usage.shadowed_bytes))?;
        }
        if usage.hides_bytes > 0 {
            writeln!(out, "  hides     {} of lower layers", bytes(usage.hides_bytes))?;
        }
    }
    hidden_files(bill, style, out)
}

fn changes(bill: &Bill<'_>, style: Style, done: &Done, out: &mut dyn Write) -> io::Result<()> {
    let packages = &bill.inventory.packages;
    let get = |at: u32| packages.get(at as usize);
    let plain = |installed: &InstalledPackage| format!("{} {}", installed.package.name, installed.package.version);
    let introduced: Vec<String> = done.introduced.iter().filter_map(|at| get(*at)).map(plain).collect();
    let upgraded = done.upgraded.iter().filter_map(|(from, at)| Some((from.and_then(get), get(*at)?)));
    let upgraded: Vec<String> = upgraded
        .map(|(from, to)| {
            let before = from.map_or("?", |from| from.package.version.as_str());
            format!("{} {before} → {}", to.package.name, to.package.version)
        })
        .collect();
    let removed: Vec<String> = done.removed.iter().filter_map(|at| get(*at)).map(plain).collect();
    for (word, names) in [("brings", introduced), ("changes", upgraded), ("removes", removed)] {
        if names.is_empty() {
            continue;
        }
        let shown: Vec<String> = names.iter().take(NAMED).map(|name| printable(name, 60)).collect();
        let more = names.len().saturating_sub(NAMED);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        let text = format!("{}: {}{tail}", count(names.len(), "package", "packages"), shown.join(", "));
        for (number, line) in wrap(&text, usize::from(style.width).saturating_sub(12)).iter().enumerate() {
            writeln!(out, "  {:<9} {line}", if number == 0 { word } else { "" })?;
        }
    }
    Ok(())
}

fn hidden_files(bill: &Bill<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let files = &bill.inventory.shadowed_files;
    if files.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style.bold("Largest files that are shipped and never seen"))?;
    for file in files.iter().take(FILES_NAMED) {
        let place = format!("layer {}, hidden by {}", file.layer + 1, file.by + 1);
        let path_width = usize::from(style.width).saturating_sub(14 + place.len());
        let path = printable(&file.path.to_string(), path_width);
        writeln!(out, "  {:>8}  {path:<path_width$}  {place}", bytes(file.bytes))?;
    }
    Ok(())
}
