//! Programs that deliver bills of materials and read what is known of them, as they speak with
//! Dependency-Track.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use data_encoding::BASE64;
use operations::work_off;
use serde_json::{Value, json};
use store::{Kind, NewOrganisation, Role};

use super::Fixture;
use super::tokens::{asked, token_of};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

fn pump() -> Vec<u8> {
    std::fs::read(demo().join("sboms/meridian-400-2.1.cdx.json")).unwrap()
}

/// Puts the advisories of the demonstration in use.
pub(super) async fn index(fixture: &Fixture) {
    let sources: Vec<PathBuf> = std::fs::read_dir(demo().join("advisories"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let file = fixture._folder.path().join("demo.index");
    let order =
        feeds::Order { index: &file, sources: &sources, cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    operations::judging::use_index(&fixture.app, &file).await.unwrap();
}

/// A program with a token.
pub(super) struct Program<'f> {
    pub(super) fixture: &'f Fixture,
    pub(super) token: String,
}

impl Program<'_> {
    pub(super) async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = self.fixture.ask(asked("GET", path, &self.token, "")).await;
        (answer.status, answer.json())
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = asked("PUT", path, &self.token, &body.to_string());
        let answer = self.fixture.ask(request).await;
        (answer.status, answer.json())
    }

    pub(super) async fn good(&self, path: &str) -> Value {
        let (status, value) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {value}");
        value
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = asked("POST", path, &self.token, &body.to_string());
        let answer = self.fixture.ask(request).await;
        (answer.status, answer.json())
    }

    async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = asked("PATCH", path, &self.token, &body.to_string());
        let answer = self.fixture.ask(request).await;
        let value = serde_json::from_str(&answer.body).unwrap_or_default();
        (answer.status.as_u16(), value)
    }

    pub(super) async fn deliver(&self, words: Value) -> (StatusCode, Value) {
        let mut body = words;
        body["bom"] = BASE64.encode(&pump()).into();
        self.put("/api/v1/bom", &body).await
    }
}

pub(super) fn named(name: &str, version: &str) -> Value {
    json!({ "projectName": name, "projectVersion": version, "autoCreate": true })
}

#[tokio::test]
async fn a_build_delivers_waits_and_reads_what_is_known() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    index(&fixture).await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let (status, receipt) = program.deliver(named("Meridian 400", "2.1")).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    let uuid = receipt["projectUuid"].as_str().unwrap().to_owned();
    for door in ["bom", "event"] {
        let path = format!("/api/v1/{door}/token/{}", receipt["token"].as_str().unwrap());
        assert_eq!(program.good(&path).await, json!({ "processing": true }));
    }
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let path = format!("/api/v1/event/token/{}", receipt["token"].as_str().unwrap());
    assert_eq!(program.good(&path).await, json!({ "processing": false }));

    let looked =
        program.good("/api/v1/project/lookup?name=Meridian%20400&version=2.1").await;
    assert_eq!(looked["uuid"], uuid.as_str());
    assert_eq!(looked["supplier"]["name"], "Aldermoor Medical");
    assert!(looked["lastBomImport"].as_i64().unwrap() > 1_700_000_000_000);
    assert!(looked["lastBomImportFormat"].as_str().unwrap().starts_with("CycloneDX"));
    assert_eq!(program.good(&format!("/api/v1/project/{uuid}/")).await, looked);

    let findings = program.good(&format!("/api/v1/finding/project/{uuid}")).await;
    let first = &findings[0];
    assert!(first["vulnerability"]["vulnId"].as_str().unwrap().contains('-'));
    assert!(findings.as_array().unwrap().iter().any(|one| {
        one["component"]["purl"].as_str().is_some_and(|purl| purl.starts_with("pkg:"))
    }));
    assert_eq!(first["component"]["project"], uuid.as_str());
    assert_eq!(first["analysis"], json!({ "isSuppressed": false }));
    for finding in findings.as_array().unwrap() {
        let verdict = finding["lazaret"]["verdict"].as_str().unwrap();
        assert!(!["fixed", "not_affected"].contains(&verdict), "{finding}");
    }
    let metrics = program.good(&format!("/api/v1/metrics/project/{uuid}/current")).await;
    assert_eq!(metrics["findingsTotal"], findings.as_array().unwrap().len());
    let found = program.good(&format!("/api/v1/vulnerability/project/{uuid}")).await;
    assert!(found.as_array().unwrap().len() <= findings.as_array().unwrap().len());
    assert_eq!(
        program.good(&format!("/api/v1/violation/project/{uuid}")).await,
        json!([])
    );
}

