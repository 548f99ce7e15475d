//! `lazaret purchase` as a contracting officer runs it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails loudly, and says what it skipped"
)]

mod corpus;
mod program;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

const DAY: [&str; 2] = ["--as-of", "2026-11-26"];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/purchase")
}

fn compare(folder: &Path, more: &[&str]) -> Output {
    let home = TempDir::new().unwrap();
    let folder = folder.display().to_string();
    let words = [&["purchase", "compare", &folder], &DAY[..], more].concat();
    lazaret(&words, home.path())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The answer as JSON, held against its schema.
#[track_caller]
fn answer(folder: &Path, more: &[&str]) -> Value {
    let output = compare(folder, &[more, &["--format", "json"]].concat());
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", talk(&output)));
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/purchase-compare.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&value)
        .map(|it| format!("{it} at {}", it.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    value
}

fn bidder<'v>(answer: &'v Value, folder: &str) -> &'v Value {
    let bidders = answer["bidders"].as_array().unwrap();
    bidders.iter().find(|it| it["folder"] == folder).unwrap()
}

fn standing<'v>(bidder: &'v Value, gate: &str) -> &'v str {
    let gates = bidder["gates"].as_array().unwrap();
    gates.iter().find(|it| it["id"] == gate).unwrap()["standing"].as_str().unwrap()
}

fn verdict<'v>(bidder: &'v Value, id: &str) -> &'v str {
    let rows = bidder["considerations"].as_array().unwrap();
    rows.iter().find(|it| it["id"] == id).unwrap()["verdict"].as_str().unwrap()
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn zipped(path: &Path, members: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

const SBOM: &[u8] = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
    {"type":"library","name":"zlib","version":"1.3.1"}]}"#;

#[test]
fn five_bidders_stand_side_by_side_in_eighty_columns() {
    let shown = compare(&fixtures(), &[]);
    assert_eq!(code(&shown), 1, "{}", talk(&shown));
    let page = text(&shown);
    assert!(
        page.starts_with("Infusion pumps 2027 (life-sustaining), as of 2026-11-26\n")
    );
    for line in page.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(
        page.contains("\nA  Aldermoor Medical, Meridian 500 3.0: 11 files"),
        "{page}"
    );
    assert!(page.contains("\nB-10"), "{page}");
    assert!(page.contains("broken: corvid/sbom.json, SBOM"), "{page}");
    let unbroken = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = "can join a network: no SBOM counts: corvid/sbom.json:";
    assert!(unbroken.contains(named), "{page}");
    assert!(page.contains("left aside: note.txt"), "{page}");
    assert!(!page.contains("house/aldermoor/dossier.toml: "));
}

#[test]
fn the_json_has_every_cell_with_its_file_and_place() {
    let answer = answer(&fixtures(), &[]);
    assert_eq!(answer["tier"], "life_sustaining");
    let bidders = answer["bidders"].as_array().unwrap();
    assert_eq!(bidders.len(), 5);
    for bidder in bidders {
        assert_eq!(bidder["considerations"].as_array().unwrap().len(), 64);
        for row in bidder["considerations"].as_array().unwrap() {
            let settled = ["met", "partly_met", "not_met"];
            if settled.contains(&row["verdict"].as_str().unwrap()) {
                assert!(!row["grounds"].as_array().unwrap().is_empty(), "{row}");
            }
        }
    }
    let first = bidder(&answer, "aldermoor");
    assert_eq!(standing(first, "isao"), "passed");
    assert_eq!(standing(first, "exploited-flaw"), "unproven");
    assert_eq!(verdict(first, "B-01"), "met");
    let fourth = bidder(&answer, "dunmore");
    assert_eq!(standing(fourth, "isao"), "unproven");
    assert_eq!(fourth["blocked"], true);
    assert_eq!(answer["left_aside"].as_array().unwrap().len(), 2);
}

#[test]
fn a_bidder_alone_is_judged_as_beside_others() {
    let all = answer(&fixtures(), &[]);
    for name in ["aldermoor", "brackwater", "corvid", "dunmore", "eastgate"] {
        let alone = answer(&fixtures(), &["--bidder", name]);
        assert_eq!(alone["bidders"].as_array().unwrap().len(), 1);
        assert_eq!(bidder(&alone, name), bidder(&all, name), "{name}");
    }
    let none = compare(&fixtures(), &["--bidder", "nobody"]);
    assert_eq!(code(&none), 2);
    assert!(
        talk(&none).contains("neither a sub-folder nor an archive"),
        "{}",
        talk(&none)
    );
}

#[test]
fn an_index_tells_which_flaws_are_exploited() {
    let home = TempDir::new().unwrap();
    let advisories = fixtures().join("../demo/advisories").display().to_string();
    let index = home.path().join("my.index").display().to_string();
    let built = lazaret(&["feed", "build", "--index", &index, &advisories], home.path());
    assert!(built.status.success(), "{}", talk(&built));
    let answer = answer(&fixtures(), &["--index", &index]);
    assert_eq!(standing(bidder(&answer, "eastgate"), "exploited-flaw"), "closed");
    assert_ne!(standing(bidder(&answer, "aldermoor"), "exploited-flaw"), "closed");
    let eastgate = bidder(&answer, "eastgate").to_string();
    assert!(eastgate.contains("CVE-2014-0160"), "{eastgate}");
}

