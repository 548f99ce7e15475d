//! The description of the API is whole, well formed, and what the server answers.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::api::{Program, index, named};
use super::tokens::token_of;
use super::{Browser, Fixture};
use crate::{openapi, routes};

pub(super) async fn document(fixture: &Fixture) -> Value {
    let answer = fixture.ask(Browser::default().get("/api/openapi.json")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[tokio::test]
async fn every_route_for_programs_is_described_and_nothing_else() {
    let fixture = Fixture::new().await;
    let list = routes::all(&fixture.house);
    let asked: BTreeSet<(&str, &str)> = list
        .list()
        .iter()
        .filter(|address| openapi::is_for_programs(address))
        .map(|address| (address.method, address.path))
        .collect();
    let told: Vec<(&str, &str)> = openapi::told().collect();
    let each: BTreeSet<(&str, &str)> = told.iter().copied().collect();
    assert_eq!(each.len(), told.len(), "a route is told twice");
    let lacking: Vec<_> = asked.difference(&each).collect();
    assert!(
        lacking.is_empty(),
        "say in openapi/told.rs what these take and give: {lacking:?}"
    );
    let ghosts: Vec<_> = each.difference(&asked).collect();
    assert!(
        ghosts.is_empty(),
        "openapi/told.rs tells of routes that are not there: {ghosts:?}"
    );
}

#[tokio::test]
async fn the_description_holds_together() {
    let fixture = Fixture::new().await;
    let document = document(&fixture).await;
    assert_eq!(document["openapi"], "3.1.1");
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    let mut named = BTreeSet::new();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is named and not there");
        named.insert(name);
    }
    for name in schemas.keys() {
        assert!(named.contains(name.as_str()), "{name} is there and nobody names it");
    }
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            let summary = operation["summary"].as_str().unwrap();
            assert!(summary.len() > 3 && !summary.ends_with('.'), "{method} {path}");
            let within = operation["parameters"].as_array().unwrap().iter();
            let within = within.filter(|one| one["in"] == "path").count();
            assert_eq!(within, path.matches('{').count(), "{method} {path}");
        }
    }
}

/// An answer in JSON that is described as any object, or as anything, is described as nothing.
#[tokio::test]
async fn every_answer_in_json_is_described_by_its_members() {
    let fixture = Fixture::new().await;
    let document = document(&fixture).await;
    let mut bare = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let Some(content) = answer["content"].get("application/json") else {
                    continue;
                };
                if !is_described(&document, &content["schema"]) {
                    bare.push(format!("{method} {path} {status}"));
                }
            }
        }
    }
    assert!(bare.is_empty(), "say what these answer: {bare:?}");
}

/// Whether it says which members there are.
fn is_described(document: &Value, schema: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return is_described(document, &document["components"]["schemas"][name]);
    }
    let any = schema["anyOf"].as_array();
    any.is_some_and(|any| any.iter().all(|one| is_described(document, one)))
        || schema["type"] == "array" && is_described(document, &schema["items"])
        || schema["properties"].is_object() && schema["additionalProperties"] == false
}

#[test]
fn no_shape_is_told_twice() {
    let mut names = BTreeSet::new();
    for name in openapi::shapes_named() {
        assert!(names.insert(name.clone()), "{name} stands in two files");
    }
}

/// Fails for what says of a member no word of what it means.
fn each_member_is_worded(schema: &Value, at: &str) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let words = member["description"].as_str().unwrap_or_default();
        assert!(words.ends_with('.'), "say what `{name}` of {at} means: {words:?}");
    }
    match schema {
        Value::Object(members) => {
            members.iter().for_each(|(name, one)| {
                each_member_is_worded(one, &format!("{at}/{name}"))
            });
        }
        Value::Array(all) => all.iter().for_each(|one| each_member_is_worded(one, at)),
        _ => (),
    }
}

/// Names of Dependency-Track, of RFC 9457 and of a report say by themselves what they are.
#[test]
fn each_member_of_a_page_says_what_it_means() {
    for (name, shape) in openapi::shapes_of_pages() {
        each_member_is_worded(&shape, &name);
    }
}

/// Fails if a value is not of the shape that the document gives to an answer.
#[track_caller]
pub(super) fn holds(
    document: &Value,
    path: &str,
    method: &str,
    status: u16,
    value: &Value,
) {
    let answer = &document["paths"][path][method]["responses"][status.to_string()];
    let content = answer["content"].as_object();
    let content =
        content.unwrap_or_else(|| panic!("{method} {path}: no answer {status}"));
    let (_, content) = content.iter().next().unwrap();
    let mut schema = content["schema"].clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(value).map(|one| one.to_string()).collect();
    assert!(faults.is_empty(), "{method} {path}: {faults:?} in {value}");
}

