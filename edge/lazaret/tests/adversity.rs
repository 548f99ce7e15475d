//! Documents, archives and indexes that are broken or hostile, and files that are not
//! there: every command refuses them with exit code 2, a sentence that names the file, what
//! can be done about it, not a word on stdout, and leaves every file as it was.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"p"},"versions":["1.0.0"]}]}"#;

const BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
    {"type":"library","name":"p","version":"1.0.0","purl":"pkg:npm/p@1.0.0"}]}"#;

const INVENTORY: &str = "asset tag,manufacturer,model\nA1,Acme,Pumpline 900X\n";

/// A folder with an index, a document and an inventory that can be read.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("osv.json", OSV).unwrap();
    write("good.cdx.json", BOM).unwrap();
    write("good.csv", INVENTORY).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let output = lazaret(&["feed", "build", "--index", "x", "osv.json"], &folder, b"");
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    folder
}

fn lazaret(words: &[&str], folder: &TempDir, stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(words)
        .current_dir(folder.path())
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read what it is given closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file below a folder with its bytes; what earlier builds read is no file of the
/// person's, and only unfinished files count there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            let kept = name.ends_with(".run") || name.ends_with(".part");
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if !kept {
                found.insert(name, fs::read(path).unwrap_or_default());
            }
        }
    }
    found
}

/// The command ends with 2, says each of `words`, prints nothing and writes nothing.
#[track_caller]
fn refused(folder: &TempDir, command: &[&str], stdin: &[u8], words: &[&str]) {
    let before = files(folder.path());
    let output = lazaret(command, folder, stdin);
    let said = talk(&output);
    assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
    assert!(output.stdout.is_empty(), "{command:?} printed something");
    let error = said.rsplit_once("error: ").map_or("", |(_, error)| error);
    assert!(!error.is_empty(), "{command:?}: {said}");
    // What can be done about it is a line of its own, or the end of the sentence.
    assert!(error.contains("help: ") || error.contains("; "), "{command:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{command:?} does not say {word}: {said}");
    }
    assert!(files(folder.path()) == before, "{command:?} changed a file");
}

/// The commands that read an SBOM, with `FILE` for it.
const OF_SBOM: [&[&str]; 9] = [
    &["scan", "--index", "x", "--format", "json", "FILE"],
    &["scan", "--index", "x", "FILE"],
    &["scan", "--index", "x", "--vex", "FILE", "good.cdx.json"],
    &["affected", "--index", "x", "--format", "json", "CVE-2024-0001", "FILE"],
    &["explain", "--index", "x", "--format", "json", "FILE", "CVE-2024-0001"],
    &["sbom", "check", "--format", "json", "FILE"],
    &["sbom", "show", "--format", "json", "FILE"],
    &["sbom", "diff", "--format", "json", "good.cdx.json", "FILE"],
    &["sbom", "diff", "FILE", "good.cdx.json"],
];

fn with<'a>(command: &[&'a str], file: &'a str) -> Vec<&'a str> {
    command.iter().map(|word| if *word == "FILE" { file } else { word }).collect()
}

/// Documents that no reader may take, with what is said of them.
fn broken() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let deep = 10_000;
    let head = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","#;
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6">"#;
    let nested = |open: &str, close: &str| open.repeat(deep) + &close.repeat(deep);
    vec![
        ("empty.json", Vec::new(), ""),
        ("foreign.json", b"{\"x\": 1}".to_vec(), ""),
        ("prose.txt", b"Dear vendor, here is our SBOM.".to_vec(), ""),
        ("binary.bin", b"\x7FELF\0\0\0\x01".to_vec(), ""),
        ("cut.json", format!("{head}\"components\":[{{\"name\":").into(), "line 1"),
        ("cut.xml", format!("{xml}<components><component>").into(), ""),
        (
            "bytes.json",
            [head.as_bytes(), b"\"components\":[{\"name\":\"\xFF\"}]}"].concat(),
            "UTF-8",
        ),
        ("odd.json", b"\xFF\xFE{\0x".to_vec(), "UTF-16"),
        ("unmarked.json", b"{\0\"\0b\0".to_vec(), "without a byte order mark"),
        ("unmarked.xml", b"\0\0\0<\0\0\0b".to_vec(), "without a byte order mark"),
        ("deep.json", format!("{head}\"components\":{}}}", nested("[", "]")).into(), ""),
        ("deeper.json", nested("{\"a\":", "}").replace(":}", ":1}").into(), ""),
        ("deep.xml", format!("{xml}{}</bom>", nested("<a>", "</a>")).into(), ""),
        (
            "laughs.xml",
            format!("<!DOCTYPE bom [<!ENTITY a \"ha\">]>{xml}&a;</bom>").into(),
            "a document type declaration is refused",
        ),
        (
            "others.xml",
            format!("\n<!DOCTYPE lolz [<!ENTITY a \"ha\">]>{xml}&a;</bom>").into(),
            "a document type declaration is refused",
        ),
        (
            "shape.json",
            format!("{head}\"components\":{{\"name\":1}}}}").into(),
            "/components",
        ),
    ]
}

