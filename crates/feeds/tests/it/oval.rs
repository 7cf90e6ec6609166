//! OVAL: written samples of what each publisher writes, in its form.

use plimsoll_model::{AdvisoryClass, Affected, FixDateKind, RangeEnd, Score, Severity, Status, Timestamp};

use crate::reading::{Parsed, read, try_read};

const ORACLE: &str = "oracle/com.oracle.elsa-ol8.xml.bz2";
const SLES: &str = "suse/suse.linux.enterprise.server.15-affected.xml.gz";

/// A document of definitions and of what their tests name.
pub fn document(definitions: &str, tests: &[Test<'_>]) -> String {
    let list = |each: fn(usize, &Test<'_>) -> String| -> String {
        tests.iter().enumerate().map(|(number, test)| each(number, test)).collect()
    };
    let all = list(|number, test| {
        let Test { id, check, .. } = test;
        format!(
            r#"<rpminfo_test id="{id}" version="1" comment="x" check="{check}" xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux">
            <object object_ref="o{number}"/><state state_ref="s{number}"/></rpminfo_test>"#
        )
    });
    let objects =
        list(|number, test| format!(r#"<rpminfo_object id="o{number}"><name>{}</name></rpminfo_object>"#, test.name));
    let states = list(|number, test| format!(r#"<rpminfo_state id="s{number}">{}</rpminfo_state>"#, test.state));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
        <oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5">
        <generator><oval:timestamp>2024-06-01T00:00:00Z</oval:timestamp></generator>
        <definitions>{definitions}</definitions>
        <tests>{all}</tests><objects>{objects}</objects><states>{states}</states><variables/></oval_definitions>"#
    )
}

/// A test of a package.
pub struct Test<'t> {
    id: &'t str,
    check: &'t str,
    name: &'t str,
    state: String,
}

pub fn evr<'t>(id: &'t str, name: &'t str, operation: &str, version: &str) -> Test<'t> {
    let state = format!(r#"<evr datatype="evr_string" operation="{operation}">{version}</evr>"#);
    Test { id, check: "at least one", name, state }
}

fn version<'t>(id: &'t str, name: &'t str, version: &str) -> Test<'t> {
    let state = format!(r#"<version operation="equals">{version}</version>"#);
    Test { id, check: "at least one", name, state }
}

fn rows<'a>(parsed: &'a Parsed, id: &str, name: &str) -> Vec<&'a Affected> {
    parsed.advisory(id).affected.iter().filter(|row| row.name == name).collect()
}

fn fixed(row: &Affected) -> Option<&str> {
    row.ranges.iter().find_map(|range| match &range.end {
        RangeEnd::Fixed(version) => Some(version.as_str()),
        _ => None,
    })
}

fn criterion(test: &str, comment: &str) -> String {
    format!(r#"<criterion test_ref="{test}" comment="{comment}"/>"#)
}

mod azure {
    use super::*;

    const PATH: &str = "azurelinux/azurelinux-3.0-oval.xml";

    fn definition(patchable: &str, operation: &str, version: &str) -> String {
        let definition = format!(
            r#"<definition class="vulnerability" id="d1" version="1"><metadata>
            <title>CVE-2024-6874 affecting package cmake for versions less than 3.30.3-2</title>
            <affected family="unix"><platform>Azure Linux</platform></affected>
            <reference ref_id="CVE-2024-6874" ref_url="https://nvd.nist.gov/vuln/detail/CVE-2024-6874" source="CVE"/>
            <patchable>{patchable}</patchable><advisory_date>2024-10-01T18:58:50Z</advisory_date>
            <advisory_id>49664-1</advisory_id><severity>Medium</severity><description>x</description></metadata>
            <criteria operator="AND"><criterion comment="Package cmake is earlier" test_ref="t1"/></criteria></definition>"#
        );
        document(&definition, &[evr("t1", "cmake", operation, version)])
    }

    fn row(patchable: &str, operation: &str) -> Affected {
        let parsed = read("azurelinux", PATH, definition(patchable, operation, "0:3.30.3-2.azl3").as_bytes());
        assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
        parsed.advisories[0].affected[0].clone()
    }

    #[test]
    fn less_than_is_a_fix_and_less_than_or_equal_is_none() {
        let fixed = row("true", "less than");
        assert_eq!(
            (fixed.shard.as_str(), fixed.name.as_str(), fixed.status),
            ("azurelinux-3.0", "cmake", Status::Affected)
        );
        assert_eq!(fixed.ranges[0].end, RangeEnd::Fixed("3.30.3-2.azl3".into()));
        let date = fixed.fix_date.unwrap();
        assert_eq!((date.kind, Some(date.at)), (FixDateKind::Advisory, Timestamp::parse("2024-10-01T18:58:50Z")));
        let unfixed = row("false", "less than or equal");
        assert_eq!(unfixed.ranges[0].end, RangeEnd::LastAffected("3.30.3-2.azl3".into()));
        assert_eq!(unfixed.fix_date, None);
        assert_eq!(row("false", "less than").ranges[0].end, RangeEnd::Before("3.30.3-2.azl3".into()));
    }

    #[test]
    fn what_is_not_applicable_is_not_affected_whatever_the_version() {
        for operation in ["less than", "less than or equal"] {
            let row = row("Not Applicable", operation);
            assert_eq!((row.status, row.ranges.len(), row.fix_date), (Status::NotAffected, 0, None));
        }
    }

    #[test]
    fn a_definition_is_its_cve_with_microsofts_word() {
        let parsed = read("azurelinux", PATH, definition("true", "less than", "1-1").as_bytes());
        let advisory = parsed.advisory("CVE-2024-6874");
        assert_eq!(
            (advisory.cves.as_slice(), advisory.source.as_str()),
            (&["CVE-2024-6874".to_owned()][..], "azurelinux")
        );
        assert_eq!(advisory.severities[0].severity, Severity::Medium);
        assert_eq!(advisory.urls, ["https://nvd.nist.gov/vuln/detail/CVE-2024-6874"]);
        assert_eq!(parsed.summary.data_from, Timestamp::parse("2024-06-01T00:00:00Z"));
    }

    #[test]
    fn the_release_stands_only_in_the_files_name() {
        let xml = definition("true", "less than", "1-1");
        let mariner = read("mariner", "azurelinux/cbl-mariner-2.0-oval.xml", xml.as_bytes());
        assert_eq!(mariner.advisories[0].affected[0].shard.as_str(), "mariner-2.0");
        for path in ["azurelinux/azurelinux-oval.xml", "azurelinux/azurelinux-next-oval.xml", "x"] {
            assert!(try_read("azurelinux", path, &mut xml.as_bytes()).is_err(), "{path}");
        }
    }

    #[test]
    fn a_version_that_is_several_is_named_and_not_guessed() {
        let xml = definition("true", "less than", "0:1.17.13-2,1.18.8-2.azl3");
        let parsed = read("azurelinux", PATH, xml.as_bytes());
        assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 1));
        assert!(parsed.summary.broken[0].why.contains("cmake"), "{:?}", parsed.summary.broken);
    }
}

mod oracle {
    use super::*;

    fn definition(id: &str, title: &str, severity: &str, cves: &[&str], criteria: &str) -> String {
        let cves: String = cves
            .iter()
            .map(|cve| format!(r#"<cve href="https://linux.oracle.com/cve/{cve}.html">{cve}</cve>"#))
            .collect();
        format!(
            r#"<definition id="oval:com.oracle.elsa:def:1" version="501" class="patch"><metadata><title>
            {id}:  {title} ({severity})
            </title><affected family="unix"><platform>Oracle Linux 8</platform></affected>
            <reference source="elsa" ref_id="{id}" ref_url="https://linux.oracle.com/errata/{id}.html"/>
            <description>x</description><advisory><severity>{severity}</severity><rights>x</rights>
            <issued date="2022-03-29"/>{cves}</advisory></metadata>{criteria}</definition>"#
        )
    }

    /// Packages of one processor: pairs of a test and what it says.
    fn of_processor(processor: &str, packages: &str) -> String {
        format!(
            r#"<criteria operator="AND">{}<criteria operator="OR">{packages}</criteria></criteria>"#,
            criterion("arch", &format!("Oracle Linux arch is {processor}"))
        )
    }

    fn package(test: &str, comment: &str) -> String {
        format!(
            r#"<criteria operator="AND">{}{}</criteria>"#,
            criterion(test, comment),
            criterion("key", "it is signed with the Oracle Linux 8 key")
        )
    }

    fn of_release(rest: &str) -> String {
        format!(r#"<criteria operator="AND">{}{rest}</criteria>"#, criterion("ol8", "Oracle Linux 8 is installed"))
    }

    fn key() -> Test<'static> {
        let state = "<signature_keyid operation=\"equals\">82562ea9ad986da3</signature_keyid>".to_owned();
        Test { id: "key", check: "at least one", name: "openssl", state }
    }

    pub fn openssl() -> String {
        let packages = [package("t1", "openssl is earlier"), package("t2", "openssl-libs is earlier")].concat();
        let processors = [of_processor("aarch64", &packages), of_processor("x86_64", &packages)].concat();
        let criteria = of_release(&format!(r#"<criteria operator="OR">{processors}</criteria>"#));
        let tests = [
            evr("t1", "openssl", "less than", "1:1.1.1k-6.el8_5"),
            evr("t2", "openssl-libs", "less than", "1:1.1.1k-6.el8_5"),
            key(),
        ];
        let title = "openssl security update";
        document(&definition("ELSA-2022-1065", title, "IMPORTANT", &["CVE-2022-0778"], &criteria), &tests)
    }

    #[test]
    fn an_erratum_has_one_row_a_package_with_the_processors_it_was_built_for() {
        let parsed = read("oracle", ORACLE, openssl().as_bytes());
        assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 0), "{:?}", parsed.summary.broken);
        let advisory = parsed.advisory("ELSA-2022-1065");
        assert_eq!(
            (advisory.title.as_str(), advisory.class),
            ("openssl security update (IMPORTANT)", AdvisoryClass::Vulnerability)
        );
        assert_eq!(advisory.cves, ["CVE-2022-0778"]);
        let claim = &advisory.severities[0];
        assert_eq!((claim.severity, claim.source.as_str()), (Severity::High, "ol"));
        assert_eq!(advisory.affected.len(), 2);
        let row = rows(&parsed, "ELSA-2022-1065", "openssl-libs")[0];
        assert_eq!((row.shard.as_str(), fixed(row)), ("ol-8", Some("1:1.1.1k-6.el8_5")));
        assert_eq!(row.scope.architectures, ["aarch64", "i386", "i586", "i686", "x86_64"]);
        assert_eq!(
            row.fix_date.map(|date| (date.kind, date.at.date())),
            Some((FixDateKind::Advisory, "2022-03-29".into()))
        );
        assert_eq!(advisory.urls, ["https://linux.oracle.com/errata/ELSA-2022-1065.html"]);
    }

    #[test]
    fn a_modules_packages_belong_to_its_stream_and_its_own_entry_to_none() {
        let criteria = of_release(&format!(
            r#"<criteria operator="AND">{}{}</criteria>"#,
            criterion("m", "Module nodejs:16 is enabled"),
            package("t1", "nodejs is earlier") + &package("t2", "nodejs:16 is earlier than 0")
        ));
        let tests = [
            evr("t1", "nodejs", "less than", "1:16.14.0-4.module+el8.6.0+20669+2d1e9a48"),
            evr("t2", "nodejs:16", "less than", "0"),
            key(),
        ];
        let xml = document(
            &definition("ELSA-2022-9999", "nodejs:16 security update", "LOW", &["CVE-2021-44531"], &criteria),
            &tests,
        );
        let parsed = read("oracle", ORACLE, xml.as_bytes());
        let advisory = parsed.advisory("ELSA-2022-9999");
        assert_eq!(advisory.affected.len(), 1, "{:?}", advisory.affected);
        assert_eq!(advisory.affected[0].scope.module.as_deref(), Some("nodejs:16"));
    }

    #[test]
    fn builds_of_ksplice_and_of_validated_modules_are_channels() {
        for (version, channel) in [
            ("2:2.28-236.0.1.ksplice1.el8_9.7", Some("ksplice")),
            ("10:3.6.16-4.0.1.el8_fips", Some("fips")),
            ("2.28-236.0.1.el8_9.7", None),
        ] {
            let criteria = of_release(&package("t1", "glibc is earlier"));
            let tests = [evr("t1", "glibc", "less than", version), key()];
            let xml = document(&definition("ELSA-2024-1", "glibc", "MODERATE", &["CVE-2023-4911"], &criteria), &tests);
            let parsed = read("oracle", ORACLE, xml.as_bytes());
            assert_eq!(parsed.advisories[0].affected[0].scope.channel.as_deref(), channel, "{version}");
        }
    }

    #[test]
    fn bug_fixes_are_no_vulnerabilities() {
        let criteria = of_release(&package("t1", "bash is earlier"));
        let tests = [evr("t1", "bash", "less than", "4.4.20-3.el8"), key()];
        for (id, cves, class) in [
            ("ELBA-2022-2092", &[][..], AdvisoryClass::Informational),
            ("ELBA-2022-2093", &["CVE-2022-0001"][..], AdvisoryClass::Vulnerability),
            ("ELSA-2022-2094", &[][..], AdvisoryClass::Vulnerability),
        ] {
            let parsed =
                read("oracle", ORACLE, document(&definition(id, "bash", "N/A", cves, &criteria), &tests).as_bytes());
            assert_eq!((parsed.advisory(id).class, parsed.advisory(id).severities.len()), (class, 0), "{id}");
        }
    }

    #[test]
    fn without_a_product_the_release_is_that_of_the_file() {
        let tests = [evr("t1", "bash", "less than", "4.4.20-3.el8"), key()];
        let criteria = format!("<criteria>{}</criteria>", package("t1", "bash is earlier"));
        let xml = document(&definition("ELSA-2022-1", "bash", "LOW", &[], &criteria), &tests);
        assert_eq!(read("oracle", ORACLE, xml.as_bytes()).advisories[0].affected[0].shard.as_str(), "ol-8");
        let parsed = read("oracle", "oracle/com.oracle.elsa-all.xml.bz2", xml.as_bytes());
        assert_eq!((parsed.summary.records, parsed.summary.foreign), (0, 1));
    }
}

mod suse {
    use super::*;

    /// Packages of several products, as a pair of ORs.
    fn of_products(products: &[&str], packages: &str) -> String {
        let products: String =
            products.iter().map(|product| criterion("release", &format!("{product} is installed"))).collect();
        format!(
            r#"<criteria operator="AND"><criteria operator="OR">{products}</criteria><criteria operator="OR">{packages}</criteria></criteria>"#
        )
    }

    fn definition(criteria: &str) -> String {
        format!(
            r#"<definition id="oval:org.opensuse.security:def:20220778" version="1" class="vulnerability"><metadata>
            <title>CVE-2022-0778</title><affected family="unix"><platform>SUSE Linux Enterprise Server 15 SP5</platform></affected>
            <reference ref_id="Mitre CVE-2022-0778" ref_url="https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2022-0778" source="CVE"/>
            <reference ref_id="SUSE CVE-2022-0778" ref_url="https://www.suse.com/security/cve/CVE-2022-0778" source="SUSE CVE"/>
            <reference ref_id="SUSE-SU-2022:0851-1" ref_url="https://lists.suse.com/pipermail/sle-security-updates/2022-March/010435.html" source="SUSE-SU"/>
            <description>x</description><advisory from="security@suse.de"><issued date="2022-03-16"/><updated date="2024-05-01"/>
            <severity>Important</severity>
            <cve impact="important" cvss3="5.9/CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H" href="https://www.suse.com/security/cve/CVE-2022-0778/">CVE-2022-0778</cve>
            <bugzilla href="https://bugzilla.suse.com/1196877">SUSE bug 1196877</bugzilla>
            <affected_cpe_list><cpe>cpe:/o:suse:sles:15:sp5</cpe></affected_cpe_list></advisory></metadata>
            <criteria operator="OR">{criteria}</criteria></definition>"#
        )
    }

    fn tests() -> [Test<'static>; 6] {
        let livepatch = r#"<evr operation="greater than or equal">14-2.2</evr>"#.to_owned();
        [
            version("release", "sles-release", "15.5"),
            evr("t1", "libopenssl1_1", "less than", "0:1.1.1l-150500.17.1"),
            evr("t2", "openssl-3", "greater than", "0:0-0"),
            version("t3", "openssl-0_9_8", "0"),
            evr("t4", "libopenssl1_1", "less than", "0:1.1.1d-150200.11.43.1"),
            Test { id: "t5", check: "none satisfy", name: "kernel-livepatch", state: livepatch },
        ]
    }

    pub fn sample() -> String {
        let products = ["SUSE Linux Enterprise Server 15 SP5", "SUSE Linux Enterprise Server 15 SP2-LTSS"];
        let packages = ["t1", "t2", "t3", "t4", "t5"].map(|test| criterion(test, "it is installed"));
        document(&definition(&of_products(&products, &packages.concat())), &tests())
    }

    #[test]
    fn fixed_unfixed_and_not_affected_are_told_apart() {
        let packages = [
            criterion("t1", "libopenssl1_1-1.1.1l-150500.17.1 is installed"),
            criterion("t2", "openssl-3 is affected"),
            criterion("t3", "openssl-0_9_8 is not affected"),
            criterion("t5", "no kernel-livepatch is greater or equal than 14-2.2"),
        ]
        .concat();
        let products = ["SUSE Linux Enterprise Module for Basesystem 15 SP5", "SUSE Linux Enterprise Server 15 SP5"];
        let xml = document(&definition(&of_products(&products, &packages)), &tests());
        let parsed = read("sles", SLES, xml.as_bytes());
        assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
        let advisory = parsed.advisory("CVE-2022-0778");
        assert_eq!(advisory.affected.len(), 3, "{:?}", advisory.affected);
        assert!(advisory.affected.iter().all(|row| row.shard.as_str() == "sles-15.5"));
        assert_eq!(fixed(rows(&parsed, "CVE-2022-0778", "libopenssl1_1")[0]), Some("1.1.1l-150500.17.1"));
        let unfixed = rows(&parsed, "CVE-2022-0778", "openssl-3")[0];
        assert_eq!((unfixed.status, &unfixed.ranges[0].end), (Status::Affected, &RangeEnd::Open));
        let unaffected = rows(&parsed, "CVE-2022-0778", "openssl-0_9_8")[0];
        assert_eq!((unaffected.status, unaffected.ranges.len()), (Status::NotAffected, 0));
    }

    #[test]
    fn each_product_has_the_versions_that_stand_beside_it() {
        let criteria = [
            of_products(
                &["SUSE Linux Enterprise Module for Basesystem 15 SP5", "SUSE Manager Server 4.3"],
                &criterion("t1", "libopenssl1_1-1.1.1l-150500.17.1 is installed"),
            ),
            of_products(
                &["SUSE Linux Enterprise Server 15 SP2-LTSS", "SUSE Linux Enterprise Micro 5.5"],
                &criterion("t4", "libopenssl1_1-1.1.1d-150200.11.43.1 is installed"),
            ),
        ];
        let xml = document(&definition(&criteria.concat()), &tests());
        let parsed = read("sles", SLES, xml.as_bytes());
        let told: Vec<_> = rows(&parsed, "CVE-2022-0778", "libopenssl1_1")
            .into_iter()
            .map(|row| (row.shard.as_str(), row.scope.channel.as_deref(), fixed(row)))
            .collect();
        assert_eq!(
            told,
            [
                ("sles-15.2", Some("ltss"), Some("1.1.1d-150200.11.43.1")),
                ("sles-15.5", None, Some("1.1.1l-150500.17.1"))
            ]
        );
        let micro = read("sle-micro", "suse/suse.linux.enterprise.micro.5.5-affected.xml.gz", xml.as_bytes());
        let row = &micro.advisories[0].affected[0];
        assert_eq!((row.shard.as_str(), fixed(row)), ("sle-micro-5.5", Some("1.1.1d-150200.11.43.1")));
    }

    #[test]
    fn suses_own_word_counts_and_its_score_stands_beside_it() {
        let criteria = of_products(&["openSUSE Leap 15.6"], &criterion("t1", "libopenssl1_1 is installed"));
        let xml = document(&definition(&criteria), &tests());
        let parsed = read("opensuse-leap", "suse/opensuse.leap.15.6-affected.xml.gz", xml.as_bytes());
        let advisory = parsed.advisory("CVE-2022-0778");
        let claim = &advisory.severities[0];
        assert_eq!((claim.severity, claim.score), (Severity::High, Score::new(5.9)));
        assert_eq!(claim.source, "opensuse-leap");
        assert_eq!((advisory.cves.as_slice(), advisory.aliases.len()), (&["CVE-2022-0778".to_owned()][..], 0));
        assert_eq!(advisory.urls.len(), 3);
        assert_eq!(advisory.modified, Timestamp::parse("2024-05-01"));
    }

    #[test]
    fn an_updates_definition_is_a_bundle_of_its_cves() {
        let criteria = of_products(&["openSUSE Tumbleweed"], &criterion("t1", "libopenssl1_1 is installed"));
        let xml = document(&definition(&criteria), &tests())
            .replace("<title>CVE-2022-0778</title>", "<title>Security update for openssl</title>")
            .replace(r#"ref_id="Mitre CVE-2022-0778""#, r#"ref_id="CVE-2021-3712""#);
        let parsed = read("opensuse-tumbleweed", "suse/opensuse.tumbleweed-patch.xml.gz", xml.as_bytes());
        let advisory = parsed.advisory("SUSE-SU-2022:0851-1");
        assert_eq!(advisory.cves, ["CVE-2021-3712", "CVE-2022-0778"]);
        assert_eq!(advisory.title, "Security update for openssl");
        assert_eq!(advisory.affected[0].fix_date.map(|date| date.at.date()).as_deref(), Some("2022-03-16"));
    }

    #[test]
    fn in_osv_an_update_stands_for_its_cves_and_names_source_packages() {
        let record = |id: &str, related: &str| {
            format!(
                r#"{{"id":"{id}","modified":"2024-03-16T00:00:00Z","summary":"Security update for openssl-1_1","related":[{related}],
                "affected":[{{"package":{{"ecosystem":"SUSE:Linux Enterprise Module for Basesystem 15 SP5","name":"openssl-1_1"}},
                "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1.1.1l-150500.17.25.1"}}]}}]}},
                {{"package":{{"ecosystem":"SUSE:Manager Server 4.3","name":"openssl-1_1"}},
                "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1"}}]}}]}}]}}"#
            )
        };
        let update = record("SUSE-SU-2024:0815-1", r#""CVE-2024-0727","CVE-2023-5678""#);
        let parsed = crate::reading::read_osv("osv-suse", &update);
        let advisory = parsed.advisory("SUSE-SU-2024:0815-1");
        assert_eq!(advisory.cves, ["CVE-2023-5678", "CVE-2024-0727"]);
        assert_eq!((advisory.class, advisory.affected.len()), (AdvisoryClass::Vulnerability, 1));
        let row = &advisory.affected[0];
        assert_eq!((row.shard.as_str(), fixed(row)), ("sles-15.5", Some("1.1.1l-150500.17.25.1")));
        assert_eq!(row.scope.channel, None);
        let parsed =
            crate::reading::read_osv("osv-suse", &update.replace("Module for Basesystem 15 SP5", "Server 15 SP5-LTSS"));
        assert_eq!(parsed.advisories[0].affected[0].scope.channel.as_deref(), Some("ltss"));
        let parsed = crate::reading::read_osv("osv-suse", &record("SUSE-RU-2024:0001-1", ""));
        assert_eq!(parsed.advisory("SUSE-RU-2024:0001-1").class, AdvisoryClass::Informational);
    }

    #[test]
    fn a_definition_without_a_product_of_the_feed_is_foreign() {
        let criteria = of_products(&["SUSE Manager Server 4.3"], &criterion("t1", "libopenssl1_1 is installed"));
        let parsed = read("sles", SLES, document(&definition(&criteria), &tests()).as_bytes());
        assert_eq!((parsed.summary.records, parsed.summary.foreign, parsed.summary.foreign_rows), (0, 1, 1));
    }
}

