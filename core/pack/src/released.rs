//! What leaves the house.
//!
//! Source: FIRST, TLP 2.0: `AMBER` lets an organisation share with its clients, `AMBER+STRICT`
//! within itself alone, `RED` with those alone who were there.

use terms::Tlp;

/// A document of which its label lets a copy leave with an organisation's evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// A document with the label that it bears, for a pack of the organisation that owns it.
    /// `None` where the label keeps it.
    #[must_use]
    pub fn own(document: T, label: Tlp) -> Option<Self> {
        (label <= Tlp::AmberStrict).then_some(Self(document))
    }

    /// The same, for a pack of another organisation than its owner.
    #[must_use]
    pub fn of_another(document: T, label: Tlp) -> Option<Self> {
        (label <= Tlp::Amber).then_some(Self(document))
    }

    /// The document.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_lets_out_what_its_words_let_out() {
        let lets = |make: fn((), Tlp) -> Option<Released<()>>| {
            Tlp::ALL.map(|label| make((), label).is_some())
        };
        // CLEAR, GREEN, AMBER, AMBER+STRICT, RED
        assert_eq!(lets(Released::own), [true, true, true, true, false]);
        assert_eq!(lets(Released::of_another), [true, true, true, false, false]);
    }
}