#[test]
fn a_broken_document_is_refused_by_every_command_that_reads_one() {
    let folder = folder();
    for (name, bytes, word) in broken() {
        fs::write(folder.path().join(name), bytes).unwrap();
        for command in OF_SBOM {
            refused(&folder, &with(command, name), b"", &[name, word]);
        }
    }
}

#[test]
fn what_is_no_readable_file_is_refused_by_every_command_that_reads_one() {
    let folder = folder();
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
    std::os::unix::fs::symlink("loop", folder.path().join("loop")).unwrap();
    let inventory: &[&str] = &["device", "match", "--index", "x", "FILE"];
    let aliases: &[&str] =
        &["device", "match", "--index", "x", "--aliases", "FILE", "good.csv"];
    let feeds: [&[&str]; 2] = [
        &["feed", "build", "--index", "x", "FILE"],
        &["feed", "add", "--index", "x", "FILE"],
    ];
    for name in ["missing.json", "empty", "dangling", "loop", "good.csv/x"] {
        for command in OF_SBOM.into_iter().chain([inventory, aliases]) {
            refused(&folder, &with(command, name), b"", &[name]);
        }
        // A folder without documents says so without its name.
        let word = if name == "empty" { "no source holds a document" } else { name };
        for command in feeds {
            refused(&folder, &with(command, name), b"", &[word]);
        }
    }
}

#[test]
fn a_path_that_is_no_text_is_read_and_named() {
    use std::os::unix::ffi::OsStrExt;

    let folder = folder();
    let name = std::ffi::OsStr::from_bytes(b"b\xFFd.json");
    fs::write(folder.path().join(name), "{").unwrap();
    for command in OF_SBOM {
        let output = Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(command.iter().map(|word| match *word {
                "FILE" => name,
                word => std::ffi::OsStr::new(word),
            }))
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(output.stdout.is_empty(), "{command:?}");
        assert!(talk(&output).contains("b\u{FFFD}d.json"), "{}", talk(&output));
    }
    let words = ["feed", "build", "--index", "y", "."];
    let built = lazaret(&words, &folder, b"");
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    assert!(talk(&built).contains("b\u{FFFD}d.json"), "{}", talk(&built));
}

#[test]
fn a_broken_inventory_is_refused() {
    let folder = folder();
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n\n", ""),
        ("prose.csv", b"Dear all\nplease find enclosed\n", "--mapping"),
        ("bom.csv", BOM.as_bytes(), "the file is JSON"),
        ("odd.csv", b"\xFF\xFEa\0b", ""),
    ];
    for (name, bytes, word) in cases {
        fs::write(folder.path().join(name), bytes).unwrap();
        for format in ["table", "csv", "json"] {
            let command = ["device", "match", "--index", "x", "--format", format, name];
            refused(&folder, &command, b"", &[name, word]);
        }
    }
}

#[test]
fn names_given_twice_circles_and_texts_without_end_end_in_an_answer() {
    let folder = folder();
    let twice = r#"{"bomFormat":"CycloneDX","bomFormat":"CycloneDX","specVersion":"1.6",
        "components":[{"type":"library","name":"a","name":"b","bom-ref":"1"}]}"#;
    let circle = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
        {"type":"library","name":"a","bom-ref":"a"},{"type":"library","name":"b","bom-ref":"b"},
        {"type":"library","name":"c","bom-ref":"b"}],
        "dependencies":[{"ref":"a","dependsOn":["b","a"]},{"ref":"b","dependsOn":["a"]}]}"#;
    let spdx = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\n\
        PackageName: a\nSPDXID: SPDXRef-a\nPackageName: b\nSPDXID: SPDXRef-b\n\
        Relationship: SPDXRef-a CONTAINS SPDXRef-b\nRelationship: SPDXRef-b CONTAINS SPDXRef-a\n";
    let cut = "SPDXVersion: SPDX-2.3\nPackageName: <text>a";
    for (name, text) in [
        ("twice.json", twice),
        ("circle.json", circle),
        ("circle.spdx", spdx),
        ("cut.spdx", cut),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        for command in OF_SBOM {
            let output = lazaret(&with(command, name), &folder, b"");
            let code = output.status.code();
            assert!(matches!(code, Some(0..=2)), "{command:?} {name}: {code:?}");
            assert!(output.stdout.len() < 100_000, "{command:?} {name}");
            assert_eq!(output.stdout.is_empty(), code == Some(2), "{command:?} {name}");
        }
    }
}

