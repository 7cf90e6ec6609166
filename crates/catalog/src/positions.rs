//! The lines at which parts of a file stand.

use plimsoll_model::Position;

/// Counts lines as a reader goes through a file.
pub(crate) struct Positions<'a> {
    file: &'a [u8],
    counted: usize,
    line: u32,
}

impl<'a> Positions<'a> {
    /// Those of this file.
    pub(crate) fn of(file: &'a [u8]) -> Self {
        Self { file, counted: 0, line: 1 }
    }

    /// The line of a part that was borrowed from the file. `None` for a text that is no part of it, and
    /// for one before the last that was asked for: then the lines would be counted again and again.
    pub(crate) fn line_of(&mut self, part: &str) -> Option<Position> {
        let at = (part.as_ptr() as usize).checked_sub(self.file.as_ptr() as usize)?;
        self.line_at(at)
    }

    /// The line of the byte at this place.
    pub(crate) fn line_at(&mut self, at: usize) -> Option<Position> {
        let passed = self.file.get(self.counted..at)?;
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted = at;
        Some(Position::Line(self.line))
    }
}

/// The line of a number that counts from 0.
pub(crate) fn line(index: usize) -> Option<Position> {
    u32::try_from(index).ok()?.checked_add(1).map(Position::Line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_forwards_and_of_the_files_own_parts() {
        let file = "a\nb c\n\nd".to_owned();
        let mut positions = Positions::of(file.as_bytes());
        assert_eq!(positions.line_of(&file[..1]), Some(Position::Line(1)));
        assert_eq!(positions.line_of(&file[4..5]), Some(Position::Line(2)));
        assert_eq!(positions.line_of(&file[7..]), Some(Position::Line(4)));
        assert_eq!(positions.line_of(&file[..1]), None);
        assert_eq!(positions.line_of("elsewhere"), None);
        assert_eq!(line(0), Some(Position::Line(1)));
    }
}
