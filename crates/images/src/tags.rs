//! Choosing one of several images by name.

use std::collections::{BTreeSet, HashSet};

use plimsoll_model::{Digest, Reference};

use crate::{ImageError, clean};

/// Most names of one image that are kept.
const MAX_TAGS: usize = 64;

/// What a user wrote behind the path of an archive.
#[derive(Debug)]
pub(crate) enum Choice<'a> {
    /// Nothing: there must be one image.
    Only,
    /// `@N`: the image at that place, from 0.
    Place(usize),
    /// A digest, of the manifest or the configuration.
    Digest(Digest),
    /// A tag, or a whole name, which may be a reference.
    Name(&'a str, Option<Reference>),
}

impl<'a> Choice<'a> {
    pub(crate) fn of(tag: Option<&'a str>) -> Self {
        let Some(tag) = tag else { return Self::Only };
        let place = tag.strip_prefix('@').and_then(|number| number.parse().ok());
        match (place, tag.parse()) {
            (Some(place), _) => Self::Place(place),
            (None, Ok(digest)) => Self::Digest(digest),
            (None, Err(_)) => Self::Name(tag, tag.contains([':', '/']).then(|| Reference::parse(tag).ok()).flatten()),
        }
    }
}

/// An image of an archive, and how it is known there.
pub(crate) struct Named<T> {
    pub(crate) image: T,
    /// Equal keys are one image under several names.
    pub(crate) key: String,
    pub(crate) names: Vec<String>,
    pub(crate) digests: Vec<Digest>,
}

/// The images that `tag` chooses: one, or several of one name, which may be one image for several
/// platforms. Beside them, all names by which they are known.
pub(crate) fn pick<T>(images: Vec<Named<T>>, tag: Option<&str>) -> Result<(Vec<T>, Vec<String>), ImageError> {
    let choice = Choice::of(tag);
    let is_chosen = |at: usize, image: &Named<T>| match &choice {
        Choice::Only => true,
        Choice::Place(place) => *place == at,
        Choice::Digest(digest) => image.digests.contains(digest),
        Choice::Name(name, reference) => image.names.iter().any(|offered| is_called(offered, name, reference.as_ref())),
    };
    let chosen: Vec<bool> = images.iter().enumerate().map(|(at, image)| is_chosen(at, image)).collect();
    let offered = || images.iter().map(label).collect();
    // An image that stands there several times is one image.
    let mut keys = HashSet::new();
    let picked: Vec<bool> =
        images.iter().zip(chosen).map(|(image, chosen)| chosen && keys.insert(image.key.clone())).collect();
    let mut first_names = images.iter().zip(&picked).filter(|(_, picked)| **picked).map(|(image, _)| &image.names);
    match (first_names.next(), tag) {
        (None, Some(tag)) => return Err(ImageError::NoSuchTag { tag: clean::name(tag), offered: offered() }),
        (None, None) => return Err(ImageError::NoImage("its list of images is empty".into())),
        (Some(first), _) if first_names.any(|names| names != first) => {
            return Err(ImageError::SeveralImages(offered()));
        }
        _ => {}
    }
    let mut tags = BTreeSet::new();
    let mut roots = Vec::new();
    for (image, picked) in images.into_iter().zip(picked) {
        if keys.contains(&image.key) {
            tags.extend(image.names);
        }
        if picked {
            roots.push(image.image);
        }
    }
    Ok((roots, tags.into_iter().take(MAX_TAGS).collect()))
}

fn label<T>(image: &Named<T>) -> String {
    image.names.first().cloned().or_else(|| image.digests.first().map(Digest::to_string)).unwrap_or_default()
}

/// Whether an image that an archive calls `offered` is meant: by the same text, the same reference,
/// or the tag alone.
fn is_called(offered: &str, name: &str, reference: Option<&Reference>) -> bool {
    let tag = offered.rsplit_once(':').map(|(_, tag)| tag);
    offered == name
        || tag == Some(name)
        || reference.is_some_and(|wanted| Reference::parse(offered).is_ok_and(|offered| offered == *wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_called_by_its_name_its_familiar_name_or_its_tag() {
        for (offered, wanted, called) in [
            ("3.20", "3.20", true),
            ("docker.io/library/alpine:3.20", "alpine:3.20", true),
            ("alpine:3.20", "docker.io/library/alpine:3.20", true),
            ("localhost:5000/app:1", "1", true),
            ("3.20", "latest", false),
            ("alpine:3.20", "3.2", false),
            ("alpine:3.20", "alpine:3.2", false),
        ] {
            let Choice::Name(name, reference) = Choice::of(Some(wanted)) else { panic!("{wanted}") };
            assert_eq!(is_called(offered, name, reference.as_ref()), called, "{offered} {wanted}");
        }
    }

    #[test]
    fn two_names_of_one_image_are_no_choice_to_make() {
        let image = |key: &str, name: &str| Named {
            image: key.to_owned(),
            key: key.to_owned(),
            names: vec![name.to_owned()],
            digests: Vec::new(),
        };
        let (picked, tags) = pick(vec![image("a", "x:1"), image("a", "x:2")], None).unwrap();
        assert_eq!((picked, tags), (vec!["a".to_owned()], vec!["x:1".to_owned(), "x:2".to_owned()]));
        assert!(matches!(pick(vec![image("a", "x:1"), image("b", "x:2")], None), Err(ImageError::SeveralImages(_))));
        assert_eq!(pick(vec![image("a", "x:1"), image("b", "x:2")], Some("@1")).unwrap().0, ["b"]);
        assert_eq!(pick(vec![image("a", "x:1"), image("b", "x:2")], Some("x:2")).unwrap().0, ["b"]);
        assert!(matches!(pick(vec![image("a", "x:1")], Some("3")), Err(ImageError::NoSuchTag { .. })));
    }
}
