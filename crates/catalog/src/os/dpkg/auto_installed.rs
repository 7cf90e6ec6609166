//! apt's `extended_states`: which packages it brought along because others needed them.

use plimsoll_facts::Sink;

use crate::installed::{brought, capped};
use crate::lines::LineParser;

/// Names that are kept; beyond, packages count as asked for.
const MAX_NAMES: usize = 100_000;

/// Reads its paragraphs.
#[derive(Default)]
pub(super) struct AutoInstalled {
    name: Vec<u8>,
    names: Vec<Vec<u8>>,
}

impl LineParser for AutoInstalled {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        let Some(colon) = memchr::memchr(b':', line) else { return };
        let value = line[colon + 1..].trim_ascii();
        match &line[..colon] {
            b"Package" => self.name = capped(value).to_vec(),
            b"Auto-Installed" if value == b"1" && self.names.len() < MAX_NAMES => {
                self.names.push(std::mem::take(&mut self.name));
            }
            _ => {}
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        brought(self.names.iter().map(Vec::as_slice), out);
    }
}
