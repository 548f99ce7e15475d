//! Unique device identifiers (UDI), as printed on a label and as a scanner sends them.
//!
//! Source, by issuing agency:
//! - GS1 General Specifications, release 24: §3 (application identifiers), §7.8 (element
//!   strings, separators), §7.9 (check digits), §7.11 (characters), §7.12 (centuries).
//! - HIBCC: ANSI/HIBC 2.6, Supplier Labeling Standard, §2.2 (primary data), §2.3
//!   (secondary data), §2.4 (concatenated), appendix B (check character, modulo 43).
//! - ICCBBA: ISBT 128 Standard Technical Specification, §2.4 (data structures 001 to 018,
//!   023, 032 to 034).
//! - ISO/IEC 15424 (symbology identifiers: `]d2`); IMDRF/UDI WG/N48 (who uses what).
//!
//! A UDI is a device identifier, which names a model, and production identifiers, which
//! tell one piece from another. A label may bear them in two symbols: one alone is read
//! too, and so is a device identifier without any marks.
//!
//! A wrong check character is no refusal: papers and registers are full of them. It is
//! said beside the parts, as [`Check::Wrong`].
//!
//! A year of two digits is read as of 2026 by the rule of GS1 §7.12: 77 to 99 are 1977 to
//! 1999, others are of this century. HIBCC states no rule and means the same.
//!
//! A GS1 Digital Link says the same as a web address; it is read by [`Udi::of_link`].
//!
//! Not here: IFA's PPN, computing a device's register entry.

mod gs1;
mod hibcc;
mod iccbba;
mod link;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil;

use crate::Malformed;

/// Bytes of one UDI. A Data Matrix holds 2,335 characters, a UDI of every identifier 200.
const TEXT_BYTES_MAX: usize = 2_335;

const TERM: &str = "UDI";

/// A unique device identifier, or the part of one that stands in one symbol.
///
/// It prints as it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Udi {
    text: Box<str>,
    agency: Agency,
    parts: Box<[Part]>,
    check: Check,
}

/// Who issues identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the agencies' own")]
pub enum Agency {
    Gs1,
    Hibcc,
    Iccbba,
}

/// What the check character of a UDI says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// It is the one that the others give.
    Right,
    /// It is another one: a character is mistyped, or the check was never computed.
    Wrong {
        /// The one that stands there.
        written: char,
        /// The one that the others give.
        computed: char,
    },
    /// There is none: its agency has none, or the identifier that bears it is not there.
    None,
}

/// What a part of a UDI says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The model: a GTIN, or the identifier of HIBCC or ICCBBA.
    DeviceIdentifier,
    /// The lot or batch.
    Lot,
    /// The serial number.
    Serial,
    /// The last day of use.
    Expiry,
    /// The day of manufacture.
    Manufactured,
    /// The version of the software (GS1 alone).
    SoftwareVersion,
    /// How many pieces.
    Quantity,
    /// The donation that blood, cells or tissue are from (ICCBBA alone).
    Donation,
    /// Anything else that the agency defines.
    Other,
}

/// A date of a label. It prints as `2025-11-30`, or `2025-11` where there is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: i8,
    day: Option<i8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Part {
    kind: Kind,
    /// The identifier as the agency writes it: `10`, `16D`, `=,`.
    name: Span,
    value: Span,
    date: Option<Date>,
}

/// Where in the text something stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Span {
    start: u16,
    end: u16,
}

