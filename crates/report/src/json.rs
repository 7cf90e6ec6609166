//! `--format json`: everything, in the versioned schema of docs/report-json.md.

use std::io::{self, Write};

use plimsoll_model::ScanReport;

use crate::Style;
use crate::schema::Report;

pub(crate) fn write(report: &ScanReport, _: Style, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Report::new(report))?;
    out.write_all(b"\n")
}
