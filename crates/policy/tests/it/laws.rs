//! Laws that hold for any findings, gaps and choices.

use bolero::generator::TypeGenerator;
use plimsoll_model::{FixState, GapKind, Severity, VerdictStatus};
use plimsoll_policy::{FailOn, Gate};

use crate::case::{finding, gaps, verdict};

#[derive(Debug, TypeGenerator)]
struct Arbitrary {
    findings: Vec<(u8, u8, bool, bool)>,
    gaps: Vec<u8>,
    fail_on: u8,
    choices: [bool; 3],
}

#[test]
fn fuzz_the_gate() {
    plimsoll_fuzzing::check().with_type::<Arbitrary>().with_iterations(3_000).for_each(|arbitrary| {
        let severity = |number: u8| Severity::DESCENDING[usize::from(number) % Severity::DESCENDING.len()];
        let findings: Vec<_> = arbitrary
            .findings
            .iter()
            .map(|(level, package, exploited, fixed)| {
                let id = if level % 16 == 15 { "MAL-1" } else { "CVE-1" };
                let mut found = finding(id, severity(*level));
                found.package = u32::from(package % 5);
                found.known_exploited = *exploited;
                found.fix = if *fixed { FixState::Fixed("2".into()) } else { FixState::WontFix };
                found
            })
            .collect();
        let kinds: Vec<GapKind> =
            arbitrary.gaps.iter().map(|kind| GapKind::ALL[usize::from(*kind) % GapKind::ALL.len()]).collect();
        let coverage = gaps(&kinds);
        let [ignore_unfixed, accept_incomplete, declared_counts] = arbitrary.choices;
        let fail_on = match arbitrary.fail_on % 8 {
            0 => FailOn::Default,
            1 => FailOn::None,
            level => FailOn::Severity(severity(level)),
        };
        let gate = Gate { fail_on, ignore_unfixed, accept_incomplete, declared_counts, ..Gate::default() };
        let strict =
            verdict(&findings, &coverage, &Gate { ignore_unfixed: false, accept_incomplete: false, ..gate.clone() });
        let judged = verdict(&findings, &coverage, &gate);
        assert!(judged.status <= strict.status, "leniency never makes it worse");
        assert!(judged.status == VerdictStatus::Pass || !judged.reasons.is_empty(), "a denial has a reason");
        assert!(fail_on != FailOn::None || judged.status != VerdictStatus::Fail);
        for index in judged.reasons.iter().flat_map(|reason| &reason.findings) {
            assert!((*index as usize) < findings.len());
        }
    });
}
