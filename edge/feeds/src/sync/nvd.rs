//! The interface of the NVD, edition 2.0.
//!
//! Source: NIST, "Vulnerability APIs", 2025: pages of up to 2,000 by `startIndex`; changes by
//! `lastModStartDate` and `lastModEndDate`, at most 120 days apart.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::feed::Nvd;

use super::client::Client;
use super::library::Shelf;
use super::shards::{self, Records};
use super::{Fault, Telling};

const PAGE: u64 = 2000;
const PAGE_MAX: u64 = 256 << 20;
/// The longest span of changes that may be asked for is 120 days.
const SPAN_DAYS: i64 = 119;
/// Clocks differ, and a record may appear after its date.
const OVERLAP_MINUTES: i64 = 30;
const NEWEST: &str = "lastModified";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'p> {
    total_results: u64,
    results_per_page: u64,
    #[serde(borrow)]
    vulnerabilities: Vec<&'p RawValue>,
}

#[derive(Deserialize)]
struct Item {
    cve: Named,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

pub(super) async fn ask(
    nvd: &Nvd,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
    now: Timestamp,
) -> Result<(), Fault> {
    let known =
        shelf.state.newest.get(NEWEST).and_then(|time| time.parse::<Timestamp>().ok());
    let since =
        known.filter(|known| now.duration_since(*known).as_hours() < SPAN_DAYS * 24);
    let headers = headers(nvd)?;
    let mut start = 0;
    loop {
        let url = address(&nvd.address, since, now, start);
        let bytes = client.bytes_with(&url, &headers, PAGE_MAX).await?;
        let page: Page<'_> = serde_json::from_slice(&bytes)
            .map_err(|cause| Fault::unreadable(&url, cause.to_string()))?;
        keep(&page, &url, shelf, told)?;
        let count = page.vulnerabilities.len() as u64;
        start += page.results_per_page.max(count);
        if count == 0 || start >= page.total_results {
            break;
        }
        tokio::time::sleep(nvd.pause).await;
    }
    let overlap = SignedDuration::from_mins(OVERLAP_MINUTES);
    let newest = now.checked_sub(overlap).unwrap_or(now);
    shelf.state.newest.insert(NEWEST.to_owned(), newest.to_string());
    Ok(())
}

fn keep(
    page: &Page<'_>,
    url: &Url,
    shelf: &Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let mut shards: BTreeMap<String, Records> = BTreeMap::new();
    for raw in &page.vulnerabilities {
        let item: Item = serde_json::from_str(raw.get())
            .map_err(|cause| Fault::unreadable(url, cause.to_string()))?;
        let Some(shard) = shards::shard(&item.cve.id) else {
            told.set_aside(url, format!("`{}` is no id of CVE", item.cve.id));
            continue;
        };
        // A document of its own, of the form in which pages come.
        let document = format!(
            "{{\"resultsPerPage\":1,\"startIndex\":0,\"totalResults\":1,\"format\":\"NVD_CVE\",\
             \"version\":\"2.0\",\"vulnerabilities\":[{}]}}",
            raw.get()
        );
        shards.entry(shard).or_default().insert(item.cve.id, document.into_bytes());
        told.changed();
    }
    shards
        .into_iter()
        .try_for_each(|(shard, records)| shards::put(shelf, &shard, records))
}

fn address(base: &Url, since: Option<Timestamp>, now: Timestamp, start: u64) -> Url {
    let mut url = base.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("resultsPerPage", &PAGE.to_string());
        query.append_pair("startIndex", &start.to_string());
        if let Some(since) = since {
            query.append_pair("lastModStartDate", &since.to_string());
            query.append_pair("lastModEndDate", &now.to_string());
        }
    }
    url
}

fn headers(nvd: &Nvd) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    if let Some(variable) = &nvd.key_variable {
        let fault =
            |what: &str| Fault::unreadable(&nvd.address, format!("`{variable}` {what}"));
        let key =
            std::env::var(variable).map_err(|_| fault("is not in the environment"))?;
        let mut key = HeaderValue::from_str(key.trim())
            .map_err(|_| fault("holds no key of the NVD"))?;
        key.set_sensitive(true);
        headers.insert(HeaderName::from_static("apikey"), key);
    }
    Ok(headers)
}
