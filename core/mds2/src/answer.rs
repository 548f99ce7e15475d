//! What is answered, as people write it.
//!
//! A word counts only where it stands alone or a mark parts it from a remark: `Yes, LDAP` is
//! a yes with a remark, `No longer supported` is no answer that can be counted on. What is
//! neither is [`Answer::Unclear`], and what is left out is [`Answer::Blank`]: neither is
//! ever a yes or a no.

use crate::question::Kind;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// It does not apply.
    NotApplicable,
    /// A note says it.
    SeeNotes,
    /// A text, where one is asked for.
    Stated,
    /// Nothing.
    Blank,
    /// Something that is none of the answers.
    Unclear,
}

impl Answer {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotApplicable => "not_applicable",
            Self::SeeNotes => "see_notes",
            Self::Stated => "stated",
            Self::Blank => "blank",
            Self::Unclear => "unclear",
        }
    }

    /// The word as the form has it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::NotApplicable => "N/A",
            Self::SeeNotes => "See Notes",
            Self::Stated | Self::Blank | Self::Unclear => "",
        }
    }

    /// Whether it is one of the four that the form offers.
    #[must_use]
    pub const fn is_definite(self) -> bool {
        matches!(self, Self::Yes | Self::No | Self::NotApplicable | Self::SeeNotes)
    }
}

/// An answer taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) answer: Answer,
    /// The answer as written.
    pub(crate) written: String,
    pub(crate) remark: String,
    /// The number of the note that it points at.
    pub(crate) footnote: Option<String>,
}

/// Reads what stands in the place of an answer.
pub(crate) fn read(text: &str, kind: Kind) -> Read {
    let text = collapse(text);
    let bare = text
        .trim_matches(|c: char| c.is_whitespace() || c == '"')
        .trim_start_matches(':');
    let bare = bare.trim();
    if is_blank(bare) {
        return plain(Answer::Blank, "");
    }
    if kind == Kind::Text {
        return match word_at(bare) {
            Some((Answer::NotApplicable, "")) => plain(Answer::NotApplicable, bare),
            _ => plain(Answer::Stated, bare),
        };
    }
    // The line for the number of a note, with nothing on it.
    let bare = bare.trim_end_matches(|c: char| c == '_' || c.is_whitespace());
    if let Some(read) = ticked(bare) {
        return read;
    }
    let Some((answer, rest)) = word_at(bare) else { return plain(Answer::Unclear, bare) };
    let written = bare.get(..bare.len() - rest.len()).unwrap_or(bare).trim_end();
    let Some((remark, footnote)) = tail(answer, rest) else {
        return plain(Answer::Unclear, bare);
    };
    Read { answer, written: written.to_owned(), remark, footnote }
}

fn plain(answer: Answer, written: &str) -> Read {
    Read { answer, written: written.to_owned(), remark: String::new(), footnote: None }
}

