//! What the API describes is held against every answer that any test here gets: JSON as it is
//! answered, and of a page that is described the JSON beside it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use axum::http::{Method, StatusCode};
use jsonschema::Validator;
use serde_json::Value;

use super::Answer;
use crate::{House, openapi};

/// The description, and what was made of it so far.
struct Described {
    document: Value,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

static DESCRIBED: OnceLock<Described> = OnceLock::new();

impl Described {
    fn of(house: &House) -> &'static Self {
        DESCRIBED.get_or_init(|| Self {
            document: openapi::described(house),
            validators: Mutex::default(),
        })
    }

    /// What is described of a route.
    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let method = method.as_str().to_ascii_lowercase();
        self.document["paths"].get(path)?.get(method)
    }

    /// What is described of one answer of it.
    fn answer(&self, method: &Method, path: &str, status: StatusCode) -> Option<&Value> {
        self.operation(method, path)?.get("responses")?.get(status.as_str())
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut known = self.validators.lock().unwrap();
        let made = || {
            let mut schema = schema.clone();
            schema["components"] = self.document["components"].clone();
            Arc::new(jsonschema::validator_for(&schema).unwrap())
        };
        known.entry(schema.to_string()).or_insert_with(made).clone()
    }
}

/// Whether it is told of a route what it answers in JSON when all is well.
pub(super) fn is_told(house: &House, method: &Method, path: &str) -> bool {
    let told = Described::of(house).answer(method, path, StatusCode::OK);
    told.is_some_and(|told| told["content"].get("application/json").is_some())
}

/// What whoever asks with a cookie may get beside what is described, which is for tokens.
const OF_BROWSERS: [u16; 2] = [403, 429];

/// Fails if an answer in JSON is not described, or not of the shape that is described for it.
#[track_caller]
pub(super) fn hold(house: &House, method: &Method, answer: &Answer) {
    let path = answer.route;
    let described = Described::of(house);
    let kind = answer.header("content-type");
    if kind == "application/problem+json" {
        let is_told = described.answer(method, path, answer.status).is_some()
            || described.operation(method, path).is_none()
            || answer.status.is_server_error()
            || OF_BROWSERS.contains(&answer.status.as_u16());
        assert!(
            is_told,
            "{method} {path} tells of no {}: {}",
            answer.status, answer.body
        );
    }
    if !answer.status.is_success() || kind != "application/json" {
        return;
    }
    let Some(told) = described.answer(method, path, answer.status) else {
        let is_told = described.operation(method, path).is_some();
        assert!(
            !is_told,
            "{method} {path} tells of no {}: {}",
            answer.status, answer.body
        );
        return;
    };
    let schema = &told["content"]["application/json"]["schema"];
    assert!(!schema.is_null(), "{method} {path} tells of no JSON: {}", answer.body);
    let value = answer.json();
    let validator = described.validator(schema);
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|one| format!("{}: {one}", one.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{method} {path}: {faults:#?} in {value}");
}
