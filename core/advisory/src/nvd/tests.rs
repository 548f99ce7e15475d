use proptest::prelude::*;

use super::*;

fn read(cve: &str) -> Parsed<Vec<Record>> {
    let text =
        format!(r#"{{"vulnerabilities":[{{"cve":{{"id":"CVE-2024-1",{cve}}}}}]}}"#);
    parse(text.as_bytes()).unwrap()
}

#[test]
fn a_record_without_configurations_is_not_analysed_and_never_silent() {
    #[track_caller]
    fn check(cve: &str, expected: Option<&str>) {
        let parsed = read(cve);
        assert_eq!(parsed.value[0].not_analysed(), expected, "{cve}");
    }

    let configured = r#"[{"nodes":[{"operator":"OR","cpeMatch":[
        {"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}]}]}]"#;
    check(r#""vulnStatus":"Awaiting Analysis""#, Some("Awaiting Analysis"));
    check(r#""vulnStatus":"Deferred","configurations":null"#, Some("Deferred"));
    check(r#""vulnStatus":"Received","configurations":[]"#, Some("Received"));
    check(r#""vulnStatus":"Modified","configurations":[{"nodes":[]}]"#, Some("Modified"));
    check(r#""published":null"#, Some("no configurations"));
    check(r#""vulnStatus":"Rejected""#, None);
    check(&format!(r#""vulnStatus":"Deferred","configurations":{configured}"#), None);
}

#[test]
fn configurations_keep_and_or_negation_nesting_and_bounds() {
    let parsed = read(
        r#""configurations":[{"operator":"AND","negate":false,"nodes":[
          {"operator":"OR","negate":true,"cpeMatch":[
            {"vulnerable":true,"criteria":"cpe:2.3:o:v:f:*:*:*:*:*:*:*:*","fix":{"x":[1]},
             "versionStartIncluding":"1","versionEndExcluding":"2","matchCriteriaId":"m"},
            {"vulnerable":true,"criteria":"cpe:2.3:o:v:g:*:*:*:*:*:*:*:*",
             "versionStartExcluding":" 1 ","versionEndIncluding":"2"}]},
          {"operator":"AND","children":[{"operator":"OR","cpeMatch":[
            {"vulnerable":false,"criteria":"cpe:2.3:h:v:h:-:*:*:*:*:*:*:*"}]}]}]}]"#,
    );
    let (at, configuration) = &parsed.value[0].configurations[0];
    assert_eq!((*at, configuration.nodes.len()), (0, 2));
    let first = &configuration.nodes[0];
    assert_eq!(first.negate, terms::cpe::Negate::Negated);
    let bounds = &first.criteria[0].bounds;
    assert_eq!(bounds.start_including.as_deref(), Some("1"));
    assert_eq!(bounds.end_excluding.as_deref(), Some("2"));
    let bounds = &first.criteria[1].bounds;
    assert_eq!(bounds.start_excluding.as_deref(), Some("1"));
    assert_eq!(bounds.end_including.as_deref(), Some("2"));
    let below = &configuration.nodes[1].nodes[0];
    assert_eq!(below.criteria[0].role, terms::cpe::Role::Platform);
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
}

#[test]
fn scores_keep_who_gave_them() {
    let metric = |source: &str, vector: &str| {
        format!(r#"{{"source":"{source}","cvssData":{{"vectorString":"{vector}"}}}}"#)
    };
    let parsed = read(&format!(
        r#""sourceIdentifier":"cna@x","cisaExploitAdd":"2024-01-01",
           "weaknesses":[{{"description":[{{"lang":"en","value":"NVD-CWE-noinfo"}},
             {{"lang":"en","value":"CWE-79"}}]}}],
           "metrics":{{"cvssMetricV31":[{},{},{},{}],"cvssMetricV2":[{{}}],"ssvcV203":[7]}}"#,
        metric("nvd@nist.gov", "a"),
        metric("cna@x", "b"),
        metric(CISA_ADP, "c"),
        metric("who@else", "d"),
    ));
    let vulnerability = &parsed.value[0].vulnerabilities[0];
    let scorers: Vec<_> = vulnerability.severities.iter().map(|s| s.scorer).collect();
    assert_eq!(scorers, [Scorer::Nvd, Scorer::Cna, Scorer::CisaAdp, Scorer::Other]);
    assert_eq!(vulnerability.cwes, ["CWE-79"]);
    let place = Place::Pointer("/vulnerabilities/0/cve/cisaExploitAdd".into());
    assert_eq!(vulnerability.exploited, Some(place));
}

#[test]
fn a_rejected_record_says_so_and_one_without_an_id_is_noted() {
    let text = r#"{"vulnerabilities":[{"cve":{"id":"cve-2024-1","vulnStatus":"Rejected"}},
        {"cve":{"vulnStatus":"Received"}},{}]}"#;
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.value.len(), 1);
    assert_eq!(parsed.value[0].state, State::Rejected);
    assert_eq!(parsed.notes.len(), 2);
}

#[test]
fn what_is_no_response_is_refused() {
    #[track_caller]
    fn check(text: &str, place: Place) {
        assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
    }

    check("", Place::Line { line: 1, column: 0 });
    check("{}", Place::Pointer(String::new()));
    check(r#"{"vulnerabilities":7}"#, Place::Pointer("/vulnerabilities".into()));
    check(
        r#"{"vulnerabilities":[{"id":"x"}]}"#,
        Place::Pointer("/vulnerabilities/0/cve/id".into()),
    );
    check(
        r#"{"vulnerabilities":[{"cve":{"id":"x","configurations":[{"nodes":7}]}}]}"#,
        Place::Pointer("/vulnerabilities/0/cve/configurations/0/nodes".into()),
    );
    assert!(parse(br#"{"vulnerabilities":[]}"#).unwrap().value.is_empty());
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = format!(
        r#"{{"vulnerabilities":[{{"cve":{{"id":"x","configurations":[{}{}]}}}}]}}"#,
        r#"{"nodes":["#.repeat(300),
        "]}".repeat(300)
    );
    assert!(parse(deep.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(text.as_bytes());
    }
}
