//! What organisations found out by themselves, and what of it counts.
//!
//! An analysis is about a build whose product goes by its words, and about what rests on
//! documents of a release that it names. Of several that are about one verdict the more
//! specific counts, then the newer; a verdict that rests on several documents is cleared
//! only where it is cleared for each of them.

mod bearing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::ConfigurationId;
use matching::Verdict;
use matching::statement::Speaker;
use store::{Analysis, BillOf, Release, Since, Store, StoreError, view};
use terms::vex::cyclonedx::State;
use worklist::{Product, Reason, Weight, outcome, words_of};

use super::called::named;
use super::{Held, Work};
use crate::analysis::Counted;
use crate::called::maker;
use crate::fleet::Holdings;
use crate::fleet::grouped::{Billed, Cleared, Words};
use crate::judging::Advisories;

use bearing::is_same_component;
pub use bearing::{Bearing, Beside, OwnWord};

/// Analyses, and of what each bill is.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Own {
    /// By number; those taken back too.
    analyses: BTreeMap<i64, Kept>,
    bills: BTreeMap<i64, Described>,
    since: Since,
}

/// What counts of the devices of a build beyond what is said of it to everybody, for whom.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Spoken {
    /// What organisations cleared of what public documents say.
    cleared: BTreeMap<i64, Cleared>,
    /// What documents say, by view.
    said: BTreeMap<i64, Vec<Word>>,
    /// What organisations cleared of what those above them let them count, by finding.
    spared: BTreeMap<i64, BTreeSet<i64>>,
    /// What documents say of components about which nothing is to be done: by view, the word that
    /// asks most.
    spared_parts: BTreeMap<i64, Verdict>,
}

/// What documents of one view say of one vulnerability.
#[derive(Debug)]
struct Word {
    finding: i64,
    is_part: bool,
    vulnerability: Arc<str>,
    verdict: Verdict,
}

/// Whether nothing is to be done about it.
pub(super) const fn is_spared(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fixed | Verdict::NotAffected)
}

impl Spoken {
    /// The verdicts about components that nobody can tell, by number.
    pub(in crate::fleet) fn open_parts(&self) -> impl Iterator<Item = i64> {
        let all = self.said.values().flatten();
        let open = all.filter(|word| word.is_part && word.verdict == Verdict::CannotTell);
        open.map(|word| word.finding)
    }

    /// Whether an organisation found out something by itself.
    pub(in crate::fleet) fn is_own(&self, organisation: i64) -> bool {
        self.cleared.contains_key(&organisation)
            || self.spared.contains_key(&organisation)
    }

    /// What counts for an organisation that hears these views, of devices about which answers
    /// say that; of several words about one vulnerability the one that asks most.
    pub(in crate::fleet) fn of(
        &self,
        organisation: i64,
        views: &[i64],
        replied: &BTreeMap<i64, Verdict>,
    ) -> Words {
        let cleared = self.cleared.get(&organisation).cloned().unwrap_or_default();
        let (mut billed, mut heard) = (Billed::default(), BTreeMap::new());
        let spared = self.spared.get(&organisation);
        let parts = views.iter().filter_map(|view| self.spared_parts.get(view));
        billed.spared = parts.min().copied();
        let said = views.iter().filter_map(|view| self.said.get(view)).flatten();
        for word in said {
            if spared.is_some_and(|spared| spared.contains(&word.finding)) {
                continue;
            }
            let reply = replied.get(&word.finding).copied();
            heard.extend(reply.map(|reply| (word.finding, reply)));
            let verdict = reply.unwrap_or(word.verdict);
            if word.is_part && is_spared(verdict) {
                let least = billed.spared.unwrap_or(verdict);
                billed.spared = Some(least.min(verdict));
                continue;
            }
            let of_view =
                if word.is_part { &mut billed.parts } else { &mut billed.itself };
            let name = Arc::clone(&word.vulnerability);
            let worst = of_view.entry(name).or_insert(verdict);
            *worst = (*worst).min(verdict);
        }
        Words { cleared, billed, replied: heard, ..Words::default() }
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fleet) enum News {
    /// Nothing that decides which analyses count.
    Nothing,
    /// Something may count that did not, or no longer.
    Analyses,
}

/// An analysis with the words by which its product is known.
#[derive(Debug)]
struct Kept {
    analysis: Analysis,
    product: Product,
    /// The verdict that it gives, where it gives one.
    outcome: Option<Verdict>,
}

/// The release that a bill describes.
#[derive(Debug)]
struct Described {
    organisation: i64,
    product: Product,
    version: String,
}

/// What of the analyses counts today.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Heeded {
    /// Each analysis that is about a finding, with its weight.
    weights: BTreeMap<(i64, i64), Weight>,
    /// The one that counts, by organisation and finding.
    first: BTreeMap<(i64, i64), i64>,
}

