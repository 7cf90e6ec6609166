//! Image references: `[registry[:port]/]repository[:tag][@digest]` with Docker's familiar names.

use std::fmt;
use std::str::FromStr;

use crate::{Digest, DigestError};

/// The registry of names that give none.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Docker's own images, whose names have a single part.
const DEFAULT_FOLDER: &str = "library/";
/// Longest registry and repository together, as the distribution specification has it.
const MAX_NAME: usize = 255;
const MAX_TAG: usize = 128;

/// A fully resolved reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Host and port: `docker.io`, `localhost:5000`, `[::1]:5000`.
    pub registry: String,
    /// Repository path: `library/debian`.
    pub repository: String,
    /// Tag; `latest` is filled in only where there is no digest either.
    pub tag: Option<String>,
    /// Digest; wins over the tag.
    pub digest: Option<Digest>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not of the grammar.
    #[error("`{0}` is no image reference")]
    Malformed(String),
    /// An address with a scheme.
    #[error("`{0}` is a web address; an image reference has no scheme in front")]
    Address(String),
    /// A repository with upper-case letters.
    #[error("`{0}` has upper-case letters; names of repositories are lower-case")]
    Uppercase(String),
    /// The host is malformed.
    #[error("`{0}` is no host of a registry")]
    Registry(String),
    /// The tag is malformed.
    #[error("`{0}` is no tag")]
    Tag(String),
    /// The digest is malformed.
    #[error("the reference's digest: {0}")]
    Digest(#[from] DigestError),
    /// The name is too long.
    #[error("the name has more than {MAX_NAME} characters")]
    TooLong,
}

impl Reference {
    /// Reads a reference as Docker does: `debian` is `docker.io/library/debian:latest`, and the
    /// first part is a registry if it has a dot or a port, or is `localhost`.
    ///
    /// # Errors
    /// When the text is not of the grammar.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.contains("://") {
            return Err(ReferenceError::Address(shown(text)));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse()?)),
            None => (text, None),
        };
        let (name, tag) = split_tag(rest);
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ReferenceError::Tag(shown(tag)));
        }
        let (registry, repository) = split_registry(name);
        if !is_registry(registry) {
            return Err(ReferenceError::Registry(shown(registry)));
        }
        if repository.bytes().any(|letter| letter.is_ascii_uppercase()) {
            return Err(ReferenceError::Uppercase(shown(repository)));
        }
        // A bare digest is not a name, though its letters are those of one.
        if !repository.split('/').all(is_path_part) || is_bare_digest(name) {
            return Err(ReferenceError::Malformed(shown(text)));
        }
        let registry = if registry == "index.docker.io" { DEFAULT_REGISTRY } else { registry };
        let familiar = registry == DEFAULT_REGISTRY && !repository.contains('/');
        let repository = format!("{}{repository}", if familiar { DEFAULT_FOLDER } else { "" });
        if registry.len() + 1 + repository.len() > MAX_NAME {
            return Err(ReferenceError::TooLong);
        }
        let latest = || digest.is_none().then(|| "latest".to_owned());
        Ok(Self { registry: registry.to_owned(), repository, tag: tag.map(str::to_owned).or_else(latest), digest })
    }

    /// The reference as people write it: `debian:12` for `docker.io/library/debian:12`.
    #[must_use]
    pub fn familiar(&self) -> String {
        let full = self.to_string();
        let short = full.strip_prefix(DEFAULT_REGISTRY).and_then(|rest| rest.strip_prefix('/'));
        short.map_or(full.clone(), |rest| rest.strip_prefix(DEFAULT_FOLDER).unwrap_or(rest).to_owned())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(out, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(out, "@{digest}"))
    }
}

/// The tag stands behind the last colon, if no slash follows: that colon would be a port's.
fn split_tag(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !tag.ends_with(']') => (name, Some(tag)),
        _ => (text, None),
    }
}

fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, rest)) if first == "localhost" || first.contains(['.', ':']) => (first, rest),
        // A host of upper-case letters can be nothing else: repositories have none.
        Some((first, rest)) if first.bytes().any(|letter| letter.is_ascii_uppercase()) => (first, rest),
        _ => (DEFAULT_REGISTRY, name),
    }
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let host_is_sound = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(is_host_part),
    };
    host_is_sound && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_host_part(part: &str) -> bool {
    let sound = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
    !part.is_empty() && part.bytes().all(sound) && !part.starts_with('-') && !part.ends_with('-')
}

