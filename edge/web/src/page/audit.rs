//! The audit log: what was done, and the proof that nothing was changed since.
//!
//! The log is that of the top organisation and is not cut into parts, so only whoever may
//! see the audit log there sees it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Fact, Leaf, LogRoot, Scope, Tampering};

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Start, Wanted};
use crate::problem::{Problem, sentence};
use crate::words::counted;

/// From where on a page reads, in an address of earlier versions.
#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<i64>,
}

#[derive(Template, Serialize)]
#[template(path = "audit/list.html")]
struct Log {
    sentence: String,
    size: i64,
    root: String,
    acts: Vec<Act>,
    older: Option<i64>,
    /// The cursor behind the last act; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
}

#[derive(Serialize)]
struct Act {
    number: i64,
    at: Shown,
    by: i64,
    by_name: String,
    act: String,
    noun: String,
    id: i64,
    about: String,
    facts: Vec<Noted>,
}

#[derive(Serialize)]
struct Noted {
    name: String,
    value: String,
}

impl Show for Log {
    fn title(&self) -> String {
        "Audit log".to_owned()
    }
}

#[derive(Template, Serialize)]
#[template(path = "audit/verification.html")]
struct Verification {
    holds: bool,
    sentence: String,
    size: Option<i64>,
    root: Option<String>,
    at: Shown,
}

impl Show for Verification {
    fn title(&self) -> String {
        match self.holds {
            true => "The log is whole".to_owned(),
            false => "The log was tampered with".to_owned(),
        }
    }
}

/// RFC 6962 §2.1.1: whoever hashes `leaf` and the path gets the root.
#[derive(Template, Serialize)]
#[template(path = "audit/proof.html")]
struct Proof {
    number: i64,
    leaf: String,
    size: i64,
    root: String,
    path: Vec<String>,
    holds: bool,
    #[serde(skip)]
    sentence: &'static str,
}

impl Show for Proof {
    fn title(&self) -> String {
        format!("Act {}", self.number)
    }
}

/// `GET /audit`: the acts, newest first.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(page): Query<Before>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let scope = whole_log(&by)?;
    let store = &house.app.store;
    let log = store.log_root(by.head).await?;
    let below = match wanted.start {
        Start::At(passed) => Some(log.size.saturating_sub_unsigned(passed as u64)),
        Start::First | Start::After(_) => wanted.below().or(page.before),
    };
    let below = below.unwrap_or(log.size).clamp(0, log.size);
    let count = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let leaves = store.leaves(&scope, below, count).await?;
    let older = leaves.last().map(|leaf| leaf.number).filter(|number| *number > 0);
    let next = older.map(|number| Place::default().falling(number).cursor());
    let whole = |number: i64| usize::try_from(number).unwrap_or_default();
    let shown = (whole(log.size - below), leaves.len(), whole(log.size));
    let pages = wanted.pages("/audit", shown, next.as_deref());
    let names = names(&house, &by).await?;
    let clock = face.clock().clone();
    let acts: Vec<Act> =
        leaves.into_iter().map(|leaf| act(leaf, &names, &clock)).collect();
    let size = usize::try_from(log.size).unwrap_or_default();
    let sentence = format!(
        "{} since the house was set up, newest first.",
        counted(size, "act", "acts")
    );
    let (size, root) = (log.size, hex(&log.root));
    face.show(&Log { sentence, size, root, acts, older, next, pages })
}

/// `GET /audit/verification`: works the whole log out again.
pub(crate) async fn verify(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    whole_log(&by)?;
    let at = face.clock().show(&store::stored((house.app.now)()));
    let found = house.app.store.verify_log(by.head).await?;
    face.show(&verification(found, at))
}

/// `GET /audit/{number}`: the proof that an act is part of the log.
pub(crate) async fn prove(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    whole_log(&by)?;
    let absent = || Problem::not_found("act", &number);
    let leaf: i64 = number.parse().ok().filter(|n| *n >= 0).ok_or_else(absent)?;
    let proof = house.app.store.inclusion(by.head, leaf).await?;
    let holds = proof.holds();
    face.show(&Proof {
        number: proof.number,
        holds,
        sentence: match holds {
            true => "This act is part of the log, and is as it was written.",
            false => "This act is not what was written: the hashes do not give the root.",
        },
        size: proof.log.size,
        root: hex(&proof.log.root),
        path: proof.path.iter().map(hex).collect(),
        leaf: proof.leaf,
    })
}

fn whole_log(by: &Actor) -> Result<Scope, Problem> {
    match by.sees_audit() {
        true => Ok(Scope::whole(by.head)),
        false => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "The audit log is that of the top organisation, and your role holds below it.",
        )
        .next("Ask an auditor or administrator of the top organisation.")),
    }
}

fn verification(found: Result<LogRoot, Tampering>, at: Shown) -> Verification {
    match found {
        Ok(log) => {
            let size = usize::try_from(log.size).unwrap_or_default();
            Verification {
                holds: true,
                sentence: format!(
                    "{} worked out again; each is as it was written, and the seal is ours.",
                    counted(size, "act was", "acts were")
                ),
                size: Some(log.size),
                root: Some(hex(&log.root)),
                at,
            }
        }
        Err(tampering) => Verification {
            holds: false,
            sentence: sentence(&tampering.to_string()),
            size: None,
            root: None,
            at,
        },
    }
}

/// The names of people are not in the log; they are looked up for as long as they are known.
async fn names(house: &House, by: &Actor) -> Result<BTreeMap<i64, String>, Problem> {
    let scope = by.scope(Permission::ViewPeople);
    let people = house.app.store.people(&scope).await?;
    Ok(people.into_iter().map(|person| (person.id, person.name)).collect())
}

fn act(leaf: Leaf, names: &BTreeMap<i64, String>, clock: &Clock) -> Act {
    let person = |id: i64| match names.get(&id) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("person {id}"),
    };
    let facts = leaf.facts.into_iter().map(|(name, fact)| Noted {
        name,
        value: match fact {
            Fact::Number(number) => number.to_string(),
            Fact::Word(word) => word.replace('_', " "),
        },
    });
    Act {
        number: leaf.number,
        at: clock.show(&leaf.at),
        by_name: match leaf.by {
            0 => "the house".to_owned(),
            id => person(id),
        },
        by: leaf.by,
        about: match leaf.noun.as_str() {
            "person" => person(leaf.id),
            noun => format!("{noun} {}", leaf.id),
        },
        act: leaf.act,
        noun: leaf.noun,
        id: leaf.id,
        facts: facts.collect(),
    }
}

fn hex(hash: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}
