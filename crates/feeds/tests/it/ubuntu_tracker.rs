//! Files of the Ubuntu CVE tracker, every status.

use plimsoll_feeds::FeedError;
use plimsoll_model::{Affected, RangeEnd, Severity, Status};

use crate::reading::{Parsed, read, try_read};

pub const PATH: &str = "ubuntu-cve-tracker/active/CVE-2023-5678";
/// CVE-2023-5678 of OpenSSL, shortened.
pub const OPENSSL: &str = "Candidate: CVE-2023-5678
PublicDate: 2023-11-06 16:15:00 UTC
References:
 https://www.cve.org/CVERecord?id=CVE-2023-5678
Description:
 Generating excessively long X9.42 DH keys or checking
 excessively long X9.42 DH keys may be very slow.
Ubuntu-Description:
Notes:
 mdeslaur> only affects: jammy_openssl: not a status
Priority: low
 Not a default configuration
CVSS:
 nvd: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L [5.3 MEDIUM]

Patches_openssl:
 upstream: https://github.com/openssl/openssl/commit/db925ae2e65d0d925adef429afc37f75bd1c2017
upstream_openssl: released (3.0.13)
trusty/esm_openssl: not-affected
esm-infra/xenial_openssl: needed
bionic_openssl: ignored (end of standard support, was needs-triage)
esm-infra/bionic_openssl: released (1.1.1-1ubuntu2.1~18.04.23+esm4)
jammy_openssl: released (3.0.2-0ubuntu1.14)
fips-updates/jammy_openssl: pending (3.0.2-0ubuntu1.14+Fips1)
devel_openssl: not-affected (3.0.10-1ubuntu4)

Tags_edk2: universe-binary
Patches_edk2:
jammy_edk2: needs-triage
noble_edk2: deferred (2024-01-10)
mantic_edk2: ignored (too intrusive)
lunar_edk2: DNE
Priority_edk2: medium
Priority_edk2_noble: negligible
";

fn told(parsed: &Parsed) -> Vec<String> {
    let told = |row: &Affected| {
        let channel = row.scope.channel.as_deref().unwrap_or("-");
        let end = row.ranges.first().map_or("none".to_owned(), |range| format!("{:?}", range.end));
        format!("{} {channel} {} {:?} {end}", row.shard, row.name, row.status)
    };
    parsed.advisories.iter().flat_map(|advisory| advisory.affected.iter().map(told)).collect()
}

#[test]
fn every_release_and_channel_of_a_file_is_a_row() {
    let parsed = read("ubuntu-tracker", PATH, OPENSSL.as_bytes());
    assert_eq!((parsed.summary.broken_count, parsed.summary.foreign_rows), (0, 2), "{:?}", parsed.summary.broken);
    assert_eq!(
        told(&parsed),
        [
            "ubuntu-14.04 esm-infra openssl NotAffected none",
            "ubuntu-16.04 esm-infra openssl Affected Open",
            "ubuntu-18.04 - openssl EndOfLife Open",
            r#"ubuntu-18.04 esm-infra openssl Affected Fixed("1.1.1-1ubuntu2.1~18.04.23+esm4")"#,
            "ubuntu-22.04 - edk2 Affected Open",
            r#"ubuntu-22.04 - openssl Affected Fixed("3.0.2-0ubuntu1.14")"#,
            r#"ubuntu-22.04 fips-updates openssl Affected Before("3.0.2-0ubuntu1.14+Fips1")"#,
            "ubuntu-23.10 - edk2 WontFix Open",
            "ubuntu-24.04 - edk2 Deferred Open",
        ]
    );
}

#[test]
fn the_cve_its_date_its_text_and_its_severities_are_kept() {
    let parsed = read("ubuntu-tracker", PATH, OPENSSL.as_bytes());
    let advisory = parsed.advisory("CVE-2023-5678");
    assert_eq!(advisory.cves, ["CVE-2023-5678"]);
    assert_eq!(advisory.published.unwrap().to_string(), "2023-11-06T16:15:00Z");
    assert!(advisory.title.starts_with("Generating excessively long X9.42 DH keys or checking excessively"));
    let claims: Vec<_> = advisory.severities.iter().map(|claim| (claim.source.as_str(), claim.severity)).collect();
    assert_eq!(claims, [("ubuntu", Severity::Low), ("nvd", Severity::Medium)]);
    let of_row = |shard: &str| {
        let row = advisory.affected.iter().find(|row| row.name == "edk2" && row.shard.as_str() == shard).unwrap();
        row.severities[0].severity
    };
    assert_eq!((of_row("ubuntu-22.04"), of_row("ubuntu-24.04")), (Severity::Medium, Severity::Negligible));
}

