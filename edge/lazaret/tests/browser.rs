//! The server in a real browser: what people do, from the first link to the audit log.
//!
//! `cargo xtask check` runs it, with `LAZARET_TEST_AXE` naming the file of axe-core.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it leaves out"
)]

mod every_page;
#[path = "browser/journeys.rs"]
mod journeys;
mod pictures;
mod webdriver;

use std::path::{Path, PathBuf};
use std::process::Command;

use webdriver::{Browser, Server};

const PASSWORD: &str = "a long sentence will do";

#[test]
fn a_house_is_set_up_lived_in_and_proved_in_a_browser() {
    let Some(axe) = std::env::var_os("LAZARET_TEST_AXE") else {
        eprintln!("skipped: `cargo xtask check` runs this with Chromium and axe-core");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &index(folder.path()));
    let browser = Browser::start(Path::new(&axe));
    let at = |path: &str| format!("{}{path}", server.address);

    set_up(&browser, &server.first_link);
    browser.click(".leave button");
    assert_eq!(browser.heading(), "Sign in");
    sign_in(&browser, &at("/people"));
    take_in(&browser, &server.address);
    look_around(&browser, &server.address);
    decide(&browser, &server.address);
    answer(&browser, &server.address);
    deliver(&browser, &server.address);
    lend(&browser, &server.address);
    keep_out(&browser, &server.address);
    grow(&browser, &at("/organisations"));
    let invitation = invite(&browser, &at("/people/invitation"));
    prove(&browser, &at("/audit"));
    browser.go(&at("/nowhere"));
    browser.examine("problem");
    browser.go(&at("/today"));
    browser.click(".leave button");
    accept(&browser, &invitation);

    let secret = server.first_link;
    browser.go(&secret);
    assert_eq!(browser.heading(), "This link does not work");
    server.process.end();
    verify(folder.path());
}

fn set_up(browser: &Browser, link: &str) {
    browser.go(link);
    assert_eq!(browser.heading(), "Set up Lazaret");
    browser.fill("organisation", "Invented Hospitals of the Northern Coast");
    browser.click("main button");
    assert!(browser.text().contains("Enter your name."), "{}", browser.text());
    let kept = browser.run("return document.querySelector('#organisation').value");
    assert_eq!(kept, "Invented Hospitals of the Northern Coast");
    browser.examine("first-run-faults");
    browser.fill("name", "Ada Example");
    browser.fill("address", "ada@hospital.example");
    browser.fill("password", PASSWORD);
    browser.examine("first-run");
    browser.click("main button");
    assert_eq!(browser.heading(), "Today");
    browser.examine("today");
}

fn sign_in(browser: &Browser, people: &str) {
    browser.go(people);
    assert_eq!(browser.heading(), "Sign in");
    browser.fill("address", "ada@hospital.example");
    browser.fill("password", "not the right sentence");
    browser.click("main button");
    assert!(browser.text().contains("No account has this address and password."));
    browser.examine("sign-in");
    browser.fill("password", PASSWORD);
    browser.click("main button");
    assert_eq!(browser.heading(), "People", "the sign-in leads back");
}

/// From the empty list over the file, the look at it and the confirmation to what it changed.
fn take_in(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/imports"));
    browser.examine("imports-empty");
    browser.click("main a.main");
    let advisory = root().join("fixtures/demo/advisories/amsa-2025-01.json");
    browser.choose("file", &advisory);
    browser.click("main button");
    assert!(
        browser.text().contains("Something is missing or wrong"),
        "{}",
        browser.text()
    );
    browser.examine("import-new-faults");
    let (file, devices) = inventory();
    browser.choose("file", &file);
    browser.click("main button");
    let told = format!("The file tells of {devices} devices, all of them new.");
    assert!(browser.text().contains(&told), "{}", browser.text());
    browser.examine("import-upload");
    browser.fill("name", "AIMS");
    browser.click("button[value=take]");
    // By itself, without reloading.
    browser.wait_for(&format!("{devices} devices are in: {devices} new."));
    browser.wait_for("See what touches your devices");
    browser.examine("import");
    browser.go(&format!("{server}/imports"));
    assert!(browser.text().contains(&format!("{devices} devices from 1 asset system")));
    browser.examine("imports");
    browser.go(&format!("{server}/today"));
    browser.wait_for("affected by a known flaw");
    browser.examine("today-judged");
    browser.go(&format!("{server}/devices"));
    browser.examine("devices");
}

