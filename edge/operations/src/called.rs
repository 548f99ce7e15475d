//! What makers are called, however they are written.
//!
//! A house has tens of thousands of builds of some hundred makers: each name is looked up once
//! in a process, for all that ask next.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use naming::Makers;
use worklist::words_of;

/// Names that are remembered: those of a purchasing group are a few thousand.
const NAMES_MAX: usize = 20_000;

/// A maker, as somebody wrote it.
#[derive(Debug)]
pub(crate) struct Maker {
    read: naming::Maker,
    /// The words by which it is one maker and no other: those of the company by the data, else
    /// its own but for legal form, case and punctuation. Answers, and what a guest may see, hang
    /// on them.
    pub(crate) words: Vec<String>,
    /// Without general words (*Medical*, *North*) too: what is to be done is gathered by these.
    pub(crate) core: Arc<str>,
    /// The name to show.
    pub(crate) shown: Arc<str>,
}

static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

static KNOWN: Mutex<Known> = Mutex::new(Known::new());

type Known = BTreeMap<String, Arc<Maker>>;

/// The maker that is written like this.
pub(crate) fn maker(written: &str) -> Arc<Maker> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(maker) = known().get(written) {
        return Arc::clone(maker);
    }
    let maker = Arc::new(Maker::read(written));
    remember(&mut known(), NAMES_MAX, written, &maker);
    maker
}

fn remember(known: &mut Known, most: usize, written: &str, maker: &Arc<Maker>) {
    if known.len() >= most {
        known.clear();
    }
    known.insert(written.to_owned(), Arc::clone(maker));
}

impl Maker {
    fn read(written: &str) -> Self {
        let name = MAKERS.known(written);
        let read = MAKERS.read(written);
        let words = MAKERS.called(written);
        let core = match name {
            Some(name) => words_of(name),
            None => match read.core() {
                "" => words_of(written),
                core => core.to_owned(),
            },
        };
        let shown = name.unwrap_or(written.trim()).into();
        Self { read, words, core: core.into(), shown }
    }

    /// Whether two names may be those of one maker: a slip, a shorter or a longer name, a brand.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        !self.read.is_empty() && MAKERS.compare(&self.read, &other.read).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: (&str, &str, &str)) {
        // Asked again it is what it was.
        for _ in 0..2 {
            let maker = maker(written);
            let words = maker.words.join(" ");
            assert_eq!((words.as_str(), &*maker.core, &*maker.shown), expected);
        }
    }

    #[test]
    fn a_maker_is_known_by_the_same_words_however_it_is_written() {
        check("PHILIPS", ("philips", "philips", "Philips"));
        check("Philips Medical Systems", ("philips", "philips", "Philips"));
        let words = "aldermoor medical";
        check("Aldermoor Medical Inc.", (words, "aldermoor", "Aldermoor Medical Inc."));
        check(" ALDERMOOR  MEDICAL", (words, "aldermoor", "ALDERMOOR  MEDICAL"));
        check("Nobody & Sons", ("nobody sons", "nobodysons", "Nobody & Sons"));
        check("", ("", "", ""));
    }

    #[test]
    fn what_only_sounds_alike_has_other_words_and_may_be_the_same() {
        let own = maker("Aldermoor Medical");
        for (other, may_be) in [
            ("Aldermoor North", true),
            ("Aldermor Medical", true),
            ("Brightwell Devices", false),
            ("", false),
        ] {
            let other = maker(other);
            assert_ne!(own.words, other.words, "{other:?}");
            assert_eq!((own.may_be(&other), other.may_be(&own)), (may_be, may_be));
        }
        assert!(!maker("").may_be(&maker("")), "nobody is no maker");
    }

    #[test]
    fn no_more_names_are_remembered_than_there_is_room_for() {
        let mut known = Known::new();
        for (written, expected) in [("A", 1), ("B", 2), ("B", 1), ("C", 2), ("D", 1)] {
            remember(&mut known, 2, written, &maker(written));
            assert_eq!((known.len(), known.contains_key(written)), (expected, true));
        }
    }
}
