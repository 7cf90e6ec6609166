//! Licences break the policy only where a user says so.

use plimsoll_model::{Coverage, LicenseClass, LicenseFinding, LicenseSource, VerdictStatus};
use plimsoll_policy::{FailOn, Gate, judge};

use crate::case::inventory;

fn found(class: LicenseClass, package: u32) -> LicenseFinding {
    let expression = "AGPL-3.0-only".into();
    LicenseFinding { class, package, expression, source: LicenseSource::Declared, confidence: 100 }
}

fn judged(licenses: &[LicenseFinding], gate: &Gate) -> plimsoll_model::Verdict {
    judge(&[], licenses, &inventory(), &Coverage::default(), gate)
}

#[test]
fn licences_are_only_reported_unless_a_class_is_named() {
    let licenses = [found(LicenseClass::Forbidden, 0)];
    assert_eq!(judged(&licenses, &Gate::default()).status, VerdictStatus::Pass);
    let gate = Gate { fail_on_licenses: vec![LicenseClass::Restricted], ..Gate::default() };
    assert_eq!(judged(&licenses, &gate).status, VerdictStatus::Pass);
    let gate = Gate { fail_on_licenses: vec![LicenseClass::Forbidden], fail_on: FailOn::None, ..Gate::default() };
    let verdict = judged(&licenses, &gate);
    assert_eq!(verdict.status, VerdictStatus::Fail);
    assert_eq!(verdict.reasons[0].rule, "license");
    assert_eq!(verdict.reasons[0].detail, "1 forbidden licence: AGPL-3.0-only in present");
    assert!(verdict.user_choices.contains(&"--fail-on-license forbidden".to_owned()));
}

#[test]
fn only_packages_that_are_present_count() {
    let gate = Gate { fail_on_licenses: vec![LicenseClass::Forbidden], ..Gate::default() };
    for (package, status) in [(0, VerdictStatus::Fail), (1, VerdictStatus::Pass), (2, VerdictStatus::Pass)] {
        assert_eq!(judged(&[found(LicenseClass::Forbidden, package)], &gate).status, status);
    }
    let folder = Gate { declared_counts: true, ..gate };
    assert_eq!(judged(&[found(LicenseClass::Forbidden, 1)], &folder).status, VerdictStatus::Fail);
}
