//! What accepted statements say of devices themselves: of those that they name by maker, model
//! and release, for the organisation that accepted them alone.
//!
//! A statement takes the place of what advisories say only where it stands before them: the
//! maker of the device, then the hospital's own analysis, then those who collect; of two words
//! of the maker the newer. Where it does not, the public verdict stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use matching::Verdict;
use matching::statement::{Outcome, Over, Speaker};
use serde::{Deserialize, Serialize};
use store::{Acceptance, Configuration, Judged, Scope};

use super::alike::Alike;
use super::judge::both;
use crate::build::Said;
use crate::called;
use crate::judging::Advisories;
use crate::statement::{Comparing, Named, Own, StatementError, Word, words};
use crate::{Actor, App, Permission};

/// What was accepted about devices.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// By organisation and build.
    by_build: BTreeMap<(i64, i64), Vec<Word>>,
}

/// By which product and release a build is known: the release is 0 where none is known.
type Identity = (i64, String);

impl Stated {
    /// Reads what is accepted now, and finds the builds that it names.
    pub(super) async fn of(app: &App, head: i64) -> Result<Self, StatementError> {
        let all = app.store.acceptances_within(&Scope::whole(head)).await?;
        Self::among(app, head, all).await
    }

    /// What of these acceptances holds, and the builds that it names.
    async fn among(
        app: &App,
        head: i64,
        all: Vec<Acceptance>,
    ) -> Result<Self, StatementError> {
        let scope = Scope::whole(head);
        let mut by_product: BTreeMap<i64, Vec<Acceptance>> = BTreeMap::new();
        for one in all.into_iter().filter(|one| one.ended.is_none()) {
            by_product.entry(one.product).or_default().push(one);
        }
        let mut stated = Self::default();
        if by_product.is_empty() {
            return Ok(stated);
        }
        let all = Alike::of(app, head).await?;
        let mut comparing = Comparing::default();
        for (id, acceptances) in by_product {
            let product = app.store.product(&scope, id).await?;
            let words = words(app, head, acceptances).await?;
            if words.is_empty() {
                continue;
            }
            for (id, identities) in identities(app, &scope, (&all, &product)).await? {
                let Some(one) = all.build(id) else { continue };
                let own = |version: &String| Own {
                    maker: product.maker.clone(),
                    models: vec![product.name.clone(), one.build.model.clone()],
                    version: version.clone(),
                };
                let said = words.iter().filter(|word| {
                    identities.iter().all(|(release, version)| {
                        word.is_for(*release) && word.is_of(&own(version), &mut comparing)
                    })
                });
                let said: Vec<Word> = said.cloned().collect();
                if !said.is_empty() {
                    let key = (product.organisation, id);
                    stated.by_build.entry(key).or_default().extend(said);
                }
            }
        }
        Ok(stated)
    }

    /// What the verdicts of builds rest on, as numbers that no bill has: those of acceptances,
    /// below zero.
    pub(super) fn rests(&self) -> impl Iterator<Item = ((i64, i64), BTreeSet<i64>)> {
        self.by_build
            .iter()
            .map(|(of, words)| (*of, words.iter().map(|word| -word.acceptance).collect()))
    }

    /// The verdicts that statements give about a build, where they stand before what
    /// advisories say; by vulnerability.
    pub(super) fn judged(
        &self,
        organisation: i64,
        build: &Configuration,
        advisories: &Advisories,
    ) -> Result<BTreeMap<String, Judged>, serde_json::Error> {
        let mut judged = BTreeMap::new();
        let Some(words) = self.by_build.get(&(organisation, build.id)) else {
            return Ok(judged);
        };
        let public: BTreeMap<String, Judged> = advisories
            .judge(build)
            .into_iter()
            .map(|(subject, judged)| (subject.vulnerability, judged))
            .collect();
        let mut about: BTreeMap<String, Vec<&Word>> = BTreeMap::new();
        for word in words {
            for id in spoken_of(word, &public, advisories) {
                about.entry(id).or_default().push(word);
            }
        }
        for (id, mut said) in about {
            by_weight(&mut said);
            let public = public.get(&id);
            let Some(first) = said
                .first()
                .filter(|word| outweighed(word, public, advisories).is_none())
            else {
                continue;
            };
            let verdict = first.verdict.word();
            let grounds: Vec<Ground<'_>> =
                said.iter().map(|word| Ground::of(word, first)).collect();
            let grounds = serde_json::to_string(&grounds)?;
            let grounds = match public {
                Some(public) => both(&grounds, &public.grounds)?,
                None => grounds,
            };
            let confidence = "exact".to_owned();
            let (fixed_in, question) = (String::new(), String::new());
            judged
                .insert(id, Judged { verdict, confidence, fixed_in, question, grounds });
        }
        Ok(judged)
    }
}

