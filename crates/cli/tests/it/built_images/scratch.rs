//! Nothing but one static program that says nothing of itself.

use super::{inventory, scan};
use crate::program::gaps;

#[test]
fn an_image_in_which_nothing_was_recognised_is_incomplete_and_its_program_is_named() {
    let Some(report) = scan("scratch") else { return };
    assert_eq!(report["packages"].as_array().unwrap().len(), 0, "{}", report["packages"]);
    assert_eq!(report["verdict"]["status"], "INCOMPLETE");
    let found = gaps(&report);
    assert!(found.contains(&"no-packages") && found.contains(&"unrecognised-program"), "{found:?}");
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let unrecognised = gaps.iter().find(|gap| gap["kind"] == "unrecognised-program").unwrap();
    assert_eq!(unrecognised["count"], 1);
    assert!(unrecognised["detail"].as_str().unwrap().contains("ahoy ("), "{unrecognised}");

    let bill = inventory("scratch").unwrap();
    let program = &bill["programs"][0];
    assert_eq!((&program["location"], &program["recognised"]), (&"ahoy".into(), &false.into()));
    assert_eq!(program["needed"], serde_json::Value::Null, "it is static");
}
