//! The kinds of entry that a dossier has, the fields of each, and how entries become the dossier
//! that is vetted.

use std::collections::BTreeMap;

use reading::Place;
use store::SupplierEntry;
use supplier::Answer;
use supplier::dossier::{
    Absence, Certificate, Contact, Cover, Disclosure, Dossier, Membership, Origin,
    OwnershipChange, Product, Sought,
};
use terms::Day;

use super::evidence::document_name;
use super::{FIELD_MAX, SupplierError};

/// A kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A membership in an organisation that shares information.
    Membership,
    /// A certificate.
    Certificate,
    /// Insurance.
    Cover,
    /// Whoever answers for security.
    Contact,
    /// How flaws are taken in.
    Disclosure,
    /// A product that is sold, or would be.
    Product,
    /// A change of ownership.
    OwnershipChange,
    /// What was looked for and not found.
    Absence,
    /// A further name of the supplier.
    Alias,
    /// A name that is like the supplier's and is another company's.
    Stranger,
    /// A document.
    Document,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// A day.
    Day,
    /// A whole number.
    Number,
    /// Names, by comma.
    Names,
    /// Yes, no, or nothing.
    YesNo,
    /// What may be looked for.
    Sought,
}

/// A field of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Its name, in a form and on the wire.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether an entry without it says nothing.
    pub is_needed: bool,
}

const fn text(name: &'static str) -> Spec {
    Spec { name, holds: Holds::Text, is_needed: false }
}

const fn day(name: &'static str) -> Spec {
    Spec { name, holds: Holds::Day, is_needed: false }
}

const fn of(name: &'static str, holds: Holds) -> Spec {
    Spec { name, holds, is_needed: false }
}

const fn needed(spec: Spec) -> Spec {
    Spec { is_needed: true, ..spec }
}

const MEMBERSHIP: &[Spec] = &[needed(text("isao")), day("since"), day("until")];

const CERTIFICATE: &[Spec] = &[
    needed(text("scheme")),
    text("number"),
    text("holder"),
    text("body"),
    text("accreditation"),
    text("scope"),
    of("covers", Holds::Names),
    day("issued"),
    day("expires"),
];

const COVER: &[Spec] = &[
    needed(text("cover")),
    text("insurer"),
    of("limit", Holds::Number),
    of("required", Holds::Number),
    text("currency"),
    day("expires"),
];

const CONTACT: &[Spec] =
    &[text("role"), text("person"), text("mail"), text("page"), day("seen")];

const DISCLOSURE: &[Spec] = &[text("policy"), text("cna"), day("seen")];

const PRODUCT: &[Spec] = &[
    needed(text("product")),
    of("models", Holds::Names),
    text("version"),
    day("released"),
    day("cleared"),
    text("clearance"),
    of("networked", Holds::YesNo),
    day("used_until"),
    day("support_ends"),
    day("announced"),
];

const CHANGE: &[Spec] = &[needed(text("what")), day("on"), text("psirt")];

const ABSENCE: &[Spec] = &[
    needed(of("sought", Holds::Sought)),
    text("looked_at"),
    needed(day("on")),
    text("product"),
];

const NAME: &[Spec] = &[needed(text("name"))];

