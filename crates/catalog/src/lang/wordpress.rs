//! Plugins and themes of WordPress: the headers of `wp-content/plugins/NAME/*.php` and
//! `wp-content/themes/NAME/style.css`.
//!
//! The folder names the plugin as its directory does; a plugin of one file lies beside the folders.
//! <https://developer.wordpress.org/plugins/plugin-basics/header-requirements/>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};

/// Reads the headers of plugins and themes.
pub struct Wordpress;

/// WordPress itself looks no further.
const HEADER_BYTES: usize = 8192;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Plugin(&'a str),
    Theme(&'a str),
}

impl Inspect for Wordpress {
    fn id(&self) -> &'static str {
        "wordpress"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".php"), Pattern::Name("style.css")]
    }
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        // Most programs in PHP are none of WordPress.
        if memchr::memmem::find(file.path, b"wp-content/").is_none() {
            return Want::No;
        }
        let mark: &[u8] = match std::str::from_utf8(file.path).ok().and_then(part_of) {
            Some(Part::Plugin(_)) => b"Plugin Name:",
            Some(Part::Theme(_)) => b"Theme Name:",
            None => return Want::No,
        };
        let found = memchr::memmem::find(head, mark).is_some();
        if found { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let path = decode_text(file.path);
        let Some(part) = part_of(&path) else { return Ok(()) };
        let text = decode_text(&bytes[..bytes.len().min(HEADER_BYTES)]);
        let (kind, name) = match part {
            Part::Plugin(name) => (PackageKind::Wordpress, name),
            Part::Theme(name) => (PackageKind::WordpressTheme, name),
        };
        let (Some(name), Some(version)) = (field(name), header(&text, "Version:").and_then(field)) else {
            return Err(Unreadable::syntax("its header has no readable version"));
        };
        let mut package = Package::new(kind, name, version, EvidenceKind::Manifest);
        package.license = header(&text, "License:").and_then(field).map(str::to_owned);
        package.vendor = header(&text, "Author:").and_then(field).map(str::to_owned);
        out.package(package);
        Ok(())
    }
}

fn part_of(path: &str) -> Option<Part<'_>> {
    let folders: Vec<&str> = path.split('/').collect();
    match folders[..] {
        [.., "wp-content", "plugins" | "mu-plugins", name, file] if file.ends_with(".php") => Some(Part::Plugin(name)),
        [.., "wp-content", "plugins" | "mu-plugins", file] => file.strip_suffix(".php").map(Part::Plugin),
        [.., "wp-content", "themes", name, "style.css"] => Some(Part::Theme(name)),
        _ => None,
    }
}

/// A field of the comment that a file begins with, perhaps behind `*`, `#` or `//`.
fn header<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut lines = text.lines().map(|line| line.trim_start_matches([' ', '\t', '*', '#', '/', '@']));
    let value = lines.find_map(|line| line.strip_prefix(key))?;
    Some(value.trim().trim_end_matches("*/").trim())
}
