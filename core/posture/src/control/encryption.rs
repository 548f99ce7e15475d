//! Encryption: the register of data flows, held against what scans of TLS saw.

use std::collections::{BTreeMap, BTreeSet};

use evidence::scan::{About, Finding, Level};
use evidence::{Field, Kind};

use crate::case::{Ask, Fact, plain};
use crate::ruling::{Ruling, Verdict};

/// C-01: health information.
pub(super) fn phi(ask: &Ask<'_, '_>) -> Ruling {
    data(ask, &["phi", "health", "patient"], "health information")
}

/// C-02: personal information.
pub(super) fn pii(ask: &Ask<'_, '_>) -> Ruling {
    data(ask, &["pii", "personal", "employee"], "personal information")
}

/// C-03: what people prove themselves with.
pub(super) fn credentials(ask: &Ask<'_, '_>) -> Ruling {
    data(ask, &["credential", "password", "authentication", "biometric"], "credentials")
}

/// C-04: anything else that is confidential.
pub(super) fn confidential(ask: &Ask<'_, '_>) -> Ruling {
    data(ask, &["confidential", "sensitive", "secret", "financial"], "confidential data")
}

fn data(ask: &Ask<'_, '_>, words: &[&str], what: &str) -> Ruling {
    flows(ask, what, |fact| {
        let data = plain(fact.record.text(Field::Data));
        words.iter().any(|word| data.contains(word))
    })
}

/// C-05: on devices and media.
pub(super) fn at_rest(ask: &Ask<'_, '_>) -> Ruling {
    place(ask, &["rest", "device", "disk", "storage"], "data at rest")
}

/// C-06: on every path.
pub(super) fn on_paths(ask: &Ask<'_, '_>) -> Ruling {
    place(ask, &["path", "transit", "network", "wire"], "data on a path")
}

/// C-07: in backups and on media that are carried.
pub(super) fn backups(ask: &Ask<'_, '_>) -> Ruling {
    place(ask, &["backup", "media", "removable", "usb"], "data in backups")
}

fn place(ask: &Ask<'_, '_>, words: &[&str], what: &str) -> Ruling {
    flows(ask, what, |fact| {
        let place = plain(fact.record.text(Field::Where));
        words.iter().any(|word| place.contains(word))
    })
}

/// Every flow that is meant must be encrypted, and no scan may say otherwise.
fn flows(ask: &Ask<'_, '_>, what: &str, is_meant: impl Fn(&Fact<'_>) -> bool) -> Ruling {
    let case = ask.case;
    let facts = case.live(Kind::Flow);
    let meant: Vec<&Fact<'_>> = facts.into_iter().filter(|fact| is_meant(fact)).collect();
    if meant.is_empty() {
        return case.nothing(
            Kind::Flow,
            &format!("entry about {what} in the register of data flows"),
        );
    }
    let weak = weak(ask);
    let told = |fact: &Fact<'_>| {
        (plain(fact.record.text(Field::Name)), fact.record.day(Field::On))
    };
    let open = meant.iter().filter(|it| it.record.says(Field::Encrypted) == Some(false));
    let open: BTreeSet<_> = open.map(|fact| told(fact)).collect();
    let one = |fact: &&Fact<'_>| {
        let name = fact.record.text(Field::Name);
        let own = match fact.record.says(Field::Encrypted) {
            Some(true) if open.contains(&told(fact)) => fact.ruling(
                Verdict::NotMet,
                format!("{name} is told as encrypted and as not encrypted on one day"),
            ),
            Some(true) => encrypted(fact),
            Some(false) => {
                fact.ruling(Verdict::NotMet, format!("{name} is not encrypted"))
            }
            None => Ruling::cannot_tell(format!("of {name} it is not said")),
        };
        let seen = weak.get(&plain(fact.record.text(Field::Host))).cloned();
        let seen = seen.unwrap_or_default();
        match own.verdict {
            Verdict::Met | Verdict::PartlyMet => {
                Ruling::strictly(std::iter::once(own).chain(seen).collect())
            }
            _ => own,
        }
    };
    Ruling::all(meant.iter().map(one).collect())
}

/// A flow that is said to be encrypted, by what it says of how.
fn encrypted(fact: &Fact<'_>) -> Ruling {
    let name = fact.record.text(Field::Name);
    let method = plain(fact.record.text(Field::Method));
    if has_word(&method, &NO_METHOD) {
        let why = format!("{name} is said to be encrypted, by {method}");
        return fact.ruling(Verdict::NotMet, why);
    }
    if has_word(&method, &WEAK) {
        let why = format!("{name} is encrypted by {method}, which can be broken");
        return fact.ruling(Verdict::PartlyMet, why);
    }
    fact.ruling(Verdict::Met, format!("{name} is encrypted"))
}

