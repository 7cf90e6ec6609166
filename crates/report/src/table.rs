//! `--format table`: for people at a terminal, 80 columns or more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use owo_colors::Style as Paint;
use plimsoll_model::{
    AdvisoryClass, Finding, FixState, GapWeight, Identity, LayerOwner, Presence, ScanReport, Severity, VerdictStatus,
};

use crate::Style;
use crate::facts;
use crate::licenses;
use crate::schema::location;
use crate::suppressed;
use crate::text::{bytes, count, paint, printable, severity_paint, wrap};

/// Groups shown under "What to do first".
const FIRST_STEPS: usize = 5;
/// The longest word for a severity is `negligible`.
const SEVERITY_WIDTH: usize = 10;
/// Gaps of one weight shown before the rest is only counted.
const GAPS_SHOWN: usize = 8;

pub(crate) fn write(report: &ScanReport, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, style, groups: group(report) };
    page.heading(out)?;
    page.end_of_life(out)?;
    page.totals(out)?;
    page.first_steps(out)?;
    page.findings(out)?;
    page.shadowed(out)?;
    suppressed::write(report, style, out)?;
    licenses::write(report, style, out)?;
    page.coverage(out)?;
    page.verdict(out)
}

/// The findings of one package, which one upgrade mends or nothing does.
struct Group<'a> {
    package: u32,
    findings: Vec<&'a Finding>,
}

/// Findings by package, in the order of their gravest finding; without those of packages that a
/// container would not see.
fn group(report: &ScanReport) -> Vec<Group<'_>> {
    let mut place: BTreeMap<u32, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in report.visible_findings() {
        let at = *place.entry(finding.package).or_insert_with(|| {
            groups.push(Group { package: finding.package, findings: Vec::new() });
            groups.len() - 1
        });
        groups[at].findings.push(finding);
    }
    groups
}

struct Page<'a> {
    report: &'a ScanReport,
    style: Style,
    groups: Vec<Group<'a>>,
}

