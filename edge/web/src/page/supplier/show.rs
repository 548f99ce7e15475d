//! One supplier: the verdict with the gate on top, flags with their evidence and what would change
//! them, history, products, dossier and documents.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use controls::red_flag::Severity;
use controls::{Class, Finding, Ground, Subject, Verdict};
use fleet::encoded;
use operations::supplier::{
    self, Assessed, DOCUMENTS, DOSSIER, EntryKind, FORMS, SBOMS, one, past,
};
use operations::{Actor, Permission};
use reading::Place;
use serde::{Deserialize, Serialize};
use store::{MakerQuestion, SupplierEntry};

use super::measured::Measured;
use super::{HOME, kind, number, origin_named, said};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Field, Holds};
use crate::mark::Mark;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, counted};

/// Grounds of one finding that are shown; the rest is counted, and JSON has them all.
const GROUNDS: usize = 4;
/// Names under which advisories may be the supplier's that are shown.
const NAMES: usize = 8;

/// Which flags are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    verdict: String,
    severity: String,
}

#[derive(Template, Serialize)]
#[template(path = "supplier/show.html")]
struct Page {
    id: i64,
    name: String,
    organisation: String,
    sentence: Sentence,
    gate: Gate,
    has_index: bool,
    /// Of which day the verdict is.
    day: String,
    flags: Vec<Group>,
    history: Option<Measured>,
    /// Names under which advisories stand that may be its own.
    doubtful_names: Vec<Doubtful>,
    products: Vec<Product>,
    /// What a guest brought and nobody has confirmed.
    waiting: Vec<Kept>,
    dossier: Vec<Section>,
    withdrawn: Vec<Gone>,
    #[serde(skip)]
    chosen: Vec<(String, String)>,
    #[serde(skip)]
    form: Option<Form>,
    #[serde(skip)]
    address: String,
}

/// What whoever keeps the dossier may do.
struct Form {
    token: String,
    name: Field,
    has_guest: bool,
    may_ask: usize,
    kinds: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
struct Gate {
    standing: Mark,
    why: String,
    grounds: Vec<Fact>,
    #[serde(skip)]
    next: Option<(&'static str, String)>,
}

/// Flags of one verdict.
#[derive(Serialize)]
struct Group {
    verdict: Mark,
    flags: Vec<Flag>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    is_open: bool,
}

#[derive(Serialize)]
struct Flag {
    number: u8,
    id: &'static str,
    severity: &'static str,
    title: &'static str,
    product: String,
    why: String,
    grounds: Vec<Fact>,
    #[serde(skip_serializing_if = "String::is_empty")]
    would_change_it: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    ask: &'static str,
    /// The capability with which its evidence comes.
    #[serde(skip_serializing_if = "str::is_empty")]
    comes_with: &'static str,
    /// What became of the question to the supplier.
    asked: String,
    #[serde(skip)]
    next: Option<(&'static str, String)>,
    #[serde(skip)]
    can_ask: bool,
}

/// A fact on which a verdict rests.
#[derive(Serialize)]
struct Fact {
    class: &'static str,
    document: String,
    place: String,
    text: String,
    date: Option<String>,
    #[serde(skip)]
    age: String,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    shown: String,
}

#[derive(Serialize)]
struct Doubtful {
    name: String,
    advisories: usize,
}

#[derive(Serialize)]
struct Product {
    name: String,
    sboms: usize,
    components: usize,
    affected: Option<usize>,
    exploited: usize,
    #[serde(skip)]
    releases: Vec<(i64, String)>,
}

#[derive(Serialize)]
struct Section {
    kind: &'static str,
    #[serde(skip)]
    heading: &'static str,
    entries: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    id: i64,
    kind: &'static str,
    says: Vec<(&'static str, String)>,
    origin: &'static str,
    document: Option<Document>,
    brought: Shown,
    /// Through the guest of which maker it came.
    #[serde(skip_serializing_if = "String::is_empty")]
    through: String,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    title: String,
}

#[derive(Serialize)]
struct Document {
    original: i64,
    name: String,
    digest: String,
    label: &'static str,
    #[serde(skip)]
    size: String,
    #[serde(skip)]
    address: String,
}

#[derive(Serialize)]
struct Gone {
    #[serde(flatten)]
    entry: Kept,
    withdrawn: Shown,
    reason: String,
}

impl Show for Page {
    fn title(&self) -> String {
        self.name.clone()
    }
}

impl Flag {
    fn first(&self) -> &[Fact] {
        self.grounds.get(..GROUNDS).unwrap_or(&self.grounds)
    }

