//! npm's ranges: which versions are in and which are out.

use plimsoll_versions::npm_range_contains;

#[test]
fn ranges_contain_what_npm_says_they_contain() {
    let cases = [
        ("^1.2.3", "1.2.3", true),
        ("^1.2.3", "1.9.0", true),
        ("^1.2.3", "2.0.0", false),
        ("^1.2.3", "2.0.0-rc.1", false),
        ("^0.2.3", "0.2.9", true),
        ("^0.2.3", "0.3.0", false),
        ("^0.0.3", "0.0.3", true),
        ("^0.0.3", "0.0.4", false),
        ("^0", "0.9.0", true),
        ("^0.x", "1.0.0", false),
        ("~1.2.3", "1.2.9", true),
        ("~1.2.3", "1.3.0", false),
        ("~1", "1.9.0", true),
        ("~> 1.2", "1.2.9", true),
        ("1.x", "1.9.9", true),
        ("1.2.*", "1.3.0", false),
        ("", "3.0.0", true),
        ("*", "3.0.0-rc.1", false),
        ("1.2.3 - 2.3", "2.3.9", true),
        ("1.2.3 - 2.3", "2.4.0", false),
        ("1.2.3 - 2.3.4", "2.3.4", true),
        (">1.2", "1.2.9", false),
        (">1.2", "1.3.0", true),
        (">1.2 <=1.3.0-beta", "1.3.0-alpha", false),
        (">1.9 <=1.10.0-beta", "1.10.0-alpha", false),
        (">=1.2.3-alpha <1.3", "1.2.3-beta", true),
        (">=1.2.3-alpha <1.3", "1.2.4-beta", false),
        ("<=1.2", "1.2.9", true),
        ("<1.x", "0.9.0", true),
        (">*", "1.0.0", false),
        ("< 1.0.0 || >=2.0.0 <2.1.0", "2.0.5", true),
        ("<1.0.0||>=2.0.0 <2.1.0", "1.5.0", false),
        ("=1.2.3", "v1.2.3", true),
        (">= 1.2.3   < 1.3.0", "1.2.7", true),
        ("^99999999999999999999.1.0", "99999999999999999999.2.0", true),
        (">99999999999999999999", "100000000000000000000.0.0", true),
    ];
    for (range, version, contained) in cases {
        assert_eq!(npm_range_contains(range, version), Ok(contained), "{version} in {range}");
    }
}

#[test]
fn a_range_that_cannot_be_read_is_said_to_be_so() {
    for range in ["latest", "1.2.3.4", "^a", "1.2.3 - 2 - 3", "git+ssh://host/x", "1.2-beta", "1 || next"] {
        assert_eq!(npm_range_contains(range, "1.0.0").unwrap_err().version, range);
    }
    assert_eq!(npm_range_contains("^1.0.0", "oops").unwrap_err().version, "oops");
    assert!(npm_range_contains(&"1 ".repeat(600), "1.0.0").is_err());
    assert!(npm_range_contains(&"1".repeat(9_000), "1.0.0").is_err());
}
