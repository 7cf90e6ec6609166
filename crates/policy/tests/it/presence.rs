//! Only what is in the file system that a container sees counts.

use plimsoll_model::{Severity, VerdictStatus};
use plimsoll_policy::Gate;

use crate::case::{Changed, finding, status};

fn of_each_package(gate: &Gate) -> Vec<VerdictStatus> {
    let of = |index| {
        let findings = [
            finding("CVE-1", Severity::Critical).of_package(index),
            finding("CVE-2", Severity::Low).exploited().of_package(index),
            finding("MAL-1", Severity::Critical).of_package(index),
        ];
        let each: Vec<_> = findings.map(|found| status(&[found], gate)).into();
        assert!(each.iter().all(|status| *status == each[0]));
        each[0]
    };
    (0..3).map(of).collect()
}

#[test]
fn only_present_packages_count_in_an_image() {
    use VerdictStatus::{Fail, Pass};
    assert_eq!(of_each_package(&Gate::default()), [Fail, Pass, Pass]);
}

#[test]
fn declared_packages_count_in_a_folder_and_shadowed_ones_nowhere() {
    use VerdictStatus::{Fail, Pass};
    assert_eq!(of_each_package(&Gate { declared_counts: true, ..Gate::default() }), [Fail, Fail, Pass]);
}

#[test]
fn a_finding_that_cannot_be_placed_counts() {
    let lost = finding("CVE-1", Severity::High).of_package(99);
    assert_eq!(status(&[lost], &Gate::default()), VerdictStatus::Fail);
}
