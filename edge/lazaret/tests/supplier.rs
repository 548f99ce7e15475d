//! `lazaret supplier` as a person runs it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails loudly, and says what it skipped"
)]

mod corpus;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const DAY: &str = "2026-11-26";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn vet(folder: &Path, more: &[&str]) -> Output {
    let words = [&["supplier", "vet", "--as-of", DAY], more].concat();
    lazaret(&words, folder)
}

/// The answer as JSON, held against its schema.
fn answer(folder: &Path, more: &[&str]) -> Value {
    let output = vet(folder, &[more, &["--format", "json"]].concat());
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", talk(&output)));
    fits("supplier-vet.schema.json", &value);
    value
}

#[track_caller]
fn fits(schema: &str, value: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let schema: Value =
        serde_json::from_slice(&fs::read(folder.join(schema)).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(value)
        .map(|it| format!("{it} at {}", it.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

/// The worst verdict of each flag.
fn verdicts(answer: &Value) -> BTreeMap<u64, String> {
    let rank = |word: &str| {
        let order = ["raised", "cannot_tell", "clear", "not_applicable"];
        order.iter().position(|own| *own == word)
    };
    let mut verdicts: BTreeMap<u64, String> = BTreeMap::new();
    for flag in answer["flags"].as_array().unwrap() {
        let word = flag["verdict"].as_str().unwrap();
        let entry =
            verdicts.entry(flag["number"].as_u64().unwrap()).or_insert(word.into());
        if rank(word) < rank(entry) {
            *entry = word.to_owned();
        }
    }
    verdicts
}

#[track_caller]
fn check(answer: &Value, expected: &[(&str, &[u64])]) {
    let verdicts = verdicts(answer);
    for (word, numbers) in expected {
        for number in *numbers {
            let flags = answer["flags"].as_array().unwrap().iter();
            let why: Vec<_> = flags
                .filter(|flag| flag["number"] == *number)
                .map(|flag| format!("{} ({})", flag["why"], flag["verdict"]))
                .collect();
            assert_eq!(verdicts[number], *word, "flag {number}: {why:?}");
        }
    }
}

fn advisory(id: &str, released: &str, vulnerabilities: &str, more: &str) -> String {
    format!(
        r#"{{"document":{{"csaf_version":"2.0","category":"csaf_security_advisory","title":"T",
        "publisher":{{"name":"CISA","category":"coordinator","namespace":"https://c.example"}}{more},
        "tracking":{{"id":"{id}","initial_release_date":"{released}T00:00:00Z","current_release_date":
        "{released}T00:00:00Z","status":"final","version":"1","revision_history":[{{"date":
        "{released}T00:00:00Z","number":"1","summary":"Initial"}}]}}}},"product_tree":{{"branches":
        [{{"category":"vendor","name":"ACME Medical Inc.","branches":[{{"category":"product_name",
        "name":"Pumpline","branches":[{{"category":"product_version","name":"2.1","product":
        {{"product_id":"p","name":"Pumpline 2.1"}}}}]}}]}}]}},"vulnerabilities":[{vulnerabilities}]}}"#
    )
}

fn flaw(cve: &str, cwe: &str, remediations: &str) -> String {
    format!(
        r#"{{"cve":"{cve}","cwe":{{"id":"{cwe}"}},"product_status":{{"known_affected":["p"]}},
        "remediations":[{remediations}]}}"#
    )
}

const FIX: &str = r#"{"category":"vendor_fix","details":"Update to 2.2"}"#;
const PLAN: &str =
    r#"{"category":"mitigation","details":"Acme plans to release a fix in 2021."}"#;
const KEV: &str = "cveID,vendorProject,product,dateAdded\nCVE-2024-0001,x,zlib,2025-01-01\n\
    CVE-2021-0009,x,y,2025-01-01\n";

fn cve(id: &str, published: &str) -> String {
    format!(
        r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"{id}","state":
        "PUBLISHED","datePublished":"{published}T00:00:00Z","dateUpdated":"{published}T00:00:00Z"}},
        "containers":{{"cna":{{"affected":[]}}}}}}"#
    )
}

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"p"},"versions":["1.0.0"]}]}"#;

