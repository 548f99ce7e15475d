use proptest::prelude::*;

use super::*;

fn head(rest: &str) -> String {
    format!("dossier = 1\nname = \"Acme\"\n{rest}")
}

#[test]
fn the_example_holds_every_entry_and_is_read_without_a_note() {
    let parsed = parse(EXAMPLE.as_bytes()).unwrap();
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    let dossier = parsed.value;
    assert!(is_dossier(EXAMPLE));
    assert_eq!((dossier.name.as_str(), dossier.aliases.len()), ("Acme Medical, Inc.", 2));
    assert_eq!(dossier.products[0].networked, Answer::Yes);
    let membership = &dossier.memberships[0];
    assert_eq!(membership.origin, Origin::ThirdParty);
    assert_eq!(membership.until.unwrap().to_string(), "2026-12-31");
    let Place::Line { line, .. } = membership.place else { panic!("a line") };
    let table =
        EXAMPLE.lines().position(|line| line.starts_with("[[membership]]")).unwrap() + 1;
    assert!((table..table + 7).contains(&line), "{line} {table}");
    assert_eq!(dossier.absences[0].what, Sought::SecurityTxt);
    assert_eq!(dossier.covers[0].limit, Some(5_000_000));
    assert_eq!(dossier.contacts[0].origin, Origin::House);
}

#[test]
fn what_nobody_says_is_unstated_and_from_the_supplier() {
    let text = head(
        "[[product]]\nname = \"P\"\n[[membership]]\nisao = \"H\"\nuntil = \"2026-12-31\"\n",
    );
    let dossier = parse(text.as_bytes()).unwrap().value;
    assert_eq!(dossier.products[0].networked, Answer::Unstated);
    assert_eq!(dossier.memberships[0].origin, Origin::Supplier);
    assert_eq!(dossier.memberships[0].until.unwrap().to_string(), "2026-12-31");
    assert_eq!(dossier.certificates, []);
}

#[test]
fn what_is_wrong_is_refused_with_its_line() {
    #[track_caller]
    fn check(text: &str, line: usize, part: &str) {
        let refused = parse(text.as_bytes()).unwrap_err();
        assert_eq!(refused.place, Place::Line { line, column: 0 }, "{text}: {refused}");
        let said = format!("{} {}", refused.message, refused.hint);
        assert!(said.contains(part), "{text}: {said}");
    }

    check(&head("[[membership]]\nisoa = \"H\"\n"), 4, "unknown field");
    check(&head("[[membership]]\nuntil = 2026-12-31\n"), 3, "no `isao`");
    check(&head("[[absent]]\nwhat = \"gold\"\non = 2026-01-01\n"), 3, "security.txt");
    check(&head("[[product]]\nname = \"P\"\nnetworked = \"maybe\"\n"), 5, "invalid type");
    check(&head("reviewed = \"soon\"\n"), 3, "date");
    check(&head("[contact]\nfrom = \"friend\"\n"), 4, "unknown variant");
    check("dossier = 2\nname = \"A\"\n", 1, "version 2");
    check("dossier = 1\nname = \n", 2, "");
}

#[test]
fn a_file_that_names_nobody_is_refused_as_a_whole() {
    #[track_caller]
    fn check(text: &[u8]) {
        assert!(parse(text).is_err(), "{text:?}");
    }

    check(b"dossier = 1\n");
    check(b"dossier = 1\nname = \"  \"\n");
    check(b"");
    check(b"\xff\xfe\xff");
    check(&vec![b'#'; limits::DOSSIER_BYTES_MAX + 1]);
}

#[test]
fn days_and_names_that_do_not_fit_are_noted() {
    #[track_caller]
    fn check(rest: &str, notes: usize) {
        let parsed = parse(head(rest).as_bytes()).unwrap();
        assert_eq!(parsed.notes.len(), notes, "{rest}: {:?}", parsed.notes);
    }

    check("[[membership]]\nisao = \"H\"\nsince = 2026-01-01\nuntil = 2025-01-01\n", 1);
    check(
        "[[certificate]]\nscheme = \"I\"\nissued = 2026-01-01\nexpires = 2025-01-01\n",
        1,
    );
    check("[[certificate]]\nscheme = \"I\"\ncovers = [\"X\"]\n", 1);
    check("[[absent]]\nwhat = \"sbom\"\nproduct = \"X\"\non = 2026-01-01\n", 1);
    check("[disclosure]\npolicy = \"on our page\"\n", 1);
    check("[disclosure]\npolicy = \"https://a.example\"\n", 0);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(rest in "(\\[\\[?[a-z_]{0,12}\\]\\]?\n|[a-z_]{1,12} = [0-9\"a-z-]{0,12}\n|\\PC{0,20}\n){0,8}") {
        if let Ok(parsed) = parse(head(&rest).as_bytes()) {
            prop_assert_eq!(parsed.value.name, "Acme");
        }
    }
}
