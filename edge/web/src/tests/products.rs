//! Bills of materials over HTTP: uploaded, looked at, placed, shown, and taken back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use operations::work_off;
use store::{Kind, NewOrganisation, Role};

use super::devices::{take_in, use_demo};
use super::{Browser, Fixture};

const BOUNDARY: &str = "----lazaret";

fn pump() -> Vec<u8> {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo");
    std::fs::read(root.join("sboms/meridian-400-2.1.cdx.json")).unwrap()
}

fn upload(who: &Browser, organisation: i64, name: &str, content: &[u8]) -> Request<Body> {
    let mut bytes = Vec::new();
    for (head, value) in [
        ("name=\"form_token\"".to_owned(), who.token.as_bytes()),
        ("name=\"organisation\"".to_owned(), organisation.to_string().as_bytes()),
        (format!("name=\"file\"; filename=\"{name}\""), content),
    ] {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let mut request = who.post("/products/bills/new", "");
    *request.body_mut() = Body::from(bytes);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}").parse().unwrap();
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    request
}

/// Delivers the bill of the pump to an organisation, placed as it is proposed; gives the
/// address of the release.
pub(super) async fn place_pump(
    fixture: &Fixture,
    who: &Browser,
    organisation: i64,
) -> String {
    place(fixture, who, organisation, &pump()).await
}

/// The same with another bill of the pump.
pub(super) async fn place(
    fixture: &Fixture,
    who: &Browser,
    organisation: i64,
    bill: &[u8],
) -> String {
    let sent = fixture.ask(upload(who, organisation, "pump.cdx.json", bill)).await;
    let placing = sent.header("location").to_owned();
    let seen = fixture.ask(who.json(&placing)).await.json();
    let mut fields =
        "maker=Aldermoor+Medical&product=Meridian+400&version=2.1".to_owned();
    for one in seen["proposed"].as_array().unwrap() {
        if one["build"]["agrees"] == true {
            fields.push_str(&format!("&build-{}=on", one["build"]["configuration"]));
        }
    }
    fixture.ask(who.post(&placing, &fields)).await.header("location").to_owned()
}

#[tokio::test]
async fn a_bill_is_delivered_looked_at_placed_shown_and_taken_back() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n\
                      2,Aldermoor Medical,Meridian 400,2.3\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let empty = fixture.ask(browser.get("/products")).await;
    assert!(empty.body.contains("Deliver an SBOM"), "{}", empty.body);

    let answer = fixture.ask(upload(&browser, ada.head, "pump.cdx.json", &pump())).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let placing = answer.header("location").to_owned();
    let page = fixture.ask(browser.get(&placing)).await;
    assert!(page.body.contains("value=\"Aldermoor Medical\""), "{}", page.body);
    assert_eq!(page.body.matches(" checked>").count(), 1, "2.1 agrees, 2.3 does not");
    let seen = fixture.ask(browser.json(&placing)).await.json();
    assert_eq!(seen["proposed"][0]["build"]["version"], "2.1");
    assert_eq!(seen["format"], "CycloneDX");
    let build = seen["proposed"][0]["build"]["configuration"].as_i64().unwrap();

    // What is missing is said at its field, and what was typed stays.
    let wrong =
        fixture.ask(browser.post(&placing, "maker=&product=Odd&version=2.1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("Enter who makes it.")
            && wrong.body.contains("value=\"Odd\"")
    );

    let fields = format!(
        "maker=Aldermoor+Medical&product=Meridian+400&version=2.1&build-{build}=on"
    );
    let placed = fixture.ask(browser.post(&placing, &fields)).await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.body);
    let release = placed.header("location").to_owned();
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let shown = fixture.ask(browser.json(&release)).await.json();
    assert_eq!(shown["builds"][0]["devices"], 1);
    assert!(shown["parts"].as_array().unwrap().len() > 3);
    let tree = shown["tree"].as_array().unwrap();
    assert_eq!((&tree[0]["under"], &tree[0]["depth"]), (&"subject".into(), &0.into()));
    assert!(tree.iter().any(|line| line["depth"] == 1), "{tree:?}");
    assert!(shown["missing"][0]["place"].is_string(), "{}", shown["missing"]);
    let page = fixture.ask(browser.get(&release)).await;
    assert!(page.body.contains("No index of advisories is in use"), "{}", page.body);
    for inline in ["<style", " style=", " onclick", "<script>"] {
        assert!(!page.body.contains(inline), "{inline}");
    }
    let bill = shown["bills"][0]["id"].as_i64().unwrap();
    let document = fixture.ask(browser.get(&format!("/products/documents/{bill}"))).await;
    assert_eq!(document.body.as_bytes(), pump());
    assert!(document.header("content-disposition").starts_with("attachment"));
    let list = fixture.ask(browser.json("/products")).await.json();
    assert_eq!(
        (&list["products"][0]["bills"], &list["products"][0]["releases"]),
        (&1.into(), &1.into())
    );

    let gone = fixture
        .ask(browser.post(&format!("/products/documents/{bill}/withdrawn"), ""))
        .await;
    assert_eq!(gone.header("location"), release);
    let shown = fixture.ask(browser.json(&release)).await.json();
    assert_eq!(shown["bills"].as_array().unwrap().len(), 0);
    assert_eq!(shown["replaced"][0]["id"], bill);
}