/// Lower-case letters and digits, in runs parted by `.`, `_`, `__` or any number of `-`.
fn is_path_part(part: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let sound = part.chars().all(|letter| is_word(letter) || matches!(letter, '.' | '_' | '-'));
    let mut separators = part.split(is_word).filter(|separator| !separator.is_empty());
    sound
        && part.starts_with(is_word)
        && part.ends_with(is_word)
        && separators.all(|text| matches!(text, "." | "_" | "__") || text.bytes().all(|letter| letter == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_';
    tag.len() <= MAX_TAG
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|letter| is_word(letter) || matches!(letter, b'.' | b'-'))
}

fn is_bare_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// What an error quotes of a text from outside.
fn shown(text: &str) -> String {
    text.chars().take(100).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

    #[test]
    fn familiar_names_are_completed_as_docker_does() {
        for (text, full, familiar) in [
            ("debian", "docker.io/library/debian:latest", "debian:latest"),
            ("debian:12", "docker.io/library/debian:12", "debian:12"),
            ("docker.io/debian", "docker.io/library/debian:latest", "debian:latest"),
            ("index.docker.io/library/debian", "docker.io/library/debian:latest", "debian:latest"),
            ("grafana/grafana:11.0.0", "docker.io/grafana/grafana:11.0.0", "grafana/grafana:11.0.0"),
            ("localhost/app", "localhost/app:latest", "localhost/app:latest"),
            ("localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1"),
            ("registry:5000/app", "registry:5000/app:latest", "registry:5000/app:latest"),
            ("127.0.0.1:5000/a/b/c", "127.0.0.1:5000/a/b/c:latest", "127.0.0.1:5000/a/b/c:latest"),
            ("[::1]:5000/app:1", "[::1]:5000/app:1", "[::1]:5000/app:1"),
            ("[2001:db8::1]/app", "[2001:db8::1]/app:latest", "[2001:db8::1]/app:latest"),
            ("ghcr.io/a/b_c__d--e.f", "ghcr.io/a/b_c__d--e.f:latest", "ghcr.io/a/b_c__d--e.f:latest"),
            ("HOST/app", "HOST/app:latest", "HOST/app:latest"),
            ("Registry.Example/app:V1.2_x-y", "Registry.Example/app:V1.2_x-y", "Registry.Example/app:V1.2_x-y"),
        ] {
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference.to_string(), full, "{text}");
            assert_eq!(reference.familiar(), familiar, "{text}");
            assert_eq!(Reference::parse(full).unwrap(), reference, "{text}");
            assert_eq!(Reference::parse(familiar).unwrap(), reference, "{text}");
        }
    }

    #[test]
    fn a_digest_leaves_the_tag_away_or_stands_beside_it() {
        let bare = Reference::parse(&format!("debian@{DIGEST}")).unwrap();
        assert_eq!((bare.tag, bare.digest.unwrap().to_string()), (None, DIGEST.into()));
        let both = Reference::parse(&format!("localhost:5000/debian:12@{DIGEST}")).unwrap();
        assert_eq!(both.tag.as_deref(), Some("12"));
        assert_eq!(both.to_string(), format!("localhost:5000/debian:12@{DIGEST}"));
    }

    #[test]
    fn what_is_not_of_the_grammar_is_refused() {
        let hex = "0f".repeat(32);
        let (long_tag, long_name) = ("t".repeat(129), "n".repeat(256));
        for text in [
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "-",
            "a-",
            "-a",
            "a..b",
            "a___b",
            "a_.b",
            ":1",
            "a:",
            "a:-x",
            "a:.x",
            "a: b",
            "a b",
            "a\n",
            "a\0",
            "ä",
            "a@",
            "a@sha256:00",
            "a@md5:00",
            "@",
            "a@@",
            "a:1:2",
            "a.b:x/c",
            "a.b:0/c",
            "a.b:65536/c",
            "a.b:+1/c",
            "-a.b/c",
            "a..b/c",
            "[::1/a",
            "[zz]:1/a",
            "[::1]",
            "[]/a",
            "a:b/c:d/e",
            "[::1]x/a",
            &hex,
            &format!("a:{long_tag}"),
            &long_name,
        ] {
            assert!(Reference::parse(text).is_err(), "{text:?} was read as {:?}", Reference::parse(text));
        }
    }

    #[test]
    fn the_reason_of_a_refusal_is_named() {
        assert!(matches!(Reference::parse("Debian:12"), Err(ReferenceError::Uppercase(_))));
        assert!(matches!(Reference::parse("ghcr.io/A/b"), Err(ReferenceError::Uppercase(_))));
        assert!(matches!(Reference::parse("https://ghcr.io/a"), Err(ReferenceError::Address(_))));
        assert!(matches!(Reference::parse("a.b:99999/c"), Err(ReferenceError::Registry(_))));
        assert!(matches!(Reference::parse("a:*"), Err(ReferenceError::Tag(_))));
        assert!(matches!(Reference::parse("a@sha256:1"), Err(ReferenceError::Digest(DigestError::Hex))));
        assert!(matches!(Reference::parse(&"n".repeat(256)), Err(ReferenceError::TooLong)));
    }
}