#[tokio::test]
async fn answers_have_the_shapes_that_are_described() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    index(&fixture).await;
    let document = document(&fixture).await;
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let family = json!({ "name": "Family", "publisher": "Aldermoor Medical" });
    let (_, family) = program.put("/api/v1/project", &family).await;
    holds(&document, "/api/v1/project", "put", 201, &family);
    let mut words = named("Meridian 400", "2.1");
    words["parentName"] = "Family".into();
    let (_, receipt) = program.deliver(words).await;
    holds(&document, "/api/v1/bom", "put", 200, &receipt);
    let uuid = receipt["projectUuid"].as_str().unwrap();
    for (path, query) in [
        ("/api/v1/project", ""),
        ("/api/v1/project/lookup", "?name=Meridian%20400&version=2.1"),
        ("/api/v1/project/{uuid}", ""),
        ("/api/v1/bom/token/{uuid}", ""),
        ("/api/v1/event/token/{uuid}", ""),
        ("/api/v1/component/project/{uuid}", ""),
        ("/api/v1/finding/project/{uuid}", ""),
        ("/api/v1/vulnerability/project/{uuid}", ""),
        ("/api/v1/violation/project/{uuid}", ""),
        ("/api/v1/metrics/project/{uuid}/current", ""),
        ("/api/version", ""),
        ("/api/token", ""),
        ("/health", ""),
    ] {
        let value =
            program.good(&format!("{}{query}", path.replace("{uuid}", uuid))).await;
        holds(&document, path, "get", 200, &value);
    }
    let findings = program.good(&format!("/api/v1/finding/project/{uuid}")).await;
    let said = json!({
        "component": findings[0]["component"]["uuid"],
        "vulnerability": findings[0]["vulnerability"]["uuid"],
        "analysisState": "IN_TRIAGE", "comment": "Seen.",
    });
    let (_, analysis) = program.put("/api/v1/analysis", &said).await;
    holds(&document, "/api/v1/analysis", "put", 200, &analysis);
    for (path, method, status, value) in [
        (
            "/api/v1/project/{uuid}",
            "get",
            404,
            program.get("/api/v1/project/a66c6686-3ed8-4102-b96d-e0c57b110898").await,
        ),
        ("/api/v1/project/{uuid}", "get", 400, program.get("/api/v1/project/x").await),
        (
            "/api/v1/project",
            "put",
            409,
            program.put("/api/v1/project", &json!({ "name": "Family" })).await,
        ),
        ("/api/v1/bom", "put", 400, program.put("/api/v1/bom", &json!({})).await),
        ("/organisations", "post", 422, program.post("/organisations", &json!({})).await),
    ] {
        assert_eq!(value.0.as_u16(), status, "{method} {path}: {}", value.1);
        holds(&document, path, method, status, &value.1);
    }
}

#[tokio::test]
async fn the_description_is_a_page_that_needs_no_script() {
    let fixture = Fixture::new().await;
    let page = fixture.ask(Browser::default().get("/api")).await;
    assert_eq!(page.status, StatusCode::OK);
    for wanted in
        ["PUT /api/v1/bom", "deliver_documents", "/api/openapi.json", "pageSize"]
    {
        assert!(page.body.contains(wanted), "{wanted} in {}", page.body);
    }
    for inline in ["<style", " style=", " onclick", "<script>", "https://"] {
        assert!(!page.body.contains(inline), "{inline}");
    }
    assert_eq!(page.body.matches("<h1").count(), 1);
}

#[tokio::test]
async fn a_format_that_there_is_not_is_refused_wherever_one_is_asked_for() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let document = document(&fixture).await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let parameters = methods["get"]["parameters"].as_array().into_iter().flatten();
        let format = parameters.clone().find(|one| one["name"] == "format");
        let Some(format) = format else { continue };
        assert_eq!(format["schema"]["enum"], json!(["csv", "json"]), "{path}");
        asked += 1;
        for wrong in ["xml", "CSV", "xlsx"] {
            let answer =
                fixture.ask(browser.json(&format!("{path}?format={wrong}"))).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {wrong}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let told = "Ask for `format=csv` or `format=json`.";
            assert!(answer.body.contains(told), "{path}: {}", answer.body);
        }
        let good = fixture.ask(browser.get(&format!("{path}?format=csv"))).await;
        assert_eq!(good.status, StatusCode::OK, "{path}: {}", good.body);
        assert!(good.header("content-type").starts_with("text/csv"), "{path}");
    }
    assert!(asked >= 4, "{asked}");
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_told_with_its_member_line_and_column() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let _ = browser;
    let send = |method: &str, path: &str, body: &str| {
        let request = axum::http::Request::builder().method(method).uri(path);
        let request = request
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json")
            .header("content-type", "application/json");
        request.body(axum::body::Body::from(body.to_owned())).unwrap()
    };
    for (method, path, body, status, place) in [
        (
            "PUT",
            "/api/v1/project",
            "{\n \"name\": \"x\",\n \"tags\": 7}",
            400,
            "`/tags`: invalid type: integer `7`, expected a sequence (line 3, column 10)",
        ),
        ("PUT", "/api/v1/project", "{\"name\": }", 400, "(line 1, column 10)"),
        (
            "POST",
            "/devices/views",
            "{\"name\": \"x\",\n \"query\": [1]}",
            422,
            "`/query`: invalid type: sequence, expected a string (line 2, column 11)",
        ),
        ("POST", "/devices/views", "{\"name\"", 400, "(line 1, column 7)"),
        ("POST", "/devices/views", "[]", 422, "expected a map"),
    ] {
        let answer = fixture.ask(send(method, path, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(place), "{path} {body}: {detail}");
    }
}
