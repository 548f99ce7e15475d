//! Identifiers of vulnerabilities and notices, whoever gives them.
//!
//! Source: OSV schema 1.7, field `id`: the prefix of a database, then an id of its own
//! shape; CISA's and the distributions' own notices.
//!
//! The list of databases is open. An id of an unknown one is kept as written, and its
//! [`Scope`] is unknown.

use std::fmt;
use std::str::FromStr;

use crate::{CveId, Malformed};

/// An identifier of a vulnerability or of a notice, in its database's spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OsvId {
    text: Box<str>,
    /// Position in [`DATABASES`].
    database: Option<u8>,
}

/// What an identifier names; it decides whether ids are joined as aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A single vulnerability.
    Vulnerability,
    /// A notice that may cover several.
    Notice,
    /// The database is not known, so nothing may be joined on the strength of it.
    Unknown,
}

struct Database {
    prefix: &'static str,
    scope: Scope,
    form: Form,
}

/// What stands behind a prefix and its dash.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As in a CVE identifier.
    Cve,
    /// A year, a dash and a number: `2024-0003`.
    YearNumber,
    /// Three groups of four letters and digits without vowels: `4g68-4pxg-mw93`.
    Ghsa,
    /// Groups of letters and digits, in small letters.
    Lower,
    /// Groups of letters and digits, in capitals.
    Upper,
    /// Groups of letters and digits as written.
    Groups,
}

const fn one(prefix: &'static str, form: Form) -> Database {
    Database { prefix, scope: Scope::Vulnerability, form }
}

const fn notice(prefix: &'static str) -> Database {
    Database { prefix, scope: Scope::Notice, form: Form::Upper }
}

/// A longer prefix stands before one with which it begins.
const DATABASES: &[Database] = &[
    one("CVE", Form::Cve),
    one("GHSA", Form::Ghsa),
    one("PYSEC", Form::YearNumber),
    one("RUSTSEC", Form::YearNumber),
    one("GO", Form::YearNumber),
    one("MAL", Form::YearNumber),
    one("OSV", Form::YearNumber),
    one("PSF", Form::YearNumber),
    one("JLSEC", Form::YearNumber),
    one("HSEC", Form::YearNumber),
    one("OSEC", Form::YearNumber),
    one("RSEC", Form::YearNumber),
    one("GSD", Form::YearNumber),
    one("EUVD", Form::YearNumber),
    one("DRUPAL-CONTRIB", Form::YearNumber),
    one("DRUPAL-CORE", Form::YearNumber),
    one("UBUNTU-CVE", Form::Cve),
    one("DEBIAN-CVE", Form::Cve),
    one("ALPINE-CVE", Form::Cve),
    one("BELL-CVE", Form::Cve),
    one("CURL-CVE", Form::Cve),
    one("EEF-CVE", Form::Cve),
    one("BIT", Form::Groups),
    one("BREW", Form::Groups),
    one("CGA", Form::Lower),
    one("ASB-A", Form::Upper),
    one("PUB-A", Form::Upper),
    one("SNYK", Form::Upper),
    one("AZL", Form::Upper),
    one("MINI", Form::Lower),
    one("ECHO", Form::Lower),
    one("TEMP", Form::Upper),
    notice("DSA"),
    notice("DLA"),
    notice("DTSA"),
    notice("USN"),
    notice("LSN"),
    notice("RHSA"),
    notice("RHBA"),
    notice("RHEA"),
    notice("ALSA"),
    notice("ALBA"),
    notice("ALEA"),
    notice("RLSA"),
    notice("RLBA"),
    notice("RLEA"),
    notice("RXSA"),
    notice("ELSA"),
    notice("ELBA"),
    notice("ALAS2023"),
    notice("ALAS2"),
    notice("ALAS"),
    notice("SUSE-SU"),
    notice("SUSE-RU"),
    notice("SUSE-FU"),
    notice("SUSE-OU"),
    notice("openSUSE-SU"),
    notice("openSUSE-RU"),
    notice("MGASA"),
    notice("BELL-SA"),
    notice("GLSA"),
    notice("ASA"),
    notice("ICSMA"),
    notice("ICSA"),
    notice("CLEANSTART"),
    notice("OPENEULER-SA"),
    Database { prefix: "FEDORA", scope: Scope::Notice, form: Form::Groups },
];

const TERM: &str = "vulnerability identifier";

/// Characters of the longest identifier that is read; the longest seen has 80.
const CHARACTERS_MAX: usize = 200;

