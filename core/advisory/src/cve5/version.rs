//! `versions[]`: entries with a status, as extents.
//!
//! Source: CVE record format, `docs/versions.md`. An entry is one version, or a range
//! from `version` to `lessThan` or `lessThanOrEqual` in which `changes` turn the status
//! round. `*` above means no end; `0` below means from the first. A word that names no
//! version (`unspecified`, `n/a`) below a stated end means the same.
//!
//! The scheme of a range is that of its `versionType` where the type names one. For
//! `custom`, for `semver` in its spellings, and for no type, a package of a registry has
//! its registry's own; any other word is an order that nobody knows, and incomparable.
//! For `custom`, for no type, and for the many words that are none (`patch`, `2024.3`,
//! `release train`) products outside of registries have the scheme `firmware`, which
//! compares dotted numbers and knows when it cannot; it is used for texts that begin with a
//! number, and everything else has no order at all.

use serde::Deserialize;
use terms::version::Scheme;
use terms::vex::Status;

use crate::record::{Bound, Extent, Interval};
use crate::wire::{List, Text, starts_with};

use super::prose::{self, Reading};

/// One entry of `versions[]`.
#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default, rename = "versionType")]
    kind: Text<'a>,
    #[serde(borrow, default, rename = "lessThan")]
    less_than: Text<'a>,
    #[serde(borrow, default, rename = "lessThanOrEqual")]
    at_most: Text<'a>,
    #[serde(borrow, default)]
    changes: List<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    at: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
}

impl Entry<'_> {
    /// Whether the version is a commit.
    pub(super) fn is_commit(&self) -> bool {
        matches!(self.kind.as_str(), "git" | "original_commit_for_fix")
    }
}

/// A status word; `Some(None)` is *unknown*, `None` is no word of the format.
pub(super) fn status(word: &str) -> Option<Option<Status>> {
    match word {
        "affected" => Some(Some(Status::Affected)),
        "unaffected" => Some(Some(Status::NotAffected)),
        "unknown" | "" => Some(None),
        _ => None,
    }
}

/// The extents of all entries, for a thing whose own scheme is `own`.
pub(super) fn extents(
    entries: &List<Entry<'_>>,
    own: Option<Scheme>,
) -> Vec<(Extent, Status)> {
    let mut extents = Vec::with_capacity(entries.len());
    for entry in entries {
        // Unknown is a statement too: this version may be touched.
        let status =
            status(entry.status.as_str()).flatten().unwrap_or(Status::UnderInvestigation);
        read(entry, own, status, &mut extents);
    }
    gather(extents)
}

fn read(
    entry: &Entry<'_>,
    own: Option<Scheme>,
    status: Status,
    extents: &mut Vec<(Extent, Status)>,
) {
    let kind = entry.kind.as_str();
    if entry.less_than.is_empty() && entry.at_most.is_empty() {
        let text = entry.version.as_str();
        if entry.changes.is_empty() {
            extents.extend(single(text, kind, own).into_iter().map(|one| (one, status)));
            return;
        }
        // `changes` without an end: the last status holds for ever.
        let range = Range { lower: lower(text), upper: End::Open };
        ranges(entry, range, own, status, extents);
        return;
    }
    let lower = lower(entry.version.as_str());
    let upper = if entry.less_than.is_empty() {
        end(entry.at_most.as_str(), "<=", Bound::Included)
    } else {
        end(entry.less_than.as_str(), "<", Bound::Excluded)
    };
    ranges(entry, Range { lower, upper }, own, status, extents);
}

struct Range {
    lower: End,
    upper: End,
}

/// One end of a range.
enum End {
    Open,
    At(Bound),
    Unreadable,
}

