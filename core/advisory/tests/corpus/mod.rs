//! Where the tests find real documents.

#![expect(clippy::print_stderr, reason = "a test says why it was skipped")]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The folder of shared test material; `None` where there is none and none is demanded.
pub(crate) fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("LAZARET_SHARED")
        .map_or_else(|| root.join("../shared"), PathBuf::from);
    if shared.is_dir() {
        return Some(shared);
    }
    assert!(std::env::var_os("CI").is_none(), "no {}", shared.display());
    eprintln!("skipped: no {}", shared.display());
    None
}

/// Every document of a file or below a folder, archives unpacked, by its path.
pub(crate) fn each(path: &Path, visit: &mut dyn FnMut(&str, &[u8])) {
    let name = path.to_string_lossy().into_owned();
    let file = || fs::File::open(path).unwrap();
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            each(&entry, visit);
        }
    } else if name.ends_with(".tar.zst") {
        let mut tar = tar::Archive::new(zstd::Decoder::new(file()).unwrap());
        for entry in tar.entries().unwrap() {
            let mut entry = entry.unwrap();
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let member = entry.path().unwrap().to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            visit(&format!("{name}!{member}"), &bytes);
        }
    } else if name.ends_with(".gz") {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(file()).read_to_end(&mut bytes).unwrap();
        visit(&name, &bytes);
    } else {
        visit(&name, &fs::read(path).unwrap());
    }
}
