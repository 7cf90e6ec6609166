//! What licences ask of those who pass a program on, in seven classes.

use std::collections::BTreeMap;

use plimsoll_model::LicenseClass;
use plimsoll_model::LicenseClass::{Forbidden, Notice, Permissive, Reciprocal, Restricted, Unencumbered, Unknown};

use crate::Expression;

/// Licences by class: an SPDX id, or the beginning of ids followed by `*`. The first row that fits
/// counts. What no row names is restricted where the SPDX list calls it copyleft, a notice where the
/// Open Source Initiative approved it, and else unknown.
pub static CLASSES: &[(&str, LicenseClass)] = &[
    // They forbid what many do: to sell it, to offer it as a service, to keep one's own code.
    ("AGPL-*", Forbidden),
    ("BUSL-*", Forbidden),
    ("CC-BY-NC-*", Forbidden),
    ("Commons-Clause*", Forbidden),
    ("LicenseRef-Commons-Clause*", Forbidden),
    ("CPOL-*", Forbidden),
    ("Elastic-*", Forbidden),
    ("Hippocratic-*", Forbidden),
    ("JSON", Forbidden),
    ("PolyForm-*", Forbidden),
    ("SSPL-*", Forbidden),
    ("WTFPL", Forbidden),
    // Whoever passes on a work that contains them passes on its source.
    ("BCL", Restricted),
    ("CC-BY-ND-*", Restricted),
    ("CC-BY-SA-*", Restricted),
    ("CECILL-C", Reciprocal),
    ("CECILL-B", Notice),
    ("CECILL-*", Restricted),
    ("EUPL-*", Restricted),
    ("GFDL-*", Restricted),
    ("GPL-*", Restricted),
    ("LGPL-*", Restricted),
    ("NPL-*", Restricted),
    ("OSL-*", Restricted),
    ("QPL-*", Restricted),
    ("Sleepycat", Restricted),
    // Whoever changes their files passes on these changes.
    ("APSL-*", Reciprocal),
    ("CDDL-*", Reciprocal),
    ("CPAL-*", Reciprocal),
    ("CPL-*", Reciprocal),
    ("EPL-*", Reciprocal),
    ("ErlPL-*", Reciprocal),
    ("IPL-*", Reciprocal),
    ("MPL-*", Reciprocal),
    ("MS-RL", Reciprocal),
    ("Ruby", Reciprocal),
    ("SPL-*", Reciprocal),
    // Nothing need be said.
    ("Beerware", Permissive),
    ("BlueOak-*", Permissive),
    ("MIT-0", Permissive),
    // They ask for a notice.
    ("AFL-*", Notice),
    ("Apache-*", Notice),
    ("Artistic-*", Notice),
    ("BSD-*", Notice),
    ("BSL-*", Notice),
    ("CC-BY-*", Notice),
    ("CDLA-Permissive-*", Notice),
    ("CNRI-*", Notice),
    ("FSFAP*", Notice),
    ("FSFUL*", Notice),
    ("FTL", Notice),
    ("GD", Notice),
    ("HPND*", Notice),
    ("ICU", Notice),
    ("IJG", Notice),
    ("ISC", Notice),
    ("ImageMagick", Notice),
    ("Info-ZIP", Notice),
    ("Libpng", Notice),
    ("MIT*", Notice),
    ("MS-PL", Notice),
    ("MulanPSL-*", Notice),
    ("NCSA", Notice),
    ("NTP*", Notice),
    ("OFL-*", Notice),
    ("OLDAP-*", Notice),
    ("OpenSSL*", Notice),
    ("PHP-*", Notice),
    ("PSF-*", Notice),
    ("PostgreSQL", Notice),
    ("Python-*", Notice),
    ("SSLeay-standalone", Notice),
    ("TCL", Notice),
    ("UPL-*", Notice),
    ("Unicode-*", Notice),
    ("Vim", Notice),
    ("W3C*", Notice),
    ("X11*", Notice),
    ("Xnet", Notice),
    ("ZPL-*", Notice),
    ("Zend-*", Notice),
    ("Zlib", Notice),
    ("bzip2-*", Notice),
    ("curl", Notice),
    ("libpng-*", Notice),
    ("libtiff", Notice),
    ("zlib-acknowledgement", Notice),
    // Nobody holds rights in them any more.
    ("0BSD", Unencumbered),
    ("CC0-*", Unencumbered),
    ("CC-PDDC", Unencumbered),
    ("LicenseRef-public-domain", Unencumbered),
    ("NIST-PD*", Unencumbered),
    ("PDDL-*", Unencumbered),
    ("SAX-PD*", Unencumbered),
    ("Unlicense", Unencumbered),
    ("blessing", Unencumbered),
];

/// A licence that a user classes and that is neither on the SPDX list nor a `LicenseRef-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLicense(pub String);

impl std::fmt::Display for UnknownLicense {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` is no licence of the SPDX list and no LicenseRef-", self.0)
    }
}

impl std::error::Error for UnknownLicense {}

/// The classes of licences: the table's, but where the user says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classes {
    own: BTreeMap<String, LicenseClass>,
}

impl Classes {
    /// Puts a licence, or the beginning of ids followed by `*`, into a class.
    ///
    /// # Errors
    /// When nothing is called so: a slip of the pen would otherwise go unseen.
    pub fn put(&mut self, license: &str, class: LicenseClass) -> Result<(), UnknownLicense> {
        let known = license.ends_with('*') || license.starts_with("LicenseRef-") || spdx::license_id(license).is_some();
        if !known {
            return Err(UnknownLicense(license.to_owned()));
        }
        self.own.insert(license.to_owned(), class);
        Ok(())
    }

    /// The class of an expression: of licences that all hold the strictest, of licences to choose from
    /// the mildest. What is unknown may be stricter than a licence that only asks to share its changes.
    #[must_use]
    pub fn of(&self, expression: &Expression) -> LicenseClass {
        match expression {
            Expression::License(id) | Expression::With(id, _) => self.of_license(id),
            Expression::All(parts) => {
                parts.iter().map(|part| self.of(part)).max_by_key(|class| strictness(*class)).unwrap_or(Unknown)
            }
            Expression::Any(parts) => {
                parts.iter().map(|part| self.of(part)).min_by_key(|class| strictness(*class)).unwrap_or(Unknown)
            }
        }
    }

    fn of_license(&self, id: &str) -> LicenseClass {
        let own = self.own.iter().filter(|(pattern, _)| fits(pattern, id)).max_by_key(|(pattern, _)| pattern.len());
        if let Some((_, class)) = own {
            return *class;
        }
        if let Some((_, class)) = CLASSES.iter().find(|(pattern, _)| fits(pattern, id)) {
            return *class;
        }
        match spdx::license_id(id.trim_end_matches('+')) {
            Some(known) if known.is_copyleft() => Restricted,
            Some(known) if known.is_osi_approved() => Notice,
            _ => Unknown,
        }
    }
}

fn fits(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |beginning| id.starts_with(beginning))
}

/// Unknown stands between what is shared file by file and what is shared as a whole.
fn strictness(class: LicenseClass) -> u8 {
    match class {
        Unencumbered => 0,
        Permissive => 1,
        Notice => 2,
        Reciprocal => 3,
        Unknown => 4,
        Restricted => 5,
        Forbidden => 6,
    }
}
