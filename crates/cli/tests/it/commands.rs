//! Commands, options, exit codes, what a person and a pipe see.

use std::io::Write;
use std::process::Stdio;

use crate::program::{Program, Ran};

#[test]
fn the_demo_finds_its_faults_without_network_and_ends_well() {
    let program = Program::new();
    let ran = program.run(&["demo"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for word in ["CVE-2021-44228", "lodash", "FAIL", "exit code 1", "What to do first"] {
        assert!(ran.stdout.contains(word), "{word} is missing in {}", ran.stdout);
    }
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\x1b'), "no colours in a pipe");
}

#[test]
fn the_demo_image_can_be_kept_and_scanned_again() {
    let program = Program::new();
    assert_eq!(program.run(&["demo", "--keep", "demo.tar", "--quiet"]).code, 0);
    let (cold, code) = program.scan(&["demo.tar"]);
    assert_eq!(code, 1);
    let (warm, code) = program.scan(&["demo.tar"]);
    assert_eq!(code, 1);
    assert_eq!(cold["findings"], warm["findings"]);
    assert_eq!(cold["packages"], warm["packages"]);
    assert!(warm["coverage"]["gaps"].as_array().unwrap().iter().any(|gap| gap["kind"] == "trusted-name"));
    assert!(cold["coverage"]["gaps"].as_array().unwrap().iter().all(|gap| gap["kind"] != "trusted-name"));
}

#[test]
fn fail_on_none_only_reports_but_incomplete_stays_incomplete() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    assert_eq!(program.run(&["scan", "demo.tar", "--fail-on", "none"]).code, 3);
    assert_eq!(program.run(&["scan", "demo.tar", "--fail-on", "none", "--accept-incomplete"]).code, 0);
}

#[test]
fn options_come_from_the_line_then_the_environment_then_the_file() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    std::fs::write(program.home().join("plimsoll.yaml"), "fail-on: none\naccept-incomplete: true\n").unwrap();
    assert_eq!(program.run(&["scan", "demo.tar"]).code, 0);
    let from_environment = program.command(&["scan", "demo.tar"]).env("PLIMSOLL_FAIL_ON", "high").output().unwrap();
    assert_eq!(Ran::from(from_environment).code, 1);
    assert_eq!(program.run(&["scan", "demo.tar", "--fail-on=critical"]).code, 1);
    std::fs::write(program.home().join("plimsoll.yaml"), "fail_on: none\n").unwrap();
    let ran = program.run(&["scan", "demo.tar"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("fail_on"), "{}", ran.stderr);
}

#[test]
fn what_is_excluded_stands_in_the_coverage() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    let (report, _) = program.scan(&["demo.tar", "--exclude", "opt/app/**"]);
    assert!(report["packages"].as_array().unwrap().iter().all(|package| package["name"] != "lodash"));
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["kind"] == "excluded" && gap["subject"].as_str().unwrap().contains("lodash")));
}

#[test]
fn reports_go_to_files_too() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    let ran = program.run(&["scan", "demo.tar", "-o", "json=report.json", "-o", "table=report.txt"]);
    assert_eq!(ran.code, 1);
    let json = std::fs::read_to_string(program.home().join("report.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["schema"], "plimsoll.report/1");
    assert_eq!(std::fs::read_to_string(program.home().join("report.txt")).unwrap(), ran.stdout);
}

#[test]
fn an_image_on_standard_input_gives_the_same_findings() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    let (file, _) = program.scan(&["demo.tar", "--no-cache"]);
    let mut child = program
        .command(&["scan", "-", "--format", "json", "--no-cache"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let image = std::fs::read(program.home().join("demo.tar")).unwrap();
    child.stdin.take().unwrap().write_all(&image).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let piped: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(piped["findings"], file["findings"]);
    assert_eq!(piped["packages"], file["packages"]);
}

#[test]
fn versions_are_compared_line_by_line() {
    let program = Program::new();
    let mut child = program.command(&["version", "deb"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"1.0~rc1 1.0\n1.0 1.0\n2:1 9\nx\n\n").unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[..3], ["<", "=", ">"]);
    assert!(lines[3].starts_with("? "), "{lines:?}");
    assert_eq!(lines.len(), 4);
}

#[test]
fn the_cache_can_be_looked_at_and_emptied() {
    let program = Program::new();
    program.run(&["demo", "--keep", "demo.tar"]);
    program.run(&["scan", "demo.tar", "--cache", "cache"]);
    let status = program.run(&["cache", "status", "--cache", "cache"]).stdout;
    assert!(!status.contains(" 0 files"), "{status}");
    let pruned = program.run(&["cache", "prune", "--cache", "cache", "--keep", "0"]).stdout;
    assert!(pruned.contains(" 0 files"), "{pruned}");
}

#[test]
fn every_command_explains_itself_with_examples() {
    let program = Program::new();
    for command in ["scan", "demo", "version", "completions", "db", "cache"] {
        let ran = program.run(&[command, "--help"]);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("Example") || command == "cache", "{command}: {}", ran.stdout);
    }
    assert_eq!(program.run(&["no-such-command"]).code, 2);
}
