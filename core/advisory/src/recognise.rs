//! Which format a document has, by its content, and one front door for all of them.
//!
//! A JSON document is known by the names of its outermost members, read until one of them
//! decides, and then read once by its own reader; its values are stepped over and not
//! parsed. XML is known by the namespace of its root. CSV is known by its first line. What is none of the formats is refused with
//! [`NOT_AN_ADVISORY`], which is no fault of the document: notes, manifests and archives
//! of other things lie beside advisories everywhere.

use reading::{Parsed, Place, Rejected, text};

use crate::record::Record;
use crate::{csaf, cve5, cyclonedx_vex, epss, kev, nvd, openvex, osv};

/// The message by which a document that is none of the formats is refused; where it is
/// known what it is instead, that follows.
pub const NOT_AN_ADVISORY: &str = "not an advisory";

/// What can be done about what is no advisory.
const FORMATS: &str = "OSV, CVE 5, NVD 2.0, CSAF, OpenVEX, CycloneDX VEX, KEV and EPSS are \
                       read";
const UNMARKED: &str = "not an advisory that is read: UTF-16 or UTF-32 text without a byte \
                        order mark; save it as UTF-8";
const YAML: &str = "not an advisory that is read: OSV in YAML; give it as JSON";
const XZ: &str =
    "not an advisory: packed with xz, which is not unpacked; unpack it first";
const BZIP2: &str =
    "not an advisory: packed with bzip2, which is not unpacked; unpack it first";
const SEVEN_ZIP: &str =
    "not an advisory: packed with 7-Zip, which is not unpacked; unpack it first";

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the formats")]
pub enum Format {
    Osv,
    Cve5,
    Nvd,
    Csaf,
    OpenVex,
    CycloneDxVex,
    Kev,
    Epss,
}

/// What a document turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// One record; [`Record::source`] names the format.
    Record(Box<Record>),
    /// The records of a response of NVD.
    Records(Vec<Record>),
    /// CISA's catalog.
    Kev(kev::Catalog),
    /// EPSS.
    Epss(epss::Day),
}

/// Reads a document of any of the formats.
///
/// # Errors
/// When it is none of them ([`NOT_AN_ADVISORY`], see [`is_other`]), or its own reader
/// refuses it.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Document>, Rejected> {
    let Some(format) = format(bytes) else {
        return Err(Rejected::new(Place::Document, foreign(bytes), FORMATS));
    };
    match format {
        Format::Osv => osv::parse(bytes).map(one),
        Format::Cve5 => cve5::parse(bytes).map(one),
        Format::Csaf => csaf::parse(bytes).map(one),
        Format::OpenVex => openvex::parse(bytes).map(one),
        Format::CycloneDxVex => cyclonedx_vex::parse(bytes).map(one),
        Format::Nvd => nvd::parse(bytes).map(|parsed| with(parsed, Document::Records)),
        Format::Kev => kev::parse(bytes).map(|parsed| with(parsed, Document::Kev)),
        Format::Epss => epss::parse(bytes).map(|parsed| with(parsed, Document::Epss)),
    }
}

/// Whether a document was refused because it is something else, and not because something
/// is wrong with it.
#[must_use]
pub fn is_other(refused: &Rejected) -> bool {
    refused.message.starts_with(NOT_AN_ADVISORY)
        || refused.message == cyclonedx_vex::NO_VULNERABILITIES
}

/// Why a document that begins so is none of the formats, whatever follows; `None` where it
/// may be one. An archive is none: look for those first.
#[must_use]
pub fn refusal_by_head(head: &[u8]) -> Option<&'static str> {
    let marked =
        matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..]);
    let plain = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let may_be = match plain.first() {
        Some(b'{' | b'<') => true,
        _ => marked || of_csv(plain).is_some(),
    };
    (!may_be).then(|| foreign(head))
}

/// What a document is that is none of the formats, where a person can act on it.
fn foreign(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => XZ,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => BZIP2,
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => SEVEN_ZIP,
        _ if text::unmarked(bytes).is_some() => UNMARKED,
        _ if is_osv_in_yaml(bytes) => YAML,
        _ => NOT_AN_ADVISORY,
    }
}

/// The members that OSV requires, each at the beginning of a line, and the one without
/// which a record touches nothing.
fn is_osv_in_yaml(bytes: &[u8]) -> bool {
    let begins = |head: &[u8]| {
        bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(head))
    };
    begins(b"id:") && begins(b"modified:") && begins(b"affected:")
}

