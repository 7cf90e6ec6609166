//! Java archives: their coordinates, manifests and names, nested and shaded.

use plimsoll_facts::{EntryKind, FileMeta, Want};
use plimsoll_model::{EvidenceKind, FilePath, GapKind, PackageKind, Presence};

use crate::java_made::{image, jar, jar_with_manifest, layer, lines, nameless, one, properties};
use crate::reading::{inspector, read_in_windows, survives_damage};

const POM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- licence -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId> harbour </artifactId>
  <properties><version>9</version></properties>
  <dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>8</version></dependency></dependencies>
  <build><plugins><plugin><artifactId>c</artifactId><version>6</version></plugin></plugins></build>
</project>
"#;

fn jar_with_pom(pom: &[u8]) -> Vec<u8> {
    jar(&[("META-INF/maven/org.example/harbour/pom.xml", pom)])
}

/// `name version` of a jar of this name with a manifest of these lines.
fn named(file: &str, manifest: &str) -> String {
    let found = one(file, &jar_with_manifest(manifest));
    let packages: Vec<_> =
        found.packages.iter().map(|found| format!("{} {}", found.package.name, found.package.version)).collect();
    assert_eq!(found.packages.iter().any(|found| !found.package.name.contains(':')), !nameless(&found).is_empty());
    packages.join(", ")
}

#[test]
fn an_ordinary_jar_is_what_its_properties_say() {
    let (path, text) = properties("org.example", "harbour", "1.2");
    let pom = path.replace("properties", "xml");
    let members =
        [(path.as_str(), text.as_bytes()), (&pom, POM.as_bytes()), ("META-INF/MANIFEST.MF", b"Bundle-Version: 9\n")];
    for file in ["opt/harbour-1.2.jar", "opt/app.JAR", "opt/other-3.war"] {
        let found = one(file, &jar(&members));
        assert_eq!(lines(&found), [format!("org.example:harbour 1.2 {file}")]);
        let package = &found.packages[0].package;
        assert_eq!((package.kind, package.evidence), (PackageKind::Maven, EvidenceKind::Metadata));
        assert!(found.gaps.is_empty());
    }
}

#[test]
fn a_shaded_jar_is_several_packages() {
    let all = [("org.example", "harbour", "1.2"), ("com.google.guava", "guava", "31.1-jre"), ("a", "b", "3")];
    let files: Vec<_> = all.iter().map(|(group, artifact, version)| properties(group, artifact, version)).collect();
    let members: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    assert_eq!(
        lines(&one("opt/harbour-1.2-all.jar", &jar(&members))),
        [
            "a:b 3 opt/harbour-1.2-all.jar!META-INF/maven/a/b/pom.properties",
            "com.google.guava:guava 31.1-jre opt/harbour-1.2-all.jar!META-INF/maven/com.google.guava/guava/pom.properties",
            "org.example:harbour 1.2 opt/harbour-1.2-all.jar",
        ]
    );
}

#[test]
fn a_jar_that_shades_another_stays_itself() {
    let (path, text) = properties("com.google.guava", "guava", "31.0.1-jre");
    let bytes = jar(&[(&path, text.as_bytes()), ("META-INF/MANIFEST.MF", b"Main-Class: a\n")]);
    let found = lines(&one("lib/graphql-java-19.2.jar", &bytes));
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], "com.graphql-java:graphql-java 19.2 lib/graphql-java-19.2.jar");
}

#[test]
fn archives_inside_archives_are_found_where_they_are() {
    let (path, text) = properties("a", "b", "1");
    let inner = jar(&[(&path, text.as_bytes())]);
    let middle = jar(&[("lib/b-1.jar", &inner), ("lib/text.txt", b"")]);
    let outer = jar(&[("WEB-INF/lib/spring-core-5.3.9.jar", &jar(&[])), ("middle.ear", &middle)]);
    let found = one("srv/app.war", &outer);
    assert_eq!(
        lines(&found),
        [
            "a:b 1 srv/app.war!middle.ear!lib/b-1.jar",
            "org.springframework:spring-core 5.3.9 srv/app.war!WEB-INF/lib/spring-core-5.3.9.jar",
        ]
    );
    assert!(nameless(&found).is_empty(), "what holds archives is an application");
}

#[test]
fn a_pom_counts_where_no_properties_stand_beside_it() {
    let found = one("opt/x.jar", &jar_with_pom(POM.as_bytes()));
    assert_eq!(lines(&found), ["org.example:harbour 7 opt/x.jar"]);
    let (path, text) = properties("a", "b", "1");
    let both = [("META-INF/maven/org.example/harbour/pom.xml", POM.as_bytes()), (&path, text.as_bytes())];
    assert_eq!(lines(&one("opt/b-1.jar", &jar(&both))).len(), 2);
}

