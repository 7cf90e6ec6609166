//! Runs `plimsoll` and finds what tests need.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use plimsoll_beside::{is_there, shared};
use serde_json::Value;
use tempfile::TempDir;

/// A run of the program with a cache and a home of its own.
pub struct Program {
    home: TempDir,
}

/// What a run printed, and how it ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.args(arguments).current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        // A scan without a database would ask the feeds; one with an old one would look at the clock.
        command.env("PLIMSOLL_OFFLINE", "true").env("PLIMSOLL_MAX_DB_AGE", "0").stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// A run, and the most memory it held at once, in bytes; `None` where the system does not tell.
    pub fn run_watched(&self, command: &mut Command) -> (Ran, Option<u64>) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = None;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
            peak = peak.max(kilobytes.map(|count| count << 10));
            std::thread::sleep(Duration::from_millis(5));
        }
        (Ran::from(child.wait_with_output().unwrap()), peak)
    }

    /// A scan as JSON, and its exit code.
    pub fn scan(&self, arguments: &[&str]) -> (Value, i32) {
        let ran = self.run(&[&["scan", "--format", "json"], arguments].concat());
        let report = serde_json::from_str(&ran.stdout);
        (report.unwrap_or_else(|error| panic!("{error}: {} {}", ran.stdout, ran.stderr)), ran.code)
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the program must not be killed by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// An image that `scripts/test-images` built.
pub fn built(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-images").join(name);
    is_there(path.exists(), name).then_some(path)
}

/// A database of all real feeds at hand, built once for all tests by the program itself.
pub fn database() -> Option<&'static str> {
    static DATABASE: OnceLock<Option<(TempDir, String)>> = OnceLock::new();
    let built = DATABASE.get_or_init(|| {
        let feeds = shared("feeds")?;
        let folder = tempfile::tempdir().unwrap();
        let program = Program::new();
        let out = folder.path().to_str().unwrap().to_owned();
        let mut command = program.command(&["db", "build", "--from", feeds.to_str().unwrap(), "--out", &out]);
        let ran = Ran::from(command.env("SOURCE_DATE_EPOCH", "1790000000").output().unwrap());
        assert_eq!(ran.code, 0, "{} {}", ran.stdout, ran.stderr);
        Some((folder, out))
    });
    built.as_ref().map(|(_, path)| path.as_str())
}

/// `name@version` of all present packages of a kind, sorted.
pub fn packages(report: &Value, kind: &str) -> Vec<String> {
    let rows = report["packages"].as_array().unwrap().iter();
    let wanted = rows.filter(|row| row["kind"] == kind && row["presence"] == "present");
    let mut names: Vec<String> =
        wanted.map(|row| format!("{}@{}", row["name"].as_str().unwrap(), row["version"].as_str().unwrap())).collect();
    names.sort();
    names.dedup();
    names
}

/// `severity id package version → fix` of every finding, sorted.
pub fn findings(report: &Value) -> Vec<String> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let rows = report["findings"].as_array().unwrap().iter();
    let mut lines: Vec<String> = rows
        .map(|row| {
            let fix = if row["fixed_in"].is_null() { text(row, "fix_state") } else { text(row, "fixed_in") };
            format!(
                "{} {} {} {} -> {fix}",
                text(row, "severity"),
                text(row, "id"),
                text(row, "name"),
                text(row, "version")
            )
        })
        .collect();
    lines.sort();
    lines
}

/// Kinds of the gaps, sorted, each once.
pub fn gaps(report: &Value) -> Vec<&str> {
    let mut kinds: Vec<&str> =
        report["coverage"]["gaps"].as_array().unwrap().iter().map(|gap| gap["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
