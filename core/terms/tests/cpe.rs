//! CPE names and applicability, by published vectors, real NVD records and laws.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test reads files and fails by panicking"
)]

mod corpus;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::Read;

use proptest::prelude::*;
use serde_json::Value as Json;
use terms::cpe::{
    Attribute, Bounds, Configuration, Criterion, Name, Negate, Node, Operator, Relation,
    Role, System, Truth, Why, compare_versions,
};

/// Rows of a table without the first column, which is its kind.
fn rows(table: &str, kind: &str) -> Vec<Vec<String>> {
    let Some(file) = corpus::path(&format!("cpe-vectors/{table}.tsv")) else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().map(|line| line.split('\t').map(str::to_owned));
    rows.filter_map(|mut row| (row.next()? == kind).then(|| row.collect())).collect()
}

#[test]
fn names_are_read_and_bound_as_the_standard_says() {
    for kind in ["fs", "uri", "wfn"] {
        for row in rows("names", kind) {
            let read = Name::parse(&row[0]).map(|name| name.to_string());
            match row[1].as_str() {
                "ERROR" => assert!(read.is_err(), "{row:?} {read:?}"),
                formatted => assert_eq!(read.unwrap(), formatted, "{row:?}"),
            }
        }
    }
    for row in [rows("names", "to-uri"), rows("names", "uri-roundtrip")].concat() {
        assert_eq!(Name::parse(&row[0]).unwrap().uri(), row[1], "{row:?}");
    }
}

#[test]
fn values_are_well_formed_as_the_standard_says() {
    for row in rows("names", "value") {
        let name = format!("wfn:[part=\"a\",vendor=\"{}\"]", row[0]);
        assert_eq!(Name::parse(&name).is_ok(), row[1] == "true", "{row:?}");
    }
}

#[test]
fn names_compare_as_the_standard_says() {
    let relation = |word: &str| match word {
        "EQUAL" => Relation::Equal,
        "SUBSET" => Relation::Subset,
        "SUPERSET" => Relation::Superset,
        "DISJOINT" => Relation::Disjoint,
        _ => Relation::Undefined,
    };
    for row in rows("matching", "match") {
        let (source, target) =
            (Name::parse(&row[0]).unwrap(), Name::parse(&row[1]).unwrap());
        assert_eq!(source.relation(&target), relation(&row[2]), "{row:?}");
    }
    for row in rows("matching", "attr") {
        let [source, target] = [&row[0], &row[1]].map(|value| {
            let value = value.replace("ANY", "*").replace("NA", "-");
            Name::parse(&format!("cpe:2.3:a:{value}:*:*:*:*:*:*:*:*:*")).unwrap()
        });
        let [source, target] = [&source, &target].map(|name| name.get(Attribute::Vendor));
        assert_eq!(source.relation(target), relation(&row[2]), "{row:?}");
    }
    for row in rows("matching", "matches") {
        let (source, target) =
            (Name::parse(&row[0]).unwrap(), Name::parse(&row[1]).unwrap());
        let is_match =
            !matches!(source.relation(&target), Relation::Disjoint | Relation::Undefined);
        assert_eq!(is_match, row[2] == "true", "{row:?}");
    }
}

#[test]
fn versions_order_as_another_tool_orders_them_or_not_at_all() {
    for row in rows("version-order", "cmp") {
        let order = compare_versions(&row[0], &row[1]);
        // `-` and `_` count differently in different schemes: that tool takes the order of
        // the characters, which is a guess. No standard orders versions of CPE names.
        if row[0] == "5-1.16" {
            assert_eq!(order, None);
            continue;
        }
        let expected = match row[2].as_str() {
            "-1" => Ordering::Less,
            "0" => Ordering::Equal,
            _ => Ordering::Greater,
        };
        assert_eq!(order, Some(expected), "{row:?}");
    }
}

