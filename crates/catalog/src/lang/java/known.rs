//! Maven groups of well-known artifacts that are built without `pom.properties`.
//!
//! Gradle, Ant and sbt leave no coordinates in what they build. These artifacts are found in many
//! images, have had advisories, and their names are nobody else's.

/// A group and its artifacts; an artifact that ends with `*` stands for all that begin so.
struct Known {
    /// Empty where the group is called like the artifact.
    group: &'static str,
    /// Major versions, the first and the one after the last.
    majors: (u32, u32),
    artifacts: &'static [&'static str],
}

const ANY: (u32, u32) = (0, u32::MAX);

const fn known(group: &'static str, majors: (u32, u32), artifacts: &'static [&'static str]) -> Known {
    Known { group, majors, artifacts }
}

/// The group of an artifact of this version.
pub(super) fn group_of<'a>(artifact: &'a str, version: &str) -> Option<&'a str> {
    let digits = version.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let major = digits.parse().unwrap_or(0);
    let is = |name: &str| match name.strip_suffix('*') {
        Some(prefix) => artifact.starts_with(prefix),
        None => artifact == name,
    };
    let fits =
        |known: &&Known| (known.majors.0..known.majors.1).contains(&major) && known.artifacts.iter().copied().any(is);
    KNOWN.iter().find(fits).map(|known| if known.group.is_empty() { artifact } else { known.group })
}

const GROOVY: &[&str] = &[
    "groovy",
    "groovy-all",
    "groovy-ant",
    "groovy-cli-picocli",
    "groovy-console",
    "groovy-datetime",
    "groovy-dateutil",
    "groovy-json",
    "groovy-jsr223",
    "groovy-sql",
    "groovy-templates",
    "groovy-xml",
    "groovy-yaml",
];

const HIBERNATE: &[&str] =
    &["hibernate-core", "hibernate-c3p0", "hibernate-ehcache", "hibernate-envers", "hibernate-jcache"];

