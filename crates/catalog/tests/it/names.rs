//! Names and versions of every ecosystem in the form in which advisories and package URLs have them.

use crate::golden;
use crate::reading::read_in_windows;

/// The package URLs of what a row's golden files hold.
fn purls(id: &str) -> Vec<String> {
    let files = golden::files(id).into_iter();
    let packages = files.flat_map(|(path, inside, bytes)| read_in_windows(id, &path, &inside, &bytes, 4096).packages);
    packages.map(|package| package.purl(None, None)).collect()
}

#[test]
fn packages_have_the_names_that_advisories_have() {
    for (id, purl) in [
        ("dart-lock", "pkg:pub/http@0.13.2"),
        ("elixir-lock", "pkg:hex/phoenix_html@2.13.3"),
        ("erlang-lock", "pkg:hex/hackney@1.15.2"),
        ("otp", "pkg:hex/greeter@0.1.0"),
        ("otp", "pkg:otp/crypto@5.1.2"),
        ("swift-lock", "pkg:swift/github.com/apple/swift-nio@2.40.0"),
        ("swift-lock", "pkg:swift/github.com/vapor/vapor@4.60.1"),
        ("cocoapods-lock", "pkg:cocoapods/AFNetworking@3.2.1"),
        ("conan", "pkg:conan/libcurl@7.64.1"),
        ("conan-lock", "pkg:conan/zlib@1.2.11"),
        ("r", "pkg:bioconductor/genes@1.2-3"),
        ("r-lock", "pkg:cran/commonmark@1.7"),
        ("julia", "pkg:julia/OpenSSL_jll@1.1.13%2B0"),
        ("julia-lock", "pkg:julia/HTTP@1.7.4"),
        ("haskell", "pkg:hackage/greeter@0.3.1.0"),
        ("haskell-lock", "pkg:hackage/xml-conduit@1.9.1.1"),
        ("ocaml-lock", "pkg:opam/world@v2.1~beta"),
        ("github-actions", "pkg:github/tj-actions/changed-files@v45.0.5"),
        ("github-actions", "pkg:github/github/codeql-action@v2"),
        ("vscode", "pkg:vscode-extension/redhat/java@1.5.0"),
        ("lua", "pkg:luarocks/greeter@1.2-3"),
        ("perl", "pkg:cpan/Text-Greeter@1.02"),
        ("perl-lock", "pkg:cpan/Mojolicious@9.26"),
        ("wordpress", "pkg:wordpress-plugin/contact-form-7@5.3.1"),
        ("wordpress", "pkg:wordpress-theme/twentytwenty@1.8"),
        ("terraform-lock", "pkg:terraform/registry.terraform.io/hashicorp/aws@4.67.0"),
        ("deno-lock", "pkg:jsr/%40std/assert@1.0.2"),
        ("deno-lock", "pkg:npm/%40babel/helper@7.1.0"),
        ("prolog", "pkg:swiplpack/greeter@0.4.2"),
        ("vcpkg", "pkg:vcpkg/curl@7.74.0%232?arch=x64-linux"),
    ] {
        assert!(purls(id).contains(&purl.to_owned()), "{purl} is not among {:?}", purls(id));
    }
}
