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

    /// What is described of one answer of a route.
    fn answer(&self, method: &Method, path: &str, status: StatusCode) -> Option<&Value> {
        let method = method.as_str().to_ascii_lowercase();
        self.document["paths"]
            .get(path)?
            .get(method)?
            .get("responses")?
            .get(status.as_str())
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

/// Whether it is told of a route what it answers when all is well.
pub(super) fn is_told(house: &House, method: &Method, path: &str) -> bool {
    Described::of(house).answer(method, path, StatusCode::OK).is_some()
}

/// Fails if a good answer in JSON is not of the shape that is described for it.
#[track_caller]
pub(super) fn hold(house: &House, method: &Method, answer: &Answer) {
    let path = answer.route;
    let described = Described::of(house);
    let kind = answer.header("content-type");
    if !answer.status.is_success() || kind != "application/json" {
        return;
    }
    let Some(told) = described.answer(method, path, answer.status) else { return };
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