static KNOWN: &[Known] = &[
    known(
        "org.springframework",
        ANY,
        &[
            "spring-aop",
            "spring-aspects",
            "spring-beans",
            "spring-context",
            "spring-context-indexer",
            "spring-context-support",
            "spring-core",
            "spring-expression",
            "spring-instrument",
            "spring-jcl",
            "spring-jdbc",
            "spring-jms",
            "spring-messaging",
            "spring-orm",
            "spring-oxm",
            "spring-r2dbc",
            "spring-test",
            "spring-tx",
            "spring-web",
            "spring-webflux",
            "spring-webmvc",
            "spring-webmvc-portlet",
            "spring-websocket",
        ],
    ),
    known(
        "org.springframework.boot",
        ANY,
        &[
            "spring-boot",
            "spring-boot-actuator",
            "spring-boot-actuator-autoconfigure",
            "spring-boot-autoconfigure",
            "spring-boot-configuration-processor",
            "spring-boot-devtools",
            "spring-boot-jarmode-layertools",
            "spring-boot-jarmode-tools",
            "spring-boot-loader",
            "spring-boot-loader-classic",
            "spring-boot-loader-tools",
            "spring-boot-properties-migrator",
            "spring-boot-starter",
            "spring-boot-starter-activemq",
            "spring-boot-starter-actuator",
            "spring-boot-starter-amqp",
            "spring-boot-starter-aop",
            "spring-boot-starter-artemis",
            "spring-boot-starter-batch",
            "spring-boot-starter-cache",
            "spring-boot-starter-data-cassandra",
            "spring-boot-starter-data-elasticsearch",
            "spring-boot-starter-data-jdbc",
            "spring-boot-starter-data-jpa",
            "spring-boot-starter-data-ldap",
            "spring-boot-starter-data-mongodb",
            "spring-boot-starter-data-mongodb-reactive",
            "spring-boot-starter-data-neo4j",
            "spring-boot-starter-data-r2dbc",
            "spring-boot-starter-data-redis",
            "spring-boot-starter-data-redis-reactive",
            "spring-boot-starter-data-rest",
            "spring-boot-starter-freemarker",
            "spring-boot-starter-graphql",
            "spring-boot-starter-hateoas",
            "spring-boot-starter-integration",
            "spring-boot-starter-jdbc",
            "spring-boot-starter-jersey",
            "spring-boot-starter-jetty",
            "spring-boot-starter-jooq",
            "spring-boot-starter-json",
            "spring-boot-starter-log4j2",
            "spring-boot-starter-logging",
            "spring-boot-starter-mail",
            "spring-boot-starter-mustache",
            "spring-boot-starter-oauth2-client",
            "spring-boot-starter-oauth2-resource-server",
            "spring-boot-starter-quartz",
            "spring-boot-starter-reactor-netty",
            "spring-boot-starter-rsocket",
            "spring-boot-starter-security",
            "spring-boot-starter-thymeleaf",
            "spring-boot-starter-tomcat",
            "spring-boot-starter-undertow",
            "spring-boot-starter-validation",
            "spring-boot-starter-web",
            "spring-boot-starter-web-services",
            "spring-boot-starter-webflux",
            "spring-boot-starter-websocket",
            "spring-boot-test",
            "spring-boot-test-autoconfigure",
        ],
    ),
    known(
        "org.springframework.security",
        ANY,
        &[
            "spring-security-acl",
            "spring-security-aspects",
            "spring-security-cas",
            "spring-security-config",
            "spring-security-core",
            "spring-security-crypto",
            "spring-security-data",
            "spring-security-ldap",
            "spring-security-messaging",
            "spring-security-oauth2-client",
            "spring-security-oauth2-core",
            "spring-security-oauth2-jose",
            "spring-security-oauth2-resource-server",
            "spring-security-openid",
            "spring-security-remoting",
            "spring-security-rsocket",
            "spring-security-saml2-service-provider",
            "spring-security-taglibs",
            "spring-security-test",
            "spring-security-web",
        ],
    ),
    known("org.springframework.amqp", ANY, &["spring-amqp", "spring-rabbit"]),
    known("org.springframework.batch", ANY, &["spring-batch-core", "spring-batch-infrastructure"]),
    known("org.springframework.graphql", ANY, &["spring-graphql"]),
    known("org.springframework.integration", ANY, &["spring-integration-core"]),
    known("org.springframework.kafka", ANY, &["spring-kafka"]),
    known("org.springframework.ldap", ANY, &["spring-ldap-core"]),
    known(
        "org.springframework.session",
        ANY,
        &["spring-session-core", "spring-session-data-redis", "spring-session-jdbc"],
    ),
    known("org.apache.tomcat.embed", ANY, &["tomcat-embed-*"]),
    known(
        "org.apache.tomcat",
        ANY,
        &[
            "tomcat-annotations-api",
            "tomcat-api",
            "tomcat-catalina",
            "tomcat-catalina-ant",
            "tomcat-catalina-ha",
            "tomcat-coyote",
            "tomcat-dbcp",
            "tomcat-el-api",
            "tomcat-jasper",
            "tomcat-jasper-el",
            "tomcat-jaspic-api",
            "tomcat-jdbc",
            "tomcat-jni",
            "tomcat-jsp-api",
            "tomcat-juli",
            "tomcat-servlet-api",
            "tomcat-ssi",
            "tomcat-storeconfig",
            "tomcat-tribes",
            "tomcat-util",
            "tomcat-util-scan",
            "tomcat-websocket",
            "tomcat-websocket-api",
        ],
    ),
    known(
        "org.bouncycastle",
        ANY,
        &["bcmail-jdk*", "bcpg-jdk*", "bcpkix-jdk*", "bcprov-*", "bctls-jdk*", "bcutil-jdk*"],
    ),
    known(
        "io.grpc",
        ANY,
        &[
            "grpc-alts",
            "grpc-api",
            "grpc-auth",
            "grpc-census",
            "grpc-context",
            "grpc-core",
            "grpc-googleapis",
            "grpc-grpclb",
            "grpc-inprocess",
            "grpc-netty",
            "grpc-netty-shaded",
            "grpc-okhttp",
            "grpc-protobuf",
            "grpc-protobuf-lite",
            "grpc-services",
            "grpc-stub",
            "grpc-util",
            "grpc-xds",
        ],
    ),
    known(
        "org.apache.kafka",
        ANY,
        &[
            "kafka_2.*",
            "kafka-clients",
            "kafka-metadata",
            "kafka-raft",
            "kafka-server-common",
            "kafka-storage",
            "kafka-streams",
            "connect-api",
            "connect-json",
            "connect-mirror",
            "connect-runtime",
            "connect-transforms",
        ],
    ),
    known("org.apache.lucene", ANY, &["lucene-*"]),
    known("org.apache.ant", ANY, &["ant", "ant-launcher"]),
    known("org.apache.poi", ANY, &["poi", "poi-ooxml", "poi-ooxml-lite", "poi-ooxml-schemas", "poi-scratchpad"]),
    known("org.apache.velocity", (0, 3), &["velocity", "velocity-tools"]),
    known("com.squareup.okhttp", (0, 3), &["okhttp"]),
    known("com.squareup.okhttp3", (3, u32::MAX), &["okhttp"]),
    known("com.squareup.okio", ANY, &["okio", "okio-jvm"]),
    known(
        "org.jetbrains.kotlin",
        ANY,
        &["kotlin-reflect", "kotlin-stdlib", "kotlin-stdlib-common", "kotlin-stdlib-jdk7", "kotlin-stdlib-jdk8"],
    ),
    known("io.projectreactor", ANY, &["reactor-core"]),
    known("io.projectreactor.netty", (1, u32::MAX), &["reactor-netty", "reactor-netty-core", "reactor-netty-http"]),
    known("io.projectreactor.netty", (0, 1), &["reactor-netty"]),
    known("org.codehaus.groovy", (0, 4), GROOVY),
    known("org.apache.groovy", (4, u32::MAX), GROOVY),
    known("org.hibernate", (0, 6), HIBERNATE),
    known("org.hibernate.orm", (6, u32::MAX), HIBERNATE),
    known(
        "org.mongodb",
        ANY,
        &[
            "bson",
            "mongo-java-driver",
            "mongodb-driver",
            "mongodb-driver-core",
            "mongodb-driver-legacy",
            "mongodb-driver-sync",
        ],
    ),
    known("mysql", ANY, &["mysql-connector-java"]),
    known("com.mysql", ANY, &["mysql-connector-j"]),
    known("org.postgresql", (42, u32::MAX), &["postgresql"]),
    known("com.h2database", ANY, &["h2"]),
    known("org.hsqldb", (2, u32::MAX), &["hsqldb"]),
    known("org.ehcache", (3, u32::MAX), &["ehcache"]),
    known("com.graphql-java", ANY, &["graphql-java"]),
    known("org.ow2.asm", (4, u32::MAX), &["asm", "asm-analysis", "asm-commons", "asm-tree", "asm-util"]),
    known("org.codehaus.jackson", (1, 2), &["jackson-core-asl", "jackson-jaxrs", "jackson-mapper-asl", "jackson-xc"]),
    known("org.dom4j", (2, u32::MAX), &["dom4j"]),
    known("javax.mail", (1, 2), &["mail"]),
    known("xalan", (2, 3), &["xalan", "serializer"]),
    known("xerces", (2, 3), &["xercesImpl"]),
    known("com.google.api", ANY, &["api-common", "gax", "gax-grpc", "gax-httpjson"]),
    known("com.google.code.findbugs", (1, 4), &["jsr305"]),
    known("com.ibm.icu", ANY, &["icu4j"]),
    known("io.opencensus", ANY, &["opencensus-api", "opencensus-contrib-grpc-metrics", "opencensus-contrib-http-util"]),
    known("io.perfmark", ANY, &["perfmark-api"]),
    known("javax.annotation", (1, 2), &["jsr250-api"]),
    known("net.java.dev.jna", (3, u32::MAX), &["jna", "jna-platform"]),
    known("org.aspectj", ANY, &["aspectjrt", "aspectjtools", "aspectjweaver"]),
    known("org.checkerframework", ANY, &["checker-compat-qual", "checker-qual"]),
    known("org.eclipse.sisu", ANY, &["org.eclipse.sisu.inject", "org.eclipse.sisu.plexus"]),
    known("org.hibernate.common", (4, u32::MAX), &["hibernate-commons-annotations"]),
    known(
        "org.jetbrains.kotlinx",
        ANY,
        &["kotlinx-coroutines-core", "kotlinx-coroutines-core-jvm", "kotlinx-coroutines-jdk8"],
    ),
    known("org.lz4", ANY, &["lz4-java"]),
    known("org.mozilla", ANY, &["rhino"]),
    known("", (0, 2), &["classworlds", "dom4j", "log4j", "wsdl4j", "xml-resolver", "xmlpull"]),
    known("antlr", (2, 3), &["antlr"]),
    known("asm", (0, 4), &["asm", "asm-analysis", "asm-attrs", "asm-commons", "asm-tree", "asm-util"]),
    known(
        "",
        (0, 4),
        &[
            "commons-beanutils",
            "commons-chain",
            "commons-cli",
            "commons-codec",
            "commons-collections",
            "commons-configuration",
            "commons-dbcp",
            "commons-digester",
            "commons-discovery",
            "commons-el",
            "commons-fileupload",
            "commons-httpclient",
            "commons-io",
            "commons-jxpath",
            "commons-lang",
            "commons-logging",
            "commons-net",
            "commons-pool",
            "commons-validator",
            "javax.inject",
            "oro",
            "xml-apis",
        ],
    ),
    known("", (0, 5), &["junit"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_changed_are_told_by_the_version() {
        assert_eq!(group_of("groovy", "3.0.9"), Some("org.codehaus.groovy"));
        assert_eq!(group_of("groovy", "4.0.15"), Some("org.apache.groovy"));
        assert_eq!(group_of("hibernate-core", "5.6.9.Final"), Some("org.hibernate"));
        assert_eq!(group_of("hibernate-core", "6.2.0.Final"), Some("org.hibernate.orm"));
        assert_eq!(group_of("dom4j", "2.1.3"), Some("org.dom4j"));
        assert_eq!(group_of("log4j", "2.0"), None);
    }

    #[test]
    fn a_family_is_known_by_its_beginning() {
        assert_eq!(group_of("lucene-core", "9.8.0"), Some("org.apache.lucene"));
        assert_eq!(group_of("bcprov-jdk18on", "1.77"), Some("org.bouncycastle"));
        assert_eq!(group_of("spring-core-extras", "1"), None);
    }

    #[test]
    fn no_artifact_stands_twice_for_one_version() {
        for (at, known) in KNOWN.iter().enumerate() {
            for other in &KNOWN[at + 1..] {
                let apart = known.majors.1 <= other.majors.0 || other.majors.1 <= known.majors.0;
                assert!(apart || known.artifacts.iter().all(|name| !other.artifacts.contains(name)), "{}", other.group);
            }
        }
    }
}
