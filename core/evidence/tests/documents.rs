//! Real documents: exports of people, firewalls, results of scanners.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

use std::fs;
use std::path::PathBuf;

use evidence::firewall::{Action, Way};
use evidence::scan::{About, Level};
use evidence::{Field, Format, Kind, Pseudonyms, Read, Record, RuleSet, Scan};

/// The collection of real documents; `None`, told, where it is not at hand.
fn corpus() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or(beside, PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", corpus.display());
    eprintln!("skipped: {} is not there", corpus.display());
    None
}

fn names() -> Pseudonyms {
    Pseudonyms::new([7; 32])
}

#[track_caller]
fn read(bytes: &[u8]) -> (Read, usize) {
    let format = evidence::format(bytes).expect("it is recognised");
    let parsed = evidence::parse(format, bytes, &names()).expect("it is read");
    (parsed.value, parsed.notes.len())
}

#[track_caller]
fn records(bytes: &[u8]) -> (Vec<Record>, usize) {
    match read(bytes) {
        (Read::Records(records), notes) => (records, notes),
        (other, _) => panic!("{other:?}"),
    }
}

#[track_caller]
fn rules(bytes: &[u8]) -> RuleSet {
    match read(bytes) {
        (Read::Firewall(rules), _) => rules,
        (other, _) => panic!("{other:?}"),
    }
}

