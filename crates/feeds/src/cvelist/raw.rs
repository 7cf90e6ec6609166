//! The parts of CVE records (format 5) that are read.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CveRecord {
    pub cve_metadata: Metadata,
    #[serde(default)]
    pub containers: Containers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub cve_id: String,
    pub state: Option<String>,
    pub date_published: Option<String>,
    pub date_updated: Option<String>,
    pub date_rejected: Option<String>,
}

#[derive(Deserialize, Default)]
pub(super) struct Containers {
    #[serde(default)]
    pub cna: Container,
    #[serde(default)]
    pub adp: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container {
    #[serde(default)]
    pub provider_metadata: Provider,
    pub title: Option<String>,
    #[serde(default)]
    pub descriptions: Vec<Text>,
    #[serde(default)]
    pub metrics: Vec<Metric>,
    #[serde(default)]
    pub problem_types: Vec<ProblemType>,
    #[serde(default)]
    pub references: Vec<Reference>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provider {
    pub short_name: Option<String>,
    pub date_updated: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default)]
    pub lang: String,
    #[serde(default)]
    pub value: String,
}

#[derive(Deserialize)]
pub(super) struct Metric {
    #[serde(rename = "cvssV4_0")]
    pub v4: Option<Vector>,
    #[serde(rename = "cvssV3_1")]
    pub v31: Option<Vector>,
    #[serde(rename = "cvssV3_0")]
    pub v30: Option<Vector>,
    #[serde(rename = "cvssV2_0")]
    pub v2: Option<Vector>,
    pub other: Option<Other>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vector {
    pub vector_string: Option<String>,
}

/// A metric in words of its own; what it holds differs from type to type.
#[derive(Deserialize)]
pub(super) struct Other {
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub content: Value,
}

#[derive(Deserialize)]
pub(super) struct ProblemType {
    #[serde(default)]
    pub descriptions: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Problem {
    pub cwe_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    pub url: String,
    #[serde(default)]
    pub tags: Vec<String>,
}
