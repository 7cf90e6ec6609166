//! The report for programs.

use plimsoll_report::Style;

use crate::formats::written;

#[test]
fn the_json_report_keeps_its_schema() {
    let value: serde_json::Value = serde_json::from_str(&written("json", Style::default())).unwrap();
    assert_eq!(value["schema"], "plimsoll.report/1");
    insta::assert_json_snapshot!(value);
}

#[test]
fn reasons_point_to_findings_and_findings_to_packages() {
    let value: serde_json::Value = serde_json::from_str(&written("json", Style::default())).unwrap();
    let at = value["verdict"]["reasons"][0]["findings"][0].as_u64().unwrap() as usize;
    let finding = &value["findings"][at];
    let package = &value["packages"][finding["package"].as_u64().unwrap() as usize];
    assert_eq!(finding["name"], package["name"]);
    assert_eq!(finding["presence"], package["presence"]);
}

#[test]
fn every_field_is_documented() {
    let docs = include_str!("../../../../docs/report-json.md");
    let value: serde_json::Value = serde_json::from_str(&written("json", Style::default())).unwrap();
    let mut missing = Vec::new();
    visit(&value, &mut |key| {
        if !docs.contains(&format!("`{key}`")) && !docs.contains(&format!("`{key}[]`")) {
            missing.push(key.to_owned());
        }
    });
    missing.sort();
    missing.dedup();
    assert_eq!(missing, [""; 0], "fields that docs/report-json.md does not name");
}

pub fn visit(value: &serde_json::Value, each: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            each(key);
            visit(value, each);
        }),
        serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, each)),
        _ => {}
    }
}
