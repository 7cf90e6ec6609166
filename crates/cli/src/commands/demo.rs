//! `plimsoll demo`: an image with known faults, scanned before your eyes. No network.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use plimsoll_engine::{AdvisorySource, ScanOptions, SourceOptions, Supply};
use plimsoll_images::SourceSpec;
use plimsoll_matching::MatchOptions;
use plimsoll_model::{Presence, ScanReport, VerdictStatus};
use plimsoll_policy::Gate;

use super::scan::run_scan;
use crate::demo_image;
use crate::output::OutputOptions;

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  plimsoll demo --keep demo.tar && plimsoll scan demo.tar --format json")]
pub struct Demo {
    /// Keep the image in this file.
    #[arg(long, value_name = "FILE")]
    keep: Option<std::path::PathBuf>,
}

impl Demo {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let image = demo_image::build().context("the demo image could not be made")?;
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let path = self.keep.unwrap_or_else(|| folder.path().join("demo.tar"));
        std::fs::write(&path, image).with_context(|| path.display().to_string())?;
        output.remark("plimsoll made an image of three layers: an old Debian base, an application, and a clean-up.\n");
        let advisories = AdvisorySource::starter()?;
        let source = SourceSpec::OciArchive { path, tag: None };
        let options = ScanOptions {
            source: SourceOptions {
                name: Some("demo: harbour-app:1.0".into()),
                verify_diff_ids: true,
                ..SourceOptions::new(source)
            },
            matching: MatchOptions::default(),
            licenses: None,
            gate: Gate::default(),
            severities: None,
        };
        let report = run_scan(Supply::Ready(&advisories), None, &options, output)?;
        let mut out = std::io::stdout().lock();
        let table = plimsoll_report::format("table").context("the format `table` is missing")?;
        (table.write)(&report, output.style(), &mut out)?;
        writeln!(out, "\nA pipeline would have stopped here with exit code {}.", report.verdict.status.exit_code())?;
        writeln!(out, "Try your own: plimsoll scan IMAGE")?;
        check(&report)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The demo is a self-test too: it ends well only if the scan saw what is known to be in the image.
fn check(report: &ScanReport) -> anyhow::Result<()> {
    ensure!(report.verdict.status == VerdictStatus::Fail, "the demo image should have failed the gate");
    for (name, id) in demo_image::FAULTS {
        let found = report.findings.iter().any(|finding| {
            let package = report.inventory.packages.get(finding.package as usize);
            finding.id == *id && package.is_some_and(|package| package.package.name == *name)
        });
        ensure!(found, "the demo should have found {id} in {name}");
    }
    let upgraded = report
        .inventory
        .packages
        .iter()
        .any(|package| package.package.name == "minimist" && package.presence == Presence::Shadowed);
    ensure!(upgraded, "the demo should have seen the upgrade of minimist");
    Ok(())
}