fn one(parsed: Parsed<Record>) -> Parsed<Document> {
    with(parsed, |record| Document::Record(Box::new(record)))
}

fn with<T>(parsed: Parsed<T>, make: fn(T) -> Document) -> Parsed<Document> {
    Parsed { value: make(parsed.value), notes: parsed.notes }
}

/// The format of a document; `None` where it is none of them, or no text.
#[must_use]
pub fn format(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // Other encodings are rare, and are decoded before anything is looked at.
    if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..]) {
        return text::decode(bytes).ok().and_then(|text| of_text(text.as_bytes()));
    }
    of_text(bytes)
}

fn of_text(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.trim_ascii_start();
    match bytes.first()? {
        b'{' => of_json(bytes),
        b'<' => of_xml(bytes),
        _ => of_csv(bytes),
    }
}

/// How far into a document its root element begins, behind declaration and comments.
const ROOT_BYTES_MAX: usize = 4096;

/// CycloneDX alone is read in XML; its namespace stands in the root element.
fn of_xml(bytes: &[u8]) -> Option<Format> {
    let start = bytes.get(..ROOT_BYTES_MAX.min(bytes.len()))?;
    let namespace = cyclonedx_vex::NAMESPACE.as_bytes();
    let mut windows = start.windows(namespace.len());
    windows.any(|window| window == namespace).then_some(Format::CycloneDxVex)
}

fn of_csv(bytes: &[u8]) -> Option<Format> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let begins = |head: &[u8]| line.starts_with(head);
    if begins(b"cveID,") || begins(b"\"cveID\",") || line.trim_ascii_end() == b"cveID" {
        return Some(Format::Kev);
    }
    (begins(b"#model_version") || begins(b"cve,epss")).then_some(Format::Epss)
}

/// Members that decide, wherever they stand.
const MEMBERS: [(&[u8], Format); 10] = [
    (b"cveMetadata", Format::Cve5),
    (b"containers", Format::Cve5),
    (b"bomFormat", Format::CycloneDxVex),
    (b"schema_version", Format::Osv),
    (b"modified", Format::Osv),
    (b"affected", Format::Osv),
    (b"catalogVersion", Format::Kev),
    (b"dateReleased", Format::Kev),
    (b"resultsPerPage", Format::Nvd),
    (b"totalResults", Format::Nvd),
];

fn of_json(bytes: &[u8]) -> Option<Format> {
    let members = Members::of(bytes);
    let mut list: Option<Format> = None;
    for (name, value) in members {
        if let Some((_, format)) = MEMBERS.iter().find(|(member, _)| *member == name) {
            return Some(*format);
        }
        match name {
            b"document" if value.starts_with(b"{") => return Some(Format::Csaf),
            b"@context" if holds(value, b"openvex") => return Some(Format::OpenVex),
            b"dataType" if value.starts_with(b"\"CVE_RECORD\"") => {
                return Some(Format::Cve5);
            }
            b"vulnerabilities" => list = of_list(value),
            _ => {}
        }
    }
    // A list of vulnerabilities with nothing about it is known by its first entry.
    list
}

/// Whose list of vulnerabilities it is, by the first member of the first entry.
fn of_list(value: &[u8]) -> Option<Format> {
    let entry = value.strip_prefix(b"[")?.trim_ascii_start();
    if !entry.starts_with(b"{") {
        return None;
    }
    let (name, _) = Members::of(entry).next()?;
    match name {
        b"cve" => Some(Format::Nvd),
        b"cveID" => Some(Format::Kev),
        _ => None,
    }
}

/// Whether a text value holds a word, near its beginning.
fn holds(value: &[u8], word: &[u8]) -> bool {
    let value = value.get(..value.len().min(256)).unwrap_or(value);
    value.windows(word.len()).any(|window| window == word)
}

/// The outermost members of an object: each name, and the text from its value on. A value
/// is stepped over only when the member after it is asked for.
struct Members<'b> {
    bytes: &'b [u8],
    at: usize,
    value: Value,
}

/// Whether the reader stands before a value.
enum Value {
    Ahead,
    Passed,
}

impl<'b> Members<'b> {
    /// The members of the object with whose brace `bytes` begins.
    const fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 1, value: Value::Passed }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn pass(&mut self, blank: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&blank) {
            self.at += 1;
        }
    }

    /// Steps over a text, from its first quote to behind its last.
    fn pass_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    /// Steps over a value: a text, what stands in brackets, or letters and digits.
    fn pass_value(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.pass_text();
                    if depth == 0 {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth <= 1 => {
                    self.at += usize::from(depth == 1);
                    return;
                }
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }
}

