//! OSV records, schema 1.0 to 1.8.
//!
//! Source: <https://ossf.github.io/osv-schema/>; the evaluation of ranges is its section
//! "Evaluation". What databases add (`database_specific`, `ecosystem_specific`) is not
//! read but for the weaknesses of GHSA, and their words for severity are no CVSS.
//!
//! - A version is touched if it is listed or inside a range. A version that a record both
//!   lists and calls fixed is neither: it is under investigation, with a note.
//! - Ranges of commits are set aside: whoever holds a package holds no history. Where a
//!   record has nothing else, its versions cannot be told.
//! - Only `aliases` name the same vulnerability. `related` and `upstream` never do, nor do
//!   the aliases of a notice that covers several CVEs (DSA, RHSA, USN, …). Aliases that
//!   hold two CVEs are kept: the index refuses the join, lists it, and lets what the record
//!   says count for both.

mod range;
#[cfg(test)]
mod tests;

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;
use terms::version::Scheme;
use terms::vex::Status;

use crate::package::Key;
use crate::record::{
    Affected, Extent, Identity, Record, Scorer, Severity, Source, State, Vulnerability,
};
use crate::wire::{self, Foreign, List, Loose, Text};

#[derive(Deserialize)]
struct Osv<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    modified: Text<'a>,
    #[serde(borrow, default)]
    published: Text<'a>,
    #[serde(borrow, default)]
    withdrawn: Text<'a>,
    #[serde(borrow, default)]
    summary: Text<'a>,
    #[serde(borrow, default)]
    aliases: List<Text<'a>>,
    #[serde(borrow, default)]
    related: List<Text<'a>>,
    #[serde(borrow, default)]
    upstream: List<Text<'a>>,
    #[serde(borrow, default)]
    severity: List<Score<'a>>,
    #[serde(borrow, default)]
    affected: List<Touched<'a>>,
    #[serde(borrow, default)]
    database_specific: Loose<Specific<'a>>,
}

#[derive(Deserialize)]
struct Score<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    score: Text<'a>,
    #[serde(borrow, default)]
    source: Foreign<Text<'a>>,
}

#[derive(Clone, Default, Deserialize)]
struct Specific<'a> {
    #[serde(borrow, default)]
    cwe_ids: Foreign<List<Text<'a>>>,
}

#[derive(Deserialize)]
struct Touched<'a> {
    #[serde(borrow, default)]
    package: Option<Package<'a>>,
    #[serde(borrow, default)]
    ranges: List<range::Range<'a>>,
    #[serde(borrow, default)]
    versions: List<Text<'a>>,
    #[serde(borrow, default)]
    severity: List<Score<'a>>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow, default)]
    ecosystem: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
}

/// Prefixes of notices: documents about an update, which covers as many CVEs as it fixes.
const NOTICES: [&str; 24] = [
    "ALAS",
    "ALBA-",
    "ALEA-",
    "ALSA-",
    "DLA-",
    "DSA-",
    "DTSA-",
    "ELSA-",
    "FEDORA-",
    "ICSA-",
    "ICSMA-",
    "LSN-",
    "MGASA-",
    "OESA-",
    "OPENSUSE-",
    "PHSA-",
    "RHBA-",
    "RHEA-",
    "RHSA-",
    "RLSA-",
    "RLBA-",
    "RXSA-",
    "SUSE-",
    "USN-",
];

/// Reads one OSV record.
///
/// # Errors
/// When the bytes are no JSON text, do not have the shape of OSV, or carry no id.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    let text = text::decode(bytes)?;
    let osv: Osv<'_> = wire::shape(&text)?;
    if osv.id.is_empty() {
        return Err(Rejected::new(
            Place::Pointer("/id".to_owned()),
            "no OSV record: `id` is missing",
            "a record without an id cannot be told from its next revision",
        ));
    }
    let mut notes = Notes::new();
    let record = record(&osv, &mut notes);
    Ok(Parsed { value: record, notes: notes.finish() })
}

fn record(osv: &Osv<'_>, notes: &mut Notes) -> Record {
    let (ids, related) = names(osv);
    let withdrawn = wire::date(&osv.withdrawn, "/withdrawn", notes);
    let id = wire::identifier(osv.id.as_str());
    let mut vulnerability = Vulnerability {
        ids,
        title: osv.summary.owned(),
        cwes: wire::owned(&osv.database_specific.0.cwe_ids.0),
        ..Vulnerability::default()
    };
    let mut affected = Vec::with_capacity(osv.affected.len());
    severities(&mut vulnerability, &osv.severity, "", notes);
    for (at, touched) in osv.affected.iter().enumerate() {
        let pointer = format!("/affected/{at}");
        severities(&mut vulnerability, &touched.severity, &pointer, notes);
        affected.extend(of_package(touched, pointer, notes));
    }
    Record {
        publisher: id.split('-').next().unwrap_or_default().to_owned(),
        title: osv.summary.owned(),
        published: wire::date(&osv.published, "/published", notes),
        modified: wire::date(&osv.modified, "/modified", notes),
        state: match wire::is_unset(osv.withdrawn.as_str()) {
            true => State::Live,
            false => State::Withdrawn(withdrawn),
        },
        vulnerabilities: vec![vulnerability],
        related,
        affected,
        ..wire::empty(Source::Osv, id)
    }
}

