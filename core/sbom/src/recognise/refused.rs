//! What is refused, by its name.

use reading::{Place, Rejected, xml};

/// First bytes that tell a kind of file, and what a person can do about it.
const FIRST_BYTES: &[(&[u8], &str, &str)] = &[
    (b"\x1F\x8B", "a gzip file", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a zstd file", UNPACK),
    (b"BZh", "a bzip2 file", UNPACK),
    (b"\xFD7zXZ\0", "an xz file", UNPACK),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    (b"PK\x03\x04", "a zip archive", UNPACK),
    (b"PK\x05\x06", "an empty zip archive", ASK),
    (b"%PDF-", "a PDF document", ASK),
    (b"\x89PNG", "a PNG picture", ASK),
    (b"\xFF\xD8\xFF", "a JPEG picture", ASK),
    (b"\x7FELF", "an ELF program", ASK),
    (b"MZ", "a Windows program", ASK),
    (b"version https://git-lfs.", "a pointer of git-lfs", "fetch the file itself"),
];

const UNPACK: &str = "unpack it first";
const ASK: &str = "ask the maker for the SBOM in CycloneDX or SPDX";
const PROTOBUF: &str =
    "convert it to CycloneDX JSON, for example with `cyclonedx convert`";

/// The refusal of a file whose first bytes say that it is no text.
pub(super) fn by_first_bytes(bytes: &[u8]) -> Option<Rejected> {
    if is_protobuf(bytes) {
        return Some(known("CycloneDX in protobuf form, which is not read", PROTOBUF));
    }
    FIRST_BYTES
        .iter()
        .find(|(first, _, _)| bytes.starts_with(first))
        .map(|(_, name, hint)| known(name, hint))
}

/// The schema of CycloneDX begins with field 1, `spec_version`: tag 0x0A, a length, and
/// `1.` with a digit.
fn is_protobuf(bytes: &[u8]) -> bool {
    matches!(bytes, [0x0A, 3..=4, b'1', b'.', b'0'..=b'9', ..])
}

/// The refusal of a text of which one line tells the form.
pub(super) fn by_line(line: &str) -> Option<Rejected> {
    let yaml = "convert it to SPDX JSON or tag-value";
    if line.starts_with("# proto-file:") || line.starts_with("spec_version:") {
        return Some(known(
            "CycloneDX in protobuf text form, which is not read",
            PROTOBUF,
        ));
    }
    if line.starts_with("spdxVersion:") || line.starts_with("SPDXID: \"SPDXRef-") {
        return Some(known("SPDX in YAML, which is not read", yaml));
    }
    if line.starts_with("bomFormat:") {
        return Some(known("CycloneDX in YAML, which is not read", PROTOBUF));
    }
    if line == "---" || line.starts_with("%YAML") {
        return Some(known("YAML, which is not read", yaml));
    }
    None
}

/// What the first markup behind declaration and comments is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root<'t> {
    /// The root element, by its name with its prefix.
    Element(&'t str),
    /// A document type, by the name of the element that it is for.
    DocumentType(&'t str),
}

impl<'t> Root<'t> {
    /// The name without its prefix.
    pub(super) fn local(self) -> &'t str {
        let (Self::Element(name) | Self::DocumentType(name)) = self;
        name.rsplit(':').next().unwrap_or(name)
    }
}

/// The root element, or the document type in front of it.
pub(super) fn root_of(text: &str) -> Root<'_> {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else { return Root::Element("") };
        rest = after.trim_start();
    }
    match rest.strip_prefix("<!DOCTYPE") {
        Some(name) => Root::DocumentType(first_name(name.trim_start())),
        None => Root::Element(first_name(rest.trim_start_matches('<'))),
    }
}

fn first_name(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '['))
        .next()
        .unwrap_or("")
}

/// The refusal of XML by its root element.
pub(super) fn root(text: &str, root: Root<'_>) -> Rejected {
    let spdx = "convert it to SPDX JSON or tag-value";
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    match root.local() {
        "RDF" => known("SPDX in RDF/XML, which is not read", spdx),
        "Document" if head.contains("SPDX") => {
            known("SPDX in XML, which is not read", spdx)
        }
        "SoftwareIdentity" => known("a SWID tag, which is no SBOM", ASK),
        "html" | "HTML" => known(
            "an HTML page",
            "the download may have ended on a page for signing in; fetch the file itself",
        ),
        "" => known("no XML document", ASK),
        other => match root {
            // The name in a document type is only what its author says of the root: the
            // declaration itself is why nothing is read.
            Root::DocumentType(_) => {
                xml::parse(text).err().unwrap_or_else(|| neither(other))
            }
            Root::Element(_) => neither(other),
        },
    }
}

fn neither(root: &str) -> Rejected {
    Rejected::new(
        Place::Element(format!("/{root}")),
        "this is XML, but neither CycloneDX nor SPDX",
        "the root element of CycloneDX is `bom`",
    )
}

/// The refusal of a JSON object in which nothing tells a form.
pub(super) fn nameless() -> Rejected {
    known("no SBOM in a form that is known here", ASK)
}

/// The refusal of a document that says nothing.
pub(super) fn empty() -> Rejected {
    Rejected::new(
        Place::Document,
        "the document is empty",
        "look whether the download or the export came to its end",
    )
}

/// The refusal of JSON that is a list or a text.
pub(super) fn no_object(text: &str) -> Rejected {
    let mut reader = reading::json::Reader::new(text);
    if let Err(refused) = reader.skip() {
        return refused;
    }
    known(
        "a JSON list or text, where an SBOM is an object",
        "one file holds one document: take it out of the list",
    )
}

/// The refusal of a `bomFormat` that nobody knows.
pub(super) fn unknown_bom_format(place: Place, format: &str) -> Rejected {
    let format: String = format.chars().take(40).collect();
    Rejected::new(place, format!("`bomFormat` is `{format}`, not `CycloneDX`"), ASK)
}

/// The refusal of something that has a name.
pub(super) fn known(name: &str, hint: &'static str) -> Rejected {
    Rejected::new(Place::Document, format!("this is {name}"), hint)
}
