//! CycloneDX as JSON.

use std::borrow::Cow;

use plimsoll_model::{Need, Position};
use serde::de::{MapAccess, SeqAccess};

use super::super::bom::{ComponentKind, RelationKind};
use super::super::builder::Builder;
use super::super::component::{Component, vendor};
use super::{MAX_DEPTH, is_incomplete};
use crate::json::{self, Take, Text, each, next_item, next_key, record, skip, take};

/// Reads a document into the builder.
pub(in crate::sbom) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    json::read(text, &mut Document(into))
}

struct Document<'b>(&'b mut Builder);

impl<'de> Take<'de> for Document<'_> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            let bom = &mut *self.0;
            match &*key {
                "specVersion" => bom.bom.version = short(&mut fields)?.unwrap_or_default(),
                "serialNumber" => bom.bom.serial = short(&mut fields)?,
                "metadata" => take(&mut fields, &mut Metadata(bom))?,
                "components" => take(&mut fields, &mut Components { into: bom, depth: 0 })?,
                "dependencies" => take(&mut fields, &mut each(|dependency: Dependency<'_>| dependency.relate(bom)))?,
                "compositions" => {
                    let mut says = |composition: Composition<'_>| {
                        bom.bom.incomplete |= composition.aggregate.as_deref().is_some_and(is_incomplete);
                    };
                    take(&mut fields, &mut each(&mut says))?;
                }
                "properties" => take(&mut fields, &mut each(|property: Property<'_>| property.put(bom)))?,
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

struct Metadata<'b>(&'b mut Builder);

impl<'de> Take<'de> for Metadata<'_> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            match &*key {
                "timestamp" => self.0.bom.created = short(&mut fields)?,
                "tools" => take(&mut fields, &mut Tools(self.0))?,
                "component" => {
                    let mut reading = Reading::new(self.0, 0);
                    take(&mut fields, &mut reading)?;
                    let component = reading.component;
                    self.0.subject(component);
                }
                "properties" => take(&mut fields, &mut each(|property: Property<'_>| property.put(self.0)))?,
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

/// Until 1.4 a list, since then components and services.
struct Tools<'b>(&'b mut Builder);

impl<'de> Take<'de> for Tools<'_> {
    fn list<A: SeqAccess<'de>>(&mut self, items: A) -> Result<(), A::Error> {
        each(|tool: Tool<'_>| self.0.tool(tool.name.as_deref().unwrap_or_default(), tool.version.as_deref()))
            .list(items)
    }
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            match &*key {
                "components" => take(&mut fields, &mut Tools(self.0))?,
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

record! { Tool<'a> { "name" => name: Text<'a>, "version" => version: Text<'a> } }
record! { Composition<'a> { "aggregate" => aggregate: Text<'a> } }
record! { Dependency<'a> { "ref" => from: Text<'a>, "dependsOn" => to: Vec<Text<'a>> } }
record! { Property<'a> { "name" => name: Text<'a>, "value" => value: Text<'a> } }
record! { Party<'a> { "name" => name: Text<'a> } }
record! { HashOf<'a> { "alg" => algorithm: Text<'a>, "content" => digest: Text<'a> } }
record! { License<'a> { "id" => id: Text<'a>, "name" => name: Text<'a> } }
record! { LicenseChoice<'a> { "license" => license: License<'a>, "expression" => expression: Text<'a> } }
record! { Place<'a> { "location" => path: Text<'a>, "line" => line: Option<u64>, "offset" => offset: Option<u64> } }
record! { Evidence<'a> { "occurrences" => places: Vec<Place<'a>>, "licenses" => licenses: Vec<LicenseChoice<'a>> } }

impl Dependency<'_> {
    fn relate(&self, into: &mut Builder) {
        let from = self.from.as_deref().unwrap_or_default();
        for to in self.to.iter().flatten() {
            into.relation(from, to, RelationKind::Needs(Need::Always));
        }
    }
}

impl Property<'_> {
    fn put(&self, into: &mut Builder) {
        into.property(self.name.as_deref().unwrap_or_default(), self.value.as_deref().unwrap_or_default());
    }
}

impl<'a> LicenseChoice<'a> {
    fn into_text(self) -> Option<Cow<'a, str>> {
        self.expression.or(self.license.id).or(self.license.name)
    }
}

impl Place<'_> {
    fn position(&self) -> Option<Position> {
        let line = self.line.filter(|line| *line > 0).and_then(|line| u32::try_from(line).ok()).map(Position::Line);
        line.or(self.offset.map(Position::Offset))
    }
}

struct Components<'b> {
    into: &'b mut Builder,
    depth: usize,
}

impl<'de> Take<'de> for Components<'_> {
    fn list<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        loop {
            let first = self.into.next_index();
            let mut reading = Reading::new(self.into, self.depth);
            if !next_item(&mut items, &mut reading)? {
                return Ok(());
            }
            if reading.is_object {
                let component = reading.component;
                if let Some(index) = self.into.component(component) {
                    self.into.adopt(index, first);
                }
            }
        }
    }
}

/// One component while it is read; those within it go into the builder at once.
struct Reading<'b, 'de> {
    into: &'b mut Builder,
    depth: usize,
    component: Component<'de>,
    is_object: bool,
}

impl<'b, 'de> Reading<'b, 'de> {
    fn new(into: &'b mut Builder, depth: usize) -> Self {
        Self { into, depth, component: Component::default(), is_object: false }
    }
}

impl<'de> Take<'de> for Reading<'_, 'de> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        self.is_object = true;
        let mut proven: Vec<LicenseChoice<'de>> = Vec::new();
        while let Some(key) = next_key(&mut fields)? {
            let component = &mut self.component;
            match &*key {
                "bom-ref" => take(&mut fields, &mut component.reference)?,
                "type" => {
                    component.component = ComponentKind::of(&short(&mut fields)?.unwrap_or_default());
                }
                "group" => take(&mut fields, &mut component.group)?,
                "name" => take(&mut fields, &mut component.name)?,
                "version" => take(&mut fields, &mut component.version)?,
                "scope" => component.development |= short(&mut fields)?.as_deref() == Some("excluded"),
                "purl" => {
                    let mut purl: Text<'de> = None;
                    take(&mut fields, &mut purl)?;
                    purl.into_iter().for_each(|purl| component.purl(purl));
                }
                "cpe" => short(&mut fields)?.iter().for_each(|cpe| component.cpe(cpe)),
                "publisher" | "author" => {
                    let name = short(&mut fields)?;
                    component.vendor = component.vendor.take().or_else(|| vendor(name.as_deref()?));
                }
                "supplier" | "manufacturer" => {
                    let mut party = Party::default();
                    take(&mut fields, &mut party)?;
                    component.vendor = party.name.as_deref().and_then(vendor).or(component.vendor.take());
                }
                "hashes" => {
                    let mut put = |hash: HashOf<'_>| {
                        component.hash(
                            hash.algorithm.as_deref().unwrap_or_default(),
                            hash.digest.as_deref().unwrap_or_default(),
                        );
                    };
                    take(&mut fields, &mut each(&mut put))?;
                }
                "licenses" => {
                    let mut choices: Vec<LicenseChoice<'de>> = Vec::new();
                    take(&mut fields, &mut choices)?;
                    put_licenses(component, choices);
                }
                "properties" => {
                    let mut put = |property: Property<'_>| {
                        component.property(
                            property.name.as_deref().unwrap_or_default(),
                            property.value.as_deref().unwrap_or_default(),
                        );
                    };
                    take(&mut fields, &mut each(&mut put))?;
                }
                "evidence" => {
                    let mut evidence = Evidence::default();
                    take(&mut fields, &mut evidence)?;
                    for place in &evidence.places {
                        component.occurrence(place.path.as_deref().unwrap_or_default(), place.position());
                    }
                    proven = evidence.licenses;
                }
                "components" if self.depth < MAX_DEPTH => {
                    take(&mut fields, &mut Components { into: self.into, depth: self.depth + 1 })?;
                }
                "components" => {
                    self.into.cut("components nest too deeply");
                    skip(&mut fields)?;
                }
                _ => skip(&mut fields)?,
            }
        }
        // What was found in its files, where it declares none.
        put_licenses(&mut self.component, proven);
        Ok(())
    }
}

fn put_licenses(component: &mut Component<'_>, choices: Vec<LicenseChoice<'_>>) {
    let texts: Vec<Cow<'_, str>> = choices.into_iter().filter_map(LicenseChoice::into_text).collect();
    component.licenses(&texts);
}

fn short<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<Option<String>, A::Error> {
    let mut text: Text<'de> = None;
    take(fields, &mut text)?;
    Ok(text.as_deref().and_then(crate::text::field).map(str::to_owned))
}
