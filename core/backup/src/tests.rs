//! Lines out, and lines in: what is written is read, and nothing else is.

use proptest::prelude::*;
use reading::{Place, limits};

use super::*;

fn header() -> Header {
    Header { made: "2026-11-26T10:00:00Z".to_owned(), migrations: vec![1, 2] }
}

fn table(name: &str, columns: usize) -> Line {
    let columns = (0..columns).map(|number| format!("c{number}")).collect();
    Line::Table { name: name.to_owned(), columns }
}

fn row(cells: usize) -> Line {
    Line::Row(vec![Cell::Integer(1); cells])
}

fn file() -> Line {
    Line::File("index/0a.index".to_owned())
}

fn written(lines: &[Line]) -> Vec<Vec<u8>> {
    let mut writer = Writer::default();
    let mut all = vec![writer.header(&header()).unwrap()];
    all.extend(lines.iter().map(|line| writer.line(line).unwrap()));
    all.push(writer.end().unwrap().0);
    all
}

fn read(lines: &[Vec<u8>]) -> Result<Vec<Line>, Refusal> {
    let (first, rest) = lines.split_first().unwrap();
    let (_, mut reader) = Reader::begin(first)?;
    rest.iter().map(|line| Ok(reader.line(line)?)).collect()
}

/// The place and the words of a refusal.
fn refused(lines: &[Vec<u8>]) -> (Place, String) {
    match read(lines).unwrap_err() {
        Refusal::Damaged(refused) => {
            assert!(!refused.hint.is_empty());
            (refused.place, refused.message.into_owned())
        }
        Refusal::Newer => panic!("it is not newer"),
    }
}

#[test]
fn a_backup_is_as_it_always_was() {
    let row = vec![
        Cell::Nothing,
        Cell::Integer(-7),
        Cell::Real(0.5),
        Cell::Text("a \"b\"\n".to_owned()),
        Cell::Bytes(vec![0, 1, 2]),
    ];
    let lines = [table("head", 5), Line::Row(row), file(), Line::Piece(vec![0, 1, 2])];
    let all = written(&lines).concat();
    let text = String::from_utf8(all).unwrap();
    let (before, end) = text.split_once("{\"end\"").unwrap();
    assert_eq!(
        before,
        "{\"lazaret_backup\":1,\"made\":\"2026-11-26T10:00:00Z\",\"migrations\":[1,2]}\n\
         {\"table\":\"head\",\"columns\":[\"c0\",\"c1\",\"c2\",\"c3\",\"c4\"]}\n\
         [null,-7,0.5,\"a \\\"b\\\"\\n\",{\"b\":\"AAEC\"}]\n\
         {\"file\":\"index/0a.index\"}\n\
         {\"piece\":\"AAEC\"}\n"
    );
    let digest = blake3::hash(before.as_bytes()).to_hex();
    assert_eq!(
        end,
        format!(
            ":{{\"tables\":1,\"rows\":1,\"files\":[\"index/0a.index\"],\
             \"digest\":\"{digest}\"}}}}\n"
        )
    );
}

#[test]
fn a_line_that_stands_where_it_may_not_is_refused() {
    #[track_caller]
    fn check(lines: &[Line], line: usize, column: usize, expected: &str) {
        let place = Place::Line { line, column };
        assert_eq!(refused(&written(lines)), (place, expected.to_owned()));
    }

    check(&[row(1)], 2, 0, "a row stands outside of a table");
    check(&[table("a", 2), row(1)], 3, 3, "the row does not fit its table");
    check(&[table("a", 1), row(2)], 3, 5, "the row does not fit its table");
    check(&[table("a", 1), file(), row(1)], 4, 0, "a row stands outside of a table");
    check(&[table("a", 1), table("a", 1)], 3, 0, "a table stands there a second time");
    check(&[Line::Piece(vec![1])], 2, 0, "a piece stands outside of a file");
    check(&[file(), table("a", 1)], 3, 0, "a table stands behind a file");
    let many: Vec<Line> = (0..=limits::BACKUP_FILES_MAX).map(|_| file()).collect();
    let last = many.len() + 1;
    check(&many, last, 0, "more files than lie beside any database");
    let wide = table("a", limits::COLUMNS_MAX + 1);
    check(&[wide], 2, 0, "a table has more columns than any");
    let tables = (0..=limits::BACKUP_TABLES_MAX).map(|at| table(&format!("t{at}"), 0));
    let tables: Vec<Line> = tables.collect();
    check(&tables, tables.len() + 1, 0, "more tables than any database has");
}