const DOCUMENT: &[Spec] = &[text("read"), text("product")];

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Membership,
        Self::Certificate,
        Self::Cover,
        Self::Contact,
        Self::Disclosure,
        Self::Product,
        Self::OwnershipChange,
        Self::Absence,
        Self::Alias,
        Self::Stranger,
        Self::Document,
    ];

    /// What a supplier's guest may bring.
    pub const OF_GUESTS: [Self; 6] = [
        Self::Membership,
        Self::Certificate,
        Self::Cover,
        Self::Contact,
        Self::Disclosure,
        Self::Document,
    ];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::Certificate => "certificate",
            Self::Cover => "cover",
            Self::Contact => "contact",
            Self::Disclosure => "disclosure",
            Self::Product => "product",
            Self::OwnershipChange => "ownership_change",
            Self::Absence => "absence",
            Self::Alias => "alias",
            Self::Stranger => "stranger",
            Self::Document => "document",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its fields, in the order in which they are asked.
    #[must_use]
    pub const fn fields(self) -> &'static [Spec] {
        match self {
            Self::Membership => MEMBERSHIP,
            Self::Certificate => CERTIFICATE,
            Self::Cover => COVER,
            Self::Contact => CONTACT,
            Self::Disclosure => DISCLOSURE,
            Self::Product => PRODUCT,
            Self::OwnershipChange => CHANGE,
            Self::Absence => ABSENCE,
            Self::Alias | Self::Stranger => NAME,
            Self::Document => DOCUMENT,
        }
    }

    /// Whether a document can prove it.
    #[must_use]
    pub const fn has_proof(self) -> bool {
        matches!(self, Self::Membership | Self::Certificate | Self::Cover)
    }

    /// Whether it is a matter of whose word it is: what the house itself says is its own.
    #[must_use]
    pub const fn has_origin(self) -> bool {
        !matches!(
            self,
            Self::Absence | Self::Alias | Self::Stranger | Self::Product | Self::Document
        )
    }
}

/// The origin of that word.
#[must_use]
pub fn origin_of_word(word: &str) -> Option<Origin> {
    let all = [Origin::Supplier, Origin::ThirdParty, Origin::House];
    all.into_iter().find(|origin| origin.word() == word)
}

/// A day of a field; nothing where it is empty or none.
pub(crate) fn day_of(fields: &BTreeMap<String, String>, name: &str) -> Option<Day> {
    terms::date::day(fields.get(name)?.trim()).ok()
}

