//! Products: what makers deliver about them, and what is known of what they are made of.

pub(crate) mod arrival;
pub(crate) mod builds;
pub(crate) mod difference;
pub(crate) mod list;
pub(crate) mod placing;
pub(crate) mod release;
pub(crate) mod statement;

use serde::Serialize;

use crate::problem::Problem;

/// A number of an address.
fn number(noun: &str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}

/// Quality by one profile, as it is shown.
#[derive(Clone, Debug, Serialize)]
struct Score {
    profile: &'static str,
    score: u64,
    missing: u64,
}

/// The scores that are kept with a bill, in words for a screen.
fn scores(kept: &str) -> Vec<Score> {
    #[derive(serde::Deserialize)]
    struct Kept {
        profile: String,
        score: u64,
        missing: u64,
    }
    let kept: Vec<Kept> = serde_json::from_str(kept).unwrap_or_default();
    kept.into_iter()
        .map(|one| Score {
            profile: profile(&one.profile),
            score: one.score,
            missing: one.missing,
        })
        .collect()
}

fn profile(word: &str) -> &'static str {
    match word {
        "ntia-2021" => "NTIA minimum elements (2021)",
        "fda-524b" => "FDA section 524B",
        _ => "another profile",
    }
}