/// Every run of white space as one blank, and no-break blanks as blanks.
pub(crate) fn collapse(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{FEFF}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Lines to write on, dashes, and what a list shows before something is chosen.
fn is_blank(text: &str) -> bool {
    const MARKS: &str = "_-\u{2010}\u{2013}\u{2014}.,;:?*\u{2026} |";
    const PROMPTS: [&str; 8] = [
        "select",
        "select one",
        "please select",
        "select an item",
        "choose an item.",
        "choose",
        "<select>",
        "click or tap here to enter text.",
    ];
    text.chars().all(|c| MARKS.contains(c))
        || PROMPTS.contains(&text.to_lowercase().as_str())
}

/// The words, the longer before those that they begin with.
const WORDS: [(&str, Answer); 57] = [
    ("not applicable", Answer::NotApplicable),
    ("nicht zutreffend", Answer::NotApplicable),
    ("nicht anwendbar", Answer::NotApplicable),
    ("niet van toepassing", Answer::NotApplicable),
    ("non applicable", Answer::NotApplicable),
    ("non applicabile", Answer::NotApplicable),
    ("não aplicável", Answer::NotApplicable),
    ("no aplica", Answer::NotApplicable),
    ("no aplicable", Answer::NotApplicable),
    ("sans objet", Answer::NotApplicable),
    ("entfällt", Answer::NotApplicable),
    ("n / a", Answer::NotApplicable),
    ("n/ a", Answer::NotApplicable),
    ("n /a", Answer::NotApplicable),
    ("n/a", Answer::NotApplicable),
    ("n\\a", Answer::NotApplicable),
    ("n.a.", Answer::NotApplicable),
    ("n.a", Answer::NotApplicable),
    ("n.v.t.", Answer::NotApplicable),
    ("nvt", Answer::NotApplicable),
    ("s.o.", Answer::NotApplicable),
    ("na", Answer::NotApplicable),
    ("see the notes", Answer::SeeNotes),
    ("see the note", Answer::SeeNotes),
    ("see footnote", Answer::SeeNotes),
    ("see remarks", Answer::SeeNotes),
    ("see remark", Answer::SeeNotes),
    ("see comments", Answer::SeeNotes),
    ("see comment", Answer::SeeNotes),
    ("see notes", Answer::SeeNotes),
    ("see note", Answer::SeeNotes),
    ("siehe anmerkungen", Answer::SeeNotes),
    ("siehe anmerkung", Answer::SeeNotes),
    ("siehe hinweis", Answer::SeeNotes),
    ("s. anm.", Answer::SeeNotes),
    ("voir note", Answer::SeeNotes),
    ("voir remarque", Answer::SeeNotes),
    ("ver nota", Answer::SeeNotes),
    ("vedi nota", Answer::SeeNotes),
    ("zie opmerking", Answer::SeeNotes),
    ("notes", Answer::SeeNotes),
    ("note", Answer::SeeNotes),
    ("yes", Answer::Yes),
    ("true", Answer::Yes),
    ("oui", Answer::Yes),
    ("sim", Answer::Yes),
    ("sí", Answer::Yes),
    ("sì", Answer::Yes),
    ("si", Answer::Yes),
    ("ja", Answer::Yes),
    ("y", Answer::Yes),
    ("false", Answer::No),
    ("nein", Answer::No),
    ("não", Answer::No),
    ("non", Answer::No),
    ("nee", Answer::No),
    ("no", Answer::No),
];

/// Further words for no, which begin others.
const SHORT: [(&str, Answer); 3] =
    [("nej", Answer::No), ("nei", Answer::No), ("n", Answer::No)];

/// The word at the beginning, and what follows.
fn word_at(text: &str) -> Option<(Answer, &str)> {
    WORDS.iter().chain(&SHORT).find_map(|(word, answer)| {
        let rest = strip(text, word)?;
        let is_apart = !rest
            .starts_with(|c: char| c.is_alphanumeric() && !RAISED.contains(&c))
            || (*answer == Answer::SeeNotes
                && rest.starts_with(|c: char| c.is_ascii_digit()));
        is_apart.then_some((*answer, rest))
    })
}

/// What follows a word, whatever its case.
fn strip<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        let found = rest.next()?;
        if found != expected && !found.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The remark behind an answer, and the note that it points at; `None` where what follows
/// makes the word part of a sentence, or answers once more.
fn tail(answer: Answer, rest: &str) -> Option<(String, Option<String>)> {
    let starts = |marks: &str| rest.starts_with(|c: char| marks.contains(c));
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    let is_number = !spaced.is_empty()
        && spaced.chars().all(|c| c.is_ascii_digit() || ", &".contains(c));
    if is_number && answer != Answer::Stated {
        return Some((String::new(), number_in(spaced)));
    }
    // `Yes¹`, `Yes*`.
    if let Some(number) = superscript(rest) {
        return Some((String::new(), Some(number)));
    }
    let points = ["see ", "note", "siehe ", "voir ", "ver ", "vedi "];
    let low = spaced.to_lowercase();
    let is_pointing = points.iter().any(|word| low.starts_with(word));
    let is_parted = rest.is_empty()
        || starts(",;:.([*†\u{2013}\u{2014}")
        || rest.strip_prefix(' ').is_some_and(|rest| {
            rest.starts_with(|c: char| "([*-\u{2013}\u{2014}:;,".contains(c))
        })
        || rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(' '))
        || is_pointing
        || answer == Answer::SeeNotes;
    if !is_parted {
        return None;
    }
    let trim = |c: char| ",;:.*†-\u{2013}\u{2014} \"".contains(c);
    let remark =
        rest.trim_start_matches(trim).trim_end_matches(|c: char| ",; \"".contains(c));
    let again = remark.trim_start_matches("or ").trim_start_matches("and ");
    if let Some((other, _)) = word_at(again)
        && other != answer
        && other != Answer::SeeNotes
        && answer != Answer::SeeNotes
        && answers_again(again)
    {
        return None;
    }
    let footnote = match answer {
        Answer::SeeNotes => number_in(spaced),
        _ => pointed(remark),
    };
    let is_number_alone =
        footnote.is_some() && remark.chars().all(|c| !c.is_alphabetic());
    let remark = if is_number_alone { "" } else { remark };
    Some((remark.to_owned(), footnote))
}

