//! Which licence a text is.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use plimsoll_facts::path_hash;
use spdx::detection::scan::Scanner;
use spdx::detection::{Store, TextData};

/// How alike a text must be.
const THRESHOLD: f32 = 0.9;
/// Texts that one run compares: a comparison takes some 20 ms, and an image from a stranger may hold
/// any number of texts. Copies of a text, but for the lines that name its owner, are compared once.
const MAX_TEXTS: usize = 4096;

/// A licence in a text, and how alike they are, in percent.
pub(crate) type Told = (String, u8);

/// The licences that a text holds, by the texts of the SPDX list, in the text's order.
///
/// # Errors
/// When too many different texts were compared in this run.
pub(crate) fn recognise(text: &str) -> Result<Vec<Told>, TooMany> {
    static SEEN: LazyLock<Mutex<HashMap<u64, Vec<Told>>>> = LazyLock::new(Mutex::default);
    let plain = without_owners(text);
    let hash = path_hash(plain.as_bytes());
    if let Some(known) = SEEN.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return Ok(known.clone());
    }
    if SEEN.lock().unwrap_or_else(PoisonError::into_inner).len() >= MAX_TEXTS {
        return Err(TooMany);
    }
    let told = compare(&plain);
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, told.clone());
    Ok(told)
}

/// Too many different texts.
#[derive(Debug)]
pub(crate) struct TooMany;

fn compare(text: &str) -> Vec<Told> {
    /// The texts of the SPDX list, unpacked on first use: 60 MB, so only where licences are asked for.
    static STORE: LazyLock<Option<Store>> = LazyLock::new(|| Store::load_inline().ok());
    let Some(store) = &*STORE else { return Vec::new() };
    let data = TextData::new(text);
    let scanner = Scanner::new(store).confidence_threshold(THRESHOLD).optimize(true);
    let found = scanner.scan(&data);
    let percent = |score: f32| (score.clamp(0.0, 1.0) * 100.0).round() as u8;
    let mut told: Vec<(usize, Told)> = found
        .containing
        .iter()
        .map(|part| (part.line_range.0, (current(alike(part.license.name, text)), percent(part.score))))
        .collect();
    told.sort();
    let mut told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
    if let (true, Some(whole)) = (told.is_empty(), &found.license) {
        told.push((current(alike(whole.name, text)), percent(found.score)));
    }
    told.dedup_by(|next, first| next.0 == first.0);
    told
}

/// Licences whose text is another one's but for a few words, with words that only they have.
const TWINS: &[(&str, &str, &str)] = &[("Pixar", "Apache-2.0", "Pixar"), ("JSON", "MIT", "Evil")];

/// The licence that is meant, where two have nearly the same text.
fn alike<'a>(name: &'a str, text: &str) -> &'a str {
    let twin = TWINS.iter().find(|(twin, _, word)| *twin == name && !text.contains(word));
    twin.map_or(name, |(_, other, _)| other)
}

/// The list's present name for one that it gave up. A text is the same for `-only` and `-or-later`;
/// which of them holds, a notice elsewhere says, so the text alone means this version.
fn current(name: &str) -> String {
    let base = name.strip_suffix('+').or_else(|| name.strip_suffix("-or-later")).unwrap_or(name);
    let only = format!("{base}-only");
    if spdx::license_id(&only).is_some() { only } else { name.to_owned() }
}

/// The text without the lines that say whose it is, and with one space for each run of them: copies of
/// one licence differ in little else.
fn without_owners(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.lines() {
        let lower = line.trim_start_matches(|letter: char| !letter.is_alphanumeric() && letter != '©');
        let names_owner = ["copyright", "Copyright", "COPYRIGHT", "©", "All rights reserved", "(c) ", "(C) "]
            .iter()
            .any(|word| lower.starts_with(word));
        // "Copyright notice" and the like are the licence's own words.
        let is_owner = names_owner && (lower.bytes().any(|byte| byte.is_ascii_digit()) || lower.contains("(c)"));
        if !is_owner {
            for word in line.split_whitespace() {
                plain.push_str(word);
                plain.push(' ');
            }
            plain.push('\n');
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_text_differ_in_their_owners_alone() {
        let text = |owner: &str| format!("{owner}\n\nPermission is hereby   granted, free of charge\n");
        assert_eq!(
            without_owners(&text("Copyright (c) 2020 A")),
            without_owners(&text("  Copyright 2021-2023, B <b@c>"))
        );
        assert_ne!(without_owners("Permission granted"), without_owners("Permission refused"));
        assert!(without_owners("The above copyright notice shall be included").contains("copyright"));
    }
}
