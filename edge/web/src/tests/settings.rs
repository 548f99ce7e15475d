//! What the house runs with, and taking everything away.

use axum::http::StatusCode;
use operations::organisation::make_below;
use operations::setting::Setting;
use store::{Kind, NewOrganisation, Role};

use super::{Browser, Fixture};
use crate::{House, Transport, router};

/// A house that runs with two settings.
async fn house() -> Fixture {
    let mut fixture = Fixture::new().await;
    let setting = |name: &str, value: Option<&str>| Setting {
        name: name.to_owned(),
        about: "what it means".to_owned(),
        value: value.map(str::to_owned),
        written: String::new(),
        origin: "lazaret.toml, line 3".to_owned(),
    };
    let settings =
        vec![setting("listen", Some("127.0.0.1:8080")), setting("index", None)];
    fixture.app = fixture.app.clone().running_with(settings);
    fixture.house = House::new(fixture.app.clone(), Transport::Loopback, super::tell);
    fixture.router = router(fixture.house.clone());
    fixture
}

#[tokio::test]
async fn an_administrator_sees_what_the_house_runs_with_and_nobody_else_does() {
    let fixture = house().await;
    let (ada, browser) = fixture.founded().await;
    let page = fixture.ask(browser.get("/settings")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for expected in [
        "127.0.0.1:8080",
        "lazaret.toml, line 3",
        "href=\"/settings/webhooks\"",
        "href=\"/settings/export\"",
        "href=\"/work/policy\"",
        "href=\"/people\"",
        "No backup was made yet",
        "aria-current=\"page\">Settings",
    ] {
        assert!(page.body.contains(expected), "{expected}: {}", page.body);
    }
    let json = fixture.ask(browser.json("/settings")).await.json();
    assert_eq!(json["settings"][0]["name"], "listen");
    assert_eq!(json["settings"][1]["value"], serde_json::Value::Null);

    let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
    let north = make_below(&fixture.app, &ada, ada.head, new).await.unwrap();
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for path in ["/settings", "/settings/export"] {
        let refused = fixture.ask(viewer.get(path)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    // Who runs one hospital is told of that, and not of the house.
    let (_, bob) = fixture.invited(&ada, Role::Administrator, north.id).await;
    let page = fixture.ask(bob.get("/settings")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("127.0.0.1:8080") && !page.body.contains("backup"));
    let json = fixture.ask(bob.json("/settings")).await.json();
    assert_eq!(
        (&json["settings"], &json["organisations"]),
        (&serde_json::json!([]), &1.into())
    );
}

#[tokio::test]
async fn everything_is_taken_away_by_whoever_runs_it() {
    let fixture = house().await;
    let (ada, browser) = fixture.founded().await;
    let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
    let north = make_below(&fixture.app, &ada, ada.head, new).await.unwrap();
    let (_, bob) = fixture.invited(&ada, Role::Administrator, north.id).await;
    let take = |browser: &Browser, organisation: &str| {
        browser.post("/settings/export", &format!("organisation={organisation}"))
    };
    let taken = fixture.ask(take(&browser, &ada.head.to_string())).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert_eq!(taken.header("content-type"), "application/zip");
    assert!(
        taken
            .header("content-disposition")
            .starts_with("attachment; filename=\"lazaret-")
    );
    assert!(taken.body.starts_with("PK") && taken.body.contains("manifest.json"));
    let own = fixture.ask(take(&bob, &north.id.to_string())).await;
    assert_eq!(own.status, StatusCode::OK);
    for (who, organisation, status) in [
        (&bob, ada.head.to_string(), StatusCode::NOT_FOUND),
        (&browser, "9999".to_owned(), StatusCode::NOT_FOUND),
        (&browser, String::new(), StatusCode::UNPROCESSABLE_ENTITY),
        (&Browser::default(), ada.head.to_string(), StatusCode::UNAUTHORIZED),
    ] {
        let refused = fixture.ask(take(who, &organisation)).await;
        assert_eq!(refused.status, status, "{organisation}: {}", refused.body);
    }
    // What is being made is told to whoever runs it, as far as they run it.
    let pieces = operations::export::export_own(&fixture.app, &ada, ada.head).await;
    let mut pieces = pieces.unwrap();
    pieces.recv().await.unwrap().unwrap();
    while pieces.recv().await.is_some() {}
    let page = fixture.page(&browser, "/settings/export").await;
    assert!(page.contains("data-events=\"/settings/export/events\""), "{page}");
    let left: Vec<_> = std::fs::read_dir(&fixture.app.data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("export-"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "no copy stays behind");
}

#[test]
fn what_stands_between_backticks_is_code_and_everything_else_is_words() {
    let cases = [
        ("plain", "plain"),
        ("`lazaret serve` says it", "<code>lazaret serve</code> says it"),
        ("a `b` c `<d>`", "a <code>b</code> c <code>&lt;d&gt;</code>"),
        ("one ` alone & <b>", "one ` alone &amp; &lt;b&gt;"),
        ("\"'", "&quot;&#39;"),
        ("", ""),
    ];
    for (text, markup) in cases {
        assert_eq!(crate::field::coded(text).to_string(), markup, "{text}");
    }
}
