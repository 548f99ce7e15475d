//! What a person must say of a device so that an advisory can be judged, and what was said.
//!
//! A question is known by words, never by where it happened to be asked: the same condition
//! of another advisory is the same question, and an answer to it counts there too. What
//! hangs on one advisory, or on one release of the device, says so and counts nowhere else.
//!
//! Not here: whose answer counts for which device, and for how long.

use std::collections::BTreeMap;

use naming::spelling::fold;

use super::judge::{Row, Says};
use super::leaf::Leaf;

/// One question about a device, asked by one leaf of an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What it is about.
    pub topic: Topic,
    /// What of the device is meant, as the advisory names it: product, edition or part;
    /// empty where the whole device is.
    pub of: String,
    /// The words of the advisory that are in question: `running on Windows 2000`, `< 2.3`.
    pub words: String,
    /// The advisory, where the question has no meaning without it; else empty.
    pub advisory: String,
    /// The version that the inventory states, where the answer is that version's; else
    /// empty.
    pub release: String,
    /// What *yes* means.
    pub yes: Means,
    /// The question as an inventory would have answered it: `Which version is it?`.
    pub text: String,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Something that must be so on the device: an option, an operating system.
    Condition,
    /// Which version it is.
    Version,
    /// Which build it is.
    Build,
    /// Which version a part of it is.
    Part,
    /// Whether something is built in.
    Fitted,
    /// Which model it is.
    Model,
    /// Which generation it is.
    Generation,
    /// Which edition it is.
    Edition,
    /// Which series it is.
    Series,
    /// When it was made.
    Made,
    /// Whether it is what the advisory leaves out.
    LeftOut,
    /// Whether its release holds the fix.
    Fix,
    /// What words of the advisory mean that no rule has read.
    Words,
    /// What the maker has found out meanwhile.
    Investigation,
}

/// What an answer of *yes* says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// That the advisory means it, as far as this question goes.
    Affected,
    /// That the advisory does not mean it.
    NotAffected,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Reply {
    Yes,
    No,
}

/// What was answered about one device, by the keys of the questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replies(BTreeMap<String, Reply>);

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 14] = [
        Self::Condition,
        Self::Version,
        Self::Build,
        Self::Part,
        Self::Fitted,
        Self::Model,
        Self::Generation,
        Self::Edition,
        Self::Series,
        Self::Made,
        Self::LeftOut,
        Self::Fix,
        Self::Words,
        Self::Investigation,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Version => "version",
            Self::Build => "build",
            Self::Part => "part",
            Self::Fitted => "fitted",
            Self::Model => "model",
            Self::Generation => "generation",
            Self::Edition => "edition",
            Self::Series => "series",
            Self::Made => "made",
            Self::LeftOut => "left_out",
            Self::Fix => "fix",
            Self::Words => "words",
            Self::Investigation => "investigation",
        }
    }

    /// Whether the question has a meaning beside one advisory only.
    const fn is_of_advisory(self) -> bool {
        matches!(self, Self::LeftOut | Self::Fix | Self::Words | Self::Investigation)
    }

    /// Whether the answer is that of the release that the inventory states. What is built
    /// in and what it is stay when the software changes; an operating system may not.
    fn is_of_release(self, words: &str) -> bool {
        match self {
            Self::Version
            | Self::Build
            | Self::Part
            | Self::LeftOut
            | Self::Fix
            | Self::Words
            | Self::Investigation => true,
            Self::Condition => {
                let words = fold(words);
                SYSTEMS.iter().any(|system| words.contains(system))
            }
            Self::Fitted
            | Self::Model
            | Self::Generation
            | Self::Edition
            | Self::Series
            | Self::Made => false,
        }
    }

    /// Whether devices that look alike in an inventory may differ in it, so that who looked at
    /// one has seen nothing of those that come later: which options it has, which version, when
    /// it was made. What the words of an advisory mean is the same for all.
    #[must_use]
    pub const fn differs_by_device(self) -> bool {
        !matches!(self, Self::Fix | Self::Words | Self::Investigation)
    }
}

