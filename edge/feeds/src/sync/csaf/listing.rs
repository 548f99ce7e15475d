//! What a provider lists: ROLIE feeds (RFC 8322 as JSON) or folders (`changes.csv`, `index.txt`).

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use super::super::client::Client;
use super::super::{Fault, Telling, reach, worth};
use super::metadata::{Labelled, Provider};

const LIST_MAX: u64 = 256 << 20;

/// A document that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) url: Url,
    /// The date of its edition, in the provider's words; empty where none is given.
    pub(super) updated: String,
    pub(super) hashes: Vec<Url>,
    pub(super) signature: Url,
}

impl Entry {
    /// A document whose companions stand beside it (sections 7.1.18 and 7.1.19).
    fn beside(url: Url, updated: String) -> Self {
        let hashes = vec![with_ending(&url, ".sha512"), with_ending(&url, ".sha256")];
        Self { signature: with_ending(&url, ".asc"), url, updated, hashes }
    }
}

fn with_ending(url: &Url, ending: &str) -> Url {
    let mut url = url.clone();
    let path = format!("{}{ending}", url.path());
    url.set_path(&path);
    url
}

/// Everything that a provider lists for everybody, each address once; and the fault of a list
/// that is emptied or cut, which keeps nobody from taking what others name.
///
/// `listed` says how many documents each list named before, by its address; a list with a fault
/// keeps its number.
pub(super) async fn entries(
    provider: &Provider,
    client: &Client,
    listed: &mut BTreeMap<String, u64>,
    told: &mut Telling,
) -> Result<(Vec<Entry>, Option<Fault>), Fault> {
    let is_rolie = !provider.feeds.is_empty();
    let lists = if is_rolie { &provider.feeds } else { &provider.folders };
    let mut entries = BTreeMap::new();
    let (mut asked, mut fault) = (0, None);
    for list in lists {
        if !is_public(list) {
            let label = list.label.as_deref().unwrap_or_default();
            told.note(format!("{} is TLP:{label} and was not asked", list.url));
            continue;
        }
        asked += 1;
        let named = match is_rolie {
            true => rolie(&list.url, client, told).await?,
            false => folder(&list.url, client, told).await?,
        };
        let (at, now) = (list.url.to_string(), named.len() as u64);
        let before = listed.get(&at).copied().unwrap_or_default();
        match worth::shrunk(now, before, "documents") {
            Some(what) => {
                fault.get_or_insert_with(|| Fault::unreadable(&list.url, what));
            }
            None => {
                listed.insert(at, now);
            }
        }
        entries.extend(named.into_iter().map(|entry| (entry.url.to_string(), entry)));
    }
    if asked == 0 {
        return Err(Fault::unreadable(
            &provider.at,
            "it lists nothing that is for everybody",
        ));
    }
    Ok((entries.into_values().collect(), fault))
}

fn is_public(list: &Labelled) -> bool {
    matches!(list.label.as_deref(), None | Some("WHITE" | "CLEAR" | "UNLABELED"))
}

#[derive(Deserialize)]
struct Rolie {
    feed: Feed,
}