const GOOD_DOSSIER: &str = "dossier = 1\nname = \"Acme Medical, Inc.\"\n[[product]]\nname = \"Pumpline\"\n\
        version = \"2.1\"\nreleased = 2026-01-01\nnetworked = true\nused_until = 2030-01-01\n\
        cleared = 2020-01-01\n[[membership]]\nisao = \"Health-ISAC\"\nfrom = \"third-party\"\n\
        proof = \"letter.pdf\"\nuntil = 2027-01-01\n[[certificate]]\nscheme = \"ISO/IEC 27001\"\n\
        from = \"third-party\"\nproof = \"letter.pdf\"\nscope = \"Development of Pumpline\"\n\
        expires = 2027-01-01\n[[cover]]\nkind = \"cyber\"\nlimit = 5\nrequired = 5\nexpires = \
        2027-01-01\nfrom = \"third-party\"\nproof = \"letter.pdf\"\n[[absent]]\nwhat = \
        \"ownership-change\"\non = 2026-11-01\n[[absent]]\nwhat = \"recalls\"\non = 2026-11-01\n";
const GOOD_BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":
        "2026-02-01T00:00:00Z","authors":[{"name":"A"}],"tools":[{"name":"t"}],
        "lifecycles":[{"phase":"build"}],"component":{"type":
        "device","bom-ref":"root","name":"Pumpline","version":"2.1",
        "supplier":{"name":"Acme"},"purl":"pkg:generic/pumpline@2.1"}},"components":[
        {"type":"library","bom-ref":"a","name":"p","version":"1.0.1","purl":"pkg:npm/p@1.0.1",
        "supplier":{"name":"S"},"hashes":[{"alg":"SHA-256","content":"00"}],"licenses":[{"license":
        {"id":"MIT"}}],"properties":[{"name":"cdx:lifecycle:supportLevel","value":"x"}]},
        {"type":"library","bom-ref":"b","name":"q","version":"1.0.0","purl":"pkg:npm/q@1.0.0",
        "supplier":{"name":"S"},"hashes":[{"alg":"SHA-256","content":"00"}],"licenses":[{"license":
        {"id":"MIT"}}]}],"dependencies":[{"ref":"root","dependsOn":["a"]},{"ref":"a","dependsOn":["b"]}],
        "vulnerabilities":[{"id":"CVE-2020-1","analysis":{"state":"not_affected","justification":
        "code_not_present"},"affects":[{"ref":"a"}]}]}"#;

/// Everything that speaks for a supplier.
fn good() -> Vec<(&'static str, String)> {
    let own = r#","acknowledgments":[{"organization":"Acme Medical"}]"#;
    let mut files = vec![
        ("acme.toml", GOOD_DOSSIER.to_owned()),
        ("bid/letter.pdf", "%PDF-1.7".to_owned()),
        ("bid/pump.cdx.json", GOOD_BOM.to_owned()),
        (
            "bid/security.txt",
            "Contact: mailto:psirt@acme.example\nExpires: 2027-06-01T00:00:00Z\nPolicy: \
             https://acme.example/cvd\n"
                .to_owned(),
        ),
        (
            "bid/provider-metadata.json",
            r#"{"canonical_url":"https://acme.example/provider-metadata.json","distributions":
            [{"directory_url":"https://acme.example/csaf/"}],"last_updated":"2026-01-01T00:00:00Z",
            "list_on_CSAF_aggregators":true,"metadata_version":"2.0","mirror_on_CSAF_aggregators":
            true,"publisher":{"category":"vendor","name":"Acme Medical","namespace":
            "https://acme.example"},"role":"csaf_provider"}"#
                .to_owned(),
        ),
        (
            "archive/cnas.json",
            r#"[{"shortName":"acme","cnaID":"CNA-1","organizationName":"Acme Medical, Inc."}]"#
                .to_owned(),
        ),
        (
            "archive/breaches.csv",
            "Name of Covered Entity,Covered Entity Type,Individuals Affected,Breach Submission \
             Date\nOld Clinic,Healthcare Provider,500,01/01/2020\nNew Clinic,Health Plan,\
             700,11/20/2026\n"
                .to_owned(),
        ),
        ("archive/kev.csv", KEV.to_owned()),
        ("archive/cve.json", cve("CVE-2024-0010", "2024-06-01")),
        ("osv.json", OSV.to_owned()),
    ];
    for (name, number, thanks) in [
        ("archive/1.json", 10, own),
        ("archive/2.json", 11, own),
        ("archive/3.json", 12, ""),
    ] {
        let flaw = flaw(&format!("CVE-2024-00{number}"), &format!("CWE-{number}"), FIX);
        let text = advisory(&format!("ICSMA-24-{number}"), "2024-06-01", &flaw, thanks);
        files.push((
            name,
            text.replace(
                "\"Pumpline 2.1\"}",
                "\"Pumpline 2.1\",\
            \"product_identification_helper\":{\"model_numbers\":[\"900X\"]}}",
            ),
        ));
    }
    files
}

