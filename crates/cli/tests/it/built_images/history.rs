//! Ten small layers that add, upgrade, delete, put back and hide packages.

use std::sync::LazyLock;

use serde_json::Value;

use super::scan;
use crate::program::{Program, built};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("history"));

#[test]
fn each_package_tells_its_history() {
    let Some(report) = &*REPORT else { return };
    let mut lines: Vec<String> = report["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap();
            let mut line = format!("{} {} {}", text("name"), text("version"), text("presence"));
            line.push_str(&format!(" {} {}", row["introduced_in"], row["version_since"]));
            if let Some(ended) = row.get("ended") {
                line.push_str(&format!(" {} {}", ended["layer"], ended["how"].as_str().unwrap()));
                line.extend(ended["to"].as_str().map(|to| format!(" {to}")));
            }
            line
        })
        .collect();
    lines.sort();
    // minimist was put back as it had been: that is one row, of its second life.
    // Name, version, presence, introduced in, this version since; layer and manner of the end.
    let expected = "\
handlebars 4.0.11 present 7 7
jquery 3.3.1 present 0 0
lodash 4.17.11 shadowed 0 0 1 upgraded 4.17.21
lodash 4.17.21 present 0 1
minimist 1.2.0 present 4 4
moment 2.24.0 shadowed 0 0 9 upgraded 2.29.4
moment 2.29.4 present 0 9
qs 6.5.1 shadowed 6 6 7 removed
ws 7.4.0 shadowed 3 3 5 removed";
    assert_eq!(lines, expected.lines().collect::<Vec<_>>());
}

#[test]
fn each_layer_names_its_own_instruction() {
    let Some(report) = &*REPORT else { return };
    let layers = report["image"]["layers"].as_array().unwrap();
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    assert_eq!(layers.len(), words.len());
    for (layer, word) in layers.iter().zip(words) {
        let instruction = layer["instruction"].as_str().unwrap();
        assert!(instruction.starts_with(&format!("RUN {word}: ")), "{instruction}");
        assert_eq!(layer["verified"], true);
    }
}

#[test]
fn what_is_gone_counts_in_no_finding() {
    let Some(report) = &*REPORT else { return };
    for finding in report["findings"].as_array().unwrap() {
        let package = &report["packages"][usize::try_from(finding["package"].as_u64().unwrap()).unwrap()];
        let in_verdict = report["verdict"]["reasons"].as_array().unwrap().iter().any(|reason| {
            let counted = reason["findings"].as_array().into_iter().flatten();
            counted.filter_map(Value::as_u64).any(|at| report["findings"][usize::try_from(at).unwrap()] == *finding)
        });
        assert!(package["presence"] == "present" || !in_verdict, "{finding}");
    }
}

#[test]
fn each_layer_tells_what_it_brought_changed_removed_and_hid() {
    let Some(image) = built("history.oci.tar") else { return };
    let program = Program::new();
    let ran = program.run(&["layers", image.to_str().unwrap(), "--format", "json", "--no-cache"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    let named = |row: &Value, what: &str| -> Vec<String> {
        let list = row[what].as_array().unwrap().iter();
        let mut names: Vec<String> = list
            .map(|package| {
                let text = |field: &str| package[field].as_str().unwrap_or_default();
                [text("name"), text("from"), text("version")].join(" ").replace("  ", " ")
            })
            .collect();
        names.sort();
        names
    };
    let lines: Vec<String> = value["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let changes = [("+", "introduced"), ("^", "upgraded"), ("-", "removed")]
                .into_iter()
                .flat_map(|(sign, what)| named(row, what).into_iter().map(move |name| format!("{sign}{name} ")));
            format!("{}hides {}", changes.collect::<String>(), row["hides_bytes"])
        })
        .collect();
    let expected = "\
+jquery 3.3.1 +lodash 4.17.11 +minimist 1.2.0 +moment 2.24.0 hides 0
^lodash 4.17.11 4.17.21 hides 38
-minimist 1.2.0 hides 38
+ws 7.4.0 hides 0
+minimist 1.2.0 hides 0
-ws 7.4.0 hides 32
+qs 6.5.1 hides 0
+handlebars 4.0.11 -qs 6.5.1 hides 32
hides 36
^moment 2.24.0 2.29.4 hides 37";
    assert_eq!(lines, expected.lines().collect::<Vec<_>>());
}