#[test]
fn an_archive_is_read_where_it_lies_and_no_name_leads_out_of_it() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    zipped(
        &root.join("acme.zip"),
        &[
            ("bid/sbom.json", SBOM),
            ("../house/acme/dossier.toml", b"dossier = 1\nname = \"Acme\"\n"),
            ("..\\other\\x.txt", b"x"),
            ("/etc/cron.d/x", b"x"),
        ],
    );
    zipped(&root.join("inside.zip"), &[("a.json", SBOM)]);
    let inside = fs::read(root.join("inside.zip")).unwrap();
    fs::remove_file(root.join("inside.zip")).unwrap();
    zipped(
        &root.join("other.zip"),
        &[("more.zip", &inside), ("cut.zip", b"PK\x03\x04cut")],
    );
    let answer = answer(root, &["--tier", "networked"]);
    let acme = bidder(&answer, "acme");
    let fates: Vec<(&str, &str)> = (acme["files"].as_array().unwrap().iter())
        .map(|it| (it["file"].as_str().unwrap(), it["fate"].as_str().unwrap()))
        .collect();
    assert_eq!(
        fates.iter().filter(|(_, fate)| *fate == "refused").count(),
        3,
        "{fates:?}"
    );
    assert!(fates.contains(&("acme.zip!bid/sbom.json", "read")), "{fates:?}");
    assert!(acme["files"].to_string().contains("leads out of the archive"));
    // It is read, and does not say what it is about.
    assert_eq!(standing(acme, "sbom"), "unproven");
    assert!(acme["gates"].to_string().contains("does not say what it is about"));
    let names: Vec<_> =
        fs::read_dir(root).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing is unpacked to disk: {names:?}");
    let other = bidder(&answer, "other");
    assert!(other["files"].to_string().contains("other.zip!more.zip!a.json"));
    assert!(other["files"].to_string().contains("other.zip!cut.zip"));
}

#[test]
fn a_bomb_is_told_and_the_other_bidders_are_read() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let zeros = vec![b' '; 300 * 1024 * 1024];
    zipped(&root.join("bomb.zip"), &[("sbom.json", SBOM), ("zeros.txt", &zeros)]);
    put(root, "acme/sbom.json", SBOM);
    let answer = answer(root, &[]);
    let bomb = bidder(&answer, "bomb")["files"].to_string();
    assert!(bomb.contains("refused") && bomb.contains("bytes"), "{bomb}");
    let acme = bidder(&answer, "acme");
    assert_eq!(standing(acme, "sbom"), "unproven");
    assert!(acme["gates"].to_string().contains("does not say what it is about"));
}

#[cfg(unix)]
#[test]
fn a_link_into_another_bid_is_not_followed() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    put(root, "acme/sbom.json", SBOM);
    put(root, "spy/readme.txt", "hello\n");
    std::os::unix::fs::symlink(root.join("acme/sbom.json"), root.join("spy/sbom.json"))
        .unwrap();
    std::os::unix::fs::symlink(root.join("acme"), root.join("spy/acme")).unwrap();
    std::os::unix::fs::symlink(root.join("acme"), root.join("linked")).unwrap();
    let answer = answer(root, &[]);
    let spy = bidder(&answer, "spy");
    assert_eq!(standing(spy, "sbom"), "closed");
    assert_eq!(spy["files"].to_string().matches("a link is not followed").count(), 2);
    assert_eq!(answer["bidders"].as_array().unwrap().len(), 2);
    assert!(answer["left_aside"].to_string().contains("linked"));
}

