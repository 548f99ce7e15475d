//! An export that is looked at before it is taken in: which asset system it comes from,
//! which of its columns is what, and what taking it in would change.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use device::inventory::{Assignment, Field, Look, Mapping, Reason, Table};
use reading::Rejected;
use store::{
    Act, Fact, NewOriginal, NewUpload, Noun, Organisation, Original, Parcel, Source,
    StoreError, Upload,
};
use terms::Tlp;

use super::disputed::Whose;
use super::elsewhere::{Elsewhere, Identifiers};
use super::moved::OneAway;
use super::preview::{
    Change, Foreseen, Preview, foresee, identified, identified_in, preview_of,
};
use super::related::{self, Related};
use super::renamed::Renamed;
use super::sisters::{self, Moving, Sister};
use super::{Delivered, InventoryError, KIND, begin, disputed, left_out, place};
use crate::aside::aside;
use crate::{Actor, App, Permission};

/// An export, looked at.
#[derive(Debug)]
pub struct Seen {
    /// The export.
    pub upload: Upload,
    /// Whose devices it tells of.
    pub place: Organisation,
    /// The file.
    pub original: Original,
    /// How it is read.
    pub look: Look,
    /// What it holds and would change, or why no device can be read from it.
    pub outcome: Result<(Preview, Change), Rejected>,
    /// The asset systems of the organisation that are known.
    pub sources: Vec<Source>,
    /// The one of them that it comes from; `None` where it is a new one.
    pub known: Option<Source>,
    /// Another one of them that tells of most of its devices already.
    pub elsewhere: Option<Elsewhere>,
    /// Organisations above and below that tell of some of its devices already, as far as whoever
    /// looks may see them.
    pub related: Vec<Related>,
    /// Sister organisations that have some of its devices, as far as whoever looks may see them.
    pub sisters: Vec<Sister>,
    /// Rows that name devices which went to other organisations: they are left out.
    pub away: Vec<OneAway>,
    /// That most devices of the one that it comes from would be missing.
    pub most_missing: Option<MostMissing>,
    /// Devices that may be known under another number.
    pub renamed: Renamed,
}

/// Whether devices of which another asset system tells already, of the same organisation or of
/// one above or below, are taken in all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubled {
    /// They are not.
    Refused,
    /// Somebody says that they are other devices.
    Meant,
}

/// Whether an export is taken in by which most devices of its asset system would be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fewer {
    /// It is not.
    Refused,
    /// Somebody says that it is meant.
    Meant,
}

/// Whether devices that may be known under another number are taken in as new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlike {
    /// They are not.
    Refused,
    /// Somebody says that they are other devices, or are to begin anew.
    Meant,
}

/// Whether an export is taken in that names devices which went to other organisations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Away {
    /// It is not.
    #[default]
    Refused,
    /// It is, without their rows.
    LeftOut,
}

/// What somebody insists on when an export is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insisted {
    /// On devices of which another asset system tells already.
    pub doubled: Doubled,
    /// On most devices being missing.
    pub fewer: Fewer,
    /// On devices being other ones than those that are known by much the same.
    pub renamed: Unlike,
    /// On moving devices of sister organisations.
    pub moving: Moving,
    /// On leaving rows of devices out that went to other organisations.
    pub away: Away,
}

impl From<Doubled> for Insisted {
    fn from(doubled: Doubled) -> Self {
        Self {
            doubled,
            fewer: Fewer::Refused,
            renamed: Unlike::Refused,
            moving: Moving::Unsaid,
            away: Away::Refused,
        }
    }
}

/// That half of the devices of an asset system, or more, would be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MostMissing {
    /// What it is called.
    pub source: String,
    /// How many would be missing.
    pub missing: i64,
    /// How many it tells of now.
    pub of: i64,
}

impl MostMissing {
    /// What an export leaves of what an asset system tells of; none where more than half stays.
    fn of(source: &str, (missing, of): (i64, i64)) -> Option<Self> {
        let source = source.to_owned();
        (missing > 0 && missing * 2 >= of).then_some(Self { source, missing, of })
    }
}

