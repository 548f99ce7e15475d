//! What the remedies and notes of an advisory say about versions and products.
//!
//! A remedy names releases that hold the fix. Such a release is not affected, though a
//! leaf says *all versions* or plain order would put it inside, unless the remedy fixes
//! only some of the vulnerabilities, or the leaf lists that very release.

use advisory::{Record, RemediationKind};
use naming::text::{Text, Unit};
use terms::version::firmware::Version;

use super::product::{Alternative, Kind, Product};

/// A release that a remedy names.
#[derive(Clone, Debug)]
pub struct Release {
    /// As it is written.
    pub text: String,
    /// The version.
    pub version: Version,
    /// Whether it fixes everything.
    pub fixes: Fixes,
    /// Position of the remedy.
    pub remediation: usize,
    /// Products that the remedy is for; empty means all.
    pub products: Vec<usize>,
    /// The words of its sentence.
    pub sentence: Text,
    /// The words between the release before it and itself.
    pub clause: Text,
}

/// What a release fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// Everything that the remedy is for.
    All,
    /// Some of it.
    Some,
    /// All but some that are named: it still has those.
    AllBut,
}

/// Every release that the remedies of a record name.
#[must_use]
pub fn releases(record: &Record) -> Vec<Release> {
    let mut releases: Vec<Release> = Vec::new();
    for (at, remediation) in record.remediations.iter().enumerate() {
        if matches!(
            remediation.kind,
            RemediationKind::NoFixPlanned | RemediationKind::NoneAvailable
        ) {
            continue;
        }
        if releases.iter().any(|known| {
            record.remediations.get(known.remediation).is_some_and(|other| {
                other.text == remediation.text && other.products == remediation.products
            })
        }) {
            continue;
        }
        for sentence in sentences(&remediation.text) {
            if !speaks_of_a_fix(&sentence) {
                continue;
            }
            for (text, version, clause) in versions(&sentence) {
                releases.push(Release {
                    clause: Text::read(&[&clause]),
                    fixes: fixes(&sentence),
                    text,
                    version,
                    remediation: at,
                    products: remediation.products.clone(),
                    sentence: Text::read(&[&sentence]),
                });
            }
        }
    }
    releases
}

/// Sentences; a stop inside a version is none.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let stop = matches!(character, '\n' | ';')
            || (character == '.'
                && characters.peek().is_none_or(|next| next.is_whitespace()));
        if stop {
            // `B. Braun`, `v.` and the like end no sentence.
            let word = current.rsplit(' ').next().unwrap_or_default();
            if character != '.'
                || word.chars().count() > 1
                || word.contains(|c: char| c.is_ascii_digit())
            {
                sentences.push(std::mem::take(&mut current));
                continue;
            }
        }
        current.push(character);
    }
    sentences.push(current);
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

fn speaks_of_a_fix(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let says = [
        "updat",
        "upgrad",
        "releas",
        "fix",
        "remediat",
        "mitigated in",
        "patch",
        "new version",
        "later",
        "higher",
        "newer",
        "available",
        "address",
        "resolv",
        "correct",
        "hotfix",
        "not vulnerable",
        "not affected",
        "software version",
        "software 0",
        "greater",
    ];
    let not =
        ["end of life", "not supported", "less than", "prior to version", "contact"];
    let about = not.iter().any(|word| lower.contains(word))
        && !lower.contains("updat")
        && !lower.contains("upgrad");
    says.iter().any(|word| lower.contains(word)) && !about
}

/// Whether the sentence limits the fix to some of the vulnerabilities.
fn fixes(sentence: &str) -> Fixes {
    let lower = sentence.to_lowercase();
    if (lower.contains("except") || lower.contains("with the exception of"))
        && lower.contains("cve-")
    {
        return Fixes::AllBut;
    }
    if lower.contains("cwe-")
        || lower.contains("for vulnerabilities cve-")
        || lower.contains("for cve-")
    {
        return Fixes::Some;
    }
    if lower.contains("cve-") && lower.contains("partial") {
        return Fixes::Some;
    }
    Fixes::All
}

/// The versions of a sentence that are said to be fixed; those that are said to be old
/// (`Version 2.x or prior`, `from 1.10 and 1.11`) are not.
fn versions(sentence: &str) -> Vec<(String, Version, String)> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let goal = goal(&words).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    let mut from = 0;
    while at < words.len() {
        let Some((length, text, version)) = version_at(&words, at) else {
            at += 1;
            continue;
        };
        let behind = words.get(at + length..).unwrap_or_default();
        let behind: Vec<String> = behind
            .iter()
            .take(2)
            .map(|word| word.to_lowercase().trim_matches(['(', ')', ',', '.']).to_owned())
            .collect();
        let old = matches!(behind.first().map(String::as_str), Some("and" | "or"))
            && behind.get(1).is_some_and(|word| {
                ["prior", "below", "earlier", "older", "previous", "lower"]
                    .contains(&word.as_str())
            });
        // `2.2: deploy the coming update` speaks of those who have 2.2.
        let last = words.get(at + length - 1).map_or("", |word| *word);
        let old = old || last.ends_with(':') && words.len() > at + length;
        if !old && at >= goal && !version.is_pattern() {
            let clause = words.get(from..at).unwrap_or_default().join(" ");
            found.push((text, version, clause));
        }
        at += length;
        from = at;
    }
    found
}

