//! Versions of Ruby gems.
//!
//! Source: RubyGems, `Gem::Version`: segments of digits or letters, at dots and where
//! digits and letters meet; a hyphen is `.pre.`. A segment of letters makes a pre-release
//! and is less than any number; missing segments are zero. Zeros in front of the first
//! letter segment and at the end do not count.
//!
//! A platform (`1.13.1-x86_64-linux`) is no part of a version and is not stripped: RubyGems
//! itself reads it as a pre-release, or refuses it for its underscore.

use super::key;

const WORD: u8 = 1;
const WORD_AFTER_ZEROS: u8 = 2;
const REST_IS_ZERO: u8 = 3;
const NUMBER_AFTER_ZEROS: u8 = 4;
const NUMBER: u8 = 5;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if !is_version(text) {
        return None;
    }
    let mut zeros = 0;
    let mut is_before_letters = true;
    let mut rest = text;
    while let Some((segment, after)) = segment(rest) {
        rest = after;
        match segment {
            Segment::Number(digits) if key::significant(digits).is_empty() => zeros += 1,
            Segment::Number(digits) => {
                write_number(zeros, digits, out);
                zeros = 0;
            }
            Segment::Word(word) => {
                // RubyGems drops the zeros in front of the first letters.
                if is_before_letters {
                    zeros = 0;
                    is_before_letters = false;
                }
                write_word(zeros, word, out);
                zeros = 0;
            }
        }
    }
    out.push(REST_IS_ZERO);
    Some(())
}

/// Behind the end of a version zeros go on for ever. So a number behind zeros is later
/// than the end, the sooner the later; a word behind zeros is earlier than the end, the
/// sooner the earlier.
fn write_number(zeros: usize, digits: &[u8], out: &mut Vec<u8>) {
    if zeros == 0 {
        out.push(NUMBER);
    } else {
        out.push(NUMBER_AFTER_ZEROS);
        key::count_descending(out, zeros);
    }
    key::number(out, digits);
}

fn write_word(zeros: usize, word: &[u8], out: &mut Vec<u8>) {
    if zeros == 0 {
        out.push(WORD);
    } else {
        out.push(WORD_AFTER_ZEROS);
        key::count_ascending(out, zeros);
    }
    key::text(out, word);
}

enum Segment<'a> {
    Number(&'a [u8]),
    Word(&'a [u8]),
}

fn segment(text: &[u8]) -> Option<(Segment<'_>, &[u8])> {
    let first = text.first()?;
    if first.is_ascii_digit() {
        let (digits, rest) = key::digits(text)?;
        return Some((Segment::Number(digits), rest));
    }
    if first.is_ascii_alphabetic() {
        let (word, rest) = key::leading(text, u8::is_ascii_alphabetic);
        return Some((Segment::Word(word), rest));
    }
    let rest = text.get(1..)?;
    if *first == b'-' { Some((Segment::Word(b"pre"), rest)) } else { segment(rest) }
}

/// `1.a-b.c`: a number first, every part of letters and digits, hyphens from the first
/// hyphen on.
fn is_version(text: &[u8]) -> bool {
    let (release, pre) = match text.iter().position(|byte| *byte == b'-') {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let is_dotted = |text: &[u8], hyphens: bool| {
        text.split(|byte| *byte == b'.').all(|part| {
            !part.is_empty()
                && part
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || hyphens && *byte == b'-')
        })
    };
    let starts_with_number =
        release.split(|byte| *byte == b'.').next().is_some_and(key::is_number);
    starts_with_number
        && is_dotted(release, false)
        && pre.is_none_or(|pre| is_dotted(pre, true))
}
