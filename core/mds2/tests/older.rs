//! Forms of 2013 as text, what their heads say, and what is said where nothing is read.

#![expect(
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

use std::path::Path;

use mds2::{Answer, Edition, Form, Medium, parse, unread, workbook};
use reading::Parsed;

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2");
    std::fs::read(folder.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[track_caller]
fn read(bytes: &[u8]) -> Parsed<Form> {
    parse(bytes).unwrap_or_else(|why| panic!("{why}"))
}

fn notes(parsed: &Parsed<Form>) -> Vec<String> {
    parsed.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_text_of_a_printed_form_of_2013_says_what_its_pages_say() {
    let printed = read(&bytes("drip-2013.pdf")).value;
    for name in ["drip-2013-layout.txt", "drip-2013-raw.txt", "drip-2013-cells.txt"] {
        let form = read(&bytes(name)).value;
        assert_eq!(
            (form.edition, form.medium),
            (Edition::Of2013, Medium::Text),
            "{name}"
        );
        for question in Edition::Of2013.questions() {
            let (text, page) = (form.said(question.id), printed.said(question.id));
            assert_eq!(text.answer(), page.answer(), "{name} {}", question.id);
            let note =
                |it: &mds2::Said<'_>| it.entry().and_then(|it| it.footnote.clone());
            assert_eq!(note(&text), note(&page), "{name} {}", question.id);
        }
        assert!(form.footnote("1").unwrap().text.starts_with("Record number"), "{name}");
    }
}

/// A form of 2013 with these lines behind twelve of its questions.
fn with(lines: &str) -> Parsed<Form> {
    let many: String = (1..=11).map(|n| format!("15-{n} Is it so? No _\n")).collect();
    read(format!("{many}{lines}").as_bytes())
}

#[track_caller]
fn says(lines: &str, expected: &[(&str, Answer, Option<&str>)]) {
    let form = with(lines).value;
    for (id, answer, note) in expected {
        let said = form.said(id);
        let footnote = said.entry().and_then(|it| it.footnote.as_deref());
        assert_eq!((said.answer(), footnote), (*answer, *note), "{id}: {lines}");
    }
}

#[test]
fn an_answer_of_2013_stands_before_the_column_of_notes() {
    use Answer::{Blank, No, NotApplicable, SeeNotes, Unclear, Yes};

    says("2-1 Can it write an audit trail? Yes __\n", &[("2-1", Yes, None)]);
    says(
        "2-2.1 Login/logout Yes _\n2-2.2 Display of data N/A 3\n",
        &[("2-2.1", Yes, None), ("2-2.2", NotApplicable, Some("3"))],
    );
    says(
        "A Can this device keep private data (such as ePHI\n[ePHI])? See Note 2\n",
        &[("A", SeeNotes, Some("2"))],
    );
    says("A      Can it keep data?     Yes   _\n", &[("A", Yes, None)]);
    // What is to be said in a note is no answer.
    says(
        "1-1.1 Is it configurable? (Indicate the time in notes.) Yes _\n",
        &[("1-1.1", Yes, None)],
    );
    says(
        "1-1.1 Is it configurable? (Indicate time [fixed or\nrange] in notes.) No 4\n",
        &[("1-1.1", No, Some("4"))],
    );
    says(
        "1-1.1 Is it configurable? (Indicate the time in notes.)\n",
        &[("1-1.1", Blank, None)],
    );
    // Words that are no answer stay none.
    says("1-1.1 Is it configurable? perhaps Yes _\n", &[("1-1.1", Unclear, None)]);
    says("1-1.1 Is it configurable?\nperhaps Yes _\n", &[("1-1.1", Blank, None)]);
    says("2-2.1 Users of No 3 and more\n", &[("2-2.1", Blank, None)]);
}

#[test]
fn the_words_that_may_be_chosen_are_no_answer_to_what_stands_above_them() {
    for heading in ["Yes, No, N/A, or\nSee Note", "3 AUTHORIZATION (AUTH)\nSee Note"] {
        let lines = format!("2-3 What is written for each event:\n{heading}\nNote #\n");
        says(&lines, &[("2-3", Answer::Blank, None)]);
    }
    says("2-3 What is written\nSee Note\n5\n", &[("2-3", Answer::SeeNotes, Some("5"))]);
    // The number of a page is no note.
    says("2-3 What is written? No\n5\n", &[("2-3", Answer::No, None)]);
}

#[test]
fn what_stands_behind_a_foreign_label_of_the_head_is_told_with_its_place() {
    #[track_caller]
    fn check(head: &str, part: &str, told: &[(&str, &str)]) {
        let lines: String =
            (1..=12).map(|n| format!("15-{n}{part}Is it so?{part}No\n")).collect();
        let parsed = read(format!("{head}\n{lines}").as_bytes());
        assert_eq!(parsed.value.model().unwrap().0, "Drip 1", "{head}");
        let notes = notes(&parsed);
        let of_labels = notes.iter().filter(|it| it.contains("no label")).count();
        assert_eq!(of_labels, told.len(), "{head}: {notes:?}");
        for (said, place) in told {
            let is_told = |it: &&String| it.contains(said) && it.contains(place);
            assert_eq!(notes.iter().filter(is_told).count(), 1, "{head}: {notes:?}");
        }
    }

    let phone = "`Telephone #` is no label of a form that is read: `555` is left out";
    check(
        "Manufacturer: Acme   Telephone #: 555   Model: Drip 1",
        "  ",
        &[(phone, "line 1")],
    );
    check("Telephone #: 555   Model: Drip 1", "  ", &[(phone, "line 1")]);
    check("Model: Drip 1\nTelephone #: 555", "  ", &[(phone, "line 2")]);
    check("\"Model: Drip 1   Telephone #: 555\",x", ",", &[(phone, "line 1")]);
    check("Model,Drip 1,Telephone #:,555", ",", &[(phone, "line 1")]);
    let title = "`Title` is no label of a form that is read: `Head` is left out";
    let both = [(phone, "line 1"), (title, "line 1")];
    check("Telephone #: 555   Title: Head\nModel: Drip 1", "  ", &both);
    // Nothing stands there, or it is told elsewhere.
    check("Model: Drip 1   Telephone #: ____", "  ", &[]);
    check("Model: Drip 1\nNote 1: Without a battery.", "  ", &[]);
}

#[test]
fn a_form_without_one_answer_that_is_read_says_so() {
    let told = |bytes: &[u8]| {
        let notes = notes(&read(bytes));
        notes
            .iter()
            .filter(|it| it.contains("no question of the form has an answer"))
            .count()
    };
    assert_eq!(told(&workbook::write(None).unwrap()), 1);
    assert_eq!(told(&bytes("drip.xlsx")), 0);
    assert_eq!(told(&bytes("drip-2013-raw.txt")), 0);
}

#[test]
fn a_form_of_which_nothing_is_read_is_known_as_one() {
    let why = parse(&bytes("drip-2004.txt")).unwrap_err();
    assert!(why.message.contains("as `v 1.0 (2004-11-01)` tells"), "{why}");
    assert!(why.hint.contains("kept as a document"), "{why:?}");
    assert!(unread(&why).unwrap().contains("before 2013"));
    assert_eq!(unread(&parse(b"tag,model\n1,2\n").unwrap_err()), None);
    assert_eq!(unread(&parse(&bytes("drip-scanned.pdf")).unwrap_err()), None);
}
