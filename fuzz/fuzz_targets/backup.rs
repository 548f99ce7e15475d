//! A backup as it is unpacked, a line of JSON each. `*` in the place of the digest of its last
//! line stands for the right one. Whatever it is, it is refused with what to do, or is whole: as
//! many tables, rows and files as it says, each row as wide as its table. Written anew it is read
//! as the same.

#![no_main]

use backup::{Contents, Header, Line, Reader, Refusal, Writer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (header, lines) = match read(&digested(bytes)) {
        Ok(whole) => whole,
        Err(Refusal::Newer) => return,
        Err(Refusal::Damaged(refused)) => {
            assert!(!refused.message.is_empty() && !refused.hint.is_empty());
            return;
        }
    };
    let Some((Line::End(end), before)) = lines.split_last() else { return };
    let mut found = Contents { digest: end.digest.clone(), ..Contents::default() };
    let mut wide = None;
    for line in before {
        match line {
            Line::Table { columns, .. } => {
                found.tables += 1;
                wide = Some(columns.len());
            }
            Line::Row(cells) => {
                found.rows += 1;
                assert_eq!(wide, Some(cells.len()));
            }
            Line::File(name) => {
                found.files.push(name.clone());
                wide = None;
            }
            Line::Piece(_) => assert!(!found.files.is_empty()),
            Line::End(_) => unreachable!("the end is the last line"),
        }
    }
    assert_eq!(*end, found);

    let mut writer = Writer::default();
    let mut anew = writer.header(&header).unwrap();
    for line in before {
        anew.extend(writer.line(line).unwrap());
    }
    let (last, told) = writer.end().unwrap();
    anew.extend(last);
    assert_eq!((told.tables, told.rows, &told.files), (end.tables, end.rows, &end.files));
    let (header_again, again) = read(&anew).unwrap();
    assert_eq!(header_again, header);
    assert_eq!(again.len(), lines.len());
});

fn read(bytes: &[u8]) -> Result<(Header, Vec<Line>), Refusal> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let (header, mut reader) = Reader::begin(lines.next().unwrap_or_default())?;
    let mut read = Vec::new();
    for line in lines {
        read.push(reader.line(line)?);
    }
    if !matches!(read.last(), Some(Line::End(_))) {
        // A backup that was cut is never taken for a whole one.
        return Err(reader.line(b"").unwrap_err().into());
    }
    assert!(reader.line(b"[]\n").is_err());
    Ok((header, read))
}

/// The same with the digest of everything before the last line in it.
fn digested(bytes: &[u8]) -> Vec<u8> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (before, last) = bytes.split_at(start);
    let digest = blake3::hash(before).to_hex();
    let last = String::from_utf8_lossy(last).replacen("\"*\"", &format!("\"{digest}\""), 1);
    [before, last.as_bytes()].concat()
}
