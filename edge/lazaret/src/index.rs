//! Which index a command reads, and how old it is.
//!
//! An index knows no clock: its age is that of the newest `modified` in it, told for each
//! source.

use std::env;
use std::path::{Path, PathBuf};

use advisory::index::Counts;
use anyhow::Context;
use feeds::IndexFile;
use jiff::Timestamp;

/// Older than this always warns.
const AGE_DAYS_MAX: i64 = 7;

/// Opens the index that was named, else the one that `feed sync` keeps.
pub(crate) fn open(named: Option<&Path>) -> anyhow::Result<IndexFile> {
    Ok(IndexFile::open(&path(named)?)?)
}

/// Where the index is: as named, else `lazaret/advisories.index` in the user's data folder
/// (XDG Base Directory Specification 0.8).
pub(crate) fn path(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let absolute = |path: &PathBuf| path.is_absolute();
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(absolute);
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".local/share"));
    let data = data.or_else(home).context(
        "there is no home folder to keep an index in; \
         name one with `--index`, or build one with `lazaret feed build --index FILE SOURCE…`",
    )?;
    Ok(data.join("lazaret/advisories.index"))
}

/// The whole days since a date or an instant as feeds write them; `None` if it is neither.
pub(crate) fn age_days(newest: &str, now: Timestamp) -> Option<i64> {
    let then: Timestamp = match newest.parse() {
        Ok(then) => then,
        Err(_) => {
            let day = newest.get(..10)?.replace('.', "-");
            format!("{day}T00:00:00Z").parse().ok()?
        }
    };
    Some((now.as_second() - then.as_second()).max(0) / 86_400)
}

/// One sentence that says which sources are old, and how old; the rest is in `feed status`.
pub(crate) fn warning(counts: &Counts, now: Timestamp) -> Option<String> {
    let old: Vec<String> = newest(counts)
        .filter_map(|(word, newest)| match age_days(newest, now) {
            None => Some(format!("{word} of unknown age")),
            Some(days) if days > AGE_DAYS_MAX => Some(format!("{word} {days} days")),
            Some(_) => None,
        })
        .collect();
    (!old.is_empty()).then(|| {
        format!("the index is old: {} (newest change per source)", old.join(", "))
    })
}

/// A sentence for each source that is old.
pub(crate) fn warnings(counts: &Counts, now: Timestamp) -> Vec<String> {
    newest(counts)
        .filter_map(|(word, newest)| match age_days(newest, now) {
            None => Some(format!("{word} does not say how old it is")),
            Some(days) if days > AGE_DAYS_MAX => Some(format!(
                "{word} is {days} days old: the newest change in it is of {newest}"
            )),
            Some(_) => None,
        })
        .collect()
}

/// The newest change of each source that holds anything.
fn newest(counts: &Counts) -> impl Iterator<Item = (&'static str, &str)> {
    let catalogs = [("kev", &counts.listed), ("epss", &counts.scored)];
    let catalogs = catalogs.into_iter().filter(|(_, catalog)| catalog.entries > 0);
    let sources = counts.sources.iter().filter(|count| count.records > 0);
    sources
        .map(|count| (count.source.word(), count.newest.as_str()))
        .chain(catalogs.map(|(word, catalog)| (word, catalog.newest.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_warns_of_every_source_that_is_old() {
        #[track_caller]
        fn check(kev: &str, epss: &str, expected: Option<&str>) {
            let now = "2025-05-31T12:00:00Z".parse().unwrap();
            let catalog = |newest: &str| advisory::index::Catalog {
                entries: 1,
                newest: newest.to_owned(),
            };
            let counts = Counts {
                listed: catalog(kev),
                scored: catalog(epss),
                ..Counts::default()
            };
            assert_eq!(warning(&counts, now).as_deref(), expected, "{kev} {epss}");
        }

        check("2025-05-31", "2025-05-30", None);
        let one = "the index is old: epss 30 days (newest change per source)";
        check("2025-05-31", "2025-05-01", Some(one));
        let both = "the index is old: kev of unknown age, epss 30 days \
                    (newest change per source)";
        check("", "2025-05-01", Some(both));
    }

    #[test]
    fn the_age_is_told_in_whole_days_whatever_the_feed_writes() {
        #[track_caller]
        fn check(newest: &str, expected: Option<i64>) {
            let now = "2025-05-31T12:00:00Z".parse().unwrap();
            assert_eq!(age_days(newest, now), expected, "{newest}");
        }

        check("2025-05-31T11:00:00Z", Some(0));
        check("2025-05-22T13:00:00Z", Some(8));
        check("2025-05-22T15:00:00.123+02:00", Some(8));
        check("2025-05-22", Some(9));
        check("2025.05.22", Some(9));
        check("2025-06-22T00:00:00Z", Some(0));
        check("", None);
        check("yesterday!", None);
        check("2025-13-45", None);
    }
}
