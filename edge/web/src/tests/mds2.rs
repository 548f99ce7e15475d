//! MDS2 forms over HTTP: delivered, looked at, taken in force, compared, taken away, and told to
//! nobody else.

use axum::http::StatusCode;
use operations::organisation::make_below;
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::{Browser, Fixture};

fn fixture_file(name: &str) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join("../../fixtures/mds2").join(name)).unwrap()
}

const PLACING: &str = "maker=Acme+Medical&product=Drip+2";

impl Fixture {
    /// Delivers a form and takes it in force; gives its address.
    pub(super) async fn form_in_force(
        &self,
        who: &Browser,
        place: i64,
        bytes: &[u8],
    ) -> String {
        let sent = self.deliver(who, "/mds2/new", place, &[], bytes).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let placing = sent.header("location").to_owned();
        let placed = self.ask(who.post(&placing, PLACING)).await;
        assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.body);
        placed.header("location").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_delivered_looked_at_taken_in_force_and_taken_away() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let empty = fixture.ask(who.get("/mds2")).await;
    assert!(empty.body.contains("240 questions"), "{}", empty.body);
    for (name, word) in
        [("drip-encrypted.pdf", "encrypted"), ("drip-scanned.pdf", "text")]
    {
        let bytes = fixture_file(name);
        let refused = fixture.deliver(&who, "/mds2/new", ada.head, &[], &bytes).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body.contains(word), "{name}: {}", refused.body);
    }
    let bytes = fixture_file("drip.xlsx");
    let sent = fixture.deliver(&who, "/mds2/new", ada.head, &[], &bytes).await;
    let placing = sent.header("location").to_owned();
    let seen = fixture.ask(who.json(&placing)).await.json();
    assert_eq!(seen["proposed"]["maker"], "Acme Medical, Inc.");
    assert_eq!((&seen["edition"], &seen["questions"]), (&"2019".into(), &240.into()));
    let wrong = fixture.ask(who.post(&placing, "maker=&product=Odd")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Enter who makes it.") && wrong.body.contains("\"Odd\""));
    let fields = format!("{PLACING}&releases=2.1%2C+2.2");
    let placed = fixture.ask(who.post(&placing, &fields)).await;
    let form = placed.header("location").to_owned();

    let shown = fixture.ask(who.json(&form)).await.json();
    assert!(shown["standing"].to_string().contains("in_force"), "{}", shown["standing"]);
    assert_eq!(shown["releases"].as_array().unwrap().len(), 2);
    let sections = shown["sections"].as_array().unwrap();
    assert_eq!(sections.len(), 23);
    let lines = sections.iter().flat_map(|one| one["answers"].as_array().unwrap());
    let lines: Vec<&Value> = lines.collect();
    assert!(lines.len() >= 240);
    let line = lines.iter().find(|one| one["id"] == "SBOM-1").unwrap();
    assert_eq!(line["answer"], "no");
    assert!(line["place"].as_str().unwrap().contains('!'), "a cell: {line}");
    for one in shown["findings"].as_array().unwrap() {
        assert!(!one["ask"].as_str().unwrap().is_empty(), "{one}");
        assert!(!one["grounds"].as_array().unwrap().is_empty(), "{one}");
    }
    let page = fixture.ask(who.get(&form)).await;
    assert!(page.body.contains("Ask its maker:") && page.body.len() < 200_000);
    for inline in ["<style", " style=", " onclick", "<script>"] {
        assert!(!page.body.contains(inline), "{inline}");
    }
    let product = format!("/products/{}", shown["product"]);
    let product = fixture.ask(who.get(&product)).await;
    assert!(product.body.contains(&form), "{}", product.body);
    let file = fixture.ask(who.get(&format!("{form}/file"))).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").starts_with("attachment"));
    for path in [format!("{form}/workbook.xlsx"), "/mds2/empty.xlsx".to_owned()] {
        let file = fixture.ask(who.get(&path)).await;
        assert!(file.body.starts_with("PK"), "{path}");
    }
    let found = fixture.ask(who.json("/search?q=Drip")).await.json();
    let groups = found["groups"].as_array().unwrap();
    assert!(groups.iter().any(|one| one["hits"][0]["address"] == *form), "{found}");

    let reasonless = fixture.ask(who.post(&format!("{form}/ended"), "reason=")).await;
    assert_eq!(reasonless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ended = fixture.ask(who.post(&format!("{form}/ended"), "reason=wrong+one")).await;
    assert_eq!(ended.header("location"), form);
    let list = fixture.ask(who.json("/mds2")).await.json();
    assert_eq!(
        (list["total"].as_i64(), &list["past"][0]["reason"]),
        (Some(0), &"wrong one".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_compared_and_a_newer_one_says_what_changed() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let old = String::from_utf8(fixture_file("drip.csv")).unwrap();
    let first = fixture.form_in_force(&who, ada.head, old.as_bytes()).await;
    let new = old.replace("2026-03-20", "2026-09-01").replace(
        "SBOM-1,Is there a bill of materials of the software?,No",
        "SBOM-1,Is there a bill of materials of the software?,Yes",
    );
    let second = fixture.form_in_force(&who, ada.head, new.as_bytes()).await;
    let shown = fixture.ask(who.json(&second)).await.json();
    let changed = shown["before"]["changed"].as_array().unwrap();
    // What stands in a note agrees with nothing, as the command says it.
    let ids: Vec<&Value> = changed.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["SBOM-1", "SGUD-3.1"]);
    assert_eq!(
        (&changed[0]["id"], &changed[0]["said"][1]["answer"]),
        (&"SBOM-1".into(), &"yes".into())
    );
    let number = |form: &str| form.rsplit('/').next().unwrap().to_owned();
    let query = format!("/mds2/compare?form={}&form={}", number(&first), number(&second));
    let rows = fixture.ask(who.json(&query)).await.json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2);
    let noted = &rows["rows"][1]["said"][1];
    assert_eq!(
        (&noted["answer"], &noted["footnote"]),
        (&"see_notes".into(), &"3".into())
    );
    let note = noted["note"].as_str().unwrap();
    assert!(note.starts_with("The service account"), "{noted}");
    let all = fixture.ask(who.json(&format!("{query}&all=1"))).await.json();
    assert_eq!(
        all["rows"].as_array().unwrap().len() as i64,
        all["questions"].as_i64().unwrap()
    );
    let one = format!("/mds2/compare?form={}", number(&first));
    assert_eq!(fixture.ask(who.get(&one)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = fixture.ask(who.get(&query)).await;
    assert!(page.body.contains("answered differently"), "{}", page.body);
    assert_eq!(
        page.body.matches("note 3: The service account").count(),
        2,
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_told_to_nobody_of_another_organisation_and_to_no_guest() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let mut sites = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Site, name };
        sites.push(make_below(&fixture.app, &ada, ada.head, new).await.unwrap().id);
    }
    let form = fixture.form_in_force(&who, sites[0], &fixture_file("drip.csv")).await;
    let (_, stranger) = fixture.invited(&ada, Role::Administrator, sites[1]).await;
    let guest = fixture.guest_of(&ada, ada.head, "Acme Medical", "gus").await;
    for other in [&stranger, &guest] {
        for path in ["", "/file", "/workbook.xlsx", "/place"] {
            let told = fixture.ask(other.json(&format!("{form}{path}"))).await;
            assert!(told.status.is_client_error(), "{path}: {}", told.status);
            assert!(!told.body.contains("Drip"), "{path}: {}", told.body);
        }
        for path in ["/place", "/ended"] {
            let told = fixture
                .ask(other.post(&format!("{form}{path}"), &format!("{PLACING}&reason=x")))
                .await;
            assert!(told.status.is_client_error(), "{path}: {}", told.status);
        }
    }
    let number = form.rsplit('/').next().unwrap();
    let pair = format!("/mds2/compare?form={number}&form=1");
    for path in ["/mds2", "/search?q=Drip", "/products", &pair] {
        let told = fixture.ask(stranger.get(path)).await;
        assert!(!told.body.contains("DR-200"), "{path}: {}", told.body);
    }
    let list = fixture.ask(stranger.json("/mds2")).await.json();
    assert_eq!(list["total"], 0);
    // The guest delivers one of its own maker, and sees what becomes of that alone.
    let own = fixture
        .deliver(&guest, "/maker/mds2/new", ada.head, &[], &fixture_file("drip.csv"))
        .await;
    assert_eq!(own.status, StatusCode::SEE_OTHER, "{}", own.body);
    let told = fixture.ask(guest.json("/maker/products")).await.json();
    assert_eq!(told["forms"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["forms"][0]["state"], "waits for the house");
    let waiting = fixture.ask(who.json("/mds2")).await.json();
    assert_eq!(waiting["waiting"].as_array().unwrap().len(), 1);
}