impl Heeded {
    /// Whether an organisation's own analysis clears a finding.
    pub(in crate::fleet) fn clears(&self, organisation: i64, finding: i64) -> bool {
        let first = self.first.get(&(organisation, finding));
        let weight = first.and_then(|first| self.weights.get(&(*first, finding)));
        weight == Some(&Weight::Decides)
    }

    /// The findings that organisations' own analyses clear, by organisation.
    pub(in crate::fleet) fn cleared(&self) -> impl Iterator<Item = (i64, i64)> {
        let all = self.first.keys().copied();
        all.filter(|(organisation, finding)| self.clears(*organisation, *finding))
    }
}

impl Kept {
    fn new(analysis: Analysis) -> Self {
        let (found, about) = (&analysis.found, &analysis.about);
        let reason = match (found.justification.is_empty(), found.details.trim()) {
            (true, "") => Reason::Missing,
            _ => Reason::Given,
        };
        let state = State::from_word(&found.state).ok();
        Self {
            outcome: state.and_then(|state| outcome(state, reason)),
            product: named(&about.maker, &about.model),
            analysis,
        }
    }

    fn is_in_force(&self) -> bool {
        self.analysis.withdrawn.is_none()
    }

    /// Whether it says how the vulnerability stands, and not only that lists leave it out.
    fn says(&self) -> bool {
        self.is_in_force() && !self.analysis.found.state.is_empty()
    }

    fn is_of_version(&self, version: &str) -> bool {
        let own = &self.analysis.about.version;
        own.is_empty() || own == version || spelt(own) == spelt(version)
    }

    /// Whether it names a product: its maker is the same one, as everywhere (`called`), and so
    /// are the words of the product. An analysis at work names the maker by the words by which
    /// actions are gathered: whoever made it saw all of these devices.
    fn is_of_product(&self, other: &Product) -> bool {
        let about = &self.analysis.about;
        if other.model.is_empty() {
            return false;
        }
        let is_gathered =
            (&*about.maker, &*about.model) == (&*other.maker, &*other.model);
        is_gathered
            || self.product.model == other.model
                && maker(&about.maker).words == maker(&other.maker_shown).words
    }

    /// The more specific counts, then the newer.
    fn rank(&self) -> (bool, &str, i64, i64) {
        let analysis = &self.analysis;
        let is_specific = !analysis.about.version.is_empty();
        (is_specific, analysis.said.as_str(), analysis.at.seq, analysis.id)
    }

    fn weight(&self, verdict: Verdict, speaker: Speaker) -> Weight {
        match self.outcome {
            Some(_) => Weight::against(verdict, speaker),
            None => Weight::Marks,
        }
    }

    fn counted(&self, weight: Weight) -> Counted {
        Counted { analysis: self.analysis.clone(), weight, verdict: self.outcome }
    }
}

