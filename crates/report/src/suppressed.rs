//! Matches that are no findings, for people: how many and why; each one where that is asked for.

use std::collections::BTreeMap;
use std::io::{self, Write};

use plimsoll_model::{ScanReport, Suppressed};

use crate::Style;
use crate::text::{count, printable, wrap};

/// Nothing where nothing was suppressed.
pub(crate) fn write(report: &ScanReport, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if report.suppressed.is_empty() {
        return Ok(());
    }
    let text = format!("{} suppressed: {}", count(report.suppressed.len(), "match", "matches"), by_reason(report));
    if style.shows_suppressed {
        return list(report, style, &text, out);
    }
    writeln!(out)?;
    for line in wrap(&format!("{text}; --show-suppressed lists them."), usize::from(style.width).saturating_sub(2)) {
        writeln!(out, "  {}", style.dim(&line))?;
    }
    Ok(())
}

/// `2 owned by os package, 1 dismissed by overlay`; the most first.
fn by_reason(report: &ScanReport) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &report.suppressed {
        *numbers.entry(&row.reason).or_default() += 1;
    }
    let mut numbers: Vec<(&str, usize)> = numbers.into_iter().collect();
    numbers.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let parts: Vec<String> = numbers.iter().map(|(reason, number)| format!("{number} {}", words(reason))).collect();
    parts.join(", ")
}

/// Two lines each: id, package and reason; who says so and why.
fn list(report: &ScanReport, style: Style, title: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for line in wrap(title, usize::from(style.width)) {
        writeln!(out, "{}", style.bold(&line))?;
    }
    let width = usize::from(style.width);
    let ids: Vec<String> = report.suppressed.iter().map(|row| printable(&row.finding.id, 24)).collect();
    let reasons: Vec<String> = report.suppressed.iter().map(|row| printable(&words(&row.reason), 28)).collect();
    let longest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let (id_width, reason_width) = (longest(&ids), longest(&reasons));
    let package_width = width.saturating_sub(2 + id_width + 2 + 2 + reason_width).max(8);
    for ((row, id), reason) in report.suppressed.iter().zip(&ids).zip(&reasons) {
        let package = printable(&package(report, row), package_width);
        writeln!(out, "  {id:<id_width$}  {package:<package_width$}  {reason}")?;
        for line in wrap(&printable(&row.detail, 400), width.saturating_sub(4)) {
            writeln!(out, "    {}", style.dim(&line))?;
        }
    }
    Ok(())
}

/// `lodash 4.17.20`.
fn package(report: &ScanReport, row: &Suppressed) -> String {
    let installed = report.inventory.packages.get(row.finding.package as usize);
    installed.map_or_else(String::new, |installed| format!("{} {}", installed.package.name, installed.package.version))
}

/// What people read for the code of a reason.
fn words(reason: &str) -> String {
    reason.replace('-', " ")
}
