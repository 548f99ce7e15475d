//! The one way in which a term is refused.

use std::borrow::Cow;

/// A text that is not the term it was taken for, and the place where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed {term} `{input}`: expected {expected} at character {at}")]
pub struct Malformed {
    /// What was to be read, in the words of its standard: `CVE identifier`.
    pub term: &'static str,
    /// What should have stood there.
    pub expected: Cow<'static, str>,
    /// Where reading stopped: an offset in characters, from 0.
    pub at: usize,
    /// The whole input.
    pub input: String,
}

impl Malformed {
    /// A refusal of `input` at the byte offset `byte`, which is told in characters.
    #[must_use]
    pub fn at_byte(
        term: &'static str,
        input: &str,
        byte: usize,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let at = input.char_indices().take_while(|(offset, _)| *offset < byte).count();
        Self { term, expected: expected.into(), at, input: input.to_owned() }
    }
}
