//! The API, described for programs and for people: OpenAPI 3.1, made from the one list of
//! routes.
//!
//! Source: OpenAPI Specification 3.1.1. What a route asks of whoever asks comes from the list
//! itself; `told.rs` says in words what it takes and gives, and a test fails where a route lacks
//! a line there or a line its route. Shapes stand in `schemas.json` and, those of pages, in a
//! file for each room beside it; tests hold real answers against them.
//!
//! What is done in person only, such as making a token, is no part of it.

mod told;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::access::{Address, Asked, Way};
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::{House, length, parts, routes, words};
use told::{Answer, Body, COLUMNS, FILE_FORMAT, Parameter, Told};

/// Shapes by name; no name stands twice.
const SCHEMAS: [&str; 14] = [
    include_str!("openapi/schemas.json"),
    include_str!("openapi/schemas/advisories.json"),
    include_str!("openapi/schemas/devices.json"),
    include_str!("openapi/schemas/evidence.json"),
    include_str!("openapi/schemas/house.json"),
    include_str!("openapi/schemas/imports.json"),
    include_str!("openapi/schemas/makers.json"),
    include_str!("openapi/schemas/mds2.json"),
    include_str!("openapi/schemas/products.json"),
    include_str!("openapi/schemas/purchases.json"),
    include_str!("openapi/schemas/questions.json"),
    include_str!("openapi/schemas/suppliers.json"),
    include_str!("openapi/schemas/today.json"),
    include_str!("openapi/schemas/work.json"),
];

/// A route of the API, with what is told of it.
#[derive(Clone, Copy)]
struct Operation {
    address: Address,
    told: &'static Told,
}

/// Whether a route is for programs. The others belong to a browser: forms that sign in, and
/// what is done in person.
pub(crate) fn is_for_programs(address: &Address) -> bool {
    let is_service =
        address.path.starts_with("/api") || matches!(address.path, "/health" | "/ready");
    let is_lent = match address.asked {
        Asked::Nothing => is_service,
        Asked::Account => true,
        Asked::Permission(permission) => permission.is_lent(),
    };
    address.way != Way::InPerson && is_lent
}

/// The routes of which something is told.
#[cfg(test)]
pub(crate) fn told() -> impl Iterator<Item = (&'static str, &'static str)> {
    told::all().map(|told| (told.method, told.path))
}

fn operations(house: &House) -> Vec<Operation> {
    let list = routes::all(house).list().to_vec();
    let told = |address: &Address| {
        told::all()
            .find(|told| (told.method, told.path) == (address.method, address.path))
    };
    list.into_iter()
        .filter(is_for_programs)
        .filter_map(|address| told(&address).map(|told| Operation { address, told }))
        .collect()
}

/// Every shape that is told.
fn schemas() -> Value {
    let files = SCHEMAS
        .iter()
        .filter_map(|file| serde_json::from_str::<Map<String, Value>>(file).ok());
    Value::Object(files.flatten().collect())
}

/// The names of all shapes, each as often as a file has it.
#[cfg(test)]
pub(crate) fn shapes_named() -> impl Iterator<Item = String> {
    SCHEMAS.iter().flat_map(|file| {
        let shapes: Map<String, Value> = serde_json::from_str(file).unwrap();
        shapes.into_iter().map(|(name, _)| name)
    })
}

/// The shapes of pages.
#[cfg(test)]
pub(crate) fn shapes_of_pages() -> impl Iterator<Item = (String, Value)> {
    let files = SCHEMAS.iter().skip(1);
    files.flat_map(|file| serde_json::from_str::<Map<String, Value>>(file).unwrap())
}

/// `GET /api/openapi.json`.
pub(crate) async fn document(State(house): State<House>) -> axum::Json<Value> {
    axum::Json(described(&house))
}

