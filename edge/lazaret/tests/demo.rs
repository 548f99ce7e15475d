//! The invented hospital, judged whole: the first thing that a new user sees.

#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::process::Command;

fn lazaret(folder: &std::path::Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn the_demo_says_what_to_do_first_and_why_and_what_to_try_next() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, talk) = lazaret(folder.path(), &["demo"]);
    assert_eq!(code, 0, "{talk}");
    let lines: Vec<&str> = said.lines().collect();
    let at = |text: &str| {
        let found = lines.iter().position(|line| line.contains(text));
        found.unwrap_or_else(|| std::panic::panic_any(format!("no `{text}` in\n{said}")))
    };
    let first = at("■ act now: update 3 devices to 2.3");
    assert!(lines.get(first + 1).unwrap().contains("because   exploited in the wild"));
    assert!(first < at("▪ this week"), "the most urgent comes first");
    assert!(at("▪ this week") < at("TO ASK"));
    at("Is this so on the device: running on Windows 7? (1 device)");
    let flowing = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("■ act now: update openssl 1.0.1e to 1.0.1g"), "{said}");
    let long = lines.iter().find(|line| line.chars().count() > 80);
    assert_eq!(long, None);
    at("Try next");
    let joined = said.replace(" \\\n", " ");
    let explained: Vec<&str> =
        joined.lines().filter(|line| line.starts_with("  lazaret explain")).collect();
    assert_eq!(explained.len(), 1);
    for line in explained {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let (code, why, _) = lazaret(folder.path(), &words);
        assert_eq!(code, 1, "`{line}` explains something affected");
        assert!(why.contains("so the verdict is: affected"), "{why}");
    }
}

#[test]
fn every_device_of_the_invented_hospital_has_the_verdict_that_a_person_gives_it() {
    let folder = tempfile::tempdir().unwrap();
    let fixtures =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo");
    let path = |name: &str| fixtures.join(name).display().to_string();
    let built = ["feed", "build", "--index", "i", &path("advisories")];
    assert_eq!(lazaret(folder.path(), &built).0, 0);
    let matched =
        ["device", "match", &path("inventory.csv"), "--index", "i", "--format", "csv"];
    let (code, said, _) = lazaret(folder.path(), &matched);
    assert_eq!(code, 1);
    let said: Vec<(&str, &str)> = said
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split(',');
            (fields.next().unwrap(), fields.nth(1).unwrap())
        })
        .filter(|(_, verdict)| *verdict != "not_affected")
        .collect();
    // IH-10004 and IH-10013 hold the fix, IH-10007 and IH-10030 are other products, and
    // IH-10023 runs a revision that is not listed.
    let expected = [
        ("IH-10001", "affected"),
        ("IH-10002", "affected"), // an abbreviated maker
        ("IH-10003", "affected"), // 2.0.4 lies below 2.1
        ("IH-10005", "affected"),
        ("IH-10006", "cannot_tell"), // no version
        ("IH-10010", "affected"),    // the description names the operating system
        ("IH-10011", "cannot_tell"), // nothing does
        ("IH-10012", "affected"),
        ("IH-10020", "affected"), // the description names the option
        ("IH-10021", "cannot_tell"), // nothing does
        ("IH-10022", "affected"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_a_person_wrote_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("lazaret-demo");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("inventory.csv"), "mine").unwrap();
    let (code, _, talk) = lazaret(folder.path(), &["demo"]);
    assert_eq!(code, 2, "{talk}");
    assert!(talk.contains("inventory.csv is there already") && talk.contains("--folder"));
    assert_eq!(std::fs::read(own.join("inventory.csv")).unwrap(), b"mine");
    assert!(!own.join("advisories").exists());
    let (code, _, talk) = lazaret(folder.path(), &["demo", "--folder", "other"]);
    assert_eq!(code, 0, "{talk}");
    let (code, _, talk) = lazaret(folder.path(), &["demo", "--folder", "other"]);
    assert_eq!(code, 0, "its own folder is taken again: {talk}");
}
