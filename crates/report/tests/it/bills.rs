//! Inventories and layers, as people and programs read them.

use serde_json::Value;

use crate::formats::bills;

fn bill(at: usize) -> String {
    bills().swap_remove(at).1
}

fn value(at: usize) -> Value {
    serde_json::from_str(&bill(at)).unwrap()
}

#[test]
fn the_inventory_keeps_its_schema() {
    let value = value(0);
    assert_eq!(value["schema"], "plimsoll.inventory/1");
    insta::assert_json_snapshot!(value);
}

#[test]
fn layers_read_well_at_eighty_columns() {
    let text = bill(1);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn layers_keep_their_schema() {
    let value = value(2);
    assert_eq!(value["schema"], "plimsoll.layers/1");
    insta::assert_json_snapshot!(value);
}

#[test]
fn a_package_that_was_gone_for_a_while_is_removed_in_one_layer_and_brought_by_two() {
    let value = value(2);
    let names = |layer: usize, what: &str| -> Vec<String> {
        let list = value["layers"][layer][what].as_array().unwrap().iter();
        list.map(|package| package["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(0, "introduced").contains(&"org.a:shaded".to_owned()));
    assert!(names(1, "removed").contains(&"org.a:shaded".to_owned()));
    assert!(names(1, "introduced").contains(&"org.a:shaded".to_owned()));
}

#[test]
fn every_field_is_documented() {
    let docs = include_str!("../../../../docs/inventory-json.md");
    let report = include_str!("../../../../docs/report-json.md");
    let mut missing = Vec::new();
    for at in [0, 2] {
        crate::json::visit(&value(at), &mut |key| {
            let is_named = |docs: &str| docs.contains(&format!("`{key}`")) || docs.contains(&format!("`{key}[]`"));
            if !is_named(docs) && !is_named(report) {
                missing.push(key.to_owned());
            }
        });
    }
    missing.sort();
    missing.dedup();
    assert_eq!(missing, [""; 0], "fields that docs/inventory-json.md does not name");
}
