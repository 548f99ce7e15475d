//! What is subscribed to: the list of feeds in `feeds.toml`.
//!
//! A feed is a place from which a publisher gives advisories. The file is read strictly: a
//! word that is not known is refused with its line, since a feed that is silently left out
//! would be silence read as "not affected".

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::sync::reach;

/// A place from which advisories come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its name: the folder in which what it gave is kept.
    pub name: String,
    /// Whose it is and how it is asked.
    pub kind: Kind,
    /// How often it is asked by a server.
    pub every: Duration,
}

/// How a feed is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A CSAF provider (CSAF 2.0 and 2.1, section 7).
    Csaf(Csaf),
    /// The buckets of osv.dev, or a mirror of them.
    Osv(Osv),
    /// The repository of CVE records, or a mirror of it.
    Cve(Cve),
    /// The interface of the NVD, edition 2.0.
    Nvd(Nvd),
    /// One file: CISA's KEV, a day of EPSS, an archive of any format that is read.
    File(Url),
}

/// A CSAF provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csaf {
    /// Where it begins.
    pub at: Beginning,
    /// What a document must have to be kept.
    pub check: Check,
    /// The keys that may sign, by fingerprint in lower case. Where none is given, those that
    /// the provider names at the first time are remembered.
    pub fingerprints: Vec<String>,
}

/// Where a CSAF provider begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// The address of its `provider-metadata.json`.
    Metadata(Url),
    /// Its main domain, from which the metadata is found (section 7.3.1).
    Domain(String),
}

/// What a document of a CSAF provider must have to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// A hash that is right, and a signature of a known key that is right.
    Signature,
    /// A hash that is right; a signature that is there must be right too.
    Hash,
    /// Whatever is there must be right, but nothing need be there.
    None,
}

/// The buckets of osv.dev.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Osv {
    /// The address above the ecosystems.
    pub address: Url,
    /// The ecosystems, as OSV writes them.
    pub ecosystems: Vec<String>,
}

/// The repository of CVE records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cve {
    /// The address above `cves/`.
    pub address: Url,
    /// The archive of the whole.
    pub archive: Url,
}

/// The interface of the NVD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nvd {
    /// Its address.
    pub address: Url,
    /// The environment variable that holds the key, if there is one.
    pub key_variable: Option<String>,
    /// How long to wait between two requests.
    pub pause: Duration,
}

