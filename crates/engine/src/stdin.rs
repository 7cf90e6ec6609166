//! An archive that passes by once: layers are read as they come, the manifest comes last.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use plimsoll_facts::{LayerFacts, Plan};
use plimsoll_images::{Image, ImageError, OpenOptions, StdinArchive};
use plimsoll_layers::{Budget, Digesting, LayerRead, read_layer};
use plimsoll_model::DigestAlgorithm;

use crate::pass::{LEASE_BYTES, Pass, unread_link, verify};
use crate::{Phase, ScanError};

/// Facts of every blob that may be a layer, then the image that says which are.
pub(crate) fn read(
    archive: StdinArchive,
    pass: &Pass<'_>,
    options: &OpenOptions,
) -> Result<(Image, Vec<LayerFacts>), ScanError> {
    pass.progress.enter(Phase::Reading);
    let plan = Plan::new(pass.rows, &[]);
    let budget = Budget::new(LEASE_BYTES);
    let reading = pass
        .options(Digesting { blob: Some(DigestAlgorithm::Sha256), diff_id: Some(DigestAlgorithm::Sha256) }, u64::MAX);
    let mut blobs: HashMap<String, LayerRead> = HashMap::new();
    let mut broken: HashMap<String, plimsoll_layers::LayerError> = HashMap::new();
    let image = archive.run(options, &mut |name, bytes| {
        if pass.cancel.load(Ordering::Relaxed) {
            return Err(ImageError::Stopped);
        }
        match read_layer(bytes, &plan, &budget, &reading) {
            Ok(read) => {
                blobs.insert(name.to_owned(), read);
            }
            // Whether this was a layer at all is known only at the end.
            Err(why) => {
                broken.insert(name.to_owned(), why);
            }
        }
        Ok(())
    })?;
    let mut facts = Vec::with_capacity(image.layers.len());
    for (at, layer) in image.layers.iter().enumerate() {
        let name = layer.member();
        if let Some(why) = broken.remove(name) {
            return Err(ScanError::Layer { number: at + 1, name: layer.name(), why });
        }
        let Some(read) = blobs.get(name) else {
            facts.push(LayerFacts::default());
            continue;
        };
        verify(at, layer, read)?;
        let mut layer_facts = read.facts.clone();
        layer_facts.gaps.extend(read.relink.iter().map(unread_link));
        if let (Some(cache), Some(digest)) = (pass.cache, layer.identity()) {
            cache.keep_layer(digest, &layer_facts);
        }
        facts.push(layer_facts);
    }
    Ok((image, facts))
}
