//! The journeys of the four users in a browser, in the sample house: each comes in by the link
//! that the program prints, and does what they come for.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::root;
use super::webdriver::{Browser, Running};

/// The sample house, and the links that it prints, each after what somebody comes for.
struct House {
    address: String,
    links: Vec<(String, String)>,
    process: Running,
}

impl House {
    fn open(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(["demo", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let process = Running::of(child);
        let (mut links, mut before) = (Vec::new(), String::new());
        for line in lines {
            let line = line.unwrap().trim().to_owned();
            match line.contains("/welcome/") {
                true => links.push((std::mem::take(&mut before), line)),
                false if line.is_empty() => before.clear(),
                false => before = format!("{before} {line}"),
            }
            if before.contains("until ctrl-c") {
                break;
            }
        }
        let address = links[0].1.split("/welcome/").next().unwrap().to_owned();
        Self { address, links, process }
    }

    /// Comes in as whoever asks that; who was in before leaves.
    fn enter(&self, browser: &Browser, asks: &str) {
        let link = self.links.iter().find(|(words, _)| words.contains(asks));
        let (_, link) = link.unwrap_or_else(|| panic!("{asks}: {:?}", self.links));
        browser.go(&self.at("/sign-in"));
        browser.go(link);
        browser.click("main button");
        assert_eq!(browser.heading(), "Today", "{asks}");
    }

    fn leave(&self, browser: &Browser) {
        browser.click(".leave button");
        assert_eq!(browser.heading(), "Sign in");
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

/// Fills a field with a day, whatever the browser's own way to write one.
fn day(browser: &Browser, name: &str, days: i64) {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    let day = then.strftime("%Y-%m-%d");
    browser.run(&format!("document.querySelector('[name={name}]').value = '{day}'"));
}

fn unfold(browser: &Browser) {
    browser.run(
        "document.querySelectorAll('.acts details').forEach(one => one.open = true)",
    );
}

/// The lead of the page.
fn lead(browser: &Browser) -> String {
    let lead = browser.run("return document.querySelector('.lead').innerText");
    lead.as_str().unwrap().to_owned()
}

/// How many rows the first table of the page has.
fn rows(browser: &Browser) -> u64 {
    let rows =
        browser.run("return document.querySelectorAll('main tbody')[0].rows.length");
    rows.as_u64().unwrap()
}

#[test]
fn each_of_the_four_users_does_what_they_come_for() {
    let Some(axe) = std::env::var_os("LAZARET_TEST_AXE") else {
        eprintln!("skipped: `cargo xtask check` runs this with Chromium and axe-core");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path());
    let browser = Browser::start(Path::new(&axe));
    engineer(&browser, &house);
    security_officer(&browser, &house);
    purchasing_officer(&browser, &house);
    product_security(&browser, &house, folder.path());
    what_a_maker_brought(&browser, &house);
    own_house(&browser, &house);
    house.process.end();
}

/// Types an asset number, reads the device, answers a question, reports something done, and
/// proposes to bear a risk.
fn engineer(browser: &Browser, house: &House) {
    house.enter(browser, "biomedical engineer");
    browser.run("document.querySelector('#search').value = 'HVG-10001'");
    browser
        .run("window.isLeft = true; document.querySelector('.search').requestSubmit()");
    browser.wait_for("Kite Track");
    assert!(browser.heading().contains("HVG-10001"), "{}", browser.heading());
    browser.go(&house.at("/questions"));
    browser.click("tbody a[href^='/questions/']");
    browser.run("document.querySelector('input[value=no]').checked = true");
    browser.fill("note", "read on the type plate");
    browser.click("main form button.main");
    assert!(browser.text().contains("read on the type plate"), "{}", browser.text());
    browser.go(&house.at("/work?kind=update"));
    browser.click("tbody tr:first-child a");
    unfold(browser);
    browser.fill("done_note", "Work order 4711");
    browser.click(".acts details:nth-of-type(3) button");
    assert!(browser.text().contains("Work order 4711"), "{}", browser.text());
    // Not what is the first thing of all: somebody else sees to that.
    browser.go(&house.at("/work?kind=mitigate"));
    browser.click("tbody tr:last-child a");
    unfold(browser);
    day(browser, "until", 60);
    browser.fill("risk_reason", "behind a firewall of its own");
    browser.click(".acts details:nth-of-type(4) button");
    assert!(browser.text().contains("waits for approval"), "{}", browser.text());
    house.leave(browser);
}

/// Reads Today, opens what is to be done now, plans it, approves a risk that somebody else
/// proposed, and keeps a list.
fn security_officer(browser: &Browser, house: &House) {
    house.enter(browser, "security officer of the health system");
    assert!(lead(browser).contains("today"), "{}", lead(browser));
    browser.click("main table tbody tr:first-child th a");
    unfold(browser);
    day(browser, "from", 2);
    day(browser, "to", 5);
    browser.click(".acts details:nth-of-type(2) button");
    assert!(browser.text().contains("planned from"), "{}", browser.text());
    browser.go(&house.at("/work?state=acceptance_proposed"));
    assert_eq!(rows(browser), 1);
    browser.click("tbody tr:first-child a");
    browser.click(".acts button.main");
    assert!(browser.text().contains("risk accepted until"), "{}", browser.text());
    browser.go(&house.at("/work?due=now&sort=-devices"));
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)");
    browser.fill("name", "Most devices first");
    browser.click("form[action='/work/views'] button");
    assert!(browser.text().contains("Most devices first"), "{}", browser.text());
    browser.examine("work-saved");
    browser.go(&house.at("/work?kind=ask_maker"));
    house.leave(browser);
}

/// Reads at which members something is due, opens one, and comes to its rows.
fn purchasing_officer(browser: &Browser, house: &House) {
    house.enter(browser, "contracting officer");
    assert!(lead(browser).contains("of your 5 members"), "{}", lead(browser));
    let text = browser.text();
    for told in ["Members touched", "Wrenfield Community", "Oakhanger Day Clinic"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    browser.examine("today-group");
    let first = "main table tbody tr:first-child";
    let due = browser
        .run(&format!("return document.querySelector('{first} td a').innerText"))
        .as_str()
        .unwrap()
        .to_owned();
    browser.click(&format!("{first} td a"));
    assert_eq!(browser.heading(), "Work");
    assert!(lead(browser).starts_with(&format!("{due} thing")), "{}", lead(browser));
    assert_eq!(rows(browser).to_string(), due);
    house.leave(browser);
}

/// A guest: reads Today, delivers an SBOM, states, and answers.
fn product_security(browser: &Browser, house: &House, folder: &Path) {
    house.enter(browser, "as a guest of the health system");
    assert!(lead(browser).contains("carry known flaws"), "{}", lead(browser));
    browser.examine("today-guest");
    browser.go(&house.at("/maker/products"));
    browser.examine("maker-products");
    browser.click("main a.main");
    browser.fill("version", "2.4");
    browser.click("main button");
    assert!(browser.text().contains("Choose the file"), "{}", browser.text());
    browser.examine("maker-sbom-faults");
    let sbom = root().join("fixtures/demo/sboms/meridian-400-2.1.cdx.json");
    browser.choose("file", &sbom);
    browser.click("main button");
    assert_eq!(browser.heading(), "Meridian 400 2.4");
    assert!(browser.text().contains("waits for the house"), "{}", browser.text());
    browser.examine("maker-release");
    browser.click("main a.other");
    let stated = folder.join("meridian.openvex.json");
    std::fs::write(&stated, VEX).unwrap();
    browser.choose("file", &stated);
    browser.click("main button");
    assert!(browser.text().contains("has not accepted it"), "{}", browser.text());
    browser.examine("maker-statement");
    browser.go(&house.at("/maker/questions"));
    browser.examine("maker-questions");
    browser.click("tbody tr:first-child a");
    browser.click("main form button");
    assert!(browser.text().contains("Enter your answer."), "{}", browser.text());
    browser.examine("maker-question-faults");
    browser.fill("answer", "Release 2.5 follows in spring.");
    browser.click("main form button");
    assert!(browser.text().contains("Release 2.5 follows in spring."));
    // There is nothing else to see.
    browser.go(&house.at("/devices"));
    assert_eq!(browser.heading(), "Not allowed");
    house.leave(browser);
}

/// What is stated of the release that was delivered.
const VEX: &str = r#"{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://aldermoor.example/vex/9",
  "author": "Aldermoor Medical",
  "timestamp": "2026-11-20T08:00:00Z",
  "version": 1,
  "statements": [{
    "vulnerability": { "name": "CVE-2018-25032" },
    "products": [{ "identifiers": { "cpe23": "cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*" } }],
    "status": "not_affected",
    "justification": "vulnerable_code_not_present"
  }]
}"#;

/// The house sees what waits, and puts the SBOM in force.
fn what_a_maker_brought(browser: &Browser, house: &House) {
    let asks = "administrator";
    house.enter(browser, asks);
    browser.go(&house.at("/products"));
    assert!(browser.text().contains("Makers delivered, and wait for you"));
    browser.examine("products-waiting");
    browser.run("for (const one of document.querySelectorAll('.hits a')) if (one.innerText === 'meridian-400-2.1.cdx.json') one.id = 'it'");
    browser.click("#it");
    browser.examine("release-waiting");
    browser.click("form[action$=in-force] button");
    assert!(browser.text().contains("from Aldermoor Medical through its own account"));
    browser.go(&house.at("/people/invitation"));
    browser.fill("name", "Rosa Example");
    browser.fill("address", "rosa@maker.example");
    browser.run("document.querySelector('[name=role]').value = 'supplier_guest'");
    browser.click("main button");
    house.leave(browser);
}

/// A maker in its own house.
fn own_house(browser: &Browser, house: &House) {
    house.enter(browser, "in its own house");
    assert!(lead(browser).contains("releases"), "{}", lead(browser));
    assert!(browser.text().contains("Releases without an SBOM"), "{}", browser.text());
    browser.examine("today-maker");
    browser.click("main table tbody tr:first-child th a");
    assert!(browser.heading().ends_with("in Meridian 400"), "{}", browser.heading());
    assert!(
        lead(browser).starts_with("2 customers have yet to hear"),
        "{}",
        lead(browser)
    );
    browser.examine("flaw-of-a-release");
    browser.run("document.querySelector('#customers li:first-child input').click()");
    browser.click("form.form button.main");
    assert!(lead(browser).starts_with("1 customer has yet to hear"), "{}", lead(browser));
    browser.click("main table tbody tr:first-child th a");
    assert!(browser.heading().starts_with("Aldermoor Medical Meridian 400"));
}
