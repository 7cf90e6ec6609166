//! Compares with the tools that define the schemes: one process answers thousands of pairs.
//!
//! A tool reads lines of two versions, apart by a tab, from a file and prints -1, 0, 1, or `x` for what it cannot read.

use std::cmp::Ordering;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use plimsoll_versions::{Scheme, npm_range_contains};

use crate::generate::Dice;
use crate::ordered_pairs;
use crate::real_versions;

const DPKG: &str = r#"while IFS="$(printf '\t')" read -r a b; do
  if dpkg --compare-versions "$a" lt "$b"; then echo -1
  elif dpkg --compare-versions "$a" eq "$b"; then echo 0
  else echo 1; fi
done < "$1""#;

const RPM: &str = r#"%{lua:
for line in io.lines("PAIRS") do
  local a, b = line:match("^(.-)\t(.*)$")
  print(rpm.vercmp(a, b) .. "\n")
end}"#;

const PYTHON: &str = r#"
import sys
from packaging.version import Version
for line in open(sys.argv[1]):
    a, b = line.rstrip("\n").split("\t")
    try:
        a, b = Version(a), Version(b)
    except ValueError:
        print("x")
        continue
    print((a > b) - (a < b))
"#;

const RUBY: &str = r#"
File.foreach(ARGV[0]) do |line|
  a, b = line.chomp.split("\t")
  puts(Gem::Version.correct?(a) && Gem::Version.correct?(b) ? Gem::Version.new(a) <=> Gem::Version.new(b) : "x")
end
"#;

const NODE: &str = r#"
const semver = require(process.argv[2]);
for (const line of require("fs").readFileSync(process.argv[1], "utf8").split("\n").slice(0, -1)) {
  const [a, b] = line.split("\t");
  const readable = semver.valid(a, true) && semver.valid(b, true);
  console.log(readable ? semver.compare(a, b, true) : "x");
}
"#;

const NODE_RANGES: &str = r#"
const semver = require(process.argv[2]);
for (const line of require("fs").readFileSync(process.argv[1], "utf8").split("\n").slice(0, -1)) {
  const [range, version] = line.split("\t");
  const readable = semver.validRange(range) !== null && semver.valid(version);
  console.log(readable ? (semver.satisfies(version, range) ? 1 : 0) : "x");
}
"#;

const JAVA: &str = r#"
import java.nio.file.*;
import org.apache.maven.artifact.versioning.ComparableVersion;
class Compare {
  public static void main(String[] arguments) throws Exception {
    StringBuilder answers = new StringBuilder();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] pair = line.split("\t");
      int order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
      answers.append(Integer.signum(order)).append('\n');
    }
    System.out.print(answers);
  }
}
"#;

/// Whether a tool runs at all. Where it is missing the test is skipped, but never in CI.
fn is_there(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        assert!(std::env::var_os("CI").is_none(), "{program} {arguments:?} does not work, and this is CI");
        println!("skipped: {program} {arguments:?} does not work");
    }
    found
}

fn write_pairs(pairs: &[(String, String)]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for (a, b) in pairs {
        assert!(!a.contains(['\t', '\n']) && !b.contains(['\t', '\n']));
        writeln!(file, "{a}\t{b}").unwrap();
    }
    file.flush().unwrap();
    file
}

fn answers(command: &mut Command, count: usize) -> Vec<Option<i8>> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Option<i8>> =
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(|line| line.parse().ok()).collect();
    assert_eq!(lines.len(), count, "{}", String::from_utf8_lossy(&output.stderr));
    lines
}

fn order(answer: i8) -> Ordering {
    answer.cmp(&0)
}

/// Hand-written, real and generated pairs that the scheme can read.
fn pairs(scheme: Scheme, generated: usize, real: usize, wanted: fn(&str) -> bool) -> Vec<(String, String)> {
    let hand_written = ordered_pairs::pairs(scheme).into_iter().filter(|(_, order, _)| order.is_some());
    let mut pairs: Vec<(String, String)> = hand_written.map(|(a, _, b)| (a, b)).collect();
    pairs.extend(real_versions::pairs(scheme, real));
    pairs.extend(Dice::new().pairs(scheme, generated));
    pairs.retain(|(a, b)| wanted(a) && wanted(b));
    pairs
}

