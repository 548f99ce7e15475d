//! A build that is killed leaves the old index, and does not stand in the way of the next.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

fn build(folder: &Path, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["feed", "build", "--index"])
        .args(words)
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn record(number: u32) -> String {
    format!(
        r#"{{"id":"GHSA-{number:05}","modified":"2024-01-01T00:00:00Z","affected":[{{
        "package":{{"ecosystem":"npm","name":"p{}"}},"versions":["1.0.{number}"]}}]}}"#,
        number % 97
    )
}

#[test]
fn a_build_that_is_killed_leaves_the_old_index_and_no_lock() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("feed")).unwrap();
    for number in 0..2_000 {
        fs::write(path("feed").join(format!("{number}.json")), record(number)).unwrap();
    }
    fs::write(path("first.json"), record(0)).unwrap();
    assert!(build(folder.path(), &["old", "first.json"]).wait().unwrap().success());
    assert!(build(folder.path(), &["new", "feed"]).wait().unwrap().success());
    let (old, new) = (fs::read(path("old")).unwrap(), fs::read(path("new")).unwrap());
    assert!(old != new);

    for repetition in 0..10 {
        fs::write(path("x"), &old).unwrap();
        let words: &[&str] = match repetition % 2 {
            0 => &["x", "feed"],
            _ => &["x", "--no-cache", "feed"],
        };
        let mut child = build(folder.path(), words);
        std::thread::sleep(Duration::from_millis(repetition * repetition * 3));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        // Whenever the kill comes, there is a whole index: the new one only where the
        // build had written it.
        let found = fs::read(path("x")).unwrap();
        assert!(found == old || found == new, "half an index after {repetition}");
        assert!(found == new || !status.success(), "{repetition}");

        assert!(build(folder.path(), words).wait().unwrap().success(), "{repetition}");
        assert!(fs::read(path("x")).unwrap() == new, "{repetition}");
        // A build that keeps no runs leaves no folder for them.
        let left: Vec<_> = fs::read_dir(path("x.runs"))
            .into_iter()
            .flatten()
            .chain(fs::read_dir(folder.path()).unwrap())
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".new") || name == "unkept" || name == "stream")
            .collect();
        assert!(left.is_empty(), "{left:?}");
        fs::remove_dir_all(path("x.runs")).ok();
    }
}