#[test]
fn says_where_it_stopped_reading() {
    #[track_caller]
    fn check(text: &str, at: usize, expected: &str) {
        let refusal = Name::parse(text).unwrap_err();
        assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
    }

    check("", 0, "`cpe:2.3:`, `cpe:/` or `wfn:[`");
    check("invalid", 0, "`cpe:2.3:`, `cpe:/` or `wfn:[`");
    check("cpe:2.3:", 8, "a value, `*` or `-`");
    check("cpe:2.3:x:a:b:1:*:*:*:*:*:*:*", 8, "the part `a`, `o` or `h`");
    check("cpe:2.3:a:b:c:1:*:*", 19, "`:` and a further attribute");
    check("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*", 29, "nothing more");
    check(
        "cpe:2.3:a:b b:c:1:*:*:*:*:*:*:*",
        11,
        "a letter, a digit or punctuation of ASCII",
    );
    check(
        "cpe:2.3:a:bé:c:1:*:*:*:*:*:*:*",
        11,
        "a letter, a digit or punctuation of ASCII",
    );
    check("cpe:2.3:a:b::1:*:*:*:*:*:*:*", 12, "a value, `*` or `-`");
    check("cpe:2.3:a:b*b:c:1:*:*:*:*:*:*:*", 12, "no text behind a wildcard");
    check("cpe:2.3:a:b**:c:1:*:*:*:*:*:*:*", 12, "one `*` or some `?`");
    check("cpe:2.3:a:\\-:c:1:*:*:*:*:*:*:*", 10, "a value other than a quoted hyphen");
    check(
        "cpe:2.3:a:b\\c:c:1:*:*:*:*:*:*:*",
        11,
        "a backslash before a special character only",
    );
    check("cpe:2.3:a:b:c\\", 13, "a character behind the backslash");
    check("cpe:/z", 5, "the part `a`, `o` or `h`");
    check("cpe:/a:b%99", 8, "an encoding of NISTIR 7695");
    check("cpe:/a:b%", 8, "an encoding of NISTIR 7695");
    check("cpe:/a:b%2", 8, "an encoding of NISTIR 7695");
    check("cpe:/a:b%2é", 8, "an encoding of NISTIR 7695");
    check("cpe:/a:b:c:1:u:~e~s", 19, "`~` and a further packed attribute");
    check("cpe:/a:b:c:1:u:~e~s~t~h~o~x", 25, "five packed attributes");
    check("cpe:/a:b:c:1:u:e:l:x", 18, "at most seven components");
    check("wfn:[part=a]", 10, "`\"`, `ANY` or `NA`");
    check("wfn:[part=\"a\"", 13, "`,` or `]`");
    check("wfn:[part=\"a\",part=\"a\"]", 14, "each attribute once");
    check("wfn:[colour=\"a\"]", 5, "an attribute and `=`");
    check("wfn:[part=\"a\",vendor=\"a.b\"]", 23, "a backslash before `.` and `-`");
    check("wfn:[part=\"a\"]x", 14, "nothing more");
}

#[test]
fn needless_backslashes_and_capitals_make_no_other_name() {
    let name = Name::parse("cpe:2.3:a:Foo\\-bar:Baz+:1\\.0:*:*:*:*:*:*:*").unwrap();
    assert_eq!(name.formatted(), "cpe:2.3:a:foo-bar:baz\\+:1.0:*:*:*:*:*:*:*");
    assert_eq!(name.get(Attribute::Product).plain().unwrap(), "baz+");
}

#[test]
fn a_name_that_restricts_nothing_comes_back_from_every_binding() {
    let all = Name::parse("cpe:/").unwrap();
    assert_eq!(all.formatted(), "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*");
    assert_eq!((all.uri(), all.well_formed()), ("cpe:/".to_owned(), "wfn:[]".to_owned()));
    for text in [all.formatted(), "wfn:[]", "wfn:[part=ANY]", "cpe:/:::::"] {
        assert_eq!(Name::parse(text).unwrap(), all, "{text}");
    }
}

/// Every configuration of every record of the corpus, by CVE.
fn nvd() -> Option<BTreeMap<String, Vec<Configuration>>> {
    let mut records: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
    for archive in ["records", "overrides-as-feed", "edited"] {
        let file = corpus::path(&format!("nvd/{archive}.tar.zst"))?;
        let bytes = zstd::decode_all(&*std::fs::read(file).unwrap()).unwrap();
        let mut archive = tar::Archive::new(&*bytes);
        for member in archive.entries().unwrap() {
            let mut text = String::new();
            member.unwrap().read_to_string(&mut text).unwrap();
            let Ok(document) = serde_json::from_str::<Json>(&text) else { continue };
            for record in document["vulnerabilities"].as_array().into_iter().flatten() {
                let id = record["cve"]["id"].as_str().unwrap().to_owned();
                let list = record["cve"]["configurations"].as_array();
                let configurations = list.into_iter().flatten().map(configuration);
                records.entry(id).or_default().extend(configurations);
            }
        }
    }
    Some(records)
}

