//! How long a text may be that somebody types: one number for each field, said at the field,
//! whatever way it comes, and told to programs in the description of the API.
//!
//! A database would keep it whole or cut it, as it is made; a page would break over it. An act
//! may ask for less, and says so itself.

use crate::field::Fault;
use crate::token::FIELDS_MAX;
use crate::words::number;

/// What somebody tells in sentences.
const SENTENCES: usize = 2000;
/// What something is called, in one line.
const NAME: usize = 200;
/// What somebody was given elsewhere, such as a subject of OpenID Connect (Core 1.0, section 2).
const GIVEN: usize = 255;

/// Endings of names of fields in which somebody tells something in sentences.
const TELLING: [&str; 7] =
    ["reason", "note", "answer", "details", "comment", "statement", "remark"];
/// Names of fields that hold what something or somebody is called.
#[rustfmt::skip]
const CALLED: [&str; 10] = [
    "name", "maker", "product", "version", "customer", "zone", "word", "ward", "signer", "serial",
];

/// How many characters a field may have. Lists, tables and choices have what a form may have.
pub(crate) fn characters_max(field: &str) -> usize {
    let is_told = |ending: &str| {
        let rest = field.strip_suffix(ending);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-']))
    };
    match field {
        "subject" => GIVEN,
        _ if TELLING.into_iter().any(is_told) => SENTENCES,
        _ if CALLED.contains(&field) => NAME,
        _ => FIELDS_MAX,
    }
}

/// A fault for each field that is too long.
pub(crate) fn too_long<'t>(
    fields: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Vec<Fault> {
    fields.into_iter().filter_map(|(field, text)| fault(field, text)).collect()
}

fn fault(field: &str, text: &str) -> Option<Fault> {
    let most = characters_max(field);
    // As many bytes hold no more characters, so that most texts are not counted.
    if text.len() <= most {
        return None;
    }
    let count = text.chars().count();
    (count > most).then(|| {
        let detail = format!(
            "`{field}` has {} characters, and at most {} are taken. Shorten it.",
            number(count as u64),
            number(most as u64)
        );
        Fault::new(field.to_owned(), detail)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_field_has_one_limit_by_what_it_holds() {
        for (field, most) in [
            ("reason", SENTENCES),
            ("risk_reason", SENTENCES),
            ("plan_note", SENTENCES),
            ("name", NAME),
            ("subject", GIVEN),
            ("keynote", FIELDS_MAX),
            ("content", FIELDS_MAX),
        ] {
            assert_eq!(characters_max(field), most, "{field}");
        }
        let (fits, long) = ("é".repeat(SENTENCES), "é".repeat(SENTENCES + 1));
        let faults = too_long([("reason", fits.as_str()), ("note", &long)]);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].field, "note");
        assert!(faults[0].detail.contains("2,001") && faults[0].detail.contains("2,000"));
    }

    proptest! {
        #[test]
        fn a_text_is_too_long_by_its_characters_alone(text in "\\PC{150,260}") {
            let is_long = text.chars().count() > NAME;
            prop_assert_eq!(too_long([("name", text.as_str())]).len(), usize::from(is_long));
        }
    }
}
