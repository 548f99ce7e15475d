//! What people have done in a house before somebody looks at its pages: so that no page is
//! empty that is full in a hospital.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::webdriver::Browser;

/// As long as a register lets a maker's name be, with and without a place to break it.
const LONGEST: &str = "Longest Name Of A Maker Of Medical Devices That Anybody Has Ever Written \
    Into A Register Of Assets Gesellschaft mit beschraenkter Haftung und Compagnie \
    Kommanditgesellschaft Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft";

/// Opens every form that is folded away.
const OPEN: &str =
    "document.querySelectorAll('main details').forEach(one => one.open = true)";

/// Does what people do, and looks at what each of it leads to; gives the addresses of what is
/// fullest, and those to which no link leads since they hold a secret or wait for somebody.
pub(super) fn furnish(browser: &Browser, house: &str, folder: &Path) -> Vec<String> {
    let at = |path: &str| format!("{house}{path}");
    take_in(browser, house, folder);
    let waiting = deliver(browser, house, folder);
    let [release, statement] = state(browser, house, folder);
    let forms = compare_forms(browser, house);
    let bid = purchase(browser, house);
    webhook(browser, house, LONGEST[..78].trim());
    let action = decide(browser, house);
    let question = answer(browser, &at("/questions"));
    lend(browser, house);
    let password = invite(browser, &at("/people/invitation"));
    vec![waiting, release, statement, forms, bid, action, question, password]
}

fn written(folder: &Path, name: &str, content: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, content).unwrap();
    file
}

/// Chooses what says these words in a list to choose from.
#[track_caller]
fn choose(browser: &Browser, name: &str, words: &str) {
    let script = format!(
        "const list = document.querySelector('select[name=\"{name}\"]');\
         const one = [...list.options].find(one => one.text.includes({words}));\
         if (one) list.value = one.value; return Boolean(one)",
        words = json!(words)
    );
    assert_eq!(browser.run(&script), json!(true), "{words} in {name}");
}

/// Types where the browser would rather have a picker used.
#[track_caller]
fn put(browser: &Browser, name: &str, text: &str) {
    let script = format!(
        "document.querySelector('main [name=\"{name}\"]').value = {}",
        json!(text)
    );
    browser.run(&script);
}

/// An inventory with the longest names and with complaints is taken in, and one more waits.
fn take_in(browser: &Browser, house: &str, folder: &Path) {
    let heads = "Asset Tag,Manufacturer,Model,Description,SW Version,Serial No,Department,In Service Date,IP Address\n";
    let rows = format!(
        "LONGEST-00000000000000000000000000000000000000000000000000000000000001,{LONGEST},{LONGEST},{LONGEST},{version},{serial},{LONGEST},2019-02-31,300.1.2.3\n\
         L-2,Longest,L 2,Pump,1.0,L2,Ward 2A,2019-02-03,\n\
         L-2,Longest,L 2,Pump,1.0,L2,Ward 2A,2019-02-03,\n\
         ,,,,,,,,\n\
         L-3,Longest,,,,,,yesterday,10.0.0.1\n",
        version =
            "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16-build.20260101.0123456789abcdef",
        serial = "S".repeat(90),
    );
    let file = written(folder, "longest.csv", &format!("{heads}{rows}"));
    browser.go(&format!("{house}/imports/new"));
    choose(browser, "organisation", "Thornbury");
    browser.choose("file", &file);
    browser.click("main button");
    browser.examine("upload");
    browser.fill("name", "The register of everything with the longest of all names");
    browser.click("button[value=take]");
    browser.wait_for("devices are in");
    look_at_inventory(browser, house, folder);
}

/// An inventory is delivered and looked at, and taken in by nobody; gives where it waits.
pub(crate) fn look_at_inventory(browser: &Browser, house: &str, folder: &Path) -> String {
    let heads = "Asset Tag,Manufacturer,Model,Description,SW Version,Serial No,Department,In Service Date,IP Address\n";
    let rows = "W-1,Aldermoor Medical,Meridian 400,Infusion pump,2.1,MER100001,ICU,2020-01-01,10.20.0.14\n\
         W-2,Aldermoor Medical,Meridian 400,Infusion pump,2.3,MER100002,ICU,2020-01-01,10.20.0.15\n\
         W-3,Halberd Biosystems,CardioView 5,Central station,5.2,CAR200001,Emergency,2021-02-31,10.20.0.16\n";
    let waiting = written(folder, "new-wing.csv", &format!("{heads}{rows}"));
    browser.go(&format!("{house}/imports/new"));
    choose(browser, "organisation", "Thornbury");
    browser.choose("file", &waiting);
    browser.click("main button");
    browser.place()
}

