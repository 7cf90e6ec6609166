//! `plimsoll sbom --format native-json`: the whole inventory, in the versioned schema of
//! docs/inventory-json.md.

use std::io::{self, Write};

use plimsoll_facts::relations;
use plimsoll_licenses::expression;
use plimsoll_model::{
    InstalledLicense, InstalledPackage, InstalledProgram, LayerUse, Package, Position, Presence, ShadowedFile,
};
use serde::Serialize;

use crate::safe_json::write_json;
use crate::schema::{self, location};
use crate::{Bill, Style};

/// Name and version of the schema.
pub const SCHEMA: &str = "plimsoll.inventory/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    plimsoll: &'a str,
    image: schema::Image<'a>,
    system: schema::System<'a>,
    summary: Summary,
    packages: Vec<PackageRow<'a>>,
    relations: Vec<RelationRow>,
    programs: Vec<ProgramRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<LicenseRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileRow>,
    layers: Vec<LayerRow>,
    shadowed_files: Vec<ShadowedRow>,
    gaps: Vec<schema::GapRow<'a>>,
}

#[derive(Serialize)]
struct Summary {
    present: usize,
    declared: usize,
    shadowed: usize,
    entries: u64,
}

#[derive(Serialize)]
struct PackageRow<'a> {
    #[serde(flatten)]
    package: schema::Package<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_expression: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cpes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    direct: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    development: bool,
    sightings: Vec<SightingRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requires: Vec<RequirementRow<'a>>,
}

#[derive(Serialize)]
struct SightingRow {
    location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    evidence: &'static str,
    layer: u32,
}

#[derive(Serialize)]
struct RequirementRow<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    need: &'static str,
}

#[derive(Serialize)]
struct RelationRow {
    from: u32,
    to: u32,
    need: &'static str,
}

#[derive(Serialize)]
struct ProgramRow<'a> {
    location: String,
    layer: u32,
    format: &'static str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture: Option<&'a str>,
    size_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    soname: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    needed: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    packer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<u32>,
    recognised: bool,
}

#[derive(Serialize)]
struct LicenseRow<'a> {
    location: String,
    layer: u32,
    expression: &'a str,
    confidence: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<u32>,
}

#[derive(Serialize)]
struct FileRow {
    path: String,
    package: u32,
}

#[derive(Serialize)]
pub(crate) struct LayerRow {
    files: u64,
    bytes: u64,
    shadowed_files: u64,
    shadowed_bytes: u64,
    hides_bytes: u64,
}

#[derive(Serialize)]
pub(crate) struct ShadowedRow {
    path: String,
    bytes: u64,
    layer: u32,
    by: u32,
}

pub(crate) fn write(bill: &Bill<'_>, _: Style, out: &mut dyn Write) -> io::Result<()> {
    let inventory = bill.inventory;
    let of = |presence: Presence| inventory.packages.iter().filter(|package| package.presence == presence).count();
    let rows = schema::packages(inventory);
    let document = Document {
        schema: SCHEMA,
        plimsoll: bill.plimsoll_version,
        image: schema::image(bill.image),
        system: schema::system(&inventory.identity),
        summary: Summary {
            present: of(Presence::Present),
            declared: of(Presence::Declared),
            shadowed: of(Presence::Shadowed),
            entries: inventory.entries,
        },
        packages: inventory.packages.iter().zip(rows).map(|(installed, row)| package(installed, row)).collect(),
        relations: relations(inventory)
            .into_iter()
            .map(|relation| RelationRow { from: relation.from, to: relation.to, need: relation.need.name() })
            .collect(),
        programs: inventory.programs.iter().map(program).collect(),
        licenses: inventory.licenses.iter().map(license).collect(),
        files: inventory
            .files
            .iter()
            .map(|file| FileRow { path: file.path.to_string(), package: file.package })
            .collect(),
        layers: inventory.layers.iter().map(layer).collect(),
        shadowed_files: inventory.shadowed_files.iter().map(shadowed).collect(),
        gaps: inventory.gaps.iter().map(schema::gap).collect(),
    };
    write_json(&document, out)
}

fn package<'a>(installed: &'a InstalledPackage, row: schema::Package<'a>) -> PackageRow<'a> {
    let Package { license, cpes, direct, development, requires, .. } = &installed.package;
    let sighting = |sighting: &plimsoll_model::Sighting| SightingRow {
        location: location(&sighting.location),
        line: match sighting.position {
            Some(Position::Line(line)) => Some(line),
            _ => None,
        },
        offset: match sighting.position {
            Some(Position::Offset(offset)) => Some(offset),
            _ => None,
        },
        evidence: sighting.evidence.name(),
        layer: sighting.layer,
    };
    let requirement = |requirement: &'a plimsoll_model::Requirement| RequirementRow {
        name: &requirement.name,
        version: requirement.version.as_deref(),
        need: requirement.need.name(),
    };
    PackageRow {
        package: row,
        license_expression: license.as_deref().and_then(expression).map(|found| found.to_string()),
        cpes,
        direct: *direct,
        development: *development,
        sightings: installed.sightings.iter().map(sighting).collect(),
        requires: requires.iter().map(requirement).collect(),
    }
}

fn program(installed: &InstalledProgram) -> ProgramRow<'_> {
    let program = &installed.program;
    ProgramRow {
        location: location(&installed.location),
        layer: installed.layer,
        format: program.format.name(),
        role: program.role.name(),
        architecture: program.architecture.as_deref(),
        size_bytes: program.size_bytes,
        build_id: program.build_id.as_deref(),
        soname: program.soname.as_deref(),
        needed: &program.needed,
        packer: program.packer.as_deref(),
        owner: installed.owner,
        recognised: installed.recognised,
    }
}

fn license(installed: &InstalledLicense) -> LicenseRow<'_> {
    LicenseRow {
        location: location(&installed.location),
        layer: installed.layer,
        expression: &installed.text.expression,
        confidence: installed.text.confidence,
        package: installed.package,
    }
}

pub(crate) fn layer(layer: &LayerUse) -> LayerRow {
    LayerRow {
        files: layer.files,
        bytes: layer.bytes,
        shadowed_files: layer.shadowed_files,
        shadowed_bytes: layer.shadowed_bytes,
        hides_bytes: layer.hides_bytes,
    }
}

pub(crate) fn shadowed(file: &ShadowedFile) -> ShadowedRow {
    ShadowedRow { path: file.path.to_string(), bytes: file.bytes, layer: file.layer, by: file.by }
}
