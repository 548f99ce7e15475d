//! Every page of the list of routes, in the invented health system: found by the links that
//! lead to it, and examined. A new page fails this test until a link leads to it.

pub(crate) mod furniture;
mod ways;

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use operations::App;
use serde_json::json;
use store::{RootKey, Store};
use web::{House, Transport};

use crate::webdriver::{Browser, Running};

/// What is not visited, and why.
const LEFT_OUT: [(&str, &str); 40] = [
    ("/reports/posture/file", "a file"),
    ("/reports/board/file", "a file"),
    ("/reports/pack/file", "a file"),
    ("/reports/suppliers/{supplier}/file", "a file"),
    ("/reports/posture/pdf", "a file"),
    ("/reports/board/pdf", "a file"),
    ("/reports/suppliers/{supplier}/pdf", "a file"),
    ("/reports/purchases/{purchase}/file", "a file"),
    ("/reports/purchases/{purchase}/pdf", "a file"),
    ("/evidence/{evidence}/file", "a file"),
    ("/posture/oscal/{model}", "a file"),
    ("/suppliers/{supplier}/documents/{original}", "a file"),
    ("/purchases/profile.toml", "a file"),
    ("/purchases/{purchase}/files/{file}", "a file"),
    ("/purchases/{purchase}/record", "a file"),
    ("/purchases/{purchase}/bidders/{bidder}/questions.csv", "a file"),
    ("/purchases/{purchase}/bidders/{bidder}/questions.xlsx", "a file"),
    ("/imports/{import}/file", "a file"),
    ("/imports/{import}/complaints.csv", "a file"),
    ("/imports/sources/{source}/devices.csv", "a file"),
    ("/imports/sources/{source}/devices.xlsx", "a file"),
    ("/products/documents/{bill}", "a file"),
    ("/products/statements/{document}/file", "a file"),
    ("/devices/export", "a file"),
    ("/questions/export", "a file"),
    ("/customers/questions/export", "a file"),
    ("/work/export", "a file"),
    ("/assets/{name}", "a file"),
    ("/imports/{import}/events", "a stream of events"),
    ("/judging/events", "a stream of events"),
    ("/settings/export/events", "a stream of events"),
    ("/api/openapi", "JSON alone"),
    ("/api/version", "JSON alone"),
    ("/health", "JSON alone"),
    ("/ready", "JSON alone"),
    ("/sign-in/provider", "leads to an identity provider"),
    ("/sign-in/provider/return", "an identity provider leads here"),
    ("/confirm/provider", "leads to an identity provider"),
    ("/account/identity", "leads to an identity provider"),
    ("/password/{secret}/provider", "leads to an identity provider"),
];

/// What opens with a secret to which no page leads, and who looks at it instead.
const ELSEWHERE: [(&str, &str); 5] = [
    ("/confirm/form/{secret}", "waits while somebody is at an identity provider"),
    ("/maker/statements/{document}", "a maker is led there by what it has stated itself"),
    ("/welcome/{secret}", "this test begins with it"),
    ("/first-run/{secret}", "the journey beside this one begins with it"),
    ("/digest/stop/{secret}", "stands in mails; what is shown without one is visited"),
];

/// Where the same page looks otherwise: filtered, sorted, empty, wrong, with longest names.
const ALSO: [(&str, &str); 18] = [
    ("suppliers-filtered", "/suppliers?gate=blocked&sort=raised"),
    ("suppliers-none", "/suppliers?q=nothing-of-the-kind"),
    ("devices-none", "/devices?q=nothing-of-the-kind"),
    ("devices-filtered", "/devices?verdict=affected&sort=-priority"),
    ("devices-longest", "/devices?q=Longest"),
    ("work-filtered", "/work?kind=update&sort=-devices"),
    ("work-none", "/work?ward=nowhere"),
    ("search-devices", "/search?q=Meridian"),
    ("search-longest", "/search?q=Longest"),
    ("search-udi", "/search?q=(01)00889842002669(21)A12345(17)301231"),
    ("search-none", "/search?q=nothing-of-the-kind"),
    ("search-component", "/search?q=openssl"),
    ("components-found", "/components?q=openssl"),
    ("questions-found", "/questions?q=Windows"),
    ("problem-nowhere", "/nowhere"),
    ("problem-device", "/devices/999999"),
    ("problem-secret", "/welcome/0000"),
    ("digest-stop", "/digest/stop/0000"),
];

/// Pages that are about something only with what their address asks.
const ASKING: [(&str, &str); 1] =
    [("/components/one", "key=openssl%3Aopenssl&version=1.0.1e")];

/// A page that is about what was put into the house, to which that leads.
const FURNISHED: &str = "/mds2/compare";

