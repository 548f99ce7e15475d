//! What somebody looks for among components: a purl, a CPE name, or words.
//!
//! A purl and a CPE name mean what they say; words are found within names, and begin a version:
//! `log4j-core 2.14` means 2.14.1 too, but neither 2.140 nor 12.14.

use std::cmp::Ordering;

use terms::Purl;
use terms::cpe::{self, Attribute};

use super::{Entry, vendor_and_product};

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// One component, as a list shows it: the key, and the version as written.
    One {
        /// See [`super::key`].
        key: String,
        /// As written.
        version: String,
    },
    /// A package; without a version any.
    Package {
        /// The purl without version.
        package: String,
        /// The version that it names.
        version: Option<String>,
    },
    /// Vendor and product of a CPE name; without a version any.
    Cpe {
        /// `vendor:product`.
        name: String,
        /// How the version begins.
        version: Option<String>,
    },
    /// Words, each of which occurs; small letters.
    Words(Vec<String>),
}

/// How a component was met; the order is that of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is called so, or is what was named.
    Same,
    /// Its name begins so.
    Beginning,
    /// The words occur in it.
    Within,
}

/// Words of one question that are looked at.
const WORDS_MAX: usize = 8;

/// A shorter word would be met everywhere.
const WORD_MIN: usize = 2;

impl Sought {
    /// What a text in hand may mean; `None` where it says too little to look for.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(purl) = Purl::parse(text) {
            let version = purl.version().map(str::to_owned);
            return Some(Self::Package { package: purl.package().to_string(), version });
        }
        if let Ok(name) = cpe::Name::parse(text) {
            let version = name.get(Attribute::Version).plain();
            return Some(Self::Cpe { name: vendor_and_product(&name), version });
        }
        let words: Vec<String> = text
            .split_whitespace()
            .flat_map(parted)
            .map(str::to_lowercase)
            .take(WORDS_MAX)
            .collect();
        let names = |word: &String| word.len() >= WORD_MIN && !is_version(word);
        words.iter().any(names).then_some(Self::Words(words))
    }

    /// How a component is met that is meant.
    #[must_use]
    pub fn how(&self, entry: &Entry<'_>) -> How {
        let Self::Words(words) = self else { return How::Same };
        let name = entry.name.to_lowercase();
        let last = name.rsplit(['/', ':']).next().unwrap_or_default();
        let first = words.iter().find(|word| !is_version(word));
        let first = first.map_or("", String::as_str);
        if last == first || name == first {
            How::Same
        } else if last.starts_with(first) || name.starts_with(first) {
            How::Beginning
        } else {
            How::Within
        }
    }
}

/// `openssl@1.0.2` is a name and a version; `@angular/core` is a name.
fn parted(word: &str) -> impl Iterator<Item = &str> {
    let parts = match word.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => [name, version],
        _ => [word, ""],
    };
    parts.into_iter().filter(|part| !part.is_empty())
}

/// Whether a word can only be a version: nothing but digits and what stands between them.
fn is_version(word: &str) -> bool {
    let bare = word.strip_prefix('v').unwrap_or(word);
    bare.starts_with(|char: char| char.is_ascii_digit())
        && bare.chars().all(|char| char.is_ascii_digit() || ".-_+:~".contains(char))
}

/// Whether a version is this one or begins with it: `2.14` begins `2.14.1`, `1.0.2` begins
/// `1.0.2k`; neither begins what goes on with a digit.
pub(super) fn begins(version: &str, sought: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches(['v', 'V']).to_lowercase();
    let (version, sought) = (bare(version), bare(sought));
    if sought.is_empty() {
        return version.is_empty();
    }
    version
        .strip_prefix(&sought)
        .is_some_and(|rest| !rest.starts_with(|char: char| char.is_ascii_digit()))
}

/// How two versions stand in a list, by their numbers and then letter by letter. It orders what
/// is shown and judges nothing.
pub(super) fn by_version(one: &str, other: &str) -> Ordering {
    let (mut one_left, mut other_left) = (one, other);
    loop {
        let (a, b) = (one_left.chars().next(), other_left.chars().next());
        let (Some(a), Some(b)) = (a, b) else {
            return a.is_some().cmp(&b.is_some()).then_with(|| one.cmp(other));
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (first, rest) = number(one_left);
            let (second, other_rest) = number(other_left);
            match (first.len(), first).cmp(&(second.len(), second)) {
                Ordering::Equal => {}
                order => return order,
            }
            (one_left, other_left) = (rest, other_rest);
        } else if a == b {
            one_left = one_left.get(a.len_utf8()..).unwrap_or_default();
            other_left = other_left.get(b.len_utf8()..).unwrap_or_default();
        } else {
            return a.cmp(&b);
        }
    }
}

/// The number at the beginning, without zeros in front, and what follows.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Sought>) {
        assert_eq!(Sought::read(text), expected, "{text}");
    }

    fn words(words: &[&str]) -> Option<Sought> {
        Some(Sought::Words(words.iter().map(|word| (*word).to_owned()).collect()))
    }

    #[test]
    fn a_text_is_read_as_a_purl_a_cpe_name_or_words() {
        check("openssl", words(&["openssl"]));
        check(" log4j-core  2.14 ", words(&["log4j-core", "2.14"]));
        check("OpenSSL@1.0.2", words(&["openssl", "1.0.2"]));
        check("@angular/core", words(&["@angular/core"]));
        let package = |package: &str, version: Option<&str>| {
            let (package, version) = (package.to_owned(), version.map(str::to_owned));
            Some(Sought::Package { package, version })
        };
        check(
            "pkg:npm/%40angular/core@17.0.1",
            package("pkg:npm/%40angular/core", Some("17.0.1")),
        );
        check("pkg:generic/zlib", package("pkg:generic/zlib", None));
        let name = |version: Option<&str>| {
            let (name, version) =
                ("openssl:openssl".to_owned(), version.map(str::to_owned));
            Some(Sought::Cpe { name, version })
        };
        check("cpe:2.3:a:openssl:openssl:1.0.2:*:*:*:*:*:*:*", name(Some("1.0.2")));
        check("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*", name(None));
        check("cpe:/a:openssl:openssl", name(None));
    }

    #[test]
    fn what_says_too_little_is_not_looked_for() {
        for text in ["", " ", "a", "2.14", "10023", "10.0.0.5", "v2"] {
            check(text, None);
        }
    }

    #[test]
    fn a_version_begins_where_no_digit_follows() {
        for (version, sought, expected) in [
            ("2.14.1", "2.14", true),
            ("2.14", "2.14", true),
            ("v2.14", "2.14", true),
            ("1.0.2k", "1.0.2", true),
            ("1.0.2K", "1.0.2k", true),
            ("2.140", "2.14", false),
            ("12.14", "2.14", false),
            ("", "2", false),
            ("1", "", false),
            ("", "", true),
        ] {
            assert_eq!(begins(version, sought), expected, "{version} {sought}");
        }
    }

    #[test]
    fn versions_are_listed_by_their_numbers() {
        let mut versions = ["2.10", "", "2.9.1", "2.9", "10", "1.0.2k", "1.0.2", "a"];
        versions.sort_by(|one, other| by_version(one, other));
        assert_eq!(versions, ["", "1.0.2", "1.0.2k", "2.9", "2.9.1", "2.10", "10", "a"]);
        assert_eq!(by_version("1.0", "1.00"), Ordering::Less, "no two are one");
    }
}
