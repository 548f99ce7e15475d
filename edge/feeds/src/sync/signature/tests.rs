//! Signatures and keys that GnuPG made (`tests/openpgp/make.sh`), right and wrong in each way.

use std::path::Path;

use super::*;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openpgp").join(name);
    std::fs::read(path).unwrap()
}

fn keys(name: &str) -> Keys {
    let fingerprint = String::from_utf8(file(&format!("{name}.fingerprint"))).unwrap();
    let mut keys = Keys::none();
    keys.add(&file(&format!("{name}.asc")), fingerprint.trim()).unwrap();
    keys
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

#[track_caller]
fn check(key: &str, signature: &str, expected: Result<(), &str>) {
    let said = keys(key).verify(&file("document.json"), &file(signature), now());
    match expected {
        Ok(()) => assert_eq!(said, Ok(()), "{key} {signature}"),
        Err(why) => {
            let said = said.expect_err(signature);
            assert!(said.contains(why), "{key} {signature} says {said:?}");
        }
    }
}

#[test]
fn a_signature_by_a_trusted_key_is_right() {
    check("plain", "plain.sig", Ok(()));
    check("rsa", "rsa.sig", Ok(()));
    check("subkey", "subkey.sig", Ok(()));
    check("spent_key", "spent_key_before.sig", Ok(()));
}

#[test]
fn a_signature_counts_only_under_the_policy() {
    check("plain", "stranger.sig", Err("not trusted"));
    check("stranger", "plain.sig", Err("not trusted"));
    check("plain", "weak.sig", Err("weaker than SHA-256"));
    check("plain", "text.sig", Err("not over the bytes"));
    check("plain", "future.sig", Err("in the future"));
    check("plain", "spent.sig", Err("has expired"));
    check("plain", "early.sig", Err("older than its key"));
    check("spent_key", "spent_key_after.sig", Err("had expired"));
    check("revoked", "revoked.sig", Err("revoked"));
    check("plain", "plain.asc", Err("cannot be read"));
    check("plain", "document.json", Err("cannot be read"));
}

#[test]
fn a_changed_document_is_not_the_one_that_was_signed() {
    let keys = keys("plain");
    let mut document = file("document.json");
    document.push(b' ');
    assert!(keys.verify(&document, &file("plain.sig"), now()).is_err());
    assert!(
        Keys::none().verify(&file("document.json"), &file("plain.sig"), now()).is_err()
    );
}

#[test]
fn a_key_is_taken_by_its_fingerprint_alone() {
    let mut keys = Keys::none();
    let other = "00".repeat(20);
    assert!(keys.add(&file("plain.asc"), &other).unwrap_err().contains("holds no key"));
    assert!(keys.add(b"rubbish", &other).is_err());
    assert!(keys.is_empty());
}

#[test]
fn cut_and_bent_signatures_are_refused_and_nothing_breaks() {
    let (keys, document, whole) =
        (keys("subkey"), file("document.json"), file("subkey.sig"));
    for at in 0..whole.len() {
        assert!(
            keys.verify(&document, &whole[..at], now()).is_err() || at + 40 > whole.len(),
            "{at}"
        );
        let mut bent = whole.clone();
        bent[at] ^= 1;
        // Line ends and the checksum of the armour may be bent without loss.
        let _ = keys.verify(&document, &bent, now());
    }
}
