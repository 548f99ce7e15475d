//! A tree of organisations, each judged, rolled up.
//!
//! One new piece of evidence judges anew only the controls that look at its kind, of the
//! organisation that it is of, and of those below where it holds for a whole group.

use std::collections::BTreeSet;

use terms::Day;

use crate::assess::{Again, Assessed, assess};
use crate::case::is_shared;
use crate::holdings::{Held, Holdings, Reach, What};
use crate::posture::Posture;
use crate::tailoring::Tailoring;

/// One organisation of a tree.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The organisation above, by its position; it stands before its own members.
    pub parent: Option<usize>,
    /// What it makes of the catalog.
    pub tailoring: Tailoring,
    /// Its evidence.
    pub holdings: Holdings,
}

/// Documents of an organisation that take the place of others.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The files that are there no more.
    pub gone: BTreeSet<String>,
    /// What comes.
    pub come: Vec<Held>,
    /// The names of all files that are delivered from now on.
    pub delivered: BTreeSet<String>,
}

/// A tree of organisations, judged.
#[derive(Clone, Debug)]
pub struct Group {
    members: Vec<Member>,
    today: Day,
    assessed: Vec<Vec<Assessed>>,
    postures: Vec<Posture>,
}

/// An organisation with all those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// How many organisations it is.
    pub organisations: usize,
    /// Their verdicts together.
    pub posture: Posture,
}

impl Group {
    /// Judges every organisation. A parent that does not stand before its member is none.
    #[must_use]
    pub fn of(mut members: Vec<Member>, today: Day) -> Self {
        for at in 0..members.len() {
            let parent = members.get(at).and_then(|it| it.parent).filter(|it| *it < at);
            let above =
                parent.and_then(|it| members.get(it)).map(|it| it.tailoring.clone());
            if let Some(member) = members.get_mut(at) {
                member.parent = parent;
                if let Some(above) = above {
                    member.tailoring = member.tailoring.below(&above);
                }
            }
        }
        let mut group =
            Self { members, today, assessed: Vec::new(), postures: Vec::new() };
        for (at, member) in group.members.iter().enumerate() {
            let above = group.above(at);
            group.assessed.push(assess(
                &member.holdings,
                &above,
                &member.tailoring,
                today,
            ));
        }
        let posture = |assessed: &Vec<Assessed>| Posture::of(assessed, today);
        group.postures = group.assessed.iter().map(posture).collect();
        group
    }

    /// The organisations, in their order.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The verdicts of an organisation.
    #[must_use]
    pub fn assessed(&self, member: usize) -> &[Assessed] {
        self.assessed.get(member).map_or(&[], Vec::as_slice)
    }

    /// Evidence of the organisations above, the nearest first.
    #[must_use]
    pub fn above(&self, member: usize) -> Vec<&Holdings> {
        let mut above = Vec::new();
        let mut at = self.members.get(member).and_then(|it| it.parent);
        while let Some(member) = at.and_then(|at| self.members.get(at)) {
            above.push(&member.holdings);
            at = member.parent;
        }
        above
    }

    /// Each organisation with those below it.
    #[must_use]
    pub fn rolled(&self) -> Vec<Rolled> {
        let own =
            |posture: &Posture| Rolled { organisations: 1, posture: posture.clone() };
        let mut rolled: Vec<Rolled> = self.postures.iter().map(own).collect();
        for at in (0..self.members.len()).rev() {
            let Some(parent) = self.members.get(at).and_then(|it| it.parent) else {
                continue;
            };
            let below = rolled.get(at).cloned().unwrap_or_default();
            if let Some(above) = rolled.get_mut(parent) {
                above.organisations += below.organisations;
                above.posture = std::mem::take(&mut above.posture).and(&below.posture);
            }
        }
        rolled
    }

