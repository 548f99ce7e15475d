//! What changed from one release of a product to another.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::bills::{Changed, Differing, difference};
use serde::Serialize;

use super::number;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::counted;

/// Rows of one list; the rest is counted, and JSON has them all.
const ROWS_MAX: usize = 500;

#[derive(Template, Serialize)]
#[template(path = "product/difference.html")]
struct Page {
    product: i64,
    maker: String,
    name: String,
    old: End,
    new: End,
    sentence: String,
    changed: Vec<Changed>,
    /// What only the bills of one of the two are about.
    only_old: Vec<String>,
    only_new: Vec<String>,
}

/// One of the two releases.
#[derive(Serialize)]
struct End {
    id: i64,
    version: String,
}

impl Show for Page {
    fn title(&self) -> String {
        let (old, new) = (&self.old.version, &self.new.version);
        format!("{} {}: {old} to {new}", self.maker, self.name)
    }
}

impl Page {
    /// The rows of a list that the page shows.
    fn first<'t, T>(&self, rows: &'t [T]) -> &'t [T] {
        rows.get(..ROWS_MAX).unwrap_or(rows)
    }

    /// How many rows a page leaves out, in words; empty where it shows them all.
    fn more<T>(&self, rows: &[T]) -> String {
        match rows.len() > ROWS_MAX {
            true => format!("{} in all; the first {ROWS_MAX} are shown.", rows.len()),
            false => String::new(),
        }
    }

    /// What of a component differs, in words.
    fn told(&self, one: &Differing) -> String {
        let said = |text: &str| match text {
            "" => "not stated".to_owned(),
            text => text.to_owned(),
        };
        let mut told = Vec::new();
        if let Some(old) = &one.old_version {
            told.push(format!("{} to {}", said(old), said(&one.component.version)));
        }
        if let Some([old, new]) = &one.licences {
            told.push(format!("licence {} to {}", said(old), said(new)));
        }
        if one.hashes {
            told.push("another digest".to_owned());
        }
        told.join("; ")
    }
}

/// `GET /products/releases/{release}/difference/{other}`: from the other to this one.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((release, other)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (new, old) = (number("release", &release)?, number("release", &other)?);
    let found = difference(&house.app, &by, old, new).await?;
    face.show(&Page {
        product: found.product.id,
        sentence: sentence(&found.changed),
        maker: found.product.maker,
        name: found.product.name,
        old: End { id: found.old.id, version: found.old.version },
        new: End { id: found.new.id, version: found.new.version },
        changed: found.changed,
        only_old: found.only_old,
        only_new: found.only_new,
    })
}

fn sentence(changed: &[Changed]) -> String {
    if changed.is_empty() {
        return "The two have no SBOM about the same, so there is nothing to compare."
            .to_owned();
    }
    let sum = |count: fn(&Changed) -> usize| changed.iter().map(count).sum::<usize>();
    let added = sum(|one| one.added.len());
    let (removed, differing) =
        (sum(|one| one.removed.len()), sum(|one| one.differing.len()));
    if added + removed + differing == 0 {
        return "The two list the same components.".to_owned();
    }
    let components = format!(
        "{} came in, {removed} went, {differing} changed",
        counted(added, "component", "components"),
    );
    if changed.iter().any(|one| one.cleared.is_none()) {
        return format!("{components}. No index of advisories is in use.");
    }
    let flaws = |count: usize| counted(count, "known flaw", "known flaws");
    let cleared = sum(|one| one.cleared.as_ref().map_or(0, |all| all.len()));
    let brought = sum(|one| one.brought.as_ref().map_or(0, |all| all.len()));
    format!("{components}: it clears {} and brings {}.", flaws(cleared), flaws(brought))
}