/// The commands that read an index, with `FILE` for it.
const OF_INDEX: [&[&str]; 6] = [
    &["scan", "--index", "FILE", "--format", "json", "good.cdx.json"],
    &["affected", "--index", "FILE", "CVE-2024-0001", "good.cdx.json"],
    &["explain", "--index", "FILE", "good.cdx.json", "CVE-2024-0001"],
    &["device", "match", "--index", "FILE", "good.csv"],
    &["feed", "status", "--index", "FILE", "--format", "json"],
    &["feed", "add", "--index", "FILE", "osv.json"],
];

#[test]
fn an_index_that_is_none_is_refused_by_every_command_that_reads_one() {
    let folder = folder();
    let whole = fs::read(folder.path().join("x")).unwrap();
    let mut other = whole.clone();
    // The edition is the last byte of the mark that an index begins with.
    other[7] = 200;
    let cases = [
        ("none", None, "feed build"),
        ("empty.index", Some(&b""[..]), "empty.index"),
        ("foreign.index", Some(BOM.as_bytes()), "not an index"),
        ("cut.index", whole.get(..whole.len() / 2), "cut.index"),
        ("head.index", whole.get(..20), "head.index"),
        ("other.index", Some(&other), "other.index"),
    ];
    for (name, bytes, word) in cases {
        if let Some(bytes) = bytes {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        for command in OF_INDEX {
            refused(&folder, &with(command, name), b"", &[name, word]);
        }
    }
    for command in OF_INDEX {
        refused(&folder, &with(command, "empty"), b"", &["empty"]);
    }
}

#[test]
fn an_index_with_a_turned_bit_never_ends_in_a_panic_and_is_found_out_by_verify() {
    let folder = folder();
    let whole = fs::read(folder.path().join("x")).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 24) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(folder.path().join("damaged"), damaged).unwrap();
        for command in OF_INDEX.into_iter().take(5) {
            let output = lazaret(&with(command, "damaged"), &folder, b"");
            assert!(matches!(output.status.code(), Some(0..=2)), "{command:?}, {at}");
            assert!(!talk(&output).contains("panicked"), "{command:?}, {at}");
        }
        let verify = ["feed", "status", "--verify", "--index", "damaged"];
        refused(&folder, &verify, b"", &["damaged"]);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, name, bytes).unwrap();
    archive.into_inner().unwrap()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn what_is_broken_or_a_bomb_is_set_aside_and_alone_leaves_the_old_index() {
    let folder = folder();
    let blanks = vec![b' '; 16 << 20];
    let packed = zstd::encode_all(&blanks[..], 1).unwrap();
    let boxes = (0..8).fold(OSV.as_bytes().to_vec(), |inner, _| tar("a", &inner));
    let cases = [
        ("bomb.gz", gzip(&gzip(&blanks))),
        ("bomb.zst", packed.clone()),
        ("bomb.tar.zst", zstd::encode_all(&tar("a.json", &blanks)[..], 1).unwrap()),
        ("bomb.zip", zip("a.json.zst", &packed)),
        ("boxes.tar", boxes),
        ("cut.gz", gzip(OSV.as_bytes())[..40].to_vec()),
        ("cut.zip", zip("a.json", OSV.as_bytes())[..60].to_vec()),
        ("cut.json", OSV.as_bytes()[..90].to_vec()),
        ("bytes.json", [OSV.as_bytes(), b"\xFF"].concat()),
        (
            "deep.json",
            format!("{{\"id\":\"GHSA-9\",\"affected\":{}", "[".repeat(10_000))
                .into_bytes(),
        ),
    ];
    for (name, bytes) in cases {
        fs::write(folder.path().join(name), bytes).unwrap();
        let alone = ["feed", "build", "--index", "x", name];
        refused(&folder, &alone, b"", &["no source holds a document"]);
        let words = ["feed", "build", "--index", "y", "osv.json", name];
        let built = lazaret(&words, &folder, b"");
        assert_eq!(built.status.code(), Some(0), "{name}: {}", talk(&built));
        assert!(built.stdout.is_empty(), "{name}");
        assert!(talk(&built).contains(&format!("set aside: {name}")), "{}", talk(&built));
        let status = ["feed", "status", "--index", "y", "--format", "json"];
        let status = lazaret(&status, &folder, b"");
        let status: Value = serde_json::from_slice(&status.stdout).unwrap();
        assert_eq!(status["sources"][0]["records"], 1, "{name}");
    }
}