/// Why the list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FeedsError {
    /// It is not TOML, or a word in it is not known.
    #[error("{0}")]
    Unreadable(#[from] toml::de::Error),
    /// A feed lacks something, or has too much.
    #[error("feed `{name}`: {what}")]
    Feed {
        /// Its name.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// There is none.
    #[error("the list names no feed")]
    Empty,
}

/// A list to start from.
pub const EXAMPLE: &str = include_str!("../feeds.example.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    feed: Vec<WrittenFeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFeed {
    name: String,
    kind: WrittenKind,
    address: Option<String>,
    domain: Option<String>,
    archive: Option<String>,
    ecosystems: Option<Vec<String>>,
    check: Option<Check>,
    fingerprints: Option<Vec<String>>,
    key_variable: Option<String>,
    pause: Option<String>,
    every: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenKind {
    Csaf,
    Osv,
    Cve,
    Nvd,
    File,
}

/// Reads a list of feeds.
///
/// # Errors
/// When it is not TOML, a word is not known, a feed is incomplete, or two have one name.
pub fn read_feeds(text: &str) -> Result<Vec<Feed>, FeedsError> {
    let written: Written = toml::from_str(text)?;
    if written.feed.is_empty() {
        return Err(FeedsError::Empty);
    }
    let mut names = BTreeSet::new();
    written
        .feed
        .into_iter()
        .map(|feed| {
            let name = feed.name.clone();
            let fault = |what: String| FeedsError::Feed { name: name.clone(), what };
            if !is_name(&name) {
                let what = "a name has letters, digits, `-` and `_`, and begins with a letter or digit";
                return Err(fault(what.to_owned()));
            }
            if !names.insert(name.to_ascii_lowercase()) {
                return Err(fault("another feed has this name".to_owned()));
            }
            feed.read().map_err(fault)
        })
        .collect()
}

/// A name is a folder on every system.
fn is_name(name: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    name.len() <= 60
        && name.chars().all(is_plain)
        && name.starts_with(|char: char| char.is_ascii_alphanumeric())
}

const HOUR: u64 = 3600;

impl WrittenFeed {
    fn read(mut self) -> Result<Feed, String> {
        let (kind, hours) = match self.kind {
            WrittenKind::Csaf => (Kind::Csaf(self.csaf()?), 4),
            WrittenKind::Osv => (Kind::Osv(self.osv()?), 4),
            WrittenKind::Cve => (Kind::Cve(self.cve()?), 2),
            WrittenKind::Nvd => (Kind::Nvd(self.nvd()?), 4),
            WrittenKind::File => (Kind::File(self.needed_address()?), 12),
        };
        let every = match self.every.take() {
            Some(text) => span(&text, "every")?,
            None => Duration::from_secs(hours * HOUR),
        };
        if every < Duration::from_secs(60) {
            return Err("`every` is at least a minute".to_owned());
        }
        match self.left_over() {
            Some(word) => Err(format!("`{word}` says nothing of a feed of this kind")),
            None => Ok(Feed { name: self.name, kind, every }),
        }
    }

    fn csaf(&mut self) -> Result<Csaf, String> {
        let at = match (self.address.take(), self.domain.take()) {
            (Some(address), None) => Beginning::Metadata(address_of(&address)?),
            (None, Some(domain)) => Beginning::Domain(domain),
            _ => return Err("it has either an `address` or a `domain`".to_owned()),
        };
        let fingerprints = self.fingerprints.take().unwrap_or_default();
        let fingerprints = fingerprints
            .iter()
            .map(|text| fingerprint(text))
            .collect::<Result<_, _>>()?;
        let check = self.check.take().unwrap_or(Check::Signature);
        Ok(Csaf { at, check, fingerprints })
    }

    fn osv(&mut self) -> Result<Osv, String> {
        let ecosystems = self.ecosystems.take().unwrap_or_default();
        if ecosystems.is_empty() {
            return Err("`ecosystems` names those that are wanted".to_owned());
        }
        let is_odd =
            |name: &&String| name.is_empty() || name.contains(['/', '\\', '?', '#']);
        if let Some(name) = ecosystems.iter().find(is_odd) {
            return Err(format!("`{name}` is no name of an ecosystem"));
        }
        let address = match self.address.take() {
            Some(address) => folder_of(&address)?,
            None => folder_of("https://osv-vulnerabilities.storage.googleapis.com/")?,
        };
        Ok(Osv { address, ecosystems })
    }

    fn cve(&mut self) -> Result<Cve, String> {
        let repository = "https://raw.githubusercontent.com/CVEProject/cvelistV5/main/";
        let whole = "https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip";
        let address = self.address.take();
        let archive = self.archive.take();
        if address.is_some() != archive.is_some() {
            return Err("a mirror has both an `address` and an `archive`".to_owned());
        }
        Ok(Cve {
            address: folder_of(address.as_deref().unwrap_or(repository))?,
            archive: address_of(archive.as_deref().unwrap_or(whole))?,
        })
    }

    fn nvd(&mut self) -> Result<Nvd, String> {
        let own = "https://services.nvd.nist.gov/rest/json/cves/2.0";
        let key_variable = self.key_variable.take();
        // The NVD allows 5 requests in half a minute, 50 with a key.
        let usual = if key_variable.is_some() { 700 } else { 6500 };
        let pause = match self.pause.take() {
            Some(text) => span(&text, "pause")?,
            None => Duration::from_millis(usual),
        };
        let address = address_of(self.address.take().as_deref().unwrap_or(own))?;
        Ok(Nvd { address, key_variable, pause })
    }

    fn needed_address(&mut self) -> Result<Url, String> {
        match self.address.take() {
            Some(address) => address_of(&address),
            None => Err("it lacks an `address`".to_owned()),
        }
    }

    /// A word that was written and that nobody took.
    fn left_over(&self) -> Option<&'static str> {
        [
            (self.address.is_some(), "address"),
            (self.domain.is_some(), "domain"),
            (self.archive.is_some(), "archive"),
            (self.ecosystems.is_some(), "ecosystems"),
            (self.check.is_some(), "check"),
            (self.fingerprints.is_some(), "fingerprints"),
            (self.key_variable.is_some(), "key_variable"),
            (self.pause.is_some(), "pause"),
        ]
        .into_iter()
        .find_map(|(is_left, word)| is_left.then_some(word))
    }
}

fn address_of(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|cause| format!("`{text}`: {cause}"))?;
    reach::may_begin(&url).map_err(|why| format!("`{text}`: {why}"))?;
    Ok(url)
}

