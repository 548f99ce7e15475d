//! Any bytes are an evidence pack, or are refused with what to do. A manifest, proofs and a key
//! that are read are read as the same when they are written again. A pack in which nothing is
//! found has a key and has read every file that its manifest names.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use pack::proof::Proofs;
use pack::{Manifest, PublicKey, check};

fuzz_target!(|bytes: &[u8]| {
    match check(Cursor::new(bytes), None) {
        Err(refused) => assert!(!refused.message.is_empty() && !refused.hint.is_empty()),
        Ok(found) if found.faults.is_empty() => assert!(found.key.is_some()),
        Ok(_) => {}
    }
    if let Ok(manifest) = Manifest::parse(bytes) {
        let text = manifest.to_text();
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(proofs) = Proofs::parse(text) {
        for one in &proofs.leaves {
            let _ = one.holds();
        }
        assert_eq!(Proofs::parse(&proofs.to_text()), Ok(proofs));
    }
    if let Ok(key) = PublicKey::from_pem(text) {
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
    }
});
