//! The front door: which format is this?
//!
//! The format is told by content alone. What is no SBOM, or an SBOM in a form that is not
//! read, is refused by its name: CycloneDX protobuf (binary and text), SPDX RDF/XML, XML and
//! YAML, envelopes and attestations around a document, archives and compressed files.

mod refused;

use std::borrow::Cow;

use reading::json::{Reader, Shape};
use reading::{Parsed, Rejected, text, xml};

use crate::{Bom, circles, contradiction, cyclonedx, spdx};

/// Reads an SBOM, whatever its format.
///
/// # Errors
/// When the bytes are no SBOM, are one in a form that is not read, or pass a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Bom>, Rejected> {
    if let Some(refused) = refused::by_first_bytes(bytes) {
        return Err(refused);
    }
    let text = decode(bytes)?;
    let mut parsed = read(&text)?;
    circles::note(&parsed.value, &mut parsed.notes);
    contradiction::note(&parsed.value, &mut parsed.notes);
    Ok(parsed)
}

fn read(text: &str) -> Result<Parsed<Bom>, Rejected> {
    match recognise(text)? {
        Recognised::CycloneDxJson => cyclonedx::json::parse(text),
        Recognised::CycloneDxXml => cyclonedx::xml::parse(text),
        Recognised::Spdx2Json => spdx::v2_json::parse(text),
        Recognised::Spdx2TagValue => spdx::v2_tag::parse(text),
        Recognised::Spdx3 => spdx::v3::parse(text),
    }
}

/// The forms that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recognised {
    CycloneDxJson,
    CycloneDxXml,
    Spdx2Json,
    Spdx2TagValue,
    Spdx3,
}

/// XML says by itself in which encoding it is; everything else is UTF-8 or has a mark.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Rejected> {
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0);
    if start == Some(&b'<') { xml::decode(bytes) } else { text::decode(bytes) }
}

fn recognise(text: &str) -> Result<Recognised, Rejected> {
    match text.trim_start().chars().next() {
        None => Err(refused::empty()),
        Some('{') => object(text),
        Some('<') if text.trim_start().starts_with("<text>") => lines(text),
        Some('<') => root_element(text),
        Some('[' | '"') => Err(refused::no_object(text)),
        Some(_) => lines(text),
    }
}

/// What the members of the outermost object say. The first sure sign decides.
fn object(text: &str) -> Result<Recognised, Rejected> {
    let mut reader = Reader::new(text);
    let mut signs = Signs::default();
    reader.enter()?;
    while let Some(key) = reader.key()? {
        match (key.as_ref(), reader.shape()?) {
            ("bomFormat", Shape::Text) => {
                let format = reader.text()?;
                if format.trim().eq_ignore_ascii_case("CycloneDX") {
                    return Ok(Recognised::CycloneDxJson);
                }
                return Err(refused::unknown_bom_format(reader.place(), &format));
            }
            ("spdxVersion", _) => return Ok(Recognised::Spdx2Json),
            ("@graph", _) => return Ok(Recognised::Spdx3),
            ("@context", Shape::Text) => {
                if reader.text()?.contains("spdx.org/rdf/3") {
                    return Ok(Recognised::Spdx3);
                }
            }
            ("$schema", Shape::Text) => signs.schema = reader.text()?,
            (key, shape) => {
                signs.meet(key, shape);
                reader.skip()?;
            }
        }
    }
    reader.end()?;
    signs.decide()
}

/// Weaker signs of a format, weighed when the object was seen as a whole.
#[derive(Default)]
struct Signs<'t> {
    schema: Cow<'t, str>,
    /// `specVersion` stands there.
    spec: Option<Shape>,
    /// A list that CycloneDX has.
    parts: Option<Shape>,
    /// `SPDXID` stands there, or a member that only SPDX has.
    spdx: Option<Shape>,
    /// `sbom`, as in the answer of GitHub's dependency graph.
    wrapped: Option<Shape>,
    envelope: Option<&'static str>,
}

impl Signs<'_> {
    fn meet(&mut self, key: &str, shape: Shape) {
        match key {
            "specVersion" => self.spec = Some(shape),
            "components" | "metadata" | "dependencies" | "vulnerabilities" => {
                self.parts = Some(shape);
            }
            "SPDXID" | "creationInfo" | "documentNamespace" => self.spdx = Some(shape),
            "sbom" if shape == Shape::Object => self.wrapped = Some(shape),
            "payloadType" => self.envelope = Some("a DSSE envelope"),
            "predicateType" => self.envelope = Some("an in-toto statement"),
            _ => {}
        }
    }

    fn decide(&self) -> Result<Recognised, Rejected> {
        if self.schema.contains("cyclonedx.org/schema/bom")
            || (self.spec.is_some() && self.parts.is_some())
        {
            return Ok(Recognised::CycloneDxJson);
        }
        if self.spdx.is_some() || self.wrapped.is_some() {
            return Ok(Recognised::Spdx2Json);
        }
        Err(match self.envelope {
            Some(envelope) => {
                refused::known(envelope, "take the SBOM out of it, and give that")
            }
            None => refused::known(
                "JSON, but neither CycloneDX nor SPDX",
                "an SBOM has a member `bomFormat`, `spdxVersion` or `@graph`",
            ),
        })
    }
}

/// What the name and the namespace of the root element say.
fn root_element(text: &str) -> Result<Recognised, Rejected> {
    let root = refused::root_of(text);
    match root.local().to_ascii_lowercase().as_str() {
        // Whether the namespace is right is told with the place, by the reader.
        "bom" => Ok(Recognised::CycloneDxXml),
        _ => Err(refused::root(text, root)),
    }
}

/// Tag-value of SPDX, or one of the text forms that are refused.
fn lines(text: &str) -> Result<Recognised, Rejected> {
    let mut spdx = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(refused) = refused::by_line(line) {
            return Err(refused);
        }
        let Some((tag, _)) = line.split_once(':') else { continue };
        match tag.trim().to_ascii_lowercase().as_str() {
            "spdxversion" => return Ok(Recognised::Spdx2TagValue),
            "spdxid" | "documentname" | "datalicense" | "packagename"
            | "documentnamespace" => spdx = Some(Recognised::Spdx2TagValue),
            _ => {}
        }
    }
    spdx.ok_or_else(refused::nameless)
}

#[cfg(test)]
mod tests;
