//! Lists of versions: each by what it does not share with the one before.

use super::bytes::{In, Out, Packed};

pub(crate) fn pack(versions: &[String], out: &mut Out) {
    out.number(versions.len() as u64);
    let mut before: &str = "";
    for version in versions {
        let shared = shared_bytes(before, version);
        let rest = &version[shared..];
        // One byte where both are short, as they nearly always are.
        if shared < 15 && rest.len() < 16 {
            out.byte((shared as u8) << 4 | rest.len() as u8);
        } else {
            out.byte(0xf0);
            out.number(shared as u64);
            out.number(rest.len() as u64);
        }
        out.0.extend_from_slice(rest.as_bytes());
        before = version;
    }
}

pub(crate) fn unpack(from: &mut In<'_>) -> Packed<Vec<String>> {
    let mut before = String::new();
    from.list(|from| {
        let (shared, rest) = match from.byte()? {
            0xf0 => (from.small()? as usize, from.small()? as usize),
            both => (usize::from(both >> 4), usize::from(both & 0xf)),
        };
        let rest = std::str::from_utf8(from.bytes(rest)?).map_err(|_| postcard::Error::DeserializeBadUtf8)?;
        if !before.is_char_boundary(shared) {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        from.spend((shared + rest.len()) as u64)?;
        before.truncate(shared);
        before.push_str(rest);
        Ok(before.clone())
    })
}

/// Bytes of the longest common beginning of two texts.
pub(crate) fn shared_bytes(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).map(|(letter, _)| letter.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_and_near_versions_are_short() {
        let long = "9".repeat(300);
        let versions = ["1.0.0", "1.0.1", "1.0.10", "", "ü1", "ü2", &long, &long, "1.0.1"].map(str::to_owned);
        let mut out = Out::default();
        pack(&versions, &mut out);
        assert_eq!(unpack(&mut In::new(&out.0, 1 << 20)).unwrap(), versions);
        assert!(unpack(&mut In::new(&out.0, 500)).is_err(), "what it grows to is bounded");

        let near: Vec<String> = (0..100).map(|number| format!("2.31.{number}")).collect();
        let mut out = Out::default();
        pack(&near, &mut out);
        assert!(out.0.len() < 300, "{}", out.0.len());
    }
}
