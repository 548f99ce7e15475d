//! One cell of the matrix: what the evidence says of one bidder and one consideration.

use evidence::{Class, Ground};
use posture::Verdict;

/// What the evidence says of one bidder and one consideration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The facts that were used, those that weigh most first.
    pub grounds: Vec<Ground>,
    /// What the bidder is asked; empty where nothing is.
    pub ask: String,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) weight: Weight,
    pub(crate) found: Found,
    pub(crate) why: String,
    pub(crate) grounds: Vec<Ground>,
}

/// How far a check carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// It can show that something is so.
    Proof,
    /// It can only repeat what the bidder says.
    Claim,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Found {
    /// It is not so.
    Not,
    /// It is so in part.
    Partly,
    /// It is so.
    So,
    /// Nothing tells.
    Nothing,
}

/// Grounds that one cell shows.
const GROUNDS_MAX: usize = 12;

/// Reasons that one cell names.
const WHYS_MAX: usize = 3;

impl Part {
    pub(crate) fn new(
        weight: Weight,
        found: Found,
        why: impl Into<String>,
        grounds: Vec<Ground>,
    ) -> Self {
        // Whatever rests on the bidder's word alone is a claim, whichever check it was.
        let is_backed = grounds.iter().any(|ground| ground.class > Class::Attested);
        let found = match (weight, found) {
            (Weight::Proof, Found::So) if !is_backed => Found::Partly,
            (_, found) => found,
        };
        Self { weight, found, why: why.into(), grounds }
    }

    pub(crate) fn nothing(weight: Weight, why: impl Into<String>) -> Self {
        Self { weight, found: Found::Nothing, why: why.into(), grounds: Vec::new() }
    }
}

impl Cell {
    /// What the profile does not ask.
    #[must_use]
    pub fn not_applicable(why: &str) -> Self {
        Self {
            verdict: Verdict::NotApplicable,
            why: why.to_owned(),
            grounds: Vec::new(),
            ask: String::new(),
        }
    }

    /// Joins what the checks of one requirement found. What is not so decides, whoever says
    /// it; *met* takes every proof, and claims alone are *partly met*. What cannot be told of
    /// one part keeps the whole *partly* where another is so: were it *cannot tell*, taking
    /// that part away would mend it.
    pub(crate) fn join(mut parts: Vec<Part>, ask: &str) -> Self {
        let is = |weight: Weight, found: Found| {
            parts.iter().any(|part| part.weight == weight && part.found == found)
        };
        let (proof, claim) = (Weight::Proof, Weight::Claim);
        let is_not = is(proof, Found::Not) || is(claim, Found::Not);
        let is_some = [Found::So, Found::Partly]
            .into_iter()
            .any(|found| is(proof, found) || is(claim, found));
        let is_whole = is(proof, Found::So)
            && !is(proof, Found::Partly)
            && !is(proof, Found::Nothing);
        let verdict = match (is_not, is_whole, is_some) {
            (true, _, _) => Verdict::NotMet,
            (false, true, _) => Verdict::Met,
            (false, false, true) => Verdict::PartlyMet,
            (false, false, false) => Verdict::CannotTell,
        };
        let rank = |part: &Part| match (verdict, part.found) {
            // What a verdict rests on stands first.
            (Verdict::Met, Found::So) | (_, Found::Not) => 0,
            (_, Found::Partly) => 1,
            (_, Found::So) => 2,
            (_, Found::Nothing) => 3,
        };
        parts.sort_by_key(|part| (rank(part), part.weight));
        let why = whys(&parts, verdict);
        let mut grounds: Vec<Ground> = Vec::new();
        for ground in parts.into_iter().flat_map(|part| part.grounds) {
            if grounds.len() < GROUNDS_MAX && !grounds.contains(&ground) {
                grounds.push(ground);
            }
        }
        let ask = match verdict {
            Verdict::Met | Verdict::NotApplicable => "",
            Verdict::PartlyMet | Verdict::NotMet | Verdict::CannotTell => ask,
        };
        Self { verdict, why, grounds, ask: ask.to_owned() }
    }
}