/// Where the release stands that a sentence leads to: in `6.7 should upgrade to 6.7.1067`
/// the version in front of *upgrade to* is the one that needs the upgrade.
fn goal(words: &[&str]) -> Option<usize> {
    let verb = |word: &&str| {
        let lower = word.to_lowercase();
        lower.starts_with("upgrad") || lower.starts_with("updat")
    };
    words.iter().enumerate().filter(|(_, word)| verb(word)).find_map(|(at, _)| {
        let near = words.iter().enumerate().skip(at + 1).take(7);
        let to =
            near.filter(|(_, word)| word.eq_ignore_ascii_case("to")).map(|(to, _)| to);
        to.map(|to| to + 1).find(|to| {
            let next =
                (*to..words.len().min(to + 6)).find_map(|at| version_at(words, at));
            next.is_some()
        })
    })
}

fn version_at(words: &[&str], at: usize) -> Option<(usize, String, Version)> {
    let marks: &[char] = &[',', '.', ';', ':', '(', ')', '*', '"', '“', '”'];
    let first = words.get(at)?.trim_matches(marks);
    let before = at
        .checked_sub(1)
        .and_then(|at| words.get(at))
        .map_or("", |word| *word)
        .to_lowercase();
    let announced = [
        "version", "versions", "v", "release", "software", "firmware", "sw", "to",
        "build", "revision", "version:",
    ]
    .contains(&before.trim_matches(marks));
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    let dotted =
        first.split('.').filter(|part| part.bytes().any(|b| b.is_ascii_digit())).count()
            > 1;
    let plain = first.to_lowercase().starts_with('v') && digits > 0;
    if digits == 0
        || first.contains(['@', '/', '%'])
        || first.starts_with("CVE")
        || first.starts_with("CWE")
    {
        return None;
    }
    if !(dotted || plain || announced) {
        return None;
    }
    for length in (1..=3).rev() {
        let Some(several) = words.get(at..at + length) else { continue };
        let text: Vec<&str> =
            several.iter().map(|word| word.trim_matches(marks)).collect();
        let broken = several
            .iter()
            .take(length - 1)
            .any(|word| word.ends_with([',', '.', ';', ')']));
        let tail = text
            .iter()
            .skip(1)
            .all(|word| word.contains(|c: char| c.is_ascii_digit()) && word.len() < 6);
        if broken || !tail {
            continue;
        }
        let text = text.join(" ");
        if let Ok(version) = text.parse::<Version>() {
            return Some((length, text, version));
        }
    }
    None
}

impl Release {
    /// Whether the remedy is for a leaf: it is for all, or for this one.
    #[must_use]
    pub fn is_for(&self, leaf: usize) -> bool {
        self.products.is_empty() || self.products.contains(&leaf)
    }

    /// Whether the sentence names a product.
    #[must_use]
    pub fn speaks_of(&self, product: &Product) -> bool {
        product.keys().any(|group| mentions(group.any.as_slice(), &self.sentence))
    }
}

fn mentions(any: &[Alternative], sentence: &Text) -> bool {
    any.iter().any(|alternative| match alternative {
        Alternative::Word(unit) => {
            (unit.spelt().len() > 2 || unit.is_code()) && stands_alone(unit, sentence)
        }
        Alternative::Range(..) => false,
    })
}

/// Whether the unit is a word of the sentence and not a piece of one.
fn stands_alone(unit: &Unit, sentence: &Text) -> bool {
    let atoms = sentence.atoms();
    unit.occurrences(sentence).any(|hit| {
        let word = atoms.get(hit.from).map(|atom| atom.word);
        let head =
            hit.from.checked_sub(1).and_then(|at| atoms.get(at)).map(|atom| atom.word);
        head != word || head.is_none()
    })
}

/// Sentences of the notes and remedies that say which products are not impacted.
#[must_use]
pub fn spared(record: &Record) -> Vec<Text> {
    let notes = record.notes.iter().map(|note| note.text.as_str());
    let remedies =
        record.remediations.iter().map(|remediation| remediation.text.as_str());
    let mut spared = Vec::new();
    for text in notes.chain(remedies) {
        for sentence in sentences(text) {
            let lower = sentence.to_lowercase();
            let mark = [
                "not impacted",
                "not affected",
                "not vulnerable",
                "unaffected",
                "not susceptible",
            ]
            .iter()
            .find_map(|mark| lower.find(mark));
            let Some(at) = mark else { continue };
            let hedged =
                ["if ", "unless", "when ", "version", "until", "only ", "provided"];
            let head = sentence.get(..at).unwrap_or_default();
            if !hedged.iter().any(|word| lower.contains(word)) {
                spared.push(Text::read(&[head]));
            }
        }
    }
    spared
}

/// Whether a sentence about what is not impacted names a model with all its words.
#[must_use]
pub fn spares(sentence: &Text, model: &Text) -> bool {
    let words: Vec<Unit> =
        model.atoms().iter().filter_map(|atom| Unit::read(&atom.text)).collect();
    let telling = words
        .iter()
        .filter(|unit| super::product::kind_of(unit) >= Kind::Name)
        .filter(|unit| unit.spelt().len() > 2)
        .count();
    telling >= 2 && words.iter().all(|unit| unit.occurrences(sentence).next().is_some())
}

#[cfg(test)]
mod tests;
