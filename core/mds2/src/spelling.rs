//! How ids of questions are spelt in real forms.
//!
//! Case, blanks and dashes count for nothing: `mpii – 2.1`, `AUDT_2.8.1`. A typing error in
//! the letters (`SHAD-15`) is mended where it leaves one question alone, and told.

use crate::form::Spelt;
use crate::question::{Edition, Question, SECTIONS};

/// An id at the beginning of a text.
#[derive(Debug, PartialEq)]
pub(crate) struct Found<'t> {
    /// The id as written.
    pub(crate) written: &'t str,
    pub(crate) is: Is,
    /// What follows.
    pub(crate) rest: &'t str,
}

/// What an id is.
#[derive(Debug, PartialEq)]
pub(crate) enum Is {
    Question(&'static Question, Spelt),
    /// It has the form of one, and the edition has none such.
    Unknown,
}

/// The id at the beginning of a text, in the spelling of an edition.
pub(crate) fn find(text: &str, edition: Edition) -> Option<Found<'_>> {
    match edition {
        Edition::Of2019 => find_2019(text),
        Edition::Of2013 => find_2013(text),
    }
}

/// The id that a text consists of, but for marks around it.
pub(crate) fn whole(text: &str, edition: Edition) -> Option<Found<'_>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "*\"'|()[]".contains(c));
    let found = find(text, edition)?;
    let is_end = |c: char| c.is_whitespace() || ".:,;)*".contains(c);
    found.rest.chars().all(is_end).then_some(found)
}

const DASHES: &str = "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}_";

fn find_2019(text: &str) -> Option<Found<'_>> {
    let letters = text.bytes().take(6).take_while(u8::is_ascii_alphabetic).count();
    if !(3..=5).contains(&letters) {
        return None;
    }
    let (code, behind) = text.split_at_checked(letters)?;
    let is_gap = |c: char| c == ' ' || c == '\u{A0}' || c == '.' || DASHES.contains(c);
    let digits = behind.trim_start_matches(is_gap);
    let gap = behind.get(..behind.len() - digits.len())?;
    if gap.chars().count() > 3 {
        return None;
    }
    let (numbers, rest) = numbers(digits, &['.', ','])?;
    let written = text.get(..text.len() - rest.len())?;
    let is = identify(code, &numbers, gap)?;
    Some(Found { written, is, rest })
}

/// The section that letters mean.
fn identify(code: &str, numbers: &str, gap: &str) -> Option<Is> {
    let code = code.to_ascii_uppercase();
    let known = |section: &str| Edition::Of2019.question(&format!("{section}-{numbers}"));
    if SECTIONS.iter().any(|(section, _)| *section == code) {
        return Some(match known(&code) {
            Some(question) => Is::Question(question, Spelt::Right),
            None => Is::Unknown,
        });
    }
    // Words beside numbers are everywhere (`TLS 1.2`): without a dash it is no id.
    if !gap.chars().any(|c| DASHES.contains(c)) {
        return None;
    }
    let near = SECTIONS.iter().filter(|(section, _)| is_slip(&code, section));
    let mut questions = near.filter_map(|(section, _)| known(section));
    match (questions.next(), questions.next()) {
        (Some(question), None) => {
            Some(Is::Question(question, Spelt::Wrong(format!("{code}-{numbers}"))))
        }
        (Some(_), Some(_)) => Some(Is::Unknown),
        (None, _) => None,
    }
}

/// Whether one letter is wrong, missing or too many, or two are swapped.
fn is_slip(written: &str, right: &str) -> bool {
    let (written, right) = (written.as_bytes(), right.as_bytes());
    let same = written.iter().zip(right).take_while(|(a, b)| a == b).count();
    let tail = |text: &[u8], from: usize| text.get(from..).unwrap_or_default().to_vec();
    match written.len().cmp(&right.len()) {
        std::cmp::Ordering::Equal => {
            // Three letters are too few to guess which one is wrong.
            let one_wrong =
                right.len() > 3 && tail(written, same + 1) == tail(right, same + 1);
            let swapped = written.get(same) == right.get(same + 1)
                && written.get(same + 1) == right.get(same)
                && same + 1 < right.len()
                && tail(written, same + 2) == tail(right, same + 2);
            one_wrong || swapped
        }
        std::cmp::Ordering::Less => {
            right.len() > 3
                && written.len() + 1 == right.len()
                && tail(written, same) == tail(right, same + 1)
        }
        std::cmp::Ordering::Greater => {
            right.len() > 3
                && written.len() == right.len() + 1
                && tail(written, same + 1) == tail(right, same)
        }
    }
}

