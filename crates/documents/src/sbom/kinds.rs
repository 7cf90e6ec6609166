//! The words by which tools tell what kind of package a component is, where it has no package URL.

use plimsoll_model::PackageKind;

/// The kind that a tool's word means; `None` for words that mean none.
pub(crate) fn kind_of(word: &str) -> Option<PackageKind> {
    use PackageKind as Kind;
    let kind = match word.trim().to_ascii_lowercase().as_str() {
        "deb" | "debian" | "ubuntu" | "echo" => Kind::Deb,
        "apk" | "alpine" | "wolfi" | "chainguard" | "minimos" => Kind::Apk,
        "rpm"
        | "redhat"
        | "centos"
        | "rocky"
        | "alma"
        | "amazon"
        | "oracle"
        | "fedora"
        | "photon"
        | "azurelinux"
        | "cbl-mariner"
        | "suse"
        | "sles"
        | "opensuse"
        | "opensuse-leap"
        | "opensuse-tumbleweed" => Kind::Rpm,
        "alpm" => Kind::Alpm,
        "portage" | "ebuild" => Kind::Ebuild,
        "python" | "pypi" | "pip" | "pipenv" | "poetry" | "uv" | "pylock" | "python-pkg" => Kind::Pypi,
        "npm" | "yarn" | "pnpm" | "bun" | "node-pkg" => Kind::Npm,
        "java-archive" | "jenkins-plugin" | "graalvm-native-image" | "jar" | "pom" | "gradle" | "sbt" | "maven" => {
            Kind::Maven
        }
        "go-module" | "gobinary" | "gomod" | "golang" => Kind::Go,
        "rust-crate" | "cargo" | "rustbinary" => Kind::Cargo,
        "gem" | "bundler" | "gemspec" => Kind::Gem,
        "php-composer" | "composer" | "composer-vendor" => Kind::Composer,
        "php-pear" | "php-pecl" | "pear" => Kind::Pear,
        "dotnet" | "nuget" | "dotnet-core" | "packages-props" => Kind::Nuget,
        "dart-pub" | "pub" => Kind::Pub,
        "hex" => Kind::Hex,
        "erlang-otp" | "otp" => Kind::Otp,
        "swift" => Kind::Swift,
        "pod" | "cocoapods" => Kind::Cocoapods,
        "hackage" => Kind::Hackage,
        "conan" => Kind::Conan,
        "conda" | "conda-pkg" | "conda-environment" => Kind::Conda,
        "r-package" | "cran" => Kind::Cran,
        "julia" => Kind::Julia,
        "opam" => Kind::Opam,
        "lua-rocks" | "luarocks" => Kind::Luarocks,
        "nix" => Kind::Nix,
        "homebrew" | "brew" => Kind::Brew,
        "snap" => Kind::Snap,
        "bitnami" => Kind::Bitnami,
        "github-action" | "github-action-workflow" => Kind::GithubActions,
        "swiplpack" => Kind::Swiplpack,
        "terraform" => Kind::Terraform,
        "wordpress-plugin" => Kind::Wordpress,
        "linux-kernel" | "linux-kernel-module" => Kind::Kernel,
        "vcpkg" => Kind::Vcpkg,
        "binary" => Kind::Generic,
        _ => return None,
    };
    Some(kind)
}

/// What is kept in a repository.
pub(crate) const SOURCE: &str = "source code of other components";

/// Whether a package URL's type says that it is no package: an image, or source code that is kept
/// somewhere.
pub(crate) fn is_no_package(purl_type: &str) -> Option<&'static str> {
    match purl_type {
        "oci" | "docker" => Some("images"),
        "gitlab" | "bitbucket" | "gitea" | "git" => Some(SOURCE),
        _ => None,
    }
}
