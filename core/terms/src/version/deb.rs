//! Versions of Debian packages.
//!
//! Source: Debian Policy 4.7, §5.6.12, and dpkg's `verrevcmp`: an epoch before the first
//! colon, missing is zero; a revision behind the last hyphen, missing is the same as `0`.
//! Each is compared in turns as text and as number; in text a tilde comes before the end,
//! the end before letters, letters before everything else.
//!
//! A bound without a revision is taken at its word: `1.2` is `1.2-0`, and `1.2-1` is later.

use super::key;

/// The byte of a tilde in the text of a key, and that of the end of the text.
const TILDE: u8 = 1;
const TEXT_END: u8 = 2;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (epoch, version) = match text.iter().position(|byte| *byte == b':') {
        // dpkg reads the epoch as C does, a plus in front included.
        Some(at) => {
            let epoch = text.get(..at)?;
            (epoch.strip_prefix(b"+").unwrap_or(epoch), text.get(at + 1..)?)
        }
        None => (&b"0"[..], text),
    };
    if !key::is_number(epoch) || version.is_empty() || !version.iter().all(is_allowed) {
        return None;
    }
    let (upstream, revision) = match version.iter().rposition(|byte| *byte == b'-') {
        Some(at) => (version.get(..at)?, version.get(at + 1..)?),
        None => (version, &b""[..]),
    };
    key::number(out, epoch);
    alternating(upstream, out);
    alternating(revision, out);
    Some(())
}

/// dpkg warns of a version that does not start with a digit and compares it all the same.
fn is_allowed(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'+' | b'-' | b'~' | b':' | b'_')
}

/// Text and number in turns. The first pair is always written, so that a text that has
/// ended and one that goes on (`` and `0~1`) differ in text first, as in dpkg, for which
/// empty text and zero go on for ever behind the end.
fn alternating(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let (run, after) = key::leading(rest, |byte| !byte.is_ascii_digit());
        let (digits, after) = key::leading(after, u8::is_ascii_digit);
        out.extend(run.iter().map(weight));
        out.push(TEXT_END);
        key::number(out, digits);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    out.push(TEXT_END);
}

fn weight(byte: &u8) -> u8 {
    match byte {
        b'~' => TILDE,
        letter if letter.is_ascii_alphabetic() => *letter,
        other => other | 0x80,
    }
}
