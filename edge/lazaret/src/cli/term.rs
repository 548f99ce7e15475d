//! `lazaret term`: one line in, one line out, in order.
//!
//! Every verb answers a line that it cannot read with its own word for that, so that the
//! lines of the answer can be put beside the lines of the question.

mod cpe;
mod cvss;
mod purl;
mod udi;
mod version;

use std::io::{self, BufRead};

use anyhow::Context;
use serde::Serialize;
use terms::Malformed;

use super::{Failure, Outcome};
use crate::render;

/// Bytes of one line that are read. The longest purl of a real SBOM has 1,400.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of answers that are written at once.
const BLOCK_BYTES: usize = 64 * 1024;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Compare versions: lines `A⇥B` in, one of `<`, `=`, `>`, `?` out
    Version(version::Arguments),
    /// Place versions: lines `RANGE⇥VERSION` in, `inside`, `outside` or `unknown` out
    Range(version::Arguments),
    /// Read package URLs: one a line in, one JSON object a line out
    Purl,
    /// Read CPE names of any binding: one a line in, one JSON object a line out
    Cpe,
    /// Read CVSS vectors: one a line in, one JSON object with its scores a line out
    Cvss,
    /// Read unique device identifiers, printed or scanned: one a line in, one JSON object a
    /// line out
    Udi,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Version(arguments) => version::compare(arguments),
        Verb::Range(arguments) => version::place(arguments),
        Verb::Purl => purl::read(),
        Verb::Cpe => cpe::read(),
        Verb::Cvss => cvss::read(),
        Verb::Udi => udi::read(),
    }
}

/// Answers each line of stdin with one line: `answer` gets the line without its end, or
/// `None` where it is no text or too long, and writes what follows on stdout.
fn answer_lines(answer: impl Fn(Option<&str>, &mut String)) -> Result<Outcome, Failure> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let mut block = String::new();
    while let Some(length) = next_line(&mut input, &mut line).context("reading stdin")? {
        let is_whole = length <= LINE_BYTES_MAX;
        let text = str::from_utf8(&line).ok().filter(|_| is_whole);
        answer(text, &mut block);
        block.push('\n');
        if block.len() >= BLOCK_BYTES {
            render::data(&block)?;
            block.clear();
        }
    }
    render::data(&block)?;
    Ok(Outcome::Nothing)
}

/// What a term says when it cannot be read; `at` is an offset in characters.
#[derive(Serialize)]
struct Refusal {
    error: String,
    at: usize,
}

/// The line that answers one term.
struct Answer<'a> {
    out: &'a mut String,
}

impl Answer<'_> {
    /// Writes the answer, once.
    fn object(&mut self, shown: &impl Serialize) {
        // Strings, numbers and maps with text keys always have a JSON form.
        self.out.push_str(&serde_json::to_string(shown).unwrap_or_default());
    }
}

/// Answers each line of stdin with one JSON object: what `read` writes, or its refusal.
fn answer_objects(
    read: impl Fn(&str, &mut Answer<'_>) -> Result<(), Malformed>,
) -> Result<Outcome, Failure> {
    answer_lines(|line, out| {
        let mut answer = Answer { out };
        let refusal = match line.map(|line| read(line, &mut answer)) {
            Some(Ok(())) => return,
            Some(Err(Malformed { term, expected, at, .. })) => {
                Refusal { error: format!("malformed {term}: expected {expected}"), at }
            }
            None => Refusal {
                error: "the line is no UTF-8 text, or too long".to_owned(),
                at: 0,
            },
        };
        answer.object(&refusal);
    })
}

/// Reads the next line into `line`, without its end, and says how long it was; at most
/// [`LINE_BYTES_MAX`] bytes of it are kept. `None` at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<usize>> {
    line.clear();
    let mut length = 0;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok((length > 0).then_some(without_return(line, length)));
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(available.len());
        let room = LINE_BYTES_MAX.saturating_sub(line.len());
        line.extend(available.iter().take(taken.min(room)));
        length += taken;
        input.consume(end.map_or(taken, |end| end + 1));
        if end.is_some() {
            return Ok(Some(without_return(line, length)));
        }
    }
}

fn without_return(line: &mut Vec<u8>, length: usize) -> usize {
    if line.last() == Some(&b'\r') && line.len() == length {
        line.pop();
        return length - 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_a_line_feed_and_the_last_may_lack_it() {
        #[track_caller]
        fn check(input: &[u8], expected: &[&str]) {
            let mut input = input;
            let mut line = Vec::new();
            let mut lines = Vec::new();
            while next_line(&mut input, &mut line).unwrap().is_some() {
                lines.push(String::from_utf8(line.clone()).unwrap());
            }
            assert_eq!(lines, expected);
        }

        check(b"", &[]);
        check(b"\n", &[""]);
        check(b"a\tb\r\nc", &["a\tb", "c"]);
        check(b"a\n\nb\n", &["a", "", "b"]);
        check(b"a\rb\n", &["a\rb"]);
    }

    #[test]
    fn a_line_without_end_is_not_kept_whole() {
        let long = vec![b'1'; LINE_BYTES_MAX + 10];
        let mut line = Vec::new();
        let length = next_line(&mut long.as_slice(), &mut line).unwrap();
        assert_eq!(length, Some(LINE_BYTES_MAX + 10));
        assert_eq!(line.len(), LINE_BYTES_MAX);
    }
}
