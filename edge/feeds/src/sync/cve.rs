//! The repository of CVE records: an archive of the whole, and a log of what changed.
//!
//! Source: CVEProject/cvelistV5, 2025: `cves/deltaLog.json` holds the changes of the last
//! thirty days, newest first; a record is at `cves/<year>/<thousand>xxx/<id>.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use url::Url;

use crate::feed::Cve;

use super::client::Client;
use super::library::Shelf;
use super::shards::{self, Records};
use super::{Fault, Telling, worth};

const ARCHIVE_MAX: u64 = 4 << 30;
const LOG_MAX: u64 = 256 << 20;
const RECORD_MAX: u64 = 16 << 20;
/// With more changes than this the archive is fetched again.
const SINGLE_MAX: usize = 5000;
const AT_ONCE: usize = 8;
/// What was taken last, among what the state remembers.
const NEWEST: &str = "deltaLog";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delta {
    fetch_time: String,
    #[serde(default)]
    new: Vec<Change>,
    #[serde(default)]
    updated: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    cve_id: String,
}

pub(super) async fn ask(
    cve: &Cve,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let log = join(&cve.address, "cves/deltaLog.json")?;
    // The log is read before the archive, so that what changes between the two is taken again.
    let bytes = client.bytes(&log, LOG_MAX).await?;
    let deltas: Vec<Delta> = serde_json::from_slice(&bytes)
        .map_err(|cause| Fault::unreadable(&log, cause.to_string()))?;
    let newest = deltas.iter().map(|delta| delta.fetch_time.clone()).max();
    let known = shelf.state.newest.get(NEWEST).cloned();
    match known.and_then(|known| changes(&deltas, &known)) {
        Some(ids) if ids.len() <= SINGLE_MAX => {
            fetch(&ids, &cve.address, client, shelf, told).await?;
        }
        _ => fetch_whole(&cve.archive, client, shelf, told).await?,
    }
    shelf.state.newest.extend(newest.map(|newest| (NEWEST.to_owned(), newest)));
    Ok(())
}

/// What changed after `known`; nothing where the log does not reach back so far.
fn changes(deltas: &[Delta], known: &str) -> Option<BTreeSet<String>> {
    let oldest = deltas.iter().map(|delta| delta.fetch_time.as_str()).min()?;
    if oldest > known {
        return None;
    }
    let later = deltas.iter().filter(|delta| delta.fetch_time.as_str() > known);
    let changes = later.flat_map(|delta| delta.new.iter().chain(&delta.updated));
    Some(changes.map(|change| change.cve_id.clone()).collect())
}

async fn fetch(
    ids: &BTreeSet<String>,
    address: &Url,
    client: &Client,
    shelf: &Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let places = ids.iter().filter_map(|id| Some((id, shards::shard(id)?)));
    let fetches = places.map(|(id, shard)| async move {
        let folder = shard.trim_end_matches(".tar.zst");
        let url = join(address, &format!("cves/{folder}/{id}.json"))?;
        let bytes = client.bytes_if_any(&url, RECORD_MAX).await?;
        Ok::<_, Fault>((id, shard, bytes, url))
    });
    let mut fetched = stream::iter(fetches).buffer_unordered(AT_ONCE);
    let mut shards: BTreeMap<String, Records> = BTreeMap::new();
    while let Some((id, shard, bytes, url)) = fetched.try_next().await? {
        match bytes {
            Some(bytes) => {
                worth::expect_object(&url, &bytes)?;
                shards.entry(shard).or_default().insert(id.clone(), bytes);
                told.changed();
            }
            None => told.set_aside(&url, "it is listed and not there"),
        }
    }
    shards
        .into_iter()
        .try_for_each(|(shard, records)| shards::put(shelf, &shard, records))
}

async fn fetch_whole(
    archive: &Url,
    client: &Client,
    shelf: &Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let path = shelf.beside("whole.zip")?;
    client.file(archive, None, ARCHIVE_MAX, &path).await?;
    let outcome = unpack(&path, archive, shelf);
    // What is in it is kept record by record now.
    let _ = fs::remove_file(&path);
    outcome?;
    told.changed();
    Ok(())
}

/// Unpacks the archive shard by shard.
fn unpack(path: &Path, archive: &Url, shelf: &Shelf) -> Result<(), Fault> {
    let fault = |what: String| Fault::unreadable(archive, what);
    let file = fs::File::open(path).map_err(|cause| Fault::file(path, &cause))?;
    let mut zip = zip::ZipArchive::new(file).map_err(|cause| fault(cause.to_string()))?;
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in 0..zip.len() {
        let Some(Ok(name)) = zip.name_for_index(at) else { continue };
        if let Some(shard) = id_of(&name).and_then(shards::shard) {
            places.entry(shard).or_default().push(at);
        }
    }
    if places.is_empty() {
        return Err(fault("the archive holds no record of CVE".to_owned()));
    }
    for (shard, places) in places {
        let mut records = Records::new();
        for at in places {
            let file = zip.by_index(at).map_err(|cause| fault(cause.to_string()))?;
            let name = file.name().map_err(|cause| fault(cause.to_string()))?;
            let Some(id) = id_of(&name).map(str::to_owned) else { continue };
            let mut bytes = Vec::new();
            let read = file.take(RECORD_MAX + 1).read_to_end(&mut bytes);
            read.map_err(|cause| fault(format!("{id}: {cause}")))?;
            if bytes.len() as u64 > RECORD_MAX {
                return Err(fault(format!("{id} has more than {RECORD_MAX} bytes")));
            }
            records.insert(id, bytes);
        }
        shards::replace(shelf, &shard, &records)?;
    }
    Ok(())
}

/// The id of the record that a member of the archive holds.
fn id_of(member: &str) -> Option<&str> {
    member.rsplit('/').next()?.strip_suffix(".json")
}

fn join(address: &Url, path: &str) -> Result<Url, Fault> {
    address.join(path).map_err(|cause| Fault::unreadable(address, cause.to_string()))
}