#[tokio::test]
async fn without_an_index_nothing_is_said_to_be_well() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let (_, receipt) = program.deliver(named("Meridian 400", "2.1")).await;
    let uuid = receipt["projectUuid"].as_str().unwrap();
    for what in
        ["finding/project/{}", "vulnerability/project/{}", "metrics/project/{}/current"]
    {
        let path = format!("/api/v1/{}", what.replace("{}", uuid));
        let (status, problem) = program.get(&path).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {problem}");
    }
    let components = program.good(&format!("/api/v1/component/project/{uuid}")).await;
    assert!(components.as_array().unwrap().len() > 3);
}

#[tokio::test]
async fn what_a_person_said_of_a_release_stays_when_a_build_delivers() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n";
    super::devices::take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let (_, receipt) = program.deliver(named("Meridian 400", "2.1")).await;
    let uuid = receipt["projectUuid"].as_str().unwrap();
    let project = program.good(&format!("/api/v1/project/{uuid}")).await;
    let release = project["lazaret"]["see"].as_str().unwrap();
    let before = fixture.ask(browser.json(release)).await.json();
    assert_eq!(before["builds"], json!([]), "nobody said so");

    let builds = fixture.app.store.builds(ada.head).await.unwrap();
    let fields = format!("build-{}=on", builds[0].id);
    let said = fixture.ask(browser.post(&format!("{release}/builds"), &fields)).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    // By its UUID this time, and with the parameter that is passed over then.
    let (status, again) =
        program.deliver(json!({ "project": uuid, "autoCreate": "true" })).await;
    assert_eq!(status, StatusCode::OK, "{again}");
    assert_eq!(again["projectUuid"], uuid);
    let after = fixture.ask(browser.json(release)).await.json();
    assert_eq!(after["builds"][0]["devices"], 1);
    assert_eq!(after["bills"].as_array().unwrap().len(), 1, "the same document");
    let later = program.good(&format!("/api/v1/project/{uuid}")).await;
    assert!(later["lastBomImport"].as_i64() > project["lastBomImport"].as_i64());
}

#[tokio::test]
async fn a_project_is_made_by_name_only_when_the_program_says_so() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let good =
        json!({ "projectName": "Pump", "projectVersion": "1", "autoCreate": true });
    let without = |member: &str, value: Value| {
        let mut changed = good.clone();
        changed[member] = value;
        changed
    };
    let stranger = "a66c6686-3ed8-4102-b96d-e0c57b110898";
    for (wrong, status) in [
        (without("autoCreate", false.into()), 404),
        (without("autoCreate", "false".into()), 404),
        (without("autoCreate", Value::Null), 404),
        (without("autoCreate", "perhaps".into()), 400),
        (without("projectName", Value::Null), 400),
        (without("projectName", "x".repeat(256).into()), 400),
        (without("project", "x".into()), 400),
        (without("project", stranger.into()), 404),
        (without("parentName", "Family".into()), 404),
        (without("parentUUID", stranger.into()), 404),
    ] {
        let (found, problem) = program.deliver(wrong.clone()).await;
        assert_eq!(found.as_u16(), status, "{wrong}: {problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
    }
    assert_eq!(program.good("/api/v1/project").await, json!([]));

    let family = json!({ "name": "Family", "publisher": "Aldermoor Medical" });
    let (status, family) = program.put("/api/v1/project", &family).await;
    assert_eq!((status, &family["version"]), (StatusCode::CREATED, &Value::Null));
    let (status, _) = program.put("/api/v1/project", &json!({ "name": "Family" })).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let child = without("parentName", "Family".into());
    let (status, receipt) = program.deliver(child).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    let uuid = receipt["projectUuid"].as_str().unwrap();
    let child = program.good(&format!("/api/v1/project/{uuid}")).await;
    assert_eq!(child["parent"]["uuid"], family["uuid"]);
    // Another version of the product needs no word about who makes it.
    let (status, _) = program.deliver(without("projectVersion", "2".into())).await;
    assert_eq!(status, StatusCode::OK);
    let all = program.good("/api/v1/project?name=Pump").await;
    assert_eq!(all.as_array().unwrap().len(), 2);
}

