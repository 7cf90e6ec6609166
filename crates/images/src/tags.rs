//! Choosing one of several images by name.

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
    /// A tag, or a whole name.
    Name(&'a str),
}

impl<'a> Choice<'a> {
    pub(crate) fn of(tag: Option<&'a str>) -> Self {
        let Some(tag) = tag else { return Self::Only };
        let place = tag.strip_prefix('@').and_then(|number| number.parse().ok());
        match (place, tag.parse()) {
            (Some(place), _) => Self::Place(place),
            (None, Ok(digest)) => Self::Digest(digest),
            (None, Err(_)) => Self::Name(tag),
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

/// The images that `tag` chooses: all of one key, or of one name. Their names are joined.
pub(crate) fn pick<T>(images: Vec<Named<T>>, tag: Option<&str>) -> Result<(Vec<T>, Vec<String>), ImageError> {
    let offered: Vec<String> = images.iter().map(label).collect();
    let choice = Choice::of(tag);
    let fits = |(at, image): (usize, &Named<T>)| match &choice {
        Choice::Only => true,
        Choice::Place(place) => *place == at,
        Choice::Digest(digest) => image.digests.contains(digest),
        Choice::Name(name) => image.names.iter().any(|offered| is_called(offered, name)),
    };
    let chosen: Vec<bool> = images.iter().enumerate().map(fits).collect();
    // The other names of a chosen image are its names too.
    let keys: Vec<String> =
        images.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(image, _)| image.key.clone()).collect();
    let mut tags: Vec<String> =
        images.iter().filter(|image| keys.contains(&image.key)).flat_map(|image| image.names.iter().cloned()).collect();
    tags.sort();
    tags.dedup();
    tags.truncate(MAX_TAGS);
    let mut picked: Vec<Named<T>> = Vec::new();
    for (image, _) in images.into_iter().zip(chosen).filter(|(_, chosen)| *chosen) {
        if picked.iter().all(|other| other.key != image.key) {
            picked.push(image);
        }
    }
    match (picked.len(), tag) {
        (0, Some(tag)) => Err(ImageError::NoSuchTag { tag: clean::name(tag), offered }),
        (0, None) => Err(ImageError::NoImage("its list of images is empty".into())),
        // Images of one name, or of none, may be one image for several platforms.
        (1, _) => Ok((picked.into_iter().map(|named| named.image).collect(), tags)),
        _ if picked.iter().all(|named| named.names == picked[0].names) => {
            Ok((picked.into_iter().map(|named| named.image).collect(), tags))
        }
        _ => Err(ImageError::SeveralImages(offered)),
    }
}

fn label<T>(image: &Named<T>) -> String {
    image.names.first().cloned().or_else(|| image.digests.first().map(Digest::to_string)).unwrap_or_default()
}

/// Whether an image that an archive calls `offered` is meant by `wanted`: the same text, the same
/// reference, or the tag alone.
fn is_called(offered: &str, wanted: &str) -> bool {
    let is_tag = !wanted.contains([':', '/']);
    offered == wanted
        || is_tag && offered.rsplit_once(':').is_some_and(|(_, tag)| tag == wanted)
        || !is_tag && matches!((Reference::parse(offered), Reference::parse(wanted)), (Ok(a), Ok(b)) if a == b)
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
            assert_eq!(is_called(offered, wanted), called, "{offered} {wanted}");
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
