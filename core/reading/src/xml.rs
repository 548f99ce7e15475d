//! XML: the tree of roxmltree, within limits, and the place of an element in it.
//!
//! Source: Extensible Markup Language 1.0 (fifth edition), Namespaces in XML 1.0.
//! Document types are refused, and with them every entity but the five that XML defines:
//! nothing expands and nothing is fetched. XInclude is not followed. Encodings: UTF-8,
//! UTF-16, UTF-32 with a byte order mark, and declared ISO-8859-1, windows-1252, US-ASCII.

use std::borrow::Cow;

use roxmltree::{Document, Error, Node, NodeId, ParsingOptions};

use crate::{Place, Rejected, limits, text};

/// How far into a document its XML declaration reaches at most.
const DECLARATION_BYTES_MAX: usize = 256;

/// The characters of windows-1252 where it differs from ISO-8859-1: 0x80 to 0x9F. The five
/// that it leaves open stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
    '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ',
    '\u{9D}', 'ž', 'Ÿ',
];

/// The text of an XML document, by its byte order mark or its declaration.
///
/// # Errors
/// When the declared encoding is not read, or the bytes are not in it.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Rejected> {
    if bytes.len() > limits::DOCUMENT_BYTES_MAX {
        return text::decode(bytes);
    }
    // Appendix F: UTF-16 without a mark is told by its first character.
    let mark: &[u8] = match bytes {
        [b'<', 0, _, 0, ..] => &[0xFF, 0xFE],
        [0, b'<', 0, _, ..] => &[0xFE, 0xFF],
        _ => &[],
    };
    if !mark.is_empty() {
        let marked = [mark, bytes].concat();
        return text::decode(&marked).map(|text| Cow::Owned(text.into_owned()));
    }
    match declared_encoding(bytes).to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => text::decode(bytes),
        // These bytes are no UTF-16, since the declaration was legible.
        "utf-16" | "utf-16le" | "utf-16be" => text::decode(bytes),
        "iso-8859-1" | "latin1" | "latin-1" | "iso_8859-1" => {
            Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()))
        }
        "windows-1252" | "cp1252" => {
            Ok(Cow::Owned(bytes.iter().copied().map(windows_1252).collect()))
        }
        other => Err(Rejected::new(
            Place::Line { line: 1, column: 0 },
            format!("the encoding `{other}` is not read"),
            "save the document as UTF-8",
        )),
    }
}

/// Reads the tree of a document.
///
/// # Errors
/// When it is no well-formed XML, declares a document type, or passes a limit.
pub fn parse(text: &str) -> Result<Document<'_>, Rejected> {
    let ending = check_shape(text)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: limits::XML_NODES_MAX,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| refusal(&error, ending))
}

/// The place of an element: `/bom/components/component[2]/purl`. A number stands where
/// the parent has several children of that name.
///
/// This walks over the siblings on every level. Where there are very many, say what is
/// known already: the path of an element above, or of this one.
#[must_use]
pub fn place(node: Node<'_, '_>, known: Option<&(NodeId, String)>) -> Place {
    let mut steps = Vec::new();
    for node in node.ancestors().filter(Node::is_element) {
        if let Some((id, path)) = known
            && *id == node.id()
        {
            steps.push(path.clone());
            break;
        }
        let name = node.tag_name().name();
        let same = |other: &Node<'_, '_>| other.tag_name().name() == name;
        let before = node.prev_siblings().skip(1).filter(same).count();
        let after = node.next_siblings().skip(1).any(|other| same(&other));
        steps.push(format!("/{}", step(name, before, before + 1 + usize::from(after))));
    }
    steps.reverse();
    Place::Element(steps.concat())
}

/// One step of a path: the element of that name at `position` (from 0) among `total`.
#[must_use]
pub fn step(name: &str, position: usize, total: usize) -> String {
    if total > 1 { format!("{name}[{}]", position + 1) } else { name.to_owned() }
}

fn windows_1252(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(usize::from(at)));
    special.copied().unwrap_or_else(|| char::from(byte))
}