/// A version in one spelling: without the word *version* or *release*, or its beginning, in front
/// of a number. Every other word stays, since it may tell one numbering from another (`FW 2.3`,
/// `SW 2.3`), and an analysis that reaches too far clears what nobody looked at.
fn spelt(version: &str) -> String {
    let folded = version.trim().to_lowercase();
    let words = ["version", "ver", "v", "release", "rel"];
    let behind = words.iter().find_map(|word| folded.strip_prefix(word));
    let number = behind.map(|rest| rest.trim_start_matches(['.', ':', ' ']));
    let number = number.filter(|rest| rest.starts_with(|one: char| one.is_ascii_digit()));
    number.map_or_else(|| folded.clone(), str::to_owned)
}

impl Own {
    /// Reads what changed since.
    pub(in crate::fleet) async fn read(
        &mut self,
        store: &Store,
        head: i64,
    ) -> Result<News, StoreError> {
        let mut news = News::Nothing;
        let newest = self.bills.last_key_value().map_or(0, |(bill, _)| *bill);
        for BillOf { bill, organisation, maker, name, version } in
            store.described_above(head, newest).await?
        {
            let product = named(&maker, &name);
            // Of a bill about which nobody found out anything, nothing follows until it is
            // judged.
            let is_meant = |kept: &Kept| {
                kept.says()
                    && kept.analysis.organisation == organisation
                    && kept.is_of_product(&product)
            };
            if self.analyses.values().any(is_meant) {
                news = News::Analyses;
            }
            self.bills.insert(bill, Described { organisation, product, version });
        }
        loop {
            let page = store.analyses_since(head, self.since).await?;
            let Some(last) = page.last() else { break };
            self.since = last.at;
            news = News::Analyses;
            for analysis in page {
                self.analyses.insert(analysis.id, Kept::new(analysis));
            }
        }
        Ok(news)
    }

    /// Whether an analysis is about everything on which a finding of a build rests.
    fn is_about(
        &self,
        kept: &Kept,
        held: &Held,
        build: Option<&(Product, String)>,
    ) -> bool {
        let is_of_build = build.is_some_and(|(product, version)| {
            kept.is_of_product(product) && kept.is_of_version(version)
        });
        let is_of_bill = |bill: &i64| {
            self.bills.get(bill).is_some_and(|of| {
                of.organisation == kept.analysis.organisation
                    && kept.is_of_product(&of.product)
                    && kept.is_of_version(&of.version)
            })
        };
        is_of_build || !held.bills.is_empty() && held.bills.iter().all(is_of_bill)
    }
}

impl Work {
    /// What of the analyses counts, worked out when it is first asked for after a change.
    pub(in crate::fleet) fn heeded(&self, advisories: Option<&Advisories>) -> &Heeded {
        self.heeded.get_or_init(|| self.heed(advisories))
    }

    fn heed(&self, advisories: Option<&Advisories>) -> Heeded {
        // The ids under which it is judged today: ids are joined and parted.
        let mut wanted: BTreeMap<String, Vec<&Kept>> = BTreeMap::new();
        for kept in self.own.analyses.values().filter(|kept| kept.says()) {
            let id = &kept.analysis.about.vulnerability;
            let main = advisories.map(|known| known.main_name(id));
            let names: BTreeSet<String> = main.into_iter().chain([id.clone()]).collect();
            for name in names {
                wanted.entry(name).or_default().push(kept);
            }
        }
        let mut heeded = Heeded::default();
        if wanted.is_empty() {
            return heeded;
        }
        let mut about: BTreeMap<(i64, i64), Vec<&Kept>> = BTreeMap::new();
        for (id, held) in &self.findings {
            for kept in wanted.get(&*held.vulnerability).into_iter().flatten() {
                let organisation = kept.analysis.organisation;
                let component = &kept.analysis.about.component;
                let is_it = is_same_component(&held.component, component)
                    && self.is_effective(organisation, held)
                    && self.own.is_about(
                        kept,
                        held,
                        self.products.get(&held.configuration),
                    );
                if is_it {
                    about.entry((organisation, *id)).or_default().push(kept);
                }
            }
        }
        for ((organisation, id), kept) in about {
            let Some(held) = self.findings.get(&id) else { continue };
            let Some(first) = kept.iter().max_by_key(|kept| kept.rank()) else {
                continue;
            };
            for one in &kept {
                let weight = match one.analysis.id == first.analysis.id {
                    true => one.weight(held.verdict, held.speaker),
                    false => Weight::Overtaken,
                };
                heeded.weights.insert((one.analysis.id, id), weight);
            }
            heeded.first.insert((organisation, id), first.analysis.id);
        }
        heeded
    }

