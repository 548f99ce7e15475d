use proptest::prelude::*;

use super::*;

fn names() -> Pseudonyms {
    Pseudonyms::new([7; 32])
}

fn read(text: &str) -> Parsed<Vec<Record>> {
    parse(text.as_bytes(), &names()).unwrap()
}

#[test]
fn a_table_is_known_by_its_headings_alone() {
    #[track_caller]
    fn check(text: &str, expected: Option<Kind>) {
        assert_eq!(kinds(text.as_bytes()).first().copied(), expected, "{text}");
        assert_eq!(
            parse(text.as_bytes(), &names()).is_ok(),
            expected.is_some(),
            "{text}"
        );
    }

    check("Employee ID,Job Title,Hire Date\n1,Nurse,2020-01-01\n", Some(Kind::Person));
    check(
        "Roster of all staff\n\nStaff ID;Role;Department\n1;Nurse;ICU\n",
        Some(Kind::Person),
    );
    check(
        "userPrincipalName,displayName,accountEnabled\na@b,A,true\n",
        Some(Kind::Account),
    );
    check(
        "Email Address [Required],Status [READ ONLY],2sv Enrolled [READ ONLY]\na@b,Active,True\n",
        Some(Kind::Account),
    );
    check(
        "Email,Course,Completion Date,Score\na@b,Hygiene,1/2/2026,90\n",
        Some(Kind::Completion),
    );
    check("Course,Completion Date\nHygiene,1/2/2026\n", None);
    check(
        "id,status,send_date,reported,email\nx,Email Sent,2026-01-01,false,a@b\n",
        Some(Kind::Phish),
    );
    check(
        "Computer Name,AV Enabled,Signature Date\npc1,yes,2026-11-25\n",
        Some(Kind::Endpoint),
    );
    check("Log Source,Last Event\nfw1,2026-11-25 10:00\n", Some(Kind::LogSource));
    check(
        "Vendor,Session Start,MFA Used\nAcme,2026-11-01,yes\n",
        Some(Kind::RemoteSession),
    );
    check("Flow,Data Class,Where,Encrypted\nPACS,phi,path,yes\n", Some(Kind::Flow));
    check(
        "Framework,Assessment Date,Scope\nNIST CSF,2026-01-01,all\n",
        Some(Kind::Assessment),
    );
    check("Asset Tag,Manufacturer,Model\n1,Acme,X\n", None);
    check("a,b\n1,2\n", None);
    check("", None);
    check("{\"a\":1}", None);
}

#[test]
fn a_quote_that_does_not_close_hides_no_row() {
    #[track_caller]
    fn check(rows: &str, line: Option<usize>) {
        let text = format!("Employee ID,Job Title,Hire Date\n1,Nurse,2020-01-01\n{rows}");
        assert_eq!(kinds(text.as_bytes()), [Kind::Person], "{text}");
        let place = parse(text.as_bytes(), &names()).err().map(|error| error.place);
        assert_eq!(place, line.map(|line| Place::Line { line, column: 0 }), "{text}");
    }

    check("2,\"Nurse,2020-01-01\n3,Nurse,2020-01-01\n", Some(3));
    check("2,\"Nurse\",2020-01-01\n3,Nurse,\"2020-01-01\n4,Nurse,2020-01-01", Some(4));
    check("2,\"Nurse\nat night\",2020-01-01\n3,5\" nurse,2020-01-01\n", None);
}

#[test]
fn what_cannot_be_read_of_a_row_is_told_with_its_cell() {
    let parsed = read(
        "Employee ID,Job Title,Hire Date,Status\n\
         1,Nurse,soon,Active\n\
         ,,,\n\
         2,Nurse,2020-02-30,perhaps\n\
         ,,2020-01-01,Active\n",
    );
    assert_eq!(parsed.value.len(), 2);
    let told: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`soon` is no date (at row 2, column Hire Date)",
            "`2020-02-30` is no date (at row 4, column Hire Date)",
            "`perhaps` is no yes or no (at row 4, column Status)",
            "the row says nothing that is needed; it is left out (at line 5)",
        ]
    );
}

