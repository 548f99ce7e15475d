//! Reports over HTTP: page, JSON and what they say are the same; nobody reads one of an
//! organisation or a supplier that is not theirs, and what the page cannot do it says.

use axum::http::StatusCode;
use operations::evidence::{Answers, arrive, take};
use serde_json::Value;
use store::{Parcel, Role};

use super::openapi::{document, holds};
use super::purchases::award::bought;
use super::{Fixture, devices};

/// The blocks of a section.
fn blocks<'v>(report: &'v Value, heading: &str) -> &'v [Value] {
    let sections = report["sections"].as_array().unwrap();
    let found = sections.iter().find(|one| one["heading"] == heading);
    let found = found.unwrap_or_else(|| panic!("{heading} in {report}"));
    found["blocks"].as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_organisation_stands_is_read_by_those_alone_who_see_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (north, south) =
        (fixture.site(&ada, "North <b>").await, fixture.site(&ada, "South").await);
    let secret = "evidence = 1\n[[assessment]]\nmethod = \"secret-of-north\"\non = 2026-03-01\nscope = \"all\"\n";
    let parcel = Parcel::of(secret.as_bytes()).unwrap();
    let arrived = arrive(&fixture.app, &ada, north, "file", parcel).await.unwrap();
    take(&fixture.app, &ada, arrived.id(), &Answers::default()).await.unwrap();

    let described = document(&fixture).await;
    let list = fixture.value(&browser, "/reports").await;
    holds(&described, "/reports", "get", 200, &list);
    assert_eq!(list["organisations"].as_array().unwrap().len(), 3);
    let (_, auditor) = fixture.invited(&ada, Role::Auditor, north).await;
    let (_, souths) = fixture.invited(&ada, Role::Security, south).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, north).await;
    for (name, tells) in [("posture", true), ("board", false)] {
        let path = format!("/reports/{name}?organisation={north}");
        let report = fixture.value(&auditor, &path).await;
        holds(&described, &format!("/reports/{name}"), "get", 200, &report);
        assert_eq!(report["kind"], name);
        assert_eq!(report["organisation"], "North <b>");
        assert_eq!(report["label"], "TLP:AMBER+STRICT");
        assert_eq!(report.to_string().contains("secret-of-north"), tells, "{report}");
        let page = fixture.page(&auditor, &path).await;
        for section in report["sections"].as_array().unwrap() {
            let heading = section["heading"].as_str().unwrap();
            assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}: {page}");
        }
        assert!(page.contains(report["lead"].as_str().unwrap()), "{page}");
        assert!(!page.contains("North <b>"), "a name is text: {page}");
        assert!(page.contains("TLP:AMBER+STRICT") && page.contains("<svg"));
        for (whose, status) in
            [(&souths, StatusCode::NOT_FOUND), (&viewer, StatusCode::FORBIDDEN)]
        {
            for path in [&path, &path.replace('?', "/file?")] {
                assert_eq!(fixture.ask(whose.get(path)).await.status, status, "{path}");
            }
        }
    }
    let of_south = fixture.value(&souths, "/reports/posture").await;
    assert_eq!(of_south["organisation"], "South");
    assert!(!of_south.to_string().contains("secret-of-north"));
    for path in ["/reports/posture?organisation=999", "/reports/board?organisation=x"] {
        assert_eq!(fixture.ask(browser.get(path)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_what_the_page_of_the_posture_says() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    let posture = fixture.value(&browser, "/posture").await;
    let report = fixture.value(&browser, "/reports/posture").await;
    let findings: Vec<&Value> = report["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["blocks"].as_array().unwrap())
        .filter(|block| block["block"] == "finding")
        .collect();
    let controls: Vec<&Value> = posture["categories"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["controls"].as_array().unwrap())
        .collect();
    assert_eq!((findings.len(), controls.len()), (64, 64));
    for (finding, control) in findings.iter().zip(&controls) {
        let id = control["id"].as_str().unwrap();
        assert!(finding["name"].as_str().unwrap().starts_with(id), "{finding}");
        assert_eq!(finding["verdict"]["word"], control["verdict"], "{id}");
        assert_eq!(finding["why"], control["why"], "{id}");
    }
    let plot = &blocks(&report, "The four categories")[0];
    for (row, group) in plot["rows"]
        .as_array()
        .unwrap()
        .iter()
        .zip(posture["categories"].as_array().unwrap())
    {
        let counts = &group["counts"];
        let of =
            ["met", "partly_met", "not_met", "cannot_tell"].map(|it| counts[it].clone());
        assert_eq!(row["values"], Value::from(of.to_vec()));
    }
    let board = fixture.value(&browser, "/reports/board").await;
    assert_eq!(board["lead"], report["lead"]);
    let told = &blocks(&board, "What can hurt somebody")[0]["text"];
    let told = told.as_str().unwrap();
    assert!(told.starts_with("Open about devices with known flaws: "), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_on_a_supplier_is_read_by_those_alone_who_see_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let north = fixture.site(&ada, "North").await;
    let fields = format!("name=Aldermoor+Medical&organisation={}", ada.head);
    let made = fixture.ask(browser.post("/suppliers/new", &fields)).await;
    let home = made.header("location").to_owned();
    let path = format!("/reports{home}");
    let list = fixture.page(&browser, "/reports").await;
    assert!(list.contains(&format!("href=\"{path}\"")), "{list}");
    assert!(list.contains("dossier of Invented "), "whose dossier: {list}");
    let list = fixture.value(&browser, "/reports").await;
    holds(&document(&fixture).await, "/reports", "get", 200, &list);

    let report = fixture.value(&browser, &path).await;
    let shown = fixture.value(&browser, &home).await;
    let gate = &blocks(&report, "The gate before a purchase")[0];
    assert_eq!(gate["verdict"]["word"], shown["gate"]["standing"]);
    assert_eq!(gate["verdict"]["label"], "blocked");
    for (heading, verdict) in [
        ("Red flags that are raised", "raised"),
        ("What cannot be told, and what to ask", "cannot_tell"),
    ] {
        let groups = shown["flags"].as_array().unwrap();
        let group = groups.iter().find(|group| group["verdict"] == verdict).unwrap();
        let own = group["flags"].as_array().unwrap().len();
        assert_eq!(blocks(&report, heading).len(), own, "{heading}");
    }
    let history = blocks(&report, "Its advisories against those of all makers");
    assert_eq!(history[1]["rows"].as_array().unwrap().len(), 10, "{report}");
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("Nothing is bought from Aldermoor Medical yet"), "{page}");

    let (_, norths) = fixture.invited(&ada, Role::Security, north).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for path in [&path, &format!("{path}/file")] {
        let status = fixture.ask(norths.get(path)).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        let status = fixture.ask(viewer.get(path)).await.status;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_taken_away_as_what_the_page_says_and_the_log_knows() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let path = format!("/reports/board?organisation={}", ada.head);
    let report = fixture.value(&browser, &path).await;
    let page = fixture.page(&browser, &path).await;
    let file = path.replace('?', "/file?");
    assert!(page.contains(&format!("href=\"{file}\"")), "{page}");
    let log = fixture.page(&browser, "/audit").await;
    assert!(!log.contains("export report"), "looking is not taking away: {log}");
    let taken = fixture.ask(browser.get(&file)).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert!(taken.header("content-disposition").starts_with("attachment"));
    let told: Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(told, report);
    let log = fixture.page(&browser, "/audit").await;
    assert!(log.contains("export report"), "{log}");
}

/// A column of the tables under a heading: what its head says, and the cells.
fn column<'v>(report: &'v Value, heading: &str, name: &str) -> Vec<&'v str> {
    let mut cells = Vec::new();
    for table in blocks(report, heading).iter().filter(|one| one["block"] == "table") {
        let columns = table["columns"].as_array().unwrap();
        let Some(at) = columns.iter().position(|one| one["name"] == name) else {
            continue;
        };
        cells.extend(
            table["rows"].as_array().unwrap().iter().map(|row| row[at].as_str().unwrap()),
        );
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn bidders_compared_are_read_as_the_page_of_the_purchase_shows_them() {
    let fixture = Fixture::new().await;
    devices::use_demo(&fixture.app).await;
    let (ada, boss) = fixture.founded().await;
    let (_, cora) = fixture.invited(&ada, Role::Contracting, ada.head).await;
    let [purchase, _] = bought(&fixture, [&cora, &boss], ada.head).await;
    let path = format!("/reports{purchase}");
    let page = fixture.page(&cora, &purchase).await;
    assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    let list = fixture.page(&cora, "/reports").await;
    assert!(list.contains(&format!("href=\"{path}\">Infusion pumps</a>")), "{list}");

    let shown = fixture.ask(cora.json(&purchase)).await.json();
    let report = fixture.value(&cora, &path).await;
    let described = document(&fixture).await;
    holds(&described, "/reports/purchases/{purchase}", "get", 200, &report);
    assert_eq!(report["kind"], "purchase");
    let lead = report["lead"].as_str().unwrap();
    assert!(lead.starts_with("It is awarded to Eastgate until "), "{lead}");
    let told = blocks(&report, "How it ended")[0]["text"].as_str().unwrap();
    assert!(told.contains("Awarded to Eastgate by ") && told.contains("a trial first"));
    let may = column(&report, "Who may be bought", "May be bought");
    assert_eq!(may, ["no", "no", "by an override"]);
    for (at, bidder) in shown["bidders"].as_array().unwrap().iter().enumerate() {
        let name = bidder["name"].as_str().unwrap();
        let gates = bidder["gates"].as_array().unwrap();
        let expected: Vec<&str> = gates
            .iter()
            .map(|gate| match (gate["standing"].as_str().unwrap(), &gate["blocks"]) {
                (standing, Value::Bool(true)) => standing,
                ("passed", _) => "passed",
                _ => "overridden",
            })
            .collect();
        assert_eq!(column(&report, "The gates side by side", name), expected, "{name}");
        let open = column(&report, "Who may be bought", "Open points")[at];
        let questions = bidder["questions"].as_array().unwrap().len();
        assert_eq!(open, questions.to_string(), "{name}");
        for verdict in ["met", "partly_met", "not_met", "cannot_tell"] {
            let all = bidder["considerations"].as_array().unwrap().iter();
            let count = all.filter(|one| one["verdict"] == verdict).count();
            let cells = column(&report, "What is asked, side by side", name);
            let own = cells.iter().filter(|cell| **cell == verdict.replace('_', " "));
            assert_eq!(own.count(), count, "{name}: {verdict}");
        }
    }
    let findings = blocks(&report, "Gates that are not passed, and overrides");
    let overridden = findings.iter().find(|it| it["verdict"]["label"] == "overridden");
    let lines = overridden.unwrap()["lines"].to_string();
    for told in ["the letter comes", "approved by ", "Until"] {
        assert!(lines.contains(told), "{lines}");
    }
    let page = fixture.page(&cora, &path).await;
    assert!(page.contains("the letter comes") && page.contains("Brackwater"), "{page}");

    let taken = fixture.ask(cora.get(&format!("{path}/file"))).await;
    assert_eq!(taken.json(), report);
    let log = fixture.page(&boss, "/audit").await;
    assert!(log.contains("export report"), "{log}");
    let guest = fixture.guest_of(&ada, ada.head, "Eastgate", "gus").await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for who in [&guest, &viewer] {
        for path in [path.clone(), format!("{path}/file"), format!("{path}/pdf")] {
            let told = fixture.ask(who.json(&path)).await;
            assert_eq!(told.status, StatusCode::FORBIDDEN, "{path}: {}", told.body);
        }
    }
    assert_eq!(fixture.ask(cora.get("/reports/purchases/999")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_had_on_paper_or_whoever_asks_is_told_why_not() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let page = fixture.page(&browser, "/reports/board").await;
    let had = fixture.ask(browser.get("/reports/board/pdf")).await;
    let is_offered = page.contains("/reports/board/pdf?organisation=");
    assert_eq!(is_offered, pdf::IS_BUILT_IN, "{page}");
    let log = fixture.page(&browser, "/audit").await;
    assert_eq!(log.contains("export report"), pdf::IS_BUILT_IN, "{log}");
    if pdf::IS_BUILT_IN {
        assert_eq!(had.status, StatusCode::OK, "{}", had.body);
        assert_eq!(had.header("content-type"), "application/pdf");
        assert!(had.header("content-disposition").starts_with("attachment"));
        assert!(had.body.starts_with("%PDF-"));
    } else {
        assert_eq!(had.status, StatusCode::NOT_FOUND);
        assert!(had.body.contains("This program was built without PDF"), "{}", had.body);
        assert!(had.body.contains("Print the page from your browser"), "{}", had.body);
    }
}