impl Page<'_> {
    fn paint(&self, text: &str, paint_with: Paint) -> String {
        paint(text, paint_with, self.style.color)
    }

    fn bold(&self, text: &str) -> String {
        self.paint(text, Paint::new().bold())
    }

    fn dim(&self, text: &str) -> String {
        self.paint(text, Paint::new().dimmed())
    }

    fn heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let image = &self.report.image;
        let system = match &self.report.inventory.identity {
            Identity::Distro(distro) => distro
                .pretty_name
                .clone()
                .unwrap_or_else(|| format!("{} {}", distro.id, distro.version.as_deref().unwrap_or("(no release)"))),
            Identity::Unknown => "unknown system".into(),
            Identity::Scratch => "no operating system".into(),
        };
        writeln!(out, "{}", self.bold(&printable(&image.name, 78)))?;
        let mut facts = vec![printable(&system, 50)];
        facts.extend(image.platform.as_ref().map(ToString::to_string));
        facts.push(count(image.layers.len(), "layer", "layers"));
        facts.push(bytes(image.layers.iter().map(|layer| layer.size_bytes).sum()));
        writeln!(out, "  {}", facts.join(" · "))?;
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let of = |presence: Presence| {
            self.report.inventory.packages.iter().filter(move |package| package.presence == presence)
        };
        for package in of(Presence::Present) {
            *kinds.entry(package.package.kind.name()).or_default() += 1;
        }
        let present: usize = kinds.values().sum();
        let listed: Vec<String> = kinds.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
        let mut line = count(present, "package", "packages");
        if !listed.is_empty() {
            line = format!("{line} ({})", listed.join(", "));
        }
        for (presence, word) in [(Presence::Declared, "declared only"), (Presence::Shadowed, "shadowed")] {
            match of(presence).count() {
                0 => {}
                number => line = format!("{line} · {number} {word}"),
            }
        }
        for part in wrap(&line, usize::from(self.style.width).saturating_sub(2)) {
            writeln!(out, "  {part}")?;
        }
        if let (Some(layers), Some(name)) = (image.base.layers, &image.base.name) {
            writeln!(
                out,
                "  {}",
                self.dim(&format!("base: {}, {}", printable(name, 50), count(layers as usize, "layer", "layers")))
            )?;
        }
        Ok(())
    }

    /// What gets no fixes any more.
    fn end_of_life(&self, out: &mut dyn Write) -> io::Result<()> {
        for end in &self.report.end_of_life {
            let package = end.package.and_then(|at| self.report.inventory.packages.get(at as usize));
            let text = facts::end_of_life(end, package.map(|installed| installed.package.version.as_str()));
            for (at, line) in wrap(&text, usize::from(self.style.width).saturating_sub(4)).iter().enumerate() {
                let mark = if at == 0 { self.paint("!", severity_paint(Severity::High)) } else { " ".into() };
                writeln!(out, "  {mark} {line}")?;
            }
        }
        Ok(())
    }

    fn totals(&self, out: &mut dyn Write) -> io::Result<()> {
        let findings: Vec<&Finding> = self.report.visible_findings().collect();
        writeln!(out)?;
        if !self.report.scanners.iter().any(|name| name == "vuln") {
            return writeln!(out, "  {}", self.bold("Vulnerabilities were not looked for."));
        }
        if findings.is_empty() {
            return writeln!(out, "  {}", self.bold("No known vulnerability in what was seen."));
        }
        let mut parts = Vec::new();
        for severity in Severity::DESCENDING {
            let number = findings.iter().filter(|finding| finding.severity == severity).count();
            if number > 0 {
                parts.push(self.paint(&format!("{number} {}", word(severity)), severity_paint(severity)));
            }
        }
        let fixable = findings.iter().filter(|finding| matches!(finding.fix, FixState::Fixed(_))).count();
        writeln!(out, "  {}   {}", parts.join("  "), self.dim(&format!("{fixable} of {} fixable", findings.len())))?;
        for (number, word) in [
            (findings.iter().filter(|finding| finding.known_exploited).count(), "known to be exploited"),
            (findings.iter().filter(|finding| finding.class == AdvisoryClass::Malware).count(), "malicious packages"),
        ] {
            if number > 0 {
                writeln!(out, "  {}", self.paint(&format!("{number} {word}"), severity_paint(Severity::Critical)))?;
            }
        }
        if findings.iter().any(|finding| finding.epss.is_some()) {
            let text = "In percent: how probable exploitation within thirty days is, by EPSS.";
            writeln!(out, "  {}", self.dim(text))?;
        }
        Ok(())
    }

    fn first_steps(&self, out: &mut dyn Write) -> io::Result<()> {
        let steps = &self.report.upgrades;
        if steps.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.bold("What to do first"))?;
        for (at, step) in steps.iter().take(FIRST_STEPS).enumerate() {
            let Some(installed) = self.report.inventory.packages.get(step.package as usize) else { continue };
            let mended: Vec<&Finding> =
                step.mends.iter().filter_map(|&at| self.report.findings.get(at as usize)).collect();
            let mends = format!("mends {}", gravest(&mended).join(", "));
            let to = printable(&step.to, 28);
            let room = usize::from(self.style.width).saturating_sub(20 + mends.chars().count() + to.chars().count());
            let line = format!("upgrade {} to {to}", short_name(&installed.package.name, room.max(12)));
            let gap = usize::from(self.style.width).saturating_sub(6 + mends.chars().count());
            writeln!(out, "  {}. {line:<gap$}{}", at + 1, self.dim(&mends))?;
        }
        let more = steps.len().saturating_sub(FIRST_STEPS);
        if more > 0 {
            let text = format!("… and {} to upgrade", count(more, "other package", "other packages"));
            writeln!(out, "  {}", self.dim(&text))?;
        }
        Ok(())
    }

    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        for group in &self.groups {
            let Some(installed) = self.report.inventory.packages.get(group.package as usize) else { continue };
            let package = &installed.package;
            writeln!(
                out,
                "\n{} {} {}",
                self.bold(&printable(&package.name, 50)),
                printable(&package.version, 40),
                self.dim(package.kind.name())
            )?;
            let owner = match installed.layer_owner {
                LayerOwner::Base => ", base",
                LayerOwner::Own => ", own",
                LayerOwner::Unknown => "",
            };
            let place = installed.locations().next().map(location).unwrap_or_default();
            let more = installed.sightings.len().saturating_sub(1);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let place = printable(&place, usize::from(self.style.width).saturating_sub(34 + more.len()));
            writeln!(out, "  {}", self.dim(&format!("layer {}{owner} · {place}{more}", installed.version_since + 1)))?;
            self.rows(&group.findings, out)?;
        }
        Ok(())
    }

    /// One line a finding: severity, id, fix, probability of exploitation where any is known, and as much
    /// of the title as there is room for. Where there is more to know for a decision, a second line.
    fn rows(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let longest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let ids: Vec<String> = findings.iter().map(|finding| printable(&finding.id, 24)).collect();
        let fixes: Vec<String> = findings.iter().map(|finding| fix_text(finding)).collect();
        let epss: Vec<String> =
            findings.iter().map(|finding| finding.epss.map_or_else(String::new, |epss| epss.score.percent())).collect();
        let (id_width, fix_width, epss_width) = (longest(&ids), longest(&fixes), longest(&epss));
        for (((finding, id), fix), epss) in findings.iter().zip(&ids).zip(&fixes).zip(&epss) {
            let exploited = if finding.known_exploited { "EXPLOITED " } else { "" };
            let epss = if epss_width > 0 { format!("{epss:>epss_width$}  ") } else { String::new() };
            let before = 2 + SEVERITY_WIDTH + 1 + id_width + 2 + fix_width + 2 + epss.len() + exploited.len();
            let room = usize::from(self.style.width).saturating_sub(before);
            let title = if room < 8 { String::new() } else { printable(&finding.title, room) };
            let severity =
                self.paint(&format!("{:<SEVERITY_WIDTH$}", word(finding.severity)), severity_paint(finding.severity));
            let exploited = match exploited {
                "" => String::new(),
                word => self.paint(word, severity_paint(Severity::Critical)),
            };
            let line = format!("  {severity} {id:<id_width$}  {fix:<fix_width$}  {epss}{exploited}{title}");
            writeln!(out, "{}", line.trim_end())?;
            let more = facts::for_decision(finding).join(" · ");
            let width = usize::from(self.style.width).saturating_sub(4);
            for part in wrap(&more, width).iter().filter(|part| !part.is_empty()) {
                writeln!(out, "    {}", self.dim(part))?;
            }
        }
        Ok(())
    }

    /// What lower layers still ship though a higher one removed it.
    fn shadowed(&self, out: &mut dyn Write) -> io::Result<()> {
        let findings = self.report.shadowed_findings().count();
        if findings == 0 {
            return Ok(());
        }
        let packages: BTreeSet<u32> = self.report.shadowed_findings().map(|finding| finding.package).collect();
        let text = format!(
            "{} in {} that a higher layer removed or replaced, still shipped below; --format json lists them.",
            count(findings, "finding", "findings"),
            count(packages.len(), "package", "packages")
        );
        writeln!(out)?;
        for line in wrap(&text, usize::from(self.style.width).saturating_sub(2)) {
            writeln!(out, "  {}", self.dim(&line))?;
        }
        Ok(())
    }

    fn coverage(&self, out: &mut dyn Write) -> io::Result<()> {
        let gaps = &self.report.coverage.gaps;
        let heavy: Vec<_> = gaps.iter().filter(|gap| gap.kind.weight() != GapWeight::Note).collect();
        if heavy.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.bold("What could not be seen"))?;
        for gap in heavy.iter().take(GAPS_SHOWN) {
            let subject =
                if gap.subject.is_empty() { String::new() } else { format!("{}: ", printable(&gap.subject, 60)) };
            let times = if gap.count > 1 { format!(" ({} times)", gap.count) } else { String::new() };
            let mark = if gap.kind.weight() == GapWeight::Incomplete {
                self.paint("!", severity_paint(Severity::High))
            } else {
                "·".into()
            };
            let text = format!("{subject}{}{times}", printable(&gap.detail, 300));
            for (at, line) in wrap(&text, usize::from(self.style.width).saturating_sub(4)).iter().enumerate() {
                writeln!(out, "  {} {line}", if at == 0 { mark.as_str() } else { " " })?;
            }
        }
        let more = heavy.len().saturating_sub(GAPS_SHOWN);
        if more > 0 {
            writeln!(out, "  {}", self.dim(&format!("… and {more} more; --format json lists all")))?;
        }
        Ok(())
    }

    fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
        let verdict = &self.report.verdict;
        let paint_with = match verdict.status {
            VerdictStatus::Pass => Paint::new().green().bold(),
            VerdictStatus::Incomplete => Paint::new().yellow().bold(),
            VerdictStatus::Fail => Paint::new().red().bold(),
        };
        writeln!(out, "\n{}", self.paint(verdict.status.name(), paint_with))?;
        for reason in &verdict.reasons {
            let text = format!("{} ({}/{})", printable(&reason.detail, 400), reason.policy, reason.rule);
            for (at, line) in wrap(&text, usize::from(self.style.width).saturating_sub(4)).iter().enumerate() {
                writeln!(out, "  {} {line}", if at == 0 { "-" } else { " " })?;
            }
        }
        if !verdict.user_choices.is_empty() {
            writeln!(out, "  {}", self.dim(&format!("by choice: {}", verdict.user_choices.join(", "))))?;
        }
        Ok(())
    }
}