/// The fields that a kind has, trimmed, those that are empty left out.
pub(crate) fn checked(
    kind: EntryKind,
    typed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, SupplierError> {
    let mut fields = BTreeMap::new();
    for spec in kind.fields() {
        let value = typed.get(spec.name).map_or("", |value| value.trim());
        if value.is_empty() {
            if spec.is_needed {
                return Err(SupplierError::Missing(spec.name));
            }
            continue;
        }
        if value.chars().count() > FIELD_MAX {
            return Err(SupplierError::Long(spec.name));
        }
        let wrong = |what| Err(SupplierError::Wrong(spec.name, what));
        match spec.holds {
            Holds::Day if terms::date::day(value).is_err() => {
                return wrong("no day, such as 2026-11-26");
            }
            Holds::Number if value.parse::<u64>().is_err() => {
                return wrong("no whole number");
            }
            Holds::YesNo if !["yes", "no"].contains(&value) => {
                return wrong("neither yes nor no");
            }
            Holds::Sought if sought(value).is_none() => {
                return wrong("nothing that is looked for");
            }
            Holds::Text
            | Holds::Names
            | Holds::Day
            | Holds::Number
            | Holds::YesNo
            | Holds::Sought => {}
        }
        fields.insert(spec.name.to_owned(), value.to_owned());
    }
    let says = |name: &str| fields.contains_key(name);
    for (begin, end) in [("since", "until"), ("issued", "expires")] {
        let days = day_of(&fields, begin).zip(day_of(&fields, end));
        if days.is_some_and(|(begin, end)| end < begin) {
            return Err(SupplierError::Wrong(end, "before it begins"));
        }
    }
    match kind {
        EntryKind::Contact if !says("mail") && !says("page") => {
            Err(SupplierError::Missing("mail"))
        }
        EntryKind::Disclosure if !says("policy") && !says("cna") => {
            Err(SupplierError::Missing("policy"))
        }
        _ => Ok(fields),
    }
}

fn sought(word: &str) -> Option<Sought> {
    let found = Sought::ALL.iter().find(|(known, _)| *known == word);
    found.map(|(_, sought)| *sought)
}

/// An entry while it is read.
struct Reader<'e> {
    entry: &'e SupplierEntry,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        self.entry.fields.get(name).cloned().unwrap_or_default()
    }

    fn day(&self, name: &str) -> Option<Day> {
        day_of(&self.entry.fields, name)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.entry.fields.get(name)?.parse().ok()
    }

    fn names(&self, name: &str) -> Option<Vec<String>> {
        let names = self.entry.fields.get(name)?.split(',').map(str::trim);
        Some(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// What nobody of the house has confirmed is the supplier's word, whatever it says itself.
    fn origin(&self) -> Origin {
        match self.entry.waits() {
            true => Origin::Supplier,
            false => origin_of_word(&self.entry.origin).unwrap_or_default(),
        }
    }

    fn proof(&self) -> String {
        let document = self.entry.document.as_ref();
        document.map(|one| document_name(one.original, &one.name)).unwrap_or_default()
    }

    fn place(&self) -> Place {
        Place::Pointer(format!("/entries/{}", self.entry.id))
    }

    fn membership(&self) -> Membership {
        Membership {
            isao: self.text("isao"),
            origin: self.origin(),
            proof: self.proof(),
            since: self.day("since"),
            until: self.day("until"),
            place: self.place(),
        }
    }

    fn certificate(&self) -> Certificate {
        Certificate {
            scheme: self.text("scheme"),
            number: self.text("number"),
            holder: self.text("holder"),
            body: self.text("body"),
            accreditation: self.text("accreditation"),
            scope: self.text("scope"),
            covers: self.names("covers"),
            origin: self.origin(),
            proof: self.proof(),
            issued: self.day("issued"),
            expires: self.day("expires"),
            place: self.place(),
        }
    }

    fn cover(&self) -> Cover {
        Cover {
            kind: self.text("cover"),
            insurer: self.text("insurer"),
            limit: self.number("limit"),
            required: self.number("required"),
            currency: self.text("currency"),
            origin: self.origin(),
            proof: self.proof(),
            expires: self.day("expires"),
            place: self.place(),
        }
    }

    fn contact(&self) -> Contact {
        Contact {
            role: self.text("role"),
            person: self.text("person"),
            mail: self.text("mail"),
            page: self.text("page"),
            origin: self.origin(),
            seen: self.day("seen"),
            place: Some(self.place()),
        }
    }

    fn disclosure(&self) -> Disclosure {
        Disclosure {
            policy: self.text("policy"),
            cna: self.text("cna"),
            origin: self.origin(),
            seen: self.day("seen"),
            place: Some(self.place()),
        }
    }

    fn product(&self) -> Product {
        Product {
            name: self.text("product"),
            models: self.names("models").unwrap_or_default(),
            version: self.text("version"),
            released: self.day("released"),
            cleared: self.day("cleared"),
            clearance: self.text("clearance"),
            networked: Answer::of_word(&self.text("networked")),
            used_until: self.day("used_until"),
            support_ends: self.day("support_ends"),
            announced: self.day("announced"),
            place: self.place(),
        }
    }

    fn change(&self) -> OwnershipChange {
        OwnershipChange {
            what: self.text("what"),
            on: self.day("on"),
            psirt: self.text("psirt"),
            origin: self.origin(),
            place: self.place(),
        }
    }

    fn absence(&self) -> Option<Absence> {
        Some(Absence {
            what: sought(&self.text("sought"))?,
            product: self.text("product"),
            looked_at: self.text("looked_at"),
            on: self.day("on")?,
            place: self.place(),
        })
    }
}

/// The dossier of a supplier, as its entries say it.
pub(super) fn dossier<'e>(
    name: &str,
    entries: impl Iterator<Item = &'e SupplierEntry>,
) -> Dossier {
    let mut dossier = Dossier { name: name.to_owned(), ..Dossier::default() };
    for entry in entries {
        let reader = Reader { entry };
        match EntryKind::from_word(&entry.kind) {
            Some(EntryKind::Membership) => dossier.memberships.push(reader.membership()),
            Some(EntryKind::Certificate) => {
                dossier.certificates.push(reader.certificate());
            }
            Some(EntryKind::Cover) => dossier.covers.push(reader.cover()),
            Some(EntryKind::Contact) => dossier.contacts.push(reader.contact()),
            Some(EntryKind::Disclosure) => dossier.disclosures.push(reader.disclosure()),
            Some(EntryKind::Product) => dossier.products.push(reader.product()),
            Some(EntryKind::OwnershipChange) => dossier.changes.push(reader.change()),
            Some(EntryKind::Absence) => dossier.absences.extend(reader.absence()),
            Some(EntryKind::Alias) => dossier.aliases.push(reader.text("name")),
            Some(EntryKind::Stranger | EntryKind::Document) | None => {}
        }
    }
    dossier
}

