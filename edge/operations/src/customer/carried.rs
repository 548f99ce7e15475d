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
    pub(crate) flaws: Vec<Found>,
    /// What nobody can tell of flaws that are named.
    unclear: BTreeSet<String>,
    /// The components that it lists.
    lists: BTreeSet<String>,
    /// Those of which it cannot be told what they carry.
    asked: BTreeSet<String>,
}

impl Carriage {
    fn of(content: Content) -> Self {
        let settled = [Verdict::NotAffected.word(), Verdict::Fixed.word()];
        let found = content.found.unwrap_or_default();
        let (flaws, others): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|one| one.verdict == Verdict::Affected.word());
        let unclear = others
            .into_iter()
            .filter(|one| !settled.contains(&one.verdict))
            .flat_map(|one| one.aliases.into_iter().chain([one.vulnerability]));
        let bare = |name: &str, group: &str| match name.strip_prefix(group) {
            Some(rest) if !group.is_empty() => rest.trim_start_matches('/').to_owned(),
            _ => name.to_owned(),
        };
        Self {
            flaws,
            unclear: unclear.collect(),
            lists: content.parts.iter().map(|one| bare(&one.name, &one.group)).collect(),
            asked: content.asked.into_iter().map(|one| one.name).collect(),
        }
    }

    /// Whether it lists a component that carries a flaw elsewhere, and is known not to carry it:
    /// an SBOM that does not name the component says nothing.
    pub(crate) fn is_free_of(&self, names: &BTreeSet<String>, component: &str) -> bool {
        let carries = self.flaws.iter().any(|one| {
            names.contains(&one.vulnerability)
                || one.aliases.iter().any(|alias| names.contains(alias))
        });
        self.lists.contains(component)
            && !self.asked.contains(component)
            && !carries
            && self.unclear.is_disjoint(names)
    }
}

/// What SBOMs carry, by their numbers, and how many were not looked into yet. None where no
/// index is in use.
pub(crate) async fn carriages(
    app: &App,
    scope: &Scope,
    bills: &[Bill],
) -> Result<Option<(BTreeMap<i64, Arc<Carriage>>, usize)>, CustomerError> {
    let Some(index) = app.store.generation().await? else { return Ok(None) };
    let (mut known, mut unread, mut fresh) = (BTreeMap::new(), 0, 0);
    for bill in bills {
        let key = key(app, scope.head(), bill, index.number).await?;
        if let Some(carriage) = app.carriages.lock().await.get(&key) {
            known.insert(bill.id, Arc::clone(carriage));
            continue;
        }
        if fresh == FRESH_MAX {
            unread += 1;
            continue;
        }
        fresh += 1;
        let content = content_heard(app, scope, bill.clone()).await?;
        let carriage = Arc::new(Carriage::of(content));
        known.insert(bill.id, Arc::clone(&carriage));
        let mut kept = app.carriages.lock().await;
        // What an older index said, or what was accepted before, is asked for by nobody.
        kept.retain(|(head, number, generation, _), _| {
            *generation == index.number && (*head, *number) != (scope.head(), bill.id)
        });
        kept.insert(key, carriage);
    }
    Ok(Some((known, unread)))
}

async fn key(
    app: &App,
    head: i64,
    bill: &Bill,
    generation: i64,
) -> Result<Key, StoreError> {
    let accepted = app.store.accepted_of_release(head, bill.release).await?;
    let mut ids: Vec<i64> = accepted.iter().map(|one| one.id).collect();
    ids.sort_unstable();
    Ok((head, bill.id, generation, ids))
}
