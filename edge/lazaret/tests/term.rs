//! The command line: `lazaret term purl|cpe|cvss|udi`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[track_caller]
fn check(verb: &str, input: &[u8], expected: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["term", verb])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines, expected);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema")
        .join(format!("term-{verb}.schema.json"));
    let schema = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "error": "no place" })));
    for line in lines.lines() {
        let line = serde_json::from_str(line).unwrap();
        assert!(validator.is_valid(&line), "{line}");
    }
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn a_package_url_gives_its_parts_and_a_malformed_one_its_place() {
    check(
        "purl",
        b"pkg:npm/%40babel/core@7.0.0?vcs_url=git://x/y#lib/a\r\n\npkg:pypi/A_b\n\xFF\npkg:npm/%",
        concat!(
            r#"{"type":"npm","namespace":"@babel","name":"core","version":"7.0.0","#,
            r#""qualifiers":{"vcs_url":"git://x/y"},"subpath":"lib/a","#,
            r#""canonical":"pkg:npm/%40babel/core@7.0.0?vcs_url=git:%2F%2Fx%2Fy#lib/a"}"#,
            "\n",
            r#"{"error":"malformed package URL: expected `pkg:`","at":0}"#,
            "\n",
            r#"{"type":"pypi","namespace":null,"name":"a-b","version":null,"#,
            r#""qualifiers":{},"subpath":null,"canonical":"pkg:pypi/a-b"}"#,
            "\n",
            r#"{"error":"the line is no UTF-8 text, or too long","at":0}"#,
            "\n",
            r#"{"error":"malformed package URL: expected `%` and two hexadecimal digits of UTF-8","at":8}"#,
            "\n",
        ),
    );
}

#[test]
fn a_cpe_name_gives_its_attributes_and_bindings() {
    check(
        "cpe",
        "cpe:/o:Acme:pump%21:2.1\ncpe:2.3:o:é\n".as_bytes(),
        concat!(
            r#"{"part":"o","vendor":"acme","product":"pump\\!","version":"2.1","update":"*","#,
            r#""edition":"*","language":"*","sw_edition":"*","target_sw":"*","target_hw":"*","#,
            r#""other":"*","formatted":"cpe:2.3:o:acme:pump\\!:2.1:*:*:*:*:*:*:*","#,
            r#""uri":"cpe:/o:acme:pump%21:2.1"}"#,
            "\n",
            r#"{"error":"malformed CPE name: expected a letter, a digit or punctuation of ASCII","at":10}"#,
            "\n",
        ),
    );
}

#[test]
fn a_vector_gives_the_scores_of_the_groups_that_it_sets() {
    check(
        "cvss",
        b"(AV:N/AC:L/Au:N/C:P/I:P/A:P)\n\
          CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MAV:P\n\
          CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N\n\
          7.5\n",
        concat!(
            r#"{"version":"2.0","vector":"AV:N/AC:L/Au:N/C:P/I:P/A:P","base":7.5}"#,
            "\n",
            r#"{"version":"3.1","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MAV:P","#,
            r#""base":9.8,"temporal":9.3,"environmental":6.4}"#,
            "\n",
            r#"{"version":"4.0","vector":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N","#,
            r#""score":9.3}"#,
            "\n",
            r#"{"error":"malformed CVSS vector: expected a metric of CVSS 2.0","at":0}"#,
            "\n",
        ),
    );
}

#[test]
fn a_unique_device_identifier_gives_its_parts_and_what_its_check_says() {
    check(
        "udi",
        b"(01)00208851107345(17)150331(240)X\n+$$52001510X3+ \r\n+A\n0134567890123457103456789\x1D21A\n",
        concat!(
            r#"{"agency":"GS1","device_identifier":"00208851107345","lot":null,"serial":null,"#,
            r#""expiry":"2015-03-31","manufactured":null,"software_version":null,"#,
            r#""quantity":null,"donation":null,"#,
            r#""other":[{"identifier":"240","value":"X"}],"check":"wrong","computed":"7"}"#,
            "\n",
            r#"{"agency":"HIBCC","device_identifier":null,"lot":"10X3","serial":null,"#,
            r#""expiry":"2020-01-15","manufactured":null,"software_version":null,"#,
            r#""quantity":null,"donation":null,"other":[],"check":"right","computed":null}"#,
            "\n",
            r#"{"error":"malformed UDI: expected a labeler, `$` or a date","at":1}"#,
            "\n",
            r#"{"agency":"GS1","device_identifier":"34567890123457","lot":"3456789","#,
            r#""serial":"A","expiry":null,"manufactured":null,"software_version":null,"#,
            r#""quantity":null,"donation":null,"other":[],"check":"right","computed":null}"#,
            "\n",
        ),
    );
}