#[derive(Deserialize)]
struct Feed {
    #[serde(default)]
    entry: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    updated: String,
    #[serde(default)]
    link: Vec<Link>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Link {
    rel: String,
    href: String,
}

#[derive(Deserialize)]
struct Content {
    src: String,
}

impl Written {
    fn linked<'w>(&'w self, rel: &'static str) -> impl Iterator<Item = &'w str> {
        let is_meant = move |link: &&Link| link.rel == rel;
        self.link.iter().filter(is_meant).map(|link| link.href.as_str())
    }
}

async fn rolie(
    at: &Url,
    client: &Client,
    told: &mut Telling,
) -> Result<Vec<Entry>, Fault> {
    let bytes = client.bytes(at, LIST_MAX).await?;
    read_rolie(at, &bytes, told)
}

pub(super) fn read_rolie(
    at: &Url,
    bytes: &[u8],
    told: &mut Telling,
) -> Result<Vec<Entry>, Fault> {
    let rolie: Rolie = serde_json::from_slice(bytes)
        .map_err(|cause| Fault::unreadable(at, format!("no ROLIE feed: {cause}")))?;
    let entries = rolie.feed.entry.iter().filter_map(|written| {
        let own = written.linked("self").next();
        // `self` is the document (section 7.1.15); `content` only where there is no link.
        let own = own.or(written.content.as_ref().map(|content| content.src.as_str()));
        let Some(url) = own.and_then(|text| address(at, text)) else {
            told.set_aside(at, "an entry names no document");
            return None;
        };
        let mut entry = Entry::beside(url, written.updated.clone());
        let hashes: Vec<Url> =
            written.linked("hash").filter_map(|text| address(at, text)).collect();
        if !hashes.is_empty() {
            entry.hashes = hashes;
        }
        if let Some(url) =
            written.linked("signature").next().and_then(|text| address(at, text))
        {
            entry.signature = url;
        }
        Some(entry)
    });
    Ok(entries.collect())
}

fn address(at: &Url, text: &str) -> Option<Url> {
    at.join(text).ok().filter(|url| reach::may_follow(at, url).is_ok())
}

/// A folder: `changes.csv` has dates, and `index.txt` everything.
async fn folder(
    at: &Url,
    client: &Client,
    told: &mut Telling,
) -> Result<Vec<Entry>, Fault> {
    let join = |name: &str| {
        at.join(name).map_err(|cause| Fault::unreadable(at, cause.to_string()))
    };
    let changes = client.bytes_if_any(&join("changes.csv")?, LIST_MAX).await?;
    let index = client.bytes_if_any(&join("index.txt")?, LIST_MAX).await?;
    if changes.is_none() && index.is_none() {
        return Err(Fault::unreadable(
            at,
            "it has neither `changes.csv` nor `index.txt`",
        ));
    }
    let text = |bytes: Option<Vec<u8>>| {
        bytes
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    };
    Ok(read_folder(at, &text(changes), &text(index), told))
}

pub(super) fn read_folder(
    at: &Url,
    changes: &str,
    index: &str,
    told: &mut Telling,
) -> Vec<Entry> {
    let mut dates = BTreeMap::new();
    for line in index.lines().map(str::trim).filter(|line| !line.is_empty()) {
        dates.entry(line.to_owned()).or_insert_with(String::new);
    }
    for line in changes.lines() {
        // Quoted in the examples of 2.0, which 2.1 forbids: both are read.
        let mut fields = line.rsplitn(2, ',').map(|field| field.trim().trim_matches('"'));
        if let (Some(date), Some(name)) = (fields.next(), fields.next())
            && !name.is_empty()
        {
            dates.insert(name.to_owned(), date.to_owned());
        }
    }
    let entries = dates.into_iter().filter_map(|(name, date)| {
        let url = at.join(&name).ok().filter(|url| {
            url.as_str().starts_with(at.as_str())
                && !name.contains("..")
                && url.query().is_none()
        });
        match url {
            Some(url) => Some(Entry::beside(url, date)),
            None => {
                told.set_aside(at, format!("`{name}` is no file of this folder"));
                None
            }
        }
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::Asked;
    use super::*;

    fn telling() -> Telling {
        Telling { asked: Asked::default() }
    }

    #[test]
    fn a_folder_is_read_from_both_lists_and_nothing_outside_of_it() {
        let at = Url::parse("https://a.example/white/").unwrap();
        let changes = "\"2024/a.json\",\"2024-01-01T00:00:00Z\"\n2023/b.json,2023-01-01T00:00:00Z\n";
        let index = "2024/a.json\n2023/b.json\n2022/c.json\n../x.json\nhttps://b.example/y.json\n";
        let mut told = telling();
        let entries = read_folder(&at, changes, index, &mut told);
        let read: Vec<_> = entries
            .iter()
            .map(|entry| (entry.url.as_str(), entry.updated.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("https://a.example/white/2022/c.json", ""),
                ("https://a.example/white/2023/b.json", "2023-01-01T00:00:00Z"),
                ("https://a.example/white/2024/a.json", "2024-01-01T00:00:00Z"),
            ]
        );
        assert_eq!(told.asked.set_aside.len(), 2);
    }

    #[test]
    fn a_rolie_feed_names_hashes_and_signature_or_they_stand_beside() {
        let at = Url::parse("https://a.example/white.json").unwrap();
        let bytes = br#"{"feed":{"entry":[
            {"updated":"2024","link":[{"rel":"self","href":"x/1.json"},
              {"rel":"hash","href":"x/1.sha256"},{"rel":"signature","href":"x/1.sig"}]},
            {"content":{"src":"x/2.json"}},
            {"link":[{"rel":"self","href":"https://10.0.0.1/3.json"}]}]}}"#;
        let mut told = telling();
        let entries = read_rolie(&at, bytes, &mut told).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].hashes[0].as_str(), "https://a.example/x/1.sha256");
        assert_eq!(entries[0].signature.as_str(), "https://a.example/x/1.sig");
        assert_eq!(entries[1].hashes.len(), 2);
        assert_eq!(told.asked.set_aside.len(), 1);
        assert!(read_rolie(&at, b"{{.URL}}", &mut told).is_err());
    }
}
