use super::*;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = sentences(text)
        .iter()
        .filter(|sentence| speaks_of_a_fix(sentence))
        .flat_map(|sentence| {
            let fixes = fixes(sentence);
            versions(sentence).into_iter().map(move |(text, ..)| match fixes {
                Fixes::All => text,
                Fixes::Some => format!("{text} (some)"),
                Fixes::AllBut => format!("{text} (not all)"),
            })
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn releases_are_found_where_a_sentence_speaks_of_a_fix() {
    check("Update Tasy EMR, to version 3.03.1745 or higher.", &["3.03.1745"]);
    check(
        "Acme recommends updating Viewer to v14.0.4 or later.",
        &["14.0.4"].map(|_| "v14.0.4"),
    );
    check("We released Version VM6.0 in April 2020.", &["VM6.0"]);
    check(
        "SpaceStation, software Version 012U000093. For details see the site, an update.",
        &["012U000093"],
    );
    check(
        "Version 7.2.5.7 is reported to fix all but, except CVE-2021-37160.",
        &["7.2.5.7 (not all)"],
    );
    check(
        "Released Version 12.2.8.0 for PACS that remediates CWE-20.",
        &["12.2.8.0 (some)"],
    );
    check("BD Synapsys v4.20 SR2 will be released in June 2022.", &["v4.20 SR2"]);
}

#[test]
fn what_is_old_or_no_release_is_none() {
    check(
        "For ISCV Version 2.x or prior, this has been mitigated in ISCV 3.1.",
        &["3.1"],
    );
    check("All versions less than 9.19 are end of life.", &[]);
    check("Call 1-800-722-9377 for more.", &[]);
    check("Change all passwords.", &[]);
    check("The update addresses CVE-2021-1234.", &[]);
    check("", &[]);
}

#[test]
fn a_model_that_a_note_takes_out_is_spared_by_all_its_words() {
    #[track_caller]
    fn check(model: &str, expected: &str) {
        let sentence = Text::read(&[
            "Users who use BD Alaris PCU 8015 or BD Alaris Systems Manager are",
        ]);
        let found =
            if spares(&sentence, &Text::read(&["", model])) { "spared" } else { "-" };
        assert_eq!(found, expected, "{model}");
    }

    check("Alaris Systems Manager", "spared");
    check("Alaris PCU 8015", "spared");
    check("Alaris Infusion Central", "-");
    check("Alaris", "-");
    check("", "-");
}

#[test]
fn the_version_that_needs_the_upgrade_holds_no_fix() {
    check("Server Version 6.7 should upgrade to Version 6.7.1067.0", &["6.7.1067.0"]);
    check(
        "Users of Versions R6.01.10 through R6.09.00: Update to R6.09.04",
        &["R6.09.04"],
    );
    check("Operations 2.2: deploy the upcoming update for this version", &[]);
    check("Version 1.6.1 is available, please update to it soon", &["1.6.1"]);
}