/// What was accepted about a build itself for its organisation and stands behind what advisories
/// say of a vulnerability, each with why. Nothing where one of the statements decides: then they
/// all stand among the grounds.
///
/// # Errors
/// When a document cannot be read, or the database fails.
pub async fn behind(
    app: &App,
    by: &Actor,
    (organisation, build): (i64, &Configuration),
    names: &BTreeSet<String>,
    advisories: &Advisories,
) -> Result<Vec<Said>, StatementError> {
    let scope = by.scope(Permission::ViewDevices);
    let mut all = app.store.acceptances_within(&scope).await?;
    // One statement may name a vulnerability by several ids, of which the first is kept.
    all.retain(|one| {
        one.ended.is_none()
            && (names.iter().any(|name| name.eq_ignore_ascii_case(&one.vulnerability))
                || !advisories.knows(&one.vulnerability))
    });
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let stated = Stated::among(app, by.head, all).await?;
    let words = stated.by_build.get(&(organisation, build.id));
    let is_meant = |word: &&Word| {
        word.ids.iter().any(|id| names.iter().any(|name| name.eq_ignore_ascii_case(id)))
    };
    let mut words: Vec<&Word> = words.into_iter().flatten().filter(is_meant).collect();
    by_weight(&mut words);
    let mut public = advisories.judge(build).into_iter();
    let public = public.find(|(subject, _)| names.contains(&subject.vulnerability));
    let public = public.map(|(_, judged)| judged);
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    let Some(why) = outweighed(first, public.as_ref(), advisories) else {
        return Ok(Vec::new());
    };
    Ok(words
        .iter()
        .map(|word| told(word, outranked(word, first).unwrap_or(why)))
        .collect())
}

/// A statement that does not decide, with why.
fn told(word: &Word, why: &str) -> Said {
    Said {
        advisory: word.document.clone(),
        verdict: word.verdict.word().to_owned(),
        confidence: "exact".to_owned(),
        rules: rules(word, why),
        place: word.place.clone(),
        acceptance: Some(word.acceptance),
        ..Said::default()
    }
}

/// How a statement reads among grounds: how it names the product, its reasons, and why it does
/// not decide, where it does not.
fn rules(word: &Word, lost: &str) -> Vec<String> {
    let named = format!("a statement that was accepted here ({})", word.named);
    let rules = [named, word.justification.clone(), word.impact.clone(), lost.to_owned()];
    rules.into_iter().filter(|rule| !rule.is_empty()).collect()
}

/// The one that stands before all others first.
fn by_weight(said: &mut [&Word]) {
    said.sort_by(|one, other| {
        one.speaker
            .cmp(&other.speaker)
            .then_with(|| other.made.cmp(&one.made))
            .then_with(|| one.verdict.cmp(&other.verdict))
    });
}

/// The builds that are of a product, each with the releases as which it is known: a person said
/// so, or its inventory writes maker and model so.
async fn identities(
    app: &App,
    scope: &Scope,
    (all, product): (&Alike, &store::Product),
) -> Result<BTreeMap<i64, BTreeSet<Identity>>, StatementError> {
    let releases = app.store.releases(scope, product.id).await?;
    let mut known: BTreeMap<i64, BTreeSet<Identity>> = BTreeMap::new();
    for release in &releases {
        let said = app.store.builds_of_release(scope, release.id).await?;
        let alike = said.iter().flat_map(|id| all.like(*id));
        for build in alike.chain(&said) {
            let identity = (release.id, release.version.clone());
            known.entry(*build).or_default().insert(identity);
        }
    }
    let name = Named::of(&product.maker, &product.name);
    let named = name.iter().flat_map(|name| all.named(name));
    for one in named.filter_map(|id| all.build(*id)) {
        if known.contains_key(&one.id) {
            continue;
        }
        let version = called::release(&one.build.version);
        let own = releases.iter().find(|release| {
            !version.is_empty() && called::release(&release.version) == version
        });
        let release = own.map_or(0, |release| release.id);
        known.entry(one.id).or_default().insert((release, one.build.version.clone()));
    }
    Ok(known)
}

