//! Inventories for keeping: columns, complaints, keys, mappings, and what is written back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use device::inventory::{
    Done, Field, Format, Kind, Mapping, Output, Reason, Report, Row, Said, Table,
    Unwritable, append_csv, write_csv, write_workbook,
};

/// Every row of a table, and what is said of it.
#[track_caller]
fn read_with(bytes: &[u8], mapping: &Mapping) -> (Vec<Row>, Report, Mapping) {
    let mut table = Table::open(bytes).unwrap();
    let mut reader = table.read(mapping).unwrap();
    let mapping = reader.mapping();
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.read(&mut row).unwrap() {
        rows.push(row.clone());
    }
    (rows, reader.finish(), mapping)
}

#[track_caller]
fn read(text: &str) -> (Vec<Row>, Report, Mapping) {
    read_with(text.as_bytes(), &Mapping::default())
}

fn complaints(report: &Report) -> Vec<String> {
    report.complaints.kept().iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_a_register_says_is_kept() {
    let (rows, report, _) = read(
        "Asset Tag,Serial No.,UDI,MAC Address,IP Address,Hostname,Manufacturer,Model,\
         Description,Software Version,Hardware Revision,Department,Site,Room,Owner,Status,\
         Install Date,Purchase Date,Manufacture Date,End of Support,Life Sustaining,PHI,\
         Reachable,Vendor Contact,Risk\n\
         A1,S1,(01)00844588003288(21)7,00-00-5E-00-53-01;0000.5e00.5302,\"192.0.2.1, \
         2001:DB8::1\",pump-1,Acme,X,PUMP, 1.0  b ,C,ICU,North,12,BME,In Use,6/20/18,\
         20-Jun-2017,2017-01-02,2030-12-31,Y,no,TRUE,\"Ann, 5\",high\n",
    );
    let row = &rows[0];
    let expected = [
        (Field::AssetTag, "A1"),
        (Field::Serial, "S1"),
        (Field::Udi, "(01)00844588003288(21)7"),
        (Field::Mac, "00:00:5e:00:53:01 00:00:5e:00:53:02"),
        (Field::Ip, "192.0.2.1 2001:db8::1"),
        (Field::Hostname, "pump-1"),
        (Field::Maker, "Acme"),
        (Field::Model, "X"),
        (Field::Description, "PUMP"),
        (Field::Version, "1.0 b"),
        (Field::HardwareRevision, "C"),
        (Field::Department, "ICU"),
        (Field::Site, "North"),
        (Field::Room, "12"),
        (Field::Owner, "BME"),
        (Field::Status, "In Use"),
        (Field::Installed, "2018-06-20"),
        (Field::Received, "2017-06-20"),
        (Field::Manufactured, "2017-01-02"),
        (Field::EndOfSupport, "2030-12-31"),
        (Field::LifeSustaining, "yes"),
        (Field::HoldsPhi, "no"),
        (Field::Reachable, "yes"),
    ];
    assert_eq!(expected.map(|(field, _)| field), Field::ALL);
    for (field, text) in expected {
        assert_eq!(row.text(field), text, "{field}");
    }
    let others: Vec<_> = row.others().collect();
    assert_eq!(others, [("Vendor Contact", "Ann, 5"), ("Risk", "high")]);
    assert_eq!(row.udi().unwrap().serial(), Some("7"));
    assert_eq!((row.macs().count(), row.ips().count()), (2, 2));
    assert_eq!(row.said(Field::HoldsPhi), Said::No);
    assert_eq!(row.day(Field::Installed).unwrap().to_string(), "2018-06-20");
    assert_eq!((row.number(), report.complaints.total()), (2, 0));
    assert_eq!(report.notes, []);
}

#[test]
fn every_complaint_names_the_cell_what_is_wrong_and_what_was_done() {
    #[track_caller]
    fn check(rows: &str, expected: &str) {
        let head = "tag,serial,maker,model,udi,mac,ip,install date,phi\n\
                    A0,S0,Acme,X,,,,,\n";
        let (_, report, _) = read(&format!("{head}{rows}\n"));
        assert_eq!(complaints(&report), [expected], "{rows}");
    }

    check(
        ",,Acme,X,,,,,",
        "the row has neither asset tag nor serial number; the row is left out (at line 3)",
    );
    check(
        "A0,S0,Acme,X,,,,,",
        "the same device stands in row 2; the row is left out (at line 3, column tag)",
    );
    check(
        "A1,S1,Acme,X,,,,soon,",
        "`soon` is no date; the field is left empty (at line 3, column install date)",
    );
    check(
        "A1,S1,Acme,X,,,,43271,",
        "`43271` is the day number of a spreadsheet, no date; the field is left empty \
         (at line 3, column install date)",
    );
    check(
        "A1,S1,Acme,X,,00:00:5e:00:53,,,",
        "`00:00:5e:00:53` is no MAC address: expected 6 or 8 bytes at character 14; \
         the field is left empty (at line 3, column mac)",
    );
    check(
        "A1,S1,Acme,X,,,DHCP,,",
        "`DHCP` is no IP address; the field is left empty (at line 3, column ip)",
    );
    check(
        "A1,S1,Acme,X,(01)00844588003289,,,,",
        "the check character of `(01)00844588003289` is `9` and should be `8`; \
         it is kept as written (at line 3, column udi)",
    );
    check(
        "A1,S1,Acme,X,8.45E+11,,,,",
        "`8.45E+11` is no UDI: expected an application identifier of GS1 at character 0; \
         the field is left empty (at line 3, column udi)",
    );
    check(
        "A1,S1,Acme,X,,,,,maybe",
        "`maybe` is neither yes nor no; the field is left empty (at line 3, column phi)",
    );
    check(
        "A1,S1,Acme,X,,,,,,,1",
        "11 cells where the headings are 9; the row is left out (at line 3)",
    );
    check(
        "A1,S1,Acme,X",
        "only 4 cells where the headings are 9; it is kept as written (at line 3)",
    );
}

#[test]
fn a_device_without_a_tag_is_told_by_its_serial_maker_and_model() {
    let (rows, report, _) = read(
        "tag,serial,maker,model\nA1,S1,Acme,X\n,S1,Acme,X\n,S1,ACME,x\n,S1,Acme,Y\n,S2,Acme,X\n",
    );
    let keys: Vec<_> = rows.iter().filter_map(Row::device_key).collect();
    assert_eq!(
        keys,
        ["tag:A1", "serial:acme|x|S1", "serial:acme|y|S1", "serial:acme|x|S2"]
    );
    assert_eq!(
        complaints(&report),
        [
            "the same device stands in row 3; the row is left out (at line 4, column serial)"
        ]
    );
    assert_eq!(
        report.complaints.counts().collect::<Vec<_>>(),
        [(Kind::Duplicate, "serial", Done::RowLeftOut, 1)]
    );
}

#[test]
fn columns_without_a_known_heading_show_what_they_are() {
    let (rows, _, mapping) = read(
        "tag,maker,model,Adresse 1,Adresse 2,Etikett,Nr\n\
         A1,Acme,X,00005E005301,192.0.2.1,09504000059118,1\n\
         A2,Acme,X,00005E005302,192.0.2.2,00844588003288,2\n\
         A3,Acme,X,00005E005303,192.0.2.3,00614141000036,3\n\
         A4,Acme,X,n/a,192.0.2.4,,4\n",
    );
    let reason = |field| {
        let found = mapping.columns().iter().find(|column| column.field == field);
        found.map(|column| (column.heading.as_str(), column.reason.to_string()))
    };
    let of = |fitting: usize| {
        format!("{fitting} of its first {fitting} cells are of that kind")
    };
    assert_eq!(reason(Field::Mac), Some(("Adresse 1", of(3))));
    assert_eq!(reason(Field::Ip), Some(("Adresse 2", of(4))));
    assert_eq!(reason(Field::Udi), Some(("Etikett", of(3))));
    assert_eq!(reason(Field::Model), Some(("model", "its heading says so".to_owned())));
    assert_eq!(rows[0].other("Nr"), "1");
    let (_, _, weak) = read("name,maker,model\nA1,Acme,X\n");
    assert_eq!(weak.columns()[0].reason, Reason::LastResort);
}

#[test]
fn a_mapping_that_was_kept_reads_the_next_export_the_same_way() {
    let first = "Kennung,tag,maker,model\nK1,A1,Acme,X\n";
    let mut given = Mapping::default();
    given.add("serial=Kennung").unwrap();
    let (rows, _, mapping) = read_with(first.as_bytes(), &given);
    assert_eq!(rows[0].text(Field::Serial), "K1");
    let kept = serde_json::to_string(&mapping).unwrap();
    let mapping: Mapping = serde_json::from_str(&kept).unwrap();

    // Another order, and a column that would be guessed: it is kept under its heading.
    let next = "model,ip,maker,tag,Kennung\nX,192.0.2.1,Acme,A1,K1\n";
    let (rows, report, again) = read_with(next.as_bytes(), &mapping);
    assert_eq!((rows[0].text(Field::Serial), rows[0].text(Field::Ip)), ("K1", ""));
    assert_eq!(rows[0].other("ip"), "192.0.2.1");
    assert_eq!((report.complaints.total(), &again), (0, &mapping));

    // A heading that is gone is told, and nothing is guessed in its stead.
    let gone = "model,maker,tag,serial\nX,Acme,A1,K1\n";
    let (rows, report, again) = read_with(gone.as_bytes(), &mapping);
    assert_eq!(rows[0].text(Field::Serial), "");
    assert_eq!(
        complaints(&report),
        ["the table has no such heading any more; the field is left empty (at line 1)"]
    );
    assert_eq!(report.complaints.kept()[0].heading, "Kennung");
    assert_eq!(again.columns().len(), mapping.columns().len());
}

#[test]
fn a_mapping_names_every_field_and_refuses_others() {
    for field in Field::ALL {
        assert_eq!(Field::named(field.name()), Some(field));
        let json = serde_json::to_string(&field).unwrap();
        assert_eq!(json, format!("\"{field}\""));
        let mut mapping = Mapping::default();
        mapping.add(&format!("{field} = A heading")).unwrap();
        assert_eq!(mapping.columns()[0].heading, "A heading");
    }
    let refused = Mapping::default().add("colour=X").unwrap_err();
    assert!(refused.to_string().contains("asset_tag, serial, udi"), "{refused}");
}

#[test]
fn what_is_written_reads_back_to_the_same_rows() {
    let (rows, report, _) = read(
        "tag,serial,maker,model,udi,=notes,Category,Category,phi\n\
         -1,=cmd(),+Acme,@X,(01)00844588003288,\"a\nb, \"\"c\"\"\",Pump,'=1,y\n\
         007,1e5,Acme,X 1,+$$52001510X3+ ,'t Hooft,-,--,\n\
         A3,'-S,\"\",X,,\"=\"\"7\"\"\",,,no\n",
    );
    assert_eq!((rows.len(), report.complaints.total()), (3, 0));
    let headings: Vec<String> =
        rows[0].others().map(|(heading, _)| heading.to_owned()).collect();
    let outputs = Output::all(&headings);
    let mapping = Mapping::of_outputs(&outputs);

    let mut csv = Vec::new();
    write_csv(&mut csv, &outputs, &rows).unwrap();
    for bytes in [csv, write_workbook(&outputs, &rows).unwrap()] {
        let (again, report, _) = read_with(&bytes, &mapping);
        assert_eq!(complaints(&report), [""; 0]);
        assert_eq!(again.len(), rows.len());
        for (row, again) in rows.iter().zip(&again) {
            for field in Field::ALL {
                assert_eq!(again.text(field), row.text(field), "{field}");
            }
            assert!(row.others().eq(again.others()), "{row:?} {again:?}");
            assert_eq!(row.digest(), again.digest());
        }
    }
}

#[test]
fn no_cell_that_is_written_begins_a_formula() {
    let (rows, ..) = read("tag,maker,model\n=A1,\t+Acme,@X\n");
    let mut csv = Vec::new();
    let outputs = [Field::AssetTag, Field::Maker, Field::Model].map(Output::Field);
    write_csv(&mut csv, &outputs, &rows).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "asset_tag,manufacturer,model\n'=A1,'+Acme,'@X\n"
    );
}

