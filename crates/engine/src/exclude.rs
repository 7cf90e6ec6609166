//! `--exclude`: globs over the paths of the image.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::ScanError;

/// Compiles the patterns; a leading slash is ignored, `*` stays within a folder, `**` does not.
pub(crate) fn compile(patterns: &[String]) -> Result<Option<GlobSet>, ScanError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let fail = |pattern: &str, why: &globset::Error| ScanError::Exclude {
        pattern: pattern.into(),
        why: why.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern.trim_start_matches('/')).literal_separator(true).build();
        set.add(glob.map_err(|error| fail(pattern, &error))?);
    }
    set.build().map(Some).map_err(|error| fail(&patterns.join(" "), &error))
}

/// Whether a path of the image is left out.
pub(crate) fn matches(set: &GlobSet, path: &[u8]) -> bool {
    set.is_match(String::from_utf8_lossy(path).as_ref())
}
