//! The forms of one invented device in every medium (`fixtures/mds2`), held against what it
//! was answered with.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

use std::collections::BTreeMap;
use std::path::Path;

use mds2::lint::{Facts, contradictions, lint};
use mds2::question::Kind;
use mds2::{Answer, Edition, Form, Medium, parse, parse_sheet, workbook};
use reading::{Parsed, Place, Rejected};

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2");
    std::fs::read(folder.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[track_caller]
fn read(name: &str) -> Parsed<Form> {
    parse(&bytes(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// What the device is answered with: answer, and remark or number of a note.
fn truth() -> BTreeMap<&'static str, (String, String)> {
    let text = String::from_utf8(bytes("drip.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let question = Edition::Of2019.question(fields[0]).unwrap();
            (question.id, (fields[1].to_owned(), fields[2].to_owned()))
        })
        .collect()
}

fn expected(id: &str, written: &str) -> Answer {
    if Edition::Of2019.question(id).unwrap().kind == Kind::Text {
        return Answer::Stated;
    }
    match written {
        "Yes" => Answer::Yes,
        "No" => Answer::No,
        "N/A" => Answer::NotApplicable,
        "See Note" => Answer::SeeNotes,
        "" => Answer::Blank,
        other => panic!("{other}"),
    }
}

/// Every question is there and answered as it was, but for those that are named.
#[track_caller]
fn same(name: &str, but: &[&str]) -> Parsed<Form> {
    let parsed = read(name);
    let form = &parsed.value;
    let mut wrong = Vec::new();
    for (id, (written, _)) in truth() {
        let answer = form.said(id).answer();
        if !but.contains(&id) && answer != expected(id, &written) {
            wrong.push(format!("{id}: {written:?} is read as {}", answer.word()));
        }
        if form.said(id).entries.is_empty() && !but.contains(&id) {
            wrong.push(format!("{id} is not there"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{name}: {} wrong: {wrong:#?}\n{:#?}",
        wrong.len(),
        parsed.notes
    );
    parsed
}

fn place(form: &Form, id: &str) -> String {
    form.said(id).entry().unwrap().place.to_string()
}

#[track_caller]
fn names_the_device(form: &Form) {
    assert_eq!(form.maker().unwrap().0, "Acme Medical, Inc.");
    assert_eq!(form.model().unwrap().0, "Drip 2 (DR-200), software 2.1.0");
    assert_eq!(form.release_day().unwrap().to_string(), "2026-03-20");
}

#[test]
fn a_workbook_is_read_whole_with_the_cell_of_each_answer() {
    let parsed = same("drip.xlsx", &[]);
    let form = &parsed.value;
    names_the_device(form);
    assert_eq!((form.edition, form.medium), (Edition::Of2019, Medium::Workbook));
    assert_eq!(form.sheet, "MDS2 Form");
    assert_eq!(place(form, "MPII-1"), "MDS2 Form!D22");
    let pin = form.said("AUTH-1").entry().unwrap();
    assert_eq!(pin.remark, "by PIN");
    let log = form.said("AUDT-5.3").entry().unwrap();
    assert_eq!(log.footnote.as_deref(), Some("2"));
    assert!(form.footnote("2").unwrap().text.contains("syslog"));
    assert_eq!(form.footnotes.len(), 3);
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
}

#[test]
fn what_people_do_to_the_sheet_is_read_or_told_with_its_cell() {
    let doubtful = ["TXIG-2", "RDMP-1", "RDMP-2", "RMOT-1"];
    let parsed = same("drip-dirty.xlsx", &doubtful);
    let form = &parsed.value;
    names_the_device(form);
    // The id is gone, so nobody knows what is answered.
    assert!(form.said("TXIG-2").entries.is_empty());
    assert_eq!(form.said("RDMP-1").answer(), Answer::Unclear);
    assert_eq!(form.said("RDMP-2").answer(), Answer::Unclear);
    // A second table contradicts the first: neither counts.
    assert_eq!(form.said("RMOT-1").entries.len(), 2);
    assert_eq!(form.said("RMOT-1").answer(), Answer::Unclear);
    assert!(form.footnote("1").unwrap().text.contains("Wind River"));
    let told: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    for (part, cell) in [
        ("`SHAD-15` is read as SAHD-15", "Blatt1!C"),
        ("`SAHD-17` is no question of HN 1-2019; it says `Yes`: set aside", "Blatt1!A"),
        ("a row without the id of a question says", "Blatt1!C"),
        ("another column", "Blatt1!E"),
        (
            "the answer to RDMP-1 is none of yes, no and not applicable: `No longer planned`",
            "Blatt1!C",
        ),
        ("the sheet is hidden and not read", "alt!the sheet"),
    ] {
        assert!(
            told.iter().any(|note| note.contains(part) && note.contains(cell)),
            "{part} {cell}: {told:#?}"
        );
    }
    let rules: Vec<&str> = lint(form, &Facts::default(), day("2026-11-26"))
        .iter()
        .map(|finding| finding.rule.id.as_str())
        .collect();
    for rule in ["answered-twice", "answer-unclear", "id-misspelt", "not-answered"] {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
}

#[test]
fn separated_values_and_text_are_read_whole_with_their_lines() {
    let csv = same("drip.csv", &[]).value;
    names_the_device(&csv);
    assert_eq!(csv.medium, Medium::Separated);
    assert_eq!(place(&csv, "DOC-1"), "line 4");
    assert_eq!(csv.said("AUDT-5.3").entry().unwrap().footnote.as_deref(), Some("2"));
    let text = same("drip.txt", &[]).value;
    names_the_device(&text);
    assert_eq!(text.medium, Medium::Text);
    assert_eq!(text.said("PAUT-1").entry().unwrap().remark, "LDAP as an option");
    assert_eq!(text.said("MPII-3.3").entry().unwrap().remark, "service only, with a key");
    assert_eq!(text.footnotes.len(), 3);
}

#[test]
fn a_printed_pdf_is_read_whole_with_page_and_position() {
    let parsed = same("drip-printed.pdf", &[]);
    let form = &parsed.value;
    names_the_device(form);
    assert_eq!(form.medium, Medium::PrintedPdf);
    let Place::Page { page, left, .. } = form.said("RMOT-1").entry().unwrap().place
    else {
        panic!("no page")
    };
    assert!(page > 4 && left > 300);
    assert_eq!(form.said("PAUT-1").entry().unwrap().remark, "LDAP as an option");
    assert_eq!(form.said("AUDT-5.3").entry().unwrap().footnote.as_deref(), Some("2"));
    assert_eq!(form.footnotes.len(), 3, "{:?}", form.footnotes);
}

#[test]
fn a_page_that_a_browser_printed_is_read_between_its_lines() {
    let parsed = same("drip-browser.pdf", &[]);
    let form = &parsed.value;
    names_the_device(form);
    let intended = form.said("DOC-6").text().to_owned();
    assert_eq!(
        intended,
        "Takes drug libraries from a gateway, and gives its records to it"
    );
    assert_eq!(form.description().unwrap().0, "Mobile infusion pump");
    let remark = |id: &str| form.said(id).entry().unwrap().remark.clone();
    assert_eq!(remark("MPII-3.3"), "service only, with a key");
    assert_eq!(remark("MPII-1"), "");
    let numbered = form.entries.iter().filter_map(|it| it.footnote.as_deref());
    assert_eq!(numbered.collect::<Vec<_>>(), ["2", "1", "3"]);
    assert_eq!(form.footnotes.len(), 3);
}

#[test]
fn fields_of_a_pdf_are_read_where_they_stand() {
    let form = same("drip-fields.pdf", &[]).value;
    names_the_device(&form);
    assert_eq!(form.medium, Medium::FieldsOfPdf);
    assert_eq!(form.said("MPII-3.3").entry().unwrap().remark, "service only, with a key");
}

#[test]
fn data_of_an_xfa_form_are_read_by_the_names_of_fields() {
    let data = "<xfa:datasets xmlns:xfa=\"http://www.xfa.org/schema/xfa-data/1.0/\"><form>\
        <DOC-3>Drip 2</DOC-3><MPII-1>Yes</MPII-1><MPII-2_1>No</MPII-2_1>\
        <MPII-2_1_note>never</MPII-2_1_note><AUDT-2_8_1>N/A</AUDT-2_8_1><CONN-1>maybe</CONN-1>\
        </form></xfa:datasets>";
    let file = format!(
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA[(template) 8 0 R(datasets) 9 0 R]>>>>\
         endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj 9 0 obj<</Length {}>>stream\n\
         {data}\nendstream endobj",
        data.len()
    );
    let form = parse(file.as_bytes()).unwrap().value;
    assert_eq!(form.model().unwrap().0, "Drip 2");
    let answers =
        ["MPII-1", "MPII-2.1", "AUDT-2.8.1", "CONN-1"].map(|id| form.said(id).answer());
    assert_eq!(
        answers,
        [Answer::Yes, Answer::No, Answer::NotApplicable, Answer::Unclear]
    );
    assert_eq!(form.said("MPII-2.1").entry().unwrap().remark, "never");
    assert_eq!(place(&form, "MPII-1"), "MPII-1");
}

#[test]
fn boxes_say_what_their_column_says_and_not_what_they_are_called() {
    // Nothing is ticked there: the form has no column for it.
    let form = same("drip-boxes.pdf", &["SGUD-3.1"]).value;
    assert_eq!(form.said("SGUD-3.1").answer(), Answer::Blank);
    names_the_device(&form);
}

#[test]
fn a_form_of_2013_keeps_its_questions_and_answers_those_that_are_the_same() {
    let parsed = read("drip-2013.pdf");
    let form = &parsed.value;
    assert_eq!(form.edition, Edition::Of2013);
    assert_eq!(form.maker().unwrap().0, "Acme Medical");
    assert_eq!(form.model().unwrap().0, "Drip 1");
    assert_eq!(form.release_day().unwrap().to_string(), "2015-06-30");
    assert_eq!(form.said("A").answer(), Answer::Yes);
    assert_eq!(form.said("20-1").answer(), Answer::Yes);
    assert_eq!(form.said("B.2").answer(), Answer::SeeNotes);
    assert_eq!(form.answered(), Edition::Of2013.questions().len());
    assert_eq!(form.said_2019("RMOT-1").answer(), Answer::Yes);
    assert_eq!(form.said_2019("STCF-1").answer(), Answer::No);
    // What asks about something near it answers nothing.
    assert_eq!(form.said_2019("AUDT-2").answer(), Answer::Blank);
    assert_eq!(form.said_2019("SBOM-1").answer(), Answer::Blank);
}

#[test]
fn what_cannot_be_read_is_refused_with_a_sentence_and_a_place() {
    #[track_caller]
    fn check(bytes: &[u8], message: &str) -> Rejected {
        let refused = parse(bytes).unwrap_err();
        assert!(refused.message.contains(message), "{refused}");
        assert!(!refused.hint.is_empty(), "{refused}");
        refused
    }

    let scanned = check(&bytes("drip-scanned.pdf"), "scanned");
    assert!(matches!(scanned.place, Place::Page { .. }));
    let encrypted = check(&bytes("drip-encrypted.pdf"), "encrypted");
    assert!(matches!(encrypted.place, Place::Byte(_)));
    check(&bytes("drip-2004.txt"), "before 2013");
    check(b"tag,model\n1,2\n", "no MDS2 form");
    check(b"An essay on MDS2 forms.", "speaks of MDS2");
    check(b"", "no MDS2 form");
    check(b"%PDF-1.7\nnothing", "damaged");
    check(&bytes("drip.xlsx")[..9_000], "cut short");
    check(b"\xFF\xD8\xFF\xE0 picture", "a picture");
    check(b"MPII-1,\xE4\n", "not UTF-8");
    let none = parse_sheet(&bytes("drip.xlsx"), "Form").unwrap_err();
    assert!(none.hint.contains("`Instructions`, `MDS2 Form`"), "{none:?}");
    assert!(parse_sheet(&bytes("drip.csv"), "x").is_err());
}

#[test]
fn what_is_too_much_is_told_and_costs_little() {
    let many = "MPII-1,x?: Yes\n".repeat(6_000);
    let parsed = parse(format!("{many}MPII-2,x?: Yes\nCONN-1,x?: No\n").as_bytes());
    assert!(parsed.is_err(), "three questions are a form, and the others come too late");
    let first = "CONN-1,x?: No\nCONN-2,x?: No\n";
    let parsed = parse(format!("{first}{many}").as_bytes()).unwrap();
    assert_eq!(parsed.value.entries.len(), 5_000);
    assert!(
        parsed.notes.iter().any(|note| note.message.contains("behind the first 5000"))
    );
    let long = format!("{first}MPII-1 {}", ": a?".repeat(2_000_000));
    assert_eq!(
        parse(long.as_bytes()).unwrap().value.said("MPII-1").answer(),
        Answer::Unclear
    );
    let _ = parse(
        "MPII-1;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;Yes\n".repeat(100_000).as_bytes(),
    );
}

#[test]
fn columns_that_are_ticked_are_read_by_their_headings() {
    let of = |lines: &str| {
        let text = format!("ID;Question;Yes;No;N/A;Note\n{lines}");
        parse(text.as_bytes()).unwrap().value
    };
    let form = of("MPII-1;x?;x;;;\nMPII-2;x?;;X;;1\nMPII-3;x?;;;✓;\nALOF-1;x?;;;;\n\
        ALOF-2;x?;x;x;;\nEMRG-1;x?;No;;;\nIGAU-1;x?;;No;;\n");
    for (id, expected) in [
        ("MPII-1", Answer::Yes),
        ("MPII-2", Answer::No),
        ("MPII-3", Answer::NotApplicable),
        ("ALOF-1", Answer::Blank),
        ("ALOF-2", Answer::Unclear),
        // A word that contradicts its column is believed no more than the column.
        ("EMRG-1", Answer::Unclear),
        ("IGAU-1", Answer::No),
    ] {
        assert_eq!(form.said(id).answer(), expected, "{id}");
    }
    // A row of answers is no row of headings.
    let text =
        "ID;Question;Answer;Note\nMPII-1;x?;Yes;No\nMPII-2;x?;No;\nMPII-3;x?;No;x\n";
    let form = parse(text.as_bytes()).unwrap().value;
    let answers = ["MPII-1", "MPII-2", "MPII-3"].map(|id| form.said(id).answer());
    assert_eq!(answers, [Answer::Yes, Answer::No, Answer::No]);
    // Nor is a column of something else one of answers that were left out.
    let rows: String = (1..=8)
        .map(|n| format!("AUDT-{n};x?;{};;Yes\n", if n == 3 { "" } else { "No" }))
        .collect();
    let text = format!("ID;Question;Answer;Note;Checked\n{rows}");
    let form = parse(text.as_bytes()).unwrap().value;
    assert_eq!(form.said("AUDT-3").answer(), Answer::Blank);
}

#[test]
fn a_workbook_of_ours_reads_back_as_it_was() {
    for name in ["drip.xlsx", "drip.txt", "drip-printed.pdf", "drip-dirty.xlsx"] {
        let form = read(name).value;
        let again = parse(&workbook::write(Some(&form)).unwrap()).unwrap().value;
        for question in Edition::Of2019.questions() {
            let (one, other) = (form.said(question.id), again.said(question.id));
            if one.entries.len() > 1 {
                continue;
            }
            assert_eq!(one.answer(), other.answer(), "{name} {}", question.id);
            let remark = |said: &mds2::Said<'_>| said.entry().map(|it| it.remark.clone());
            let (before, after) = (remark(&one), remark(&other));
            assert_eq!(
                before.unwrap_or_default(),
                after.unwrap_or_default(),
                "{name} {}",
                question.id
            );
        }
        assert_eq!(form.footnotes.len(), again.footnotes.len());
    }
    assert_eq!(workbook::write(None).unwrap(), workbook::write(None).unwrap());
    let empty = parse(&workbook::write(None).unwrap()).unwrap().value;
    assert_eq!((empty.answered(), empty.entries.len()), (0, 240));
}

#[test]
fn contradictions_of_the_form_are_found() {
    let form = read("drip.xlsx").value;
    let rules: Vec<&str> =
        contradictions(&form).iter().map(|finding| finding.rule.id.as_str()).collect();
    assert_eq!(
        rules,
        [
            "removable-media",
            "nothing-outside-but-service",
            "sbom-none-but-described",
            "malware-instead"
        ]
    );
    let finding = &contradictions(&form)[2];
    let grounds: Vec<&str> = finding.grounds.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        grounds,
        [
            "SBOM-1: No",
            "SBOM-2: Yes",
            "SBOM-2.1: Yes",
            "SBOM-2.2: Yes",
            "SBOM-2.3: Yes",
            "SBOM-4: Yes"
        ]
    );
    assert!(finding.grounds.iter().all(|it| matches!(it.place, Place::Cell { .. })));
}

fn day(text: &str) -> terms::Day {
    terms::date::day(text).unwrap()
}

/// A form as separated values with these answers.
fn made(answers: &[(usize, String)]) -> Vec<u8> {
    let words = ["Yes", "No", "N/A", "See Notes", "", "perhaps"];
    let mut out = String::from("ID;Question;Answer;Notes\n");
    for (question, (answer, remark)) in Edition::Of2019.questions().iter().zip(answers) {
        let word = match question.kind {
            Kind::Text => remark.as_str(),
            Kind::YesNo => words[answer % words.len()],
        };
        out.push_str(&format!(
            "{};{};{word};{remark}\n",
            question.id,
            question.asks.replace(';', ",")
        ));
    }
    out.into_bytes()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn any_form_reads_back_from_a_workbook_as_it_was(
        answers in proptest::collection::vec((0_usize..6, "([a-z]{4,9}( [a-z]{4,9}){0,3})?"), 240),
    ) {
        let form = parse(&made(&answers)).unwrap().value;
        let again = parse(&workbook::write(Some(&form)).unwrap()).unwrap().value;
        proptest::prop_assert_eq!(form.entries.len(), again.entries.len());
        for (one, other) in form.entries.iter().zip(&again.entries) {
            let shown = |it: &mds2::Entry| {
                (it.question.id, it.answer, it.written.clone(), it.remark.clone(), it.footnote.clone())
            };
            proptest::prop_assert_eq!(shown(one), shown(other));
        }
    }

    #[test]
    fn taking_an_answer_away_never_makes_another(
        answers in proptest::collection::vec((0_usize..6, "([a-z]{4,9})?"), 240),
        gone in 0_usize..240,
    ) {
        let form = parse(&made(&answers)).unwrap().value;
        let mut fewer = answers.clone();
        fewer[gone] = (4, String::new());
        let fewer = parse(&made(&fewer)).unwrap().value;
        for (at, question) in Edition::Of2019.questions().iter().enumerate() {
            let now = fewer.said(question.id).answer();
            let expected = if at == gone { Answer::Blank } else { form.said(question.id).answer() };
            proptest::prop_assert_eq!(now, expected, "{}", question.id);
        }
        // And a contradiction rests on answers that are there.
        for finding in contradictions(&fewer) {
            let id = Edition::Of2019.questions()[gone].id;
            let own = format!("{id}:");
            let is_own = finding.grounds.iter().any(|it| it.text.starts_with(&own));
            proptest::prop_assert!(!is_own);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, text in "\\PC{0,200}", cut in 0_usize..17_000) {
        let _ = parse(&bytes);
        let _ = parse(text.as_bytes());
        let whole = bytes_of("drip.csv");
        let at = cut % whole.len();
        let mut cut = whole[..at].to_vec();
        cut.extend(&bytes);
        let _ = parse(&cut);
    }
}

fn bytes_of(name: &str) -> Vec<u8> {
    bytes(name)
}

#[test]
fn several_labels_of_a_head_in_one_line_or_beside_each_other_have_each_its_value() {
    #[track_caller]
    fn check(head: &str, part: &str, places: [&str; 3]) {
        let lines: String =
            (1..=12).map(|n| format!("15-{n}{part}Is it so?{part}No\n")).collect();
        let text = format!("{head}\n{lines}");
        let parsed = parse(text.as_bytes()).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let form = &parsed.value;
        assert_eq!(form.edition, Edition::Of2013);
        let found: Vec<(&str, String)> = ["maker", "model", "document"]
            .iter()
            .filter_map(|name| form.head.get(name))
            .map(|(text, place)| (text.as_str(), place.to_string()))
            .collect();
        let [maker, model, document] = places;
        let of = |text, place: &str| (text, place.to_owned());
        let expected =
            [of("Acme Medical", maker), of("Drip 1", model), of("D-7", document)];
        assert_eq!(found, expected, "{text}");
    }

    let first = ["line 1"; 3];
    check("Manufacturer: Acme Medical   Model: Drip 1   Document ID: D-7", "  ", first);
    check("Manufacturer: Acme Medical Model: Drip 1 Document ID: D-7", "  ", first);
    check("Manufacturer:\tAcme Medical\tModel:\tDrip 1\tDocument ID:\tD-7", "\t", first);
    check("\"Manufacturer: Acme Medical   Model: Drip 1\",Document ID,D-7", ",", first);
    check("Manufacturer,Acme Medical,Model,Drip 1,Document ID,D-7", ",", first);
    check("Manufacturer,Model,Document ID\nAcme Medical,Drip 1,D-7", ",", ["line 2"; 3]);
    // Behind labels beside each other something else may stand.
    check(
        "Manufacturer,Model,Document ID,v 2\nAcme Medical,Drip 1,D-7,",
        ",",
        ["line 2"; 3],
    );
}

#[test]
fn what_a_head_says_twice_is_told_and_the_first_counts() {
    let lines: String = (1..=12).map(|n| format!("15-{n}  Is it so?  No\n")).collect();
    let text = format!(
        "Manufacturer: Acme  Model: Drip 1\nModel: Drip 2\nModel: drip 1\n{lines}"
    );
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.value.model().unwrap().0, "Drip 1");
    let notes: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    let said = notes.iter().filter(|note| note.contains("`Drip 2`")).count();
    assert_eq!(said, 1, "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("`drip 1`")), "{notes:?}");
}