fn configuration(json: &Json) -> Configuration {
    let nodes = json["nodes"].as_array().into_iter().flatten();
    Configuration {
        operator: operator(&json["operator"]),
        negate: negate(&json["negate"]),
        nodes: nodes.map(node).collect(),
    }
}

fn node(json: &Json) -> Node {
    let criteria = json["cpeMatch"].as_array().into_iter().flatten();
    Node {
        operator: operator(&json["operator"]),
        negate: negate(&json["negate"]),
        criteria: criteria.map(criterion).collect(),
        nodes: Vec::new(),
    }
}

fn criterion(json: &Json) -> Criterion {
    let bound = |name: &str| json[name].as_str().map(str::to_owned);
    Criterion {
        criteria: json["criteria"].as_str().unwrap().to_owned(),
        role: match json["vulnerable"].as_bool() {
            Some(false) => Role::Platform,
            _ => Role::Vulnerable,
        },
        bounds: Bounds {
            start_including: bound("versionStartIncluding"),
            start_excluding: bound("versionStartExcluding"),
            end_including: bound("versionEndIncluding"),
            end_excluding: bound("versionEndExcluding"),
        },
    }
}

fn operator(json: &Json) -> Operator {
    if json.as_str() == Some("AND") { Operator::And } else { Operator::Or }
}

fn negate(json: &Json) -> Negate {
    if json.as_bool() == Some(true) { Negate::Negated } else { Negate::Plain }
}

