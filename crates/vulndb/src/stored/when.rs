//! Moments: a day where it begins with one, as most dates of feeds do, else the second.

use plimsoll_model::Timestamp;

use super::bytes::{In, Out, Packed};

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Even numbers are days, odd ones seconds; both signed by folding.
pub(super) fn pack(at: Timestamp, out: &mut Out) {
    let fold = |number: i64| ((number << 1) ^ (number >> 63)) as u64;
    let Timestamp(seconds) = at;
    // Beyond some three hundred million years the two lowest bits have no room.
    if seconds.checked_mul(4).is_none() {
        out.number(3);
        out.0.extend_from_slice(&seconds.to_le_bytes());
    } else if seconds % DAY_SECONDS == 0 {
        out.number(fold(seconds / DAY_SECONDS) << 1);
    } else {
        out.number((fold(seconds) << 1 | 1) + 2);
    }
}

pub(super) fn unpack(from: &mut In<'_>) -> Packed<Timestamp> {
    let unfold = |number: u64| (number >> 1) as i64 ^ -((number & 1) as i64);
    let seconds = match from.number()? {
        3 => {
            let bytes = from.bytes(8)?.try_into().map_err(|_| postcard::Error::DeserializeUnexpectedEnd)?;
            i64::from_le_bytes(bytes)
        }
        number if number & 1 == 0 => unfold(number >> 1).saturating_mul(DAY_SECONDS),
        number => unfold(number.saturating_sub(2) >> 1),
    };
    Ok(Timestamp(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_comes_back_and_days_are_short() {
        let day = 20_000 * DAY_SECONDS;
        for seconds in [0, 1, -1, 2, day, day + 1, day - 1, -day, i64::MAX, i64::MIN, i64::MAX / 4, i64::MIN / 4] {
            let mut out = Out::default();
            pack(Timestamp(seconds), &mut out);
            let mut from = In::new(&out.0, 100);
            assert_eq!(unpack(&mut from).unwrap(), Timestamp(seconds));
            assert!(from.rest.is_empty());
        }
        let mut out = Out::default();
        pack(Timestamp(day), &mut out);
        assert_eq!(out.0.len(), 3);
    }
}