    /// Whether a finding holds for an organisation: it rests on documents that count for it,
    /// or on public ones and those say nothing of the same.
    fn is_effective(&self, organisation: i64, held: &Held) -> bool {
        if held.view != view::PUBLIC {
            return self.hears(organisation, held.view);
        }
        let of_build = self.by_build.get(&held.configuration).into_iter().flatten();
        !of_build.filter_map(|id| self.findings.get(id)).any(|other| {
            other.view != view::PUBLIC
                && self.hears(organisation, other.view)
                && other.vulnerability == held.vulnerability
                && other.component == held.component
        })
    }

    /// Whether an analysis decides about a finding of one of these builds.
    pub(super) fn is_cleared(
        &self,
        house: &Holdings,
        organisation: i64,
        builds: &[i64],
    ) -> bool {
        let heeded = self.heeded(house.advisories.as_deref());
        let ids = builds.iter().filter_map(|build| self.by_build.get(build)).flatten();
        ids.into_iter().any(|id| heeded.clears(organisation, *id))
    }
}

/// What an organisation found out about the components of one release.
#[derive(Debug, Default)]
pub struct OfRelease<'h> {
    /// By component and vulnerability.
    first: BTreeMap<(String, String), &'h Kept>,
}

impl OfRelease<'_> {
    /// What was found out about a component and a vulnerability, by the id under which it is
    /// judged; one that was taken back where there is no other.
    #[must_use]
    pub fn newest(&self, component: &str, vulnerability: &str) -> Option<&Analysis> {
        let key = (component.to_owned(), vulnerability.to_owned());
        self.first.get(&key).map(|kept| &kept.analysis)
    }

    /// What counts against a verdict on the word of a speaker.
    #[must_use]
    pub fn counted(
        &self,
        component: &str,
        vulnerability: &str,
        verdict: Verdict,
        speaker: Speaker,
    ) -> Option<Counted> {
        let key = (component.to_owned(), vulnerability.to_owned());
        let kept = self.first.get(&key).filter(|kept| kept.says())?;
        Some(kept.counted(kept.weight(verdict, speaker)))
    }
}

impl Holdings {
    /// Which verdicts about devices themselves organisations' own analyses clear, by build and
    /// organisation, and what they are then.
    fn cleared(&self) -> BTreeMap<i64, BTreeMap<i64, Cleared>> {
        let heeded = self.heeded();
        let mut cleared: BTreeMap<i64, BTreeMap<i64, Cleared>> = BTreeMap::new();
        for (organisation, id) in heeded.cleared() {
            let held = self.work.findings.get(&id);
            let held = held.filter(|held| held.view == view::PUBLIC);
            let first = heeded.first.get(&(organisation, id));
            let kept = first.and_then(|first| self.work.own.analyses.get(first));
            let Some((held, verdict)) = held.zip(kept.and_then(|kept| kept.outcome))
            else {
                continue;
            };
            let of_build = cleared.entry(held.configuration).or_default();
            let own = of_build.entry(organisation).or_default();
            own.insert(Arc::clone(&held.vulnerability), verdict);
        }
        cleared
    }

