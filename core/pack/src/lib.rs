//! The evidence pack: all that an organisation shows for itself, in one file that proves itself.
//!
//! ```text
//! MANIFEST.sha256      a line for every file but two: its SHA-256, two blanks, its name
//! MANIFEST.sha256.sig  the Ed25519 signature over that file, 64 bytes
//! key.pem              the public key
//! pack.json            whose it is, of which day, what is not in it and why
//! posture.json         the verdicts with the facts that they rest on
//! evidence.json        what each document is; evidence/… are their bytes
//! audit/log.json       the root of the audit log, and the proof of each leaf that is told
//! ```
//!
//! Sources: the lines of `sha256sum` (GNU coreutils), Ed25519 (RFC 8032), its public key as
//! RFC 8410 writes it, inclusion proofs of RFC 6962. So `sha256sum -c` and `openssl pkeyutl`
//! find out the same as [`check()`].
//!
//! Not here: what is in a pack of whom, and where archives lie (`operations`, `lazaret`).

mod check;
mod key;
mod manifest;
pub mod proof;
mod released;

pub use check::{Checked, Fault, LeftOut, check};
pub use key::{PublicKey, SigningKey};
pub use manifest::{Manifest, hex, is_name};
pub use released::Released;

/// Every file with its SHA-256.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The signature over it.
pub const SIGNATURE: &str = "MANIFEST.sha256.sig";
/// The public key of the signature.
pub const KEY: &str = "key.pem";
/// The root of the audit log with the proofs of leaves.
pub const LOG: &str = "audit/log.json";
/// Whose the pack is, of when, and what it leaves out.
pub const ABOUT: &str = "pack.json";
/// What each document is.
pub const EVIDENCE: &str = "evidence.json";
