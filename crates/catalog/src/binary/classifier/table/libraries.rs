//! Libraries that are built from source more often than others.

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("openssl")
        .programs(&["openssl", "libcrypto.so#", "legacy.so"])
        .versions(&["\0OpenSSL {version} ", "OpenSSL {version} ", "OpenSSL Legacy Provider\0buildinfo\0{version}\0"])
        .cpes(&["openssl:openssl"])
        .tried("Debian's libssl3, openssl"),
    product("libressl")
        .programs(&["openssl", "libcrypto.so#"])
        .versions(&["LibreSSL {version}"])
        .cpes(&["openbsd:libressl"]),
    product("gnutls")
        .programs(&["libgnutls.so#", "certtool"])
        .versions(&["GnuTLS {version}", "\0{version}\0GNUTLS_"])
        .cpes(&["gnu:gnutls"])
        .tried("Debian's libgnutls30"),
    product("wolfssl")
        .programs(&["libwolfssl.so#"])
        .versions(&["wolfSSL {version}", "wolfSSL version: {version}"])
        .cpes(&["wolfssl:wolfssl"])
        .tried("Debian's libwolfssl35"),
    product("mbedtls")
        .programs(&["libmbedcrypto.so#", "libmbedtls.so#"])
        .versions(&["mbed TLS {version}", "Mbed TLS {version}"])
        .cpes(&["arm:mbed_tls"])
        .tried("Debian's libmbedcrypto7"),
    product("libgcrypt")
        .programs(&["libgcrypt.so#"])
        .versions(&["This is Libgcrypt {version}"])
        .cpes(&["gnupg:libgcrypt"])
        .tried("Debian's libgcrypt20"),
    product("libssh")
        .programs(&["libssh.so#"])
        .versions(&["libssh_{version}", "libssh-{version}"])
        .cpes(&["libssh:libssh"])
        .tried("Debian's libssh-4"),
    product("libssh2")
        .programs(&["libssh2.so#"])
        .versions(&["SSH-2.0-libssh2_{version}"])
        .cpes(&["libssh2:libssh2"])
        .tried("Debian's libssh2-1"),
    product("nghttp2")
        .programs(&["libnghttp2.so#", "nghttp", "nghttpd", "nghttpx"])
        .versions(&["nghttp2/{version}"])
        .cpes(&["nghttp2:nghttp2"]),
    product("zlib")
        .programs(&["libz.so#"])
        .versions(&[" deflate {version} Copyright", " inflate {version} Copyright"])
        .cpes(&["zlib:zlib"])
        .tried("Debian's zlib1g"),
    product("zlib-ng")
        .programs(&["libz-ng.so#", "libz.so#"])
        .versions(&["zlib-ng {version}", "{version}.zlib-ng"])
        .cpes(&["zlib-ng:zlib-ng"]),
    product("expat")
        .programs(&["libexpat.so#", "libexpatw.so#"])
        .versions(&["expat_{version}"])
        .cpes(&["libexpat_project:libexpat"])
        .tried("Debian's libexpat1"),
    product("libxml2").named(&["libxml2.so.{version}"]).cpes(&["xmlsoft:libxml2"]).tried("Debian's libxml2"),
    product("libpng")
        .programs(&["libpng#.so#", "libpng.so#"])
        .versions(&["libpng version {version}"])
        .cpes(&["libpng:libpng"])
        .tried("Debian's libpng16-16"),
    product("libjpeg-turbo")
        .programs(&["libjpeg.so#", "libturbojpeg.so#"])
        .versions(&["libjpeg-turbo version {version}"])
        .cpes(&["libjpeg-turbo:libjpeg-turbo"])
        .tried("Debian's libjpeg62-turbo"),
    product("libtiff")
        .programs(&["libtiff.so#"])
        .versions(&["LIBTIFF, Version {version}"])
        .cpes(&["libtiff:libtiff"])
        .tried("Debian's libtiff6"),
    product("libarchive")
        .programs(&["libarchive.so#", "bsdtar", "bsdcpio"])
        .versions(&["libarchive {version}"])
        .cpes(&["libarchive:libarchive"])
        .tried("Debian's libarchive13"),
    product("lz4").named(&["liblz4.so.{version}"]).cpes(&["lz4_project:lz4"]).tried("Debian's liblz4-1"),
    product("pcre")
        .programs(&["libpcre.so#"])
        .versions(&[
            "{numbers} 2005-",
            "{numbers} 2016-06-14",
            "{numbers} 2017-07-05",
            "{numbers} 2018-03-20",
            "{numbers} 2019-02-23",
            "{numbers} 2020-02-12",
            "{numbers} 2021-06-15",
        ])
        .cpes(&["pcre:pcre"])
        .tried("Debian's libpcre3"),
    product("pcre2")
        .programs(&["libpcre2-8.so#"])
        .versions(&["\0{numbers} 20"])
        .cpes(&["pcre:pcre2"])
        .tried("Debian's libpcre2-8-0"),
    product("icu")
        .named(&["libicuuc.so.{version}", "libicudata.so.{version}"])
        .cpes(&["icu-project:international_components_for_unicode"])
        .tried("Debian's libicu72"),
    product("harfbuzz")
        .beside(&["HB_OPTIONS"])
        .programs(&["libharfbuzz.so#"])
        .versions(&["\0invalid\0{version}\0", "\0{version}\0"])
        .cpes(&["harfbuzz_project:harfbuzz"])
        .tried("Debian's libharfbuzz0b"),
    product("ncurses")
        .named(&["libncurses.so.{version}", "libncursesw.so.{version}", "libtinfo.so.{version}"])
        .cpes(&["gnu:ncurses"])
        .tried("Debian's libncurses6"),
    product("libvips")
        .programs(&["libvips.so#"])
        .versions(&["\0{version}\0libvips %s"])
        .cpes(&["libvips:libvips"])
        .tried("Debian's libvips42"),
    product("sasl")
        .programs(&["libsasl2.so#"])
        .versions(&["Cyrus SASL\0{version}\0"])
        .cpes(&["cyrusimap:cyrus-sasl"])
        .tried("Debian's libsasl2-2"),
    product("libcups")
        .programs(&["libcups.so#", "cupsd"])
        .versions(&["CUPS/{version}", "CUPS v{version}"])
        .cpes(&["openprinting:cups", "apple:cups"])
        .tried("Debian's libcups2"),
    product("libevent")
        .programs(&["libevent-#.so#", "libevent_core-#.so#"])
        .versions(&["\0{numbers}-stable\0"])
        .cpes(&["libevent_project:libevent"])
        .tried("Debian's libevent-2.1-7"),
    product("c-ares")
        .beside(&["ares_", "c-ares"])
        .programs(&["libcares.so#"])
        .versions(&["function\0{version}\0", "\0{version}\0"])
        .cpes(&["c-ares:c-ares"])
        .tried("Debian's libc-ares2"),
    product("x264").programs(&["libx264.so#"]).versions(&["x264 - core {number} "]).cpes(&["videolan:x264"]),
    product("dav1d")
        .programs(&["libdav1d.so#"])
        .versions(&["{version}\0c != NULL\0"])
        .beside(&["dav1d"])
        .cpes(&["videolan:dav1d"])
        .tried("Debian's libdav1d6"),
    product("libvpx")
        .programs(&["libvpx.so#"])
        .versions(&["WebM Project VP8 Encoder v{version}", "VP8 Decoder v{version}"])
        .cpes(&["webmproject:libvpx"])
        .tried("Debian's libvpx7"),
    product("libaom")
        .programs(&["libaom.so#"])
        .versions(&["AOMedia Project AV1 Encoder {version}", "AV1 Decoder v{version}"])
        .cpes(&["aomedia:aomedia"])
        .tried("Debian's libaom3"),
    product("libsndfile")
        .programs(&["libsndfile.so#"])
        .versions(&["libsndfile-{version}"])
        .cpes(&["libsndfile_project:libsndfile"])
        .tried("Debian's libsndfile1"),
    product("opus")
        .programs(&["libopus.so#"])
        .versions(&["libopus {version}"])
        .cpes(&["opus-codec:opus"])
        .tried("Debian's libopus0"),
    product("flac")
        .programs(&["libFLAC.so#", "flac"])
        .versions(&["reference libFLAC {version} ", "FLAC {version}"])
        .cpes(&["flac_project:flac"])
        .tried("Debian's libflac12"),
    product("libvorbis")
        .programs(&["libvorbis.so#"])
        .versions(&["Xiph.Org libVorbis {version}", "libVorbis {version}"])
        .cpes(&["xiph.org:libvorbis"])
        .tried("Debian's libvorbis0a"),
    product("zstd").named(&["libzstd.so.{version}"]).cpes(&["facebook:zstandard"]).tried("Debian's libzstd1, zstd"),
    product("xz").named(&["liblzma.so.{version}"]).cpes(&["tukaani:xz"]).tried("Debian's liblzma5, xz-utils"),
];