    /// What counts of the devices of builds beyond what is said of these to everybody: by
    /// build, what organisations found out and what documents say.
    pub(in crate::fleet) fn spoken_words(&self) -> BTreeMap<i64, Spoken> {
        let mut all: BTreeMap<i64, Spoken> = BTreeMap::new();
        for (build, cleared) in self.cleared() {
            all.entry(build).or_default().cleared = cleared;
        }
        let heeded = self.heeded();
        for (id, held) in &self.work.findings {
            if held.view == view::PUBLIC {
                continue;
            }
            let verdict = match heeded.clears(view::owner(held.view), *id) {
                true => Verdict::NotAffected,
                false => held.verdict,
            };
            let is_part = !held.component.is_empty();
            let words = all.entry(held.configuration).or_default();
            if is_part && is_spared(verdict) {
                let least = words.spared_parts.entry(held.view).or_insert(verdict);
                *least = (*least).min(verdict);
                continue;
            }
            let said = Word {
                finding: *id,
                is_part,
                vulnerability: Arc::clone(&held.vulnerability),
                verdict,
            };
            words.said.entry(held.view).or_default().push(said);
        }
        for (organisation, id) in heeded.cleared() {
            let held = self.work.findings.get(&id);
            let held = held.filter(|held| {
                view::is_open(held.view) && view::owner(held.view) != organisation
            });
            if let Some(words) = held.and_then(|held| all.get_mut(&held.configuration)) {
                words.spared.entry(organisation).or_default().insert(id);
            }
        }
        all
    }

    /// The views of documents in which something is said to an organisation.
    pub(in crate::fleet) fn heard_views(
        &self,
        organisation: i64,
        words: &Spoken,
    ) -> Vec<i64> {
        let views = words.said.keys().chain(words.spared_parts.keys()).copied();
        let views: BTreeSet<i64> = views.collect();
        let heard = views.into_iter();
        heard.filter(|view| self.work.hears(organisation, *view)).collect()
    }

    /// What a verdict that rests on an organisation's own documents is, with what that
    /// organisation found out and what was answered about all of its devices.
    pub(super) fn verdict_of_own(&self, id: i64, held: &Held) -> Verdict {
        match (self.heeded().clears(view::owner(held.view), id), held.verdict) {
            (true, _) => Verdict::NotAffected,
            (false, Verdict::CannotTell) if !held.component.is_empty() => {
                self.settled_for_all(id).unwrap_or(Verdict::CannotTell)
            }
            (false, verdict) => verdict,
        }
    }

    /// What of the analyses counts.
    pub(in crate::fleet) fn heeded(&self) -> &Heeded {
        self.work.heeded(self.advisories.as_deref())
    }

    /// What counts of what was found out about the verdicts of a build, by the number of the
    /// judgement: by the organisation whose device it is, and by the one whose document says
    /// so.
    #[must_use]
    pub fn own_analyses(
        &self,
        organisation: i64,
        configuration: i64,
    ) -> BTreeMap<i64, Counted> {
        let heeded = self.heeded();
        let ids = self.work.by_build.get(&configuration).into_iter().flatten();
        ids.filter_map(|id| {
            let owner = view::owner(self.work.findings.get(id)?.view);
            let own = [organisation, owner].into_iter();
            let first = own.filter_map(|whose| heeded.first.get(&(whose, *id))).next()?;
            let weight = heeded.weights.get(&(*first, *id))?;
            Some((*id, self.work.own.analyses.get(first)?.counted(*weight)))
        })
        .collect()
    }

    /// What an organisation found out by itself about a product, or about verdicts of some
    /// builds, each with its weight; none where it meets no verdict today.
    #[must_use]
    pub fn analyses(
        &self,
        organisation: i64,
        about: (&str, &str),
        builds: &BTreeSet<ConfigurationId>,
    ) -> Vec<(&Analysis, Option<Weight>)> {
        let gathered = |product: &&Product| (&*product.maker, &*product.model) == about;
        let mut products = self.work.products.values().map(|(product, _)| product);
        let product = products.find(gathered).cloned().unwrap_or_else(|| Product {
            maker: about.0.into(),
            model: about.1.into(),
            ..Product::default()
        });
        let own = self
            .work
            .own
            .analyses
            .values()
            .filter(|kept| kept.says() && kept.analysis.organisation == organisation);
        own.filter_map(|kept| {
            let weight = self.weight(kept.analysis.id, builds);
            let is_of = kept.is_of_product(&product) || weight.is_some();
            is_of.then_some((&kept.analysis, weight))
        })
        .collect()
    }

