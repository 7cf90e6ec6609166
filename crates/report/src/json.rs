//! `--format json`: everything, in the versioned schema of docs/report-json.md.

use std::io::{self, Write};

use plimsoll_model::ScanReport;

use crate::Style;
use crate::safe_json::write_json;
use crate::schema::Report;

pub(crate) fn write(report: &ScanReport, _: Style, out: &mut dyn Write) -> io::Result<()> {
    write_json(&Report::new(report), out)
}
