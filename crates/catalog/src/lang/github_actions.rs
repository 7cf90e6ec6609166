//! GitHub Actions that workflows use: `uses: actions/checkout@v4`.
//!
//! One that is pinned to a commit is commonly followed by the version that the commit has:
//! `uses: actions/checkout@0f1e… # v4.1.1`.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use plimsoll_model::path::{name_of, parent_of};

use super::decode_text;
use crate::listing::{Listing, want_lock};
use crate::yaml_lines::yaml_lines;

/// Reads the workflows of GitHub Actions, and composite actions.
pub struct GithubActions;

impl Inspect for GithubActions {
    fn id(&self) -> &'static str {
        "github-actions"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".yml"), Pattern::Suffix(".yaml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let folder = parent_of(file.path);
        let of_github = |folder: &[u8]| name_of(folder) == b".github";
        let workflow = name_of(folder) == b"workflows" && of_github(parent_of(folder));
        let actions = parent_of(folder);
        let action = matches!(file.name(), b"action.yml" | b"action.yaml")
            && name_of(actions) == b"actions"
            && of_github(parent_of(actions));
        if workflow || action { want_lock(file) } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::GithubActions, out);
        for line in yaml_lines(&text).filter(|line| line.key == "uses") {
            let (reference, comment) = line.value.split_once(" #").unwrap_or((line.value, ""));
            let reference = reference.trim().trim_matches(['"', '\'']);
            // Folders of the project, and images.
            let Some((name, version)) = reference.split_once('@').filter(|(name, _)| is_repository(name)) else {
                continue;
            };
            let written = comment.split_whitespace().next().filter(|word| is_commit(version) && is_version(word));
            listing.described(repository_of(name), written.unwrap_or(version), |package| {
                package.direct = Some(true);
                package.position = Some(line.position);
            });
        }
        listing.finish()
    }
}

/// An action may lie in a folder of its repository: `github/codeql-action/init`.
fn repository_of(name: &str) -> &str {
    name.match_indices('/').nth(1).map_or(name, |(at, _)| &name[..at])
}

fn is_repository(name: &str) -> bool {
    name.contains('/') && !name.starts_with(['.', '/']) && !name.contains(':')
}

fn is_commit(version: &str) -> bool {
    version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_version(word: &str) -> bool {
    word.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit())
}