#[track_caller]
fn scan(bytes: &[u8]) -> Scan {
    match read(bytes) {
        (Read::Scan(scan), _) => scan,
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn exports_of_people_are_accounts_and_results_without_a_name() {
    let Some(corpus) = corpus() else { return };
    let people = |name: &str| fs::read(corpus.join("people-exports").join(name)).unwrap();

    let (users, notes) = records(&people("snipe-it__users-sample.csv"));
    assert_eq!((users.len(), notes), (100, 0));
    assert!(users.iter().all(|user| user.kind == Kind::Account));
    let enabled =
        users.iter().filter(|user| user.says(Field::Enabled) == Some(true)).count();
    let text = String::from_utf8(people("snipe-it__users-sample.csv")).unwrap();
    assert_eq!(
        enabled,
        text.lines().filter(|line| line.split(',').nth(4) == Some("true")).count()
    );
    assert!(!format!("{users:?}").contains("Tenant"));

    let known =
        people("demisto-content__KnowBe4-phishing_security_tests_recipients.json");
    let (recipients, _) = records(&known);
    let [one] = recipients.as_slice() else { panic!() };
    assert_eq!(one.text(Field::Campaign), "test 14240");
    assert_eq!(one.says(Field::Clicked), Some(true));
    assert_eq!(one.says(Field::Submitted), Some(true));
    assert_eq!(one.says(Field::Reported), Some(false));
    assert_eq!(one.day(Field::On).unwrap().to_string(), "2019-04-02");

    let (full, _) = records(&people("scim2-models__rfc7643-8.2-user-full.json"));
    assert_eq!(full[0].says(Field::Enabled), Some(true));
    assert_eq!(full[0].text(Field::Roles), "Tour Guides, Employees, US Employees");
    for secret in ["Jensen", "bjensen", "t1meMa$heen", "701984"] {
        assert!(!format!("{full:?}").contains(secret), "{secret}");
    }
    let (minimal, _) = records(&people("scim2-models__rfc7643-8.1-user-minimal.json"));
    assert_eq!(minimal[0].says(Field::Enabled), None);
    for other in [
        "scim2-models__rfc7643-8.4-group.json",
        "scim2-models__rfc7644-3.7.3-bulk_request-multiple_operations.json",
    ] {
        let refused =
            evidence::parse(Format::Scim, &people(other), &names()).unwrap_err();
        assert!(refused.message.contains("no user"), "{refused}");
    }
    let plan = people("gophish-tools__sample_assessment.json");
    assert_eq!(evidence::format(&plan), Some(Format::PhishingPlan));
    for header in [
        "made-here__entra-id-download-users-header.csv",
        "made-here__google-workspace-users-header.csv",
    ] {
        let bytes = people(header);
        assert_eq!(
            evidence::format(&bytes),
            Some(Format::Table(Kind::Account)),
            "{header}"
        );
        assert_eq!(records(&bytes), (Vec::new(), 0));
    }
}

#[test]
fn firewalls_tell_what_passes_that_nobody_allowed() {
    let Some(corpus) = corpus() else { return };
    #[track_caller]
    fn check(
        corpus: &std::path::Path,
        name: &str,
        expected: &[(&str, Way, Action, usize)],
    ) {
        let rules = rules(&fs::read(corpus.join("firewalls").join(name)).unwrap());
        let found: Vec<(&str, Way, Action, usize)> = (rules.policies.iter())
            .map(|it| (it.name.as_str(), it.way, it.end(), it.wide().count()))
            .collect();
        assert_eq!(found, expected, "{name}: {rules:#?}");
    }

    use Action::{Deny, Permit};
    use Way::{In, Out};
    let corpus = corpus.as_path();
    check(
        corpus,
        "batfish__example-host1.iptables",
        &[
            ("filter INPUT", In, Deny, 0),
            ("filter FORWARD", In, Permit, 0),
            ("filter OUTPUT", Out, Permit, 0),
        ],
    );
    check(corpus, "batfish__z1-firewall.v4", &[("mangle PREROUTING", In, Deny, 2)]);
    check(corpus, "batfish__asa-security-level", &[("security levels", In, Deny, 1)]);
    check(
        corpus,
        "batfish__panos-security-rules.set",
        &[("security rules", In, Deny, 0)],
    );
    check(
        corpus,
        "aerleon__sample_multitarget.asa",
        &[("asa_in", In, Deny, 0), ("asa_out", In, Permit, 1)],
    );
    check(
        corpus,
        "opnDossier__sample.config.1.xml",
        &[("lan", In, Deny, 2), ("wan", In, Deny, 0)],
    );
    check(
        corpus,
        "aerleon__sample_nftables.nft",
        &[
            ("inet filtering_policies root0", Out, Permit, 1),
            ("inet filtering_policies root3", Out, Deny, 0),
            ("ip filtering_policies root1", In, Permit, 1),
            ("ip filtering_policies root2", In, Permit, 1),
            ("ip filtering_policies root6", In, Permit, 1),
            ("ip6 filtering_policies root4", Out, Deny, 0),
            ("ip6 filtering_policies root5", Out, Permit, 1),
        ],
    );
    let lists = rules(&fs::read(corpus.join("firewalls/batfish__asa_acl")).unwrap());
    assert_eq!(lists.policies.len(), 3);
    let panos =
        rules(&fs::read(corpus.join("firewalls/aerleon__sample_paloalto.xml")).unwrap());
    assert_eq!(panos.policies[0].rules.len(), 7);
    let pfsense = rules(
        &fs::read(corpus.join("firewalls/opnDossier__config-pfSense.xml")).unwrap(),
    );
    let count: usize = pfsense.policies.iter().map(|policy| policy.rules.len()).sum();
    assert_eq!(count, 13, "{pfsense:#?}");
    let forward = rules(
        &fs::read(corpus.join("firewalls/aerleon__sample_multitarget.ipt")).unwrap(),
    );
    assert_eq!(forward.policies[0].end(), Deny, "{:#?}", forward.policies);
}

#[test]
fn scanners_tell_hosts_ports_and_findings() {
    let Some(corpus) = corpus() else { return };
    let results =
        |name: &str| fs::read(corpus.join("scanner-results").join(name)).unwrap();

    let nmap = scan(&results("DefectDojo__nmap-issue12411.xml"));
    assert_eq!(nmap.day.unwrap().to_string(), "2025-05-07");
    let open: usize = nmap.hosts.iter().map(|host| host.ports.len()).sum();
    assert_eq!((nmap.hosts.len(), open), (2, 4));

    let tls = scan(&results("made-here__testssl-3.0.8-pretty.json"));
    let count = |level| tls.findings.iter().filter(|it| it.level == level).count();
    assert_eq!(
        [
            Level::Note,
            Level::Good,
            Level::Low,
            Level::Medium,
            Level::High,
            Level::Critical
        ]
        .map(count),
        [144, 30, 6, 2, 5, 2]
    );
    assert_eq!(tls.by, "testssl.sh 3.0.8");
    assert_eq!(tls.day.unwrap().to_string(), "2026-11-25");
    assert_eq!(tls.worst(About::Tls).unwrap().level, Level::Critical);
    assert_eq!(scan(&results("DefectDojo__testssl-demo.csv")).findings.len(), 33);
    assert_eq!(scan(&results("DefectDojo__testssl-references.csv")).findings.len(), 56);

    let sarif = scan(&results("DefectDojo__sarif-dependency_check.sarif"));
    assert_eq!((sarif.findings.len(), sarif.by.as_str()), (13, "dependency-check 6.1.2"));
    assert_eq!(
        scan(&results("DefectDojo__sarif-SuppressionTestCurrent.sarif")).findings.len(),
        4
    );

    let packed = results("DefectDojo__tenable-nessus-nessus_many_vuln.nessus.zst");
    let nessus = scan(&zstd::decode_all(packed.as_slice()).unwrap());
    assert_eq!((nessus.hosts.len(), nessus.findings.len()), (1, 7));
    assert_eq!(nessus.hosts[0].system, "CISCO PIX 7.0");
    assert_eq!(
        nessus.hosts[0].ports.iter().map(|it| it.number).collect::<Vec<_>>(),
        [264, 443]
    );
    assert_eq!(nessus.day.unwrap().to_string(), "2013-06-25");

    for other in [
        "DefectDojo__lynis-lynis_many_vuln.dat",
        "DefectDojo__masscan-masscan_many_vuln.json",
        "DefectDojo__ms_defender-report_many_vulns.json",
        "DefectDojo__openvas-report_detail_v2.xml",
        "DefectDojo__qualys-Qualys_Sample_Report.csv",
        "DefectDojo__ssh_audit-bug_fix.json",
        "DefectDojo__ssh_audit-many_vulns.json",
        "DefectDojo__tenable-issue_11102.csv",
    ] {
        let bytes = results(other);
        let format = evidence::format(&bytes);
        let Some(Format::Scan(tool)) = format else { panic!("{other}: {format:?}") };
        let refused = evidence::scan::parse(tool, &bytes).unwrap_err();
        assert!(refused.message.contains("not read"), "{refused}");
    }
}

#[test]
fn no_inventory_is_taken_for_evidence_of_another_kind() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for entry in fs::read_dir(corpus.join("inventories")).unwrap() {
        let path = entry.unwrap().path();
        let is_table = path.extension().is_some_and(|it| it == "csv" || it == "xlsx");
        if path.is_dir() || !is_table {
            continue;
        }
        seen += 1;
        let format = evidence::format(&fs::read(&path).unwrap());
        assert_eq!(format, None, "{}", path.display());
    }
    assert!(seen > 2, "{seen} inventories");
}