impl<'b> Iterator for Members<'b> {
    type Item = (&'b [u8], &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.value, Value::Ahead) {
            self.pass_value();
        }
        self.pass(|byte| byte.is_ascii_whitespace() || byte == b',');
        if self.peek()? != b'"' {
            return None;
        }
        let from = self.at + 1;
        self.pass_text();
        let name = self.bytes.get(from..self.at.checked_sub(1)?)?;
        self.pass(|byte| byte.is_ascii_whitespace());
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        self.pass(|byte| byte.is_ascii_whitespace());
        self.value = Value::Ahead;
        Some((name, self.bytes.get(self.at..)?))
    }
}

/// Whether it belongs to another document: a checksum (`sha256sum` and its relatives), a
/// detached OpenPGP signature or a key. A text that is signed in the clear (RFC 9580 §7) is a
/// document of its own.
#[must_use]
pub fn is_companion(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"-----BEGIN PGP") {
        return !bytes.starts_with(b"-----BEGIN PGP SIGNED MESSAGE");
    }
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = bytes.get(digits..).unwrap_or(&[]);
    matches!(digits, 32 | 40 | 64 | 96 | 128)
        && bytes.len() < 4096
        && rest.first().is_none_or(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CONTENTS: &[(&str, Option<Format>)] = &[
        (r#"{"id":"X","details":"\"modified\":{","modified":""}"#, Some(Format::Osv)),
        (r#"{"schema_version":"1.0"}"#, Some(Format::Osv)),
        (r#"{"references":[{"affected":[]}],"affected":[]}"#, Some(Format::Osv)),
        (r#"{"dataType":"CVE_RECORD"}"#, Some(Format::Cve5)),
        (r#"{"containers":{},"cveMetadata":{}}"#, Some(Format::Cve5)),
        (r#" { "vulnerabilities" : [], "document" : {} }"#, Some(Format::Csaf)),
        (r#"{"@context":"https://openvex.dev/ns"}"#, Some(Format::OpenVex)),
        (
            r#"{"vulnerabilities":[{"id":"x"}],"bomFormat":"CycloneDX"}"#,
            Some(Format::CycloneDxVex),
        ),
        (
            r#"{"vulnerabilities":[],"format":"NVD_CVE","totalResults":0}"#,
            Some(Format::Nvd),
        ),
        (r#"{"vulnerabilities":[ {"cve":{}}]}"#, Some(Format::Nvd)),
        (r#"{"title":"x","catalogVersion":"y"}"#, Some(Format::Kev)),
        (r#"{"vulnerabilities":[{"cveID":"x"}]}"#, Some(Format::Kev)),
        ("\u{feff}cveID,vendorProject", Some(Format::Kev)),
        ("\"cveID\",\"vendorProject\"", Some(Format::Kev)),
        ("#model_version:v1\n", Some(Format::Epss)),
        ("cve,epss\n", Some(Format::Epss)),
        ("", None),
        ("# Origin\n", None),
        ("[]", None),
        ("id: OSV-2020-1\nmodified: x\n", None),
        ("<bom/>", None),
        (
            "<?xml version='1.0'?><bom xmlns='http://cyclonedx.org/schema/bom/1.6'/>",
            Some(Format::CycloneDxVex),
        ),
        ("<x xmlns='http://docs.oasis-open.org/csaf'/>", None),
        ("{", None),
        ("{}", None),
        (r#"{"CVE_data_type":"CVE","CVE_Items":[{"modified":1}]}"#, None),
        (r#"{"updated_at":"x","packages":[{"id":"y"}]}"#, None),
        (r#"{"@context":"https://spdx.org/rdf/3.0.1","@graph":[]}"#, None),
        (r#"{"document":"text"}"#, None),
        (r#"{"a":"\u0022","b" "#, None),
    ];

    #[test]
    fn a_document_is_known_by_its_content() {
        for (content, expected) in CONTENTS {
            assert_eq!(format(content.as_bytes()), *expected, "{content}");
        }
        let utf16: Vec<u8> = std::iter::once(0xFEFF)
            .chain("{\"modified\":1}".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(format(&utf16), Some(Format::Osv));
    }

    #[test]
    fn what_is_something_else_is_told_from_what_is_broken() {
        #[track_caller]
        fn check(content: &str, expected: &str) {
            let refused = parse(content.as_bytes()).unwrap_err();
            let word = if is_other(&refused) { "other" } else { "broken" };
            assert_eq!(word, expected, "{content}: {refused}");
        }

        check("# notes", "other");
        check("{\"x\":1}", "other");
        check("\u{1f}\u{8b}", "other");
        check("id: X-1\nmodified: x\naffected: []\n", "other");
        check("{\"bomFormat\":\"CycloneDX\"}", "other");
        check("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'/>", "other");
        check("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>", "broken");
        check("{\"modified\":\"x\"}", "broken");
        check("{\"modified\":\"x\",\"id\":", "broken");
        check("{\"document\":{}}", "broken");
        check("cve,epss\nx\n", "broken");
    }

    #[test]
    fn what_is_not_read_says_what_to_give_instead() {
        #[track_caller]
        fn check(content: &[u8], expected: &str) {
            let refused = parse(content).unwrap_err();
            assert!(is_other(&refused), "{refused}");
            assert!(refused.message.ends_with(expected), "{refused}");
        }

        let yaml = b"id: X-1\ndetails: |\n  affected: all\naffected:\n- a\nmodified: x\n";
        check(yaml, "OSV in YAML; give it as JSON");
        check(b"id: X-1\n  affected:\nmodified: x\n", NOT_AN_ADVISORY);
        check(b"affected:\nmodified: x\n", NOT_AN_ADVISORY);
        check(b"\xFD7zXZ\0\0\x04", "with xz, which is not unpacked; unpack it first");
        check(b"BZh91AY&SY", "with bzip2, which is not unpacked; unpack it first");
        check(
            b"7z\xBC\xAF\x27\x1C\0\x04",
            "7-Zip, which is not unpacked; unpack it first",
        );
        check(b"{\0\n\0", UNMARKED);
        check(b"\xFD7zX", NOT_AN_ADVISORY);
        check(b"", NOT_AN_ADVISORY);
    }

    #[test]
    fn what_cannot_become_a_document_is_known_by_how_it_begins() {
        #[track_caller]
        fn check(head: &[u8], expected: Option<&str>) {
            assert_eq!(refusal_by_head(head), expected, "{head:?}");
        }

        for (text, format) in CONTENTS {
            if format.is_some() {
                check(text.as_bytes(), None);
            }
        }
        check(b"\xEF\xBB\xBF  {", None);
        check(b"\xFF\xFE{\0", None);
        check(b"\n\n<?xml", None);
        check(&[0; 64], Some(NOT_AN_ADVISORY));
        check(b"        ", Some(NOT_AN_ADVISORY));
        check(b"[{\"id\":", Some(NOT_AN_ADVISORY));
        check(b"y\ny\ny\ny\n", Some(NOT_AN_ADVISORY));
        check(b"\xFD7zXZ\0", Some(XZ));
        check(b"id: A\nmodified: x\naffected:\n- ", Some(YAML));
    }

    proptest! {
        #[test]
        fn members_of_an_object_are_found_as_a_parser_finds_them(
            names in prop::collection::vec("[a-z]{1,5}", 0..6),
            values in prop::collection::vec(
                prop_oneof![
                    Just("null".to_owned()), Just("[[],{\"a\":[1]}]".to_owned()),
                    Just("{\"x\":\"}\"}".to_owned()), Just("-1.5e3".to_owned()),
                    Just("\"a\\\\\\\"b\"".to_owned()),
                ], 6),
        ) {
            let members: Vec<_> = names.iter().zip(&values)
                .map(|(name, value)| format!("\"{name}\" : {value}")).collect();
            let object = format!("{{ {} }}", members.join(" ,\n"));
            let found: Vec<_> =
                Members::of(object.as_bytes()).map(|(name, _)| name.to_vec()).collect();
            let names: Vec<_> = names.iter().map(|name| name.clone().into_bytes()).collect();
            prop_assert_eq!(found, names);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }

    #[test]
    fn checksums_and_signatures_are_known_by_their_content() {
        let hex = |count: usize| "0a".repeat(count);
        for companion in [
            format!("{} icsma-1.json\n", hex(64)),
            format!("{}  x", hex(32)),
            hex(16),
            "-----BEGIN PGP SIGNATURE-----\n".to_owned(),
        ] {
            assert!(is_companion(companion.as_bytes()), "{companion}");
        }
        for other in [
            String::new(),
            format!("{}-icsma", hex(64)),
            "f".repeat(63),
            "{\"id\":\"X\"}".to_owned(),
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nContact: x\n".to_owned(),
        ] {
            assert!(!is_companion(other.as_bytes()), "{other}");
        }
    }
}