/// Name, version, tags and whether it is the newest, of a list of projects.
fn brief(list: &Value) -> Vec<String> {
    let each = list.as_array().unwrap().iter().map(|one| {
        let tags = one["tags"].as_array().unwrap().iter();
        let tags: Vec<&str> = tags.map(|tag| tag["name"].as_str().unwrap()).collect();
        let newest = if one["isLatest"].as_bool().unwrap() { " newest" } else { "" };
        format!("{} [{}]{newest}", one["version"].as_str().unwrap(), tags.join(","))
    });
    each.collect()
}

#[tokio::test]
async fn tags_and_the_newest_of_a_name_are_what_the_build_said() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let with = |version: &str, more: Value| {
        let mut words = named("Pump", version);
        words.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        words
    };
    let tags = |names: &[&str]| {
        let each = names.iter().map(|name| json!({ "name": name }));
        json!({ "projectTags": each.collect::<Vec<_>>() })
    };
    for (what, words, now) in [
        ("made", with("1", json!({ "isLatest": true })), vec!["1 [] newest"]),
        (
            "tagged",
            with("1", tags(&[" Nightly ", "ICU", "icu"])),
            vec!["1 [icu,nightly] newest"],
        ),
        ("silent", with("1", json!({})), vec!["1 [icu,nightly] newest"]),
        (
            "null",
            with("1", json!({ "projectTags": null })),
            vec!["1 [icu,nightly] newest"],
        ),
        (
            "names",
            with("1", json!({ "projectTags": ["b", { "name": null }] })),
            vec!["1 [b] newest"],
        ),
        ("none", with("1", tags(&[])), vec!["1 [] newest"]),
        ("other", with("2", json!({ "isLatest": false })), vec!["1 [] newest", "2 []"]),
        ("later", with("2", json!({ "isLatest": true })), vec!["1 [] newest", "2 []"]),
        (
            "as 4.12 writes it",
            with("3", json!({ "isLatestProjectVersion": true })),
            vec!["1 []", "2 []", "3 [] newest"],
        ),
    ] {
        let (status, receipt) = program.deliver(words).await;
        assert_eq!(status, StatusCode::OK, "{what}: {receipt}");
        assert_eq!(brief(&program.good("/api/v1/project").await), now, "{what}");
    }
    for wrong in [
        json!({ "projectTags": "a" }),
        json!({ "projectTags": [7] }),
        json!({ "projectTags": [{ "name": "x".repeat(256) }] }),
        json!({ "projectTags": [{ "name": "a\nb" }] }),
        json!({ "projectTags": (0..101).map(|n| n.to_string()).collect::<Vec<_>>() }),
        json!({ "isLatest": "perhaps" }),
    ] {
        let (status, problem) = program.deliver(with("1", wrong.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}: {problem}");
    }
    let now = ["1 []", "2 []", "3 [] newest"];
    assert_eq!(brief(&program.good("/api/v1/project").await), now, "nothing was changed");
}

