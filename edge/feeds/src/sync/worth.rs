//! Whether what came may take the place of what was kept.
//!
//! A server in between (a portal that asks for a password, a cache that is full) answers with
//! status 200 and a page of its own, and a publisher's file may be cut or emptied by accident.
//! Nobody is told that advisories are gone then, so such an answer is a fault of the feed, and
//! what it gave before stays.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use advisory::{Document, Record, Source};
use reading::limits;
use url::Url;

use super::Fault;
use crate::deliver::documents_within;

/// From so many records on, losing more than half of them at once is a fault.
const MANY: u64 = 20;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Content {
    /// Advisories, entries of a catalog and scores: how many of each.
    counts: BTreeMap<&'static str, u64>,
    /// The sources that they are of.
    sources: BTreeSet<Source>,
    /// Which records: digests of their sources and ids, since a file may hold very many.
    records: BTreeSet<u64>,
    /// The newest day of change that one of them states.
    newest: String,
    /// Why the first document was not read that was not.
    refused: Option<String>,
    /// Why the file is not whole, where it is not.
    torn: Option<String>,
}

impl Content {
    fn of(path: &Path) -> Self {
        let mut content = Self::default();
        documents_within(path, limits::UNPACKED_BYTES_MAX, &mut |_, bytes| match bytes {
            Err(reason) => {
                content.torn.get_or_insert_with(|| reason.to_owned());
            }
            Ok(bytes) => match advisory::parse(bytes) {
                Ok(parsed) => content.add(parsed.value),
                Err(cause) => {
                    content.refused.get_or_insert_with(|| cause.message.to_string());
                }
            },
        });
        content
    }

    fn add(&mut self, document: Document) {
        let (what, count) = match document {
            Document::Record(record) => {
                self.note(&record);
                ("records", 1)
            }
            Document::Records(records) => {
                records.iter().for_each(|record| self.note(record));
                ("records", records.len())
            }
            Document::Kev(catalog) => {
                self.sources.insert(Source::Kev);
                ("exploited flaws", catalog.entries.len())
            }
            Document::Epss(day) => {
                self.sources.insert(Source::Epss);
                ("scores", day.scores.len())
            }
        };
        *self.counts.entry(what).or_default() += count as u64;
    }

    fn note(&mut self, record: &Record) {
        self.sources.insert(record.source);
        let mut hasher = DefaultHasher::new();
        (record.source, &record.id).hash(&mut hasher);
        self.records.insert(hasher.finish());
        let modified = record.modified.trim_end_matches('Z');
        if modified > self.newest.as_str() {
            self.newest = modified.to_owned();
        }
    }

