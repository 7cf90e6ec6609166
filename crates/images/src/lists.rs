//! Which of an archive's lists of images counts: `index.json`, `manifest.json` or `repositories`.

use plimsoll_model::Platform;

use crate::files::Files;
use crate::{Image, ImageError, docker, layout, legacy};

/// What kind of archive the user says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    Oci,
    Docker,
}

/// Which of several images.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) tag: Option<&'a str>,
    pub(crate) platform: Option<&'a Platform>,
}

/// The image of an archive whose members are known.
pub(crate) fn image_of(
    files: &dyn Files,
    expected: Expected,
    wanted: Wanted<'_>,
    name: String,
) -> Result<Image, ImageError> {
    let has = |name: &str| files.locate(name).map(|found| found.is_some());
    let (oci, docker) = (has(layout::INDEX)?, has(docker::MANIFEST)?);
    match expected {
        Expected::Oci => layout::open(files, wanted, name, "oci-archive"),
        _ if docker && oci => of_both(files, expected, wanted, name),
        Expected::Any if oci => layout::open(files, wanted, name, "oci-archive"),
        _ if docker => docker::finish(files, docker::find(files, wanted.tag)?, wanted, name),
        _ if has(legacy::REPOSITORIES)? => legacy::open(files, wanted, name),
        Expected::Any => Err(ImageError::NoImage("the archive has neither index.json nor manifest.json".into())),
        Expected::Docker => Err(ImageError::NoImage("the archive has neither manifest.json nor repositories".into())),
    }
}

/// Docker 25 and later write both lists. The OCI one has the better digests, so it is used where
/// both name one image; where they do not, programs would see different images.
fn of_both(files: &dyn Files, expected: Expected, wanted: Wanted<'_>, name: String) -> Result<Image, ImageError> {
    let (saved, found) = match (docker::find(files, wanted.tag), layout::find(files, wanted)) {
        (Ok(saved), Ok(found)) => (saved, found),
        (Ok(saved), Err(ImageError::MissingBlob { .. } | ImageError::NoImage(_))) => {
            return docker::finish(files, saved, wanted, name);
        }
        // An image without a name, or chosen by the digest of its manifest.
        (Err(ImageError::NoSuchTag { .. } | ImageError::NoImage(_)), Ok(found)) if expected == Expected::Any => {
            return layout::finish(files, found, name, "oci-archive");
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let is_saved = |found: &layout::Found| found.chosen.manifest.config.digest == saved.config_digest;
    // `manifest.json` names one platform of an image, its index may name several.
    let agree = is_saved(&found) || {
        let wanted = Wanted { platform: saved.config.platform.as_ref(), ..wanted };
        layout::find(files, wanted).is_ok_and(|found| is_saved(&found))
    };
    match expected {
        _ if agree => layout::finish(files, found, name, "docker-archive"),
        Expected::Docker => docker::finish(files, saved, wanted, name),
        _ => Err(ImageError::TwoImages),
    }
}