#[test]
fn a_cell_longer_than_a_sheet_can_hold_is_refused_with_its_row() {
    let (rows, ..) = read(&format!("tag,maker,model\nA1,Acme,{}\n", "x".repeat(32_768)));
    let refused = write_workbook(&[Output::Field(Field::Model)], &rows).unwrap_err();
    assert!(matches!(refused, Unwritable::TooLong { row: 2, .. }), "{refused}");
}

#[test]
fn the_digest_changes_with_what_is_said_and_not_with_where() {
    let digest = |text: &str| read(text).0[0].digest();
    let one = digest("tag,maker,model,a,b\nA1,Acme,X,1,2\n");
    assert_eq!(one, digest("b,model,maker,tag,a\n2,X,Acme,A1,1\n"));
    assert_eq!(one, digest("\ntag,maker,model,a,b\n\n\nA1, Acme ,X,1,2\n"));
    assert_ne!(one, digest("tag,maker,model,a,b\nA1,Acme,X,1,3\n"));
    assert_ne!(one, digest("tag,maker,model,a,b\nA1,Acme,X,12,\n"));
    assert_ne!(one, digest("tag,maker,model,a,c\nA1,Acme,X,1,2\n"));
}

#[test]
fn of_several_sheets_the_one_that_looks_like_an_inventory_is_read() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let mut sheet = |name: &str, rows: &[&[&str]]| {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (number, row) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*row) {
                sheet.write_string(number, column, *cell).unwrap();
            }
        }
    };
    sheet("Notes", &[&["Exported by hand"], &["tag", "means the sticker"]]);
    sheet("Lists", &[&["tag", "maker", "model"], &["A9", "Acme", "Z"]]);
    sheet(
        "Devices",
        &[
            &["Inventory 2026"],
            &[],
            &["tag", "maker", "model", "mac"],
            &["A1", "Acme", "X", "00:00:5e:00:53:zz"],
            &[],
            &["A2", "Acme", "X", "", "", "a remark"],
            &["", "Acme", "X"],
        ],
    );
    let bytes = workbook.save_to_buffer().unwrap();
    let (rows, report, _) = read_with(&bytes, &Mapping::default());
    let tags: Vec<_> = rows.iter().map(|row| row.text(Field::AssetTag)).collect();
    assert_eq!(tags, ["A1", "A2"]);
    assert_eq!(
        report.notes[0].message,
        "the sheet `Devices` is read as the inventory; these list devices too, and are NOT read, \
         so put them on one sheet or import each as an asset system of its own: `Lists`; not \
         read: `Notes`"
    );
    let complaints = complaints(&report);
    assert!(complaints[0].ends_with("the field is left empty (at Devices!D4)"));
    assert!(complaints[1].ends_with("it is kept as written (at Devices!row 6)"));
    assert!(complaints[2].ends_with("the row is left out (at Devices!row 7)"));
    assert_eq!(complaints.len(), 3);
}

