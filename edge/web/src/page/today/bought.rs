//! What is new about what was bought, told to whoever buys and to whoever buys along.

use operations::Actor;
use operations::purchase::{NewsKind, Watched, bought};

use crate::House;
use crate::page::purchase::HOME;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// How many purchases Today names; all stand on their page.
const NAMED: usize = 5;

/// A sentence for each purchase about which something is new, those that ask most first.
pub(super) async fn told(house: &House, by: &Actor) -> Result<Vec<Sentence>, Problem> {
    let mut all = bought(&house.app, by).await?;
    let gravest = |watched: &Watched| watched.news.first().map(|it| it.kind);
    all.sort_by(|(one, new), (other, newer)| {
        (gravest(new), other.id).cmp(&(gravest(newer), one.id))
    });
    let mut told: Vec<Sentence> = all
        .iter()
        .take(NAMED)
        .map(|(purchase, watched)| {
            Sentence::new("Since you bought ")
                .link(
                    purchase.said.title.clone(),
                    format!("{HOME}/{}#since", purchase.id),
                )
                .then(format!(": {}.", counts(watched)))
        })
        .collect();
    if let Some(more) = all.len().checked_sub(NAMED).filter(|more| *more > 0) {
        told.push(
            Sentence::new("Something is new about ")
                .link(counted(more, "other purchase", "other purchases"), HOME.to_owned())
                .then("."),
        );
    }
    Ok(told)
}

/// What is new, by what it is about, in words.
fn counts(watched: &Watched) -> String {
    let of = |kinds: &[NewsKind]| {
        watched.news.iter().filter(|it| kinds.contains(&it.kind)).count()
    };
    let exploited = of(&[NewsKind::Exploited]);
    let flaws = of(&[NewsKind::Flaw]);
    let parts = [
        (of(&[NewsKind::Gate]), "gate is passed no more", "gates are passed no more"),
        (exploited, "flaw is exploited", "flaws are exploited"),
        (flaws, "flaw is new", "flaws are new"),
        (of(&[NewsKind::Late]), "flaw was told or fixed late", "were told or fixed late"),
        (
            of(&[NewsKind::Ended]),
            "certificate or membership ended",
            "certificates or memberships ended",
        ),
        (of(&[NewsKind::Award]), "award ran out", "awards ran out"),
        (
            of(&[NewsKind::Support]),
            "component lost its support",
            "components lost their support",
        ),
        (of(&[NewsKind::Advisory]), "advisory is new", "advisories are new"),
        (
            of(&[NewsKind::Consideration]),
            "consideration is met less",
            "considerations are met less",
        ),
        (
            of(&[NewsKind::Contradiction]),
            "contradiction is new",
            "contradictions are new",
        ),
    ];
    let told = parts.into_iter().filter(|(count, ..)| *count > 0);
    let told: Vec<String> =
        told.map(|(count, one, many)| counted(count, one, many)).collect();
    told.join("; ")
}
