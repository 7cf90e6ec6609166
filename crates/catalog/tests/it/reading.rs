//! Asks one inspector about one file, as the layer reader does.

use plimsoll_catalog::CATALOGERS;
use plimsoll_facts::{EntryKind, FileMeta, Found, Inspect, Limit, Plan, Sink, Unreadable, Want};
use plimsoll_model::{FilePath, Gap, Linked, Package, Program};

/// What one file yielded.
#[derive(Default)]
pub struct Reading {
    pub packages: Vec<Package>,
    pub gaps: Vec<Gap>,
    /// What a Go program was linked from.
    pub linked: Option<Linked>,
    pub programs: Vec<Program>,
    /// Whether the inspector asked for the file's bytes at all.
    pub wanted: bool,
}

impl Reading {
    /// `name version`, a line each, in the order found.
    pub fn lines(&self) -> Vec<String> {
        self.packages.iter().map(|package| format!("{} {}", package.name, package.version)).collect()
    }
}

pub fn inspector(id: &str) -> &'static dyn Inspect {
    CATALOGERS.iter().map(|row| row.inspect).find(|inspect| inspect.id() == id).unwrap()
}

pub fn read(id: &str, path: &str, bytes: &[u8]) -> Reading {
    read_in_windows(id, path, &[], bytes, 64 << 10)
}

pub fn read_in_windows(id: &str, path: &str, inside: &[FilePath], bytes: &[u8], window_bytes: usize) -> Reading {
    let inspector = inspector(id);
    let plan = Plan::new(&[inspector], &[]);
    let mut rows = Vec::new();
    match inside.last() {
        Some(member) => plan.by_member_path(member.as_bytes(), &mut rows),
        None => {
            plan.by_path(path.as_bytes(), &mut rows);
            plan.by_magic(bytes, &mut rows);
        }
    }
    let mut reading = Reading::default();
    if rows.is_empty() {
        return reading;
    }
    let size = bytes.len() as u64;
    let file = FileMeta { path: path.as_bytes(), inside, kind: EntryKind::File, mode: 0o755, owner: (0, 0), size };
    let mut sink = Sink::new(FilePath::from(path), inside.to_vec());
    reading.wanted = inspect(inspector, &file, bytes, window_bytes, &mut sink);
    for (_, found) in sink.into_items() {
        match found {
            Found::Package(package) => reading.packages.push(package),
            Found::Gap(gap) => reading.gaps.push(gap),
            Found::Linked(linked) => reading.linked = Some(linked),
            Found::Program(program) => reading.programs.push(program),
            _ => {}
        }
    }
    reading
}

/// Gives one file to one inspector, as it wants it; says whether it wanted it at all.
pub fn inspect(
    inspector: &dyn Inspect,
    file: &FileMeta<'_>,
    bytes: &[u8],
    window_bytes: usize,
    out: &mut Sink,
) -> bool {
    let result = match inspector.want(file, &bytes[..bytes.len().min(4096)]) {
        Want::No => return false,
        Want::Meta => inspector.whole(file, &[], out),
        Want::Whole { max } if bytes.len() > max => Err(Unreadable::OverLimit(Limit::Size)),
        Want::Whole { .. } => inspector.whole(file, bytes, out),
        Want::Stream { overlap } => {
            let mut stream = inspector.stream(file).unwrap();
            let mut result = Ok(());
            let mut at = 0;
            while at < bytes.len() && result.is_ok() {
                let from = at.saturating_sub(overlap);
                let to = bytes.len().min(at + window_bytes);
                result = stream.window(from as u64, &bytes[from..to], at - from, out);
                at = to;
            }
            result.and_then(|()| stream.end(out))
        }
        Want::Unpack(_) => Ok(()),
    };
    if let Err(why) = result {
        out.unreadable(&why);
    }
    true
}

/// Reads hostile versions of a good file: cut short, and with single bits flipped.
pub fn survives_damage(id: &str, path: &str, good: &[u8]) {
    for cut in (0..good.len()).step_by(1 + good.len() / 200) {
        read(id, path, &good[..cut]);
        let mut flipped = good.to_vec();
        flipped[cut] ^= 1 << (cut % 8);
        read(id, path, &flipped);
    }
}

/// Reads any bytes under a path.
pub fn survives_anything(id: &'static str, path: &'static str) {
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(move |bytes: &[u8]| {
        read(id, path, bytes);
    });
}

/// Whether a system tool is there; under `CI` it must be.
pub fn has_tool(tool: &str) -> bool {
    let found = std::process::Command::new(tool).arg("--help").output().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "{tool} is not installed");
        println!("skipped: {tool} is not installed");
    }
    found
}
