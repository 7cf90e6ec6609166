//! The table of EPSS, written samples.

use plimsoll_model::Timestamp;

use crate::reading::{read, try_read};

pub const PATH: &str = "epss/epss_scores-current.csv.gz";
pub const TABLE: &str = "#model_version:v2025.03.14,score_date:2025-08-21T00:00:00+0000\n\
    cve,epss,percentile\nCVE-2014-0160,0.94464,0.99988\nCVE-2021-44228,0.94358,0.99959\n\
    CVE-2024-3094,0.85974,0.99352\n";

#[test]
fn scores_and_percentiles_keep_their_five_digits_and_the_day() {
    let parsed = read("epss", PATH, TABLE.as_bytes());
    let rows: Vec<String> =
        parsed.epss.iter().map(|(cve, epss)| format!("{cve} {} {}", epss.score, epss.percentile)).collect();
    assert_eq!(rows[1], "CVE-2021-44228 0.94358 0.99959");
    assert_eq!((rows.len(), parsed.summary.records), (3, 3));
    assert_eq!(parsed.summary.data_from, Timestamp::parse("2025-08-21"));
}

#[test]
fn a_packed_table_is_the_same_table() {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(TABLE.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    assert_eq!(read("epss", PATH, &packed).epss, read("epss", PATH, TABLE.as_bytes()).epss);
    assert!(try_read("epss", PATH, &mut &packed[..packed.len() - 9]).is_err());
}

#[test]
fn rows_without_a_probability_are_counted_and_named() {
    let table = format!("{TABLE}CVE-2020-0001,1.5,0.1\nCVE-2020-0002,0.1\n../x,0.1,0.1\nCVE-2020-0003,nan,0.1\n\n");
    let parsed = read("epss", PATH, table.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (3, 4));
    let broken: Vec<&str> = parsed.summary.broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!(broken, ["line 6", "line 7", "line 8", "line 9"]);
}

#[test]
fn another_table_or_half_a_line_is_an_error() {
    for table in
        ["", "cve,epss\n", "id,score,rank\nCVE-2020-0001,0.1,0.1\n", "cve,epss,percentile\n", &TABLE[..TABLE.len() - 1]]
    {
        assert!(try_read("epss", PATH, &mut table.as_bytes()).is_err(), "{table:?}");
    }
    let endless = format!("cve,epss,percentile\n{}", "1".repeat(1 << 17));
    assert!(try_read("epss", PATH, &mut endless.as_bytes()).unwrap_err().to_string().contains("line"));
}
