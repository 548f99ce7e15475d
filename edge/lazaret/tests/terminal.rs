//! What a person meets: width, colour, harmless text, one thing to do once, quiet, closed
//! pipes, completions and the manual.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot run the program has failed; one left out is said aloud"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

const ESCAPE: char = '\u{1b}';

/// A program run without the caller's own wishes about colour and width.
fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lazaret"));
    command.args(words).current_dir(folder).env("XDG_DATA_HOME", folder.join("data"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

fn lazaret(words: &[&str], folder: &Path) -> Output {
    command(words, folder).output().unwrap()
}

fn data(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn talk(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An advisory on every release of a pump up to `last`, fixed in `fix`.
fn advisory(id: &str, cve: &str, last: &str, fix: &str) -> String {
    let text = r#"{"document":{"csaf_version":"2.0","category":"csaf_security_advisory",
        "title":"Acme Pumps","publisher":{"name":"CISA","category":"coordinator",
        "namespace":"https://c"},"tracking":{"id":"ID","current_release_date":
        "2030-01-01T00:00:00Z","initial_release_date":"2030-01-01T00:00:00Z",
        "status":"final","version":"1"}},
        "product_tree":{"branches":[{"category":"vendor","name":"Acme Medical","branches":[
        {"category":"product_name","name":"Pumpline 900X","branches":[{"category":
        "product_version_range","name":"<= LAST","product":{"product_id":"p1","name":
        "Pumpline 900X: Versions LAST and prior"}}]}]}]},
        "vulnerabilities":[{"cve":"CVE","product_status":{"known_affected":["p1"]},
        "remediations":[{"category":"vendor_fix","details":"Update to version FIX.",
        "product_ids":["p1"]}]}]}"#;
    text.replace("\"CVE\"", &format!("\"{cve}\""))
        .replace("\"ID\"", &format!("\"{id}\""))
        .replace("LAST", last)
        .replace("FIX", fix)
}

const BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
    {"type":"library","name":"leaf\u001b]0;owned\u0007","version":"1.2.0\u009b2J",
     "purl":"pkg:npm/leaf@1.2.0"},
    {"type":"library","name":"输液泵控制器输液泵控制器输液泵控制器输液泵控制器输液泵控制器",
     "version":"1"},
    {"type":"library","name":"\u202eevil\u001b[2K"}]}"#;

const OSV: &str = r#"{"schema_version":"1.6.0","id":"GHSA-aaaa-bbbb-cccc",
    "modified":"2030-01-01T00:00:00Z","summary":"bad\u001b[31m thing",
    "affected":[{"package":{"ecosystem":"npm","name":"leaf"},"ranges":[{"type":"SEMVER",
    "events":[{"introduced":"0"},{"fixed":"1.3.0"}]}]}]}"#;

fn hospital(inventory: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let file =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("from")).unwrap();
    file("from/a.json", &advisory("ICSMA-30-001-01", "CVE-2030-0001", "2.1", "2.2"));
    file("from/b.json", &advisory("ICSMA-30-002-01", "CVE-2030-0002", "2.1", "2.2"));
    file("from/c.json", &advisory("ICSMA-30-003-01", "CVE-2030-0003", "2.2", "2.10"));
    file("from/osv.json", OSV);
    file("bom.json", BOM);
    file("devices.csv", inventory);
    let built = lazaret(&["feed", "build", "--index", "x", "from"], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    folder
}

const INVENTORY: &str = "asset tag,manufacturer,model,software version\n\
    A1,Acme,Pumpline 900X,2.0\nA2,ACME,Pumpline-900X,2.1\nA3,Acme,Pumpline 900X,2.2\n\
    B1,Acme,Pumpline 900X,\nB2,Acme,Pumpline 900X,\nB3,Acme,Pumpline 900X,\n";

const MATCH: [&str; 5] = ["device", "match", "devices.csv", "--index", "x"];

/// Every command that prints a page on these documents.
const PAGES: [&[&str]; 8] = [
    &MATCH,
    &["scan", "--index", "x", "bom.json"],
    &["scan", "--index", "x", "--group", "component", "bom.json"],
    &["affected", "--index", "x", "GHSA-aaaa-bbbb-cccc", "bom.json"],
    &["explain", "--index", "x", "bom.json", "GHSA-aaaa-bbbb-cccc"],
    &["feed", "status", "--index", "x"],
    &["sbom", "check", "bom.json"],
    &["sbom", "show", "bom.json"],
];

