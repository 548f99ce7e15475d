//! An entry that is made by hand, with the document that proves it.

use std::collections::BTreeMap;

use evidence::{Field, Form, Kind, Nature, Pseudonyms};
use store::{
    Act, Audience, EvidenceWords, Fact, NewEvidence, Noun, Parcel, TakenEvidence,
};

use super::arrive::keep_file;
use super::read::value;
use super::{EvidenceError, FIELD_MAX, file_name, place, short};
use crate::aside::expect_legible;
use crate::{Actor, App, posture as standing};

/// What somebody enters.
#[derive(Clone, Copy, Debug)]
pub struct Entered<'a> {
    /// Of which organisation.
    pub organisation: i64,
    /// What kind of thing.
    pub kind: Kind,
    /// What it says, by the word of its field; others are passed over.
    pub fields: &'a BTreeMap<String, String>,
    /// From which system, or from whom, it is known.
    pub source: &'a str,
    /// Whether it counts for those below too.
    pub audience: Audience,
    /// The document that proves it: its name and its bytes.
    pub file: Option<(&'a str, &'a Parcel)>,
}

/// Whether entries of a kind are made by hand here: what systems export is delivered, and who
/// answers for something or signs for it does so in person.
#[must_use]
pub fn may_be_entered(kind: Kind) -> bool {
    kind.nature() == Nature::Kept
        && !matches!(kind, Kind::Attestation | Kind::Designation | Kind::Document)
}

/// What such an entry is called, where it has no document.
pub const ENTERED: &str = "an entry made by hand";

/// The fields of an entry that hold something, read as they will be.
fn checked(
    kind: Kind,
    fields: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, EvidenceError> {
    let mut said = BTreeMap::new();
    // Whether a cell can be read does not hang on who is meant.
    let names = Pseudonyms::new([0; 32]);
    for column in kind.columns().iter().filter(|it| it.field != Field::Proof) {
        let word = column.field.word();
        let text = fields.get(word).map_or("", |text| text.trim());
        if text.is_empty() {
            match column.is_needed {
                true => return Err(EvidenceError::Missing(word)),
                false => continue,
            }
        }
        if text.chars().count() > FIELD_MAX {
            return Err(EvidenceError::Long(word));
        }
        if value(column.field, text, &names).is_none() {
            return Err(EvidenceError::Wrong(word, wrong(column.field.form())));
        }
        let is_kind = column.field != Field::Sought || is_sought(text);
        if !is_kind {
            return Err(EvidenceError::Wrong(word, "no kind of evidence"));
        }
        said.insert(word.to_owned(), text.to_owned());
    }
    match super::read::record(kind, &said, &names).ends_before_it_begins() {
        Some(end) => Err(EvidenceError::Wrong(end.word(), "before it begins")),
        None => Ok(said),
    }
}

/// Whether somebody can look for that kind of evidence.
fn is_sought(word: &str) -> bool {
    let is_told = |kind: Kind| kind == Kind::Absence || kind.nature() == Nature::House;
    Kind::named(word).is_some_and(|kind| !is_told(kind))
}

const fn wrong(form: Form) -> &'static str {
    match form {
        Form::Day => "no day, such as 2026-11-26",
        Form::Number => "no whole number",
        Form::YesNo => "neither `yes` nor `no`",
        Form::Text | Form::Person => "empty",
    }
}

