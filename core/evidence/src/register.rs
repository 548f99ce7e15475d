//! The register: what no system exports, kept by hand in one file (TOML).
//!
//! `evidence = 1`, then a table for each entry, named after its [`Kind`]. An entry is a claim;
//! where it names a `proof` and that file is delivered too, it is a record. A field that the
//! kind does not have refuses the file, since a word misspelt would otherwise be a fact lost.

use reading::{Notes, Parsed, Place, Rejected, limits, text};
use toml::de::{DeTable, DeValue};

use crate::cell::Order;
use crate::{Field, Form, Kind, Nature, Pseudonyms, Record, table};

/// The version of the form.
const VERSION: &str = "1";

const HINT: &str = "`lazaret control list tables` says what may stand there";

/// A register to begin with, every kind of entry explained.
pub const EXAMPLE: &str = include_str!("../data/register.toml");

/// Whether a text is a register.
#[must_use]
pub fn is_register(text: &str) -> bool {
    let line = |line: &str| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "evidence")
            .then(|| value.trim().starts_with(|c: char| c.is_ascii_digit()))
    };
    let mut lines = text.lines().map(str::trim);
    lines.find_map(|it| if it.starts_with('[') { Some(false) } else { line(it) })
        == Some(true)
}

/// Reads a register.
///
/// # Errors
/// When it is no TOML, of another version, names what is no kind or field, or passes a limit.
pub fn parse(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Vec<Record>>, Rejected> {
    let text = text::decode(bytes)?;
    if text.len() > limits::REGISTER_BYTES_MAX {
        let message = format!("more than {} bytes", limits::REGISTER_BYTES_MAX);
        return Err(Rejected::new(
            Place::Document,
            message,
            "part it into several files",
        ));
    }
    let lines = Lines::of(&text);
    let whole = DeTable::parse(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Rejected::new(lines.at(start), error.message().to_owned(), HINT)
    })?;
    let mut reader =
        Reader { lines, pseudonyms, notes: Notes::new(), records: Vec::new() };
    for (name, value) in whole.get_ref() {
        let at = name.span().start;
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("evidence", DeValue::Integer(version)) if version.as_str() == VERSION => {}
            ("evidence", _) => {
                let message = "another version of the register than 1";
                return Err(Rejected::new(
                    reader.lines.at(at),
                    message,
                    "`evidence = 1`",
                ));
            }
            (word, DeValue::Array(entries)) => {
                let kind = reader.kind(word, at)?;
                for entry in entries {
                    reader.entry(kind, entry.get_ref(), entry.span().start)?;
                }
            }
            (word, other) => {
                let kind = reader.kind(word, at)?;
                reader.entry(kind, other, at)?;
            }
        }
    }
    Ok(Parsed { value: reader.records, notes: reader.notes.finish() })
}

struct Reader<'p> {
    lines: Lines,
    pseudonyms: &'p Pseudonyms,
    notes: Notes,
    records: Vec<Record>,
}

impl Reader<'_> {
    fn kind(&self, word: &str, at: usize) -> Result<Kind, Rejected> {
        let refused = |message: String| Rejected::new(self.lines.at(at), message, HINT);
        match Kind::named(word) {
            Some(kind) if kind.nature() == Nature::House => Err(refused(format!(
                "`{word}` is told by the house alone, and by no file"
            ))),
            Some(kind) => Ok(kind),
            None => {
                let quoted = text::quoted(word);
                Err(refused(format!("{quoted} is no kind of evidence")))
            }
        }
    }

    fn entry(
        &mut self,
        kind: Kind,
        entry: &DeValue<'_>,
        at: usize,
    ) -> Result<(), Rejected> {
        let place = self.lines.at(at);
        let DeValue::Table(entry) = entry else {
            let message = format!("`{}` is no entry", kind.word());
            let hint = format!("write it as a table: [[{}]]", kind.word());
            return Err(Rejected::new(place, message, hint));
        };
        if self.records.len() >= limits::REGISTER_ENTRIES_MAX {
            let message = format!("more than {} entries", limits::REGISTER_ENTRIES_MAX);
            return Err(Rejected::new(place, message, "part it into several files"));
        }
        let mut record = Record::new(kind, place);
        let mut places = Vec::new();
        for (name, value) in entry {
            let at = self.lines.at(name.span().start);
            let word = name.get_ref().as_ref();
            let field = Field::named(word).filter(|field| kind.column(*field).is_some());
            let Some(field) = field else {
                let message = format!("`{}` has no {}", kind.word(), text::quoted(word));
                return Err(Rejected::new(at, message, HINT));
            };
            places.push((field, at.clone()));
            self.put(&mut record, field, value.get_ref(), at)?;
        }
        if let Some(end) = record.ends_before_it_begins() {
            let found = places.into_iter().find(|(field, _)| *field == end);
            let place = found.map_or(record.place.clone(), |(_, place)| place);
            self.notes.at(|| place, format!("`{}` {}", end.word(), table::TURNED));
        }
        self.expect_needed(&record);
        self.records.push(record);
        Ok(())
    }

    fn put(
        &self,
        record: &mut Record,
        field: Field,
        value: &DeValue<'_>,
        place: Place,
    ) -> Result<(), Rejected> {
        let Some(written) = plain(value) else {
            let message = format!("`{}` takes a plain value", field.word());
            return Err(Rejected::new(place, message, HINT));
        };
        if written.trim().is_empty() {
            return Ok(());
        }
        let value =
            table::value(field.form(), written.trim(), Order::default(), self.pseudonyms);
        match value {
            Ok(value) => {
                record.put(field, value);
                Ok(())
            }
            Err(expected) => {
                let said = match field.form() {
                    Form::Person => String::new(),
                    _ => text::quoted(&written),
                };
                let message = format!("`{}`: {said} is no {expected}", field.word());
                Err(Rejected::new(place, message, HINT))
            }
        }
    }

    /// An entry that does not say what its kind needs tells less; that is noted.
    fn expect_needed(&mut self, record: &Record) {
        let needed = record.kind.columns().iter().filter(|column| column.is_needed);
        let missing: Vec<&str> = needed
            .filter(|column| record.value(column.field).is_none())
            .map(|column| column.field.word())
            .collect();
        if !missing.is_empty() {
            let message =
                format!("`{}` does not say {}", record.kind.word(), missing.join(", "));
            self.notes.at(|| record.place.clone(), message);
        }
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(answer) => answer.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(items) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|item| item.get_ref().as_str()).collect();
            texts?.join(", ")
        }
        DeValue::Table(_) => return None,
    })
}

