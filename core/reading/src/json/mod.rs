//! JSON: into a typed shape at once, or value by value.
//!
//! [`from_str`] fills a type of serde and stops at the first fault. [`Reader`] walks from
//! value to value: for documents of which much must be read although some is wrong.

mod reader;

pub use reader::{Reader, Shape};

use serde::Deserialize;

use crate::{Place, Rejected};

/// What can be done about a document that nests too deep.
const TOO_DEEP: &str = "no document of this kind nests so deep: write it again with the \
                        program that made it, or ask whoever sent it";
/// What can be done about what is no JSON.
const NO_JSON: &str = "mend the document at this place, or write it again with the program \
                       that made it";
/// What can be done about JSON of another shape.
const NO_FIT: &str = "mend the value at this place; the format's schema says what may stand \
                      there";

/// Reads `text` into `T`, or says where it does not fit.
///
/// # Errors
/// When the text is not JSON, nests too deep, or does not have the shape of `T`.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Rejected> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        // Keeping the path to every value costs half of the time, so it is kept only in a
        // second reading of a document that will be refused.
        Err(error) if error.is_data() => from_str_with_path(text),
        Err(error) => Err(syntax(&error)),
    }
}

fn from_str_with_path<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Rejected> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| refusal(&error.path().clone(), error.inner()))?;
    reader.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

fn refusal(path: &serde_path_to_error::Path, error: &serde_json::Error) -> Rejected {
    if error.is_data() {
        return Rejected::new(Place::Pointer(pointer(path)), reason(error), NO_FIT);
    }
    syntax(error)
}

fn syntax(error: &serde_json::Error) -> Rejected {
    let place = Place::Line { line: error.line(), column: error.column() };
    let reason = reason(error);
    let hint = match error.is_eof() {
        true => "the document is cut short",
        false if reason.starts_with("recursion limit") => TOO_DEEP,
        false => NO_JSON,
    };
    Rejected::new(place, reason, hint)
}

/// The message without the position that serde_json appends: a place has a type here.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// A path of serde as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escape(key),
            Segment::Enum { variant } => escape(variant),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// A member's name as a step of a JSON Pointer.
#[must_use]
pub fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Shape {
        #[serde(rename = "a/b")]
        _list: Vec<u8>,
    }

    #[test]
    fn a_fault_in_the_shape_has_a_pointer_and_one_in_the_syntax_a_line() {
        let wrong = from_str::<Shape>("{\"a/b\": [1, \"x\"]}").unwrap_err();
        assert_eq!(wrong.place, Place::Pointer("/a~1b/1".to_owned()));
        let cut = from_str::<Shape>("{\"a/b\": [1,").unwrap_err();
        assert!(matches!(cut.place, Place::Line { line: 1, .. }), "{cut:?}");
        assert_eq!(cut.hint, "the document is cut short");
        let two = from_str::<Shape>("{\"a/b\": []}\n{}").unwrap_err();
        assert!(matches!(two.place, Place::Line { line: 2, .. }), "{two:?}");
    }
}
