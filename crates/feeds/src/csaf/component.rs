//! Components: packages as CSAF names them, by package URL or by file name.

use std::borrow::Cow;

use crate::text;

/// A package, and the build of it where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component<'d> {
    /// Binary or source name.
    pub name: Cow<'d, str>,
    /// `[epoch:]version-release`, epoch 0 left out.
    pub version: Option<String>,
    /// `src` for a source package; `None` where the document does not say.
    pub architecture: Option<Cow<'d, str>>,
    /// `name:stream`.
    pub module: Option<String>,
    /// Name of the source package, where the document says it of a binary one.
    pub source: Option<Cow<'d, str>>,
}

impl<'d> Component<'d> {
    fn of(name: Cow<'d, str>) -> Self {
        Self { name, version: None, architecture: None, module: None, source: None }
    }
}

/// What a package URL stands for here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'d> {
    Package(Component<'d>),
    /// A module itself, as the place of packages: `name:stream`.
    Module(String),
}

/// Reads the package URL of a component; `None` for what is no RPM: containers, Java archives.
///
/// Modules came in three shapes: `pkg:rpmmod/redhat/nodejs@18:8080020…:63b34585` as a product of its
/// own that packages belong to, `pkg:rpmmod/redhat/nodejs:18/nodejs` for a package of it without a
/// version, and the qualifier `rpmmod=nodejs:18:8080020…` of a package.
pub(super) fn from_purl(purl: &str) -> Option<Named<'_>> {
    let rest = purl.strip_prefix("pkg:")?;
    let (rest, _subpath) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (path, version) = path.rsplit_once('@').map_or((path, None), |(path, version)| (path, Some(version)));
    let mut parts = path.trim_matches('/').split('/');
    let kind = parts.next()?;
    let name = decoded(parts.next_back()?)?;
    let namespaces: Vec<&str> = parts.collect();
    let version = match version.filter(|version| !version.is_empty()) {
        Some(version) => Some(decoded(version)?),
        None => None,
    };
    if kind == "rpmmod" {
        let inside = namespaces.get(1).map(|module| decoded(module));
        return match inside {
            Some(module) => {
                let module = Some(stream(&module?)?);
                let architecture = Some(Cow::Borrowed("src"));
                Some(Named::Package(Component { architecture, module, ..Component::of(named(name)?) }))
            }
            None => stream(&format!("{name}:{}", version?)).map(Named::Module),
        };
    }
    if kind != "rpm" {
        return None;
    }
    let mut component = Component::of(named(name)?);
    let mut epoch = None;
    for qualifier in qualifiers.split('&') {
        let Some((key, value)) = qualifier.split_once('=') else { continue };
        match key {
            "arch" => component.architecture = Some(decoded(value)?).filter(|architecture| is_word(architecture)),
            "epoch" => epoch = Some(decoded(value)?),
            "rpmmod" => component.module = stream(&decoded(value)?),
            // `xz-5.6.2-1.1.src.rpm`, `xz.src.rpm`.
            "upstream" => component.source = decoded(value).and_then(|file| source_of(&file)),
            _ => {}
        }
    }
    component.version = version.map(|version| with_epoch(epoch.as_deref(), &version));
    Some(Named::Package(component))
}

/// The name in that of a source package's file.
fn source_of(file: &str) -> Option<Cow<'static, str>> {
    let stem = file.strip_suffix(".src.rpm")?;
    named(Cow::Owned(build(stem).map_or(stem, |(name, _)| name).to_owned()))
}

/// Reads the id of a binary package: `xz-5.6.2-1.1`, or `libjavascriptcoregtk-4_0-18` without a build.
/// Package URLs take the end of such a name for a version: they are asked for the rest only.
///
/// `None` where the package URL is of no RPM.
pub(super) fn from_binary_id<'d>(id: &'d str, purl: Option<&'d str>, is_build: bool) -> Option<Component<'d>> {
    let mut component = match purl.map(from_purl) {
        Some(Some(Named::Package(component))) => component,
        Some(_) => return None,
        None => Component::of(named(Cow::Borrowed(id))?),
    };
    let build = build(id).filter(|(_, version)| is_build || is_surely_build(version));
    let (name, version) = build.map_or((id, None), |(name, version)| (name, Some(version)));
    component.name = named(Cow::Borrowed(name))?;
    // The package URL has the epoch.
    let is_same = |known: &String| version.is_some_and(|version| known.ends_with(version));
    component.version = component.version.filter(is_same).or(version.map(str::to_owned));
    Some(component)
}

/// The name, and the version with its release, of `xz-5.6.2-1.1`.
fn build(id: &str) -> Option<(&str, &str)> {
    let (rest, _release) = id.rsplit_once('-')?;
    let (name, _version) = rest.rsplit_once('-')?;
    let version = id.get(name.len().checked_add(1)?..)?;
    (!name.is_empty() && version.starts_with(|letter: char| letter.is_ascii_digit())).then_some((name, version))
}