    fn more(&self) -> usize {
        self.grounds.len().saturating_sub(GROUNDS)
    }
}

/// `GET /suppliers/{supplier}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    let (found, advisories) = one(&house.app, &by, id).await?;
    let scope = by.scope(Permission::ViewSuppliers);
    let place = house.app.store.organisation(&scope, found.supplier.organisation).await?;
    let clock = face.clock().clone();
    let gone = past(&house.app, &by, &found.supplier).await?;
    let form = form(&house, &by, &found).await?;
    let can_ask = form.as_ref().is_some_and(|form| form.has_guest);
    let reader = Reader { of: &found, clock: &clock, can_ask };
    face.show(&Page {
        id,
        name: found.supplier.name.clone(),
        organisation: place.name,
        sentence: reader.sentence(),
        gate: reader.gate(),
        has_index: advisories.is_some(),
        day: found.day.clone(),
        flags: reader.groups(&asked),
        history: Measured::of(&found),
        doubtful_names: reader.doubtful(),
        products: reader.products(),
        waiting: found
            .entries
            .iter()
            .filter(|one| one.waits())
            .map(|one| reader.kept(one))
            .collect(),
        dossier: reader.sections(),
        withdrawn: gone.iter().map(|one| reader.gone(one)).collect(),
        chosen: chosen(&asked, id),
        form,
        address: format!("{HOME}/{id}"),
    })
}

/// The conditions that hold, each with the address without it.
fn chosen(asked: &Asked, id: i64) -> Vec<(String, String)> {
    let mut chosen = Vec::new();
    if !asked.verdict.is_empty() || !asked.severity.is_empty() {
        let verdict = Verdict::ALL.into_iter().find(|it| it.word() == asked.verdict);
        let verdict = verdict.map_or("", |verdict| Mark::red_flag(verdict).label());
        let text = format!("{verdict} {}", asked.severity).trim().to_owned();
        chosen.push((text, format!("{HOME}/{id}#flags")));
    }
    chosen
}

async fn form(
    house: &House,
    by: &Actor,
    found: &Assessed,
) -> Result<Option<Form>, Problem> {
    if !by.scope(Permission::KeepSuppliers).admits(&found.supplier.path) {
        return Ok(None);
    }
    let guests = house.app.store.guests(by.head).await?;
    let names: Vec<String> =
        std::iter::once(found.supplier.name.clone()).chain(found.aliases()).collect();
    let has_guest = guests.iter().any(|guest| {
        guest.path.holds(&found.supplier.path)
            && names.iter().any(|name| operations::maker::is_same(name, &guest.maker))
    });
    let open = supplier::asked(found);
    let open = open.iter().filter(|one| one.put.as_ref().is_none_or(|put| put.offered));
    Ok(Some(Form {
        token: by.form_token.clone(),
        name: Field::new("name", "Legal name", Holds::Text)
            .hint("Other names are entries of their own: further names.")
            .typed(&found.supplier.name),
        has_guest,
        may_ask: open.count(),
        kinds: EntryKind::ALL
            .into_iter()
            .filter(|it| !matches!(it, EntryKind::Document | EntryKind::Stranger))
            .map(|it| (it.word(), kind(it)))
            .collect(),
    }))
}

/// What is shown of a supplier.
struct Reader<'a> {
    of: &'a Assessed,
    clock: &'a Clock,
    /// Whether whoever looks may ask a guest of the supplier.
    can_ask: bool,
}

impl Reader<'_> {
    fn here(&self) -> String {
        format!("{HOME}/{}", self.of.supplier.id)
    }

    fn sentence(&self) -> Sentence {
        let name = &self.of.supplier.name;
        let vetted = &self.of.vetted;
        let count = |verdict: Verdict| -> usize {
            Severity::ALL.into_iter().map(|it| vetted.count(verdict, it)).sum()
        };
        let link = |query: &str| format!("{}?{query}#flags", self.here());
        let begin = match vetted.gate.standing.is_blocked() {
            true => format!("Nothing is bought from {name} yet: {}. ", vetted.gate.why),
            false => format!("{name} has passed the gate: {}. ", vetted.gate.why),
        };
        let (raised, unknown) = (count(Verdict::Raised), count(Verdict::CannotTell));
        let blocks = vetted.count(Verdict::Raised, Severity::Block);
        let sentence = Sentence::new(begin).link(
            counted(raised, "red flag is raised", "red flags are raised"),
            link("verdict=raised"),
        );
        let sentence = match blocks {
            0 => sentence,
            count => sentence.then(", ").link(
                counted(count, "of them blocks", "of them block"),
                link("verdict=raised&severity=block"),
            ),
        };
        sentence
            .then("; ")
            .link(format!("{unknown} cannot be told"), link("verdict=cannot_tell"))
            .then(".")
    }

    fn gate(&self) -> Gate {
        let gate = &self.of.vetted.gate;
        let next = gate.standing.is_blocked().then(|| {
            let to = format!("{}/entries/new?kind=membership", self.here());
            ("Enter a membership with its proof", to)
        });
        Gate {
            standing: Mark::gate(gate.standing),
            why: gate.why.clone(),
            grounds: self.facts(&gate.grounds),
            next,
        }
    }