/// The whole document.
pub(crate) fn described(house: &House) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations(house) {
        let path = paths.entry(operation.address.path).or_insert_with(|| json!({}));
        let method = operation.address.method.to_ascii_lowercase();
        if let Some(path) = path.as_object_mut() {
            path.insert(method, operation.described());
        }
    }
    let mut schemas = schemas();
    for operation in operations(house) {
        if let Body::Parts(name) = operation.told.body
            && let Some(schema) = schemas.get_mut(name)
        {
            limit_parts(schema);
        }
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Lazaret",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Every page is JSON too, at the same address, for a program with a \
                token. Addresses below /api/v1 answer as Dependency-Track's do.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Api-Key" },
            },
        },
    })
}

impl Operation {
    /// The numbers of problems that it may answer with.
    fn problems(&self) -> Vec<u16> {
        let mut all = vec![400, 503];
        all.extend(self.told.problems);
        if self.address.asked != Asked::Nothing {
            all.push(401);
        }
        if matches!(self.address.asked, Asked::Permission(_)) {
            all.push(403);
        }
        if self.address.path.contains('{') {
            all.push(404);
        }
        if !matches!(self.told.body, Body::Nothing) {
            all.extend([413, 415, 422]);
        }
        if self.is_act() {
            // The same `Idempotency-Key`: at the same time, or with another request.
            all.extend([409, 422]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn described(&self) -> Value {
        let mut described = json!({
            "operationId": self.id(),
            "summary": self.told.summary,
            "tags": [self.noun()],
            "parameters": self.parameters(),
            "responses": self.responses(),
            "security": match self.address.asked {
                Asked::Nothing => json!([]),
                Asked::Account | Asked::Permission(_) => {
                    json!([{ "bearer": [] }, { "key": [] }])
                }
            },
        });
        let Some(members) = described.as_object_mut() else { return described };
        if let Asked::Permission(permission) = self.address.asked {
            members.insert("x-permission".to_owned(), permission.word().into());
        }
        if let Some(body) = self.body() {
            members.insert("requestBody".to_owned(), body);
        }
        described
    }

    fn is_act(&self) -> bool {
        self.address.method != "GET"
    }

    fn id(&self) -> String {
        let words = self.address.path.split(['/', '.', '-']);
        let words = words.map(|word| word.trim_matches(['{', '}']));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        format!("{}_{}", self.address.method.to_ascii_lowercase(), words.join("_"))
    }

    /// What it is about.
    fn noun(&self) -> &'static str {
        let path =
            self.address.path.trim_start_matches("/api/v1").trim_start_matches('/');
        path.split('/').next().filter(|noun| !noun.is_empty()).unwrap_or("today")
    }

    fn parameters(&self) -> Value {
        let within = self.address.path.split('/').filter_map(|part| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            let schema = match name {
                "uuid" => json!({ "type": "string", "format": "uuid" }),
                _ => json!({ "type": "string" }),
            };
            Some(
                json!({ "name": name, "in": "path", "required": true, "schema": schema }),
            )
        });
        let asked =
            self.told.query.iter().chain(self.told.beside).flat_map(Parameter::written);
        let repeated = self.is_act().then(|| {
            json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "The same key and request within a day: the same answer, and \
                    nothing is done twice.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            })
        });
        within.chain(asked).chain(repeated).collect()
    }

    fn body(&self) -> Option<Value> {
        let (kinds, schema): (&[&str], Value) = match self.told.body {
            Body::Nothing => return None,
            Body::Json(name) => (&["application/json"], reference(name)),
            Body::Parts(name) => (&["multipart/form-data"], reference(name)),
            Body::Fields(fields) => (
                &["application/json", "application/x-www-form-urlencoded"],
                object(fields),
            ),
        };
        let content: Map<String, Value> = kinds
            .iter()
            .map(|kind| ((*kind).to_owned(), json!({ "schema": schema })))
            .collect();
        Some(json!({ "required": true, "content": content }))
    }

    fn responses(&self) -> Value {
        let (status, good) = self.good();
        let mut responses = Map::from_iter([(status.to_owned(), good)]);
        if matches!(self.told.answer, Answer::Changed(_)) {
            let before = json!({ "description": "It was so before." });
            responses.insert("304".to_owned(), before);
        }
        if matches!(self.told.answer, Answer::DoneOrNew) {
            let made = json!({
                "description": "It made something.",
                "headers": located(),
                "content": { "application/json": { "schema": reference("Made") } },
            });
            responses.insert("201".to_owned(), made);
        }
        let problem =
            json!({ "application/problem+json": { "schema": reference("Problem") } });
        for status in self.problems() {
            let title = axum::http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or("Problem");
            let answer = json!({ "description": title, "content": problem });
            responses.insert(status.to_string(), answer);
        }
        Value::Object(responses)
    }

    /// That it was done; or what it shows where it was only to look.
    fn receipt(&self) -> Value {
        match self.told.shows {
            "" => reference("Receipt"),
            shows => json!({ "anyOf": [reference("Receipt"), reference(shows)] }),
        }
    }

    fn good(&self) -> (&'static str, Value) {
        let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
        let (status, content) = match self.told.answer {
            Answer::Page => ("200", json_of(json!({ "type": "object" }))),
            Answer::One(name) | Answer::Changed(name) => {
                ("200", json_of(reference(name)))
            }
            Answer::Made(name) => ("201", json_of(reference(name))),
            Answer::List(name) => {
                let list = json!({ "type": "array", "items": reference(name) });
                let header = json!({
                    "description": "How many there are in all.",
                    "schema": { "type": "integer" },
                });
                let link = json!({
                    "description": "Where there is more, what leads on (RFC 8288).",
                    "schema": { "type": "string" },
                });
                let answer = json!({
                    "description": "OK",
                    "headers": { "X-Total-Count": header, "Link": link },
                    "content": json_of(list),
                });
                return ("200", answer);
            }
            Answer::Done | Answer::DoneOrNew => ("200", json_of(self.receipt())),
            Answer::Nothing => return ("200", json!({ "description": "OK" })),
            Answer::Elsewhere => {
                let leads = "It is somewhere else, and `Location` says where.";
                return ("303", json!({ "description": leads, "headers": located() }));
            }
            Answer::New => ("201", json_of(reference("Made"))),
            Answer::File(kind) => ("200", json!({ kind: {} })),
            Answer::Table(name) => {
                let rows = json!({ "type": "array", "items": reference(name) });
                ("200", json!({ "text/csv": {}, "application/json": { "schema": rows } }))
            }
        };
        let mut good = json!({ "description": "OK", "content": content });
        if let (Answer::New, Some(members)) = (self.told.answer, good.as_object_mut()) {
            members.insert("headers".to_owned(), located());
        }
        (status, good)
    }
}

/// Where it is what was made or asked for.
fn located() -> Value {
    json!({
        "Location": {
            "description": "Where it is.",
            "schema": { "type": "string" },
        },
    })
}

impl Parameter {
    /// As the document has it: one parameter, or one for each column of a list of devices.
    fn written(&self) -> Vec<Value> {
        let one = |name: &str, words: &str| {
            json!({
                "name": name,
                "in": "query",
                "required": self.is_required,
                "description": words,
                "schema": self.schema(),
            })
        };
        if self.kind != COLUMNS {
            return vec![one(self.name, self.words)];
        }
        let columns = fleet::Column::ALL.into_iter().map(fleet::Column::word);
        let columns = columns.filter(|word| !word.is_empty());
        columns.map(|word| one(word, self.words)).collect()
    }

