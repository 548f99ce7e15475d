//! Dirt, kind by kind: what is made of it, and what is said about it.

use super::*;
use crate::{Aggregate, ContactKind, Hash, Kind, Phase, Support};

#[track_caller]
fn json(members: &str) -> Parsed<Bom> {
    let text = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{members}}}"#);
    match crate::parse(text.as_bytes()) {
        Ok(parsed) => parsed,
        Err(refused) => panic!("{refused} in {text}"),
    }
}

#[track_caller]
fn xml(parts: &str) -> Parsed<Bom> {
    let text = format!("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>{parts}</bom>");
    match crate::parse(text.as_bytes()) {
        Ok(parsed) => parsed,
        Err(refused) => panic!("{refused} in {text}"),
    }
}

fn notes(parsed: &Parsed<Bom>) -> Vec<String> {
    parsed.notes.iter().map(ToString::to_string).collect()
}

/// One component, as JSON and as XML, is read as what `expected` makes of an empty one.
#[track_caller]
fn check_component(members: &str, parts: &str, expected: impl Fn(&mut Component)) {
    let from_json = json(&format!(r#""components":[{{"name":"x",{members}}}]"#));
    let xml_text = format!("<components><component {parts}</component></components>");
    for parsed in [from_json, xml(&xml_text)] {
        let have = &parsed.value.components[0];
        let mut want = Component::at(have.place.clone());
        want.name = "x".to_owned();
        expected(&mut want);
        assert_eq!(*have, want);
        assert_eq!(notes(&parsed), Vec::<String>::new());
    }
}

#[test]
fn a_clean_component_is_the_same_in_json_and_xml() {
    check_component(
        r#""type":"device-driver","bom-ref":"r","group":"g","version":"1.10""#,
        "type='device-driver' bom-ref='r'><name>x</name><group>g</group>\
         <version>1.10</version>",
        |c| {
            c.kind = Kind::DeviceDriver;
            c.reference = "r".to_owned();
            c.group = "g".to_owned();
            c.version = Some("1.10".to_owned());
        },
    );
    check_component(
        r#""purl":"pkg:npm/x","cpe":"cpe:/a:b:c","hashes":[{"alg":"MD5","content":"00"}]"#,
        "><name>x</name><purl>pkg:npm/x</purl><cpe>cpe:/a:b:c</cpe>\
         <hashes><hash alg='MD5'>00</hash></hashes>",
        |c| {
            c.purl = Some("pkg:npm/x".to_owned());
            c.cpes = vec!["cpe:/a:b:c".to_owned()];
            c.hashes = vec![Hash { algorithm: "MD5".to_owned(), value: "00".to_owned() }];
        },
    );
    check_component(
        r#""purl":" ","cpe":"","version":"""#,
        "><name>x</name><purl/><cpe> </cpe><version></version>",
        |_| {},
    );
    check_component(
        r#""licenses":[{"license":{"id":"MIT","name":"no"}},{"license":{"name":"own"}},
           {"expression":"MIT OR Zlib"}]"#,
        "><name>x</name><licenses><license><id>MIT</id><name>no</name></license>\
         <license><name>own</name></license><expression>MIT OR Zlib</expression></licenses>",
        |c| c.licences = ["MIT", "own", "MIT OR Zlib"].map(str::to_owned).to_vec(),
    );
    check_component(
        r#""properties":[{"name":"Level of Support","value":"abandoned"},
           {"name":"End-of-Support","value":"2024-01-01"},{"name":"other","value":"x"}]"#,
        "><name>x</name><properties><property name='Level of Support'>abandoned</property>\
         <property name='End-of-Support'>2024-01-01</property></properties>",
        |c| {
            c.support = Support {
                level: Some("abandoned".to_owned()),
                end: Some("2024-01-01".to_owned()),
            };
        },
    );
}

