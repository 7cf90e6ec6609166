//! References of any text. (The table of the grammar stands beside it, in the model.)

use plimsoll_images::SourceSpec;
use plimsoll_model::Reference;

#[test]
fn any_text_is_a_reference_that_reads_back_as_it_is_written_or_an_error() {
    plimsoll_fuzzing::check().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        check(&text);
        // Mostly letters of the grammar.
        const LETTERS: &[u8] = b"ab0.:/@-_[]AZ";
        let likely: Vec<u8> = bytes.iter().map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]).collect();
        check(&String::from_utf8(likely).unwrap());
    });
}

fn check(text: &str) {
    let Ok(reference) = Reference::parse(text) else { return };
    for written in [reference.to_string(), reference.familiar()] {
        assert_eq!(Reference::parse(&written).as_ref(), Ok(&reference), "{text}");
    }
    assert!(reference.tag.is_some() || reference.digest.is_some());
    assert!(!reference.repository.starts_with('/') && !reference.repository.contains(".."));
}

#[test]
fn any_text_is_a_source_or_an_error() {
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes: &[u8]| {
        let _ = SourceSpec::parse(&String::from_utf8_lossy(bytes));
    });
}
