//! Text from outside made fit for a database: one line, short, without control characters.

use plimsoll_model::Timestamp;

/// Longest title kept, in bytes.
pub(crate) const TITLE_BYTES: usize = 200;
/// Longest package name accepted, in bytes.
const NAME_BYTES: usize = 512;
/// Longest version accepted, in bytes.
const VERSION_BYTES: usize = 256;
/// Longest id accepted, in bytes.
const ID_BYTES: usize = 128;
/// Longest address kept, in bytes.
const URL_BYTES: usize = 512;
/// Most addresses kept.
const URLS: usize = 4;
/// Most weaknesses kept.
const WEAKNESSES: usize = 32;

/// The text on one line: control characters are dropped, white space is folded, and what is longer
/// than `cap_bytes` is cut between characters.
#[must_use]
pub(crate) fn one_line(text: &str, cap_bytes: usize) -> String {
    let mut line = String::new();
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > cap_bytes {
            break;
        }
    }
    if line.len() > cap_bytes {
        let cut = (0..=cap_bytes).rev().find(|place| line.is_char_boundary(*place)).unwrap_or(0);
        line.truncate(cut);
        line.truncate(line.trim_end().len());
    }
    line
}

/// A title: the summary, or else the first line of the details that says something.
#[must_use]
pub(crate) fn title(summary: Option<&str>, details: Option<&str>) -> String {
    let summary = one_line(summary.unwrap_or_default(), TITLE_BYTES);
    if !summary.is_empty() {
        return summary;
    }
    details
        .unwrap_or_default()
        .lines()
        .map(|line| one_line(line.trim_start_matches(['#', ' ', '*', '\t']), TITLE_BYTES))
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

/// Whether the text can be an advisory's id: printable ASCII without anything that could pass for
/// a path.
#[must_use]
pub(crate) fn is_id(text: &str) -> bool {
    text.len() <= ID_BYTES
        && text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'+'))
        && !text.contains("..")
}

/// The text as a CVE id in the usual spelling; `None` when it is none.
#[must_use]
pub(crate) fn cve(text: &str) -> Option<String> {
    let rest = text.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("CVE-")).and(text.get(4..))?;
    let (year, number) = rest.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number))
        .then(|| text.to_ascii_uppercase())
}

/// A moment that is written without its zone, which is UTC (`2024-11-21T06:33:23.350`), or with it.
pub(crate) fn utc(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let has_time = text.contains('T');
    let zoned = has_time.then(|| Timestamp::parse(&format!("{text}Z"))).flatten();
    zoned.or_else(|| Timestamp::parse(text))
}

/// The numbers of weaknesses (`CWE-79`), sorted; words that name none (`NVD-CWE-noinfo`) are passed
/// over.
pub(crate) fn weaknesses<'a>(names: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let number = |name: &str| name.trim().strip_prefix("CWE-")?.parse::<u32>().ok();
    let mut numbers: Vec<u32> = names.filter_map(number).take(WEAKNESSES).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The CVE ids in a text, in its order.
pub(crate) fn cves_in(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.into_iter().filter_map(|word| cve(word.trim_matches('-')))
}

/// A package's name, or why it cannot be one.
pub(crate) fn name(text: &str) -> Result<&str, String> {
    let text = text.trim();
    plain(text, NAME_BYTES).map_err(|why| format!("package name {why}"))
}

/// A version, or why it cannot be one.
pub(crate) fn version(text: &str) -> Result<&str, String> {
    let text = text.trim();
    plain(text, VERSION_BYTES).map_err(|why| format!("version {why}"))
}

fn plain(text: &str, cap_bytes: usize) -> Result<&str, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() > cap_bytes {
        return Err(format!("is longer than {cap_bytes} bytes"));
    }
    if text.chars().any(char::is_control) {
        return Err("has control characters".to_owned());
    }
    Ok(text)
}

/// The first four web addresses, without repetition.
pub(crate) fn urls<'a>(candidates: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for url in candidates {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        let is_plain = url.len() <= URL_BYTES && url.bytes().all(|byte| byte.is_ascii_graphic());
        if is_web && is_plain && !kept.iter().any(|known| known == url) {
            kept.push(url.to_owned());
            if kept.len() == URLS {
                break;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_short_line_cut_between_characters() {
        assert_eq!(title(Some(" a\tb\u{7}\n c "), None), "a b c");
        let long = "ä".repeat(150);
        let cut = title(Some(&long), None);
        assert_eq!(cut.len(), 200);
        assert!(long.starts_with(&cut));
    }

    #[test]
    fn without_a_summary_the_first_line_of_the_details_is_the_title() {
        assert_eq!(title(Some("  "), Some("\n\n### Impact\nmore")), "Impact");
        assert_eq!(title(None, None), "");
    }

    #[test]
    fn ids_that_could_be_paths_are_no_ids() {
        for good in ["CVE-2024-1", "ALSA-2019:0975", "FOP-a.b_c-1", "DSA-5123-1", "TEMP-0000000-ABCDEF"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "../x", "a/b", "a\\b", "a..b", ".a", "a b", "a\0", "ä", &"x".repeat(129)] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn cves_are_recognised_in_any_case_and_nothing_else_is() {
        assert_eq!(cve("cve-2024-12345").as_deref(), Some("CVE-2024-12345"));
        for bad in ["CVE-24-1234", "CVE-2024-123", "CVE-2024-12x4", "CVE2024-1234", "CVE-2024", "XCVE-2024-1234", "CVÉ"]
        {
            assert_eq!(cve(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_utc() {
        let at = Timestamp::parse("2024-11-21T06:33:23Z");
        assert_eq!(utc("2024-11-21T06:33:23.350"), at);
        assert_eq!(utc("2024-11-21T07:33:23+01:00"), at);
        assert_eq!(utc("2024-11-21"), Timestamp::parse("2024-11-21T00:00:00Z"));
        assert_eq!(utc("T"), None);
    }

    #[test]
    fn weaknesses_are_numbers_once_each() {
        let names = ["CWE-79", "NVD-CWE-noinfo", "CWE-20", " CWE-79 ", "CWE-x", "CWE-99999999999"];
        assert_eq!(weaknesses(names.into_iter()), [20, 79]);
    }

    #[test]
    fn cves_are_found_within_a_text() {
        let found: Vec<String> =
            cves_in("CVE-2024-1111 curl: x (cve-2024-2222), CVE-2024-3333/CVE-2024-4444; CVE-2024-x").collect();
        assert_eq!(found, ["CVE-2024-1111", "CVE-2024-2222", "CVE-2024-3333", "CVE-2024-4444"]);
    }

    #[test]
    fn addresses_are_web_addresses_once_and_four_at_most() {
        let kept = urls(
            [
                "https://a",
                "https://a",
                "javascript:1",
                "http://b",
                "https://c d",
                "https://e",
                "https://f",
                "https://g",
            ]
            .into_iter(),
        );
        assert_eq!(kept, ["https://a", "http://b", "https://e", "https://f"]);
    }
}
