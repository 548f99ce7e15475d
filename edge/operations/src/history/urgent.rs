//! How urgent vulnerabilities were, by what was known of them and by the table that was in
//! force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{Priority, Standing};
use store::{PriorityTable, Scope, StoreError, Weighed};
use worklist::Policy;

use super::{Event, What};
use crate::App;
use crate::fleet::read;
use crate::judging::weigh::{Weighing, priority_of};

/// Which organisations gave priorities by which tables, and since when.
pub(super) struct Tables {
    /// Which organisation stands right above which.
    parents: BTreeMap<i64, i64>,
    names: BTreeMap<i64, String>,
    standard: Arc<Policy>,
    changes: Vec<Change>,
}

struct Change {
    at: String,
    organisation: i64,
    policy: Option<Arc<Policy>>,
}

impl Tables {
    pub(super) async fn of(app: &App, head: i64) -> Result<Self, StoreError> {
        let all = app.store.organisations(&Scope::whole(head)).await?;
        let parents = all.iter().filter_map(|one| Some((one.id, one.parent?))).collect();
        let names = all.into_iter().map(|one| (one.id, one.name)).collect();
        let changes = app.store.priority_tables(head).await?;
        Ok(Self::new(parents, names, &changes))
    }

    fn new(
        parents: BTreeMap<i64, i64>,
        names: BTreeMap<i64, String>,
        changes: &[PriorityTable],
    ) -> Self {
        let changes = changes.iter().map(|one| Change {
            at: one.changed.clone(),
            organisation: one.organisation,
            policy: read(one),
        });
        Self { parents, names, standard: Arc::default(), changes: changes.collect() }
    }

    /// The table by which an organisation gave priorities when so many changes were made.
    fn in_force(&self, organisation: i64, changes: usize) -> &Policy {
        let made = self.changes.get(..changes).unwrap_or(&self.changes);
        let up =
            std::iter::successors(Some(organisation), |id| self.parents.get(id).copied());
        let mut own = up.take(self.parents.len() + 1).filter_map(|id| {
            let newest = made.iter().rev().find(|one| one.organisation == id)?;
            newest.policy.as_deref()
        });
        own.next().unwrap_or(&self.standard)
    }

    fn why(&self, change: &Change) -> String {
        let name = self.names.get(&change.organisation).map_or("", String::as_str);
        match change.policy {
            Some(_) => format!("the table of priorities of {name} was changed"),
            None => format!("{name} took its own table of priorities back"),
        }
    }
}

/// What was known of a vulnerability, from some moment on.
struct Known<'w> {
    weighed: &'w Weighed,
    weighing: Option<Weighing>,
}

impl Known<'_> {
    /// How urgent it was; where what it rested on cannot be read, as it was kept.
    fn priority(&self, policy: &Policy, standing: Standing) -> Option<Priority> {
        match &self.weighing {
            Some(weighing) => Some(weighing.priority(policy, standing)),
            None => priority_of(&self.weighed.weight.words, standing),
        }
    }
}

/// Changes of how urgent vulnerabilities are for devices of some organisations that stand in
/// one of these ways, the most urgent of them; how urgent they were at first is none.
pub(super) fn urgencies(
    tables: &Tables,
    weights: &[Weighed],
    organisations: &BTreeSet<i64>,
    standings: &[Standing],
) -> Vec<Event> {
    let mut all: BTreeMap<(&str, What, String), BTreeSet<String>> = BTreeMap::new();
    for weights in weights.chunk_by(|one, next| one.vulnerability == next.vulnerability) {
        let known: Vec<Known<'_>> = weights
            .iter()
            .map(|weighed| Known { weighed, weighing: Weighing::read(&weighed.weight) })
            .collect();
        let most = |known: &Known<'_>, changes: usize| {
            let policies = organisations.iter().map(|id| tables.in_force(*id, changes));
            let each = policies.flat_map(|policy| {
                standings.iter().filter_map(|one| known.priority(policy, *one))
            });
            each.min()
        };
        for (at, what, why) in turns(tables, &known, most) {
            let of = all.entry((at, what, why)).or_default();
            of.extend(weights.first().map(|one| one.vulnerability.clone()));
        }
    }
    all.into_iter()
        .map(|((at, what, why), vulnerabilities)| Event {
            at: at.to_owned(),
            what,
            why,
            vulnerabilities,
            builds: BTreeSet::new(),
        })
        .collect()
}

