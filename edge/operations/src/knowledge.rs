//! How old it is what the house knows of advisories: on it rests every verdict.
//!
//! Where feeds are followed, it is as old as the answer of the feed that answered longest ago;
//! where none is, as the newest change that the index in use states. Which index that is says
//! nothing of its age: one that is a year old may have been put in use today.

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
    /// Up to when everything is known that the world has said; none where nobody can tell.
    pub until: Option<Timestamp>,
    /// How old that is.
    pub freshness: Freshness,
}

/// Whether what is known is too old to rest on without a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// No index is in use.
    Nothing,
    /// It is not too old.
    Fresh,
    /// A feed answered last longer ago than the house wants; or never.
    Feed(String),
    /// No feed is followed, and the index knows nothing newer than the house wants, or does not
    /// say.
    Index,
}

/// How old what is known may be, where nobody says otherwise.
pub const OLD_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is known of advisories, and how old it is.
///
/// # Errors
/// When the database fails.
pub async fn knowledge(app: &App) -> Result<Knowledge, StoreError> {
    let Some(index) = app.store.generation().await? else {
        return Ok(Knowledge {
            generation: None,
            put_in_use: None,
            newest: None,
            feeds: app.store.feed_standings().await?,
            until: None,
            freshness: Freshness::Nothing,
        });
    };
    let feeds = app.store.feed_standings().await?;
    let number = index.number;
    let put_in_use = Some(index.made.clone());
    let newest = newest(app, index).await;
    let (until, freshness) = aged(&feeds, newest.as_deref(), app.old_after, (app.now)());
    Ok(Knowledge {
        generation: Some(number),
        put_in_use,
        newest,
        feeds,
        until,
        freshness,
    })
}

/// Up to when something is known, and whether that is too long ago.
fn aged(
    feeds: &[FeedStanding],
    newest: Option<&str>,
    old_after: SignedDuration,
    now: Timestamp,
) -> (Option<Timestamp>, Freshness) {
    let asked = |feed: &FeedStanding| -> Option<Timestamp> {
        feed.asked.as_deref().and_then(|asked| asked.parse().ok())
    };
    // A feed that is asked once a month is not late after a week.
    let is_old = |feed: &&FeedStanding| {
        let span = old_after.max(SignedDuration::from_secs(feed.every.saturating_mul(2)));
        asked(feed).is_none_or(|asked| now.duration_since(asked) > span)
    };
    let Some(first) = feeds.iter().min_by_key(|feed| asked(feed)) else {
        let until = newest.and_then(instant);
        let is_old = until.is_none_or(|until| now.duration_since(until) > old_after);
        return (until, if is_old { Freshness::Index } else { Freshness::Fresh });
    };
    let late = feeds.iter().filter(is_old).min_by_key(|feed| asked(feed));
    let freshness = match late {
        Some(late) => Freshness::Feed(late.name.clone()),
        None => Freshness::Fresh,
    };
    (asked(first), freshness)
}

/// An instant or a day as records state it.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let day = text.get(..10)?.replace('.', "-");
        format!("{day}T00:00:00Z").parse().ok()
    })
}

/// The newest change that an index states; read once for each index.
async fn newest(app: &App, index: store::Generation) -> Option<String> {
    let number = index.number;
    let mut held = app.newest.lock().await;
    if let Some((_, newest)) = held.as_ref().filter(|(of, _)| *of == number) {
        return newest.clone();
    }
    let path = app.at_hand(index).ok()?.path;
    let read = aside(move || {
        let file = IndexFile::open(&path).ok()?;
        let counts = file.index().ok()?.counts();
        let all = counts.sources.into_iter().map(|count| count.newest);
        all.max().filter(|newest| !newest.is_empty())
    });
    let newest = read.await.ok()?;
    *held = Some((number, newest.clone()));
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(name: &str, asked: &str, every: i64) -> FeedStanding {
        let asked = (!asked.is_empty()).then(|| asked.to_owned());
        FeedStanding { name: name.to_owned(), every, asked, is_failing: false }
    }

    #[track_caller]
    fn check(feeds: &[FeedStanding], newest: &str, until: &str, expected: Freshness) {
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        let newest = (!newest.is_empty()).then_some(newest);
        let (found, freshness) = aged(feeds, newest, OLD_AFTER, now);
        let found = found.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(
            (found.as_str(), freshness),
            (until, expected),
            "{feeds:?} {newest:?}"
        );
    }

    #[test]
    fn it_is_as_old_as_the_feed_that_answered_longest_ago() {
        let hour = 3600;
        let fresh = feed("osv", "2026-11-26T11:00:00Z", hour);
        let late = feed("kev", "2026-11-10T00:00:00Z", hour);
        let silent = feed("nvd", "", hour);
        let monthly = feed("maker", "2026-11-01T00:00:00Z", 30 * 24 * hour);
        let one = std::slice::from_ref(&fresh);
        // Feeds that answer and have nothing new are no reason to warn.
        check(one, "2025-01-01", "2026-11-26T11:00:00Z", Freshness::Fresh);
        let two = [fresh.clone(), late.clone()];
        check(&two, "2026-11-26", "2026-11-10T00:00:00Z", Freshness::Feed("kev".into()));
        let never = [late, silent];
        check(&never, "2026-11-26", "", Freshness::Feed("nvd".into()));
        check(&[fresh, monthly], "", "2026-11-01T00:00:00Z", Freshness::Fresh);
    }

    #[test]
    fn without_feeds_it_is_as_old_as_the_newest_change_in_the_index() {
        check(&[], "2026-11-25T00:00:00Z", "2026-11-25T00:00:00Z", Freshness::Fresh);
        check(&[], "2025-11-25", "2025-11-25T00:00:00Z", Freshness::Index);
        check(&[], "", "", Freshness::Index);
    }
}
