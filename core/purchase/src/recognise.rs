//! The front door: what a file of a bid is, by its content, and what it says.
//!
//! Every file comes out of here as something: read, of a kind that nothing reads, or refused
//! with its fault. A file is lost in no case, and may always be the proof of what a person
//! wrote down.

use std::sync::Arc;

use advisory::recognise::{Format, is_companion};
use advisory::{Document, Record, Source, csaf, kev};
use controls::supplier_history::Advisory;
use evidence::scan::Tool;
use evidence::{Pseudonyms, Read, Scan};
use mds2::Form;
use reading::{Note, Parsed, Place, Rejected, json, pdf, text, workbook};
use sbom::Bom;

use crate::answer::{self, Answer};
use crate::paper::{self, Paper};

/// One file of a bid.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The file, and behind `!` its name in an archive.
    pub file: String,
    /// What it is, in words.
    pub kind: &'static str,
    /// What it says.
    pub content: Content,
    /// What was set aside while it was read.
    pub notes: Vec<Note>,
}

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// What a maker discloses of a device.
    Form(Box<Form>),
    /// What a product is made of.
    Sbom(Box<Bom>),
    /// Statements about flaws.
    Vex(Box<Record>),
    /// An advisory.
    Advisory(Box<Advisory>),
    /// Records of CVEs.
    Records(Vec<Record>),
    /// What is exploited in the wild.
    Kev(Box<kev::Catalog>),
    /// A document that a supplier shows, or that is kept about it.
    Supplier(Box<supplier::Document>),
    /// Rows of an export, entries of a register, rules of a firewall.
    Evidence(Box<Read>),
    /// The result of a scanner.
    Scan(Box<Scan>),
    /// Answers to questions.
    Answers(Vec<Answer>),
    /// A letter, a certificate, terms.
    Paper(Box<Paper>),
    /// A checksum or a signature of another file.
    Companion,
    /// Of no kind that is read, with the reason.
    Unread(String),
    /// Broken, with the fault.
    Refused(Rejected),
}

/// Questions of a form from which on a document is one.
const QUESTIONS_MIN: usize = 20;

/// What a file is, and what it says. People's names in exports become pseudonyms.
#[must_use]
pub fn recognise(file: &str, bytes: &[u8], names: &Pseudonyms) -> Taken {
    let (kind, content, notes) = tell(bytes, names);
    Taken { file: file.to_owned(), kind, content, notes }
}

type Told = (&'static str, Content, Vec<Note>);

fn of<T>(kind: &'static str, parsed: Parsed<T>, make: impl Fn(T) -> Content) -> Told {
    (kind, make(parsed.value), parsed.notes)
}

fn refused(kind: &'static str, why: Rejected) -> Told {
    (kind, Content::Refused(why), Vec::new())
}

fn unread(kind: &'static str, why: impl Into<String>) -> Told {
    (kind, Content::Unread(why.into()), Vec::new())
}

fn tell(bytes: &[u8], names: &Pseudonyms) -> Told {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return unread("empty file", "there is nothing in it");
    }
    if is_companion(bytes) {
        return (COMPANION, Content::Companion, Vec::new());
    }
    if let Some(what) = packed(bytes) {
        let hint = "send it as ZIP, or the files one by one";
        let message = format!("it is packed with {what}, which is not unpacked");
        return refused(ARCHIVE, Rejected::new(Place::Document, message, hint));
    }
    if let Some(what) = picture(bytes) {
        return unread(what, "pictures are not read; it can be a proof");
    }
    if workbook::is_workbook(bytes) {
        return table(bytes, names);
    }
    if pdf::is_pdf(bytes) {
        return printed(bytes);
    }
    if answer::is_answers(bytes) {
        return answers(bytes);
    }
    if let Some(kind) = supplier::kind(bytes) {
        return match supplier::parse(kind, bytes) {
            Ok(parsed) => of(kind.words(), parsed, |it| Content::Supplier(Box::new(it))),
            Err(why) => refused(kind.words(), why),
        };
    }
    match advisory::recognise::format(bytes) {
        Some(Format::CycloneDxVex) => cyclonedx(bytes),
        Some(_) => advisory(bytes),
        None => other(bytes, names),
    }
}

