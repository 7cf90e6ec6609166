//! SPDX 3 as JSON-LD: a graph of elements.
//! <https://spdx.github.io/spdx-spec/v3.0.1/>

use std::borrow::Cow;
use std::collections::HashMap;

use plimsoll_model::Need;

use super::bom::{ComponentKind, RelationKind};
use super::builder::Builder;
use super::component::{Component, vendor};
use crate::json::{self, Take, Text, each, next_key, record, skip, take};
use crate::text::field;
use serde::de::MapAccess;

/// Reads a document into the builder.
pub(super) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    let mut graph =
        Graph { into, packages: Vec::new(), licenses: HashMap::new(), names: HashMap::new(), license_of: Vec::new() };
    let result = json::read(text, &mut graph);
    graph.finish();
    result
}

record! { Identifier<'a> { "externalIdentifierType" => word: Text<'a>, "identifier" => identifier: Text<'a> } }
record! { HashOf<'a> { "algorithm" => algorithm: Text<'a>, "hashValue" => digest: Text<'a> } }
record! {
    Property<'a> {
        "extension_cdxPropName" => name: Text<'a>,
        "extension_cdxPropValue" => value: Text<'a>,
    }
}
record! { Extension<'a> { "extension_cdxProperty" => properties: Vec<Property<'a>> } }
record! {
    Element<'a> {
        "type" | "@type" => r#type: Text<'a>,
        "spdxId" | "@id" => id: Text<'a>,
        "name" => name: Text<'a>,
        "specVersion" => version: Text<'a>,
        "created" => created: Text<'a>,
        "software_packageVersion" | "packageVersion" => package_version: Text<'a>,
        "software_packageUrl" | "packageUrl" => purl: Text<'a>,
        "software_primaryPurpose" | "primaryPurpose" => purpose: Text<'a>,
        "externalIdentifier" => identifiers: Vec<Identifier<'a>>,
        "verifiedUsing" => hashes: Vec<HashOf<'a>>,
        "suppliedBy" => supplier: Text<'a>,
        "extension" => extensions: Vec<Extension<'a>>,
        "from" => from: Text<'a>,
        "to" => to: Vec<Text<'a>>,
        "relationshipType" => word: Text<'a>,
        "scope" => scope: Text<'a>,
        "completeness" => completeness: Text<'a>,
        "rootElement" => roots: Vec<Text<'a>>,
        "simplelicensing_licenseExpression" | "licenseExpression" => expression: Text<'a>,
    }
}

/// The licences of one package.
#[derive(Default)]
struct Licenses<'a> {
    declared: Vec<Cow<'a, str>>,
    concluded: Vec<Cow<'a, str>>,
}

struct Graph<'b, 'a> {
    into: &'b mut Builder,
    packages: Vec<Element<'a>>,
    /// Licence expressions by their element.
    licenses: HashMap<Cow<'a, str>, Cow<'a, str>>,
    /// Names of suppliers by their element.
    names: HashMap<Cow<'a, str>, Cow<'a, str>>,
    /// Packages and the elements of their licences; whether they were concluded by others.
    license_of: Vec<(Cow<'a, str>, Cow<'a, str>, bool)>,
}

impl<'de> Take<'de> for Graph<'_, 'de> {
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = next_key(&mut fields)? {
            match &*key {
                "@graph" => take(&mut fields, &mut each(|element: Element<'de>| self.element(element)))?,
                _ => skip(&mut fields)?,
            }
        }
        Ok(())
    }
}

impl<'a> Graph<'_, 'a> {
    fn element(&mut self, element: Element<'a>) {
        // `software_Package`, or an address that ends with `/Software/Package`.
        let word = element.r#type.as_deref().unwrap_or_default();
        let word = word.rsplit(['/', '_', '#']).next().unwrap_or_default().to_owned();
        match word.as_str() {
            "Package" | "AIPackage" | "DatasetPackage" => self.packages.push(element),
            "File" => self.into.bom.files += 1,
            "Relationship" | "LifecycleScopedRelationship" => self.relationship(element),
            "SpdxDocument" | "Sbom" | "Bom" => {
                element.roots.iter().flatten().for_each(|root| self.into.root(root));
                if word == "SpdxDocument" {
                    self.into.bom.serial = element.id.as_deref().and_then(field).map(str::to_owned);
                }
            }
            "CreationInfo" => {
                self.into.bom.version = element.version.as_deref().and_then(field).unwrap_or_default().to_owned();
                self.into.bom.created = element.created.as_deref().and_then(field).map(str::to_owned);
            }
            "Tool" => self.into.tool(element.name.as_deref().unwrap_or_default(), None),
            "Organization" | "Person" | "Agent" | "SoftwareAgent" => {
                if let (Some(id), Some(name)) = (element.id, element.name) {
                    self.names.insert(id, name);
                }
            }
            "LicenseExpression" => {
                if let (Some(id), Some(expression)) = (element.id, element.expression) {
                    self.licenses.insert(id, expression);
                }
            }
            _ => {}
        }
    }

