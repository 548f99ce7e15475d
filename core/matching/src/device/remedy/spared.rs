//! Sentences that say which products are not impacted.
//!
//! They are believed of a product, and not of a part of it: *the wireless interfaces of
//! the Zeta are not vulnerable* says nothing of the Zeta.

use advisory::Record;
use naming::text::{Text, Unit};

use super::super::product::{Kind, kind_of};
use super::sentences;
use super::words::is_name;

/// What stands in front of *is not impacted*.
#[derive(Clone, Debug)]
pub struct Spared {
    head: String,
    text: Text,
}

/// The sentences of the notes and remedies that take products out.
#[must_use]
pub fn spared(record: &Record) -> Vec<Spared> {
    let notes = record.notes.iter().map(|note| note.text.as_str());
    let remedies =
        record.remediations.iter().map(|remediation| remediation.text.as_str());
    notes
        .chain(remedies)
        .flat_map(sentences)
        .filter_map(|sentence| head(&sentence))
        .map(|head| Spared { text: Text::read(&[&head]), head })
        .collect()
}

fn head(sentence: &str) -> Option<String> {
    let lower = sentence.to_lowercase();
    let marks = [
        "not impacted",
        "not affected",
        "not vulnerable",
        "unaffected",
        "not susceptible",
    ];
    let at = marks.iter().filter_map(|mark| lower.find(mark)).min()?;
    let hedged = ["if ", "unless", "when ", "version", "until", "only ", "provided"];
    let head = sentence.get(..at)?;
    (!hedged.iter().any(|word| lower.contains(word))).then(|| head.to_owned())
}

impl Spared {
    /// Whether it names a model with all its words, and not a part of it.
    #[must_use]
    pub fn spares(&self, model: &Text) -> bool {
        let words: Vec<Unit> =
            model.atoms().iter().filter_map(|atom| Unit::read(&atom.text)).collect();
        let telling = words
            .iter()
            .filter(|unit| kind_of(unit) >= Kind::Name)
            .filter(|unit| unit.spelt().len() > 2)
            .count();
        let named = |unit: &Unit| unit.occurrences(&self.text).next().is_some();
        telling >= 2 && words.iter().all(named) && self.is_of_products()
    }

    /// Whether the subject is products: nothing but names, kinds of thing and the words
    /// between them stands there.
    fn is_of_products(&self) -> bool {
        let glue = [
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "has",
            "have",
            "also",
            "and",
            "or",
            "the",
            "other",
            "all",
            "who",
            "use",
            "using",
            "users",
            "customers",
            "both",
            "that",
            "these",
            "their",
            "does",
            "do",
            "hence",
            "therefore",
            "including",
            "as",
            "well",
            "such",
            "following",
            "offered",
            "by",
            "&",
            "-",
            "known",
            "confirmed",
            "to",
            "our",
        ];
        self.head.split_whitespace().all(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '&');
            let lower = word.to_lowercase();
            let kind = Unit::read(&lower).map(|unit| kind_of(&unit));
            lower.is_empty()
                || is_name(word)
                || glue.contains(&lower.as_str())
                || kind.is_some_and(|kind| kind < Kind::Component)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, model: &str, expected: &str) {
        let head = head(sentence);
        let spared = head.map(|head| Spared { text: Text::read(&[&head]), head });
        let spares = spared.is_some_and(|spared| spared.spares(&Text::read(&[model])));
        let told = if spares { "spared" } else { "-" };
        assert_eq!(told, expected, "{sentence} {model}");
    }

    #[test]
    fn a_product_that_is_named_with_all_its_words_is_spared() {
        let sentence = "The Zetaline Viewer Pro and the Zetaline Core are not affected.";
        check(sentence, "Zetaline Core", "spared");
        check(sentence, "Zetaline Viewer Pro", "spared");
        check("Zetaline Core was not impacted", "Zetaline Core", "spared");
        check("Zetaline Core is not susceptible", "ZETALINE CORE", "spared");
    }

    #[test]
    fn what_is_hedged_or_is_a_part_or_another_product_is_not_spared() {
        check("Zetaline Core is not affected.", "Zetaline Base", "-");
        check("Zetaline Core is affected.", "Zetaline Core", "-");
        check("Zetaline Core is not affected if it is offline.", "Zetaline Core", "-");
        check("Zetaline Core is not affected unless it is open.", "Zetaline Core", "-");
        check("Version 2 of Zetaline Core is not affected.", "Zetaline Core", "-");
        check(
            "The wireless interfaces of Zetaline Core are not affected.",
            "Zetaline Core",
            "-",
        );
        // One word alone is told by too many sentences.
        check("Zetaline is not affected.", "Zetaline", "-");
        check("", "Zetaline Core", "-");
    }
}
