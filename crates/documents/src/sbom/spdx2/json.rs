//! SPDX 2 as JSON.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::super::bom::ComponentKind;
use super::super::builder::Builder;
use super::super::component::{Component, vendor};
use super::{acquired, creator, refer, relate, remark};
use crate::json::{self, Take, Text, each, next_key, record, skip, take};
use crate::text::field;

/// Reads a document into the builder.
pub(in crate::sbom) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    json::read(text, &mut Document(into))
}

struct Document<'b>(&'b mut Builder);

record! { Creation<'a> { "created" => created: Text<'a>, "creators" => creators: Vec<Text<'a>> } }
record! { Checksum<'a> { "algorithm" => algorithm: Text<'a>, "checksumValue" => digest: Text<'a> } }
record! { Reference<'a> { "referenceType" => word: Text<'a>, "referenceLocator" => locator: Text<'a> } }
record! { Annotation<'a> { "comment" => comment: Text<'a> } }
record! { Nothing<'a> {} }
record! {
    Relationship<'a> {
        "spdxElementId" => from: Text<'a>,
        "relationshipType" => word: Text<'a>,
        "relatedSpdxElement" => to: Text<'a>,
    }
}
record! {
    Package<'a> {
        "SPDXID" => reference: Text<'a>,
        "name" => name: Text<'a>,
        "versionInfo" => version: Text<'a>,
        "primaryPackagePurpose" => purpose: Text<'a>,
        "supplier" => supplier: Text<'a>,
        "originator" => originator: Text<'a>,
        "licenseDeclared" => declared: Text<'a>,
        "licenseConcluded" => concluded: Text<'a>,
        "sourceInfo" => acquired: Text<'a>,
        "packageFileName" => file: Text<'a>,
        "externalRefs" | "externalReferences" => references: Vec<Reference<'a>>,
        "checksums" => checksums: Vec<Checksum<'a>>,
        "annotations" => annotations: Vec<Annotation<'a>>,
        "attributionTexts" => attributions: Vec<Text<'a>>,
    }
}

impl<'de> Take<'de> for Document<'_> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            let bom = &mut *self.0;
            match &*key {
                "spdxVersion" => bom.bom.version = told(&mut fields)?.unwrap_or_default(),
                "documentNamespace" => bom.bom.serial = told(&mut fields)?,
                "creationInfo" => {
                    let mut creation = Creation::default();
                    take(&mut fields, &mut creation)?;
                    bom.bom.created = creation.created.as_deref().and_then(field).map(str::to_owned);
                    creation.creators.iter().flatten().for_each(|name| creator(bom, name));
                }
                "documentDescribes" => {
                    take(&mut fields, &mut each(|text: Text<'_>| bom.root(&text.unwrap_or_default())))?;
                }
                "packages" => {
                    let mut put = |package: Package<'_>| {
                        bom.component(package.into());
                    };
                    take(&mut fields, &mut each(&mut put))?;
                }
                "files" => take(&mut fields, &mut each(|_: Nothing<'_>| bom.bom.files += 1))?,
                "relationships" => {
                    take(&mut fields, &mut each(|relationship: Relationship<'_>| relationship.put(bom)))?;
                }
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

impl Relationship<'_> {
    fn put(&self, into: &mut Builder) {
        if let (Some(from), Some(word), Some(to)) = (&self.from, &self.word, &self.to) {
            relate(into, from, word, to);
        }
    }
}

impl<'a> From<Package<'a>> for Component<'a> {
    fn from(package: Package<'a>) -> Self {
        let mut component = Component {
            reference: package.reference,
            component: ComponentKind::of(package.purpose.as_deref().unwrap_or_default()),
            name: package.name,
            version: package.version.filter(|version| field(version).is_some()),
            vendor: package.supplier.as_deref().and_then(vendor).or(package.originator.as_deref().and_then(vendor)),
            ..Component::default()
        };
        let licenses: Vec<Cow<'_, str>> = package.declared.into_iter().collect();
        component.licenses(&licenses);
        component.licenses(&package.concluded.into_iter().collect::<Vec<_>>());
        for Reference { word, locator, .. } in package.references {
            refer(&mut component, word.as_deref().unwrap_or_default(), locator.unwrap_or_default());
        }
        for Checksum { algorithm, digest, .. } in package.checksums {
            component.hash(algorithm.as_deref().unwrap_or_default(), digest.as_deref().unwrap_or_default());
        }
        let annotations = package.annotations.iter().filter_map(|annotation| annotation.comment.as_deref());
        annotations
            .chain(package.attributions.iter().flatten().map(|text| &**text))
            .for_each(|text| remark(&mut component, text));
        package.acquired.iter().for_each(|text| acquired(&mut component, text));
        // Where npm and others say that it lies.
        let file = package.file.as_deref().and_then(field).filter(|file| file.contains('/'));
        file.into_iter().for_each(|file| component.occurrence(file, None));
        component
    }
}

fn told<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<Option<String>, A::Error> {
    let mut text: Text<'de> = None;
    take(fields, &mut text)?;
    Ok(text.as_deref().and_then(field).map(str::to_owned))
}