#[test]
fn statuses_that_say_nothing_are_undetermined() {
    for line in ["jammy_bash: released", "jammy_bash: something new (1)", "jammy_bash:", "jammy_bash: unknown"] {
        let parsed = read("ubuntu-tracker", PATH, line.as_bytes());
        assert_eq!(parsed.advisories[0].affected[0].status, Status::Undetermined, "{line}");
        assert_eq!(parsed.advisories[0].id, "CVE-2023-5678", "the file's name stands for the candidate");
    }
}

#[test]
fn reasons_tell_what_is_out_of_support_from_what_is_not_wanted() {
    for (reason, status) in [
        ("(reached end-of-life)", Status::EndOfLife),
        ("(end of life, was needed)", Status::EndOfLife),
        ("(out of standard support)", Status::EndOfLife),
        ("(changes too intrusive)", Status::WontFix),
        ("", Status::WontFix),
    ] {
        let parsed = read("ubuntu-tracker", PATH, format!("bionic_bash: ignored {reason}").as_bytes());
        assert_eq!(parsed.advisories[0].affected[0].status, status, "{reason}");
    }
    let parsed = read("ubuntu-tracker", PATH, b"jammy_bash: pending");
    assert_eq!(parsed.advisories[0].affected[0].ranges[0].end, RangeEnd::Open);
}

#[test]
fn an_archive_of_the_repository_is_read_and_what_is_no_cve_is_passed_over() {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in [
        ("ubuntu-cve-tracker-master/active/CVE-2023-5678", OPENSSL),
        ("ubuntu-cve-tracker-master/active/00boilerplate.linux", "jammy_linux: needed"),
        ("ubuntu-cve-tracker-master/active/not-for-us.txt", "CVE-2020-1"),
        (
            "ubuntu-cve-tracker-master/retired/CVE-2014-0160",
            "Candidate: CVE-2014-0160\nprecise_openssl: released (1.0.1-4ubuntu5.12)\n",
        ),
        ("ubuntu-cve-tracker-master/retired/CVE-2014-0001", "Candidate: CVE-2014-0001\nupstream_mysql: released\n"),
        ("ubuntu-cve-tracker-master/ignored/CVE-2014-0002", "Candidate: nothing\n"),
        ("ubuntu-cve-tracker-master/scripts/CVE-2014-0003", "jammy_bash: needed"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    let parsed = read("ubuntu-tracker", "ubuntu-cve-tracker/master.tar.gz", &archive.into_inner().unwrap());
    let summary = &parsed.summary;
    assert_eq!((summary.records, summary.foreign, summary.broken_count), (2, 1, 1), "{:?}", summary.broken);
    assert_eq!(parsed.advisory("CVE-2014-0160").affected[0].shard.as_str(), "ubuntu-12.04");
}

#[test]
fn a_broken_line_is_named_and_the_rest_is_read() {
    let long = format!("Candidate: CVE-2020-0001\njammy_bash: released ({})\njammy_zsh: needed\n", "9".repeat(300));
    let parsed = read("ubuntu-tracker", PATH, long.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 1));
    assert_eq!(parsed.advisories[0].affected[0].name, "zsh");
    assert!(parsed.summary.broken[0].name.contains("jammy_bash"));
}

#[test]
fn a_file_of_a_million_lines_is_cut_and_says_so() {
    let mut file = "Candidate: CVE-2020-0001\n".to_owned();
    for number in 0..60_000 {
        file.push_str(&format!("jammy_p{number}: needed\n"));
    }
    let parsed = read("ubuntu-tracker", PATH, file.as_bytes());
    assert_eq!((parsed.summary.broken_count, parsed.advisories[0].affected.len()), (1, 50_000));
}

#[test]
fn what_is_empty_or_a_page_is_an_error() {
    assert!(matches!(try_read("ubuntu-tracker", PATH, &mut &b" \n"[..]), Err(FeedError::Malformed { .. })));
    assert!(matches!(try_read("ubuntu-tracker", PATH, &mut &b"<html>"[..]), Err(FeedError::Html)));
}

#[test]
fn fuzz_files_of_the_tracker() {
    plimsoll_fuzzing::check().with_iterations(8_000).for_each(|input: &[u8]| {
        let mut bytes = OPENSSL.as_bytes().to_vec();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        let _ = try_read("ubuntu-tracker", PATH, &mut &*bytes);
        let _ = try_read("ubuntu-tracker", PATH, &mut &*input);
        let _ = try_read("ubuntu-tracker", "ubuntu-cve-tracker/master.tar", &mut &*input);
    });
}
