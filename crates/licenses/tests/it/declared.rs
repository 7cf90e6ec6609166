//! What packages declare.

use plimsoll_licenses::expression;

fn read(declared: &str) -> String {
    expression(declared).map(|found| found.to_string()).unwrap_or_default()
}

#[test]
fn each_ecosystem_writes_licences_in_its_own_way() {
    for (declared, expected) in [
        // SPDX
        ("MIT", "MIT"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT AND BSD-3-Clause) OR GPL-2.0-only", "(MIT AND BSD-3-Clause) OR GPL-2.0-only"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0", "Apache-2.0 WITH LLVM-exception OR Apache-2.0"),
        ("apache-2.0", "Apache-2.0"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("LGPL-2.1", "LGPL-2.1-only"),
        // Crates of old, Alpine, Arch
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("MIT AND BSD-2-Clause AND Zlib", "MIT AND BSD-2-Clause AND Zlib"),
        // Red Hat of old
        ("GPLv2+ and LGPLv2+ and MIT", "GPL-2.0-or-later AND LGPL-2.0-or-later AND MIT"),
        ("ASL 2.0", "Apache-2.0"),
        ("(GPL+ or Artistic) and BSD", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND BSD-3-Clause"),
        ("Public Domain", "LicenseRef-public-domain"),
        // Debian
        ("Expat", "MIT"),
        ("GPL-3+", "GPL-3.0-or-later"),
        // Python, Maven, NuGet, R, Perl
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("Apache Software License", "Apache-2.0"),
        ("The Apache Software License, Version 2.0", "Apache-2.0"),
        ("BSD-3-Clause OR Apache-2.0", "BSD-3-Clause OR Apache-2.0"),
        ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
        ("Eclipse Public License v2.0", "EPL-2.0"),
        ("BSD License", "BSD-3-Clause"),
        ("MIT, Apache-2.0", "MIT AND Apache-2.0"),
        ("MIT BSD GPL2+", "MIT AND BSD-3-Clause AND GPL-2.0-or-later"),
        ("Apache 2.0", "Apache-2.0"),
        ("Mozilla Public License 2.0", "MPL-2.0"),
        // Nobody's
        ("Proprietary", "LicenseRef-Proprietary"),
        ("SEE LICENSE IN eula.txt", "LicenseRef-SEE-LICENSE-IN-eula.txt"),
        ("LicenseRef-Fedora-UltraPermissive", "LicenseRef-Fedora-UltraPermissive"),
        ("MIT AND Freeware", "MIT AND LicenseRef-Freeware"),
        ("", ""),
        ("UNKNOWN", ""),
    ] {
        assert_eq!(read(declared), expected, "{declared}");
    }
}

#[test]
fn what_an_expression_is_read_as_is_read_again_as_the_same() {
    for declared in
        ["(GPL+ or Artistic) and BSD", "Perl", "MIT/ISC/Foo bar", "GPLv2+ with exceptions", "a or (b and (c or d))"]
    {
        assert_eq!(read(&read(declared)), read(declared));
    }
}

#[test]
fn any_text_is_read_without_panic_and_within_bounds() {
    plimsoll_fuzzing::check().with_type::<String>().with_iterations(5_000).for_each(|text| {
        if let Some(found) = expression(text) {
            assert!(found.licenses().len() <= 64);
            assert!(found.to_string().chars().all(|letter| letter.is_ascii_graphic() || letter == ' '), "{found}");
        }
    });
    for open in ["(", "MIT AND (", "a,", "/"] {
        assert!(expression(&open.repeat(2_000)).is_some());
    }
}