#[test]
fn a_file_of_a_folder_that_cannot_be_read_is_set_aside_and_a_circle_is_left() {
    let folder = folder();
    let place = folder.path().join("feed");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("a.json"), OSV).unwrap();
    std::os::unix::fs::symlink("nowhere", place.join("dangling")).unwrap();
    std::os::unix::fs::symlink(".", place.join("circle")).unwrap();
    std::os::unix::fs::symlink("a.json", place.join("link.json")).unwrap();
    let built = lazaret(&["feed", "build", "--index", "y", "feed"], &folder, b"");
    let said = talk(&built);
    assert_eq!(built.status.code(), Some(0), "{said}");
    assert!(said.contains("set aside: feed/dangling: it cannot be read"), "{said}");
    assert!(said.contains("skipped: feed/circle: a link to a folder"), "{said}");
    let same = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(same("x") == same("y"), "the link to a record is that record");
}

#[test]
fn standard_input_is_read_wherever_a_file_is() {
    #[track_caller]
    fn check(command: &[&str], stdin: &[u8], code: i32) -> (TempDir, Output) {
        let folder = folder();
        let output = lazaret(command, &folder, stdin);
        assert_eq!(output.status.code(), Some(code), "{command:?}: {}", talk(&output));
        (folder, output)
    }

    for command in OF_SBOM.iter().filter(|command| !command.contains(&"--vex")) {
        let (_, output) = check(&with(command, "-"), BOM.as_bytes(), {
            i32::from(command[0] != "sbom" || command[1] == "check")
        });
        assert!(!output.stdout.is_empty(), "{command:?}");
    }
    let vex =
        br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x/1","author":"A",
        "timestamp":"2024-02-01T00:00:00Z","version":1,"statements":[{"vulnerability":
        {"name":"CVE-2024-0001"},"products":[{"@id":"pkg:npm/p"}],"status":"fixed"}]}"#;
    check(&["scan", "--index", "x", "--vex", "-", "good.cdx.json"], vex, 0);
    // Devices are judged only where the index holds a device advisory.
    let devices = folder();
    let advisory = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/demo/advisories/amsa-2025-01.json"
    );
    let built = lazaret(&["feed", "build", "--index", "d", advisory], &devices, b"");
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    let matched = |words: &[&str], stdin: &[u8]| {
        let words = [&["device", "match", "--index", "d"], words].concat();
        let output = lazaret(&words, &devices, stdin);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", talk(&output));
    };
    matched(&["-"], INVENTORY.as_bytes());
    let makers = b"[[maker]]\nname = \"Acme\"\nsame = [\"Roadrunner\"]\n";
    matched(&["--aliases", "-", "good.csv"], makers);
    let packed = gzip(&tar("a.json", OSV.as_bytes()));
    let (folder, _) = check(&["feed", "build", "--index", "y", "-"], &packed, 0);
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("x") == bytes("y"), "however a record comes, the index is the same");
    assert!(!folder.path().join("y.runs/stream").exists());
    let two = OSV.replace("GHSA-1", "GHSA-2");
    check(&["feed", "add", "--index", "x", "-"], two.as_bytes(), 0);
    let (_, output) = check(
        &["feed", "build", "--index", "y", "-", "osv.json"],
        &OSV.as_bytes()[..90],
        0,
    );
    assert!(talk(&output).contains("set aside: standard input"), "{}", talk(&output));
}

#[test]
fn a_stream_without_end_is_refused_by_how_it_begins_and_a_large_document_is_read() {
    let folder = folder();
    let before = files(folder.path());
    let noise = "y\n".repeat(100_000);
    let mut streams = vec![("-", noise.as_bytes())];
    if cfg!(unix) {
        streams.push(("/dev/zero", b""));
    }
    for (name, stdin) in streams {
        for verb in ["build", "add"] {
            let output = lazaret(&["feed", verb, "--index", "x", name], &folder, stdin);
            assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
            for said in ["not an advisory, by how it begins", "(1 looked at)"] {
                assert!(talk(&output).contains(said), "{}", talk(&output));
            }
        }
    }
    assert_eq!(files(folder.path()), before);

    let details = format!("\"details\":\"{}\",\"modified\"", "so on. ".repeat(500_000));
    let large = OSV.replace("\"modified\"", &details);
    let output =
        lazaret(&["feed", "build", "--index", "y", "-"], &folder, large.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    // What is no source is passed over beside one that is.
    let words = ["feed", "build", "--index", "z", "osv.json", "-"];
    let output = lazaret(&words, &folder, noise.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    assert!(talk(&output).contains("skipped: standard input"), "{}", talk(&output));
}
