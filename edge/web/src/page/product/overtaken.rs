//! What was accepted of statements, and what came since that says otherwise, in words.

use std::collections::BTreeSet;

use matching::Verdict;
use operations::build::Finding;
use operations::statement::{Overtaken, overtaken};
use operations::{Actor, Permission};

use crate::House;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// At most so many are named on Today.
const NAMED: usize = 3;

/// What a newer document says, behind *it*.
fn says(one: &Overtaken) -> &'static str {
    match one.says {
        Some(Verdict::Affected) => "says affected",
        Some(Verdict::UnderInvestigation) => "says that it is looked into",
        Some(_) => "says otherwise",
        None => "does not say so any more",
    }
}

fn to(one: &Overtaken) -> String {
    format!("/products/statements/{}", one.document)
}

/// What came since of the statements on which some verdicts rest.
pub(crate) async fn of_device(
    house: &House,
    by: &Actor,
    found: &[Finding],
) -> Result<Vec<Overtaken>, Problem> {
    let rests = found.iter().flat_map(|one| &one.said).filter_map(|it| it.acceptance);
    let rests: BTreeSet<i64> = rests.collect();
    if rests.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = overtaken(&house.app, by, Permission::ViewDevices).await?;
    all.retain(|one| rests.contains(&one.acceptance));
    Ok(all)
}

/// What is said of a device where a newer document than the one on which it rests says
/// otherwise, in front of what is said else.
pub(crate) fn before(all: &[Overtaken], sentence: Sentence) -> Sentence {
    let worst = all.iter().min_by_key(|one| (one.says.is_none(), one.says));
    let Some(one) = worst else { return sentence };
    let mut told = Sentence::new(format!(
        "A newer revision of the statement that this rests on {} about {}: ",
        says(one),
        one.vulnerability
    ))
    .link("read it", to(one))
    .then(". As long as nobody accepts it, what was accepted counts: ");
    for (text, address) in sentence.pieces() {
        told = match address {
            "" => told.then(text),
            address => told.link(text, address.to_owned()),
        };
    }
    told
}

/// The same for whoever may accept statements, wherever these are: on Today.
pub(crate) async fn told(house: &House, by: &Actor) -> Result<Vec<Sentence>, Problem> {
    if !by.may(Permission::AcceptStatements) {
        return Ok(Vec::new());
    }
    let all = overtaken(&house.app, by, Permission::AcceptStatements).await?;
    let named = all.iter().take(NAMED).map(|one| {
        Sentence::new(format!(
            "A newer revision of a statement that was accepted {} about {}: ",
            says(one),
            one.vulnerability
        ))
        .link(format!("read “{}”", one.title), to(one))
        .then(".")
    });
    let more = all.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| {
        let statements =
            counted(more, "other accepted statement", "other accepted statements");
        Sentence::new(format!("Newer revisions of {statements} say otherwise, too: "))
            .link("products", "/products".to_owned())
            .then(".")
    });
    Ok(named.chain(rest).collect())
}

/// What is said on the page of a document: what came since, where it is the one that was
/// accepted, and what was accepted before, where it is the newer one.
pub(crate) async fn of_document(
    house: &House,
    by: &Actor,
    document: i64,
) -> Result<Vec<Sentence>, Problem> {
    let all = overtaken(&house.app, by, Permission::ViewDevices).await?;
    let told = all.iter().filter_map(|one| {
        let of = one.of;
        if of == document {
            let text =
                format!("A newer revision {} about {}: ", says(one), one.vulnerability);
            return Some(Sentence::new(text).link("read it", to(one)).then("."));
        }
        (one.document == document).then(|| {
            Sentence::new(format!(
                "It {} about {}, and verdicts rest on an ",
                says(one),
                one.vulnerability
            ))
            .link("older revision", format!("/products/statements/{of}"))
            .then(" that was accepted. Accept what stands here, or take back what was accepted.")
        })
    });
    Ok(told.collect())
}