#[test]
fn open_points_go_out_as_a_workbook_and_come_back_as_claims() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    put(root, "corvid/letter.txt", "Hello\n");
    put(root, "aldermoor/sbom.json", SBOM);
    let root_text = root.display().to_string();
    let ask = |output: &str| {
        let output = root.join(output).display().to_string();
        let words =
            ["purchase", "questions", &root_text, "--bidder", "corvid", "-o", &output];
        lazaret(&[&words[..], &DAY].concat(), root)
    };
    let asked = ask("questions.xlsx");
    assert_eq!(code(&asked), 0, "{}", talk(&asked));
    assert_eq!(code(&ask("questions.xlsx")), 2, "a file that is there is left alone");
    assert_eq!(code(&ask("questions.doc")), 2);
    assert_eq!(code(&ask("questions.csv")), 0);
    let list = fs::read_to_string(root.join("questions.csv")).unwrap();
    assert!(
        list.contains("gate:sbom,corvid,") && list.contains("\nA-15,corvid,"),
        "{list}"
    );
    assert!(!list.to_lowercase().contains("aldermoor"));
    let before = answer(root, &[]);
    assert_eq!(verdict(bidder(&before, "corvid"), "A-15"), "cannot_tell");
    let filled: String = list
        .lines()
        .map(|line| match line.starts_with("A-15,") {
            true => format!("{}yes,within a day\n", line.strip_suffix(',').unwrap()),
            false => format!("{line}\n"),
        })
        .collect();
    put(root, "corvid/answers.csv", filled);
    let after = answer(root, &[]);
    let corvid = bidder(&after, "corvid");
    assert_eq!(verdict(corvid, "A-15"), "partly_met");
    let rows = corvid["considerations"].as_array().unwrap();
    let ground = &rows.iter().find(|it| it["id"] == "A-15").unwrap()["grounds"][0];
    assert_eq!(ground["class"], "attested");
    assert_eq!(ground["document"], "corvid/answers.csv");
    assert_eq!(standing(corvid, "isao"), "unproven");
    // The same list, dropped among the files of another, answers nothing there.
    let list = fs::read(root.join("corvid/answers.csv")).unwrap();
    put(root, "aldermoor/answers.csv", list);
    let third = answer(root, &[]);
    assert_eq!(verdict(bidder(&third, "aldermoor"), "A-15"), "cannot_tell");
}

#[test]
fn the_printed_files_read_back_and_wrong_ones_are_refused_with_their_line() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    put(root, "acme/sbom.json", SBOM);
    for (verb, file) in [("profile", "own.toml"), ("event", "purchase.toml")] {
        let printed = lazaret(&["purchase", verb], root);
        assert_eq!(code(&printed), 0);
        put(root, file, &printed.stdout);
    }
    let own = root.join("own.toml").display().to_string();
    let answer = answer(root, &["--profile", &own]);
    assert_eq!(answer["title"], "Infusion pumps 2027");
    assert_eq!(bidder(&answer, "acme")["name"], "Acme Medical, Inc.");
    put(root, "bad.toml", "purchase_profile = 1\nversion = \"1\"\n[[gate]]\nid = 3\n");
    let bad = root.join("bad.toml").display().to_string();
    let refused = compare(root, &["--profile", &bad]);
    assert_eq!(code(&refused), 2);
    assert!(talk(&refused).contains("bad.toml, line 4"), "{}", talk(&refused));
    let empty = TempDir::new().unwrap();
    assert_eq!(code(&compare(empty.path(), &[])), 2);
    assert_eq!(code(&compare(&root.join("nothing"), &[])), 2);
}

#[test]
fn a_spreadsheet_gets_a_line_for_each_thing_and_no_formula() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "acme/=1+1.txt", "Hello\n");
    let shown = compare(folder.path(), &["--format", "csv"]);
    let text = text(&shown);
    assert!(
        text.starts_with("bidder,kind,id,title,verdict,why,fact,class,document,place\n")
    );
    assert_eq!(text.matches("\nacme,consideration,").count(), 64);
    assert!(text.contains("\nacme,gate,sbom,"), "{text}");
    let fields = text.lines().map(|line| line.split(',').next().unwrap());
    assert!(fields.skip(1).all(|field| field == "acme"));
}

#[test]
fn fail_on_says_what_counts() {
    #[track_caller]
    fn check(folder: &Path, on: &str, expected: i32) {
        let shown = compare(folder, &["--fail-on", on]);
        assert_eq!(code(&shown), expected, "{on}: {}", talk(&shown));
    }

    let folder = TempDir::new().unwrap();
    put(folder.path(), "acme/sbom.json", SBOM);
    check(folder.path(), "gate", 1);
    check(folder.path(), "unknown", 1);
    check(folder.path(), "contradiction", 0);
    check(folder.path(), "broken", 0);
    put(folder.path(), "acme/more.json", "{\"bomFormat\": \"CycloneDX\", ");
    check(folder.path(), "broken", 1);
}

/// Every real document is something: none brings the program down, and none is lost.
#[test]
fn real_documents_dropped_as_one_bid_are_all_told() {
    let Some(corpus) = corpus::corpus() else { return };
    let folder = TempDir::new().unwrap();
    let mut count = 0;
    for place in
        ["scanner-results", "openvex", "csaf-icsma", "people-exports", "firewalls"]
    {
        let Ok(entries) = fs::read_dir(corpus.join(place)) else { continue };
        for entry in entries.flatten().filter(|it| it.path().is_file()).take(40) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".zst") || name.ends_with(".zip") {
                continue;
            }
            put(
                folder.path(),
                &format!("acme/{place}/{name}"),
                fs::read(entry.path()).unwrap(),
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
    let answer = answer(folder.path(), &[]);
    let files = bidder(&answer, "acme")["files"].as_array().unwrap();
    assert_eq!(files.len(), count);
    let read = files.iter().filter(|it| it["fate"] == "read").count();
    assert!(read * 10 >= count * 6, "{read} of {count} were read");
}
