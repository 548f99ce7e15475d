//! The user's guide holds together: every picture that it shows is there and described, none
//! lies about unused, and every link leads to a file and a heading that exist.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the tree has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// All pictures together, so that a clone stays small.
const PICTURES_MAX: u64 = 3_000_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide")
}

/// The pages of the guide by name.
fn pages() -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// What stands in `[…](…)`: the words, the target, and whether it is a picture.
fn links(text: &str) -> Vec<(&str, &str, bool)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("](") {
        let target = text[at + 2..].split(')').next().unwrap();
        let begin = text[..at].rfind('[').unwrap();
        found.push((&text[begin + 1..at], target, text[..begin].ends_with('!')));
    }
    found
}

/// A heading as an anchor, in the way of those who show Markdown.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-');
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

#[test]
fn every_picture_of_the_guide_is_there_and_described_and_none_is_unused() {
    let pages = pages();
    let mut named = BTreeSet::new();
    for (page, text) in &pages {
        for (words, target, _) in links(text).into_iter().filter(|link| link.2) {
            assert!(words.len() > 10, "{page}: say what {target} shows");
            named.insert(target.to_owned());
        }
    }
    let files = std::fs::read_dir(folder().join("pictures")).unwrap();
    let mut bytes = 0;
    let mut there = BTreeSet::new();
    for file in files.map(Result::unwrap) {
        bytes += file.metadata().unwrap().len();
        there.insert(format!("pictures/{}", file.file_name().to_str().unwrap()));
    }
    assert_eq!(named, there, "`cargo xtask guide` takes the pictures");
    assert!(bytes < PICTURES_MAX, "{bytes} bytes of pictures");
}

#[test]
fn every_link_of_the_guide_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 8);
    let mut reached = BTreeSet::from(["README.md"]);
    for (page, text) in &pages {
        for (_, target, is_picture) in links(text) {
            if is_picture || target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.as_str() } else { file };
            let told = format!("{page} leads to {target}");
            let (file, text) = pages.get_key_value(file).ok_or(&told).unwrap();
            assert!(heading.is_empty() || anchors(text).contains(heading), "{told}");
            reached.insert(file.as_str());
        }
    }
    let all: BTreeSet<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(reached, all, "a page of the guide to which none leads");
}
