//! What the SBOMs of a maker's own releases carry, as the maker judges them: what it stated and
//! accepted itself counts. Each SBOM is read once for each index and each set of statements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use matching::Verdict;
use store::{Bill, Scope, StoreError};

use super::CustomerError;
use crate::App;
use crate::bills::{Content, Found, content_heard};

/// SBOMs that are read for one look: whoever looks again sees more.
const FRESH_MAX: usize = 40;

/// SBOMs by top organisation, number, generation of the index, and what is accepted about them.
pub(crate) type Carriages = BTreeMap<Key, Arc<Carriage>>;

type Key = (i64, i64, i64, Vec<i64>);

/// What one SBOM carries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carriage {
    /// What is affected.
    pub(crate) flaws: Vec<Carried>,
    /// All names of these.
    carries: BTreeSet<String>,
    /// All names of flaws of which it cannot be told.
    unclear: BTreeSet<String>,
    /// The components that it lists, by their keys.
    lists: BTreeSet<String>,
    /// Those of which it cannot be told what they carry, by key; and all of them by name, since
    /// one of which nobody knows what it is may be any of that name.
    asked: BTreeSet<String>,
}

/// A flaw in a component of an SBOM.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) vulnerability: String,
    pub(crate) names: BTreeSet<String>,
    pub(crate) title: String,
    pub(crate) score: Option<f64>,
    pub(crate) exploited: bool,
    /// When it was first published; empty where no document says.
    pub(crate) published: String,
    /// What the component is, whatever its version.
    pub(crate) key: String,
    pub(crate) component: String,
    pub(crate) version: String,
    pub(crate) fixed_in: String,
}

/// What an SBOM says of a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Nothing: it does not list the component.
    Nothing,
    /// It lists the component, and nobody can tell.
    Unclear,
    /// It lists the component, and is known not to carry the flaw.
    Free,
    /// It carries it.
    Carries,
}

impl Carriage {
    fn of(content: Content) -> Self {
        let key_at: BTreeMap<&str, &str> = content
            .parts
            .iter()
            .map(|part| (part.place.as_str(), part.key.as_str()))
            .collect();
        let key = |place: &str| key_at.get(place).map(|key| (*key).to_owned());
        let settled = [Verdict::NotAffected.word(), Verdict::Fixed.word()];
        let mut carriage = Self {
            lists: content.parts.iter().map(|part| part.key.clone()).collect(),
            ..Self::default()
        };
        for one in &content.asked {
            carriage.asked.extend(key(&one.place));
            carriage.asked.insert(one.name.clone());
        }
        for one in content.found.unwrap_or_default() {
            let names: BTreeSet<String> =
                one.aliases.iter().chain([&one.vulnerability]).cloned().collect();
            if one.verdict == Verdict::Affected.word() {
                carriage.carries.extend(names.iter().cloned());
                let key = key(&one.place).unwrap_or_else(|| one.component.clone());
                carriage.flaws.push(Carried::of(one, names, key));
            } else if !settled.contains(&one.verdict) {
                carriage.unclear.extend(names);
            }
        }
        carriage
    }

    /// Whether of something that it lists nobody can tell what it carries.
    pub(crate) fn has_unknowns(&self) -> bool {
        !self.asked.is_empty() || !self.unclear.is_empty()
    }

    /// What it says of a flaw that a component carries elsewhere.
    pub(crate) fn says(
        &self,
        names: &BTreeSet<String>,
        (key, component): (&str, &str),
    ) -> Says {
        if !self.carries.is_disjoint(names) {
            return Says::Carries;
        }
        let is_asked = self.asked.contains(key) || self.asked.contains(component);
        if is_asked || !self.unclear.is_disjoint(names) {
            return Says::Unclear;
        }
        match self.lists.contains(key) {
            true => Says::Free,
            false => Says::Nothing,
        }
    }
}

impl Carried {
    fn of(found: Found, names: BTreeSet<String>, key: String) -> Self {
        Self {
            vulnerability: found.vulnerability,
            names,
            title: found.title,
            score: found.score,
            exploited: found.exploited,
            published: found.published,
            key,
            component: found.component,
            version: found.version,
            fixed_in: found.fixed_in,
        }
    }
}

/// What SBOMs carry, by their numbers; those that are missing were not looked into yet. None
/// where no index is in use.
pub(crate) async fn carriages(
    app: &App,
    scope: &Scope,
    bills: &[Bill],
) -> Result<Option<BTreeMap<i64, Arc<Carriage>>>, CustomerError> {
    let Some(index) = app.store.generation().await? else { return Ok(None) };
    let (mut known, mut fresh) = (BTreeMap::new(), 0);
    let mut accepted: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for bill in bills {
        let ids = match accepted.get(&bill.release) {
            Some(ids) => ids.clone(),
            None => {
                let ids = accepted_ids(app, scope.head(), bill.release).await?;
                accepted.insert(bill.release, ids.clone());
                ids
            }
        };
        let key: Key = (scope.head(), bill.id, index.number, ids);
        if let Some(carriage) = app.carriages.lock().await.get(&key) {
            known.insert(bill.id, Arc::clone(carriage));
            continue;
        }
        if fresh == FRESH_MAX {
            continue;
        }
        fresh += 1;
        let content = content_heard(app, scope, bill.clone()).await?;
        let carriage = Arc::new(Carriage::of(content));
        known.insert(bill.id, Arc::clone(&carriage));
        // What was accepted while it was read is another key.
        let is_so_still = accepted_ids(app, scope.head(), bill.release).await? == key.3;
        let mut kept = app.carriages.lock().await;
        // What an older index said, or what was accepted before, is asked for by nobody.
        kept.retain(|(head, number, generation, _), _| {
            *generation == index.number && (*head, *number) != (scope.head(), bill.id)
        });
        if is_so_still {
            kept.insert(key, carriage);
        }
    }
    Ok(Some(known))
}

/// What is accepted of a release, by number.
async fn accepted_ids(
    app: &App,
    head: i64,
    release: i64,
) -> Result<Vec<i64>, StoreError> {
    let accepted = app.store.accepted_of_release(head, release).await?;
    let mut ids: Vec<i64> = accepted.iter().map(|one| one.id).collect();
    ids.sort_unstable();
    Ok(ids)
}