/// Numbers with marks between them: `2.8.1`; and what follows.
fn numbers<'t>(text: &'t str, marks: &[char]) -> Option<(String, &'t str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 2 {
            return None;
        }
        let (number, behind) = rest.split_at_checked(digits)?;
        parts.push(number.trim_start_matches('0').to_owned());
        rest = behind;
        let next = behind.strip_prefix(marks);
        let Some(next) = next.filter(|it| it.starts_with(|c: char| c.is_ascii_digit()))
        else {
            break;
        };
        // `AUDT-1,2019`: what follows is no part of it.
        if next.bytes().take_while(u8::is_ascii_digit).count() > 2 || parts.len() == 3 {
            break;
        }
        rest = next;
    }
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    Some((parts.join("."), rest))
}

fn find_2013(text: &str) -> Option<Found<'_>> {
    let question = |id: &str, rest| {
        let written = text.get(..text.len() - str::len(rest))?;
        let is = match Edition::Of2013.question(id) {
            Some(question) => Is::Question(question, Spelt::Right),
            None => Is::Unknown,
        };
        Some(Found { written, is, rest })
    };
    let first = text.chars().next()?;
    if ('A'..='D').contains(&first) {
        let behind = text.get(1..)?;
        if let Some(digits) = behind.strip_prefix(['.', '-', ' '])
            && let Some((number, rest)) = numbers(digits, &[])
        {
            return question(&format!("{first}.{number}"), rest);
        }
        // A letter alone is an article or a list of something else, but for `A` in a column of
        // its own, or before the words with which its question begins.
        let is_alone = behind.is_empty()
            || behind.starts_with(['.', ')', '\t', ',', '|'])
            || behind.starts_with("  ")
            || behind.starts_with(" Can ");
        return if is_alone && first == 'A' { question("A", behind) } else { None };
    }
    let (section, behind) = numbers(text, &[])?;
    let digits = behind.trim_start_matches(|c: char| c == ' ' || DASHES.contains(c));
    let gap = behind.get(..behind.len() - digits.len())?;
    if gap.chars().count() > 3 || !gap.chars().any(|c| DASHES.contains(c)) {
        return None;
    }
    let (numbers, rest) = numbers(digits, &['.'])?;
    question(&format!("{section}-{numbers}"), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edition: Edition, text: &str, expected: &str) {
        let found = find(text, edition);
        let shown = match &found {
            None => "none".to_owned(),
            Some(Found { is: Is::Unknown, rest, .. }) => format!("unknown |{rest}"),
            Some(Found { is: Is::Question(question, spelt), rest, .. }) => {
                let mark = if *spelt == Spelt::Right { "" } else { "!" };
                format!("{}{mark} |{rest}", question.id)
            }
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn ids_of_2019_are_read_in_any_spelling() {
        let of = |text, expected| check(Edition::Of2019, text, expected);
        of("MPII-2.1", "MPII-2.1 |");
        of("mpii – 2.1 x", "MPII-2.1 | x");
        of("AUDT_2.8.1:", "AUDT-2.8.1 |:");
        of("AUDT-2.8.1.", "AUDT-2.8.1 |.");
        of("CONN 1,1,1", "CONN-1.1.1 |");
        of("MPII-3.10", "MPII-3.10 |");
        of("DOC-01", "DOC-1 |");
        of("DOC1", "DOC-1 |");
        of("SBoM-1", "SBOM-1 |");
        of("AUTH-1,\"x\"", "AUTH-1 |,\"x\"");
        of("AUTH-1,2019", "AUTH-1 |,2019");
    }

    #[test]
    fn a_slip_is_mended_where_one_question_is_left_and_told() {
        let of = |text, expected| check(Edition::Of2019, text, expected);
        of("SHAD-15", "SAHD-15! |");
        of("MPI-3.10", "MPII-3.10! |");
        of("MPIII-1", "MPII-1! |");
        of("CONM-8", "CONN-8! |");
        of("DCO-3", "DOC-3! |");
        // Node or person authentication?
        of("XAUT-2", "unknown |");
        of("XAUT-14", "PAUT-14! |");
        of("SAHD-99", "unknown |");
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        let of = |text| check(Edition::Of2019, text, "none");
        for text in [
            "TLS 1.2",
            "SHA-256",
            "ISO 27002",
            "IEC-80001",
            "AES-25",
            "Note 1",
            "NOTE-1",
            "",
            "DOC",
            "MPII",
            "MPII-x",
            "DOC-1a",
            "Rev-1",
            "AC-12",
            "MPII----1",
            "é",
        ] {
            of(text);
        }
    }

    #[test]
    fn ids_of_2013_are_read() {
        let of = |text, expected| check(Edition::Of2013, text, expected);
        of("A", "A |");
        of("A. Can", "A |. Can");
        of("A Can this device", "A | Can this device");
        of("A      Can", "A |      Can");
        of("B.1 x", "B.1 | x");
        of("2-2.5.1", "2-2.5.1 |");
        of("2–2.5 x", "2-2.5 | x");
        of("20-2.1", "20-2.1 |");
        of("2-9", "unknown |");
        of("A device", "none");
        of("2013-01-02", "none");
        of("12 users", "none");
        of("1-877-555", "none");
    }
}
