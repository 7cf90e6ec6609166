//! One file for the air gap.

use std::fs;
use std::process::Command;

use plimsoll_vulndb::travel::{ArchiveCarrier, Refusal, Rules, TravelError, Wanted, export_file, export_folder, pull};

use super::{assert_whole, bytes, came, names, published, take, take_some};

#[test]
fn the_same_database_gives_the_same_file_and_arrives_whole() {
    let (from, folder, into) = (published(5), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for file in [&one, &two] {
        export_file(from.path(), &Wanted::Everything, file).unwrap();
    }
    assert_eq!(bytes(&one), bytes(&two));
    let archive = ArchiveCarrier::open(&one).unwrap();
    pull(&archive, into.path(), &Wanted::Everything, &Rules::default(), Refusal::Fails).unwrap();
    assert_whole(into.path(), 5);
}

#[test]
fn a_part_is_exported_and_imported() {
    let (from, folder, into) = (published(5), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("part");
    let exported = export_file(from.path(), &Wanted::For(names(&["go"])), &file).unwrap();
    assert_eq!(exported.shards, 3);
    let archive = ArchiveCarrier::open(&file).unwrap();
    let import = |wanted| pull(&archive, into.path(), &wanted, &Rules::default(), Refusal::Fails);
    assert_eq!(came(&import(archive.present().unwrap()).unwrap()), ["go", "kev", "severities"]);
    assert!(matches!(import(Wanted::Everything), Err(TravelError::Database(_))));

    // What was pulled in part can be exported in part, and not as a whole.
    let again = folder.path().join("again");
    assert!(export_file(into.path(), &Wanted::Everything, &again).is_err() && !again.exists());
    export_file(into.path(), &Wanted::Shards(names(&["go"])), &again).unwrap();
}

#[test]
fn tar_unpacks_an_export_into_a_folder_that_can_be_pulled_from() {
    let (from, folder) = (published(5), tempfile::tempdir().unwrap());
    let (file, unpacked, into) =
        (folder.path().join("export.tar"), folder.path().join("www"), folder.path().join("db"));
    export_file(from.path(), &Wanted::Everything, &file).unwrap();
    fs::create_dir(&unpacked).unwrap();
    let tar = Command::new("tar").arg("xf").arg(&file).arg("-C").arg(&unpacked).output().unwrap();
    assert!(tar.status.success() && tar.stderr.is_empty(), "{tar:?}");
    take(&unpacked, &into, &Rules::default()).unwrap();
    assert_whole(&into, 5);
}

#[test]
fn a_published_folder_is_brought_up_to_date_in_place() {
    let (one, two, packed) = (published(1), published(2), tempfile::tempdir().unwrap());
    for from in [&one, &two, &two] {
        export_folder(from.path(), &Wanted::Everything, packed.path()).unwrap();
    }
    let into = tempfile::tempdir().unwrap();
    take_some(packed.path(), into.path(), &Wanted::Everything, &Rules::default()).unwrap();
    assert_whole(into.path(), 2);
}

#[test]
fn what_is_no_export_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    for content in [&b""[..], b"not a tar", &[0; 1024], &[b'x'; 4096]] {
        fs::write(&file, content).unwrap();
        let pulled = ArchiveCarrier::open(&file).and_then(|archive| {
            pull(&archive, &folder.path().join("db"), &Wanted::Everything, &Rules::default(), Refusal::Fails)
        });
        assert!(matches!(pulled, Err(TravelError::NoDatabase { .. })));
    }
    assert!(ArchiveCarrier::open(&folder.path().join("absent")).is_err());
    assert!(!folder.path().join("db").exists());
}
