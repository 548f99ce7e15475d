//! `security.txt`: where a flaw is reported.
//!
//! Source: RFC 9116 (April 2022), with the field `CSAF` of IANA's registry (CSAF 2.0
//! §7.1.8). A text outside an OpenPGP framing is not believed (§2.3). Signatures are seen
//! and not verified.
//!
//! Faults are what the RFC forbids with MUST; everything else that is odd is a note.

use reading::{Note, Notes, Parsed, Place, Rejected, limits, text};
use terms::Instant;

use crate::cleartext::{Signature, unframe};
use crate::{Fault, is_uri};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxt {
    /// Where flaws are reported, the preferred way first (§2.5.3).
    pub contacts: Vec<Field>,
    /// Until when the file may be believed (§2.5.5); the first where there are several.
    pub expires: Option<(Instant, Place)>,
    /// Keys with which a report is encrypted (§2.5.4).
    pub encryption: Vec<Field>,
    /// Addresses at which the file stands (§2.5.2).
    pub canonical: Vec<Field>,
    /// Languages that are understood (§2.5.8), as written, in their order.
    pub languages: Vec<Field>,
    /// What happens with a report (§2.5.7).
    pub policy: Vec<Field>,
    /// Where reporters are thanked (§2.5.1).
    pub acknowledgments: Vec<Field>,
    /// Positions for people of security (§2.5.6).
    pub hiring: Vec<Field>,
    /// `provider-metadata.json` of a CSAF provider.
    pub csaf: Vec<Field>,
    /// Fields of which no standard knows, by name.
    pub others: Vec<(String, Field)>,
    /// Whether it is signed.
    pub signature: Signature,
    /// What the RFC forbids, in the order of the file.
    pub faults: Vec<Fault>,
}

/// The value of a field, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The value without blanks around it.
    pub value: String,
    /// Where.
    pub place: Place,
}

/// How a file stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be believed.
    InForce,
    /// It ended at that instant and must not be used (§2.5.5).
    Expired(Instant),
    /// It does not say until when, or nobody to write to: it is not what it must be.
    Unusable,
}

impl SecurityTxt {
    /// How it stands at `now`.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        match &self.expires {
            Some((expires, _)) if *expires <= now => Standing::Expired(*expires),
            Some(_) if !self.contacts.is_empty() => Standing::InForce,
            _ => Standing::Unusable,
        }
    }
}

/// The fields that a standard knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Acknowledgments,
    Canonical,
    Contact,
    Csaf,
    Encryption,
    Expires,
    Hiring,
    Policy,
    PreferredLanguages,
}

impl Name {
    /// Names are compared whatever their case (§2.2).
    fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "acknowledgments" | "acknowledgements" => Self::Acknowledgments,
            "canonical" => Self::Canonical,
            "contact" => Self::Contact,
            "csaf" => Self::Csaf,
            "encryption" => Self::Encryption,
            "expires" => Self::Expires,
            "hiring" => Self::Hiring,
            "policy" => Self::Policy,
            "preferred-languages" => Self::PreferredLanguages,
            _ => return None,
        })
    }
}

/// Whether a text is such a file: a field that only such files have begins a line, and every
/// line is a field, a comment or empty.
#[must_use]
pub fn is_security_txt(text: &str) -> bool {
    let mut known = 0;
    for (_, line) in unframe(text).lines.into_iter().take(limits::SECURITY_TXT_LINES_MAX)
    {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        known += usize::from(matches!(
            Name::of(name.trim_end()),
            Some(Name::Contact | Name::Csaf | Name::Expires | Name::Canonical)
        ));
    }
    known > 0
}

/// Reads a file.
///
/// # Errors
/// When the bytes are no text, pass a limit, or hold no field of such a file.
pub fn parse(bytes: &[u8]) -> Result<Parsed<SecurityTxt>, Rejected> {
    let text = text::decode(bytes)?;
    if bytes.len() > limits::SECURITY_TXT_BYTES_MAX {
        return Err(Rejected::new(
            Place::Document,
            format!(
                "a security.txt of more than {} bytes",
                limits::SECURITY_TXT_BYTES_MAX
            ),
            "such a file has a dozen lines: look at what was delivered in its place",
        ));
    }
    let framed = unframe(&text);
    let mut reader = Reader::new(framed.signature.clone());
    for line in &framed.outside {
        let message = "the line stands outside the signed text and is not believed";
        reader.notes.at(|| place(*line), message);
    }
    if let Signature::Broken { line } = framed.signature {
        let message = "the OpenPGP framing is cut: nothing can be verified";
        reader.fault(line, message);
    }
    for (number, line) in framed.lines.into_iter().take(limits::SECURITY_TXT_LINES_MAX) {
        reader.line(number, line);
    }
    reader.finish()
}

struct Reader {
    file: SecurityTxt,
    expiries: usize,
    language_lines: usize,
    fields: usize,
    notes: Notes,
}