/// The ids that name this vulnerability, the record's own first, and those that are
/// connected only.
fn names(osv: &Osv<'_>) -> (Vec<String>, Vec<String>) {
    let mut ids = vec![wire::identifier(osv.id.as_str())];
    let mut related = Vec::new();
    let aliases = osv.aliases.iter().filter(|alias| !alias.is_empty());
    push_all(&mut ids, aliases.map(|alias| wire::identifier(alias.as_str())));
    let notice = NOTICES.iter().any(|head| wire::starts_with(osv.id.as_str(), head));
    if notice {
        related = ids.split_off(1);
    }
    let further = osv.upstream.iter().chain(&osv.related);
    let further = further.filter(|id| !id.is_empty());
    push_all(&mut related, further.map(|id| wire::identifier(id.as_str())));
    related.retain(|id| !ids.contains(id));
    (ids, related)
}

fn push_all(list: &mut Vec<String>, ids: impl Iterator<Item = String>) {
    for id in ids {
        if !list.contains(&id) {
            list.push(id);
        }
    }
}

/// The CVSS vectors of one level. The same vector at several packages is one.
fn severities(
    vulnerability: &mut Vulnerability,
    scores: &List<Score<'_>>,
    pointer: &str,
    notes: &mut Notes,
) {
    for (at, score) in scores.iter().enumerate() {
        let vector = score.score.as_str();
        if !wire::starts_with(score.kind.as_str(), "CVSS_V") || !vector.contains('/') {
            notes.add(|| {
                let message = format!(
                    "severity `{vector}` of type `{}` is no CVSS vector",
                    score.kind.as_str()
                );
                Note::new(Place::Pointer(format!("{pointer}/severity/{at}")), message)
            });
            continue;
        }
        let scorer = match score.source.0.as_str() {
            "NVD" => Scorer::Nvd,
            "CNA" => Scorer::Cna,
            _ => Scorer::Other,
        };
        let severity = Severity { scorer, vector: vector.to_owned() };
        if !vulnerability.severities.contains(&severity) {
            vulnerability.severities.push(severity);
        }
    }
}

fn of_package(
    touched: &Touched<'_>,
    pointer: String,
    notes: &mut Notes,
) -> Option<Affected> {
    let Some((identity, scheme)) = identity(touched) else {
        let message = "neither a package nor a repository is named";
        notes.add(|| Note::new(Place::Pointer(pointer), message));
        return None;
    };
    let mut extents = Vec::new();
    for (at, range) in touched.ranges.iter().enumerate() {
        let place = || Place::Pointer(format!("{pointer}/ranges/{at}"));
        range.read(scheme, &mut extents, notes, place);
    }
    list_versions(touched, scheme, &pointer, &mut extents, notes);
    set_commits_aside(touched, &identity, &pointer, &mut extents, notes);
    // Without any version the record says nothing, also nothing good; a range in which no
    // version lies says that none is touched.
    let has_said =
        !extents.is_empty() || touched.ranges.iter().any(range::Range::has_ends);
    let otherwise = has_said.then_some(Status::NotAffected);
    Some(Affected {
        vulnerability: 0,
        identity,
        extents,
        otherwise,
        limits: Vec::new(),
        place: Place::Pointer(pointer),
    })
}

/// What is touched, and the scheme of its versions. A package of an ecosystem without
/// purl type has its name only, and a repository has its address.
fn identity(touched: &Touched<'_>) -> Option<(Identity, Scheme)> {
    let package = touched
        .package
        .as_ref()
        .filter(|package| !package.name.is_empty() && !package.ecosystem.is_empty());
    if let Some(package) = package {
        let (ecosystem, name) = (package.ecosystem.as_str(), package.name.as_str());
        return Some(match Key::from_osv(ecosystem, name) {
            Some(key) => {
                let scheme = key.scheme();
                (Identity::Package(key), scheme)
            }
            None => (named(ecosystem, name), Scheme::Unknown),
        });
    }
    if let Some(package) = touched.package.as_ref().filter(|p| !p.name.is_empty()) {
        return Some((named("", package.name.as_str()), Scheme::Unknown));
    }
    let repo = touched.ranges.iter().find_map(range::Range::repository)?;
    Some((named("", repo), Scheme::Unknown))
}

fn named(vendor: &str, product: &str) -> Identity {
    Identity::Name { vendor: vendor.to_owned(), product: product.to_owned() }
}

/// Adds the versions that are listed; those that a range calls fixed stand apart.
fn list_versions(
    touched: &Touched<'_>,
    scheme: Scheme,
    pointer: &str,
    extents: &mut Vec<(Extent, Status)>,
    notes: &mut Notes,
) {
    let listed = wire::owned(&touched.versions);
    if listed.is_empty() {
        return;
    }
    let (fixed, listed): (Vec<_>, Vec<_>) =
        listed.into_iter().partition(|version| range::calls_fixed(extents, version));
    if !fixed.is_empty() {
        notes.add(|| {
            let message = format!("listed and called fixed: {}", fixed.join(", "));
            Note::new(Place::Pointer(format!("{pointer}/versions")), message)
        });
        let extent = Extent::Exact { scheme, versions: fixed };
        extents.push((extent, Status::UnderInvestigation));
    }
    if !listed.is_empty() {
        extents.push((Extent::Exact { scheme, versions: listed }, Status::Affected));
    }
}

/// Ranges of commits: noted where versions say the same, kept as text where nothing else
/// says which versions of a package are meant, or where tags alone are listed.
fn set_commits_aside(
    touched: &Touched<'_>,
    identity: &Identity,
    pointer: &str,
    extents: &mut Vec<(Extent, Status)>,
    notes: &mut Notes,
) {
    let commits = touched.ranges.iter().filter_map(range::Range::commits);
    let told = !extents.is_empty() && matches!(identity, Identity::Package(_));
    for text in commits {
        if told {
            let message = format!("a range of commits is set aside: {text}");
            let place = || Place::Pointer(format!("{pointer}/ranges"));
            notes.add(|| Note::new(place(), message));
        } else {
            extents.push((Extent::Unreadable(text), Status::Affected));
        }
    }
}