/// What somebody says of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// What the asset system is called, or its number.
    pub source: String,
    /// What another asset system is called, where somebody typed that beside it; else empty.
    pub other: String,
    /// What each column is, by its heading; `None` where it is no field.
    pub columns: Vec<(String, Option<Field>)>,
}

/// Whether what somebody says is what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is.
    AsShown,
    /// It is not: another look is due.
    Anew,
}

/// Keeps an export that arrived, for somebody to look at; gives its number.
///
/// # Errors
/// When the actor may not, the file is no table, or the database fails; then nothing is kept.
pub async fn arrive(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
    parcel: Parcel,
) -> Result<i64, InventoryError> {
    let place = place(app, by, organisation).await?;
    let sources = sources(app, by, &place).await?;
    let file = name.to_owned();
    let reader = app.readers.acquire().await.map_err(|_| crate::CutShort)?;
    let known = sources.clone();
    let (parcel, bytes, by_source) = aside(move || {
        let bytes = parcel.bytes()?;
        let by_source = read_as_known(&bytes, &known);
        Ok::<_, StoreError>((parcel, bytes, by_source))
    })
    .await??;
    let whose = (place.head, place.id);
    let mut elsewhere = Vec::new();
    for (source, identifiers) in by_source {
        let found = identifiers.shared(app, whose, &sources).await?.into_iter();
        let is_of = |one: &Elsewhere| source.is_none_or(|id| one.source.id == id);
        elsewhere.extend(found.filter(is_of));
    }
    elsewhere.sort_by_key(|one| Reverse(one.shared));
    let held = app.store.held(&by.scope(Permission::ImportInventory)).await?;
    let empty: BTreeSet<i64> = sources
        .iter()
        .map(|source| source.id)
        .filter(|id| held.get(id).is_none_or(|held| held.present == 0))
        .collect();
    let proposed =
        aside(move || propose(&bytes, &file, &sources, (&elsewhere, &empty))).await?;
    drop(reader);
    let (source, mapping) = proposed?;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let original = NewOriginal {
        organisation: place.id,
        name,
        kind: KIND,
        label: Tlp::UNLABELLED,
        by: by.person,
        parcel: &parcel,
    };
    let original = write.keep_original(original).await?;
    let new =
        NewUpload { original, name, source: &source, mapping: &mapping, by: by.person };
    let id = write.begin_upload(&place, new).await?;
    let facts = vec![
        ("original", Fact::Number(original)),
        ("digest", Fact::digest(parcel.digest().as_bytes())),
    ];
    let what = "upload inventory";
    write.commit(Act { by: by.person, what, noun: Noun::Upload, id, facts }).await?;
    Ok(id)
}

/// By what the devices of a file are known: as its columns are guessed, and as they are read for
/// each asset system whose headings it has, which a person may have named.
fn read_as_known(bytes: &[u8], sources: &[Source]) -> Vec<(Option<i64>, Identifiers)> {
    if sources.is_empty() {
        return Vec::new();
    }
    let guessed = Mapping::default();
    let mut read = vec![(None, identified(bytes, &guessed))];
    let look = Table::open(bytes).and_then(|mut table| table.look(&guessed));
    let Ok(look) = look else { return read };
    for source in sources {
        let Some(mapping) = mapped(source).filter(|one| has_headings(&look, one)) else {
            continue;
        };
        if mapping != look.mapping {
            read.push((Some(source.id), identified(bytes, &mapping)));
        }
    }
    read
}

/// How the last export of an asset system was read.
fn mapped(source: &Source) -> Option<Mapping> {
    serde_json::from_str(&source.mapping).ok()
}

/// Whether a file has all the headings of a mapping that has any.
fn has_headings(look: &Look, mapping: &Mapping) -> bool {
    let stands = |column: &Assignment| {
        look.columns.iter().any(|other| other.heading == column.heading)
    };
    !mapping.columns().is_empty() && mapping.columns().iter().all(stands)
}

