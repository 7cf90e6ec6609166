//! CVSS vectors as numbers: base metrics in the usual order are one of 110,889 texts.

/// A family of vectors: what they begin with, and the metrics with their values.
struct Family {
    prefix: &'static str,
    metrics: &'static [(&'static str, &'static str)],
}

const V3: &[(&str, &str)] =
    &[("AV", "NALP"), ("AC", "LH"), ("PR", "NLH"), ("UI", "NR"), ("S", "UC"), ("C", "HLN"), ("I", "HLN"), ("A", "HLN")];

/// In the order of their numbers, which is part of the format.
const FAMILIES: [Family; 4] = [
    Family { prefix: "CVSS:3.1/", metrics: V3 },
    Family { prefix: "CVSS:3.0/", metrics: V3 },
    Family {
        prefix: "",
        metrics: &[("AV", "NAL"), ("AC", "LMH"), ("Au", "NSM"), ("C", "NPC"), ("I", "NPC"), ("A", "NPC")],
    },
    Family {
        prefix: "CVSS:4.0/",
        metrics: &[
            ("AV", "NALP"),
            ("AC", "LH"),
            ("AT", "NP"),
            ("PR", "NLH"),
            ("UI", "NPA"),
            ("VC", "HLN"),
            ("VI", "HLN"),
            ("VA", "HLN"),
            ("SC", "HLN"),
            ("SI", "HLN"),
            ("SA", "HLN"),
        ],
    },
];

impl Family {
    fn count(&self) -> u32 {
        self.metrics.iter().map(|(_, values)| values.len() as u32).product()
    }

    fn number(&self, vector: &str) -> Option<u32> {
        let mut parts = vector.strip_prefix(self.prefix)?.split('/');
        let number = self.metrics.iter().try_fold(0, |number, (metric, values)| {
            let value = parts.next()?.strip_prefix(metric)?.strip_prefix(':')?;
            let at = values.find(value).filter(|_| value.len() == 1)?;
            Some(number * values.len() as u32 + at as u32)
        })?;
        parts.next().is_none().then_some(number)
    }

    fn text(&self, number: u32) -> String {
        let metrics_bytes: usize = self.metrics.iter().map(|(metric, _)| metric.len() + ":N/".len()).sum();
        let mut text = String::with_capacity(self.prefix.len() + metrics_bytes);
        text.push_str(self.prefix);
        let (mut rest, mut of_rest) = (number, self.count());
        for (metric, values) in self.metrics {
            of_rest /= values.len() as u32;
            let value = values.as_bytes().get((rest / of_rest) as usize).map_or('?', |letter| char::from(*letter));
            rest %= of_rest;
            text.push_str(metric);
            text.push(':');
            text.push(value);
            text.push('/');
        }
        text.pop();
        text
    }
}

/// The number of a vector; `None` for one that is written in any other way.
pub(super) fn number(vector: &str) -> Option<u32> {
    let mut first = 0;
    for family in &FAMILIES {
        if let Some(number) = family.number(vector) {
            return Some(first + number);
        }
        first += family.count();
    }
    None
}

/// The vector of a number.
pub(super) fn text(mut number: u32) -> Option<String> {
    for family in &FAMILIES {
        if number < family.count() {
            return Some(family.text(number));
        }
        number -= family.count();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_is_another_vector_and_comes_back() {
        let mut seen = HashSet::new();
        let mut at = 0;
        while let Some(vector) = text(at) {
            assert_eq!(number(&vector), Some(at), "{vector}");
            assert!(seen.insert(vector));
            at += 1;
        }
        assert_eq!(at, 2 * 2592 + 729 + 104_976);
    }

    #[test]
    fn other_ways_to_write_a_vector_stay_text() {
        for vector in [
            "",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P",
            "CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:HL",
            "CVSS:3.1/AV:/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert_eq!(number(vector), None, "{vector}");
        }
        assert_eq!(text(number("AV:N/AC:L/Au:N/C:P/I:P/A:P").unwrap()).unwrap(), "AV:N/AC:L/Au:N/C:P/I:P/A:P");
    }
}