/// Where the lines of a text end, so that a place in it is found without counting from its
/// beginning each time.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.bytes().enumerate();
        Self(bytes.filter_map(|(at, byte)| (byte == b'\n').then_some(at)).collect())
    }

    /// The line on which a byte stands.
    fn at(&self, byte: usize) -> Place {
        Place::Line { line: 1 + self.0.partition_point(|end| *end < byte), column: 0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> Pseudonyms {
        Pseudonyms::new([7; 32])
    }

    #[test]
    fn entries_are_read_with_their_lines() {
        let text = "# ours\nevidence = 1\n\n[[designation]]\nrole = \"security officer\"\n\
                    holder = \"Ann\"\nfrom = 2026-01-01\naccepted = \"2026-01-02\"\n\
                    [[restore_test]]\non = 2026-10-01\npassed = true\n\
                    [[course]]\ncourse = \"Hygiene\"\ntopics = [\"phishing\", \"passwords\"]\npass_mark = 80\n";
        assert!(is_register(text));
        let parsed = parse(text.as_bytes(), &names()).unwrap();
        let [course, designation, restore] = parsed.value.as_slice() else { panic!() };
        assert_eq!(designation.place, Place::Line { line: 4, column: 0 });
        assert_eq!(designation.people().count(), 1);
        assert!(!format!("{parsed:?}").contains("Ann"));
        assert_eq!(restore.says(Field::Passed), Some(true));
        assert_eq!(course.text(Field::Topics), "phishing, passwords");
        assert_eq!(course.number(Field::PassMark), Some(80));
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    }

    #[test]
    fn an_end_before_the_beginning_is_noted_at_its_line() {
        let text = "evidence = 1\n[[membership]]\nisao = \"Health-ISAC\"\n\
                    until = 2027-02-28\nfrom = 2027-03-01\n";
        let parsed = parse(text.as_bytes(), &names()).unwrap();
        let [note] = parsed.notes.as_slice() else { panic!("{:?}", parsed.notes) };
        assert_eq!(note.place, Place::Line { line: 4, column: 0 });
        assert!(note.message.starts_with("`until` ends before it begins"), "{note:?}");
    }

    #[test]
    fn what_is_wrong_is_refused_at_its_line_and_what_is_missing_noted() {
        #[track_caller]
        fn check(text: &str, line: usize, message: &str) {
            let refused = parse(text.as_bytes(), &names()).unwrap_err();
            assert_eq!(refused.place, Place::Line { line, column: 0 }, "{refused}");
            assert!(refused.message.contains(message), "{refused}");
        }

        check("evidence = 2\n", 1, "another version");
        check("evidence = 1\n[[designaton]]\n", 2, "`designaton` is no kind");
        check("evidence = 1\n[[exercise]]\nwho = \"x\"\n", 3, "`exercise` has no `who`");
        check("evidence = 1\n[[exercise]]\non = \"soon\"\n", 3, "`soon` is no date");
        check("evidence = 1\nexercise = 3\n", 2, "`exercise` is no entry");
        check("evidence = 1\n[[exercise]]\non = {a = 1}\n", 3, "takes a plain value");
        check("evidence = 1\n[[exercise]\n", 2, "");
        let parsed =
            parse(b"evidence = 1\n[[exercise]]\non = 2026-01-01\n", &names()).unwrap();
        assert_eq!(parsed.notes[0].message, "`exercise` does not say scope, devices");
        assert!(!is_register("dossier = 1\n"));
        assert!(!is_register("[evidence]\nevidence = 1\n"));
    }

    #[test]
    fn what_the_house_alone_knows_of_itself_no_file_says() {
        for word in ["house_access", "house_token"] {
            let text = format!("evidence = 1\n[[{word}]]\non = 2026-01-01\n");
            let refused = parse(text.as_bytes(), &names()).unwrap_err();
            assert!(refused.to_string().contains("by the house alone"), "{refused}");
        }
    }

    #[test]
    fn the_register_to_begin_with_is_read_and_knows_every_kind_that_is_kept() {
        let parsed = parse(EXAMPLE.as_bytes(), &names()).unwrap();
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
        for kind in Kind::ALL.iter().filter(|kind| kind.nature() == Nature::Kept) {
            let entry = parsed.value.iter().find(|record| record.kind == *kind);
            let entry = entry.unwrap_or_else(|| panic!("no example of {}", kind.word()));
            for column in kind.columns() {
                let is_said = entry.value(column.field).is_some();
                assert!(is_said, "{}: {} is not shown", kind.word(), column.field.word());
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = parse(format!("evidence = 1\n{text}").as_bytes(), &names());
        }
    }
}
