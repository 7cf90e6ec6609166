//! `build.sbt.lock`: the artifacts that sbt's dependency lock plugin noted.
//! <https://github.com/stringbean/sbt-dependency-lock>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_item};
use crate::listing::{Details, Listing, want_lock};
use crate::positions::Positions;

/// Reads the lock files of sbt.
pub struct SbtLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow, default)]
    org: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    configurations: Option<&'a RawValue>,
}

impl Inspect for SbtLock {
    fn id(&self) -> &'static str {
        "sbt-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".sbt.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let lock: Lock<'_> = document(bytes)?;
        let mut listing = Listing::declared(PackageKind::Maven, out);
        let mut positions = Positions::of(bytes);
        each_item(lock.dependencies, |item: &RawValue| match document::<Dependency<'_>>(item.get().as_bytes()) {
            Ok(dependency) => {
                let Dependency { org, name, version, .. } = &dependency;
                let name = format!("{}:{}", org.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
                let development = dependency.is_for_development();
                let position = positions.line_of(item.get());
                let details = Details { development, position, ..Details::default() };
                listing.detailed(&name, version.as_str().unwrap_or_default(), details);
            }
            Err(why) => listing.broken(why),
        })?;
        listing.finish()
    }
}

impl Dependency<'_> {
    /// Whether only tests or the build ask for it.
    fn is_for_development(&self) -> bool {
        let (mut any, mut shipped) = (false, false);
        let _ = each_item(self.configurations, |configuration: Text<'_>| {
            any = true;
            shipped |=
                matches!(configuration.as_str(), Some("compile" | "runtime" | "default" | "provided" | "optional"));
        });
        any && !shipped
    }
}
