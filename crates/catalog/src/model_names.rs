//! What a machine-learning model is called where its file does not say: by the file or its folder.

use plimsoll_model::path::{name_of, parent_of};

/// File names that say nothing of the model.
const COMMON: [&str; 6] =
    ["model", "pytorch_model", "adapter_model", "diffusion_pytorch_model", "consolidated", "weights"];

/// The name and revision of the model in this file. In a cache of the Hugging Face Hub
/// (`models--OWNER--NAME/snapshots/COMMIT/…`) its folders tell both.
pub(crate) fn name_and_revision(path: &[u8]) -> (String, String) {
    let path = String::from_utf8_lossy(path);
    let folders: Vec<&str> = path.split('/').collect();
    for window in folders.windows(4) {
        if let [model, "snapshots", commit, _] = window
            && let Some(model) = model.strip_prefix("models--")
        {
            return (model.replacen("--", "/", 1), (*commit).to_owned());
        }
    }
    let file = name_of(path.as_bytes());
    let stem = String::from_utf8_lossy(file.rsplitn(2, |&byte| byte == b'.').last().unwrap_or(file)).into_owned();
    let stem = shard_of(&stem).map_or(stem.as_str(), |(stem, _)| stem);
    let folder = String::from_utf8_lossy(name_of(parent_of(path.as_bytes())));
    let name = if COMMON.contains(&stem) && !folder.is_empty() { &folder } else { stem };
    (name.to_owned(), String::new())
}

/// Whether a file is the second or a later part of a model: `model-00002-of-00003.safetensors`.
pub(crate) fn is_later_part(file: &[u8]) -> bool {
    let stem = file.rsplitn(2, |&byte| byte == b'.').last().unwrap_or(file);
    std::str::from_utf8(stem).ok().and_then(shard_of).is_some_and(|(_, number)| number > 1)
}

/// The name before `-00002-of-00003`, and the number of the part.
fn shard_of(stem: &str) -> Option<(&str, u32)> {
    let (rest, _) = stem.rsplit_once("-of-").filter(|(_, count)| count.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (name, number) = rest.rsplit_once('-')?;
    Some((name, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_named_by_their_file_their_folder_or_the_hub() {
        for (path, name, revision) in [
            ("models/tiny-1b.gguf", "tiny-1b", ""),
            ("models/tiny/model.safetensors", "tiny", ""),
            ("models/tiny/model-00001-of-00003.safetensors", "tiny", ""),
            ("models/big-00001-of-00003.gguf", "big", ""),
            ("model.onnx", "model", ""),
            ("a/models--org--tiny--v2/snapshots/0f1e/unet/model.safetensors", "org/tiny--v2", "0f1e"),
            ("a/models--org--tiny/snapshots/0f1e/model.safetensors", "org/tiny", "0f1e"),
        ] {
            assert_eq!(name_and_revision(path.as_bytes()), (name.to_owned(), revision.to_owned()), "{path}");
        }
    }

    #[test]
    fn only_the_first_part_stands_for_a_model() {
        assert!(is_later_part(b"model-00002-of-00003.safetensors"));
        for file in [&b"model-00001-of-00003.safetensors"[..], b"model.safetensors", b"two-of-three.gguf", b""] {
            assert!(!is_later_part(file));
        }
    }
}
