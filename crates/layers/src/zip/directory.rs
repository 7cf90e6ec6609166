//! An archive that is held, read by its central directory.

use flate2::Crc;
use plimsoll_facts::{EntryKind, FileMeta, LayerBuilder, RowIndex, Unreadable};
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::{Measure, take, way_to};
use crate::feed::Feed;
use crate::tar::normalise;

impl Feed<'_> {
    pub(super) fn read_directory(
        &mut self,
        file: &FileMeta<'_>,
        bytes: &[u8],
        members: &mut u64,
        out: &mut LayerBuilder<'_>,
    ) -> Result<(), Unreadable> {
        let archive = ZipArchive::from_slice(bytes).map_err(|error| syntax(&error))?;
        let mut entries = archive.entries();
        let (mut path, mut wanted) = (Vec::new(), Vec::new());
        while let Some(record) = entries.next_entry().map_err(|error| syntax(&error))? {
            self.bounds.count_member()?;
            *members += 1;
            if record.is_dir() {
                continue;
            }
            normalise(record.file_path().as_bytes(), &mut path);
            self.plan.by_member_path(&path, &mut wanted);
            if wanted.is_empty() {
                continue;
            }
            let inside = way_to(file, &path);
            let size = record.uncompressed_size_hint();
            let member = FileMeta { inside: &inside, kind: EntryKind::File, size, ..*file };
            if let Err(why) = self.show_record(&member, &wanted, &archive, &record, out) {
                self.unreadable(&member, &wanted, &why, out);
            }
        }
        // Without 64-bit records the number is only kept to 16 bits.
        if *members & 0xffff != archive.entries_hint() & 0xffff {
            return Err(Unreadable::syntax("its directory lists another number of members than it says"));
        }
        Ok(())
    }

    fn show_record(
        &mut self,
        member: &FileMeta<'_>,
        rows: &[RowIndex],
        archive: &ZipSliceArchive<&[u8]>,
        record: &ZipFileHeaderRecord<'_>,
        out: &mut LayerBuilder<'_>,
    ) -> Result<(), Unreadable> {
        if record.flags().is_encrypted() {
            return Err(Unreadable::Encrypted);
        }
        let entry = archive.get_entry(record.wayfinder()).map_err(|error| syntax(&error))?;
        let mut data = entry.data();
        let claimed = Measure { crc: record.crc32(), compressed: data.len() as u64, size: member.size };
        match record.compression_method() {
            CompressionMethod::STORE => {
                // Records may all point to the same bytes.
                take(&self.bounds.bytes, data.len() as u64)?;
                let mut crc = Crc::new();
                crc.update(data);
                if (crc.sum(), data.len() as u64) != (claimed.crc, claimed.size) {
                    return Err(Unreadable::syntax("its checksum or length is not what the archive says"));
                }
                self.show(member, rows, Some(member.size), &mut data, out);
                Ok(())
            }
            CompressionMethod::DEFLATE => self.show_deflated(member, rows, &mut data, Some(claimed), out).map(drop),
            other => Err(Unreadable::syntax(format!("compression method {} is not supported", other.as_u16()))),
        }
    }
}

fn syntax(error: &rawzip::Error) -> Unreadable {
    Unreadable::syntax(error.to_string())
}