#[test]
fn what_is_no_line_is_refused_where_it_is_wrong() {
    #[track_caller]
    fn check(line: &str, column: usize, expected: &str) {
        let mut all = written(&[table("a", 1), row(1), file()]);
        all[2] = line.as_bytes().to_vec();
        let (place, message) = refused(&all);
        assert_eq!(place, Place::Line { line: 3, column }, "{line}: {message}");
        assert!(message.contains(expected), "{line}: {message}");
    }

    check("", 0, "it ends before its last line");
    check("[1]", 0, "it ends before its last line");
    check("\n", 0, "EOF");
    check("7\n", 1, "invalid type");
    check("{}\n", 0, "none of a backup");
    check("{\"table\":\"b\"}\n", 0, "none of a backup");
    check("{\"columns\":[]}\n", 0, "none of a backup");
    check("{\"file\":\"a\",\"piece\":\"\"}\n", 0, "none of a backup");
    check("{\"files\":\"a\"}\n", 8, "unknown field");
    check("{\"file\":\"a\"} {}\n", 14, "trailing");
    check("{\"end\":{}}\n", 9, "missing field");
    check("{\"piece\":\"!\"}\n", 12, "no base64");
    check("[[1]]\n", 2, "invalid type");
    check("[true]\n", 5, "invalid type");
    check("[1] [2]\n", 5, "trailing");
    check("[{}]\n", 3, "bytes are missing");
    check("[{\"c\":\"\"}]\n", 5, "unknown variant");
    check("[{\"b\":1}]\n", 7, "bytes in base64");
    check("[{\"b\":\"A\"}]\n", 9, "no base64");
    check("[{\"b\":\"\",\"b\":\"\"}]\n", 12, "twice");
    let long =
        format!("{{\"file\":\"{}\"}}\n", "x".repeat(limits::BACKUP_WORDS_BYTES_MAX));
    check(&long, 0, "longer than");
}

#[test]
fn what_was_changed_or_cut_is_found() {
    let whole = written(&[table("a", 1), row(1), file(), Line::Piece(vec![9])]);
    assert_eq!(read(&whole).unwrap().len(), 5);
    for at in 1..whole.len() - 1 {
        let mut less = whole.clone();
        less.remove(at);
        assert!(read(&less).is_err(), "without line {}", at + 1);
        let mut cut = whole.clone();
        cut.truncate(at);
        cut.push(Vec::new());
        let place = Place::Line { line: at + 1, column: 0 };
        assert_eq!(refused(&cut), (place, "it ends before its last line".to_owned()));
    }
    let mut other = whole.clone();
    other[2] = b"[2]\n".to_vec();
    assert_eq!(refused(&other).1, "what stands before it was changed");
    let mut more = whole.clone();
    more.push(b"[2]\n".to_vec());
    assert_eq!(refused(&more).1, "something stands behind its last line");
    // A last line of its own making, which tells of less than there is.
    let lines = [table("a", 1), row(1)];
    let mut writer = Writer::default();
    let mut short = vec![writer.header(&header()).unwrap()];
    short.extend(lines.iter().map(|line| writer.line(line).unwrap()));
    let digest = blake3::hash(&short.concat()).to_hex().to_string();
    let end = Contents { tables: 1, rows: 0, files: Vec::new(), digest };
    short.push(writer.line(&Line::End(end)).unwrap());
    assert_eq!(refused(&short).1, "it holds less than it says");
}

#[test]
fn what_is_no_backup_is_told_from_a_newer_one() {
    #[track_caller]
    fn check(first: &str, expected: &str) {
        assert_eq!(Reader::begin(first.as_bytes()).unwrap_err().to_string(), expected);
    }

    let none = "this is no backup of Lazaret (at line 1)";
    for first in ["", "\n", "{}\n", "{\"hello\":1}\n", "[1]\n", "{\"lazaret_backup\":1}"]
    {
        check(first, none);
    }
    check(&format!("{}\n", " ".repeat(limits::BACKUP_WORDS_BYTES_MAX)), none);
    let newer = "the backup was written by a newer version of Lazaret";
    check("{\"lazaret_backup\":2}\n", newer);
    check("{\"lazaret_backup\":2,\"made\":\"x\",\"more\":[]}\n", newer);
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Nothing),
        any::<i64>().prop_map(Cell::Integer),
        // Halves have an exact form in decimals.
        any::<i32>().prop_map(|halves| Cell::Real(f64::from(halves) / 2.0)),
        any::<String>().prop_map(Cell::Text),
        any::<Vec<u8>>().prop_map(Cell::Bytes),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 0..9),
        pieces in prop::collection::vec(any::<Vec<u8>>(), 0..4),
    ) {
        let mut lines = vec![table("a", 3)];
        lines.extend(rows.into_iter().map(Line::Row));
        lines.push(file());
        lines.extend(pieces.into_iter().map(Line::Piece));
        let mut back = read(&written(&lines)).unwrap();
        prop_assert!(matches!(back.pop(), Some(Line::End(_))));
        prop_assert_eq!(back, lines);
    }

    #[test]
    fn a_changed_byte_is_never_overlooked(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let whole = written(&[table("a", 1), row(1), file(), Line::Piece(vec![9])]).concat();
        let mut changed = whole.clone();
        let at = at.index(changed.len());
        changed[at] ^= 1 << bit;
        let lines: Vec<Vec<u8>> =
            changed.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        prop_assert!(read(&lines).is_err());
    }
}
