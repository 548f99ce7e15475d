//! What was said of whom: component by component, vulnerability by vulnerability.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Source;
use advisory::index::{
    AffectedRef, ConfigurationRef, ExtentRef, Index, RecordRef, Sought, VulnerabilityRef,
};
use reading::Place;
use terms::version::Placeholder;

use crate::Verdict;
use crate::cpe_names;
use crate::extent::{self, Said};
use crate::grounds::{Document, Ground, Name, Origin, Rule};
use crate::part_of::part_of;
use crate::system::{Candidate, Package, Role, Share, System};

/// The pairs of a component and a vulnerability about which something asks for a person.
pub(crate) struct Pairs<'s> {
    system: &'s System<'s>,
    /// Whose pairs are kept.
    share: Share,
    /// By candidate and id of the vulnerability.
    pub(super) pairs: BTreeMap<(usize, &'s str), Pair<'s>>,
    /// Packages without a release: what each release says, until all have spoken. By
    /// candidate, key of the package and id of the vulnerability.
    releases: BTreeMap<(usize, [&'s str; 3]), Releases<'s>>,
    /// What asked nothing of a person, until it is known whether anything else does.
    quiet: Vec<(&'s Package<'s>, AffectedRef<'s>)>,
    /// Configurations that were judged.
    judged: BTreeSet<(usize, u32, u32, usize)>,
}

/// One component and one vulnerability.
pub(crate) struct Pair<'s> {
    pub(crate) vulnerability: VulnerabilityRef<'s>,
    pub(crate) grounds: Vec<Ground>,
    /// What records of the component's packages say that asks nothing, as [`quiet`] finds
    /// it; `None` where nobody has listened yet.
    pub(crate) quiet: Option<Vec<Ground>>,
}

/// What the releases of a distribution say of one package and one vulnerability.
struct Releases<'s> {
    vulnerability: VulnerabilityRef<'s>,
    grounds: Vec<Ground>,
    /// Of each release the word that asks most; `None` where it asks nothing.
    words: BTreeMap<&'s str, Option<Verdict>>,
}

impl<'s> Releases<'s> {
    const fn new(vulnerability: VulnerabilityRef<'s>) -> Self {
        Self { vulnerability, grounds: Vec::new(), words: BTreeMap::new() }
    }

    fn add(&mut self, release: &'s str, word: Option<Verdict>) {
        let own = self.words.entry(release).or_insert(word);
        *own = match (*own, word) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
    }

    /// Whether every release in which the index knows the package says the same.
    fn agree(&self, known: &BTreeSet<&str>) -> bool {
        let mut words = known.iter().map(|release| self.words.get(release).copied());
        let first = words.next().flatten();
        first.is_some() && words.all(|word| word == first)
    }
}

impl<'s> Pairs<'s> {
    pub(crate) fn new(system: &'s System<'s>) -> Self {
        Self::of(system, Share::whole(system))
    }

    /// The pairs of some components alone, amid all the others.
    pub(crate) fn of(system: &'s System<'s>, share: Share) -> Self {
        Self {
            system,
            share,
            pairs: BTreeMap::new(),
            releases: BTreeMap::new(),
            quiet: Vec::new(),
            judged: BTreeSet::new(),
        }
    }

    pub(crate) fn system(&self) -> &'s System<'s> {
        self.system
    }

    pub(crate) fn share(&self) -> Share {
        self.share
    }

    pub(crate) fn into_pairs(self) -> BTreeMap<(usize, &'s str), Pair<'s>> {
        self.pairs
    }

    /// What a record says of a package by which a component is looked up.
    pub(crate) fn package(
        &mut self,
        number: usize,
        package: &'s Package<'s>,
        affected: &AffectedRef<'s>,
    ) {
        match release(package, affected) {
            Release::Other => {}
            Release::Same => {
                let said = say(package, affected);
                if asks(&said) {
                    let ground = package_ground(package, affected, &said);
                    let ground = part_of(self.system, affected).weigh(ground);
                    if ground.asks() {
                        self.add(number, affected.vulnerability(), ground);
                    }
                } else {
                    self.quiet.push((package, *affected));
                }
            }
            Release::Unstated => {
                let said = say(package, affected);
                let vulnerability = affected.vulnerability();
                let key = &package.key;
                let releases = self
                    .releases
                    .entry((number, [&key.ecosystem, &key.name, vulnerability.id()]))
                    .or_insert_with(|| Releases::new(vulnerability));
                releases.add(affected.release(), asks(&said).then_some(said.verdict));
                if asks(&said) {
                    releases.grounds.push(package_ground(package, affected, &said));
                }
            }
        }
    }

    /// Keeps what asked nothing of a component beside what asks, once all its packages were
    /// looked up; the rest is forgotten.
    pub(crate) fn settle_quiet(&mut self, number: usize) {
        let mut heard = std::mem::take(&mut self.quiet);
        let own = self.pairs.range_mut((number, "")..);
        let own = own.take_while(|((owner, _), _)| *owner == number);
        let is_asked = own.map(|(_, pair)| pair.quiet = Some(Vec::new())).count() > 0;
        for (package, affected) in heard.drain(..).filter(|_| is_asked) {
            let id = affected.vulnerability().id();
            if let Some(pair) = self.pairs.get_mut(&(number, id)) {
                let said = say(package, &affected);
                let ground = package_ground(package, &affected, &said);
                pair.quiet.get_or_insert_default().push(ground);
            }
        }
        self.quiet = heard;
    }

    /// Draws together what the releases say of components that do not state their own:
    /// where all in which the index knows the package agree, the verdict stands with that
    /// assumption in its grounds; where they differ nobody can tell. A release that is
    /// silent about the vulnerability says that there is nothing to do.
    pub(crate) fn settle_releases(&mut self, index: &'s Index<'s>) {
        let mut known = BTreeMap::new();
        for ((number, [ecosystem, name, _]), releases) in
            std::mem::take(&mut self.releases)
        {
            if releases.grounds.is_empty() {
                continue;
            }
            let known: &BTreeSet<&str> = known
                .entry((ecosystem, name))
                .or_insert_with(|| releases_of(index, ecosystem, name));
            let agree = releases.agree(known);
            for mut ground in releases.grounds {
                if agree {
                    let assumed = assumption(known);
                    ground.detail = match ground.detail.is_empty() {
                        true => assumed,
                        false => format!("{}; {assumed}", ground.detail),
                    };
                } else {
                    ground.says = Verdict::CannotTell;
                    ground.rule = Rule::ReleaseUnstated;
                }
                self.add(number, releases.vulnerability, ground);
            }
        }
    }

    /// What a record says of a CPE name, of all versions between its bounds.
    pub(crate) fn cpe(&mut self, affected: &AffectedRef<'s>) {
        for met in cpe_names::meet(self.system, affected) {
            self.add(met.owner, affected.vulnerability(), met.ground);
        }
    }

    /// What a configuration says of the whole system.
    pub(crate) fn configuration(&mut self, configuration: &ConfigurationRef<'s>) {
        if !self.judged.insert(configuration.number()) {
            return;
        }
        for met in cpe_names::hold(self.system, configuration) {
            self.add(met.owner, configuration.vulnerability(), met.ground);
        }
    }

    fn add(
        &mut self,
        number: usize,
        vulnerability: VulnerabilityRef<'s>,
        ground: Ground,
    ) {
        if !self.share.holds(number) {
            return;
        }
        // Most pairs have one ground, which takes hundreds of bytes.
        let grounds = || Vec::with_capacity(1);
        let pair = self
            .pairs
            .entry((number, vulnerability.id()))
            .or_insert_with(|| Pair { vulnerability, grounds: grounds(), quiet: None });
        if !pair.grounds.contains(&ground) {
            pair.grounds.push(ground);
        }
    }
}

/// The releases in which the index knows a package.
fn releases_of<'s>(
    index: &'s Index<'s>,
    ecosystem: &'s str,
    name: &'s str,
) -> BTreeSet<&'s str> {
    let all = index.package(ecosystem, name).map(|affected| affected.release());
    all.filter(|release| !release.is_empty()).collect()
}

