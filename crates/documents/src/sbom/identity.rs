//! Which package a component is.
//!
//! A package URL decides, even where the component's own name says otherwise; what the URL leaves out
//! (version, group) the component may add. Without one, the type that the tool gave it decides, and
//! the component's own name. A component that has neither is known by its names as a product (CPE);
//! one without those cannot be looked up anywhere and is counted.

use std::borrow::Cow;

use plimsoll_model::{EvidenceKind, Package, PackageKind, PackageUrl, SourcePackage};

use super::bom::ComponentKind;
use super::component::{Component, SourceWords};
use super::kinds::{SOURCE, is_no_package, kind_of};
use crate::text::field;

/// Why a component is no package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Skip {
    /// It is something that is no package, and not missed.
    NoPackage(&'static str),
    /// It may be a package, but nobody can tell which.
    NoIdentity(&'static str),
}

/// A component that is a package.
pub(crate) struct Identified<'a> {
    pub(crate) package: Package,
    pub(crate) purl: Option<Cow<'a, str>>,
    /// The component's own name, where the package URL has another.
    pub(crate) called: Option<String>,
}

/// Tells which package a component is.
pub(crate) fn identify<'a>(
    component: &mut Component<'a>,
    unnamed: Option<PackageKind>,
) -> Result<Identified<'a>, Skip> {
    let (url, purl, no_package) = best_url(component);
    let hint = component.hint.as_deref().and_then(kind_of);
    let mut package = match &url {
        Some(url) => of_url(url, component).ok_or(Skip::NoIdentity("of a type that is not known"))?,
        None => {
            let keeps_sources = unnamed == Some(PackageKind::Generic);
            let no_package = no_package.filter(|what| *what != SOURCE || !keeps_sources);
            if let Some(what) = no_package.or_else(|| what_it_is(component.component)) {
                return Err(Skip::NoPackage(what));
            }
            of_words(component, hint, unnamed)?
        }
    };
    if package.name.is_empty() {
        return Err(Skip::NoIdentity("without a name"));
    }
    if package.version.is_empty() {
        let is_folder = component.component == ComponentKind::Application && url.is_none();
        return Err(if is_folder { Skip::NoPackage("applications") } else { Skip::NoIdentity("without a version") });
    }
    let called = url.as_ref().and_then(|url| another_name(component, &package, url));
    add_words(&mut package, component);
    Ok(Identified { package, purl, called })
}

/// The first package URL that names a package.
fn best_url<'a>(component: &mut Component<'a>) -> (Option<PackageUrl>, Option<Cow<'a, str>>, Option<&'static str>) {
    let is_action = component.hint.as_deref().and_then(kind_of) == Some(PackageKind::GithubActions);
    let mut no_package = None;
    let mut unknown = None;
    for purl in component.purls.drain(..) {
        let Ok(url) = purl.parse::<PackageUrl>() else { continue };
        // A repository is where source code is kept, unless it is known to be an action.
        let is_repository = url.purl_type == "github" && !is_action;
        if let Some(what) = is_no_package(&url.purl_type).or(is_repository.then_some(SOURCE)) {
            no_package = Some(what);
        } else if url.kind().is_some() {
            return (Some(url), Some(purl), None);
        } else if unknown.is_none() {
            unknown = Some((url, purl));
        }
    }
    match unknown {
        Some((url, purl)) if component.cpes.is_empty() => (Some(url), Some(purl), None),
        Some((_, purl)) => (None, Some(purl), None),
        None => (None, None, no_package.filter(|_| component.cpes.is_empty())),
    }
}

fn of_url(url: &PackageUrl, component: &Component<'_>) -> Option<Package> {
    let mut package = url.package()?;
    package.evidence = EvidenceKind::Sbom;
    let told = |text: &Option<Cow<'_, str>>| text.as_deref().and_then(field).map(str::to_owned);
    if package.version.is_empty() {
        package.version = told(&component.version).unwrap_or_default();
    }
    let is_half = url.namespace.is_none() && matches!(package.kind, PackageKind::Maven | PackageKind::Composer);
    if let (true, Some(group)) = (is_half, told(&component.group)) {
        package.name = joined(package.kind, Some(&group), &url.name);
    }
    // Go's standard library has two names, and its releases are written with `go` in front or without.
    if package.kind == PackageKind::Go && matches!(package.name.as_str(), "std" | "stdlib") {
        package.name = "stdlib".to_owned();
        package.version = package.version.trim_start_matches("go").to_owned();
    }
    // The URL of an RPM may keep the epoch that the version has.
    if package.kind == PackageKind::Rpm
        && !url.qualifiers.contains_key("epoch")
        && let Some(own) = told(&component.version)
        && let Some((epoch, version)) = own.split_once(':')
        && version == package.version
        && epoch != "0"
    {
        package.version = own;
    }
    Some(package)
}

