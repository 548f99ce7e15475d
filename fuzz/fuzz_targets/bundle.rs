//! A bundle, before it is packed: members parted by lines of `=====`, each a path, a line end and
//! its bytes, the first of them the manifest. `*` for a SHA-256 in it stands for the right one.
//! Whatever it is, it is refused and leaves a library as it was, or is taken in whole; nothing is
//! written beside the library.

#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use feeds::{Age, Library, import_bundle};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

const PARTING: &[u8] = b"\n=====\n";

fuzz_target!(|bytes: &[u8]| {
    let memory = Path::new("/dev/shm");
    let memory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let ground = memory.join(format!("bundle-{}", std::process::id()));
    let folder = ground.join("library");
    fs::create_dir_all(folder.join("own")).unwrap();
    fs::write(folder.join("own/state.json"), b"{}").unwrap();
    let bundle = ground.join("bundle");
    fs::write(&bundle, packed(bytes)).unwrap();
    let before = files(&ground);
    let library = Library::open(&folder).unwrap();
    match import_bundle(&library, &bundle, Age::Any) {
        Err(_) => assert_eq!(files(&ground), before),
        Ok(taken) => {
            let after = files(&ground);
            let is_below = |path: &PathBuf| path.starts_with(&folder) || *path == bundle;
            assert!(after.keys().all(is_below), "{after:?}");
            assert!(taken.feeds.iter().all(|feed| folder.join(feed).is_dir()));
        }
    }
    fs::remove_dir_all(&ground).unwrap();
});

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    let members: Vec<(&[u8], &[u8])> = members(bytes);
    for (at, (path, content)) in members.iter().enumerate() {
        let content = if at == 0 { digested(content, &members) } else { content.to_vec() };
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // A hostile archive holds any path; the library that packs refuses some of them.
        let name = &mut header.as_old_mut().name;
        let length = path.len().min(name.len() - 1);
        name[..length].copy_from_slice(&path[..length]);
        header.set_cksum();
        archive.append(&header, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn members(bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut members = Vec::new();
    let mut rest = Some(bytes);
    while let Some(bytes) = rest {
        let (member, after) = match parted(bytes, PARTING) {
            Some((member, after)) => (member, Some(after)),
            None => (bytes, None),
        };
        members.push(parted(member, b"\n").unwrap_or((member, b"")));
        rest = after;
    }
    members
}

/// The manifest with the digests that it leaves open, member by member.
fn digested(manifest: &[u8], members: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(manifest).into_owned();
    for (_, content) in members.iter().skip(1) {
        let digest = Sha256::digest(content);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        text = text.replacen("\"*\"", &format!("\"{digest}\""), 1);
    }
    text.into_bytes()
}

fn parted<'b>(bytes: &'b [u8], by: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    found.insert(path.clone(), fs::read(&path).unwrap());
                }
            }
        }
    }
    found
}
