//! Standard output and error: colours where a person looks, plain text where a program does.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use plimsoll_engine::ScanError;
use plimsoll_report::Style;
use plimsoll_vulndb::travel::TravelError;

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct OutputOptions {
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, env = "PLIMSOLL_COLOR", hide_env = true)]
    pub color: ColorChoice,
    /// No progress and no remarks on standard error.
    #[arg(long, short, global = true, env = "PLIMSOLL_QUIET", hide_env = true)]
    pub quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl OutputOptions {
    /// How a report on standard output should look.
    pub fn style(&self) -> Style {
        let terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !plain,
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<u16>().ok());
        Style { color, width: columns.unwrap_or(80).clamp(60, 200), ..Style::default() }
    }

    /// Whether a person watches standard error.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A remark on standard error.
    pub fn remark(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }
}

/// Writes a file, whole or not at all.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = || path.display().to_string();
    // A device or pipe is written to; only plain files are replaced.
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        let mut out = BufWriter::new(File::create(path).with_context(name)?);
        write(&mut out).with_context(name)?;
        return out.flush().with_context(name);
    }
    let file = tempfile::Builder::new().prefix(".plimsoll-").tempfile_in(folder).with_context(name)?;
    let mut out = BufWriter::new(file);
    write(&mut out).with_context(name)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(name)?;
    make_readable(file.as_file()).with_context(name)?;
    file.persist(path).map_err(|error| error.error).with_context(name)?;
    Ok(())
}

/// Temporary files are for their owner alone; a report is a file like any other.
#[cfg(unix)]
fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &File) -> io::Result<()> {
    Ok(())
}

/// Prints an error with its hint; the exit code of a scan that could not be made.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    // A reader that closed its end early (`| head`) is no failure worth a message.
    let pipe = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    if pipe.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::from(2);
    }
    // Advice is attached last, so it heads the chain of causes; it is no cause.
    let advice = error.downcast_ref::<Advice>();
    let causes: Vec<String> = error.chain().skip(usize::from(advice.is_some())).map(ToString::to_string).collect();
    let mut stderr = anstream::stderr();
    let _ = writeln!(stderr, "\x1b[31;1merror\x1b[0m: {}", causes.join(": "));
    let of_scan = error.chain().find_map(|cause| cause.downcast_ref::<ScanError>()).and_then(ScanError::hint);
    let of_travel = error.chain().find_map(|cause| cause.downcast_ref::<TravelError>()).and_then(TravelError::hint);
    let hint = of_scan.or(of_travel);
    if let Some(hint) = hint.or_else(|| advice.map(|advice| advice.0.clone())) {
        let _ = writeln!(stderr, "\x1b[36mhint\x1b[0m: {hint}");
    }
    ExitCode::from(2)
}

/// What the user can do about an error; attached with `anyhow::Context`.
#[derive(Debug, Clone)]
pub struct Advice(pub String);

impl std::fmt::Display for Advice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Advice {}
