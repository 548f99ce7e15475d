//! Rows of one inventory that have the same key: those that contradict each other, and those that
//! do not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use device::inventory::{Disputes, Field, Kind, Mapping, Row, Table, is_other_device};

const HEAD: &str = "tag,serial,udi,maker,model,version";

/// What is taken of a table, as tag, serial number and release, and what is complained of.
#[track_caller]
fn read(rows: &str, known: Option<[&str; 3]>) -> (Vec<String>, Vec<String>) {
    let text = format!("{HEAD}\n{rows}");
    let mapping = Mapping::default();
    let mut table = Table::open(text.as_bytes()).unwrap();
    let (mut disputes, _) = table.disputes(&mapping).unwrap();
    if let Some([key, serial, udi]) = known {
        disputes.settle(key, serial, udi);
    }
    taken(&mut table, disputes)
}

fn taken(table: &mut Table<'_>, disputes: Disputes) -> (Vec<String>, Vec<String>) {
    let mut reader = table.read_settled(&Mapping::default(), Arc::new(disputes)).unwrap();
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.read(&mut row).unwrap() {
        let fields = [Field::AssetTag, Field::Serial, Field::Version];
        rows.push(fields.map(|field| row.text(field).to_owned()).join("|"));
    }
    let report = reader.finish();
    let complaints = report.complaints.kept().iter().map(ToString::to_string);
    (rows, complaints.collect())
}

#[test]
fn rows_of_one_tag_that_contradict_each_other_are_both_left_out() {
    #[track_caller]
    fn check(two: [&str; 2], what: &str) {
        let [first, second] = two;
        let (rows, complaints) =
            read(&format!("{first}\n{second}\nA2,S2,,Acme,X,2.1\n"), None);
        assert_eq!(rows, ["A2|S2|2.1"], "{two:?}");
        let of = |line: usize, other: usize| {
            format!(
                "row {other} says something else of the same device ({what}), and nobody can \
                 tell which is right; the row is left out (at line {line})"
            )
        };
        assert_eq!(complaints, [of(2, 3), of(3, 2)], "{two:?}");
    }

    check(["A1,S1,,Acme,X,2.3", "A1,S1,,Acme,X,2.1"], "release");
    check(["A1,S9,,Acme,X,2.1", "A1,S1,,Acme,X,2.1"], "serial number");
    check(["A1,S9,,Acme,X,2.3", "A1,S1,,Acme,X,2.1"], "serial number, release");
    check(["A1,S1,,Acme,X,2.1", "A1,S1,,Boreal,X,2.1"], "manufacturer");
    check(["A1,S1,,Acme,X+,2.1", "A1,S1,,Acme,X,2.1"], "model");
    check(
        ["A1,,(01)00844588003288(21)7,,X,1", "A1,,(01)00844588003288(21)8,,X,1"],
        "UDI",
    );
    // Without a tag, the same serial number of the same model.
    check([",S1,,Acme,X,2.3", ",S1,,Acme,X,2.1"], "release");
}

#[test]
fn rows_that_say_the_same_or_complete_each_other_contradict_nothing() {
    #[track_caller]
    fn check(two: [&str; 2], expected: &str) {
        let [first, second] = two;
        let (rows, complaints) = read(&format!("{first}\n{second}\n"), None);
        assert_eq!(rows, [expected], "{two:?}");
        let duplicate = "the same device stands in row 2; the row is left out";
        assert!(complaints[0].starts_with(duplicate), "{complaints:?}");
        assert_eq!(complaints.len(), 1, "{two:?}");
    }

    check(["A1,S1,,Acme,X,2.1", "A1,S1,,Acme,X,2.1"], "A1|S1|2.1");
    check(["A1,S1,,Acme,X,2.1", "A1,,,Acme,X,"], "A1|S1|2.1");
    check(["A1,S-1,,ACME,x 5,v2.1", "A1,s1,,Acme Medical Ltd,X5,V2.1"], "A1|S-1|v2.1");
    // An identifier of the product alone, and the same with that of the piece.
    check(
        ["A1,S1,(01)00844588003288,,X,1", "A1,S1,(01)00844588003288(21)7,,X,1"],
        "A1|S1|1",
    );
}

