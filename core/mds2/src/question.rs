//! The questions of each edition, in their order: ids, and what they ask in our own words.
//!
//! Source: ANSI/NEMA HN 1-2019 (240 questions in 23 sections) and HN 1-2013, ids only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// An edition of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// HN 1-2013.
    Of2013,
    /// HN 1-2019.
    Of2019,
}

impl Edition {
    /// The name of the standard.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Of2013 => "HN 1-2013",
            Self::Of2019 => "HN 1-2019",
        }
    }

    /// Its year.
    #[must_use]
    pub const fn year(self) -> &'static str {
        match self {
            Self::Of2013 => "2013",
            Self::Of2019 => "2019",
        }
    }

    /// Its questions, in their order.
    #[must_use]
    pub fn questions(self) -> &'static [Question] {
        &self.catalog().questions
    }

    /// The question of an id, spelt as the standard does.
    #[must_use]
    pub fn question(self, id: &str) -> Option<&'static Question> {
        let catalog = self.catalog();
        catalog.questions.get(*catalog.by_id.get(id)?)
    }

    fn catalog(self) -> &'static Catalog {
        match self {
            Self::Of2013 => &OF_2013,
            Self::Of2019 => &OF_2019,
        }
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// Where it stands among the questions of its edition, from 0.
    pub position: usize,
    /// Of which edition it is.
    pub edition: Edition,
    /// Its id.
    pub id: &'static str,
    /// What is answered.
    pub kind: Kind,
    /// What it asks, in our own words.
    pub asks: &'static str,
    /// The questions of 2019 that ask the same or something near it; empty for those of 2019.
    pub crosswalk: Vec<Crossing>,
}

/// What a question is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Any text.
    Text,
    /// Yes, no, or that it does not apply.
    YesNo,
}

/// How a question of 2013 stands to one of 2019.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    /// The question of 2019.
    pub id: &'static str,
    /// How near it is.
    pub nearness: Nearness,
}

/// How near two questions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// They ask the same: an answer to one answers the other.
    Same,
    /// They ask about the same, but not the same: nothing is carried over.
    Near,
}

impl Question {
    /// The section: the letters of an id of 2019, the number or letter of one of 2013.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.id.split(['-', '.']).next().unwrap_or(self.id)
    }

    /// What its section is called: the name of a capability where the edition has one.
    #[must_use]
    pub fn section_title(&self) -> String {
        let code = self.section();
        let known = SECTIONS.iter().find(|(other, _)| *other == code);
        match known {
            Some((code, name)) => format!("{code}  {name}"),
            None if code.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("Capability {code}")
            }
            None => format!("Private data {code}"),
        }
    }

    /// The question under which it stands: `AUDT-2.8` for `AUDT-2.8.1`.
    #[must_use]
    pub fn parent(&self) -> Option<&'static Self> {
        self.edition.question(self.id.rsplit_once('.')?.0)
    }
}

/// The sections of 2019 in their order, with the names of the capabilities.
pub const SECTIONS: [(&str, &str); 23] = [
    ("DOC", "Document and device"),
    ("MPII", "Management of personally identifiable information"),
    ("ALOF", "Automatic logoff"),
    ("AUDT", "Audit controls"),
    ("AUTH", "Authorization"),
    ("CSUP", "Cyber security product upgrades"),
    ("DIDT", "Health data de-identification"),
    ("DTBK", "Data backup and disaster recovery"),
    ("EMRG", "Emergency access"),
    ("IGAU", "Health data integrity and authenticity"),
    ("MLDP", "Malware detection and protection"),
    ("NAUT", "Node authentication"),
    ("CONN", "Connectivity capabilities"),
    ("PAUT", "Person authentication"),
    ("PLOK", "Physical locks"),
    ("RDMP", "Roadmap for third party components"),
    ("SBOM", "Software bill of materials"),
    ("SAHD", "System and application hardening"),
    ("SGUD", "Security guidance"),
    ("STCF", "Health data storage confidentiality"),
    ("TXCF", "Transmission confidentiality"),
    ("TXIG", "Transmission integrity"),
    ("RMOT", "Remote service"),
];

