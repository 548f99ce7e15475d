//! What makers are called, however they are written.
//!
//! A house has tens of thousands of builds of some hundred makers: each name is looked up once
//! in a process, for all that ask next.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use naming::Makers;
use terms::version::firmware::{Part, Shape, Version};
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

/// The words of a name joined as device advisories find a model, however it is cut into words:
/// `Echo Line E9` is `EchoLine-E9`. Between two digits the cut tells models apart (`1 11`,
/// `11 1`) and stays.
pub(crate) fn joined<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let is_digit = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
    let mut all = String::new();
    for word in words {
        if is_digit(all.chars().next_back()) && is_digit(word.chars().next()) {
            all.push(' ');
        }
        all.push_str(word);
    }
    all
}

/// A release by which it is one however it is spelt: of a number with parts the zeros at the end
/// tell nothing (`1.0` is `1.0.0`), as where advisories compare it, and letters in front of it
/// are words (`SW`), unless they are a revision or a family of their own (`C.07`, `U61`).
pub(crate) fn release(written: &str) -> String {
    let plain = plain_version(written);
    if let Ok(version) = written.trim().parse::<Version>()
        && !matches!(version.shape(), Shape::Numbers | Shape::Date)
        && let Some(parts) = texts(&version)
    {
        let family = match version.shape() {
            Shape::Family(letters) => letters.to_string(),
            _ => String::new(),
        };
        return format!("{family} {}", parts.join("."));
    }
    let Ok(version) = plain.parse::<Version>() else { return plain };
    let is_numbers = *version.shape() == Shape::Numbers && version.parts().len() > 1;
    let is_number = |part: &Part| matches!(part, Part::Number(_));
    if !is_numbers || !version.parts().iter().all(is_number) {
        return plain;
    }
    let mut parts = texts(&version).unwrap_or_default();
    while parts.len() > 2 && parts.last().is_some_and(|last| last == "0") {
        parts.pop();
    }
    parts.join(".")
}

/// A version without the words that stand in front of it.
fn plain_version(text: &str) -> String {
    let folded = text.trim().to_lowercase();
    let plain = folded.trim_start_matches(|char: char| !char.is_ascii_digit());
    // A version without any digit is its letters.
    if plain.is_empty() { folded } else { plain.to_owned() }
}

/// The parts of a version that is nothing but numbers and letters.
fn texts(version: &Version) -> Option<Vec<String>> {
    let text = |part: &Part| match part {
        Part::Number(digits) if digits.is_empty() => Some("0".to_owned()),
        Part::Number(text) | Part::Letters(text) => Some(text.to_string()),
        _ => None,
    };
    version.parts().iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_one_however_it_is_cut_into_words() {
        let own = joined(["echo", "line", "e9"]);
        assert_eq!(joined(["echoline", "e9"]), own);
        assert_eq!(joined(["echolinee9"]), own);
        for other in [["echoline", "e8"], ["echoline", "e 9"], ["echoline", "e9+"]] {
            assert_ne!(joined(other), own, "{other:?}");
        }
        assert_ne!(joined(["x1", "11"]), joined(["x11", "1"]));
        assert_eq!(joined([]), "");
    }

    #[test]
    fn a_release_is_one_however_its_number_is_spelt() {
        for text in ["1.0", "1.0.0", "v1.0", " SW 1.0.0.0", "01.00"] {
            assert_eq!(release(text), "1.0", "{text}");
        }
        assert_eq!(release("Rev. C.07"), release("c.07"));
        let all = [
            "B.07",
            "U61",
            "L61",
            "61",
            "7",
            "1.0",
            "1",
            "1.0.1",
            "10.0",
            "1.0b",
            "1.0 SP1",
            "C.07",
            "2024-01-02",
            "",
        ];
        let apart: std::collections::BTreeSet<String> =
            all.iter().map(|text| release(text)).collect();
        assert_eq!(apart.len(), all.len(), "{apart:?}");
    }

    proptest::proptest! {
        #[test]
        fn releases_that_are_one_are_equal_where_they_are_compared(
            one in "[0-3]{1,2}(\\.[0-3]{1,2}){1,3}",
            other in "[0-3]{1,2}(\\.[0-3]{1,2}){1,3}",
        ) {
            let order = |text: &str| text.parse::<Version>().unwrap();
            let equal = order(&one).compare(&order(&other)).is_some_and(std::cmp::Ordering::is_eq);
            proptest::prop_assert_eq!(release(&one) == release(&other), equal);
        }
    }

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
