//! Versions of OpenSSL.
//!
//! Source: OpenSSL's release strategy and its list of old releases: before 3.0 a letter
//! counts the patches (`1.0.2` < `1.0.2a` < … < `1.0.2z` < `1.0.2za`), from 3.0 on three
//! numbers; `-alpha`, `-beta` and `-pre` come before the release. `-fips` names a way of
//! building and is left out.
//!
//! Not read: `-dev` and snapshots, which stand at no certain place.

use super::key;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let lower = text.to_ascii_lowercase();
    let text = lower.strip_suffix(b"-fips").unwrap_or(&lower);
    let (core, rest) = key::leading(text, |byte| byte.is_ascii_digit() || *byte == b'.');
    if !core.split(|byte| *byte == b'.').all(key::is_number) {
        return None;
    }
    key::numbers_without_trailing_zeros(out, core.split(|byte| *byte == b'.'));
    let (letters, rest) = key::leading(rest, u8::is_ascii_alphabetic);
    key::text(out, letters);
    let Some(pre) = rest.strip_prefix(b"-") else {
        out.push(4);
        return rest.is_empty().then_some(());
    };
    let (rank, number) = [(&b"alpha"[..], 1), (b"beta", 2), (b"pre", 3)]
        .iter()
        .find_map(|(word, rank)| pre.strip_prefix(*word).map(|rest| (*rank, rest)))?;
    out.push(rank);
    key::number(out, number);
    (number.is_empty() || key::is_number(number)).then_some(())
}