#[test]
fn days_come_first_where_a_column_shows_it() {
    let (rows, ..) =
        read("tag,maker,model,install date\nA1,B,X,05/06/2018\nA2,B,X,20/06/2018\n");
    assert_eq!(rows[0].text(Field::Installed), "2018-06-05");
}

#[test]
fn a_million_rows_are_read_in_memory_that_does_not_grow_with_their_columns() {
    // A small table of the same shape: what is held is the keys, and the first complaints.
    let rows: String = (0..30_000).map(|n| format!("A{n},Acme,X,soon\n")).collect();
    let (read, report, _) = read(&format!("tag,maker,model,install date\n{rows}"));
    assert_eq!(read.len(), 30_000);
    assert_eq!(
        (report.complaints.kept().len(), report.complaints.total()),
        (10_000, 30_000)
    );
}

proptest::proptest! {
    #[test]
    fn rows_that_were_read_and_written_read_the_same(
        cells in proptest::collection::vec(
            proptest::collection::vec("[ -~é\n\t]{0,8}|[=+@'-]{1,3}[a-z]?", 7),
            1..8,
        ),
    ) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["tag", "serial", "maker", "model", "mac", "udi", "Notes"]).unwrap();
        for row in &cells {
            csv.write_record(row).unwrap();
        }
        let (rows, ..) = read_with(&csv.into_inner().unwrap(), &Mapping::default());
        let outputs = Output::all(&["Notes".to_owned()]);
        let mut written = Vec::new();
        write_csv(&mut written, &outputs, &rows).unwrap();
        let mapping = Mapping::of_outputs(&outputs);
        for bytes in [written, write_workbook(&outputs, &rows).unwrap()] {
            let (again, ..) = read_with(&bytes, &mapping);
            proptest::prop_assert_eq!(again.len(), rows.len());
            for (row, again) in rows.iter().zip(&again) {
                proptest::prop_assert_eq!(row.digest(), again.digest(), "{:?} {:?}", row, again);
            }
        }
    }
}

