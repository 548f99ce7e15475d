//! A bill that arrived, looked at before it is placed: what it is about, how good it is, and
//! which device builds it may describe.

use std::collections::BTreeMap;

use naming::Makers;
use naming::spelling::fold;
use sbom::quality::{Profile, assess};
use sbom::{Bom, Component};
use serde::Serialize;
use store::{Configuration, Original};

use super::{BillError, KIND};
use crate::aside::{CutShort, aside};
use crate::fleet::builds_seen;
use crate::{Actor, App, Permission};

/// Notes that are shown; the rest is counted.
const NOTES_MAX: usize = 20;
/// Builds that are proposed.
const PROPOSED_MAX: usize = 200;

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
    /// Device builds that it may describe, those that look most alike first.
    pub proposed: Vec<Proposed>,
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

/// A device build that a bill may describe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The number of the build.
    pub configuration: i64,
    /// Maker, model, description and version as the inventory has them.
    pub maker: String,
    /// See there.
    pub model: String,
    /// See there.
    pub description: String,
    /// See there.
    pub version: String,
    /// How many devices the actor sees.
    pub devices: i64,
    /// Whether maker, name and version agree, so that it is ticked already.
    pub agrees: bool,
}

/// Looks at a bill that the actor may see.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn look(app: &App, by: &Actor, original: i64) -> Result<Look, BillError> {
    let scope = by.scope(Permission::ViewDevices);
    let document = app.store.original(&scope, original).await?;
    if document.kind != KIND {
        return Err(store::StoreError::absent("bill of materials", original).into());
    }
    let bytes = app.store.bytes_of(&scope, original).await?;
    let builds = builds(app, by).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let look = aside(move || read(document, &bytes, builds)).await?;
    drop(reader);
    look
}

/// The builds of devices that the actor sees, with how many devices are of each.
async fn builds(app: &App, by: &Actor) -> Result<Vec<(Configuration, i64)>, BillError> {
    let counts = builds_seen(app, by).await?;
    let all = app.store.builds(by.head).await?;
    let seen = all
        .iter()
        .filter_map(|build| counts.get(&build.id).map(|count| (build.clone(), *count)));
    Ok(seen.collect())
}

fn read(
    original: Original,
    bytes: &[u8],
    builds: Vec<(Configuration, i64)>,
) -> Result<Look, BillError> {
    let parsed = sbom::parse(bytes)?;
    let bom = parsed.value;
    let subject = subject(&bom);
    let notes = parsed.notes.iter().take(NOTES_MAX);
    Ok(Look {
        original,
        counted: counted(&bom),
        quality: quality(&bom),
        notes: notes.map(|note| (note.place.to_string(), note.message.clone())).collect(),
        note_count: parsed.notes.len(),
        proposed: propose(&subject, builds),
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

/// Builds whose maker and model sound like the subject's, the likeliest first.
fn propose(subject: &Subject, builds: Vec<(Configuration, i64)>) -> Vec<Proposed> {
    let makers = Makers::built_in();
    let own = makers.read(&subject.maker);
    let name = fold(&subject.name);
    // Twenty thousand builds are of a few hundred makers.
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let mut is_own = |maker: &str| match known.get(maker) {
        Some(same) => *same,
        None => {
            let same =
                !own.is_empty() && makers.compare(&own, &makers.read(maker)).is_some();
            known.insert(maker.to_owned(), same);
            same
        }
    };
    let mut ranked: Vec<(u8, Proposed)> = builds
        .into_iter()
        .filter_map(|(configuration, devices)| {
            let build = configuration.build;
            let same_maker = is_own(&build.maker);
            let (model, told) = (fold(&build.model), fold(&build.description));
            let same_name = !name.is_empty() && (model == name || told == name);
            let like = !name.is_empty() && shares_word(&name, &format!("{model} {told}"));
            let same_version = !subject.version.trim().is_empty()
                && plain_version(&build.version) == plain_version(&subject.version);
            let rank = match (same_maker, same_name, like) {
                (true, true, _) => 3,
                (_, true, _) | (true, _, true) => 2,
                (true, ..) | (_, _, true) => 1,
                _ => return None,
            };
            let proposed = Proposed {
                configuration: configuration.id,
                maker: build.maker,
                model: build.model,
                description: build.description,
                version: build.version,
                devices,
                agrees: rank == 3 && same_version,
            };
            Some((rank * 2 + u8::from(same_version), proposed))
        })
        .collect();
    ranked.sort_by_key(|(rank, proposed)| {
        (
            std::cmp::Reverse(*rank),
            std::cmp::Reverse(proposed.devices),
            proposed.configuration,
        )
    });
    ranked.into_iter().map(|(_, proposed)| proposed).take(PROPOSED_MAX).collect()
}

/// Whether two folded texts share a word that tells something: a number or four letters.
fn shares_word(one: &str, other: &str) -> bool {
    let tells =
        |word: &&str| word.len() >= 4 || word.chars().any(|char| char.is_ascii_digit());
    let words: Vec<&str> = other.split_whitespace().filter(tells).collect();
    one.split_whitespace().filter(tells).any(|word| words.contains(&word))
}

/// A version without the words that stand in front of it.
pub(super) fn plain_version(text: &str) -> String {
    let folded = text.trim().to_lowercase();
    let plain = folded.trim_start_matches(|char: char| !char.is_ascii_digit());
    // A version without any digit is its letters.
    if plain.is_empty() { folded } else { plain.to_owned() }
}
