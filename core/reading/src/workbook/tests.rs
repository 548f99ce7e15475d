use rust_xlsxwriter::{Format, Formula, Workbook as Writer};

use super::*;

/// Every row of a sheet: its number, its cells, with a `|` between.
#[track_caller]
fn rows(bytes: &[u8], sheet: usize) -> (Vec<String>, Vec<String>) {
    let mut workbook = Workbook::open(bytes).unwrap();
    let mut rows = workbook.rows(sheet).unwrap();
    let mut record = csv::StringRecord::new();
    let mut shown = Vec::new();
    while let Some(number) = rows.read(&mut record).unwrap() {
        let cells: Vec<&str> = record.iter().collect();
        shown.push(format!("{number}: {}", cells.join("|")));
    }
    let notes = rows.into_notes().finish();
    (shown, notes.iter().map(ToString::to_string).collect())
}

#[test]
fn numbers_and_dates_are_what_a_person_sees() {
    #[track_caller]
    fn check(format: &str, value: f64, expected: &str) {
        let mut workbook = Writer::new();
        let format = Format::new().set_num_format(format);
        let sheet = workbook.add_worksheet();
        sheet.write_number_with_format(0, 0, value, &format).unwrap();
        let (rows, notes) = rows(&workbook.save_to_buffer().unwrap(), 0);
        assert_eq!(rows, [format!("1: {expected}")]);
        assert!(notes.is_empty(), "{notes:?}");
    }

    check("General", 10023.0, "10023");
    check("General", -2.5, "-2.5");
    check("General", 0.1 + 0.2, "0.3");
    check("General", 0.0, "0");
    check("General", 43271.0, "43271");
    check("00000", 123.0, "00123");
    check("0.00", 2.1, "2.10");
    check("0.00", -2.1, "-2.10");
    check("0", 2.1, "2.1");
    check("#,##0.00", 2.1, "2.1");
    check("yyyy-mm-dd", 43271.0, "2018-06-20");
    check("m/d/yy", 43271.0, "2018-06-20");
    check("dd.mm.yyyy hh:mm", 43271.5, "2018-06-20T12:00:00");
    check("hh:mm", 0.25, "06:00:00");
    check("[h]:mm", 1.5, "36:00:00");
    check("yyyy-mm-dd", -1.0, "-1");
}

#[test]
fn texts_keep_their_zeros_and_long_numbers_are_noted() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Geräte").unwrap();
    sheet.write_string(1, 1, "00123").unwrap();
    sheet.write_string(1, 3, "Dräger <b> & \"x\"").unwrap();
    sheet.write_boolean(1, 4, true).unwrap();
    sheet.write_number(4, 0, 6.377_02e15).unwrap();
    sheet.write_blank(4, 900, &Format::new().set_bold()).unwrap();
    let (rows, notes) = rows(&workbook.save_to_buffer().unwrap(), 0);
    assert_eq!(rows, ["2: |00123||Dräger <b> & \"x\"|TRUE", "5: 6377020000000000"]);
    assert_eq!(notes.len(), 1);
    assert!(notes[0].ends_with("(at Geräte!A5)"), "{notes:?}");
}

#[test]
fn errors_are_empty_cells_with_a_note_and_formulas_their_last_value() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    sheet
        .write_formula(0, 0, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
        .unwrap();
    sheet
        .write_formula(0, 1, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    sheet.write_string(0, 2, "x").unwrap();
    let (rows, notes) = rows(&workbook.save_to_buffer().unwrap(), 0);
    assert_eq!(rows, ["1: 2||x"]);
    assert_eq!(notes, ["the error #N/A is read as an empty cell (at Sheet1!B1)"]);
}

#[test]
fn sheets_are_listed_with_what_a_person_sees_of_them() {
    let mut workbook = Writer::new();
    workbook.add_worksheet().set_name("One").unwrap();
    workbook.add_worksheet().set_name("Two").unwrap().set_hidden(true);
    workbook.add_worksheet().set_name("Three").unwrap().set_very_hidden(true);
    let bytes = workbook.save_to_buffer().unwrap();
    let mut read = Workbook::open(&bytes).unwrap();
    let sheets: Vec<_> = read
        .sheets()
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.visibility))
        .collect();
    let hidden = Visibility::Hidden;
    assert_eq!(sheets, [("One", Visibility::Shown), ("Two", hidden), ("Three", hidden)]);
    assert!(read.rows(3).is_err());
}

