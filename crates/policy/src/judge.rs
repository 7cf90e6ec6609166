//! The default policy.

use plimsoll_model::{
    AdvisoryClass, Coverage, Finding, FixState, GapKind, GapWeight, Inventory, LicenseClass, LicenseFinding, Presence,
    Reason, Severity, Verdict, VerdictStatus,
};

use crate::unscored::scorers;
use crate::{Gate, POLICY};

/// Findings named in one reason; the rest is counted.
const NAMED: usize = 3;

/// Judges a scan.
#[must_use]
pub fn judge(
    findings: &[Finding],
    licenses: &[LicenseFinding],
    inventory: &Inventory,
    coverage: &Coverage,
    gate: &Gate,
) -> Verdict {
    let case = Case { findings, inventory, gate };
    let (mut broken, mut remarks) = (Vec::new(), Vec::new());
    let line = gate.line();
    if line.is_some() {
        broken.extend(case.malware());
        broken.extend(case.known_exploited());
        broken.extend(line.and_then(|line| case.severity(line)));
    }
    broken.extend(case.licenses(licenses));
    if let Some(reason) = case.unscored(line) {
        let breaks = line.is_some_and(|line| gate.unscored_as >= line);
        if breaks { broken.push(reason) } else { remarks.push(reason) }
    }
    let unseen = unseen(coverage);
    let status = if !broken.is_empty() {
        VerdictStatus::Fail
    } else if !unseen.is_empty() && !gate.accept_incomplete {
        VerdictStatus::Incomplete
    } else {
        VerdictStatus::Pass
    };
    broken.extend(unseen);
    broken.extend(remarks);
    Verdict { status, reasons: broken, user_choices: gate.choices() }
}

struct Case<'a> {
    findings: &'a [Finding],
    inventory: &'a Inventory,
    gate: &'a Gate,
}

impl<'a> Case<'a> {
    fn malware(&self) -> Option<Reason> {
        let found = self.counting(|finding| finding.class == AdvisoryClass::Malware);
        self.reason("malware", "malicious package", "malicious packages", &found)
    }

    fn known_exploited(&self) -> Option<Reason> {
        let found = self.counting(|finding| finding.known_exploited && self.is_fixed_enough(finding));
        self.reason(
            "known-exploited",
            "vulnerability known to be exploited",
            "vulnerabilities known to be exploited",
            &found,
        )
    }

    fn severity(&self, line: Severity) -> Option<Reason> {
        let found = self.counting(|finding| {
            finding.severity != Severity::Unknown
                && finding.severity >= line
                && finding.class != AdvisoryClass::Malware
                && self.is_fixed_enough(finding)
        });
        let levels = Severity::DESCENDING.into_iter().filter_map(|severity| {
            let number = found.iter().filter(|(_, finding)| finding.severity == severity).count();
            (number > 0).then(|| format!("{number} {severity}"))
        });
        let levels: Vec<String> = levels.collect();
        let detail = format!(
            "{} {} at or above {line}: {}",
            levels.join(", "),
            if found.len() == 1 { "vulnerability" } else { "vulnerabilities" },
            self.names(&found)
        );
        (!found.is_empty()).then(|| reason("severity", detail, &found))
    }

    fn unscored(&self, line: Option<Severity>) -> Option<Reason> {
        let found = self.counting(|finding| {
            finding.severity == Severity::Unknown
                && finding.class != AdvisoryClass::Malware
                && self.is_fixed_enough(finding)
        });
        let noun = if found.len() == 1 { "vulnerability counts" } else { "vulnerabilities count" };
        let against = match line {
            Some(line) if self.gate.unscored_as >= line => format!(", which is at or above {line}"),
            _ => String::new(),
        };
        let detail = format!(
            "{} unscored {noun} as {}{against} ({} would score {}): {}",
            found.len(),
            self.gate.unscored_as,
            scorers(found.iter().map(|(_, finding)| finding.id.as_str())),
            if found.len() == 1 { "it" } else { "them" },
            self.names(&found)
        );
        (!found.is_empty()).then(|| reason("unscored", detail, &found))
    }