mod hostile {
    use std::io::{self, Read};

    use plimsoll_feeds::FeedError;

    use super::*;

    const PATH: &str = "azurelinux/azurelinux-3.0-oval.xml";

    /// Two definitions with criteria of one's own.
    fn sample(criteria: &str) -> String {
        let definition = |number: usize, criteria: &str| {
            format!(
                r#"<definition class="vulnerability" id="d{number}"><metadata><title>t</title>
                <reference ref_id="CVE-2024-000{number}" ref_url="https://a" source="CVE"/><patchable>true</patchable>
                <severity>High</severity></metadata>{criteria}</definition>"#
            )
        };
        let good = format!("<criteria>{}</criteria>", criterion("t1", "bash is earlier"));
        let definitions = [definition(1, criteria), definition(2, &good)].concat();
        document(&definitions, &[evr("t1", "bash", "less than", "0:5.2-1")])
    }

    fn ids(parsed: &Parsed) -> Vec<&str> {
        parsed.advisories.iter().map(|advisory| advisory.id.as_str()).collect()
    }

    #[test]
    fn one_broken_definition_is_named_and_the_rest_is_read() {
        let deep = format!("{}{}", "<criteria operator='OR'>".repeat(10_000), "</criteria>".repeat(10_000));
        for (criteria, why) in [
            ("", "no criteria"),
            ("<criteria><criterion test_ref='nowhere' comment='x'/></criteria>", "not there"),
            (&deep, "nest too deeply"),
        ] {
            let parsed = read("azurelinux", PATH, sample(criteria).as_bytes());
            assert_eq!(ids(&parsed), ["CVE-2024-0002"], "{why}");
            assert_eq!(parsed.summary.broken_count, 1, "{why}");
            let broken = &parsed.summary.broken[0];
            assert_eq!(broken.name, "d1");
            assert!(broken.why.contains(why), "{}", broken.why);
        }
    }