/// An SBOM with which little can be done.
fn bad_bom() -> String {
    let part =
        |name: &str, more: &str| format!(r#"{{"type":"library","name":"{name}"{more}}}"#);
    let over = r#","version":"1.0.0","purl":"pkg:npm/p@1.0.0","properties":[{"name":
        "cdx:lifecycle:endOfSupport","value":"2020-01-01"}]"#;
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"timestamp":
        "2020-01-01T00:00:00Z","component":{{"type":"device","name":"Pumpline","version":"1.0"}}}},
        "components":[{},{},{}],"vulnerabilities":[{{"id":"CVE-2020-1","analysis":{{"state":
        "not_affected"}},"affects":[{{"ref":"x"}}]}}]}}"#,
        part("p", over),
        part("x", ""),
        part("y", "")
    )
}

/// Everything that speaks against it.
fn bad() -> Vec<(&'static str, String)> {
    let absences = [
        "disclosure-policy",
        "provider-metadata",
        "security-contact",
        "mds2",
        "advisories",
    ];
    let absences: String = absences
        .iter()
        .map(|what| format!("[[absent]]\nwhat = \"{what}\"\non = 2026-11-01\n"))
        .collect();
    let dossier = format!(
        "dossier = 1\nname = \"Acme Medical\"\n[[product]]\nname = \"Pumpline\"\nversion = \
         \"2.1\"\nreleased = 2026-01-01\nnetworked = true\nused_until = 2036-01-01\ncleared = \
         2025-01-01\nannounced = 2026-01-01\nsupport_ends = 2026-06-01\n[[product]]\nname = \
         \"Monitor\"\nnetworked = true\n[[membership]]\nisao = \"H\"\nfrom = \"house\"\nproof = \
         \"letter.pdf\"\nuntil = 2025-01-01\n[[certificate]]\nscheme = \"ISO/IEC 27001\"\ncovers \
         = []\n[[cover]]\nkind = \"cyber\"\nlimit = 3\nrequired = 5\n[[ownership_change]]\nwhat = \
         \"sold\"\nfrom = \"house\"\n{absences}[[absent]]\nwhat = \"sbom\"\nproduct = \
         \"Monitor\"\non = 2026-11-01\n"
    );
    let mut files = vec![
        ("acme.toml", dossier),
        ("bid/letter.pdf", "%PDF-1.7".to_owned()),
        ("bid/pump.cdx.json", bad_bom()),
        ("bid/security.txt", "Contact: psirt\nExpires: 2020-01-01T00:00:00Z\n".to_owned()),
        (
            "archive/cnas.json",
            r#"[{"shortName":"o","cnaID":"CNA-1","organizationName":"Other Inc"}]"#.to_owned(),
        ),
        (
            "archive/breaches.csv",
            "Name of Covered Entity,Covered Entity Type,Individuals Affected,Breach Submission \
             Date\n \"Acme Medical, Inc.\" ,Business Associate,500,11/01/2025\n"
                .replace(" \"Acme", "\"Acme")
                .replace("\" ,", "\","),
        ),
        (
            "archive/fda.json",
            r#"{"meta":{"last_updated":"2026-01-01"},"results":[{"recalling_firm":"Acme Medical",
            "recall_number":"Z-1","classification":"Class I","reason_for_recall":"Software flaw",
            "recall_initiation_date":"20250101"}]}"#
                .to_owned(),
        ),
        ("archive/kev.csv", KEV.to_owned()),
        ("archive/cve.json", cve("CVE-2021-0009", "2021-01-01")),
        ("osv.json", OSV.to_owned()),
    ];
    let thanks = r#","acknowledgments":[{"organization":"A Lab"}]"#;
    for (name, cve, remedy) in [
        ("archive/1.json", "CVE-2021-0009", PLAN),
        ("archive/2.json", "CVE-2017-0001", ""),
        ("archive/3.json", "CVE-2021-0010", PLAN),
    ] {
        let id = format!("ICSMA-21-{cve}");
        files.push((
            name,
            advisory(&id, "2021-06-01", &flaw(cve, "CWE-798", remedy), thanks),
        ));
    }
    files
}