#[test]
fn every_system_of_the_truth_is_judged_as_it_says() {
    let Some(records) = nvd() else { return };
    let Some(table) = corpus::path("truth/cpe_matches.tsv") else { return };
    let mut wrong = Vec::new();
    let mut asked = 0;
    for line in std::fs::read_to_string(table).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let system: Vec<Name> =
            fields[1].split(' ').map(|name| Name::parse(name).unwrap()).collect();
        let indexed = System::new(system.clone());
        let is_affected = records[fields[0]].iter().any(|configuration| {
            let whole = configuration.evaluate(&indexed);
            assert_eq!(whole, configuration.evaluate(&system));
            whole.verdict() == Truth::True
        });
        asked += 1;
        if is_affected != (fields[2] == "yes") {
            wrong.push(line.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 1_800, "{asked} rows");
}

#[test]
fn real_names_are_read_or_refused_with_their_place() {
    let Some(records) = nvd() else { return };
    let mut refused = BTreeMap::new();
    let mut read = 0;
    for criterion in records
        .values()
        .flatten()
        .flat_map(|configuration| &configuration.nodes)
        .flat_map(|node| &node.criteria)
    {
        match Name::parse(&criterion.criteria) {
            Ok(name) => {
                read += 1;
                assert_eq!(Name::parse(&name.uri()).unwrap(), name);
                assert_eq!(Name::parse(&name.well_formed()).unwrap(), name);
            }
            Err(refusal) => {
                refused.insert(criterion.criteria.clone(), refusal.at);
            }
        }
    }
    assert!(read > 40_000, "{read}");
    assert!(refused.len() < 20, "{refused:#?}");
}

fn name(text: &str) -> Name {
    Name::parse(&format!("cpe:2.3:{text}")).unwrap()
}

fn wants(text: &str, role: Role, bounds: [&str; 2]) -> Criterion {
    let bound = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Criterion {
        criteria: format!("cpe:2.3:{text}"),
        role,
        bounds: Bounds {
            start_including: bound(bounds[0]),
            end_excluding: bound(bounds[1]),
            ..Bounds::default()
        },
    }
}

#[test]
fn one_criterion_against_one_name() {
    #[track_caller]
    fn check(
        criterion: &str,
        bounds: [&str; 2],
        system: &str,
        truth: Truth,
        why: Option<Why>,
    ) {
        let criterion = wants(criterion, Role::Vulnerable, bounds);
        assert_eq!(criterion.matches(&name(system)), (truth, why));
    }

    let any = "a:v:p:*:*:*:*:*:*:*:*";
    let (yes, no) = (Truth::True, Truth::False);
    check(any, ["", ""], "a:v:p:1.0:*:*:*:*:*:*:*", yes, None);
    check(any, ["", ""], "a:v:p:*:*:*:*:*:*:*:*", yes, None);
    check(any, ["", ""], "a:v:p:-:*:*:*:*:*:*:*", yes, None);
    check(any, ["", ""], "a:v:q:1.0:*:*:*:*:*:*:*", no, None);
    check(any, ["", ""], "o:v:p:1.0:*:*:*:*:*:*:*", no, None);
    check(any, ["1.0", "2.0"], "a:v:p:1.0:*:*:*:*:*:*:*", yes, None);
    check(any, ["1.0", "2.0"], "a:v:p:2.0:*:*:*:*:*:*:*", no, None);
    check(any, ["1.0", "2.0"], "a:v:p:1.0:rc1:*:*:*:*:*:*", no, None);
    check(any, ["", "4.2.8"], "a:v:p:4.2.8:p15:*:*:*:*:*:*", no, None);
    check(any, ["", "4.2.8-p15"], "a:v:p:4.2.8:p9:*:*:*:*:*:*", yes, None);
    let unstated = Some(Why::VersionUnstated);
    check(any, ["1.0", "2.0"], "a:v:p:*:*:*:*:*:*:*:*", Truth::Unknown, unstated);
    check(any, ["1.0", "2.0"], "a:v:p:-:*:*:*:*:*:*:*", Truth::Unknown, unstated);
    let incomparable = Some(Why::VersionIncomparable);
    check(any, ["1.0", "2.0"], "a:v:p:r3:*:*:*:*:*:*:*", Truth::Unknown, incomparable);
    check(any, ["1.0", "2.0"], "a:v:p:2.1-foo:*:*:*:*:*:*:*", no, None);

    let exact = "a:v:p:1.0:*:*:*:*:*:*:*";
    check(exact, ["", ""], "a:v:p:1.0:sp1:*:*:*:*:*:*", yes, None);
    check(exact, ["", ""], "a:v:p:1.0.0:*:*:*:*:*:*:*", yes, None);
    check(exact, ["", ""], "a:v:p:1.1:*:*:*:*:*:*:*", no, None);
    check(exact, ["", ""], "a:v:p:*:*:*:*:*:*:*:*", Truth::Unknown, unstated);
    check(exact, ["", ""], "a:v:p:1.0-5:*:*:*:*:*:*:*", Truth::Unknown, incomparable);
    let update = "a:v:p:4.2.8:p15:*:*:*:*:*:*";
    check(update, ["", ""], "a:v:p:4.2.8p15:*:*:*:*:*:*:*", yes, None);
    check(update, ["", ""], "a:v:p:4.2.8:p14:*:*:*:*:*:*", no, None);
    let unknown_update = Some(Why::Unstated(Attribute::Update));
    check(update, ["", ""], "a:v:p:4.2.8:*:*:*:*:*:*:*", Truth::Unknown, unknown_update);

    let none = "o:v:p:-:*:*:*:*:*:*:*";
    check(none, ["", ""], "o:v:p:-:*:*:*:*:*:*:*", yes, None);
    check(none, ["", ""], "o:v:p:5.10:*:*:*:*:*:*:*", Truth::Unknown, incomparable);
    check(none, ["", ""], "o:v:p:*:*:*:*:*:*:*:*", Truth::Unknown, unstated);

    let plugin = "a:v:p:*:*:*:*:*:wordpress:*:*";
    let target = Some(Why::Unstated(Attribute::TargetSw));
    check(plugin, ["", ""], "a:v:p:1:*:*:*:*:wordpress:*:*", yes, None);
    check(plugin, ["", ""], "a:v:p:1:*:*:*:*:drupal:*:*", no, None);
    check(plugin, ["", ""], "a:v:p:1:*:*:*:*:-:*:*", no, None);
    check(plugin, ["", ""], "a:v:p:1:*:*:*:*:*:*:*", Truth::Unknown, target);

    let short = "a:v:p:1.0";
    check(
        short,
        ["", ""],
        "a:v:p:1.0:*:*:*:*:*:*:*",
        Truth::Unknown,
        Some(Why::CriterionMalformed),
    );
    check(short, ["", ""], "a:v:q:1.0:*:*:*:*:*:*:*", no, None);
    check(
        "a:Foo\\-x:p\\+:1:*:*:*:*:*:*:*",
        ["", ""],
        "a:foo-x:p+:1:*:*:*:*:*:*:*",
        yes,
        None,
    );
    check("a:v:ap*:1:*:*:*:*:*:*:*", ["", ""], "a:v:apache:1:*:*:*:*:*:*:*", yes, None);
}

fn or(criteria: Vec<Criterion>) -> Node {
    Node { operator: Operator::Or, negate: Negate::Plain, criteria, nodes: Vec::new() }
}

fn all(nodes: Vec<Node>) -> Configuration {
    Configuration { operator: Operator::And, negate: Negate::Plain, nodes }
}

#[test]
fn the_parts_of_a_device_are_judged_together() {
    let firmware = "o:acme:pump_firmware:*:*:*:*:*:*:*:*";
    let hardware = "h:acme:pump:-:*:*:*:*:*:*:*";
    let both = all(vec![
        or(vec![wants(firmware, Role::Vulnerable, ["", "2.3"])]),
        or(vec![wants(hardware, Role::Platform, ["", ""])]),
    ]);
    let old = name("o:acme:pump_firmware:2.1:*:*:*:*:*:*:*");
    let new = name("o:acme:pump_firmware:2.3:*:*:*:*:*:*:*");
    let some = name("o:acme:pump_firmware:*:*:*:*:*:*:*:*");
    let pump = name("h:acme:pump:-:*:*:*:*:*:*:*");
    let revision = name("h:acme:pump:b:*:*:*:*:*:*:*");

    let hit = [pump.clone(), old.clone()];
    let hit = both.evaluate(&hit);
    assert_eq!(
        (hit.verdict(), hit.affected, hit.platforms),
        (Truth::True, vec![1], vec![0])
    );
    for system in [vec![old.clone()], vec![pump.clone()], vec![pump.clone(), new], vec![]]
    {
        let miss = both.evaluate(&system);
        assert_eq!(miss.verdict(), Truth::False, "{system:?}");
        assert!(miss.doubts.is_empty() && miss.platforms.is_empty());
    }
    let unversioned = [some, pump];
    let unversioned = both.evaluate(&unversioned);
    assert_eq!((unversioned.verdict(), unversioned.possible), (Truth::Unknown, vec![0]));
    assert_eq!(unversioned.doubts[0].why, Why::VersionUnstated);
    let revised = [old, revision];
    let revised = both.evaluate(&revised);
    assert_eq!((revised.verdict(), revised.possible), (Truth::Unknown, vec![0]));
}

#[test]
fn a_platform_alone_is_never_affected() {
    let linux = "o:linux:linux_kernel:-:*:*:*:*:*:*:*";
    let mut statement = Configuration {
        operator: Operator::Or,
        negate: Negate::Plain,
        nodes: vec![or(vec![wants(linux, Role::Platform, ["", ""])])],
    };
    let system = [name(linux)];
    let alone = statement.evaluate(&system);
    assert_eq!((alone.truth, alone.verdict()), (Truth::True, Truth::False));
    statement.nodes[0].negate = Negate::Negated;
    assert_eq!(statement.evaluate(&system).truth, Truth::False);
    assert_eq!(statement.evaluate(&[]).truth, Truth::True);
    assert_eq!(statement.evaluate(&[]).verdict(), Truth::False);
}

#[test]
fn what_a_negated_part_calls_vulnerable_cannot_be_told() {
    let app = "a:acme:viewer:*:*:*:*:*:*:*:*";
    let mut part = or(vec![wants(app, Role::Vulnerable, ["2", ""])]);
    part.negate = Negate::Negated;
    let statement = all(vec![part]);
    for version in ["1", "3"] {
        let viewer = name(&format!("a:acme:viewer:{version}:*:*:*:*:*:*:*"));
        let said = statement.evaluate(std::slice::from_ref(&viewer));
        assert_eq!((said.verdict(), said.possible), (Truth::Unknown, vec![0]));
    }
    let other = name("a:acme:editor:1:*:*:*:*:*:*:*");
    let said = statement.evaluate(std::slice::from_ref(&other));
    assert_eq!(said.verdict(), Truth::False);
}

#[test]
fn a_negated_platform_excludes() {
    let app = "a:acme:viewer:*:*:*:*:*:*:*:*";
    let windows = "o:microsoft:windows:-:*:*:*:*:*:*:*";
    let mut elsewhere = or(vec![wants(windows, Role::Platform, ["", ""])]);
    elsewhere.negate = Negate::Negated;
    let statement =
        all(vec![or(vec![wants(app, Role::Vulnerable, ["", "2"])]), elsewhere]);
    let viewer = name("a:acme:viewer:1:*:*:*:*:*:*:*");
    assert_eq!(statement.evaluate(std::slice::from_ref(&viewer)).verdict(), Truth::True);
    let on_windows = [viewer.clone(), name(windows)];
    assert_eq!(statement.evaluate(&on_windows).verdict(), Truth::False);
    let on_some_windows = [viewer, name("o:microsoft:windows:11:*:*:*:*:*:*:*")];
    assert_eq!(statement.evaluate(&on_some_windows).verdict(), Truth::Unknown);
}

#[test]
fn a_statement_without_parts_says_nothing_and_a_deep_one_ends() {
    let empty = all(Vec::new());
    assert_eq!(empty.evaluate(&[]).truth, Truth::Unknown);
    let app = "a:acme:viewer:1:*:*:*:*:*:*:*";
    let mut node = or(vec![wants(app, Role::Vulnerable, ["", ""])]);
    for _ in 0..1_000 {
        node = Node {
            operator: Operator::And,
            negate: Negate::Plain,
            criteria: Vec::new(),
            nodes: vec![node],
        };
    }
    assert_eq!(all(vec![node]).evaluate(&[name(app)]).truth, Truth::Unknown);
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("-".to_owned()),
        "(\\*|\\?{1,2})?[a-z0-9._]{1,5}(\\*|\\?{1,2})?",
        "[a-z]{1,3}(\\\\[!:+*?\\\\])?[a-z]{0,2}",
    ]
}

