//! One record of a database: the package's header.
//!
//! Two big-endian numbers (entries of the index, bytes of data), the index (tag, type, offset,
//! count, 16 bytes an entry), the data.
//! <https://rpm-software-management.github.io/rpm/manual/format_header.html>

use plimsoll_facts::Unreadable;
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::relations::{MISSING_IS_FINE, capability, need};
use super::{source_of, version_of};
use crate::installed::{capped, optional_text, owned};
use crate::lang::field;
use crate::relations::Relations;

/// What a header says.
pub(super) struct Record {
    pub(super) package: Package,
    pub(super) relations: Relations,
    /// Hashes of the files that it owns.
    pub(super) files: Vec<u64>,
}

const INDEX_ENTRY_BYTES: usize = 16;
/// Entries of one index; rpm itself refuses more.
const MAX_ENTRIES: usize = 0xffff;
/// Files of one package, and bytes of their paths; far above the largest known.
const MAX_FILES: usize = 1_000_000;
const MAX_PATHS_BYTES: usize = 64 << 20;

const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const TRANSLATED: u32 = 9;

/// Files that a package only claims: they were made by others.
const GHOST: u32 = 1 << 6;

/// Reads a header; `None` for the public keys that rpm keeps among the packages.
pub(super) fn read(blob: &[u8]) -> Result<Option<Record>, Unreadable> {
    let header = Header::parse(blob)?;
    let name = header.identity(header.tags.name, "name")?;
    if name == "gpg-pubkey" {
        return Ok(None);
    }
    let version = header.identity(header.tags.version, "version")?;
    let release = header.identity(header.tags.release, "release")?;
    let epoch = header.tags.epoch.and_then(|entry| header.numbers(entry)?.next()).unwrap_or(0);
    let version = version_of(epoch, &format!("{version}-{release}"));
    let mut package = Package::new(PackageKind::Rpm, name, version, EvidenceKind::InstalledDatabase);
    package.architecture = header.text(header.tags.architecture);
    package.vendor = header.text(header.tags.vendor).or_else(|| header.text(header.tags.packager));
    package.license = header.text(header.tags.license);
    package.source = header.text(header.tags.source).and_then(|file| source_of(&file));
    package.module = header.text(header.tags.module).and_then(|label| stream_of(&label));
    Ok(Some(Record { package, relations: header.relations(), files: header.files() }))
}

/// `name:stream` of a label `name:stream:version:context`.
fn stream_of(label: &str) -> Option<String> {
    let mut parts = label.split(':');
    let (name, stream) = (parts.next()?, parts.next()?);
    (!name.is_empty() && !stream.is_empty()).then(|| format!("{name}:{stream}"))
}

#[derive(Clone, Copy)]
struct Entry {
    kind: u32,
    offset: usize,
    count: usize,
}

/// Where the values that matter are.
#[derive(Default)]
struct Tags {
    name: Option<Entry>,
    version: Option<Entry>,
    release: Option<Entry>,
    epoch: Option<Entry>,
    vendor: Option<Entry>,
    license: Option<Entry>,
    packager: Option<Entry>,
    architecture: Option<Entry>,
    file_states: Option<Entry>,
    file_flags: Option<Entry>,
    source: Option<Entry>,
    provided: Option<Entry>,
    required: Option<Entry>,
    required_flags: Option<Entry>,
    recommended: Option<Entry>,
    suggested: Option<Entry>,
    folder_numbers: Option<Entry>,
    file_names: Option<Entry>,
    folders: Option<Entry>,
    module: Option<Entry>,
}

impl Tags {
    fn slot(&mut self, tag: u32) -> Option<&mut Option<Entry>> {
        Some(match tag {
            1000 => &mut self.name,
            1001 => &mut self.version,
            1002 => &mut self.release,
            1003 => &mut self.epoch,
            1011 => &mut self.vendor,
            1014 => &mut self.license,
            1015 => &mut self.packager,
            1022 => &mut self.architecture,
            1029 => &mut self.file_states,
            1037 => &mut self.file_flags,
            1044 => &mut self.source,
            1047 => &mut self.provided,
            1048 => &mut self.required_flags,
            1049 => &mut self.required,
            1116 => &mut self.folder_numbers,
            1117 => &mut self.file_names,
            1118 => &mut self.folders,
            5046 => &mut self.recommended,
            5049 => &mut self.suggested,
            5096 => &mut self.module,
            _ => return None,
        })
    }
}

struct Header<'a> {
    tags: Tags,
    data: &'a [u8],
}

