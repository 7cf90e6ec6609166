//! JSON that a terminal may show: in it, strangers' text steers nothing.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::text::is_unsafe;

/// Writes a value as indented JSON and ends the line. Every control character, and every mark that turns
/// the direction of text around, is escaped (`\u009b`): whoever reads the JSON has the same text.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write(value, PrettyFormatter::new(), out)
}

/// As [`write_json`], on one line.
///
/// # Errors
/// When it cannot be written.
pub fn write_json_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write(value, CompactFormatter, out)
}

fn write(value: &impl Serialize, form: impl Formatter, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Safe(form)))?;
    out.write_all(b"\n")
}

/// A form whose strings are safe.
struct Safe<F>(F);

macro_rules! as_within {
    ($($method:ident($($argument:ident: $kind:ty),*)),* $(,)?) => {
        $(fn $method<W: ?Sized + Write>(&mut self, out: &mut W $(, $argument: $kind)*) -> io::Result<()> {
            self.0.$method(out $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unsafe) {
            let (before, unsafe_on) = rest.split_at(at);
            self.0.write_string_fragment(out, before)?;
            let mut letters = unsafe_on.chars();
            for unit in letters.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = letters.as_str();
        }
        self.0.write_string_fragment(out, rest)
    }

    as_within! {
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        end_object_key(),
        begin_object_value(),
        end_object_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_read_back_as_it_was() {
        let text = "a\u{9b}31m\u{85}b\u{202e}c\u{7f}\n\"ü€\u{61c}";
        let value = serde_json::json!({ text: [text, 1, null, {}] });
        for write in [write_json, write_json_line] {
            let mut out = Vec::new();
            write(&value, &mut out).unwrap();
            let json = String::from_utf8(out).unwrap();
            assert!(json.chars().all(|letter| !is_unsafe(letter) || letter == '\n'), "{json:?}");
            assert!(json.contains(r#""a\u009b31m\u0085b\u202ec\u007f\n\"ü€\u061c""#), "{json}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
        }
    }

    #[test]
    fn the_form_is_that_of_indented_json() {
        let value = serde_json::json!({ "a": [1, { "b": [] }], "c": { "d": "e" } });
        let mut out = Vec::new();
        write_json(&value, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{value:#}\n"));
    }
}