    /// Whether an analysis decides something; where it meets several verdicts, whether it
    /// decides any.
    fn weight(&self, id: i64, builds: &BTreeSet<ConfigurationId>) -> Option<Weight> {
        let weights = &self.heeded().weights;
        let met = weights.range((id, i64::MIN)..=(id, i64::MAX));
        let of_builds = met.filter(|((_, finding), _)| {
            let held = self.work.findings.get(finding);
            held.is_some_and(|held| builds.contains(&ConfigurationId(held.configuration)))
        });
        of_builds.map(|(_, weight)| *weight).min()
    }

    /// What organisations within a scope found out about a vulnerability, by its names.
    #[must_use]
    pub fn analyses_about(
        &self,
        scope: &fleet::Scope,
        names: &BTreeSet<String>,
    ) -> Vec<&Analysis> {
        let seen = self.fleet.organisations(scope);
        let all = self.work.own.analyses.values().filter(|kept| kept.says());
        let about = all.map(|kept| &kept.analysis).filter(|analysis| {
            names.contains(&analysis.about.vulnerability)
                && seen.contains(&super::of(analysis.organisation))
        });
        about.collect()
    }

    /// What organisations within a scope ever found out about the product of a device's build, or
    /// about releases that are named so (maker, product, version), what was taken back too.
    #[must_use]
    pub(crate) fn analyses_of_device(
        &self,
        scope: &fleet::Scope,
        device: &store::Device,
        releases: &BTreeSet<[String; 3]>,
    ) -> Vec<Analysis> {
        let seen = self.fleet.organisations(scope);
        let build = self.work.products.get(&device.configuration);
        let releases = releases
            .iter()
            .map(|[maker, name, version]| (named(maker, name), version.as_str()));
        let own = build.map(|(product, version)| (product.clone(), version.as_str()));
        let products: Vec<(Product, &str)> = releases.chain(own).collect();
        let is_about = |kept: &Kept| {
            products.iter().any(|(product, version)| {
                kept.is_of_product(product) && kept.is_of_version(version)
            })
        };
        let all = self.work.own.analyses.values().filter(|kept| {
            seen.contains(&super::of(kept.analysis.organisation)) && is_about(kept)
        });
        all.map(|kept| kept.analysis.clone()).collect()
    }