#[test]
fn one_update_that_closes_several_advisories_is_one_thing_to_do() {
    let folder = hospital(INVENTORY);
    let page = data(&lazaret(&MATCH, folder.path()));
    // Release 2.10 closes all three advisories, and A3 alone is past the first two.
    assert_eq!(page.matches("■ act now: update").count(), 0, "{page}");
    assert_eq!(page.matches(": update ").count(), 1, "{page}");
    assert!(page.contains(": update 3 devices to 2.10\n"), "{page}");
    for line in ["ICSMA-30-001-01 Acme Pumps: CVE-2030-0001", "A1, A2, A3"] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert!(page.contains("ICSMA-30-003-01 Acme Pumps: CVE-2030-0003"), "{page}");
    assert!(page.ends_with("doubt; 1 thing to do.\n"), "{page}");
}

#[test]
fn one_question_about_many_devices_is_asked_once() {
    let folder = hospital(INVENTORY);
    let page = data(&lazaret(&MATCH, folder.path()));
    assert_eq!(page.matches("Which version is it?").count(), 1, "{page}");
    assert!(page.contains("? Which version is it? (3 devices)"), "{page}");
    assert!(page.contains("B1, B2, B3"), "{page}");
    assert_eq!(page.matches("be reached from other zones?").count(), 1, "{page}");
    assert!(page.contains("a column `reachable` of the inventory"), "{page}");
}

#[test]
fn ages_and_counts_read_as_a_person_says_them() {
    let folder = hospital("asset tag,manufacturer,model\nZ1,Other,Thing\n");
    let status = data(&lazaret(&["feed", "status", "--index", "x"], folder.path()));
    assert!(status.contains("0 days") && !status.contains("daies"), "{status}");
    let page = data(&lazaret(&MATCH, folder.path()));
    let expected = "No device is affected and none is in doubt: 1 device compared with 3 \
                    device\n  advisories.\n";
    assert_eq!(page, expected);
}

#[test]
fn a_page_is_as_wide_as_it_is_asked_to_be_and_never_wider() {
    let folder = hospital(INVENTORY);
    #[track_caller]
    fn check(folder: &Path, stated: Option<&str>, width: usize) {
        for words in PAGES {
            let mut command = command(words, folder);
            if let Some(stated) = stated {
                command.env("COLUMNS", stated);
            }
            let page = data(&command.output().unwrap());
            let longest = page.lines().map(|line| line.width()).max();
            assert!(longest.unwrap() <= width, "{words:?} at {stated:?}\n{page}");
        }
    }

    check(folder.path(), None, 80);
    check(folder.path(), Some("20"), 80);
    check(folder.path(), Some("wide"), 80);
    check(folder.path(), Some("140"), 140);
    check(folder.path(), Some("100000"), 160);
    let wide = command(&MATCH, folder.path()).env("COLUMNS", "140").output().unwrap();
    assert!(data(&wide).lines().any(|line| line.width() > 80), "{}", data(&wide));
}

#[test]
fn nothing_that_a_document_says_moves_the_cursor_or_turns_the_text_round() {
    let inventory = format!(
        "{INVENTORY}C\u{9b}2J\u{1b}]52;c;eA==\u{7},Acme,Pumpline 900X,2.0\n\
         D,\u{1b}[2JAcme,Pumpline 900X\u{202e},\n"
    );
    let folder = hospital(&inventory);
    let name = "from/d\u{1b}[2J.json";
    fs::write(folder.path().join(name), "{").unwrap();
    let build: &[&str] = &["feed", "build", "--index", "y", "from"];
    for words in PAGES.into_iter().chain([build]) {
        let output = lazaret(words, folder.path());
        assert!(output.status.code().is_some_and(|code| code < 2), "{words:?}");
        for text in [data(&output), talk(&output)] {
            let bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!text.contains(bad), "{words:?}: {text:?}");
        }
    }
    let page = data(&lazaret(&MATCH, folder.path()));
    assert!(page.contains("C\u{fffd}2J"), "what was there is shown harmless: {page}");
}

