//! Text from strangers, made safe for a terminal.

use owo_colors::{AnsiColors, OwoColorize, Style as Paint};
use plimsoll_model::Severity;

/// Replaces control characters, which could forge lines and colours, and cuts at `most` characters.
#[must_use]
pub fn printable(text: &str, most: usize) -> String {
    let mut letters = text.chars();
    let mut safe: String =
        letters.by_ref().take(most).map(|letter| if is_unsafe(letter) { '\u{fffd}' } else { letter }).collect();
    if letters.next().is_some() {
        safe.pop();
        safe.push('…');
    }
    safe
}

/// Control characters, and marks that turn the direction of text around, which can show another name than
/// the real one.
pub(crate) fn is_unsafe(letter: char) -> bool {
    let is_bidi =
        matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || is_bidi
}

/// Paints text when colours are wanted.
pub(crate) fn paint(text: &str, paint: Paint, color: bool) -> String {
    if color { text.style(paint).to_string() } else { text.to_owned() }
}

pub(crate) fn severity_paint(severity: Severity) -> Paint {
    let paint = Paint::new();
    match severity {
        Severity::Critical => paint.color(AnsiColors::Magenta).bold(),
        Severity::High => paint.color(AnsiColors::Red).bold(),
        Severity::Medium => paint.color(AnsiColors::Yellow),
        Severity::Low => paint.color(AnsiColors::Blue),
        Severity::Negligible | Severity::Unknown => paint.dimmed(),
    }
}

/// `1 layer`, `2 layers`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Bytes for people: `12 KB`, `3.4 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{} KB", number / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", number / 1_000_000, number / 100_000 % 10),
        _ => format!("{}.{} GB", number / 1_000_000_000, number / 100_000_000 % 10),
    }
}

/// Breaks at spaces so that no line is longer than `width` characters, unless one word is.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\nc\u{202e}d", 80), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d");
        assert_eq!(printable("abcdef", 4), "abc…");
        assert_eq!(printable("abcd", 4), "abcd");
    }
}
