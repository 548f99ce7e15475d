//! Any text is a list of questions or is refused with what to do; the lines that are read stand
//! in the order of the file, and are read again from a list of their own.

#![no_main]

use device::questions::parse;
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
    let mut before = 0;
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["question key", "question", "about", "kind"]).unwrap();
    for row in &rows {
        assert!(before < row.number);
        before = row.number;
        for cell in [&row.key, &row.asked, &row.about, &row.kind] {
            assert_eq!(cell.trim(), cell);
        }
        // What would be taken for a formula is given away behind a quote.
        let cells = [&row.key, &row.asked, &row.about, &row.kind].map(|cell| format!("'={cell}"));
        out.write_record(cells).unwrap();
    }
    let again = parse(&String::from_utf8(out.into_inner().unwrap()).unwrap()).unwrap();
    assert_eq!(again.len(), rows.len());
    for (one, other) in again.iter().zip(&rows) {
        assert_eq!(one.key, format!("={}", other.key));
        assert_eq!(one.asked, format!("={}", other.asked));
        assert_eq!(one.kind, format!("={}", other.kind));
    }
});