/// With what an archive is packed that is not unpacked, by its first bytes.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some("7-Zip"),
        [b'R', b'a', b'r', b'!', 0x1A, 0x07, ..] => Some("RAR"),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some("xz"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some("bzip2"),
        _ => None,
    }
}

pub(crate) const ARCHIVE: &str = "archive that is not unpacked";

/// What a picture is, by its first bytes.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("picture (PNG)"),
        [0xFF, 0xD8, 0xFF, ..] => Some("picture (JPEG)"),
        [b'G', b'I', b'F', b'8', ..] => Some("picture (GIF)"),
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some("picture (TIFF)"),
        _ => None,
    }
}

fn answers(bytes: &[u8]) -> Told {
    match answer::parse(bytes) {
        Ok(parsed) => of("answers to questions", parsed, Content::Answers),
        Err(why) => refused("answers to questions", why),
    }
}

/// A form, where a document has enough of its questions.
///
/// # Errors
/// When it is none: with what is said of it where it looks like one of which nothing is read.
fn form(bytes: &[u8]) -> Result<Told, Option<String>> {
    let parsed = match mds2::parse(bytes) {
        Ok(parsed) => parsed,
        Err(why) => return Err(mds2::unread(&why).map(|_| why.message.into_owned())),
    };
    let mut questions: Vec<usize> =
        parsed.value.entries.iter().map(|entry| entry.question.position).collect();
    questions.sort_unstable();
    questions.dedup();
    let is_form = questions.len() >= QUESTIONS_MIN;
    match is_form {
        true => Ok(of(FORM, parsed, |it: Form| Content::Form(Box::new(it)))),
        false => Err(None),
    }
}

const FORM: &str = "MDS2 form";

/// A workbook may be a list of answers, a form, or tables of evidence.
fn table(bytes: &[u8], names: &Pseudonyms) -> Told {
    if answer::is_answers(bytes) {
        return answers(bytes);
    }
    match form(bytes) {
        Ok(told) => return told,
        Err(Some(why)) => return unread(FORM, why),
        Err(None) => {}
    }
    match evidence::format(bytes) {
        Some(format) => records(format, bytes, names),
        None => match workbook::Workbook::open(bytes) {
            Ok(_) => unread("workbook", "no sheet of it is of a kind that is read"),
            Err(why) => refused(OFFICE, why),
        },
    }
}

/// A PDF may be a form or a paper.
fn printed(bytes: &[u8]) -> Told {
    match form(bytes) {
        Ok(told) => told,
        Err(like) => or_like_form(paper(bytes, PDF), like),
    }
}

/// A paper that speaks of a form, as a contract or an essay may, is that paper, where something
/// is read of it; else it is what it looks like.
fn or_like_form(paper: Told, like: Option<String>) -> Told {
    let says_something = match &paper.1 {
        Content::Paper(paper) => !paper.said.is_empty(),
        Content::Unread(_) | Content::Refused(_) => false,
        _ => true,
    };
    match like {
        Some(why) if !says_something => unread(FORM, why),
        _ => paper,
    }
}

fn paper(bytes: &[u8], plain: &'static str) -> Told {
    match paper::parse(bytes) {
        Ok(parsed) => {
            let kind = parsed.value.said.first().map_or(plain, |said| said.kind.words());
            of(kind, parsed, |it| Content::Paper(Box::new(it)))
        }
        Err(why) => refused(plain, why),
    }
}

/// CycloneDX carries components, statements, or both.
fn cyclonedx(bytes: &[u8]) -> Told {
    match sbom::parse(bytes) {
        Ok(parsed) if parsed.value.components.is_empty() => match advisory(bytes) {
            // Neither components nor statements: an SBOM, and an empty one.
            (_, Content::Refused(why), _) if advisory::recognise::is_other(&why) => {
                of(SBOM, parsed, |it| Content::Sbom(Box::new(it)))
            }
            told => told,
        },
        Ok(parsed) => of(SBOM, parsed, |it| Content::Sbom(Box::new(it))),
        Err(why) => refused(SBOM, why),
    }
}

