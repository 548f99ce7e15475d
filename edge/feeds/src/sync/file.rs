//! A feed of one file.

use std::path::Path;
use std::{fs, io};

use url::Url;

use super::client::{Client, Got};
use super::library::{Shelf, plain_name};
use super::{Fault, Telling};

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
    let path = shelf.made_path(name)?;
    if let Got::New((), tag) = client.file(url, known, BYTES_MAX, &path).await? {
        shelf.state.tags.insert(url.to_string(), tag);
        // Not every server says that an answer is the one that is known.
        let digest = digest(&path)?;
        if shelf.state.newest.insert(name.to_owned(), digest.clone()) != Some(digest) {
            told.changed();
        }
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