/// One device, why it is judged so, an advisory, the feeds, and something to search for.
fn look_around(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/devices"));
    browser.click("tbody tr:first-child a");
    browser.examine("device");
    browser.go(&format!("{server}/advisories"));
    browser.examine("advisories");
    browser.click("tbody tr:first-child a");
    browser.examine("advisory");
    browser.go(&format!("{server}/search?q=nothing-of-the-kind"));
    browser.examine("search");
    browser.go(&format!("{server}/feeds"));
    assert!(browser.text().contains("follows no feed"), "{}", browser.text());
    browser.examine("feeds");
}

/// A question is answered wrongly, answered, and its answer taken back.
fn answer(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/questions"));
    browser.examine("questions");
    // What is asked about one product stands under its name.
    browser.click("tbody th[scope=row] a");
    browser.click("main form button.main");
    assert!(browser.text().contains("Choose an answer."), "{}", browser.text());
    browser.examine("question-faults");
    browser.run("document.querySelector('input[value=no]').checked = true");
    browser.fill("note", "looked at the panel");
    browser.click("main form button.main");
    assert!(browser.text().contains("looked at the panel"), "{}", browser.text());
    browser.examine("question-answered");
    browser.click("td button");
    assert!(browser.text().contains("taken back"), "{}", browser.text());
}

/// What is to be done is found, taken, and reported done.
fn decide(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/work"));
    browser.examine("work");
    browser.go(&format!("{server}/work?sort=-devices&kind=update"));
    browser.examine("work-filtered");
    browser.click("tbody tr:first-child a");
    browser.examine("action");
    browser.click(".acts button");
    assert!(browser.text().contains("sees to it"), "{}", browser.text());
    let unfold =
        "document.querySelectorAll('.acts details').forEach(one => one.open = true)";
    browser.run(unfold);
    browser.examine("action-open");
    browser.click(".acts details:nth-of-type(2) button");
    assert!(browser.text().contains("Enter a day"), "{}", browser.text());
    browser.examine("action-faults");
    browser.run(unfold);
    browser.fill("done_note", "Work order 4711");
    browser.click(".acts details:nth-of-type(3) button");
    assert!(browser.text().contains("Work order 4711"), "{}", browser.text());
    browser.examine("action-reported");
    browser.go(&format!("{server}/work/policy"));
    browser.examine("work-policy");
}

/// An SBOM is delivered, looked at, placed at a release, and shown.
fn deliver(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/products"));
    browser.examine("products-empty");
    browser.click("main a.main");
    browser.examine("bill-new");
    browser.choose("file", &root().join("fixtures/demo/sboms/meridian-400-2.1.cdx.json"));
    browser.click("main button");
    assert!(browser.text().contains("It lists 5 components"), "{}", browser.text());
    let keep = "main button.main";
    browser.fill("maker", "");
    browser.click(keep);
    assert!(browser.text().contains("Enter who makes it."), "{}", browser.text());
    browser.examine("bill-faults");
    browser.fill("maker", "Aldermoor Medical");
    browser.click(keep);
    assert_eq!(browser.heading(), "Aldermoor Medical Meridian 400 2.1");
    browser.examine("release");
    browser.go(&format!("{server}/products"));
    browser.examine("products");
    browser.click("tbody tr:first-child a");
    browser.examine("product");
}

/// A token is made, shown once, and taken back; and the API is described.
fn lend(browser: &Browser, server: &str) {
    browser.go(&format!("{server}/account"));
    browser.examine("account");
    browser.fill("name", "Nightly build");
    browser.click("main .form button.main");
    assert!(browser.text().contains("Choose at least one thing"), "{}", browser.text());
    browser.examine("account-faults");
    browser.run("document.querySelector('[name=permission-view_devices]').click()");
    browser.click("main .form button.main");
    assert_eq!(browser.heading(), "The token is ready");
    browser.examine("token");
    browser.go(&format!("{server}/account"));
    browser.examine("account-tokens");
    browser.click("td button");
    assert!(browser.text().contains("There are none."), "{}", browser.text());
    browser.go(&format!("{server}/api"));
    browser.run("document.querySelector('summary').click()");
    browser.examine("api");
    browser.go(&format!("{server}/settings"));
    assert!(!browser.text().contains('`'), "{}", browser.text());
    browser.examine("settings");
}