/// Whether the answer to the question that is known by a key (see [`Ask::key`]) is that of what
/// runs on one device, and not of a release that its inventory states: which version, build or
/// part it has, and whatever else hangs on a release where none is stated.
#[must_use]
pub fn is_of_unstated_release(key: &str) -> bool {
    let parts: Vec<&str> = key.split('\n').collect();
    let [topic, _, words, _, release] = parts[..] else { return false };
    let Some(topic) = Topic::ALL.into_iter().find(|one| one.word() == topic) else {
        return false;
    };
    match topic {
        Topic::Version | Topic::Build | Topic::Part => true,
        topic => release.is_empty() && topic.is_of_release(words),
    }
}

/// Words for operating systems.
const SYSTEMS: [&str; 7] =
    ["windows", "linux", "android", "macos", "ios", "vxworks", "system"];

impl Ask {
    /// The question in the form that *yes* and *no* answer.
    #[must_use]
    pub fn yes_or_no(&self) -> String {
        let Self { of, words, .. } = self;
        match self.topic {
            Topic::Condition => format!("Is this so on the device: {words}?"),
            Topic::Version if of.is_empty() => {
                format!("Is its version one of these: {words}?")
            }
            Topic::Version => {
                format!("Is {of} on it of one of these versions: {words}?")
            }
            Topic::Build => format!("Is its build one of these: {words}?"),
            Topic::Part => format!("Is the version of its {of} one of these: {words}?"),
            Topic::Fitted => {
                format!("Is a {of} in it, and of one of these versions: {words}?")
            }
            Topic::Model if words.contains(',') => {
                format!("Is its model one of these: {words}?")
            }
            Topic::Model => format!("Is it the model {words}?"),
            Topic::Generation => format!("Is it {words}?"),
            Topic::Edition => format!("Is it the edition that is meant by {of}?"),
            Topic::Series => format!("Is it of the series that is meant by {of}?"),
            Topic::Made => format!("Was it made in this time: {words}?"),
            Topic::LeftOut => {
                format!("Is it one of those that the advisory leaves out: {words}?")
            }
            Topic::Fix => {
                format!("Does {of} hold the fix? The advisory says: {words}")
            }
            Topic::Words => {
                format!("The advisory says “{words}”: does it mean this device?")
            }
            Topic::Investigation => {
                "Is it affected, as its maker has found out meanwhile? The advisory says \
                 that it does not know yet"
                    .to_owned()
            }
        }
    }

    /// By what the question is known: everything but how it is put.
    #[must_use]
    pub fn key(&self) -> String {
        let parts = [&self.of, &self.words, &self.advisory, &self.release];
        let mut key = self.topic.word().to_owned();
        for part in parts {
            key.push('\n');
            key.push_str(&plain(part));
        }
        key
    }

    /// Why it is not meant, when somebody has answered.
    pub(super) fn answered(&self, reply: Reply) -> String {
        let word = match reply {
            Reply::Yes => "yes",
            Reply::No => "no",
        };
        format!("“{}” was answered with {word}", self.yes_or_no())
    }
}

/// Without what differs in writing alone. Signs stay: `< 2.3` is not `<= 2.3`.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Replies {
    /// Takes an answer in; a later one to the same question takes its place.
    pub fn add(&mut self, key: String, reply: Reply) {
        self.0.insert(key, reply);
    }

    /// What was answered to a question.
    #[must_use]
    pub fn to(&self, ask: &Ask) -> Option<Reply> {
        // Most devices are judged without any answer.
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&ask.key()).copied()
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The questions that were answered, by their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Reply)> {
        self.0.iter().map(|(key, reply)| (key.as_str(), *reply))
    }
}

impl FromIterator<(String, Reply)> for Replies {
    fn from_iter<I: IntoIterator<Item = (String, Reply)>>(replies: I) -> Self {
        Self(replies.into_iter().collect())
    }
}

/// What a question is made of.
pub(super) struct Put<'p> {
    pub(super) topic: Topic,
    pub(super) of: &'p str,
    pub(super) words: &'p str,
    pub(super) text: String,
}

