//! VEX statements are found by the products that they name.

use super::*;

fn statement(vulnerability: usize, impact: &str, names: &[&[&str]]) -> Statement {
    let products = names.iter().map(|names| StatementProduct {
        identifiers: names.iter().map(|name| (*name).to_owned()).collect(),
        subcomponents: vec!["pkg:npm/inside".to_owned()],
        versions: Vec::new(),
    });
    Statement {
        vulnerability,
        status: vex::Status::NotAffected,
        justification: None,
        products: products.collect(),
        timestamp: "2024-03-01T00:00:00Z".to_owned(),
        impact: impact.to_owned(),
        action: "update the whole of it".to_owned(),
        place: Place::Pointer(format!("/statements/{impact}")),
    }
}

fn hub(id: &str, statements: Vec<Statement>) -> Record {
    let mut record = record(Source::OpenVex, id, &["CVE-2024-0001"]);
    record.vulnerabilities.push(Vulnerability {
        ids: vec!["CVE-2024-0002".to_owned()],
        title: "the second".to_owned(),
        ..Vulnerability::default()
    });
    record.statements = statements;
    record
}

#[test]
fn a_statement_is_given_where_one_of_its_products_may_be_meant_and_each_once() {
    let bytes = built(&[
        hub(
            "urn:1",
            vec![
                statement(0, "a", &[&["pkg:npm/a@1", "pkg:npm/b"], &["pkg:npm/a@2"]]),
                statement(1, "second", &[&["pkg:npm/a"]]),
                statement(0, "text", &[&["https://example.com/a"]]),
                statement(0, "nobody", &[]),
                statement(0, "c", &[&["pkg:npm/c"]]),
            ],
        ),
        hub("urn:2", vec![statement(0, "other", &[&["pkg:npm/A", "cpe:/a:b:c"]])]),
        osv("GHSA-1", &["CVE-2024-0001"]),
    ]);
    let index = Index::open(&bytes, &[]).unwrap();

    #[track_caller]
    fn check(index: &Index<'_>, id: &str, asked: &[&str], expected: &[&str]) {
        let keys: Vec<ProductKey> = asked
            .iter()
            .map(|purl| ProductKey::of(&terms::purl::Purl::parse(purl).unwrap()))
            .collect();
        let of = index.vulnerability(id).unwrap();
        let found = of.statements_naming(|key| keys.contains(&key));
        let found: Vec<String> = found.map(|(_, said)| said.impact).collect();
        assert_eq!(found, expected, "{id} {asked:?}");
    }

    let one = "CVE-2024-0001";
    check(&index, one, &["pkg:npm/a"], &["a", "text", "nobody", "other"]);
    check(&index, one, &["pkg:npm/b@9"], &["a", "text", "nobody", "other"]);
    check(&index, one, &["pkg:npm/a", "pkg:npm/b"], &["a", "text", "nobody", "other"]);
    check(&index, one, &["pkg:npm/c"], &["text", "nobody", "c", "other"]);
    check(&index, one, &["pkg:npm/inside"], &["text", "nobody", "other"]);
    check(&index, one, &[], &["text", "nobody", "other"]);
    check(&index, "CVE-2024-0002", &["pkg:npm/a"], &["second"]);
    check(&index, "CVE-2024-0002", &["pkg:npm/c"], &[]);
    let all = index.vulnerability(one).unwrap().statements();
    assert_eq!(all.count(), 5);
    assert_eq!(index.vulnerability("CVE-2024-0002").unwrap().title(), "the second");
    assert!(!index.is_damaged());
}

#[test]
fn what_a_masked_or_withdrawn_document_states_is_not_given() {
    let one = hub("urn:1", vec![statement(0, "old", &[&["pkg:npm/a"]])]);
    let mut withdrawn = hub("urn:2", vec![statement(0, "gone", &[&["pkg:npm/a"]])]);
    withdrawn.state = State::Withdrawn("2024-02-01T00:00:00Z".to_owned());
    let base = built(&[one, withdrawn]);
    let overlay = built(&[hub("urn:1", vec![statement(0, "new", &[&["pkg:npm/a"]])])]);
    let index = Index::open(&base, &[&overlay]).unwrap();
    let of = index.vulnerability("CVE-2024-0001").unwrap();
    let found: Vec<String> = of.statements().map(|(_, said)| said.impact).collect();
    assert_eq!(found, ["new"]);
}