#[tokio::test]
async fn what_is_no_bill_says_why_and_nobody_else_sees_one() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let refused = fixture.ask(upload(&browser, ada.head, "x.json", b"{\"a\":1}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("x.json"), "{}", refused.body);
    let none = fixture.ask(upload(&browser, ada.head, "", b"")).await;
    assert!(none.body.contains("Choose the file of the SBOM."), "{}", none.body);
    let nowhere = fixture.ask(upload(&browser, 999_999, "p.json", &pump())).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "{}", nowhere.body);

    // A site sees nothing of what the hospital above it keeps.
    let new = NewOrganisation { kind: Kind::Site, name: "North" };
    operations::organisation::make_below(&fixture.app, &ada, ada.head, new)
        .await
        .unwrap();
    let scope = store::Scope::whole(ada.head);
    let all = fixture.app.store.organisations(&scope).await.unwrap();
    let north = all.iter().find(|one| one.name == "North").unwrap().id;
    let (_, other) = fixture.invited(&ada, Role::Biomed, north).await;
    let sent = fixture.ask(upload(&browser, ada.head, "pump.json", &pump())).await;
    let placing = sent.header("location").to_owned();
    let hidden = fixture.ask(other.get(&placing)).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let placed = fixture.ask(browser.post(&placing, "maker=A&product=B&version=1")).await;
    let release = placed.header("location").to_owned();
    for address in [release.as_str(), "/products/documents/1"] {
        assert_eq!(fixture.ask(other.get(address)).await.status, StatusCode::NOT_FOUND);
    }
    let list = fixture.ask(other.json("/products")).await.json();
    assert_eq!(list["products"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_device_is_affected_by_what_its_bill_lists_and_only_for_who_sees_the_bill() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let release = fixture.ask(browser.json(&release)).await.json();
    let flaw = &release["found"][0];
    assert_eq!(flaw["verdict"], "affected", "{release}");
    let flaw = flaw["vulnerability"].as_str().unwrap();
    let build = release["builds"][0]["id"].as_i64().unwrap();

    let devices = fixture.app.store.devices_since(ada.head, 0, 0).await.unwrap();
    let device = devices.iter().find(|one| one.configuration == build).unwrap().id;
    let address = format!("/devices/{device}");
    let shown = fixture.ask(browser.json(&address)).await.json();
    let rows = shown["affected"].as_array().unwrap();
    let is_it = |row: &&serde_json::Value| {
        row["vulnerability"] == flaw
            && row["component"].as_str().is_some_and(|it| !it.is_empty())
    };
    assert_eq!(rows.iter().filter(is_it).count(), 1, "{shown}");
    let tasks = shown["to_do"].as_array().unwrap();
    let is_asked = |task: &&serde_json::Value| {
        task["what"].as_str().unwrap().contains("newer components")
    };
    assert_eq!(tasks.iter().filter(is_asked).count(), 1, "{shown}");
    let why =
        fixture.ask(browser.get(&format!("{address}/vulnerabilities/{flaw}"))).await;
    assert_eq!(why.status, StatusCode::OK);
    assert!(
        why.body.contains("Its SBOM lists") && why.body.contains("/components/"),
        "{}",
        why.body
    );

    // The list says so too, and leads to exactly these devices.
    check_list(&fixture, &browser, &release).await;

    // Somebody at a site of the hospital sees its devices, and not what rests on the bill.
    let new = NewOrganisation { kind: Kind::Site, name: "North" };
    operations::organisation::make_below(&fixture.app, &ada, ada.head, new)
        .await
        .unwrap();
    let all =
        fixture.app.store.organisations(&store::Scope::whole(ada.head)).await.unwrap();
    let north = all.iter().find(|one| one.name == "North").unwrap().id;
    let (bob, other) = fixture.invited(&ada, Role::Biomed, north).await;
    let inventory = "Asset Tag,Maker,Model,Description,Version\n\
                     N1,Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1\n";
    take_in(&fixture.app, &bob, north, "North", inventory).await;
    let devices = fixture.app.store.devices_since(ada.head, 0, 0).await.unwrap();
    let theirs = devices.iter().find(|one| one.organisation == north).unwrap();
    assert_eq!(theirs.configuration, build, "the same build");
    let hidden = fixture.ask(other.json("/devices?among=sbom%3Aaffected")).await.json();
    assert_eq!(hidden["total"], 0, "{hidden}");
    let shown = fixture.ask(other.json(&format!("/devices/{}", theirs.id))).await.json();
    for list in ["affected", "cannot_tell", "others"] {
        for row in shown[list].as_array().unwrap() {
            assert_eq!(row["component"], "", "{row}");
        }
    }
}

/// The list of devices counts those that carry flaws by the SBOM of a release.
async fn check_list(fixture: &Fixture, who: &Browser, release: &serde_json::Value) {
    let list = fixture.ask(who.json("/devices")).await.json();
    assert!(list["sentence"].as_str().unwrap().contains("by the SBOM"), "{list}");
    let carrying = fixture.ask(who.json("/devices?among=sbom%3Aaffected")).await.json();
    let builds = release["builds"].as_array().unwrap();
    let count: i64 = builds.iter().map(|build| build["devices"].as_i64().unwrap()).sum();
    assert_eq!(carrying["total"], count, "{carrying}");
}

#[tokio::test]
async fn two_releases_are_compared_by_what_they_are_made_of() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let newer = String::from_utf8(pump()).unwrap().replace("1.2.11", "1.3.1");
    let mut releases = Vec::new();
    for (version, bytes) in [("2.1", pump()), ("2.2", newer.into_bytes())] {
        let sent = fixture.ask(upload(&browser, ada.head, "pump.cdx.json", &bytes)).await;
        let fields =
            format!("maker=Aldermoor+Medical&product=Meridian+400&version={version}");
        let placed = fixture.ask(browser.post(sent.header("location"), &fields)).await;
        releases.push(placed.header("location").rsplit('/').next().unwrap().to_owned());
    }
    let (old, new) = (&releases[0], &releases[1]);
    let address = format!("/products/releases/{new}/difference/{old}");
    let page = fixture.ask(browser.get(&format!("/products/releases/{new}"))).await;
    assert!(page.body.contains(&address), "{}", page.body);
    let page = fixture.ask(browser.get(&address)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("1.2.11 to 1.3.1"), "{}", page.body);
    let told = fixture.ask(browser.json(&address)).await.json();
    let differing = &told["changed"][0]["differing"];
    assert_eq!(differing[0]["old_version"], "1.2.11", "{told}");
    assert_eq!(told["changed"][0]["added"].as_array().unwrap().len(), 0);
    let same = format!("/products/releases/{new}/difference/{new}");
    let page = fixture.ask(browser.get(&same)).await;
    assert!(page.body.contains("Nothing changed."), "{}", page.body);
    for odd in [format!("/products/releases/{new}/difference/999999"), address + "x"] {
        assert_eq!(fixture.ask(browser.get(&odd)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn statements_are_delivered_accepted_with_a_reason_and_taken_back() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let sent = fixture.ask(upload(&browser, ada.head, "pump.cdx.json", &pump())).await;
    let fields = "maker=Aldermoor+Medical&product=Meridian+400&version=2.1";
    let placed = fixture.ask(browser.post(sent.header("location"), fields)).await;
    let release = placed.header("location").to_owned();
    let form = format!("{release}/statements/new");
    let page = fixture.ask(browser.get(&form)).await;
    assert!(page.body.contains("Keep it for every release"), "{}", page.body);
    let vex = br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x.example/1",
        "author":"Aldermoor","timestamp":"2026-02-01T00:00:00Z","version":1,"statements":[{
        "vulnerability":{"name":"CVE-2022-37434"},"status":"not_affected",
        "justification":"vulnerable_code_not_present",
        "products":[{"@id":"zlib","identifiers":{
        "cpe23":"cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*"}}]}]}"#;
    let send = |content: &[u8]| {
        let mut request = upload(&browser, ada.head, "x.vex.json", content);
        *request.uri_mut() = form.parse().unwrap();
        request
    };
    let refused = fixture.ask(send(&pump())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let kept = fixture.ask(send(vex)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let document = kept.header("location").to_owned();
    let page = fixture.ask(browser.get(&document)).await;
    assert!(page.body.contains("Nobody has accepted any"), "{}", page.body);
    let accepted = format!("{document}/accepted");
    let without = fixture.ask(browser.post(&accepted, "statement-0=on&reason=")).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done =
        fixture.ask(browser.post(&accepted, "statement-0=on&reason=We+checked+it")).await;
    assert_eq!(done.header("location"), document, "{}", done.body);
    let shown = fixture.ask(browser.json(&document)).await.json();
    let accepted = &shown["stated"][0]["accepted"];
    assert_eq!(
        (&accepted["by"], &accepted["reason"]),
        (&"Ada".into(), &"We checked it".into())
    );
    let page = fixture.ask(browser.get(&document)).await;
    assert!(page.body.contains("accepted by Ada on"), "{}", page.body);
    let of_release = fixture.ask(browser.json(&release)).await.json();
    assert_eq!(of_release["statements"][0]["accepted"], 1, "{of_release}");
    let back = format!("/products/acceptances/{}/taken-back", accepted["id"]);
    let done = fixture.ask(browser.post(&back, "reason=It+was+wrong")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let shown = fixture.ask(browser.json(&document)).await.json();
    assert!(shown["stated"][0]["accepted"].is_null(), "{shown}");
    assert_eq!(shown["stated"][0]["without_effect"], "");
    let again = fixture.ask(browser.post(&back, "reason=again")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

/// An OpenVEX document about what is in the pump.
fn about_parts(flaw: &str, status: &str, version: u8) -> Vec<u8> {
    let part = |name: &str, release: &str| {
        let cpe = format!("cpe:2.3:a:{name}:{name}:{release}:*:*:*:*:*:*:*");
        serde_json::json!({ "@id": name, "identifiers": { "cpe23": cpe } })
    };
    let purl = "pkg:deb/debian/busybox@1:1.30.1-6%2Bb3?arch=armhf&distro=debian-11";
    let document = serde_json::json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://x.example/vex/7",
        "author": "Aldermoor",
        "timestamp": format!("2026-02-0{version}T00:00:00Z"),
        "version": version,
        "statements": [{
            "vulnerability": { "name": flaw },
            "status": status,
            "justification": "vulnerable_code_not_present",
            "products": [part("zlib", "1.2.11"), part("openssl", "1.0.1e"), { "@id": purl }],
        }],
    });
    serde_json::to_vec(&document).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_revision_that_says_affected_is_said_wherever_the_older_one_is_relied_on()
{
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let found = fixture.ask(browser.json(&release)).await.json();
    let flaw = found["found"][0]["vulnerability"].as_str().unwrap().to_owned();
    let deliver = async |status: &str, version: u8| {
        let content = about_parts(&flaw, status, version);
        let mut request = upload(&browser, ada.head, "x.vex.json", &content);
        *request.uri_mut() = format!("{release}/statements/new").parse().unwrap();
        fixture.ask(request).await.header("location").to_owned()
    };
    let older = deliver("not_affected", 1).await;
    let all = "statement-0=on&statement-1=on&statement-2=on&reason=Checked";
    let done = fixture.ask(browser.post(&format!("{older}/accepted"), all)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let device = format!("/devices/{}", fixture.device(&browser, "IH-10001").await);
    let said = async || {
        let device = fixture.value(&browser, &device).await["sentence"].clone();
        let today = fixture.value(&browser, "/today").await["claims"].clone();
        (device.as_str().unwrap().to_owned(), today.as_array().unwrap().len())
    };
    let (sentence, claims) = said().await;
    assert!(!sentence.contains("newer revision"), "{sentence}");
    assert_eq!(claims, 0);
    let newer = deliver("affected", 2).await;
    let (sentence, claims) = said().await;
    let begin =
        "A newer revision of the statement that this rests on says affected about";
    assert!(sentence.starts_with(begin), "{sentence}");
    assert!(claims > 0);
    for (page, leads) in
        [("/today", &newer), (&*device, &newer), (&*older, &newer), (&*newer, &older)]
    {
        let page = fixture.page(&browser, page).await;
        assert!(page.contains(&format!("href=\"{leads}\"")), "{page}");
    }
    // Whoever may not accept is not called to it on Today.
    let (_, bob) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let today = fixture.value(&bob, "/today").await;
    assert_eq!(today["claims"], serde_json::json!([]), "{today}");
}

#[tokio::test]
async fn an_acceptance_of_what_reaches_nothing_says_so_before_and_after() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    let vex = br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x.example/2",
        "author":"Aldermoor","timestamp":"2026-02-01T00:00:00Z","version":1,"statements":[{
        "vulnerability":{"name":"CVE-2022-37434"},"status":"not_affected",
        "justification":"vulnerable_code_not_present",
        "products":[{"@id":"pkg:generic/nothing-of-the-kind"}]}]}"#;
    let mut request = upload(&browser, ada.head, "x.vex.json", vex);
    *request.uri_mut() = format!("{release}/statements/new").parse().unwrap();
    let document = fixture.ask(request).await.header("location").to_owned();
    let page = fixture.ask(browser.get(&document)).await.body;
    assert!(page.contains("Accepted now, it has no effect"), "{page}");
    let accepted = format!("{document}/accepted");
    let done =
        fixture.ask(browser.post(&accepted, "statement-0=on&reason=Checked")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let shown = fixture.ask(browser.json(&document)).await.json();
    let sentence = shown["sentence"].as_str().unwrap();
    assert!(sentence.contains("1 of these reaches nothing now"), "{shown}");
    let effect = shown["stated"][0]["without_effect"].as_str().unwrap();
    assert!(effect.starts_with("Accepted, and without effect now"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_below_reads_which_organisation_accepted_a_statement_and_no_name() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_demo(&fixture.app).await;
    let site = fixture.site(&ada, "North Wing").await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n";
    take_in(&fixture.app, &ada, site, "AIMS", inventory).await;
    let (_, grace) = fixture.invited(&ada, Role::Biomed, site).await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    let shown = fixture.ask(browser.json(&release)).await.json();
    let audience = format!("/products/{}/audience", shown["product"]);
    fixture.ask(browser.post(&audience, "audience=below")).await;
    let vex = br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x.example/1",
        "author":"Aldermoor","timestamp":"2026-02-01T00:00:00Z","version":1,"statements":[{
        "vulnerability":{"name":"CVE-2018-25032"},"status":"not_affected",
        "justification":"vulnerable_code_not_present",
        "products":[{"@id":"zlib","identifiers":{
        "cpe23":"cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*"}}]}]}"#;
    let mut request = upload(&browser, ada.head, "x.vex.json", vex);
    *request.uri_mut() = format!("{release}/statements/new").parse().unwrap();
    let document = fixture.ask(request).await.header("location").to_owned();
    let accepted = format!("{document}/accepted");
    fixture.ask(browser.post(&accepted, "statement-0=on&reason=Their+PSIRT+rang")).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let device = fixture.device(&grace, "1").await;
    let address = format!("/devices/{device}/vulnerabilities/CVE-2018-25032");
    let ground = async |who: &Browser| {
        let told = fixture.ask(who.json(&address)).await.json();
        let grounds = told["components"][0]["grounds"].as_array().cloned();
        let all = grounds.unwrap_or_default();
        let accepted =
            |one: &&serde_json::Value| one["rules"].to_string().contains("accepted by");
        all.iter().find(accepted).cloned().unwrap_or_else(|| panic!("{told}"))
    };
    let above = ground(&browser).await;
    let rule = above["rules"][0].as_str().unwrap();
    assert!(rule.starts_with("accepted by Ada for Invented <System> on "), "{rule}");
    assert!(rule.ends_with("Their PSIRT rang"), "{rule}");
    assert_eq!(above["statement"], document.as_str());
    let below = ground(&grace).await;
    let rule = below["rules"][0].as_str().unwrap();
    assert!(rule.starts_with("accepted by Invented <System> on "), "{rule}");
    assert_eq!(below["statement"], "");
    assert_eq!(fixture.ask(grace.get(&document)).await.status, StatusCode::NOT_FOUND);
    let page = fixture.ask(grace.get(&address)).await.body;
    for secret in ["PSIRT", "by Ada", document.as_str()] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
}

#[tokio::test]
async fn what_was_delivered_and_not_placed_stands_in_a_list_until_somebody_sees_to_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let today = fixture.ask(browser.get("/today")).await;
    assert!(!today.body.contains("wait to be placed"), "{}", today.body);
    let newer = String::from_utf8(pump()).unwrap().replace("1.2.11", "1.3.1");
    let mut waiting = Vec::new();
    for (name, bytes) in [("one.cdx.json", pump()), ("two.cdx.json", newer.into_bytes())]
    {
        let sent = fixture.ask(upload(&browser, ada.head, name, &bytes)).await;
        waiting.push(sent.header("location").to_owned());
    }
    let files = async |who: &Browser| -> Vec<String> {
        let list = fixture.ask(who.json("/products")).await.json();
        let unplaced = list["unplaced"].as_array().unwrap().iter();
        unplaced.map(|one| one["file"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(files(&browser).await, ["two.cdx.json", "one.cdx.json"]);
    let page = fixture.ask(browser.get("/products")).await;
    assert!(page.body.contains(&format!("href=\"{}\"", waiting[0])), "{}", page.body);
    let today = fixture.ask(browser.get("/today")).await;
    assert!(
        today.body.contains("<dt>SBOMs that wait to be placed</dt>"),
        "{}",
        today.body
    );
    assert!(
        today.body.contains("<a href=\"/products#unplaced\">2</a>"),
        "{}",
        today.body
    );

    // Whoever only looks on cannot place one, and is not told to.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    assert_eq!(files(&viewer).await, Vec::<String>::new());
    let aside = format!("{}/set-aside", waiting[1]);
    assert_eq!(fixture.ask(viewer.post(&aside, "")).await.status, StatusCode::FORBIDDEN);

    let fields = "maker=Aldermoor+Medical&product=Meridian+400&version=2.1";
    fixture.ask(browser.post(&waiting[0], fields)).await;
    assert_eq!(files(&browser).await, ["two.cdx.json"]);
    let done = fixture.ask(browser.post(&aside, "")).await;
    assert_eq!(done.header("location"), "/products", "{}", done.body);
    assert_eq!(files(&browser).await, Vec::<String>::new());
    assert_eq!(fixture.ask(browser.post(&aside, "")).await.status, StatusCode::NOT_FOUND);
    // What was set aside waits again when it comes again; what is placed does not.
    let again = String::from_utf8(pump()).unwrap().replace("1.2.11", "1.3.1");
    fixture.ask(upload(&browser, ada.head, "two.cdx.json", again.as_bytes())).await;
    fixture.ask(upload(&browser, ada.head, "one.cdx.json", &pump())).await;
    assert_eq!(files(&browser).await, ["two.cdx.json"]);
    let page = fixture.ask(browser.get("/audit")).await;
    assert!(page.body.contains("set bill of materials aside"), "{}", page.body);
}

#[tokio::test]
async fn likely_devices_stand_first_and_others_are_looked_for() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n\
                     2,Aldermoor Medical,Tarn PCA,1.4\n3,Brightwell Devices,Halcyon 7,3\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let sent = fixture.ask(upload(&browser, ada.head, "pump.cdx.json", &pump())).await;
    let placing = sent.header("location").to_owned();
    let models = |seen: &serde_json::Value| -> Vec<String> {
        let proposed = seen["proposed"].as_array().unwrap().iter();
        proposed
            .map(|one| {
                let chosen = if one["is_chosen"] == true { "+" } else { "" };
                format!("{chosen}{}", one["build"]["model"].as_str().unwrap())
            })
            .collect()
    };
    let seen = fixture.ask(browser.json(&placing)).await.json();
    assert_eq!(models(&seen), ["+Meridian 400", "Tarn PCA"]);
    assert_eq!(seen["proposed"][1]["build"]["likeness"], "possible");
    let page = fixture.ask(browser.get(&placing)).await;
    assert!(page.body.contains("1 other of the maker"), "{}", page.body);
    let sought = fixture.ask(browser.json(&format!("{placing}?sought=halcyon"))).await;
    assert_eq!(models(&sought.json()), ["Halcyon 7"]);

    // Looking for others keeps nothing, and loses neither what is typed nor what is ticked.
    let of = |model: &str| {
        let all = seen["proposed"].as_array().unwrap().iter();
        let mut found = all.filter(|one| one["build"]["model"] == model);
        found.next().unwrap()["build"]["configuration"].clone()
    };
    let tarn = of("Tarn PCA");
    let looked = fixture
        .ask(browser.post(
            &placing,
            &format!(
                "maker=Typed&product=&version=&build-{tarn}=on&sought=halcyon&act=look"
            ),
        ))
        .await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
    assert!(looked.body.contains("value=\"Typed\"") && looked.body.contains("Halcyon 7"));
    let ticked = format!("name=\"build-{tarn}\" value=\"on\" checked>");
    assert!(looked.body.contains(&ticked), "{}", looked.body);
    assert_eq!(looked.body.matches(" checked>").count(), 1, "what was unticked stays so");
    let list = fixture.ask(browser.json("/products")).await.json();
    assert_eq!(list["products"].as_array().unwrap().len(), 0);
    let none =
        fixture.ask(browser.post(&placing, "sought=nothing+like+it&act=look")).await;
    assert!(none.body.contains("No device of yours is written with"), "{}", none.body);

    // It is said anew on the page of the release, and taken back there.
    let fields = format!("maker=A&product=Meridian+400&version=2.1&build-{tarn}=on");
    let placed = fixture.ask(browser.post(&placing, &fields)).await;
    let release = placed.header("location").to_owned();
    let page = fixture.ask(browser.get(&release)).await;
    let builds = format!("{release}/builds");
    assert!(page.body.contains(&format!("href=\"{builds}\"")), "{}", page.body);
    let seen = fixture.ask(browser.json(&builds)).await.json();
    assert_eq!(models(&seen), ["+Tarn PCA", "Meridian 400"]);
    let looked = fixture.ask(browser.post(&builds, "sought=halcyon&act=look")).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert_eq!(models(&fixture.ask(browser.json(&builds)).await.json())[0], "+Tarn PCA");
    fixture.ask(browser.post(&builds, "")).await;
    let seen = fixture.ask(browser.json(&builds)).await.json();
    assert_eq!(models(&seen), ["Meridian 400"], "of another maker, it shares no word");
}

#[tokio::test]
async fn it_is_said_for_whom_sboms_are_and_whoever_reads_them_changes_nothing() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let new = NewOrganisation { kind: Kind::Site, name: "North Wing" };
    let made = operations::organisation::make_below(&fixture.app, &ada, ada.head, new);
    let site = made.await.unwrap().id;
    let inventory =
        "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n";
    take_in(&fixture.app, &ada, site, "AIMS", inventory).await;
    let (_, grace) = fixture.invited(&ada, Role::Biomed, site).await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    let shown = fixture.ask(browser.json(&release)).await.json();
    assert_eq!(
        (&shown["audience"], &shown["devices_below"]),
        (&"owner".into(), &1.into())
    );
    let page = fixture.ask(browser.get(&release)).await.body;
    for text in ["alone: 1 device of it below", "is not judged by them", "count and read"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(fixture.ask(grace.get(&release)).await.status, StatusCode::NOT_FOUND);
    let product = format!("/products/{}", shown["product"]);
    let audience = format!("{product}/audience");
    let wrong = fixture.ask(browser.post(&audience, "audience=everybody")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = fixture.ask(grace.post(&audience, "audience=below")).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    let said = fixture.ask(browser.post(&audience, "audience=below")).await;
    assert_eq!(said.header("location"), product);
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    // Whoever is below reads product and release, and is offered nothing to change.
    for address in [&product, &release] {
        let page = fixture.ask(grace.get(address)).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(
            page.body.contains("and everything below it, whose devices"),
            "{address}"
        );
        for act in ["/audience\"", "/withdrawn\"", "Take out of force"] {
            assert!(!page.body.contains(act), "{act}: {}", page.body);
        }
    }
    let list = fixture.ask(grace.json("/products")).await.json();
    assert_eq!(list["products"][0]["organisation"], "Invented <System>");
    // The same for whole organisations, on their page.
    let page = fixture.ask(browser.get(&format!("/organisations/{}", ada.head))).await;
    assert!(page.body.contains("The SBOMs of a new product are for"), "{}", page.body);
    let of_site = fixture.ask(browser.get(&format!("/organisations/{site}"))).await;
    assert!(!of_site.body.contains("The SBOMs of a new product"), "{}", of_site.body);
    let sboms = format!("/organisations/{}/sboms", ada.head);
    let said = fixture.ask(browser.post(&sboms, "audience=owner&all=yes")).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    assert_eq!(fixture.ask(grace.get(&release)).await.status, StatusCode::NOT_FOUND);
    let told = fixture.ask(browser.json(&format!("/organisations/{}", ada.head))).await;
    assert_eq!(told.json()["products_for"], "owner");
}

#[tokio::test]
async fn models_of_which_no_sbom_says_what_is_in_them_are_told_with_their_devices() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n\
                     2,ALDERMOOR MEDICAL,Meridian  400,2.3\n3,Aldermoor Medical,Meridian 400,2.3\n\
                     4,Halberd Biosystems,CardioView 3,1.0\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let without = async || {
        let all = fixture.ask(browser.json("/products")).await.json();
        let all = all["without"].as_array().unwrap().clone();
        let told = |one: &serde_json::Value| {
            (
                one["model"].as_str().unwrap().to_owned(),
                one["versions"].as_array().unwrap().len(),
                one["devices"].as_u64().unwrap(),
            )
        };
        all.iter().map(told).collect::<Vec<_>>()
    };
    let pump = |versions, devices| ("Meridian 400".to_owned(), versions, devices);
    let station = ("CardioView 3".to_owned(), 1, 1);
    assert_eq!(without().await, [pump(2, 3), station.clone()]);

    place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    assert_eq!(without().await, [pump(1, 2), station]);

    // The link beside a count leads to as many devices, and to all of them.
    let page = fixture.ask(browser.get("/products")).await.body;
    let (before, _) = page.split_once("\">2 devices</a>").unwrap();
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    let list = fixture.ask(browser.json(&address.replace("&#38;", "&"))).await.json();
    assert_eq!(list["total"], 2, "{address}");
    let all = fixture.ask(browser.json("/devices?among=sbom%3Anone&missing=no")).await;
    assert_eq!(all.json()["total"], 3);

    // Who looks at another site is told nothing of it.
    let site = fixture.site(&ada, "North Wing").await;
    let (_, grace) = fixture.invited(&ada, Role::Biomed, site).await;
    let theirs = fixture.ask(grace.json("/products")).await.json();
    assert_eq!(theirs["without"], serde_json::json!([]));
}