#[test]
fn merged_titles_stand_in_their_first_cell() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 0, 3, "Inventory 2026", &Format::new()).unwrap();
    sheet.write_string(1, 0, "tag").unwrap();
    let (rows, _) = rows(&workbook.save_to_buffer().unwrap(), 0);
    assert_eq!(rows, ["1: Inventory 2026", "2: tag"]);
}

#[test]
fn what_is_no_workbook_is_refused_with_what_to_do() {
    #[track_caller]
    fn check(bytes: &[u8], message: &str) {
        let refused = Workbook::open(bytes).unwrap_err();
        assert!(refused.message.contains(message), "{refused}");
        assert!(!refused.hint.is_empty());
    }

    let mut workbook = Writer::new();
    workbook.add_worksheet().write_string(0, 0, "x").unwrap();
    let whole = workbook.save_to_buffer().unwrap();
    check(&whole[..whole.len() / 2], "cut short");
    check(b"PK\x03\x04", "cut short");
    check(b"tag,model\n", "no workbook");
    check(b"", "no workbook");
    let compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    check(&compound, ".xls");
    let name: Vec<u8> =
        "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&[&compound[..], &name[..]].concat(), "password");
    for (part, message) in [
        ("content.xml", ".ods"),
        ("word/document.xml", ".docx"),
        ("xl/workbook.bin", ".xlsb"),
        ("a.txt", "without a workbook"),
        ("xl/workbook.xml", "cannot be read"),
    ] {
        check(&archive(&[(part, b"x")]), message);
    }
}

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_bomb_is_refused_before_it_is_read() {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("xl/workbook.xml", options).unwrap();
    writer.start_file("xl/sharedStrings.xml", options.large_file(true)).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..=1024 {
        writer.write_all(&zeros).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 2_000_000);
    let refused = Workbook::open(&bytes).unwrap_err();
    assert!(refused.message.contains("unpacks to more"), "{refused}");
}

#[test]
fn columns_have_a_limit_where_they_hold_a_text() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(2, 1000, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let mut read = Workbook::open(&bytes).unwrap();
    let mut rows = read.rows(0).unwrap();
    let refused = rows.read(&mut csv::StringRecord::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the sheet has more than 1000 columns (at Sheet1!ALM3)"
    );
}

#[test]
fn cells_have_the_names_of_spreadsheets() {
    #[track_caller]
    fn check(row: usize, column: usize, expected: &str) {
        assert_eq!(cell_name(row, column), expected);
    }

    check(17, 2, "C17");
    check(1, 25, "Z1");
    check(1, 26, "AA1");
    check(1_048_576, 16_383, "XFD1048576");
}

