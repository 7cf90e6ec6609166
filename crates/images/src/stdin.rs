//! An archive that passes by once, front to back: a pipe, or a file that is compressed as a whole.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use crate::archive::{Input, Members, Packing, Place, Walk, unpack};
use crate::blob::Bytes;
use crate::files::{Files, Located, too_large};
use crate::lists::{Expected, Wanted, image_of};
use crate::{Image, ImageError, OpenOptions, clean, config};

/// Enough to see whether a member is a document.
const HEAD_BYTES: usize = 512;
/// All documents that are kept until it is known which of them matter.
const MAX_KEPT_BYTES: usize = 32 << 20;
/// Bytes behind the archive's end mark that are read, so that its writer can end well.
const MAX_TAIL_BYTES: u64 = 1 << 20;

/// What is done with each member that may be a layer: its name, and its bytes.
pub type EachMember<'a> = dyn FnMut(&str, &mut (dyn Read + Send)) -> Result<(), ImageError> + 'a;

/// An archive that can be read once.
pub struct StdinArchive {
    input: Box<dyn Read + Send>,
    name: String,
    tag: Option<String>,
    expected: Expected,
}

impl StdinArchive {
    /// An archive of any kind that plimsoll reads, plain, gzip or zstd.
    pub fn new(input: impl Read + Send + 'static, name: impl Into<String>) -> Self {
        Self { input: Box::new(input), name: name.into(), tag: None, expected: Expected::Any }
    }

    pub(crate) fn expecting(self, expected: Expected, tag: Option<String>) -> Self {
        Self { expected, tag, ..self }
    }

    /// Reads the archive to its end. Each member that may be a layer is handed to `each` as it
    /// passes, with the name that [`crate::LayerBlob::member`] gives it later; what `each` leaves
    /// of it is skipped. The image is known at the end.
    ///
    /// # Errors
    /// When the archive is damaged or holds no image, or what `each` says.
    pub fn run(self, options: &OpenOptions, each: &mut EachMember<'_>) -> Result<Image, ImageError> {
        let Self { mut input, name, tag, expected } = self;
        let mut head = Vec::new();
        let magic = Packing::MAGIC_BYTES as u64;
        #[expect(clippy::disallowed_methods, reason = "six bytes")]
        input.by_ref().take(magic).read_to_end(&mut head).map_err(ImageError::io(&*name))?;
        let packing = Packing::of(&head);
        let plain = unpack(Cursor::new(head).chain(input), packing).map_err(ImageError::io(&*name))?;
        let mut walk = Walk::new(StreamInput(plain), name.clone());
        let mut passed = Passed::default();
        while let Some(member) = walk.next_member()? {
            let size_bytes = member.size_bytes;
            let is_file = member.is_file();
            let Some(member_name) = passed.members.add(member)? else { continue };
            passed.documents.remove(&member_name);
            if is_file {
                passed.take(member_name, size_bytes, &mut walk, each)?;
            }
        }
        walk.finish(MAX_TAIL_BYTES)?;
        let wanted = Wanted { tag: tag.as_deref(), platform: options.platform.as_ref() };
        let mut image = image_of(&passed, expected, wanted, name)?;
        image.gaps.extend_from_slice(passed.members.oddities());
        // What was taken for a document was not handed out, so it must not turn out to be a layer.
        match image.layers.iter().find(|layer| passed.documents.contains_key(layer.member())) {
            Some(layer) => {
                Err(ImageError::NoArchive { what: layer.name(), why: "the layer is a JSON document".into() })
            }
            None => Ok(image),
        }
    }
}

/// What is left of the archive when it has passed.
#[derive(Default)]
struct Passed {
    members: Members,
    documents: HashMap<String, Document>,
    kept_bytes: usize,
}

enum Document {
    Kept(Vec<u8>),
    /// There was no room for it.
    Dropped,
}

impl Passed {
    fn take<I: Input + Send>(
        &mut self,
        name: String,
        size_bytes: u64,
        walk: &mut Walk<I>,
        each: &mut EachMember<'_>,
    ) -> Result<(), ImageError> {
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "one block")]
        walk.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(ImageError::io(clean::name(&name)))?;
        if !is_document(&head) {
            return each(&name, &mut Cursor::new(head).chain(walk));
        }
        let room = MAX_KEPT_BYTES.saturating_sub(self.kept_bytes) as u64;
        if size_bytes > config::MAX_CONFIG.min(room) {
            self.documents.insert(name, Document::Dropped);
            return Ok(());
        }
        #[expect(clippy::disallowed_methods, reason = "the member's size was compared with the room that is left")]
        walk.read_to_end(&mut head).map_err(ImageError::io(clean::name(&name)))?;
        self.kept_bytes += head.len();
        self.documents.insert(name, Document::Kept(head));
        Ok(())
    }
}

impl Files for Passed {
    fn small(&self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, ImageError> {
        let Some((member, Place::Bytes { size_bytes, .. })) = self.members.find(name) else { return Ok(None) };
        if *size_bytes > max_bytes {
            return Err(too_large(name, max_bytes));
        }
        match self.documents.get(member) {
            Some(Document::Kept(bytes)) => Ok(Some(bytes.clone())),
            Some(Document::Dropped) => Err(too_large("all documents of the stream", MAX_KEPT_BYTES as u64)),
            None => Err(ImageError::Json { what: "a document of the archive", why: "it is no JSON".into() }),
        }
    }

    fn locate(&self, name: &str) -> Result<Option<Located>, ImageError> {
        let Some((member, Place::Bytes { size_bytes, .. })) = self.members.find(name) else { return Ok(None) };
        let bytes = Bytes::Passed(member.to_owned());
        Ok(Some(Located { member: member.to_owned(), size_bytes: *size_bytes, bytes }))
    }
}

/// JSON, and not a tar archive whose first name happens to begin like it.
fn is_document(head: &[u8]) -> bool {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'[')) && !is_tar_header(head)
}

fn is_tar_header(head: &[u8]) -> bool {
    let header: Option<&[u8; HEAD_BYTES]> = head.first_chunk();
    header.is_some_and(|header| tar_core::Header::from_bytes(header).verify_checksum().is_ok())
}

/// A stream's bytes are read away where a file's are stepped over.
struct StreamInput(Box<dyn Read + Send>);

impl Read for StreamInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Input for StreamInput {
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        io::copy(&mut self.0.by_ref().take(count), &mut io::sink())
    }
}
