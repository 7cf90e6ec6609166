//! Syft's own JSON, which says more than the standards have room for.

use std::borrow::Cow;

use plimsoll_model::Need;
use serde::de::MapAccess;

use super::bom::{ComponentKind, RelationKind, Subject};
use super::builder::Builder;
use super::component::{Component, vendor};
use crate::json::{self, Take, Text, each, next_key, record, skip, take};
use crate::text::field;

/// Reads a document into the builder.
pub(super) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    json::read(text, &mut Document(into))
}

record! { Place<'a> { "path" => path: Text<'a> } }
record! { License<'a> { "value" => value: Text<'a>, "spdxExpression" => expression: Text<'a> } }
record! { CpeOf<'a> { "cpe" => cpe: Text<'a> } }
record! { Pom<'a> { "groupId" => group: Text<'a>, "artifactId" => artifact: Text<'a> } }
record! { Nothing<'a> {} }
record! { Named<'a> { "name" => name: Text<'a>, "version" => version: Text<'a> } }
record! { Schema<'a> { "version" => version: Text<'a> } }
record! { System<'a> { "id" => id: Text<'a>, "name" => name: Text<'a>, "versionID" => version: Text<'a> } }
record! { Relationship<'a> { "parent" => parent: Text<'a>, "child" => child: Text<'a>, "type" => word: Text<'a> } }
record! { Source<'a> { "name" => name: Text<'a>, "version" => version: Text<'a>, "type" => r#type: Text<'a> } }
record! {
    Metadata<'a> {
        "source" | "originPackage" => source: Text<'a>,
        "sourceVersion" => source_version: Text<'a>,
        "sourceRpm" => source_rpm: Text<'a>,
        "architecture" | "arch" => architecture: Text<'a>,
        "maintainer" | "vendor" => vendor: Text<'a>,
        "modularityLabel" => module: Text<'a>,
        "pomProperties" => pom: Pom<'a>,
    }
}
record! {
    Artifact<'a> {
        "id" => id: Text<'a>,
        "name" => name: Text<'a>,
        "version" => version: Text<'a>,
        "type" => r#type: Text<'a>,
        "purl" => purl: Text<'a>,
        "locations" => places: Vec<Place<'a>>,
        "licenses" => licenses: Vec<LicenseWord<'a>>,
        "cpes" => cpes: Vec<CpeWord<'a>>,
        "metadata" => metadata: Metadata<'a>,
    }
}

/// A word, or since some version an object that holds it.
#[derive(Default)]
pub(crate) struct LicenseWord<'a>(Text<'a>);
/// As [`LicenseWord`].
#[derive(Default)]
pub(crate) struct CpeWord<'a>(Text<'a>);

impl<'de> Take<'de> for LicenseWord<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        self.0 = Some(text);
    }
    fn object<A: MapAccess<'de>>(&mut self, fields: A) -> Result<(), A::Error> {
        let mut license = License::default();
        license.object(fields)?;
        self.0 = license.expression.filter(|expression| !expression.is_empty()).or(license.value);
        Ok(())
    }
}

impl<'de> Take<'de> for CpeWord<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        self.0 = Some(text);
    }
    fn object<A: MapAccess<'de>>(&mut self, fields: A) -> Result<(), A::Error> {
        let mut cpe = CpeOf::default();
        cpe.object(fields)?;
        self.0 = cpe.cpe;
        Ok(())
    }
}

struct Document<'b>(&'b mut Builder);

impl<'de> Take<'de> for Document<'_> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            let bom = &mut *self.0;
            match &*key {
                "artifacts" => {
                    let mut put = |artifact: Artifact<'_>| {
                        bom.component(artifact.into());
                    };
                    take(&mut fields, &mut each(&mut put))?;
                }
                "artifactRelationships" => {
                    take(&mut fields, &mut each(|relationship: Relationship<'_>| relationship.put(bom)))?;
                }
                "files" => take(&mut fields, &mut each(|_: Nothing<'_>| bom.bom.files += 1))?,
                "distro" => {
                    let mut system = System::default();
                    take(&mut fields, &mut system)?;
                    let told = |text: &Text<'_>| text.as_deref().and_then(field).map(str::to_owned);
                    bom.bom.system = told(&system.id).or(told(&system.name)).map(|name| (name, told(&system.version)));
                }
                "descriptor" => {
                    let mut tool = Named::default();
                    take(&mut fields, &mut tool)?;
                    bom.tool(tool.name.as_deref().unwrap_or_default(), tool.version.as_deref());
                }
                "schema" => {
                    let mut schema = Schema::default();
                    take(&mut fields, &mut schema)?;
                    bom.bom.version = schema.version.as_deref().and_then(field).unwrap_or_default().to_owned();
                }
                "source" => {
                    let mut source = Source::default();
                    take(&mut fields, &mut source)?;
                    bom.bom.subject = source.subject();
                }
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

impl Source<'_> {
    fn subject(&self) -> Option<Subject> {
        let component = match self.r#type.as_deref() {
            Some("image") => ComponentKind::Container,
            _ => ComponentKind::File,
        };
        let name = self.name.as_deref().and_then(field)?.to_owned();
        let version = self.version.as_deref().and_then(field).map(str::to_owned);
        Some(Subject { name, version, component, ..Subject::default() })
    }
}

impl Relationship<'_> {
    fn put(&self, into: &mut Builder) {
        let (Some(parent), Some(child), Some(word)) = (&self.parent, &self.child, &self.word) else { return };
        match &**word {
            "dependency-of" => into.relation(child, parent, RelationKind::Needs(Need::Always)),
            "ownership-by-file-overlap" => into.relation(parent, child, RelationKind::Contains),
            _ => {}
        }
    }
}

impl<'a> From<Artifact<'a>> for Component<'a> {
    fn from(artifact: Artifact<'a>) -> Self {
        let told = |text: &Text<'_>| text.as_deref().and_then(field).map(str::to_owned);
        let mut component = Component {
            reference: artifact.id,
            name: artifact.name,
            version: artifact.version,
            hint: artifact.r#type,
            architecture: told(&artifact.metadata.architecture),
            vendor: artifact.metadata.vendor.as_deref().and_then(vendor),
            module: told(&artifact.metadata.module),
            ..Component::default()
        };
        component.source.name = told(&artifact.metadata.source);
        component.source.version = told(&artifact.metadata.source_version);
        component.source.file = told(&artifact.metadata.source_rpm);
        if component.name == artifact.metadata.pom.artifact {
            component.group = artifact.metadata.pom.group;
        }
        artifact.purl.into_iter().for_each(|purl| component.purl(purl));
        artifact
            .places
            .iter()
            .filter_map(|place| place.path.as_deref())
            .for_each(|path| component.occurrence(path, None));
        artifact.cpes.iter().filter_map(|cpe| cpe.0.as_deref()).for_each(|cpe| component.cpe(cpe));
        component.licenses(&artifact.licenses.into_iter().filter_map(|license| license.0).collect::<Vec<_>>());
        component
    }
}
