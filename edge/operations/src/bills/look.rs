//! A bill that arrived, looked at before it is placed: what it is about, how good it is, and
//! which device builds it may describe.

use sbom::quality::{Profile, assess};
use sbom::{Bom, Component};
use serde::Serialize;
use store::Original;

use super::propose::{Proposals, Proposed, Seen, Sought, propose, seen};
use super::{BillError, KIND};
use crate::aside::{CutShort, aside};
use crate::{Actor, App, Permission};

/// Notes that are shown; the rest is counted.
const NOTES_MAX: usize = 20;

/// A bill, looked at.
#[derive(Debug)]
pub struct Look {
    /// The document as delivered.
    pub original: Original,
    /// What it is about.
    pub subject: Subject,
    /// What it lists.
    pub counted: Counted,
    /// How good it is, by profile.
    pub quality: Vec<Quality>,
    /// What was set aside or repaired while it was read: place and message.
    pub notes: Vec<(String, String)>,
    /// How many notes there are in all.
    pub note_count: usize,
    /// Device builds that it may describe: those that a person named first, then the likeliest.
    pub proposed: Vec<Proposed>,
    /// How many there are beside these.
    pub more: usize,
}

/// What a bill says that it is about; empty where it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Who makes it.
    pub maker: String,
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a bill lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// `CycloneDX` or `SPDX`.
    pub format: String,
    /// The edition that it claims.
    pub spec: String,
    /// Components, and those with a purl and a CPE name.
    pub components: i64,
    /// See there.
    pub with_purl: i64,
    /// See there.
    pub with_cpe: i64,
}

/// How good a bill is by one profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// The profile.
    pub profile: String,
    /// Of a hundred.
    pub score: u8,
    /// How many facts are missing.
    pub missing: usize,
}

/// Looks at a bill that the actor may see.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn look(app: &App, by: &Actor, original: i64) -> Result<Look, BillError> {
    look_for(app, by, original, Sought::default()).await
}

/// As [`look`], with the builds that somebody looks for.
///
/// # Errors
/// As [`look`].
pub async fn look_for(
    app: &App,
    by: &Actor,
    original: i64,
    sought: Sought<'_>,
) -> Result<Look, BillError> {
    let scope = by.scope(Permission::ViewDevices);
    let document = app.store.original(&scope, original).await?;
    if document.kind != KIND {
        return Err(store::StoreError::absent("bill of materials", original).into());
    }
    let bytes = app.store.bytes_of(&scope, original).await?;
    let builds = seen(app, by, document.organisation).await?;
    let (words, named) = (sought.words.to_owned(), sought.named.to_vec());
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let look = aside(move || {
        read(document, &bytes, builds, Sought { words: &words, named: &named })
    })
    .await?;
    drop(reader);
    look
}

fn read(
    original: Original,
    bytes: &[u8],
    builds: Seen,
    sought: Sought<'_>,
) -> Result<Look, BillError> {
    let parsed = sbom::parse(bytes)?;
    let bom = parsed.value;
    let subject = subject(&bom);
    let Proposals { builds: proposed, more, .. } = propose(&subject, &builds, sought);
    let notes = parsed.notes.iter().take(NOTES_MAX);
    Ok(Look {
        original,
        counted: counted(&bom),
        quality: quality(&bom),
        notes: notes.map(|note| (note.place.to_string(), note.message.clone())).collect(),
        note_count: parsed.notes.len(),
        proposed,
        more,
        subject,
    })
}

/// What a document is about: its subject, else its own name.
pub(super) fn subject(bom: &Bom) -> Subject {
    let stated = |component: &Component| Subject {
        maker: component
            .supplier
            .clone()
            .or_else(|| component.originator.clone())
            .unwrap_or_default(),
        name: component.name.clone(),
        version: component.version.clone().unwrap_or_default(),
    };
    let within = |at: &usize| bom.components.get(*at);
    match &bom.subject {
        sbom::Subject::Apart(component) => stated(component),
        sbom::Subject::Within(at) if at.len() == 1 => {
            at.first().and_then(within).map(stated).unwrap_or_default()
        }
        sbom::Subject::Within(_) | sbom::Subject::Unstated => {
            Subject { name: bom.name.clone().unwrap_or_default(), ..Subject::default() }
        }
    }
}

pub(super) fn counted(bom: &Bom) -> Counted {
    let count = |has: fn(&Component) -> bool| {
        bom.components.iter().filter(|component| has(component)).count() as i64
    };
    Counted {
        format: bom.format.name().to_owned(),
        spec: bom.spec.clone(),
        components: bom.components.len() as i64,
        with_purl: count(Component::has_purl),
        with_cpe: count(Component::has_cpe),
    }
}

pub(super) fn quality(bom: &Bom) -> Vec<Quality> {
    Profile::ALL
        .into_iter()
        .map(|profile| {
            let assessed = assess(bom, profile);
            let (profile, missing) = (profile.name().to_owned(), assessed.findings.len());
            Quality { profile, score: assessed.score, missing }
        })
        .collect()
}