fn ranges(
    entry: &Entry<'_>,
    range: Range,
    own: Option<Scheme>,
    status: Status,
    extents: &mut Vec<(Extent, Status)>,
) {
    let unreadable = || Extent::Unreadable(whole(entry));
    let (Some(mut lower), Some(upper)) = (bound(range.lower), bound(range.upper)) else {
        extents.push((unreadable(), status));
        return;
    };
    if let (Some(Bound::Included(from)), Some(Bound::Excluded(to))) = (&lower, &upper)
        && from == to
    {
        // A range from a version to below it: somebody meant something else.
        extents.push((unreadable(), status));
        return;
    }
    let texts = [&lower, &upper].into_iter().flatten().map(text_of);
    let scheme = scheme(entry.kind.as_str(), own, texts);
    if is_turned_round(scheme, lower.as_ref(), upper.as_ref()) {
        extents.push((unreadable(), status));
        return;
    }
    let mut now = status;
    for change in &entry.changes {
        let at = change.at.as_str();
        if at.is_empty() || at.contains(' ') {
            extents.push((unreadable(), Status::UnderInvestigation));
            continue;
        }
        let next = self::status(change.status.as_str()).flatten();
        let upper = Bound::Excluded(at.to_owned());
        extents.push((interval(scheme, lower, Some(upper), now), now));
        lower = Some(Bound::Included(at.to_owned()));
        now = next.unwrap_or(Status::UnderInvestigation);
    }
    extents.push((interval(scheme, lower, upper, now), now));
}

/// Whether a range begins behind its end, so that no version lies in it: somebody meant
/// another one.
fn is_turned_round(scheme: Scheme, lower: Option<&Bound>, upper: Option<&Bound>) -> bool {
    let (Some(lower), Some(upper)) = (lower, upper) else { return false };
    let order = terms::version::compare(scheme, text_of(lower), text_of(upper));
    order == Some(std::cmp::Ordering::Greater)
}

fn bound(end: End) -> Option<Option<Bound>> {
    match end {
        End::Open => Some(None),
        End::At(bound) => Some(Some(bound)),
        End::Unreadable => None,
    }
}

fn interval(
    scheme: Scheme,
    lower: Option<Bound>,
    upper: Option<Bound>,
    status: Status,
) -> Extent {
    let fixed = match &upper {
        Some(Bound::Excluded(upper)) if status == Status::Affected => Some(upper.clone()),
        _ => None,
    };
    Extent::Interval(Interval { scheme, lower, upper, fixed })
}

/// The entry in words, for a person.
fn whole(entry: &Entry<'_>) -> String {
    let mut text = entry.version.owned();
    for (sign, end) in [("<", &entry.less_than), ("<=", &entry.at_most)] {
        if !end.is_empty() {
            text.push_str(&format!(" {sign} {}", end.as_str()));
        }
    }
    text
}

/// The lower end of a range whose upper end is stated.
fn lower(text: &str) -> End {
    let text = text.trim_start_matches(['>', '=']).trim();
    if text == "0" || text == "*" || prose::says_nothing(text) || text.starts_with('<') {
        return End::Open;
    }
    match prose::read(text) {
        Reading::One(version) if !version.contains(' ') => {
            End::At(Bound::Included(version.to_owned()))
        }
        Reading::Range { lower: Some(lower), .. } => End::At(lower),
        Reading::All => End::Open,
        _ => End::Unreadable,
    }
}

/// The upper end; the sign of the member is sometimes written again in it.
fn end(text: &str, sign: &str, make: fn(String) -> Bound) -> End {
    let text = text.strip_prefix(sign).unwrap_or(text).trim();
    if text == "*" {
        return End::Open;
    }
    if text.is_empty() || prose::says_nothing(text) || text.contains("://") {
        return End::Unreadable;
    }
    match prose::read(text) {
        Reading::One(version) if !version.contains([' ', ',']) => {
            End::At(make(version.to_owned()))
        }
        // `6.1.*` as the last one of a line is everything below 6.2; as the first one
        // outside it is 6.1.
        Reading::Range { lower: Some(Bound::Included(first)), upper: Some(next) }
            if text.ends_with(".*") || text.ends_with(".x") =>
        {
            End::At(if sign == "<" { Bound::Excluded(first) } else { next })
        }
        _ => End::Unreadable,
    }
}