/// The encoding that the XML declaration names; empty where there is none.
fn declared_encoding(bytes: &[u8]) -> &str {
    let start = bytes.get(..DECLARATION_BYTES_MAX.min(bytes.len())).unwrap_or_default();
    let legible = start.iter().position(|byte| !byte.is_ascii()).unwrap_or(start.len());
    let Ok(start) = std::str::from_utf8(start.get(..legible).unwrap_or_default()) else {
        return "";
    };
    let Some(declaration) =
        start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"))
    else {
        return "";
    };
    let Some((_, value)) = declaration.0.split_once("encoding") else { return "" };
    let value = value.trim_start().trim_start_matches('=').trim_start();
    let mut quoted = value.splitn(3, ['"', '\'']);
    quoted.nth(1).unwrap_or("")
}

/// Walks over the tags, before a tree is built, and refuses what would make it too deep
/// or too wide. Faults of the grammar are left to the parser.
fn check_shape(text: &str) -> Result<Ending, Rejected> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some(tag) = find(bytes, at, b"<") {
        let rest = bytes.get(tag..).unwrap_or_default();
        let end = match rest {
            [b'<', b'!', b'-', b'-', ..] => find(bytes, tag + 4, b"-->"),
            [b'<', b'!', b'[', ..] => find(bytes, tag + 3, b"]]>"),
            [b'<', b'?', ..] => find(bytes, tag + 2, b"?>"),
            [b'<', b'!', ..] => return Err(no_document_type(text, tag)),
            [b'<', b'/', ..] => {
                depth = depth.saturating_sub(1);
                find(bytes, tag + 2, b">")
            }
            _ => start_tag(rest)
                .map(|open| {
                    depth += usize::from(open.closing == Closing::Later);
                    if open.attributes > limits::XML_ATTRIBUTES_MAX {
                        return Err(too_wide(text, tag));
                    }
                    if depth > limits::DEPTH_MAX {
                        Err(too_deep(text, tag))
                    } else {
                        Ok(tag + open.bytes)
                    }
                })
                .transpose()?,
        };
        let Some(end) = end else { return Ok(Ending::Open) };
        at = end + 1;
    }
    Ok(if depth > 0 { Ending::Open } else { Ending::Whole })
}

/// How a text ends: with or without something that is still open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    Open,
}

struct StartTag {
    /// The offset of its `>`.
    bytes: usize,
    attributes: usize,
    closing: Closing,
}

#[derive(PartialEq, Eq)]
enum Closing {
    Here,
    Later,
}

fn start_tag(bytes: &[u8]) -> Option<StartTag> {
    let mut quote = None;
    let mut attributes = 0;
    let mut last = 0;
    for (at, byte) in bytes.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (None, b'>') => {
                let closing = if last == b'/' { Closing::Here } else { Closing::Later };
                return Some(StartTag { bytes: at, attributes, closing });
            }
            _ => {}
        }
        last = byte;
    }
    None
}

/// The offset of the first byte of `wanted` at or after `from`.
fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = from;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at + wanted.len() - 1);
        }
        from = at + 1;
    }
}

fn no_document_type(text: &str, at: usize) -> Rejected {
    Rejected::new(
        line(text, at),
        "a document type declaration is refused: entities could expand without end",
        "remove the `<!DOCTYPE …>` declaration",
    )
}

/// What can be done about what no honest document has.
const MADE_WRONG: &str = "no document of this kind is made so: write it again with the \
                          program that made it, or ask whoever sent it";

fn too_deep(text: &str, at: usize) -> Rejected {
    let message = format!(
        "elements nest deeper than the {} levels that are read",
        limits::DEPTH_MAX
    );
    Rejected::new(line(text, at), message, MADE_WRONG)
}

fn too_wide(text: &str, at: usize) -> Rejected {
    let message = format!(
        "an element has more than the {} attributes that are read",
        limits::XML_ATTRIBUTES_MAX
    );
    Rejected::new(line(text, at), message, MADE_WRONG)
}

fn line(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place::Line {
        line: 1 + before.bytes().filter(|byte| *byte == b'\n').count(),
        column: 1 + before.get(start..).map_or(0, |rest| rest.chars().count()),
    }
}

