//! Ids of vulnerabilities and advisories: those that are numbered are kept as numbers.

use super::bytes::{In, Out, Packed};

/// A way of numbering: prefix, what stands between year and number, digits the number has at least.
struct Series {
    prefix: &'static str,
    between: char,
    digits: usize,
}

/// In the order of their numbers, which is part of the format.
const SERIES: [Series; 12] = [
    Series { prefix: "CVE-", between: '-', digits: 4 },
    Series { prefix: "MAL-", between: '-', digits: 1 },
    Series { prefix: "GO-", between: '-', digits: 4 },
    Series { prefix: "PYSEC-", between: '-', digits: 1 },
    Series { prefix: "RUSTSEC-", between: '-', digits: 4 },
    Series { prefix: "OSV-", between: '-', digits: 1 },
    Series { prefix: "ALSA-", between: ':', digits: 4 },
    Series { prefix: "RHSA-", between: ':', digits: 4 },
    Series { prefix: "RLSA-", between: ':', digits: 4 },
    Series { prefix: "ELSA-", between: '-', digits: 4 },
    Series { prefix: "TEMP-", between: '-', digits: 6 },
    Series { prefix: "DRUPAL-", between: '-', digits: 3 },
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

pub(super) fn unpack(from: &mut In<'_>) -> Packed<String> {
    let bad = postcard::Error::DeserializeBadEncoding;
    let id = match from.byte()? {
        TEXT => from.text()?.to_owned(),
        GHSA => {
            let mut bytes = [0; 8];
            bytes.split_at_mut(7).0.copy_from_slice(from.bytes(7)?);
            ghsa_text(u64::from_le_bytes(bytes))
        }
        at => {
            let series = SERIES.get(usize::from(at - FIRST_SERIES)).ok_or(bad)?;
            series.text(from.small()?, from.small()?)
        }
    };
    from.spend(id.len() as u64)?;
    Ok(id)
}

impl Series {
    /// Years since the first one, and the number.
    fn numbers(&self, id: &str) -> Option<(u32, u32)> {
        let (year, number) = id.strip_prefix(self.prefix)?.split_once(self.between)?;
        let year = year.parse::<u32>().ok()?.checked_sub(FIRST_YEAR)?;
        let number = number.parse().ok()?;
        (self.text(year, number) == id).then_some((year, number))
    }

    fn text(&self, year: u32, number: u32) -> String {
        let (year, digits) = (u64::from(year) + u64::from(FIRST_YEAR), self.digits);
        format!("{}{year}{}{number:0digits$}", self.prefix, self.between)
    }
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

fn ghsa_text(mut number: u64) -> String {
    let mut letters = [b'2'; 12];
    for letter in letters.iter_mut().rev() {
        *letter = GHSA_ALPHABET[(number % 20) as usize];
        number /= 20;
    }
    let mut text = String::from("GHSA");
    for (at, letter) in letters.into_iter().enumerate() {
        if at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(id: &str) -> usize {
        let mut out = Out::default();
        pack(id, &mut out);
        assert_eq!(unpack(&mut In::new(&out.0, 1000)).unwrap(), id);
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
