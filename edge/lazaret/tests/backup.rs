//! A house is copied while it is served, and lives again elsewhere.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use program::{lazaret, talk};

/// A server that ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Serves a house of `folder`, and gives back its first-run link, if nobody lives there.
fn serve(folder: &Path, data: &str) -> (Served, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data", data, "--index", "x"])
        .args(["--root-key", "root.key"])
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let link = loop {
        let line = said.next().expect("the server says that it serves").unwrap();
        if line.trim().starts_with("http://") {
            break line.trim().to_owned();
        }
    };
    std::thread::spawn(move || said.for_each(drop));
    (Served(child), link)
}

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"p"},"versions":["1.0.0"]}]}"#;

const HOUSE: [&str; 2] = ["--root-key", "root.key"];

#[track_caller]
fn does(folder: &Path, words: &[&str], code: i32) -> (String, String) {
    let output = lazaret(&[words, &HOUSE].concat(), folder);
    let said = talk(&output);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    (String::from_utf8_lossy(&output.stdout).into_owned(), said)
}

#[test]
fn a_copy_is_made_while_the_house_is_served_and_lives_again_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("osv.json"), OSV).unwrap();
    assert!(
        lazaret(&["feed", "build", "--index", "x", "osv.json"], folder).status.success()
    );
    let (_served, _) = serve(folder, "here");
    let (_, said) = does(folder, &["backup", "--data", "here", "copy"], 0);
    assert!(said.contains("and the index in use"), "{said}");
    let key = fs::read_to_string(folder.join("root.key")).unwrap();
    let copy = zstd::decode_all(fs::File::open(folder.join("copy")).unwrap()).unwrap();
    assert!(!String::from_utf8(copy).unwrap().contains(key.trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.join("copy")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    // Nothing is written over: neither a copy nor a house.
    let (_, said) = does(folder, &["backup", "--data", "here", "copy"], 2);
    assert!(said.contains("is there already"), "{said}");
    let (_, said) = does(folder, &["restore", "--data", "here", "copy"], 2);
    assert!(said.contains("is not empty"), "{said}");

    let (_, said) = does(folder, &["restore", "--data", "there", "copy"], 0);
    assert!(said.contains("signs in anew; no token of a program is live"), "{said}");
    let (logs, _) = does(folder, &["audit", "verify", "--data", "there"], 0);
    let (own, _) = does(folder, &["audit", "verify", "--data", "here"], 0);
    assert!(!logs.is_empty());
    let (well, _) = does(folder, &["doctor", "--data", "there"], 1);
    assert!(
        well.contains("well    database") && well.contains("look    advisories"),
        "{well}"
    );
    // The copy itself was logged behind it.
    let heads = |logs: &str| logs.lines().count();
    assert_eq!(heads(&logs), heads(&own));
    let (_again, _) = serve(folder, "there");
}

#[test]
fn what_is_no_copy_or_has_another_key_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("osv.json"), OSV).unwrap();
    assert!(
        lazaret(&["feed", "build", "--index", "x", "osv.json"], folder).status.success()
    );
    let (served, _) = serve(folder, "here");
    does(folder, &["backup", "--data", "here", "copy"], 0);
    drop(served);

    let bytes = fs::read(folder.join("copy")).unwrap();
    fs::write(folder.join("cut"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.join("noise"), b"noise").unwrap();
    let whole = String::from_utf8(zstd::decode_all(bytes.as_slice()).unwrap()).unwrap();
    let changed = whole.replacen("\"tables\":", "\"tables\":1", 1);
    assert_ne!(changed, whole);
    fs::write(folder.join("changed"), zstd::encode_all(changed.as_bytes(), 1).unwrap())
        .unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for (file, mend) in [
        ("cut", "Copy the backup again"),
        ("changed", "it holds less than it says. Copy the backup again"),
        ("noise", "Name the file that `lazaret backup` wrote."),
        ("folder", "Name the file that `lazaret backup` wrote."),
        ("none", "No such file"),
    ] {
        let (_, said) = does(folder, &["restore", "--data", "there", file], 2);
        assert!(said.contains(mend), "{file}: {said}");
        assert!(!folder.join("there").exists(), "{file}");
    }
    // A folder that was there stays, as it was.
    fs::create_dir(folder.join("empty")).unwrap();
    does(folder, &["restore", "--data", "empty", "cut"], 2);
    assert_eq!(fs::read_dir(folder.join("empty")).unwrap().count(), 0);
    fs::write(folder.join("empty/notes.txt"), "mine").unwrap();
    let (_, said) = does(folder, &["restore", "--data", "empty", "copy"], 2);
    assert!(said.contains("is not empty (`notes.txt` lies there)"), "{said}");
    assert_eq!(fs::read_dir(folder.join("empty")).unwrap().count(), 1);
    let own = fs::read_to_string(folder.join("root.key")).unwrap();
    fs::write(folder.join("root.key"), "0".repeat(64)).unwrap();
    let (_, said) = does(folder, &["restore", "--data", "there", "copy"], 2);
    assert!(said.contains("another root key"), "{said}");
    assert!(!folder.join("there").exists());
    fs::write(folder.join("root.key"), own).unwrap();
    does(folder, &["restore", "--data", "there", "copy"], 0);
}

