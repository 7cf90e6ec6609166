//! Every scheme's compare is a total order over what it reads, and nothing makes it panic.

use std::cmp::Ordering;

use plimsoll_versions::{Incomparable, MAX_VERSION_BYTES, Scheme};
use proptest::prelude::*;

use crate::generate::{beginnings, pieces};

fn version_of(scheme: Scheme) -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(pieces(scheme)), 0..5);
    (prop::sample::select(beginnings(scheme)), pieces).prop_map(|(start, pieces)| start.to_owned() + &pieces.concat())
}

fn any_version(scheme: Scheme) -> impl Strategy<Value = String> {
    prop_oneof![6 => version_of(scheme), 1 => "[0-9a-z.+~^:_ -]{1,10}", 1 => "[!-~]{0,8}", 1 => any::<String>()]
}

fn three_of_any_scheme() -> impl Strategy<Value = (Scheme, [String; 3])> {
    prop::sample::select(Scheme::ALL)
        .prop_flat_map(|scheme| (Just(scheme), [any_version(scheme), any_version(scheme), any_version(scheme)]))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 8_000, ..ProptestConfig::default() })]

    #[test]
    fn comparing_is_a_total_order((scheme, versions) in three_of_any_scheme()) {
        let [a, b, c] = &versions;
        for version in &versions {
            prop_assert_eq!(scheme.compare(version, version), scheme.check(version).map(|()| Ordering::Equal));
        }
        if let (Ok(ab), Ok(bc)) = (scheme.compare(a, b), scheme.compare(b, c)) {
            let ac = scheme.compare(a, c).unwrap();
            prop_assert_eq!(scheme.compare(b, a).unwrap(), ab.reverse());
            if ab == bc {
                prop_assert_eq!(ac, ab);
            }
            if ab.is_eq() {
                prop_assert_eq!(ac, bc);
            }
            if bc.is_eq() {
                prop_assert_eq!(ac, ab);
            }
        }
    }
}

#[test]
fn all_small_versions_of_a_scheme_are_in_one_order() {
    for &scheme in Scheme::ALL {
        let mut versions: Vec<String> = beginnings(scheme).iter().map(|start| (*start).to_owned()).collect();
        for start in &beginnings(scheme)[..1] {
            for first in pieces(scheme) {
                versions.push(format!("{start}{first}"));
                versions.extend(pieces(scheme).iter().map(|second| format!("{start}{first}{second}")));
            }
        }
        versions.retain(|version| scheme.check(version).is_ok());
        assert!(versions.len() > 30, "{scheme:?}: {}", versions.len());
        versions.sort_by(|a, b| scheme.compare(a, b).unwrap());
        for (at, a) in versions.iter().enumerate() {
            for b in &versions[at..] {
                let order = scheme.compare(a, b).unwrap();
                assert!(order.is_le(), "{scheme:?}: {a} is sorted before {b} but {order:?}");
                assert_eq!(scheme.compare(b, a).unwrap(), order.reverse(), "{scheme:?}: {a} and {b}");
            }
        }
    }
}

#[test]
fn any_bytes_are_read_or_refused_alike_in_both_directions() {
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (a, b) = text.split_at(middle);
        for &scheme in Scheme::ALL {
            assert_eq!(scheme.compare(a, b).ok(), scheme.compare(b, a).ok().map(Ordering::reverse));
            assert_eq!(scheme.compare(a, a).ok(), scheme.check(a).ok().map(|()| Ordering::Equal));
        }
        let _ = plimsoll_versions::npm_range_contains(a, b);
        let _ = plimsoll_versions::npm_range_contains(&text, "1.2.3-rc.1");
    });
}

#[test]
fn long_versions_are_refused_and_the_longest_are_read() {
    for &scheme in Scheme::ALL {
        let longest = "1".repeat(MAX_VERSION_BYTES);
        let longer = "1".repeat(MAX_VERSION_BYTES + 1);
        assert_eq!(scheme.compare(&longest, "2"), Ok(Ordering::Greater), "{scheme:?}");
        let refused = scheme.compare("1", &longer).unwrap_err();
        assert_eq!(refused.version.len(), 200);
        assert_eq!(refused.why, "it is longer than 1,024 bytes");
    }
}

#[test]
fn a_refusal_names_the_version_and_the_reason() {
    let refused = Scheme::Go.compare("1.0.0", "(devel)").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "version \"(devel)\" cannot be compared: it was built from a working tree and has no version"
    );
    assert_eq!(Scheme::Deb.check("  "), Err(Incomparable { version: "  ".to_owned(), why: "it is empty" }));
    assert!(Scheme::ALL.iter().all(|scheme| scheme.check("1.\u{1b}[0m").is_err()));
    assert!(Scheme::ALL.iter().all(|scheme| scheme.check(" 1.0\n").is_ok()));
}
