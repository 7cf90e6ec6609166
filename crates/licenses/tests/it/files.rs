//! Licence files: Debian's copyright files, tags, whole texts.

use std::path::Path;

use plimsoll_facts::{EntryKind, FileMeta, Found, Inspect, Plan, Sink, Want};
use plimsoll_model::{FilePath, LicenseText};

fn read(path: &str, text: &[u8]) -> Option<LicenseText> {
    let rows = plimsoll_licenses::rows();
    let plan = Plan::new(&rows, &[]);
    let mut asked = Vec::new();
    plan.by_path(path.as_bytes(), &mut asked);
    let row: &dyn Inspect = rows[usize::from(*asked.first()?)];
    let size = text.len() as u64;
    let file = FileMeta { path: path.as_bytes(), inside: &[], kind: EntryKind::File, mode: 0o644, owner: (0, 0), size };
    if row.want(&file, &text[..text.len().min(4096)]) == Want::No {
        return None;
    }
    let mut sink = Sink::new(FilePath::from(path), Vec::new());
    row.whole(&file, text, &mut sink).unwrap();
    sink.into_items().into_iter().find_map(|(_, found)| match found {
        Found::License(text) => Some(text),
        _ => None,
    })
}

fn told(path: &str, text: &str) -> String {
    read(path, text.as_bytes()).map(|told| format!("{} {}", told.expression, told.confidence)).unwrap_or_default()
}

#[test]
fn a_machine_readable_copyright_file_names_its_licences() {
    let text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
        Upstream-Name: a\n\nFiles: *\nCopyright: 2020 A\nLicense: GPL-2+\n\nFiles: lib/*\nCopyright: B\n\
        License: Expat or BSD-3-clause\n\nFiles: c\nCopyright: C\nLicense: GPL-2+\n\nLicense: GPL-2+\n On Debian \
        systems see License: nothing\n";
    let found = read("usr/share/doc/a/copyright", text.as_bytes()).unwrap();
    assert_eq!(found.expression, "GPL-2.0-or-later AND (MIT OR BSD-3-Clause)");
    assert_eq!((found.confidence, found.package.as_deref()), (100, Some("a")));
}

#[test]
fn an_older_copyright_file_points_to_common_texts() {
    let text = "This is free software; you can redistribute it under the terms of the GNU General Public License; \
        either version 2 of the License, or (at your option) any\nlater version.\n\nThe text is in \
        `/usr/share/common-licenses/GPL-2'. Parts are under the Apache License, see \
        /usr/share/common-licenses/Apache-2.0.\n";
    assert_eq!(told("usr/share/doc/b/copyright", text), "GPL-2.0-or-later AND Apache-2.0 70");
}

#[test]
fn a_tag_is_believed() {
    assert_eq!(told("opt/a/LICENSE", "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n"), "MIT OR Apache-2.0 100");
}

#[test]
fn whole_texts_are_recognised() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../LICENSE");
    let text = |path: &Path| plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 20).unwrap();
    let found = read("opt/a/LICENSE.txt", &text(&own)).unwrap();
    assert_eq!(found.expression, "Apache-2.0");
    assert!(found.confidence >= 95);
    for (name, expected) in [("GPL-2", "GPL-2.0-only"), ("LGPL-2.1", "LGPL-2.1-only"), ("MPL-2.0", "MPL-2.0")] {
        let path = Path::new("/usr/share/common-licenses").join(name);
        if !path.exists() {
            assert!(std::env::var_os("CI").is_none(), "{name} is missing");
            println!("skipped: {name} is missing");
            continue;
        }
        let found = read("usr/share/licenses/a/COPYING", &text(&path)).unwrap();
        assert_eq!(found.expression, expected);
        assert!(found.confidence >= 90, "{name} {}", found.confidence);
    }
}

#[test]
fn what_is_no_licence_says_nothing() {
    for (path, text) in [
        ("usr/bin/license", "#!/bin/sh\necho MIT\n"),
        ("usr/bin/license", "\x7fELF\0\0"),
        ("opt/a/LICENSE", "All rights reserved. Ask the owner.\n"),
        ("opt/a/license.js", "SPDX-License-Identifier: MIT"),
        ("usr/share/doc/a/copyright", ""),
    ] {
        assert_eq!(told(path, text), "", "{path}");
    }
}

#[test]
fn any_bytes_are_read_without_panic() {
    let paths = ["usr/share/doc/a/copyright", "opt/LICENSE"];
    plimsoll_fuzzing::check().with_type::<(bool, Vec<u8>)>().with_iterations(300).for_each(|(first, bytes)| {
        read(paths[usize::from(*first)], bytes);
    });
    let field = "License: GPL-2+ or X\n".repeat(10_000);
    let format = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";
    assert_eq!(told(paths[0], &format!("{format}{field}")), "GPL-2.0-or-later OR LicenseRef-X 100");
}