    fn groups(&self, asked: &Asked) -> Vec<Group> {
        let fits = |finding: &&Finding| {
            asked.severity.is_empty() || finding.flag.severity().word() == asked.severity
        };
        let mut groups = Vec::new();
        for verdict in Verdict::ALL {
            if !asked.verdict.is_empty() && verdict.word() != asked.verdict {
                continue;
            }
            let of = self.of.vetted.findings.iter().filter(fits);
            let mut found: Vec<&Finding> =
                of.filter(|one| one.ruling.verdict == verdict).collect();
            if found.is_empty() {
                continue;
            }
            found.sort_by_key(|one| {
                let is_later = !one.flag.later().is_empty();
                (is_later, one.flag.severity(), one.flag.number())
            });
            let mark = Mark::red_flag(verdict);
            groups.push(Group {
                verdict: mark,
                heading: format!("{} ({})", capital(mark.label()), found.len()),
                is_open: verdict == Verdict::Raised || !asked.verdict.is_empty(),
                flags: found.iter().map(|one| self.flag(one)).collect(),
            });
        }
        groups
    }

    fn flag(&self, finding: &Finding) -> Flag {
        let flag = finding.flag;
        let product = match &finding.subject {
            Subject::Product(name) => name.clone(),
            Subject::Supplier => String::new(),
        };
        let put = self.of.answer(finding);
        let is_open =
            matches!(finding.ruling.verdict, Verdict::Raised | Verdict::CannotTell);
        Flag {
            number: flag.number(),
            id: flag.id(),
            severity: flag.severity().word(),
            title: flag.title(),
            why: finding.ruling.why.clone(),
            grounds: self.facts(&finding.ruling.grounds),
            would_change_it: finding.ruling.change.clone(),
            ask: if is_open { flag.ask() } else { "" },
            comes_with: if is_open { flag.later() } else { "" },
            asked: put.map(|put| self.put(put)).unwrap_or_default(),
            next: match is_open {
                true => self.next(finding, &product),
                false => None,
            },
            can_ask: self.can_ask && is_open && put.is_none_or(|put| put.offered),
            product,
        }
    }

    fn put(&self, put: &MakerQuestion) -> String {
        let at = |at: &str| self.clock.show_day(at).text;
        match (put.offered, put.answered.as_deref()) {
            (_, Some(answered)) => format!("the supplier answered on {}", at(answered)),
            (false, None) => {
                format!("asked on {}, not answered yet", at(&put.put))
            }
            (true, None) => String::new(),
        }
    }

    /// What a person does next about a flag that is raised or in doubt.
    fn next(&self, finding: &Finding, product: &str) -> Option<(&'static str, String)> {
        let here = self.here();
        let entry = |kind: &str| format!("{here}/entries/new?kind={kind}");
        let need = finding.flag.needs().first()?.as_str();
        let dropped = || format!("{here}/documents/new");
        Some(match need {
            "membership" => ("Enter a membership with its proof", entry("membership")),
            "disclosure-policy" => ("Enter the policy", entry("disclosure")),
            "certificate" => ("Enter a certificate", entry("certificate")),
            "insurance" => ("Enter the insurance", entry("cover")),
            "contact" => ("Enter a contact", entry("contact")),
            "ownership" => ("Enter a change of ownership", entry("ownership_change")),
            "product-facts" | "clearance" => {
                let to = format!("{}&product={}", entry("product"), encoded(product));
                ("Say more of the product", to)
            }
            "security.txt" => ("Drop its security.txt", dropped()),
            "provider-metadata" => ("Drop its provider-metadata.json", dropped()),
            "cna-list" => ("Drop the list of CVE numbering authorities", dropped()),
            "breaches" => ("Drop the export of the breach portal", dropped()),
            "recalls" => ("Drop the answer of openFDA", dropped()),
            "sbom" | "vex" => ("Deliver an SBOM", "/products/bills/new".to_owned()),
            "advisories" => ("See where advisories come from", "/feeds".to_owned()),
            _ => return None,
        })
    }

    fn facts(&self, grounds: &[Ground]) -> Vec<Fact> {
        let today = terms::date::day(&self.of.day).ok();
        let fact = |ground: &Ground| {
            let age = today.and_then(|today| ground.age_days(today));
            let (shown, address) = self.place_of(ground);
            Fact {
                class: match ground.class {
                    Class::Observed => "observed",
                    Class::Documented => "documented",
                    Class::Attested => "attested",
                },
                document: ground.document.clone(),
                place: match &ground.place {
                    Place::Document => String::new(),
                    place => place.to_string(),
                },
                text: self.plain(&ground.text),
                date: ground.date.map(|day| day.to_string()),
                age: age
                    .map(|days| match days {
                        0 => "today".to_owned(),
                        1 => "1 day old".to_owned(),
                        days => format!("{days} days old"),
                    })
                    .unwrap_or_default(),
                address,
                shown,
            }
        };
        grounds.iter().map(fact).collect()
    }

