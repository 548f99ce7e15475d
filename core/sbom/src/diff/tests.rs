//! What is the same, what is not, and what does not count.

use proptest::prelude::*;
use reading::Place;

use super::*;
use crate::{Format, Relationship};

fn component(name: &str, version: &str) -> Component {
    let mut component = Component::at(Place::Document);
    component.reference = format!("ref-{name}-{version}");
    component.name = name.to_owned();
    component.version = (!version.is_empty()).then(|| version.to_owned());
    component
}

fn with_purl(purl: &str, version: &str) -> Component {
    let mut component = component("any", version);
    component.reference = purl.to_owned();
    component.purl = Some(purl.to_owned());
    component
}

fn bom(components: Vec<Component>) -> Bom {
    let mut bom = Bom::new(Format::Spdx);
    bom.components = components;
    bom
}

/// Added, removed, and versions that changed.
fn summary(old: Vec<Component>, new: Vec<Component>) -> (usize, usize, Vec<String>) {
    let (old, new) = (bom(old), bom(new));
    let difference = compare(&old, &new);
    let changed = difference.changed.iter().map(|change| {
        let version =
            |part: Part, bom| part.of(bom).unwrap().version.clone().unwrap_or_default();
        format!("{}>{}", version(change.old, &old), version(change.new, &new))
    });
    (difference.added.len(), difference.removed.len(), changed.collect())
}

#[test]
fn a_component_is_known_again_by_purl_then_cpe_then_name() {
    #[track_caller]
    fn check(old: Component, new: Component, alone: (usize, usize)) {
        let (added, removed, _) = summary(vec![old.clone()], vec![new.clone()]);
        assert_eq!((added, removed), alone, "{old:?} {new:?}");
    }
    const SAME: (usize, usize) = (0, 0);
    const OTHER: (usize, usize) = (1, 1);
    let cpe = |name: &str, cpe: &str| {
        let mut component = component(name, "1");
        component.cpes = vec![cpe.to_owned()];
        component
    };
    let supplied = |name: &str, supplier: &str| {
        let mut component = component(name, "1");
        component.supplier = Some(supplier.to_owned());
        component
    };

    check(with_purl("pkg:npm/a@1", "1"), with_purl("pkg:npm/a@2", "2"), SAME);
    check(with_purl("pkg:npm/%40a/b@1", "1"), with_purl("pkg:NPM/@a/b@2", "2"), SAME);
    check(
        with_purl("pkg:deb/debian/zlib@1?distro=debian-11", "1"),
        with_purl("pkg:deb/debian/zlib@2?distro=debian-12", "2"),
        SAME,
    );
    check(with_purl("pkg:npm/a@1", "1"), with_purl("pkg:pypi/a@1", "1"), OTHER);
    check(with_purl("pkg:npm/a@1", "1"), with_purl("pkg:npm/b@1", "1"), OTHER);
    check(with_purl("pkg:npm/any@1", "1"), component("any", "1"), SAME);
    check(with_purl("npm/a", "1"), with_purl("npm/b", "1"), SAME);
    check(cpe("x", "cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"), cpe("y", "cpe:/a:V:p:2"), SAME);
    check(cpe("x", r"cpe:2.3:a:v\:w:p:1"), cpe("y", r"cpe:2.3:a:v\:z:p:1"), OTHER);
    check(cpe("x", "cpe:2.3:a:*:p:1"), cpe("y", "cpe:2.3:a:*:p:1"), OTHER);
    check(supplied("x", "One"), supplied("X", "one "), SAME);
    check(supplied("x", "One"), supplied("x", "Two"), OTHER);
    check(component("", "1"), component("", "1"), OTHER);
}

#[test]
fn equal_versions_are_paired_before_others() {
    let old = vec![component("a", "1"), component("a", "2"), component("b", "")];
    let new = vec![component("a", "2"), component("a", "3"), component("b", "1")];
    assert_eq!(summary(old, new), (0, 0, vec!["1>3".to_owned(), ">1".to_owned()]));
    let old = vec![component("a", "1")];
    let new = vec![component("a", "2"), component("a", "1")];
    assert_eq!(summary(old, new), (1, 0, vec![]));
}

