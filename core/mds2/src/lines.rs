//! Forms as text: lines that begin with an id, as they are pasted from a sheet or a page.
//!
//! `DOC-1:label:value`; `ID,question: answer,remark` with the question in quotes where it has
//! a comma, which is no CSV; columns parted by blanks or tabs; the answer on a line of its
//! own below. Marks of Markdown around it count for nothing.

use reading::Place;

use crate::answer::{self, Answer, Read};
use crate::grid::{Draft, head, join, note_number};
use crate::question::{Edition, Kind, SECTIONS};
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
                    Kind::YesNo => answered(rest, edition),
                };
                draft.add((question, spelt), read, place);
                above = Above::behind(rest);
            }
            Some(Found { written, is: Is::Unknown, rest }) => {
                let says = answered(rest, edition);
                draft.unknown(written, &says.written, place);
                above = Above::Closed;
            }
            None => above = go_on(&mut draft, bare, place, above),
        }
    }
    draft
}

/// What of the question above may stand in the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// More of its words, or its answer.
    Open,
    /// Its words have ended: its answer.
    Asked,
    /// Nothing.
    Closed,
}

impl Above {
    /// What may follow the line of a question.
    fn behind(line: &str) -> Self {
        // A line to write on says that nothing was written.
        if line.contains("__") {
            return Self::Closed;
        }
        match line.rfind('?').and_then(|at| line.get(at + 1..)) {
            Some(behind) if aside(behind).is_none() => Self::Asked,
            _ => Self::Open,
        }
    }
}

/// A line without an id; whether the question above may still go on.
fn go_on(draft: &mut Draft, bare: &str, place: Place, above: Above) -> Above {
    if let Some((number, rest)) = note_number(bare)
        && !rest.is_empty()
    {
        draft.footnote(number, rest.trim().to_owned(), place);
        return Above::Closed;
    }
    let edition = draft.edition;
    if edition == Edition::Of2013 && draft.entries.is_empty() {
        return head_line(draft, bare, &place);
    }
    let Some(last) = draft.entries.last_mut().filter(|_| above != Above::Closed) else {
        return Above::Closed;
    };
    if bare.is_empty() {
        return above;
    }
    if edition == Edition::Of2013 && is_heading(bare) {
        return Above::Closed;
    }
    let is_number = bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_digit());
    match (last.answer, last.question.kind) {
        (Answer::Blank, Kind::YesNo) => {
            let read = below(bare, above, edition);
            let is_definite = read.answer.is_definite();
            if is_definite {
                last.answer = read.answer;
                last.written = read.written;
                last.footnote = read.footnote;
                join(&mut last.remark, &read.remark);
                last.place = place;
            }
            match (bare.contains('?'), is_definite, above) {
                // Where questions stand below each other, as in a page that is put out by its
                // columns, nobody knows to which of them an answer belongs.
                (true, false, Above::Asked) => Above::Closed,
                (true, ..) | (_, true, _) => Above::Asked,
                (false, false, above) => above,
            }
        }
        // The number of the note stands in the column behind, thus in a line of its own.
        (Answer::SeeNotes, Kind::YesNo) if is_number && last.footnote.is_none() => {
            last.footnote = Some(bare.to_owned());
            Above::Closed
        }
        _ => Above::Closed,
    }
}

/// What a line below a question without an answer says.
fn below(bare: &str, above: Above, edition: Edition) -> Read {
    let read = answer::read(bare, Kind::YesNo);
    if read.answer.is_definite() {
        return read;
    }
    // In a line that goes on with the question only what follows its end counts.
    if bare.contains('?') {
        return answered(bare, edition);
    }
    let is_ending = above == Above::Open && edition == Edition::Of2013;
    noted(bare).filter(|_| is_ending).unwrap_or(read)
}

/// A line of the head of a form of 2013.
fn head_line(draft: &mut Draft, bare: &str, place: &Place) -> Above {
    let found = head::labels(bare);
    for it in found.ours.iter().filter(|it| !it.value.is_empty()) {
        draft.state(it.name, it.value, place.clone());
    }
    for foreign in found.foreign {
        head::leave_out(draft, foreign, place.clone());
    }
    Above::Closed
}

/// Whether a line heads a part of a form of 2013: the words that may be chosen, or the code of
/// a capability. What stands below it is no answer to what stands above it.
fn is_heading(bare: &str) -> bool {
    let codes = SECTIONS.iter().map(|(code, _)| *code).chain(["CNFS"]);
    let is_of_part = codes.into_iter().any(|code| bare.contains(&format!("({code})")));
    is_of_part || bare.to_lowercase().contains("yes, no")
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

/// What stands behind a bracket that a text begins with, such as `(Indicate time in notes.)`;
/// empty where it is not closed, `None` where the text begins with none or it holds an answer.
fn aside(text: &str) -> Option<&str> {
    let inner = text.trim_start().strip_prefix('(')?;
    let (inside, behind) = inner.split_once(')').unwrap_or((inner, ""));
    (!answer::read(inside, Kind::YesNo).answer.is_definite()).then_some(behind)
}

/// The answer at the end of a line of a form of 2013, where one blank parts the columns: it is
/// known by the column of notes behind it, a line to write on or a number.
fn noted(text: &str) -> Option<Read> {
    let (before, note) = text.trim_end().rsplit_once(' ')?;
    let before = before.trim_end();
    let is_line = note.bytes().all(|byte| byte == b'_');
    let is_number = note.len() <= 2 && note.bytes().all(|byte| byte.is_ascii_digit());
    if !is_line && !is_number {
        return None;
    }
    let found =
        ["Yes", "No", "N/A", "See Notes", "See Note"].into_iter().find(|word| {
            let words = before.strip_suffix(word);
            words.is_some_and(|it| it.is_empty() || it.ends_with(' '))
        })?;
    let mut read = answer::read(found, Kind::YesNo);
    read.footnote = is_number.then(|| note.to_owned());
    Some(read)
}

/// The answer behind a question.
fn answered(rest: &str, edition: Edition) -> Read {
    let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || c == '|');
    if edition == Edition::Of2019 {
        return answered_at(rest);
    }
    // Form of 2013: what is to be written into a note stands in brackets behind the question.
    match rest.rfind('?').and_then(|at| rest.get(at + 1..)) {
        Some(behind) => match aside(behind) {
            Some("") => answer::read("", Kind::YesNo),
            Some(further) => answer_in(some(further)),
            None => answered_at(rest),
        },
        None => {
            let read = answered_at(rest);
            noted(rest).filter(|_| read.answer == Answer::Blank).unwrap_or(read)
        }
    }
}

/// The answer behind a question, by the marks around it.
fn answered_at(rest: &str) -> Read {
    let blank = || answer::read("", Kind::YesNo);
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
