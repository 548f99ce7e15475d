use proptest::prelude::*;

use super::*;

const WHOLE: &str = "# us\r\nContact: mailto:psirt@acme.example\nCONTACT: https://acme.example/r\n\
    Expires: 2030-01-01T00:00:00Z\nEncryption: https://acme.example/key\nCanonical: \
    https://acme.example/.well-known/security.txt\nPreferred-Languages: en, de-CH\nPolicy: \
    https://acme.example/cvd\nAcknowledgments: https://acme.example/thanks\nHiring: \
    https://acme.example/jobs\nCSAF: https://acme.example/provider-metadata.json\nBug-Bounty: no\n";

#[test]
fn every_field_of_the_standard_is_read() {
    let parsed = parse(WHOLE.as_bytes()).unwrap();
    let file = parsed.value;
    assert!(file.faults.is_empty() && parsed.notes.is_empty(), "{:?}", file.faults);
    let counts = [
        file.contacts.len(),
        file.encryption.len(),
        file.canonical.len(),
        file.languages.len(),
        file.policy.len(),
        file.acknowledgments.len(),
        file.hiring.len(),
        file.csaf.len(),
        file.others.len(),
    ];
    assert_eq!(counts, [2, 1, 1, 2, 1, 1, 1, 1, 1]);
    assert_eq!(file.contacts[1].place, Place::Line { line: 3, column: 0 });
    let (expires, _) = file.expires.unwrap();
    assert_eq!(expires.to_string(), "2030-01-01T00:00:00Z");
}

#[test]
fn what_the_standard_forbids_is_a_fault_with_its_line() {
    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let head = "Contact: mailto:a@b\nExpires: 2030-01-01T00:00:00Z\n";
        let parsed = parse(format!("{head}{text}").as_bytes()).unwrap();
        let found = parsed.value.faults;
        assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
        for (fault, (line, part)) in found.iter().zip(expected) {
            assert_eq!(fault.place, Place::Line { line: *line, column: 0 }, "{text}");
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }

    check("Contact: a@b.example", &[(3, "mailto:")]);
    check("Contact: call us", &[(3, "no URI")]);
    check("Contact: http://acme.example/", &[(3, "https://")]);
    check("CSAF: /provider-metadata.json", &[(3, "no URI")]);
    check("Policy:", &[(3, "no value")]);
    check("Expires: 2031-01-01T00:00:00Z", &[(3, "more than once")]);
    check("Preferred-Languages: en\nPreferred-Languages: de", &[(4, "more than once")]);
    check("Preferred-Languages: english language", &[(3, "no language tag")]);
    check("Preferred-Languages: *", &[]);
    check("Acknowledgements: https://acme.example/", &[]);
}

#[test]
fn how_a_file_stands_depends_on_the_day_and_on_what_it_must_say() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let now = terms::date::instant("2026-11-26").unwrap();
        let file = parse(text.as_bytes()).unwrap().value;
        let standing = match file.standing(now) {
            Standing::InForce => "in force",
            Standing::Expired(_) => "expired",
            Standing::Unusable => "unusable",
        };
        assert_eq!(standing, expected, "{text}");
    }

    check("Contact: mailto:a@b\nExpires: 2026-11-26T00:00:01Z", "in force");
    check("Contact: mailto:a@b\nExpires: 2026-11-26T00:00:00Z", "expired");
    check("Contact: mailto:a@b\nExpires: 2025-05-03T12:00:00.000z", "expired");
    check("Contact: mailto:a@b\nExpires: next year", "unusable");
    check("Contact: mailto:a@b", "unusable");
    check("Expires: 2030-01-01T00:00:00Z", "unusable");
}

#[test]
fn what_is_no_such_file_is_refused_and_not_taken_for_one() {
    #[track_caller]
    fn check(text: &str) {
        assert!(!is_security_txt(text), "{text}");
    }

    check("");
    check("# only a comment\n");
    check("<!doctype html>\n<title>404</title>");
    check("SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0");
    check("Contact: a\nthen prose follows");
    check("{\"Contact\": 1}");
    assert!(parse(b"Foo: bar").is_err());
    assert!(parse(b"\xff\xfe\xff").is_err());
    let long =
        format!("Contact: mailto:a@b\n{}", "#".repeat(limits::SECURITY_TXT_BYTES_MAX));
    assert!(parse(long.as_bytes()).is_err());
    assert!(is_security_txt(WHOLE));
}

#[test]
fn lines_outside_a_signature_are_not_believed() {
    let text = "Contact: mailto:evil@x\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\
        Contact: mailto:a@b\nExpires: 2030-01-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\n\nx\n\
        -----END PGP SIGNATURE-----\n";
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.value.contacts.len(), 1);
    assert_eq!(parsed.value.contacts[0].value, "mailto:a@b");
    assert_eq!(parsed.notes.len(), 1);
    let cut = text.split("-----END").next().unwrap();
    let parsed = parse(cut.as_bytes()).unwrap();
    assert!(matches!(parsed.value.signature, Signature::Broken { line: 2 }));
    assert!(parsed.value.faults[0].message.contains("cut"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(Contact: |Expires: |-----BEGIN PGP SIGNED MESSAGE-----\n|)\\PC{0,60}(\n[A-Za-z-]{0,20}: \\PC{0,40}){0,4}") {
        if let Ok(parsed) = parse(text.as_bytes()) {
            let file = parsed.value;
            prop_assert!(file.faults.iter().all(|fault| !fault.message.is_empty()));
        }
    }
}
