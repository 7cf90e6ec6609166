//! Makes versions from the pieces that matter to each scheme, so that near misses and ties are common.

use plimsoll_versions::Scheme;

const HUGE: &str = "99999999999999999999999999999999999999";

/// What versions of a scheme are put together from. Pieces begin with the separator that they need.
pub(crate) fn pieces(scheme: Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::Deb => &[".0", ".1", ".10", "~", "~rc1", "+", "+deb12u1", "-1", "-0", "a", "Z", "01", ".", HUGE],
        Scheme::Rpm => &[".0", ".1", ".10", "~", "~rc1", "^", "^git1", "-1", ".el9", "a", "Z", "_", "01", ".", HUGE],
        Scheme::Apk => {
            &[".0", ".1", ".10", ".01", "a", "z", "_alpha", "_rc1", "_p", "_git2", "~ab", "-r0", "-r10", HUGE]
        }
        Scheme::Semver | Scheme::Npm | Scheme::Pub | Scheme::Julia | Scheme::Nuget => {
            &[".0", ".1", ".10", "-alpha", "-1", ".beta", ".a-b", "-0", "-A", "+1", "+x", HUGE]
        }
        Scheme::Pep440 => {
            &[".0", ".1", ".10", "a1", "b2", "rc1", ".post1", "-1", ".dev0", ".dev1", "+ab", "+1", ".a", "_1", HUGE]
        }
        Scheme::Maven => {
            &[".0", ".1", ".10", "-alpha", "-1", "-rc1", "-SNAPSHOT", ".Final", "-sp", "-foo", "a1", ".b", "-0", HUGE]
        }
        Scheme::Rubygems => &[".0", ".1", ".10", ".a", ".rc1", "b", ".pre", "-1", ".0.a", ".B2", HUGE],
        Scheme::Composer => &[".0", ".1", ".10", "-alpha", "-beta2", "RC1", "-patch1", "-dev", "-p", ".1", "+x", HUGE],
        Scheme::Go => {
            &[".0", ".1", ".10", "rc1", "beta2", "-rc.1", "-0", "-0.2021-ab", ".1", "+incompatible", " X:a", HUGE]
        }
        Scheme::Bitnami => &[".0", ".1", ".10", "-1", "-rc", ".1", "-0", "-10", "+a", HUGE],
        Scheme::Pacman => &[".0", ".1", ".10", "a", ".a", "..1", "..a", "_", "-1", "rc", "+", HUGE],
        Scheme::Portage => &[".0", ".1", ".10", ".01", ".00", "a", "_alpha", "_p1", "_rc", "-r0", "-r1", HUGE],
        Scheme::Cran => &[".0", "-1", ".10", "-0", ".01", HUGE],
        Scheme::Hackage => &[".0", ".1", ".10", ".01", HUGE],
        Scheme::Conan => &[".0", ".1", ".10", "a", "w", "-rc", "-1", "-0", ".cci", ".01", "+1", "+b", "_1", HUGE],
        Scheme::Opam => &[".0", ".1", ".10", "~", "~rc1", "+", "-1", "-", "a", "_1", "01", ".", HUGE],
        Scheme::Jvm => &[".0", ".1", ".10", "u5", "_5", "-ea", "+1", "+9", "-b05", "-LTS", "b1", HUGE],
        Scheme::Generic => &[".0", ".1", ".10", "-rc1", "a", "b1", "-dev", "_1", "foo", "Foo", "+1", ".0.pre", HUGE],
    }
}

/// What a version may begin with.
pub(crate) fn beginnings(scheme: Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::Deb | Scheme::Rpm | Scheme::Pacman => &["0", "1", "1.0", "01", "1:1", "a1", "10"],
        Scheme::Pep440 => &["0", "1", "1.0", "01", "1!1", "v1", "10"],
        Scheme::Conan => &["0", "1", "1.0", "1.1.1", "cci", "system", "10"],
        Scheme::Opam => &["0", "1", "1.0", "01", "v0", "a1", "1:1"],
        Scheme::Go => &["0", "1.0", "v1.0", "go1", "go1.0", "go1.0.1", "1.0"],
        Scheme::Jvm => &["1", "1.8", "1.8.0", "8", "8.0", "17", "01"],
        Scheme::Semver | Scheme::Npm | Scheme::Pub | Scheme::Julia => {
            &["1.0.0", "1.0.1", "0.10.0", "1.0", "0", "2.0.0-rc", "2.0.0"]
        }
        _ => &["0", "1", "1.0", "1.0.0", "01", "1.1.0", "10"],
    }
}

/// A small generator of numbers with a fixed beginning: the same versions in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Dice {
        Dice(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    /// Pairs of readable versions, most of them alike but for their ends.
    pub(crate) fn pairs(&mut self, scheme: Scheme, count: usize) -> Vec<(String, String)> {
        let mut pairs = Vec::with_capacity(count);
        while pairs.len() < count {
            let mut shared = self.pick(beginnings(scheme)).to_owned();
            for _ in 0..self.below(3) {
                shared.push_str(self.pick(pieces(scheme)));
            }
            let (mut a, mut b) = (shared.clone(), shared);
            for version in [&mut a, &mut b] {
                for _ in 0..self.below(4) {
                    version.push_str(self.pick(pieces(scheme)));
                }
            }
            if a != b && scheme.check(&a).is_ok() && scheme.check(&b).is_ok() {
                pairs.push((a, b));
            }
        }
        pairs
    }
}
