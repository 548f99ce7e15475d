//! The pictures of the user's guide, taken in the invented health system. `cargo xtask guide`
//! runs this.
//!
//! Devices, numbers and names are the same each time, since the system is; times of the day and
//! ages are those of the day on which the pictures are taken.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::every_page::{Demo, furniture};
use crate::webdriver::Browser;

/// A page, and how much of it from the top is shown.
struct Picture {
    name: &'static str,
    path: &'static str,
    height: u32,
}

const fn picture(name: &'static str, path: &'static str, height: u32) -> Picture {
    Picture { name, path, height }
}

/// What the security officer of the health system sees.
const OF_SECURITY: [Picture; 5] = [
    picture("today", "/today", 1180),
    picture("work", "/work", 900),
    picture("devices", "/devices?verdict=affected", 900),
    picture("questions", "/questions", 900),
    picture("feeds", "/feeds", 560),
];

/// What the administrator sees.
const OF_ADMINISTRATOR: [Picture; 3] = [
    picture("policy", "/work/policy", 620),
    picture("people", "/people", 700),
    picture("second-factor", "/account/second-factor", 760),
];

#[test]
fn the_pictures_of_the_guide_are_taken() {
    let Some(folder) = std::env::var_os("LAZARET_GUIDE_PICTURES").map(PathBuf::from)
    else {
        eprintln!("skipped: `cargo xtask guide` takes the pictures");
        return;
    };
    let temporary = tempfile::tempdir().unwrap();
    let demo = Demo::start(temporary.path());
    let browser = Browser::without_axe();
    let take = |name: &str, height: u32| take(&browser, &folder, name, height);
    let go = |path: &str| browser.go(&format!("{}{path}", demo.address));

    browser.go(demo.link("security officer"));
    browser.click("main button");
    for one in &OF_SECURITY {
        go(one.path);
        take(one.name, one.height);
    }
    go("/work");
    print(&browser);
    take("printed", 900);
    unprint(&browser);
    browser.click("tbody tr:first-child th a");
    take("action", 900);
    browser.click("main p a[href^='/devices']");
    browser.click("tbody tr:first-child th a");
    take("device", 900);
    browser.click("tbody tr:first-child th a");
    take("why", 1200);
    go("/devices?verdict=cannot_tell");
    browser.click("tbody tr:first-child th a");
    take("cannot-tell", 620);
    go("/questions");
    browser.click("tbody tr:first-child th a");
    take("question", 1100);

    browser.click(".leave button");
    browser.go(demo.link("administrator"));
    browser.click("main button");
    for one in &OF_ADMINISTRATOR {
        go(one.path);
        take(one.name, one.height);
    }
    let upload = furniture::look_at_inventory(&browser, &demo.address, temporary.path());
    take("import-look", 1100);
    assert!(upload.starts_with("/imports/uploads/"), "{upload}");
    furniture::deliver(&browser, &demo.address, temporary.path());
    let [release, _] = furniture::state(&browser, &demo.address, temporary.path());
    take("statement", 720);
    go(&release);
    take("release", 1000);
    furniture::webhook(&browser, &demo.address, "Tickets of biomedical engineering");
    go("/settings/webhooks");
    browser.click("tbody tr:first-child th a");
    take("webhook", 640);
}

/// A picture of the upper part of a page, 1280 wide.
fn take(browser: &Browser, folder: &Path, name: &str, height: u32) {
    browser.size(1280, 1);
    let whole = browser.run("return document.documentElement.scrollHeight");
    let height = u64::from(height).min(whole.as_u64().unwrap());
    let clip = json!({"x": 0, "y": 0, "width": 1280, "height": height, "scale": 1});
    std::fs::write(folder.join(format!("{name}.png")), browser.shot(&clip)).unwrap();
}

fn print(browser: &Browser) {
    browser.chrome("Emulation.setEmulatedMedia", &json!({"media": "print"}));
}

fn unprint(browser: &Browser) {
    browser.chrome("Emulation.setEmulatedMedia", &json!({"media": ""}));
}