    /// Takes a document of an organisation in, and judges anew what it may change. Gives back
    /// how many controls that were, over all organisations.
    pub fn add(&mut self, member: usize, held: Held) -> usize {
        let Some(own) = self.members.get(member) else { return 0 };
        let mut delivered = own.holdings.delivered.clone();
        delivered.insert(held.file.clone());
        let come = Exchange { gone: BTreeSet::new(), come: vec![held], delivered };
        self.exchange(member, come)
    }

    /// Puts documents of an organisation in the place of others, and judges anew what that may
    /// change. Gives back how many controls that were, over all organisations.
    pub fn exchange(&mut self, member: usize, exchange: Exchange) -> usize {
        let Some(own) = self.members.get_mut(member) else { return 0 };
        let Exchange { gone, come, delivered } = exchange;
        let holdings = &mut own.holdings;
        let (out, stay): (Vec<Held>, Vec<Held>) = std::mem::take(&mut holdings.held)
            .into_iter()
            .partition(|held| gone.contains(&held.file));
        holdings.held = stay;
        let moved: Vec<&Held> = out.iter().chain(&come).collect();
        let words: BTreeSet<&str> = moved.iter().flat_map(|held| words(held)).collect();
        let is_for_all = moved.iter().any(|held| may_be_shared(held));
        let changed: Vec<String> =
            holdings.delivered.symmetric_difference(&delivered).cloned().collect();
        holdings.delivered = delivered;
        holdings.held.extend(come);
        // A file may be the proof that an entry which is there already names.
        let is_proof = changed.iter().any(|file| self.is_named(member, file));
        let looks = |control: crate::Control| {
            is_proof || words.iter().any(|word| control.looks_at(word))
        };
        let again = Again::of(looks);
        let mut judged = 0;
        for at in member..self.members.len() {
            let is_below = (is_for_all || is_proof) && self.is_below(at, member);
            if at == member || is_below {
                judged += self.judge_again(at, &again);
            }
        }
        judged
    }

    /// The organisations with their evidence, to be judged otherwise.
    #[must_use]
    pub fn into_members(self) -> Vec<Member> {
        self.members
    }

    fn judge_again(&mut self, at: usize, again: &Again) -> usize {
        let Some(member) = self.members.get(at) else { return 0 };
        let above = self.above(at);
        let again = again.assess(&member.holdings, &above, &member.tailoring, self.today);
        let judged = again.len();
        let Some(kept) = self.assessed.get_mut(at) else { return 0 };
        for one in again {
            if let Some(old) = kept.iter_mut().find(|it| it.control == one.control) {
                *old = one;
            }
        }
        if let Some(posture) = self.postures.get_mut(at) {
            *posture = Posture::of(kept, self.today);
        }
        judged
    }

    fn is_below(&self, member: usize, above: usize) -> bool {
        let mut at = self.members.get(member).and_then(|it| it.parent);
        while let Some(parent) = at {
            if parent == above {
                return true;
            }
            at = self.members.get(parent).and_then(|it| it.parent);
        }
        false
    }

    /// Whether an entry of the organisation names a file as its proof.
    fn is_named(&self, member: usize, file: &str) -> bool {
        let Some(member) = self.members.get(member) else { return false };
        let name = file.rsplit(['/', '\\', '!']).next().unwrap_or(file);
        member.holdings.held.iter().any(|held| match &held.what {
            What::Records(records) => records.iter().any(|record| {
                let proof = record.text(evidence::Field::Proof);
                !proof.is_empty() && proof.ends_with(name)
            }),
            What::Firewall(_) | What::Scan(_) => false,
        })
    }
}

/// Whether a document may count for the organisations below its own.
fn may_be_shared(held: &Held) -> bool {
    let is_shared = || held.kinds().iter().any(|kind| is_shared(*kind));
    held.reach == Reach::Below && is_shared()
}

/// The kinds of evidence in a document.
fn words(held: &Held) -> BTreeSet<&'static str> {
    match &held.what {
        What::Records(records) => {
            records.iter().map(|record| record.kind.word()).collect()
        }
        What::Firewall(_) => BTreeSet::from(["firewall"]),
        What::Scan(_) => BTreeSet::from(["scan"]),
    }
}