impl Row {
    /// A question of a leaf about the row, of which *yes* means that it is affected.
    pub(super) fn ask(&self, leaf: &Leaf, put: Put<'_>) -> Ask {
        let Put { topic, of, words, text } = put;
        let only = |is_so: bool, text: &str| match is_so {
            true => text.to_owned(),
            false => String::new(),
        };
        Ask {
            topic,
            of: of.to_owned(),
            words: words.to_owned(),
            advisory: only(topic.is_of_advisory(), &leaf.advisory),
            release: only(topic.is_of_release(words), self.stated()),
            yes: Means::Affected,
            text,
        }
    }

    /// What a leaf says by a question: what was answered, else the question.
    pub(super) fn settled(&self, ask: Ask) -> Says {
        match (self.replies.to(&ask), ask.yes) {
            (None, _) => Says::Ask(ask),
            (Some(Reply::Yes), Means::Affected)
            | (Some(Reply::No), Means::NotAffected) => Says::Affected,
            (Some(reply), _) => Says::Outside(ask.answered(reply)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(topic: Topic, words: &str) -> Ask {
        Ask {
            topic,
            of: "IM-400".to_owned(),
            words: words.to_owned(),
            advisory: String::new(),
            release: String::new(),
            yes: Means::Affected,
            text: String::new(),
        }
    }

    #[test]
    fn a_question_is_known_by_its_words_and_not_by_how_they_are_written() {
        let one = ask(Topic::Condition, "running  on Windows 2000");
        let same = Ask { text: "otherwise".to_owned(), ..one.clone() };
        assert_eq!(one.key(), same.key());
        let spelt = ask(Topic::Condition, "Running on windows 2000 ");
        assert_eq!(one.key(), spelt.key());
    }

    #[test]
    fn what_means_something_else_is_another_question() {
        let one = ask(Topic::Version, "< 2.3");
        for other in [
            ask(Topic::Version, "<= 2.3"),
            ask(Topic::Version, "< 2.31"),
            ask(Topic::Build, "< 2.3"),
            Ask { of: "IM-500".to_owned(), ..one.clone() },
            Ask { advisory: "ICSMA-26-001-01".to_owned(), ..one.clone() },
            Ask { release: "2.x".to_owned(), ..one.clone() },
        ] {
            assert_ne!(one.key(), other.key(), "{other:?}");
        }
    }

    #[test]
    fn every_topic_has_a_word_and_a_question_of_its_own() {
        let words: std::collections::BTreeSet<&str> =
            Topic::ALL.iter().map(|topic| topic.word()).collect();
        assert_eq!(words.len(), Topic::ALL.len());
        for topic in Topic::ALL {
            assert!(ask(topic, "x").yes_or_no().contains('?'), "{topic:?}");
        }
    }

    #[test]
    fn an_answer_is_of_one_device_where_it_tells_its_release() {
        let key = |topic, words, release: &str| {
            Ask { release: release.to_owned(), ..ask(topic, words) }.key()
        };
        for (topic, words, release) in [
            (Topic::Version, "<= 2.1", ""),
            (Topic::Build, "< 9", "2.1"),
            (Topic::Part, "< 9", "2.1"),
            (Topic::Fix, "2.3", ""),
            (Topic::Condition, "running on Windows 2000", ""),
        ] {
            assert!(is_of_unstated_release(&key(topic, words, release)), "{topic:?}");
        }
        for (topic, words, release) in [
            (Topic::Fix, "2.3", "2.1"),
            (Topic::Fitted, "< 9", ""),
            (Topic::Condition, "with the wireless option", ""),
            (Topic::Condition, "running on Windows 2000", "2.1"),
        ] {
            assert!(!is_of_unstated_release(&key(topic, words, release)), "{topic:?}");
        }
        assert!(!is_of_unstated_release("") && !is_of_unstated_release("a\nb\nc\nd\ne"));
    }

    #[test]
    fn an_operating_system_is_that_of_a_release_and_an_option_that_of_the_device() {
        assert!(Topic::Condition.is_of_release("running on Windows 2000"));
        assert!(!Topic::Condition.is_of_release("fitted with the wireless option"));
    }
}
