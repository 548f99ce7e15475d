//! Work orders: every device with what a maintenance system asks of it, in files and in what
//! is sent, and nothing that a spreadsheet would run.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use courier::{Post, Reach};
use serde_json::Value;
use store::Role;

use super::super::devices::{inventory, take_in, use_demo};
use super::super::{Browser, Fixture};

/// The rows of a file, each by its columns.
fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        heads
            .iter()
            .zip(record.iter())
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

async fn orders(fixture: &Fixture, browser: &Browser, query: &str) -> Vec<Value> {
    let json =
        fixture.ask(browser.get(&format!("/work/export?format=json{query}"))).await;
    assert_eq!(json.header("content-type"), "application/json");
    serde_json::from_str(&json.body).unwrap_or_else(|_| panic!("{}", json.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_names_each_device_and_what_is_cleared_on_it() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    let all = fixture.work(&browser, "").await;
    let csv = fixture.ask(browser.get("/work/export?format=csv")).await;
    assert!(csv.header("content-disposition").contains("work-orders.csv"));
    let rows = rows(&csv.body);
    let devices: u64 = all["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["devices"].as_u64().unwrap())
        .sum();
    assert_eq!(rows.len() as u64, devices, "a row for each device of each action");

    let update = fixture.action(&browser, "update", "Meridian").await;
    let own: Vec<_> =
        rows.iter().filter(|row| row["action"] == update["action"]).collect();
    let told: Vec<[&str; 6]> = own
        .iter()
        .map(|row| {
            ["asset_tag", "serial", "release", "target_release", "ward", "maker"]
                .map(|column| row[column].as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ["IH-10001", "AM400113", "2.1", "2.3", "Ward 4B", "Aldermoor Medical"],
            ["IH-10002", "AM400114", "v2.1", "2.3", "Ward 4B", "ALDERMOOR MED."],
            ["IH-10003", "AM400219", "SW 2.0.4", "2.3", "ICU", "Aldermoor"],
        ]
    );
    for row in own {
        assert_eq!(row["priority"], "act_now");
        assert!(row["because"].contains("exploited in the wild"), "{row:?}");
        assert_eq!(row["due"], update["due"].as_str().unwrap());
        assert_eq!(row["exploited"], "CVE-2014-0160");
        assert!(row["vulnerabilities"].contains("CVE-2014-0160"), "{row:?}");
        assert!(row["advisories"].contains("AMSA-2025-01"), "{row:?}");
        assert!(row["address"].ends_with(&format!("/work/{}", row["action"])));
        let device = format!("/devices/{}", row["device"]);
        assert!(row["device_address"].ends_with(&device), "{row:?}");
        let shown = fixture.value(&browser, &device).await;
        assert!(shown.to_string().contains(&row["asset_tag"]), "{shown}");
    }
    // The same as JSON: orders, each with its devices.
    let orders = orders(&fixture, &browser, "").await;
    assert_eq!(orders.len(), all["rows"].as_array().unwrap().len());
    for (order, row) in orders.iter().zip(all["rows"].as_array().unwrap()) {
        assert_eq!(order["action"], row["action"], "in the order of the list");
        let lines = order["devices"].as_array().unwrap();
        assert_eq!(lines.len() as u64, row["devices"].as_u64().unwrap());
        assert_eq!(order["devices_in_all"], row["devices"]);
        let flaws = order["vulnerabilities"].as_array().unwrap();
        assert_eq!(flaws.len() as u64, row["flaws"].as_u64().unwrap(), "{order}");
        for line in lines {
            let csv = rows.iter().find(|row| {
                row["action"] == order["action"]
                    && row["device"].parse().ok() == line["device"].as_i64()
            });
            assert_eq!(csv.unwrap()["serial"], line["serial"], "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_orders_run_nothing_and_leave_out_nothing() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_demo(&fixture.app).await;
    let odd = inventory()
        .replace("IH-10001", "\"=HYPERLINK(\"\"http://x.example\"\")\"")
        .replace("AM400114", "@SUM(1)")
        .replace("Ward 4B", "+4B")
        .replace("AM400219", "-219");
    take_in(&fixture.app, &ada, ada.head, "=assets", &odd).await;
    let csv = fixture.ask(browser.get("/work/export?format=csv&kind=update")).await;
    let rows = rows(&csv.body);
    assert_eq!(
        rows.iter().filter(|row| row["asset_system"] == "'=assets").count(),
        rows.len()
    );
    for begins in ["'=HYPERLINK", "'@SUM(1)", "'+4B", "'-219"] {
        assert!(csv.body.contains(begins), "{begins} in {}", csv.body);
    }
    for row in &rows {
        for (column, cell) in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{column}: {cell}"
            );
        }
    }
    // What is over is about no device any more, and stands in the file all the same.
    let done = odd
        .replace("2.1,AM", "2.3,AM")
        .replace("v2.1,", "2.3,")
        .replace("SW 2.0.4", "2.3");
    take_in(&fixture.app, &ada, ada.head, "=assets", &done).await;
    let over = fixture.ask(browser.get("/work/export?state=done")).await;
    let rows = self::rows(&over.body);
    assert_eq!(rows.len(), 1, "{}", over.body);
    assert_eq!((rows[0]["state"].as_str(), rows[0]["asset_tag"].as_str()), ("done", ""));
    let orders = orders(&fixture, &browser, "&state=done").await;
    assert_eq!(orders[0]["devices"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_orders_are_taken_away_and_sent_by_whoever_may_alone() {
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let fixture = Fixture::sending(Post::new(reach, Vec::new())).await;
    let (ada, browser) = fixture.judged().await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let refused = fixture.ask(viewer.get("/work/export?format=csv")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = fixture.ask(viewer.post("/work/sent", "query=")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // Whoever looks sees what is to be done, and no form to change it.
    let update = fixture.action(&browser, "update", "Meridian").await;
    let path = format!("/work/{}", update["action"].as_str().unwrap());
    assert!(!fixture.page(&viewer, &path).await.contains("<form class=\"form\""));

    let fields = format!(
        "name=CMMS&url=http%3A%2F%2F127.0.0.1%3A9%2Fin&organisation={}&event-work.sent=on",
        ada.head
    );
    fixture.ask(browser.post("/settings/webhooks/new", &fields)).await;
    let owner = format!("owner={}", ada.person);
    fixture.ask(browser.post(&format!("{path}/owner"), &owner)).await;
    let sent = fixture.ask(browser.post("/work/sent", "query=kind%3Dupdate")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let all = fixture.app.store.webhooks(&store::Scope::whole(ada.head)).await.unwrap();
    let store = &fixture.app.store;
    let messages =
        store.webhook_messages(ada.head, all[0].id, i64::MAX, 10).await.unwrap();
    assert_eq!(messages.len(), 1);
    let payload: Value = serde_json::from_str(&messages[0].payload).unwrap();
    let orders = payload["data"]["orders"].as_array().unwrap();
    let order = orders.iter().find(|one| one["action"] == update["action"]).unwrap();
    let lines = order["lines"].as_array().unwrap();
    let tags: Vec<&str> =
        lines.iter().map(|line| line["asset_tag"].as_str().unwrap()).collect();
    assert_eq!(tags, ["IH-10001", "IH-10002", "IH-10003"]);
    assert_eq!(
        (&lines[0]["release"], &lines[0]["target"]),
        (&"2.1".into(), &"2.3".into())
    );
    let flaws = lines[0]["vulnerabilities"].as_array().unwrap();
    assert!(flaws.contains(&"CVE-2014-0160".into()), "{order}");
    // Who sees to it is a number: what is kept names nobody.
    assert_eq!(order["owner"], ada.person);
    assert!(!messages[0].payload.contains("Ada"), "{}", messages[0].payload);
}
