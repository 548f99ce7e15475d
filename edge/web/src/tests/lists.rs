//! Long lists: gone through page by page by their cursors, whatever comes and goes meanwhile.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use operations::work_off;
use serde_json::Value;
use store::Role;

use super::products::place_pump;
use super::{Browser, Fixture};

/// A list, where its rows stand in its answer, and what tells a row from the others.
const LISTS: [(&str, &str, &str); 9] = [
    ("/work?sort=product", "rows", "action"),
    ("/work?sort=-devices", "rows", "action"),
    ("/questions", "rows", "key"),
    ("/products", "products", "id"),
    ("/advisories?sort=affected", "rows", "id"),
    ("/imports", "imports", "id"),
    ("/audit", "acts", "number"),
    ("/people", "rows", "id"),
    ("/components?q=tr", "components", "key"),
];

fn rows(answer: &Value, (_, rows, id): (&str, &str, &str)) -> Vec<String> {
    let rows = answer[rows].as_array().unwrap();
    rows.iter().map(|row| row[id].to_string()).collect()
}

fn with(path: &str, more: &str) -> String {
    let and = if path.contains('?') { "&" } else { "?" };
    format!("{path}{and}{more}")
}

/// Every row of a list, page by page of so many.
async fn gone_through(
    fixture: &Fixture,
    browser: &Browser,
    list: (&str, &str, &str),
    limit: usize,
) -> Vec<String> {
    let (mut all, mut more) = (Vec::new(), format!("limit={limit}"));
    for _ in 0..1000 {
        let answer = fixture.value(browser, &with(list.0, &more)).await;
        let found = rows(&answer, list);
        assert!(found.len() <= limit, "{}", list.0);
        all.extend(found);
        let Some(next) = answer["next"].as_str() else { return all };
        more = format!("limit={limit}&after={}", fleet::encoded(next));
    }
    panic!("{} has no end", list.0);
}

/// That a list is gone through by its cursor, one row at a time, as it is shown whole; how many
/// rows it has.
pub(super) async fn is_gone_through(
    fixture: &Fixture,
    browser: &Browser,
    list: (&str, &str, &str),
) -> usize {
    let whole = fixture.value(browser, &with(list.0, "limit=500")).await;
    let whole = rows(&whole, list);
    assert_eq!(gone_through(fixture, browser, list, 1).await, whole, "{}", list.0);
    if whole.len() > 1 {
        let page = fixture.page(browser, &with(list.0, "limit=1")).await;
        assert!(page.contains("rel=\"next\""), "{}: {page}", list.0);
    }
    let refused = fixture.ask(browser.get(&with(list.0, "after=x"))).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", list.0);
    whole.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn complaints_of_an_import_are_gone_through_by_their_cursor() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let rows = (1..=7).map(|number| format!("A{number},Acme,IM 400,soon {number}\n"));
    let text =
        format!("Asset Tag,Maker,Model,Install Date\n{}", rows.collect::<String>());
    let upload = fixture.arrived(&browser, ada.head, "AIMS.csv", &text).await;
    let taken = fixture.ask(browser.post(&upload, "act=take&source=AIMS")).await;
    let import = taken.header("location").to_owned();
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let path = format!("{import}/complaints");
    let list = (path.as_str(), "complaints", "place");
    assert_eq!(is_gone_through(&fixture, &browser, list).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_long_list_is_gone_through_by_its_cursor() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    place_pump(&fixture, &browser, ada.head).await;
    work_off(&fixture.app, "test").await.unwrap();
    for role in [Role::Viewer, Role::Biomed, Role::Auditor] {
        fixture.invited(&ada, role, ada.head).await;
    }
    for list in LISTS {
        let whole = fixture.value(&browser, &with(list.0, "limit=500")).await;
        let whole = rows(&whole, list);
        assert!(!whole.is_empty(), "{}", list.0);
        let limit = whole.len().div_ceil(3);
        let gone = gone_through(&fixture, &browser, list, limit).await;
        assert_eq!(gone, whole, "{}", list.0);
        // The page leads on in the same way.
        if whole.len() > limit {
            let page =
                fixture.page(&browser, &with(list.0, &format!("limit={limit}"))).await;
            assert!(page.contains("rel=\"next\""), "{}: {page}", list.0);
        }
        for wrong in ["after=%20", "limit=0", "limit=501", "limit=x"] {
            let refused = fixture.ask(browser.get(&with(list.0, wrong))).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{} {wrong}", list.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_lost_or_doubled_when_others_come_between() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    for number in 0..5 {
        let maker = format!("Maker {number}");
        let mut write =
            fixture.app.store.write(ada.head, (fixture.app.now)()).await.unwrap();
        let id = write.keep_product(ada.head, &maker, "P").await.unwrap();
        let act = store::Act {
            by: 0,
            what: "test",
            noun: store::Noun::Product,
            id,
            facts: Vec::new(),
        };
        write.commit(act).await.unwrap();
    }
    let first = fixture.value(&browser, "/products?limit=2").await;
    let next = fleet::encoded(first["next"].as_str().unwrap());
    // One in front of the page, one right behind its end.
    for maker in ["A maker", "Maker 1b"] {
        let mut write =
            fixture.app.store.write(ada.head, (fixture.app.now)()).await.unwrap();
        let id = write.keep_product(ada.head, maker, "P").await.unwrap();
        let act = store::Act {
            by: 0,
            what: "test",
            noun: store::Noun::Product,
            id,
            facts: Vec::new(),
        };
        write.commit(act).await.unwrap();
    }
    let second =
        fixture.value(&browser, &format!("/products?limit=9&after={next}")).await;
    let makers = |answer: &Value| -> Vec<String> {
        let rows = answer["products"].as_array().unwrap();
        rows.iter().map(|row| row["maker"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(makers(&first), ["Maker 0", "Maker 1"]);
    assert_eq!(makers(&second), ["Maker 1b", "Maker 2", "Maker 3", "Maker 4"]);
    assert_eq!(second["next"], Value::Null);

    // The log grows at its beginning while it is read.
    let page = fixture.value(&browser, "/audit?limit=3").await;
    let next = fleet::encoded(page["next"].as_str().unwrap());
    fixture.invited(&ada, Role::Viewer, ada.head).await;
    let rest = fixture.value(&browser, &format!("/audit?limit=500&after={next}")).await;
    let list = ("/audit", "acts", "number");
    let all: Vec<String> =
        rows(&page, list).into_iter().chain(rows(&rest, list)).collect();
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!((once.len(), all.last().unwrap().as_str()), (all.len(), "0"));
    assert_eq!(all.len() as i64, page["size"].as_i64().unwrap());
}