/// A minimal workbook around the XML of one sheet.
fn around(sheet: &str) -> Vec<u8> {
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let workbook = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    archive(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn the_date_system_of_1904_is_obeyed() {
    let bytes = around(r#"<row r="1"><c r="A1" s="1"><v>41809</v></c></row>"#);
    assert_eq!(rows(&bytes, 0).0, ["1: 2018-06-20"]);
}

#[test]
fn cells_in_disorder_are_refused_with_their_place() {
    #[track_caller]
    fn check(sheet: &str, expected: &str) {
        let bytes = around(sheet);
        let mut read = Workbook::open(&bytes).unwrap();
        let mut rows = read.rows(0).unwrap();
        let mut record = csv::StringRecord::new();
        let refused = loop {
            match rows.read(&mut record) {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{sheet} is read"),
                Err(refused) => break refused.to_string(),
            }
        };
        assert!(refused.contains(expected), "{refused}");
    }

    check(
        r#"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
        "the cell stands behind a later one (at S!A1)",
    );
    check(
        r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#,
        "the row stands behind a later one (at S!A1)",
    );
    check(r#"<row r="1"><c r="A1" t="s"><v>7</v></c></row>"#, "cannot be read on");
    check(r#"<row r="1"><c r="A1"><v>1</v>"#, "cannot be read on");
    check(r#"<row r="1"><c r="AAAAAAAAAAA1"><v>1</v></c></row>"#, "(at S!");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, cut in 0_usize..4000, flip: u8) {
        let _ = Workbook::open(&bytes);
        let mut real = around(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
        let at = cut % real.len();
        real[at] ^= flip;
        if let Ok(mut workbook) = Workbook::open(&real)
            && let Ok(mut rows) = workbook.rows(0)
        {
            let mut record = csv::StringRecord::new();
            while let Ok(Some(_)) = rows.read(&mut record) {}
        }
    }

    #[test]
    fn texts_come_out_as_they_were_put_in(
        texts in proptest::collection::vec("[ -~äß€]{0,12}", 1..12),
    ) {
        let mut workbook = Writer::new();
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "first").unwrap();
        for (column, text) in (1..).zip(&texts) {
            sheet.write_string(0, column, text).unwrap();
        }
        sheet.write_string(0, 40, "last").unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let mut read = Workbook::open(&bytes).unwrap();
        let mut rows = read.rows(0).unwrap();
        let mut record = csv::StringRecord::new();
        proptest::prop_assert_eq!(rows.read(&mut record).unwrap(), Some(1));
        for (column, text) in (1..).zip(&texts) {
            proptest::prop_assert_eq!(record.get(column), Some(text.as_str()));
        }
    }
}

#[test]
fn cells_merged_downwards_hold_their_text_in_each_row() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    sheet.write_string(0, 0, "Tag").unwrap();
    sheet.merge_range(1, 1, 3, 1, "Acme", &plain).unwrap();
    sheet.merge_range(2, 2, 2, 3, "across", &plain).unwrap();
    sheet.merge_range(3, 4, 4, 4, "2.1", &plain).unwrap();
    for (row, tag) in ["A1", "A2", "A3", "A4"].into_iter().enumerate() {
        sheet.write_string(row as u32 + 1, 0, tag).unwrap();
    }
    let (rows, notes) = rows(&workbook.save_to_buffer().unwrap(), 0);
    let expected =
        ["1: Tag", "2: A1|Acme", "3: A2|Acme|across", "4: A3|Acme|||2.1", "5: A4||||2.1"];
    assert_eq!(rows, expected);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0].contains("B2") && notes[0].contains("3 cells are merged"),
        "{notes:?}"
    );
}

#[test]
fn the_zeros_of_a_format_are_told_from_those_of_a_number() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    let two = Format::new().set_num_format("0.00");
    sheet.write_number_with_format(0, 0, 2.1, &two).unwrap();
    sheet.write_number_with_format(0, 1, 2.13, &two).unwrap();
    sheet.write_string(0, 2, "2.10").unwrap();
    sheet.write_number_with_format(1, 0, 2.0, &two).unwrap();
    sheet
        .write_number_with_format(1, 1, 7.0, &Format::new().set_num_format("0000"))
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let mut workbook = Workbook::open(&bytes).unwrap();
    let mut rows = workbook.rows(0).unwrap();
    let mut record = csv::StringRecord::new();
    while rows.read(&mut record).unwrap().is_some() {}
    let unpadded = |row, column| rows.unpadded(row, column);
    assert_eq!((unpadded(1, 0), unpadded(2, 0)), (Some("2.1"), Some("2")));
    assert_eq!((unpadded(1, 1), unpadded(1, 2), unpadded(2, 1)), (None, None, None));
}

/// A workbook in whose formulas no value stands, as programs without a spreadsheet write it.
fn uncomputed() -> Vec<u8> {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Tag").unwrap();
    sheet.write_formula(0, 2, Formula::new("=A1&\"x\"").set_result("EMPTY")).unwrap();
    sheet.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_formula(1, 2, Formula::new("=A1").set_result("MARK")).unwrap();
    sheet.write_formula(3, 1, Formula::new("=B1").set_result("MARK")).unwrap();
    without_values(&workbook.save_to_buffer().unwrap())
}

/// The same archive without the values `MARK`.
fn without_values(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().to_string();
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut text).unwrap();
        if name.starts_with("xl/worksheets/") {
            let sheet = String::from_utf8(text).unwrap();
            // What was computed and is an empty text is none of them.
            let sheet = sheet.replace("<v>EMPTY</v>", "<v></v>");
            text = sheet.replace("<v>MARK</v>", "").into_bytes();
        }
        made.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut made, &text).unwrap();
    }
    made.finish().unwrap().into_inner()
}

#[test]
fn a_formula_without_a_value_is_no_empty_cell() {
    let bytes = uncomputed();
    let (shown, notes) = rows(&bytes, 0);
    assert_eq!(shown, ["1: Tag", "2: 2||", "4: |"]);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("C2") && notes[1].contains("B4"), "{notes:?}");
    assert!(notes[0].contains("the formula has no value that was computed"), "{notes:?}");
    let mut workbook = Workbook::open(&bytes).unwrap();
    let rows = workbook.rows(0).unwrap();
    let told = [(1, 2), (2, 0), (2, 2), (3, 1), (4, 1), (4, 0)];
    let told = told.map(|(row, column)| rows.is_uncomputed(row, column));
    assert_eq!(told, [false, false, true, false, true, false]);
    assert_eq!(
        [1, 2, 3, 4].map(|row| rows.has_uncomputed(row)),
        [false, true, false, true]
    );
}
