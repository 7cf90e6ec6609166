//! Text from an image, made fit for a terminal: no control characters, no reordering, no novels.

/// Longest instruction that is kept.
const MAX_INSTRUCTION: usize = 4096;
/// Longest name that is kept.
const MAX_NAME: usize = 512;

/// An instruction of the history on one line; `None` if nothing is left of it.
pub(crate) fn instruction(text: &str) -> Option<String> {
    let line = line(text, MAX_INSTRUCTION);
    (!line.is_empty()).then_some(line)
}

/// A name, tag or media type.
pub(crate) fn name(text: &str) -> String {
    line(text, MAX_NAME)
}

fn line(text: &str, max_letters: usize) -> String {
    let mut letters = text.trim().chars().filter_map(|letter| match letter {
        '\t' | '\n' | '\r' => Some(' '),
        letter if letter.is_control() || reorders(letter) => None,
        letter => Some(letter),
    });
    let mut line: String = letters.by_ref().take(max_letters).collect();
    if letters.next().is_some() {
        line.push('…');
    }
    line
}

/// Characters that show text in another order than it is stored, or not at all.
fn reorders(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_removed_and_words_stay_apart() {
        assert_eq!(instruction("RUN a;\tb\n\u{1b}[31m\u{202e}c\u{7f}").as_deref(), Some("RUN a; b [31mc"));
        assert_eq!(instruction("\u{1b}\0 "), None);
        assert_eq!(name(&"x".repeat(600)).chars().count(), MAX_NAME + 1);
    }
}