/// The SBOM of a later release is kept, and one more waits; gives where it does.
pub(crate) fn deliver(browser: &Browser, house: &str, folder: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo/sboms");
    let old = std::fs::read_to_string(root.join("meridian-400-2.1.cdx.json")).unwrap();
    let new = old.replace("\"2.1\"", "\"2.3\"").replace("1.0.1e", "1.0.2u");
    let new = new.replace("000000197975", "000000197976");
    let file = written(folder, "meridian-400-2.3.cdx.json", &new);
    let new = format!("{house}/products/bills/new");
    browser.go(&new);
    choose(browser, "organisation", "Harrow Vale Health");
    browser.choose("file", &file);
    browser.click("main button");
    browser.examine("bill");
    browser.click("main form button.main");
    assert_eq!(browser.heading(), "Aldermoor Medical Meridian 400 2.3");
    browser.go(&new);
    let waiting =
        written(folder, "waiting.cdx.json", &old.replace("Meridian 400", LONGEST));
    browser.choose("file", &waiting);
    browser.click("main button");
    browser.place()
}

/// An MDS2 form is taken in force beside the one that is there, and both are compared; gives
/// where they stand side by side.
fn compare_forms(browser: &Browser, house: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2");
    browser.go(&format!("{house}/mds2/new"));
    choose(browser, "organisation", "Harrow Vale Health");
    browser.choose("file", &root.join("drip-dirty.xlsx"));
    browser.click("main button");
    browser.examine("form-placed");
    browser.click("main form button.main");
    browser.go(&format!("{house}/mds2"));
    browser.run(
        "document.querySelectorAll('main input[name=form]').forEach(one => one.checked = true)",
    );
    browser.click("main form button.other");
    assert_eq!(browser.heading(), "MDS2 forms side by side");
    browser.place()
}

/// A purchase is begun, and somebody bids with a file; gives where the bid is.
fn purchase(browser: &Browser, house: &str) -> String {
    browser.go(&format!("{house}/purchases/new"));
    choose(browser, "organisation", "Harrow Vale Health");
    browser.fill("title", "Infusion pumps");
    choose(browser, "tier", "life-sustaining");
    browser.click("main form button.main");
    browser.examine("purchase-without-bidders");
    let purchase = browser.place();
    browser.go(&format!("{house}{purchase}/bidders/new"));
    browser.fill("name", "Aldermoor Medical, Inc.");
    browser.fill("product", "Meridian 500");
    browser.click("main form button.main");
    let bid = browser.place();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/purchase");
    browser.go(&format!("{house}{bid}/files/new"));
    browser.choose("file", &root.join("aldermoor/mds2.csv"));
    browser.click("main form button.main");
    browser.run(OPEN);
    browser.examine("bid");
    bid
}

