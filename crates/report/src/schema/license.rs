//! The licences of packages.

use plimsoll_model::{LicenseFinding, LicenseSource};
use serde::Serialize;

use super::location;

#[derive(Serialize)]
pub(crate) struct LicenseRow<'a> {
    package: u32,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    confidence: u8,
}

pub(crate) fn license(found: &LicenseFinding) -> LicenseRow<'_> {
    LicenseRow {
        package: found.package,
        class: found.class.name(),
        expression: Some(found.expression.as_str()).filter(|text| !text.is_empty()),
        file: match &found.source {
            LicenseSource::Declared => None,
            LicenseSource::File(at) => Some(location(at)),
        },
        confidence: found.confidence,
    }
}
