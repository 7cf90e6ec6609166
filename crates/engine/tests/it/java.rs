//! Java archives that do not say what they are: which shards of the index a scan asks.

use std::io::{Cursor, Write};

use plimsoll_engine::{AdvisorySource, Progress, Scanner, Supply};
use plimsoll_images::{OpenOptions, SourceSpec};
use plimsoll_vulndb::java::shard_of;
use sha1::{Digest, Sha1};
use zip::write::SimpleFileOptions;

#[test]
fn an_image_of_nameless_jars_asks_the_shards_of_their_digests_and_maven() {
    let folder = tempfile::tempdir().unwrap();
    let mut expected = vec!["maven".to_owned()];
    for name in ["one", "two", "three"] {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(format!("a/{name}.class"), SimpleFileOptions::default()).unwrap();
        archive.write_all(name.as_bytes()).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        expected.push(shard_of(&Sha1::digest(&bytes).into()).to_string());
        std::fs::write(folder.path().join(format!("{name}.jar")), bytes).unwrap();
    }
    expected.sort();
    let advisories = AdvisorySource::starter().unwrap();
    let scanner = Scanner {
        advisories: Supply::Ready(&advisories),
        cache: None,
        progress: std::sync::Arc::<Progress>::default(),
    };
    let source = SourceSpec::parse(&format!("dir:{}", folder.path().display())).unwrap();
    let asked = scanner.shards_needed(source, OpenOptions::default()).unwrap();
    let asked: Vec<String> = asked.iter().map(ToString::to_string).filter(|name| name != "kev").collect();
    assert_eq!(asked, expected);
}
