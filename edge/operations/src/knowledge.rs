//! How old it is what the house knows of advisories: on it rests every verdict.
//!
//! It is told source by source. What feeds renew is as old as the answer of the feed that answered
//! longest ago; what none renews, as the newest change that the index in use states of it. A feed
//! of one source says nothing of the others. Which index is in use says nothing of its age: one
//! that is a year old may have been put in use today.

use std::cmp::Reverse;

use advisory::Source;
use feeds::IndexFile;
use jiff::{SignedDuration, Timestamp};
use store::{FeedStanding, StoreError};

use crate::App;
use crate::aside::aside;

/// What is known, and how old it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// The number of the index in use; none where none is.
    pub generation: Option<i64>,
    /// Since when it is in use, as stored.
    pub put_in_use: Option<String>,
    /// The newest change that it knows, as its records state it; none where none does, or this
    /// node has not fetched it.
    pub newest: Option<String>,
    /// The feeds that are followed, by whichever node.
    pub feeds: Vec<FeedStanding>,
    /// How old each source is, what is oldest first; nothing where no index is in use.
    pub sources: Vec<SourceAge>,
}

/// How old what is known of one source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAge {
    /// The source; none where nobody knows which it is.
    pub source: Option<Source>,
    /// Up to when what it says is known; none where nobody can tell.
    pub until: Option<Timestamp>,
    /// The feed by which it is that old; none where no feed renews it.
    pub feed: Option<String>,
    /// Whether that is too old to rest on without a second look.
    pub is_old: bool,
}

impl SourceAge {
    /// Whether verdicts rest on it; on the others rests how urgent something is.
    #[must_use]
    pub fn judges(&self) -> bool {
        !matches!(self.source, Some(Source::Kev | Source::Epss))
    }
}

impl Knowledge {
    /// The source by which everything is as old as it is: of those that are too old the oldest,
    /// those first on which verdicts rest; where none is, the oldest on which they rest.
    #[must_use]
    pub fn oldest(&self) -> Option<&SourceAge> {
        let key = |one: &&SourceAge| (Reverse((one.is_old, one.judges())), one.until);
        self.sources.iter().min_by_key(key)
    }
}

/// How old what is known may be, where nobody says otherwise.
pub const OLD_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is known of advisories, and how old it is.
///
/// # Errors
/// When the database fails.
pub async fn knowledge(app: &App) -> Result<Knowledge, StoreError> {
    let mut feeds = app.store.feed_standings().await?;
    let Some(index) = app.store.generation().await? else {
        feeds.retain(|one| one.alone.is_none());
        return Ok(Knowledge {
            generation: None,
            put_in_use: None,
            newest: None,
            feeds,
            sources: Vec::new(),
        });
    };
    let number = index.number;
    let put_in_use = Some(index.made.clone());
    let held = newest(app, index).await;
    let sources = aged(&feeds, held.as_deref(), app.old_after, (app.now)());
    feeds.retain(|one| one.alone.is_none());
    let newest = held.into_iter().flatten().map(|(_, newest)| newest).max();
    Ok(Knowledge {
        generation: Some(number),
        put_in_use,
        newest: newest.filter(|newest| !newest.is_empty()),
        feeds,
        sources,
    })
}

/// How old each source is that the index holds or a feed gives, the oldest first; `held` says
/// what the index holds and its newest change, and is none where nobody can tell.
fn aged(
    feeds: &[FeedStanding],
    held: Option<&[(Source, String)]>,
    old_after: SignedDuration,
    now: Timestamp,
) -> Vec<SourceAge> {
    let stated = |source: Option<Source>, newest: &str| {
        let until = instant(newest);
        let is_old = until.is_none_or(|until| now.duration_since(until) > old_after);
        SourceAge { source, until, feed: None, is_old }
    };
    let mut all: Vec<SourceAge> = Vec::new();
    for feed in feeds {
        let given = feed.gives.split(' ').map(source);
        all.extend(given.map(|source| match &feed.alone {
            Some(newest) => stated(source, newest),
            None => asked(feed, source, old_after, now),
        }));
    }
    let is_given = |source: &Source| all.iter().any(|one| one.source == Some(*source));
    let left = held.unwrap_or_default().iter().filter(|(source, _)| !is_given(source));
    let left: Vec<SourceAge> =
        left.map(|(source, newest)| stated(Some(*source), newest)).collect();
    all.extend(left);
    // Nobody can tell what else it holds.
    all.extend(held.is_none_or(<[_]>::is_empty).then(|| stated(None, "")));
    all.sort_by_key(|one| (one.source, !one.is_old, one.until));
    all.dedup_by_key(|one| one.source);
    all.sort_by_key(|one| one.until);
    all
}

/// How old a source is by the last answer of a feed.
fn asked(
    feed: &FeedStanding,
    source: Option<Source>,
    old_after: SignedDuration,
    now: Timestamp,
) -> SourceAge {
    let until: Option<Timestamp> =
        feed.asked.as_deref().and_then(|asked| asked.parse().ok());
    // A feed that is asked once a month is not late after a week.
    let span = old_after.max(SignedDuration::from_secs(feed.every.saturating_mul(2)));
    let is_old = until.is_none_or(|until| now.duration_since(until) > span);
    SourceAge { source, until, feed: Some(feed.name.clone()), is_old }
}

/// A source by its word.
fn source(word: &str) -> Option<Source> {
    Source::ALL.into_iter().find(|source| source.word() == word)
}

/// An instant or a day as records state it.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let day = text.get(..10)?.replace('.', "-");
        format!("{day}T00:00:00Z").parse().ok()
    })
}