/// What a dossier says as entries: kind, from whom, and fields. Proofs are files of their own.
pub(super) fn entries_of(
    dossier: &Dossier,
) -> Vec<(EntryKind, Origin, BTreeMap<String, String>)> {
    let mut entries = Vec::new();
    for name in &dossier.aliases {
        entries.push((EntryKind::Alias, Origin::House, said([("name", name.clone())])));
    }
    for one in &dossier.contacts {
        let fields = said([
            ("role", one.role.clone()),
            ("person", one.person.clone()),
            ("mail", one.mail.clone()),
            ("page", one.page.clone()),
            ("seen", shown(one.seen)),
        ]);
        entries.push((EntryKind::Contact, one.origin, fields));
    }
    for one in &dossier.disclosures {
        let fields = said([
            ("policy", one.policy.clone()),
            ("cna", one.cna.clone()),
            ("seen", shown(one.seen)),
        ]);
        entries.push((EntryKind::Disclosure, one.origin, fields));
    }
    entries.extend(dossier.products.iter().map(product_entry));
    for one in &dossier.memberships {
        let fields = said([
            ("isao", one.isao.clone()),
            ("since", shown(one.since)),
            ("until", shown(one.until)),
        ]);
        entries.push((EntryKind::Membership, one.origin, fields));
    }
    entries.extend(dossier.certificates.iter().map(certificate_entry));
    entries.extend(dossier.covers.iter().map(cover_entry));
    for one in &dossier.changes {
        let fields = said([
            ("what", one.what.clone()),
            ("on", shown(one.on)),
            ("psirt", one.psirt.clone()),
        ]);
        entries.push((EntryKind::OwnershipChange, one.origin, fields));
    }
    for one in &dossier.absences {
        let fields = said([
            ("sought", one.what.word().to_owned()),
            ("product", one.product.clone()),
            ("looked_at", one.looked_at.clone()),
            ("on", one.on.to_string()),
        ]);
        entries.push((EntryKind::Absence, Origin::House, fields));
    }
    entries
}

type Entry = (EntryKind, Origin, BTreeMap<String, String>);

fn product_entry(one: &Product) -> Entry {
    let networked = match one.networked {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unstated => "",
    };
    let fields = said([
        ("product", one.name.clone()),
        ("models", one.models.join(", ")),
        ("version", one.version.clone()),
        ("released", shown(one.released)),
        ("cleared", shown(one.cleared)),
        ("clearance", one.clearance.clone()),
        ("networked", networked.to_owned()),
        ("used_until", shown(one.used_until)),
        ("support_ends", shown(one.support_ends)),
        ("announced", shown(one.announced)),
    ]);
    (EntryKind::Product, Origin::House, fields)
}

fn certificate_entry(one: &Certificate) -> Entry {
    let fields = said([
        ("scheme", one.scheme.clone()),
        ("number", one.number.clone()),
        ("holder", one.holder.clone()),
        ("body", one.body.clone()),
        ("accreditation", one.accreditation.clone()),
        ("scope", one.scope.clone()),
        ("covers", one.covers.clone().unwrap_or_default().join(", ")),
        ("issued", shown(one.issued)),
        ("expires", shown(one.expires)),
    ]);
    (EntryKind::Certificate, one.origin, fields)
}

