//! The evidence on which an organisation's verdicts rest, and which of it leaves.

use std::collections::{BTreeMap, BTreeSet};

use ::pack::Released;
use evidence::{Field, Form};
use posture::Assessed;
use sha2::{Digest as _, Sha256};
use store::{Evidence, EvidenceListed, Organisation, Scope};
use terms::Tlp;

use super::PackError;
use crate::export::plain;
use crate::posture::Judged;
use crate::{Actor, App, Permission};

/// Why the bytes of a document do not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBack {
    /// Its label is for those alone who received it.
    Label,
    /// Another organisation owns it, and its label keeps it there.
    Owner,
    /// It may name people, and whoever asks does not keep evidence there.
    Right,
}

impl KeptBack {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Owner => "owner",
            Self::Right => "right",
        }
    }

    /// Why, in a sentence without a full stop.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Label => "its label is for those alone who received it",
            Self::Owner => "another organisation owns it, and its label keeps it there",
            Self::Right => {
                "it may name people, and whoever took the pack keeps no evidence"
            }
        }
    }
}

/// The bytes of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// It was entered by hand and has none.
    None,
    /// They are in the pack.
    In(Released<Held>),
    /// They are not.
    KeptBack(KeptBack),
}

impl Bytes {
    /// Those that leave.
    #[must_use]
    pub const fn held(&self) -> Option<&Held> {
        match self {
            Self::In(released) => Some(released.get()),
            Self::None | Self::KeptBack(_) => None,
        }
    }
}

/// Bytes that leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Their name in the pack.
    pub file: String,
    pub(super) original: i64,
    pub(super) owner: store::Path,
}

/// A piece of evidence in a pack.
#[derive(Clone, Debug)]
pub struct Document {
    /// The number of the piece.
    pub piece: i64,
    /// The file's name as it was delivered; empty where it is kept back by its label or owner.
    pub name: String,
    /// What it was taken for, in words.
    pub read: String,
    /// What stands in it.
    pub kinds: Vec<String>,
    /// How far it carries by itself: `observed`, `documented`, `attested`.
    pub class: String,
    /// Whose it is.
    pub owner: Organisation,
    /// With whom it may be shared; none where it has no bytes.
    pub label: Option<Tlp>,
    /// How many bytes.
    pub size: i64,
    /// BLAKE3 of the bytes, by which the audit log knows it; empty where there are none.
    pub blake3: String,
    /// SHA-256 of the bytes that leave, once they were read.
    pub sha256: String,
    /// Of which day it is.
    pub valid_from: Option<String>,
    /// The last day on which it counts.
    pub valid_until: Option<String>,
    /// When it was delivered, as stored.
    pub brought: String,
    /// When somebody took it in, as stored.
    pub taken: Option<String>,
    /// What an entry says that was made by hand, without those who are named in it.
    pub entry: BTreeMap<String, String>,
    /// The controls whose verdicts rest on it.
    pub controls: Vec<&'static str>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The piece of evidence that a ground names, by its number.
pub(super) fn piece(document: &str) -> Option<i64> {
    document.strip_prefix("evidence/")?.split('/').next()?.parse().ok()
}

/// The evidence of an organisation that counts, and what of those above is used.
pub(super) async fn of(
    app: &App,
    by: &Actor,
    judged: &Judged,
) -> Result<Vec<Document>, PackError> {
    let place = &judged.organisation;
    let own = Scope::of(by.head, vec![place.path.clone()]);
    let mut pieces = app.store.evidence_within(&own, EvidenceListed::Now).await?;
    pieces.retain(|one| one.organisation == place.id && one.is_in_force());
    let known: BTreeSet<i64> = pieces.iter().map(|one| one.id).collect();
    let used = rests(&judged.assessed);
    let above: Vec<i64> =
        used.keys().copied().filter(|piece| !known.contains(piece)).collect();
    pieces.extend(app.store.evidence_of(by.head, &above).await?);
    pieces.sort_by_key(|one| one.id);
    let owners = app.store.organisations(&Scope::whole(by.head)).await?;
    let keeper = by.scope(Permission::KeepEvidence);
    let told = pieces.into_iter().filter_map(|one| {
        let owner = owners.iter().find(|owner| owner.id == one.organisation)?.clone();
        let controls = used.get(&one.id).cloned().unwrap_or_default();
        let bytes = bytes(&one, (place, keeper.admits(&one.path)));
        Some(document(one, owner, (controls, bytes)))
    });
    Ok(told.collect())
}

/// Which controls rest on which piece.
fn rests(assessed: &[Assessed]) -> BTreeMap<i64, Vec<&'static str>> {
    let mut rests: BTreeMap<i64, Vec<&'static str>> = BTreeMap::new();
    for one in assessed {
        let grounds = one.ruling.grounds.iter();
        let pieces: BTreeSet<i64> =
            grounds.filter_map(|ground| piece(&ground.document)).collect();
        for piece in pieces {
            rests.entry(piece).or_default().push(one.control.id());
        }
    }
    rests
}

