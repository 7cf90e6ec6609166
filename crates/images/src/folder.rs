//! A folder in OCI layout.

use std::io;
use std::path::{Path, PathBuf};

use crate::ImageError;
use crate::blob::Bytes;
use crate::files::{Files, Located};

/// A folder; names come from digests and are never taken as they stand in a document.
pub(crate) struct FolderFiles {
    root: PathBuf,
}

impl FolderFiles {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }
}

impl Files for FolderFiles {
    fn locate(&self, name: &str) -> Result<Option<Located>, ImageError> {
        let path = self.root.join(name);
        match path.metadata() {
            // A pipe would wait for ever.
            Ok(about) if about.is_file() => {
                let bytes = Bytes::File { path, size_bytes: about.len() };
                Ok(Some(Located { member: name.to_owned(), size_bytes: about.len(), bytes }))
            }
            Ok(_) => Ok(None),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(ImageError::io(path.display().to_string())(why)),
        }
    }
}
