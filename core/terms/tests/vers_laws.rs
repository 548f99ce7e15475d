//! Laws of vers ranges, on ranges made from what they hold.
//!
//! Source: the vers specification of package-url, "Constraints" and "Checking if a version is
//! contained".

use proptest::prelude::*;
use terms::range::{Containment, Vers};

/// A part of a range: what it holds is told by numbers, which is how the test knows it.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// This version.
    Point,
    /// From one version to another, with or without each.
    Between { from_in: bool, to_in: bool },
    /// Likewise, without one version amidst.
    BetweenBut { from_in: bool, to_in: bool },
}

fn part() -> impl Strategy<Value = Part> {
    let ends = (any::<bool>(), any::<bool>());
    prop_oneof![
        Just(Part::Point),
        ends.prop_map(|(from_in, to_in)| Part::Between { from_in, to_in }),
        ends.prop_map(|(from_in, to_in)| Part::BetweenBut { from_in, to_in }),
    ]
}

/// Room for one part on the line of numbers.
const ROOM: u32 = 10;

/// The constraints of a part that begins at `start`.
fn constraints(part: Part, start: u32) -> Vec<(&'static str, u32)> {
    let lower = |inclusive| if inclusive { ">=" } else { ">" };
    let upper = |inclusive| if inclusive { "<=" } else { "<" };
    match part {
        Part::Point => vec![("=", start)],
        Part::Between { from_in, to_in } => {
            vec![(lower(from_in), start), (upper(to_in), start + 6)]
        }
        Part::BetweenBut { from_in, to_in } => {
            vec![(lower(from_in), start), ("!=", start + 3), (upper(to_in), start + 6)]
        }
    }
}

fn holds(part: Part, start: u32, version: u32) -> bool {
    let (start, end) = (f64::from(start), f64::from(start + 6));
    let within = |from_in: bool, to_in: bool, version: f64| {
        (if from_in { version >= start } else { version > start })
            && (if to_in { version <= end } else { version < end })
    };
    let version = f64::from(version);
    match part {
        Part::Point => version == start,
        Part::Between { from_in, to_in } => within(from_in, to_in, version),
        Part::BetweenBut { from_in, to_in } => {
            within(from_in, to_in, version) && version != start + 3.0
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_range_holds_exactly_what_it_was_made_of(
        parts in prop::collection::vec(part(), 1..6),
        order in prop::collection::vec(any::<u32>(), 18),
        scheme in prop_oneof![Just("npm"), Just("deb"), Just("maven"), Just("pypi"), Just("rpm")],
    ) {
        let starts = || parts.iter().zip((0..).step_by(ROOM as usize));
        let mut stated: Vec<(u32, String)> = starts()
            .flat_map(|(part, start)| constraints(*part, start + 1))
            .zip(&order)
            .map(|((sign, number), place)| (*place, format!("{sign}{number}.0.0")))
            .collect();
        // Constraints may stand in any order.
        stated.sort();
        let stated: Vec<String> = stated.into_iter().map(|(_, text)| text).collect();
        let text = format!("vers:{scheme}/{}", stated.join("|"));
        let vers = Vers::parse(&text).unwrap();
        let printed = vers.to_string();
        prop_assert_eq!(&Vers::parse(&printed).unwrap(), &vers, "{}", printed);
        for version in 0..=ROOM * 6 + 1 {
            let expected = starts().any(|(part, start)| holds(*part, start + 1, version));
            let expected = if expected { Containment::Inside } else { Containment::Outside };
            let found = vers.contains(&format!("{version}.0.0"));
            prop_assert_eq!(found, expected, "{} {}", text, version);
        }
    }
}