#[test]
fn colour_is_asked_for_or_refused_and_says_nothing_that_words_do_not() {
    let folder = hospital(INVENTORY);
    let run = |words: &[&str], environment: &[(&str, &str)]| {
        let mut command = command(&[&MATCH, words].concat(), folder.path());
        data(&command.envs(environment.iter().copied()).output().unwrap())
    };
    let plain = run(&[], &[]);
    assert!(!plain.contains(ESCAPE));
    for (words, environment, painted) in [
        (&["--color", "always"][..], &[][..], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "auto"], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "")], false),
        (&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
    ] {
        let page = run(words, environment);
        assert_eq!(page.contains(ESCAPE), painted, "{words:?} {environment:?}");
        assert_eq!(anstream::adapter::strip_str(&page).to_string(), plain);
    }
    let wrong = lazaret(&[&MATCH[..], &["--color", "red"]].concat(), folder.path());
    assert_eq!(wrong.status.code(), Some(2));
    let json = lazaret(
        &[&MATCH[..], &["--color", "always", "--format", "json"]].concat(),
        folder.path(),
    );
    assert!(!data(&json).contains(ESCAPE), "data is never painted");
}

/// Runs a command line on a terminal of 140 columns; `None` where there is no `script`.
fn on_terminal(line: &str, folder: &Path) -> Option<String> {
    let line = format!("stty cols 140; {} {line}", env!("CARGO_BIN_EXE_lazaret"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        script.env_remove(name);
    }
    let script = script.env("TERM", "xterm").stdin(Stdio::null()).output();
    let Ok(output) = script else {
        eprintln!("skipped: there is no `script` to make a terminal");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).replace('\r', ""))
}

#[test]
fn a_terminal_gets_its_own_width_and_colour_unless_told_otherwise() {
    let folder = hospital(INVENTORY);
    let line = MATCH.join(" ");
    let Some(page) = on_terminal(&line, folder.path()) else { return };
    assert!(page.contains(ESCAPE), "{page}");
    let bare = anstream::adapter::strip_str(&page).to_string();
    assert!(bare.lines().any(|line| line.width() > 80), "{bare}");
    let quiet = on_terminal(&format!("{line} -q --color never"), folder.path()).unwrap();
    assert!(!quiet.contains(ESCAPE), "{quiet}");
    assert!(quiet.lines().all(|line| line.width() <= 140), "{quiet}");
    // A line on a terminal is no place for what a document hides in JSON either.
    let json = "scan --index x --format json bom.json --color never";
    let json = on_terminal(json, folder.path()).unwrap();
    assert!(!json.contains(['\u{9b}', '\u{202e}', ESCAPE]), "{json}");
    assert!(json.contains("\\u001b]0;owned"), "{json}");
}