fn any_name() -> impl Strategy<Value = Name> {
    ("[aoh*-]", prop::collection::vec(any_value(), 10)).prop_map(|(part, values)| {
        Name::parse(&format!("cpe:2.3:{part}:{}", values.join(":"))).unwrap()
    })
}

proptest! {
    #[test]
    fn a_name_comes_back_from_every_binding(name in any_name()) {
        prop_assert_eq!(&Name::parse(name.formatted()).unwrap(), &name);
        prop_assert_eq!(&Name::parse(&name.uri()).unwrap(), &name);
        prop_assert_eq!(&Name::parse(&name.well_formed()).unwrap(), &name);
    }

    #[test]
    fn what_is_read_is_read_the_same_again(
        text in "(cpe:2\\.3:[aoh]|cpe:/[aoh]|wfn:\\[part=)\\PC{0,40}|cpe:/a(:[a-z%0-9~?*-]{0,6}){0,7}"
    ) {
        match Name::parse(&text) {
            Ok(name) => prop_assert_eq!(Name::parse(name.formatted()).unwrap(), name),
            Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
        }
    }

    #[test]
    fn relations_turn_round(a in any_name(), b in any_name()) {
        let is_wild = |name: &Name| name.formatted().contains('?')
            || Attribute::ALL.iter().any(|attribute| name.spelt(*attribute).len() > 1
                && name.spelt(*attribute).contains('*'));
        if !is_wild(&a) && !is_wild(&b) {
            let turned = match a.relation(&b) {
                Relation::Subset => Relation::Superset,
                Relation::Superset => Relation::Subset,
                other => other,
            };
            prop_assert_eq!(b.relation(&a), turned);
            prop_assert_eq!(a.relation(&a), Relation::Equal);
        }
    }

    #[test]
    fn an_index_changes_no_answer(
        system in prop::collection::vec(any_name(), 0..5), wanted in any_name(), again in 0..6_usize
    ) {
        let wanted = system.get(again).unwrap_or(&wanted);
        let wanted = wanted.formatted().strip_prefix("cpe:2.3:").unwrap().to_owned();
        let statement = all(vec![or(vec![wants(&wanted, Role::Vulnerable, ["1", "3"])])]);
        let indexed = System::new(system.clone());
        prop_assert_eq!(statement.evaluate(&indexed), statement.evaluate(&system));
    }

    #[test]
    fn one_more_name_takes_nothing_back(
        system in prop::collection::vec(any_name(), 0..3), more in any_name(), wanted in any_name()
    ) {
        let wanted = wanted.formatted().strip_prefix("cpe:2.3:").unwrap().to_owned();
        let statement = all(vec![or(vec![wants(&wanted, Role::Vulnerable, ["1", "3"])])]);
        let before = statement.evaluate(&system).verdict();
        let system = [system, vec![more]].concat();
        prop_assert!(statement.evaluate(&system).verdict() >= before);
    }
}