/// Which asset system a file comes from, and the mapping with which it is read; empty where
/// it is guessed. One that has none of its devices is never proposed, whatever its name and its
/// headings are: taken in as that, all of its devices would be missing. What is wanted then is a
/// name; the name of the file is none where one is called so already.
fn propose(
    bytes: &[u8],
    file: &str,
    sources: &[Source],
    (elsewhere, empty): (&[Elsewhere], &BTreeSet<i64>),
) -> Result<(String, String), Rejected> {
    let mut table = Table::open(bytes)?;
    let look = table.look(&Mapping::default())?;
    let name = system_name(file);
    let by_name = sources.iter().find(|source| same_name(&source.name, &name));
    let mut by_headings = sources
        .iter()
        .filter(|source| mapped(source).is_some_and(|one| has_headings(&look, &one)));
    let by_headings = match (by_headings.next(), by_headings.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    let tells = |source: &&Source| elsewhere.iter().any(|one| one.source.id == source.id);
    let most = elsewhere.iter().find(|one| one.is_most()).map(|one| &one.source);
    // Of one that has no device, none can be missing.
    let may_be = |source: &&Source| tells(source) || empty.contains(&source.id);
    let found = by_name.filter(may_be).or(by_headings.filter(tells)).or(most);
    let Some(source) = found else {
        let name = if by_name.is_some() { String::new() } else { name };
        return Ok((name, String::new()));
    };
    Ok((source.name.clone(), remembered(&mut table, source)?))
}

/// The mapping of a source, if devices can be read with it.
fn remembered(table: &mut Table<'_>, source: &Source) -> Result<String, Rejected> {
    let Ok(mapping) = serde_json::from_str::<Mapping>(&source.mapping) else {
        return Ok(String::new());
    };
    Ok(match table.look(&mapping)?.refused {
        None => source.mapping.clone(),
        Some(_) => String::new(),
    })
}

/// What an asset system may be called, by the name of a file that it wrote: without folders,
/// endings, dates, and the numbers of copies.
fn system_name(file: &str) -> String {
    let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let words: Vec<&str> = stem
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().any(|letter| !letter.is_ascii_digit()))
        .collect();
    match words.is_empty() {
        true => "Asset system".to_owned(),
        false => words.join(" ").chars().take(80).collect(),
    }
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

pub(super) async fn sources(
    app: &App,
    by: &Actor,
    place: &Organisation,
) -> Result<Vec<Source>, StoreError> {
    let mut sources = app.store.sources(&by.scope(Permission::ImportInventory)).await?;
    sources.retain(|source| source.organisation == place.id);
    Ok(sources)
}

fn mapping_of(upload: &Upload) -> Result<Mapping, InventoryError> {
    match upload.mapping.as_str() {
        "" => Ok(Mapping::default()),
        text => Ok(serde_json::from_str(text)?),
    }
}

/// Looks at an export: how it is read, what it holds, and what taking it in would change.
///
/// # Errors
/// When there is none that the actor may take in, or the database fails.
pub async fn see(app: &App, by: &Actor, id: i64) -> Result<Seen, InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    let upload = app.store.upload(&scope, id).await?;
    let place = place(app, by, upload.organisation).await?;
    let original = app.store.original(&scope, upload.original).await?;
    let sources = sources(app, by, &place).await?;
    let known =
        sources.iter().find(|source| same_name(&source.name, &upload.source)).cloned();
    let mapping = mapping_of(&upload)?;

    let _reader = app.readers.acquire().await.map_err(|_| crate::CutShort)?;
    let bytes = app.store.bytes_of(&scope, upload.original).await?;
    let (bytes, mapping, look) = aside(move || {
        let look = Table::open(&bytes).and_then(|mut table| table.look(&mapping));
        (bytes, mapping, look)
    })
    .await?;
    let look = look?;
    let source = known.as_ref().map(|source| source.id);
    let whose = Whose { head: place.head, organisation: place.id, source };
    let outcome = foresee(app, whose, bytes, mapping).await?;
    let (mut elsewhere, mut most_missing) = (None, None);
    let (mut renamed, mut related) = (Renamed::default(), Vec::new());
    let (mut sisters, mut away) = (Vec::new(), Vec::new());
    let outcome = match outcome {
        Err(refused) => Err(refused),
        Ok(foreseen) => {
            let still_named = foreseen.still_named();
            renamed.clone_from(&foreseen.renamed);
            let Foreseen { mut preview, counts, identifiers, named, opened, .. } =
                foreseen;
            related = related::find(app, by, &place, source, &opened).await?;
            sisters = sisters::find(app, by, &place, source, &opened).await?.told;
            away = opened.away.all();
            left_out::amend(&mut preview, &named);
            let whose = (place.head, place.id);
            let found = identifiers.elsewhere(app, whose, &sources).await?;
            elsewhere = other_than(source, found);
            let held = match source {
                Some(source) => app.store.held(&scope).await?.get(&source).copied(),
                None => None,
            };
            let missing = held.map_or(0, |held| (held.present - still_named).max(0));
            most_missing = known.as_ref().zip(held).and_then(|(source, held)| {
                MostMissing::of(&source.name, (missing, held.present))
            });
            Ok((preview, Change { counts, missing }))
        }
    };
    Ok(Seen {
        upload,
        place,
        original,
        look,
        outcome,
        sources,
        known,
        elsewhere,
        related,
        sisters,
        away,
        most_missing,
        renamed,
    })
}