    /// One reason for each class that no package may have.
    fn licenses(&self, licenses: &[LicenseFinding]) -> Vec<Reason> {
        let of_class = |class: &LicenseClass| {
            let found: Vec<_> =
                licenses.iter().filter(|found| found.class == *class && self.counts(found.package)).collect();
            let name = |found: &&LicenseFinding| {
                let package = self.inventory.packages.get(found.package as usize);
                let package = package.map_or("", |package| package.package.name.as_str());
                if found.expression.is_empty() {
                    package.to_owned()
                } else {
                    format!("{} in {package}", found.expression)
                }
            };
            let noun = if found.len() == 1 { "licence" } else { "licences" };
            let detail =
                format!("{} {} {noun}: {}", found.len(), class.name(), shortened(found.iter().map(name), found.len()));
            (!found.is_empty()).then(|| reason("license", detail, &[]))
        };
        self.gate.fail_on_licenses.iter().filter_map(of_class).collect()
    }

    /// Whether what is in a package counts: only what is in the file system that a container sees does.
    /// A finding without its package cannot be placed, so it counts.
    fn counts(&self, package: u32) -> bool {
        self.inventory.packages.get(package as usize).is_none_or(|package| match package.presence {
            Presence::Present => true,
            Presence::Declared => self.gate.declared_counts,
            Presence::Shadowed => false,
        })
    }

    fn counting(&self, holds: impl Fn(&Finding) -> bool) -> Vec<(u32, &'a Finding)> {
        (0..).zip(self.findings).filter(|(_, finding)| self.counts(finding.package) && holds(finding)).collect()
    }

    fn is_fixed_enough(&self, finding: &Finding) -> bool {
        !self.gate.ignore_unfixed || matches!(finding.fix, FixState::Fixed(_))
    }

    fn reason(&self, rule: &str, one: &str, many: &str, found: &[(u32, &Finding)]) -> Option<Reason> {
        let noun = if found.len() == 1 { one } else { many };
        let detail = format!("{} {noun}: {}", found.len(), self.names(found));
        (!found.is_empty()).then(|| reason(rule, detail, found))
    }

    /// `CVE-2021-44228 in log4j-core, … and 7 more`.
    fn names(&self, found: &[(u32, &Finding)]) -> String {
        let name = |(_, finding): &(u32, &Finding)| {
            let package = self.inventory.packages.get(finding.package as usize);
            package.map_or_else(|| finding.id.clone(), |found| format!("{} in {}", finding.id, found.package.name))
        };
        shortened(found.iter().map(name), found.len())
    }
}

fn reason(rule: &str, detail: String, found: &[(u32, &Finding)]) -> Reason {
    Reason { policy: POLICY.into(), rule: rule.into(), detail, findings: found.iter().map(|(at, _)| *at).collect() }
}

/// What had to be seen and was not: one reason for each kind of gap.
fn unseen(coverage: &Coverage) -> Vec<Reason> {
    let heavy = |kind: &&GapKind| kind.weight() == GapWeight::Incomplete;
    let of_kind = |kind: &GapKind| {
        let gaps: Vec<_> = coverage.gaps.iter().filter(|gap| gap.kind == *kind).collect();
        let first = gaps.first()?;
        let mut detail = if first.subject.is_empty() {
            first.detail.clone()
        } else {
            format!("{}: {}", first.subject, first.detail)
        };
        if gaps.len() > 1 {
            detail = format!("{detail}; and {} more like it", gaps.len() - 1);
        }
        Some(Reason { policy: POLICY.into(), rule: "coverage".into(), detail, findings: Vec::new() })
    };
    GapKind::ALL.iter().filter(heavy).filter_map(of_kind).collect()
}

fn shortened(names: impl Iterator<Item = String>, number: usize) -> String {
    let list = names.take(NAMED).collect::<Vec<_>>().join(", ");
    match number.checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{list} and {more} more"),
        _ => list,
    }
}