/// What an index holds, and the newest change that it states of each; read once for each index.
async fn newest(app: &App, index: store::Generation) -> Option<Vec<(Source, String)>> {
    let number = index.number;
    let mut held = app.newest.lock().await;
    if let Some((_, newest)) = held.as_ref().filter(|(of, _)| *of == number) {
        return newest.clone();
    }
    let path = app.at_hand(index).ok()?.path;
    let read = aside(move || {
        let file = IndexFile::open(&path).ok()?;
        let counts = file.index().ok()?.counts();
        let catalogs = [(Source::Kev, counts.listed), (Source::Epss, counts.scored)];
        let catalogs = catalogs.into_iter().filter(|(_, catalog)| catalog.entries > 0);
        let records = counts.sources.into_iter().filter(|count| count.records > 0);
        let records = records.map(|count| (count.source, count.newest));
        Some(records.chain(catalogs.map(|(of, catalog)| (of, catalog.newest))).collect())
    });
    let newest: Option<Vec<(Source, String)>> = read.await.ok()?;
    *held = Some((number, newest.clone()));
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn feed(name: &str, gives: &str, asked: &str, every: i64) -> FeedStanding {
        let asked = (!asked.is_empty()).then(|| asked.to_owned());
        FeedStanding {
            name: name.to_owned(),
            every,
            asked,
            is_failing: false,
            gives: gives.to_owned(),
            alone: None,
        }
    }

    /// What everything is as old as: the source, up to when, the feed, and whether it is old.
    #[track_caller]
    fn check(
        feeds: &[FeedStanding],
        held: &[(Source, &str)],
        expected: (&str, &str, &str, Age),
    ) {
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        let held: Vec<(Source, String)> =
            held.iter().map(|(source, newest)| (*source, (*newest).to_owned())).collect();
        let knowledge = Knowledge {
            generation: Some(1),
            put_in_use: None,
            newest: None,
            feeds: feeds.to_vec(),
            sources: aged(feeds, Some(&held), OLD_AFTER, now),
        };
        let found = knowledge.oldest().unwrap();
        let until = found.until.map(|at| at.to_string()).unwrap_or_default();
        let age = if found.is_old { Age::Old } else { Age::Fresh };
        assert_eq!(
            (
                found.source.map_or("", Source::word),
                until.as_str(),
                found.feed.as_deref().unwrap_or(""),
                age
            ),
            expected,
            "{:?}",
            knowledge.sources
        );
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Age {
        Old,
        Fresh,
    }

    #[test]
    fn a_source_is_as_old_as_the_feed_of_it_that_answered_longest_ago() {
        let held = [(Source::Osv, "2025-01-01"), (Source::Kev, "2025-01-01")];
        let osv = feed("osv", "osv", "2026-11-26T11:00:00Z", HOUR);
        let kev = feed("kev", "kev", "2026-11-26T10:00:00Z", HOUR);
        let late = feed("kev", "kev", "2026-11-10T00:00:00Z", HOUR);
        let silent = feed("nvd", "nvd", "", HOUR);
        let monthly = feed("other", "osv", "2026-11-01T00:00:00Z", 30 * 24 * HOUR);
        // Feeds that answer and have nothing new are no reason to warn.
        let fresh = ("osv", "2026-11-26T11:00:00Z", "osv", Age::Fresh);
        check(&[osv.clone(), kev.clone()], &held, fresh);
        let old = ("kev", "2026-11-10T00:00:00Z", "kev", Age::Old);
        check(&[osv.clone(), late.clone()], &held, old);
        let never = ("nvd", "", "nvd", Age::Old);
        check(&[osv.clone(), late, silent], &held, never);
        let monthly_one = ("osv", "2026-11-01T00:00:00Z", "other", Age::Fresh);
        check(&[osv, kev, monthly], &held, monthly_one);
    }

    #[test]
    fn a_feed_of_one_source_says_nothing_of_the_others() {
        let kev = feed("kev", "kev", "2026-11-26T11:58:00Z", HOUR);
        let held = [(Source::Csaf, "2024-09-09"), (Source::Kev, "2026-11-25")];
        let old = ("csaf", "2024-09-09T00:00:00Z", "", Age::Old);
        check(std::slice::from_ref(&kev), &held, old);
        // Of one of which nobody knows what it gives neither.
        let file = feed("file", "", "2026-11-26T11:58:00Z", HOUR);
        check(&[file], &held, ("csaf", "2024-09-09T00:00:00Z", "", Age::Old));
        // A maker's feed renews its own; what no feed tells as new is as old as it was.
        let csaf = feed("maker", "csaf", "2026-11-26T11:58:00Z", HOUR);
        let fresh = ("csaf", "2026-11-26T11:58:00Z", "maker", Age::Fresh);
        check(&[csaf.clone(), kev.clone()], &held, fresh);
        let mut alone = feed(".earlier csaf", "csaf", "", 0);
        alone.alone = Some("2024-09-09T00:00:00Z".to_owned());
        let old = ("csaf", "2024-09-09T00:00:00Z", "", Age::Old);
        check(&[csaf, kev, alone], &held, old);
    }

    #[test]
    fn without_feeds_a_source_is_as_old_as_its_newest_change_in_the_index() {
        let of = |newest: &'static str| [(Source::Csaf, newest)];
        check(&[], &of("2026-11-25"), ("csaf", "2026-11-25T00:00:00Z", "", Age::Fresh));
        check(&[], &of("2025-11-25"), ("csaf", "2025-11-25T00:00:00Z", "", Age::Old));
        check(&[], &of(""), ("csaf", "", "", Age::Old));
        check(&[], &[], ("", "", "", Age::Old));
    }
}
