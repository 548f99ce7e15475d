//! `lazaret feed sync` and `feed bundle` as a person runs them, against a server on loopback.

#![expect(clippy::unwrap_used, reason = "this is a test")]

mod program;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"p"},"versions":["1.0.0"]}]}"#;

/// Serves the files of a folder until the test ends; its address.
fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &folder);
        }
    });
    address
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    while lines.next().is_some_and(|line| !line.unwrap_or_default().is_empty()) {}
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let (status, bytes) = match fs::read(folder.join(path)) {
        Ok(bytes) => ("200 OK", bytes),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"{}\"\r\nConnection: close\r\n\r\n",
        bytes.len(),
        bytes.len()
    );
    // A client that goes away is no fault of the test.
    let _ = stream.write_all(&[head.as_bytes(), &bytes].concat());
}

/// A folder with a list of two feeds, one of which is there.
fn house(served: &Path) -> TempDir {
    let address = serve(served);
    let house = TempDir::new().unwrap();
    let list = format!(
        "[[feed]]\nname = \"one\"\nkind = \"file\"\naddress = \"{address}/one.json\"\n\
         [[feed]]\nname = \"two\"\nkind = \"file\"\naddress = \"{address}/two.json\"\n"
    );
    fs::write(house.path().join("feeds.toml"), list).unwrap();
    house
}

const SYNC: [&str; 8] = [
    "feed",
    "sync",
    "--list",
    "feeds.toml",
    "--library",
    "library",
    "--index",
    "x.index",
];

#[test]
fn feeds_are_fetched_kept_and_built_into_the_index() {
    let served = TempDir::new().unwrap();
    fs::write(served.path().join("one.json"), OSV).unwrap();
    fs::write(served.path().join("two.json"), OSV.replace("GHSA-1", "GHSA-2")).unwrap();
    let house = house(served.path());
    let synced =
        lazaret(&[SYNC.as_slice(), &["--format", "json"]].concat(), house.path());
    assert_eq!(synced.status.code(), Some(0), "{}", talk(&synced));
    let printed: Value = serde_json::from_slice(&synced.stdout).unwrap();
    assert_eq!(printed["records"], 2);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/feed-sync.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&printed), "{printed:#}");
    assert!(!validator.is_valid(&serde_json::json!({"feeds": []})));
    // Nothing changed: the index is not built again.
    let again = lazaret(&[SYNC.as_slice(), &["--format", "json"]].concat(), house.path());
    let printed: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(
        (&printed["records"], &printed["feeds"][0]["changed"]),
        (&Value::Null, &0.into())
    );
    assert!(talk(&again).contains("one: nothing new"), "{}", talk(&again));
}

#[test]
fn a_feed_that_is_away_stops_no_other_and_is_an_error() {
    let served = TempDir::new().unwrap();
    fs::write(served.path().join("two.json"), OSV).unwrap();
    let house = house(served.path());
    let synced = lazaret(&SYNC, house.path());
    assert_eq!(synced.status.code(), Some(2));
    assert!(talk(&synced).contains("one: error:"), "{}", talk(&synced));
    assert!(talk(&synced).contains("not every feed could be asked: one"));
    let status = lazaret(&["feed", "status", "--index", "x.index"], house.path());
    assert_eq!(status.status.code(), Some(0), "{}", talk(&status));
    let alone = lazaret(&[SYNC.as_slice(), &["two"]].concat(), house.path());
    assert_eq!(alone.status.code(), Some(0), "{}", talk(&alone));
    let nobody = lazaret(&[SYNC.as_slice(), &["three"]].concat(), house.path());
    assert_eq!(nobody.status.code(), Some(2));
    assert!(talk(&nobody).contains("it has one, two"), "{}", talk(&nobody));
}

#[test]
fn without_a_list_the_error_says_how_to_begin() {
    let house = TempDir::new().unwrap();
    let synced = lazaret(&SYNC, house.path());
    assert_eq!(synced.status.code(), Some(2));
    assert!(talk(&synced).contains("--example"), "{}", talk(&synced));
    let example = lazaret(&["feed", "sync", "--example"], house.path());
    assert!(String::from_utf8_lossy(&example.stdout).contains("[[feed]]"));
    fs::write(
        house.path().join("feeds.toml"),
        "[[feed]]\nname = \"x\"\nkind = \"gopher\"",
    )
    .unwrap();
    let synced = lazaret(&SYNC, house.path());
    assert!(talk(&synced).contains("feeds.toml"), "{}", talk(&synced));
    assert!(talk(&synced).contains("line 3"), "{}", talk(&synced));
}

#[test]
fn a_bundle_is_taken_in_where_there_is_no_network() {
    let served = TempDir::new().unwrap();
    fs::write(served.path().join("one.json"), OSV).unwrap();
    fs::write(served.path().join("two.json"), OSV.replace("GHSA-1", "GHSA-2")).unwrap();
    let house = house(served.path());
    assert_eq!(lazaret(&SYNC, house.path()).status.code(), Some(0));
    let words = ["feed", "bundle", "export", "b.bundle", "--library", "library"];
    let exported = lazaret(&words, house.path());
    assert_eq!(exported.status.code(), Some(0), "{}", talk(&exported));
    let digest = String::from_utf8(exported.stdout).unwrap();
    let import = [
        "feed",
        "bundle",
        "import",
        "b.bundle",
        "--library",
        "far",
        "--index",
        "far.index",
    ];
    let wrong = "0".repeat(64);
    let refused =
        lazaret(&[import.as_slice(), &["--sha256", &wrong]].concat(), house.path());
    assert_eq!(refused.status.code(), Some(2), "{}", talk(&refused));
    assert!(!house.path().join("far.index").exists());
    let taken = lazaret(
        &[import.as_slice(), &["--sha256", digest.trim()]].concat(),
        house.path(),
    );
    assert_eq!(taken.status.code(), Some(0), "{}", talk(&taken));
    let (near, far) = (house.path().join("x.index"), house.path().join("far.index"));
    assert_eq!(
        fs::read(near).unwrap(),
        fs::read(far).unwrap(),
        "the same records, the same bytes"
    );
}

#[test]
fn an_index_that_was_built_before_feeds_were_followed_stays_until_they_know_it_as_new() {
    let served = TempDir::new().unwrap();
    fs::write(served.path().join("one.json"), OSV).unwrap();
    fs::write(served.path().join("two.json"), OSV.replace("GHSA-1", "GHSA-2")).unwrap();
    let house = house(served.path());
    fs::write(house.path().join("own.json"), OSV.replace("GHSA-1", "GHSA-9")).unwrap();
    let build = ["feed", "build", "--index", "x.index", "own.json"];
    assert_eq!(lazaret(&build, house.path()).status.code(), Some(0));
    let synced = lazaret(&SYNC, house.path());
    assert_eq!(synced.status.code(), Some(0), "{}", talk(&synced));
    assert!(
        talk(&synced).contains("no feed made it; its 1 record stay until a feed"),
        "{}",
        talk(&synced)
    );
    let status = ["feed", "status", "--index", "x.index", "--format", "json"];
    let records = || {
        let told = lazaret(&status, house.path());
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        told["sources"][0]["records"].clone()
    };
    assert_eq!(records(), 3);
    // One that somebody builds there without what it held says what is lost.
    let lossy = lazaret(&build, house.path());
    assert!(talk(&lossy).contains("2 records (GHSA-1, GHSA-2)"), "{}", talk(&lossy));
    // And once more it is kept beside what feeds give.
    assert_eq!(lazaret(&SYNC, house.path()).status.code(), Some(0));
    assert_eq!(records(), 3);
}