    /// Why this may not take the place of what was kept; `None` where it may.
    fn fault(&self, kept: &Self) -> Option<String> {
        if let Some(reason) = &self.torn {
            return Some(format!("the answer is not whole: {reason}"));
        }
        match (self.counts.values().sum::<u64>(), &self.refused) {
            (0, Some(reason)) => {
                return Some(format!("nothing in the answer is read: {reason}"));
            }
            (0, None) => return Some("the answer holds no record".to_owned()),
            _ => {}
        }
        let now = |what: &str| self.counts.get(what).copied().unwrap_or(0);
        let mut lost = kept.counts.iter();
        let lost = lost.find_map(|(what, before)| shrunk(now(what), *before, what));
        lost.or_else(|| {
            let is_other = kept.records.is_disjoint(&self.records);
            (is_other && !kept.records.is_empty()).then(|| {
                "the answer holds none of the records that were there; if that is right, give \
                 the feed another name"
                    .to_owned()
            })
        })
        .or_else(|| {
            (self.newest < kept.newest).then(|| {
                format!(
                    "the answer is older than what was there: the newest of its records is of \
                     {}, and one of {} was there; if that is right, give the feed another name",
                    self.newest, kept.newest
                )
            })
        })
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

/// Puts a file that was fetched from there in the place of the one that was kept, and tells of
/// which sources it is.
///
/// # Errors
/// When it is cut, nothing in it can be read, it holds far less than the one before or none of its
/// records, or it is older; that one stays, and the new one is removed. When a file cannot be moved.
pub(super) async fn put(
    url: &Url,
    fetched: PathBuf,
    kept: PathBuf,
) -> Result<BTreeSet<Source>, Fault> {
    let files = (fetched.clone(), kept.clone());
    let read = tokio::task::spawn_blocking(move || {
        let before = match files.1.is_file() {
            true => Content::of(&files.1),
            false => Content::default(),
        };
        let content = Content::of(&files.0);
        (content.fault(&before), content.sources)
    });
    let (fault, sources) = match read.await {
        Ok(read) => read,
        Err(_) => (Some("reading the answer was cut short".to_owned()), BTreeSet::new()),
    };
    if let Some(what) = fault {
        // The fault that is told is the first one.
        let _ = std::fs::remove_file(&fetched);
        return Err(Fault::unreadable(url, what));
    }
    std::fs::rename(&fetched, &kept).map_err(|cause| Fault::file(&kept, &cause))?;
    Ok(sources)
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

    fn content(records: u64) -> Content {
        let records_of: BTreeSet<u64> = (0..records).collect();
        let counts = [("records", records)].into_iter().filter(|(_, count)| *count > 0);
        Content { counts: counts.collect(), records: records_of, ..Content::default() }
    }

    #[track_caller]
    fn check_content(new: &Content, kept: &Content, expected: Option<&str>) {
        let fault = new.fault(kept);
        match expected {
            None => assert_eq!(fault, None),
            Some(words) => {
                assert!(fault.as_deref().unwrap_or("").contains(words), "{fault:?}");
            }
        }
    }

    #[track_caller]
    fn check(records: u64, refused: Option<&str>, kept: u64, expected: Option<&str>) {
        let new = Content { refused: refused.map(str::to_owned), ..content(records) };
        check_content(&new, &content(kept), expected);
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
    #[test]
    fn what_is_torn_older_or_something_else_takes_no_place() {
        let torn = Content { torn: Some("unexpected end".to_owned()), ..content(3) };
        check_content(&torn, &Content::default(), Some("not whole: unexpected end"));
        let of = |day: &str| Content { newest: day.to_owned(), ..content(3) };
        check_content(
            &of("2024-01-01T00:00:00"),
            &of("2025-01-01T00:00:00"),
            Some("older"),
        );
        check_content(&of("2025-01-01T00:00:00"), &of("2025-01-01T00:00:00"), None);
        let other = Content { records: (7..10).collect(), ..content(3) };
        check_content(&other, &content(3), Some("none of the records that were there"));
        // A catalog that is gone is told, whatever came for it.
        let mut both = content(3);
        both.counts.insert("exploited flaws", 5);
        check_content(&content(3), &both, Some("0 exploited flaws, and there were 5"));
    }

    #[test]
    fn an_archive_that_is_cut_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
            Vec::new(),
            flate2::Compression::default(),
        ));
        for at in 0..50_u64 {
            // Text that does not pack away.
            let words: Vec<String> =
                (0..40).map(|word| format!("{:x}", word * at * 977)).collect();
            let document = serde_json::json!({ "id": format!("OSV-{at}"),
                "modified": "2026-01-01T00:00:00Z", "summary": words.join(" ") });
            let bytes = document.to_string().into_bytes();
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append_data(&mut header, format!("{at}.json"), bytes.as_slice()).unwrap();
        }
        let whole = tar.into_inner().unwrap().finish().unwrap();
        let path = folder.path().join("all.tar.gz");
        std::fs::write(&path, &whole).unwrap();
        let kept = Content::of(&path);
        assert_eq!((kept.torn.as_deref(), kept.counts.get("records")), (None, Some(&50)));
        for end in [whole.len() / 3, whole.len() - 400, whole.len() - 20] {
            std::fs::write(&path, &whole[..end]).unwrap();
            let cut = Content::of(&path);
            check_content(&cut, &kept, Some("not whole"));
            check_content(&cut, &Content::default(), Some("not whole"));
        }
    }
}