#[test]
fn where_no_house_is_none_is_made_and_what_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("osv.json"), OSV).unwrap();
    assert!(
        lazaret(&["feed", "build", "--index", "x", "osv.json"], folder).status.success()
    );
    drop(serve(folder, "here"));
    for verb in [&["doctor"][..], &["reindex"], &["backup", "copy"], &["audit", "verify"]]
    {
        let elsewhere = ["--data", "here", "--database", "sqlite:typo.db"];
        let (_, said) = does(folder, &[verb, &elsewhere].concat(), 2);
        assert!(said.contains("typo.db holds no house"), "{verb:?}: {said}");
        assert!(!folder.join("typo.db").exists() && !folder.join("copy").exists());
    }
    let with_key = |key: &str| {
        let output = lazaret(&["doctor", "--data", "here", "--root-key", key], folder);
        assert_eq!(output.status.code(), Some(2), "{key}");
        talk(&output)
    };
    fs::write(folder.join("other"), "0".repeat(64)).unwrap();
    fs::write(folder.join("noise"), "noise").unwrap();
    for (key, mend) in [
        ("none", "put your copy of it there"),
        ("noise", "noise holds no root key"),
        ("other", "sealed under another root key"),
    ] {
        let said = with_key(key);
        assert!(said.contains(mend), "{key}: {said}");
    }
    assert!(!folder.join("none").exists(), "no key is made where one should be");
    let export = ["export", "--data", "here", "--organisation", "Nobody", "all.zip"];
    let (_, said) = does(folder, &export, 2);
    assert!(said.contains("there is no organisation `Nobody`"), "{said}");
    fs::write(folder.join("here/lazaret.db"), vec![b'x'; 8192]).unwrap();
    let (_, said) = does(folder, &["doctor", "--data", "here"], 2);
    assert!(said.contains("take the newest backup back"), "{said}");
}

#[test]
fn a_lone_administrator_is_let_back_in_while_the_house_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("osv.json"), OSV).unwrap();
    assert!(
        lazaret(&["feed", "build", "--index", "x", "osv.json"], folder).status.success()
    );
    let (_served, link) = serve(folder, "here");
    let (home, first) = link.split_once("/first-run/").unwrap();
    let form = "kind=hospital&organisation=Invented&name=Ada&zone=UTC\
                &address=ada%40x.example&password=a+long+sentence+will+do";
    let founded = post(home, &format!("/first-run/{first}"), form);
    assert!(founded.starts_with("HTTP/1.1 303"), "{founded}");

    let rescue = ["people", "rescue", "--data", "here"];
    let (_, said) = does(folder, &[&rescue[..], &["bob@x.example"]].concat(), 2);
    assert!(said.contains("no account has this address"), "{said}");
    let (path, _) = does(folder, &[&rescue[..], &["ada@x.example"]].concat(), 0);
    assert!(path.starts_with("/password/"), "{path}");
    let at = ["--address", home, "ada@x.example"];
    let (whole, _) = does(folder, &[&rescue[..], &at].concat(), 0);
    let path = whole.trim().strip_prefix(home).unwrap();
    for expected in ["303", "410"] {
        let answer = post(home, path, "password=another+long+sentence");
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{answer}");
    }
    fs::write(folder.join("other.key"), fs::read(folder.join("root.key")).unwrap())
        .unwrap();
    fs::remove_file(folder.join("root.key")).unwrap();
    let (_, said) = does(folder, &[&rescue[..], &["ada@x.example"]].concat(), 2);
    assert!(said.contains("root.key"), "{said}");
}

/// Sends a form; gives the answer as it comes.
fn post(home: &str, path: &str, form: &str) -> String {
    use std::io::{Read as _, Write as _};
    let host = home.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {home}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
