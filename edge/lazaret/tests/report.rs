//! `lazaret report verify` as an auditor runs it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod program;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use pack::{KEY, MANIFEST, Manifest, SIGNATURE, SigningKey};
use program::{lazaret, talk};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn key(seed: u8) -> SigningKey {
    SigningKey::of_seed(&[seed; 32]).unwrap()
}

/// A small pack, in which `posture.json` is replaced after it was signed where another is given.
fn write(path: &Path, swapped: Option<&str>) {
    let mut files = vec![
        ("posture.json", b"{}".to_vec()),
        (
            "pack.json",
            br#"{"kept_back":[{"what":"piece 8","why":"it is RED"}]}"#.to_vec(),
        ),
        ("README.txt", b"how to read this".to_vec()),
        (KEY, key(1).public().unwrap().to_pem().into_bytes()),
    ];
    let mut manifest = Manifest::default();
    for (name, bytes) in &files {
        assert!(manifest.add(name, Sha256::digest(bytes).into()));
    }
    let text = manifest.to_text().into_bytes();
    files.push((SIGNATURE, key(1).sign(&text)));
    files.push((MANIFEST, text));
    if let Some(swapped) = swapped {
        files.first_mut().unwrap().1 = swapped.as_bytes().to_vec();
        files.push(("notes.txt", b"added".to_vec()));
        files.retain(|(name, _)| *name != "README.txt");
    }
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn a_pack_is_whole_or_every_fault_is_a_line() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("good.zip"), None);
    write(&at("bad.zip"), Some("[]"));
    fs::write(at("own.pem"), key(1).public().unwrap().to_pem()).unwrap();
    fs::write(at("other.pem"), key(2).public().unwrap().to_pem()).unwrap();
    let verify =
        |words: &[&str]| lazaret(&[&["report", "verify"], words].concat(), folder.path());
    let data = |words: &[&str], code: i32| {
        let output = verify(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", talk(&output));
        (String::from_utf8(output.stdout.clone()).unwrap(), talk(&output))
    };
    let fingerprint = key(1).public().unwrap().fingerprint();
    let (lines, said) = data(&["good.zip"], 0);
    assert_eq!(lines, "");
    assert!(
        said.contains("all as it was signed; 4 of 4 files whole, 0 of 0 acts"),
        "{said}"
    );
    assert!(said.contains("left out by whoever made it: piece 8: it is RED"), "{said}");
    assert!(said.contains("warning") && said.contains(&fingerprint), "{said}");
    let (lines, said) = data(&["good.zip", "--key", "own.pem"], 0);
    assert!(lines.is_empty() && !said.contains("warning"), "{said}");
    let (lines, said) = data(&["bad.zip", "--key", "own.pem"], 1);
    assert!(said.contains("3 faults; 2 of 4 files whole"), "{said}");
    assert_eq!(
        lines,
        "posture.json was changed\nREADME.txt is missing\nnotes.txt was added\n"
    );
    let (lines, _) = data(&["good.zip", "--key", "other.pem"], 1);
    assert!(
        lines.contains("not the signature") && lines.contains(&fingerprint),
        "{lines}"
    );

    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/report-verify.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (pack, code, faults) in [("good.zip", 0, 0), ("bad.zip", 1, 3)] {
        let (text, _) = data(&[pack, "--format", "json"], code);
        let value: Value = serde_json::from_str(&text).unwrap();
        let found: Vec<_> =
            validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(value["faults"].as_array().unwrap().len(), faults);
    }
}

#[test]
fn what_is_no_pack_is_refused_with_the_file_and_what_to_do() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("good.zip"), None);
    let whole = fs::read(at("good.zip")).unwrap();
    fs::write(at("cut.zip"), &whole[..whole.len() - 30]).unwrap();
    fs::write(at("none.zip"), b"not a zip").unwrap();
    fs::write(at("no.pem"), b"-----BEGIN CERTIFICATE-----").unwrap();
    for (words, told) in [
        (vec!["cut.zip"], "cut.zip: the file is no ZIP archive, or cut short"),
        (vec!["none.zip"], "none.zip: the file is no ZIP archive"),
        (vec!["gone.zip"], "gone.zip"),
        (vec!["good.zip", "--key", "no.pem"], "no.pem: the file is no public key"),
    ] {
        let output =
            lazaret(&[vec!["report", "verify"], words.clone()].concat(), folder.path());
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(
            output.stdout.is_empty() && talk(&output).contains(told),
            "{}",
            talk(&output)
        );
    }
}
