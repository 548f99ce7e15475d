//! What a document says twice, or leaves out, and what is made of it: told, and asked about
//! where the answer hangs on it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::process::Output;

use program::{lazaret, talk};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with an index of these records.
fn indexed(records: &[Value]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("osv")).unwrap();
    for record in records {
        let name = format!("osv/{}.json", record["id"].as_str().unwrap());
        fs::write(folder.path().join(name), record.to_string()).unwrap();
    }
    let built = lazaret(&["feed", "build", "--index", "x", "osv"], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    folder
}

fn osv(id: &str, ecosystem: &str, name: &str, fixed: &str) -> Value {
    json!({ "id": id, "modified": "2030-01-01T00:00:00Z", "affected": [{
        "package": { "ecosystem": ecosystem, "name": name },
        "ranges": [{ "type": "ECOSYSTEM",
            "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }] })
}

fn document(components: &Value) -> String {
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components })
        .to_string()
}

fn scanned(folder: &TempDir, text: &str, more: &[&str]) -> Output {
    fs::write(folder.path().join("b.json"), text).unwrap();
    let words = [&["scan", "--index", "x", "b.json"], more].concat();
    lazaret(&words, folder.path())
}

fn judged(folder: &TempDir, text: &str, more: &[&str]) -> Value {
    let output = scanned(folder, text, &[&["--format", "json"], more].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_version_that_contradicts_its_package_url_is_noted_and_asked_about_where_it_matters()
{
    let folder = indexed(&[osv("GHSA-1", "npm", "foo", "1.2.3")]);
    let text = document(&json!([
        { "name": "foo", "version": "1.2.2", "purl": "pkg:npm/foo@1.2.3" }]));
    let found = judged(&folder, &text, &[]);
    assert_eq!(found["findings"][0]["verdict"], "cannot_tell", "{found:#}");
    assert_eq!(found["unknowns"][0]["reason"], "version_contradicted");
    assert_eq!(
        found["unknowns"][0]["question"],
        "Which version of `foo` is the right one: 1.2.3 in its package URL (not affected), \
         1.2.2 beside it (affected)?"
    );
    let output = scanned(&folder, &text, &[]);
    assert!(
        talk(&output).contains(
            "note: its version is `1.2.2`, and its package URL says `1.2.3`: it is judged \
             by both, and asked about where they differ\n  --> b.json, /components/0"
        ),
        "{}",
        talk(&output)
    );
    let output = lazaret(&["explain", "--index", "x", "b.json", "GHSA-1"], folder.path());
    let said = String::from_utf8_lossy(&output.stdout);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("1.2.2 beside it (affected)"), "{said}");

    // Whichever is right, it is affected: nobody needs to be asked.
    let both = text.replace("foo@1.2.3", "foo@1.2.1");
    assert_eq!(judged(&folder, &both, &[])["findings"][0]["verdict"], "affected");
    let same = text.replace("1.2.2", "v1.2.3");
    assert_eq!(judged(&folder, &same, &[])["findings"], json!([]));
    assert!(!talk(&scanned(&folder, &same, &[])).contains("judged by both"));
}

#[test]
fn of_two_package_urls_the_finding_shows_the_one_by_which_it_was_found() {
    let folder = indexed(&[osv("GHSA-1", "npm", "foo", "1.2.3")]);
    let reference = |purl: &str| {
        json!({ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": purl })
    };
    let text = json!({ "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "d",
        "packages": [{ "SPDXID": "SPDXRef-a", "name": "foo", "externalRefs": [
            reference("pkg:npm/foo@1.2.3"), reference("pkg:npm/foo@1.2.2")] }] });
    let found = judged(&folder, &text.to_string(), &[]);
    assert_eq!(
        found["findings"][0]["component"]["purl"], "pkg:npm/foo@1.2.2",
        "{found:#}"
    );
}

#[test]
fn a_patch_that_is_said_to_resolve_it_is_told_and_hides_nothing_until_it_is_accepted() {
    let folder = indexed(&[osv("GHSA-1", "npm", "foo", "1.2.3")]);
    let text = document(&json!([{ "name": "foo", "bom-ref": "a", "version": "1.2.2",
        "purl": "pkg:npm/foo@1.2.2", "pedigree": { "patches": [{ "type": "backport",
        "resolves": [{ "type": "security", "id": "GHSA-1" }] }] } }]));
    let found = judged(&folder, &text, &[]);
    let finding = &found["findings"][0];
    assert_eq!(finding["verdict"], "affected", "{found:#}");
    assert_eq!(finding["also"][0]["rule"], "statement_claimed");
    assert_eq!(finding["also"][0]["says"], "fixed");
    assert_eq!(finding["also"][0]["detail"], "the SBOM says that a backport resolves it");
    assert_eq!(finding["also"][0]["place"], "/components/0/pedigree/patches/0");
    let output = lazaret(&["explain", "--index", "x", "b.json", "GHSA-1"], folder.path());
    let said = String::from_utf8_lossy(&output.stdout);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the SBOM says that a backport resolves it"), "{said}");
    assert!(said.contains("it suppresses nothing until you accept it"), "{said}");

    let accepted = judged(&folder, &text, &["--vex", "b.json"]);
    assert_eq!(accepted["findings"][0]["verdict"], "fixed", "{accepted:#}");
}

#[test]
fn an_epoch_that_was_assumed_stands_in_the_grounds() {
    let folder = indexed(&[osv("ALSA-1", "AlmaLinux:8", "openssl", "1:1.1.1k-9.el8")]);
    let text = document(&json!([{ "name": "openssl", "version": "1.1.1k-9.el8",
        "purl": "pkg:rpm/almalinux/openssl@1.1.1k-9.el8?distro=almalinux-8" }]));
    let found = judged(&folder, &text, &[]);
    let detail = found["findings"][0]["grounds"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("no epoch is stated and 0 is assumed"), "{found:#}");
    let stated = text.replace("?distro", "?epoch=1&distro");
    assert_eq!(judged(&folder, &stated, &[])["findings"], json!([]));
}

#[test]
fn packages_that_tell_no_source_are_said_once_in_the_table_and_each_in_json() {
    let folder = indexed(&[osv("DSA-1", "Debian:11", "openssl", "3.0")]);
    let component = |name: &str| {
        json!({ "name": name, "version": "1",
            "purl": format!("pkg:deb/debian/{name}@1?distro=debian-11") })
    };
    let names = ["adduser", "base-files", "libssl1.1", "mawk"];
    let text = document(&json!(names.map(component)));
    let found = judged(&folder, &text, &[]);
    let unknowns = found["unknowns"].as_array().unwrap();
    let asked: Vec<_> = unknowns.iter().map(|one| &one["component"]["name"]).collect();
    assert_eq!(asked, names);
    assert!(unknowns.iter().all(|one| one["reason"] == "no_source"), "{found:#}");
    let output = scanned(&folder, &text, &[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("b.json: 4 binary packages tell no source"), "{said}");
    assert_eq!(said.matches("to settle it").count(), 1, "{said}");
}
