//! A list of questions as a file: separated values under a line of headings, or the same as JSON.
//!
//! It is what an export gives away, what a ward or a maker fills in, and what one house gives to
//! another. Whatever a table program made of it is read: other separators, a byte order mark, a
//! quote before a text that would have been taken for a formula.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Lines of a file that are read.
const LINES_MAX: usize = 5000;

/// What was read.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// In lower case, without blanks around.
    headings: Vec<String>,
    pub(crate) lines: Vec<Line>,
}

/// A line of it.
#[derive(Debug)]
pub(crate) struct Line {
    /// The number in the file: lines of separated values, objects of JSON.
    pub(crate) number: u64,
    cells: Vec<String>,
}

impl Sheet {
    /// Reads a file; what is wrong is said in words of how it is mended.
    pub(crate) fn read(content: &str) -> Result<Self, &'static str> {
        let content = content.trim_start_matches('\u{feff}');
        match content.trim_start().starts_with(['[', '{']) {
            true => Self::of_json(content),
            false => Self::of_values(content),
        }
    }

    fn of_values(content: &str) -> Result<Self, &'static str> {
        let head = content.lines().next().unwrap_or_default();
        let separator = [b';', b'\t', b',']
            .into_iter()
            .find(|mark| head.bytes().any(|byte| byte == *mark))
            .ok_or("Paste the whole file, with its first line of headings.")?;
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(content.as_bytes());
        let headings = rows.headers().map_err(|_| "The headings cannot be read.")?;
        let headings =
            headings.iter().map(|heading| heading.trim().to_lowercase()).collect();
        let mut lines = Vec::new();
        let mut counted = Counted::default();
        for row in rows.records().take(LINES_MAX) {
            let row = row.map_err(|_| "The file is no table of separated values.")?;
            let begin = row.position().map_or(0, csv::Position::byte);
            lines.push(Line {
                number: counted.line_at(content.as_bytes(), begin),
                cells: row.iter().map(|cell| cell.trim().to_owned()).collect(),
            });
        }
        Ok(Self { headings, lines })
    }

    fn of_json(content: &str) -> Result<Self, &'static str> {
        let rows: Vec<BTreeMap<String, Value>> = serde_json::from_str(content)
            .map_err(|_| "The file is no JSON list with an object for each question.")?;
        let rows: Vec<BTreeMap<String, String>> =
            rows.into_iter().take(LINES_MAX).map(plain).collect();
        let headings: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
        let cell = |row: &BTreeMap<String, String>, heading: &String| {
            row.get(heading).cloned().unwrap_or_default()
        };
        let lines = (1..).zip(&rows).map(|(number, row)| Line {
            number,
            cells: headings.iter().map(|heading| cell(row, heading)).collect(),
        });
        let lines = lines.collect();
        Ok(Self { headings: headings.into_iter().cloned().collect(), lines })
    }

    /// Whether the file has a column.
    pub(crate) fn has(&self, heading: &str) -> bool {
        self.headings.iter().any(|one| one == heading)
    }

    /// A cell of a line; empty where the file has none.
    pub(crate) fn cell<'l>(&self, line: &'l Line, heading: &str) -> &'l str {
        let at = self.headings.iter().position(|one| one == heading);
        at.and_then(|at| line.cells.get(at)).map_or("", |cell| unquoted(cell))
    }
}

/// How many lines were counted up to which byte. The reader takes the second half of a Windows
/// line end for the beginning of the next line, so its own count is one behind there.
#[derive(Default)]
struct Counted {
    byte: usize,
    line_ends: u64,
}

impl Counted {
    /// In which line a record begins; those before it were asked for before.
    fn line_at(&mut self, content: &[u8], begin: u64) -> u64 {
        let begin = usize::try_from(begin).unwrap_or(content.len());
        let rest = content.get(begin..).unwrap_or_default();
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let span = content.get(self.byte..begin + ends).unwrap_or_default();
        self.line_ends += span.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.byte = begin + ends;
        self.line_ends + 1
    }
}

/// The texts of an object, by headings as they are compared.
fn plain(row: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let texts = row.into_iter().filter_map(|(heading, value)| {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some((heading.trim().to_lowercase(), text))
    });
    texts.collect()
}

/// A text without the quote that keeps a table program from running it.
fn unquoted(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, expected: &[(u64, &str, &str)]) {
        let sheet = Sheet::read(content).unwrap();
        let read: Vec<(u64, &str, &str)> = sheet
            .lines
            .iter()
            .map(|line| {
                let cell = |heading| sheet.cell(line, heading);
                (line.number, cell("question key"), cell("answer"))
            })
            .collect();
        assert_eq!(read, expected, "{content}");
    }

    #[test]
    fn one_list_is_read_however_it_was_kept() {
        check("question key,answer\nk,yes\n", &[(2, "k", "yes")]);
        check("\u{feff}Question Key ;ANSWER\r\nk;no\r\n", &[(2, "k", "no")]);
        check("answer\tquestion key\nyes\tk\n", &[(2, "k", "yes")]);
        check("note,question key\n\"a, b\nc\",k\nx,l", &[(2, "k", ""), (4, "l", "")]);
        check("question key,answer\n'=k,'tis so\n", &[(2, "=k", "'tis so")]);
        check("question key,answer\nk\n", &[(2, "k", "")]);
        check(
            " [{\"question key\": \"k\", \"answer\": \"yes\"}, {\"Answer\": null}]",
            &[(1, "k", "yes"), (2, "", "")],
        );
        check("[]", &[]);
    }

    #[test]
    fn what_is_no_list_is_said_so() {
        #[track_caller]
        fn check(content: &str, mend: &str) {
            let refused = Sheet::read(content).unwrap_err();
            assert!(refused.starts_with(mend), "{content}: {refused}");
        }

        check("", "Paste the whole file");
        check("question key\nk\n", "Paste the whole file");
        check("{\"question key\": \"k\"}", "The file is no JSON list");
        check("[1, 2]", "The file is no JSON list");
        check("[{\"question key\": ", "The file is no JSON list");
        let sheet = Sheet::read("a,b\n1,2\n").unwrap();
        assert!(sheet.has("a") && !sheet.has("question key"));
        assert_eq!(sheet.cell(&sheet.lines[0], "question key"), "");
    }
}