/// What is assumed of a component that does not state its release.
fn assumption(known: &BTreeSet<&str>) -> String {
    let mut told: Vec<&str> = known.iter().take(RELEASES_MAX).copied().collect();
    let more = format!("{} more", known.len().saturating_sub(RELEASES_MAX));
    if known.len() > RELEASES_MAX {
        told.push(&more);
    }
    format!(
        "it does not say of which release it is; assumed to be of one of those in which \
         the index knows the package, which agree: {}",
        told.join(", ")
    )
}

/// Releases that are told in one assumption.
const RELEASES_MAX: usize = 8;

/// How the release of a component stands to that of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// The record speaks of it: of its release, or of every one.
    Same,
    /// The record speaks of another.
    Other,
    /// The component states none.
    Unstated,
}

pub(crate) fn release(package: &Package<'_>, affected: &AffectedRef<'_>) -> Release {
    match (package.key.release.as_str(), affected.release()) {
        (_, "") => Release::Same,
        ("", _) => Release::Unstated,
        (own, other) if own == other => Release::Same,
        _ => Release::Other,
    }
}

/// What a record says of the version of a package; of two that contradict each other, where
/// it says different things of them, that nobody can tell.
pub(crate) fn say<'a>(package: &Package<'_>, affected: &AffectedRef<'a>) -> Said<'a> {
    let said = say_of(package.version.as_deref(), package.placeholder, affected);
    let Some(beside) = package.beside else { return said };
    let other = say_of(Some(beside), is_beside(package, beside), affected);
    if said.verdict == other.verdict || !(asks(&said) || asks(&other)) {
        return said;
    }
    let asking = if asks(&said) { said } else { other };
    Said { verdict: Verdict::CannotTell, rule: Rule::VersionContradicted, ..asking }
}