/// The two things that weigh most among findings: `1 exploited`, `2 critical`.
fn gravest(findings: &[&Finding]) -> Vec<String> {
    let exploited = findings.iter().filter(|finding| finding.known_exploited).count();
    let mut severities: BTreeMap<Reverse<Severity>, usize> = BTreeMap::new();
    for finding in findings {
        *severities.entry(Reverse(finding.severity)).or_default() += 1;
    }
    let severities = severities.into_iter().map(|(severity, number)| format!("{number} {}", word(severity.0)));
    (exploited > 0).then(|| format!("{exploited} exploited")).into_iter().chain(severities).take(2).collect()
}

/// A package's name, without its group or scope where all of it is too long.
fn short_name(name: &str, most: usize) -> String {
    let last = name.rsplit([':', '/']).next().unwrap_or(name);
    printable(if name.chars().count() > most { last } else { name }, most)
}

/// What people read for a severity.
fn word(severity: Severity) -> &'static str {
    if severity == Severity::Unknown { "unscored" } else { severity.name() }
}

fn fix_text(finding: &Finding) -> String {
    match &finding.fix {
        FixState::Fixed(version) => format!("→ {}", printable(version, 34)),
        FixState::InChannel { version, channel } => {
            format!("{} in {}", printable(version, 24), printable(channel, 16))
        }
        FixState::NotFixed => "no fix yet".into(),
        FixState::WontFix => "won't be fixed".into(),
        FixState::Deferred => "fix put off".into(),
        FixState::EndOfLife => "end of life".into(),
    }
}
