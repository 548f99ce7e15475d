//! Why a document is no form that is read: it is none, or one of which nothing is read.
//!
//! Source of what tells an older edition: the form of HIMSS, v 1.0 (2004-11-01), and that of
//! HIMSS/NEMA HN 1-2008: questions numbered through with letters below them, on ePHI and on
//! three kinds of safeguards.

use reading::{Place, Rejected, text};

/// What a refused document is, in a few words, where it is a form all the same: it can be kept
/// as a document, and nobody has read it. `None` where it is no form.
#[must_use]
pub fn unread(refused: &Rejected) -> Option<&'static str> {
    [OLDER, LAYOUT]
        .into_iter()
        .find(|it| refused.message.starts_with(it.begins))
        .map(|it| it.words)
}

/// A kind of form of which nothing is read.
struct Unread {
    words: &'static str,
    /// How the sentence about it begins.
    begins: &'static str,
}

const OLDER: Unread = Unread {
    words: "MDS2 form of an edition before 2013, of which nothing is read",
    begins: "this is an MDS2 form of an edition before 2013",
};

const LAYOUT: Unread = Unread {
    words: "MDS2 form in a layout of which nothing is read",
    begins: "this is an MDS2 form of which nothing is read",
};

const KEEP: &str = "ask the maker for the form in its edition of 2019; this one can be kept as a \
                    document of its supplier";

/// Why a text holds no form that is read.
pub(crate) fn none(whole: &str) -> Rejected {
    let low = flat(whole);
    if let Some(mark) = older(&low) {
        let message = format!(
            "{}, as {} tells: its questions are others, and nothing is read into those of today",
            OLDER.begins,
            text::quoted(mark)
        );
        return Rejected::new(Place::Document, message, KEEP);
    }
    if let Some(mark) = PARTS.into_iter().find(|_| is_form(&low)) {
        let message = format!(
            "{}, as {} tells: no lines in it begin with ids of questions, such as AUDT-2.1 or 2-1",
            LAYOUT.begins,
            text::quoted(mark)
        );
        let hint = "ask the maker for the form as a workbook (.xlsx) or a PDF with text; this one \
                    can be kept as a document of its supplier";
        return Rejected::new(Place::Document, message, hint);
    }
    let message = match names_it(&low) {
        true => {
            "the document speaks of MDS2, but no lines in it begin with ids of questions"
        }
        false => {
            "no MDS2 form: no lines begin with ids of questions, such as MPII-1 or AUDT-2.1"
        }
    };
    Rejected::new(
        Place::Document,
        message,
        "give the form itself, as a workbook (.xlsx), a PDF with text, CSV or text",
    )
}

/// Letters of a text that are looked at for what tells a form.
const LETTERS_MAX: usize = 400_000;

/// A text in small letters, its white space as single blanks.
fn flat(whole: &str) -> String {
    let whole = whole
        .char_indices()
        .nth(LETTERS_MAX)
        .and_then(|(at, _)| whole.get(..at))
        .unwrap_or(whole);
    crate::answer::collapse(&whole.to_lowercase())
}

fn names_it(low: &str) -> bool {
    ["mds2", "mds 2", "mds\u{B2}", "manufacturer disclosure statement"]
        .iter()
        .any(|name| low.contains(name))
}

/// What a form of 2013 is parted into.
const PARTS: [&str; 2] = ["management of private data", "security capabilities"];

/// Whether a text names the form, and has the parts of one of 2013.
fn is_form(low: &str) -> bool {
    names_it(low) && PARTS.iter().all(|part| low.contains(part))
}

/// What tells a form of 2004 or 2008. A text about the standard names its number too: that
/// alone tells nothing, but beside the questions of the form.
fn older(low: &str) -> Option<&'static str> {
    const MARKS: [&str; 4] = ["v 1.0 (2004-11-01)", "hn 1-2008", "hn1-2008", "hn 1-2004"];
    const SAFEGUARDS: [&str; 3] =
        ["administrative safeguards", "physical safeguards", "technical safeguards"];
    const PHI: &str = "management of electronic protected health information";

    if !names_it(low) || is_form(low) {
        return None;
    }
    let has_questions = low.contains("note #") || low.contains("ephi");
    let found =
        |marks: &[&'static str]| marks.iter().copied().find(|it| low.contains(it));
    let named = found(&MARKS).filter(|_| has_questions);
    let safeguards = SAFEGUARDS.iter().filter(|it| low.contains(**it)).count() > 1;
    named
        .or_else(|| found(&[PHI]))
        .or_else(|| found(&SAFEGUARDS).filter(|_| safeguards && has_questions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_is_that_is_no_form_is_said_with_what_tells_it() {
        #[track_caller]
        fn check(text: &str, words: Option<&str>, part: &str) {
            let refused = none(text);
            assert_eq!(unread(&refused), words, "{refused}");
            assert!(refused.message.contains(part), "{refused}");
        }

        let older = Some(OLDER.words);
        check(
            "MDS\n2\nv 1.0 (2004-11-01)\nYes No N/A Note #",
            older,
            "`v 1.0 (2004-11-01)`",
        );
        check(
            "Manufacturer Disclosure Statement for Medical Device Security \u{2013} MDS2\n\
             Device Category: Pump Manufacturer: Acme\n\
             MANAGEMENT OF ELECTRONIC PROTECTED HEALTH\n INFORMATION (ePHI)\n1. Can it?... Yes",
            older,
            "`management of electronic protected health information`",
        );
        check(
            "HIMSS/NEMA Standard HN 1-2008\nMDS\u{B2}\n1. Can it? Yes No N/A Note #",
            older,
            "`hn 1-2008`",
        );
        check(
            "MDS2\nYes No N/A Note #\nADMINISTRATIVE SAFEGUARDS\nPHYSICAL SAFEGUARDS\n",
            older,
            "`administrative safeguards`",
        );
        // A form of 2013 speaks of ePHI too.
        check(
            "MDS2 HN 1-2013\nMANAGEMENT OF PRIVATE DATA\nCan it keep private data (ePHI)? Note #\n\
             SECURITY CAPABILITIES\n",
            Some(LAYOUT.words),
            "`management of private data`",
        );
        check("An essay on MDS2 and how HN 1-2008 came to be.", None, "speaks of MDS2");
        check(
            "technical safeguards and physical safeguards of ePHI",
            None,
            "no MDS2 form",
        );
        check("", None, "no MDS2 form");
    }
}