/// Another asset system than the one that is meant, if that one does not tell of most of the
/// devices too.
fn other_than(source: Option<i64>, found: Vec<Elsewhere>) -> Option<Elsewhere> {
    let is_meant = |one: &Elsewhere| Some(one.source.id) == source;
    match found.iter().any(is_meant) {
        true => None,
        false => found.into_iter().next(),
    }
}

/// Remembers what somebody says of an export. A source that is known brings the mapping of
/// its last export with it, unless the columns are changed at the same time.
///
/// # Errors
/// When there is none that the actor may take in, or the database fails.
pub async fn settle(
    app: &App,
    by: &Actor,
    id: i64,
    answers: Answers,
) -> Result<Settled, InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    let upload = app.store.upload(&scope, id).await?;
    let place = place(app, by, upload.organisation).await?;
    let sources = sources(app, by, &place).await?;
    let said_source = meant(&answers, &upload.source)?;
    let known = asset_system(&sources, said_source)?.cloned();
    let source = known.as_ref().map_or(said_source, |one| one.name.as_str());
    let is_known = |name: &str| sources.iter().any(|one| same_name(&one.name, name));
    let source = source.to_owned();
    let is_renamed = source != upload.source;
    // One new name instead of another changes nothing of what would come.
    let is_new_source = !same_name(&source, &upload.source)
        && (is_known(&source) || is_known(&upload.source));

    let shown = mapping_of(&upload)?;
    let bytes = app.store.bytes_of(&scope, upload.original).await?;
    let mapping = aside(move || {
        let mut table = Table::open(&bytes)?;
        let shown = table.look(&shown)?.mapping;
        let said = said(&shown, &answers.columns);
        if said != shown {
            return Ok(Some(said));
        }
        let Some(source) = known.filter(|_| is_new_source) else { return Ok(None) };
        let mapping = remembered(&mut table, &source)?;
        Ok::<_, Rejected>(serde_json::from_str(&mapping).ok())
    })
    .await??;
    let settled = match (&mapping, is_new_source) {
        (None, false) => Settled::AsShown,
        _ => Settled::Anew,
    };
    if settled == Settled::AsShown && !is_renamed {
        return Ok(settled);
    }
    let mapping = match mapping {
        Some(mapping) => serde_json::to_string(&mapping)?,
        None => upload.mapping,
    };
    let mut write = app.store.write(place.head, (app.now)()).await?;
    write.settle_upload(id, &source, &mapping).await?;
    let what = "settle upload";
    let act = Act { by: by.person, what, noun: Noun::Upload, id, facts: Vec::new() };
    write.commit(act).await?;
    Ok(settled)
}