    /// A sentence with the names of documents as they were delivered, without their numbers.
    fn plain(&self, text: &str) -> String {
        let documents = self.of.entries.iter().filter_map(|one| one.document.as_ref());
        documents.fold(text.to_owned(), |text, one| {
            text.replace(&format!("{DOCUMENTS}{}/", one.original), "")
        })
    }

    /// What a document is called, and where it is opened.
    fn place_of(&self, ground: &Ground) -> (String, String) {
        let here = self.here();
        let place = match &ground.place {
            Place::Document => String::new(),
            place => format!(", {place}"),
        };
        let document = ground.document.as_str();
        if let (DOSSIER, Place::Pointer(at)) = (document, &ground.place)
            && let Some(entry) = at.strip_prefix("/entries/")
        {
            return (
                "entry of the dossier".to_owned(),
                format!("{here}/entries/{entry}"),
            );
        }
        let numbered = |start: &str| document.strip_prefix(start)?.split_once('/');
        if let Some((original, name)) = numbered(DOCUMENTS) {
            return (format!("{name}{place}"), format!("{here}/documents/{original}"));
        }
        if let Some((release, version)) = numbered(SBOMS) {
            let shown = format!("SBOM of {version}{place}");
            return (shown, format!("/products/releases/{release}"));
        }
        if let Some((form, name)) = numbered(FORMS) {
            return (format!("{name}{place}"), format!("/mds2/{form}"));
        }
        if let Some((statements, name)) = numbered("statements/") {
            return (
                format!("{name}{place}"),
                format!("/products/statements/{statements}"),
            );
        }
        match document.strip_prefix("advisories/") {
            Some(id) => (format!("{id}{place}"), format!("/advisories/{}", encoded(id))),
            None => (format!("{document}{place}"), String::new()),
        }
    }

    fn doubtful(&self) -> Vec<Doubtful> {
        let is_settled = |name: &str| {
            self.of.entries.iter().any(|one| {
                one.kind == EntryKind::Stranger.word()
                    && one.fields.get("name").is_some_and(|known| known == name)
            })
        };
        let open = self.of.vetted.history.doubtful.iter();
        let open = open.filter(|one| !is_settled(&one.name)).take(NAMES);
        open.map(|one| Doubtful {
            name: one.name.clone(),
            advisories: one.advisories.len(),
        })
        .collect()
    }

    fn products(&self) -> Vec<Product> {
        let product = |one: &supplier::Seen| Product {
            name: one.name.clone(),
            sboms: one.sboms,
            components: one.components,
            affected: one.affected,
            exploited: one.exploited,
            releases: one.releases.clone(),
        };
        self.of.products.iter().map(product).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        for of in EntryKind::ALL {
            let entries: Vec<Kept> = self
                .of
                .entries
                .iter()
                .filter(|one| one.kind == of.word() && !one.waits())
                .map(|one| self.kept(one))
                .collect();
            if !entries.is_empty() {
                sections.push(Section { kind: of.word(), heading: kind(of), entries });
            }
        }
        sections
    }

    fn kept(&self, entry: &SupplierEntry) -> Kept {
        let here = self.here();
        let of = EntryKind::from_word(&entry.kind);
        let says = said(entry);
        let title = says.first().map(|(_, value)| value.clone()).unwrap_or_default();
        let document = entry.document.as_ref().map(|one| Document {
            original: one.original,
            name: one.name.clone(),
            digest: data_encoding::HEXLOWER.encode(&one.digest),
            label: one.label.colour(),
            size: words::size(one.size),
            address: format!("{here}/documents/{}", one.original),
        });
        let name = document.as_ref().map(|one| one.name.clone());
        Kept {
            id: entry.id,
            kind: of.map_or("", kind),
            title: name.filter(|_| of == Some(EntryKind::Document)).unwrap_or(title),
            says,
            origin: origin_named(&entry.origin),
            document,
            brought: self.clock.show_day(&entry.brought),
            through: entry.maker.clone(),
            address: format!("{here}/entries/{}", entry.id),
        }
    }

    fn gone(&self, entry: &SupplierEntry) -> Gone {
        let withdrawn = entry.withdrawn.as_deref().unwrap_or_default();
        Gone {
            entry: self.kept(entry),
            withdrawn: self.clock.show_day(withdrawn),
            reason: entry.reason.clone(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Kept {
    /// What it says beside its name, as the page shows it.
    fn rest(&self) -> impl Iterator<Item = &(&'static str, String)> {
        self.says.iter().skip(1)
    }
}
