//! Other ways through the house: by keyboard alone, and without script.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::webdriver::Browser;

/// Keys of WebDriver (§17.4.2).
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const TAB: &str = "\u{E004}";

/// Waits until the browser is at a path.
#[track_caller]
fn wait_until_at(browser: &Browser, path: &str) {
    let begin = Instant::now();
    while !browser.place().starts_with(path) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{path}: {}", browser.place());
        std::thread::sleep(Duration::from_millis(50));
    }
    browser.run("return document.readyState");
}

#[track_caller]
fn holds(browser: &Browser, script: &str) {
    assert_eq!(browser.run(&format!("return {script}")), json!(true), "{script}");
}

/// From Today to a device, to a search and to the list of keys, without a mouse.
pub(super) fn by_keyboard(browser: &Browser, house: &str) {
    browser.go(&format!("{house}/today"));
    browser.press(TAB);
    holds(browser, "document.activeElement.matches('.skip:focus-visible')");
    browser.press(ENTER);
    holds(browser, "document.activeElement.id === 'content'");
    browser.press("gd");
    wait_until_at(browser, "/devices");
    browser.press("jjk");
    let row =
        "document.activeElement.matches('.rows tbody tr:first-child th a:focus-visible')";
    holds(browser, row);
    let name = browser.run("return document.activeElement.innerText");
    browser.press(ENTER);
    wait_until_at(browser, "/devices/");
    assert!(browser.heading().contains(name.as_str().unwrap()), "{}", browser.heading());
    browser.press("/");
    holds(browser, "document.activeElement.id === 'search'");
    browser.press("Meridian j?");
    holds(browser, "document.activeElement.value === 'Meridian j?'");
    browser.press(ENTER);
    wait_until_at(browser, "/search");
    browser.press("?");
    holds(browser, "document.querySelector('#keys').open");
    browser.examine("keys");
    browser.press(ESCAPE);
    holds(browser, "!document.querySelector('#keys').open");
    turn_keys_off(browser, house);
}

/// Whoever speaks to the computer, or holds a key by accident, can do without (WCAG 2.1.4).
fn turn_keys_off(browser: &Browser, house: &str) {
    let tick = "document.querySelector('#keys input').click()";
    browser.press("?");
    browser.run(tick);
    browser.press(ESCAPE);
    browser.press("gd");
    std::thread::sleep(Duration::from_millis(300));
    assert!(browser.place().starts_with("/search"), "{}", browser.place());
    browser.go(&format!("{house}/account"));
    browser.run("document.querySelector('button[data-keys]').click()");
    browser.run(tick);
    browser.press(ESCAPE);
    browser.press("gw");
    wait_until_at(browser, "/work");
}

/// The main pages say the same without script, and their forms lead on.
pub(super) fn without_script(browser: &Browser, house: &str) {
    let turn = |is_off: bool| {
        browser
            .chrome("Emulation.setScriptExecutionDisabled", &json!({ "value": is_off }));
    };
    turn(true);
    let pages = [
        ("/today", "Today"),
        ("/work", "Work"),
        ("/questions", "Questions"),
        ("/devices", "Devices"),
        ("/products", "Products"),
        ("/advisories", "Advisories"),
        ("/imports", "Imports"),
        ("/people", "People"),
        ("/audit", "Audit log"),
        ("/settings", "Settings"),
        ("/account", "Your account"),
    ];
    for (path, heading) in pages {
        browser.go(&format!("{house}{path}"));
        assert_eq!(browser.words_of("h1"), heading);
    }
    browser.go(&format!("{house}/devices"));
    browser.fill("q", "Meridian 400");
    browser.touch("main form.within button");
    browser.until_words_of("main", "Meridian 400");
    browser.touch("main tbody tr:first-child th a");
    browser.until_words_of("main", "What and where it is");
    browser.go(&format!("{house}/work"));
    browser.touch("main tbody tr:last-child th a");
    browser.touch("main .acts form button");
    browser.until_words_of("main", "Ada Okafor");
    turn(false);
}
