//! Packages of programming languages.
//!
//! Installed evidence and lock files are rows of their own: what a lock file names is declared,
//! not installed.

pub mod cargo_lock;
pub mod cocoapods_lock;
pub mod conan;
pub mod conan_lock;
pub mod conda;
pub mod conda_env;
pub mod dart;
pub mod dart_lock;
pub mod deno_lock;
pub mod dotnet;
pub mod dotnet_lock;
pub mod dotnet_project;
pub mod elixir_lock;
pub mod erlang_lock;
pub mod gguf;
pub mod github_actions;
pub mod go_mod;
pub mod gradle_lock;
pub mod haskell;
pub mod haskell_lock;
pub mod hex;
pub mod java;
pub mod julia;
pub mod julia_lock;
pub mod libman;
pub mod lua;
pub mod maven_pom;
pub mod node;
pub mod node_lock;
pub mod ocaml;
pub mod ocaml_lock;
pub mod onnx;
pub mod otp;
pub mod pear;
pub mod perl;
pub mod perl_lock;
pub mod php;
pub mod php_lock;
pub mod prolog;
pub mod python;
pub mod python_lock;
pub mod r;
pub mod r_lock;
pub mod ruby;
pub mod ruby_lock;
pub mod safetensors;
pub mod sbt_lock;
pub mod swift_lock;
pub mod terraform;
pub mod terraform_lock;
pub mod vcpkg;
pub mod vscode;
pub mod wordpress;

use std::borrow::Cow;

use plimsoll_model::Position;

/// Bytes of one metadata or lock file that are read at most.
pub(crate) const MAX_FILE_BYTES: usize = 16 << 20;

/// Packages of one file that are read at most, where they are gathered before they are listed.
pub(crate) const MAX_PACKAGES: usize = 200_000;

/// The longest name or version that is believed.
const MAX_FIELD_BYTES: usize = 512;

/// A name, version or licence as written, if it can be one: one line, not empty, not overlong.
pub(crate) fn field(text: &str) -> Option<&str> {
    let text = text.trim();
    let sound = !text.is_empty() && text.len() <= MAX_FIELD_BYTES && !text.contains(char::is_control);
    sound.then_some(text)
}

/// Text of unknown encoding: UTF-8, or what a byte order mark says; wrong bytes become `U+FFFD`.
pub(crate) fn decode_text(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| join([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// The lines of a text, without what is blank at their ends, each with its place.
pub(crate) fn numbered_lines(text: &str) -> impl Iterator<Item = (Position, &str)> {
    (1..).map(Position::Line).zip(text.lines().map(str::trim_end))
}

/// Whether a path lies where other projects' sources are kept: lock files there were written for
/// those projects' own development and say nothing of this image.
pub(crate) fn is_in_dependency_folder(path: &[u8]) -> bool {
    let parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    let folders = &parts[..parts.len().saturating_sub(1)];
    let single: [&[u8]; 4] = [b"node_modules", b"site-packages", b"dist-packages", b"vendor"];
    let module_cache: [&[u8]; 3] = [b"go", b"pkg", b"mod"];
    let pairs = [
        [&b".cargo"[..], b"registry"],
        [b".cargo", b"git"],
        [b"cargo", b"registry"],
        [b"cargo", b"git"],
        [b".pub-cache", b"hosted"],
        [b".pub-cache", b"git"],
        [b".build", b"checkouts"],
        [b"SourcePackages", b"checkouts"],
        [b".julia", b"packages"],
        [b".terraform", b"modules"],
    ];
    folders.iter().any(|folder| single.contains(folder))
        || folders.windows(3).any(|window| window == module_cache)
        || folders.windows(2).any(|window| pairs.iter().any(|pair| window == pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_dependencies_are_known() {
        for path in [
            "app/node_modules/a/yarn.lock",
            "usr/lib/python3/site-packages/a/requirements.txt",
            "app/vendor/a/composer.lock",
            "root/go/pkg/mod/a@v1/go.mod",
            "root/.cargo/registry/src/a/Cargo.lock",
            "usr/local/cargo/registry/src/a/Cargo.lock",
            "root/.pub-cache/hosted/pub.dev/a-1.0.0/pubspec.lock",
            "app/.build/checkouts/a/Package.resolved",
            "root/.julia/packages/A/0a1b2/Manifest.toml",
            "app/.terraform/modules/a/.terraform.lock.hcl",
        ] {
            assert!(is_in_dependency_folder(path.as_bytes()), "{path}");
        }
        for path in ["app/yarn.lock", "vendor", "srv/go/pkg/go.mod", "node_modules.bak/yarn.lock"] {
            assert!(!is_in_dependency_folder(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn byte_order_marks_tell_the_encoding() {
        assert_eq!(decode_text(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(decode_text(b"\xfe\xff\0a\0b"), "ab");
        assert_eq!(decode_text(b"\xef\xbb\xbfab"), "ab");
        assert_eq!(decode_text(b"caf\xe9"), "caf\u{fffd}");
    }
}
