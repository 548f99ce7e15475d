//! Components of which the index does not speak.

use super::*;

#[test]
fn where_nobody_looked_nothing_found_is_no_answer() {
    let debian = deb("DSA-1", "12", "3.0.9-1");
    let npm = osv("OSV-1")
        .on(("npm", "x", ""), affected(between(Scheme::Npm, "1.0.0", "1.2.0")));
    let other = "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*";
    let configured = nvd(
        "CVE-2026-0001",
        configuration(&[(other, Role::Vulnerable, None)], Operator::Or),
    );
    let on = |distro: &str| purl(&format!("pkg:deb/{distro}"));
    let firefox = || cpe("cpe:2.3:a:mozilla:firefox:1:*:*:*:*:*:*:*");
    let records = [debian, npm];
    let asked = |name: &str| format!("{name} ? not_covered");
    check(&records, vec![on("debian/openssl@4?distro=debian-12")], &[]);
    check(&records, vec![on("debian/bash@1?distro=debian-11")], &[&asked("bash")]);
    check(&records, vec![on("ubuntu/bash@1?distro=ubuntu-24.04")], &[&asked("bash")]);
    check(&records, vec![purl("pkg:npm/y@1.0.0")], &[]);
    check(&records, vec![firefox()], &[&asked(&firefox().name)]);
    // A guessed CPE name beside a package URL is no answer for its registry.
    let mut guessed = purl("pkg:gem/rack@1.0");
    guessed.cpes = firefox().cpes;
    check(&records, vec![guessed], &[&asked("rack")]);
    // Some records with CPE names: somebody looked.
    check(&[configured], vec![firefox()], &[]);
}

proptest! {
    #[test]
    fn a_component_is_asked_about_exactly_where_no_record_speaks_of_its_kind(
        records in proptest::collection::vec(any_record(), 0..6),
        components in proptest::collection::vec(any_component(), 1..6),
    ) {
        let bytes = compiled(&records);
        let index = Index::open(&bytes, &[]).unwrap();
        let bom = bom(components);
        let system = System::new(&bom, "");
        let none = Statements::default();
        let voices = Voices { accepted: &none, claimed: &none };
        let judgement = judge(&system, &index, &voices);
        for candidate in &system.candidates {
            let own = &candidate.packages[0].key;
            let speaks = |affected: &Affected| match &affected.identity {
                Identity::Package(key) => {
                    key.ecosystem == own.ecosystem
                        && (own.release.is_empty()
                            || key.release.is_empty()
                            || key.release == own.release)
                }
                _ => false,
            };
            let spoken = index.records().any(|record| {
                record.decode().affected.iter().any(speaks)
            });
            let asked = judgement.unknowns.iter().any(|unknown| {
                unknown.component == candidate.position
                    && unknown.why.word() == "not_covered"
            });
            prop_assert_eq!(asked, !spoken);
        }
    }
}