/// Which of two names is meant: the one that was not shown so already. Where both are another
/// than was shown, nobody can tell.
fn meant<'a>(answers: &'a Answers, shown: &str) -> Result<&'a str, InventoryError> {
    let (chosen, other) = (answers.source.trim(), answers.other.trim());
    if other.is_empty() || same_name(other, chosen) {
        return Ok(chosen);
    }
    if chosen.is_empty() || same_name(chosen, shown) {
        return Ok(other);
    }
    match same_name(other, shown) {
        true => Ok(chosen),
        false => Err(InventoryError::TwoNames),
    }
}

/// The asset system that is meant, by its name or its number; none where the name is new. A
/// number is no name: another system would begin where one is meant, and every device be there
/// twice.
fn asset_system<'s>(
    sources: &'s [Source],
    said: &str,
) -> Result<Option<&'s Source>, InventoryError> {
    let known = sources.iter().find(|one| same_name(&one.name, said));
    match (known, said.trim().parse::<i64>()) {
        (Some(known), _) => Ok(Some(known)),
        (None, Err(_)) => Ok(None),
        (None, Ok(number)) => {
            let of_number = sources.iter().find(|one| one.id == number);
            let absent = || StoreError::absent("asset system", number);
            Ok(Some(of_number.ok_or_else(absent)?))
        }
    }
}

/// What somebody says of the columns, in the order of what was shown before.
fn said(shown: &Mapping, columns: &[(String, Option<Field>)]) -> Mapping {
    let wanted = |heading: &str| {
        let found = columns.iter().find(|(other, _)| other == heading);
        found.map(|(_, field)| *field)
    };
    // A column of which nothing is said stays what it is.
    let stays = |one: &&Assignment| {
        wanted(&one.heading).is_none_or(|said| said == Some(one.field))
    };
    let mut mapping: Vec<Assignment> =
        shown.columns().iter().filter(stays).cloned().collect();
    for (heading, field) in columns {
        let Some(field) = field else { continue };
        let is_there = |one: &Assignment| one.field == *field && one.heading == *heading;
        if !mapping.iter().any(is_there) {
            let heading = heading.clone();
            mapping.push(Assignment { field: *field, heading, reason: Reason::Given });
        }
    }
    Mapping::complete(mapping)
}