impl OsvId {
    /// Reads an identifier; the prefix of a known database in any case.
    ///
    /// # Errors
    /// When `text` has blanks or no prefix, or is not of the shape of its database.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad = |(at, expected): Fault| Malformed::at_byte(TERM, text, at, expected);
        let foreign = |letter: char| !letter.is_ascii_graphic();
        if let Some(at) = text.find(foreign) {
            return Err(bad((at, "a letter, a digit or punctuation of ASCII")));
        }
        if text.len() > CHARACTERS_MAX {
            return Err(bad((CHARACTERS_MAX, "at most 200 characters")));
        }
        for (position, database) in DATABASES.iter().enumerate() {
            let Some(rest) = behind_prefix(text, database.prefix) else { continue };
            let at = text.len() - rest.len();
            let rest = spelt(rest, at, database.form).map_err(bad)?;
            return Ok(Self {
                text: format!("{}-{rest}", database.prefix).into_boxed_str(),
                database: u8::try_from(position).ok(),
            });
        }
        if !text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            return Err(bad((0, "the prefix of a database")));
        }
        match text.find(|letter: char| !letter.is_ascii_alphanumeric()) {
            // `VU#720951` of CERT/CC is the one that has no dash.
            Some(at) if text.get(at + 1..).is_some_and(|rest| !rest.is_empty()) => {
                Ok(Self { text: text.into(), database: None })
            }
            _ => Err(bad((text.len(), "`-` and an id"))),
        }
    }

    /// The prefix of the database, where it is a known one.
    #[must_use]
    pub fn database(&self) -> Option<&'static str> {
        self.known().map(|database| database.prefix)
    }

    /// Whether it names a single vulnerability.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.known().map_or(Scope::Unknown, |database| database.scope)
    }

    /// The CVE identifier, where it is one.
    #[must_use]
    pub fn cve(&self) -> Option<CveId> {
        CveId::parse(&self.text).ok()
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn known(&self) -> Option<&'static Database> {
        DATABASES.get(usize::from(self.database?))
    }
}

impl FromStr for OsvId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for OsvId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A fault: a byte offset in the text, and what should have stood there.
type Fault = (usize, &'static str);

fn behind_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    rest.strip_prefix('-').filter(|_| start.eq_ignore_ascii_case(prefix))
}

/// What stands behind the prefix, in the spelling of the database.
fn spelt(rest: &str, at: usize, form: Form) -> Result<String, Fault> {
    match form {
        Form::Cve => cve(rest, at),
        Form::YearNumber => year_number(rest, at).map(|()| rest.to_owned()),
        Form::Ghsa => ghsa(rest, at),
        Form::Lower => groups(rest, at).map(|()| rest.to_ascii_lowercase()),
        Form::Upper => groups(rest, at).map(|()| rest.to_ascii_uppercase()),
        Form::Groups => groups(rest, at).map(|()| rest.to_owned()),
    }
}

fn cve(rest: &str, at: usize) -> Result<String, Fault> {
    match CveId::parse(&format!("CVE-{rest}")) {
        Ok(_) => Ok(rest.to_owned()),
        Err(refusal) => Err((at + refusal.at - 4, "a year, `-` and 4 to 19 digits")),
    }
}

fn year_number(rest: &str, at: usize) -> Result<(), Fault> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    if rest.len() < 4 || !rest.bytes().take(4).all(is_digit) {
        return Err((at, "a four-digit year"));
    }
    let number = rest.get(4..).and_then(|rest| rest.strip_prefix('-'));
    let number = number.ok_or((at + 4, "`-`"))?;
    if number.is_empty() || !number.bytes().all(is_digit) {
        return Err((at + 5, "a number"));
    }
    Ok(())
}

fn ghsa(rest: &str, at: usize) -> Result<String, Fault> {
    let rest = rest.to_ascii_lowercase();
    for (offset, letter) in rest.bytes().enumerate().take(14) {
        match (offset % 5, letter) {
            (4, b'-') => {}
            (4, _) => return Err((at + offset, "`-`")),
            (_, letter) if b"23456789cfghjmpqrvwx".contains(&letter) => {}
            _ => return Err((at + offset, "one of `23456789cfghjmpqrvwx`")),
        }
    }
    match rest.len() {
        14 => Ok(rest),
        length => Err((at + length.min(14), "three groups of four")),
    }
}

