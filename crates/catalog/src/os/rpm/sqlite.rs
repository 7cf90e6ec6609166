//! SQLite's file `rpmdb.sqlite`: the rows of its table `Packages`.
//!
//! Rows are read from every page that looks like a leaf of that table, as it passes; deleted rows
//! may linger on pages that are free. When the whole file has passed, the tree is walked from the
//! schema down, and the rows of its leaves count. <https://www.sqlite.org/fileformat2.html>

use std::collections::{HashMap, HashSet};

use plimsoll_facts::{Limit, Unreadable};

use super::chains::Chains;
use super::headers::{Database, Headers};
use super::pages::{PageReader, Pages};
use crate::sqlite::page::{Cell, FILE_HEADER_BYTES, INTERIOR, LEAF, Sizes, bytes_of, cells, children, columns, u32_at};

/// Pages of trees that are remembered; a gigabyte of leaves.
const MAX_NODES: usize = 1 << 20;

/// The file as its bytes pass.
#[derive(Default)]
pub(super) struct Sqlite {
    pages: Pages,
    file: File,
}

#[derive(Default)]
struct File {
    page_bytes: usize,
    /// Bytes of a page without those reserved for extensions.
    usable: usize,
    page_count: u32,
    chains: Chains<Row>,
    trees: Trees,
}

/// A row of `Packages` whose end is on other pages.
struct Row {
    leaf: u32,
    /// Where it begins on the leaf.
    at: usize,
    length: usize,
}

impl Database for Sqlite {
    fn bytes(&mut self, bytes: &[u8], headers: &mut Headers) -> Result<(), Unreadable> {
        self.pages.feed(bytes, &mut Reader { file: &mut self.file, headers })
    }

    fn end(&mut self, headers: &mut Headers) -> Result<(), Unreadable> {
        for row in self.file.chains.unfinished() {
            headers.add_broken(row.leaf, Unreadable::Truncated)?;
        }
        let (pages, whole) = self.pages.end();
        if pages == 0 || pages < self.file.page_count || !whole {
            return Err(Unreadable::Truncated);
        }
        headers.retain(&self.file.trees.leaves_of_packages()?);
        Ok(())
    }
}

struct Reader<'a> {
    file: &'a mut File,
    headers: &'a mut Headers,
}

impl PageReader for Reader<'_> {
    fn page_bytes(&mut self, first: &[u8]) -> Result<usize, Unreadable> {
        let Sizes { page_bytes, usable } = Sizes::read(first)?;
        (self.file.page_bytes, self.file.usable) = (page_bytes, usable);
        // The count is only right if it was written with the last change.
        if u32_at(first, 24) == u32_at(first, 92) {
            self.file.page_count = u32_at(first, 28).unwrap_or(0);
        }
        Ok(page_bytes)
    }

    fn page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable> {
        let header_at = if number == 0 { FILE_HEADER_BYTES } else { 0 };
        // SQLite counts from 1.
        let number = number.saturating_add(1);
        let page = page.get(..self.file.usable).unwrap_or(page);
        match page.get(header_at) {
            Some(&INTERIOR) => self.file.trees.add_interior(number, children(page, header_at)),
            Some(&LEAF) => self.leaf(number, page, header_at),
            // An overflow page begins with the number of the next, and no file is that long.
            Some(0 | 1) => self.overflow_page(number, page),
            _ => Ok(()),
        }
    }
}