#[tokio::test]
async fn projects_are_found_by_tag_and_as_the_newest_of_their_name() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    for (name, version, tags, is_latest) in [
        ("Pump", "1", json!([{ "name": "Ward/3" }]), true),
        ("Pump", "2", json!([{ "name": "icu" }, { "name": "ward/3" }]), true),
        ("Bed", "1", json!([]), false),
        ("Bed / Frame", "1", Value::Null, true),
    ] {
        let new = json!({
            "name": name, "version": version, "tags": tags, "isLatest": is_latest,
            "classifier": "DEVICE", "active": true,
        });
        let (status, made) = program.put("/api/v1/project", &new).await;
        assert_eq!((status, &made["isLatest"]), (StatusCode::CREATED, &is_latest.into()));
    }
    for (path, found) in [
        ("/api/v1/project/tag/ward%2F3", vec!["1 [ward/3]", "2 [icu,ward/3] newest"]),
        ("/api/v1/project/tag/ICU", vec!["2 [icu,ward/3] newest"]),
        ("/api/v1/project/tag/ward", vec![]),
        ("/api/v1/project?searchText=Icu", vec!["2 [icu,ward/3] newest"]),
        ("/api/v1/project?searchText=war", vec![]),
    ] {
        assert_eq!(brief(&program.good(path).await), found, "{path}");
    }
    for (name, version) in [("Pump", "2"), ("Bed%20%2F%20Frame", "1")] {
        let found = program.good(&format!("/api/v1/project/latest/{name}")).await;
        assert_eq!(found["version"], version, "{name}");
        let looked = format!("/api/v1/project/lookup?name={name}&version={version}");
        assert_eq!(program.good(&looked).await, found);
    }
    for absent in ["Bed", "pump", "Pum", "%20"] {
        let path = format!("/api/v1/project/latest/{absent}");
        assert_eq!(program.get(&path).await.0, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[tokio::test]
async fn what_a_program_says_anew_of_a_project_is_changed_and_nothing_else() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let mut paths = Vec::new();
    for version in ["1", "2"] {
        let new =
            json!({ "name": "Pump", "version": version, "isLatest": version == "1" });
        let (_, made) = program.put("/api/v1/project", &new).await;
        paths.push(format!("/api/v1/project/{}", made["uuid"].as_str().unwrap()));
    }
    let uuid = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let (one, two) = (&paths[0], &paths[1]);
    let parent = json!({ "parent": { "uuid": uuid(one) } });
    for (path, change, status, now) in [
        (two, json!({ "isLatest": true }), 200, ["1 []", "2 [] newest"]),
        (two, json!({ "isLatest": true }), 304, ["1 []", "2 [] newest"]),
        (two, json!({}), 304, ["1 []", "2 [] newest"]),
        (two, json!({ "tags": [{ "name": "A" }] }), 200, ["1 []", "2 [a] newest"]),
        (two, json!({ "tags": [{ "name": "a" }] }), 304, ["1 []", "2 [a] newest"]),
        (
            two,
            json!({ "name": "Pump", "version": "2", "tags": [] }),
            200,
            ["1 []", "2 [] newest"],
        ),
        (two, json!({ "description": "Infuses." }), 304, ["1 []", "2 [] newest"]),
        (two, parent.clone(), 200, ["1 []", "2 [] newest"]),
        (two, parent.clone(), 304, ["1 []", "2 [] newest"]),
        (two, json!({ "isLatest": false }), 200, ["1 []", "2 []"]),
        (one, parent, 409, ["1 []", "2 []"]),
        (one, json!({ "name": "Bed" }), 409, ["1 []", "2 []"]),
        (one, json!({ "version": "9", "isLatest": true }), 409, ["1 []", "2 []"]),
        (one, json!({ "tags": [{ "name": "\u{7f}" }] }), 400, ["1 []", "2 []"]),
        (one, json!(7), 400, ["1 []", "2 []"]),
    ] {
        let (answered, value) = program.patch(path, &change).await;
        assert_eq!(answered, status, "{change}: {value}");
        assert_eq!(brief(&program.good("/api/v1/project").await), now, "{change}");
    }
    assert_eq!(program.good(two).await["parent"]["uuid"], uuid(one));
    // What no project of this house is called is none of them, and never the first.
    let stranger = "a66c6686-3ed8-4102-b96d-e0c57b110898";
    let named = format!("/api/v1/project/{stranger}");
    assert_eq!(program.patch(&named, &json!({ "isLatest": true })).await.0, 404);
    let bom = json!({ "project": stranger, "bom": "e30=" });
    let (refused, told) = program.put("/api/v1/bom", &bom).await;
    assert_eq!(refused, 404, "{told}");
    assert_eq!(brief(&program.good("/api/v1/project").await), ["1 []", "2 []"]);
    // Whoever may only look changes nothing.
    let (viewer, _) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let viewer = Program { fixture: &fixture, token: token_of(&fixture, &viewer).await };
    assert_eq!(viewer.patch(two, &json!({ "isLatest": true })).await.0, 403);
}

#[tokio::test]
async fn what_is_no_bill_is_refused_with_its_reason() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    for (bom, why) in [
        (json!(BASE64.encode(b"{\"a\":1}")), ""),
        (json!("***"), "no base64"),
        (json!(""), "no bill of materials"),
        (Value::Null, "not what this address takes"),
        (json!(7), "not what this address takes"),
    ] {
        let mut body = named("Pump", "1");
        body["bom"] = bom.clone();
        let (status, problem) = program.put("/api/v1/bom", &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bom}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(why), "{bom}: {problem}");
    }
    for body in ["", "[]", "{", "\u{0}"] {
        let answer = fixture.ask(asked("PUT", "/api/v1/bom", &program.token, body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.body);
    }
    assert_eq!(program.good("/api/v1/project").await, json!([]));
}

