//! Packs as they are, and as somebody changed them.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::io::{Cursor, Write as _};

use pack::proof::{Inclusion, LogRoot, Proofs, leaf_hash, node_hash};
use pack::{
    ABOUT, Checked, EVIDENCE, Fault, KEY, LOG, LeftOut, MANIFEST, Manifest, PublicKey,
    SIGNATURE,
};
use pack::{SigningKey, check};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Files = Vec<(String, Vec<u8>)>;

const DOCUMENT: &[u8] = b"Employee ID,Role\n1,Nurse\n";
const FILE: &str = "evidence/7/roster.csv";

fn key(seed: u8) -> SigningKey {
    SigningKey::of_seed(&[seed; 32]).unwrap()
}

fn public(seed: u8) -> PublicKey {
    key(seed).public().unwrap()
}

/// The log of two leaves, of which the second delivers a document.
fn log(digest: &str) -> String {
    let other = leaf_hash(b"{}");
    let leaf = format!(
        r#"{{"head":1,"number":1,"at":"2026-11-26T08:00:00Z","by":2,"act":"deliver evidence","noun":"piece of evidence","id":7,"facts":{{"digest":"{digest}"}}}}"#
    );
    let root = node_hash(&other, &leaf_hash(leaf.as_bytes()));
    let log = LogRoot { size: 2, root };
    let leaf = Inclusion { leaf, number: 1, log: log.clone(), path: vec![other] };
    Proofs { log, leaves: vec![leaf] }.to_text()
}

