//! What helps to decide about a finding, in words.

use plimsoll_model::{EndOfLife, Finding, Reachability, Ssvc, Support};

use crate::text::printable;

/// What is said below a finding's line: nothing of the ordinary ones.
pub(crate) fn for_decision(finding: &Finding) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(exploit) = &finding.exploit_known {
        words.push(format!("exploit public (by {})", printable(&exploit.source, 30)));
    }
    if (finding.known_exploited || finding.exploit_known.is_some())
        && let Some(ssvc) = finding.ssvc
    {
        words.extend(decision(ssvc));
    }
    if let Some(date) = finding.fix_date.filter(|_| finding.known_exploited || finding.exploit_known.is_some()) {
        words.push(format!("fix since {} ({})", date.at.date(), date.kind.name()));
    }
    match &finding.reachability {
        Some(Reachability::Reachable { symbol, .. }) => words.push(format!("linked: {}", printable(symbol, 70))),
        Some(Reachability::NotLinked) => words.push("not linked: no program has the functions it is about".into()),
        Some(Reachability::PackageNotLinked | Reachability::Unknown) | None => {}
    }
    if finding.is_less_sure() {
        words.push("less sure: matched by product name (CPE)".into());
    }
    words
}

/// `SSVC active, automatable, total impact`.
fn decision(ssvc: Ssvc) -> Option<String> {
    let exploitation = ssvc.exploitation.map(|word| word.name().to_owned());
    let automatable = ssvc.automatable.map(|yes| if yes { "automatable" } else { "not automatable" }.to_owned());
    let impact = ssvc.technical_impact.map(|word| format!("{} impact", word.name()));
    let points: Vec<String> = [exploitation, automatable, impact].into_iter().flatten().collect();
    (!points.is_empty()).then(|| format!("SSVC {}", points.join(", ")))
}

/// `debian 10 gets no fixes any more since 2022-09-10`; of a package with its own version.
pub(crate) fn end_of_life(end: &EndOfLife, version: Option<&str>) -> String {
    let cycle = &end.cycle;
    let installed = version.map_or_else(String::new, |version| format!(" (installed: {})", printable(version, 30)));
    let since = match cycle.support {
        Support::Until(last) => format!(" since {}", last.date()),
        Support::Open | Support::Ended => String::new(),
    };
    let extended = match cycle.extended {
        Some(Support::Until(last)) => format!("; extended support until {}", last.date()),
        Some(Support::Open) => "; extended support goes on".into(),
        Some(Support::Ended) | None => String::new(),
    };
    let (product, release) = (printable(&cycle.product, 30), printable(&cycle.release, 20));
    format!("{product} {release}{installed} is at its end of life{since}{extended}")
}
