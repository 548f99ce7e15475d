//! Why a bid has no SBOM that counts, although files were given: which file, and what is wrong
//! with it. Such a file opens nothing; it is named so that somebody can mend it.

use reading::{Place, Rejected};

use crate::bid::{Bid, Fate, Filed, Side};
use crate::question::{Question, Weight};
use crate::recognise::{ARCHIVE, COMPANION, JSON, OFFICE, PDF, SBOM, TEXT};

/// Kinds of files that are refused of which nobody can say what is in them; the last is what
/// folders and archives call what they cannot give.
const DARK: [&str; 6] = [ARCHIVE, JSON, OFFICE, PDF, TEXT, "file"];

/// How the key of a question about a file begins.
pub(crate) const OF_FILE: &str = "file:";

/// Files that one sentence names.
const NAMED_MAX: usize = 3;

/// How a file stands in the place of an SBOM; the order is how surely it is meant for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Instead {
    /// It is one, and broken.
    Broken,
    /// Its name alone says that it is one.
    ByName,
    /// It cannot be read, and one may be in it.
    Dark,
}

impl Instead {
    fn of(filed: &Filed) -> Option<Self> {
        let is_named = is_named_sbom(&filed.file);
        match (&filed.fate, filed.kind) {
            (Fate::Refused(_), SBOM) => Some(Self::Broken),
            (Fate::Refused(_), _) if is_named => Some(Self::Broken),
            (Fate::Refused(_), kind) if DARK.contains(&kind) => Some(Self::Dark),
            (Fate::Read | Fate::Unread(_), SBOM | COMPANION) | (Fate::Refused(_), _) => {
                None
            }
            (Fate::Read | Fate::Unread(_), _) => is_named.then_some(Self::ByName),
        }
    }
}

/// Whether a file is called as SBOMs are.
fn is_named_sbom(file: &str) -> bool {
    const ENDINGS: [&str; 6] =
        [".cdx.json", ".cdx.xml", ".spdx", ".spdx.json", ".spdx.rdf", "bom.json"];
    let name = short(file).to_lowercase();
    name.contains("sbom")
        || name == "bom.xml"
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The name of a file without folders and archives.
pub(crate) fn short(file: &str) -> &str {
    file.rsplit(['/', '!']).next().unwrap_or(file)
}

/// Why none of these files is an SBOM that counts; empty where none was meant for one.
pub(crate) fn why(files: &[Filed]) -> String {
    let mut instead: Vec<(Instead, &Filed)> =
        files.iter().filter_map(|filed| Some((Instead::of(filed)?, filed))).collect();
    instead.sort_by_key(|(how, _)| *how);
    if instead.is_empty() {
        return String::new();
    }
    let told: Vec<String> =
        instead.iter().take(NAMED_MAX).map(|(how, filed)| told(*how, filed)).collect();
    let more = match instead.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let begin = match instead.first() {
        Some((Instead::Dark, _)) => "no SBOM was found",
        _ => "no SBOM counts",
    };
    format!("{begin}: {}{more}", told.join("; "))
}

fn told(how: Instead, filed: &Filed) -> String {
    let (file, kind) = (&filed.file, filed.kind);
    match (how, &filed.fate) {
        (Instead::Broken, Fate::Refused(why)) => {
            format!("{file}: {}; not an SBOM", fault(why))
        }
        (_, Fate::Refused(why)) => {
            format!("{file}: {}; nobody can tell what is in it", fault(why))
        }
        _ => format!("{file}: {kind}; not an SBOM"),
    }
}

/// A fault with its place, where it has one within the file.
fn fault(why: &Rejected) -> String {
    match why.place {
        Place::Document => why.message.to_string(),
        _ => why.to_string(),
    }
}

/// What the bidder is asked about a file of its own that cannot be read, or that is an SBOM
/// without components, or no SBOM although its name says so.
pub(crate) fn questions(bid: &Bid) -> impl Iterator<Item = Question> {
    let is_lacking = bid.lacks_sbom();
    let own = bid.files.iter().filter(|filed| filed.side == Side::Bidder);
    own.filter_map(move |filed| {
        let name = short(&filed.file);
        let is_empty = |it: &&controls::Held<sbom::Bom>| {
            it.file == filed.file && !it.value.lists_components()
        };
        let (asks, why) = match (&filed.fate, Instead::of(filed)) {
            (Fate::Refused(why), _) => (again(name, &why.hint), fault(why)),
            (_, Some(Instead::ByName)) if is_lacking => (
                format!("Please send the SBOM again: {name} is none that can be read."),
                told(Instead::ByName, filed),
            ),
            _ if bid.sboms().any(|held| is_empty(&held)) => (
                format!("Please send {name} again, whole: it lists no components."),
                EMPTY.to_owned(),
            ),
            _ => return None,
        };
        Some(Question {
            key: format!("{OF_FILE}{}", filed.file),
            weight: Weight::NotMet,
            about: format!("{name}, taken for: {}", filed.kind),
            asks,
            why,
        })
    })
}

fn again(name: &str, hint: &str) -> String {
    match hint.is_empty() {
        true => format!("Please send {name} again: it cannot be read."),
        false => format!("Please send {name} again: it cannot be read ({hint})."),
    }
}

/// What is said of an SBOM without components.
pub(crate) const EMPTY: &str = "the SBOM lists no components";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_for_an_sbom_by_its_name_where_its_content_tells_nothing() {
        for name in ["a/SBOM-3.0.pdf", "b.zip!in/pump.cdx.json", "bom.xml", "x.spdx"] {
            assert!(is_named_sbom(name), "{name}");
        }
        for name in ["sbom/readme.txt", "bombay.txt", "a.json", "sbom.zip!mds2.pdf"] {
            assert!(!is_named_sbom(name), "{name}");
        }
    }
}