/// Whether the version that a document states beside a package URL is one.
fn is_beside(package: &Package<'_>, beside: &str) -> Placeholder {
    Placeholder::of(package.key.scheme(), beside)
}

fn say_of<'a>(
    version: Option<&str>,
    placeholder: Placeholder,
    affected: &AffectedRef<'a>,
) -> Said<'a> {
    let mut sought = version.map(|version| Sought::read(version, placeholder));
    extent::say(affected.extents(), affected.otherwise(), sought.as_mut())
}

/// Whether a word asks something of a person, as [`Ground::asks`] has it.
fn asks(said: &Said<'_>) -> bool {
    match said.verdict {
        Verdict::CannotTell if said.rule == Rule::NothingSaid => false,
        Verdict::Affected | Verdict::UnderInvestigation | Verdict::CannotTell => true,
        Verdict::Fixed | Verdict::NotAffected => false,
    }
}

/// A record's word on a package, written down.
pub(crate) fn package_ground(
    package: &Package<'_>,
    affected: &AffectedRef<'_>,
    said: &Said<'_>,
) -> Ground {
    let name = format!("{}/{}", package.key.ecosystem, package.key.name);
    let name = match package.role {
        Role::Itself => Name::Package(name),
        Role::Source => Name::SourcePackage(name),
    };
    let mut ground = ground(name, package.version.as_deref(), affected, said);
    let taken = [taken_beside(package, affected), taken_as_zero(package, affected, said)];
    ground.detail = taken.into_iter().flatten().collect::<Vec<_>>().join("; ");
    ground
}

/// Both versions of a component that states two, and what the record says of each.
fn taken_beside(package: &Package<'_>, affected: &AffectedRef<'_>) -> Option<String> {
    let beside = package.beside?;
    let inside = package.version.as_deref()?;
    let says = |version, is| say_of(Some(version), is, affected).verdict.label();
    Some(format!(
        "{inside} in its package URL ({}), {beside} beside it ({})",
        says(inside, package.placeholder),
        says(beside, is_beside(package, beside))
    ))
}

/// That no epoch was taken for zero, where the record has another and would then say
/// something else.
fn taken_as_zero(
    package: &Package<'_>,
    affected: &AffectedRef<'_>,
    said: &Said<'_>,
) -> Option<String> {
    let version = package.version.as_deref().filter(|version| !version.contains(':'))?;
    if !package.key.ecosystem.starts_with("rpm") {
        return None;
    }
    epochs(affected).into_iter().find_map(|epoch| {
        let with_epoch = format!("{epoch}:{version}");
        let other = say_of(Some(&with_epoch), package.placeholder, affected).verdict;
        (other != said.verdict).then(|| {
            format!(
                "no epoch is stated and 0 is assumed; with epoch {epoch}, as the record's \
                 versions have, it would be {}",
                other.label()
            )
        })
    })
}

/// The epochs but zero that a record's versions have, the first few.
fn epochs<'a>(affected: &AffectedRef<'a>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut look_at = |text: &'a str| {
        if let Some((epoch, _)) = text.split_once(':')
            && epoch.bytes().all(|byte| byte.is_ascii_digit())
            && epoch.bytes().any(|byte| byte != b'0')
            && found.len() < EPOCHS_MAX
        {
            found.insert(epoch);
        }
    };
    for (extent, _) in affected.extents() {
        match extent {
            ExtentRef::Interval(interval) => {
                let bounds = [interval.lower, interval.upper];
                bounds.into_iter().flatten().for_each(|bound| look_at(bound.text));
            }
            ExtentRef::Exact(exact) => exact.versions().for_each(&mut look_at),
            ExtentRef::All | ExtentRef::Unreadable(_) => {}
        }
    }
    found
}

/// Epochs of one record that are tried.
const EPOCHS_MAX: usize = 4;

