//! MITRE's list, written samples.

use crate::reading::{read, try_read, zip};

pub const PATH: &str = "cwe/cwec_latest.xml.zip";
pub const LIST: &str = r#"<?xml version="1.0"?><Weakness_Catalog Name="CWE" Version="4.16"><Weaknesses>
<Weakness ID="79" Name="Improper Neutralization of Input (&apos;Cross-site Scripting&apos;)" Abstraction="Base"><Description>d</Description></Weakness>
<Weakness ID="502" Name="Deserialization of Untrusted Data"/></Weaknesses>
<Categories><Category ID="264" Name="Permissions, Privileges, and Access Controls"/></Categories></Weakness_Catalog>"#;

#[test]
fn weaknesses_and_categories_have_names() {
    let parsed = read("cwe", PATH, &zip(&[("cwec_v4.16.xml", LIST.as_bytes())]));
    let names: Vec<String> = parsed.weaknesses.iter().map(|weakness| format!("{weakness} {}", weakness.name)).collect();
    assert_eq!(
        names,
        [
            "CWE-79 Improper Neutralization of Input ('Cross-site Scripting')",
            "CWE-502 Deserialization of Untrusted Data",
            "CWE-264 Permissions, Privileges, and Access Controls"
        ]
    );
}

#[test]
fn a_nameless_weakness_is_counted_and_a_list_of_nothing_is_an_error() {
    let broken = LIST.replace(r#"ID="502""#, r#"ID="x""#);
    let parsed = read("cwe", PATH, &zip(&[("cwec.xml", broken.as_bytes())]));
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (2, 1));
    for bytes in [zip(&[]), zip(&[("cwec.xml", b"<a/>")]), zip(&[("cwec.xml", b"<a><b></a>")])] {
        assert!(try_read("cwe", PATH, &mut &*bytes).is_err());
    }
}
