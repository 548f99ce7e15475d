//! A feed of one file.

use std::path::Path;
use std::{fs, io};

use url::Url;

use super::client::{Client, Got};
use super::library::{Shelf, plain_name};
use super::{Fault, Telling, worth};

/// Room for an archive of everything that one publisher says.
const BYTES_MAX: u64 = 4 << 30;

pub(super) async fn ask(
    url: &Url,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
) -> Result<(), Fault> {
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    let name = last.and_then(plain_name).unwrap_or("document");
    let known = shelf.state.tags.get(url.as_str()).filter(|_| shelf.holds(name));
    let fetched = shelf.beside("fetched")?;
    if let Got::New((), tag) = client.file(url, known, BYTES_MAX, &fetched).await? {
        // Not every server says that an answer is the one that is known.
        let digest = digest(&fetched)?;
        if shelf.holds(name) && shelf.state.newest.get(name) == Some(&digest) {
            // It is there already, and is fetched over this the next time.
            let _ = fs::remove_file(&fetched);
        } else {
            let held = worth::put(url, fetched, shelf.made_path(name)?).await?;
            shelf.state.holds = held.iter().map(|one| one.word().to_owned()).collect();
            shelf.state.newest.insert(name.to_owned(), digest);
            told.changed();
        }
        shelf.state.tags.insert(url.to_string(), tag);
    }
    Ok(())
}

fn digest(path: &Path) -> Result<String, Fault> {
    let fault = |cause: io::Error| Fault::file(path, &cause);
    let mut hasher = blake3::Hasher::new();
    let mut file = fs::File::open(path).map_err(fault)?;
    io::copy(&mut file, &mut hasher).map_err(fault)?;
    Ok(hasher.finalize().to_hex().to_string())
}