#[test]
fn a_first_look_shows_how_a_table_is_read_and_what_its_columns_hold() {
    let bytes = "Invent\u{E4}r;;;\nTagX;Hersteller;Bezeichnung;MAC\nA1;Dr\u{E4}ger;PUMPE;00:00:5e:00:53:01\n\
                 A2;Dr\u{E4}ger;;n/a\n";
    let old: Vec<u8> =
        bytes.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    let mut table = Table::open(&old).unwrap();
    let look = table.look(&Mapping::default()).unwrap();
    assert_eq!((look.format, look.encoding), (Format::Separated(';'), "Windows-1252"));
    assert_eq!((look.head, look.sheet.as_str()), (2, ""));
    let refused = look.refused.unwrap();
    assert!(refused.message.contains("asset_tag, or serial"), "{}", refused.message);
    let shown: Vec<(&str, Option<Field>, Vec<&str>)> = look
        .columns
        .iter()
        .map(|column| {
            let samples = column.samples.iter().map(String::as_str).collect();
            (&*column.heading, column.taken.as_ref().map(|taken| taken.field), samples)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("TagX", None, vec!["A1", "A2"]),
            ("Hersteller", Some(Field::Maker), vec!["Dr\u{E4}ger"]),
            ("Bezeichnung", Some(Field::Description), vec!["PUMPE"]),
            ("MAC", Some(Field::Mac), vec!["00:00:5e:00:53:01"]),
        ]
    );

    // A person says what the first column is.
    let mut mapping = Mapping::default();
    mapping.give(Field::AssetTag, "TagX");
    assert_eq!(table.look(&mapping).unwrap().refused, None);
    assert!(table.read(&mapping).is_ok());
}

