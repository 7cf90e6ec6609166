//! Ids of vulnerabilities and advisories: those that are numbered are kept as numbers.

use super::bytes::{In, Out, Packed};

/// A way of numbering: prefix, what stands between year and number, digits the number has at least.
struct Series {
    prefix: &'static str,
    between: u8,
    digits: usize,
}

/// In the order of their numbers, which is part of the format.
const SERIES: [Series; 12] = [
    Series { prefix: "CVE-", between: b'-', digits: 4 },
    Series { prefix: "MAL-", between: b'-', digits: 1 },
    Series { prefix: "GO-", between: b'-', digits: 4 },
    Series { prefix: "PYSEC-", between: b'-', digits: 1 },
    Series { prefix: "RUSTSEC-", between: b'-', digits: 4 },
    Series { prefix: "OSV-", between: b'-', digits: 1 },
    Series { prefix: "ALSA-", between: b':', digits: 4 },
    Series { prefix: "RHSA-", between: b':', digits: 4 },
    Series { prefix: "RLSA-", between: b':', digits: 4 },
    Series { prefix: "ELSA-", between: b'-', digits: 4 },
    Series { prefix: "TEMP-", between: b'-', digits: 6 },
    Series { prefix: "DRUPAL-", between: b'-', digits: 3 },
];
const TEXT: u8 = 0;
const GHSA: u8 = 1;
const FIRST_SERIES: u8 = 2;
const FIRST_YEAR: u32 = 1990;
const GHSA_ALPHABET: &[u8; 20] = b"23456789cfghjmpqrvwx";

pub(super) fn pack(id: &str, out: &mut Out) {
    if let Some(number) = ghsa_number(id).filter(|number| ghsa_text(*number) == id) {
        out.byte(GHSA);
        out.0.extend_from_slice(number.to_le_bytes().split_at(7).0);
        return;
    }
    for (series, at) in SERIES.iter().zip(FIRST_SERIES..) {
        if let Some((year, number)) = series.numbers(id) {
            out.byte(at);
            out.number(u64::from(year));
            out.number(u64::from(number));
            return;
        }
    }
    out.byte(TEXT);
    out.text(id);
}

/// Writes the id at the end of a text.
pub(super) fn unpack_onto(text: &mut String, from: &mut In<'_>) -> Packed<()> {
    let bad = postcard::Error::DeserializeBadEncoding;
    let start = text.len();
    match from.byte()? {
        TEXT => text.push_str(from.text()?),
        GHSA => {
            let mut bytes = [0; 8];
            bytes.split_at_mut(7).0.copy_from_slice(from.bytes(7)?);
            push_ghsa(text, u64::from_le_bytes(bytes));
        }
        at => {
            let series = SERIES.get(usize::from(at - FIRST_SERIES)).ok_or(bad)?;
            series.push(text, from.small()?, from.small()?);
        }
    }
    from.spend((text.len() - start) as u64)
}

impl Series {
    /// Years since the first one, and the number.
    fn numbers(&self, id: &str) -> Option<(u32, u32)> {
        let (year, number) = id.strip_prefix(self.prefix)?.split_once(char::from(self.between))?;
        let year = year.parse::<u32>().ok()?.checked_sub(FIRST_YEAR)?;
        let number = number.parse().ok()?;
        let mut text = String::new();
        self.push(&mut text, year, number);
        (text == id).then_some((year, number))
    }

    fn push(&self, text: &mut String, year: u32, number: u32) {
        // From its end: ten digits, what stands between, ten digits.
        let mut id = [b'0'; 21];
        let between = push_digits(&mut id, number, self.digits);
        let start = between.saturating_sub(1);
        if let Some(byte) = id.get_mut(start) {
            *byte = self.between;
        }
        let start = push_digits(id.get_mut(..start).unwrap_or_default(), year.saturating_add(FIRST_YEAR), 1);
        text.push_str(self.prefix);
        text.push_str(id.get(start..).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or_default());
    }
}

/// Puts a number at the end of zeros, which are a part of it where it has fewer digits; where it begins.
fn push_digits(zeros: &mut [u8], mut number: u32, digits: usize) -> usize {
    let (mut start, most) = (zeros.len(), zeros.len().saturating_sub(digits));
    for digit in zeros.iter_mut().rev() {
        if number == 0 && start <= most {
            break;
        }
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
    }
    start
}

/// The twelve letters after `GHSA-`, four by four, of an alphabet of twenty.
fn ghsa_number(id: &str) -> Option<u64> {
    let letters = id.strip_prefix("GHSA-")?.bytes().filter(|letter| *letter != b'-');
    let mut number = 0_u64;
    for (count, letter) in letters.enumerate() {
        let digit = GHSA_ALPHABET.iter().position(|known| *known == letter).filter(|_| count < 12)?;
        number = number * 20 + digit as u64;
    }
    Some(number)
}

fn ghsa_text(number: u64) -> String {
    let mut text = String::new();
    push_ghsa(&mut text, number);
    text
}

fn push_ghsa(text: &mut String, mut number: u64) {
    let mut id = *b"GHSA-....-....-....";
    for letter in id.iter_mut().rev().filter(|letter| **letter == b'.') {
        *letter = GHSA_ALPHABET[(number % 20) as usize];
        number /= 20;
    }
    text.push_str(std::str::from_utf8(&id).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(id: &str) -> usize {
        let mut out = Out::default();
        pack(id, &mut out);
        let mut text = String::from("before ");
        unpack_onto(&mut text, &mut In::new(&out.0, 1000)).unwrap();
        assert_eq!(text.strip_prefix("before "), Some(id));
        out.0.len()
    }

    #[test]
    fn numbered_ids_are_short_and_come_back() {
        for (id, bytes) in [
            ("CVE-2021-44228", 5),
            ("CVE-2021-0001", 3),
            ("GO-2021-0061", 3),
            ("PYSEC-2021-335", 4),
            ("MAL-2025-190123", 5),
            ("RUSTSEC-2020-0014", 3),
            ("ALSA-2024:7000", 4),
            ("GHSA-jfh8-c2jp-5v3q", 8),
            ("GHSA-2222-2222-2222", 8),
        ] {
            assert_eq!(packed(id), bytes, "{id}");
        }
    }

    #[test]
    fn ids_that_only_look_numbered_stay_text() {
        for id in [
            "",
            "CVE-2021-001",
            "CVE-2021-00001",
            "CVE-21-1234",
            "CVE-2021-99999999999",
            "CVE-2021-+123",
            "GHSA-jfh8-c2jp",
            "GHSA-jfh8-c2jp-5v3Q",
            "GHSA-jfh8c2jp5v3q",
            "GHSA-",
            "BIT-x-2020-1",
            "CVE-02021-1234",
        ] {
            assert_eq!(packed(id), 2 + id.len(), "{id}");
        }
    }
}
