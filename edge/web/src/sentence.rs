//! The one sentence at the top of a page. Its numbers lead to the rows that they count.

use std::fmt::Write as _;

use askama::Template;
use serde::{Serialize, Serializer};

/// A sentence with links. In JSON it is its text.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sentence.html")]
pub(crate) struct Sentence {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
struct Piece {
    text: String,
    address: String,
}

impl Sentence {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::default().then(text)
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Its texts, each with where it leads.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pieces.iter().map(|piece| (piece.text.as_str(), piece.address.as_str()))
    }

    /// Goes on with a text.
    pub(crate) fn then(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece { text: text.into(), address: String::new() });
        self
    }

    /// Goes on with a text that leads somewhere.
    pub(crate) fn link(mut self, text: impl Into<String>, address: String) -> Self {
        self.pieces.push(Piece { text: text.into(), address });
        self
    }
}

impl askama::filters::HtmlSafe for Sentence {}

impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for piece in &self.pieces {
            // Writing to a text does not fail.
            let _ = write!(text, "{}", piece.text);
        }
        serializer.serialize_str(&text)
    }
}