/// One version, or prose about several.
fn single(text: &str, kind: &str, own: Option<Scheme>) -> Option<Extent> {
    if text.is_empty() {
        return None;
    }
    Some(match prose::read(text) {
        Reading::All => Extent::All,
        Reading::Unclear => Extent::Unreadable(text.to_owned()),
        Reading::One(version) => Extent::Exact {
            scheme: scheme(kind, own, std::iter::once(version)),
            versions: vec![version.to_owned()],
        },
        Reading::Range { lower, upper } => {
            let texts = [&lower, &upper].into_iter().flatten().map(text_of);
            let scheme = scheme(kind, own, texts);
            if is_turned_round(scheme, lower.as_ref(), upper.as_ref()) {
                return Some(Extent::Unreadable(text.to_owned()));
            }
            interval(scheme, lower, upper, Status::Affected)
        }
    })
}

fn text_of(bound: &Bound) -> &str {
    match bound {
        Bound::Included(text) | Bound::Excluded(text) => text,
    }
}

/// Types that name a scheme.
const SCHEMES: [(&str, Scheme); 24] = [
    ("npm", Scheme::Npm),
    ("maven", Scheme::Maven),
    ("rpm", Scheme::Rpm),
    ("deb", Scheme::Deb),
    ("dpkg", Scheme::Deb),
    ("debian", Scheme::Deb),
    ("python", Scheme::Pypi),
    ("pypi", Scheme::Pypi),
    ("pep440", Scheme::Pypi),
    ("gem", Scheme::Gem),
    ("rubygems", Scheme::Gem),
    ("ruby", Scheme::Gem),
    ("composer", Scheme::Composer),
    ("nuget", Scheme::Nuget),
    ("go", Scheme::Golang),
    ("golang", Scheme::Golang),
    ("cargo", Scheme::Cargo),
    ("apk", Scheme::Apk),
    ("hex", Scheme::Hex),
    ("date", Scheme::Datetime),
    ("datetime", Scheme::Datetime),
    ("git", Scheme::Git),
    ("original_commit_for_fix", Scheme::Git),
    ("openssl", Scheme::Openssl),
];

fn scheme<'t>(
    kind: &str,
    own: Option<Scheme>,
    texts: impl Iterator<Item = &'t str> + Clone,
) -> Scheme {
    let named = SCHEMES.iter().find(|(word, _)| kind.eq_ignore_ascii_case(word));
    if let Some((_, scheme)) = named {
        return *scheme;
    }
    let semver = ["semver", "semvar", "semantic"];
    let is_semver = semver.iter().any(|word| starts_with(kind, word));
    if let Some(own) = own.filter(|own| *own != Scheme::Unknown) {
        let says_nothing =
            kind.is_empty() || prose::says_nothing(kind) || starts_with(kind, "custom");
        return if says_nothing || is_semver { own } else { Scheme::Unknown };
    }
    if is_semver && texts.clone().all(is_three_numbers) {
        return Scheme::Semver;
    }
    if texts.clone().all(begins_with_number) { Scheme::Firmware } else { Scheme::Unknown }
}

/// SemVer has three numbers; the kernel's `6.12` is none, whatever its type says.
fn is_three_numbers(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let number =
        |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(number)
}

fn begins_with_number(text: &str) -> bool {
    let text = text.strip_prefix(['v', 'V', 'r', 'R']).unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ')
}

/// Single versions of one scheme and status become one list.
fn gather(extents: Vec<(Extent, Status)>) -> Vec<(Extent, Status)> {
    let mut gathered: Vec<(Extent, Status)> = Vec::with_capacity(extents.len());
    let mut lists: std::collections::BTreeMap<(Scheme, Status), usize> =
        std::collections::BTreeMap::new();
    for (extent, status) in extents {
        let Extent::Exact { scheme, versions } = extent else {
            gathered.push((extent, status));
            continue;
        };
        let place = *lists.entry((scheme, status)).or_insert_with(|| {
            gathered.push((Extent::Exact { scheme, versions: Vec::new() }, status));
            gathered.len() - 1
        });
        if let Some((Extent::Exact { versions: list, .. }, _)) = gathered.get_mut(place) {
            list.extend(versions);
        }
    }
    gathered
}
