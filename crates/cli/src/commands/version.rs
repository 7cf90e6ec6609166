//! `plimsoll version SCHEME`: compares pairs of versions from standard input.

use std::cmp::Ordering;
use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

use clap::Args;
use plimsoll_versions::Scheme;

/// Options of `version`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads lines `A B` from standard input and prints `<`, `=`, `>`, or `?` with a reason.

Example:
  echo '1.0~rc1 1.0' | plimsoll version deb")]
pub struct Version {
    /// The scheme: deb, rpm, apk, semver, npm, pep440, maven, rubygems, nuget, composer, go,
    /// bitnami, pacman, portage, cran, hackage, pub, jvm, generic.
    #[arg(value_parser = parse_scheme)]
    scheme: Scheme,
}

fn parse_scheme(name: &str) -> Result<Scheme, String> {
    let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
    Scheme::from_name(name).ok_or_else(|| format!("known schemes are {}", names.join(", ")))
}

/// A line longer than this is no pair of versions.
const MAX_LINE_BYTES: u64 = 16 << 10;

impl Version {
    /// Compares until the input ends.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut input = std::io::stdin().lock();
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
            if read == 0 {
                out.flush()?;
                return Ok(ExitCode::SUCCESS);
            }
            if read as u64 == MAX_LINE_BYTES && !line.ends_with(b"\n") {
                input.skip_until(b'\n')?;
            }
            let text = String::from_utf8_lossy(&line);
            let mut words = text.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some(a), Some(b), None) => match self.scheme.compare(a, b) {
                    Ok(Ordering::Less) => writeln!(out, "<")?,
                    Ok(Ordering::Equal) => writeln!(out, "=")?,
                    Ok(Ordering::Greater) => writeln!(out, ">")?,
                    Err(why) => writeln!(out, "? {why}")?,
                },
                (None, ..) => {}
                _ => writeln!(out, "? a line holds two versions, apart by a space")?,
            }
        }
    }
}