#[test]
fn quiet_leaves_the_answer_and_the_warnings() {
    let folder = hospital(INVENTORY);
    let old = OSV.replace("2030-", "2020-");
    fs::write(folder.path().join("from/osv.json"), old).unwrap();
    for flag in ["-q", "--quiet"] {
        let built =
            lazaret(&["feed", "build", flag, "--index", "x", "from"], folder.path());
        assert_eq!(talk(&built), "");
        for words in [&MATCH[..], PAGES[1]] {
            let loud = lazaret(words, folder.path());
            let quiet = lazaret(&[words, &[flag]].concat(), folder.path());
            assert_eq!(quiet.stdout, loud.stdout);
            assert_eq!(quiet.status.code(), loud.status.code());
            assert!(talk(&loud).contains("help: "), "{}", talk(&loud));
            let said = talk(&quiet);
            assert!(said.starts_with("warning: the index is old"), "{said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        let missing = lazaret(&["scan", flag, "--index", "x", "no.json"], folder.path());
        assert_eq!(missing.status.code(), Some(2));
        assert!(talk(&missing).contains("no.json"), "{}", talk(&missing));
    }
}

#[test]
fn a_reader_that_goes_away_early_is_no_fault() {
    let rows: String =
        (0..20_000).map(|at| format!("D{at},Acme,Pumpline 900X,{at}\n")).collect();
    let folder = hospital(&format!("{INVENTORY}{rows}"));
    for format in ["table", "csv", "json"] {
        let words = [&MATCH[..], &["--format", format]].concat();
        let mut child = command(&words, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {}", talk(&output));
        assert!(!talk(&output).contains("error"), "{}", talk(&output));
    }
    for words in [&["man"][..], &["--help"], &["completions", "bash"]] {
        let mut child = command(words, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", talk(&output));
        assert_eq!(talk(&output), "");
    }
}

#[test]
fn a_command_ends_with_one_where_something_was_found_and_with_two_where_it_could_not() {
    let folder = hospital(INVENTORY);
    #[track_caller]
    fn check(folder: &Path, words: &[&str], code: i32) {
        let output = lazaret(words, folder);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", talk(&output));
        if code == 2 {
            assert_eq!(data(&output), "", "{words:?}");
            assert_ne!(talk(&output), "", "{words:?}");
        }
    }

    check(folder.path(), &MATCH, 1);
    check(folder.path(), &["scan", "--index", "x", "bom.json"], 1);
    let critical = ["scan", "--index", "x", "--fail-on", "critical", "bom.json"];
    check(folder.path(), &critical, 0);
    let unknown = ["scan", "--index", "x", "--fail-on", "unknown", "bom.json"];
    check(folder.path(), &unknown, 1);
    check(folder.path(), &["feed", "status", "--index", "x"], 0);
    check(folder.path(), &["feed", "status", "--index", "none"], 2);
    check(folder.path(), &["scan", "--index", "x", "none.json"], 2);
    check(folder.path(), &["sbom", "show", "devices.csv"], 2);
    check(folder.path(), &["scan"], 2);
    check(folder.path(), &["frobnicate"], 2);
    check(folder.path(), &[], 2);
    check(folder.path(), &["--version"], 0);
}

/// The commands below one, as its help lists them, and below those.
fn commands(above: &[String], found: &mut Vec<Vec<String>>) {
    let folder = std::env::temp_dir();
    let mut words: Vec<&str> = above.iter().map(String::as_str).collect();
    words.push("--help");
    let output = lazaret(&words, &folder);
    assert_eq!(output.status.code(), Some(0), "{above:?}");
    let help = data(&output);
    assert!(help.lines().all(|line| line.width() <= 100), "{help}");
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let rows = lines.take_while(|line| !line.is_empty());
    for row in rows.filter(|row| row.starts_with("  ") && !row.starts_with("   ")) {
        let mut words = row.split_whitespace();
        let name = words.next().unwrap().to_owned();
        assert!(words.next().is_some(), "`{name}` says what it does");
        let path = [above, &[name]].concat();
        found.push(path.clone());
        commands(&path, found);
    }
}

#[test]
fn every_command_is_in_the_manual_and_in_the_completions_of_every_shell() {
    let folder = TempDir::new().unwrap();
    let mut found = Vec::new();
    commands(&[], &mut found);
    for known in ["scan", "feed build", "sbom check", "device match", "term cvss", "man"]
    {
        assert!(found.iter().any(|path| path.join(" ") == known), "{known}: {found:?}");
    }
    let manual = data(&lazaret(&["man"], folder.path()));
    for path in &found {
        let verb = path.last().unwrap();
        let is_noun =
            found.iter().any(|other| other.len() > path.len() && other.starts_with(path));
        if !is_noun {
            let section = format!(".SH \"LAZARET {}\"", path.join(" ").to_uppercase());
            assert!(manual.contains(&section), "{section}");
        }
        let joined = path.join("__subcmd__");
        let shells = [
            ("bash", format!("lazaret__subcmd__{joined})")),
            ("zsh", format!("{verb}:")),
            ("fish", format!("-a \"{verb}\"")),
        ];
        for (shell, expected) in shells {
            let text = data(&lazaret(&["completions", shell], folder.path()));
            let known = text.contains(&expected)
                || text.contains(&expected.replace("__subcmd__", "__"));
            assert!(known, "{shell}: {expected}");
            assert!(text.contains("quiet") && text.contains("color"), "{shell}");
        }
    }
    for section in ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"] {
        assert!(manual.contains(section), "{section}");
    }
}

#[test]
fn each_shell_takes_its_completions() {
    let folder = TempDir::new().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let text = lazaret(&["completions", shell], folder.path()).stdout;
        let file = folder.path().join(shell);
        fs::write(&file, text).unwrap();
        match Command::new(shell).arg("-n").arg(&file).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", talk(&output)),
            Err(_) => eprintln!("skipped: there is no {shell} here"),
        }
    }
}