/// Keeps an entry, which counts at once; gives its number.
///
/// # Errors
/// When the actor may not keep evidence of the organisation, a field is missing or wrong, or the
/// database fails.
pub async fn enter(
    app: &App,
    by: &Actor,
    entered: Entered<'_>,
) -> Result<i64, EvidenceError> {
    let place = place(app, by, entered.organisation).await?;
    if !may_be_entered(entered.kind) {
        return Err(EvidenceError::Wrong("kind", "not entered here"));
    }
    let entry = checked(entered.kind, entered.fields)?;
    let day_of = |field: Field| entry.get(field.word()).and_then(|text| iso(text));
    let valid_from = day_of(Field::On).or_else(|| day_of(Field::From));
    let valid_until = day_of(Field::Until);
    let words = EvidenceWords {
        file: entered.file.map(|(name, _)| file_name(name)).unwrap_or_default(),
        read: ENTERED.to_owned(),
        source: short("source", entered.source)?,
        entry,
        ..EvidenceWords::default()
    };
    if let Some((_, proof)) = &entered.file {
        expect_legible::<EvidenceError>(app, proof).await?;
    }
    let class = if entered.file.is_some() { "documented" } else { "attested" };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let original = match entered.file {
        None => None,
        Some((_, parcel)) => {
            Some(keep_file(&mut write, (place.id, by.person), parcel).await?)
        }
    };
    let id = write
        .keep_evidence(NewEvidence {
            organisation: place.id,
            kinds: &[entered.kind.word()],
            class,
            words: &words,
            original,
            records: 1,
            complaints: 0,
            by: by.person,
        })
        .await?;
    write
        .take_evidence(
            id,
            TakenEvidence {
                words: &words,
                valid_from: valid_from.as_deref(),
                valid_until: valid_until.as_deref(),
                audience: entered.audience,
                by: by.person,
            },
        )
        .await?;
    standing::queue(&mut write).await?;
    let mut facts = vec![
        ("organisation", Fact::Number(place.id)),
        ("kind", Fact::word(entered.kind.word())),
    ];
    let digest = entered.file.map(|(_, parcel)| parcel.digest());
    facts.extend(digest.map(|digest| ("digest", Fact::digest(digest.as_bytes()))));
    let (what, noun) = ("enter evidence", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// A day as it is stored.
fn iso(text: &str) -> Option<String> {
    let day = evidence::cell::day(text, evidence::cell::Order::default())?;
    Some(day.to_string())
}

/// Signs for a control: the actor says in their own name that it is so. It is a claim, counts at
/// once for a year, and makes *partly met* of *cannot tell* and nothing better. Gives its number.
///
/// # Errors
/// When the actor may not keep evidence of the organisation, the statement is missing or too
/// long, there is no such control, or the database fails.
pub async fn attest(
    app: &App,
    by: &Actor,
    organisation: i64,
    (control, statement): (&str, &str),
) -> Result<i64, EvidenceError> {
    let place = place(app, by, organisation).await?;
    let control = posture::catalog().control(control);
    let control = control.ok_or(EvidenceError::Missing("control"))?.id();
    let statement = match statement.trim() {
        "" => return Err(EvidenceError::Missing("statement")),
        text if text.chars().count() > FIELD_MAX => {
            return Err(EvidenceError::Long("statement"));
        }
        text => text.to_owned(),
    };
    let today = app.today();
    let entry = BTreeMap::from([
        (Field::Control.word().to_owned(), control.to_owned()),
        (Field::Statement.word().to_owned(), statement),
        (Field::Signer.word().to_owned(), by.name.clone()),
        (Field::On.word().to_owned(), today.clone()),
    ]);
    let words = EvidenceWords {
        read: "a signed statement".to_owned(),
        subject: control.to_owned(),
        signer: by.name.clone(),
        entry,
        ..EvidenceWords::default()
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write
        .keep_evidence(NewEvidence {
            organisation: place.id,
            kinds: &[Kind::Attestation.word()],
            class: "attested",
            words: &words,
            original: None,
            records: 1,
            complaints: 0,
            by: by.person,
        })
        .await?;
    write
        .take_evidence(
            id,
            TakenEvidence {
                words: &words,
                valid_from: Some(&today),
                valid_until: None,
                audience: Audience::Owner,
                by: by.person,
            },
        )
        .await?;
    standing::queue(&mut write).await?;
    let facts =
        vec![("organisation", Fact::Number(place.id)), ("control", Fact::word(control))];
    let (what, noun) = ("sign for control", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}
