//! What is written of an image that nobody judged: its inventory. The tables [`BILLS`] and [`LAYERS`].

use std::io::{self, Write};

use plimsoll_model::{ImageInfo, Inventory};

use crate::{Style, layers, native};

/// An image and what it holds.
#[derive(Debug, Clone, Copy)]
pub struct Bill<'a> {
    /// Version of the program.
    pub plimsoll_version: &'a str,
    /// The image.
    pub image: &'a ImageInfo,
    /// What it holds.
    pub inventory: &'a Inventory,
}

/// Writes an inventory in one format.
pub type WriteBill = fn(&Bill<'_>, Style, &mut dyn Write) -> io::Result<()>;

/// A format of inventories.
#[derive(Clone, Copy)]
pub struct BillFormat {
    /// The name that `--format` takes.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// Writes it.
    pub write: WriteBill,
}

impl std::fmt::Debug for BillFormat {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

/// The formats of `plimsoll sbom`.
pub static BILLS: &[BillFormat] = &[BillFormat {
    name: "native-json",
    about: "everything, in a versioned schema (docs/inventory-json.md)",
    write: native::write,
}];

/// The formats of `plimsoll layers`.
pub static LAYERS: &[BillFormat] = &[
    BillFormat { name: "table", about: "for people at a terminal", write: layers::table },
    BillFormat { name: "json", about: "for programs (docs/inventory-json.md)", write: layers::json },
];
