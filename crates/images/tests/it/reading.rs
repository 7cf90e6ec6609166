//! Opens sources and reads layers, from files and from streams.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use plimsoll_images::{Image, ImageError, LayerBlob, OpenOptions, Opened, SourceSpec, StdinArchive, open};
use plimsoll_model::Platform;

/// An image and the bytes of its layers as stored.
pub struct OpenedImage {
    pub image: Image,
    pub layers: Vec<Vec<u8>>,
}

pub fn options(platform: Option<&str>) -> OpenOptions {
    let platform = platform.map(|text| text.parse::<Platform>().unwrap());
    OpenOptions { platform, ..OpenOptions::default() }
}

pub fn open_image(source: &SourceSpec, platform: Option<&str>) -> Result<OpenedImage, ImageError> {
    match open(source, &options(platform))? {
        Opened::Image(image) => {
            let layers = image.layers.iter().map(bytes_of).collect::<Result<_, _>>()?;
            Ok(OpenedImage { image: *image, layers })
        }
        Opened::Stream(stream) => run(stream, platform),
        Opened::RootFs(path) => panic!("{} is a folder", path.display()),
    }
}

/// The same archive, as it passes by.
pub fn open_stream(bytes: &[u8], platform: Option<&str>) -> Result<OpenedImage, ImageError> {
    run(StdinArchive::new(Cursor::new(bytes.to_vec()), "-"), platform)
}

pub fn run(stream: StdinArchive, platform: Option<&str>) -> Result<OpenedImage, ImageError> {
    let mut passed: HashMap<String, Vec<u8>> = HashMap::new();
    let image = stream.run(&options(platform), &mut |name, bytes| {
        let mut all = Vec::new();
        if std::io::copy(bytes, &mut all).is_ok() {
            passed.insert(name.to_owned(), all);
        }
        Ok(())
    })?;
    let layers = image
        .layers
        .iter()
        .map(|layer| if layer.skip.is_some() { Vec::new() } else { passed[layer.member()].clone() })
        .collect();
    Ok(OpenedImage { image, layers })
}

/// An archive in a file, opened under that prefix (`oci-archive`, `docker-archive`, or none).
pub fn open_file(bytes: &[u8], scheme: &str, tag: &str) -> Result<OpenedImage, ImageError> {
    let folder = tempfile::tempdir().unwrap();
    let path = crate::sample::save(folder.path(), bytes);
    open_image(&spec(&path, scheme, tag), None)
}

pub fn spec(path: &Path, scheme: &str, tag: &str) -> SourceSpec {
    let path = path.display();
    let text = match (scheme, tag) {
        ("", _) => path.to_string(),
        (_, "") => format!("{scheme}:{path}"),
        _ => format!("{scheme}:{path}:{tag}"),
    };
    SourceSpec::parse(&text).unwrap()
}

pub fn bytes_of(layer: &LayerBlob) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    if layer.skip.is_none() {
        std::io::copy(&mut layer.open()?, &mut bytes).unwrap();
    }
    Ok(bytes)
}

/// The plain tar of a layer.
pub fn plain(stored: &[u8]) -> Vec<u8> {
    if !stored.starts_with(&[0x1f, 0x8b]) {
        return stored.to_vec();
    }
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "made by the test itself")]
    MultiGzDecoder::new(stored).read_to_end(&mut bytes).unwrap();
    bytes
}