/// Releases are numbers with points (`150500.17.25.1`), ends of names are not.
fn is_surely_build(version: &str) -> bool {
    let release = version.rsplit('-').next().unwrap_or_default();
    release.contains('.') && release.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Reads `name-[epoch:]version-release.arch`, as packages without a package URL are named.
pub(super) fn from_file_name(text: &str) -> Option<Component<'_>> {
    let (rest, architecture) = text.rsplit_once('.')?;
    if !matches!(
        architecture,
        "src"
            | "noarch"
            | "x86_64"
            | "aarch64"
            | "ppc64le"
            | "ppc64"
            | "ppc"
            | "s390x"
            | "s390"
            | "i386"
            | "i486"
            | "i586"
            | "i686"
            | "ia64"
            | "armv7hl"
            | "riscv64"
    ) {
        return None;
    }
    let (rest, release) = rest.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    if !version.contains(|letter: char| letter.is_ascii_digit()) || release.is_empty() {
        return None;
    }
    let (epoch, version) = version.split_once(':').map_or((None, version), |(epoch, version)| (Some(epoch), version));
    let version = with_epoch(epoch, &format!("{version}-{release}"));
    let architecture = Some(Cow::Borrowed(architecture));
    Some(Component { version: Some(version), architecture, ..Component::of(named(Cow::Borrowed(name))?) })
}

/// A name alone, as packages without a fix are named: that of the source package.
pub(super) fn from_bare_name(text: &str) -> Option<Component<'_>> {
    let name = text.strip_suffix(".src").unwrap_or(text);
    let is_plain = !name.contains(['/', ':', ' ', '@']);
    let name = named(Cow::Borrowed(name)).filter(|_| is_plain)?;
    Some(Component { architecture: Some(Cow::Borrowed("src")), ..Component::of(name) })
}

/// `name:stream` of a label that may say more (`name:stream:version:context`).
fn stream(label: &str) -> Option<String> {
    let mut parts = label.split(':');
    let (name, stream) = (parts.next()?, parts.next()?);
    (is_word(name) && is_word(stream)).then(|| format!("{name}:{stream}"))
}

fn with_epoch(epoch: Option<&str>, version: &str) -> String {
    match epoch {
        Some(epoch) if epoch.bytes().any(|digit| digit != b'0') && !version.contains(':') => {
            format!("{epoch}:{version}")
        }
        _ => version.strip_prefix("0:").unwrap_or(version).to_owned(),
    }
}

fn named(name: Cow<'_, str>) -> Option<Cow<'_, str>> {
    (text::name(&name).is_ok_and(|trimmed| trimmed == name)).then_some(name)
}

fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain)
}

/// Takes percent escapes off; `None` where they are none, or hide text that is not UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(purl: &str) -> String {
        match from_purl(purl) {
            None => "-".into(),
            Some(Named::Module(module)) => format!("module {module}"),
            Some(Named::Package(component)) => written(&component),
        }
    }

    fn written(component: &Component<'_>) -> String {
        let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
        [
            component.name.to_string(),
            or_none(component.version.as_deref()),
            or_none(component.architecture.as_deref()),
            or_none(component.module.as_deref()),
        ]
        .join(" ")
    }

    #[test]
    fn package_urls_of_every_shape_are_read() {
        for (purl, expected) in [
            ("pkg:rpm/redhat/libxml2?arch=src", "libxml2 - src -"),
            ("pkg:rpm/redhat/libcurl", "libcurl - - -"),
            ("pkg:rpm/redhat/glibc@2.34-60.el9_2.7?arch=x86_64", "glibc 2.34-60.el9_2.7 x86_64 -"),
            ("pkg:rpm/redhat/libxml2@2.9.13-10.el9_6?arch=src&epoch=0", "libxml2 2.9.13-10.el9_6 src -"),
            ("pkg:rpm/redhat/bind@9.16.23-1.el9?arch=src&epoch=32", "bind 32:9.16.23-1.el9 src -"),
            (
                "pkg:rpm/redhat/nodejs@18.19.1-1.module%2Bel8.9.0%2B21387%2B82f48bc8?arch=src&epoch=1&\
                 rpmmod=nodejs:18:8090020240301110609:a75119d5",
                "nodejs 1:18.19.1-1.module+el8.9.0+21387+82f48bc8 src nodejs:18",
            ),
            ("pkg:rpmmod/redhat/nodejs:18/nodejs", "nodejs - src nodejs:18"),
            ("pkg:rpmmod/redhat/squid@4%3A8040020210420090912%3A522a0ee4?arch=ppc64le", "module squid:4"),
            (
                "pkg:rpm/redhat/firefox-flatpak@128.0-1.el10?arch=src&rpmmod=rhel10",
                "firefox-flatpak 128.0-1.el10 src -",
            ),
            ("pkg:oci/ose-console-rhel9@sha256%3Aaa?arch=amd64", "-"),
            ("pkg:maven/org.a/b@1", "-"),
            ("pkg:rpm/redhat/%zz", "-"),
            ("pkg:rpm/redhat/%ff", "-"),
            ("pkg:rpm/redhat/%", "-"),
            ("pkg:rpm", "-"),
            ("pkg:", "-"),
            ("", "-"),
        ] {
            assert_eq!(told(purl), expected, "{purl}");
        }
    }

    #[test]
    fn file_names_are_read_from_their_end() {
        let read = |name| from_file_name(name).map(|component| written(&component));
        assert_eq!(read("python3-pip-0:21.2.3-6.el9.noarch").as_deref(), Some("python3-pip 21.2.3-6.el9 noarch -"));
        assert_eq!(read("bind-32:9.16.23-1.el9_0.1.src").as_deref(), Some("bind 32:9.16.23-1.el9_0.1 src -"));
        for other in
            ["EAP 7.4.10 release", "kernel", "kernel.src", "a-b.x86_64", "-1-1.src", "rh-sso-7/sso76@sha256:9_amd64"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
