//! What counts as stated, and what the score means.

use proptest::prelude::*;

use super::*;
use crate::{Contact, Format, Relationship};

fn complete() -> Component {
    let mut component = Component::at(Place::Line { line: 7, column: 0 });
    component.reference = "a".to_owned();
    component.name = "zlib".to_owned();
    component.version = Some("1.3".to_owned());
    component.supplier = Some("Zlib".to_owned());
    component.purl = Some("pkg:generic/zlib@1.3".to_owned());
    component.support.level = Some("actively maintained".to_owned());
    component.support.end = Some("2030-01-31".to_owned());
    component
}

fn bom(components: Vec<Component>) -> Bom {
    let mut bom = Bom::new(Format::Spdx);
    bom.created = Some("2024-01-31T00:00:00Z".to_owned());
    bom.authors
        .push(Contact { name: "Maker".to_owned(), kind: ContactKind::Organization });
    if !components.is_empty() {
        bom.subject = Subject::Within(vec![0]);
    }
    bom.components = components;
    bom
}

fn rules(bom: &Bom) -> Vec<Rule> {
    assess(bom, Profile::Fda524b).findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_document_that_states_everything_scores_100() {
    for profile in Profile::ALL {
        let assessment = assess(&bom(vec![complete()]), profile);
        assert_eq!((assessment.score, assessment.findings.len()), (100, 0));
    }
}

#[test]
fn each_missing_fact_of_a_component_is_one_finding_with_its_place() {
    #[track_caller]
    fn check(spoil: fn(&mut Component), rule: Rule, message: &str) {
        let mut component = complete();
        spoil(&mut component);
        let bom = bom(vec![component]);
        let findings = assess(&bom, Profile::Fda524b).findings;
        assert_eq!(findings.len(), 1, "{message}");
        assert_eq!(findings[0].rule, rule);
        assert_eq!(findings[0].place(&bom), Place::Line { line: 7, column: 0 });
        assert_eq!(findings[0].message(&bom), message);
    }

    check(|c| c.supplier = None, Rule::SupplierName, "`zlib` 1.3 names no supplier");
    check(
        |c| c.supplier = Some(" ".into()),
        Rule::SupplierName,
        "`zlib` 1.3 names no supplier",
    );
    check(|c| c.name.clear(), Rule::ComponentName, "a component has no name");
    check(|c| c.version = None, Rule::ComponentVersion, "`zlib` has no version");
    check(
        |c| c.purl = None,
        Rule::UniqueIdentifier,
        "`zlib` 1.3 has neither a purl nor a CPE name",
    );
    check(
        |c| c.support.level = None,
        Rule::SupportLevel,
        "`zlib` 1.3 states no level of support",
    );
    check(
        |c| c.support.end = None,
        Rule::EndOfSupport,
        "`zlib` 1.3 states no end-of-support date",
    );
}

#[test]
fn a_cpe_name_identifies_as_well_as_a_purl() {
    let mut component = complete();
    component.purl = None;
    component.cpes = vec!["cpe:/a:zlib:zlib".to_owned()];
    assert_eq!(rules(&bom(vec![component])), []);
}

#[test]
fn a_tool_is_no_author() {
    let mut document = bom(vec![complete()]);
    document.authors[0].kind = ContactKind::Tool;
    assert_eq!(rules(&document), [Rule::SbomAuthor]);
    document.authors.clear();
    assert_eq!(rules(&document), [Rule::SbomAuthor]);
}

#[test]
fn a_timestamp_is_a_date_a_time_and_an_offset() {
    #[track_caller]
    fn check(text: &str, expected: &[Rule]) {
        let mut document = bom(vec![complete()]);
        document.created = Some(text.to_owned());
        assert_eq!(rules(&document), expected, "{text}");
    }
    const NONE: &[Rule] = &[Rule::Timestamp];

    check("2024-01-31T00:00:00Z", &[]);
    check("2024-01-31T23:59:60.123456789012345678901Z", &[]);
    check("2024-01-31T10:00:00+02:00", &[]);
    check("2024-01-31T10:00:00-0500", NONE);
    check("2024-01-31", NONE);
    check("2024-01-31T10:00:00", NONE);
    check("2024-13-31T10:00:00Z", NONE);
    check("2024-01-31T24:00:00Z", NONE);
    check("24-01-31T10:00:00Z", NONE);
    check("2024-01-31T10:00Z", NONE);
    check("yesterday", NONE);
    check("", NONE);
}

#[test]
fn a_component_is_included_by_a_relation_by_nesting_or_as_the_subject() {
    #[track_caller]
    fn check(change: fn(&mut Bom), expected: &[Rule]) {
        let mut document = bom(vec![complete(), complete()]);
        document.components[1].reference = "b".to_owned();
        change(&mut document);
        assert_eq!(rules(&document), expected);
    }
    fn relate(bom: &mut Bom, kind: RelationshipKind, from: &str, to: &str) {
        let (from, to) = (from.to_owned(), to.to_owned());
        bom.relationships.push(Relationship { from, kind, to, place: Place::Document });
    }
    use RelationshipKind::{Contains, DependsOn, Describes, Other};

    check(|_| {}, &[Rule::DependencyRelationship]);
    check(|bom| relate(bom, DependsOn, "a", "b"), &[]);
    check(|bom| relate(bom, Contains, "b", "file"), &[]);
    check(|bom| relate(bom, Other, "a", "b"), &[Rule::DependencyRelationship]);
    check(|bom| relate(bom, Describes, "doc", "b"), &[Rule::DependencyRelationship]);
    check(|bom| bom.components[1].parent = Some(0), &[]);
    check(|bom| bom.subject = Subject::Within(vec![0, 1]), &[]);
    check(
        |bom| bom.subject = Subject::Unstated,
        &[Rule::DependencyRelationship, Rule::DependencyRelationship],
    );
}

#[test]
fn a_subject_that_stands_apart_must_be_described_as_well() {
    let mut document = bom(vec![]);
    let mut subject = complete();
    subject.supplier = None;
    document.subject = Subject::Apart(Box::new(subject.clone()));
    document.subject_parts = vec![subject];
    let assessment = assess(&document, Profile::Ntia2021);
    let rules: Vec<_> = assessment.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::SupplierName, Rule::SupplierName]);
    // Two components with five facts, and two facts of the document.
    assert_eq!(assessment.score, 83);
}