#[test]
fn the_source_package_is_read_from_the_properties_of_those_who_scan() {
    check_component(
        r#""properties":[{"name":"aquasecurity:trivy:SrcName","value":"openssl"},
           {"name":"aquasecurity:trivy:SrcVersion","value":"1.1.1n"},
           {"name":"aquasecurity:trivy:SrcRelease","value":"0+deb11u3"},
           {"name":"aquasecurity:trivy:SrcEpoch","value":"1"}]"#,
        "><name>x</name><properties>\
         <property name='aquasecurity:trivy:SrcName'>openssl</property>\
         <property name='aquasecurity:trivy:SrcVersion'>1.1.1n</property>\
         <property name='aquasecurity:trivy:SrcRelease'>0+deb11u3</property>\
         <property name='aquasecurity:trivy:SrcEpoch'>1</property></properties>",
        |c| {
            c.source_package = crate::SourcePackage {
                name: "openssl".to_owned(),
                version: "1.1.1n".to_owned(),
                release: "0+deb11u3".to_owned(),
                epoch: "1".to_owned(),
            };
        },
    );
    check_component(
        r#""properties":[{"name":"syft:metadata:source","value":"acl"},
           {"name":"syft:metadata:sourceVersion","value":"2.3-1"}]"#,
        "><name>x</name><properties>\
         <property name='syft:metadata:source'>acl</property>\
         <property name='syft:metadata:sourceVersion'>2.3-1</property></properties>",
        |c| {
            c.source_package.name = "acl".to_owned();
            c.source_package.version = "2.3-1".to_owned();
        },
    );
}

#[test]
fn the_supplier_comes_before_the_manufacturer_and_the_author_before_the_publisher() {
    check_component(
        r#""manufacturer":{"name":"m"},"supplier":{"name":"s"},"publisher":"p","author":"a""#,
        "><name>x</name><manufacturer><name>m</name></manufacturer>\
         <supplier><name>s</name></supplier><publisher>p</publisher><author>a</author>",
        |c| {
            c.supplier = Some("s".to_owned());
            c.originator = Some("a".to_owned());
        },
    );
    check_component(
        r#""manufacturer":{"url":["https://m.example"]},
           "authors":[{"name":"a"},{"email":"b@example.org"}]"#,
        "><name>x</name><manufacturer><url>https://m.example</url></manufacturer>\
         <authors><author><name>a</name></author>\
         <author><email>b@example.org</email></author></authors>",
        |c| {
            c.supplier = Some("https://m.example".to_owned());
            c.originator = Some("a, b@example.org".to_owned());
        },
    );
}