/// Under which ids what a statement is about is judged.
fn spoken_of(
    word: &Word,
    public: &BTreeMap<String, Judged>,
    advisories: &Advisories,
) -> BTreeSet<String> {
    let is_own = |id: &str| word.ids.iter().any(|own| own.eq_ignore_ascii_case(id));
    let is_meant =
        |id: &&String| is_own(id) || advisories.names(id).iter().any(|name| is_own(name));
    let known: BTreeSet<String> = public.keys().filter(is_meant).cloned().collect();
    match (known.is_empty(), word.ids.first()) {
        (true, Some(first)) => BTreeSet::from([advisories.main_name(first)]),
        _ => known,
    }
}

/// Why a statement stands behind what advisories say; `None` where it stands before them.
fn outweighed(
    word: &Word,
    public: Option<&Judged>,
    advisories: &Advisories,
) -> Option<&'static str> {
    let public = public?;
    let mut all = Verdict::ALL.into_iter();
    let said = all.find(|verdict| verdict.word() == public.verdict);
    let said = said.unwrap_or(Verdict::CannotTell);
    if said == word.verdict {
        return Some("accepted, and advisories lead to the same and tell more");
    }
    match (word.verdict, said) {
        (Verdict::UnderInvestigation | Verdict::CannotTell, _) => {
            Some(Outcome::TakesNothingBack(word.speaker).because(word.verdict))
        }
        // Nobody says anything that it would be against.
        (_, Verdict::CannotTell) => None,
        (
            Verdict::Fixed | Verdict::NotAffected,
            Verdict::Fixed | Verdict::NotAffected,
        ) => None,
        _ => match (newest_of_maker(public, advisories), word.speaker) {
            (None, _) => None,
            (Some(newest), Speaker::DeviceMaker) if word.made > newest => None,
            (Some(_), Speaker::DeviceMaker) => Some(
                "accepted, but an advisory of the maker that is as new stands before it",
            ),
            (Some(_), _) => {
                Some("accepted, but an advisory of the maker itself stands before it")
            }
        },
    }
}

/// Why a statement does not decide where another one does; `None` for that one.
fn outranked(word: &Word, first: &Word) -> Option<&'static str> {
    let over = match (word.speaker == first.speaker, word.made == first.made) {
        _ if std::ptr::eq(word, first) => return None,
        (false, _) => Over::Speaker,
        (true, false) => Over::Time,
        (true, true) if word.verdict != first.verdict => Over::Caution,
        (true, true) => return Some("accepted, and one that is as new says the same"),
    };
    Some(Outcome::Outranked(word.speaker, over).because(word.verdict))
}

/// When the maker of the device itself spoke last in what a public verdict rests on.
fn newest_of_maker(public: &Judged, advisories: &Advisories) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        advisory: String,
        verdict: String,
        #[serde(default)]
        speaker: String,
    }
    let grounds: Vec<Said> = serde_json::from_str(&public.grounds).unwrap_or_default();
    let of_maker = grounds
        .iter()
        .filter(|said| said.speaker == "maker" && said.verdict == public.verdict);
    let records = of_maker.filter_map(|said| advisories.record(&said.advisory));
    records.map(|record| record.modified.clone()).max()
}

/// A statement as it is kept among grounds.
#[derive(Serialize)]
struct Ground<'a> {
    advisory: &'a str,
    source: &'static str,
    verdict: &'static str,
    confidence: &'static str,
    rules: Vec<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    speaker: &'static str,
    place: &'a str,
    acceptance: i64,
}

impl<'a> Ground<'a> {
    /// What a statement says beside the one that decides.
    fn of(word: &'a Word, first: &Word) -> Self {
        Self {
            advisory: &word.document,
            source: word.source,
            verdict: word.verdict.word(),
            confidence: "exact",
            rules: rules(word, outranked(word, first).unwrap_or_default()),
            speaker: match word.speaker {
                Speaker::DeviceMaker => "maker",
                _ => "",
            },
            place: &word.place,
            acceptance: word.acceptance,
        }
    }
}
