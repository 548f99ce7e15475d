//! The invented hospital, judged whole: the first thing that a new user sees.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot run the program has failed"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

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
    let (code, said, talk) = lazaret(folder.path(), &["demo", "--no-server"]);
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
    let (code, _, talk) = lazaret(folder.path(), &["demo", "--no-server"]);
    assert_eq!(code, 2, "{talk}");
    assert!(talk.contains("inventory.csv is there already") && talk.contains("--folder"));
    assert_eq!(std::fs::read(own.join("inventory.csv")).unwrap(), b"mine");
    assert!(!own.join("advisories").exists());
    let (code, _, talk) =
        lazaret(folder.path(), &["demo", "--no-server", "--folder", "other"]);
    assert_eq!(code, 0, "{talk}");
    let (code, _, talk) =
        lazaret(folder.path(), &["demo", "--no-server", "--folder", "other"]);
    assert_eq!(code, 0, "its own folder is taken again: {talk}");
}

/// The sample house, until the test ends.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Serves the sample, and gives back the links that it prints.
fn serve(folder: &std::path::Path) -> (Served, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut links = Vec::new();
    for line in lines {
        let line = line.unwrap();
        if line.contains("/welcome/") {
            links.push(line.trim().to_owned());
        }
        if line.contains("until ctrl-c") {
            break;
        }
    }
    (Served(child), links)
}

/// One request of HTTP/1.1: the head and the body of the answer.
fn ask(method: &str, url: &str, head: &str) -> (String, String) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{head}Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    (head.to_owned(), body.to_owned())
}

#[test]
fn the_sample_house_has_five_thousand_devices_and_lets_each_role_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let (served, links) = serve(folder.path());
    assert_eq!(links.len(), 9, "{links:?}");
    let first = links.first().unwrap();
    assert!(ask("GET", first, "").1.contains("Look around"));
    let (head, _) = ask("POST", first, "");
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    let house = first.split("/welcome/").next().unwrap();
    // A purchase is under way, which the health system buys along.
    let (_, purchases) = ask("GET", &format!("{house}/purchases.json"), &cookie);
    assert!(purchases.contains("Infusion pumps for four hospitals"), "{purchases}");
    assert!(purchases.contains("\"bidders\":3"), "{purchases}");
    let (_, devices) = ask("GET", &format!("{house}/devices.json"), &cookie);
    let body = devices.find('{').map_or("", |at| devices.get(at..).unwrap_or_default());
    assert!(body.contains("5000"), "{}", body.get(..600).unwrap_or(body));
    // It works once.
    assert!(ask("POST", first, "").0.starts_with("HTTP/1.1 410"));
    drop(served);

    // The house is there already, and has links of its own again.
    let (_served, again) = serve(folder.path());
    assert_eq!(again.len(), 9);
    assert!(again.iter().all(|link| !links.contains(link)));
}
