//! What of a text a PDF can show: every character has a glyph, or stands as its number.
//!
//! PDF/UA asks that every glyph says which character it is, and the fonts that come with the
//! program have no glyph for most of the world's scripts. Nobody is shown an empty box where a
//! name stands: what has no glyph is written as its code point, `⟨U+4E2D⟩`. So are characters
//! that nobody sees and that turn what stands beside them around (Unicode UAX #9), since they
//! would make a text look like another.

use std::collections::BTreeSet;

use serde_json::Value;

/// How many letters may stand without a place at which a line can break: as many as have room in
/// the narrowest column of `report.typ`.
const RUN_MAX: usize = 18;

/// A place at which a line can break, which nobody sees.
const BREAK: char = '\u{200b}';

/// The characters that the fonts have.
pub(crate) struct Glyphs(BTreeSet<u32>);

impl Glyphs {
    pub(crate) fn of(letters: impl IntoIterator<Item = u32>) -> Self {
        Self(letters.into_iter().collect())
    }

    /// Every text of a value as it is shown.
    pub(crate) fn shown(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(all) => {
                Value::Array(all.into_iter().map(|one| self.shown(one)).collect())
            }
            Value::Object(all) => Value::Object(
                all.into_iter().map(|(name, one)| (name, self.shown(one))).collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    fn text(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut run = 0;
        for letter in text.chars() {
            run = if letter.is_whitespace() { 0 } else { run + 1 };
            if run > RUN_MAX {
                shown.push(BREAK);
                run = 1;
            }
            match letter {
                '\n' | '\r' | '\t' => shown.push(' '),
                letter if is_unseen(letter) || !self.0.contains(&u32::from(letter)) => {
                    shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
                    run += 7;
                }
                letter => shown.push(letter),
            }
        }
        shown
    }
}

/// Controls, and what turns the direction of what stands beside it around.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_character_is_shown_or_numbered_and_long_words_can_break() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let latin =
                Glyphs::of((0x20..=0x17f).chain([0x27e8, 0x27e9, 0x200b, 0x202e]));
            assert_eq!(latin.shown(json!({ "a": [text] })), json!({ "a": [expected] }));
        }
        check("Größe: #eval(\"1\") *x* $y$ @z", "Größe: #eval(\"1\") *x* $y$ @z");
        check("中 😀", "⟨U+4E2D⟩ ⟨U+1F600⟩");
        check("one\ntwo\u{0}", "one two⟨U+0000⟩");
        // Turned around, it would read as `gpj.exe`, whether or not a font has a glyph for it.
        check("\u{202e}exe.jpg", "⟨U+202E⟩exe.jpg");
        check("a\u{200b}b", "a⟨U+200B⟩b");
        let long = "x".repeat(30);
        check(
            &long,
            &format!("{}\u{200b}{}", "x".repeat(RUN_MAX), "x".repeat(30 - RUN_MAX)),
        );
    }
}
