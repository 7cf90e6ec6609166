//! What each layer ships, and what of it a higher layer hides.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use plimsoll_model::{FilePath, LayerUse, ShadowedFile};

/// Hidden files that are named.
const NAMED: usize = 20;

/// Counts files and bytes while layers are laid over one another.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    layers: Vec<LayerUse>,
    largest: BinaryHeap<Reverse<ShadowedFile>>,
}

impl Usage {
    /// One more layer begins.
    pub(crate) fn begin(&mut self) {
        self.layers.push(LayerUse::default());
    }

    /// The layer that is being laid over ships a file.
    pub(crate) fn ships(&mut self, bytes: u64) {
        if let Some(layer) = self.layers.last_mut() {
            layer.files += 1;
            layer.bytes = layer.bytes.saturating_add(bytes);
        }
    }

    /// It hides a file of another layer.
    pub(crate) fn hides(&mut self, path: &[u8], layer: u32, bytes: u64) {
        let by = self.layers.len().saturating_sub(1) as u32;
        if layer == by {
            return;
        }
        if let Some(below) = self.layers.get_mut(layer as usize) {
            below.shadowed_files += 1;
            below.shadowed_bytes = below.shadowed_bytes.saturating_add(bytes);
        }
        if let Some(above) = self.layers.last_mut() {
            above.hides_bytes = above.hides_bytes.saturating_add(bytes);
        }
        let is_large =
            self.largest.len() < NAMED || self.largest.peek().is_some_and(|Reverse(smallest)| smallest.bytes < bytes);
        if bytes > 0 && is_large {
            self.largest.push(Reverse(ShadowedFile { bytes, path: FilePath::new(path), layer, by }));
            if self.largest.len() > NAMED {
                self.largest.pop();
            }
        }
    }

    /// The layers, lowest first, and the largest hidden files.
    pub(crate) fn finish(self) -> (Vec<LayerUse>, Vec<ShadowedFile>) {
        let mut largest: Vec<ShadowedFile> = self.largest.into_iter().map(|Reverse(file)| file).collect();
        largest.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.cmp(b)));
        (self.layers, largest)
    }
}