/// A second factor is set up, and taken away again.
fn keep_out(browser: &Browser, server: &str) {
    let page = format!("{server}/account/second-factor");
    browser.go(&page);
    browser.examine("second-factor");
    browser.fill("code", "no code");
    browser.click("main .form button.main");
    assert!(browser.text().contains("This code does not fit."), "{}", browser.text());
    browser.examine("second-factor-faults");
    let secret = browser.run("return document.querySelector('[name=secret]').value");
    let now = jiff::Timestamp::now();
    let code = operations::second_factor::shown_by_app(secret.as_str().unwrap(), now);
    browser.fill("code", &code.unwrap());
    browser.click("main .form button.main");
    assert_eq!(browser.heading(), "Your recovery codes");
    browser.examine("recovery-codes");
    browser.go(&page);
    browser.examine("second-factor-set-up");
    browser.go(&format!("{server}/confirm?next=/account"));
    browser.examine("confirm");
    browser.fill("password", PASSWORD);
    browser.click("main .form button.main");
    assert_eq!(browser.heading(), "Your account");
    browser.go(&page);
    browser.click("form[action$=taken-away] button");
    assert_eq!(browser.heading(), "Your account");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Real documents where they are at hand, else those of the demo.
fn shared(path: &str, demo: &str) -> PathBuf {
    let shared = std::env::var_os("LAZARET_SHARED")
        .map_or_else(|| root().join("../shared"), PathBuf::from);
    let real = shared.join(path);
    if real.exists() { real } else { root().join("fixtures/demo").join(demo) }
}

fn inventory() -> (PathBuf, usize) {
    let file = shared("gold/inventory.csv", "inventory.csv");
    let lines = std::fs::read_to_string(&file).unwrap().lines().count();
    (file, lines - 1)
}

fn index(folder: &Path) -> PathBuf {
    let file = folder.join("advisories.index");
    let built = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["feed", "build", "--quiet", "--index"])
        .arg(&file)
        .arg(shared("corpus/csaf-icsma", "advisories"))
        .status()
        .unwrap();
    assert!(built.success());
    file
}

fn grow(browser: &Browser, organisations: &str) {
    for name in ["Hospital of the Dunes", "Hospital at the Lighthouse"] {
        browser.go(organisations);
        browser.fill("name", name);
        browser.click("main .form button");
        assert!(browser.text().contains(name));
    }
    browser.examine("organisations");
}

fn invite(browser: &Browser, invitation: &str) -> String {
    browser.go(invitation);
    browser.examine("invitation");
    browser.fill("name", "Bob Example");
    browser.fill("address", "bob@hospital.example");
    browser.click("main button");
    assert_eq!(browser.heading(), "The invitation is ready");
    browser.examine("link");
    let link = browser.run("return document.querySelector('#link').value");
    browser.click("main p a");
    assert!(browser.text().contains("invited, no password yet"));
    browser.examine("people");
    browser.click("tbody tr:last-child a");
    browser.examine("person");
    link.as_str().unwrap().to_owned()
}

fn prove(browser: &Browser, audit: &str) {
    browser.go(audit);
    assert!(browser.text().contains("refuse sign-in"), "{}", browser.text());
    browser.examine("audit");
    browser.click("main a.main");
    assert_eq!(browser.heading(), "The log is whole");
    browser.examine("audit-verification");
    browser.go(&format!("{audit}/1"));
    assert!(browser.text().contains("This act is part of the log"));
    browser.examine("audit-proof");
}

fn accept(browser: &Browser, invitation: &str) {
    browser.go(invitation);
    assert_eq!(browser.heading(), "Choose a password");
    browser.examine("password");
    browser.fill("password", PASSWORD);
    browser.click("main button");
    assert_eq!(browser.heading(), "Today");
    let rail = browser.run("return document.querySelector('.rail').innerText");
    assert!(!rail.as_str().unwrap().contains("Audit"), "a viewer sees no audit: {rail}");
}

/// The log is whole without the server, too; one changed byte is found, and where.
fn verify(folder: &Path) {
    let verify = |key: &str| {
        Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(["audit", "verify", "--data"])
            .arg(folder.join("data"))
            .arg("--root-key")
            .arg(folder.join(key))
            .output()
            .unwrap()
    };
    let whole = verify("keys/root.key");
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    assert!(String::from_utf8(whole.stdout).unwrap().lines().count() == 2);
    let strange = verify("keys/other.key");
    assert_eq!(strange.status.code(), Some(2), "{strange:?}");

    let file = folder.join("data/lazaret.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let act = b"\"found organisation\"";
    // Pages that the database has given up may hold the row too.
    let held = bytes.windows(act.len()).enumerate();
    let held: Vec<usize> =
        held.filter(|(_, window)| window == act).map(|(at, _)| at).collect();
    assert!(!held.is_empty());
    for at in held {
        bytes[at + 1] = b'F';
    }
    std::fs::write(&file, bytes).unwrap();
    let changed = verify("keys/root.key");
    assert_eq!(changed.status.code(), Some(1), "{changed:?}");
    assert!(String::from_utf8(changed.stdout).unwrap().contains("leaf 0 was changed"));
}
