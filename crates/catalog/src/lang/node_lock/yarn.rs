//! `yarn.lock`, of Yarn 1 and of its successors.
//!
//! Both have an unindented line with the descriptors that one package answers (`a@^1, a@^1.1:`),
//! and its fields below it, indented.

use super::split_name;
use crate::listing::Listing;

pub(super) fn read(text: &str, listing: &mut Listing<'_>) {
    let mut descriptor: Option<&str> = None;
    let mut version: Option<&str> = None;
    let mut resolution: Option<&str> = None;
    for line in text.lines().chain(["end:"]) {
        if line.trim_start().starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            if let (Some(descriptor), Some(version)) = (descriptor, version)
                && let Some(name) = name_of(descriptor, resolution)
            {
                listing.package(name, version);
            }
            let first = line.trim_end().trim_end_matches(':').split(", ").next().unwrap_or_default();
            (descriptor, version, resolution) = (Some(unquote(first)), None, None);
        } else if let Some(field) = line.strip_prefix("  ").filter(|field| !field.starts_with(' ')) {
            let Some((key, value)) = field.split_once([' ', ':']) else { continue };
            let value = Some(unquote(value.trim()));
            match key.trim_end_matches(':') {
                "version" => version = value,
                "resolution" => resolution = value,
                _ => {}
            }
        }
    }
}

fn unquote(text: &str) -> &str {
    text.trim_matches('"')
}

/// The package's own name, which for an alias is not the one it is asked for by; `None` for the
/// project's own folders.
fn name_of<'a>(descriptor: &'a str, resolution: Option<&'a str>) -> Option<&'a str> {
    let (name, range) = split_name(resolution.unwrap_or(descriptor))?;
    if ["workspace:", "link:", "portal:", "file:"].iter().any(|protocol| range.starts_with(protocol)) {
        return None;
    }
    match range.strip_prefix("npm:").and_then(split_name) {
        Some((real, _)) if resolution.is_none() => Some(real),
        _ => Some(name),
    }
}
