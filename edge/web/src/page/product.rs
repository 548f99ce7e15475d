//! Products: what makers deliver about them, and what is known of what they are made of.

pub(crate) mod arrival;
pub(crate) mod audience;
pub(crate) mod builds;
pub(crate) mod difference;
pub(crate) mod list;
pub(crate) mod overtaken;
pub(crate) mod placing;
pub(crate) mod release;
pub(crate) mod statement;
mod without;

use serde::Serialize;
use store::Project;

use crate::problem::Problem;

/// A number of an address.
fn number(noun: &str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}

/// What programs that deliver said of a release.
#[derive(Clone, Debug, Default, Serialize)]
struct Marks {
    tags: Vec<String>,
    /// Whether it is the newest of its product.
    is_latest: bool,
}

impl Marks {
    fn of(project: &Project) -> Self {
        Self { tags: project.tags.clone(), is_latest: project.is_latest }
    }

    /// In words; empty where nothing was said.
    fn words(&self) -> String {
        let latest = self.is_latest.then(|| "the latest".to_owned());
        let tags = match self.tags.len() {
            0 => None,
            1 => Some(format!("tag {}", self.tags.concat())),
            _ => Some(format!("tags {}", self.tags.join(", "))),
        };
        latest.into_iter().chain(tags).collect::<Vec<_>>().join("; ")
    }
}

/// Quality by one profile, as it is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Score {
    pub(crate) profile: &'static str,
    pub(crate) score: u64,
    missing: u64,
}

/// The scores that are kept with a bill, in words for a screen.
pub(crate) fn scores(kept: &str) -> Vec<Score> {
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

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn what_programs_said_of_a_release_is_told_in_words_and_nothing_is_said_of_silence() {
        #[track_caller]
        fn check(tags: &[&str], expected: [&str; 2]) {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let words = [false, true]
                .map(|is_latest| Marks { tags: tags.clone(), is_latest }.words());
            assert_eq!(words, expected);
        }

        check(&[], ["", "the latest"]);
        check(&["main"], ["tag main", "the latest; tag main"]);
        check(&["a", "b"], ["tags a, b", "the latest; tags a, b"]);
    }
}
