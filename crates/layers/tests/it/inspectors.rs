//! Small inspectors that say what they were shown.

use plimsoll_facts::{
    FileMeta, Format, Found, Inspect, LayerFacts, Magic, Pattern, Plan, Section, Sink, Stream, Unpacked, Unreadable,
    Want,
};
use plimsoll_layers::{Budget, LayerError, LayerRead, ReadOptions, Threads, read_layer};

/// `*.txt`, whole, to 1 MiB.
pub struct Texts;
/// ELF files, streamed.
pub struct Programs;
/// `*.jar`, unpacked; of their members `note.txt` whole, `*.bin` streamed, `*.jar` unpacked.
pub struct Jars;
/// `*.jar` and `lib/**`, whole to 24 MiB: beside others who want the same file.
pub struct Lengths;

impl Inspect for Texts {
    fn id(&self) -> &'static str {
        "texts"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".txt")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: 1 << 20 }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.fragment(0, bytes);
        Ok(())
    }
}

/// Collects what is new in each window, and checks that the rest was shown before.
struct Collector {
    all: Vec<u8>,
}

impl Stream for Collector {
    fn window(&mut self, at: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let at = at as usize;
        assert_eq!(at + new_from, self.all.len(), "a gap between windows");
        assert_eq!(self.all[at..], bytes[..new_from]);
        // All of the overlap, except where the file is still shorter than it.
        assert!(new_from >= 64.min(self.all.len()), "{new_from} of {}", self.all.len());
        self.all.extend_from_slice(&bytes[new_from..]);
        Ok(())
    }
    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        out.fragment(0, std::mem::take(&mut self.all));
        Ok(())
    }
}

impl Inspect for Programs {
    fn id(&self) -> &'static str {
        "programs"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Binaries
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Magic(Magic::Elf), Pattern::Suffix(".stream")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Stream { overlap: 64 }
    }
    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Collector { all: Vec::new() }))
    }
}

impl Inspect for Jars {
    fn id(&self) -> &'static str {
        "jars"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".jar")]
    }
    fn patterns_inside(&self) -> &'static [Pattern] {
        &[Pattern::Name("note.txt"), Pattern::Suffix(".bin"), Pattern::Suffix(".jar")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        match file.name() {
            b"note.txt" => Want::Whole { max: 1 << 20 },
            name if name.ends_with(b".bin") => Want::Stream { overlap: 64 },
            _ => Want::Unpack(Format::Zip),
        }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.fragment(0, bytes);
        Ok(())
    }
    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Collector { all: Vec::new() }))
    }
    fn unpacked(&self, _: &FileMeta<'_>, archive: &Unpacked, out: &mut Sink) {
        let sha1 = archive.sha1.map_or_else(|| "-".into(), hex);
        let text = format!("{sha1} {} {}", archive.members, archive.complete);
        out.fragment(1, text.into_bytes());
    }
}

impl Inspect for Lengths {
    fn id(&self) -> &'static str {
        "lengths"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".jar"), Pattern::Suffix(".stream"), Pattern::Under("lib", "")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if file.name() == b"ignored" { Want::No } else { Want::Whole { max: 24 << 20 } }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.fragment(2, bytes.len().to_string().into_bytes());
        Ok(())
    }
}

pub const ROWS: &[&dyn Inspect] = &[&Texts, &Programs, &Jars];
pub const ALL_ROWS: &[&dyn Inspect] = &[&Texts, &Programs, &Jars, &Lengths];

pub fn hex(bytes: [u8; 20]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn inline() -> ReadOptions {
    ReadOptions { threads: Threads::Inline, ..ReadOptions::default() }
}

/// Reads a layer on one thread and on three, and checks that both see the same.
pub fn try_read(layer: &[u8]) -> Result<LayerRead, LayerError> {
    try_read_with(layer, ROWS, &inline())
}

pub fn try_read_with(
    layer: &[u8],
    rows: &[&'static dyn Inspect],
    options: &ReadOptions,
) -> Result<LayerRead, LayerError> {
    let plan = Plan::new(rows, &[]);
    let budget = Budget::new(32 << 20);
    let one = read_layer(layer, &plan, &budget, &ReadOptions { threads: Threads::Inline, ..options.clone() });
    let three = read_layer(layer, &plan, &budget, &ReadOptions { threads: Threads::Pipelined, ..options.clone() });
    match (&one, &three) {
        (Ok(one), Ok(three)) => assert_eq!(described(one), described(three)),
        (Err(one), Err(three)) => assert_eq!(one.to_string(), three.to_string()),
        _ => panic!("on one thread {:?}, on three {:?}", one.map(|_| ()), three.map(|_| ())),
    }
    one
}

pub fn read(layer: &[u8]) -> LayerRead {
    try_read(layer).unwrap()
}

pub fn described(read: &LayerRead) -> String {
    let facts = &read.facts;
    let sections: Vec<_> = facts.sections.iter().map(|section| (&section.found, &section.gaps)).collect();
    format!(
        "{:?} {sections:?} {:?} {:?} {:?} {} {}",
        entries(facts),
        facts.gaps,
        read.blob_digest,
        read.diff_id,
        read.blob_bytes,
        read.plain_bytes
    )
}

/// `kind path [-> link]`, a line an entry.
pub fn entries(facts: &LayerFacts) -> Vec<String> {
    let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let line = |entry: plimsoll_facts::EntryRef<'_>| {
        let link = if entry.link.is_empty() { String::new() } else { format!(" -> {}", show(entry.link)) };
        format!("{:?} {}{link}", entry.entry.kind, show(entry.path))
    };
    facts.entries.iter().map(line).collect()
}

/// `path[!inside] kind`, with the fragment's bytes.
pub fn fragments(facts: &LayerFacts) -> Vec<(String, Vec<u8>)> {
    let items = facts.sections.iter().flat_map(|section| &section.found);
    let fragment = |item: &plimsoll_facts::FoundItem| match &item.found {
        Found::Fragment { kind, bytes } => {
            let inside: String = item.location.inside.iter().map(|part| format!("!{part}")).collect();
            Some((format!("{}{inside} {kind}", item.location.path), bytes.to_vec()))
        }
        _ => None,
    };
    items.filter_map(fragment).collect()
}

/// As [`fragments`], with the bytes as text.
pub fn texts(facts: &LayerFacts) -> Vec<String> {
    fragments(facts).into_iter().map(|(at, bytes)| format!("{at} {}", String::from_utf8_lossy(&bytes))).collect()
}

/// `kind subject: detail` of all gaps, those of the archive first.
pub fn gaps(facts: &LayerFacts) -> Vec<String> {
    let of_files = facts.sections.iter().flat_map(|section| &section.found).filter_map(|item| match &item.found {
        Found::Gap(gap) => Some(gap),
        _ => None,
    });
    let sections = facts.sections.iter().flat_map(|section| &section.gaps);
    let all = facts.gaps.iter().chain(sections).chain(of_files);
    all.map(|gap| format!("{} {}: {}", gap.kind.name(), gap.subject, gap.detail)).collect()
}