pub(crate) const SBOM: &str = "SBOM";
pub(crate) const COMPANION: &str = "checksum or signature";
pub(crate) const OFFICE: &str = "workbook or text of an office program";
pub(crate) const PDF: &str = "document (PDF)";
pub(crate) const TEXT: &str = "document (text)";
pub(crate) const JSON: &str = "document (JSON)";

fn advisory(bytes: &[u8]) -> Told {
    match advisory::parse(bytes) {
        Ok(parsed) => match parsed.value {
            Document::Record(record) => record_of(*record, bytes, parsed.notes),
            Document::Records(records) => {
                ("records of CVEs", Content::Records(records), parsed.notes)
            }
            Document::Kev(catalog) => {
                ("KEV", Content::Kev(Box::new(catalog)), parsed.notes)
            }
            Document::Epss(_) => unread("EPSS", "it says nothing of a bidder"),
        },
        Err(why) => refused("advisory or statement", why),
    }
}

fn record_of(record: Record, bytes: &[u8], notes: Vec<Note>) -> Told {
    match record.source {
        Source::OpenVex | Source::CycloneDxVex => {
            ("VEX", Content::Vex(Box::new(record)), notes)
        }
        Source::Csaf => {
            let publication = csaf::publication(bytes).ok().map(|parsed| parsed.value);
            let category = publication.as_ref().map(|it| it.category.as_str());
            if category == Some("csaf_vex") {
                return ("VEX", Content::Vex(Box::new(record)), notes);
            }
            let record = Arc::new(record);
            let advisory = Advisory { file: String::new(), record, publication };
            ("advisory", Content::Advisory(Box::new(advisory)), notes)
        }
        _ => ("records of CVEs", Content::Records(vec![record]), notes),
    }
}

/// Whatever is neither an advisory nor a supplier's document of its own.
fn other(bytes: &[u8], names: &Pseudonyms) -> Told {
    let why = match sbom::parse(bytes) {
        Ok(parsed) => return of(SBOM, parsed, |it| Content::Sbom(Box::new(it))),
        Err(why) => why,
    };
    if is_like_sbom(bytes) && !is_scan(bytes) {
        return refused(SBOM, why);
    }
    let like = match is_like_form(bytes).then(|| form(bytes)) {
        Some(Ok(told)) => return told,
        Some(Err(like)) => like,
        None => None,
    };
    match evidence::format(bytes) {
        Some(format) => records(format, bytes, names),
        None => or_like_form(written(bytes), like),
    }
}

/// A text that is none of the formats. JSON that is not whole is no text for people.
fn written(bytes: &[u8]) -> Told {
    match text::decode(bytes) {
        Ok(text) if is_json(&text) => {
            match json::from_str::<serde::de::IgnoredAny>(&text) {
                Ok(_) => paper(bytes, TEXT),
                Err(why) => refused(JSON, why),
            }
        }
        Ok(text) if !text.contains('\u{0}') => paper(bytes, TEXT),
        _ => unread("file of no kind that is read", "it can be a proof"),
    }
}

fn records(format: evidence::Format, bytes: &[u8], names: &Pseudonyms) -> Told {
    let kind = format.words();
    match evidence::parse(format, bytes, names) {
        Ok(parsed) => of(kind, parsed, |read| match read {
            Read::Scan(scan) => Content::Scan(Box::new(scan)),
            read => Content::Evidence(Box::new(read)),
        }),
        Err(why) if is_known(format) => unread(kind, why.to_string()),
        Err(why) => refused(kind, why),
    }
}

/// Whether a text begins as an object of JSON does.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{');
    inside.is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Whether a document that is refused is one that is told apart and not read.
const fn is_known(format: evidence::Format) -> bool {
    use evidence::Format;
    matches!(format, Format::PhishingPlan | Format::Scan(Tool::Other(_)))
}

fn is_scan(bytes: &[u8]) -> bool {
    matches!(evidence::format(bytes), Some(evidence::Format::Scan(_)))
}

