//! Any bytes, as they are or as the sheet of a sound workbook: no row stands behind a later
//! one, and every place can be told.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use reading::workbook::{Workbook, cell_name};

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    // A ZIP archive is beyond what a fuzzer can make: its parts are the input, one behind
    // the other.
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let sheet = parts.next().unwrap_or_default();
    let strings = parts.next().unwrap_or_default();
    let styles = parts.next().unwrap_or_default();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    read(&writer.finish().unwrap().into_inner());
});

fn read(bytes: &[u8]) {
    let Ok(mut workbook) = Workbook::open(bytes) else { return };
    for sheet in 0..workbook.sheets().len() {
        let Ok(mut rows) = workbook.rows(sheet) else { continue };
        let mut record = csv::StringRecord::new();
        let mut last = 0;
        while let Ok(Some(number)) = rows.read(&mut record) {
            assert!(number > last && !record.is_empty());
            assert!(record.get(record.len() - 1).is_some_and(|cell| !cell.is_empty()));
            assert!(cell_name(number, record.len()).ends_with(&number.to_string()));
            last = number;
        }
    }
}
