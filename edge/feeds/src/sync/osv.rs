//! The buckets of osv.dev: for each ecosystem an archive of the whole, a list of what changed,
//! and each record alone.
//!
//! Source: osv.dev, "Data exports", 2025: `<ecosystem>/all.zip`, `<ecosystem>/modified_id.csv`
//! (`time,id`, newest first) and `<ecosystem>/<id>.json`.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use url::Url;

use crate::feed::Osv;

use super::client::{Client, Got};
use super::library::{Shelf, plain_name};
use super::{Fault, Telling, worth};

const ARCHIVE_MAX: u64 = 4 << 30;
const LIST_MAX: u64 = 256 << 20;
const RECORD_MAX: u64 = 32 << 20;
/// With more changes than this the archive is fetched again.
const SINGLE_MAX: usize = 2000;
const AT_ONCE: usize = 8;

pub(super) async fn ask(
    osv: &Osv,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    for ecosystem in &osv.ecosystems {
        ask_ecosystem(osv, ecosystem, client, shelf, told).await?;
        shelf.save()?;
    }
    Ok(())
}

async fn ask_ecosystem(
    osv: &Osv,
    ecosystem: &str,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let below = below(&osv.address, ecosystem)?;
    let at = |name: &str| join(&below, name);
    let list = at("modified_id.csv")?;
    let folder = folder(ecosystem);
    let archive = format!("{folder}/all.zip");
    let known =
        shelf.state.newest.get(ecosystem).cloned().filter(|_| shelf.holds(&archive));
    // The list is read before the archive, so that what changes between the two is taken again.
    let tag = shelf.state.tags.get(list.as_str()).filter(|_| known.is_some());
    let (text, tag) = match client.changed(&list, tag, LIST_MAX).await? {
        Got::Same => return Ok(()),
        Got::New(bytes, tag) => (String::from_utf8_lossy(&bytes).into_owned(), tag),
    };
    if lines(&text).next().is_none() {
        return Err(Fault::unreadable(&list, "what came lists no record"));
    }
    let changes = changes(&text, known.as_deref());
    let newest = newest(&text).or_else(|| known.clone());
    let singles = folder_of_singles(&folder);
    match known {
        Some(_) if changes.len() <= SINGLE_MAX => {
            fetch(&changes, &singles, &below, client, shelf, told).await?;
        }
        _ => {
            let (url, fetched) = (at("all.zip")?, shelf.beside("whole.zip")?);
            client.file(&url, None, ARCHIVE_MAX, &fetched).await?;
            worth::put(&url, fetched, shelf.made_path(&archive)?).await?;
            // The archive holds them all.
            shelf.remove_folder(&singles)?;
            told.changed();
        }
    }
    shelf.state.tags.insert(list.to_string(), tag);
    shelf.state.newest.extend(newest.map(|newest| (ecosystem.to_owned(), newest)));
    Ok(())
}

async fn fetch(
    ids: &[&str],
    folder: &str,
    below: &Url,
    client: &Client,
    shelf: &Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let fetches = ids.iter().map(|id| async move {
        let url = join(below, &format!("{id}.json"))?;
        Ok::<_, Fault>((id, client.bytes_if_any(&url, RECORD_MAX).await?, url))
    });
    let mut fetched = stream::iter(fetches).buffer_unordered(AT_ONCE);
    while let Some((id, bytes, url)) = fetched.try_next().await? {
        match bytes {
            Some(bytes) => {
                worth::expect_object(&url, &bytes)?;
                shelf.keep(&format!("{folder}/{id}.json"), &bytes)?;
                told.changed();
            }
            None => told.set_aside(&url, "it is listed and not there"),
        }
    }
    Ok(())
}

/// The ids that changed after `known`, without those that are no names.
fn changes<'t>(text: &'t str, known: Option<&str>) -> Vec<&'t str> {
    lines(text)
        .filter(|(time, _)| known.is_none_or(|known| *time > known))
        .filter_map(|(_, id)| plain_name(id))
        .collect()
}

fn newest(text: &str) -> Option<String> {
    lines(text).map(|(time, _)| time).max().map(str::to_owned)
}

/// Times are of one form (RFC 3339, UTC), so they are ordered as text; a line that does not
/// begin with one is none of the list.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let fields = |line: &'_ str| -> Option<(usize, usize)> {
        let comma = line.find(',')?;
        Some((comma, comma + 1))
    };
    text.lines().filter_map(move |line| {
        let (end, begin) = fields(line)?;
        let time = line.get(..end)?.trim();
        time.parse::<Timestamp>().ok()?;
        Some((time, line.get(begin..)?.trim()))
    })
}

/// Any list and any name of an ecosystem.
#[cfg(fuzzing)]
pub(super) fn read_anything(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(changes(&text, newest(&text).as_deref()).is_empty());
    assert!(changes(&text, None).iter().all(|id| !id.contains(['/', '\\'])));
    assert!(!folder(&text).contains(['/', '\\']));
}

/// A folder's name for an ecosystem: `GitHub Actions` has a blank, `Debian:12` a colon.
fn folder(ecosystem: &str) -> String {
    let plain = |char: char| match char {
        char if char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.') => char,
        _ => '_',
    };
    format!("e-{}", ecosystem.chars().map(plain).collect::<String>())
}

fn folder_of_singles(folder: &str) -> String {
    format!("{folder}/changed")
}

fn below(address: &Url, ecosystem: &str) -> Result<Url, Fault> {
    let mut url = address.clone();
    match url.path_segments_mut() {
        Ok(mut parts) => {
            parts.pop_if_empty().push(ecosystem).push("");
        }
        Err(()) => return Err(Fault::unreadable(address, "nothing can stand below it")),
    }
    Ok(url)
}

fn join(below: &Url, name: &str) -> Result<Url, Fault> {
    below.join(name).map_err(|cause| Fault::unreadable(below, cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_after_the_last_time_is_asked_for() {
        let list = "2026-03-02T10:00:00Z,GHSA-c\n2026-03-01T10:00:00Z,GHSA-b\n\
                    2026-02-01T10:00:00Z,GHSA-a\nrubbish\nz(a,b)\n2026-04-01T00:00:00Z,../../etc\n";
        assert_eq!(changes(list, Some("2026-03-01T10:00:00Z")), ["GHSA-c"]);
        assert_eq!(changes(list, None), ["GHSA-c", "GHSA-b", "GHSA-a"]);
        assert_eq!(newest(list).as_deref(), Some("2026-04-01T00:00:00Z"));
        assert_eq!(newest(""), None);
    }

    #[test]
    fn an_ecosystem_is_one_part_of_an_address() {
        let address = Url::parse("https://a.example/osv/").unwrap();
        assert_eq!(
            below(&address, "npm").unwrap().as_str(),
            "https://a.example/osv/npm/"
        );
        assert_eq!(
            below(&address, "GitHub Actions").unwrap().as_str(),
            "https://a.example/osv/GitHub%20Actions/"
        );
        assert_eq!(folder("Debian:12"), "e-Debian_12");
    }
}
