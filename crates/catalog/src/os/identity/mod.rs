//! Which system it is: os-release, the release files of those that have none, apk's repositories,
//! Ubuntu Pro's status, Red Hat's content manifests.

mod content_sets;
mod pro;

use std::collections::{BTreeSet, HashMap};

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Unreadable, View, Want};
use plimsoll_model::{Distro, FilePath};

use crate::installed::optional_text;

/// Reads the files that name the system.
pub struct SystemIdentity;

const OS_RELEASE: u16 = 0;
const RELEASE: u16 = 1;
const REPOSITORIES: u16 = 2;
const CHANNELS: u16 = 3;
const CONTENT_SETS: u16 = 4;

/// One for each image that this one was built on.
const CONTENT_MANIFESTS: &str = "root/buildinfo/content_manifests";
/// The same since 2025.
const CONTENT_SETS_FILE: &str = "usr/share/buildinfo/content-sets.json";

const MAX_FILE: usize = 64 << 10;
/// Content manifests may list every package of their image.
const MAX_MANIFEST: usize = 2 << 20;
const MAX_VALUE: usize = 1 << 10;

/// Where os-release is, the more telling first. Bottlerocket's root lies below a folder of its own.
const OS_RELEASES: [&str; 4] = [
    "etc/os-release",
    "usr/lib/os-release",
    "x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
    "aarch64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
];

/// Release files, the more telling first: several may stand beside one another.
const RELEASE_FILES: [&str; 17] = [
    "etc/almalinux-release",
    "etc/rocky-release",
    "etc/oracle-release",
    "etc/fedora-release",
    "etc/centos-release",
    "etc/system-release",
    "etc/redhat-release",
    "usr/lib/system-release",
    "usr/lib/redhat-release",
    "etc/SuSE-release",
    "etc/photon-release",
    "etc/mariner-release",
    "etc/azurelinux-release",
    "etc/openEuler-release",
    "etc/mageia-release",
    "etc/alpine-release",
    "etc/debian_version",
];

/// How the release files name their systems; the longer name first.
const RELEASE_NAMES: &[(&str, &str)] = &[
    ("AlmaLinux", "almalinux"),
    ("Rocky Linux", "rocky"),
    ("Oracle Linux", "ol"),
    ("Fedora", "fedora"),
    ("CentOS", "centos"),
    ("Red Hat Enterprise Linux", "rhel"),
    ("Amazon Linux", "amzn"),
    ("SUSE Linux Enterprise", "sles"),
    ("openSUSE", "opensuse"),
    ("VMware Photon", "photon"),
    ("Photon OS", "photon"),
    ("CBL-Mariner", "mariner"),
    ("Microsoft Azure Linux", "azurelinux"),
    ("Azure Linux", "azurelinux"),
    ("openEuler", "openeuler"),
    ("Mageia", "mageia"),
];

