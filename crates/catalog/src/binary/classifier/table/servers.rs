//! Servers of the web, of mail, names, files and time, and what stands before them.

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("nginx")
        .programs(&["nginx", "nginx-debug", "angie"])
        .versions(&["nginx version: nginx/{version}", "nginx/{version}"])
        .cpes(&["f5:nginx", "nginx:nginx", "f5:nginx_open_source"])
        .tried("Debian's nginx"),
    product("openresty")
        .programs(&["nginx", "openresty"])
        .versions(&["openresty/{version}"])
        .cpes(&["openresty:openresty"]),
    product("httpd")
        .programs(&["httpd", "apache2", "httpd#", "httpd-worker"])
        .versions(&["Apache/{version} (", "\0Apache/{numbers}\0"])
        .cpes(&["apache:http_server"])
        .tried("Debian's apache2-bin"),
    product("haproxy")
        .programs(&["haproxy"])
        .versions(&[
            " version {version}{any}, released 2",
            "HAProxy version {version}-",
            "HA-Proxy version {version} 2",
        ])
        .beside(&["HAProxy", "haproxy"])
        .cpes(&["haproxy:haproxy"])
        .tried("Debian's haproxy"),
    product("lighttpd")
        .programs(&["lighttpd"])
        .versions(&["lighttpd/{version}"])
        .cpes(&["lighttpd:lighttpd"])
        .tried("Debian's lighttpd"),
    product("varnish")
        .programs(&["varnishd"])
        .versions(&["varnish-{version} revision", "Varnish {version} "])
        .cpes(&["varnish-software:varnish_cache", "varnish_cache_project:varnish_cache"])
        .tried("Debian's varnish"),
    product("squid")
        .programs(&["squid", "squid#"])
        .versions(&["squid/{version}"])
        .cpes(&["squid-cache:squid"])
        .tried("Debian's squid"),
    product("envoy")
        .programs(&["envoy"])
        .versions(&["/{version}/Clean/RELEASE/", "/{version}/Modified/RELEASE/", "/{version}/Distribution/RELEASE/"])
        .cpes(&["envoyproxy:envoy"]),
    product("uwsgi")
        .programs(&["uwsgi", "uwsgi-core"])
        .versions(&["\0{version}-debian\0", "\0{version}\0"])
        .beside(&["*** Starting uWSGI"])
        .cpes(&["unbit:uwsgi"])
        .tried("Debian's uwsgi-core"),
    product("postfix")
        .programs(&["postfix", "master", "postconf", "smtpd", "postlog", "sendmail"])
        .versions(&["mail_version={version}"])
        .cpes(&["postfix:postfix"])
        .tried("Debian's postfix"),
    product("dovecot")
        .programs(&["dovecot"])
        .versions(&["\0{version}\0DOVECOT_VERSION", "Dovecot v{version} "])
        .cpes(&["dovecot:dovecot"])
        .tried("Debian's dovecot-core"),
    product("exim")
        .programs(&["exim", "exim#"])
        .versions(&["\0{version}\0<<eximversion>>"])
        .cpes(&["exim:exim"])
        .tried("Debian's exim4-daemon-light"),
    product("opensmtpd").programs(&["smtpd"]).versions(&["OpenSMTPD {version}"]).cpes(&["openbsd:opensmtpd"]),
    product("proftpd")
        .programs(&["proftpd"])
        .versions(&["ProFTPD Version {version}"])
        .cpes(&["proftpd:proftpd"])
        .tried("Debian's proftpd-core"),
    product("vsftpd")
        .programs(&["vsftpd"])
        .versions(&["vsftpd: version {version}", "(vsFTPd {version})"])
        .cpes(&["vsftpd_project:vsftpd"])
        .tried("Debian's vsftpd"),
    product("samba")
        .programs(&["smbd", "nmbd", "winbindd"])
        .versions(&["SAMBA_{numbers}"])
        .cpes(&["samba:samba"])
        .tried("Debian's samba"),
    product("rsync")
        .programs(&["rsync"])
        .versions(&["\0{version}\0copyright\0", "rsync  version {version}", "\0{version}\0%s  version %s"])
        .beside(&["rsync"])
        .cpes(&["samba:rsync"])
        .tried("Debian's rsync"),
    product("openssh")
        .programs(&["ssh", "sshd", "ssh-keygen", "ssh-add", "ssh-agent", "ssh-keyscan"])
        .versions(&["OpenSSH_{version}\0", "\0OpenSSH_{version} "])
        .cpes(&["openbsd:openssh"])
        .tried("Debian's openssh-client, openssh-server"),
    product("dropbear")
        .programs(&["dropbear", "dropbearmulti", "dbclient"])
        .versions(&["SSH-2.0-dropbear_{version}"])
        .cpes(&["dropbear_ssh_project:dropbear_ssh"])
        .tried("Debian's dropbear-bin"),
    product("bind")
        .programs(&["named"])
        .named(&["libdns-{version}.so", "libns-{version}.so"])
        .versions(&["BIND {version}", "libdns-{version}"])
        .cpes(&["isc:bind"])
        .tried("Debian's bind9"),
    product("unbound")
        .programs(&["unbound"])
        .versions(&["\0unbound {version}\0"])
        .cpes(&["nlnetlabs:unbound"])
        .tried("Debian's unbound"),
    product("nsd")
        .programs(&["nsd"])
        .versions(&["NSD version {version}", "\0NSD {version}"])
        .cpes(&["nlnetlabs:name_server_daemon"])
        .tried("Debian's nsd"),
    product("knot")
        .programs(&["knotd"])
        .versions(&["Knot DNS {version}", "Knot DNS, version {version}"])
        .cpes(&["nic:knot_dns"])
        .tried("Debian's knot"),
    product("dnsmasq")
        .programs(&["dnsmasq"])
        .versions(&["\0dnsmasq-{version}\0"])
        .cpes(&["thekelleys:dnsmasq"])
        .tried("Debian's dnsmasq-base"),
    product("pdns")
        .programs(&["pdnsutil", "zone2json", "zone2sql"])
        .versions(&[" {version}\0Commands:", "pdnsutil \0{version}\0", "zone2json \0{version}\0"])
        .cpes(&["powerdns:authoritative_server"])
        .tried("Debian's pdns-server"),
    product("pdns-recursor")
        .programs(&["rec_control"])
        .versions(&["rec_control version \0{version}\0"])
        .cpes(&["powerdns:recursor"])
        .tried("Debian's pdns-recursor"),
    product("openldap")
        .programs(&["slapd"])
        .versions(&["OpenLDAP: slapd {version}", "OpenLDAP: slapd  ({version}"])
        .cpes(&["openldap:openldap"])
        .tried("Debian's slapd"),
    product("openvpn")
        .programs(&["openvpn"])
        .versions(&["OpenVPN {version} x86_64", "OpenVPN {version} aarch64", "\0show-pkcs11-slots\0{version}\0"])
        .cpes(&["openvpn:openvpn"])
        .tried("Debian's openvpn"),
    product("stunnel")
        .programs(&["stunnel", "stunnel#"])
        .versions(&["stunnel {version}"])
        .cpes(&["stunnel:stunnel"])
        .tried("Debian's stunnel4"),
    product("chrony")
        .beside(&["chronyd", "chrony.conf"])
        .programs(&["chronyd"])
        .versions(&["--version\0{version}\0"])
        .cpes(&["tuxfamily:chrony"])
        .tried("Debian's chrony"),
    product("ntp").programs(&["ntpd"]).versions(&["ntpd {version}@"]).cpes(&["ntp:ntp"]),
    product("coturn")
        .programs(&["turnserver"])
        .versions(&["Coturn-{version}", "coturn-{version}"])
        .cpes(&["coturn_project:coturn"])
        .tried("Debian's coturn"),
    product("tor")
        .programs(&["tor"])
        .versions(&["(on Tor {version} )", "\0tor {version}\0"])
        .cpes(&["torproject:tor"])
        .tried("Debian's tor"),
    product("mosquitto")
        .programs(&["mosquitto"])
        .versions(&["\0{version}\0mosquitto version %s"])
        .cpes(&["eclipse:mosquitto"])
        .tried("Debian's mosquitto"),
    product("rabbitmq")
        .texts(&["ebin/rabbit.app"])
        .versions(&["{vsn,\"{version}\"}", "{vsn, \"{version}\"}"])
        .cpes(&["vmware:rabbitmq", "pivotal_software:rabbitmq"])
        .tried("Debian's rabbitmq-server"),
    product("ejabberd")
        .texts(&["ebin/ejabberd.app"])
        .versions(&["{vsn,\"{version}\"}", "{vsn, \"{version}\"}"])
        .cpes(&["process-one:ejabberd"]),
    product("emqx")
        .texts(&["emqx/ebin/emqx.app", "*/ebin/emqx.app"])
        .versions(&["{vsn,\"{version}\"}", "{vsn, \"{version}\"}"])
        .cpes(&["emqx:emqx"]),
    product("krb5")
        .programs(&["libkrb5.so#"])
        .versions(&["KRB5_BRAND: krb5-{version}-"])
        .cpes(&["mit:kerberos_5"])
        .tried("Debian's libkrb5-3"),
    product("net-snmp")
        .programs(&["snmpd", "libnetsnmp.so#"])
        .versions(&["NET-SNMP version: {version}", "\0NET-SNMP version {version}"])
        .cpes(&["net-snmp:net-snmp"]),
    product("hostapd")
        .programs(&["hostapd", "hostapd_cli"])
        .versions(&["hostapd_cli v{version}\n", "hostapd v{version}\n"])
        .cpes(&["w1.fi:hostapd"])
        .tried("Debian's hostapd"),
    product("keepalived")
        .programs(&["keepalived"])
        .versions(&["Keepalived v{version}"])
        .cpes(&["keepalived:keepalived"])
        .tried("Debian's keepalived"),
    product("icecast").programs(&["icecast", "icecast#"]).versions(&["Icecast {version}\0"]).cpes(&["xiph:icecast"]),
    product("isc-dhcp")
        .beside(&["Internet Systems Consortium DHCP Server"])
        .programs(&["dhcpd", "dhclient"])
        .versions(&["\0{numbers}-P", "\0isc-dhcpd-{version}"])
        .cpes(&["isc:dhcp"])
        .tried("Debian's isc-dhcp-server"),
];