fn cover_entry(one: &Cover) -> Entry {
    let number =
        |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let fields = said([
        ("cover", one.kind.clone()),
        ("insurer", one.insurer.clone()),
        ("limit", number(one.limit)),
        ("required", number(one.required)),
        ("currency", one.currency.clone()),
        ("expires", shown(one.expires)),
    ]);
    (EntryKind::Cover, one.origin, fields)
}

fn said<const N: usize>(fields: [(&str, String); N]) -> BTreeMap<String, String> {
    let fields = fields.into_iter().filter(|(_, value)| !value.trim().is_empty());
    fields.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn shown(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn what_is_typed_is_kept_where_it_fits_and_refused_by_its_field_where_not() {
        #[track_caller]
        fn check(kind: EntryKind, fields: &[(&str, &str)], refused: &str) {
            let told = match checked(kind, &typed(fields)) {
                Ok(_) => String::new(),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, refused, "{fields:?}");
        }

        use EntryKind::{
            Absence, Alias, Certificate, Contact, Cover, Disclosure, Membership, Product,
        };
        check(Membership, &[("isao", " Health-ISAC ")], "");
        check(Membership, &[("isao", "  ")], "the isao is missing");
        let bad = [("isao", "H"), ("until", "31.12.2026")];
        check(Membership, &bad, "until is no day, such as 2026-11-26");
        let turned = [("isao", "H"), ("since", "2027-03-01"), ("until", "2027-02-28")];
        check(Membership, &turned, "until is before it begins");
        let turned =
            [("scheme", "ISO"), ("issued", "2027-03-01"), ("expires", "2026-03-01")];
        check(Certificate, &turned, "expires is before it begins");
        check(Membership, &[("isao", &"x".repeat(2001))], "the isao is too long");
        check(Cover, &[("cover", "cyber"), ("limit", "-5")], "limit is no whole number");
        check(Contact, &[("role", "PSIRT")], "the mail is missing");
        check(Contact, &[("page", "https://a.example")], "");
        check(Disclosure, &[("seen", "2026-11-26")], "the policy is missing");
        let bad = [("product", "P"), ("networked", "perhaps")];
        check(Product, &bad, "networked is neither yes nor no");
        let bad = [("sought", "luck"), ("on", "2026-11-26")];
        check(Absence, &bad, "sought is nothing that is looked for");
        check(Absence, &[("sought", "sbom")], "the on is missing");
        check(Alias, &[("name", "Pumpworks"), ("other", "is left out")], "");
    }

    #[test]
    fn a_dossier_becomes_entries_and_these_the_same_dossier() {
        let example = supplier::dossier::parse(supplier::dossier::EXAMPLE.as_bytes());
        let example = example.unwrap().value;
        let entries: Vec<SupplierEntry> = entries_of(&example)
            .into_iter()
            .zip(1..)
            .map(|((kind, origin, fields), id)| SupplierEntry {
                id,
                organisation: 1,
                path: store::Scope::whole(1).roots()[0].clone(),
                supplier: 1,
                kind: kind.word().to_owned(),
                origin: origin.word().to_owned(),
                fields: checked(kind, &fields).unwrap(),
                document: None,
                maker: String::new(),
                brought: String::new(),
                brought_by: 1,
                confirmed: None,
                withdrawn: None,
                reason: String::new(),
            })
            .collect();
        assert_eq!(entries.len(), 9);
        let mut again = dossier("Acme Medical, Inc.", entries.iter());
        again.reviewed = example.reviewed;
        // Places are those of the entries, and proofs are files of their own.
        assert_eq!(entries_of(&again), entries_of(&example));
        assert!(again.memberships[0].proof.is_empty());
    }
}
