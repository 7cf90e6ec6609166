//! The parts of NVD's records that are read.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Entry {
    pub cve: Cve,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cve {
    pub id: String,
    pub published: Option<String>,
    pub last_modified: Option<String>,
    pub vuln_status: Option<String>,
    #[serde(default)]
    pub descriptions: Vec<Text>,
    #[serde(default)]
    pub metrics: Metrics,
    #[serde(default)]
    pub weaknesses: Vec<Weakness>,
    #[serde(default)]
    pub configurations: Vec<Configuration>,
    #[serde(default)]
    pub references: Vec<Reference>,
}

#[derive(Deserialize)]
pub(super) struct Text {
    pub lang: String,
    pub value: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Metrics {
    #[serde(rename = "cvssMetricV40", default)]
    pub v4: Vec<Metric>,
    #[serde(rename = "cvssMetricV31", default)]
    pub v31: Vec<Metric>,
    #[serde(rename = "cvssMetricV30", default)]
    pub v30: Vec<Metric>,
    #[serde(rename = "cvssMetricV2", default)]
    pub v2: Vec<Metric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric {
    pub source: Option<String>,
    pub cvss_data: Vector,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vector {
    pub vector_string: String,
}

#[derive(Deserialize)]
pub(super) struct Weakness {
    #[serde(default)]
    pub description: Vec<Text>,
}

#[derive(Deserialize)]
pub(super) struct Configuration {
    pub operator: Option<String>,
    #[serde(default)]
    pub negate: bool,
    #[serde(default)]
    pub nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Node {
    #[serde(default)]
    pub negate: bool,
    #[serde(default)]
    pub cpe_match: Vec<Match>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Match {
    pub vulnerable: bool,
    pub criteria: String,
    pub version_start_including: Option<String>,
    pub version_start_excluding: Option<String>,
    pub version_end_including: Option<String>,
    pub version_end_excluding: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    pub url: String,
    #[serde(default)]
    pub tags: Vec<String>,
}
