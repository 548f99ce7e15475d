//! Indexes built from real files: the same bytes whatever the way, and never half a file.

#![expect(clippy::unwrap_used, reason = "this is a test")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use feeds::{BuildError, Built, Cache, IndexFile, Kept, OpenError, Order, What};
use tempfile::TempDir;

fn osv(id: &str, package: &str, modified: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"{modified}T00:00:00Z","affected":[{{"package":{{
        "ecosystem":"npm","name":"{package}"}},"ranges":[{{"type":"SEMVER","events":[
        {{"introduced":"0"}},{{"fixed":"2.0.0"}}]}}]}}]}}"#
    )
}

fn advisories() -> BTreeMap<String, String> {
    (0..40)
        .map(|number| {
            let id = format!("GHSA-{number:04}");
            (format!("{id}.json"), osv(&id, &format!("p{}", number % 7), "2024-01-01"))
        })
        .collect()
}

fn tar(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}

fn zip(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive
            .start_file(name.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn folder(&self, name: &str, files: &BTreeMap<String, String>) -> PathBuf {
        for (file, text) in files {
            self.file(&format!("{name}/{file}"), text);
        }
        self.path(name)
    }

    fn build(&self, index: &str, sources: &[PathBuf]) -> Result<Built, BuildError> {
        self.build_with(index, sources, Cache::Use)
    }

    fn build_with(
        &self,
        index: &str,
        sources: &[PathBuf],
        cache: Cache,
    ) -> Result<Built, BuildError> {
        let index = self.path(index);
        feeds::build(&Order { index: &index, sources, cache }, &mut |_| {})
    }

    fn bytes(&self, index: &str) -> Vec<u8> {
        fs::read(self.path(index)).unwrap()
    }

    fn said(&self, index: &str, package: &str) -> Vec<String> {
        let file = IndexFile::open(&self.path(index)).unwrap();
        let index = file.index().unwrap();
        index.package("npm", package).map(|said| said.record().id().to_owned()).collect()
    }
}

#[test]
fn however_documents_are_packed_the_index_has_the_same_bytes() {
    let place = Place::new();
    let files = advisories();
    let folder = place.folder("loose", &files);
    place.build("a", &[folder]).unwrap();
    let expected = place.bytes("a");

    #[track_caller]
    fn check(place: &Place, name: &str, bytes: Vec<u8>, expected: &[u8]) {
        // The name says nothing: content does.
        let file = place.file(&format!("{name}.txt"), bytes);
        let built = place.build(name, &[file]).unwrap();
        assert_eq!(built.statements, 40, "{name}");
        assert_eq!(place.bytes(name), expected, "{name}");
    }

    check(&place, "tar", tar(&files), &expected);
    check(&place, "tar.zst", zstd(&tar(&files)), &expected);
    check(&place, "tar.gz", gzip(&tar(&files)), &expected);
    check(&place, "zip", zip(&files), &expected);
    check(&place, "zip.zst", zstd(&zip(&files)), &expected);
    let inner = String::from_utf8_lossy(&tar(&files)).into_owned();
    check(&place, "tar in zip", zip(&BTreeMap::from([("x".into(), inner)])), &expected);
}

#[test]
fn an_incremental_build_has_the_bytes_of_a_full_one() {
    let place = Place::new();
    let mut sources = Vec::new();
    for (number, chunk) in
        advisories().into_iter().collect::<Vec<_>>().chunks(10).enumerate()
    {
        let files = chunk.iter().cloned().collect();
        sources.push(place.file(&format!("{number}.tar"), tar(&files)));
        let built = place.build("grown", &sources).unwrap();
        assert_eq!((built.reused, built.sources), (number, number + 1));
    }
    sources.reverse();
    place.build_with("full", &sources, Cache::Ignore).unwrap();
    assert_eq!(place.bytes("grown"), place.bytes("full"));
    let kept = |index: &str| {
        fs::read_dir(Kept::beside(&place.path(index)).runs).unwrap().count()
    };
    assert!(!Kept::beside(&place.path("full")).runs.exists());

    let removed = sources.pop().unwrap();
    place.build("grown", &sources).unwrap();
    assert_eq!(kept("grown"), 3 * 2 + 1, "runs of sources that went are removed");
    place.build("other", &sources).unwrap();
    assert_eq!(place.bytes("grown"), place.bytes("other"));
    sources.push(removed);
    sources.push(sources[0].clone());
    place.build("grown", &sources).unwrap();
    assert_eq!(
        place.bytes("grown"),
        place.bytes("full"),
        "and a source given twice is one"
    );
}

#[test]
fn a_damaged_run_is_read_again() {
    let place = Place::new();
    let source = place.file("a.tar", tar(&advisories()));
    place.build("x", std::slice::from_ref(&source)).unwrap();
    let expected = place.bytes("x");
    let runs = Kept::beside(&place.path("x")).runs;
    for entry in fs::read_dir(&runs).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "part") {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&path, bytes).unwrap();
        }
    }
    let built = place.build("x", &[source]).unwrap();
    assert_eq!(built.reused, 0);
    assert_eq!(place.bytes("x"), expected);
}

