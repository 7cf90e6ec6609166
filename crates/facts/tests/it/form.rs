//! What is cached keeps its form, or says that it has another.

use plimsoll_facts::{FORM, SectionFacts};

use crate::driver::Line::{File, Folder, Hardlink, Opaque, Symlink, Whiteout};
use crate::driver::{image, layer};

/// The hash of all that is cached of a small image, in hexadecimal.
fn hash() -> String {
    let layers = [
        layer(&[
            Folder("var"),
            File("var/db", "bash 5.1\ncurl 7.88"),
            File("var/lists/curl", "usr/bin/curl.pkg"),
            File("usr/bin/curl.pkg", "inside 1.0"),
            Symlink("bin", "usr/bin"),
            Hardlink("usr/bin/link.pkg", "usr/bin/curl.pkg"),
            File("srv/a.pkg", "a 1.0"),
            File("srv/sub/b.pkg", "b 1.0"),
        ]),
        layer(&[File("var/db", "bash 5.2"), Whiteout("srv/a.pkg"), Opaque("srv/sub"), File("opt/c.pkg", "c 2.0")]),
    ];
    let mut bytes = Vec::new();
    for facts in &layers {
        bytes.extend(facts.encode_entries());
        bytes.extend(facts.sections.iter().flat_map(SectionFacts::encode));
    }
    bytes.extend(postcard::to_stdvec(&image(&layers)).unwrap());
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&bytes))
}

#[test]
fn whoever_changes_what_is_cached_raises_the_form() {
    let pinned = (16, "69ae794ec4a0a959");
    assert_eq!((FORM, hash().as_str()), pinned, "raise plimsoll_facts::FORM if the hash is another one, and pin both");
}