/// What a pack holds, before it is signed.
fn contents() -> Files {
    let digest = blake3::hash(DOCUMENT).to_hex().to_string();
    let about =
        format!(r#"{{"documents":[{{"piece":7,"file":"{FILE}"}},{{"piece":8}}]}}"#);
    vec![
        ("README.txt".to_owned(), b"how to read this".to_vec()),
        (FILE.to_owned(), DOCUMENT.to_vec()),
        (EVIDENCE.to_owned(), about.into_bytes()),
        (LOG.to_owned(), log(&digest).into_bytes()),
        (KEY.to_owned(), public(1).to_pem().into_bytes()),
    ]
}

/// The same with its manifest and a signature.
fn sealed(mut files: Files, by: &SigningKey) -> Files {
    let mut manifest = Manifest::default();
    for (name, bytes) in &files {
        assert!(manifest.add(name, Sha256::digest(bytes).into()), "{name}");
    }
    let text = manifest.to_text().into_bytes();
    files.push((SIGNATURE.to_owned(), by.sign(&text)));
    files.push((MANIFEST.to_owned(), text));
    files
}

fn zipped(files: &Files, method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options.large_file(true)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn checked(files: &Files, given: Option<PublicKey>) -> Checked {
    let bytes = zipped(files, CompressionMethod::Deflated);
    check(Cursor::new(bytes), given).unwrap()
}

#[track_caller]
fn finds(files: &Files, expected: &[Fault]) {
    assert_eq!(checked(files, None).faults, expected);
}

#[test]
fn a_pack_as_it_was_signed_is_whole() {
    let files = sealed(contents(), &key(1));
    for given in [None, Some(public(1))] {
        let found = checked(&files, given);
        assert_eq!(found.faults, []);
        assert_eq!((found.files, found.whole), (5, 5));
        assert_eq!((found.leaves, found.proven), (1, 1));
        assert_eq!((found.documents, found.delivered), (1, 1));
        assert_eq!(found.key, Some(public(1)));
        assert_eq!(found.log.unwrap().0, 2);
    }
    // Whoever unpacks it and packs it again may add folders, and changes nothing.
    let mut again = files;
    again.push(("evidence/7/".to_owned(), Vec::new()));
    again.reverse();
    finds(&again, &[]);
}

#[test]
fn what_was_changed_taken_away_or_added_is_named() {
    let files = sealed(contents(), &key(1));
    for at in 0..5 {
        let mut changed = files.clone();
        let name = changed[at].0.clone();
        changed[at].1[0] ^= 1;
        let found = checked(&changed, Some(public(1))).faults;
        assert!(found.contains(&Fault::Changed(name.clone())), "{name}: {found:?}");

        let mut gone = files.clone();
        gone.remove(at);
        let found = checked(&gone, Some(public(1))).faults;
        assert_eq!(found, [Fault::Missing(name)]);
    }
    let mut more = files.clone();
    more.push(("evidence/9/x\u{1b}[2J.csv".to_owned(), b"more".to_vec()));
    finds(&more, &[Fault::Added("evidence/9/x\u{fffd}[2J.csv".to_owned())]);
    let mut folder = files.clone();
    folder.push(("evidence/9/".to_owned(), Vec::new()));
    finds(&folder, &[Fault::Added("evidence/9/".to_owned())]);
    // Around the archive, where no file is.
    let bytes = zipped(&files, CompressionMethod::Stored);
    let found = |bytes: Vec<u8>| check(Cursor::new(bytes), None).unwrap().faults;
    let behind = [bytes.clone(), b"<html>appended</html>".to_vec()].concat();
    assert_eq!(found(behind), [Fault::Around("behind")]);
    let front = [b"#!/bin/sh\n".to_vec(), bytes.clone()].concat();
    assert!(found(front).contains(&Fault::Around("in front of")));
    let mut commented = bytes;
    let at = commented.len() - 2;
    commented.splice(at.., [5, 0]);
    commented.extend(b"hello");
    assert_eq!(found(commented), [Fault::Around("behind")]);
}

#[test]
fn what_is_there_is_counted_beside_what_holds_and_what_was_left_out_is_told() {
    let mut files = contents();
    let about =
        br#"{"kept_back":[{"what":"the document of piece 8","why":"it is RED"}]}"#;
    files.push((ABOUT.to_owned(), about.to_vec()));
    // Another document, of whose delivery no leaf tells.
    let text = String::from_utf8(files[2].1.clone()).unwrap();
    let more =
        text.replace("{\"piece\":8}", "{\"piece\":8,\"file\":\"evidence/8/a.txt\"}");
    assert_ne!(text, more);
    files[2].1 = more.into_bytes();
    files.push(("evidence/8/a.txt".to_owned(), b"a".to_vec()));
    let mut files = sealed(files, &key(1));
    let found = checked(&files, None);
    assert_eq!(found.faults, []);
    assert_eq!((found.files, found.whole), (7, 7));
    assert_eq!((found.documents, found.delivered), (2, 1));
    let left =
        LeftOut { what: "the document of piece 8".into(), why: "it is RED".into() };
    assert_eq!(found.left_out, [left]);
    // One byte of a document and of a leaf.
    files[1].1[4] ^= 1;
    files[3].1 =
        String::from_utf8(files[3].1.clone()).unwrap().replace("08:00", "08:01").into();
    let found = checked(&files, None);
    assert_eq!((found.files, found.whole), (7, 5));
    assert_eq!((found.leaves, found.proven, found.delivered), (1, 0, 0));
    let changed = |name: &str| Fault::Changed(name.to_owned());
    assert_eq!(found.faults, [changed(LOG), changed(FILE), Fault::Leaf(1)]);
    let mut about = contents();
    about.push((ABOUT.to_owned(), b"{\"kept_back\":3}".to_vec()));
    let found = checked(&sealed(about, &key(1)), None).faults;
    assert!(matches!(found.as_slice(), [Fault::Unreadable(name, _)] if name == ABOUT));
}

#[test]
fn a_signature_is_that_of_the_key_that_was_given() {
    let files = sealed(contents(), &key(1));
    let of = |name: &str| files.iter().position(|(own, _)| own == name).unwrap();
    let mut unsigned = files.clone();
    unsigned.remove(of(SIGNATURE));
    finds(&unsigned, &[Fault::Unsigned]);
    let mut cut = files.clone();
    cut[of(SIGNATURE)].1.pop();
    finds(&cut, &[Fault::Unsigned]);
    let mut other = files.clone();
    other[of(SIGNATURE)].1[3] ^= 1;
    finds(&other, &[Fault::Signature]);
    // Who makes a pack anew with a key of their own is whole, and found out by the given key.
    let mut forged = contents();
    forged[4].1 = public(2).to_pem().into_bytes();
    let forged = sealed(forged, &key(2));
    finds(&forged, &[]);
    assert_eq!(
        checked(&forged, Some(public(1))).faults,
        [Fault::Signature, Fault::OtherKey(public(2).fingerprint())]
    );
    // A file and its line in the manifest changed together.
    let mut both = contents();
    both[0].1 = b"another".to_vec();
    let signature = files[of(SIGNATURE)].clone();
    let mut both = sealed(both, &key(1));
    let at = both.iter().position(|(name, _)| name == SIGNATURE).unwrap();
    both[at] = signature;
    finds(&both, &[Fault::Signature]);
}

#[test]
fn whoever_holds_the_key_cannot_give_another_document_than_was_delivered() {
    let mut swapped = contents();
    swapped[1].1 = b"Employee ID,Role\n1,Surgeon\n".to_vec();
    finds(&sealed(swapped, &key(1)), &[Fault::Document(FILE.to_owned(), 1)]);
    let mut log = contents();
    let text = String::from_utf8(log[3].1.clone()).unwrap();
    log[3].1 = text.replace("2026-11-26", "2026-11-25").into_bytes();
    finds(&sealed(log.clone(), &key(1)), &[Fault::Leaf(1)]);
    log[3].1 = b"{\"size\":2}".to_vec();
    let found = checked(&sealed(log, &key(1)), None).faults;
    assert!(matches!(found.as_slice(), [Fault::Unreadable(name, _)] if name == LOG));
}

#[test]
fn what_is_no_pack_is_refused_with_a_sentence() {
    let refused =
        |bytes: Vec<u8>| check(Cursor::new(bytes), None).unwrap_err().to_string();
    let whole = zipped(&sealed(contents(), &key(1)), CompressionMethod::Stored);
    for bytes in [Vec::new(), b"PK".to_vec(), whole[..whole.len() / 2].to_vec()] {
        let told = refused(bytes);
        assert!(told.contains("no ZIP archive, or cut short"), "{told}");
    }
    let told = refused(zipped(&contents(), CompressionMethod::Deflated));
    assert!(told.contains("no evidence pack"), "{told}");
    let mut bad = sealed(contents(), &key(1));
    let at = bad.iter().position(|(name, _)| name == MANIFEST).unwrap();
    bad[at].1.extend(b"not a line\n");
    let told = refused(zipped(&bad, CompressionMethod::Deflated));
    assert!(told.contains("line 6"), "{told}");
}

/// A name that is in the archive twice is read by one program in one way, by the next in another.
#[test]
fn a_file_that_stands_there_twice_is_found() {
    let mut files = sealed(contents(), &key(1));
    files.push(("README.tx2".to_owned(), b"another readme".to_vec()));
    let mut bytes = zipped(&files, CompressionMethod::Stored);
    let from = b"README.tx2";
    while let Some(at) = bytes.windows(from.len()).position(|part| part == from) {
        bytes[at..at + from.len()].copy_from_slice(b"README.txt");
    }
    let found = check(Cursor::new(bytes), None).unwrap().faults;
    assert!(found.iter().any(|one| matches!(one, Fault::Archive(_))), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No byte can be changed so that another content passes for the one that was signed.
    #[test]
    fn a_changed_byte_never_gives_another_content(
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
        method in prop::sample::select(vec![CompressionMethod::Stored, CompressionMethod::Deflated]),
    ) {
        let files = sealed(contents(), &key(1));
        let mut bytes = zipped(&files, method);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let Ok(found) = check(Cursor::new(&bytes), Some(public(1))) else { return Ok(()) };
        if found.faults.is_empty() {
            // What was changed says nothing of the files, such as when they were packed.
            let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
            for (name, content) in &files {
                let mut own = Vec::new();
                std::io::copy(&mut archive.by_name(name).unwrap(), &mut own).unwrap();
                prop_assert!(&own == content, "{name}");
            }
        }
    }

    #[test]
    fn any_bytes_are_a_pack_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(refused) = check(Cursor::new(bytes), None) {
            prop_assert!(!refused.message.is_empty() && !refused.hint.is_empty());
        }
    }
}
