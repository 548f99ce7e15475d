//! What somebody means who does not write as the records do: a CVE with blanks or within a web
//! address, a number with what stands before it on the label.

use std::borrow::Cow;

use fleet::Column;

/// What stands before a number on labels and in lists, and where such a number is kept; of those
/// that begin alike the longest first.
const HEADINGS: [(&str, &[Column]); 25] = [
    ("serial number", SERIAL),
    ("serial no.", SERIAL),
    ("serial no", SERIAL),
    ("serial", SERIAL),
    ("ser. no.", SERIAL),
    ("ser. no", SERIAL),
    ("s/n", SERIAL),
    ("s.n.", SERIAL),
    ("sn", SERIAL),
    ("asset tag", TAG),
    ("asset number", TAG),
    ("asset no.", TAG),
    ("asset no", TAG),
    ("asset id", TAG),
    ("asset", TAG),
    ("tag", TAG),
    ("mac address", &[Column::Mac]),
    ("mac", &[Column::Mac]),
    ("ip address", &[Column::Ip]),
    ("ipv4", &[Column::Ip]),
    ("ipv6", &[Column::Ip]),
    ("ip", &[Column::Ip]),
    ("udi-di", &[Column::Udi]),
    ("udi", &[Column::Udi]),
    ("gtin", &[Column::Udi]),
];

/// Some houses write the serial number on their own tag.
const SERIAL: &[Column] = &[Column::Serial, Column::AssetTag];

const TAG: &[Column] = &[Column::AssetTag];

/// Whether a character holds the parts of a number together: hyphens, dashes and the minus of
/// whatever program wrote it.
fn is_dash(one: char) -> bool {
    matches!(
        one,
        '-' | '_' | ':' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{AD}'
    )
}

/// The spellings under which an advisory or a flaw may be kept: as it is written, with plain
/// hyphens, in capitals, and as GitHub writes its own.
pub(super) fn spellings(q: &str) -> Vec<String> {
    let plain: String = q
        .chars()
        .map(|one| if is_dash(one) || one.is_whitespace() { '-' } else { one })
        .collect();
    let capitals = plain.to_uppercase();
    let mut all = vec![q.to_owned(), plain, capitals.clone()];
    if let Some(rest) = capitals.strip_prefix("GHSA-") {
        all.push(format!("GHSA-{}", rest.to_lowercase()));
    }
    all
}

/// Letters and digits alone, in small letters: by which two spellings of a number are one.
pub(super) fn bare(text: &str) -> String {
    let kept = text.chars().filter(|one| one.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The CVE that a longer text names, as the address of its page does, or that is written without
/// its first three letters. It may be meant, and may not.
pub(super) fn meant(q: &str) -> Option<String> {
    let capitals = q.to_ascii_uppercase();
    let after = capitals.split("CVE-").nth(1).unwrap_or(&capitals);
    let is_whole = after.len() == capitals.len();
    let (year, rest) = after.split_once('-')?;
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = rest.split_at_checked(length)?;
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let fits = is_year && (4..=19).contains(&number.len());
    (fits && (!is_whole || behind.is_empty())).then(|| format!("CVE-{year}-{number}"))
}

/// A CVE however its parts are held together, as records write it; whatever else as it is.
pub(super) fn number(q: &str) -> Cow<'_, str> {
    let mut parts = q
        .split(|one: char| one.is_whitespace() || is_dash(one))
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

/// The number behind what a label writes before it, and where such numbers are kept; none where
/// nothing stands before it.
pub(super) fn number_behind(q: &str) -> Option<(&'static [Column], &str)> {
    let q = q.trim();
    let (columns, behind) = HEADINGS.iter().find_map(|(head, columns)| {
        let (front, behind) = q.split_at_checked(head.len())?;
        front.eq_ignore_ascii_case(head).then_some((*columns, behind))
    })?;
    let stands_between =
        |one: char| one.is_whitespace() || matches!(one, ':' | '#' | '=');
    // `SN002` is a serial number itself.
    let number = behind.trim_start_matches(stands_between);
    let is_apart = behind.starts_with(stands_between);
    (is_apart && !number.is_empty()).then_some((columns, number))
}

/// What of a text is looked for in a column.
pub(super) fn sought_in(q: &str, column: Column) -> &str {
    match number_behind(q) {
        Some((columns, number)) if columns.contains(&column) => number,
        _ => q,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cve_is_read_however_its_parts_are_held_together() {
        for written in [
            "cve 2021 44228",
            "CVE-2021-44228",
            "Cve_2021 - 44228",
            "CVE: 2021–44228",
            "cve−2021−44228",
        ] {
            assert_eq!(number(written), "CVE-2021-44228", "{written}");
        }
        for other in
            ["cve 21 44228", "cve 2021", "cve 2021 44228 log4j", "Ward 2021 4422"]
        {
            assert_eq!(number(other), other);
        }
    }

    #[test]
    fn a_number_is_what_stands_behind_its_heading() {
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
            let number = number_behind(written).map(|(_, number)| number);
            assert_eq!(number, expected, "{written}");
        }
        for (written, column) in [
            ("Asset tag: 7", Column::AssetTag),
            ("MAC 7", Column::Mac),
            ("ip=7", Column::Ip),
            ("UDI-DI 7", Column::Udi),
            ("S/N 7", Column::Serial),
        ] {
            assert_eq!(sought_in(written, column), "7", "{written}");
            assert_eq!(sought_in(written, Column::Maker), written);
        }
    }

    #[test]
    fn a_cve_may_be_meant_by_a_longer_text_or_a_shorter_one() {
        for (written, expected) in [
            ("https://nvd.nist.gov/vuln/detail/CVE-2021-44228", Some("CVE-2021-44228")),
            (
                "https://www.cve.org/CVERecord?id=cve-2021-44228&x=1",
                Some("CVE-2021-44228"),
            ),
            ("2021-44228", Some("CVE-2021-44228")),
            ("2021-44228-1", None),
            ("2021-442", None),
            ("12021-44228", None),
            ("CVE-", None),
        ] {
            assert_eq!(meant(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn a_number_of_an_advisory_has_many_spellings_and_one_that_is_kept() {
        for (written, kept) in [
            ("icsma 19–113‑01", "ICSMA-19-113-01"),
            ("GHSA-JFH8-c2jp-5V3Q", "GHSA-jfh8-c2jp-5v3q"),
        ] {
            assert!(spellings(written).iter().any(|one| one == kept), "{written}");
            assert_eq!(bare(written), bare(kept));
        }
    }
}