fn groups(rest: &str, at: usize) -> Result<(), Fault> {
    let mut offset = 0;
    for group in rest.split(['-', ':', '.', '_']) {
        let foreign = |letter: char| !letter.is_ascii_alphanumeric();
        // `+` stands in the names of packages.
        match group.find(|letter| foreign(letter) && letter != '+') {
            Some(inside) => return Err((at + offset + inside, "a letter or a digit")),
            None if group.is_empty() => {
                return Err((at + offset, "a letter or a digit"));
            }
            None => offset += group.len() + 1,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_told_apart_by_what_they_name() {
        #[track_caller]
        fn check(text: &str, canonical: &str, database: Option<&str>, scope: Scope) {
            let id = OsvId::parse(text).unwrap();
            assert_eq!(
                (id.as_str(), id.database(), id.scope()),
                (canonical, database, scope)
            );
        }

        let (one, notice) = (Scope::Vulnerability, Scope::Notice);
        check("CVE-2024-1234", "CVE-2024-1234", Some("CVE"), one);
        check("cve-2024-1234", "CVE-2024-1234", Some("CVE"), one);
        check("ghsa-J3f2-h2hr-5g3c", "GHSA-j3f2-h2hr-5g3c", Some("GHSA"), one);
        check("PYSEC-2021-66", "PYSEC-2021-66", Some("PYSEC"), one);
        check("GO-2020-0001", "GO-2020-0001", Some("GO"), one);
        check("OSV-2016-4", "OSV-2016-4", Some("OSV"), one);
        check("BELL-CVE-2000-0344", "BELL-CVE-2000-0344", Some("BELL-CVE"), one);
        check("UBUNTU-CVE-2023-52887", "UBUNTU-CVE-2023-52887", Some("UBUNTU-CVE"), one);
        check("BIT-java-min-2020-14562", "BIT-java-min-2020-14562", Some("BIT"), one);
        check(
            "BREW-libssh2-CVE-2023-48795",
            "BREW-libssh2-CVE-2023-48795",
            Some("BREW"),
            one,
        );
        check("DRUPAL-CORE-2018-002", "DRUPAL-CORE-2018-002", Some("DRUPAL-CORE"), one);
        check("ASB-A-174149901", "ASB-A-174149901", Some("ASB-A"), one);
        check("SNYK-JS-LODASH-567746", "SNYK-JS-LODASH-567746", Some("SNYK"), one);
        check("DSA-5000-1", "DSA-5000-1", Some("DSA"), notice);
        check("rhsa-2024:1234", "RHSA-2024:1234", Some("RHSA"), notice);
        check("ALSA-2022:A002", "ALSA-2022:A002", Some("ALSA"), notice);
        check(
            "opensuse-su-2024:0123-1",
            "openSUSE-SU-2024:0123-1",
            Some("openSUSE-SU"),
            notice,
        );
        check("ICSMA-20-296-02", "ICSMA-20-296-02", Some("ICSMA"), notice);
        check("icsa-21-147-02", "ICSA-21-147-02", Some("ICSA"), notice);
        check("ALAS2-2024-2500", "ALAS2-2024-2500", Some("ALAS2"), notice);
        check(
            "CLEANSTART-2026-CQ12345",
            "CLEANSTART-2026-CQ12345",
            Some("CLEANSTART"),
            notice,
        );
        check("FEDORA-2024-ab12cd34ef", "FEDORA-2024-ab12cd34ef", Some("FEDORA"), notice);
        check("VU#720951", "VU#720951", None, Scope::Unknown);
        check("amsa-2025-01", "amsa-2025-01", None, Scope::Unknown);
        assert!(OsvId::parse("cve-2024-1234").unwrap().cve().is_some());
        assert!(OsvId::parse("UBUNTU-CVE-2024-1234").unwrap().cve().is_none());
    }

    #[test]
    fn says_where_it_stopped_reading() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let refusal = OsvId::parse(text).unwrap_err();
            assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
        }

        check("", 0, "the prefix of a database");
        check("12-34", 0, "the prefix of a database");
        check("-1", 0, "the prefix of a database");
        check("CVE", 3, "`-` and an id");
        check("FOO-", 4, "`-` and an id");
        check("CVE-2024", 8, "a year, `-` and 4 to 19 digits");
        check("UBUNTU-CVE-2024-1", 16, "a year, `-` and 4 to 19 digits");
        check("PYSEC-21-1", 6, "a four-digit year");
        check("PYSEC-2021_1", 10, "`-`");
        check("PYSEC-2021-1a", 11, "a number");
        check("GHSA-j3f2-h2hr", 14, "three groups of four");
        check("GHSA-j3f2-h2hr-5g3cc", 19, "three groups of four");
        check("GHSA-a3f2-h2hr-5g3c", 5, "one of `23456789cfghjmpqrvwx`");
        check("GHSA-j3f2xh2hr-5g3c", 9, "`-`");
        check("RHSA-2024::1", 10, "a letter or a digit");
        check("DSA-", 4, "a letter or a digit");
        check("DSA-50/1", 6, "a letter or a digit");
        check("CVE-2024-1234 ", 13, "a letter, a digit or punctuation of ASCII");
        check("é-1", 0, "a letter, a digit or punctuation of ASCII");
    }

    #[test]
    fn no_prefix_hides_a_longer_one() {
        for (position, database) in DATABASES.iter().enumerate() {
            let id = format!("{}-x", database.prefix);
            let first = DATABASES
                .iter()
                .position(|other| behind_prefix(&id, other.prefix).is_some());
            assert_eq!(first, Some(position), "{id}");
        }
        assert!(DATABASES.len() < usize::from(u8::MAX));
    }

    proptest! {
        #[test]
        fn what_is_read_prints_a_text_that_reads_the_same(
            text in "(CVE|ghsa|PYSEC|rhsa|BIT|X|DRUPAL-CORE)-[0-9a-z:-]{0,20}|\\PC{0,16}"
        ) {
            match OsvId::parse(&text) {
                Ok(id) => {
                    prop_assert!(id.as_str().eq_ignore_ascii_case(&text));
                    prop_assert_eq!(OsvId::parse(id.as_str()).unwrap(), id);
                }
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }
    }
}