/// When one vulnerability became more or less urgent, and why.
fn turns<'a>(
    tables: &'a Tables,
    known: &[Known<'a>],
    priority: impl Fn(&Known<'a>, usize) -> Option<Priority>,
) -> Vec<(&'a str, What, String)> {
    let mut told = Vec::new();
    let mut known = known.iter().peekable();
    let Some(mut now) = known.next() else { return told };
    let is_before = |change: &&Change| change.at <= now.weighed.at;
    let mut changes = tables.changes.iter().take_while(is_before).count();
    let mut was = priority(now, changes);
    loop {
        let change = tables.changes.get(changes);
        let next = known
            .peek()
            .filter(|next| change.is_none_or(|change| next.weighed.at < change.at));
        let (at, why) = match (next, change) {
            (Some(next), _) => {
                let why = difference(now.weighing.as_ref(), next.weighing.as_ref());
                now = *next;
                known.next();
                (now.weighed.at.as_str(), why)
            }
            (None, Some(change)) => {
                changes += 1;
                (change.at.as_str(), tables.why(change))
            }
            (None, None) => return told,
        };
        let is = priority(now, changes);
        if is != was {
            told.push((at, What::Priority(is, was), why));
        }
        was = is;
    }
}

/// In what the grounds of two priorities differ, in words.
fn difference(before: Option<&Weighing>, after: Option<&Weighing>) -> String {
    let (Some(before), Some(after)) = (before, after) else { return String::new() };
    let number = |number: Option<f64>, digits: usize| {
        number.map_or_else(|| "none".to_owned(), |number| format!("{number:.digits$}"))
    };
    let mut told = Vec::new();
    if before.exploited != after.exploited {
        told.push(match after.exploited.as_str() {
            "yes" => "it is exploited in the wild".to_owned(),
            _ => "it is no longer said to be exploited".to_owned(),
        });
    }
    if before.epss != after.epss {
        let (was, is) = (number(before.epss, 3), number(after.epss, 3));
        told.push(format!("EPSS is {is}, was {was}"));
    }
    if before.cvss != after.cvss {
        let (was, is) = (number(before.cvss, 1), number(after.cvss, 1));
        told.push(format!("CVSS is {is}, was {was}"));
    }
    if before.discloses_data != after.discloses_data {
        told.push(match after.discloses_data.as_str() {
            "yes" => "it discloses data".to_owned(),
            "no" => "it discloses no data".to_owned(),
            _ => "nobody says whether it discloses data".to_owned(),
        });
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use store::Weight;

    use super::*;

    fn weighed(at: &str, words: &str, grounds: &str) -> Weighed {
        Weighed {
            vulnerability: "CVE-2026-0001".to_owned(),
            at: at.to_owned(),
            weight: Weight { words: words.repeat(27), grounds: grounds.to_owned() },
        }
    }

    fn grounds(exploited: &str, epss: &str) -> String {
        format!(
            "{{\"exploited\":\"{exploited}\",\"epss\":{epss},\"cvss\":9.8,\
             \"discloses_data\":\"yes\"}}"
        )
    }

    fn table(at: &str, organisation: i64, written: &str) -> PriorityTable {
        PriorityTable {
            organisation,
            seq: 1,
            written: written.to_owned(),
            changed: at.to_owned(),
            changed_by: 1,
        }
    }

    /// Nothing speaks for haste but the flaw.
    const QUIET: Standing = Standing {
        life_sustaining: fleet::Answer::No,
        holds_phi: fleet::Answer::No,
        reachable: fleet::Answer::No,
    };

    fn told(
        changes: &[PriorityTable],
        weights: &[Weighed],
        organisations: &[i64],
    ) -> Vec<String> {
        let names = [(1, "Wexcombe".to_owned()), (2, "North".to_owned())].into();
        let tables = Tables::new([(2, 1), (3, 1)].into(), names, changes);
        let organisations = organisations.iter().copied().collect();
        let told = urgencies(&tables, weights, &organisations, &[QUIET]);
        told.iter()
            .map(|one| {
                let What::Priority(now, then) = one.what else { panic!("{one:?}") };
                let word = |one: Option<Priority>| one.map_or("none", Priority::word);
                format!("{} {} {}: {}", one.at, word(then), word(now), one.why)
            })
            .collect()
    }

    #[test]
    fn a_changed_priority_is_told_with_what_changed_it_and_the_first_is_none() {
        let weights = [
            weighed("1", "n", &grounds("no", "0.01")),
            weighed("2", "n", &grounds("no", "0.012")),
            weighed("3", "t", &grounds("yes", "0.5")),
            weighed("4", "w", "rubbish"),
        ];
        assert_eq!(
            told(&[], &weights, &[1]),
            [
                "3 next_window this_week: it is exploited in the wild; EPSS is 0.500, was 0.012",
                "4 this_week watch: ",
            ]
        );
        assert!(told(&[], &weights[..1], &[1]).is_empty());
        assert!(told(&[], &[], &[1]).is_empty());
    }

    #[test]
    fn a_changed_table_is_told_where_it_is_in_force() {
        let weights = [
            weighed("2", "n", &grounds("no", "0.01")),
            weighed("5", "t", &grounds("yes", "0.01")),
        ];
        let changes = [
            table("1", 2, "act now: CVSS at least 9.8\nwatch: always"),
            table("3", 1, "this week: CVSS at least 9\nwatch: always"),
            table("4", 1, "this week: CVSS at least 9\nnext window: always"),
            table("6", 2, ""),
            table("7", 1, ""),
        ];
        assert_eq!(
            told(&changes, &weights, &[2]),
            ["6 act_now this_week: North took its own table of priorities back",]
        );
        assert_eq!(
            told(&changes, &weights, &[3]),
            ["3 next_window this_week: the table of priorities of Wexcombe was changed"]
        );
        // Of several organisations the most urgent counts.
        assert_eq!(
            told(&changes, &weights, &[1, 2, 3]),
            ["6 act_now this_week: North took its own table of priorities back"]
        );
        // What cannot be read is no table.
        let changes = [table("3", 2, "soon: always")];
        let because = "it is exploited in the wild";
        let expected = [format!("5 next_window this_week: {because}")];
        assert_eq!(told(&changes, &weights, &[2]), expected);
    }
}