#[test]
fn what_is_no_table_has_no_look() {
    for bytes in [&b""[..], b"\n\n", b"{}", b"a,b\n\"c,d\n"] {
        let look =
            Table::open(bytes).and_then(|mut table| table.look(&Mapping::default()));
        assert!(look.is_err(), "{bytes:?}");
    }
}

#[test]
fn devices_written_under_the_headings_of_their_source_read_back_with_its_mapping() {
    let text = "Ctl,Model Name,Model Number,Site,Where,=Odd,Bought,PHI\n\
                A1,IM,400,North,Ward 4,'-7,20 Jun 2018,y\n\
                A2,IM,,,,,,\n";
    let mut given = Mapping::default();
    given.give(Field::AssetTag, "Ctl");
    given.give(Field::Site, "Where");
    given.give(Field::Received, "Bought");
    let (rows, _, mapping) = read_with(text.as_bytes(), &given);
    let headings: std::sync::Arc<[String]> =
        rows[0].others().map(|(heading, _)| heading.to_owned()).collect();
    assert_eq!(*headings, ["Site".to_owned(), "=Odd".to_owned()]);
    let kept: Vec<Row> = rows
        .iter()
        .map(|row| {
            let fields = Field::ALL.into_iter().map(|field| (field, row.text(field)));
            Row::kept(fields, &headings, row.others())
        })
        .collect();
    let outputs = mapping.outputs(&headings);
    let mut csv = Vec::new();
    write_csv(&mut csv, &outputs, &kept[..1]).unwrap();
    append_csv(&mut csv, &outputs, &kept[1..]).unwrap();
    for bytes in [csv, write_workbook(&outputs, &kept).unwrap()] {
        let (again, report, same) = read_with(&bytes, &mapping);
        let digests = |rows: &[Row]| rows.iter().map(Row::digest).collect::<Vec<_>>();
        assert_eq!(digests(&again), digests(&rows));
        assert_eq!(same, mapping);
        assert_eq!(complaints(&report), [""; 0]);
    }
}