/// Takes an export in, as it was last shown: keeps it, and queues the work. Gives the number
/// of the import.
///
/// # Errors
/// When there is none that the actor may take in, no device can be read from it, an export of
/// the same source is being taken in, another source tells of most of its devices already or an
/// organisation above or below of some and nobody said that they are others, most devices of its source would be missing and nobody said
/// that this is meant, or the database fails.
pub async fn take(
    app: &App,
    by: &Actor,
    id: i64,
    insisted: impl Into<Insisted>,
) -> Result<i64, InventoryError> {
    let Insisted { doubled, fewer, renamed, moving, away } = insisted.into();
    let scope = by.scope(Permission::ImportInventory);
    let upload = app.store.upload(&scope, id).await?;
    let place = place(app, by, upload.organisation).await?;
    let original = app.store.original(&scope, upload.original).await?;
    let mapping = mapping_of(&upload)?;
    let reader = app.readers.acquire().await.map_err(|_| crate::CutShort)?;
    let bytes = app.store.bytes_of(&scope, upload.original).await?;
    let sources = sources(app, by, &place).await?;
    let meant = sources.iter().find(|one| same_name(&one.name, &upload.source));
    // The import is one of the system with that very name.
    let known = sources.iter().find(|one| one.name == upload.source.trim());
    let known = known.map(|one| one.id);
    let whose = Whose { head: place.head, organisation: place.id, source: known };
    let opened = disputed::open(app, whose, bytes, mapping).await??;
    let unsaid = &opened.found.renamed;
    if renamed == Unlike::Refused && unsaid.count > 0 {
        return Err(InventoryError::Renamed(unsaid.clone()));
    }
    let gone = opened.away.all();
    if away == Away::Refused && !gone.is_empty() {
        return Err(InventoryError::Away(gone));
    }
    if doubled == Doubled::Refused {
        let related = related::find(app, by, &place, known, &opened).await?;
        if !related.is_empty() {
            return Err(InventoryError::Related(related));
        }
    }
    let sisters = sisters::find(app, by, &place, known, &opened).await?;
    sisters.are_settled(moving, doubled)?;
    let (mut preview, identifiers) = aside(move || {
        let preview = preview_of(&opened)?;
        let identifiers = match doubled {
            Doubled::Refused => identified_in(&opened),
            Doubled::Meant => Identifiers::default(),
        };
        Ok::<_, Rejected>((preview, identifiers))
    })
    .await??;
    drop(reader);
    let whose = (place.head, place.id);
    let found = identifiers.elsewhere(app, whose, &sources).await?;
    if let Some(elsewhere) = other_than(meant.map(|one| one.id), found) {
        return Err(InventoryError::Elsewhere(elsewhere));
    }
    if let Some(source) = meant.filter(|_| fewer == Fewer::Refused) {
        let left = left_of(app, by, &upload, source).await?;
        if let Some(most) = MostMissing::of(&source.name, left) {
            return Err(InventoryError::MostMissing(most));
        }
    }
    left_out::tell(app, place.head, known, &mut preview).await?;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    // First, so that of two who confirm at the same time one is told.
    write.end_upload(id).await?;
    let delivered = Delivered {
        source: &upload.source,
        original: upload.original,
        digest: blake3::Hash::from_bytes(original.digest),
        preview: &preview,
    };
    let (import, mut act) = begin(&mut write, by, &place, delivered).await?;
    if moving == Moving::Here {
        let moved = sisters.come((app, by, &place), &mut write, import).await?;
        act.facts.push(("moved", Fact::Number(moved as i64)));
    }
    write.commit(act).await?;
    Ok(import)
}

/// How many devices of its asset system an export does not name that are not missing yet, of how
/// many.
async fn left_of(
    app: &App,
    by: &Actor,
    upload: &Upload,
    source: &Source,
) -> Result<(i64, i64), InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    let held = app.store.held(&scope).await?.get(&source.id).copied();
    let Some(held) = held else { return Ok((0, 0)) };
    let bytes = app.store.bytes_of(&scope, upload.original).await?;
    let _reader = app.readers.acquire().await.map_err(|_| crate::CutShort)?;
    let mapping = mapping_of(upload)?;
    let (organisation, id) = (source.organisation, source.id);
    let whose = Whose { head: scope.head(), organisation, source: Some(id) };
    let foreseen = foresee(app, whose, bytes, mapping).await??;
    Ok(((held.present - foreseen.still_named()).max(0), held.present))
}

/// Throws an export away, with its bytes.
///
/// # Errors
/// When there is none that the actor may take in, or the database fails.
pub async fn throw_away(app: &App, by: &Actor, id: i64) -> Result<(), InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    let upload = app.store.upload(&scope, id).await?;
    let mut write = app.store.write(scope.head(), (app.now)()).await?;
    write.drop_upload(&upload).await?;
    let facts = vec![("original", Fact::Number(upload.original))];
    let what = "throw upload away";
    write.commit(Act { by: by.person, what, noun: Noun::Upload, id, facts }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::system_name;

    #[test]
    fn a_file_is_called_after_the_system_that_wrote_it() {
        #[track_caller]
        fn check(file: &str, expected: &str) {
            assert_eq!(system_name(file), expected, "{file}");
        }

        check("inventory.csv", "inventory");
        check("AIMS_export_2026-11-25 (2).csv", "AIMS export");
        check("C:\\fakepath\\Geräte.Liste.xlsx", "Geräte Liste");
        check("exports/nuvolo3.csv", "nuvolo3");
        check("2026-11-25.csv", "Asset system");
        check("", "Asset system");
        check(&"x".repeat(500), &"x".repeat(80));
    }
}
