//! What the official schemas accept is read.
//!
//! The documents are real ones, whole and with one member left out, `null`, or an empty
//! list, wherever in the document it stands: so the readers demand nothing that a schema
//! does not. Formats (dates, addresses) are not checked, which makes the schemas accept
//! more.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

mod corpus;

use std::fs;
use std::path::Path;

use advisory::{csaf, cve5, openvex, osv};
use corpus::{each, shared};
use jsonschema::{Registry, Validator};
use reading::Rejected;
use serde_json::{Map, Value};

#[test]
fn what_the_schema_of_osv_accepts_is_read() {
    let Some(shared) = shared() else { return };
    let schema = schema(&shared, "osv/osv.schema.json", &[]);
    let read = |bytes: &[u8]| osv::parse(bytes).map(drop);
    let mut agreement = Agreement::new(&schema, &read, 197);
    agreement.hold(&shared.join("corpus/osv"));
    agreement.is_about(500);
}

#[test]
fn what_the_schema_of_csaf_2_0_accepts_is_read() {
    let Some(shared) = shared() else { return };
    let schema = schema(&shared, "csaf-2.0/json_schema/csaf_json_schema.json", CVSS);
    let read = |bytes: &[u8]| csaf::parse(bytes).map(drop);
    let mut agreement = Agreement::new(&schema, &read, 17);
    agreement.hold(&shared.join("corpus/csaf-icsma"));
    agreement.hold(&shared.join("corpus/csaf/vendors.tar.zst"));
    agreement.every = 1;
    agreement.hold(&shared.join("corpus/csaf-conformance/csaf_2.0"));
    agreement.is_about(200);
}

#[test]
fn what_the_schema_of_csaf_2_1_accepts_is_read() {
    let Some(shared) = shared() else { return };
    let referenced = [CVSS, CSAF_2_1].concat();
    let schema = schema(&shared, "csaf-2.1/json_schema/csaf.json", &referenced);
    let read = |bytes: &[u8]| csaf::parse(bytes).map(drop);
    let mut agreement = Agreement::new(&schema, &read, 1);
    agreement.hold(&shared.join("corpus/csaf-conformance/csaf_2.1"));
    agreement.is_about(500);
}

#[test]
fn what_the_schema_of_cve_5_accepts_is_read() {
    let Some(shared) = shared() else { return };
    let schema = schema(&shared, "cve/cve-record-5.1.1.bundled.schema.json", &[]);
    let read = |bytes: &[u8]| cve5::parse(bytes).map(drop);
    let mut agreement = Agreement::new(&schema, &read, 197);
    agreement.hold(&shared.join("corpus/cve5"));
    agreement.is_about(500);
}

#[test]
fn what_the_schema_of_openvex_accepts_is_read() {
    let Some(shared) = shared() else { return };
    let schema = schema(&shared, "openvex/openvex-0.2.0.schema.json", &[]);
    let read = |bytes: &[u8]| openvex::parse(bytes).map(drop);
    let mut agreement = Agreement::new(&schema, &read, 13);
    agreement.hold(&shared.join("corpus/openvex"));
    agreement.is_about(200);
}

/// Address and file of a schema that another one refers to.
type Referenced = (&'static str, &'static str);

const CVSS: &[Referenced] = &[
    (
        "https://www.first.org/cvss/cvss-v2.0.json",
        "csaf-2.1/referenced_schema/first/cvss-v2.0.json",
    ),
    (
        "https://www.first.org/cvss/cvss-v3.0.json",
        "csaf-2.1/referenced_schema/first/cvss-v3.0.json",
    ),
    (
        "https://www.first.org/cvss/cvss-v3.1.json",
        "csaf-2.1/referenced_schema/first/cvss-v3.1.json",
    ),
    (
        "https://www.first.org/cvss/cvss-v4.0.json",
        "csaf-2.1/referenced_schema/first/cvss-v4.0.json",
    ),
];

