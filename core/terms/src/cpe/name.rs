//! A name and its eleven attributes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::binding;
use crate::Malformed;

/// A well-formed CPE name.
///
/// It is kept and printed as a formatted string of CPE 2.3 in lower case, without needless
/// backslashes. Two names are equal when all their attributes are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The formatted string.
    text: Box<str>,
    /// Where each attribute ends in it.
    ends: [u16; 11],
}

/// The attributes, in the order of a formatted string (NISTIR 7695 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Attribute {
    Part,
    Vendor,
    Product,
    Version,
    Update,
    Edition,
    Language,
    SwEdition,
    TargetSw,
    TargetHw,
    Other,
}

/// The value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<'a> {
    /// `*`: no restriction, or nothing known.
    Any,
    /// `-`: the attribute does not apply.
    Na,
    /// A text as a formatted string spells it: lower case, special characters behind a
    /// backslash, wildcards at the ends without one.
    Text(&'a str),
}

pub(super) const PREFIX: &str = "cpe:2.3:";

impl Name {
    /// Reads a name: a formatted string (`cpe:2.3:…`), a URI of CPE 2.2 (`cpe:/…`) or a
    /// well-formed name (`wfn:[…]`).
    ///
    /// # Errors
    /// When `text` is none of them. Blanks, missing attributes and wildcards inside a
    /// value are refused; a special character that lacks its backslash is not.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        binding::read(text)
    }

    /// The name whose attributes have these values, already spelt for a formatted string;
    /// `None` where they are longer than a name may be.
    pub(super) fn of(values: &[Cow<'_, str>; 11]) -> Option<Self> {
        let length = values.iter().map(|value| value.len() + 1).sum::<usize>();
        let mut text = String::with_capacity(length + "cpe:2.3".len());
        text.push_str("cpe:2.3");
        let mut ends = [0; 11];
        for (value, end) in values.iter().zip(&mut ends) {
            text.push(':');
            text.push_str(value);
            *end = u16::try_from(text.len()).ok()?;
        }
        Some(Self { text: text.into_boxed_str(), ends })
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, attribute: Attribute) -> Value<'_> {
        match self.spelt(attribute) {
            "*" => Value::Any,
            "-" => Value::Na,
            text => Value::Text(text),
        }
    }

    /// The value of an attribute as the formatted string has it.
    #[must_use]
    pub fn spelt(&self, attribute: Attribute) -> &str {
        let position = attribute as usize;
        let start = match position.checked_sub(1) {
            Some(before) => self.ends.get(before).map_or(0, |end| usize::from(*end) + 1),
            None => PREFIX.len(),
        };
        let end = self.ends.get(position).map_or(0, |end| usize::from(*end));
        self.text.get(start..end).unwrap_or("*")
    }

    /// The formatted string of CPE 2.3.
    #[must_use]
    pub fn formatted(&self) -> &str {
        &self.text
    }

    /// The URI of CPE 2.2, with the five younger attributes packed into the edition.
    #[must_use]
    pub fn uri(&self) -> String {
        binding::uri(self)
    }

    /// The well-formed name, `wfn:[…]`; attributes that are `ANY` are left out.
    #[must_use]
    pub fn well_formed(&self) -> String {
        binding::well_formed(self)
    }
}

impl Attribute {
    /// Every attribute, in the order of a formatted string.
    pub const ALL: [Self; 11] = [
        Self::Part,
        Self::Vendor,
        Self::Product,
        Self::Version,
        Self::Update,
        Self::Edition,
        Self::Language,
        Self::SwEdition,
        Self::TargetSw,
        Self::TargetHw,
        Self::Other,
    ];

    /// The attribute's name in the standard.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Vendor => "vendor",
            Self::Product => "product",
            Self::Version => "version",
            Self::Update => "update",
            Self::Edition => "edition",
            Self::Language => "language",
            Self::SwEdition => "sw_edition",
            Self::TargetSw => "target_sw",
            Self::TargetHw => "target_hw",
            Self::Other => "other",
        }
    }
}

impl Value<'_> {
    /// The text without backslashes, as a person reads it; `None` for the logical values.
    #[must_use]
    pub fn plain(self) -> Option<String> {
        match self {
            Value::Any | Value::Na => None,
            Value::Text(text) => Some(unquoted(text)),
        }
    }
}

/// A spelling without its backslashes.
pub(super) fn unquoted(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    plain
}

impl FromStr for Name {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