/// An address under which others are found.
fn folder_of(text: &str) -> Result<Url, String> {
    let slash = if text.ends_with('/') { "" } else { "/" };
    address_of(&format!("{text}{slash}"))
}

/// A fingerprint in lower case and without blanks: 40 digits (version 4) or 64 (version 6).
fn fingerprint(text: &str) -> Result<String, String> {
    let plain: String = text
        .chars()
        .filter(|char| !char.is_whitespace())
        .map(|char| char.to_ascii_lowercase())
        .collect();
    let is_hex = plain.chars().all(|char| char.is_ascii_hexdigit());
    match is_hex && matches!(plain.len(), 40 | 64) {
        true => Ok(plain),
        false => Err(format!("`{text}` is no fingerprint: 40 or 64 digits are expected")),
    }
}

/// A span such as `90s`, `30m`, `6h`, `1d`.
fn span(text: &str, what: &str) -> Result<Duration, String> {
    let fault =
        || format!("`{what}` is written `90s`, `30m`, `6h` or `1d`, not `{text}`");
    let digits = text.find(|char: char| !char.is_ascii_digit()).ok_or_else(fault)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| fault())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => HOUR,
        "d" => 24 * HOUR,
        _ => return Err(fault()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_list_that_can_be_read() {
        let feeds = read_feeds(EXAMPLE).unwrap();
        assert!(feeds.len() >= 5, "{feeds:?}");
        assert!(feeds.iter().any(|feed| matches!(feed.kind, Kind::Csaf(_))));
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = read_feeds(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?} says {error:?}");
    }

    #[test]
    fn what_is_wrong_in_a_list_is_named() {
        let feed = |rest: &str| format!("[[feed]]\nname = \"a\"\n{rest}");
        for (text, expected) in [
            (String::new(), "no feed"),
            (feed("kind = \"rss\""), "unknown variant"),
            (feed("kind = \"file\""), "lacks an `address`"),
            (feed("kind = \"file\"\naddress = \"http://example.org/x\""), "https"),
            (feed("kind = \"file\"\naddress = \"ftp://example.org/x\""), "https"),
            (feed("kind = \"file\"\naddress = \"x\""), "relative URL"),
            (feed("kind = \"csaf\""), "either"),
            (feed("kind = \"csaf\"\naddress = \"https://a.example/x\"\ndomain = \"b\""), "either"),
            (feed("kind = \"osv\""), "ecosystems"),
            (feed("kind = \"osv\"\necosystems = [\"../npm\"]"), "no name of an ecosystem"),
            (feed("kind = \"cve\"\naddress = \"https://a.example\""), "both"),
            (feed("kind = \"file\"\naddress = \"https://a.example\"\ncheck = \"hash\""), "`check`"),
            (feed("kind = \"nvd\"\npause = \"6\""), "`pause`"),
            (feed("kind = \"nvd\"\nevery = \"1s\""), "at least a minute"),
            (feed("kind = \"nvd\"\nevry = \"1h\""), "unknown field"),
            (
                feed("kind = \"csaf\"\ndomain = \"b\"\nfingerprints = [\"12 34\"]"),
                "no fingerprint",
            ),
            ("[[feed]]\nname = \"../x\"\nkind = \"nvd\"".to_owned(), "a name has"),
            (
                "[[feed]]\nname = \"a\"\nkind = \"nvd\"\n[[feed]]\nname = \"A\"\nkind = \"nvd\""
                    .to_owned(),
                "another feed",
            ),
        ] {
            refused(&text, expected);
        }
    }

    #[test]
    fn spans_are_read_with_their_unit() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("6h", 21600), ("1d", 86400)]
        {
            assert_eq!(span(text, "every"), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "h", "1", "1w", "-1h", "1.5h", "99999999999999999999d"] {
            assert!(span(text, "every").is_err(), "{text}");
        }
    }
}