#[test]
fn what_is_not_read_is_told_and_what_is_broken_is_counted() {
    let place = Place::new();
    let mut files = advisories();
    files.insert("notes.md".into(), "# Notes".into());
    files.insert("a.json.sha512".into(), format!("{}  a.json\n", "0a".repeat(64)));
    files.insert("broken.json".into(), r#"{"id":"GHSA-x","affected":["#.into());
    let folder = place.folder("loose", &files);
    let built = place.build("x", &[folder]).unwrap();
    assert_eq!(built.statements, 40);
    assert_eq!(built.told.total(What::Skipped), 1);
    assert_eq!(built.told.total(What::SetAside), 1);
    assert_eq!(built.told.total(What::Companion), 1);
    let (name, reason) = built.told.examples_of(What::SetAside).next().unwrap();
    assert!(
        name.ends_with("broken.json") && reason.contains("line 1"),
        "{name}: {reason}"
    );
    let file = IndexFile::open(&place.path("x")).unwrap();
    let counts = file.index().unwrap().counts();
    assert_eq!(counts.set_aside.iter().map(|(_, count)| count).sum::<u64>(), 1);
}

#[test]
fn where_nothing_can_be_read_nothing_is_written() {
    let place = Place::new();
    let note = place.file("notes/note.md", "# Notes");
    for cache in [Cache::Use, Cache::Ignore] {
        let outcome = place.build_with("x", std::slice::from_ref(&note), cache);
        assert!(
            matches!(outcome, Err(BuildError::Nothing { documents: 1, .. })),
            "{outcome:?}"
        );
        assert!(!place.path("x").exists() && !place.path("x.runs").exists());
    }
    let outcome = place.build("x", &[place.path("nowhere")]);
    assert!(matches!(outcome, Err(BuildError::File { .. })), "{outcome:?}");
    assert!(!place.path("x").exists() && !place.path("x.runs").exists());

    place.build("x", &[place.file("a.tar", tar(&advisories()))]).unwrap();
    let before = place.bytes("x");
    assert!(place.build("x", &[note]).is_err());
    assert_eq!(place.bytes("x"), before, "the old index stays");
}

#[test]
fn an_archive_that_breaks_off_gives_what_it_held_and_is_set_aside() {
    let place = Place::new();
    let whole = tar(&advisories());
    let built =
        place.build("x", &[place.file("a.tar", &whole[..whole.len() / 2])]).unwrap();
    assert!((10..40).contains(&built.statements), "{}", built.statements);
    assert_eq!(built.told.total(What::SetAside), 1);
    let packed = zstd(&whole);
    let built = place.build(
        "y",
        &[
            place.file("b.zst", &packed[..packed.len() - 4]),
            place.file("one.json", osv("GHSA-1", "p", "2024-01-01")),
        ],
    );
    assert!(built.unwrap().told.total(What::SetAside) >= 1);
}

#[test]
fn bombs_and_boxes_in_boxes_are_refused_within_the_limits() {
    let place = Place::new();
    let one = place.file("one.json", osv("GHSA-1", "p", "2024-01-01"));
    let bomb = place.file("bomb.zst", zstd(&vec![b' '; 64 << 20]));
    let built = place.build("x", &[one.clone(), bomb]).unwrap();
    assert_eq!(
        built.told.reasons(What::SetAside).next().unwrap(),
        ("it unpacks to more bytes than are read", 1)
    );
    let mut boxes = osv("GHSA-2", "p", "2024-01-01").into_bytes();
    for _ in 0..5 {
        boxes = gzip(&boxes);
    }
    let built = place.build("x", &[one, place.file("boxes.gz", boxes)]).unwrap();
    assert_eq!(
        built.told.reasons(What::SetAside).next().unwrap(),
        ("more than 4 archives inside each other", 1)
    );
}

#[test]
fn what_is_added_masks_at_once_and_is_folded_in_by_the_next_build() {
    let place = Place::new();
    let source = place.file("a.tar", tar(&advisories()));
    place.build("x", std::slice::from_ref(&source)).unwrap();
    let base = place.bytes("x");
    assert!(place.said("x", "p0").contains(&"GHSA-0000".to_owned()));

    let revised = place.file("revised.json", osv("GHSA-0000", "other", "2024-02-02"));
    feeds::add(&place.path("x"), &[revised]).unwrap();
    let another = place.file("another.json", osv("GHSA-9999", "other", "2024-02-02"));
    feeds::add(&place.path("x"), &[another]).unwrap();
    assert_eq!(place.bytes("x"), base, "the index itself is not touched");
    assert_eq!(place.said("x", "other"), ["GHSA-0000", "GHSA-9999"]);
    assert!(!place.said("x", "p0").contains(&"GHSA-0000".to_owned()));

    for _ in 0..2 {
        place.build("x", std::slice::from_ref(&source)).unwrap();
        assert!(!place.path("x.overlay").exists());
        assert_eq!(place.said("x", "other"), ["GHSA-0000", "GHSA-9999"]);
        assert!(!place.said("x", "p0").contains(&"GHSA-0000".to_owned()));
    }

    let older = place.file("older.json", osv("GHSA-0000", "p0", "2020-01-01"));
    let outcome = feeds::add(&place.path("x"), &[older]);
    assert!(matches!(outcome, Err(BuildError::Nothing { .. })), "{outcome:?}");
    assert_eq!(place.said("x", "other"), ["GHSA-0000", "GHSA-9999"]);
}

#[test]
fn an_index_may_stand_in_the_folder_of_its_sources() {
    let place = Place::new();
    let folder = place.folder("all", &advisories());
    place.build("all/x.index", std::slice::from_ref(&folder)).unwrap();
    let first = place.bytes("all/x.index");
    let built = place.build("all/x.index", &[folder]).unwrap();
    assert_eq!(built.told.total(What::Skipped), 0);
    assert_eq!(place.bytes("all/x.index"), first);
}

#[test]
fn two_builds_of_one_index_do_not_mix() {
    let place = Place::new();
    let source = place.file("a.tar", tar(&advisories()));
    place.build("x", std::slice::from_ref(&source)).unwrap();
    let lock = File::options().write(true).open(place.path("x.runs/lock")).unwrap();
    lock.lock().unwrap();
    let outcome = place.build("x", std::slice::from_ref(&source));
    assert!(matches!(outcome, Err(BuildError::Busy { .. })), "{outcome:?}");
    drop(lock);
    place.build("x", &[source]).unwrap();
}

#[test]
fn what_is_no_index_is_never_replaced_by_one() {
    let place = Place::new();
    let source = place.file("a.tar", tar(&advisories()));

    #[track_caller]
    fn check(place: &Place, bytes: &[u8], source: &Path, outcome: &str) {
        let path = place.file("x", bytes);
        let said = match place.build("x", &[source.to_owned()]) {
            Ok(built) => format!("{} records", built.held),
            Err(refused) => refused.to_string(),
        };
        assert!(said.contains(outcome), "{said}");
        if outcome.contains("lost") {
            assert_eq!(fs::read(path).unwrap(), bytes, "{outcome}");
            assert!(!place.path("x.runs").exists() && !place.path("x.new").exists());
        }
    }

    let lost = "x is a file that is no index, and would be lost; name another file";
    check(&place, b"{\"bomFormat\":\"CycloneDX\"}", &source, lost);
    check(&place, b"LZRTID", &source, lost);
    check(&place, b"\n", &source, lost);
    check(&place, b"", &source, "40 records");
    // An index of another edition, and one that was cut short, are built again.
    check(&place, b"LZRTIDX\x01", &source, "40 records");
    fs::create_dir(place.path("folder")).unwrap();
    let refused = place.build("folder", std::slice::from_ref(&source)).unwrap_err();
    assert!(refused.to_string().contains("is a folder, and would be lost"), "{refused}");
    let refused = place.build("no/such/x", &[source]).unwrap_err();
    assert!(refused.to_string().ends_with("or name another file with `--index`"));
    assert!(refused.to_string().contains("there is no folder"), "{refused}");
    assert!(!refused.to_string().contains(".runs"), "{refused}");
}

#[test]
#[cfg(unix)]
fn a_link_leads_to_one_index_with_one_set_of_additions() {
    let place = Place::new();
    fs::create_dir(place.path("kept")).unwrap();
    // The first does not lead to anything yet.
    std::os::unix::fs::symlink("kept/x", place.path("link")).unwrap();
    std::os::unix::fs::symlink("link", place.path("second")).unwrap();
    let source = place.file("a.tar", tar(&advisories()));
    place.build("link", std::slice::from_ref(&source)).unwrap();
    assert!(place.path("link").is_symlink() && place.path("kept/x").is_file());
    let news = place.file("new.json", osv("GHSA-9", "new", "2024-03-01"));
    feeds::add(&place.path("kept/x"), &[news]).unwrap();
    for name in ["link", "second", "kept/x"] {
        assert_eq!(place.said(name, "new"), ["GHSA-9"], "{name}");
    }
    place.build("second", &[source]).unwrap();
    assert!(place.path("link").is_symlink() && place.path("second").is_symlink());
    assert_eq!(place.said("kept/x", "new"), ["GHSA-9"]);
    std::os::unix::fs::symlink("circle", place.path("circle")).unwrap();
    assert!(place.build("circle", &[place.path("a.tar")]).is_err());
}

#[test]
fn a_build_counts_what_the_index_holds_and_keeps_no_folder_without_runs() {
    let place = Place::new();
    let old = place.file("old.json", osv("GHSA-1", "p", "2024-01-01"));
    let new = place.file("new.json", osv("GHSA-1", "p", "2024-02-01"));
    let copy = place.file("copy.json", osv("GHSA-1", "p", "2024-02-01"));
    let other = place.file("other.json", osv("GHSA-2", "p", "2024-02-01"));
    let sources = [old, new, copy, other];
    let built = place.build_with("x", &sources, Cache::Ignore).unwrap();
    assert_eq!((built.statements, built.held), (4, 2));
    assert!(place.path("x").is_file() && !place.path("x.runs").exists());
    place.build_with("x", &sources, Cache::Use).unwrap();
    place.build_with("x", &sources, Cache::Ignore).unwrap();
    assert!(place.path("x.runs").exists(), "runs of another build stay");
}

#[test]
fn a_file_that_is_no_index_is_refused_and_a_missing_one_says_how_to_build_it() {
    let place = Place::new();
    let Err(missing) = IndexFile::open(&place.path("none")) else { panic!("opened") };
    assert!(matches!(missing, OpenError::Missing { .. }));
    assert!(missing.to_string().contains("lazaret feed build --index"), "{missing}");

    #[track_caller]
    fn check(place: &Place, bytes: &[u8], expected: &str) {
        let file = IndexFile::open(&place.file("bad", bytes)).unwrap();
        let Err(refused) = file.index() else { panic!("opened") };
        assert!(refused.to_string().contains(expected), "{refused}");
    }

    place.build("x", &[place.file("a.tar", tar(&advisories()))]).unwrap();
    let good = place.bytes("x");
    check(&place, b"", "not an index of advisories");
    check(&place, b"PK\x03\x04", "not an index of advisories");
    check(&place, &good[..good.len() - 7], "was cut short");
}

/// The corpus beside the checkout; `None` says so, and fails where it must be there.
fn corpus(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join("corpus").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is not there", path.display());
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", path.display());
    None
}

#[test]
fn real_medical_advisories_are_indexed_and_decoded_whole() {
    let Some(medical) = corpus("csaf-icsma") else { return };
    let place = Place::new();
    let built = place.build("x", &[medical]).unwrap();
    assert_eq!(built.statements, 76);
    assert_eq!(built.told.total(What::SetAside), 0);
    assert_eq!(built.told.total(What::Companion), 2 * 76);
    let file = IndexFile::open(&place.path("x")).unwrap();
    let index = file.index().unwrap();
    index.verify().unwrap();
    let records: Vec<_> = index.device_records().map(|record| record.decode()).collect();
    assert_eq!(records.len(), 76);
    for record in &records {
        assert!(!record.products.is_empty(), "{}", record.id);
        let led = index.vulnerabilities(&record.id);
        assert_eq!(led.len(), record.vulnerabilities.len(), "{}", record.id);
    }
    assert!(!index.is_damaged());
}

#[test]
fn an_index_built_onto_an_earlier_one_loses_nothing_and_says_what_rests_on_it() {
    let place = Place::new();
    let known = place.folder(
        "known",
        &BTreeMap::from([
            ("a".to_owned(), osv("GHSA-a", "p", "2024-01-01")),
            ("b".to_owned(), osv("GHSA-b", "p", "2024-01-01")),
        ]),
    );
    place.build("earlier", &[known]).unwrap();
    let more = place.file("added.json", osv("GHSA-c", "p", "2024-01-01"));
    // What was laid over it is part of what it says.
    feeds::add(&place.path("earlier"), &[more]).unwrap();
    let feed = place.file("feed.json", osv("GHSA-b", "q", "2024-02-01"));
    let (index, earlier) = (place.path("index"), place.path("earlier"));
    for _ in 0..2 {
        // The second time by the run of the first.
        let order = Order {
            index: &index,
            sources: std::slice::from_ref(&feed),
            cache: Cache::Use,
        };
        let built = feeds::build_onto(&order, &earlier, &mut |_| {}).unwrap();
        assert_eq!((built.held, built.earlier.entries, built.statements), (3, 2, 1));
        assert!(built.gone.is_nothing(), "{:?}", built.gone);
        assert_eq!(place.said("index", "p"), ["GHSA-a", "GHSA-c"]);
        assert_eq!(place.said("index", "q"), ["GHSA-b"]);
    }
    // The same sources without it: what goes is named.
    let built = place.build("index", &[feed]).unwrap();
    assert_eq!((built.gone.records, built.earlier.entries), (2, 0));
    assert_eq!(built.gone.examples, ["GHSA-a", "GHSA-c"]);
}

#[test]
fn what_is_no_index_is_not_built_onto() {
    let place = Place::new();
    let feed = place.file("feed.json", osv("GHSA-b", "q", "2024-02-01"));
    let (index, nothing) = (place.path("index"), place.file("nothing", "nothing"));
    let order = Order { index: &index, sources: &[feed], cache: Cache::Use };
    let refused = feeds::build_onto(&order, &nothing, &mut |_| {}).unwrap_err();
    assert!(matches!(refused, BuildError::Open(OpenError::Refused { .. })), "{refused}");
    assert!(!index.exists());
}

#[test]
fn a_library_knows_which_index_it_made_and_keeps_any_other() {
    let place = Place::new();
    let library = feeds::Library::open(&place.path("library")).unwrap();
    let index = place.path("index");
    assert_eq!(library.keep_if_another_made_it(&index).unwrap(), None);
    let source = place.file("a.json", osv("GHSA-a", "p", "2024-01-01"));
    place.build("index", std::slice::from_ref(&source)).unwrap();
    let kept = library.keep_if_another_made_it(&index).unwrap().unwrap();
    assert_eq!((kept.records, kept.newest.as_str()), (1, "2024-01-01T00:00:00Z"));
    let (copy, told) = library.earlier().unwrap();
    assert_eq!((fs::read(copy).unwrap(), told), (place.bytes("index"), kept));
    // One that it made is its own, and is not kept as another's.
    library.note_made(&index).unwrap();
    assert_eq!(library.keep_if_another_made_it(&index).unwrap(), None);
    assert!(library.feeds().unwrap().is_empty(), "it is no feed");
    // Somebody builds another there.
    let other = place.file("b.json", osv("GHSA-b", "p", "2024-01-01"));
    place.build("index", &[source, other]).unwrap();
    assert_eq!(library.keep_if_another_made_it(&index).unwrap().unwrap().records, 2);
}
