//! Whether the Go packages and functions that an advisory names are in the programs that hold the module.

use std::collections::HashMap;

use plimsoll_model::{
    GoImport, InstalledPackage, InstalledProgram, Inventory, Linked, Location, Package, PackageKind, Presence,
    Reachability,
};

use crate::scope::imports_for;

/// The standard library, of which every program has something.
const STANDARD_LIBRARY: &str = "stdlib";

/// The programs of an inventory by place.
pub(crate) struct Programs<'i>(HashMap<&'i Location, &'i InstalledProgram>);

/// What the programs that hold one Go module were linked from.
pub(crate) struct Holders<'i> {
    known: Vec<(&'i Location, &'i Linked)>,
    /// Of one at least nothing is known.
    has_unknown: bool,
}

impl<'i> Programs<'i> {
    pub fn of(inventory: &'i Inventory) -> Self {
        Self(inventory.programs.iter().map(|program| (&program.location, program)).collect())
    }

    /// The programs that hold a package; `None` where it is none of Go's.
    pub fn holding(&self, installed: &'i InstalledPackage) -> Option<Holders<'i>> {
        let Package { kind, name, .. } = &installed.package;
        if *kind != PackageKind::Go {
            return None;
        }
        let mut holders = Holders { known: Vec::new(), has_unknown: installed.presence != Presence::Present };
        // Where a module was removed or replaced, another program may stand by now.
        for location in installed.locations().filter(|_| installed.presence == Presence::Present) {
            let linked = self.0.get(location).and_then(|program| program.linked.as_ref());
            match linked.filter(|linked| name == STANDARD_LIBRARY || linked.has_module(name)) {
                Some(linked) => holders.known.push((location, linked)),
                // The module took another one's place, whose name its packages still have; or it has
                // nothing but types.
                None => holders.has_unknown = true,
            }
        }
        Some(holders)
    }
}

impl Holders<'_> {
    /// What is known of a vulnerability from the rows that hold, by what each names. Rows that name
    /// nothing smaller than the module have no say where others do.
    pub fn reach<'r>(&self, rows: impl Iterator<Item = &'r [GoImport]>, package: &Package) -> Reachability {
        let words = rows.filter(|imports| !imports.is_empty()).map(|imports| self.reach_of_row(imports, package));
        // A row that is reached makes the vulnerability so; else one of which it is unknown.
        words.min_by_key(rank).unwrap_or(Reachability::Unknown)
    }

    fn reach_of_row(&self, imports: &[GoImport], package: &Package) -> Reachability {
        let platform = package.architecture.as_deref();
        let named =
            || self.known.iter().flat_map(|holder| imports_for(imports, platform).map(move |one| (holder, one)));
        let reached = named().find_map(|((location, linked), import)| {
            let symbol = symbol(linked, import)?;
            Some(Reachability::Reachable { symbol, program: (*location).clone() })
        });
        match reached {
            Some(reached) => reached,
            None if self.has_unknown || self.known.is_empty() => Reachability::Unknown,
            None if imports.iter().any(|import| !is_of_module(&import.path, package)) => Reachability::Unknown,
            None if named().any(|((_, linked), import)| linked.packages.contains(&import.path)) => {
                Reachability::NotLinked
            }
            None => Reachability::PackageNotLinked,
        }
    }

    /// The first programs, for people.
    pub fn named(&self) -> String {
        let first = self.known.first().map(|(location, _)| location.path.to_string()).unwrap_or_default();
        match self.known.len() {
            0 | 1 => first,
            2 => format!("{first} and another program"),
            number => format!("{first} and {} other programs", number - 1),
        }
    }
}

/// What of an import is in a program.
fn symbol(linked: &Linked, import: &GoImport) -> Option<String> {
    if import.symbols.is_empty() {
        return linked.packages.contains(&import.path).then(|| import.path.clone());
    }
    let functions = import.symbols.iter().map(|symbol| format!("{}.{symbol}", import.path));
    functions.into_iter().find(|function| linked.functions.contains(function))
}

fn is_of_module(path: &str, package: &Package) -> bool {
    let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
    package.name == STANDARD_LIBRARY || path.strip_prefix(&package.name).is_some_and(below)
}

fn rank(reachability: &Reachability) -> u8 {
    match reachability {
        Reachability::Reachable { .. } => 0,
        Reachability::Unknown => 1,
        Reachability::NotLinked => 2,
        Reachability::PackageNotLinked => 3,
    }
}
