//! Any bytes as the sheet of a sound workbook: the reader of forms neither panics nor hangs,
//! and every answer has its cell.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use mds2::parse;
use reading::Place;

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

fuzz_target!(|bytes: &[u8]| {
    // Lines are rows, and bars part cells: a sheet that a fuzzer can make.
    let text = String::from_utf8_lossy(bytes);
    let mut sheet = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (row, line) in (1..).zip(text.lines().take(2_000)) {
        sheet.push_str(&format!(r#"<row r="{row}">"#));
        for (column, cell) in line.split('|').enumerate().take(50) {
            let name = reading::workbook::cell_name(row, column);
            let cell: String = cell.chars().filter(|c| !c.is_control()).collect();
            let cell = cell.replace('&', "&amp;").replace('<', "&lt;");
            sheet.push_str(&format!(
                r#"<c r="{name}" t="inlineStr"><is><t>{cell}</t></is></c>"#
            ));
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    let Ok(parsed) = parse(&writer.finish().unwrap().into_inner()) else { return };
    assert!(parsed.value.entries.iter().all(|it| matches!(it.place, Place::Cell { .. })));
});