fn prepared(files: &[(&'static str, String)]) -> TempDir {
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    let words = ["feed", "build", "--index", "x.index", "osv.json", "archive/kev.csv"];
    let built = lazaret(&words, folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    folder
}

const ALL: [&str; 7] =
    ["bid", "--dossier", "acme.toml", "--advisories", "archive", "--index", "x.index"];

#[test]
fn everything_that_speaks_for_a_supplier_clears_every_flag_that_can_be_cleared() {
    let folder = prepared(&good());
    // What the archive holds beside advisories was delivered about the supplier too.
    let words = [&ALL[..], &["archive/cnas.json", "archive/breaches.csv"]].concat();
    let answer = answer(folder.path(), &words);
    let clear: &[u64] = &[
        1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 24, 26, 41,
        42, 43, 44, 52, 55, 56, 57, 59,
    ];
    let open: &[u64] = &[2, 22, 23, 25, 27, 28, 40, 46, 47, 51, 53, 54, 58];
    check(&answer, &[("clear", clear), ("cannot_tell", open), ("not_applicable", &[45])]);
    assert_eq!(answer["gates"][0]["standing"], "passed");
    let code =
        |more: &[&str]| vet(folder.path(), &[&words[..], more].concat()).status.code();
    assert_eq!(code(&["--fail-on", "gate,block,high"]), Some(0));
    assert_eq!(code(&["--fail-on", "unknown"]), Some(1));
}

#[test]
fn everything_that_speaks_against_a_supplier_raises_every_flag_that_can_be_raised() {
    let folder = prepared(&bad());
    let answer = answer(folder.path(), &ALL);
    let raised: &[u64] = &[
        1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 26,
        27, 41, 42, 43, 44, 45, 52, 53, 55, 56, 57, 59,
    ];
    check(&answer, &[("raised", raised)]);
    assert_eq!(answer["gates"][0]["standing"], "expired");
    let flags = answer["flags"].as_array().unwrap();
    for flag in flags.iter().filter(|flag| flag["verdict"] == "raised") {
        assert!(!flag["grounds"].as_array().unwrap().is_empty(), "{flag}");
        assert!(flag["ask"].is_string());
    }
    let exploited = flags.iter().find(|flag| flag["number"] == 21).unwrap();
    assert_eq!(exploited["grounds"][0]["place"], "/components/0");
    assert_eq!(
        vet(folder.path(), &[&ALL[..], &["--fail-on", "block"]].concat()).status.code(),
        Some(1)
    );
}

#[test]
fn without_evidence_nothing_is_clear_and_everything_is_asked() {
    let folder = folder(&[]);
    let answer = answer(folder.path(), &["--supplier", "Acme Medical"]);
    let verdicts = verdicts(&answer);
    assert_eq!(verdicts.len(), 59);
    assert!(verdicts.values().all(|word| word == "cannot_tell"), "{verdicts:?}");
    assert_eq!(answer["gates"][0]["verdict"], "blocked");
    let flags = answer["flags"].as_array().unwrap();
    assert!(flags.iter().all(|flag| flag["ask"].is_string()));
    let page = vet(folder.path(), &["--supplier", "Acme Medical"]);
    assert_eq!(page.status.code(), Some(1), "the gate is closed");
    let unknown = ["--supplier", "Acme Medical", "--fail-on", "high"];
    assert_eq!(vet(folder.path(), &unknown).status.code(), Some(0));
}

#[test]
fn flags_about_shared_components_and_silence_need_a_portfolio_and_an_archive() {
    let bom = |name: &str, extra: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"component":{{"type":
            "device","name":"{name}"}}}},"components":[{{"type":"library","name":"a","version":"1",
            "purl":"pkg:npm/a@1"}}{extra}]}}"#
        )
    };
    let own = |name: &str| {
        let extra: String = (0..3)
            .map(|at| {
                format!(r#",{{"type":"library","name":"{name}{at}","version":"1"}}"#)
            })
            .collect();
        bom(name, &extra)
    };
    let mut files = vec![
        ("same/1.json".to_owned(), bom("One", "")),
        ("same/2.json".to_owned(), bom("Two", "")),
        ("same/3.json".to_owned(), bom("Three", "")),
        ("apart/1.json".to_owned(), own("One")),
        ("apart/2.json".to_owned(), own("Two")),
        ("apart/3.json".to_owned(), own("Three")),
        (
            "quiet.toml".to_owned(),
            "dossier = 1\nname = \"Quiet Devices\"\n[[product]]\nname = \"A\"\nnetworked = true\n\
             [[product]]\nname = \"B\"\nnetworked = true\n[[product]]\nname = \"C\"\nnetworked = \
             true\n"
                .to_owned(),
        ),
    ];
    for number in 0..50 {
        let text = advisory(
            &format!("ICSMA-{number}"),
            "2024-06-01",
            &flaw("CVE-2024-0001", "CWE-1", FIX),
            "",
        );
        files.push((format!("archive/{number}.json"), text));
    }
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let run = |more: &[&str]| answer(folder.path(), more);
    check(&run(&["same", "--supplier", "Acme"]), &[("raised", &[58])]);
    check(&run(&["apart", "--supplier", "Acme"]), &[("clear", &[58])]);
    check(
        &run(&["--dossier", "quiet.toml", "--advisories", "archive"]),
        &[("raised", &[13])],
    );
    check(&run(&["--supplier", "Quiet Devices"]), &[("cannot_tell", &[13, 58])]);
}