struct Catalog {
    questions: Vec<Question>,
    by_id: BTreeMap<&'static str, usize>,
}

static OF_2019: LazyLock<Catalog> = LazyLock::new(|| {
    catalog(Edition::Of2019, include_str!("../data/questions_2019.tsv"))
});

static OF_2013: LazyLock<Catalog> = LazyLock::new(|| {
    catalog(Edition::Of2013, include_str!("../data/questions_2013.tsv"))
});

fn catalog(edition: Edition, text: &'static str) -> Catalog {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut questions = Vec::new();
    for line in lines {
        let mut fields = line.split('\t');
        let (Some(id), Some(second), Some(asks)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let kind = if second == "text" { Kind::Text } else { Kind::YesNo };
        let crosswalk = second.split(' ').filter_map(crossing).collect();
        let position = questions.len();
        questions.push(Question { position, edition, id, kind, asks, crosswalk });
    }
    let by_id = questions.iter().map(|it| (it.id, it.position)).collect();
    Catalog { questions, by_id }
}

fn crossing(word: &'static str) -> Option<Crossing> {
    let nearness = match word.as_bytes().first()? {
        b'=' => Nearness::Same,
        b'~' => Nearness::Near,
        _ => return None,
    };
    Some(Crossing { id: word.get(1..)?, nearness })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_edition_of_2019_has_its_240_questions_in_23_sections() {
        let questions = Edition::Of2019.questions();
        assert_eq!(questions.len(), 240);
        let depth = |id: &str| id.matches('.').count();
        let of_depth = |n| questions.iter().filter(|it| depth(it.id) == n).count();
        assert_eq!([of_depth(0), of_depth(1), of_depth(2)], [126, 103, 11]);
        assert_eq!(questions.first().unwrap().id, "DOC-1");
        assert_eq!(questions.last().unwrap().id, "RMOT-3");
        let mut sections: Vec<&str> = questions.iter().map(Question::section).collect();
        sections.dedup();
        assert_eq!(sections, SECTIONS.map(|(code, _)| code));
        assert_eq!(questions.iter().filter(|it| it.section() == "DOC").count(), 15);
        let texts = questions.iter().filter(|it| it.kind == Kind::Text);
        assert!(texts.map(|it| it.id).eq((1..=7).map(|n| format!("DOC-{n}"))));
    }

    #[test]
    fn every_parent_is_a_question_and_every_id_leads_to_its_own() {
        for edition in [Edition::Of2013, Edition::Of2019] {
            let mut seen = BTreeSet::new();
            for question in edition.questions() {
                assert!(seen.insert(question.id), "{} stands twice", question.id);
                assert_eq!(edition.question(question.id), Some(question));
                assert!(question.asks.len() > 3 && !question.asks.contains('\t'));
                let has_parent = question.id.contains('.')
                    && !question.id.starts_with(['A', 'B', 'C', 'D'])
                        | (edition == Edition::Of2019);
                assert_eq!(question.parent().is_some(), has_parent, "{}", question.id);
            }
        }
    }

    #[test]
    fn the_crosswalk_leads_to_questions_of_2019_and_never_two_the_same() {
        let mut same = BTreeSet::new();
        for question in Edition::Of2013.questions() {
            for crossing in &question.crosswalk {
                assert!(
                    Edition::Of2019.question(crossing.id).is_some(),
                    "{}",
                    crossing.id
                );
                if crossing.nearness == Nearness::Same {
                    assert!(same.insert(crossing.id), "{} twice", crossing.id);
                }
            }
        }
        assert!(same.len() > 40);
        assert!(Edition::Of2019.questions().iter().all(|it| it.crosswalk.is_empty()));
    }
}