    /// Maker and model of an analysis as they are written: what is found out at work names a
    /// product in the words by which it is known.
    #[must_use]
    pub fn as_written<'a>(
        &'a self,
        about: &'a store::AnalysisSubject,
    ) -> (&'a str, &'a str) {
        let (own, model) = (maker(&about.maker), words_of(&about.model));
        let is_it = |product: &&Product| {
            (&*product.maker, &*product.model) == (&*about.maker, &*about.model)
                || *product.model == model
                    && maker(&product.maker_shown).words == own.words
        };
        let mut products = self.work.products.values().map(|(product, _)| product);
        let known = products.find(is_it);
        let own = (about.maker.as_str(), about.model.as_str());
        known.map_or(own, |known| (&known.maker_shown, &known.model_shown))
    }

    /// What an organisation found out about the components of a release of a product of its
    /// own: by its name, or about every build that a person said to be of it and those that
    /// are written alike.
    #[must_use]
    pub fn analyses_of_release(
        &self,
        product: &store::Product,
        release: &Release,
        builds: &[i64],
    ) -> OfRelease<'_> {
        let own = self.work.own.analyses.values();
        let own: Vec<&Kept> = own
            .filter(|kept| kept.analysis.organisation == product.organisation)
            .collect();
        let mut found = OfRelease::default();
        if own.is_empty() {
            return found;
        }
        let known = named(&product.maker, &product.name);
        let builds = self.alike(&builds.iter().copied().collect());
        let builds: Vec<&(Product, String)> =
            builds.iter().filter_map(|id| self.work.products.get(id)).collect();
        let is_about = |kept: &Kept| {
            let is_of_build = |(product, version): &&(Product, String)| {
                kept.is_of_product(product) && kept.is_of_version(version)
            };
            kept.is_of_product(&known) && kept.is_of_version(&release.version)
                || !builds.is_empty() && builds.iter().all(is_of_build)
        };
        let advisories = self.advisories.as_deref();
        for kept in own.into_iter().filter(|kept| is_about(kept)) {
            let about = &kept.analysis.about;
            let main = advisories.map(|known| known.main_name(&about.vulnerability));
            let main = main.unwrap_or_else(|| about.vulnerability.clone());
            let first =
                found.first.entry((about.component.clone(), main)).or_insert(kept);
            let pair =
                ((first.is_in_force(), first.rank()), (kept.is_in_force(), kept.rank()));
            if pair.0 < pair.1 {
                *first = kept;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use store::{AnalysisSubject, FoundOut};

    use super::*;

    fn kept(maker: &str, model: &str) -> Kept {
        Kept::new(Analysis {
            at: Since::default(),
            id: 1,
            organisation: 1,
            about: AnalysisSubject {
                maker: maker.to_owned(),
                model: model.to_owned(),
                ..AnalysisSubject::default()
            },
            found: FoundOut::default(),
            said: String::new(),
            said_by: 1,
            withdrawn: None,
            withdrawn_by: None,
        })
    }

    fn is_about(analysed: [&str; 2], product: [&str; 2]) -> bool {
        let kept = kept(analysed[0], analysed[1]);
        kept.is_of_product(&named(product[0], product[1]))
    }

    #[test]
    fn an_analysis_is_about_one_maker_however_it_is_written_and_no_other() {
        let analysed = ["Aldermoor Medical", "Meridian 400"];
        assert!(is_about(analysed, ["ALDERMOOR MEDICAL, INC.", "meridian-400"]));
        assert!(is_about(["Philips Medical Systems", "MX700"], ["PHILIPS", "MX700"]));
        // Gathered into one thing to do, and another company for all that anybody knows.
        assert!(!is_about(analysed, ["Aldermoor North", "Meridian 400"]));
        assert!(!is_about(analysed, ["Aldermoor", "Meridian 400"]));
        assert!(!is_about(analysed, ["", "Meridian 400"]));
        assert!(!is_about(analysed, ["Aldermoor Medical", "Meridian 500"]));
        assert!(!is_about(["Aldermoor Medical", ""], ["Aldermoor Medical", ""]));
    }

    #[test]
    fn an_analysis_at_work_is_about_all_that_is_gathered_there() {
        assert!(is_about(
            ["aldermoor", "meridian 400"],
            ["Aldermoor Medical", "Meridian 400"]
        ));
        assert!(!is_about(["aldermoor", "meridian 400"], ["Brightwell", "Meridian 400"]));
    }

    #[test]
    fn two_spellings_of_one_release_are_one() {
        for text in
            ["2.3", "v2.3", "V2.3", " v 2.3", "Version 2.3", "ver. 2.3", "Rel 2.3"]
        {
            assert_eq!(spelt(text), "2.3", "{text}");
        }
    }

    #[test]
    fn what_may_be_another_release_is_another() {
        let all = [
            "2.3", "2.30", "2.3.0", "FW 2.3", "SW 2.3", "B2.3", "2.3b", "vx2.3", "v", "",
        ];
        let spelt: BTreeSet<String> = all.iter().map(|text| spelt(text)).collect();
        assert_eq!(spelt.len(), all.len(), "{spelt:?}");
    }
}
