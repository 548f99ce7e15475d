//! Breaches of unsecured health information as the US government publishes them.
//!
//! Source: HHS Office for Civil Rights, breach portal, export as CSV: breaches of 500 people
//! and more (45 CFR 164.408), by the name that was reported. Columns are found by their
//! headings, in any order.
//!
//! Not here: who an entity is. Names are as reported, so that they are compared by
//! `naming`.

use reading::{Notes, Parsed, Place, Rejected, limits, text};
use terms::Day;

use crate::Answer;

/// The rows of one export, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BreachReport {
    /// The rows.
    pub rows: Vec<Breach>,
}

/// One breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Who reported it, without blanks around the name.
    pub entity: String,
    /// State of the US.
    pub state: String,
    /// Kind of entity as written: `Business Associate`, `Healthcare Provider`, ….
    pub kind: String,
    /// How many people; `None` where the cell holds no number.
    pub individuals: Option<u64>,
    /// When it was reported; `None` where the cell holds no date.
    pub reported: Option<Day>,
    /// What happened, as written.
    pub cause: String,
    /// Where the information lay, as written.
    pub location: String,
    /// Whether a business associate was part of it.
    pub associate: Answer,
    /// The line of the file.
    pub place: Place,
}

impl BreachReport {
    /// The first and the last day of a report in it.
    #[must_use]
    pub fn span(&self) -> Option<(Day, Day)> {
        let days = || self.rows.iter().filter_map(|row| row.reported);
        Some((days().min()?, days().max()?))
    }
}

const NAME: &str = "name of covered entity";
const COLUMNS: [&str; 7] = [
    "state",
    "covered entity type",
    "individuals affected",
    "breach submission date",
    "type of breach",
    "location of breached information",
    "business associate present",
];

/// Whether a first line is that of such an export.
#[must_use]
pub fn is_breach_report(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default().to_ascii_lowercase();
    line.contains(NAME) && line.contains("breach submission date")
}

/// Reads an export.
///
/// # Errors
/// When the bytes are no text, pass a limit, no row names the columns, or a quote opens
/// and does not close.
pub fn parse(bytes: &[u8]) -> Result<Parsed<BreachReport>, Rejected> {
    let text = text::decode(bytes)?;
    reading::separated::expect_closed(&text, b',')?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    let column = |name: &str| {
        header.iter().position(|column| column.trim().eq_ignore_ascii_case(name))
    };
    let Some(name) = column(NAME) else {
        return Err(Rejected::new(
            Place::Line { line: 1, column: 0 },
            "no breach report: the header has no column `Name of Covered Entity`",
            "the portal of the Office for Civil Rights exports it as CSV",
        ));
    };
    let columns = COLUMNS.map(column);
    let mut notes = Notes::new();
    let mut report = BreachReport::default();
    for row in reader.records() {
        let row = row.map_err(|error| broken(&error))?;
        if report.rows.len() >= limits::BREACHES_MAX {
            return Err(Rejected::new(
                Place::Line { line: line_of(&row), column: 0 },
                format!("more than the {} breaches that are read", limits::BREACHES_MAX),
                "export the years that matter",
            ));
        }
        report.rows.extend(breach(&row, name, columns, &mut notes));
    }
    Ok(Parsed { value: report, notes: notes.finish() })
}

fn breach(
    row: &csv::StringRecord,
    name: usize,
    columns: [Option<usize>; 7],
    notes: &mut Notes,
) -> Option<Breach> {
    let line = line_of(row);
    let place = || Place::Line { line, column: 0 };
    let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or("").trim();
    let entity = cell(Some(name));
    if entity.is_empty() {
        notes.at(place, "the row names nobody; it is set aside");
        return None;
    }
    let [state, kind, individuals, reported, cause, location, associate] =
        columns.map(cell);
    Some(Breach {
        entity: entity.to_owned(),
        state: state.to_owned(),
        kind: kind.to_owned(),
        individuals: number(individuals, notes, &place),
        reported: day(reported, notes, &place),
        cause: cause.to_owned(),
        location: location.to_owned(),
        associate: Answer::of_word(associate),
        place: place(),
    })
}

