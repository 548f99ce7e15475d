//! Projects and components, as programs that know Dependency-Track ask for them.

use axum::http::StatusCode;
use data_encoding::BASE64;
use serde_json::json;

use super::Fixture;
use super::api::{Program, index, named};
use super::tokens::{asked, token_of};

#[tokio::test]
async fn a_project_tells_those_below_it_and_counts_when_it_is_asked() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    index(&fixture).await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let family = json!({ "name": "Family", "publisher": "Aldermoor Medical" });
    let (_, family) = program.put("/api/v1/project", &family).await;
    let family = family["uuid"].as_str().unwrap();
    let mut words = named("Meridian 400", "2.1");
    words["parentName"] = "Family".into();
    let (status, receipt) = program.deliver(words).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    let child = receipt["projectUuid"].as_str().unwrap();
    let below = program.good(&format!("/api/v1/project/{family}/children")).await;
    assert_eq!(below.as_array().unwrap().len(), 1, "{below}");
    assert_eq!(below[0]["uuid"], child);
    assert_eq!(
        program.good(&format!("/api/v1/project/{child}/children")).await,
        json!([])
    );
    let nobody = "a66c6686-3ed8-4102-b96d-e0c57b110898";
    for (path, status) in [
        (format!("/api/v1/metrics/project/{child}/refresh"), StatusCode::OK),
        (format!("/api/v1/metrics/project/{nobody}/refresh"), StatusCode::NOT_FOUND),
        (format!("/api/v1/project/{nobody}/children"), StatusCode::NOT_FOUND),
        ("/api/v1/project/x/children".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let answer = fixture.ask(asked("GET", &path, &program.token, "")).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_component_tells_its_cpe_where_it_has_one() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let cpe = "cpe:2.3:a:openssl:openssl:1.1.1k:*:*:*:*:*:*:*";
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            { "type": "library", "name": "openssl", "version": "1.1.1k", "cpe": cpe },
            { "type": "library", "name": "zlib", "version": "1.2.11" },
        ],
    });
    let mut words = named("Pump", "1");
    words["bom"] = BASE64.encode(bom.to_string().as_bytes()).into();
    let (status, receipt) = program.put("/api/v1/bom", &words).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    let uuid = receipt["projectUuid"].as_str().unwrap();
    let parts = program.good(&format!("/api/v1/component/project/{uuid}")).await;
    assert_eq!(parts[0]["cpe"], cpe, "{parts}");
    assert!(parts[1].get("cpe").is_none(), "{parts}");
}