#[test]
fn a_cell_shows_in_which_order_dates_are_written() {
    let first = |text: &str| read(text).value[0].day(Field::From).unwrap().to_string();
    let head = "Employee ID,Role,Start Date\n1,Nurse,03/04/2026\n";
    assert_eq!(first(head), "2026-03-04");
    assert_eq!(first(&format!("{head}2,Nurse,25/04/2026\n")), "2026-04-03");
}

#[test]
fn moments_and_what_is_suspended_are_turned_into_yes_and_no() {
    let parsed = read(
        "Email,Campaign,Delivered At,Clicked At,Data Entered At,Reported At\n\
         a@b,c,2026-01-01,2026-01-01T10:00:00Z,,\n\
         b@b,c,2026-01-01,,,2026-01-02\n",
    );
    let says = |at: usize, field| parsed.value[at].says(field);
    assert_eq!(says(0, Field::Clicked), Some(true));
    assert_eq!(says(0, Field::Reported), Some(false));
    assert_eq!(says(1, Field::Clicked), Some(false));
    assert_eq!(says(1, Field::Reported), Some(true));
    let parsed = read("Username,Suspended\na,True\nb,False\n");
    assert_eq!(parsed.value[0].says(Field::Enabled), Some(false));
    assert_eq!(parsed.value[1].says(Field::Enabled), Some(true));
}

#[test]
fn sheets_of_a_workbook_are_each_what_they_are_and_cells_have_their_names() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let rows: [(&str, &[&[&str]]); 3] = [
        ("Staff", &[&["Employee ID", "Role"], &["1", "Nurse"]]),
        (
            "Courses",
            &[&["Employee ID", "Course", "Completion Date"], &["1", "Hygiene", "soon"]],
        ),
        ("Notes", &[&["for internal use"]]),
    ];
    for (name, rows) in rows {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (at, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                sheet.write(at as u32, column as u16, *cell).unwrap();
            }
        }
    }
    let parsed = parse(&workbook.save_to_buffer().unwrap(), &names()).unwrap();
    let kinds: Vec<Kind> = parsed.value.iter().map(|record| record.kind).collect();
    assert_eq!(kinds, [Kind::Person, Kind::Completion]);
    assert_eq!(parsed.value[0].people().next(), parsed.value[1].people().next());
    let told: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`soon` is no date (at Courses!C2)",
            "the sheet is no table that is known, and is not read (at Notes!A1)",
        ]
    );
}

#[test]
fn no_name_of_a_person_outlives_the_reading() {
    let parsed = read(
        "Employee ID,Role,Email,Full Name,Hire Date\n\
         77123,Nurse,grace@example.org,Grace Hopper,nonsense\n",
    );
    let all = format!("{parsed:?}");
    for name in ["77123", "grace", "Grace", "Hopper"] {
        assert!(!all.contains(name), "{name}: {all}");
    }
}

proptest! {
    #[test]
    fn any_table_is_read_or_refused(
        kind in 0..Kind::ALL.len(),
        rows in prop::collection::vec(prop::collection::vec("\\PC{0,12}", 0..6), 0..6),
    ) {
        let kind = Kind::ALL[kind];
        let words: Vec<&str> = kind.columns().iter().map(|column| column.field.word()).collect();
        let mut text = words.join(",") + "\n";
        for row in &rows {
            text += &(row.join(",") + "\n");
        }
        if let Ok(parsed) = parse(text.as_bytes(), &names()) {
            prop_assert!(parsed.value.iter().all(|record| record.values().count() > 0));
        }
    }
}

#[test]
fn an_end_before_the_beginning_is_complained_about_at_its_cell() {
    let text = "ISAO,Since,Valid until\nHealth-ISAC,2027-03-01,2027-02-28\n\
                H-ISAC,2026-03-01,2027-02-28\n";
    let parsed = parse(text.as_bytes(), &Pseudonyms::new([7; 32])).unwrap();
    assert_eq!(parsed.value.len(), 2);
    let [note] = parsed.notes.as_slice() else { panic!("{:?}", parsed.notes) };
    assert_eq!(note.place.to_string(), "row 2, column Valid until");
    assert_eq!(note.message, TURNED);
}
