//! The product tree: from the id in a list of a vulnerability to the package and its platform.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::component::{self, Component, Named};
use super::publisher::{Place, Product, Publisher};
use super::raw::{List, RawBranch, RawProduct, RawRelationship, RawTree, each};

/// Deepest nesting of branches; vendor, family, product and version are four.
const MAX_DEPTH: usize = 32;
/// Most relationships between a package and its platform: the package is part of a module, which is
/// part of the platform. More would be a loop.
const MOST_STEPS: usize = 8;

/// Products and relationships of a document, by id.
pub(super) struct Tree<'d> {
    publisher: &'static Publisher,
    products: HashMap<Cow<'d, str>, Product<'d>>,
    /// By id the place in `parts`.
    numbers: HashMap<Cow<'d, str>, u32>,
    /// The component of each relationship, and what it is a part of.
    parts: Vec<(Cow<'d, str>, Cow<'d, str>)>,
    /// Documents have few platforms and many packages.
    places: HashMap<String, Option<Place>>,
}

/// What an id stands for.
pub(super) struct Resolved<'t> {
    pub place: Place,
    pub component: Component<'t>,
}

/// Why an id stands for no package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// No package of a release that a shard holds.
    Foreign,
    /// The document itself does not say what it is.
    Broken(&'static str),
}

impl<'d> Tree<'d> {
    pub fn read(raw: &RawTree<'d>, publisher: &'static Publisher) -> Result<Self, String> {
        let mut tree = Self {
            publisher,
            products: HashMap::new(),
            numbers: HashMap::new(),
            parts: Vec::new(),
            places: HashMap::new(),
        };
        each(raw.full_product_names, |product| {
            tree.keep(product);
            Ok(())
        })?;
        tree.keep_branches(raw.branches)?;
        each(raw.relationships, |relationship: RawRelationship<'d>| {
            let number = tree.parts.len() as u32;
            if let Entry::Vacant(new) = tree.numbers.entry(relationship.full_product_name.product_id.0) {
                new.insert(number);
                tree.parts.push((relationship.product_reference.0, relationship.relates_to_product_reference.0));
            }
            Ok(())
        })?;
        Ok(tree)
    }

    fn keep_branches(&mut self, branches: List<'d>) -> Result<(), String> {
        let mut waiting = vec![(branches, 0)];
        while let Some((branches, depth)) = waiting.pop() {
            if depth == MAX_DEPTH {
                return Err(format!("its branches nest deeper than {MAX_DEPTH}"));
            }
            each(branches, |branch: RawBranch<'d>| {
                if let Some(product) = branch.product {
                    self.keep(product);
                }
                if branch.branches.is_some() {
                    waiting.push((branch.branches, depth + 1));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn keep(&mut self, raw: RawProduct<'d>) {
        let (cpe, purl) = raw.product_identification_helper.map_or((None, None), |helper| (helper.cpe, helper.purl));
        let known = self.products.entry(raw.product_id.0).or_default();
        // Some documents list a component twice, once without its package URL.
        known.cpe = known.cpe.take().or(cpe.map(|cpe| cpe.0));
        known.purl = known.purl.take().or(purl.map(|purl| purl.0));
        if let Some(name) = raw.name {
            known.name = name.0;
        }
    }

    /// See [`Publisher::names_binaries`].
    pub fn names_binaries(&self) -> bool {
        self.publisher.names_binaries
    }

    /// How many relationships there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The number of a relationship, below [`Self::len`].
    pub fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// Whether the id is a product as a whole (`Text-Only JBCS`), of which no package is named.
    pub fn is_product(&self, id: &str) -> bool {
        self.products.contains_key(id)
    }

    /// The package and platform of a relationship, which is about a build or about all of them.
    pub fn resolve(&mut self, number: u32, is_build: bool) -> Result<Resolved<'_>, Unresolved> {
        let (package, platform) = self.parts.get(number as usize).ok_or(Unresolved::Foreign)?;
        let (mut package, mut platform) = (package, platform);
        let mut module = None;
        let part_of = |id: &Cow<'d, str>| self.numbers.get(id).and_then(|number| self.parts.get(*number as usize));
        for _ in 0..MOST_STEPS {
            if let Some((part, _)) = part_of(package) {
                package = part;
            } else if let Some((part, whole)) = part_of(platform) {
                module = module.or_else(|| self.module(part));
                platform = whole;
            } else {
                let place = self.places.get(&**platform).cloned();
                let place = match place {
                    Some(place) => place,
                    None => {
                        let product = self.products.get(platform);
                        let product = product.ok_or(Unresolved::Broken("is part of a product that is not there"))?;
                        let place = (self.publisher.place)(product);
                        self.places.insert(platform.to_string(), place.clone());
                        place
                    }
                };
                let place = place.ok_or(Unresolved::Foreign)?;
                return self.package(package, is_build).map(|mut component| {
                    component.module = component.module.or(module);
                    Resolved { place, component }
                });
            }
        }
        Err(Unresolved::Broken("is part of itself"))
    }

    fn package<'t>(&'t self, id: &'t str, is_build: bool) -> Result<Component<'t>, Unresolved> {
        let purl = self.products.get(id).and_then(|product| product.purl.as_deref());
        if self.publisher.names_binaries {
            return component::from_binary_id(id, purl, is_build).ok_or(Unresolved::Foreign);
        }
        let named = match purl {
            Some(purl) => component::from_purl(purl),
            None => component::from_file_name(id).or_else(|| component::from_bare_name(id)).map(Named::Package),
        };
        match named {
            Some(Named::Package(component)) => Ok(component),
            Some(Named::Module(_)) | None => Err(Unresolved::Foreign),
        }
    }

    fn module(&self, id: &str) -> Option<String> {
        match component::from_purl(self.products.get(id)?.purl.as_deref()?)? {
            Named::Module(module) => Some(module),
            Named::Package(_) => None,
        }
    }
}