/// Whether one of these words stands in a text by itself, or with a number before or behind it
/// (`3des`, `sslv3`).
fn has_word(text: &str, words: &[&str]) -> bool {
    let is_apart = |before: Option<char>, behind: Option<char>| {
        before.is_none_or(|one| !one.is_alphabetic())
            && behind.is_none_or(|one| !one.is_alphabetic() || one == 'v')
    };
    words.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            let behind = rest.chars().nth(word.chars().count());
            is_apart(before.chars().next_back(), behind)
        })
    })
}

/// What scans say against the TLS of hosts, by host: the gravest of each scan.
fn weak(ask: &Ask<'_, '_>) -> BTreeMap<String, Vec<Ruling>> {
    let mut weak: BTreeMap<String, Vec<Ruling>> = BTreeMap::new();
    for scan in ask.case.scans.iter().filter(|scan| scan.counts()) {
        let mut worst: BTreeMap<String, &Finding> = BTreeMap::new();
        let grave = |it: &&Finding| it.about == About::Tls && it.level >= Level::High;
        for finding in scan.value.findings.iter().filter(grave) {
            let kept = worst.entry(plain(&finding.subject)).or_insert(finding);
            if finding.level > kept.level {
                *kept = finding;
            }
        }
        for (host, worst) in worst.into_iter().filter(|(host, _)| !host.is_empty()) {
            let why = format!("a scan of {host} says {}: {}", worst.id, worst.text);
            let ruling = scan.ruling(Verdict::NotMet, worst.place.clone(), why);
            weak.entry(host).or_default().push(ruling);
        }
    }
    weak
}

/// Words of methods that hold today, and of those that do not.
const STRONG: [&str; 12] = [
    "tls 1.2",
    "tls 1.3",
    "tlsv1.2",
    "tlsv1.3",
    "aes",
    "chacha",
    "ipsec",
    "wpa3",
    "wpa2",
    "bitlocker",
    "luks",
    "ssh",
];
const WEAK: [&str; 10] = [
    "ssl", "tls 1.0", "tls 1.1", "tlsv1.0", "tlsv1.1", "des", "rc4", "md5", "wep",
    "blowfish",
];
/// Words of what is no encryption.
const NO_METHOD: [&str; 5] = ["none", "plaintext", "cleartext", "unencrypted", "base64"];

/// C-08: algorithms are current, and keys are managed.
pub(super) fn algorithms(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let mut parts = Vec::new();
    for fact in case.live(Kind::Flow) {
        let (name, method) =
            (fact.record.text(Field::Name), plain(fact.record.text(Field::Method)));
        if fact.record.says(Field::Encrypted) != Some(true) {
            continue;
        }
        let is_weak = has_word(&method, &WEAK) || has_word(&method, &NO_METHOD);
        let is_strong = STRONG.iter().any(|word| method.contains(word));
        parts.push(match (is_weak, is_strong, fact.record.says(Field::Keys)) {
            (true, ..) => fact.ruling(Verdict::NotMet, format!("{name} uses {method}")),
            (false, true, Some(true)) => fact.ruling(
                Verdict::Met,
                format!("{name} uses {method}, its keys are managed"),
            ),
            (false, true, _) => fact.ruling(
                Verdict::PartlyMet,
                format!("{name} uses {method}; its keys are not said to be managed"),
            ),
            (false, false, _) => {
                Ruling::cannot_tell(format!("of {name} no method is known"))
            }
        });
    }
    for scan in case.scans.iter().filter(|scan| scan.counts()) {
        let Some(worst) = scan.value.worst(About::Tls) else { continue };
        let (verdict, why) = match worst.level {
            Level::High | Level::Critical => (
                Verdict::NotMet,
                format!("a scan of {} says {}: {}", worst.subject, worst.id, worst.text),
            ),
            Level::Medium => (
                Verdict::PartlyMet,
                format!("a scan of {} says {}: {}", worst.subject, worst.id, worst.text),
            ),
            _ => {
                (Verdict::Met, format!("a scan of {} found TLS in order", worst.subject))
            }
        };
        parts.push(scan.ruling(verdict, worst.place.clone(), why));
    }
    match parts.is_empty() {
        true => case.nothing(
            Kind::Flow,
            "method in the register of data flows, and no scan of TLS",
        ),
        false => Ruling::all(parts),
    }
}