/// Whether a document that is refused claims to be an SBOM.
fn is_like_sbom(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    [
        "\"bomFormat\"",
        "cyclonedx.org/schema/bom",
        "SPDXVersion:",
        "\"spdxVersion\"",
        "spdx.org/rdf",
    ]
    .iter()
    .any(|word| head.contains(word))
}

/// Whether a text may be a form: reading it in every way that forms are written in is dear.
fn is_like_form(bytes: &[u8]) -> bool {
    let Ok(text) = text::decode(bytes) else { return false };
    let low = text.to_lowercase();
    ["mds2", "mds 2", "mds²", "disclosure statement", "mpii", "paut", "audt"]
        .iter()
        .any(|word| low.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> Pseudonyms {
        Pseudonyms::new([7; 32])
    }

    #[test]
    fn a_file_is_known_by_its_content_and_none_is_lost() {
        #[track_caller]
        fn check(bytes: &[u8], kind: &str) {
            assert_eq!(recognise("a", bytes, &names()).kind, kind);
        }

        check(b"", "empty file");
        check(b" \n", "empty file");
        check(b"-----BEGIN PGP SIGNATURE-----\n", "checksum or signature");
        check(&[0x89, b'P', b'N', b'G', 13, 10, 26, 10], "picture (PNG)");
        check(b"question key,answer\nB-10,yes\n", "answers to questions");
        check(b"Contact: mailto:a@b.example\n", "security.txt");
        check(
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nContact: mailto:a@b.example\n\
              -----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n",
            "security.txt",
        );
        check(b"dossier = 1\nname = \"Acme\"\n", "dossier");
        check(
            br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"zlib","version":"1.3"}]}"#,
            SBOM,
        );
        check(br#"{"bomFormat":"CycloneDX","specVersion":"9.9","components":3}"#, SBOM);
        check(b"SPDXVersion: SPDX-2.3\nPackageName: x\n", SBOM);
        check(
            br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[]}"#,
            "VEX",
        );
        check(
            b"cveID,vendorProject,product,dateAdded\nCVE-2024-0001,a,b,2024-01-01\n",
            "KEV",
        );
        check(
            b"<?xml version=\"1.0\"?><nmaprun start=\"1\"></nmaprun>",
            "scan of a network (nmap)",
        );
        check(b"Employee ID,Role\n1,Nurse\n", "roster");
        check(
            b"Acme is a member of the Health-ISAC\n",
            "confirmation of an ISAO membership",
        );
        check(b"Read me first.\n", "document (text)");
        check(b"%PDF-1.7\nnothing", "document (PDF)");
        check(&[0, 1, 2, 3, 0xFE], "file of no kind that is read");
        check(b"PK\x03\x04cut", "workbook or text of an office program");
        check(b"{\"components\":[{\"name\":", "document (JSON)");
        check(b"{\"name\":\"whole\"}", "document (text)");
        check(b"{\\rtf1 a letter}", "document (text)");
        check(b"7z\xBC\xAF\x27\x1C\0\x04", "archive that is not unpacked");
        check(br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#, SBOM);
    }

    #[test]
    fn a_form_of_an_edition_that_is_not_read_is_shown_with_what_tells_it() {
        let text = "Manufacturer Disclosure Statement for Medical Device Security - MDS2\n\
            MANAGEMENT OF ELECTRONIC PROTECTED HEALTH INFORMATION (ePHI)   Yes No N/A Note #\n\
            1. Can this device keep ePHI? ......... Yes\n";
        let taken = recognise("old.txt", text.as_bytes(), &names());
        let Content::Unread(why) = taken.content else { panic!("{taken:?}") };
        assert_eq!(taken.kind, FORM);
        assert!(why.contains("an edition before 2013, as `management of"), "{why}");
    }

    proptest! {
        #[test]
        fn any_bytes_come_out_as_something(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let taken = recognise("a", &bytes, &names());
            prop_assert!(!taken.kind.is_empty());
            prop_assert_eq!(taken.file, "a");
        }
    }
}
