//! `db changes`: what builds changed by meaning.

use serde_json::{Value, json};

use crate::advisories::{small_database, small_database_fixing};
use crate::program::Program;

#[test]
fn a_consumer_asks_from_build_to_build_and_hears_of_the_new_fix_once() {
    let program = Program::new();
    let changes = |arguments: &[&str]| program.run(&[&["db", "changes", "--db", "db"], arguments].concat());
    small_database(&program);
    assert_eq!(changes(&[]).stdout, "0 changes; go on with --since 1.0\n");
    small_database_fixing(&program, "1.2.7");

    let ran = changes(&["--since", "1.0", "--json"]);
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let change = json!({
        "shard": "npm",
        "name": "minimist",
        "advisory": "GHSA-xvch-5gv4-984h",
        "source": "osv-npm",
        "kind": "changed",
        "vulnerabilities": ["CVE-2021-44906"],
    });
    assert_eq!(lines, [json!({ "cursor": "2.1", "change": change }), json!({ "next": "2.1" })]);

    let text = changes(&["--since", "1.0"]).stdout;
    assert!(text.contains("npm") && text.contains("minimist GHSA-xvch-5gv4-984h (osv-npm) CVE-2021-44906"), "{text}");
    assert_eq!(changes(&["--since", "2.1"]).stdout, "0 changes; go on with --since 2.1\n");

    let too_old = changes(&["--since", "0.7"]);
    assert_eq!(too_old.code, 2);
    assert!(too_old.stderr.contains("begins at 1.0") && too_old.stderr.contains("hint"), "{}", too_old.stderr);
    assert_eq!(changes(&["--since", "yesterday"]).code, 2);
}