/// A count, with or without separators of thousands.
fn number(text: &str, notes: &mut Notes, place: &impl Fn() -> Place) -> Option<u64> {
    let number = text.replace(',', "").parse().ok();
    if number.is_none() && !text.is_empty() {
        let message = format!("{} is no number of people", text::quoted(text));
        notes.at(place, message);
    }
    number
}

/// `11/01/2024` as the portal writes it, or an ISO date.
fn day(text: &str, notes: &mut Notes, place: &impl Fn() -> Place) -> Option<Day> {
    let mut parts = text.split('/');
    let american = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(month), Some(day), Some(year), None) => {
            terms::date::day(&format!("{year}-{month:0>2}-{day:0>2}")).ok()
        }
        _ => None,
    };
    let read = american.or_else(|| terms::date::day(text).ok());
    if read.is_none() && !text.is_empty() {
        notes.at(place, format!("{} is no date", text::quoted(text)));
    }
    read
}

fn line_of(row: &csv::StringRecord) -> usize {
    let line = row.position().map_or(0, csv::Position::line);
    usize::try_from(line).unwrap_or(usize::MAX)
}

fn broken(error: &csv::Error) -> Rejected {
    let line = error.position().map_or(1, csv::Position::line);
    let line = usize::try_from(line).unwrap_or(usize::MAX);
    Rejected::new(
        Place::Line { line, column: 0 },
        format!("no CSV: {error}"),
        "export the report again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\"Name of Covered Entity\",\"State\",\"Covered Entity Type\",\"Individuals \
        Affected\",\"Breach Submission Date\",\"Type of Breach\",\"Location of Breached \
        Information\",\"Business Associate Present\",\"Web Description\"\n";

    #[test]
    fn a_row_is_read_whatever_blanks_stand_around_it() {
        let text = format!(
            "\u{feff}{HEADER}\" Acme | Billing, LLC \",\"OR\",\"Business Associate\",\"1,234\",\
             \"3/7/2024\",\"Hacking/IT Incident\",\"Email, Network Server\",\"Yes\",\"\"\n"
        );
        let parsed = parse(text.as_bytes()).unwrap();
        let row = &parsed.value.rows[0];
        assert_eq!(row.entity, "Acme | Billing, LLC");
        assert_eq!(row.individuals, Some(1234));
        assert_eq!(row.reported, Some(terms::date::day("2024-03-07").unwrap()));
        assert_eq!(
            (row.associate, row.place.clone()),
            (Answer::Yes, Place::Line { line: 2, column: 0 })
        );
        assert!(parsed.notes.is_empty());
        assert!(is_breach_report(HEADER));
    }

    #[test]
    fn a_quote_that_does_not_close_hides_no_breach() {
        let text = format!("{HEADER}\"Acme,OR\nBolt,OR\n");
        let error = parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.place, Place::Line { line: 2, column: 0 });
    }

    #[test]
    fn what_cannot_be_read_of_a_row_is_noted() {
        #[track_caller]
        fn check(row: &str, rows: usize, notes: usize) {
            let parsed = parse(format!("{HEADER}{row}\n").as_bytes()).unwrap();
            assert_eq!(
                (parsed.value.rows.len(), parsed.notes.len()),
                (rows, notes),
                "{row}"
            );
        }

        check("A,OR,Health Plan,many,11/01/2024,x,y,No,", 1, 1);
        check("A,OR,Health Plan,5,2024-11-01,x,y,No,", 1, 0);
        check("A,OR,Health Plan,5,13/40/2024,x,y,No,", 1, 1);
        check("A", 1, 0);
        check(" ,OR,Health Plan,5,11/01/2024,x,y,No,", 0, 1);
        check("", 0, 0);
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        #[track_caller]
        fn check(text: &str) {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
            assert!(!is_breach_report(text));
        }

        check("");
        check("name,date\na,b\n");
        check("cveID,vendorProject\n");
        assert!(parse(b"\xff\xfe\x00").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_read_or_refused(rows in "(\\PC{0,20}[,\"\n]){0,30}") {
            let _ = parse(format!("{HEADER}{rows}").as_bytes());
        }
    }
}
