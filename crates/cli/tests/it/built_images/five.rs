//! The same packages in each of five layers: in further places, and in one place with other versions.

use std::sync::LazyLock;

use serde_json::Value;

use super::{inventory, places, rows, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("five"));

#[test]
fn a_package_in_five_places_is_one_and_each_place_knows_its_layer() {
    let (Some(report), Some(bill)) = (&*REPORT, inventory("five")) else { return };
    let found: Vec<&Value> = rows(report, "npm").filter(|row| row["name"] == "minimist").collect();
    let [minimist] = found[..] else { panic!("{found:?}") };
    assert_eq!((&minimist["introduced_in"], &minimist["version_since"]), (&0.into(), &0.into()));
    assert_eq!(places(minimist).count(), 5);
    let packages = bill["packages"].as_array().unwrap();
    let minimist = packages.iter().find(|row| row["name"] == "minimist").unwrap();
    let mut sightings: Vec<(u64, &str)> = minimist["sightings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["layer"].as_u64().unwrap(), row["location"].as_str().unwrap()))
        .collect();
    sightings.sort_unstable();
    let paths =
        ["one", "two", "three", "four", "five"].map(|at| format!("srv/{at}/node_modules/minimist/package.json"));
    assert_eq!(sightings, (0..).zip(paths.iter().map(String::as_str)).collect::<Vec<_>>());
}

#[test]
fn a_version_that_comes_and_goes_is_listed_once_since_it_last_came() {
    let Some(report) = &*REPORT else { return };
    let all = report["packages"].as_array().unwrap().iter().filter(|row| row["name"] == "lodash");
    let mut lines: Vec<String> = all
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap();
            format!("{} {} {} {}", text("version"), text("presence"), row["introduced_in"], row["version_since"])
        })
        .collect();
    lines.sort();
    assert_eq!(lines, ["4.17.21 present 0 4", "4.17.4 shadowed 0 3"]);
}

#[test]
fn each_layer_says_from_which_version_to_which() {
    let Some(image) = crate::program::built("five.oci.tar") else { return };
    let program = crate::program::Program::new();
    let ran = program.run(&["layers", image.to_str().unwrap(), "--format", "json", "--no-cache"]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    let changes: Vec<String> = value["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| {
            let upgraded = layer["upgraded"].as_array().unwrap().iter();
            let lines: Vec<String> = upgraded
                .map(|row| format!("{} {} {}", row["name"], row["from"], row["version"]).replace('"', ""))
                .collect();
            lines.join(", ")
        })
        .collect();
    assert_eq!(changes, ["", "", "lodash 4.17.4 4.17.21", "lodash 4.17.21 4.17.4", "lodash 4.17.4 4.17.21"]);
}
