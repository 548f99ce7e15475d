//! Whatever an identity provider answers is read or refused: a set of keys, what it says of
//! itself, a token, and the claims of one whose signature was right. Nothing that is made up
//! has a signature that fits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oidc::{Discovered, Expected, Groups, Keys, claims, verify};

const ISSUER: &str = "https://provider.example";

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let expected = Expected {
        issuer: ISSUER,
        client: "lazaret",
        nonce: "n-1",
        now: "2026-11-26T06:00:00Z".parse().unwrap(),
        shown_since: None,
        groups: Some("groups"),
    };
    if let Ok(said) = claims(first, &expected) {
        assert!(!said.subject.is_empty() && said.subject.len() <= 255);
        assert_ne!(said.groups, Groups::NotAsked);
    }
    Discovered::parse(first, ISSUER).ok();
    if let Ok(keys) = Keys::parse(first) {
        assert!(!keys.is_empty());
        if let Ok(token) = std::str::from_utf8(rest) {
            assert!(verify(token, &keys, &expected).is_err());
        }
    }
});