/// What the maker states is kept and accepted; gives the release, and what was stated of it.
pub(crate) fn state(browser: &Browser, house: &str, folder: &Path) -> [String; 2] {
    browser.go(&format!("{house}/products"));
    follow(browser, "Meridian 400");
    follow(browser, "2.1");
    let release = browser.place();
    follow(browser, "Deliver statements");
    let stated = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://aldermoor.example/vex/1",
        "author": "Product security of Aldermoor Medical",
        "timestamp": "2026-03-12T08:00:00Z",
        "version": 1,
        "statements": [
            { "vulnerability": { "name": "CVE-2022-37434" },
              "products": [{ "@id": "cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*",
                  "identifiers": { "cpe23": "cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*" } }],
              "status": "not_affected",
              "justification": "vulnerable_code_not_in_execute_path",
              "impact_statement": "The pump never reads headers of gzip." },
            { "vulnerability": { "name": "CVE-2014-0160" },
              "products": [{ "@id": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*",
                  "identifiers": { "cpe23": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*" } }],
              "status": "affected", "action_statement": "Update to 2.3." },
        ],
    });
    let file = written(folder, "statements.openvex.json", &stated.to_string());
    browser.choose("file", &file);
    browser.click("main button.main");
    browser.examine("statement");
    browser.run("document.querySelector('main input[type=checkbox]').checked = true");
    browser.fill("reason", "Signed by the maker; read by two of us.");
    browser.click("main form button.main");
    browser.examine("statement-accepted");
    [release, browser.place()]
}

/// Follows the first link with these words.
#[track_caller]
fn follow(browser: &Browser, words: &str) {
    let script = format!(
        "const all = [...document.querySelectorAll('main a')];\
         const one = all.find(one => one.innerText.trim() === {words})\
           || all.find(one => one.innerText.includes({words}));\
         if (one) one.id = 'followed'; return Boolean(one)",
        words = json!(words)
    );
    assert_eq!(browser.run(&script), json!(true), "{words}: {}", browser.text());
    browser.click("#followed");
}

/// Somebody else is told; nothing is there to listen.
pub(crate) fn webhook(browser: &Browser, house: &str, name: &str) {
    browser.go(&format!("{house}/settings/webhooks/new"));
    browser.click("main .form button.main");
    browser.examine("webhook-faults");
    browser.fill("name", name);
    browser.fill("url", "https://siem.hospital.example/hooks/of/a/very/long/address/0123456789abcdef0123456789abcdef0123456789abcdef");
    browser.run("document.querySelectorAll('main [type=checkbox]').forEach(one => one.checked = true)");
    browser.click("main .form button.main");
    browser.examine("webhook-secret");
    browser.go(&format!("{house}/settings/webhooks"));
    follow(browser, name);
    browser.click("form[action$=test] button");
    browser.examine("webhook-tested");
}

/// One thing to do is accepted for a time, one planned, one reported done, one analysed; gives
/// the last.
fn decide(browser: &Browser, house: &str) -> String {
    let go = |number: usize| {
        browser.go(&format!("{house}/work?sort=-devices"));
        let script = format!(
            "document.querySelectorAll('.rows tbody th a')[{number}].id = 'followed'"
        );
        browser.run(&script);
        browser.click("#followed");
        browser.run(OPEN);
    };
    go(0);
    browser.click("form[action$=acceptance] button");
    browser.examine("action-acceptance-faults");
    browser.run(OPEN);
    put(browser, "until", "2027-06-30");
    put(
        browser,
        "risk_reason",
        "The pumps stand in a network of their own until the maker's update is approved.",
    );
    browser.click("form[action$=acceptance] button");
    browser.examine("action-accepted");
    go(1);
    put(browser, "from", "2026-12-05");
    put(browser, "to", "2026-12-06");
    put(browser, "plan_note", "CHG-2047");
    browser.click("form[action$=window] button");
    browser.examine("action-planned");
    go(2);
    put(browser, "done_note", "Work order 4711");
    browser.click("form[action$=report] button");
    analyse(browser, house)
}

/// The first thing of which the organisation may say itself that it is not affected.
fn analyse(browser: &Browser, house: &str) -> String {
    browser.go(&format!("{house}/work"));
    let links =
        "return [...document.querySelectorAll('.rows tbody th a')].map(one => one.href)";
    let links = browser.run(links);
    let field = "return Boolean(document.querySelector('[name=found]'))";
    let found = links.as_array().unwrap().iter().take(40).any(|link| {
        browser.go(link.as_str().unwrap());
        browser.run(field) == json!(true)
    });
    assert!(found, "something can be analysed");
    browser.run(OPEN);
    browser.click("form[action$=analysis] button");
    browser.examine("action-analysis-faults");
    browser.run(OPEN);
    choose(browser, "justification", "in execute path");
    put(
        browser,
        "found",
        "The service is not started on our devices: looked at on 10023 and 10024.",
    );
    browser.click("form[action$=analysis] button");
    browser.examine("action-analysed");
    browser.place()
}

fn answer(browser: &Browser, questions: &str) -> String {
    browser.go(questions);
    browser.click("tbody tr:first-child th a");
    browser.run("document.querySelector('input[value=no]').checked = true");
    browser.fill("note", "looked at the panel");
    browser.click("main form button.main");
    browser.examine("question-answered-here");
    browser.place()
}

/// A token is made, and a list of devices is kept.
fn lend(browser: &Browser, house: &str) {
    browser.go(&format!("{house}/account"));
    browser.fill(
        "name",
        "Nightly build of the longest name that somebody has given to a token",
    );
    browser.run("document.querySelector('[name=permission-view_devices]').click()");
    browser.click("main form[action$=tokens] button.main");
    browser.go(&format!("{house}/devices?verdict=affected"));
    browser
        .run("document.querySelectorAll('main details').forEach(one => one.open = true)");
    browser.fill("name", "What is affected");
    browser.click("form[action='/devices/views'] button");
    browser
        .run("document.querySelectorAll('main details').forEach(one => one.open = true)");
    browser.examine("devices-kept");
}

/// Somebody is invited; gives where they choose a password.
fn invite(browser: &Browser, invitation: &str) -> String {
    browser.go(invitation);
    browser.fill("name", &LONGEST[..90]);
    browser.fill("address", &format!("{}@hospital.example", "longest".repeat(8)));
    browser.click("main form button");
    let link =
        browser.run("return new URL(document.querySelector('#link').value).pathname");
    link.as_str().unwrap().to_owned()
}
