//! Whose word counts, and what is refused: a stranger's database, an older one, one that has expired.

use std::path::Path;

use plimsoll_model::Timestamp;
use plimsoll_signing::{PrivateKey, PublicKey};

use super::TravelError;
use crate::folder::Folder;
use crate::{DbError, SignedManifest};

/// Whose databases are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Anybody's: nothing vouches for them but the place they come from.
    #[default]
    Unsigned,
    /// Those that one of these keys has signed.
    Keys(Vec<PublicKey>),
}

impl Trust {
    /// Whether the manifest may be believed.
    ///
    /// # Errors
    /// [`TravelError::Untrusted`] where it may not.
    pub fn check(&self, manifest: &SignedManifest) -> Result<(), TravelError> {
        let Self::Keys(keys) = self else { return Ok(()) };
        if keys.iter().any(|key| manifest.is_signed_by(key)) {
            return Ok(());
        }
        let signers: Vec<String> = manifest.signers().map(|id| id.to_string()).collect();
        let claims_a_trusted_one = keys.iter().any(|key| manifest.signers().any(|id| id == key.id()));
        Err(TravelError::Untrusted(match signers.as_slice() {
            [] => "it is not signed at all".into(),
            _ if claims_a_trusted_one => "its signature does not fit: it was changed".into(),
            signers => format!("it is signed by {}", signers.join(", ")),
        }))
    }
}

/// What is let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whose databases.
    pub trust: Trust,
    /// The clock, against manifests that have expired; `None` does not look.
    pub now: Option<Timestamp>,
    /// Also a database older than the one that is installed.
    pub allow_rollback: bool,
    /// Also a database that has expired.
    pub allow_expired: bool,
}

impl Rules {
    /// Whether a database may take the place of the installed one.
    pub(super) fn check(
        &self,
        offered: &SignedManifest,
        installed: Option<&SignedManifest>,
    ) -> Result<(), TravelError> {
        self.trust.check(offered)?;
        if let (Some(now), Some(expires), false) = (self.now, offered.manifest().expires, self.allow_expired)
            && expires <= now
        {
            return Err(TravelError::Expired(expires));
        }
        // Numbers of builds by different hands have nothing to do with one another.
        let installed = installed.filter(|installed| self.trust.check(installed).is_ok());
        if let (Some(installed), false) = (installed, self.allow_rollback) {
            let age = |manifest: &SignedManifest| (manifest.manifest().generation, manifest.manifest().built);
            if age(offered) < age(installed) {
                let (offered, installed) = (offered.manifest().generation, installed.manifest().generation);
                return Err(TravelError::Older { offered, installed });
            }
        }
        Ok(())
    }
}

/// Signs the database in a folder, and says until when it may be installed.
///
/// # Errors
/// When there is none, or the folder cannot be written.
pub fn sign(folder: &Path, key: &PrivateKey, expires: Option<Timestamp>) -> Result<SignedManifest, DbError> {
    // Looked for before the folder is locked, which would make one.
    SignedManifest::read(folder)?;
    let locked = Folder::lock(folder)?;
    let signed = SignedManifest::read(folder)?.sign(key, expires)?;
    locked.replace(&signed)?;
    Ok(signed)
}