#[test]
fn rows_that_repeat_the_headings_or_count_the_others_are_no_device() {
    let head = "Asset Tag,Manufacturer,Model,SW Version,Serial No\n";
    let (rows, report, _) = read(&format!(
        "{head}A1,Acme,X,1.0,S1\n\nTotal,1,,,\n{head}A2,Acme,X,1.0,S2\nSumme Geräte: 2,,,,\n\
         Total,Acme,X,1.0,S3\nTotal Care 7,,Bed,,\nCount: 2\n"
    ));
    let tags: Vec<&str> = rows.iter().map(|row| row.text(Field::AssetTag)).collect();
    assert_eq!(tags, ["A1", "A2", "Total", "Total Care 7"]);
    let left_out: Vec<String> =
        complaints(&report).into_iter().filter(|one| one.contains("left out")).collect();
    assert_eq!(
        left_out,
        [
            "`Total` counts the other rows and is no device; the row is left out (at line 4)",
            "the headings stand here again; the row is left out (at line 5)",
            "`Summe Geräte: 2` counts the other rows and is no device; the row is left out \
             (at line 7)",
            "`Count: 2` counts the other rows and is no device; the row is left out \
             (at line 10)",
        ]
    );
    assert_eq!(report.complaints.rows_left_out(), 4);
}

#[test]
fn a_time_in_the_place_of_a_version_is_kept_with_a_complaint() {
    let (rows, report, _) = read(
        "asset_tag,manufacturer,model,software_version\nA1,Acme,X,02:03:00\nA2,Acme,X,2.3\n",
    );
    assert_eq!(rows[0].text(Field::Version), "02:03:00");
    assert_eq!(
        complaints(&report),
        [
            "`02:03:00` is a time of day, which a spreadsheet makes of a version; it is kept as \
          written (at line 2, column software_version)"
        ]
    );
}

#[test]
fn a_row_that_is_left_out_says_by_what_it_may_name_a_device() {
    let text =
        "asset_tag,manufacturer,model,serial\nA1,Acme,X,S1\nA 2,Acme, Ltd,X,S2\n,,Y,\n";
    let mut table = Table::open(text.as_bytes()).unwrap();
    let mut reader = table.read(&Mapping::default()).unwrap();
    let mut row = Row::default();
    assert!(reader.read(&mut row).unwrap() && reader.left_out().is_empty());
    assert!(!reader.read(&mut row).unwrap());
    let left_out = reader.left_out();
    let rows: Vec<usize> = left_out.iter().map(device::inventory::LeftOut::row).collect();
    assert_eq!(rows, [3, 4]);
    let keys: Vec<String> = left_out[0].keys().collect();
    assert_eq!(keys, ["tag:A 2", "tag:Acme", "tag:Ltd", "tag:X", "tag:S2"]);
    // A cell too many before it may have shifted the serial number, and none behind it.
    assert_eq!(left_out[0].serials().collect::<Vec<_>>(), ["X", "S2"]);
    let keys = reader.finish().keys;
    assert!(keys.tell("tag:A1") && !keys.tell("tag:A 2"));
}

#[test]
fn a_formula_without_a_value_is_no_empty_cell() {
    let bytes = include_bytes!("../../../fixtures/inventory/formulas.xlsx");
    let (rows, report, _) = read_with(bytes, &Mapping::default());
    let told = rows.iter().map(|row| {
        [Field::AssetTag, Field::Version, Field::Department].map(|field| row.text(field))
    });
    assert_eq!(told.collect::<Vec<_>>(), [["A2", "2.3", ""], ["A4", "2.1", "ICU"]]);
    let why = "the formula in the cell has no value that was computed";
    assert_eq!(
        complaints(&report),
        [
            format!("{why}; the row is left out (at Devices!E2)"),
            format!("{why}; the field is left empty (at Devices!F3)"),
            format!("{why}; the row is left out (at Devices!A4)"),
            format!("{why}; the row is left out (at Devices!A6)"),
        ]
    );
    assert_eq!(report.complaints.rows_left_out(), 3);
    let mend = report.complaints.kept()[0].fault.mend();
    assert!(mend.contains("spreadsheet program and save it"), "{mend}");
}
