//! `pom.xml` of a Maven project: the dependencies that it declares with a literal version.
//!
//! A version that is a property, is inherited or is managed elsewhere is for Maven to find out, and
//! that needs files that are not here. One below `META-INF/maven` came out of an archive and
//! describes what is installed there.

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::json::complaint;
use crate::listing::{Details, Listing, want_lock};
use crate::positions::Positions;

/// Reads the `pom.xml` of projects.
pub struct MavenPom;

/// Elements may nest as deeply as that.
const MAX_DEPTH: usize = 64;
/// Bytes of one coordinate that are kept.
const MAX_TEXT_BYTES: usize = 512;

impl Inspect for MavenPom {
    fn id(&self) -> &'static str {
        "maven-pom"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("pom.xml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let of_archive = memchr::memmem::find(file.path, b"META-INF/maven/").is_some();
        if of_archive { Want::No } else { want_lock(file) }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Maven, out);
        let mut positions = Positions::of(bytes);
        if let Err(why) = each_dependency(bytes, |dependency| {
            let Dependency { group, artifact, version, scope, at } = dependency;
            let literal = |text: &str| !text.is_empty() && !text.contains("${");
            // `[1.0]` is exactly that version; other brackets are ranges.
            let version = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version);
            if literal(group) && literal(artifact) && literal(version) && !version.contains(['[', '(', ',']) {
                let details = Details {
                    direct: Some(true),
                    development: scope == "test",
                    position: positions.line_at(*at),
                    ..Details::default()
                };
                listing.detailed(&format!("{group}:{artifact}"), version, details);
            }
        }) {
            listing.broken(why);
        }
        listing.finish()
    }
}

#[derive(Default)]
struct Dependency {
    group: String,
    artifact: String,
    version: String,
    scope: String,
    /// Where it begins.
    at: usize,
}

const DEPENDENCY: [&[u8]; 3] = [b"project", b"dependencies", b"dependency"];

fn each_dependency(bytes: &[u8], mut each: impl FnMut(&Dependency)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_reader(bytes);
    let mut way: Vec<Vec<u8>> = Vec::new();
    let mut dependency = Dependency::default();
    loop {
        match reader.read_event().map_err(|error| complaint(&error))? {
            Event::Start(start) => {
                if way.len() >= MAX_DEPTH {
                    return Err(Unreadable::OverLimit(Limit::Depth));
                }
                way.push(start.local_name().as_ref().to_vec());
                if is_way(&way, &DEPENDENCY) {
                    let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                    dependency = Dependency { at, ..Dependency::default() };
                }
            }
            Event::Text(text) if way.len() == DEPENDENCY.len() + 1 && is_way(&way[..DEPENDENCY.len()], &DEPENDENCY) => {
                let field = match way[DEPENDENCY.len()].as_slice() {
                    b"groupId" => &mut dependency.group,
                    b"artifactId" => &mut dependency.artifact,
                    b"version" => &mut dependency.version,
                    b"scope" => &mut dependency.scope,
                    _ => continue,
                };
                let text = String::from_utf8_lossy(&text);
                if field.len() + text.len() <= MAX_TEXT_BYTES {
                    field.push_str(text.trim());
                }
            }
            Event::End(_) => {
                if is_way(&way, &DEPENDENCY) {
                    each(&dependency);
                }
                way.pop();
            }
            Event::Eof if way.is_empty() => return Ok(()),
            Event::Eof => return Err(Unreadable::Truncated),
            _ => {}
        }
    }
}

fn is_way(way: &[Vec<u8>], names: &[&[u8]]) -> bool {
    way.len() == names.len() && way.iter().zip(names).all(|(part, name)| part == name)
}
