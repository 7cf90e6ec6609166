//! Operating system and processor of an image, as OCI names them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `os/architecture[/variant]`, for example `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Platform {
    /// `linux`, `windows`, …
    pub os: String,
    /// Go's name of the processor: `amd64`, `arm64`, `ppc64le`, …
    pub architecture: String,
    /// `v7`, `v8`, … where the processor has variants.
    pub variant: Option<String>,
}

impl Default for Platform {
    fn default() -> Self {
        Self { os: "linux".into(), architecture: "amd64".into(), variant: None }
    }
}

impl Platform {
    /// Whether an image made for `offered` satisfies a wish for `self`: a wish without a variant
    /// takes any, and `arm64` and `arm64/v8` are the same.
    #[must_use]
    pub fn accepts(&self, offered: &Self) -> bool {
        let normal = |variant: &Option<String>, architecture: &str| match (variant.as_deref(), architecture) {
            (Some("v8"), "arm64") | (None, _) => None,
            (Some(other), _) => Some(other.to_owned()),
        };
        let wish = normal(&self.variant, &self.architecture);
        self.os == offered.os
            && self.architecture == offered.architecture
            && (wish.is_none() || wish == normal(&offered.variant, &offered.architecture))
    }
}

/// A text that is no `os/architecture[/variant]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a platform is written os/architecture[/variant], such as linux/arm64; this is `{0}`")]
pub struct PlatformError(String);

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let parts: Vec<&str> = text.split('/').collect();
        let sound = |part: &str| {
            !part.is_empty()
                && part.len() <= 32
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        if !(2..=3).contains(&parts.len()) || !parts.iter().all(|part| sound(part)) {
            return Err(PlatformError(text.chars().take(100).collect()));
        }
        let architecture = match parts[1] {
            "x86_64" | "x86-64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        Ok(Self {
            os: parts[0].into(),
            architecture: architecture.into(),
            variant: parts.get(2).map(|part| (*part).into()),
        })
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(out, "/{variant}"))
    }
}
