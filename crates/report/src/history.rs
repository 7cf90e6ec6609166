//! What each layer did to the packages.

use std::collections::HashMap;

use plimsoll_model::{How, Inventory, PackageKind, Presence};

/// What one layer did. Indexes are places in [`Inventory::packages`].
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Packages that it brought, and that were not there before.
    pub(crate) introduced: Vec<u32>,
    /// Packages of which it brought another version, with the one that was there, where that still shows.
    pub(crate) upgraded: Vec<(Option<u32>, u32)>,
    /// Packages that it deleted or replaced by something else.
    pub(crate) removed: Vec<u32>,
}

impl Done {
    fn ended(layers: &mut [Self], layer: u32, package: u32, how: &How) {
        if let (How::Removed | How::Replaced, Some(layer)) = (how, layers.get_mut(layer as usize)) {
            layer.removed.push(package);
        }
    }
}

/// What each layer did to the packages, lowest first. Declared packages count like installed ones.
pub(crate) fn done(inventory: &Inventory, layers: usize) -> Vec<Done> {
    let mut done: Vec<Done> = std::iter::repeat_with(Done::default).take(layers).collect();
    let mut before: HashMap<(PackageKind, &str, &str, u32), u32> = HashMap::new();
    for (at, installed) in (0..).zip(&inventory.packages) {
        if let (Presence::Shadowed, Some(ended)) = (installed.presence, &installed.ended) {
            if let How::Upgraded { to } = &ended.how {
                let package = &installed.package;
                before.insert((package.kind, &package.name, to, ended.layer), at);
            }
            Done::ended(&mut done, ended.layer, at, &ended.how);
        }
    }
    for earlier in &inventory.earlier {
        if let How::Upgraded { to } = &earlier.ended.how
            && let Some(installed) = inventory.packages.get(earlier.package as usize)
        {
            let package = &installed.package;
            before.insert((package.kind, &package.name, to, earlier.ended.layer), earlier.package);
        }
        Done::ended(&mut done, earlier.ended.layer, earlier.package, &earlier.ended.how);
    }
    let times = inventory.earlier.iter().map(|time| (time.package, time.introduced_in, time.version_since));
    let last =
        (0..).zip(&inventory.packages).map(|(at, installed)| (at, installed.introduced_in, installed.version_since));
    for (at, introduced_in, version_since) in times.chain(last) {
        let (Some(layer), Some(installed)) =
            (done.get_mut(version_since as usize), inventory.packages.get(at as usize))
        else {
            continue;
        };
        if introduced_in == version_since {
            layer.introduced.push(at);
        } else {
            let package = &installed.package;
            let key = (package.kind, package.name.as_str(), package.version.as_str(), version_since);
            layer.upgraded.push((before.get(&key).copied(), at));
        }
    }
    done
}
