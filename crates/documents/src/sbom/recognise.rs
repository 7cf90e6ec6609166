//! Which format a document has, by its content.

use std::borrow::Cow;

use serde::de::{Error, MapAccess};

use super::{FORMATS, Format};
use crate::json::{self, Take, Text, next_key, skip, take};

/// Bytes at the beginning in which a document that is no JSON must show what it is.
const HEAD_BYTES: usize = 64 << 10;

/// Tells a document's format; `None` for what is no SBOM.
#[must_use]
pub fn recognise(document: &str) -> Option<&'static Format> {
    let start = document.trim_start();
    let id = match start.as_bytes().first()? {
        b'{' => {
            let mut keys = Keys::default();
            // It stops as soon as it knows, or where the document breaks off.
            let _ = json::read(start, &mut keys);
            keys.format
        }
        b'<' if is_cyclonedx_xml(head(start)) => Some("cyclonedx-xml"),
        _ => head(start).lines().any(|line| line.starts_with("SPDXVersion:")).then_some("spdx-tag-value"),
    }?;
    FORMATS.iter().find(|format| format.id == id)
}

fn head(text: &str) -> &str {
    let end = (0..=HEAD_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

fn is_cyclonedx_xml(head: &str) -> bool {
    let root = head.split('<').find(|tag| tag.starts_with(|letter: char| letter.is_alphabetic()));
    root.is_some_and(|root| {
        let name = root.split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default();
        name.rsplit(':').next() == Some("bom") && root.contains("cyclonedx.org/schema/bom")
    })
}

#[derive(Default)]
struct Keys {
    format: Option<&'static str>,
}

impl Keys {
    fn is_told<E: Error>(&mut self, format: Option<&'static str>) -> Result<(), E> {
        self.format = self.format.or(format);
        if self.format.is_some() { Err(E::custom("the format is known")) } else { Ok(()) }
    }
}

impl<'de> Take<'de> for Keys {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            let told = match &*key {
                "bomFormat" => text(&mut fields)?.filter(|value| value == "CycloneDX").map(|_| "cyclonedx-json"),
                "spdxVersion" => text(&mut fields)?.filter(|value| value.starts_with("SPDX-2")).map(|_| "spdx-json"),
                "@context" => {
                    let mut contexts: Vec<Text<'de>> = Vec::new();
                    take(&mut fields, &mut contexts)?;
                    let is_spdx = |context: &Text<'_>| {
                        context.as_deref().is_some_and(|context| context.contains("spdx.org/rdf/3"))
                    };
                    contexts.iter().any(is_spdx).then_some("spdx-3")
                }
                "schema" => {
                    let mut schema = Schema::default();
                    take(&mut fields, &mut schema)?;
                    schema.url.filter(|url| url.contains("syft")).map(|_| "syft-json")
                }
                "descriptor" => {
                    let mut descriptor = Schema::default();
                    take(&mut fields, &mut descriptor)?;
                    descriptor.name.filter(|name| name == "syft").map(|_| "syft-json")
                }
                // The schema stands in the place of `bomFormat`, where a tool left that out.
                "$schema" => text(&mut fields)?
                    .filter(|value| value.contains("cyclonedx.org/schema/bom"))
                    .map(|_| "cyclonedx-json"),
                _ => {
                    skip(&mut fields)?;
                    None
                }
            };
            self.is_told(told)?;
        }
        Ok(())
    }
}

json::record! { Schema<'a> { "url" => url: Text<'a>, "name" => name: Text<'a> } }

fn text<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    let mut text: Text<'de> = None;
    take(fields, &mut text)?;
    Ok(text)
}
