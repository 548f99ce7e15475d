//! The shape of the file, and how it becomes a dossier.

use std::fmt;

use reading::{Notes, Place, Rejected, text};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use terms::Day;
use toml::Spanned;

use super::{
    Absence, Certificate, Contact, Cover, Disclosure, Dossier, Membership, Origin,
    OwnershipChange, Product, Sought,
};
use crate::{Answer, is_uri};

/// The version of the form.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    dossier: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    reviewed: Option<Date>,
    contact: Option<Spanned<WireContact>>,
    disclosure: Option<Spanned<WireDisclosure>>,
    #[serde(default, rename = "product")]
    products: Vec<Spanned<WireProduct>>,
    #[serde(default, rename = "membership")]
    memberships: Vec<Spanned<WireMembership>>,
    #[serde(default, rename = "certificate")]
    certificates: Vec<Spanned<WireCertificate>>,
    #[serde(default, rename = "cover")]
    covers: Vec<Spanned<WireCover>>,
    #[serde(default, rename = "ownership_change")]
    changes: Vec<Spanned<WireChange>>,
    #[serde(default, rename = "absent")]
    absences: Vec<Spanned<WireAbsence>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WireOrigin {
    #[default]
    Supplier,
    ThirdParty,
    House,
}

impl From<WireOrigin> for Origin {
    fn from(wire: WireOrigin) -> Self {
        match wire {
            WireOrigin::Supplier => Self::Supplier,
            WireOrigin::ThirdParty => Self::ThirdParty,
            WireOrigin::House => Self::House,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct WireContact {
    role: String,
    person: String,
    mail: String,
    page: String,
    from: WireOrigin,
    seen: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireDisclosure {
    policy: String,
    cna: String,
    from: WireOrigin,
    seen: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireProduct {
    name: String,
    models: Vec<String>,
    version: String,
    released: Option<Date>,
    cleared: Option<Date>,
    clearance: String,
    networked: Option<bool>,
    used_until: Option<Date>,
    support_ends: Option<Date>,
    announced: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireMembership {
    isao: String,
    from: WireOrigin,
    proof: String,
    since: Option<Date>,
    until: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireCertificate {
    scheme: String,
    number: String,
    holder: String,
    body: String,
    accreditation: String,
    scope: String,
    covers: Option<Vec<String>>,
    from: WireOrigin,
    proof: String,
    issued: Option<Date>,
    expires: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireCover {
    kind: String,
    insurer: String,
    limit: Option<u64>,
    required: Option<u64>,
    currency: String,
    from: WireOrigin,
    proof: String,
    expires: Option<Date>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireChange {
    what: String,
    on: Option<Date>,
    psirt: String,
    from: WireOrigin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAbsence {
    what: String,
    #[serde(default)]
    product: String,
    #[serde(default)]
    looked_at: String,
    on: Date,
}

/// A date as TOML writes it, or the same in quotation marks.
#[derive(Clone, Copy)]
struct Date(Day);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DateVisitor)
    }
}

struct DateVisitor;

impl<'de> Visitor<'de> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-11-26")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
        terms::date::day(text).map(Date).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
        let date = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        self.visit_str(&date.to_string())
    }
}

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Dossier, Rejected> {
    let wire: Wire = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Rejected::new(
            line(text, start),
            error.message().to_owned(),
            "`lazaret supplier dossier` prints one to begin with; its schema is \
             docs/schema/supplier-dossier.schema.json",
        )
    })?;
    if wire.dossier != VERSION {
        return Err(Rejected::new(
            Place::Line { line: 1, column: 0 },
            format!("version {} of the dossier is not read", wire.dossier),
            "version 1 is read: `dossier = 1`",
        ));
    }
    if wire.name.trim().is_empty() {
        return Err(Rejected::new(
            Place::Document,
            "the dossier names no supplier",
            "say who it is about: `name = \"…\"` before the first table",
        ));
    }
    Dossier::of(wire, &Source { text }, notes)
}

struct Source<'t> {
    text: &'t str,
}

impl Source<'_> {
    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        line(self.text, spanned.span().start)
    }

    /// Entries with their places; one without its name says nothing and is refused.
    fn named<T, N>(
        &self,
        entries: Vec<Spanned<T>>,
        key: &str,
        name: impl Fn(&T) -> &str,
        make: impl Fn(T, Place) -> N,
    ) -> Result<Vec<N>, Rejected> {
        let one = |spanned: Spanned<T>| {
            let place = self.place(&spanned);
            let entry = spanned.into_inner();
            if name(&entry).trim().is_empty() {
                let message = format!("the entry has no `{key}`");
                return Err(Rejected::new(place, message, "say what it is about"));
            }
            Ok(make(entry, place))
        };
        entries.into_iter().map(one).collect()
    }
}

fn line(text: &str, byte: usize) -> Place {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    Place::Line { line, column: 0 }
}

fn day(date: Option<Date>) -> Option<Day> {
    date.map(|Date(day)| day)
}

