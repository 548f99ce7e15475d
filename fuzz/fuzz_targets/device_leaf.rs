//! Lines: vendor, name, version and full name of a leaf, model of a row. Reading and judging
//! neither panic nor hang.

#![no_main]

use std::sync::LazyLock;

use advisory::{Product, ProductBranch, ProductStatus, Record, Source, State, Vulnerability};
use libfuzzer_sys::fuzz_target;
use matching::device::{Configuration, Matcher};

static MAKERS: LazyLock<naming::Makers> = LazyLock::new(naming::Makers::built_in);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (vendor, name, version, full, model) = (line(), line(), line(), line(), line());
    let branch = |category: &str, name: &str| ProductBranch {
        category: category.to_owned(),
        name: name.to_owned(),
    };
    let product = Product {
        id: "p".to_owned(),
        branches: vec![
            branch("vendor", &vendor),
            branch("product_name", &name),
            branch("product_version_range", &version),
        ],
        name: full.clone(),
        purls: Vec::new(),
        cpes: Vec::new(),
        models: Vec::new(),
        relationship: None,
        statuses: vec![ProductStatus {
            vulnerability: 0,
            status: terms::vex::Status::Affected,
            group: "known_affected".to_owned(),
            justification: None,
        }],
        place: reading::Place::Document,
    };
    let record = Record {
        source: Source::Csaf,
        id: "X-1".to_owned(),
        publisher: String::new(),
        title: full,
        published: "2024-01-01T00:00:00Z".to_owned(),
        modified: String::new(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: vec![Vulnerability::default()],
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: vec![product],
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    };
    let matcher = Matcher::new([&record], MAKERS.clone());
    for version in [version, String::new()] {
        let configuration = Configuration {
            maker: vendor.clone(),
            model: model.clone(),
            description: name.clone(),
            version,
            received: "2018-06-20".to_owned(),
        };
        assert!(matcher.judge(&configuration).len() <= 1);
    }
});