fn of_words(
    component: &Component<'_>,
    hint: Option<PackageKind>,
    unnamed: Option<PackageKind>,
) -> Result<Package, Skip> {
    let told = |text: &Option<Cow<'_, str>>| text.as_deref().and_then(field).map(str::to_owned);
    let kind = match (hint.or(unnamed), component.component) {
        (Some(kind), _) => kind,
        (None, ComponentKind::Model) => PackageKind::Model,
        (None, _) if !component.cpes.is_empty() => PackageKind::Generic,
        (None, ComponentKind::Application) if component.version.is_none() => {
            return Err(Skip::NoPackage("applications"));
        }
        (None, _) => return Err(Skip::NoIdentity("without a package URL or another identity")),
    };
    let name = told(&component.name).unwrap_or_default();
    let name = joined(kind, told(&component.group).as_deref(), &name);
    Ok(Package::new(kind, name, told(&component.version).unwrap_or_default(), EvidenceKind::Sbom))
}

fn joined(kind: PackageKind, group: Option<&str>, name: &str) -> String {
    match (group, kind) {
        (Some(group), PackageKind::Maven) if !name.contains(':') => format!("{group}:{name}"),
        (Some(group), PackageKind::Vscode) => format!("{group}.{name}"),
        (Some(group), PackageKind::Npm | PackageKind::Jsr | PackageKind::Composer | PackageKind::Go)
            if !name.starts_with(group) =>
        {
            format!("{group}/{name}")
        }
        _ => name.to_owned(),
    }
}

/// The component's own name, where it is another than the package URL's.
fn another_name(component: &Component<'_>, package: &Package, url: &PackageUrl) -> Option<String> {
    let name = component.name.as_deref().and_then(field)?;
    let group = component.group.as_deref().and_then(field);
    let kind = package.kind;
    let is_same = |other: &str| kind.lookup_name(other) == kind.lookup_name(&package.name);
    let known = is_same(name) || is_same(&joined(kind, group, name)) || name.eq_ignore_ascii_case(&url.name);
    // With its group written in one of the usual ways.
    let spelt = known || is_same(&name.replace('/', ":")) || is_same(&name.replace(':', "/"));
    (!spelt).then(|| name.to_owned())
}

/// What the document says beside name and version.
fn add_words(package: &mut Package, component: &mut Component<'_>) {
    if package.architecture.is_none() && package.kind.is_os() {
        package.architecture = component.architecture.take();
    }
    if package.module.is_none() && package.kind == PackageKind::Rpm {
        package.module = component.module.take();
    }
    if let Some(source) = source(&component.source, package) {
        package.source = Some(source);
    }
    package.vendor = component.vendor.take();
    package.license = component.license.take();
    package.development = component.development;
    // Where an ecosystem has a name for it, that is what it is looked up by.
    if package.kind == PackageKind::Generic || package.kind.is_inventory_only() {
        package.cpes = std::mem::take(&mut component.cpes);
    }
}

/// The source package by the words of the tool.
fn source(words: &SourceWords, package: &Package) -> Option<SourcePackage> {
    if !package.kind.is_os() {
        return None;
    }
    if let Some(file) = words.file.as_deref() {
        let url = format!("pkg:rpm/a@1?upstream={file}");
        return url.parse::<PackageUrl>().ok()?.package()?.source.filter(|_| file.ends_with(".rpm"));
    }
    let name = words.name.clone()?;
    let Some(version) = &words.version else { return Some(SourcePackage { name, version: package.version.clone() }) };
    let release = words.release.as_deref().map(|release| format!("-{release}")).unwrap_or_default();
    // The version of a source RPM is written without its epoch.
    let epoch = words.epoch.as_deref().filter(|epoch| *epoch != "0" && package.kind != PackageKind::Rpm);
    let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
    Some(SourcePackage { name, version: format!("{epoch}{version}{release}") })
}

fn what_it_is(component: ComponentKind) -> Option<&'static str> {
    match component {
        ComponentKind::OperatingSystem => Some("operating systems"),
        ComponentKind::Container => Some("images"),
        ComponentKind::File => Some("files"),
        ComponentKind::Source => Some(SOURCE),
        ComponentKind::Device => Some("devices and platforms"),
        ComponentKind::Library | ComponentKind::Application | ComponentKind::Model => None,
    }
}