impl Inspect for SystemIdentity {
    fn id(&self) -> &'static str {
        "system-identity"
    }
    fn revision(&self) -> u32 {
        7
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        const OTHERS: usize = 6;
        const PATTERNS: [Pattern; OTHERS + OS_RELEASES.len() + RELEASE_FILES.len()] = {
            let mut patterns = [Pattern::Path(""); OTHERS + OS_RELEASES.len() + RELEASE_FILES.len()];
            // Fedora kept a file for each of its editions there, and a link to that of this one.
            patterns[0] = Pattern::Under("usr/lib/os.release.d", "");
            // NixOS links to it from `etc`.
            patterns[1] = Pattern::Under("nix/store", "-os-release");
            patterns[2] = Pattern::Path("etc/apk/repositories");
            patterns[3] = Pattern::Path("var/lib/ubuntu-advantage/status.json");
            patterns[4] = Pattern::Under(CONTENT_MANIFESTS, ".json");
            patterns[5] = Pattern::Path(CONTENT_SETS_FILE);
            let mut at = 0;
            while at < OS_RELEASES.len() {
                patterns[OTHERS + at] = Pattern::Path(OS_RELEASES[at]);
                at += 1;
            }
            at = 0;
            while at < RELEASE_FILES.len() {
                patterns[OTHERS + OS_RELEASES.len() + at] = Pattern::Path(RELEASE_FILES[at]);
                at += 1;
            }
            patterns
        };
        &PATTERNS
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: if is_content_manifest(file.path) { MAX_MANIFEST } else { MAX_FILE } }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if bytes.trim_ascii().is_empty() {
            return Ok(());
        }
        let path = FilePath::new(file.path);
        if file.name().starts_with(b"os-release") || file.name().ends_with(b"-os-release") {
            let distro = read_os_release(bytes, path);
            if distro.id.is_empty() {
                return Err(Unreadable::syntax("it names no system"));
            }
            out.fragment(OS_RELEASE, postcard::to_stdvec(&distro).unwrap_or_default());
        } else if is_content_manifest(file.path) {
            let sets = content_sets::read(bytes).ok_or_else(|| Unreadable::syntax("it is no content manifest"))?;
            if !sets.is_empty() {
                out.fragment(CONTENT_SETS, postcard::to_stdvec(&sets).unwrap_or_default());
            }
        } else if file.name() == b"status.json" {
            let channels = pro::channels(bytes).ok_or_else(|| Unreadable::syntax("it is no status of Ubuntu Pro"))?;
            out.fragment(CHANNELS, postcard::to_stdvec(&channels).unwrap_or_default());
        } else if file.name() == b"repositories" {
            if let Some(branch) = alpine_branch(bytes) {
                out.fragment(REPOSITORIES, branch.into_bytes());
            }
        } else {
            let distro = read_release(bytes, path).ok_or_else(|| Unreadable::syntax("it names no known system"))?;
            out.fragment(RELEASE, postcard::to_stdvec(&distro).unwrap_or_default());
        }
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for SystemIdentity {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut os_releases: HashMap<FilePath, Distro> = HashMap::new();
        let mut releases: HashMap<Vec<u8>, Distro> = HashMap::new();
        let mut branch = None;
        let (mut channels, mut repositories) = (BTreeSet::new(), BTreeSet::new());
        for fragment in view.fragments() {
            if fragment.kind == REPOSITORIES {
                branch = optional_text(fragment.bytes);
                continue;
            }
            let damaged = |_| Unreadable::syntax("its facts are damaged");
            if matches!(fragment.kind, CHANNELS | CONTENT_SETS) {
                let names = if fragment.kind == CHANNELS { &mut channels } else { &mut repositories };
                names.extend(postcard::from_bytes::<Vec<String>>(fragment.bytes).map_err(damaged)?);
                continue;
            }
            let mut distro: Distro = postcard::from_bytes(fragment.bytes).map_err(damaged)?;
            distro.path = FilePath::new(fragment.path);
            if fragment.kind == RELEASE {
                releases.insert(fragment.path.to_vec(), distro);
            } else {
                os_releases.insert(distro.path.clone(), distro);
            }
        }
        let os_release = OS_RELEASES.iter().find_map(|path| os_releases.remove(&view.resolve(path.as_bytes())?));
        let release = || RELEASE_FILES.iter().find_map(|path| releases.get(path.as_bytes()).cloned());
        let Some(mut distro) = os_release.or_else(release) else { return Ok(()) };
        if distro.version.is_none() {
            // Debian's testing and sid have no VERSION_ID: they are never a stable release.
            let same = releases.values().filter(|release| release.id == distro.id);
            distro.version = same.min_by_key(|release| &release.path).and_then(|release| release.version.clone());
        }
        if distro.id == "alpine"
            && let Some(branch) = branch
            && !distro.version.as_deref().is_some_and(|version| is_of_branch(version, &branch))
        {
            distro.version = Some(branch);
        }
        distro.channels = channels.into_iter().collect();
        distro.repositories = repositories.into_iter().take(content_sets::MAX_SETS).collect();
        if distro.id == "openeuler"
            && let (Some(version), Some(name)) = (&distro.version, &distro.pretty_name)
        {
            distro.version = Some(with_service_pack(version, name));
        }
        out.distro(distro);
        Ok(())
    }
}

fn is_content_manifest(path: &[u8]) -> bool {
    path.starts_with(CONTENT_MANIFESTS.as_bytes()) || path == CONTENT_SETS_FILE.as_bytes()
}

