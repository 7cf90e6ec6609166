//! Debian's releases: the code names of the tracker and the versions that images carry.

/// The version of a release by its code name; `sid` is itself, as it never gets one.
///
/// Source: the release list of debian.org. Names of the future are there as far as they are given.
#[must_use]
pub fn release_of(codename: &str) -> Option<&'static str> {
    Some(match codename {
        "sid" => "sid",
        "duke" => "15",
        "forky" => "14",
        "trixie" => "13",
        "bookworm" => "12",
        "bullseye" => "11",
        "buster" => "10",
        "stretch" => "9",
        "jessie" => "8",
        "wheezy" => "7",
        "squeeze" => "6",
        "lenny" => "5",
        "etch" => "4",
        "sarge" => "3.1",
        "woody" => "3.0",
        "potato" => "2.2",
        _ => return None,
    })
}
