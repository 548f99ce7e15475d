//! What somebody means who does not write as the records do: a CVE with blanks, a serial number
//! with what stands before it on the label.

use std::borrow::Cow;

/// What stands on labels before a serial number; the longest first.
const SERIALS: [&str; 9] = [
    "serial number",
    "serial no.",
    "serial no",
    "serial",
    "ser. no.",
    "ser. no",
    "s/n",
    "s.n.",
    "sn",
];

/// A CVE however its parts are held together, as records write it; whatever else as it is.
pub(super) fn number(q: &str) -> Cow<'_, str> {
    let mut parts = q
        .split(|one: char| {
            one.is_whitespace()
                || matches!(one, '-' | '_' | ':' | '\u{2010}'..='\u{2015}')
        })
        .filter(|part| !part.is_empty());
    let is_number = |part: &str, least: usize| {
        part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(cve), Some(year), Some(number), None)
            if cve.eq_ignore_ascii_case("cve")
                && year.len() == 4
                && is_number(year, 4)
                && is_number(number, 4) =>
        {
            Cow::Owned(format!("CVE-{year}-{number}"))
        }
        _ => Cow::Borrowed(q),
    }
}

/// The serial number behind what a label writes before it; none where nothing stands before it.
pub(super) fn serial(q: &str) -> Option<&str> {
    let q = q.trim();
    let behind = SERIALS.iter().find_map(|head| {
        let (front, behind) = q.split_at_checked(head.len())?;
        front.eq_ignore_ascii_case(head).then_some(behind)
    })?;
    // `SN002` is a serial number itself.
    let is_apart = behind
        .starts_with(|one: char| one.is_whitespace() || matches!(one, ':' | '#' | '='));
    let serial = behind.trim_start_matches(|one: char| {
        one.is_whitespace() || matches!(one, ':' | '#' | '=')
    });
    (is_apart && !serial.is_empty()).then_some(serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cve_is_read_however_its_parts_are_held_together() {
        for written in
            ["cve 2021 44228", "CVE-2021-44228", "Cve_2021 - 44228", "CVE: 2021–44228"]
        {
            assert_eq!(number(written), "CVE-2021-44228", "{written}");
        }
        for other in
            ["cve 21 44228", "cve 2021", "cve 2021 44228 log4j", "Ward 2021 4422"]
        {
            assert_eq!(number(other), other);
        }
    }

    #[test]
    fn a_serial_number_is_what_stands_behind_its_heading() {
        for (written, expected) in [
            ("sn 002", Some("002")),
            ("S/N: AM400113", Some("AM400113")),
            ("Serial No. 77", Some("77")),
            ("serial number #9", Some("9")),
            ("SN002", None),
            ("sn", None),
            ("snow 3", None),
            ("Ward 4B", None),
        ] {
            assert_eq!(serial(written), expected, "{written}");
        }
    }
}