impl<'a> Header<'a> {
    fn parse(blob: &'a [u8]) -> Result<Self, Unreadable> {
        let entries = number_at(blob, 0).ok_or(Unreadable::Truncated)? as usize;
        let data_bytes = number_at(blob, 4).ok_or(Unreadable::Truncated)? as usize;
        if entries == 0 || entries > MAX_ENTRIES {
            return Err(Unreadable::syntax("a package's header has no plausible index"));
        }
        let data_from = 8 + entries * INDEX_ENTRY_BYTES;
        let index = blob.get(8..data_from).ok_or(Unreadable::Truncated)?;
        let data = blob.get(data_from..).and_then(|rest| rest.get(..data_bytes)).ok_or(Unreadable::Truncated)?;
        let mut tags = Tags::default();
        for entry in index.chunks_exact(INDEX_ENTRY_BYTES) {
            let field = |at| number_at(entry, at).unwrap_or(0);
            if let Some(slot @ None) = tags.slot(field(0)) {
                *slot = Some(Entry { kind: field(4), offset: field(8) as usize, count: field(12) as usize });
            }
        }
        Ok(Self { tags, data })
    }

    /// A part of what the package is, without which the record is of no use.
    fn identity(&self, entry: Option<Entry>, what: &str) -> Result<String, Unreadable> {
        let bytes = entry.and_then(|entry| self.string(entry)).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        let sound = field(&text).filter(|text| !text.contains(char::is_whitespace));
        sound.map(str::to_owned).ok_or_else(|| Unreadable::syntax(format!("a package without a readable {what}")))
    }

    fn text(&self, entry: Option<Entry>) -> Option<String> {
        optional_text(capped(self.string(entry?)?)).filter(|text| text != "(none)")
    }

    /// A string, or the first of several.
    fn string(&self, entry: Entry) -> Option<&'a [u8]> {
        if !matches!(entry.kind, STRING | STRING_ARRAY | TRANSLATED) || entry.count == 0 {
            return None;
        }
        let rest = self.data.get(entry.offset..)?;
        rest.get(..memchr::memchr(0, rest)?)
    }

    /// All strings of an array, if they are all there.
    fn strings(&self, entry: Entry) -> Option<Vec<&'a [u8]>> {
        if entry.kind != STRING_ARRAY || entry.count > MAX_FILES {
            return None;
        }
        let mut rest = self.data.get(entry.offset..)?;
        // Each string has at least its end.
        let mut strings = Vec::with_capacity(entry.count.min(rest.len()));
        for _ in 0..entry.count {
            let end = memchr::memchr(0, rest)?;
            strings.push(&rest[..end]);
            rest = &rest[end + 1..];
        }
        Some(strings)
    }

    fn numbers(&self, entry: Entry) -> Option<impl Iterator<Item = u32> + use<'a>> {
        let bytes = self.data.get(entry.offset..)?.get(..entry.count.checked_mul(4)?)?;
        (entry.kind == INT32).then(|| bytes.chunks_exact(4).map(|four| number_at(four, 0).unwrap_or(0)))
    }

    /// What it needs and offers; nothing of a list that is damaged.
    fn relations(&self) -> Relations {
        let list = |entry: Option<Entry>| entry.and_then(|entry| self.strings(entry)).unwrap_or_default();
        let mut relations = Relations::default();
        list(self.tags.provided).into_iter().for_each(|name| relations.offer_hash(capability(name)));
        let mut flags = self.tags.required_flags.and_then(|entry| self.numbers(entry));
        for name in list(self.tags.required) {
            let flags = flags.as_mut().and_then(Iterator::next).unwrap_or(0);
            let when = if flags & MISSING_IS_FINE == 0 { Need::Always } else { Need::Optional };
            need(when, name, &mut relations);
        }
        for name in [self.tags.recommended, self.tags.suggested].into_iter().flat_map(list) {
            need(Need::Optional, name, &mut relations);
        }
        relations
    }

    /// Hashes of the files that were installed. If the lists do not fit together there are none:
    /// nothing is then suppressed on their account.
    fn files(&self) -> Vec<u64> {
        self.files_if_sound().unwrap_or_default()
    }

    fn files_if_sound(&self) -> Option<Vec<u64>> {
        let names = self.strings(self.tags.file_names?)?;
        let folders = self.strings(self.tags.folders?)?;
        let numbers: Vec<u32> = self.numbers(self.tags.folder_numbers?)?.collect();
        if numbers.len() != names.len() {
            return None;
        }
        let flags: Vec<u32> =
            self.tags.file_flags.and_then(|entry| self.numbers(entry)).map(Iterator::collect).unwrap_or_default();
        let states = self.tags.file_states.and_then(|entry| self.data.get(entry.offset..)?.get(..entry.count));
        let mut files = Vec::with_capacity(names.len());
        let mut left = MAX_PATHS_BYTES;
        let mut path = Vec::new();
        for (at, (name, number)) in names.into_iter().zip(numbers).enumerate() {
            let ghost = flags.get(at).is_some_and(|flags| flags & GHOST != 0);
            let installed = states.and_then(|states| states.get(at)).is_none_or(|state| *state == 0);
            let folder = folders.get(number as usize)?;
            left = left.checked_sub(folder.len() + name.len())?;
            if installed && !ghost {
                path.clear();
                path.extend_from_slice(folder);
                path.extend_from_slice(name);
                files.push(owned(&path));
            }
        }
        Some(files)
    }
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