const BOUNDARY: &str = "----lazaret";

fn form(token: &str, parts: &[(&str, &[u8])]) -> Request<Body> {
    form_between(token, BOUNDARY, parts)
}

fn form_between(token: &str, boundary: &str, parts: &[(&str, &[u8])]) -> Request<Body> {
    let mut bytes = Vec::new();
    for (head, value) in parts {
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Request::post("/api/v1/bom")
        .header("x-api-key", token)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(bytes))
        .unwrap()
}

#[tokio::test]
async fn a_form_of_parts_is_taken_in_any_order() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let file: &[u8] = &pump();
    let parts: [(&str, &[u8]); 6] = [
        ("name=\"bom\"; filename=\"pump.json\"", file),
        ("name=\"projectName\"", b"Pump"),
        ("name=\"projectVersion\"", b"1"),
        ("name=\"projectTags\"", b"nightly,pump"),
        ("name=\"autoCreate\"", b"true"),
        ("name=\"isLatest\"", b"true"),
    ];
    let taken = fixture.ask(form(&token, &parts)).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    let program = Program { fixture: &fixture, token: token.clone() };
    let made = program.good("/api/v1/project/latest/Pump").await;
    assert_eq!(made["tags"], json!([{ "name": "nightly" }, { "name": "pump" }]));
    assert_eq!(made["uuid"], taken.json()["projectUuid"]);
    for (wrong, status) in [
        (&parts[1..], 400),
        (&parts[..1], 400),
        (&[("name=\"bom\"", b"".as_slice()), parts[1]][..], 400),
        (&[parts[0], parts[1]][..], 404),
        (&[parts[0], parts[1], ("name=\"autoCreate\"", b"x")][..], 400),
        (&[parts[0], parts[1], ("name=\"isLatest\"", b"perhaps")][..], 400),
        (&[parts[0], parts[1], ("name=\"projectTags\"", b"a,\x07")][..], 400),
        (&[parts[0], parts[1], ("name=\"projectTags\"", &[b'x'; 9000])][..], 413),
    ] {
        let refused = fixture.ask(form(&token, wrong)).await;
        assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
}

/// Who was shown an older analysis than the one that stands is refused.
async fn overwrites_nothing(program: &Program<'_>, said: &Value, analysis: &Value) {
    let shown = analysis["lazaret"]["revision"].as_i64().unwrap();
    let mut stale = said.clone();
    stale["comment"] = json!("Late.");
    for revision in [shown - 1, 0] {
        stale["lazaret"] = json!({ "revision": revision });
        let (status, problem) = program.put("/api/v1/analysis", &stale).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    }
}