    fn schema(&self) -> Value {
        match self.kind {
            "uuid" => json!({ "type": "string", "format": "uuid" }),
            "count" => json!({ "type": "integer", "minimum": 0 }),
            "id" => json!({ "type": ["integer", "string"] }),
            "numbered" => json!({ "type": "string" }),
            COLUMNS => json!({ "type": "string" }),
            FILE_FORMAT => json!({ "type": "string", "enum": ["csv", "json"] }),
            kind => json!({ "type": kind }),
        }
    }
}

/// Says of a field that holds a text how long it may be.
fn limit(field: &str, schema: &mut Value) {
    let is_text = schema["type"] == "string"
        && ["format", "enum", "const", "contentMediaType"]
            .iter()
            .all(|word| schema.get(word).is_none());
    if let (true, Some(members)) = (is_text, schema.as_object_mut()) {
        members.entry("maxLength").or_insert(length::characters_max(field).into());
    }
}

/// Says the same of the texts beside a file in a form of parts.
fn limit_parts(schema: &mut Value) {
    let members = schema["properties"].as_object_mut();
    for (field, schema) in members.into_iter().flatten() {
        limit(field, schema);
        let most = schema["maxLength"].as_u64();
        if most.is_some_and(|most| most > parts::TEXT_MAX as u64) {
            schema["maxLength"] = parts::TEXT_MAX.into();
        }
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn object(fields: &[Parameter]) -> Value {
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let told = |field: &Parameter| {
        let mut schema = field.schema();
        limit(field.name, &mut schema);
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), field.words.into());
        }
        schema
    };
    let (numbered, named): (Vec<&Parameter>, Vec<&Parameter>) =
        fields.iter().partition(|field| field.kind == "numbered");
    let members: Map<String, Value> =
        named.into_iter().map(|field| (field.name.to_owned(), told(field))).collect();
    let mut object =
        json!({ "type": "object", "required": required, "properties": members });
    let patterns: Map<String, Value> = numbered
        .into_iter()
        .map(|field| (format!("^{}[0-9]+$", field.name), told(field)))
        .collect();
    if let (false, Some(members)) = (patterns.is_empty(), object.as_object_mut()) {
        members.insert("patternProperties".to_owned(), Value::Object(patterns));
    }
    object
}

