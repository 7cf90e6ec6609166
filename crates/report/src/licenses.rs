//! The licences of packages, for people: how many of each class, and which are strict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use plimsoll_model::{LicenseClass, LicenseFinding, ScanReport};

use crate::Style;
use crate::text::{count, printable, wrap};

/// Packages named for one licence; the rest is counted.
const NAMED: usize = 6;
/// Classes that are listed, not only counted.
const LISTED: [LicenseClass; 3] = [LicenseClass::Forbidden, LicenseClass::Restricted, LicenseClass::Unknown];
/// Licences of one class that are listed.
const LICENSES: usize = 12;

/// Nothing where nobody asked for licences.
pub(crate) fn write(report: &ScanReport, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if report.licenses.is_empty() {
        return Ok(());
    }
    let width = usize::from(style.width);
    let of = |class: LicenseClass| report.licenses.iter().filter(move |found| found.class == class);
    let counts: Vec<String> = LicenseClass::ALL
        .into_iter()
        .map(|class| (class, of(class).count()))
        .filter(|(_, number)| *number > 0)
        .map(|(class, number)| format!("{number} {}", class.name()))
        .collect();
    writeln!(out, "\n{}", style.bold("Licences"))?;
    for line in wrap(&counts.join(", "), width.saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    for class in LISTED {
        let mut packages: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for found in of(class) {
            packages.entry(&found.expression).or_default().push(package(report, found));
        }
        let more = packages.len().saturating_sub(LICENSES);
        for (expression, names) in packages.into_iter().take(LICENSES) {
            let expression = if expression.is_empty() { "none that is told" } else { expression };
            let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            let rest = names.len().saturating_sub(NAMED);
            let tail = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            let text = format!("{}: {}{tail}", printable(expression, 60), shown.join(", "));
            for (at, line) in wrap(&text, width.saturating_sub(14)).iter().enumerate() {
                writeln!(out, "  {:<11} {line}", if at == 0 { class.name() } else { "" })?;
            }
        }
        if more > 0 {
            writeln!(
                out,
                "  {:<11} {}",
                class.name(),
                style.dim(&format!("and {}", count(more, "more licence", "more licences")))
            )?;
        }
    }
    Ok(())
}

fn package(report: &ScanReport, found: &LicenseFinding) -> String {
    let installed = report.inventory.packages.get(found.package as usize);
    printable(installed.map_or("", |installed| &installed.package.name), 40)
}
