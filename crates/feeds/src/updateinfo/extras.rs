//! Amazon Linux 2's extras: repositories of newer software beside the core.
//!
//! Core and extras have packages of the same names: `php` is 5.4 in the core, 8.0 in `php8.0` and 8.2
//! in `php8.2`, and an installed package does not say where it came from. What an extra is called
//! tells which versions it brings, so its errata speak of no older ones. Where its name has no number
//! (`docker`), or the package has numbers of its own, they speak of every version below the fix.

/// One of the extras.
pub(super) struct Extra<'n> {
    /// The number at the end of its name: `8.2` of `php8.2`.
    version: &'n str,
}

impl<'n> Extra<'n> {
    /// By the repository's name in the mirror, `extras-<name>`.
    pub fn of(repository: &'n str) -> Option<Self> {
        let name = repository.strip_prefix("extras-")?;
        let letters = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let version = name[letters.len()..].trim_matches('.');
        (!version.is_empty()).then_some(Self { version })
    }

    /// The first version that it can have brought of a package, if its number is that of the fixed one.
    pub fn first_version(&self, epoch: &str, fixed: &str) -> Option<String> {
        let rest = fixed.strip_prefix(self.version)?;
        let is_its_own = rest.is_empty() || !rest.starts_with(|letter: char| letter.is_ascii_digit());
        is_its_own.then(|| if epoch.is_empty() { self.version.to_owned() } else { format!("{epoch}:{}", self.version) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(repository: &str, epoch: &str, fixed: &str) -> Option<String> {
        Extra::of(repository)?.first_version(epoch, fixed)
    }

    #[test]
    fn the_number_in_the_name_is_where_an_extra_begins() {
        assert_eq!(first("extras-php8.2", "", "8.2.9").as_deref(), Some("8.2"));
        assert_eq!(first("extras-mariadb10.5", "3", "10.5.21").as_deref(), Some("3:10.5"));
        assert_eq!(first("extras-postgresql14", "", "14.9").as_deref(), Some("14"));
        for (repository, fixed) in [
            ("extras-docker", "20.10.7"),
            ("extras-php8.2", "8.20.1"),
            ("extras-ruby3.0", "2.5.0"),
            ("extras-", "1"),
            ("extras-...", "1"),
            ("core", "1"),
        ] {
            assert_eq!(first(repository, "", fixed), None, "{repository}");
        }
    }
}