impl Dossier {
    fn of(wire: Wire, source: &Source<'_>, notes: &mut Notes) -> Result<Self, Rejected> {
        let mut absences = Vec::with_capacity(wire.absences.len());
        for spanned in wire.absences {
            absences.push(absence(spanned, source)?);
        }
        Ok(Self {
            name: wire.name.trim().to_owned(),
            aliases: wire.aliases,
            reviewed: day(wire.reviewed),
            contacts: wire
                .contact
                .map(|wire| contact(wire, source))
                .into_iter()
                .collect(),
            disclosures: wire
                .disclosure
                .map(|wire| disclosure(wire, source, notes))
                .into_iter()
                .collect(),
            products: source.named(
                wire.products,
                "name",
                |product| &product.name,
                product,
            )?,
            memberships: source.named(
                wire.memberships,
                "isao",
                |membership| &membership.isao,
                membership,
            )?,
            certificates: source.named(
                wire.certificates,
                "scheme",
                |certificate| &certificate.scheme,
                certificate,
            )?,
            covers: source.named(wire.covers, "kind", |cover| &cover.kind, cover)?,
            changes: source.named(wire.changes, "what", |change| &change.what, change)?,
            absences,
        })
    }
}

fn contact(spanned: Spanned<WireContact>, source: &Source<'_>) -> Contact {
    let place = source.place(&spanned);
    let wire = spanned.into_inner();
    Contact {
        role: wire.role,
        person: wire.person,
        mail: wire.mail,
        page: wire.page,
        origin: wire.from.into(),
        seen: day(wire.seen),
        place: Some(place),
    }
}

fn disclosure(
    spanned: Spanned<WireDisclosure>,
    source: &Source<'_>,
    notes: &mut Notes,
) -> Disclosure {
    let place = source.place(&spanned);
    let wire = spanned.into_inner();
    if !wire.policy.is_empty() && !is_uri(&wire.policy) {
        let message = format!("{} is no address of a policy", text::quoted(&wire.policy));
        notes.at(|| place.clone(), message);
    }
    Disclosure {
        policy: wire.policy,
        cna: wire.cna,
        origin: wire.from.into(),
        seen: day(wire.seen),
        place: Some(place),
    }
}

fn product(wire: WireProduct, place: Place) -> Product {
    Product {
        name: wire.name.trim().to_owned(),
        models: wire.models,
        version: wire.version,
        released: day(wire.released),
        cleared: day(wire.cleared),
        clearance: wire.clearance,
        networked: match wire.networked {
            Some(true) => Answer::Yes,
            Some(false) => Answer::No,
            None => Answer::Unstated,
        },
        used_until: day(wire.used_until),
        support_ends: day(wire.support_ends),
        announced: day(wire.announced),
        place,
    }
}

fn membership(wire: WireMembership, place: Place) -> Membership {
    Membership {
        isao: wire.isao.trim().to_owned(),
        origin: wire.from.into(),
        proof: wire.proof,
        since: day(wire.since),
        until: day(wire.until),
        place,
    }
}

fn certificate(wire: WireCertificate, place: Place) -> Certificate {
    Certificate {
        scheme: wire.scheme.trim().to_owned(),
        number: wire.number,
        holder: wire.holder,
        body: wire.body,
        accreditation: wire.accreditation,
        scope: wire.scope,
        covers: wire.covers,
        origin: wire.from.into(),
        proof: wire.proof,
        issued: day(wire.issued),
        expires: day(wire.expires),
        place,
    }
}

fn cover(wire: WireCover, place: Place) -> Cover {
    Cover {
        kind: wire.kind.trim().to_owned(),
        insurer: wire.insurer,
        limit: wire.limit,
        required: wire.required,
        currency: wire.currency,
        origin: wire.from.into(),
        proof: wire.proof,
        expires: day(wire.expires),
        place,
    }
}

fn change(wire: WireChange, place: Place) -> OwnershipChange {
    OwnershipChange {
        what: wire.what.trim().to_owned(),
        on: day(wire.on),
        psirt: wire.psirt,
        origin: wire.from.into(),
        place,
    }
}

fn absence(
    spanned: Spanned<WireAbsence>,
    source: &Source<'_>,
) -> Result<Absence, Rejected> {
    let place = source.place(&spanned);
    let wire = spanned.into_inner();
    let found = Sought::ALL.iter().find(|(word, _)| *word == wire.what.trim());
    let Some((_, what)) = found else {
        let words: Vec<_> = Sought::ALL.iter().map(|(word, _)| *word).collect();
        return Err(Rejected::new(
            place,
            format!("{} is nothing that is looked for", text::quoted(&wire.what)),
            format!("one of: {}", words.join(", ")),
        ));
    };
    let Date(on) = wire.on;
    Ok(Absence {
        what: *what,
        product: wire.product.trim().to_owned(),
        looked_at: wire.looked_at,
        on,
        place,
    })
}