/// Whether a remark is nothing but another answer: `Yes, No`; not `No, n/a for model B`.
fn answers_again(remark: &str) -> bool {
    let Some((_, rest)) = word_at(remark) else { return false };
    rest.chars().all(|c| !c.is_alphanumeric())
}

/// The number at the beginning of a text, behind marks.
fn number_in(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| " #.:()[]".contains(c));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text.get(..digits)?;
    (1..=3).contains(&digits).then(|| number.to_owned())
}

/// The note that a remark points at: `see note 3`, `(Note 3)`.
fn pointed(remark: &str) -> Option<String> {
    let low = remark.to_lowercase();
    let words = ["note", "anmerkung", "hinweis", "remarque", "nota", "remark", "comment"];
    words.iter().find_map(|word| {
        let at = low.find(word)?;
        let behind = low.get(at + word.len()..)?;
        number_in(behind.strip_prefix('s').unwrap_or(behind))
    })
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// The number of a raised digit.
fn superscript(text: &str) -> Option<String> {
    let digit = |c: char| RAISED.iter().position(|raised| *raised == c);
    let digits: Option<String> =
        text.trim().chars().map(|c| Some(digit(c)?.to_string())).collect();
    digits.filter(|digits| (1..=3).contains(&digits.len()))
}

/// Boxes with one of them ticked: `☒ Yes ☐ No ☐ N/A`.
fn ticked(text: &str) -> Option<Read> {
    let is_box =
        |c: char| "☐☑☒□■▢✓✔✗✘".contains(c) || ('\u{F06E}'..='\u{F0FE}').contains(&c);
    let is_ticked = |c: char| "☑☒■✓✔✗✘".contains(c);
    if !text.contains(is_box) || !text.contains(|c| "☐□▢☑☒■".contains(c)) {
        return None;
    }
    let mut ticked = Vec::new();
    for (at, mark) in text.char_indices().filter(|(_, c)| is_box(*c)) {
        let behind = text.get(at + mark.len_utf8()..).unwrap_or_default();
        let word = behind.split(is_box).next().unwrap_or_default().trim();
        if is_ticked(mark) {
            ticked.push(word);
        }
    }
    match ticked.as_slice() {
        [] => Some(plain(Answer::Blank, "")),
        [word] => {
            let (answer, rest) = word_at(word)?;
            let (remark, footnote) = tail(answer, rest)?;
            Some(Read { answer, written: answer.label().to_owned(), remark, footnote })
        }
        _ => Some(plain(Answer::Unclear, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, answer: Answer, remark: &str, footnote: Option<&str>) {
        let read = read(text, Kind::YesNo);
        assert_eq!(read.answer, answer, "{text}");
        assert_eq!(read.remark, remark, "{text}");
        assert_eq!(read.footnote.as_deref(), footnote, "{text}");
    }

    #[test]
    fn answers_are_read_with_their_remarks() {
        check("Yes", Answer::Yes, "", None);
        check(" yes ", Answer::Yes, "", None);
        check("\"Yes\"", Answer::Yes, "", None);
        check("YES,", Answer::Yes, "", None);
        check("Y", Answer::Yes, "", None);
        check("No.", Answer::No, "", None);
        check("Yes, LDAP", Answer::Yes, "LDAP", None);
        check("Yes,optional", Answer::Yes, "optional", None);
        check("Yes - with the option X", Answer::Yes, "with the option X", None);
        check("Yes (optional)", Answer::Yes, "(optional)", None);
        check("No: the device has no clock", Answer::No, "the device has no clock", None);
        check("N/A: software alone", Answer::NotApplicable, "software alone", None);
        check("No, n/a for model B", Answer::No, "n/a for model B", None);
        check("TRUE", Answer::Yes, "", None);
    }

    #[test]
    fn not_applicable_has_many_spellings_and_other_languages_their_words() {
        for text in [
            "N/A",
            "n/a",
            "NA",
            "N.A.",
            "n.a",
            "N / A",
            "Not  Applicable",
            "N\\A",
            "nicht zutreffend",
            "entfällt",
            "Non applicable",
            "n.v.t.",
            "No aplica",
        ] {
            check(text, Answer::NotApplicable, "", None);
        }
        for text in ["Ja", "Oui", "Sí", "Sì", "Sim"] {
            check(text, Answer::Yes, "", None);
        }
        for text in ["Nein", "Non", "Nee", "Não", "N", "nej"] {
            check(text, Answer::No, "", None);
        }
    }

    #[test]
    fn notes_are_pointed_at() {
        check("See Note", Answer::SeeNotes, "", None);
        check("See notes 4, 5", Answer::SeeNotes, "", Some("4"));
        check("Note 12", Answer::SeeNotes, "", Some("12"));
        check("Note12", Answer::SeeNotes, "", Some("12"));
        check("siehe Anmerkung 2", Answer::SeeNotes, "", Some("2"));
        check("Yes, see note 3", Answer::Yes, "see note 3", Some("3"));
        check("Yes see Note 3", Answer::Yes, "see Note 3", Some("3"));
        check("Yes (Note 3)", Answer::Yes, "(Note 3)", Some("3"));
        check("Yes 1", Answer::Yes, "", Some("1"));
        check("Yes¹", Answer::Yes, "", Some("1"));
        check("Yes*", Answer::Yes, "", None);
    }

    #[test]
    fn what_is_left_out_is_blank() {
        for text in
            ["", " ", "____", "-", "—", "...", "Choose an item.", "?", "☐ Yes ☐ No"]
        {
            check(text, Answer::Blank, "", None);
        }
    }

    #[test]
    fn what_is_no_answer_is_unclear_and_never_a_yes() {
        for text in [
            "No longer supported",
            "Yes or No",
            "Yes/No",
            "Yes, No",
            "Yes / N/A",
            "TBD",
            "Yesterday",
            "None",
            "Nothing",
            "not yet",
            "LDAP",
            "North",
            "7",
            "Nov",
            "☒ Yes ☒ No",
            "yes no",
            "Only with option",
            "Yes we can",
        ] {
            check(text, Answer::Unclear, "", None);
        }
    }

    #[test]
    fn ticked_boxes_are_read() {
        check("☒ Yes ☐ No ☐ N/A", Answer::Yes, "", None);
        check("☐ Yes ☑ No ☐ N/A", Answer::No, "", None);
        check("□ Yes □ No ■ See Note", Answer::SeeNotes, "", None);
    }

    #[test]
    fn texts_are_kept_as_they_are() {
        let text = read(" Acme, Inc. ", Kind::Text);
        assert_eq!((text.answer, text.written.as_str()), (Answer::Stated, "Acme, Inc."));
        assert_eq!(read("No. 7 pump", Kind::Text).answer, Answer::Stated);
        assert_eq!(read("N/A", Kind::Text).answer, Answer::NotApplicable);
        assert_eq!(read("___", Kind::Text).answer, Answer::Blank);
    }

    proptest::proptest! {
        #[test]
        fn an_answer_with_a_remark_behind_a_comma_is_itself(
            answer in proptest::sample::select(vec!["Yes", "No", "N/A"]),
            remark in "[a-m]{4,8} [a-z ]{0,20}",
        ) {
            let whole = read(&format!("{answer}, {remark}"), Kind::YesNo);
            proptest::prop_assert_eq!(whole.answer, read(answer, Kind::YesNo).answer);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let whole = read(&text, Kind::YesNo);
            proptest::prop_assert!(whole.answer != Answer::Stated);
            let _ = read(&text, Kind::Text);
        }
    }
}
