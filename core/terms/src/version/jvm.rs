//! Versions of Java runtimes, in both numberings.
//!
//! Source: JEP 223 and JEP 322 (`11.0.12+7`, `9-ea`), and the numbering before them
//! (`1.8.0_302`, `8u302`), which is read as its successor writes it: `1.8.0_302` is
//! `8.0.302`. A pre-release (`-ea`) comes before; build numbers do not count, since the two
//! numberings count them differently and distributions restart them; nor does what stands
//! behind the build (`-LTS`).

use super::key;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let lower = text.to_ascii_lowercase();
    let text = without_name(&lower);
    let (numbers, rest) =
        key::leading(text, |byte| byte.is_ascii_digit() || *byte == b'.');
    let mut parts: Vec<&[u8]> = numbers.split(|byte| *byte == b'.').collect();
    if !parts.iter().all(|part| key::is_number(part)) {
        return None;
    }
    let is_old = matches!(parts.as_slice(), [b"1", _, ..]);
    if is_old {
        parts.remove(0);
    }
    let (update, rest) = update(rest);
    if let Some(digits) = update {
        // The update is the third number of the new numbering.
        parts.resize(2, b"0");
        parts.push(digits);
    }
    key::numbers_without_trailing_zeros(out, parts.into_iter());
    suffixes(rest, out)
}

fn without_name(text: &[u8]) -> &[u8] {
    let names: [&[u8]; 4] = [b"openjdk", b"jdk", b"jre", b"java"];
    let rest = names.iter().find_map(|name| text.strip_prefix(*name));
    match rest {
        Some([b'-' | b'_' | b' ', rest @ ..] | rest) => rest,
        None => text,
    }
}

/// `_302`, `u302`, `-update302`, `-update_302`.
fn update(text: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let marks: [&[u8]; 5] = [b"-update_", b"-update", b"_u", b"_", b"u"];
    let found =
        marks.iter().find_map(|mark| text.strip_prefix(*mark).and_then(key::digits));
    match found {
        Some((digits, rest)) => (Some(digits), rest),
        None => (None, text),
    }
}

/// Pre-release, build, option. Only the first decides.
fn suffixes(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (before_build, build) = match text.iter().position(|byte| *byte == b'+') {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, &b""[..]),
    };
    let mut pre: Option<&[u8]> = None;
    for part in before_build.split(|byte| *byte == b'-').filter(|part| !part.is_empty()) {
        match part {
            b"lts" => {}
            _ if is_build(part) => {}
            _ if pre.is_none() && part.iter().all(u8::is_ascii_alphanumeric) => {
                pre = Some(part);
            }
            _ => return None,
        }
    }
    match pre {
        Some(pre) => {
            out.push(1);
            key::text(out, pre);
        }
        None => out.push(2),
    }
    let is_start = before_build.is_empty() || before_build.starts_with(b"-");
    let is_build_text =
        build.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte));
    (is_start && is_build_text).then_some(())
}

/// `b11`
fn is_build(part: &[u8]) -> bool {
    part.strip_prefix(b"b").is_some_and(key::is_number)
}