    #[test]
    fn criteria_that_ask_for_no_package_are_foreign() {
        for criteria in [
            "<criteria/>",
            "<criteria><criteria/><extend_definition definition_ref='d2'/><criterion comment='x'/></criteria>",
            "<criteria negate='true'><criterion test_ref='t1' comment='x'/></criteria>",
            "<criteria><criterion negate='true' test_ref='t1' comment='x'/></criteria>",
        ] {
            let parsed = read("azurelinux", PATH, sample(criteria).as_bytes());
            assert_eq!((ids(&parsed), parsed.summary.foreign), (vec!["CVE-2024-0002"], 1), "{criteria}");
        }
    }

    #[test]
    fn entities_are_never_expanded() {
        let mut laughs = String::from("<!DOCTYPE oval_definitions [<!ENTITY a0 \"bash\">");
        for number in 1..20 {
            let inner = format!("&a{};", number - 1).repeat(10);
            laughs.push_str(&format!("<!ENTITY a{number} \"{inner}\">"));
        }
        laughs.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]>");
        let xml = sample("<criteria><criterion test_ref='t1' comment='x'/></criteria>")
            .replacen("<oval_definitions", &format!("{laughs}<oval_definitions"), 1)
            .replace("<title>t</title>", "<title>&a19;&file;</title>")
            .replace("<name>bash</name>", "<name>ba&a19;sh</name>");
        let parsed = read("azurelinux", PATH, xml.as_bytes());
        assert_eq!((parsed.advisories[0].title.as_str(), parsed.advisories[0].affected[0].name.as_str()), ("", "bash"));
    }

    #[test]
    fn what_multiplies_out_beyond_all_measure_ends_at_a_cap() {
        let products: String = (0..5000)
            .map(|number| criterion("r", &format!("SUSE Linux Enterprise Server {number} is installed")))
            .collect();
        let packages: String = (0..5000).map(|number| criterion(&format!("t{number}"), "x")).collect();
        let names: Vec<(String, String)> =
            (0..5000).map(|number| (format!("t{number}"), format!("p{number}"))).collect();
        let tests: Vec<Test<'_>> = names.iter().map(|(id, name)| evr(id, name, "less than", "1-1")).collect();
        let definition = format!(
            r#"<definition id="d1"><metadata><title>CVE-2024-0001</title></metadata><criteria operator="AND">
            <criteria operator="OR">{products}</criteria><criteria operator="OR">{packages}</criteria></criteria></definition>"#
        );
        let parsed = read("sles", SLES, document(&definition, &tests).as_bytes());
        assert_eq!(parsed.summary.broken_count, 1);
        assert!(parsed.summary.broken[0].why.contains("rows"), "{}", parsed.summary.broken[0].why);
    }

    #[test]
    fn a_document_cut_anywhere_is_an_error() {
        let xml = sample("<criteria><criterion test_ref='t1' comment='x'/></criteria>");
        for end in 0..xml.len() {
            assert!(try_read("azurelinux", PATH, &mut &xml.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        assert!(try_read("azurelinux", PATH, &mut format!("{xml}<more/>").as_bytes()).is_err());
    }

    #[test]
    fn an_endless_definition_ends_at_the_cap() {
        for head in
            ["<oval_definitions><definitions><definition id='", "<oval_definitions><definitions><definition><a>"]
        {
            let mut endless = head.as_bytes().chain(io::repeat(b'a'));
            let error = try_read("azurelinux", PATH, &mut endless).unwrap_err();
            assert!(matches!(error, FeedError::TooLarge { what: "record", .. }), "{error}");
        }
    }

    #[test]
    fn a_document_of_another_kind_is_said_to_be_none() {
        for xml in ["<updates/>", "<oval_definitions/>", "{}", "<oval_definitions><definitions/></oval_definitions>"] {
            let error = try_read("azurelinux", PATH, &mut xml.as_bytes()).unwrap_err();
            assert!(matches!(error, FeedError::Malformed { .. }), "{xml}: {error}");
        }
        let page = try_read("azurelinux", PATH, &mut &b"<!doctype html><HTML>Sign in</HTML>"[..]).unwrap_err();
        assert!(matches!(page, FeedError::Html), "{page}");
    }

    #[test]
    fn fuzz_oval_documents() {
        let samples = [
            ("azurelinux", PATH, sample("<criteria><criterion test_ref='t1' comment='x'/></criteria>")),
            ("oracle", ORACLE, oracle::openssl()),
            ("sles", SLES, suse::sample()),
        ];
        plimsoll_fuzzing::check().with_iterations(1500).for_each(|input: &[u8]| {
            for (feed, path, sample) in &samples {
                let mut bytes = sample.as_bytes().to_vec();
                for change in input.chunks_exact(3) {
                    let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
                    bytes[place] = change[2];
                }
                if let Ok(parsed) = try_read(feed, path, &mut &*bytes) {
                    assert_eq!(parsed.summary.records, parsed.advisories.len() as u64);
                }
                let _ = try_read(feed, path, &mut &*input);
            }
        });
    }
}