/// A build sends a bill that lists nothing: it is answered as any other, and takes the place of
/// none.
async fn sends_nothing(program: &Program<'_>, uuid: &str, mut bill: Value) {
    bill["components"] = json!([]);
    let bom = BASE64.encode(bill.to_string().as_bytes());
    let (status, told) =
        program.put("/api/v1/bom", &json!({ "project": uuid, "bom": bom })).await;
    assert_eq!((status, told["token"].is_string()), (StatusCode::OK, true));
}

#[tokio::test]
async fn an_analysis_is_written_read_and_survives_the_next_delivery() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    index(&fixture).await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let (_, receipt) = program.deliver(named("Meridian 400", "2.1")).await;
    let uuid = receipt["projectUuid"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/finding/project/{uuid}");
    let findings = program.good(&path).await;
    let count = findings.as_array().unwrap().len();
    let (component, vulnerability) =
        (&findings[0]["component"]["uuid"], &findings[0]["vulnerability"]["uuid"]);
    let asked = format!(
        "/api/v1/analysis?project={uuid}&component={}&vulnerability={}",
        component.as_str().unwrap(),
        vulnerability.as_str().unwrap()
    );
    assert_eq!(program.get(&asked).await.0, StatusCode::NOT_FOUND);
    let said = json!({
        "project": uuid, "component": component, "vulnerability": vulnerability,
        "analysisState": "NOT_AFFECTED", "analysisJustification": "CODE_NOT_REACHABLE",
        "analysisResponse": "WILL_NOT_FIX", "analysisDetails": "The port is closed.",
        "comment": "Seen on the bench.", "isSuppressed": true,
    });
    let (status, analysis) = program.put("/api/v1/analysis", &said).await;
    assert_eq!(status, StatusCode::OK, "{analysis}");
    assert_eq!(analysis["analysisState"], "NOT_AFFECTED");
    let remarks: Vec<&str> = analysis["analysisComments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["comment"].as_str().unwrap())
        .collect();
    assert_eq!(remarks[0], "Analysis: NOT_SET → NOT_AFFECTED");
    assert_eq!(remarks[remarks.len() - 2..], ["Suppressed", "Seen on the bench."]);
    assert_eq!(program.good(&asked).await, analysis);
    overwrites_nothing(&program, &said, &analysis).await;
    assert_eq!(program.good(&asked).await, analysis);
    let left = program.good(&path).await;
    assert_eq!(left.as_array().unwrap().len(), count - 1);

    // The same bill comes again, and another takes its place: the word stays.
    program.deliver(json!({ "project": uuid })).await;
    let mut changed: Value = serde_json::from_slice(&pump()).unwrap();
    changed["serialNumber"] = "urn:uuid:00000000-0000-4000-8000-000000000000".into();
    let bom = BASE64.encode(changed.to_string().as_bytes());
    let (status, _) =
        program.put("/api/v1/bom", &json!({ "project": uuid, "bom": bom })).await;
    assert_eq!(status, StatusCode::OK);
    sends_nothing(&program, &uuid, changed).await;
    let all = program.good(&format!("{path}?suppressed=true")).await;
    assert_eq!(all.as_array().unwrap().len(), count);
    let suppressed: Vec<&Value> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["analysis"]["isSuppressed"] == true)
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["analysis"]["state"], "NOT_AFFECTED");

    for (member, value) in [
        ("analysisState", json!("FINE")),
        ("analysisJustification", json!("BECAUSE")),
        ("analysisResponse", json!("NONE")),
        ("component", json!("x")),
        ("vulnerability", json!("x")),
        ("isSuppressed", json!("perhaps")),
    ] {
        let mut wrong = said.clone();
        wrong[member] = value;
        let (status, problem) = program.put("/api/v1/analysis", &wrong).await;
        assert!(status.is_client_error(), "{member}: {status} {problem}");
    }
}