#[test]
fn every_page_can_be_reached_and_read_by_everybody() {
    let Some(axe) = std::env::var_os("LAZARET_TEST_AXE") else {
        eprintln!("skipped: `cargo xtask check` runs this with Chromium and axe-core");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let browser = Browser::start(Path::new(&axe));

    browser.go(demo.link("administrator"));
    browser.examine("welcome");
    browser.click("main button");
    let known = furniture::furnish(&browser, &demo.address, folder.path());
    let mut tour = Tour::new(paths(folder.path()));
    known.iter().for_each(|address| tour.meet(address));
    tour.walk(&browser, &demo.address, Side::House);
    for (name, path) in ALSO {
        browser.go(&format!("{}{path}", demo.address));
        browser.examine(name);
    }
    ways::by_keyboard(&browser, &demo.address);
    ways::without_script(&browser, &demo.address);
    let others = demo.links.iter().filter(|(who, _)| !who.contains("administrator"));
    for (number, (who, link)) in others.enumerate() {
        browser.go(&format!("{}/today", demo.address));
        browser.click(".leave button");
        browser.go(link);
        browser.click("main button");
        assert_eq!(browser.heading(), "Today");
        browser.examine(&format!("today-of-{number}"));
        if who.contains("guest") {
            tour.walk(&browser, &demo.address, Side::Guest);
        } else if who.contains("own house") {
            tour.walk(&browser, &demo.address, Side::Maker);
        }
    }
    tour.end();
}

/// The invented health system, served, with the links that it prints and for whom each is.
pub(crate) struct Demo {
    pub(crate) address: String,
    links: Vec<(String, String)>,
    _process: Running,
}

impl Demo {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(["demo", "--listen", "127.0.0.1:0", "--folder"])
            .arg(folder.join("demo"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let (mut links, mut who) = (Vec::new(), String::new());
        loop {
            let line = said.next().expect("the demo says its links").unwrap();
            if line.contains("/welcome/") {
                links.push((std::mem::take(&mut who), line.trim().to_owned()));
            } else {
                who = format!("{who} {}", line.trim());
            }
            if line.contains("until ctrl-c") {
                break;
            }
        }
        let address = links[0].1.split("/welcome/").next().unwrap().to_owned();
        Self { address, links, _process: Running(process) }
    }

    /// The link of whoever is called so.
    #[track_caller]
    pub(crate) fn link(&self, words: &str) -> &str {
        let mut links = self.links.iter().rev();
        &links.find(|(who, _)| who.contains(words)).expect(words).1
    }
}

/// The list of routes, as a house of its own tells it.
fn paths(folder: &Path) -> Vec<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let url = format!("sqlite:{}", folder.join("list.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = App::new(store, folder, jiff::Timestamp::now);
        web::paths(&House::new(app, Transport::Loopback, |_| {}))
    })
}

/// Who goes: a maker's guest has pages of their own, and sees no others; customers ask a maker
/// in its own house alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    House,
    Guest,
    Maker,
}

impl Side {
    fn of(path: &str) -> Self {
        match path {
            path if path.starts_with("/maker/") => Self::Guest,
            path if path.starts_with("/customers/") => Self::Maker,
            _ => Self::House,
        }
    }
}

/// Which routes there are, and at which address each was met.
struct Tour {
    paths: Vec<&'static str>,
    met: BTreeMap<&'static str, String>,
    waiting: VecDeque<&'static str>,
}

impl Tour {
    fn new(paths: Vec<&'static str>) -> Self {
        for (path, why) in LEFT_OUT.iter().chain(&ELSEWHERE) {
            assert!(paths.contains(path), "{path} is left out ({why}), and is no route");
        }
        let plain = paths.iter().copied().filter(|path| {
            !path.contains('{')
                && *path != FURNISHED
                && !ASKING.iter().any(|(asking, _)| asking == path)
        });
        let plain: Vec<&str> = plain.collect();
        let mut tour = Self { paths, met: BTreeMap::new(), waiting: VecDeque::new() };
        plain.into_iter().for_each(|path| tour.meet(path));
        ASKING.iter().for_each(|(path, query)| tour.meet(&format!("{path}?{query}")));
        tour
    }

    /// The route that answers an address.
    fn route(&self, address: &str) -> Option<&'static str> {
        let plain = address.split(['?', '#']).next()?;
        let plain = plain.strip_suffix(".json").unwrap_or(plain);
        let asked: Vec<&str> = plain.split('/').collect();
        let answers = |path: &&&str| {
            let own: Vec<&str> = path.split('/').collect();
            own.len() == asked.len()
                && own
                    .iter()
                    .zip(&asked)
                    .all(|(own, asked)| own.starts_with('{') || own == asked)
        };
        // A word weighs more than a place for one, as in the router.
        self.paths
            .iter()
            .filter(answers)
            .min_by_key(|path| path.matches('{').count())
            .copied()
    }

    /// Remembers where a link leads.
    #[track_caller]
    fn meet(&mut self, address: &str) {
        let Some(path) = self.route(address) else {
            panic!("nothing answers the link to {address}")
        };
        let is_left_out = LEFT_OUT.iter().any(|(left, _)| *left == path);
        if !is_left_out && !self.met.contains_key(path) {
            self.met.insert(path, address.to_owned());
            self.waiting.push_back(path);
        }
    }

    /// Goes wherever a link leads.
    fn walk(&mut self, browser: &Browser, house: &str, side: Side) {
        while let Some(at) = self.waiting.iter().position(|path| Side::of(path) == side) {
            let path = self.waiting.remove(at).unwrap();
            browser.go(&format!("{house}{}", self.met[path]));
            let status = browser.run(
                "return performance.getEntriesByType('navigation')[0].responseStatus",
            );
            assert_eq!(status, json!(200), "{path}: {}", browser.text());
            browser.examine(&named(path));
            let links = "return [...document.querySelectorAll('a[href^=\"/\"]')]\
                .map(link => link.getAttribute('href'))";
            for link in browser.run(links).as_array().unwrap() {
                self.meet(link.as_str().unwrap());
            }
        }
    }

    /// Is surprised where no link led.
    fn end(&self) {
        let mut expected = self.paths.iter().filter(|path| {
            !LEFT_OUT.iter().chain(&ELSEWHERE).any(|(left, _)| left == *path)
        });
        let lost = expected.find(|path| !self.met.contains_key(*path));
        assert_eq!(lost, None, "no link leads there, from no page");
    }
}

/// A route as the name of a picture.
fn named(path: &str) -> String {
    let words: Vec<&str> = path
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    format!("page-{}", words.join("-"))
}
