//! Whether what came may take the place of what was kept.
//!
//! A server in between (a portal that asks for a password, a cache that is full) answers with
//! status 200 and a page of its own, and a publisher's file may be cut or emptied by accident.
//! Nobody is told that advisories are gone then, so such an answer is a fault of the feed, and
//! what it gave before stays.

use std::path::{Path, PathBuf};

use advisory::Document;
use reading::limits;
use url::Url;

use super::Fault;
use crate::deliver::documents_within;

/// From so many records on, losing more than half of them at once is a fault.
const MANY: u64 = 20;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Content {
    /// Advisories, entries of a catalog, scores.
    records: u64,
    /// Why the first document was not read that was not.
    refused: Option<String>,
}

impl Content {
    fn of(path: &Path) -> Self {
        let mut content = Self::default();
        documents_within(path, limits::UNPACKED_BYTES_MAX, &mut |_, bytes| match bytes
            .map_err(str::to_owned)
            .and_then(count)
        {
            Ok(records) => content.records += records,
            Err(reason) => {
                content.refused.get_or_insert(reason);
            }
        });
        content
    }

    /// Why this may not take the place of what was kept; `None` where it may.
    fn fault(&self, kept: &Self) -> Option<String> {
        let Self { records, refused } = self;
        match (records, refused) {
            (0, Some(reason)) => Some(format!("nothing in the answer is read: {reason}")),
            (0, None) => Some("the answer holds no record".to_owned()),
            (records, _) => shrunk(*records, kept.records, "records"),
        }
    }
}

/// Why an answer that holds so many of something is not believed, where there were so many
/// before; `None` where it is.
pub(super) fn shrunk(now: u64, before: u64, what: &str) -> Option<String> {
    let is_emptied = now == 0 && before > 0;
    let is_cut = before >= MANY && now * 2 < before;
    (is_emptied || is_cut).then(|| {
        format!(
            "the answer holds {now} {what}, and there were {before}; if that is right, give the \
             feed another name"
        )
    })
}

fn count(bytes: &[u8]) -> Result<u64, String> {
    let parsed = advisory::parse(bytes).map_err(|cause| cause.message.to_string())?;
    let count = match parsed.value {
        Document::Record(_) => 1,
        Document::Records(records) => records.len(),
        Document::Kev(catalog) => catalog.entries.len(),
        Document::Epss(day) => day.scores.len(),
    };
    Ok(count as u64)
}

/// Puts a file that was fetched from there in the place of the one that was kept.
///
/// # Errors
/// When nothing in it can be read, or far less than in the one before; that one stays, and the
/// new one is removed. When a file cannot be moved.
pub(super) async fn put(url: &Url, fetched: PathBuf, kept: PathBuf) -> Result<(), Fault> {
    let files = (fetched.clone(), kept.clone());
    let read = tokio::task::spawn_blocking(move || {
        let before = match files.1.is_file() {
            true => Content::of(&files.1),
            false => Content::default(),
        };
        Content::of(&files.0).fault(&before)
    });
    let fault = match read.await {
        Ok(fault) => fault,
        Err(_) => Some("reading the answer was cut short".to_owned()),
    };
    if let Some(what) = fault {
        // The fault that is told is the first one.
        let _ = std::fs::remove_file(&fetched);
        return Err(Fault::unreadable(url, what));
    }
    std::fs::rename(&fetched, &kept).map_err(|cause| Fault::file(&kept, &cause))
}

/// A record that was fetched alone.
///
/// # Errors
/// When it is no object of JSON, as every record is; what is one and is refused by a reader is
/// told when the index is built.
pub(super) fn expect_object(url: &Url, bytes: &[u8]) -> Result<(), Fault> {
    let read: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_slice(bytes);
    match read {
        Ok(_) => Ok(()),
        Err(cause) => {
            Err(Fault::unreadable(url, format!("what came is no record: {cause}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(records: u64, refused: Option<&str>, kept: u64, expected: Option<&str>) {
        let content = Content { records, refused: refused.map(str::to_owned) };
        let kept = Content { records: kept, refused: None };
        let fault = content.fault(&kept);
        match expected {
            None => assert_eq!(fault, None),
            Some(words) => assert!(fault.as_deref().unwrap_or("").contains(words)),
        }
    }

    #[test]
    fn a_list_that_is_emptied_or_cut_is_not_believed() {
        for (now, before, is_believed) in
            [(0, 0, true), (0, 1, false), (1, 19, true), (9, 20, false), (10, 20, true)]
        {
            let found = shrunk(now, before, "documents");
            assert_eq!(found.is_none(), is_believed, "{now} {before} {found:?}");
        }
    }

    #[test]
    fn what_holds_nothing_or_far_less_takes_no_place() {
        check(0, Some("no JSON"), 0, Some("nothing in the answer is read: no JSON"));
        check(0, None, 1300, Some("no record"));
        check(3, None, 1300, Some("3 records, and there were 1300"));
        check(700, None, 1300, None);
        check(3, Some("one is cut"), 4, None);
        check(1, None, 19, None);
        check(1, None, 0, None);
    }
}
