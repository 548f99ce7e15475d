//! Forms as text: lines that begin with an id, as they are pasted from a sheet or a page.
//!
//! `DOC-1:label:value`; `ID,question: answer,remark` with the question in quotes where it has
//! a comma, which is no CSV; columns parted by blanks or tabs; the answer on a line of its
//! own below. Marks of Markdown around it count for nothing.

use reading::Place;

use crate::answer::{self, Answer, Read};
use crate::grid::{Draft, head, join, note_number};
use crate::question::{Edition, Kind};
use crate::spelling::{self, Found, Is};

/// A line, and where it stands.
pub(crate) struct Line<'t> {
    pub(crate) text: &'t str,
    pub(crate) place: Place,
}

/// The lines of a text, from 1.
pub(crate) fn of_text(text: &str) -> impl Iterator<Item = Line<'_>> {
    (1..)
        .zip(text.lines())
        .map(|(line, text)| Line { text, place: Place::Line { line, column: 0 } })
}

/// Reads lines; blank where none begins with an id.
pub(crate) fn read<'t>(lines: impl Iterator<Item = Line<'t>>, edition: Edition) -> Draft {
    let mut draft = Draft::new(edition);
    let mut above = Above::Closed;
    for Line { text, place } in lines {
        if draft.is_full() {
            break;
        }
        let bare = unmarked(text);
        match spelling::find(bare, edition).filter(|found| is_parted(found.rest)) {
            Some(Found { is: Is::Question(question, spelt), rest, .. }) => {
                let read = match question.kind {
                    Kind::Text => answer::read(stated(rest), Kind::Text),
                    Kind::YesNo => answered(rest),
                };
                draft.add((question, spelt), read, place);
                // A line to write on says that nothing was written.
                above = if rest.contains("__") { Above::Closed } else { Above::Open };
            }
            Some(Found { written, is: Is::Unknown, rest }) => {
                let says = answered(rest);
                draft.unknown(written, &says.written, place);
                above = Above::Closed;
            }
            None => above = go_on(&mut draft, bare, place, above),
        }
    }
    draft
}

/// Whether the question above may go on in the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    Open,
    Closed,
}

/// A line without an id; whether the question above may still go on.
fn go_on(draft: &mut Draft, bare: &str, place: Place, above: Above) -> Above {
    if let Some((number, rest)) = note_number(bare)
        && !rest.is_empty()
    {
        draft.footnote(number, rest.trim().to_owned(), place);
        return Above::Closed;
    }
    if draft.edition == Edition::Of2013 && draft.entries.is_empty() {
        let found = head::labels(bare);
        let stated = found.iter().filter(|it| !it.value.is_empty());
        for it in stated.clone() {
            draft.state(it.name, it.value, place.clone());
        }
        if stated.count() > 0 {
            return Above::Closed;
        }
    }
    let Some(last) = draft.entries.last_mut().filter(|_| above == Above::Open) else {
        return Above::Closed;
    };
    if bare.is_empty() {
        return Above::Open;
    }
    let is_whole = |read: &Read| read.answer.is_definite();
    match (last.answer, last.question.kind) {
        (Answer::Blank, Kind::YesNo) => {
            let read = answer::read(bare, Kind::YesNo);
            // In a line that goes on with the question only what follows its end counts.
            let read = match is_whole(&read) || !bare.contains('?') {
                true => read,
                false => answered(bare),
            };
            if is_whole(&read) {
                last.answer = read.answer;
                last.written = read.written;
                last.footnote = read.footnote;
                join(&mut last.remark, &read.remark);
                last.place = place;
            }
            Above::Open
        }
        _ => Above::Closed,
    }
}

/// A line without the marks of Markdown, tables and lists in front.
fn unmarked(text: &str) -> &str {
    let bare = text.trim_start_matches(|c: char| {
        c.is_whitespace() || "|*>#`\"'•\u{FEFF}\u{B7}".contains(c)
    });
    let bare = bare.strip_prefix("- ").map_or(bare, str::trim_start);
    bare.trim_end()
}