#[test]
fn a_field_of_the_wrong_type_is_noted_and_the_rest_is_read() {
    /// The member and the note; the component's name is read all the same.
    #[track_caller]
    fn check(member: &str, note: &str) {
        let parsed = json(&format!(r#""components":[{{{member},"name":"x"}}]"#));
        assert_eq!(parsed.value.components[0].name, "x");
        assert_eq!(notes(&parsed), [note]);
    }

    check(r#""purl":null"#, "null instead of text, set aside (at /components/0/purl)");
    check(r#""purl":["a"]"#, "a list instead of text, set aside (at /components/0/purl)");
    check(r#""cpe":{}"#, "an object instead of text, set aside (at /components/0/cpe)");
    check(
        r#""hashes":{"MD5":"0"}"#,
        "an object instead of a list, set aside (at /components/0/hashes)",
    );
    check(
        r#""hashes":[{"alg":"MD5"}]"#,
        "a hash without algorithm or content, set aside (at /components/0/hashes/0)",
    );
    check(
        r#""hashes":["0"]"#,
        "text instead of an object, set aside (at /components/0/hashes/0)",
    );
    check(
        r#""licenses":[{}]"#,
        "a licence without id, name and expression (at /components/0/licenses/0)",
    );
    check(
        r#""licenses":["MIT"]"#,
        "text instead of a licence, read as its name (at /components/0/licenses/0)",
    );
    check(
        r#""licenses":[{"license":"MIT"}]"#,
        "text instead of an object, read as a name (at /components/0/licenses/0/license)",
    );
    check(
        r#""supplier":"Acme""#,
        "text instead of an organisation, read as its name (at /components/0/supplier)",
    );
    check(
        r#""type":"gadget""#,
        "`gadget` is no type of component, read as another one (at /components/0/type)",
    );
    check(
        r#""versionRange":"vers:npm/*""#,
        "the range `vers:npm/*` instead of a version, set aside (at /components/0/versionRange)",
    );
    check(
        r#""Purl":"pkg:npm/x""#,
        "no field that CycloneDX has in a component, set aside (at /components/0/Purl)",
    );
    check(
        r#""components":{"a":{}}"#,
        "an object instead of a list, set aside (at /components/0/components)",
    );
    check(
        r#""group":"","group":"""#,
        "this member is given twice (at /components/0/group)",
    );
}

#[test]
fn a_number_where_text_belongs_keeps_its_digits() {
    #[track_caller]
    fn check(written: &str) {
        let parsed = json(&format!(r#""components":[{{"name":7,"version":{written}}}]"#));
        let component = &parsed.value.components[0];
        assert_eq!(component.name, "7");
        assert_eq!(component.version.as_deref(), Some(written));
        assert_eq!(parsed.notes.len(), 2);
    }

    check("1.10");
    check("2.0");
    check("1e400");
    check("100000000000000000000000000000001");
    check(&"9".repeat(1000));
}

#[test]
fn what_is_no_component_is_set_aside_with_its_place() {
    let parsed = json(r#""components":[null,"a",[],{"name":"x"},{}]"#);
    assert_eq!(parsed.value.components.len(), 2);
    assert_eq!(
        notes(&parsed),
        [
            "null instead of an object, set aside (at /components/0)",
            "text instead of an object, set aside (at /components/1)",
            "a list instead of an object, set aside (at /components/2)",
            "a component without a name (at /components/4)",
        ]
    );
    for wrong in ["null", "\"x\"", "{}", "7", "true"] {
        let parsed = json(&format!(r#""components":null,"metadata":{wrong}"#));
        assert_eq!(parsed.value.components, []);
        assert!(!parsed.notes.is_empty(), "{wrong}");
    }
}

#[test]
fn a_document_whose_components_are_no_list_is_refused_at_their_place() {
    for wrong in ["\"x\"", "{}", "7", "true"] {
        let text = format!(r#"{{"bomFormat":"CycloneDX","components":{wrong}}}"#);
        let refused = crate::parse(text.as_bytes()).map(|parsed| parsed.value);
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("instead of the list of components"), "{refused}");
        assert!(refused.contains("(at /components)"), "{refused}");
    }
}

#[test]
fn lists_given_twice_are_both_read_and_texts_must_agree() {
    let parsed = json(
        r#""components":[{"name":"a","version":"2","version":"2"}],
           "components":[{"name":"b","components":[{"name":"c"}]}]"#,
    );
    let names: Vec<_> = parsed.value.components.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(parsed.value.components[0].version.as_deref(), Some("2"));
    assert_eq!(parsed.value.components[2].parent, Some(1));
    assert_eq!(
        notes(&parsed),
        [
            "this member is given twice (at /components/0/version)",
            "this member is given twice (at /components)"
        ]
    );
}

#[test]
fn a_circle_of_dependencies_is_noted_where_it_closes() {
    #[track_caller]
    fn check(edges: &[(&str, &str)], expected: &[&str]) {
        let edges: Vec<_> = edges
            .iter()
            .map(|(from, to)| format!(r#"{{"ref":"{from}","dependsOn":["{to}"]}}"#))
            .collect();
        let parsed = json(&format!(
            r#""components":[{{"name":"a","bom-ref":"a"}},{{"name":"b","bom-ref":"b"}},
                {{"name":"c","bom-ref":"c"}}],"dependencies":[{}]"#,
            edges.join(","),
        ));
        assert_eq!(notes(&parsed), expected, "{edges:?}");
    }

    check(&[("a", "b"), ("b", "c"), ("a", "c")], &[]);
    check(
        &[("a", "b"), ("b", "c"), ("c", "a")],
        &[
            "the dependencies lead in a circle back to `a` (at /dependencies/2/dependsOn/0)",
        ],
    );
    check(
        &[("b", "b")],
        &[
            "the dependencies lead in a circle back to `b` (at /dependencies/0/dependsOn/0)",
        ],
    );
}

#[test]
fn nested_components_know_their_parent_and_those_of_the_subject_stand_apart() {
    let from_json = json(
        r#""metadata":{"component":{"name":"pump","components":[
              {"name":"os","components":[{"name":"kernel"}]},{"name":"app"}]}},
           "components":[{"name":"a","components":[{"name":"b"}]},{"name":"c"}]"#,
    );
    let component = |name: &str, inner: &str| {
        format!(
            "<component><name>{name}</name><components>{inner}</components></component>"
        )
    };
    let subject = component(
        "pump",
        &(component("os", &component("kernel", "")) + &component("app", "")),
    );
    let list = component("a", &component("b", "")) + &component("c", "");
    let from_xml =
        xml(&format!("<metadata>{subject}</metadata><components>{list}</components>"));
    for bom in [from_json.value, from_xml.value] {
        let tree = |list: &[Component]| -> Vec<_> {
            list.iter().map(|c| (c.name.clone(), c.parent)).collect()
        };
        let (os, kernel, app) = ("os".to_owned(), "kernel".to_owned(), "app".to_owned());
        assert_eq!(
            tree(&bom.subject_parts),
            [(os, None), (kernel, Some(0)), (app, None)]
        );
        let (a, b, c) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
        assert_eq!(tree(&bom.components), [(a, None), (b, Some(0)), (c, None)]);
        assert_eq!(bom.name.as_deref(), Some("pump"));
        assert_eq!(bom.parts().count(), 6);
    }
}

#[test]
fn relationships_are_counted_as_written_and_odd_ones_are_noted() {
    let parsed = json(
        r#""components":[{"name":"a","bom-ref":"a"},{"name":"b","bom-ref":"b"},
              {"name":"again","bom-ref":"b"}],
           "services":[{"bom-ref":"s","services":[{"bom-ref":"t"}]}],
           "dependencies":[{"dependsOn":["b","b","ghost","t",{}],"provides":["b"],"ref":"a"},
              {"ref":"s","dependsOn":"a"},{"dependsOn":["a"]},{"ref":"a","dependsOn":null}]"#,
    );
    let relations: Vec<_> = parsed
        .value
        .relationships
        .iter()
        .map(|r| format!("{} {:?} {}", r.from, r.kind, r.to))
        .collect();
    assert_eq!(
        relations,
        [
            "a DependsOn b",
            "a DependsOn b",
            "a DependsOn ghost",
            "a DependsOn t",
            "a Provides b",
            "s DependsOn a",
            " DependsOn a",
        ]
    );
    assert_eq!(
        notes(&parsed),
        [
            "an object instead of text, set aside (at /dependencies/0/dependsOn/4)",
            "text instead of a list, read as a list of one (at /dependencies/1/dependsOn)",
            "a dependency without `ref` (at /dependencies/2)",
            "null instead of a list, set aside (at /dependencies/3/dependsOn)",
            "the reference `b` names several components (at /components/2)",
            "this relationship is stated twice (at /dependencies/0/dependsOn/1)",
            "the reference `ghost` names no component (at /dependencies/0/dependsOn/2)",
        ]
    );
}

#[test]
fn dependencies_of_xml_nest_and_those_of_1_1_stand_in_an_extension() {
    let relations = |text: &str| -> Vec<String> {
        let parsed = crate::parse(text.as_bytes()).unwrap();
        let show =
            |r: &Relationship| format!("{} {:?} {} {}", r.from, r.kind, r.to, r.place);
        parsed.value.relationships.iter().map(show).collect()
    };
    let own = "<bom xmlns='http://cyclonedx.org/schema/bom/1.6'><dependencies>\
        <dependency ref='a'><dependency ref='b'><dependency ref='c'/></dependency>\
        <dependency ref='d'/><provides ref='e'/></dependency><dependency ref='b'/>\
        </dependencies></bom>";
    assert_eq!(
        relations(own),
        [
            "a DependsOn b /bom/dependencies/dependency[1]/dependency[1]",
            "a DependsOn d /bom/dependencies/dependency[1]/dependency[2]",
            "a Provides e /bom/dependencies/dependency[1]/provides",
            "b DependsOn c /bom/dependencies/dependency[1]/dependency[1]/dependency",
        ]
    );
    let extension = "<bom xmlns='http://cyclonedx.org/schema/bom/1.1' \
        xmlns:dg='http://cyclonedx.org/schema/ext/dependency-graph/1.0'><components/>\
        <dg:dependencies><dg:dependency ref='a'><dg:dependency ref='b'/></dg:dependency>\
        </dg:dependencies></bom>";
    assert_eq!(
        relations(extension),
        ["a DependsOn b /bom/dependencies/dependency/dependency"]
    );
}

#[test]
fn statements_are_never_widened_by_what_cannot_be_read() {
    /// `affects`, and for each statement its references and how many versions it has.
    #[track_caller]
    fn check(affects: &str, expected: &[(&[&str], usize)]) {
        let parsed = json(&format!(
            r#""components":[{{"name":"a","bom-ref":"a"}},{{"name":"b","bom-ref":"b"}}],
               "vulnerabilities":[{{"id":"CVE-2024-0001","references":[{{"id":"GHSA-x"}}],
               "analysis":{{"state":"not_affected","justification":"code_not_present",
               "response":["update"],"detail":"why"}}{affects}}}]"#
        ));
        let have: Vec<_> = parsed
            .value
            .statements
            .iter()
            .map(|s| (s.references.clone(), s.versions.len()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(names, n)| (names.iter().map(|name| (*name).to_owned()).collect(), *n))
            .collect();
        assert_eq!(have, expected, "{affects}");
        for statement in &parsed.value.statements {
            assert_eq!(statement.status, Some(vex::Status::NotAffected));
            assert_eq!(statement.aliases, ["GHSA-x"]);
            assert_eq!(statement.responses, ["update"]);
            assert_eq!(statement.detail, "why");
        }
        assert_eq!(parsed.notes.is_empty(), !expected.is_empty(), "{:?}", notes(&parsed));
    }

    check("", &[(&[], 0)]);
    check(r#","affects":[{"ref":"a"},{"ref":"b"}]"#, &[(&["a", "b"], 0)]);
    check(
        r#","affects":[{"ref":"a","versions":[{"version":"1"},{"range":"vers:npm/<2"}]},
            {"ref":"b"}]"#,
        &[(&["b"], 0), (&["a"], 2)],
    );
    check(r#","affects":[]"#, &[]);
    check(r#","affects":null"#, &[]);
    check(r#","affects":["a"]"#, &[]);
    check(r#","affects":[{"ref":""}]"#, &[]);
    check(r#","affects":[{"ref":"a","versions":[{"version":null}]}]"#, &[]);
    check(r#","affects":[{"ref":"a","versions":"1"}]"#, &[]);
}

#[test]
fn words_that_nobody_knows_are_noted_and_say_nothing() {
    let parsed = json(
        r#""vulnerabilities":[{"id":"CVE-1","analysis":{"state":"fine",
              "justification":"trust_me"}},{"references":[{"id":"GHSA-y"}]},{}],
           "compositions":[{"aggregate":"most","assemblies":["a"]},
              {"aggregate":"incomplete_first_party_only"},{"aggregate":"complete"}]"#,
    );
    assert_eq!(parsed.value.statements[0].status, None);
    assert_eq!(parsed.value.statements[0].justification, None);
    assert_eq!(parsed.value.statements[1].id, "GHSA-y");
    assert_eq!(parsed.value.statements.len(), 2);
    let aggregates: Vec<_> =
        parsed.value.compositions.iter().map(|c| c.aggregate).collect();
    assert_eq!(
        aggregates,
        [Aggregate::Unknown, Aggregate::Incomplete, Aggregate::Complete]
    );
    let places: Vec<_> = parsed.notes.iter().map(|note| note.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "/vulnerabilities/0/analysis/state",
            "/vulnerabilities/0/analysis/justification",
            "/vulnerabilities/2",
            "/compositions/0/aggregate",
        ]
    );
}

#[test]
fn the_metadata_say_who_made_the_document_and_who_supplied_the_subject() {
    #[track_caller]
    fn check(parsed: &Parsed<Bom>) {
        let bom = &parsed.value;
        assert_eq!(bom.identity.as_deref(), Some("urn:uuid:1/2"));
        assert_eq!(bom.created.as_deref(), Some("2024-03-01T10:00:00Z"));
        let authors: Vec<_> =
            bom.authors.iter().map(|a| (a.name.as_str(), a.kind)).collect();
        assert_eq!(
            authors,
            [
                ("tool 1.0", ContactKind::Tool),
                ("vendor", ContactKind::Tool),
                ("Ada", ContactKind::Person),
                ("maker of the document", ContactKind::Organization),
            ]
        );
        let Subject::Apart(subject) = &bom.subject else { panic!("no subject") };
        assert_eq!(subject.supplier.as_deref(), Some("seller"));
        assert_eq!(notes(parsed), Vec::<String>::new());
    }

    check(&json(
        r#""serialNumber":"urn:uuid:1","version":2,"metadata":{
            "timestamp":"2024-03-01T10:00:00Z",
            "tools":[{"name":"tool","version":"1.0"},{"vendor":"vendor"}],
            "authors":[{"name":"Ada"}],"manufacturer":{"name":"maker of the document"},
            "component":{"name":"pump"},"supplier":{"name":"seller"},
            "manufacture":{"name":"maker of the pump"}}"#,
    ));
    check(&json(
        r#""serialNumber":"urn:uuid:1","version":2,"metadata":{
            "timestamp":"2024-03-01T10:00:00Z",
            "tools":{"components":[{"name":"tool","version":"1.0"}],
                "services":[{"vendor":"vendor"}]},
            "authors":[{"name":"Ada"}],"manufacturer":{"name":"maker of the document"},
            "component":{"name":"pump"},"supplier":{"name":"seller"}}"#,
    ));
    let text = "<c:bom xmlns:c='http://cyclonedx.org/schema/bom/1.6' version='2' \
        serialNumber='urn:uuid:1'><c:metadata><c:timestamp>2024-03-01T10:00:00Z\
        </c:timestamp><c:tools><c:tool><c:name>to<!-- x --><![CDATA[ol]]></c:name>\
        <c:version>1.0</c:version></c:tool><c:tool><c:vendor>vendor</c:vendor></c:tool>\
        </c:tools><c:authors><c:author><c:name>Ada</c:name></c:author></c:authors>\
        <c:component><c:name>pump</c:name></c:component><c:manufacturer>\
        <c:name>maker of the document</c:name></c:manufacturer><c:supplier>\
        <c:name> seller </c:name></c:supplier></c:metadata></c:bom>";
    check(&crate::parse(text.as_bytes()).unwrap());
}

#[test]
fn the_version_of_the_specification_is_what_the_document_claims() {
    #[track_caller]
    fn check(member: &str, spec: &str, notes: usize) {
        let text = format!(r#"{{"bomFormat":"CycloneDX","components":[]{member}}}"#);
        let parsed = crate::parse(text.as_bytes()).unwrap();
        assert_eq!(parsed.value.spec, spec, "{member}");
        assert_eq!(parsed.notes.len(), notes, "{member} {:?}", parsed.notes);
    }

    check(r#","specVersion":"1.2""#, "1.2", 0);
    check(r#","specVersion":" 1.6 ""#, "1.6", 0);
    check(r#","specVersion":1.5"#, "1.5", 1);
    check(r#","specVersion":"9.9""#, "9.9", 1);
    check(r#","specVersion":null"#, "", 2);
    check("", "", 1);
    let other = "<bom xmlns='http://cyclonedx.org/schema/bom/9.9'/>";
    assert_eq!(crate::parse(other.as_bytes()).unwrap().value.spec, "9.9");
}

#[test]
fn dirt_of_xml_is_noted_with_the_path_of_its_element() {
    let parsed =
        xml("<components><component type='gadget'><name>a</name><name>b</name><foo/>\
         <licenses><license/></licenses><hashes><hash>00</hash></hashes>\
         <properties><property>x</property></properties></component><component/>\
         <thing/></components><metadata><supplier>loose</supplier></metadata><foo/>");
    assert_eq!(parsed.value.components.len(), 2);
    assert_eq!(parsed.value.components[0].name, "b");
    let first = "/bom/components/component[1]";
    assert_eq!(
        notes(&parsed),
        [
            "no element that CycloneDX has in a list of components, set aside \
             (at /bom/components/thing)"
                .to_owned(),
            format!("`gadget` is no type of component, read as another one (at {first})"),
            format!("this element is given twice (at {first}/name[2])"),
            format!("no element that CycloneDX has in a component, set aside (at {first}/foo)"),
            format!("a licence without id, name and expression (at {first}/licenses/license)"),
            format!("a hash without algorithm or content, set aside (at {first}/hashes/hash)"),
            format!("a property without a name, set aside (at {first}/properties/property)"),
            "a component without a name (at /bom/components/component[2])".to_owned(),
            "text instead of an organisation, read as its name (at /bom/metadata/supplier)"
                .to_owned(),
            "no element that CycloneDX has in the document, set aside (at /bom/foo)".to_owned(),
            "the metadata name a supplier, but no component that was supplied \
             (at the document)"
                .to_owned(),
        ]
    );
}

#[test]
fn what_is_not_this_format_is_refused() {
    #[track_caller]
    fn check(text: &str, words: &str) {
        let refused =
            crate::parse(text.as_bytes()).map(|parsed| parsed.value).unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }

    check("<bom/>", "the root element is in the namespace ``");
    check("<bom xmlns='http://example.org/bom/1.6'/>", "http://example.org/bom/1.6");
    check("<!DOCTYPE bom []><bom/>", "a document type declaration is refused");
    check(
        "<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>&x;</bom>",
        "no well-formed XML",
    );
    check(
        "<bom xmlns='http://cyclonedx.org/schema/bom/1.6'></bom><bom/>",
        "no well-formed",
    );
    check(r#"{"bomFormat":"CycloneDX"} {}"#, "the file goes on");
    check(
        r#"{"bomFormat":"CycloneDX","components":[{"name":"x"},]}"#,
        "a value is expected",
    );
    check(r#"{"bomFormat":"CycloneDX","components":[{"name":"x"}"#, "the document ends");
    check("{'bomFormat':'CycloneDX'}", "a member's name in double quotes");
    let nest = |n: usize| r#"{"name":"x","components":["#.repeat(n) + &"]}".repeat(n);
    let deep = |n| format!(r#"{{"bomFormat":"CycloneDX","components":[{}]}}"#, nest(n));
    check(&deep(10_000), "nest deeper than the 512 levels");
    assert_eq!(crate::parse(deep(240).as_bytes()).unwrap().value.components.len(), 240);
    let nest = "<components><component>".repeat(10_000);
    check(&format!("<bom xmlns='x'>{nest}"), "nest deeper than the 512 levels");
}

#[test]
fn components_and_relationships_have_a_limit() {
    let mut draft = Draft::new();
    assert!(draft.check_components(limits::COMPONENTS_MAX - 1).is_ok());
    let refused = draft.check_components(limits::COMPONENTS_MAX).unwrap_err();
    assert!(refused.message.contains("500000 components"), "{refused}");
    let one = Relationship {
        from: String::new(),
        kind: RelationshipKind::DependsOn,
        to: String::new(),
        place: Place::Document,
    };
    draft.bom.relationships = vec![one; limits::RELATIONSHIPS_MAX];
    let refused =
        draft.relate("a", RelationshipKind::DependsOn, String::new(), Place::Document);
    assert!(refused.unwrap_err().message.contains("1000000 relationships"));
    draft.entries = limits::ENTRIES_MAX;
    assert!(draft.count_entry().unwrap_err().message.contains("1500000 entries"));
    draft.stated = limits::STATEMENTS_MAX;
    assert!(draft.count_stated().unwrap_err().message.contains("in statements"));
    let many = vec!["{}"; 5_000].join(",");
    let parsed = json(&format!(r#""components":[{many}]"#));
    assert_eq!(parsed.notes.len(), limits::NOTES_MAX + 1);
    assert!(parsed.notes[limits::NOTES_MAX].message.contains("4000 further notes"));
}

#[test]
fn what_statements_repeat_has_a_limit() {
    let detail = "x".repeat(1 << 20);
    let affects = vec![r#"{"ref":"a","versions":[{"version":"1"}]}"#; 100].join(",");
    let parsed = json(&format!(
        r#""components":[{{"name":"a","bom-ref":"a"}}],"vulnerabilities":[{{"id":"CVE-1",
            "analysis":{{"detail":"{detail}"}},"affects":[{affects}]}}]"#
    ));
    assert_eq!(parsed.value.statements.len(), 63);
    assert!(
        notes(&parsed)[0].contains("more than the 67108864 bytes"),
        "{:?}",
        parsed.notes
    );
}

#[test]
fn patches_that_resolve_something_are_kept_with_their_place() {
    let from_json = json(
        r#""components":[{"name":"x","pedigree":{"ancestors":[{"name":"y"}],"patches":[
        {"type":"backport","diff":{"url":"u"},"resolves":[
            {"type":"security","id":"CVE-2030-0001"},{"type":"enhancement","id":"E-1"},
            {"type":"security","name":"no id"},{"id":"CVE-2030-0002"}]},
        {"type":"unofficial"}]}}]"#,
    );
    let from_xml = xml(
        "<components><component><name>x</name><pedigree><ancestors/><patches>\
         <patch type='backport'><resolves><issue type='security'><id>CVE-2030-0001</id></issue>\
         <issue type='enhancement'><id>E-1</id></issue><issue type='security'/>\
         <issue><id>CVE-2030-0002</id></issue></resolves></patch>\
         <patch type='unofficial'/></patches></pedigree></component></components>",
    );
    let places = [
        "/components/0/pedigree/patches/0",
        "/bom/components/component/pedigree/patches/patch[1]",
    ];
    for (parsed, place) in [from_json, from_xml].iter().zip(places) {
        let [patch] = &parsed.value.components[0].patches[..] else {
            panic!("{parsed:?}")
        };
        assert_eq!(patch.kind, "backport");
        assert_eq!(patch.resolves, ["CVE-2030-0001", "CVE-2030-0002"]);
        assert_eq!(patch.place.to_string(), place);
        assert_eq!(notes(parsed), Vec::<String>::new());
    }
    let odd = json(
        r#""components":[{"name":"x","pedigree":[]},{"name":"y","pedigree":{"patches":{}}}]"#,
    );
    assert_eq!(odd.notes.len(), 2, "{:?}", odd.notes);
}

#[test]
fn what_rests_on_a_condition_or_was_rejected_clears_nothing() {
    use terms::vex::Status::{Affected, NotAffected, UnderInvestigation};

    #[track_caller]
    fn check(members: &str, parts: &str, expected: Option<terms::vex::Status>) {
        let from_json = json(&format!(
            r#""vulnerabilities":[{{"id":"CVE-2024-1","affects":[{{"ref":"a"}}],{members}}}]"#
        ));
        let from_xml = xml(&format!(
            "<vulnerabilities><vulnerability><id>CVE-2024-1</id>{parts}<affects><target>\
             <ref>a</ref></target></affects></vulnerability></vulnerabilities>"
        ));
        for parsed in [from_json, from_xml] {
            let statements = &parsed.value.statements;
            assert_eq!(statements.len(), 1, "{members}");
            assert_eq!(statements[0].status, expected, "{members}");
            let is_noted = notes(&parsed).iter().any(|note| note.contains("clears"));
            let asks = matches!(expected, None | Some(UnderInvestigation));
            assert_eq!(is_noted, asks, "{members}: {:?}", notes(&parsed));
        }
    }

    for (word, expected) in [
        ("requires_configuration", UnderInvestigation),
        ("requires_dependency", UnderInvestigation),
        ("requires_environment", UnderInvestigation),
        ("protected_at_perimeter", UnderInvestigation),
        ("code_not_present", NotAffected),
    ] {
        check(
            &format!(r#""analysis":{{"state":"not_affected","justification":"{word}"}}"#),
            &format!(
                "<analysis><state>not_affected</state><justification>{word}\
                 </justification></analysis>"
            ),
            Some(expected),
        );
    }
    let rejected = "2024-02-01T00:00:00Z";
    for (word, expected) in [("not_affected", None), ("exploitable", Some(Affected))] {
        check(
            &format!(r#""rejected":"{rejected}","analysis":{{"state":"{word}"}}"#),
            &format!(
                "<rejected>{rejected}</rejected><analysis><state>{word}</state></analysis>"
            ),
            expected,
        );
    }
}

#[test]
fn from_what_it_was_made_is_the_same_in_json_and_xml() {
    #[track_caller]
    fn check(members: &str, parts: &str, expected: &[(Phase, &str)], notes: usize) {
        let from_json = json(&format!(r#""metadata":{{"lifecycles":[{members}]}}"#));
        let from_xml =
            xml(&format!("<metadata><lifecycles>{parts}</lifecycles></metadata>"));
        for parsed in [from_json, from_xml] {
            let found: Vec<(Phase, &str)> = (parsed.value.contexts.iter())
                .map(|it| (it.phase, it.written.as_str()))
                .collect();
            assert_eq!(found, expected, "{members}");
            assert_eq!(parsed.notes.len(), notes, "{:?}", parsed.notes);
        }
    }

    check("", "", &[], 0);
    check(
        r#"{"phase":"pre-build"},{"phase":"post-build"}"#,
        "<lifecycle><phase>pre-build</phase></lifecycle>\
         <lifecycle><phase>post-build</phase></lifecycle>",
        &[(Phase::Source, "pre-build"), (Phase::Built, "post-build")],
        0,
    );
    check(
        r#"{"name":"line 4","description":"x"}"#,
        "<lifecycle><name>line 4</name><description>x</description></lifecycle>",
        &[(Phase::Other, "line 4")],
        0,
    );
    check(
        r#"{"phase":"BUILD"}"#,
        "<lifecycle><phase>BUILD</phase></lifecycle>",
        &[(Phase::Other, "BUILD")],
        1,
    );
    check(
        r#"{"description":"x"}"#,
        "<lifecycle><description>x</description></lifecycle>",
        &[],
        1,
    );
    let parsed = json(r#""metadata":{"lifecycles":[{"phase":"build"},{"phase":{}}]}"#);
    let places: Vec<String> =
        parsed.value.contexts.iter().map(|it| it.place.to_string()).collect();
    assert_eq!(places, ["/metadata/lifecycles/0/phase"]);
    assert_eq!(parsed.notes.len(), 2);
    let parsed = xml(
        "<metadata><lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles></metadata>",
    );
    let places: Vec<String> =
        parsed.value.contexts.iter().map(|it| it.place.to_string()).collect();
    assert_eq!(places, ["/bom/metadata/lifecycles/lifecycle/phase"]);
}