/// A record's word on a name, written down.
pub(crate) fn ground(
    name: Name,
    version: Option<&str>,
    affected: &AffectedRef<'_>,
    said: &Said<'_>,
) -> Ground {
    Ground {
        says: said.verdict,
        origin: origin(&affected.record(), affected.place()),
        rule: said.rule,
        name,
        version: version.unwrap_or_default().to_owned(),
        scheme: said
            .extent
            .and_then(|extent| extent.scheme())
            .or_else(|| any_scheme(affected)),
        range: range(affected, said, version),
        fixed: fixed(said),
        limits: affected.limits().map(str::to_owned).collect(),
        justification: None,
        detail: String::new(),
        stated: None,
    }
    .with_words(affected)
}

/// The range that decided, or everything that a record names where the version lies in
/// none of it.
fn range(affected: &AffectedRef<'_>, said: &Said<'_>, version: Option<&str>) -> String {
    match said.extent {
        Some(extent) => extent::text(&extent, version),
        None => {
            let texts = affected.extents().map(|(extent, _)| extent::text(&extent, None));
            texts.take(RANGES_MAX).collect::<Vec<_>>().join(" | ")
        }
    }
}

/// Ranges of one record that are shown together.
const RANGES_MAX: usize = 8;

fn any_scheme(affected: &AffectedRef<'_>) -> Option<terms::version::Scheme> {
    affected.extents().find_map(|(extent, _)| extent.scheme())
}

fn fixed(said: &Said<'_>) -> Vec<String> {
    said.fixed.map(str::to_owned).into_iter().collect()
}

/// A record as the origin of a ground.
pub(crate) fn origin(record: &RecordRef<'_>, place: Place) -> Origin {
    Origin {
        document: Document::Record(record.source()),
        id: record.id().to_owned(),
        publisher: record.publisher().to_owned(),
        modified: record.modified().to_owned(),
        place,
    }
}

/// What records say of a component's packages that asks nothing of anybody: the other
/// side of a pair, and the fix that a distribution has put into its own version.
pub(crate) fn quiet<'s>(
    candidate: &Candidate<'_>,
    affected: impl Iterator<Item = AffectedRef<'s>>,
) -> Vec<Ground> {
    let mut grounds = Vec::new();
    for affected in affected {
        let advisory::index::IdentityRef::Package { ecosystem, name, .. } =
            affected.identity()
        else {
            continue;
        };
        for package in &candidate.packages {
            let is_named = package.key.ecosystem == ecosystem && package.key.name == name;
            if !is_named || release(package, &affected) != Release::Same {
                continue;
            }
            let said = say(package, &affected);
            if !asks(&said) {
                grounds.push(package_ground(package, &affected, &said));
            }
        }
    }
    grounds
}

/// Whether a package is one of a distribution, which puts fixes into older versions.
pub(crate) fn is_distribution(package: &Package<'_>) -> bool {
    let kind = package.key.ecosystem.split('/').next();
    matches!(kind, Some("deb" | "rpm" | "apk" | "alpm"))
}

/// The words of a distribution on one of its packages that concern the vulnerability:
/// records that name it among what they fix, whether or not their ids are joined.
pub(crate) fn backports<'s>(
    candidate: &'s Candidate<'_>,
    index: &'s advisory::index::Index<'s>,
    vulnerability: &VulnerabilityRef<'s>,
) -> Vec<Ground> {
    let mut grounds = Vec::new();
    for package in candidate.packages.iter().filter(|package| is_distribution(package)) {
        for affected in index.package(&package.key.ecosystem, &package.key.name) {
            let concerns = affected.record().source() == Source::Osv
                && (affected.vulnerability() == *vulnerability
                    || affected.record().related().any(|id| vulnerability.is_named(id)));
            if !concerns || release(package, &affected) != Release::Same {
                continue;
            }
            let said = say(package, &affected);
            let mut ground = package_ground(package, &affected, &said);
            if holds_fix(package, &affected, &said) {
                ground.says = Verdict::Fixed;
                ground.rule = Rule::FixBackported;
                grounds.push(ground);
            } else if asks(&said) {
                // Another record of the distribution says that it is not fixed yet.
                return Vec::new();
            }
        }
    }
    grounds
}

/// Whether the version lies behind a fix that the record states.
fn holds_fix(package: &Package<'_>, affected: &AffectedRef<'_>, said: &Said<'_>) -> bool {
    let Some(version) = package.version.as_deref() else { return false };
    if asks(said) {
        return false;
    }
    affected.extents().any(|(extent, _)| match extent {
        ExtentRef::Interval(interval) => interval.fixed.is_some_and(|fixed| {
            let order = terms::version::compare(interval.scheme, version, fixed);
            matches!(order, Some(std::cmp::Ordering::Greater | std::cmp::Ordering::Equal))
        }),
        _ => false,
    })
}