#[test]
fn what_only_a_build_can_fill_in_is_not_used() {
    for version in ["${revision}", "$1", "@version@", "1 2", ""] {
        let pom = POM.replace("<version>7</version>", &format!("<version>{version}</version>"));
        let (path, text) = properties("org.example", "harbour", version);
        for bytes in [jar_with_pom(pom.as_bytes()), jar(&[(&path, text.as_bytes())])] {
            assert_eq!(lines(&one("opt/harbour-3.1.jar", &bytes)), ["harbour 3.1 opt/harbour-3.1.jar"], "{version}");
        }
    }
}

#[test]
fn poms_in_any_encoding_are_read() {
    let wide: Vec<u8> = [0xfeff].into_iter().chain(POM.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin = POM.replace("UTF-8", "ISO-8859-1").replace("licence", "\u{e9}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().filter(|byte| *byte != 0xc3).collect();
    let marked = format!("\u{feff}{POM}").into_bytes();
    for bytes in [wide, latin, marked] {
        assert_eq!(lines(&one("opt/x.jar", &jar_with_pom(&bytes))), ["org.example:harbour 7 opt/x.jar"]);
    }
}

#[test]
fn properties_are_read_as_java_reads_them() {
    let path = "META-INF/maven/a/b/pom.properties";
    for text in [
        "groupId=a\r\nartifactId = b\r\nversion: 1\r\n",
        "#groupId=x\n!artifactId=y\ngroupId=z\ngroupId=a\nartifactId=b\nversion=1",
    ] {
        assert_eq!(lines(&one("opt/x.jar", &jar(&[(path, text.as_bytes())]))), ["a:b 1 opt/x.jar"], "{text:?}");
    }
}

#[test]
fn a_manifest_that_says_its_group_is_believed() {
    assert_eq!(
        named("a/spring-rabbit-2.4.7.jar", "Implementation-Vendor-Id: x.y"),
        "org.springframework.amqp:spring-rabbit 2.4.7"
    );
    assert_eq!(
        named("a/bolt-2.0.jar", "implementation-vendor-id: com.example\nImplementation-Version: 2.0"),
        "com.example:bolt 2.0"
    );
    assert_eq!(
        named("a/bolt.jar", "Implementation-Vendor-Id: com.example\nImplementation-Version: 2.0 build 7"),
        "com.example:bolt 2.0"
    );
    assert_eq!(
        named("a/bolt-2.0.jar", "Bundle-SymbolicName: com.example.bolt;singleton:=true"),
        "com.example:bolt 2.0"
    );
    let title = "Implementation-Title: com.netflix.eureka#eureka-client;1.10.17\nImplementation-Version: 1.10.17";
    assert_eq!(named("a/eureka-client-1.10.17.jar", title), "com.netflix.eureka:eureka-client 1.10.17");
    assert_eq!(named("a/client.jar", title), "com.netflix.eureka:eureka-client 1.10.17");
    let title = "Implementation-Title: org.elasticsearch#server;7.17.0";
    assert_eq!(named("a/elasticsearch-7.17.0.jar", title), "org.elasticsearch:elasticsearch 7.17.0");
    let plugin = "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 4.7.1 (private)";
    assert_eq!(named("var/plugins/git.jpi", plugin), "org.jenkins-ci.plugins:git 4.7.1");
}

#[test]
fn tomcat_is_known_by_both_of_its_names() {
    let manifest = |bundle: &str| format!("Implementation-Version: 9.0.65\nBundle-SymbolicName: org.apache.{bundle}");
    assert_eq!(
        named("usr/local/tomcat/lib/catalina.jar", &manifest("tomcat-catalina")),
        "org.apache.tomcat:tomcat-catalina 9.0.65"
    );
    assert_eq!(
        named("a/tomcat-embed-core-9.0.65.jar", &manifest("tomcat-embed-core")),
        "org.apache.tomcat.embed:tomcat-embed-core 9.0.65"
    );
    assert_eq!(
        named("a/tomcat-embed-el-9.0.65.jar", &manifest("tomcat-embed-jasper-el")),
        "org.apache.tomcat.embed:tomcat-embed-el 9.0.65"
    );
    assert_eq!(
        named("a/embed.jar", &manifest("tomcat-embed-jasper-el")),
        "org.apache.tomcat.embed:tomcat-embed-el 9.0.65"
    );
}

#[test]
fn a_group_that_cannot_be_told_is_not_guessed() {
    for manifest in [
        "Implementation-Title: bolt",
        "Implementation-Vendor-Id: org.apache",
        "Implementation-Vendor-Id: The Bolt Foundation",
        "Implementation-Vendor-Id: org.other\nImplementation-Version: 1.1.1",
        "Bundle-SymbolicName: org.apache.bolt",
        "Bundle-SymbolicName: bolt",
        "Automatic-Module-Name: com.example.bolt",
    ] {
        assert_eq!(named("a/bolt-3.3.jar", manifest), "bolt 3.3", "{manifest}");
    }
}

#[test]
fn artifact_and_version_are_told_apart() {
    for (name, expected) in [
        ("bolt-1.0", "bolt 1.0"),
        ("bolt-core-1.0.RELEASE", "bolt-core 1.0.RELEASE"),
        ("bolt-31.1-jre", "bolt 31.1-jre"),
        ("bolt_2.13-10.2.9", "bolt_2.13 10.2.9"),
        ("org.example.bolt_3.7.0.v2011", "org.example.bolt 3.7.0.v2011"),
        ("bolt-1.0-20210304.050607-8", "bolt 1.0-20210304.050607-8"),
        ("bolt-1.0-linux-x86_64", "bolt 1.0"),
        ("bolt-1.0-tests", "bolt 1.0"),
    ] {
        let found = one(&format!("a/{name}.jar"), &jar(&[]));
        let package = &found.packages[0].package;
        assert_eq!(format!("{} {}", package.name, package.version), expected);
        assert_eq!(package.evidence, EvidenceKind::FileName);
        assert_eq!(nameless(&found).len(), 1);
    }
    assert_eq!(named("a/log4j-1.2-bolt-2.17.jar", "Implementation-Version: 2.17"), "log4j-1.2-bolt 2.17");
}

#[test]
fn a_jar_that_says_nothing_is_a_gap() {
    let found = one("opt/app.jar", &jar(&[("a.class", b"")]));
    assert!(found.packages.is_empty());
    assert_eq!(nameless(&found)[0].subject, "opt/app.jar");
    for name in ["bolt-1.0-sources.jar", "bolt-1.0-javadoc.jar"] {
        let found = one(name, &jar(&[]));
        assert!(found.packages.is_empty() && found.gaps.is_empty(), "{name} holds no code");
    }
    let runtime =
        jar_with_manifest("Implementation-Title: Java Runtime Environment\nImplementation-Version: 1.8.0_292");
    let found = one("usr/lib/jvm/jre/lib/rt.jar", &runtime);
    assert!(nameless(&found).is_empty());
}

#[test]
fn continued_lines_are_put_together() {
    let manifest = "Implementation-Vendor-Id: com\n .exa\n mple\nImplementation-Version: 2\n .0\n\nName: a/\nImplementation-Vendor-Id: org.other";
    assert_eq!(named("a/bolt.jar", manifest), "com.example:bolt 2.0");
    let split =
        b"Bundle-Name: caf\xc3\r\n \xa9\r\nImplementation-Vendor-Id: com.example\r\nImplementation-Version: 1\r\n";
    for bytes in [split.to_vec(), split.iter().copied().filter(|byte| *byte != b'\n').collect()] {
        let found = one("a/bolt.jar", &jar(&[("META-INF/MANIFEST.MF", &bytes)]));
        assert_eq!(lines(&found), ["com.example:bolt 1 a/bolt.jar"]);
    }
}

#[test]
fn an_archive_unpacked_where_it_runs_is_found() {
    let (path, text) = properties("org.example", "harbour", "1.2");
    let path = format!("srv/app/{path}");
    assert_eq!(lines(&one(&path, text.as_bytes())), [format!("org.example:harbour 1.2 {path}")]);
    assert!(one("src/target/maven-archiver/pom.properties", text.as_bytes()).packages.is_empty());
}

#[test]
fn members_of_other_archives_are_not_read() {
    let (path, text) = properties("a", "b", "1");
    let member = [FilePath::from(path.as_str())];
    assert!(!read_in_windows("java", "app/a.egg", &member, text.as_bytes(), 1024).wanted);
    assert!(read_in_windows("java", "app/a.jar", &member, text.as_bytes(), 1024).wanted);
    let way = [FilePath::from("b.zip"), FilePath::from(path.as_str())];
    assert!(!read_in_windows("java", "app/a.jar", &way, text.as_bytes(), 1024).wanted);
}

#[test]
fn only_what_java_opens_is_opened() {
    let want = |path: &str, head: &[u8]| {
        let (path, size) = (path.as_bytes(), head.len() as u64);
        let file = FileMeta { path, inside: &[], kind: EntryKind::File, mode: 0o644, owner: (0, 0), size };
        matches!(inspector("java").want(&file, head), Want::Unpack(_))
    };
    assert!(want("a.jar", b"PK\x03\x04") && want("a.jar", b"#!/bin/sh\n") && want("a.jar", b"MZ"));
    assert!(want("a.rar", b"PK\x03\x04") && !want("a.rar", b"Rar!\x1a\x07") && !want("a.kar", b"MThd"));
    assert!(!want("a.jar", b""));
}

#[test]
fn a_jar_replaced_above_is_upgraded() {
    let (path, text) = properties("a", "b", "1");
    let old = jar(&[(&path, text.as_bytes())]);
    let new = jar(&[(&path, text.replace("version=1", "version=2").as_bytes())]);
    let found = image(&[layer(&[("opt/b.jar", &old)]), layer(&[("opt/b.jar", &new)]), layer(&[("opt/c.txt", b"")])]);
    let states: Vec<_> = found
        .packages
        .iter()
        .map(|found| (found.package.version.as_str(), found.presence, found.version_since))
        .collect();
    assert_eq!(states, [("1", Presence::Shadowed, 0), ("2", Presence::Present, 1)]);
}

#[test]
fn damaged_poms_are_gaps() {
    for bytes in [&b"<project><groupId>a</project>"[..], b"<project><parent>", b"<project><version>1<!--"] {
        let found = one("opt/harbour-1.jar", &jar_with_pom(bytes));
        assert_eq!(found.gaps.iter().filter(|gap| gap.kind == GapKind::FileUnreadable).count(), 1, "{bytes:?}");
        assert_eq!(lines(&found), ["harbour 1 opt/harbour-1.jar"]);
    }
}

#[test]
fn hostile_poms_cost_nothing() {
    let mut entities = "<!DOCTYPE project [<!ENTITY a0 \"x\">".to_owned();
    for at in 1..30 {
        entities += &format!("<!ENTITY a{at} \"&a{};&a{};\">", at - 1, at - 1);
    }
    let bomb = POM.replace("<project", &format!("{entities}]><project")).replace(">7<", ">&a29;<");
    assert_eq!(lines(&one("opt/x-1.jar", &jar_with_pom(bomb.as_bytes()))), ["x 1 opt/x-1.jar"]);
    let deep = format!("<project>{}", "<a>".repeat(1 << 20));
    one("opt/x-1.jar", &jar_with_pom(deep.as_bytes()));
    let long = POM.replace(">7<", &format!(">{}<", "7".repeat(4 << 20)));
    assert_eq!(lines(&one("opt/x-1.jar", &jar_with_pom(long.as_bytes()))), ["x 1 opt/x-1.jar"]);
}

#[test]
fn archives_nested_a_hundred_deep_are_told_apart() {
    let (path, text) = properties("a", "b", "1");
    let mut bytes = jar(&[(&path, text.as_bytes())]);
    for _ in 0..100 {
        bytes = jar(&[("x.jar", &bytes)]);
    }
    let found = one("opt/x.jar", &bytes);
    assert_eq!(found.packages.len(), 1);
    assert_eq!(found.packages[0].sightings[0].location.inside.len(), 100);
}

#[test]
fn damaged_and_arbitrary_members_never_panic() {
    survives_damage("java", "a/META-INF/maven/a/b/pom.properties", properties("a", "b", "1").1.as_bytes());
    for member in ["META-INF/maven/a/b/pom.xml", "META-INF/maven/a/b/pom.properties", "META-INF/MANIFEST.MF"] {
        let way = [FilePath::from(member)];
        for cut in 0..POM.len() {
            let mut bad = POM.as_bytes().to_vec();
            bad[cut] ^= 1 << (cut % 8);
            read_in_windows("java", "a.jar", &way, &bad, 4096);
            read_in_windows("java", "a.jar", &way, &POM.as_bytes()[..cut], 4096);
        }
        plimsoll_fuzzing::check().with_iterations(1_000).for_each(|bytes: &[u8]| {
            read_in_windows("java", "a.jar", &way, bytes, 4096);
        });
    }
}

#[test]
fn any_name_and_manifest_can_be_joined() {
    plimsoll_fuzzing::check().with_iterations(1_000).with_type::<(String, String, String)>().for_each(
        |(name, title, version)| {
            let name = name.replace(['/', '\0'], "-");
            let manifest = format!(
                "Implementation-Title: {title}\nImplementation-Version: {version}\nBundle-SymbolicName: {name}"
            );
            one(&format!("a/{name}.jar"), &jar_with_manifest(&manifest));
        },
    );
}