#[test]
fn long_names_are_cut_in_messages() {
    let mut component = complete();
    component.name = "x".repeat(1_000_000);
    component.supplier = None;
    let bom = bom(vec![component]);
    let finding = assess(&bom, Profile::Ntia2021).findings[0];
    assert!(finding.message(&bom).len() < 200);
}

fn any_component() -> impl Strategy<Value = Component> {
    prop::array::uniform6(any::<bool>()).prop_map(|stated| {
        let mut component = complete();
        let [name, version, supplier, purl, level, end] = stated;
        if !name {
            component.name.clear();
        }
        component.version = component.version.filter(|_| version);
        component.supplier = component.supplier.filter(|_| supplier);
        component.purl = component.purl.filter(|_| purl);
        component.support.level = component.support.level.filter(|_| level);
        component.support.end = component.support.end.filter(|_| end);
        component
    })
}

proptest! {
    #[test]
    fn the_score_is_100_exactly_where_nothing_is_missing(
        list in prop::collection::vec(any_component(), 0..6),
    ) {
        let bom = bom(list);
        for profile in Profile::ALL {
            let assessment = assess(&bom, profile);
            prop_assert_eq!(assessment.score == 100, assessment.findings.is_empty());
            prop_assert!(assessment.findings.is_sorted_by_key(|finding| finding.rule));
        }
    }

    #[test]
    fn a_fact_that_is_added_never_lowers_the_score(
        list in prop::collection::vec(any_component(), 1..6),
    ) {
        let before = bom(list);
        let mut after = before.clone();
        after.components[0] = complete();
        for profile in Profile::ALL {
            prop_assert!(assess(&after, profile).score >= assess(&before, profile).score);
        }
    }
}

#[test]
fn a_word_that_says_nothing_is_no_fact() {
    let nothing =
        ["", " ", "-", "NOASSERTION", "NONE", "none", "unknown", "Unknown ", "n/a"];
    for word in nothing {
        assert!(!is_stated(word), "{word:?}");
    }
    for word in ["ACME", "0", "nonesuch", "1.0", "unknown-horizons"] {
        assert!(is_stated(word), "{word:?}");
    }
}

#[test]
fn an_end_of_support_that_is_no_date_is_a_finding_that_says_so() {
    #[track_caller]
    fn check(end: &str, expected: Option<&str>) {
        let mut bom = Bom::new(crate::Format::CycloneDx);
        let mut component = Component::at(Place::Pointer("/components/0".to_owned()));
        component.name = "pump".to_owned();
        component.support.end = Some(end.to_owned());
        bom.components.push(component);
        let assessment = assess(&bom, Profile::Fda524b);
        let found = assessment.findings.iter().find(|f| f.rule == Rule::EndOfSupport);
        let told = found.map(|finding| finding.message(&bom));
        assert_eq!(told.as_deref(), expected, "{end}");
        if let Some(finding) = found {
            assert_eq!(finding.place(&bom).to_string(), "/components/0");
        }
    }

    check("2030-12-31", None);
    check("2030-12-31T00:00:00Z", None);
    check("2030-12", None);
    check("someday", Some("`pump` ends its support on `someday`, which is no date"));
    check(
        "2030-02-31",
        Some("`pump` ends its support on `2030-02-31`, which is no date"),
    );
    check("unknown", Some("`pump` states no end-of-support date"));
    check("", Some("`pump` states no end-of-support date"));
}