fn refusal(error: &Error, ending: Ending) -> Rejected {
    if matches!(error, Error::NodesLimitReached) {
        let message =
            format!("more than the {} XML nodes that are read", limits::XML_NODES_MAX);
        return Rejected::new(Place::Document, message, "split the document");
    }
    let at = error.pos();
    let place = Place::Line { line: at.row as usize, column: at.col as usize };
    let text = error.to_string();
    let reason = match text.rfind(" at ") {
        Some(end) => text.get(..end).unwrap_or(&text),
        None => &text,
    };
    let hint = match ending {
        Ending::Open => "the document is cut short",
        Ending::Whole => {
            "mend the document at this place, or write it again with the program that made it"
        }
    };
    Rejected::new(place, format!("no well-formed XML: {reason}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_encodings_are_read() {
        #[track_caller]
        fn check(bytes: &[u8]) {
            let text = decode(bytes).unwrap();
            let tree = parse(&text).unwrap();
            assert_eq!(tree.root_element().text(), Some("é"), "{bytes:?}");
        }

        check("<a>é</a>".as_bytes());
        check("\u{FEFF}<?xml version='1.0'?><a>é</a>".as_bytes());
        check(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>");
        check(b"<?xml version='1.0' encoding = 'windows-1252'?><a>\xE9</a>");
        check(b"<\0a\0>\0\xE9\0<\0/\0a\0>\0");
        check(b"\0<\0a\0>\0\xE9\0<\0/\0a\0>");
        check("<?xml version='1.0' encoding='UTF-16'?><a>é</a>".as_bytes());
        let euro = b"<?xml version='1.0' encoding='cp1252'?><a>\x80</a>";
        assert!(decode(euro).unwrap().contains('€'));
        let other =
            decode(b"<?xml version='1.0' encoding='EBCDIC-US'?><a/>").unwrap_err();
        assert!(other.message.contains("ebcdic-us"), "{other}");
        assert!(decode(b"<a>\xE9</a>").is_err());
    }

    #[test]
    fn a_document_type_is_refused_wherever_it_hides() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<!-- > --><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        ] {
            let refused = parse(text).unwrap_err();
            assert!(refused.message.contains("document type"), "{refused}");
        }
        assert!(parse("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>").is_ok());
        assert!(parse("<a>&unknown;</a>").is_err());
    }

    #[test]
    fn depth_and_attributes_have_a_limit() {
        let deep = |n: usize| format!("{}{}", "<a b='>'>".repeat(n), "</a>".repeat(n));
        assert!(parse(&deep(limits::DEPTH_MAX)).is_ok());
        for text in [deep(limits::DEPTH_MAX + 1), "<a>".repeat(100_000)] {
            let refused = parse(&text).unwrap_err();
            assert!(refused.message.contains("deeper than the 512 levels"), "{refused}");
        }
        let flat = format!("<a>{}</a>", "<b/>".repeat(10_000));
        assert!(parse(&flat).is_ok());
        let wide: String = (0..100_000).map(|n| format!(" a{n}='='")).collect();
        let refused = parse(&format!("<a{wide}/>")).unwrap_err();
        assert!(refused.message.contains("more than the 256 attributes"), "{refused}");
    }

    #[test]
    fn xml_that_is_not_well_formed_is_refused_with_its_place() {
        #[track_caller]
        fn check(text: &str, hint: &str) {
            let refused = parse(text).unwrap_err();
            assert!(refused.hint.starts_with(hint), "{text}: {}", refused.hint);
        }

        check("<a><b></a></b>", "mend the document");
        check("<a x='1' x='2'/>", "mend the document");
        check("<a/><b/>", "mend the document");
        check("<a>&#0;</a>", "mend the document");
        check("<a", "the document is cut short");
        check("<a><b>", "the document is cut short");
        check("<a><!-- ", "the document is cut short");
        assert_eq!(
            parse("<a>\n<b></c></a>").unwrap_err().place,
            Place::Line { line: 2, column: 4 }
        );
    }

    #[test]
    fn a_place_counts_only_where_it_must() {
        let tree = parse("<a><b/><c/><b><d/></b></a>").unwrap();
        let node_of =
            |name: &str| tree.descendants().rfind(|n| n.tag_name().name() == name);
        let place_of = |name: &str| node_of(name).map(|node| place(node, None));
        assert_eq!(place_of("d"), Some(Place::Element("/a/b[2]/d".to_owned())));
        assert_eq!(place_of("c"), Some(Place::Element("/a/c".to_owned())));
        let known = node_of("b").map(|node| (node.id(), "/known".to_owned()));
        let below = node_of("d").map(|node| place(node, known.as_ref()));
        assert_eq!(below, Some(Place::Element("/known/d".to_owned())));
    }
}
