//! Separated values as people and programs write them: whatever parts them, and where a line
//! is. Source: RFC 4180, and what spreadsheets make of it.

use crate::{Place, Rejected, limits};

/// Separated values. Lines are counted here: the csv library counts line feeds alone, and
/// finds a row where the blank lines before it begin.
pub struct Separated<'t> {
    reader: csv::Reader<&'t [u8]>,
    text: &'t [u8],
    /// Up to where lines are counted, and how many there are.
    counted: usize,
    line: usize,
}

impl<'t> Separated<'t> {
    /// A table that may have been written anew by a spreadsheet: whatever parts its headings
    /// parts the rest, and each quote that opens has to close.
    pub fn under_headings(text: &'t str) -> Result<Self, Rejected> {
        let head = text.split(['\n', '\r']).find(|line| !line.trim().is_empty());
        let separator = separator(head.unwrap_or_default());
        expect_closed(text, separator)?;
        Ok(Self::new(text, separator))
    }

    /// A table whose fields a mark parts.
    #[must_use]
    pub fn new(text: &'t str, separator: u8) -> Self {
        let text = text.as_bytes();
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text);
        Self { reader, text, counted: 0, line: 1 }
    }

    /// Reads the next row, and gives back its line; `None` at the end.
    pub fn read(
        &mut self,
        row: &mut csv::StringRecord,
    ) -> Result<Option<usize>, Rejected> {
        let is_there = self.reader.read_record(row);
        let start = self.reader.position().byte();
        let start = row
            .position()
            .filter(|_| is_there.is_ok())
            .map_or(start, csv::Position::byte);
        self.count(usize::try_from(start).unwrap_or(usize::MAX));
        match is_there {
            Ok(is_there) => Ok(is_there.then_some(self.line)),
            Err(error) => Err(Rejected::new(
                Place::Line { line: self.line, column: 0 },
                format!("the table cannot be read: {error}"),
                "export it as CSV",
            )),
        }
    }

    /// Counts the lines up to `start`, and over line ends that stand there.
    fn count(&mut self, start: usize) {
        while let Some(byte) = self.text.get(self.counted) {
            let is_end = matches!(byte, b'\n' | b'\r');
            if self.counted >= start && !is_end {
                break;
            }
            let next = self.text.get(self.counted + 1);
            self.line += usize::from(is_end && !(*byte == b'\r' && next == Some(&b'\n')));
            self.counted += 1;
        }
    }
}

/// A line of a file.
pub fn at(line: usize) -> Place {
    Place::Line { line, column: 0 }
}

/// Which column a line of headings calls so; `None` where none is.
pub fn column(
    headings: &csv::StringRecord,
    name: &str,
    line: usize,
) -> Result<Option<usize>, Rejected> {
    if headings.len() > limits::COLUMNS_MAX {
        let message = format!("more than {} columns", limits::COLUMNS_MAX);
        let hint = "Paste the whole file, with its first line of headings.";
        return Err(Rejected::new(at(line), message, hint));
    }
    let is_so = |heading: &str| heading.trim().eq_ignore_ascii_case(name);
    let mut found = (0..).zip(headings).filter(|(_, heading)| is_so(heading));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Rejected::new(
            at(line),
            format!("two columns are called “{name}”"),
            "Remove one of them, or give it another heading.",
        )),
        (first, None) => Ok(first.map(|(column, _)| column)),
    }
}

/// That each quote that opens closes too: one that does not hides all rows behind it in a cell.
///
/// # Errors
/// Where one does not close, with its line.
pub fn expect_closed(text: &str, separator: u8) -> Result<(), Rejected> {
    match open_quote(text.as_bytes(), separator) {
        Some(line) => Err(Rejected::new(
            at(line),
            "a quote opens here and does not close",
            "Close the quote, or double it where it means inches.",
        )),
        None => Ok(()),
    }
}

/// The line of a quote that opens a field and is still open at the end.
pub fn open_quote(text: &[u8], separator: u8) -> Option<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        /// Behind a quote that closes the field, or is the first of two.
        Quote,
    }
    if !text.contains(&b'"') {
        return None;
    }
    let (mut at, mut line, mut opened) = (At::Start, 1, 1);
    let mut last = 0;
    for byte in text.iter().copied() {
        at = match (at, byte) {
            (At::Start, b'"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Quote,
            (At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
            (_, b'\n' | b'\r') => At::Start,
            (_, byte) if byte == separator => At::Start,
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n' && last != b'\r' || byte == b'\r');
        last = byte;
    }
    (at == At::Quoted).then_some(opened)
}

/// The mark that stands most often outside quotes in the first lines.
pub fn separator(text: &str) -> u8 {
    let head: String =
        text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(5).collect();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0), (b'^', 0)];
    for character in head.chars() {
        if character == '"' {
            quoted = !quoted;
        }
        for (mark, count) in &mut counts {
            *count += usize::from(!quoted && character == char::from(*mark));
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark)
}
