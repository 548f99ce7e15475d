//! Any text is a file of answers or is refused with what to do; each line that is read has an
//! answer, in the order of the file, and knows the first line about the same question. What was
//! read is read again from a file of its own.

#![no_main]

use std::collections::BTreeMap;

use device::answers::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let rows = match parse(&text) {
        Ok(rows) => rows,
        Err(refused) => {
            assert!(!refused.message.is_empty() && !refused.hint.is_empty());
            return;
        }
    };
    assert!(!rows.is_empty());
    // Of JSON objects are counted, of separated values lines, of which the first is headings.
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['[', '{']);
    let ends = text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    let (mut before, last) = if is_json { (0, text.len()) } else { (1, ends + 1) };
    let mut first = BTreeMap::new();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["question key", "answer", "note"]).unwrap();
    for row in &rows {
        assert!(before < row.line && row.line <= last);
        before = row.line;
        let known = *first.entry(&row.key).or_insert(row.line);
        assert_eq!(row.repeats, Some(known).filter(|known| *known != row.line));
        assert!(!row.said.is_empty() && !row.key.starts_with('\''));
        for cell in [&row.key, &row.said, &row.note] {
            assert_eq!(cell.trim(), cell);
        }
        out.write_record([&row.key, &row.said, &row.note]).unwrap();
    }
    let again = parse(&String::from_utf8(out.into_inner().unwrap()).unwrap()).unwrap();
    assert_eq!(again.len(), rows.len());
    for (one, other) in again.iter().zip(&rows) {
        assert_eq!((&one.key, &one.said, &one.note), (&other.key, &other.said, &other.note));
    }
});