#[test]
fn the_one_row_that_fits_what_was_known_is_taken_and_the_other_named() {
    let two = "A1,S9,,Acme,X,2.3\nA1,S1,,Acme,X,2.1\n";
    let (rows, complaints) = read(two, Some(["tag:A1", "s-1", ""]));
    assert_eq!(rows, ["A1|S1|2.1"]);
    assert_eq!(
        complaints,
        [
            "row 3 says something else of the same device (serial number, release), and fits \
             what was known of it; the row is left out (at line 2)"
        ]
    );
    // By the serial number of the UDI alone.
    let udi = "(01)00844588003288(21)7";
    let two = format!("A1,,(01)00844588003288(21)8,,X,2.3\nA1,,{udi},,X,2.1\n");
    assert_eq!(read(&two, Some(["tag:A1", "", udi])).0, ["A1||2.1"]);
}

#[test]
fn where_several_rows_fit_what_was_known_or_none_does_none_is_taken() {
    #[track_caller]
    fn check(rows: &str, known: [&str; 3], left_out: usize) {
        let (taken, complaints) = read(rows, Some(known));
        assert_eq!((taken.len(), complaints.len()), (0, left_out), "{rows} {known:?}");
    }

    let two = "A1,S1,,Acme,X,2.3\nA1,S1,,Acme,X,2.1\n";
    check(two, ["tag:A1", "S1", ""], 2);
    let two = "A1,S9,,Acme,X,2.3\nA1,S8,,Acme,X,2.1\n";
    check(two, ["tag:A1", "S1", ""], 2);
    check(two, ["tag:A1", "", ""], 2);
    check(two, ["tag:other", "S9", ""], 2);
    // The serial number fits, and the UDI is that of another piece.
    let udi = "(01)00844588003288(21)8";
    let two = format!("A1,S1,{udi},,X,2.3\nA1,,,,X,2.1\n");
    check(&two, ["tag:A1", "S1", "(01)00844588003288(21)7"], 2);
    // A third that says the same as the first does not outvote the second.
    let three = "A1,S1,,Acme,X,2.3\nA1,S1,,Acme,X,2.1\nA1,S1,,Acme,X,2.3\n";
    check(three, ["tag:A1", "S1", ""], 3);
}

#[test]
fn what_is_remembered_is_of_rows_that_contradict_each_other_alone() {
    let rows = (0..5000).map(|at| format!("A{at},S{at},,Acme,X,2.1\n"));
    let again = "A7,S7,,Acme,X,2.1\nA8,S8,,Acme,X,2.3\nTotal,,,,,\n\n";
    let text = format!("{HEAD}\n{}{again}", rows.collect::<String>());
    let mut table = Table::open(text.as_bytes()).unwrap();
    let (disputes, keys) = table.disputes(&Mapping::default()).unwrap();
    assert!(keys.tell("tag:A8") && keys.tell("tag:A4999") && !keys.tell("tag:A5000"));
    assert_eq!(disputes.keys().collect::<Vec<_>>(), ["tag:A8"]);
    // Whoever knows of no device leaves both out likewise.
    let mut reader = table.read(&Mapping::default()).unwrap();
    let (mut row, mut count) = (Row::default(), 0);
    while reader.read(&mut row).unwrap() {
        assert_ne!(row.text(Field::AssetTag), "A8");
        count += 1;
    }
    let left_out: Vec<String> =
        reader.left_out().iter().flat_map(|one| one.keys().next()).collect();
    assert_eq!(left_out, ["tag:A8", "tag:A7", "tag:A8"]);
    let report = reader.finish();
    let of_kind = |kind| {
        let mut counts = report.complaints.counts();
        counts.find(|(one, ..)| *one == kind).map(|(.., count)| count)
    };
    assert_eq!(count, 4999);
    assert_eq!(of_kind(Kind::Contradicts), Some(2));
    assert_eq!(of_kind(Kind::Duplicate), Some(1));
    assert!(!report.keys.tell("tag:A8") && report.keys.tell("tag:A7"));
}

#[test]
fn a_device_is_another_one_where_its_serial_number_or_udi_changed() {
    let udi = |serial: &str| format!("(01)00844588003288(21){serial}");
    assert!(is_other_device(["S1", ""], ["S2", ""]));
    assert!(is_other_device(["", &udi("7")], ["", &udi("8")]));
    assert!(is_other_device(["S1", &udi("7")], ["S1", &udi("8")]));
    assert!(!is_other_device(["S-1", ""], ["s1", ""]));
    assert!(!is_other_device(["S1", ""], ["", ""]));
    assert!(!is_other_device(["", ""], ["S1", &udi("7")]));
    assert!(!is_other_device(["S1", "(01)00844588003288"], ["S1", &udi("7")]));
}