#[test]
fn support_that_is_stated_is_a_claim_and_that_which_has_ended_an_admission() {
    let bom = |end: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"component":{{"type":
            "device","name":"Pump"}}}},"components":[{{"type":"operating-system","name":"os","version":
            "1","purl":"pkg:generic/os@1","properties":[{{"name":"cdx:lifecycle:endOfSupport","value":
            "{end}"}}]}}]}}"#
        )
    };
    let dossier = "dossier = 1\nname = \"Acme\"\n[[product]]\nname = \"Pump\"\nused_until = 2032-01-01\n";
    let (long, short) = (bom("2035-01-01"), bom("2030-01-01"));
    let folder =
        folder(&[("d.toml", dossier), ("long.json", &long), ("short.json", &short)]);
    let run = |file: &str| answer(folder.path(), &[file, "--dossier", "d.toml"]);
    let long = run("long.json");
    check(&long, &[("clear", &[20]), ("cannot_tell", &[22, 23])]);
    let whys = long["flags"].as_array().unwrap().iter();
    let mut claimed = whys.filter(|flag| flag["number"] == 22);
    assert!(
        claimed.all(|flag| flag["why"].as_str().unwrap().starts_with("only claimed"))
    );
    check(&run("short.json"), &[("raised", &[23]), ("cannot_tell", &[22])]);
}

/// What the API of endoflife.date gives: of one library three lines, of one system two.
const INVENTED_TABLE: &str = r#"{"schema_version":"1.2","result":[
        {"name":"tls","label":"Invented TLS","identifiers":[{"type":"purl","id":"pkg:generic/invented-tls"}],
         "releases":[{"name":"3","isEol":false,"eolFrom":null},
          {"name":"2.0","isEol":true,"eolFrom":"2020-01-01","eoesFrom":"2099-01-01"},
          {"name":"1.0.2","isEol":true,"eolFrom":"2019-12-31"}]},
        {"name":"os","label":"Invented OS","identifiers":[{"type":"purl","id":"pkg:generic/invented-os"}],
         "releases":[{"name":"7","isEol":false,"eolFrom":"2030-01-01"},
          {"name":"8","isEol":false,"eolFrom":"2036-01-01"}]}]}"#;

#[test]
fn support_that_a_table_tells_is_joined_and_a_claim_beside_it_clears_nothing() {
    let component = |name: &str, version: &str, kind: &str, stated: &str| {
        let stated = match stated {
            "" => String::new(),
            day => format!(
                r#","properties":[{{"name":"cdx:lifecycle:endOfSupport","value":"{day}"}}]"#
            ),
        };
        format!(
            r#"{{"type":"{kind}","name":"{name}","version":"{version}","purl":"pkg:generic/{name}@{version}"{stated}}}"#
        )
    };
    let bom = |parts: &[String]| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"component":{{"type":
            "device","name":"Pump"}}}},"components":[{}]}}"#,
            parts.join(",")
        )
    };
    let old = bom(&[component("invented-tls", "1.0.2k", "library", "")]);
    let mixed = bom(&[
        component("invented-tls", "3.1", "library", ""),
        component("own", "1", "library", "2099-01-01"),
    ]);
    let open = bom(&[
        component("invented-tls", "3.1", "library", ""),
        component("own", "1", "library", ""),
    ]);
    let paid = bom(&[component("invented-tls", "2.0.1", "library", "")]);
    let system = bom(&[component("invented-os", "7", "operating-system", "")]);
    let long = bom(&[component("invented-os", "8", "operating-system", "")]);
    let dossier = "dossier = 1\nname = \"Acme\"\n[[product]]\nname = \"Pump\"\nused_until = 2032-01-01\n";
    let folder = folder(&[
        ("d.toml", dossier),
        ("old.json", &old),
        ("new.json", &bom(&[component("invented-tls", "3.1", "library", "")])),
        ("mixed.json", &mixed),
        ("open.json", &open),
        ("paid.json", &paid),
        ("system.json", &system),
        ("long.json", &long),
        ("table.json", INVENTED_TABLE),
    ]);
    let run = |file: &str, more: &[&str]| {
        answer(folder.path(), &[&[file, "--dossier", "d.toml"], more].concat())
    };
    let with = ["--end-of-life", "table.json"];
    let found = run("old.json", &with);
    check(&found, &[("raised", &[22])]);
    let mut flags = found["flags"].as_array().unwrap().iter();
    let flag = flags.find(|flag| flag["number"] == 22).unwrap();
    let ground = flag["grounds"][0].to_string();
    for words in ["Invented TLS 1.0.2", "2019-12-31", "table.json, tls"] {
        assert!(ground.contains(words), "{words} in {ground}");
    }
    check(&run("new.json", &with), &[("clear", &[22]), ("cannot_tell", &[23])]);
    for file in ["mixed.json", "open.json", "paid.json"] {
        check(&run(file, &with), &[("cannot_tell", &[22])]);
    }
    check(&run("system.json", &with), &[("clear", &[22]), ("raised", &[23])]);
    for file in ["old.json", "system.json"] {
        check(&run(file, &[]), &[("cannot_tell", &[22, 23])]);
    }
    check(&run("long.json", &with), &[("clear", &[22, 23])]);
}

