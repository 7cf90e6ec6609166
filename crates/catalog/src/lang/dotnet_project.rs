//! What .NET projects ask NuGet for by exact versions: `packages.config`, `Directory.Packages.props`, and
//! the project files themselves.
//!
//! A plain version is the least that is accepted, and NuGet takes the least. Ranges, `1.*` and properties
//! (`$(Version)`) tell nothing. <https://learn.microsoft.com/nuget/concepts/package-versioning>

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::decode_text;
use crate::json::complaint;
use crate::listing::{Details, Listing, want_lock};
use crate::positions::Positions;

/// Reads the package references of .NET projects.
pub struct DotnetProject;

/// Elements may nest as deeply as that.
const MAX_DEPTH: usize = 64;
/// Bytes of one text that are kept.
const MAX_TEXT_BYTES: usize = 512;

impl Inspect for DotnetProject {
    fn id(&self) -> &'static str {
        "dotnet-project"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Name("packages.config"),
            Pattern::Name("Directory.Packages.props"),
            Pattern::Name("Directory.Build.props"),
            Pattern::Suffix(".csproj"),
            Pattern::Suffix(".fsproj"),
            Pattern::Suffix(".vbproj"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Nuget, out);
        let mut positions = Positions::of(bytes);
        if let Err(why) = each_reference(&decode_text(bytes), |reference| {
            if let Some(version) = exact(&reference.version) {
                let details = Details {
                    // A table of versions for other files says nothing of who asks for them.
                    direct: (!reference.is_central).then_some(true),
                    development: reference.development,
                    position: positions.line_at(reference.at),
                    ..Details::default()
                };
                listing.detailed(&reference.name, version, details);
            }
        }) {
            listing.broken(why);
        }
        listing.finish()
    }
}

/// One reference to a package.
#[derive(Default)]
struct Reference {
    name: String,
    version: String,
    development: bool,
    is_central: bool,
    at: usize,
}

fn each_reference(text: &str, mut each: impl FnMut(&Reference)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut way: Vec<Vec<u8>> = Vec::new();
    // The reference that is open, and at which depth.
    let mut open: Option<(usize, Reference)> = None;
    loop {
        let event = reader.read_event().map_err(|error| complaint(&error))?;
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match event {
            Event::Empty(element) => {
                if let Some(reference) = reference(&element, at) {
                    each(&reference);
                }
            }
            Event::Start(element) => {
                if way.len() >= MAX_DEPTH {
                    return Err(Unreadable::OverLimit(Limit::Depth));
                }
                way.push(element.local_name().as_ref().to_vec());
                if let Some(reference) = reference(&element, at) {
                    open = Some((way.len(), reference));
                }
            }
            Event::Text(text) => {
                if let Some((depth, reference)) = &mut open
                    && way.len() == *depth + 1
                {
                    let text = String::from_utf8_lossy(&text);
                    match way.last().map(Vec::as_slice) {
                        Some(b"Version") if text.len() <= MAX_TEXT_BYTES => {
                            text.trim().clone_into(&mut reference.version);
                        }
                        Some(b"PrivateAssets") => reference.development |= text.trim().eq_ignore_ascii_case("all"),
                        _ => {}
                    }
                }
            }
            Event::End(_) => {
                if open.as_ref().is_some_and(|(depth, _)| *depth == way.len())
                    && let Some((_, reference)) = open.take()
                {
                    each(&reference);
                }
                way.pop();
            }
            Event::Eof if way.is_empty() => return Ok(()),
            Event::Eof => return Err(Unreadable::Truncated),
            _ => {}
        }
    }
}

/// The reference that an element begins, if it is one.
fn reference(element: &BytesStart<'_>, at: usize) -> Option<Reference> {
    let mut reference = Reference { at, ..Reference::default() };
    match element.local_name().as_ref() {
        b"PackageReference" | b"GlobalPackageReference" | b"package" => {}
        b"PackageVersion" => reference.is_central = true,
        _ => return None,
    }
    for attribute in element.attributes().flatten() {
        let value = String::from_utf8_lossy(&attribute.value);
        let value = value.trim();
        match attribute.key.local_name().as_ref() {
            _ if value.len() > MAX_TEXT_BYTES => {}
            b"Include" | b"Update" | b"id" => value.clone_into(&mut reference.name),
            b"Version" | b"version" | b"VersionOverride" => value.clone_into(&mut reference.version),
            b"developmentDependency" => reference.development = value.eq_ignore_ascii_case("true"),
            b"PrivateAssets" => reference.development = value.eq_ignore_ascii_case("all"),
            _ => {}
        }
    }
    (!reference.name.is_empty()).then_some(reference)
}

/// `1.2.3` and `[1.2.3]`.
fn exact(version: &str) -> Option<&str> {
    let version = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version);
    let is_plain = version.starts_with(|letter: char| letter.is_ascii_digit())
        && version.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-+".contains(letter));
    is_plain.then_some(version)
}