/// The description as a page. It needs no script, and fetches nothing.
#[derive(Template, Serialize)]
#[template(path = "api.html")]
struct Page {
    groups: Vec<Group>,
}

/// What is about one noun.
#[derive(Serialize)]
struct Group {
    noun: &'static str,
    operations: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    permission: String,
    #[serde(skip)]
    parameters: Vec<Row>,
    #[serde(skip)]
    body: Option<String>,
    #[serde(skip)]
    answers: Vec<String>,
}

struct Row {
    name: &'static str,
    words: &'static str,
}

impl Show for Page {
    fn title(&self) -> String {
        "The API".to_owned()
    }
}

/// `GET /api`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
) -> Result<Response, Problem> {
    let mut groups: Vec<Group> = Vec::new();
    for operation in operations(&house) {
        let (noun, line) = (operation.noun(), line(&operation));
        match groups.iter_mut().find(|group| group.noun == noun) {
            Some(group) => group.operations.push(line),
            None => groups.push(Group { noun, operations: vec![line] }),
        }
    }
    face.show(&Page { groups })
}

fn line(operation: &Operation) -> Line {
    let told = operation.told;
    let (status, _) = operation.good();
    let problems = operation.problems();
    let answers = problems.iter().map(u16::to_string);
    Line {
        method: operation.address.method,
        path: operation.address.path,
        summary: told.summary,
        permission: match operation.address.asked {
            Asked::Nothing => "open to all".to_owned(),
            Asked::Account => "any token".to_owned(),
            Asked::Permission(permission) => {
                format!("{} ({})", permission.word(), words::permission(permission))
            }
        },
        parameters: told
            .query
            .iter()
            .chain(told.beside)
            .map(|one| Row { name: one.name, words: one.words })
            .collect(),
        body: match told.body {
            Body::Nothing => None,
            Body::Json(name) => Some(format!("JSON: {name}")),
            Body::Parts(name) => Some(format!("a form of parts: {name}")),
            Body::Fields(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                Some(format!("JSON or a form: {}", names.join(", ")))
            }
        },
        answers: std::iter::once(status.to_owned()).chain(answers).collect(),
    }
}
