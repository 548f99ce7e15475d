//! Records of CVE kept a thousand together, as the CVE repository numbers its folders.
//!
//! A revised record takes the place of the old one, because all that is there counts; and
//! three hundred archives are rewritten sooner than one of three hundred thousand records.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};

use super::Fault;
use super::library::{Shelf, write};

/// Records by id, with the bytes of each.
pub(super) type Records = BTreeMap<String, Vec<u8>>;

const LEVEL: i32 = 6;
/// Room for a thousand records of 2 MB.
const SHARD_MAX: u64 = 2 << 30;

/// The shard of an id: `CVE-2024-12345` is in `2024/12xxx.tar.zst`.
pub(super) fn shard(id: &str) -> Option<String> {
    let rest = id.strip_prefix("CVE-")?;
    let (year, number) = rest.split_once('-')?;
    let is_number = |text: &str, most: usize| {
        (4..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(year, 4) || !is_number(number, 19) {
        return None;
    }
    let thousands = number.get(..number.len() - 3)?;
    Some(format!("{year}/{thousands}xxx.tar.zst"))
}

/// Puts records of one shard in the place of older ones.
pub(super) fn put(shelf: &Shelf, shard: &str, records: Records) -> Result<(), Fault> {
    let path = shelf.made_path(shard)?;
    let fault = |cause: io::Error| Fault::file(&path, &cause);
    let mut all = match fs::File::open(&path) {
        Ok(file) => read(file).map_err(fault)?,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Records::new(),
        Err(cause) => return Err(fault(cause)),
    };
    all.extend(records);
    write(&path, &pack(&all).map_err(fault)?)
}

/// Writes a shard anew.
pub(super) fn replace(
    shelf: &Shelf,
    shard: &str,
    records: &Records,
) -> Result<(), Fault> {
    let path = shelf.made_path(shard)?;
    let bytes = pack(records).map_err(|cause| Fault::file(&path, &cause))?;
    write(&path, &bytes)
}

fn read(file: fs::File) -> io::Result<Records> {
    let plain = zstd::Decoder::new(file)?.take(SHARD_MAX);
    let mut archive = tar::Archive::new(plain);
    let mut records = Records::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        records.insert(name.trim_end_matches(".json").to_owned(), bytes);
    }
    Ok(records)
}

/// The same records give the same bytes.
fn pack(records: &Records) -> io::Result<Vec<u8>> {
    let packer = zstd::Encoder::new(Vec::new(), LEVEL)?;
    let mut archive = tar::Builder::new(packer);
    for (id, bytes) in records {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("{id}.json"), bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_to_its_thousand() {
        for (id, expected) in [
            ("CVE-2024-12345", Some("2024/12xxx.tar.zst")),
            ("CVE-2024-0001", Some("2024/0xxx.tar.zst")),
            ("CVE-2025-1234567", Some("2025/1234xxx.tar.zst")),
            ("CVE-2024-001", None),
            ("CVE-2024-../x", None),
            ("CVE-20245-1234", None),
            ("GHSA-1", None),
            ("", None),
        ] {
            assert_eq!(shard(id).as_deref(), expected, "{id}");
        }
    }

    #[test]
    fn a_revised_record_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path(), "cve", "x").unwrap();
        let of = |text: &str| BTreeMap::from([("CVE-2024-0001".to_owned(), text.into())]);
        put(&shelf, "2024/0xxx.tar.zst", of("old")).unwrap();
        let other = BTreeMap::from([("CVE-2024-0002".to_owned(), b"two".to_vec())]);
        put(&shelf, "2024/0xxx.tar.zst", other).unwrap();
        put(&shelf, "2024/0xxx.tar.zst", of("new")).unwrap();
        let file = fs::File::open(shelf.path("2024/0xxx.tar.zst")).unwrap();
        let records = read(file).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records.get("CVE-2024-0001").unwrap(), b"new");
    }
}