/// Whether what follows an id parts it from the question.
fn is_parted(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(|c: char| {
            c.is_whitespace() || ":,;.|*)\"-\u{2013}\u{2014}".contains(c)
        })
}

/// The value behind a label: what follows the second colon, a tab, a bar or several blanks.
fn stated(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c: char| "*|\"".contains(c));
    let behind = rest.trim_start();
    let value = if let Some(behind) = behind.strip_prefix(':') {
        behind.split_once(':').map(|it| it.1)
    } else {
        let behind = behind.trim_start_matches([',', ';', '|', '.']).trim_start();
        ["\t", "|", "  ", ":", ","]
            .iter()
            .find_map(|mark| behind.split_once(mark))
            .map(|it| it.1)
    };
    let value = value.unwrap_or_default();
    value.trim_matches(|c: char| c.is_whitespace() || ":|\"*,".contains(c))
}

/// The answer behind a question.
fn answered(rest: &str) -> Read {
    let blank = || answer::read("", Kind::YesNo);
    let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || c == '|');
    // Where the question is in quotes, the answer begins behind them.
    if let Some(at) = closing_quote(rest) {
        let read = answer_in(some(rest.get(at..).unwrap_or_default()));
        if read.answer != Answer::Blank {
            return read;
        }
        return blank();
    }
    // What stands behind the last question mark is the answer, whatever it is.
    if let Some(at) = rest.rfind('?') {
        let read = answer_in(some(rest.get(at + 1..).unwrap_or_default()));
        if read.answer != Answer::Blank {
            return read;
        }
    }
    for (at, piece) in pieces(rest).skip(1).take(CANDIDATES_MAX) {
        let read = answer_in(some(rest.get(at..).unwrap_or_default()));
        if read.answer.is_definite() {
            return read;
        }
        // A word or two that are no answer stand where one should: what follows is a remark.
        if !piece.trim().is_empty() && piece.split_whitespace().count() <= 2 {
            return answer::read(piece, Kind::YesNo);
        }
    }
    blank()
}

/// The pieces of a line between colons, tabs, bars and several blanks, each with where it
/// begins.
fn pieces(rest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let from = next?;
        let text = rest.get(from..)?;
        let end = text.match_indices([':', '\t', '|']).next().map(|it| (it.0, 1));
        let gap = text.find("  ").map(|at| (at, 2));
        let end = [end, gap].into_iter().flatten().min();
        next = end.map(|(at, wide)| from + at + wide);
        Some((from, text.get(..end.map_or(text.len(), |it| it.0))?))
    })
}

/// Places of one line at which an answer may begin.
const CANDIDATES_MAX: usize = 64;
/// Letters behind such a place that are looked at; a longer remark is cut there.
const ANSWER_LETTERS_MAX: usize = 4_000;

/// The beginning of a text.
fn some(text: &str) -> &str {
    match text.char_indices().nth(ANSWER_LETTERS_MAX) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// Where a quote that opens behind the id closes.
fn closing_quote(rest: &str) -> Option<usize> {
    let inner =
        rest.trim_start_matches(|c: char| c.is_whitespace() || ",;:|".contains(c));
    let from = rest.len() - inner.len();
    let inner = inner.strip_prefix('"')?;
    // A quote that is doubled stands inside.
    let mut characters = inner.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if c == '"' {
            if characters.peek().is_some_and(|(_, next)| *next == '"') {
                characters.next();
                continue;
            }
            return Some(from + 1 + at + 1);
        }
    }
    None
}

