//! `provider-metadata.json`: found, and read.

use serde::Deserialize;
use url::Url;

use crate::feed::Beginning;

use super::super::client::{Client, Connection};
use super::super::{Fault, reach};

const METADATA_MAX: u64 = 8 << 20;

/// What a provider says of itself.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) at: Url,
    /// ROLIE feeds and folders, with their label.
    pub(super) feeds: Vec<Labelled>,
    pub(super) folders: Vec<Labelled>,
    pub(super) keys: Vec<Key>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labelled {
    pub(super) url: Url,
    pub(super) label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) url: Url,
    /// In lower case.
    pub(super) fingerprint: String,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    distributions: Vec<Distribution>,
    #[serde(default)]
    public_openpgp_keys: Vec<WrittenKey>,
}

#[derive(Deserialize)]
struct Distribution {
    /// CSAF 2.0.
    directory_url: Option<String>,
    /// CSAF 2.1.
    directory: Option<Directory>,
    rolie: Option<Rolie>,
}

#[derive(Deserialize)]
struct Directory {
    url: String,
    tlp_label: Option<String>,
}

#[derive(Deserialize)]
struct Rolie {
    #[serde(default)]
    feeds: Vec<RolieFeed>,
}

#[derive(Deserialize)]
struct RolieFeed {
    url: String,
    tlp_label: Option<String>,
}

#[derive(Deserialize)]
struct WrittenKey {
    url: String,
    fingerprint: Option<String>,
}

/// Finds a provider (section 7.3.1): by its metadata's address, or from its domain.
pub(super) async fn find(
    at: &Beginning,
    connection: &Connection,
) -> Result<(Client, Provider), Fault> {
    match at {
        Beginning::Metadata(url) => {
            let client = Client::new(url.clone(), connection)?;
            let bytes = client.bytes(url, METADATA_MAX).await?;
            Ok((client, read(url, &bytes)?))
        }
        Beginning::Domain(domain) => find_by_domain(domain, connection).await,
    }
}

/// The well-known address, then what security.txt names, then the address by DNS.
async fn find_by_domain(
    domain: &str,
    connection: &Connection,
) -> Result<(Client, Provider), Fault> {
    let of = |text: String| {
        Url::parse(&text).map_err(|cause| Fault::Unreadable {
            url: text.clone(),
            what: format!("`{domain}` is no domain: {cause}"),
        })
    };
    let well_known =
        of(format!("https://{domain}/.well-known/csaf/provider-metadata.json"))?;
    let security = of(format!("https://{domain}/.well-known/security.txt"))?;
    let by_dns = of(format!("https://csaf.data.security.{domain}/"))?;
    let client = Client::new(well_known.clone(), connection)?;
    let mut places = vec![well_known];
    if let Ok(Some(text)) = client.bytes_if_any(&security, METADATA_MAX).await {
        places.extend(named_in(&String::from_utf8_lossy(&text)));
    }
    places.push(by_dns);
    let mut first = None;
    for url in places {
        let found = match client.bytes(&url, METADATA_MAX).await {
            Ok(bytes) => read(&url, &bytes),
            Err(fault) => Err(fault),
        };
        match found {
            Ok(provider) => return Ok((client, provider)),
            Err(fault) => first.get_or_insert(fault),
        };
    }
    Err(first.unwrap_or(Fault::Unreadable {
        url: domain.to_owned(),
        what: "it has no provider-metadata.json".to_owned(),
    }))
}

/// The addresses of `CSAF:` fields of a security.txt (RFC 9116).
fn named_in(text: &str) -> Vec<Url> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(field, _)| field.trim().eq_ignore_ascii_case("csaf"))
        .filter_map(|(_, url)| Url::parse(url.trim()).ok())
        .collect()
}

pub(super) fn read(at: &Url, bytes: &[u8]) -> Result<Provider, Fault> {
    let written: Written = serde_json::from_slice(bytes).map_err(|cause| {
        Fault::unreadable(at, format!("no provider-metadata.json: {cause}"))
    })?;
    let url = |text: &str| {
        let url = at
            .join(text)
            .map_err(|cause| Fault::unreadable(at, format!("`{text}`: {cause}")))?;
        reach::may_begin(&url)
            .map_err(|why| Fault::Forbidden { url: url.to_string(), why })?;
        Ok::<Url, Fault>(url)
    };
    let mut provider = Provider {
        at: at.clone(),
        feeds: Vec::new(),
        folders: Vec::new(),
        keys: Vec::new(),
    };
    for distribution in written.distributions {
        for feed in distribution.rolie.map(|rolie| rolie.feeds).unwrap_or_default() {
            provider.feeds.push(Labelled { url: url(&feed.url)?, label: feed.tlp_label });
        }
        if let Some(text) = distribution.directory_url {
            provider.folders.push(Labelled { url: folder(&url(&text)?), label: None });
        }
        if let Some(directory) = distribution.directory {
            let url = folder(&url(&directory.url)?);
            provider.folders.push(Labelled { url, label: directory.tlp_label });
        }
    }
    for key in written.public_openpgp_keys {
        // Without a fingerprint nothing says that the key is the right one.
        let Some(fingerprint) = key.fingerprint else { continue };
        let fingerprint = fingerprint.replace(' ', "").to_ascii_lowercase();
        provider.keys.push(Key { url: url(&key.url)?, fingerprint });
    }
    if provider.feeds.is_empty() && provider.folders.is_empty() {
        return Err(Fault::unreadable(at, "it names neither a ROLIE feed nor a folder"));
    }
    Ok(provider)
}

/// What is found under an address is found under it with a slash.
fn folder(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_editions_name_their_folders() {
        let at = Url::parse("https://a.example/.well-known/csaf/provider-metadata.json")
            .unwrap();
        let provider = read(
            &at,
            br#"{"distributions":[{"directory_url":"https://a.example/csaf"},
                {"directory":{"url":"https://a.example/amber/","tlp_label":"AMBER"}},
                {"rolie":{"feeds":[{"url":"/white.json","tlp_label":"WHITE"}]}}],
                "public_openpgp_keys":[{"url":"https://a.example/k","fingerprint":"AB CD"},
                {"url":"https://a.example/k2"}]}"#,
        )
        .unwrap();
        assert_eq!(provider.folders[0].url.as_str(), "https://a.example/csaf/");
        assert_eq!(provider.folders[1].label.as_deref(), Some("AMBER"));
        assert_eq!(provider.feeds[0].url.as_str(), "https://a.example/white.json");
        assert_eq!(provider.keys.len(), 1);
        assert_eq!(provider.keys[0].fingerprint, "abcd");
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        let at = Url::parse("https://a.example/m").unwrap();
        for (bytes, expected) in [
            ("<html>", "no provider-metadata.json"),
            ("{}", "neither"),
            (r#"{"distributions":[{"directory_url":"file:///."}]}"#, "machine"),
            (r#"{"distributions":[{"directory_url":"http://a.example/"}]}"#, "https"),
        ] {
            let error = read(&at, bytes.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{bytes}: {error}");
        }
    }

    #[test]
    fn security_txt_names_places() {
        let text = "Contact: mailto:x@a.example\nCSAF: https://a.example/1\n csaf : https://a.example/2\n";
        let places = named_in(text);
        assert_eq!(places.len(), 2, "{places:?}");
    }
}
