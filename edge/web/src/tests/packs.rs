//! Evidence packs over HTTP: what one would hold is shown, the file is given to whoever may see
//! the posture after the log knows it, and its key is shown and replaced by whoever runs the house.

use std::io::{Cursor, Read as _};

use axum::body::to_bytes;
use axum::http::StatusCode;
use operations::evidence::{Answers, arrive, take};
use pack::{PublicKey, check};
use store::{Parcel, Role};
use tower::ServiceExt as _;

use super::openapi::{document, holds};
use super::{Browser, Fixture};

/// A piece of evidence that counts, with a label.
async fn kept(fixture: &Fixture, by: &operations::Actor, name: &str, label: &str) -> i64 {
    let roster = format!("Employee ID,Role,Start Date\n1,{name},2026-11-01\n");
    let parcel = Parcel::of(roster.as_bytes()).unwrap();
    let arrived = arrive(&fixture.app, by, by.head, name, parcel).await.unwrap();
    let answers = Answers { label: label.to_owned(), ..Answers::default() };
    take(&fixture.app, by, arrived.id(), &answers).await.unwrap();
    arrived.id()
}

/// A pack as a browser saves it.
async fn saved(fixture: &Fixture, browser: &Browser, path: &str) -> Vec<u8> {
    let response = fixture.router.clone().oneshot(browser.get(path)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    assert_eq!(response.headers()["content-type"], "application/zip");
    let bytes = to_bytes(response.into_body(), 10_000_000).await.unwrap();
    bytes.to_vec()
}

fn text(pack: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_shown_taken_and_read_by_those_alone_who_see_the_posture() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let own = kept(&fixture, &ada, "Nurse <b>.csv", "").await;
    let red = kept(&fixture, &ada, "red.csv", "TLP:RED").await;
    let path = format!("/reports/pack?organisation={}", ada.head);
    let shown = fixture.value(&browser, &path).await;
    holds(&document(&fixture).await, "/reports/pack", "get", 200, &shown);
    assert_eq!(shown["key"], serde_json::Value::Null);
    let documents = shown["documents"].as_array().unwrap();
    let told = |piece: i64| documents.iter().find(|one| one["piece"] == piece).unwrap();
    assert_eq!(told(own)["file"], format!("evidence/{own}/Nurse__b_.csv"));
    assert_eq!(told(red)["kept_back"], "label");
    let page = fixture.page(&browser, &path).await;
    assert!(
        page.contains("Nurse &#60;b&#62;.csv") && !page.contains("Nurse <b>"),
        "{page}"
    );
    assert!(page.contains("not: its label is for those alone"), "{page}");
    for leads in ["/reports", "/posture"] {
        let page = fixture.page(&browser, leads).await;
        assert!(page.contains("href=\"/reports/pack?organisation="), "{leads}: {page}");
    }
    let log = fixture.page(&browser, "/audit").await;
    assert!(!log.contains("take evidence pack away"), "looking is not taking: {log}");

    let file = path.replace("pack?", "pack/file?");
    let pack = saved(&fixture, &browser, &file).await;
    let shown = fixture.value(&browser, &path).await;
    let key = PublicKey::from_pem(shown["key"]["pem"].as_str().unwrap()).unwrap();
    let found = check(Cursor::new(&pack), Some(key)).unwrap();
    assert_eq!((found.faults, found.delivered), (Vec::new(), 1));
    let index = text(&pack, "index.html");
    for expected in [
        "Evidence of Invented &#60;System&#62;",
        "TLP:AMBER+STRICT",
        &format!("href=\"evidence/{own}/Nurse__b_.csv\""),
        "id=\"D-01\"",
        "deliver evidence",
        &key.fingerprint(),
        "@media print",
    ] {
        assert!(index.contains(expected), "{expected}: {index}");
    }
    for elsewhere in ["http", "<script", "src=", "red.csv"] {
        assert!(!index.contains(elsewhere), "{elsewhere} in {index}");
    }
    assert_eq!(index.matches("<article").count(), 64);
    let log = fixture.page(&browser, "/audit").await;
    assert!(log.contains("take evidence pack away"), "{log}");

    let north = fixture.site(&ada, "North").await;
    let (_, norths) = fixture.invited(&ada, Role::Security, north).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for path in [&path, &file] {
        let refused = fixture.ask(norths.get(path)).await.status;
        assert_eq!(refused, StatusCode::NOT_FOUND, "{path}");
        let refused = fixture.ask(viewer.get(path)).await.status;
        assert_eq!(refused, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_and_replaced_by_whoever_runs_the_organisation() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let keys = "/settings/keys";
    let page = fixture.page(&browser, keys).await;
    assert!(page.contains("No organisation has signed"), "{page}");
    let file = format!("/reports/pack/file?organisation={}", ada.head);
    let before = saved(&fixture, &browser, &file).await;
    let pem = text(&before, "key.pem");
    let old = PublicKey::from_pem(&pem).unwrap();
    let page = fixture.page(&browser, keys).await;
    assert!(page.contains(&old.fingerprint()) && page.contains("In use since"), "{page}");

    let north = fixture.site(&ada, "North").await;
    let (_, norths) = fixture.invited(&ada, Role::Administrator, north).await;
    let page = fixture.page(&norths, keys).await;
    assert!(!page.contains(&old.fingerprint()), "a key of others: {page}");
    let (_, security) = fixture.invited(&ada, Role::Security, ada.head).await;
    let fields = format!("organisation={}", ada.head);
    for (who, fields, status) in [
        (&security, fields.as_str(), StatusCode::FORBIDDEN),
        (&norths, &fields, StatusCode::NOT_FOUND),
        (&browser, "organisation=", StatusCode::UNPROCESSABLE_ENTITY),
        (&browser, &fields, StatusCode::SEE_OTHER),
    ] {
        let answer = fixture.ask(who.post(keys, fields)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let page = fixture.page(&browser, keys).await;
    assert!(
        page.contains(&old.fingerprint()) && page.contains("signs no more"),
        "{page}"
    );
    let after = saved(&fixture, &browser, &file).await;
    let new = PublicKey::from_pem(&text(&after, "key.pem")).unwrap();
    assert!(new != old && page.contains(&new.fingerprint()));
    assert_eq!(check(Cursor::new(&before), Some(old)).unwrap().faults, []);
    assert_ne!(check(Cursor::new(&before), Some(new)).unwrap().faults, []);
    let log = fixture.page(&browser, "/audit").await;
    assert_eq!(log.matches("make signing key").count(), 2, "{log}");
}