impl Reader<'_> {
    fn overflow_page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable> {
        let (Some(next), Some(bytes)) = (u32_at(page, 0), page.get(4..)) else { return Ok(()) };
        match self.file.chains.page(number, bytes, next)? {
            Some((row, record)) => self.complete(&row, &record),
            None => Ok(()),
        }
    }

    fn complete(&mut self, row: &Row, record: &[u8]) -> Result<(), Unreadable> {
        let page_at = u64::from(row.leaf.saturating_sub(1)) * self.file.page_bytes as u64;
        match record.get(..row.length) {
            Some(header) => self.headers.add(row.leaf, page_at + row.at as u64, header),
            None => self.headers.add_broken(row.leaf, Unreadable::Truncated),
        }
    }

    fn leaf(&mut self, number: u32, page: &[u8], header_at: usize) -> Result<(), Unreadable> {
        self.file.trees.add_leaf(number)?;
        // Together the rows cannot be longer than their page: those of a damaged one may overlap.
        let mut left = page.len();
        for cell_at in cells(page, header_at, 8) {
            let cell = Cell::read(page, cell_at).filter(|cell| cell.local.len() <= left);
            let Some(cell) = cell else {
                let why = format!("a row of page {number} is damaged");
                return self.headers.add_broken(number, Unreadable::syntax(why));
            };
            left -= cell.local.len();
            self.cell(number, cell_at, &cell)?;
        }
        Ok(())
    }

    fn cell(&mut self, number: u32, at: usize, cell: &Cell<'_>) -> Result<(), Unreadable> {
        let Some((types, values_at)) = columns(cell.local, 6) else { return Ok(()) };
        match types.as_slice() {
            // Packages: the number of the package, which SQLite keeps as the row's own, and its header.
            [0, blob] if *blob >= 12 && blob % 2 == 0 => {
                let length = bytes_of(*blob);
                let begin = cell.local.get(values_at..).unwrap_or_default();
                let row = Row { leaf: number, at, length };
                if cell.next == 0 {
                    return self.complete(&row, begin);
                }
                match self.file.chains.begin(row, begin.to_vec(), cell.next)? {
                    Some((row, record)) => self.complete(&row, &record),
                    None => Ok(()),
                }
            }
            [_, name, table, root, _] => {
                let after = |at: usize, kind: u64| at.saturating_add(bytes_of(kind));
                let name_at = after(values_at, types[0]);
                let table_at = after(name_at, *name);
                let root_at = after(table_at, *table);
                let text = |from: usize, to: usize| cell.local.get(from..to);
                if text(values_at, name_at) == Some(b"table") && text(name_at, table_at) == Some(b"Packages") {
                    let root = text(root_at, after(root_at, *root)).unwrap_or_default();
                    let root =
                        root.iter().try_fold(0u32, |sum, byte| sum.checked_mul(256)?.checked_add((*byte).into()));
                    self.file.trees.add_root(number, root.unwrap_or(0));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Which pages are trees, and how they hang together.
#[derive(Default)]
struct Trees {
    interiors: HashMap<u32, Vec<u32>>,
    leaves: HashSet<u32>,
    nodes: usize,
    /// Pages of the schema that name the table, and its first page.
    roots: Vec<(u32, u32)>,
}

impl Trees {
    fn add_interior(&mut self, number: u32, children: Vec<u32>) -> Result<(), Unreadable> {
        self.count(children.len())?;
        self.interiors.insert(number, children);
        Ok(())
    }

    fn add_leaf(&mut self, number: u32) -> Result<(), Unreadable> {
        self.count(1)?;
        self.leaves.insert(number);
        Ok(())
    }

    fn add_root(&mut self, schema_page: u32, root: u32) {
        self.roots.push((schema_page, root));
    }

    fn count(&mut self, nodes: usize) -> Result<(), Unreadable> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES { Err(Unreadable::OverLimit(Limit::Count)) } else { Ok(()) }
    }

    fn leaves_of_packages(&self) -> Result<HashSet<u32>, Unreadable> {
        let schema = self.leaves_below(1)?;
        let root = self.roots.iter().find(|(page, _)| schema.contains(page)).map(|(_, root)| *root);
        self.leaves_below(root.ok_or_else(|| Unreadable::syntax("it has no table named Packages"))?)
    }

    fn leaves_below(&self, root: u32) -> Result<HashSet<u32>, Unreadable> {
        let mut leaves = HashSet::new();
        let mut seen = HashSet::new();
        let mut next = vec![root];
        while let Some(page) = next.pop() {
            if !seen.insert(page) {
                return Err(Unreadable::syntax(format!("page {page} stands twice in one tree")));
            }
            if self.leaves.contains(&page) {
                leaves.insert(page);
            } else if let Some(children) = self.interiors.get(&page) {
                next.extend(children);
            } else {
                return Err(Unreadable::syntax(format!("page {page} is no page of a table")));
            }
        }
        Ok(leaves)
    }
}
