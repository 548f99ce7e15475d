//! Documents that somebody delivered, out of files, folders and archives.
//!
//! Nothing is recognised and nothing is kept here: whoever asks gets each document with its
//! name, or why it could not be had. Names and bounds are those of [`crate::build()`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::collect::walk;
use crate::told::{Told, What};
use crate::{BuildError, unpack};

/// Takes the name of a document, and its bytes or why they could not be had.
pub type Taker<'t> = dyn FnMut(&str, Result<&[u8], &str>) + 't;

/// Gives every document under the paths to `emit`, in the order of their names, with the
/// name of its file and behind `!` those in archives. What cannot be had is told with the
/// reason in the place of its bytes.
///
/// # Errors
/// When a path that was named is not there.
pub fn documents(paths: &[PathBuf], emit: &mut Taker<'_>) -> Result<(), BuildError> {
    let mut files = Vec::new();
    let mut told = Told::new();
    for path in paths {
        let metadata =
            fs::metadata(path).map_err(|cause| BuildError::file(path, cause))?;
        match metadata.is_dir() {
            true => walk(path, &mut files, &mut told),
            false => files.push(path.clone()),
        }
    }
    files.sort();
    files.dedup();
    for what in [What::Skipped, What::SetAside] {
        for (name, why) in told.examples_of(what) {
            emit(name, Err(why));
        }
    }
    for path in files {
        let name = path.display().to_string();
        unpack::documents(File::open(&path), &name, &mut |member| {
            emit(&member.name, member.bytes.as_deref().map_err(String::as_str));
        });
    }
    Ok(())
}

/// Gives every document of one file, an archive or not, to `emit`. All of them together may
/// have `most` bytes; what passes that ends the file, and is told.
pub fn documents_within(path: &Path, most: u64, emit: &mut Taker<'_>) {
    let name = path.display().to_string();
    unpack::documents_within(File::open(path), &name, most, &mut |member| {
        emit(&member.name, member.bytes.as_deref().map_err(String::as_str));
    });
}

/// The same, of a file that is in memory.
pub fn documents_in_memory(bytes: &[u8], name: &str, most: u64, emit: &mut Taker<'_>) {
    unpack::documents_of_within(bytes, name, most, &mut |member| {
        emit(&member.name, member.bytes.as_deref().map_err(String::as_str));
    });
}

/// The document that a packed file holds, where it holds one alone, of `most` bytes at most;
/// none where the file is not packed, is one document of an office program, or holds several:
/// that is an archive, and no document.
///
/// # Errors
/// Why it cannot be unpacked.
pub fn only_document(bytes: &[u8], most: u64) -> Result<Option<Vec<u8>>, String> {
    let mut only = None;
    let mut count = 0_usize;
    if unpack::is_packed(bytes) {
        unpack::documents_of_within(bytes, "", most, &mut |member| {
            if is_of_the_packer(&member.name) {
                return;
            }
            count += 1;
            only = (count == 1).then_some(member.bytes);
        });
    }
    match only {
        Some(Ok(inside)) if inside != bytes => Ok(Some(inside)),
        // Of several, one that cannot be had refuses nothing: it is an archive all the same.
        Some(Err(why)) => Err(why),
        _ => Ok(None),
    }
}

/// Whether a member of an archive is what a Mac puts beside each file and folder.
fn is_of_the_packer(name: &str) -> bool {
    let inside = name.rsplit('!').next().unwrap_or(name);
    inside.starts_with("__MACOSX/") || inside.rsplit('/').next() == Some(".DS_Store")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_packed_document_is_had_alone_and_within_its_limit() {
        fn gzip(bytes: &[u8]) -> Vec<u8> {
            let mut packed =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(bytes).unwrap();
            packed.finish().unwrap()
        }
        fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (name, bytes) in members {
                zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
                zip.write_all(bytes).unwrap();
            }
            zip.finish().unwrap().into_inner()
        }

        let had = |bytes: &[u8]| only_document(bytes, 1000);
        assert_eq!(had(b"<scan/>"), Ok(None));
        assert_eq!(had(&gzip(b"<scan/>")), Ok(Some(b"<scan/>".to_vec())));
        assert_eq!(had(&zip(&[("a.xml", b"<scan/>")])), Ok(Some(b"<scan/>".to_vec())));
        let inside = zip(&[("a.xml.gz", &gzip(b"<scan/>"))]);
        assert_eq!(had(&inside), Ok(Some(b"<scan/>".to_vec())));
        assert_eq!(had(&zip(&[("a.xml", b"1"), ("b.xml", b"2")])), Ok(None));
        let mac: [(&str, &[u8]); 3] =
            [("a.xml", b"1"), ("__MACOSX/._a.xml", b"2"), (".DS_Store", b"3")];
        assert_eq!(had(&zip(&mac)), Ok(Some(b"1".to_vec())));
        assert_eq!(had(&zip(&[("[Content_Types].xml", b"1")])), Ok(None));
        assert_eq!(had(&zip(&[])), Ok(None));
        assert!(had(&gzip(&[b' '; 1001])).unwrap_err().contains("more bytes than"));
        let whole = gzip(b"a scan");
        assert!(had(&whole[..whole.len() - 9]).is_err());
    }

    #[test]
    fn files_folders_and_archives_give_their_documents_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("b")).unwrap();
        fs::write(at("b/two.txt"), "2").unwrap();
        fs::write(at("a.txt"), "1").unwrap();
        let mut zip = zip::ZipWriter::new(File::create(at("c.zip")).unwrap());
        zip.start_file("in/three.txt", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"3").unwrap();
        zip.finish().unwrap();
        fs::write(at("d.zip"), b"PK\x03\x04 cut").unwrap();
        let mut found = Vec::new();
        documents(&[folder.path().to_owned(), at("a.txt")], &mut |name, bytes| {
            let name = name.rsplit_once('/').map_or(name, |(_, name)| name).to_owned();
            found.push((name, bytes.map(<[u8]>::to_vec).ok()));
        })
        .unwrap();
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.txt", "two.txt", "three.txt", "d.zip"]);
        assert_eq!(found[2].1.as_deref(), Some(&b"3"[..]));
        assert_eq!(found[3].1, None);
        assert!(documents(&[at("none")], &mut |_, _| ()).is_err());
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_told_and_what_came_before_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in [("a.txt", 10), ("b.txt", 1_000_000), ("c.txt", 10)] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b'x'; bytes]).unwrap();
        }
        zip.finish().unwrap();
        let mut found = Vec::new();
        documents_within(&path, 1_000, &mut |name, bytes| {
            let name = name.rsplit_once('/').map_or(name, |(_, name)| name).to_owned();
            found.push((name, bytes.is_ok()));
        });
        assert_eq!(found[0], ("bomb.zip!a.txt".to_owned(), true));
        assert_eq!(found[1], ("bomb.zip!b.txt".to_owned(), false));
        // What follows is left out, and that is said.
        assert_eq!(found[2..], [("bomb.zip".to_owned(), false)]);
    }
}
