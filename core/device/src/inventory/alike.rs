//! Whether two numbers may be of one device though they are written otherwise.

use super::disputed::squeezed;
use super::field::folded;

/// An asset tag whatever its capitals and whichever dash it has: who writes `ih–10001` means the
/// device `IH-10001`. Empty where there is none.
#[must_use]
pub fn tag_written(tag: &str) -> String {
    let one = |c: char| if is_dash(c) { '-' } else { c };
    tag.trim().chars().map(one).flat_map(char::to_lowercase).collect()
}

/// The same without dashes, blanks and low lines: `IH10001` may be `IH-10001`, and `11-1` is no
/// `1-11`.
#[must_use]
pub fn tag_bare(tag: &str) -> String {
    let written = tag_written(tag);
    written.chars().filter(|c| !(matches!(c, '-' | '_') || c.is_whitespace())).collect()
}

/// A serial number with the model and the first word of the maker, as two of them are compared;
/// none where no serial number is stated.
#[must_use]
pub fn piece(maker: &str, model: &str, serial: &str) -> Option<String> {
    let serial = squeezed(serial);
    let maker = folded(maker.split_whitespace().next().unwrap_or_default());
    (!serial.is_empty()).then(|| format!("{maker}|{}|{serial}", squeezed(model)))
}

/// Hyphens, dashes and minus signs.
const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_in_other_capitals_and_with_another_dash() {
        for tag in ["IH-10001", "ih-10001", "IH\u{2013}10001", " Ih\u{2011}10001"] {
            assert_eq!(tag_written(tag), "ih-10001", "{tag}");
        }
        for tag in ["IH10001", "IH 10001", "ih_10001", "IH-100-01"] {
            assert_ne!(tag_written(tag), "ih-10001", "{tag}");
            assert_eq!(tag_bare(tag), "ih10001", "{tag}");
        }
    }

    #[test]
    fn a_serial_number_is_that_of_a_piece_of_one_model_and_maker() {
        let one = piece("Acme Medical", "IM 400", "AM-400113");
        assert_eq!(one, piece("ACME", "im400", "am400113"));
        assert_ne!(one, piece("Acme", "IM 500", "AM-400113"));
        assert_ne!(one, piece("Boreal", "IM 400", "AM-400113"));
        assert_eq!(piece("Acme", "IM 400", " "), None);
    }
}
