//! `environment.yml`: what an environment of conda's is to hold, where it says exactly which version.
//!
//! `name=1.2=build` and `name==1.2` are exact, `name=1.2` is a range; a list below `pip:` is for pip.
//! <https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use super::python_lock::pinned;
use crate::listing::{Details, Listing, want_lock};
use crate::positions;

/// Reads the descriptions of conda's environments.
pub struct CondaEnv;

impl Inspect for CondaEnv {
    fn id(&self) -> &'static str {
        "conda-env"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("environment.yml"), Pattern::Name("environment.yaml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        // Lists of plain texts, so that lines are enough and tell where each stands.
        let mut in_dependencies = false;
        let mut pip_indent = None;
        for (index, line) in text.lines().enumerate() {
            let content = line.split(" #").next().unwrap_or_default().trim_end();
            let indent = content.len() - content.trim_start().len();
            let Some(item) = content.trim_start().strip_prefix('-') else {
                if indent == 0 && !content.is_empty() && !content.starts_with('#') {
                    in_dependencies = content == "dependencies:";
                }
                continue;
            };
            let item = item.trim().trim_matches(['\'', '"']);
            pip_indent = pip_indent.filter(|pip| indent > *pip);
            if !in_dependencies || item.is_empty() {
                continue;
            }
            if item == "pip:" {
                pip_indent = Some(indent);
                continue;
            }
            let (kind, found) = match pip_indent {
                Some(_) => (PackageKind::Pypi, pinned(item)),
                None => (PackageKind::Conda, exact(item)),
            };
            if let Some((name, version)) = found {
                let position = positions::line(index);
                let mut listing = Listing::declared(kind, out);
                listing.detailed(name, version, Details { direct: Some(true), position, ..Details::default() });
                listing.finish()?;
            }
        }
        Ok(())
    }
}

/// Name and version of a specification that allows only one.
fn exact(specification: &str) -> Option<(&str, &str)> {
    let specification = specification.rsplit("::").next()?;
    let (name, rest) = specification.split_once('=')?;
    let version = match rest.strip_prefix('=') {
        Some(version) => version,
        None => rest.split_once('=')?.0,
    };
    let is_plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter))
    };
    (is_plain(name, "-_.") && is_plain(version, "._+!-")).then_some((name.trim(), version))
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn only_exact_specifications_are_read() {
        for (specification, expected) in [
            ("numpy=1.26.4=py312h1234567_0", Some(("numpy", "1.26.4"))),
            ("conda-forge::numpy==1.26.4", Some(("numpy", "1.26.4"))),
            ("numpy=1.26", None),
            ("numpy>=1.26", None),
            ("numpy==1.*", None),
            ("numpy", None),
            ("=1=2", None),
        ] {
            assert_eq!(exact(specification), expected, "{specification}");
        }
    }
}