impl Reader {
    const fn new(signature: Signature) -> Self {
        Self {
            file: SecurityTxt {
                contacts: Vec::new(),
                expires: None,
                encryption: Vec::new(),
                canonical: Vec::new(),
                languages: Vec::new(),
                policy: Vec::new(),
                acknowledgments: Vec::new(),
                hiring: Vec::new(),
                csaf: Vec::new(),
                others: Vec::new(),
                signature,
                faults: Vec::new(),
            },
            expiries: 0,
            language_lines: 0,
            fields: 0,
            notes: Notes::new(),
        }
    }

    fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.file.faults.push(Fault::new(place(line), message));
    }

    fn line(&mut self, number: usize, line: &str) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let Some((name, value)) = line.split_once(':') else {
            let message =
                "the line is no field: a name, a colon and a value are expected";
            self.notes.at(|| place(number), message);
            return;
        };
        let (name, value) = (name.trim_end(), value.trim());
        let Some(known) = Name::of(name) else {
            let field = Field { value: value.to_owned(), place: place(number) };
            self.file.others.push((name.to_owned(), field));
            return;
        };
        self.fields += 1;
        if name.eq_ignore_ascii_case("acknowledgements") {
            let message = "`Acknowledgements` is read as `Acknowledgments`";
            self.notes.at(|| place(number), message);
        }
        if value.is_empty() {
            self.fault(number, format!("`{name}` has no value"));
            return;
        }
        self.field(known, number, value);
    }

    fn field(&mut self, name: Name, line: usize, value: &str) {
        match name {
            Name::Expires => return self.expires(line, value),
            Name::PreferredLanguages => return self.languages(line, value),
            _ => {}
        }
        if !is_uri(value) {
            let what = text::quoted(value);
            let message = match (name, value.contains('@')) {
                (Name::Contact, true) => {
                    format!("{what} is no URI: an address begins with `mailto:`")
                }
                (Name::Csaf, _) => format!("{what} is no URI, which `https://` begins"),
                _ => format!("{what} is no URI"),
            };
            self.fault(line, message);
        } else if value.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("http://"))
        {
            self.fault(line, "an address on the web must begin with `https://`");
        }
        let field = Field { value: value.to_owned(), place: place(line) };
        match name {
            Name::Acknowledgments => self.file.acknowledgments.push(field),
            Name::Canonical => self.file.canonical.push(field),
            Name::Contact => self.file.contacts.push(field),
            Name::Csaf => self.file.csaf.push(field),
            Name::Encryption => self.file.encryption.push(field),
            Name::Hiring => self.file.hiring.push(field),
            Name::Policy => self.file.policy.push(field),
            Name::Expires | Name::PreferredLanguages => {}
        }
    }

    fn expires(&mut self, line: usize, value: &str) {
        self.expiries += 1;
        if self.expiries > 1 {
            return self.fault(line, "`Expires` stands more than once; the first counts");
        }
        match terms::date::instant(value) {
            Ok(instant) => {
                if !value.contains(['T', 't']) {
                    self.fault(line, "`Expires` has no time of day (RFC 3339 wants one)");
                }
                self.file.expires = Some((instant, place(line)));
            }
            Err(wrong) => self.fault(line, format!("`Expires`: {wrong}")),
        }
    }

    fn languages(&mut self, line: usize, value: &str) {
        self.language_lines += 1;
        if self.language_lines > 1 {
            return self.fault(line, "`Preferred-Languages` stands more than once");
        }
        for tag in value.split(',').map(str::trim) {
            if !is_language(tag) {
                let message =
                    format!("{} is no language tag (RFC 5646)", text::quoted(tag));
                self.fault(line, message);
            }
            let field = Field { value: tag.to_owned(), place: place(line) };
            self.file.languages.push(field);
        }
    }

    fn finish(mut self) -> Result<Parsed<SecurityTxt>, Rejected> {
        if self.fields == 0 {
            return Err(Rejected::new(
                Place::Document,
                "no security.txt: it has no field of RFC 9116",
                "it stands at `/.well-known/security.txt` of the maker's site",
            ));
        }
        if self.file.contacts.is_empty() {
            let fault = Fault::new(Place::Document, "`Contact` is missing");
            self.file.faults.push(fault);
        }
        if self.expiries == 0 {
            let fault = Fault::new(Place::Document, "`Expires` is missing");
            self.file.faults.push(fault);
        }
        let notes: Vec<Note> = self.notes.finish();
        Ok(Parsed { value: self.file, notes })
    }
}

const fn place(line: usize) -> Place {
    Place::Line { line, column: 0 }
}

/// Subtags of one to eight letters and digits, the first of letters (RFC 5646 §2.1), or `*`.
fn is_language(tag: &str) -> bool {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    tag == "*"
        || (tag.split('-').all(subtag) && first.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests;