#[tokio::test]
async fn what_one_organisation_delivers_no_other_reads() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    index(&fixture).await;
    let mut programs = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Site, name };
        let made =
            operations::organisation::make_below(&fixture.app, &ada, ada.head, new);
        let place = made.await.unwrap().id;
        let (holder, _) = fixture.invited(&ada, Role::Security, place).await;
        programs.push(Program {
            fixture: &fixture,
            token: token_of(&fixture, &holder).await,
        });
    }
    let [north, south] = &programs[..] else { panic!("two programs") };
    let mut words = named("Meridian 400", "2.1");
    words["projectTags"] = json!([{ "name": "icu" }]);
    words["isLatest"] = true.into();
    let (_, receipt) = north.deliver(words).await;
    let uuid = receipt["projectUuid"].as_str().unwrap();
    let findings = north.good(&format!("/api/v1/finding/project/{uuid}")).await;
    let about = json!({
        "component": findings[0]["component"]["uuid"],
        "vulnerability": findings[0]["vulnerability"]["uuid"],
    });
    assert_eq!(south.good("/api/v1/project").await, json!([]));
    assert_eq!(south.good("/api/v1/project/tag/icu").await, json!([]));
    assert_eq!(brief(&north.good("/api/v1/project/tag/icu").await), ["2.1 [icu] newest"]);
    for path in [
        format!("/api/v1/project/{uuid}"),
        "/api/v1/project/lookup?name=Meridian%20400&version=2.1".to_owned(),
        "/api/v1/project/latest/Meridian%20400".to_owned(),
        format!("/api/v1/component/project/{uuid}"),
        format!("/api/v1/finding/project/{uuid}"),
        format!("/api/v1/vulnerability/project/{uuid}"),
        format!("/api/v1/violation/project/{uuid}"),
        format!("/api/v1/metrics/project/{uuid}/current"),
        format!(
            "/api/v1/analysis?component={}&vulnerability={}",
            about["component"].as_str().unwrap(),
            about["vulnerability"].as_str().unwrap()
        ),
    ] {
        assert_eq!(south.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(south.deliver(json!({ "project": uuid })).await.0, StatusCode::NOT_FOUND);
    assert_eq!(south.put("/api/v1/analysis", &about).await.0, StatusCode::NOT_FOUND);
    // What it calls the same is another one, its own.
    let mut words = named("Meridian 400", "2.1");
    words["isLatest"] = true.into();
    let (status, own) = south.deliver(words).await;
    assert_eq!(status, StatusCode::OK, "{own}");
    assert_ne!(own["projectUuid"], uuid);
    let path = "/api/v1/project/latest/Meridian%20400";
    assert_eq!(north.good(path).await["uuid"], uuid, "it is still the newest there");
}

#[tokio::test]
async fn lists_come_in_parts_with_their_count() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    for version in ["1", "2", "3"] {
        let new = json!({ "name": "Pump", "version": version });
        assert_eq!(program.put("/api/v1/project", &new).await.0, StatusCode::CREATED);
    }
    for (query, expected) in [
        ("", vec!["1", "2", "3"]),
        ("?pageNumber=2&pageSize=2", vec!["3"]),
        ("?page=1&limit=2", vec!["1", "2"]),
        ("?offset=1&limit=1", vec!["2"]),
        ("?pageNumber=9", vec![]),
        ("?pageSize=0", vec![]),
        ("?pageNumber=0&pageSize=1", vec!["1"]),
        ("?pageNumber=18446744073709551615&pageSize=18446744073709551615", vec![]),
        ("?searchText=pUMP", vec!["1", "2", "3"]),
        ("?searchText=syringe", vec![]),
    ] {
        let path = format!("/api/v1/project{query}");
        let answer = fixture.ask(asked("GET", &path, &program.token, "")).await;
        let list = answer.json();
        let versions: Vec<&str> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["version"].as_str().unwrap())
            .collect();
        assert_eq!(versions, expected, "{query}");
        let count = if query.contains("syringe") { "0" } else { "3" };
        assert_eq!(answer.header("x-total-count"), count, "{query}");
    }
    for wrong in ["?pageSize=x", "?pageNumber=-1"] {
        let (status, _) = program.get(&format!("/api/v1/project{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let answer =
        fixture.ask(Request::get("/api/version").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.json()["application"], "Lazaret");
}

#[tokio::test]
async fn a_cursor_leads_through_a_list_whatever_comes_to_it() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let make = async |version: &str| {
        let new = json!({ "name": "Pump", "version": version });
        assert_eq!(program.put("/api/v1/project", &new).await.0, StatusCode::CREATED);
    };
    for version in ["2", "4", "6"] {
        make(version).await;
    }
    let (mut path, mut seen) =
        ("/api/v1/project?name=Pump&pageSize=1".to_owned(), Vec::new());
    loop {
        let answer = fixture.ask(asked("GET", &path, &program.token, "")).await;
        seen.push(answer.json()[0]["version"].as_str().unwrap().to_owned());
        if seen.len() == 1 {
            make("1").await;
        }
        let link = answer.header("link").to_owned();
        let Some(next) = link.strip_prefix('<').and_then(|link| link.split('>').next())
        else {
            break;
        };
        assert!(link.ends_with("rel=\"next\"") && next.contains("name=Pump"), "{link}");
        path = next.to_owned();
    }
    assert_eq!(seen, ["2", "4", "6"]);
    let (status, problem) = program.get("/api/v1/project?after=x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
}

#[tokio::test]
async fn what_is_sent_again_under_a_key_is_done_once() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let send = async |token: &str, key: &str, path: &str, body: &Value| {
        let mut request = asked("PUT", path, token, &body.to_string());
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        fixture.ask(request).await
    };
    let new = json!({ "name": "Pump", "version": "1" });
    let first = send(&token, "k 1", "/api/v1/project", &new).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let again = send(&token, "k 1", "/api/v1/project", &new).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(again.header("idempotency-replayed"), "true");
    let scope = store::Scope::whole(ada.head);
    let leaves = fixture.app.store.leaves(&scope, i64::MAX, 2).await.unwrap();
    assert_eq!(leaves.iter().filter(|leaf| leaf.act == "make release").count(), 1);

    // Another body, or another address, under the same key is refused.
    let other = json!({ "name": "Pump", "version": "2" });
    for (path, body) in [("/api/v1/project", &other), ("/api/v1/project?x=1", &new)] {
        let refused = send(&token, "k 1", path, body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    }
    // The key of another token is another key; and what was refused may be mended.
    let second = token_of(&fixture, &ada).await;
    let conflict = send(&second, "k 1", "/api/v1/project", &new).await;
    assert_eq!(
        conflict.status,
        StatusCode::CONFLICT,
        "it is there, and this is no repetition"
    );
    let mended = send(&second, "k 1", "/api/v1/project", &other).await;
    assert_eq!(mended.status, StatusCode::CREATED, "{}", mended.body);
    for wrong in ["", " ", &"x".repeat(256)] {
        let refused = send(&token, wrong, "/api/v1/project", &new).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    // Twice the same delivery, as a form of parts whose end the reader need not look at. A
    // program chooses another boundary each time.
    let file: &[u8] = &pump();
    let parts: [(&str, &[u8]); 3] = [
        ("name=\"bom\"; filename=\"pump.json\"", file),
        ("name=\"projectName\"", b"Other"),
        ("name=\"autoCreate\"", b"true"),
    ];
    let mut answers = Vec::new();
    for boundary in ["0123456789", "----another"] {
        let mut request = form_between(&token, boundary, &parts);
        request.headers_mut().insert("idempotency-key", "delivery".parse().unwrap());
        answers.push(fixture.ask(request).await);
    }
    let mut renamed = parts;
    renamed[0].0 = "name=\"bom\"; filename=\"other.json\"";
    let mut request = form(&token, &renamed);
    request.headers_mut().insert("idempotency-key", "delivery".parse().unwrap());
    let refused = fixture.ask(request).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert_eq!(answers[0].status, StatusCode::OK, "{}", answers[0].body);
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!(answers[1].header("idempotency-replayed"), "true");
    // In a browser the header means nothing.
    let mut request = browser.post("/feeds/asked", "");
    request.headers_mut().insert("idempotency-key", "k 1".parse().unwrap());
    assert!(fixture.ask(request).await.header("idempotency-replayed").is_empty());
}