/// What becomes of the bytes of a piece, in a pack of an organisation, for whoever may keep the
/// piece or not.
fn bytes(piece: &Evidence, (of, may_keep): (&Organisation, bool)) -> Bytes {
    let Some(document) = &piece.document else { return Bytes::None };
    let name = match plain(&piece.words.file).as_str() {
        "" => "document".to_owned(),
        name => name.to_owned(),
    };
    let held = Held {
        file: format!("evidence/{}/{name}", piece.id),
        original: document.original,
        owner: piece.path.clone(),
    };
    let is_own = piece.organisation == of.id;
    let released = match is_own {
        true => Released::own(held, document.label),
        false => Released::of_another(held, document.label),
    };
    match released {
        Some(_) if !may_keep => Bytes::KeptBack(KeptBack::Right),
        Some(released) => Bytes::In(released),
        None if document.label == Tlp::Red => Bytes::KeptBack(KeptBack::Label),
        None => Bytes::KeptBack(KeptBack::Owner),
    }
}

fn document(
    one: Evidence,
    owner: Organisation,
    (controls, bytes): (Vec<&'static str>, Bytes),
) -> Document {
    let kept = matches!(bytes, Bytes::KeptBack(KeptBack::Label | KeptBack::Owner));
    let digest = one.document.as_ref().map(|it| ::pack::hex(&it.digest));
    let names_nobody = |word: &String| {
        let field = Field::named(word);
        field.is_some_and(|it| it != Field::Signer && it.form() != Form::Person)
    };
    let mut entry = one.words.entry;
    entry.retain(|word, _| names_nobody(word));
    Document {
        piece: one.id,
        name: if kept { String::new() } else { one.words.file },
        read: one.words.read,
        kinds: one.kinds,
        class: one.class,
        owner,
        label: one.document.as_ref().map(|it| it.label),
        size: one.document.as_ref().map_or(0, |it| it.size),
        // The digest of what is kept tells whoever has the document too that it is the same.
        blake3: digest.filter(|_| !kept).unwrap_or_default(),
        sha256: String::new(),
        valid_from: one.valid_from,
        valid_until: one.valid_until,
        brought: one.brought,
        taken: one.taken,
        entry,
        controls,
        bytes,
    }
}

/// Reads bytes that leave, a piece at a time, for their SHA-256; empty where none do.
pub(super) async fn hash(
    app: &App,
    by: &Actor,
    bytes: &Bytes,
) -> Result<String, PackError> {
    let Some(held) = bytes.held() else { return Ok(String::new()) };
    let mut sha256 = Sha256::new();
    let mut take = |bytes: &[u8]| {
        sha256.update(bytes);
        Ok(())
    };
    let scope = Scope::of(by.head, vec![held.owner.clone()]);
    app.store.tell_original(&scope, held.original, &mut take).await?;
    Ok(::pack::hex(&sha256.finalize()))
}