    fn relationship(&mut self, element: Element<'a>) {
        use RelationKind::{Contains, MadeFrom, Needs};
        let (Some(from), Some(word)) = (element.from, element.word) else { return };
        let need = match element.scope.as_deref() {
            Some("build") => Need::Build,
            Some("development" | "test") => Need::Development,
            _ => Need::Always,
        };
        let kind = match &*word {
            "describes" => return element.to.iter().flatten().for_each(|to| self.into.root(to)),
            "hasDeclaredLicense" | "hasConcludedLicense" => {
                let is_concluded = word == "hasConcludedLicense";
                let licenses = element.to.into_iter().flatten();
                return self.license_of.extend(licenses.map(|license| (from.clone(), license, is_concluded)));
            }
            "dependsOn" | "hasPrerequisite" | "hasStaticLink" | "hasDynamicLink" => Needs(need),
            "hasOptionalDependency" | "hasProvidedDependency" | "hasOptionalComponent" => Needs(Need::Optional),
            "contains" => Contains,
            "generates" => MadeFrom,
            "ancestorOf" | "descendantOf" => return,
            _ => return,
        };
        for to in element.to.iter().flatten() {
            // `generates` is said of what the other was made from.
            let (from, to) = if kind == MadeFrom { (&**to, &*from) } else { (&*from, &**to) };
            self.into.relation(from, to, kind);
        }
        self.into.bom.incomplete |= element.completeness.as_deref() == Some("incomplete");
    }

    /// Now that all elements were seen, the packages find what they refer to.
    fn finish(mut self) {
        let mut licenses: HashMap<Cow<'a, str>, Licenses<'a>> = HashMap::new();
        for (package, license, is_concluded) in self.license_of {
            // A licence of the list is named by its address.
            let expression = self.licenses.get(&license).cloned();
            let expression = expression.or_else(|| {
                let id = license.rsplit('/').next().filter(|_| license.contains("spdx.org/licenses/"))?;
                Some(Cow::Owned(id.to_owned()))
            });
            let known = licenses.entry(package).or_default();
            if is_concluded { known.concluded.extend(expression) } else { known.declared.extend(expression) }
        }
        for element in std::mem::take(&mut self.packages) {
            let mut component = Component {
                component: ComponentKind::of(element.purpose.as_deref().unwrap_or_default()),
                name: element.name,
                version: element.package_version,
                ..Component::default()
            };
            if let Some(known) = element.id.as_ref().and_then(|id| licenses.get(id)) {
                component.licenses(&known.declared);
                component.licenses(&known.concluded);
            }
            component.reference = element.id;
            element.purl.into_iter().for_each(|purl| component.purl(purl));
            for Identifier { word, identifier, .. } in element.identifiers {
                match (word.as_deref(), identifier) {
                    (Some("packageUrl" | "purl"), Some(purl)) => component.purl(purl),
                    (Some("cpe22" | "cpe23"), Some(cpe)) => component.cpe(&cpe),
                    _ => {}
                }
            }
            for HashOf { algorithm, digest, .. } in element.hashes {
                component.hash(algorithm.as_deref().unwrap_or_default(), digest.as_deref().unwrap_or_default());
            }
            let supplier = element.supplier.and_then(|supplier| self.names.get(&supplier).cloned());
            component.vendor = supplier.as_deref().and_then(vendor);
            for property in element.extensions.iter().flat_map(|extension| &extension.properties) {
                component.property(
                    property.name.as_deref().unwrap_or_default(),
                    property.value.as_deref().unwrap_or_default(),
                );
            }
            self.into.component(component);
        }
    }
}
