//! The index of an archive: where each member is. Names are keys and nothing else: no path of the
//! machine is ever made of one.

use std::collections::HashMap;

use plimsoll_model::{Gap, GapKind};

use super::walk::{Member, MemberKind};
use crate::{ImageError, clean};

/// Longest name of a member that an image could refer to.
const MAX_NAME: usize = 1024;
/// All names together.
const MAX_NAMES_BYTES: usize = 16 << 20;
/// Links that lead to links.
const MAX_LINKS: usize = 16;
/// Most names in the gaps.
const MAX_ODDITIES: usize = 20;

/// Where a member leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// To bytes.
    Bytes { offset: u64, size_bytes: u64 },
    /// To another member.
    Link(String),
}

/// Members by name.
#[derive(Debug, Default)]
pub(crate) struct Members {
    places: HashMap<String, Place>,
    names_bytes: usize,
    oddities: Vec<Gap>,
}

impl Members {
    /// Adds a member; a later one replaces an earlier one of the same name, as unpacking would.
    /// Returns the name under which it is found, if it is a file or link with a usable name.
    pub(crate) fn add(&mut self, member: Member) -> Result<Option<String>, ImageError> {
        if member.kind == MemberKind::Other {
            return Ok(None);
        }
        let name = std::str::from_utf8(&member.name).ok().filter(|name| name.len() <= MAX_NAME);
        let Some(name) = name.and_then(|name| resolve("", name)) else {
            self.remark(&member.name, "a member with an impossible name was left out");
            return Ok(None);
        };
        let Member { link, kind, offset, size_bytes, .. } = member;
        let place = match kind {
            MemberKind::File => Place::Bytes { offset, size_bytes },
            MemberKind::Symlink | MemberKind::HardLink => {
                let folder = if kind == MemberKind::Symlink { parent(&name) } else { "" };
                let target = std::str::from_utf8(&link).ok().filter(|link| link.len() <= MAX_NAME);
                let Some(target) = target.and_then(|target| resolve(folder, target)) else {
                    self.remark(&member.name, "a link that leads out of the archive was left out");
                    return Ok(None);
                };
                Place::Link(target)
            }
            MemberKind::Other => return Ok(None),
        };
        self.names_bytes += name.len() + if let Place::Link(target) = &place { target.len() } else { 0 };
        if self.names_bytes > MAX_NAMES_BYTES {
            return Err(ImageError::Limit {
                what: "the length of all names in the archive".into(),
                limit: MAX_NAMES_BYTES as u64,
            });
        }
        if self.places.insert(name.clone(), place).is_some() {
            self.remark(name.as_bytes(), "there are several members of this name; the last counts");
        }
        Ok(Some(name))
    }

    /// The member of that name, links followed: its own name, and where it is.
    pub(crate) fn find(&self, name: &str) -> Option<(&str, &Place)> {
        let name = resolve("", name)?;
        let mut found = self.places.get_key_value(&name)?;
        for _ in 0..MAX_LINKS {
            let Place::Link(target) = found.1 else { return Some((found.0, found.1)) };
            found = self.places.get_key_value(target)?;
        }
        None
    }

    /// What was odd.
    pub(crate) fn oddities(&self) -> &[Gap] {
        &self.oddities
    }

    fn remark(&mut self, name: &[u8], why: &str) {
        if self.oddities.len() < MAX_ODDITIES {
            let name = clean::name(&String::from_utf8_lossy(&name[..name.len().min(MAX_NAME)]));
            self.oddities.push(Gap::new(GapKind::ArchiveOddity, name, why));
        }
    }
}

fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A name as seen from a folder of the archive, without `.`, `..` and empty parts; `None` if it
/// leads out of the archive or nowhere.
fn resolve(folder: &str, name: &str) -> Option<String> {
    let start = if name.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_resolved_within_the_archive_and_never_out_of_it() {
        assert_eq!(resolve("a/b", "../c/./layer.tar").as_deref(), Some("a/c/layer.tar"));
        assert_eq!(resolve("", "./manifest.json").as_deref(), Some("manifest.json"));
        assert_eq!(resolve("a", "/etc/passwd").as_deref(), Some("etc/passwd"));
        assert_eq!(resolve("a", "../../etc/passwd"), None);
        assert_eq!(resolve("", "../manifest.json"), None);
        assert_eq!(resolve("", "./"), None);
    }
}
