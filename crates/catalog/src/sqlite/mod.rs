//! Tables of an SQLite database that is in memory as a whole.

pub(crate) mod page;

use std::borrow::Cow;
use std::collections::HashSet;

use plimsoll_facts::{Limit, Unreadable};

use page::{Cell, FILE_HEADER_BYTES, INTERIOR, LEAF, Sizes, bytes_of, cells, children, columns, u32_at};

/// Columns of one table.
const MAX_COLUMNS: usize = 100;
/// Rows of one table; beyond, the rest is not read.
const MAX_ROWS: usize = 2_000_000;

/// A database.
pub(crate) struct Database<'a> {
    bytes: &'a [u8],
    sizes: Sizes,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// `NULL`, and numbers with a fraction.
    Nothing,
    Number(i64),
    /// Text or bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// Text or bytes, if it is that.
    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(crate) fn as_number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl<'a> Database<'a> {
    /// Reads the head of the file.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        Ok(Self { bytes, sizes: Sizes::read(bytes)? })
    }

    /// Calls `each` with the number and the columns of every row of a table, in order.
    pub(crate) fn rows(&self, table: &str, mut each: impl FnMut(i64, &[Value])) -> Result<(), Unreadable> {
        let mut root = None;
        self.walk(1, &mut |_, columns| {
            let [kind, name, _, page, _] = columns else { return };
            if kind.as_bytes() == Some(b"table") && name.as_bytes() == Some(table.as_bytes()) {
                root = page.as_number().and_then(|page| u32::try_from(page).ok());
            }
        })?;
        let root = root.ok_or_else(|| Unreadable::syntax(format!("it has no table named {table}")))?;
        self.walk(root, &mut each)
    }

    /// The tree whose first page this is.
    fn walk(&self, root: u32, each: &mut dyn FnMut(i64, &[Value])) -> Result<(), Unreadable> {
        let mut seen = HashSet::new();
        let mut next = vec![root];
        let mut left = MAX_ROWS;
        // Rows of a sound table do not overlap.
        let mut left_bytes = self.bytes.len();
        while let Some(number) = next.pop() {
            if !seen.insert(number) {
                return Err(Unreadable::syntax(format!("page {number} stands twice in one tree")));
            }
            let page = self.page(number)?;
            let header_at = if number == 1 { FILE_HEADER_BYTES } else { 0 };
            match page.get(header_at) {
                Some(&INTERIOR) => {
                    next.extend(children(page, header_at).into_iter().rev());
                    if next.len() > self.bytes.len() / self.sizes.page_bytes {
                        return Err(Unreadable::syntax("it names more pages than it has"));
                    }
                }
                Some(&LEAF) => {
                    for at in cells(page, header_at, 8) {
                        left = left.checked_sub(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
                        let damaged = || Unreadable::syntax(format!("a row of page {number} is damaged"));
                        let cell = Cell::read(page, at).ok_or_else(damaged)?;
                        left_bytes = left_bytes.checked_sub(cell.payload).ok_or_else(damaged)?;
                        let record = self.record(&cell)?;
                        each(cell.row, &values(&record).ok_or_else(damaged)?);
                    }
                }
                _ => return Err(Unreadable::syntax(format!("page {number} is no page of a table"))),
            }
        }
        Ok(())
    }

    /// A page without its reserved bytes; SQLite counts from 1.
    fn page(&self, number: u32) -> Result<&'a [u8], Unreadable> {
        let from = (number as usize).checked_sub(1).and_then(|pages| pages.checked_mul(self.sizes.page_bytes));
        let page = from.and_then(|from| self.bytes.get(from..)?.get(..self.sizes.usable));
        page.ok_or(Unreadable::Truncated)
    }

    /// The whole row, with what is on other pages.
    fn record(&self, cell: &Cell<'a>) -> Result<Cow<'a, [u8]>, Unreadable> {
        if cell.next == 0 {
            return Ok(Cow::Borrowed(cell.local));
        }
        let mut record = cell.local.to_vec();
        let mut next = cell.next;
        // No row is longer than the file, so pages that lead in circles end too.
        while next != 0 && record.len() < cell.payload && record.len() <= self.bytes.len() {
            let page = self.page(next)?;
            next = u32_at(page, 0).ok_or(Unreadable::Truncated)?;
            record.extend_from_slice(page.get(4..).unwrap_or_default());
        }
        if record.len() < cell.payload {
            return Err(Unreadable::Truncated);
        }
        record.truncate(cell.payload);
        Ok(Cow::Owned(record))
    }
}

fn values(record: &[u8]) -> Option<Vec<Value>> {
    let (kinds, mut at) = columns(record, MAX_COLUMNS)?;
    let mut values = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let end = at.checked_add(bytes_of(kind))?;
        let bytes = record.get(at..end)?;
        at = end;
        values.push(match kind {
            1..=6 => Value::Number(number(bytes)),
            8 | 9 => Value::Number(i64::from(kind == 9)),
            12.. => Value::Bytes(bytes.to_vec()),
            _ => Value::Nothing,
        });
    }
    Some(values)
}

/// A signed big-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}