#[test]
fn licences_and_digests_are_compared_whatever_their_order_and_spelling() {
    #[track_caller]
    fn check(
        old: (&[&str], &[(&str, &str)]),
        new: (&[&str], &[(&str, &str)]),
        expected: Option<(Field, Field)>,
    ) {
        let make = |(licences, hashes): (&[&str], &[(&str, &str)])| {
            let mut component = component("a", "1");
            component.licences = licences.iter().map(|text| (*text).to_owned()).collect();
            let hash = |(algorithm, value): &(&str, &str)| Hash {
                algorithm: (*algorithm).to_owned(),
                value: (*value).to_owned(),
            };
            component.hashes = hashes.iter().map(hash).collect();
            bom(vec![component])
        };
        let difference = compare(&make(old), &make(new));
        let change = difference.changed.first();
        let found = change.map(|change| (change.licences, change.hashes));
        assert_eq!(found, expected, "{old:?} {new:?}");
    }
    use Field::{Differs, Same};

    check((&["MIT", "0BSD"], &[]), (&["0BSD", "MIT"], &[]), None);
    check((&["MIT"], &[]), (&["MIT", "0BSD"], &[]), Some((Differs, Same)));
    check((&[], &[("SHA-256", "AB")]), (&[], &[("sha256", "ab")]), None);
    check((&[], &[("SHA-1", "1")]), (&[], &[("SHA-256", "2")]), None);
    check((&[], &[("SHA-1", "1")]), (&[], &[("SHA1", "2")]), Some((Same, Differs)));
}

#[test]
fn an_update_alone_changes_no_dependency() {
    let depends = |from: &Component, to: &Component| Relationship {
        from: from.reference.clone(),
        kind: RelationshipKind::DependsOn,
        to: to.reference.clone(),
        place: Place::Document,
    };
    let release = |version: &str| {
        let (a, b, c) =
            (component("a", "1"), component("b", version), component("c", "1"));
        let edges = vec![depends(&a, &b), depends(&a, &b)];
        let mut bom = bom(vec![a, b, c]);
        bom.relationships = edges;
        bom
    };
    let (old, mut new) = (release("1"), release("2"));
    let difference = compare(&old, &new);
    assert_eq!(difference.changed.len(), 1);
    assert!(difference.dependencies_added.is_empty());
    let edge = depends(&new.components[2], &new.components[1]);
    new.relationships[0] = edge;
    new.relationships.pop();
    let difference = compare(&old, &new);
    let edge = |from: &str| {
        vec![Dependency { from: from.to_owned(), kind: "depends_on", to: "b".to_owned() }]
    };
    assert_eq!(difference.dependencies_added, edge("c"));
    assert_eq!(difference.dependencies_removed, edge("a"));
}

#[test]
fn the_subject_is_the_same_under_another_name() {
    let about = |name: &str, version: &str| {
        let mut bom = bom(vec![]);
        bom.subject = Subject::Apart(Box::new(component(name, version)));
        bom
    };
    let difference = compare(&about("pump", "1"), &about("Pump IP-4", "2"));
    assert_eq!(difference.added, []);
    assert_eq!(difference.changed[0].new, Part::Subject);
}

fn any_component() -> impl Strategy<Value = Component> {
    let purl = prop::option::of("pkg:(npm|pypi)/[ab](@[12])?");
    let cpe = prop::option::of("cpe:2\\.3:a:[vw]:[pq]:[12]:");
    ("[ab]?", "[12]?", purl, cpe).prop_map(|(name, version, purl, cpe)| {
        let mut component = component(&name, &version);
        component.purl = purl;
        component.cpes.extend(cpe);
        component
    })
}

proptest! {
    #[test]
    fn a_document_does_not_differ_from_itself(list in prop::collection::vec(any_component(), 0..8)) {
        let mut list = list;
        // A component without any name cannot be known again, and is told as such.
        list.retain(|component| {
            key::purl(component).or(key::cpe(component)).or(key::name(component)).is_some()
        });
        let bom = bom(list);
        prop_assert!(compare(&bom, &bom).is_empty());
    }

    #[test]
    fn both_directions_agree_and_nothing_is_lost(
        old in prop::collection::vec(any_component(), 0..8),
        new in prop::collection::vec(any_component(), 0..8),
    ) {
        let (old, new) = (bom(old), bom(new));
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(there.added.len(), back.removed.len());
        prop_assert_eq!(there.removed.len(), back.added.len());
        let pairs = old.components.len() - there.removed.len();
        prop_assert_eq!(pairs, new.components.len() - there.added.len());
    }
}
