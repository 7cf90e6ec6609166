//! SPDX 2 as lines of tags and values.

use std::borrow::Cow;

use super::super::bom::ComponentKind;
use super::super::builder::Builder;
use super::super::component::{Component, vendor};
use super::{acquired, creator, refer, relate, remark};
use crate::text::field;

/// Reads a document into the builder.
pub(in crate::sbom) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    let mut document = Document { into, package: None, licenses: Licenses::default(), part: Part::Document };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((tag, value)) = line.split_once(':') else { continue };
        let mut value = Cow::Borrowed(value.trim());
        if value.starts_with("<text>") && !value.contains("</text>") {
            value = Cow::Owned(rest_of_text(&value, &mut lines)?);
        }
        let value = value.strip_prefix("<text>").map_or(&*value, |rest| rest.split("</text>").next().unwrap_or(rest));
        document.take(tag.trim(), value.trim());
    }
    document.close();
    Ok(())
}

/// The text that goes on over the lines to its end mark; of an overlong one its beginning.
fn rest_of_text<'a>(first: &str, lines: &mut impl Iterator<Item = &'a str>) -> Result<String, String> {
    const MAX_BYTES: usize = 64 << 10;
    let mut text = first.to_owned();
    for line in lines {
        if text.len() + line.len() < MAX_BYTES {
            text.push(' ');
            text.push_str(line);
        }
        if line.contains("</text>") {
            return Ok(text);
        }
    }
    Err("a text has no end".into())
}

struct Document<'b> {
    into: &'b mut Builder,
    package: Option<Component<'static>>,
    licenses: Licenses,
    part: Part,
}

/// Of what the lines speak: names of tags are not unique.
#[derive(PartialEq, Eq)]
enum Part {
    Document,
    Package,
    Other,
}

#[derive(Default)]
struct Licenses {
    declared: Option<String>,
    concluded: Option<String>,
}

impl Document<'_> {
    fn take(&mut self, tag: &str, value: &str) {
        let told = || field(value).map(|value| Cow::Owned(value.to_owned()));
        match (tag, &mut self.package) {
            ("PackageName", _) => {
                self.close();
                self.part = Part::Package;
                self.package = Some(Component { name: told(), ..Component::default() });
            }
            ("FileName", _) => {
                self.close();
                self.into.bom.files += 1;
            }
            ("SnippetSPDXID" | "LicenseID", _) => self.close(),
            ("Relationship", _) => {
                let mut words = value.split_ascii_whitespace();
                if let (Some(from), Some(word), Some(to)) = (words.next(), words.next(), words.next()) {
                    relate(self.into, from, word, to);
                }
            }
            ("SPDXVersion", _) => self.into.bom.version = field(value).unwrap_or_default().to_owned(),
            ("DocumentNamespace", _) => self.into.bom.serial = field(value).map(str::to_owned),
            ("Created", _) => self.into.bom.created = field(value).map(str::to_owned),
            ("Creator", _) => creator(self.into, value),
            ("SPDXID", Some(package)) if self.part == Part::Package => package.reference = told(),
            ("PackageVersion", Some(package)) => package.version = told(),
            ("PrimaryPackagePurpose", Some(package)) => package.component = ComponentKind::of(value),
            ("PackageSupplier", Some(package)) => package.vendor = vendor(value).or(package.vendor.take()),
            ("PackageOriginator", Some(package)) => package.vendor = package.vendor.take().or_else(|| vendor(value)),
            ("PackageLicenseDeclared", _) => self.licenses.declared = field(value).map(str::to_owned),
            ("PackageLicenseConcluded", _) => self.licenses.concluded = field(value).map(str::to_owned),
            ("PackageSourceInfo", Some(package)) => acquired(package, value),
            ("PackageAttributionText" | "AnnotationComment", Some(package)) => remark(package, value),
            ("PackageChecksum", Some(package)) => {
                let (algorithm, digest) = value.split_once(':').unwrap_or_default();
                package.hash(algorithm, digest);
            }
            ("ExternalRef", Some(package)) => {
                let mut words = value.split_ascii_whitespace();
                if let (Some(_), Some(word), Some(locator)) = (words.next(), words.next(), words.next()) {
                    refer(package, word, Cow::Owned(locator.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// The package that was spoken of ends here.
    fn close(&mut self) {
        self.part = Part::Other;
        let Licenses { declared, concluded } = std::mem::take(&mut self.licenses);
        if let Some(mut package) = self.package.take() {
            package.license = declared.or(concluded);
            self.into.component(package);
        }
    }
}