impl Udi {
    /// Reads a UDI in any of its forms.
    ///
    /// Blanks around it are not taken away: a check character of HIBCC may be a blank.
    ///
    /// # Errors
    /// When `text` is none; a wrong check character alone is no error.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() > TEXT_BYTES_MAX {
            let expected = format!("at most {TEXT_BYTES_MAX} bytes");
            return Err(Malformed::at_byte(TERM, text, TEXT_BYTES_MAX, expected));
        }
        let (symbology, start) = symbology(text);
        let body = text.get(start..).unwrap_or_default();
        let bytes = body.as_bytes();
        if symbology == Symbology::Gs1 || gs1::separator(body).is_some() {
            return gs1::scanned(text, start);
        }
        match bytes.first() {
            Some(b'(' | b'[' | b'{') => gs1::printed(text, start),
            Some(b'+' | b'*') => hibcc::marked(text, start),
            Some(b'=' | b'&') => iccbba::marked(text, start),
            Some(b'0'..=b'9') if gs1::is_number(bytes) => gs1::number(text, start),
            Some(b'0'..=b'9') => gs1::scanned(text, start),
            Some(b'A'..=b'Z') if iccbba::is_bare(bytes) => iccbba::bare(text, start),
            Some(b'A'..=b'Z') => hibcc::bare(text, start),
            _ => Err(Reader::new(text, start).bad(
                start,
                "`(`, `+`, `=`, an application identifier or a device identifier",
            )),
        }
    }

    /// Reads a GS1 Digital Link. What it reads prints as the element strings that the link
    /// stands for, as a scanner sends them.
    ///
    /// # Errors
    /// When `text` is no such link with a GTIN, or has a value that no element string has.
    pub fn of_link(text: &str) -> Result<Self, Malformed> {
        link::read(text)
    }

    /// Reads what somebody has in hand: a UDI in any form, as a link, with blanks around it or
    /// in small letters, which no agency writes and registers and keyboards do.
    ///
    /// # Errors
    /// When it is none in any of these ways: those of [`Udi::parse`].
    pub fn in_hand(text: &str) -> Result<Self, Malformed> {
        let bare = text.trim();
        Self::of_link(bare)
            .or_else(|_| Self::parse(text))
            .or_else(|refused| Self::parse(bare).map_err(|_| refused))
            .or_else(|refused| {
                Self::parse(&bare.to_ascii_uppercase()).map_err(|_| refused)
            })
    }

    /// The text as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Who issued it.
    #[must_use]
    pub const fn agency(&self) -> Agency {
        self.agency
    }

    /// The device identifier; a GTIN in its form of 14 digits where it stands alone.
    #[must_use]
    pub fn device_identifier(&self) -> Option<Cow<'_, str>> {
        let part = self.part(Kind::DeviceIdentifier)?;
        let value = self.at(part.value);
        // A GTIN that stands alone may have lost the zeros that an element string has.
        if self.agency == Agency::Gs1 && part.name.start == part.name.end {
            return Some(Cow::Owned(format!("{value:0>14}")));
        }
        Some(Cow::Borrowed(value))
    }

    /// The lot or batch.
    #[must_use]
    pub fn lot(&self) -> Option<&str> {
        self.text_of(Kind::Lot)
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        self.text_of(Kind::Serial)
    }

    /// The last day of use.
    #[must_use]
    pub fn expiry(&self) -> Option<Date> {
        self.part(Kind::Expiry)?.date
    }

    /// The day of manufacture.
    #[must_use]
    pub fn manufactured(&self) -> Option<Date> {
        self.part(Kind::Manufactured)?.date
    }

    /// The version of the software.
    #[must_use]
    pub fn software_version(&self) -> Option<&str> {
        self.text_of(Kind::SoftwareVersion)
    }

    /// How many pieces.
    #[must_use]
    pub fn quantity(&self) -> Option<u32> {
        self.text_of(Kind::Quantity)?.parse().ok()
    }

    /// The donation that blood, cells or tissue are from.
    #[must_use]
    pub fn donation(&self) -> Option<&str> {
        self.text_of(Kind::Donation)
    }

    /// Every part as it is written: what it says, the identifier of its agency (empty where
    /// its place tells it), the value.
    pub fn parts(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        self.parts.iter().map(|part| (part.kind, self.at(part.name), self.at(part.value)))
    }

    /// What the check character says.
    #[must_use]
    pub const fn check(&self) -> Check {
        self.check
    }

    fn part(&self, kind: Kind) -> Option<&Part> {
        self.parts.iter().find(|part| part.kind == kind)
    }

    fn text_of(&self, kind: Kind) -> Option<&str> {
        self.part(kind).map(|part| self.at(part.value))
    }

    fn at(&self, span: Span) -> &str {
        self.text.get(usize::from(span.start)..usize::from(span.end)).unwrap_or_default()
    }
}

impl FromStr for Udi {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Udi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Agency {
    /// The name of the agency.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gs1 => "GS1",
            Self::Hibcc => "HIBCC",
            Self::Iccbba => "ICCBBA",
        }
    }
}

impl fmt::Display for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Check {
    /// `right`, `wrong` or `none`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong { .. } => "wrong",
            Self::None => "none",
        }
    }

    fn of(written: char, computed: char) -> Self {
        if written == computed { Self::Right } else { Self::Wrong { written, computed } }
    }
}

impl Date {
    /// The year.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, where the label names one.
    #[must_use]
    pub const fn day(self) -> Option<i8> {
        self.day
    }

    fn on(date: civil::Date) -> Self {
        Self { year: date.year(), month: date.month(), day: Some(date.day()) }
    }

    fn month_of(year: u16, month: u16) -> Option<Self> {
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
        (1..=12).contains(&month).then_some(Self { year, month, day: None })
    }

