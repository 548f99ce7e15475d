//! What a supplier shows of itself, and what others keep about it.
//!
//! A [`dossier`] is what a person of the house keeps by hand; everything else here was
//! written by the supplier or a third party: [`security_txt`], the metadata of a CSAF
//! [`provider`], the list of CVE numbering authorities ([`cna`]), the portal of reported
//! [`breaches`], answers of [`fda`]. [`parse`] is the front door: a document is recognised by
//! content, never by its name.
//!
//! Not here: advisories and SBOMs (nouns of their own), and any verdict.

pub mod breaches;
pub mod cleartext;
pub mod cna;
pub mod dossier;
pub mod fda;
pub mod provider;
pub mod security_txt;

mod recognise;
mod wire;

pub use recognise::{Document, Kind, kind, parse};

use reading::Place;

/// What a document of others gets wrong by its own standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What, in a sentence without a full stop.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// Yes, no, or that nobody says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// Nothing is said.
    #[default]
    Unstated,
}

impl Answer {
    /// The word of a document, whatever its case; what is neither yes nor no is unstated.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "yes" | "y" | "true" => Self::Yes,
            "no" | "n" | "false" => Self::No,
            _ => Self::Unstated,
        }
    }
}

/// Whether a text begins with a scheme of RFC 3986 and goes on without blanks.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
}
