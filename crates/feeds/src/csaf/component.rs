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
                Some(Named::Package(Component { name: named(name)?, version: None, architecture, module }))
            }
            None => stream(&format!("{name}:{}", version?)).map(Named::Module),
        };
    }
    if kind != "rpm" {
        return None;
    }
    let mut component = Component { name: named(name)?, version: None, architecture: None, module: None };
    let mut epoch = None;
    for qualifier in qualifiers.split('&') {
        let Some((key, value)) = qualifier.split_once('=') else { continue };
        match key {
            "arch" => component.architecture = Some(decoded(value)?).filter(|architecture| is_word(architecture)),
            "epoch" => epoch = Some(decoded(value)?),
            "rpmmod" => component.module = stream(&decoded(value)?),
            _ => {}
        }
    }
    component.version = version.map(|version| with_epoch(epoch.as_deref(), &version));
    Some(Named::Package(component))
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
    Some(Component { name: named(Cow::Borrowed(name))?, version: Some(version), architecture, module: None })
}

/// A name alone, as packages without a fix are named: that of the source package.
pub(super) fn from_bare_name(text: &str) -> Option<Component<'_>> {
    let name = text.strip_suffix(".src").unwrap_or(text);
    let is_plain = !name.contains(['/', ':', ' ', '@']);
    let name = named(Cow::Borrowed(name)).filter(|_| is_plain)?;
    Some(Component { name, version: None, architecture: Some(Cow::Borrowed("src")), module: None })
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