fn assert_agreement(scheme: Scheme, pairs: &[(String, String)], answers: &[Option<i8>]) {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for ((a, b), answer) in pairs.iter().zip(answers) {
        let Some(answer) = *answer else { continue };
        compared += 1;
        let ours = scheme.compare(a, b);
        if ours != Ok(order(answer)) {
            wrong.push(format!("{a} against {b}: {ours:?}, the tool says {:?}", order(answer)));
        }
    }
    println!("{}: {compared} pairs compared with the tool", scheme.name());
    assert!(compared * 2 > pairs.len(), "{scheme:?}: the tool read only {compared} of {} pairs", pairs.len());
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{scheme:?}: {} of {compared}:\n{shown}", wrong.len());
}

#[test]
fn deb_agrees_with_dpkg() {
    if !is_there("dpkg", &["--version"]) {
        return;
    }
    let pairs = pairs(Scheme::Deb, 600, 200, |_| true);
    let file = write_pairs(&pairs);
    let answers = answers(Command::new("sh").args(["-c", DPKG, "sh"]).arg(file.path()), pairs.len());
    assert_agreement(Scheme::Deb, &pairs, &answers);
}

#[test]
fn rpm_agrees_with_rpm() {
    if !is_there("rpm", &["--version"]) {
        return;
    }
    // What rpm prints for no epoch is no epoch that it reads.
    let pairs = pairs(Scheme::Rpm, 6_000, 3_000, |version| !version.starts_with("(none)"));
    let file = write_pairs(&pairs);
    let script = RPM.replace("PAIRS", file.path().to_str().unwrap());
    let answers = answers(Command::new("rpm").args(["--eval", &script]), pairs.len());
    assert_agreement(Scheme::Rpm, &pairs, &answers);
}

#[test]
fn pep440_agrees_with_packaging() {
    if !is_there("python3", &["-c", "import packaging.version"]) {
        return;
    }
    let pairs = pairs(Scheme::Pep440, 6_000, 3_000, |_| true);
    let file = write_pairs(&pairs);
    let answers = answers(Command::new("python3").args(["-c", PYTHON]).arg(file.path()), pairs.len());
    assert!(answers.iter().all(Option::is_some), "packaging refuses a version that was read");
    assert_agreement(Scheme::Pep440, &pairs, &answers);
}

#[test]
fn rubygems_agrees_with_ruby() {
    if !is_there("ruby", &["--version"]) {
        return;
    }
    let pairs = pairs(Scheme::Rubygems, 6_000, 3_000, |_| true);
    let file = write_pairs(&pairs);
    let answers = answers(Command::new("ruby").args(["-e", RUBY]).arg(file.path()), pairs.len());
    assert!(answers.iter().all(Option::is_some), "ruby refuses a version that was read");
    assert_agreement(Scheme::Rubygems, &pairs, &answers);
}

/// npm carries its own copy of the semver package; where it lies depends on who packaged npm.
fn node_semver() -> Option<&'static str> {
    const PLACES: [&str; 4] = [
        "/usr/lib/node_modules/npm/node_modules/semver",
        "/usr/local/lib/node_modules/npm/node_modules/semver",
        "/usr/share/nodejs/semver",
        "semver",
    ];
    let works = |place: &&&str| {
        let script = format!("require({place:?})");
        Command::new("node").args(["-e", &script]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let found = PLACES.iter().find(works).copied();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "node or npm's semver package is missing, and this is CI");
        println!("skipped: node or npm's semver package is missing");
    }
    found
}

#[test]
fn npm_agrees_with_node_semver() {
    let Some(semver) = node_semver() else { return };
    // What the tool reads: three numbers that fit into its own, or it refuses.
    let strict = |version: &str| {
        let core = version.split(['-', '+']).next().unwrap_or_default();
        version.len() < 30 && core.split('.').count() == 3
    };
    for scheme in [Scheme::Npm, Scheme::Semver] {
        let pairs = pairs(scheme, 6_000, 3_000, strict);
        let file = write_pairs(&pairs);
        let answers = answers(Command::new("node").args(["-e", NODE]).arg(file.path()).arg(semver), pairs.len());
        assert_agreement(scheme, &pairs, &answers);
    }
}