    fn new(year: u16, month: u16, day: u16) -> Option<Self> {
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
        civil::Date::new(year, month, i8::try_from(day).ok()?).ok().map(Self::on)
    }

    /// The day of that number in the year, from 1.
    fn of_year(year: u16, day: u16) -> Option<Self> {
        let first = civil::Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
        if day == 0 || day > u16::try_from(first.days_in_year()).ok()? {
            return None;
        }
        let days = jiff::Span::new().try_days(i64::from(day) - 1).ok()?;
        first.checked_add(days).ok().map(Self::on)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// What a symbology identifier (ISO/IEC 15424) says about the data behind it.
#[derive(PartialEq, Eq)]
enum Symbology {
    /// Element strings of GS1.
    Gs1,
    /// Any data, or there is no identifier.
    Any,
}

/// The symbology identifier at the start of a scanned text, and where the data begins.
fn symbology(text: &str) -> (Symbology, usize) {
    match text.as_bytes() {
        [b']', letter, digit, ..]
            if letter.is_ascii_alphabetic() && digit.is_ascii_alphanumeric() =>
        {
            let gs1 = [b"C1", b"e0", b"e1", b"e2", b"d2", b"Q3", b"J1"];
            let is_gs1 = gs1.iter().any(|mark| **mark == [*letter, *digit]);
            (if is_gs1 { Symbology::Gs1 } else { Symbology::Any }, 3)
        }
        _ => (Symbology::Any, 0),
    }
}

/// The year of two digits.
const fn century(year: u16) -> u16 {
    if year >= 77 { 1900 + year } else { 2000 + year }
}

/// What all agencies' readers share: the text, and the parts found so far.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    parts: Vec<Part>,
}

impl<'t> Reader<'t> {
    const fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, parts: Vec::new() }
    }

    fn bad(&self, at: usize, expected: impl Into<Cow<'static, str>>) -> Malformed {
        Malformed::at_byte(TERM, self.text, at, expected)
    }

    fn bytes(&self, start: usize, end: usize) -> &'t [u8] {
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }

    /// The text from `start` to `end`; the empty one where a character would be cut.
    fn piece(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The number that stands at `start` in so many digits, within `end`.
    fn number(&self, start: usize, digits: usize, end: usize) -> Result<u16, Malformed> {
        let mut number = 0_u16;
        for at in start..start + digits {
            let byte = self.text.as_bytes().get(at).filter(|_| at < end);
            let Some(digit) = byte.filter(|byte| byte.is_ascii_digit()) else {
                return Err(self.bad(at, "a digit"));
            };
            number = number.saturating_mul(10).saturating_add(u16::from(digit - b'0'));
        }
        Ok(number)
    }

    /// The first byte from `start` to `end` that is not `allowed` is refused.
    fn only(
        &self,
        start: usize,
        end: usize,
        allowed: impl Fn(u8) -> bool,
        expected: &'static str,
    ) -> Result<(), Malformed> {
        match self.bytes(start, end).iter().position(|byte| !allowed(*byte)) {
            Some(offset) => Err(self.bad(start + offset, expected)),
            None => Ok(()),
        }
    }

    /// Keeps a part. The same identifier may come again, but not with another value.
    fn keep(
        &mut self,
        kind: Kind,
        name: (usize, usize),
        value: (usize, usize),
        date: Option<Date>,
    ) -> Result<(), Malformed> {
        let written = self.piece(name.0, name.1);
        let before = self.parts.iter().find(|part| {
            let span = part.name;
            let same = self.piece(usize::from(span.start), usize::from(span.end));
            part.kind == kind && same == written
        });
        if let Some(before) = before {
            let span = before.value;
            let first = self.piece(usize::from(span.start), usize::from(span.end));
            if first != self.piece(value.0, value.1) {
                return Err(self.bad(value.0, "the value that stood there before"));
            }
            return Ok(());
        }
        let (Some(name), Some(value)) = (Span::new(name), Span::new(value)) else {
            return Err(self.bad(value.0, "a shorter text"));
        };
        self.parts.push(Part { kind, name, value, date });
        Ok(())
    }

    fn done(self, agency: Agency, check: Check) -> Udi {
        let parts = self.parts.into_boxed_slice();
        Udi { text: self.text.into(), agency, parts, check }
    }
}

impl Span {
    fn new((start, end): (usize, usize)) -> Option<Self> {
        Some(Self { start: u16::try_from(start).ok()?, end: u16::try_from(end).ok()? })
    }
}

#[cfg(test)]
mod tests;
