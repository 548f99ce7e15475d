//! A date in the future stands before nothing.

use super::*;

fn openvex(statements: &[(&str, &str)]) -> Vec<Statement> {
    let written: Vec<String> = statements
        .iter()
        .map(|(status, date)| {
            format!(
                r#"{{"vulnerability":{{"name":"OSV-1"}},"status":"{status}",
                    "justification":"component_not_present","timestamp":"{date}",
                    "products":[{{"@id":"pkg:npm/foo@1.5.0"}}]}}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x.example/1",
            "author":"A","timestamp":"2026-03-01T00:00:00Z","version":1,
            "statements":[{}]}}"#,
        written.join(",")
    );
    let record = advisory::openvex::parse(text.as_bytes()).unwrap().value;
    crate::statement::of_record(&record, Standing::Accepted(Speaker::Hospital))
}

#[test]
fn what_clears_a_component_counts_as_made_with_its_document_at_the_latest() {
    let record = osv("OSV-1")
        .on(("npm", "foo", ""), affected(between(Scheme::Npm, "1.0.0", "2.0.0")));
    let bom = bom(vec![purl("pkg:npm/foo@1.5.0")]);
    let first = |statements: &[(&str, &str)]| {
        let found = lines(std::slice::from_ref(&record), &bom, openvex(statements));
        found.first().cloned().unwrap_or_default()
    };
    let affected = ("affected", "2026-03-01T00:00:00Z");
    let cleared = |date| first(&[affected, ("not_affected", date)]);
    let ahead = cleared("2030-01-01T00:00:00Z");
    assert!(ahead.starts_with("foo OSV-1 affected:"), "{ahead}");
    let earlier = first(&[
        ("affected", "2026-01-01T00:00:00Z"),
        ("not_affected", "2026-02-01T00:00:00Z"),
    ]);
    assert!(earlier.starts_with("foo OSV-1 not_affected:"), "{earlier}");
}
