//! Until when releases get fixes, written samples.

use plimsoll_model::{LifeCycle, Support, Timestamp};

use crate::reading::{read, try_read};

const ALL: &str = r#"{"schema_version":"1.2.0","total":2,"result":[
{"name":"python","releases":[{"name":"3.8","releaseDate":"2019-10-14","isEol":true,"eolFrom":"2024-10-07"},
{"name":"3.13","releaseDate":"2024-10-07","isEol":false,"eolFrom":"2029-10-31"}]},
{"name":"ubuntu","releases":[{"name":"20.04","isEol":true,"eolFrom":"2025-05-31","isEoes":false,"eoesFrom":"2030-04-02"}]}]}"#;
const ONE: &str = r#"[{"cycle":"10","releaseDate":"2019-07-06","eol":"2022-09-10","extendedSupport":"2029-06-30",
"latestReleaseDate":"2022-09-10"},{"cycle":"99","eol":false},{"cycle":"2","eol":true}]"#;
const DEBIAN: &str = "version,codename,series,created,release,eol,eol-lts,eol-elts\n\
    10,Buster,buster,2017-06-17,2019-07-06,2022-09-10,2024-06-30,2029-06-30\n\
    13,Trixie,trixie,2023-06-10,2025-08-09,2028-08-09,2030-06-30,2035-06-30\n,Sid,sid,1993-08-16,1993-08-16\n";
const UBUNTU: &str = "version,codename,series,created,release,eol,eol-server,eol-esm\n\
    22.04 LTS,Jammy Jellyfish,jammy,2021-10-14,2022-04-21,2027-06-01,2027-06-01,2032-04-09\n";

pub const SAMPLES: [(&str, &str, &str); 4] = [
    ("eol", "eol/products.json", ALL),
    ("eol", "eol/debian.json", ONE),
    ("distro-info", "distro-info/debian.csv", DEBIAN),
    ("distro-info", "distro-info/ubuntu.csv", UBUNTU),
];

fn told(cycle: &LifeCycle) -> String {
    let day = |support: Support| match support {
        Support::Open => "open".to_owned(),
        Support::Ended => "ended".to_owned(),
        Support::Until(last) => last.date(),
    };
    let extended = cycle.extended.map_or_else(String::new, |end| format!(", {}", day(end)));
    format!("{} {} {}{extended}", cycle.product, cycle.release, day(cycle.support))
}

fn cycles(at: usize) -> Vec<String> {
    let (feed, path, sample) = SAMPLES[at];
    let parsed = read(feed, path, sample.as_bytes());
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    parsed.cycles.iter().map(told).collect()
}

#[test]
fn all_products_and_one_are_read_in_both_shapes() {
    assert_eq!(cycles(0), ["python 3.8 2024-10-07", "python 3.13 2029-10-31", "ubuntu 20.04 2025-05-31, 2030-04-02"]);
    assert_eq!(cycles(1), ["debian 10 2022-09-10, 2029-06-30", "debian 99 open", "debian 2 ended"]);
    let parsed = read("eol", "eol/debian.json", ONE.as_bytes());
    assert_eq!(parsed.summary.data_from, Timestamp::parse("2022-09-10"));
    let one = r#"{"result":{"name":"go","releases":[{"name":"1.20","eolFrom":null,"isEol":true}]}}"#;
    assert_eq!(told(&read("eol", "eol/go.json", one.as_bytes()).cycles[0]), "go 1.20 ended");
}

#[test]
fn tables_of_distributions_have_the_last_day_of_all_support() {
    assert_eq!(cycles(2), ["debian 10 2022-09-10, 2029-06-30", "debian 13 2028-08-09, 2035-06-30"]);
    assert_eq!(cycles(3), ["ubuntu 22.04 2027-06-01, 2032-04-09"]);
}

#[test]
fn a_release_without_a_name_or_day_is_counted_and_the_rest_is_read() {
    let json = r#"[{"cycle":"10","eol":"soon"},{"eol":true},{"cycle":"11","eol":"2026-08-31"}]"#;
    let parsed = read("eol", "eol/debian.json", json.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 2));
    let table = format!("{DEBIAN}14,Forky,forky,x,y,z\n");
    let parsed = read("distro-info", "distro-info/debian.csv", table.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.foreign, parsed.summary.broken_count), (2, 1, 1));
}

#[test]
fn something_else_is_an_error() {
    for (feed, path, _) in SAMPLES {
        for text in ["", "{}", "[]", "{\"result\":[]}", "a,b\n1,2\n", "version,eol\n"] {
            assert!(try_read(feed, path, &mut text.as_bytes()).is_err(), "{path} {text:?}");
        }
    }
}