const CSAF_2_1: &[Referenced] = &[
    (
        "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json",
        "csaf-2.1/json_schema/extension-content.json",
    ),
    (
        "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-metaschema.json",
        "csaf-2.1/json_schema/extension-metaschema.json",
    ),
    (
        "https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json",
        "csaf-2.1/referenced_schema/certcc/SelectionList_2_0_0.schema.json",
    ),
];

/// A schema of the folder of schemas; nothing is fetched.
fn schema(shared: &Path, file: &str, referenced: &[Referenced]) -> Validator {
    let load = |file: &str| -> Value {
        let bytes = fs::read(shared.join("corpus/schemas").join(file)).unwrap();
        let mut schema: Value = serde_json::from_slice(&bytes).unwrap();
        let object = schema.as_object_mut().unwrap();
        // Dialects of their own add the checking of formats and nothing else.
        let dialect = object.get("$schema").and_then(Value::as_str).unwrap_or_default();
        if !dialect.contains("json-schema.org") {
            let plain = "https://json-schema.org/draft/2020-12/schema";
            object.insert("$schema".to_owned(), plain.into());
        }
        schema
    };
    let mut registry = Registry::new();
    for (address, file) in referenced {
        registry = registry.add(*address, load(file)).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&load(file)).unwrap()
}

/// A schema held against a reader.
struct Agreement<'a> {
    schema: &'a Validator,
    read: &'a dyn Fn(&[u8]) -> Result<(), Rejected>,
    /// One document of so many is taken.
    every: usize,
    seen: usize,
    accepted: usize,
    refused: usize,
}

/// Members of one document that are changed.
const MEMBERS: usize = 12;

impl<'a> Agreement<'a> {
    fn new(
        schema: &'a Validator,
        read: &'a dyn Fn(&[u8]) -> Result<(), Rejected>,
        every: usize,
    ) -> Self {
        Self { schema, read, every, seen: 0, accepted: 0, refused: 0 }
    }

    /// Holds the documents of a file or below a folder.
    fn hold(&mut self, path: &Path) {
        each(path, &mut |path, bytes| {
            self.seen += 1;
            if !self.seen.is_multiple_of(self.every) || !path.ends_with(".json") {
                return;
            }
            if let Ok(whole) = serde_json::from_slice(bytes) {
                self.hold_document(path, &whole);
            }
        });
    }

    fn hold_document(&mut self, path: &str, whole: &Value) {
        self.hold_variant(path, "", whole);
        let mut members = Vec::new();
        pointers(whole, &mut String::new(), &mut members);
        // Spread over the document, and others in each.
        let step = members.len().div_ceil(MEMBERS).max(1);
        for pointer in members.iter().skip(self.seen % step).step_by(step) {
            for change in [None, Some(Value::Null), Some(Value::Array(Vec::new()))] {
                let mut variant = whole.clone();
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                let parent = variant.pointer_mut(parent).unwrap();
                let parent: &mut Map<String, Value> = parent.as_object_mut().unwrap();
                let name = name.replace("~1", "/").replace("~0", "~");
                match change {
                    None => parent.remove(&name),
                    Some(value) => parent.insert(name, value),
                };
                self.hold_variant(path, pointer, &variant);
            }
        }
    }

    fn hold_variant(&mut self, path: &str, changed: &str, variant: &Value) {
        let read = (self.read)(variant.to_string().as_bytes());
        self.refused += usize::from(read.is_err());
        if self.schema.is_valid(variant) {
            self.accepted += 1;
            assert!(read.is_ok(), "{path} without {changed}: {read:?}");
        }
    }

    /// The test tests something: schema and reader accept much, and the reader not all.
    #[track_caller]
    fn is_about(&self, accepted: usize) {
        assert!(self.accepted > accepted, "{} accepted", self.accepted);
        assert!(self.refused > 0, "nothing refused");
    }
}

/// The JSON Pointers of every member of every object.
fn pointers(value: &Value, at: &mut String, found: &mut Vec<String>) {
    let length = at.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                found.push(at.clone());
                pointers(member, at, found);
                at.truncate(length);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                at.push_str(&format!("/{number}"));
                pointers(item, at, found);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
