//! The least any scanner must do with an image: read the archive once, hash each blob, inflate it,
//! hash what comes out, walk the tar; layers in parallel on two threads. It looks at nothing, and is
//! what `benches/compare` measures against.

mod archive;
mod layer;
mod walk;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, anyhow};

use crate::archive::Archive;
use crate::walk::Walked;

fn main() -> anyhow::Result<()> {
    let path = std::env::args_os().nth(1).context("usage: plimsoll-floor ARCHIVE")?;
    let archive = Archive::open(path.into())?;
    let walked = floor(&archive)?;
    writeln!(std::io::stdout(), "{} layers, {} entries, {} bytes", archive.layers.len(), walked.entries, walked.bytes)?;
    Ok(())
}

fn floor(archive: &Archive) -> anyhow::Result<Walked> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut sum = Walked::default();
        while let Some(layer) = archive.layers.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum += layer::walk(archive, layer)?;
        }
        anyhow::Ok(sum)
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut sum = work()?;
        sum += other.join().map_err(|_| anyhow!("a thread panicked"))??;
        Ok(sum)
    })
}
