//! What is recorded of a flaw under a number that somebody has in hand, and records about it
//! under numbers of their own.
//!
//! A distribution's record of a CVE says how that distribution's package stands, and is not the
//! CVE: a fix there is none elsewhere, so the two are never joined. Whoever has the CVE in hand
//! is led to the records all the same. They are found by how distributions write their numbers;
//! the index keeps no other word of it.

use fleet::{Filter, encoded};
use matching::Verdict;
use operations::fleet::{About, Holdings, Set};
use operations::judging::Advisories;

use super::{Answer, Group, Hit, said};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// What distributions write before the number of a CVE, and whose records those are.
const DISTRIBUTIONS: [(&str, &str); 5] = [
    ("DEBIAN-", "Debian"),
    ("UBUNTU-", "Ubuntu"),
    ("ALPINE-", "Alpine"),
    ("BELL-", "BellSoft"),
    ("ECHO-", "Echo"),
];

/// A distribution's record about a CVE.
pub(crate) struct Recorded {
    whose: &'static str,
    id: String,
    title: String,
    affected: u64,
}

impl Recorded {
    /// What it says, in words.
    fn told(&self) -> String {
        let devices = words::devices(self.affected, "", "");
        format!("{}'s record about it: {} affected", self.whose, devices.trim_end())
    }

    fn address(&self) -> String {
        format!("/vulnerabilities/{}", encoded(&self.id))
    }
}

/// The records about a CVE under numbers of distributions, with how many of the devices in a
/// scope each touches; none where it is no CVE.
pub(crate) fn recorded(held: &Holdings, scope: &fleet::Scope, q: &str) -> Vec<Recorded> {
    let number = said::number(q.trim()).to_uppercase();
    let Some(known) = held.advisories.as_deref().filter(|_| number.starts_with("CVE-"))
    else {
        return Vec::new();
    };
    let all = DISTRIBUTIONS.into_iter().filter_map(|(front, whose)| {
        let id = format!("{front}{number}");
        let main = known.knows(&id).then(|| known.main_name(&id))?;
        let about = About::Vulnerability(main.clone());
        let set = Set::Touched(about, Some(Verdict::Affected)).to_string();
        let view = held.view(scope, &Filter::default().among(&set)).ok()?;
        let affected = view.total();
        Some(Recorded { whose, title: known.title(&main), id, affected })
    });
    all.collect()
}

/// Where a number leads by which an advisory or a flaw is known, in whichever spelling; nowhere
/// where none is, or two of the same letters and digits.
pub(super) fn place(known: &Advisories, q: &str) -> Option<String> {
    let spellings = said::spellings(q);
    if let Some(id) = spellings.iter().find(|id| known.taken_back(id).is_some()) {
        return Some(format!("/advisories/{}", encoded(id)));
    }
    known_as(known, q).map(|id| page(known, &id))
}

/// The id of the advisory, else of the flaw, that is known by a number. An advisory first: its
/// number leads to what it covers, too.
fn known_as(known: &Advisories, q: &str) -> Option<String> {
    let spellings = said::spellings(q);
    let of_record = |id: &&String| known.record(id).is_some();
    if let Some(id) = spellings.iter().find(of_record) {
        return Some(id.clone());
    }
    let bare = said::bare(q);
    let has_digit = bare.bytes().any(|byte| byte.is_ascii_digit());
    let is_so = |id: &str| has_digit && said::bare(id) == bare;
    let mut alike = known.records.iter().filter(|record| is_so(&record.id));
    if let (Some(one), None) = (alike.next(), alike.next()) {
        return Some(one.id.clone());
    }
    spellings.into_iter().find(|id| known.mentions(id))
}

fn page(known: &Advisories, id: &str) -> String {
    let main = known.main_name(id);
    let noun = match known.record(&main) {
        Some(_) => "advisories",
        None => "vulnerabilities",
    };
    format!("/{noun}/{}", encoded(&main))
}

/// The flaw that is known by a number, or by one that a text may mean.
pub(super) fn meant(known: &Advisories, q: &str) -> Option<Group> {
    let id =
        known_as(known, q).or_else(|| said::meant(q).filter(|id| known.mentions(id)))?;
    let main = known.main_name(&id);
    if known.record(&main).is_some() {
        return None;
    }
    Some(Group {
        what: "Vulnerability".to_owned(),
        hits: vec![Hit {
            detail: known.title(&main),
            address: page(known, &main),
            links: Vec::new(),
            text: main,
        }],
        all: String::new(),
        more: String::new(),
    })
}

/// They as answers.
pub(super) fn group(found: &[Recorded]) -> Option<Group> {
    let hits = found.iter().map(|one| Hit {
        text: one.id.clone(),
        detail: [one.told(), one.title.clone()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        address: one.address(),
        links: Vec::new(),
    });
    let hits: Vec<Hit> = hits.collect();
    (!hits.is_empty()).then(|| Group {
        what: "Records of distributions about it".to_owned(),
        hits,
        all: String::new(),
        more: String::new(),
    })
}

/// That a number is not known by itself, and where records about it are: the page, and the
/// problem for a program. Nothing but the problem where there is none.
pub(crate) fn instead(
    problem: Problem,
    id: &str,
    found: &[Recorded],
) -> (Problem, Option<Answer>) {
    let Some(group) = group(found) else { return (problem, None) };
    let told = found.iter().map(|one| format!("{}: `{}`.", one.told(), one.address()));
    let told: Vec<String> = told.collect();
    let page = Answer {
        q: id.to_owned(),
        sentence: Sentence::new(format!(
            "No record in use goes by {id} itself; these are about it under numbers of their own:"
        )),
        unread: String::new(),
        read: Vec::new(),
        groups: vec![group],
        lesson: None,
    };
    (problem.next(told.join(" ")), Some(page))
}
