//! What a system is made of: shells, base tools, C libraries.

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("busybox")
        .programs(&["busybox"])
        .versions(&["BusyBox v{version}"])
        .cpes(&["busybox:busybox"])
        .tried("Debian's busybox"),
    product("bash")
        .programs(&["bash", "bash-static"])
        .versions(&["@(#)Bash version {numbers}("])
        .cpes(&["gnu:bash"])
        .tried("Debian's bash"),
    product("zsh")
        .programs(&["zsh", "zsh#"])
        .versions(&["/zsh/{version}\0", "/zsh/{version}/", "zsh-{version}"])
        .cpes(&["zsh:zsh"])
        .tried("Debian's zsh"),
    product("tcsh").programs(&["tcsh", "csh"]).versions(&["tcsh {version} (Astron)"]).cpes(&["tcsh:tcsh"]),
    product("fish")
        .programs(&["fish"])
        .versions(&["fish, version {version}", "\0{version}\0fish"])
        .beside(&["FISH_VERSION", "fish"])
        .cpes(&["fishshell:fish"]),
    product("toybox").programs(&["toybox"]).versions(&["toybox {version}"]).cpes(&["landley:toybox"]),
    product("coreutils")
        .beside(&["GNU coreutils", "(coreutils)"])
        .programs(&["coreutils", "ls", "cat", "cp", "sort", "dd", "basename", "dirname", "chroot"])
        .versions(&["(GNU coreutils) {version}", "\0{version}\0write error\0", "\0{version}\0"])
        .cpes(&["gnu:coreutils"])
        .tried("Debian's coreutils"),
    product("findutils")
        .programs(&["find", "xargs"])
        .versions(&["(GNU findutils) {version}", "\0GNU findutils\0{version}\0", "\0{version}\0GNU findutils"])
        .cpes(&["gnu:findutils"])
        .tried("Debian's findutils"),
    product("tar")
        .programs(&["tar", "bsdtar"])
        .versions(&["(GNU tar) {version}", "\0GNU tar\0{version}\0", "%s\0{version}\0%s-%s-%d\n"])
        .beside(&["GNU tar"])
        .cpes(&["gnu:tar"])
        .tried("Debian's tar"),
    product("gzip")
        .programs(&["gzip"])
        .versions(&["changed while zipping\n\0{version}\0", "gzip {version}"])
        .cpes(&["gnu:gzip"])
        .tried("Debian's gzip"),
    product("bzip2")
        .programs(&["bzip2", "libbz2.so#"])
        .versions(&["bzip2.  Version {version},", "Version {version}, 13-Jul", "\0{version}, 13-Jul-2019"])
        .cpes(&["bzip:bzip2", "bzip2:bzip2"])
        .tried("Debian's libbz2-1.0"),
    product("xz")
        .programs(&["xz", "lzmainfo", "xzdec"])
        .versions(&["(XZ Utils) {version}"])
        .cpes(&["tukaani:xz"])
        .tried("Debian's liblzma5, xz-utils"),
    product("zstd")
        .programs(&["zstd", "unzstd"])
        .versions(&["v{version}\0Zstandard CLI", "\0v{version}\0"])
        .beside(&["Zstandard CLI"])
        .cpes(&["facebook:zstandard"])
        .tried("Debian's libzstd1, zstd"),
    product("gawk")
        .programs(&["gawk"])
        .versions(&["GNU Awk {version}", "\0{version}\0GNU Awk"])
        .cpes(&["gnu:gawk"])
        .tried("Debian's gawk"),
    product("sed")
        .programs(&["sed"])
        .versions(&["(GNU sed) {version}", "GNU sed\0{version}\0", "\0{version}\0GNU sed"])
        .cpes(&["gnu:sed"]),
    product("util-linux")
        .programs(&["mount", "lsblk", "libmount.so#", "libblkid.so#"])
        .versions(&["util-linux {version}", "libmount {version}"])
        .cpes(&["kernel:util-linux"])
        .tried("Debian's util-linux"),
    product("systemd")
        .programs(&["systemd", "systemctl", "libsystemd-shared-#.so", "libsystemd.so#", "udevadm"])
        .versions(&["\"name\":\"systemd\",\"version\":\"{number}", "systemd-v{number} (", "systemd {number} ("])
        .cpes(&["systemd_project:systemd", "freedesktop:systemd"])
        .tried("Debian's systemd"),
    product("dbus")
        .programs(&["dbus-daemon", "dbus-daemon-launch-helper", "libdbus-1.so#"])
        .versions(&["libdbus {version}\0", "LIBDBUS_PRIVATE_{version}\0"])
        .cpes(&["freedesktop:dbus"])
        .tried("Debian's dbus, libdbus-1-3"),
    product("sudo")
        .programs(&["sudo", "sudoers.so", "sudo_logsrvd"])
        .versions(&[
            "sudoers {version}\0",
            "Sudo version {version}",
            "Sudo Logsrvd {version}",
            "Sudo Audit Server {version}",
        ])
        .cpes(&["sudo_project:sudo"])
        .tried("Debian's sudo"),
    product("iptables")
        .programs(&["xtables-nft-multi", "xtables-legacy-multi"])
        .versions(&["\0{version} (legacy)\0", "\0{version} (nf_tables)\0"])
        .cpes(&["netfilter:iptables"])
        .tried("Debian's iptables"),
    product("glibc")
        .programs(&["libc.so#", "libc-#.so", "ld-linux-x86-64.so#", "ld-linux-aarch64.so#"])
        .versions(&["stable release version {version}", "GNU C Library{any} release version {version}"])
        .cpes(&["gnu:glibc"])
        .tried("Debian's libc6"),
    product("musl")
        .programs(&["ld-musl-x86_64.so#", "ld-musl-aarch64.so#", "libc.musl-x86_64.so#", "libc.so"])
        .versions(&["\0{version}\0Unsupported relocation", "musl libc (x86_64)\nVersion {version}", "\0{version}\0"])
        .beside(&["musl libc"])
        .cpes(&["musl-libc:musl"])
        .tried("Debian's musl"),
    product("apt")
        .programs(&["apt", "apt-get", "libapt-pkg.so#"])
        .versions(&["\0{version}\0apt "])
        .beside(&["APT::"])
        .cpes(&["debian:advanced_package_tool"]),
    product("dpkg")
        .programs(&["dpkg", "dpkg-deb"])
        .versions(&["\0{version} (amd64)\0", "\0{version} (arm64)\0"])
        .beside(&["Debian package management program", "dpkg-deb"])
        .cpes(&["debian:dpkg"]),
];