fn whys(parts: &[Part], verdict: Verdict) -> String {
    let mut whys: Vec<&str> = Vec::new();
    for part in parts {
        // Where something is not so, that others say nothing is no reason.
        let is_idle = verdict == Verdict::NotMet && part.found != Found::Not;
        if !is_idle && !part.why.is_empty() && !whys.contains(&part.why.as_str()) {
            whys.push(&part.why);
        }
    }
    let more = whys.len().saturating_sub(WHYS_MAX);
    whys.truncate(WHYS_MAX);
    let text = whys.join("; ");
    match (more, verdict) {
        (_, Verdict::CannotTell) if text.is_empty() => "nothing tells it".to_owned(),
        (0, _) => text,
        (more, _) => format!("{text}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reading::Place;

    use super::*;

    fn part(weight: Weight, found: Found) -> Part {
        let class = match weight {
            Weight::Proof => Class::Observed,
            Weight::Claim => Class::Attested,
        };
        let grounds = match found {
            Found::Nothing => Vec::new(),
            _ => vec![Ground::of(class, "a", Place::Document, "x")],
        };
        Part::new(weight, found, "why", grounds)
    }

    #[test]
    fn parts_make_a_cell() {
        use Found::{Not, Nothing, Partly, So};
        use Verdict::{CannotTell, Met, NotMet, PartlyMet};
        #[track_caller]
        fn check(proofs: &[Found], claims: &[Found], expected: Verdict) {
            let proofs = proofs.iter().map(|it| part(Weight::Proof, *it));
            let claims = claims.iter().map(|it| part(Weight::Claim, *it));
            let cell = Cell::join(proofs.chain(claims).collect(), "ask?");
            assert_eq!(cell.verdict, expected);
            assert_eq!(cell.ask.is_empty(), expected == Met);
        }

        check(&[So], &[So], Met);
        check(&[So], &[Nothing], Met);
        check(&[So, Nothing], &[So], PartlyMet);
        check(&[So, Partly], &[], PartlyMet);
        check(&[So], &[Not], NotMet);
        check(&[Not, So], &[So], NotMet);
        check(&[Nothing], &[So], PartlyMet);
        check(&[], &[So, So], PartlyMet);
        check(&[], &[So, Nothing], PartlyMet);
        check(&[], &[Nothing], CannotTell);
        check(&[Nothing], &[Nothing], CannotTell);
        check(&[], &[], CannotTell);
    }

    #[test]
    fn a_proof_that_rests_on_claims_alone_is_none() {
        let ground = Ground::of(Class::Attested, "a", Place::Document, "x");
        let made = Part::new(Weight::Proof, Found::So, "said", vec![ground]);
        assert_eq!(Cell::join(vec![made], "").verdict, Verdict::PartlyMet);
        let bare = Part::new(Weight::Proof, Found::So, "said", Vec::new());
        assert_eq!(Cell::join(vec![bare], "").verdict, Verdict::PartlyMet);
    }

    proptest! {
        /// A part that falls silent never turns *cannot tell* into *met*, nor makes a cell met
        /// that was not.
        #[test]
        fn silence_never_makes_it_met(parts in proptest::collection::vec((0..2_u8, 0..4_u8), 1..8), at in 0..8_usize) {
            let made = |silent: Option<usize>| {
                let parts = parts.iter().enumerate().map(|(number, (weight, found))| {
                    let weight = if *weight == 0 { Weight::Proof } else { Weight::Claim };
                    let found = match (silent == Some(number), found) {
                        (true, _) | (_, 0) => Found::Nothing,
                        (_, 1) => Found::Not,
                        (_, 2) => Found::Partly,
                        _ => Found::So,
                    };
                    part(weight, found)
                });
                Cell::join(parts.collect(), "").verdict
            };
            let (before, after) = (made(None), made(Some(at % parts.len())));
            if before == Verdict::CannotTell {
                prop_assert_ne!(after, Verdict::Met);
            }
            // But for a contrary claim that is taken back beside a proof.
            if after == Verdict::Met {
                prop_assert!(matches!(before, Verdict::Met | Verdict::NotMet));
            }
        }
    }
}