/// The answer behind marks: `: Yes,"LDAP, SSO"`.
fn answer_in(text: &str) -> Read {
    let marks = |c: char| c.is_whitespace() || "\":,;?|*.)\u{201D}".contains(c);
    let bare = text.trim_start_matches(marks);
    let bare = bare.trim_end_matches(|c: char| c.is_whitespace() || ",;|\"".contains(c));
    // Columns: the answer ends where the next begins.
    let end = ["\t", "  ", "|"].iter().filter_map(|mark| bare.find(mark)).min();
    let Some(end) = end else { return answer::read(bare, Kind::YesNo) };
    let (first, further) = bare.split_at_checked(end).unwrap_or((bare, ""));
    let mut read = answer::read(first, Kind::YesNo);
    if read.answer.is_definite() {
        let further =
            further.trim_matches(|c: char| c.is_whitespace() || "|_".contains(c));
        match note_number(further) {
            Some((number, "")) => read.footnote = read.footnote.or(Some(number)),
            _ => join(&mut read.remark, further),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let draft = read(of_text(text), Edition::Of2019);
        let shown: Vec<String> = draft
            .entries
            .iter()
            .map(|it| {
                let remark = if it.remark.is_empty() { "" } else { " / " };
                let word = it.answer.word();
                format!("{} {word} {}{remark}{}", it.question.id, it.written, it.remark)
                    .trim_end()
                    .to_owned()
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn the_lines_of_a_pasted_form_are_read() {
        check("DOC-1:Manufacturer Name:\"Acme, Inc.\"", &["DOC-1 stated Acme, Inc."]);
        check("DOC-3:Device Model:Drip 2: mobile", &["DOC-3 stated Drip 2: mobile"]);
        check("AUTH-1,\"Can it, or not?\": Yes,", &["AUTH-1 yes Yes"]);
        check("AUTH-1.1,\"Users (LDAP, OAuth)?\":Yes,LDAP", &["AUTH-1.1 yes Yes / LDAP"]);
        check("AUTH-2,Are there roles?: No", &["AUTH-2 no No"]);
        check("AUTH-3,Are there roles: No: none", &["AUTH-3 no No / none"]);
        check("CONN-1,Hardware?: ____", &["CONN-1 blank"]);
        check(
            "MLDP-3,\"If MLDP-2 is No: others?\": N/A: none,",
            &["MLDP-3 not_applicable N/A / none"],
        );
        check("SHAD-15,Does it?: Yes, Optional", &["SAHD-15 yes Yes / Optional"]);
        check("| MPII-1 | Does it show? | No | note |", &["MPII-1 no No / note"]);
        check("**MPII-1** Does it show?  Yes   Note 2", &["MPII-1 yes Yes"]);
        check("MPII-1\tDoes it show?\tYes\twords", &["MPII-1 yes Yes / words"]);
    }

    #[test]
    fn answers_below_their_question_are_read_until_the_next() {
        check(
            "MPII-1 Does it show\nor keep them?\nYes\nMPII-2 Does it keep?\n\nMPII-2.1 For a time?\nN/A",
            &["MPII-1 yes Yes", "MPII-2 blank", "MPII-2.1 not_applicable N/A"],
        );
    }

    #[test]
    fn what_stands_below_a_blank_line_is_no_answer_to_it() {
        check("CONN-1,Hardware?: ____\nYes\n", &["CONN-1 blank"]);
        check("CONN-1,Hardware?:\nThe ability to connect: Yes\n", &["CONN-1 blank"]);
        check("CONN-1 Has it\nhardware? Yes\n", &["CONN-1 yes Yes"]);
    }

    #[test]
    fn what_is_said_in_a_question_is_no_answer() {
        check("CSUP-1,\"If no, answer N/A below?\": ", &["CSUP-1 blank"]);
        check("MLDP-3 If MLDP-2 is No, are there others?", &["MLDP-3 blank"]);
        check(
            "MLDP-3 If MLDP-2 is No, are there others? perhaps",
            &["MLDP-3 unclear perhaps"],
        );
        check("CONN-1\tHardware?\tYe\tNo", &["CONN-1 unclear Ye"]);
        check("CONN-1\tHas it hardware\tTBD\tNo", &["CONN-1 unclear TBD"]);
        check("CONN-1  Has it hardware  No  Yes", &["CONN-1 no No / Yes"]);
        check("CONN-1,Hardware: TBD: No", &["CONN-1 unclear TBD"]);
    }
}