/// openEuler's whole release: `24.03-LTS-SP1` of `24.03` and `openEuler 24.03 (LTS-SP1)`. Each service
/// pack has packages and advisories of its own.
fn with_service_pack(version: &str, name: &str) -> String {
    let suffix = name.split_once(&format!("{version} (")).and_then(|(_, rest)| rest.split_once(')'));
    match suffix.map(|(suffix, _)| suffix.trim()) {
        Some(suffix) if suffix.starts_with("LTS") && suffix.len() < 20 => format!("{version}-{suffix}"),
        _ => version.to_owned(),
    }
}

fn is_of_branch(version: &str, branch: &str) -> bool {
    version.strip_prefix(branch).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Reads os-release as a shell would: the last assignment counts.
fn read_os_release(bytes: &[u8], path: FilePath) -> Distro {
    let mut distro = Distro { path, ..Distro::default() };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii();
        let Some(equals) = memchr::memchr(b'=', line) else { continue };
        let value = &line[equals + 1..];
        if value.len() > MAX_VALUE {
            continue;
        }
        let value = Some(unquote(&String::from_utf8_lossy(value))).filter(|value| !value.is_empty());
        match &line[..equals] {
            b"ID" => distro.id = value.map(|id| id.to_lowercase()).unwrap_or_default(),
            b"ID_LIKE" => {
                distro.like =
                    value.iter().flat_map(|like| like.split_whitespace()).take(16).map(str::to_lowercase).collect();
            }
            b"VERSION_ID" => distro.version = value,
            b"VERSION_CODENAME" => distro.codename = value,
            b"PRETTY_NAME" => distro.pretty_name = value,
            b"VARIANT_ID" => distro.variant = value,
            b"CPE_NAME" => distro.cpe = value,
            _ => {}
        }
    }
    distro
}

/// Takes shell quotes off; control characters have no place in a name.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let mut plain = String::with_capacity(value.len());
    let mut quote = None;
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None) => plain.extend(letters.next()),
            ('\\', Some('"')) => match letters.next() {
                Some(next @ ('"' | '\\' | '$' | '`')) => plain.push(next),
                Some(next) => plain.extend(['\\', next]),
                None => {}
            },
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            // A comment or a second word is no part of an unquoted value.
            (' ' | '\t', None) => break,
            _ if letter.is_control() => {}
            _ => plain.push(letter),
        }
    }
    plain.trim().to_owned()
}

/// Reads a release file: the system by its path or its first line.
fn read_release(bytes: &[u8], path: FilePath) -> Option<Distro> {
    let line = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty())?;
    let line = String::from_utf8_lossy(&line[..line.len().min(MAX_VALUE)]).into_owned();
    let (id, version) = match path.as_bytes() {
        b"etc/debian_version" => {
            let is_version = line.starts_with(|letter: char| letter.is_ascii_digit());
            let version = if is_version { line.split('.').next().unwrap_or_default() } else { &line };
            ("debian", Some(version.to_owned()))
        }
        b"etc/alpine-release" => ("alpine", Some(line.clone())),
        _ => {
            let (_, id) = RELEASE_NAMES.iter().find(|(name, _)| line.starts_with(name))?;
            let words = line.split_whitespace();
            let version = words.into_iter().find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
            (*id, version.map(str::to_owned))
        }
    };
    Some(Distro { id: id.to_owned(), version, pretty_name: Some(line), path, ..Distro::default() })
}

/// The release that apk's repositories name: that of an untagged `main`, else of any untagged one.
fn alpine_branch(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found: Option<(bool, (u32, u32), String)> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '@'])) {
        let mut parts = line.trim_end_matches('/').rsplit('/');
        let (Some(repository), Some(branch)) = (parts.next(), parts.next()) else { continue };
        let order = if branch == "edge" {
            (u32::MAX, 0)
        } else {
            let Some(order) = branch
                .strip_prefix('v')
                .and_then(|number| number.split_once('.'))
                .and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?)))
            else {
                continue;
            };
            order
        };
        let candidate = (repository == "main", order, branch.trim_start_matches('v').to_owned());
        if found.as_ref().is_none_or(|found| (found.0, found.1) < (candidate.0, candidate.1)) {
            found = Some(candidate);
        }
    }
    found.map(|(_, _, branch)| branch)
}