#[test]
fn an_archive_is_read_like_the_folder_that_it_holds() {
    let folder = prepared(&good());
    let path = folder.path().join("bid.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for entry in fs::read_dir(folder.path().join("bid")).unwrap() {
        let entry = entry.unwrap();
        let name = format!("bid/{}", entry.file_name().to_string_lossy());
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    let packed = [&["bid.zip"], &ALL[1..]].concat();
    let (plain, packed) = (answer(folder.path(), &ALL), answer(folder.path(), &packed));
    assert_eq!(verdicts(&plain), verdicts(&packed));
    assert_eq!(packed["gates"][0]["standing"], "passed");
}

#[test]
fn the_page_fits_eighty_columns_and_the_questions_tell_nothing_of_the_judgement() {
    let folder = prepared(&bad());
    let output = vet(folder.path(), &ALL);
    let page = String::from_utf8(output.stdout).unwrap();
    for said in
        ["■ blocked: the membership", "RED FLAGS", "■ block: 21", "TO ASK", "MEASURED"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let output = vet(folder.path(), &[&ALL[..], &["--format", "questions"]].concat());
    let questions = String::from_utf8(output.stdout).unwrap();
    assert!(questions.starts_with("1. "), "{questions}");
    for hidden in ["raised", "high", "block", "archive", "ICSMA"] {
        assert!(!questions.contains(hidden), "{hidden}: {questions}");
    }
}

#[test]
fn broken_documents_are_told_with_their_place_and_the_rest_is_judged() {
    let mut files = good();
    files.push((
        "bid/broken.cdx.json",
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":["#.into(),
    ));
    files.push(("bid/broken.csaf.json", r#"{"document":{"csaf_version":"2.0"}}"#.into()));
    files.push((
        "bid/other-metadata.json",
        r#"{"canonical_url":"x","metadata_version":7,"#.into(),
    ));
    files.push(("bid/cut.zip", "PK\u{3}\u{4}cut".into()));
    let folder = prepared(&files);
    let output = vet(folder.path(), &[&ALL[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(2));
    let said = talk(&output);
    for name in ["broken.cdx.json", "broken.csaf.json", "other-metadata.json", "cut.zip"]
    {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(said.contains("4 documents could not be read"), "{said}");
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["refused"].as_array().unwrap().len(), 4);
    assert_eq!(value["gates"][0]["verdict"], "passed");
}

#[test]
fn what_cannot_be_done_ends_with_two_and_says_what_to_do() {
    let folder = folder(&[
        ("d.toml", "dossier = 1\nname = \"A\"\n[[membership]]\nisoa = \"x\"\n"),
        ("k.csv", "a,b\n"),
        ("b.toml", "baseline = 7\n"),
        ("empty/x", ""),
    ]);
    #[track_caller]
    fn check(folder: &Path, words: &[&str], said: &str) {
        let output = vet(folder, words);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", talk(&output));
        assert!(talk(&output).contains(said), "{words:?}: {}", talk(&output));
        assert!(output.stdout.is_empty());
    }

    let folder = folder.path();
    check(folder, &["empty"], "--supplier NAME");
    check(folder, &["missing", "--supplier", "A"], "missing");
    check(folder, &["--dossier", "d.toml"], "d.toml, line 4");
    check(folder, &["--supplier", "A", "--kev", "k.csv"], "cveID");
    check(folder, &["--supplier", "A", "--baseline", "b.toml"], "supplier baseline");
    check(folder, &["--supplier", "A", "--index", "none"], "none");
    let words = ["supplier", "vet", "--supplier", "A", "--as-of", "soon"];
    let output = lazaret(&words, folder);
    assert_eq!(output.status.code(), Some(2));
    assert!(talk(&output).contains("no day"), "{}", talk(&output));
    let output = lazaret(&["supplier", "baseline", "empty"], folder);
    assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
}

#[test]
fn the_dossier_that_is_printed_is_read_and_fits_its_schema() {
    let folder = folder(&[]);
    let output = lazaret(&["supplier", "dossier"], folder.path());
    let text = String::from_utf8(output.stdout).unwrap();
    let value: toml::Table = toml::from_str(&text).unwrap();
    let mut value = serde_json::to_value(value).unwrap();
    plain(&mut value);
    fits("supplier-dossier.schema.json", &value);
    fs::write(folder.path().join("d.toml"), text).unwrap();
    let answer = answer(folder.path(), &["--dossier", "d.toml"]);
    assert_eq!(answer["supplier"]["name"], "Acme Medical, Inc.");
    assert_eq!(answer["gates"][0]["standing"], "claimed", "the letter was not given");
}

#[test]
fn the_figures_of_all_makers_are_those_that_the_command_measures() {
    let Some(corpus) = corpus::corpus() else { return };
    let folder = folder(&[]);
    let at = |path: &str| corpus.join(path).display().to_string();
    let words = [
        "supplier",
        "baseline",
        "--as-of",
        DAY,
        &at("csaf-icsma"),
        &at("kev/known_exploited_vulnerabilities.json"),
    ];
    let output = lazaret(&words, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    let figures = |text: &str| -> toml::Table {
        let whole: toml::Table = toml::from_str(text).unwrap();
        let mut figures = whole["figures"].as_table().unwrap().clone();
        // Records of CVEs are many, and were left out here.
        figures.remove("late");
        figures.remove("median_delay_days");
        figures
    };
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../core/controls/data/baseline.toml");
    let measured = String::from_utf8(output.stdout).unwrap();
    assert_eq!(figures(&measured), figures(&fs::read_to_string(kept).unwrap()));
}

/// Dates as text: serde gives TOML's as an object with one member.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(date) = members.get("$__toml_private_datetime").cloned() {
                *value = date;
                return;
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

#[test]
fn real_makers_are_measured_as_their_advisories_say() {
    let Some(corpus) = corpus::corpus() else { return };
    let folder = folder(&[]);
    let icsma = corpus.join("csaf-icsma").display().to_string();
    let kev =
        corpus.join("kev/known_exploited_vulnerabilities.json").display().to_string();
    let figures = |maker: &str| {
        let words = ["--supplier", maker, "--advisories", &icsma, "--kev", &kev];
        answer(folder.path(), &words)["history"].clone()
    };
    #[track_caller]
    fn check(history: &Value, advisories: u64, expected: &[(&str, u64, u64)]) {
        assert_eq!(history["archive"], 76);
        assert_eq!(history["figures"]["advisories"], advisories);
        for (name, count, of) in expected {
            let share = &history["figures"][name];
            assert_eq!(
                (share["count"].as_u64(), share["of"].as_u64()),
                (Some(*count), Some(*of)),
                "{name}"
            );
        }
    }

    // Counted by hand: `Philips` 22 and `Phillips` 1; `GE Healthcare` 2, `General Electric
    // (GE)` 2, and one that it shares with Silex.
    check(
        &figures("Royal Philips"),
        23,
        &[("without_fix", 4, 23), ("self_credited", 10, 22), ("revised", 5, 23)],
    );
    check(&figures("Becton Dickinson"), 12, &[("hard_coded", 4, 12)]);
    check(&figures("GE HealthCare Technologies Inc."), 5, &[("self_credited", 0, 5)]);
    let baxter = figures("Baxter");
    check(&baxter, 5, &[("exploited", 1, 5), ("hard_coded", 2, 5)]);
    assert_eq!(baxter["doubtful"][0]["name"], "Hillrom");
}

#[test]
fn a_form_raises_flags_by_its_answers_and_clears_none_by_them() {
    let dossier = "dossier = 1\nname = \"Acme Medical\"\n[[product]]\nname = \"Drip 2\"\nreleased = 2026-01-01\n";
    let folder = folder(&[("acme.toml", dossier), ("letter.pdf", "%PDF-1.7")]);
    let form =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2/drip.xlsx");
    let mut bid =
        zip::ZipWriter::new(fs::File::create(folder.path().join("bid.zip")).unwrap());
    bid.start_file("drip.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
    bid.write_all(&fs::read(form).unwrap()).unwrap();
    bid.finish().unwrap();
    let answer =
        answer(folder.path(), &["bid.zip", "letter.pdf", "--dossier", "acme.toml"]);
    let documents = answer["documents"].as_array().unwrap();
    assert!(
        documents
            .iter()
            .any(|it| it["kind"] == "MDS2 form" && it["file"] == "bid.zip!drip.xlsx")
    );
    assert_eq!(answer["unread"][0]["file"], "letter.pdf");
    let verdicts = verdicts(&answer);
    let words: Vec<&str> = (27..=40).map(|number| verdicts[&number].as_str()).collect();
    let (clear, raised, unknown) = ("clear", "raised", "cannot_tell");
    assert_eq!(
        words,
        [
            clear, clear, clear, clear, raised, raised, raised, unknown, unknown, raised,
            raised, unknown, unknown, raised
        ]
    );
    let flags = answer["flags"].as_array().unwrap();
    let factor = flags.iter().find(|flag| flag["number"] == 33).unwrap();
    assert_eq!(factor["product"], "Drip 2");
    assert_eq!(factor["grounds"][0]["class"], "attested");
    assert_eq!(factor["grounds"][0]["place"], "MDS2 Form!D262");
    // Without the form nothing of it is known.
    let without = self::answer(folder.path(), &["letter.pdf", "--dossier", "acme.toml"]);
    let verdicts = self::verdicts(&without);
    assert!((27..=40).all(|number| verdicts[&number] == unknown), "{verdicts:?}");
}

#[test]
fn an_sbom_is_held_against_the_scan_of_a_device() {
    let scan = |version: &str| {
        format!(
            r#"<nmaprun version="7.9" start="1790000000"><host><status state="up"/><address
            addr="10.0.0.5" addrtype="ipv4"/><ports><port protocol="tcp" portid="22"><state
            state="open"/><service name="ssh" product="OpenSSH" version="{version}"/></port>
            </ports></host></nmaprun>"#
        )
    };
    let bom = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":
        "2026-02-01T00:00:00Z","component":{"type":"device","name":"Pumpline",
        "version":"2.1"}},"components":[{"type":"library","name":"openssh","version":"9.3"}]}"#;
    let dossier = "dossier = 1\nname = \"Acme Medical\"\n\n[[product]]\n\
                   name = \"Pumpline\"\nversion = \"2.1\"\n";
    let folder = folder(&[
        ("bid/bom.json", bom),
        ("acme.toml", dossier),
        ("same.xml", &scan("9.3")),
        ("other.xml", &scan("7.4")),
        ("claimed/pumpline.xml", &scan("9.3")),
    ]);
    let check = |more: &[&str], expected: &str, why: &str| {
        let words = [&["bid", "--supplier", "Acme Medical"], more].concat();
        let answer = answer(folder.path(), &words);
        let flags = answer["flags"].as_array().unwrap();
        let flag = flags.iter().find(|flag| flag["number"] == 25).unwrap().clone();
        assert_eq!(flag["verdict"], expected, "{flag}");
        assert!(flag["why"].as_str().unwrap().contains(why), "{flag}");
        flag
    };
    check(&[], "cannot_tell", "no scan of a device was given");
    let unsaid = "nobody says which version is offered";
    check(&["--scan", "Pumpline=same.xml"], "cannot_tell", unsaid);
    let offered = ["--dossier", "acme.toml", "--scan", "Pumpline=same.xml"];
    let clear = check(&offered, "clear", "as the SBOM says");
    let seen = clear["grounds"].as_array().unwrap();
    let seen = seen.iter().find(|ground| ground["document"] == "same.xml").unwrap();
    assert_eq!(seen["class"], "observed");
    assert_eq!(seen["date"], "2026-09-21");
    check(&["--scan", "Pumpline=other.xml"], "raised", "cannot both be right");
    // Packed, as scanners write it.
    let mut packed =
        flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(scan("7.4").as_bytes()).unwrap();
    fs::write(folder.path().join("other.xml.gz"), packed.finish().unwrap()).unwrap();
    check(&["--scan", "Pumpline=other.xml.gz"], "raised", "cannot both be right");
    check(&["claimed"], "cannot_tell", "only claimed");
    // Of which product it is, nobody says.
    check(&["--scan", "same.xml"], "cannot_tell", "no scan of a device was given");
    let output = vet(folder.path(), &["bid", "--supplier", "Acme", "--scan", "same.xml"]);
    assert!(talk(&output).contains("same.xml is not read: nobody says of which product"));
    let output =
        vet(folder.path(), &["bid", "--supplier", "Acme", "--scan", "bid/bom.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(talk(&output).contains("is no result of a scanner"));
}