#[test]
fn npm_ranges_agree_with_node_semver() {
    let Some(semver) = node_semver() else { return };
    let versions: Vec<&str> = "0.0.0 0.0.1-0 0.0.1 0.0.2-a 0.1.0 0.1.2 0.2.0-0 0.2.0 1.0.0-0 1.0.0-rc.1 1.0.0 1.0.1 \
        1.1.9 1.2.0-0 1.2.0-a 1.2.0-rc.1 1.2.0 1.2.3-rc.1 1.2.3 1.2.4 1.3.0-a 1.3.0 2.0.0-0 2.0.0-a 2.0.0 10.0.0"
        .split_ascii_whitespace()
        .collect();
    let bounds = "0 0.0 0.0.0 0.0.1 0.1 0.1.2 1 1.x 1.2 1.2.x 1.2.* 1.2.3 1.2.3-rc.1 1.2.0-a 1.3.0-a 2 * 2.0.0-0";
    let mut ranges: Vec<String> = vec![String::new()];
    for bound in bounds.split(' ') {
        for sign in ["", "=", "^", "~", "~>", ">", ">=", "<", "<=", "> ", "^ ", "v"] {
            ranges.push(format!("{sign}{bound}"));
        }
        for other in bounds.split(' ') {
            ranges.push(format!("{bound} - {other}"));
            ranges.push(format!(">{bound} <={other}"));
            ranges.push(format!(">={bound} <{other} || {other}"));
        }
    }
    let pairs: Vec<(String, String)> = ranges
        .iter()
        .flat_map(|range| versions.iter().map(move |version| (range.clone(), (*version).to_owned())))
        .collect();
    let file = write_pairs(&pairs);
    let answers = answers(Command::new("node").args(["-e", NODE_RANGES]).arg(file.path()).arg(semver), pairs.len());
    let mut wrong = Vec::new();
    for ((range, version), answer) in pairs.iter().zip(&answers) {
        let ours = npm_range_contains(range, version);
        if ours.as_ref().ok() != answer.map(|answer| answer == 1).as_ref() {
            wrong.push(format!("{version} in {range}: {ours:?}, npm says {answer:?}"));
        }
    }
    println!("npm ranges: {} answers compared", pairs.len());
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {}:\n{shown}", wrong.len(), pairs.len());
}

/// Where Maven's libraries lie, in Debian's package and in Maven's own archive.
fn maven_libraries() -> Option<String> {
    let home = std::env::var("MAVEN_HOME").unwrap_or_default() + "/lib";
    let places = ["/usr/share/maven/lib", "/opt/maven/lib", &home];
    let found = places.into_iter().find(|place| Path::new(place).is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "Maven's libraries are missing, and this is CI");
        println!("skipped: Maven's libraries are missing");
    }
    found.map(|place| format!("{place}/*"))
}

/// Not where `ComparableVersion` runs in circles or differs between Maven's releases: a word or nothing before a dot or
/// hyphen, what weighs nothing between hyphens, a number right after `final`.
fn is_plain_maven(version: &str) -> bool {
    let lower = version.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    let word_before = |at: usize| at > 0 && bytes[at - 1].is_ascii_alphabetic();
    let circular = (0..bytes.len()).any(|at| match bytes[at] {
        b'.' => word_before(at) || at == 0 || !bytes[at - 1].is_ascii_alphanumeric(),
        b'-' => word_before(at) || at == 0 || !bytes[at - 1].is_ascii_alphanumeric(),
        _ => false,
    });
    let weightless =
        lower.match_indices("-0").any(|(at, _)| !bytes.get(at + 2).is_some_and(|next| (b'1'..=b'9').contains(next)));
    let numbered_release = ["final", "ga", "release"].iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| bytes.get(at + word.len()).is_some_and(u8::is_ascii_digit))
    });
    !circular && !numbered_release && !weightless && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
}

#[test]
fn maven_agrees_with_comparable_version() {
    let Some(libraries) = maven_libraries() else { return };
    if !is_there("java", &["-version"]) {
        return;
    }
    let mut pairs = pairs(Scheme::Maven, 8_000, 3_000, is_plain_maven);
    pairs.sort();
    pairs.dedup();
    let file = write_pairs(&pairs);
    let source = tempfile::Builder::new().suffix(".java").tempfile().unwrap();
    source.as_file().write_all(JAVA.as_bytes()).unwrap();
    let answers =
        answers(Command::new("java").args(["-cp", &libraries]).arg(source.path()).arg(file.path()), pairs.len());
    assert_agreement(Scheme::Maven, &pairs, &answers);
}
