//! The list of suppliers: gate, flags by severity, what cannot be told, what ends soon; and makers
//! of whom nobody keeps a dossier.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use controls::Verdict;
use controls::red_flag::Severity;
use fleet::encoded;
use jiff::civil::Date;
use operations::supplier::{Assessed, Unkept, assessed, unkept};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};

use super::{HOME, day};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// How many makers without a dossier are shown; the rest is counted.
const UNKEPT: usize = 12;
/// Within how many days something ends soon.
const SOON: i32 = 180;

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    sort: String,
    /// `passed` or `blocked`.
    gate: String,
    /// A severity: those of whom a flag of it is raised.
    raised: String,
}

#[derive(Template, Serialize)]
#[template(path = "supplier/list.html")]
struct List {
    sentence: Sentence,
    /// Whether an index of advisories is in use.
    has_index: bool,
    total: usize,
    suppliers: Vec<Row>,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    /// Makers in the house of whom nobody keeps a dossier.
    without_dossier: Vec<Maker>,
    #[serde(skip)]
    more_makers: String,
    #[serde(skip)]
    asked: Asked,
    #[serde(skip)]
    chips: Vec<(String, String, bool)>,
    #[serde(skip)]
    heads: Vec<Head>,
    #[serde(skip)]
    pages: Pages,
    /// Where a dossier is opened; empty where whoever looks may not.
    #[serde(skip)]
    opens: &'static str,
    /// How many there are, whatever is asked for.
    #[serde(skip)]
    all: usize,
}

/// A column that can be sorted by.
struct Head {
    label: &'static str,
    address: String,
    order: &'static str,
    class: &'static str,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    organisation: String,
    gate: Mark,
    why: String,
    /// Raised flags by severity.
    raised: BTreeMap<&'static str, Count>,
    cannot_tell: Count,
    /// What ends next; none where nothing does.
    ends: Option<Ends>,
    #[serde(skip)]
    address: String,
}

#[derive(Clone, Serialize)]
struct Count {
    count: usize,
    #[serde(skip)]
    address: String,
}

#[derive(Clone, Serialize)]
struct Ends {
    what: String,
    on: String,
    #[serde(skip)]
    shown: String,
    is_over: bool,
}

#[derive(Serialize)]
struct Maker {
    name: String,
    devices: usize,
    products: usize,
    #[serde(skip)]
    address: String,
}

impl Show for List {
    fn title(&self) -> String {
        "Suppliers".to_owned()
    }
}

impl Row {
    fn count(&self, word: &str) -> Option<&Count> {
        self.raised.get(word).filter(|one| one.count > 0)
    }

    fn of(one: &Assessed, organisation: String, today: Date) -> Self {
        let address = format!("{HOME}/{}", one.supplier.id);
        let counted = |severity: Severity| {
            let word = severity.word();
            let count = one.vetted.count(Verdict::Raised, severity);
            let address = format!("{address}?verdict=raised&severity={word}#flags");
            (word, Count { count, address })
        };
        let unknown = Severity::ALL.map(|it| one.vetted.count(Verdict::CannotTell, it));
        let gate = &one.vetted.gate;
        Self {
            id: one.supplier.id,
            name: one.supplier.name.clone(),
            organisation,
            gate: Mark::gate(gate.standing),
            why: gate.why.clone(),
            raised: Severity::ALL.map(counted).into(),
            cannot_tell: Count {
                count: unknown.iter().sum(),
                address: format!("{address}?verdict=cannot_tell#flags"),
            },
            ends: ends(one, today),
            address,
        }
    }
}

/// What ends next, or ended last.
fn ends(one: &Assessed, today: Date) -> Option<Ends> {
    let days = |ending: &&operations::supplier::Ending| {
        today.until(ending.on.date()).map_or(0, |span| span.get_days())
    };
    let soon = one.ends.iter().find(|ending| (0..=SOON).contains(&days(ending)));
    let ended = one.ends.iter().rev().find(|ending| days(ending) < 0);
    let found = soon.or(ended)?;
    Some(Ends {
        what: found.what.clone(),
        on: found.on.to_string(),
        shown: day(&found.on.to_string()),
        is_over: days(&found) < 0,
    })
}

/// `GET /suppliers`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let (all, advisories) = assessed(&house.app, &by).await?;
    let scope = by.scope(Permission::ViewSuppliers);
    let places = house.app.store.organisations(&scope).await?;
    let names: BTreeMap<i64, &str> =
        places.iter().map(|one| (one.id, one.name.as_str())).collect();
    let today = face.clock().today();
    let count = all.len();
    let sentence = sentence(all.iter().map(|one| &**one));
    let rows: Vec<Row> = all
        .iter()
        .filter(|one| asked.admits(one))
        .map(|one| {
            let name = names.get(&one.supplier.organisation).copied();
            Row::of(one, name.unwrap_or_default().to_owned(), today)
        })
        .collect();
    let Stretch { rows: suppliers, total, next, pages } =
        wanted.of(HOME, rows, |row| asked.standing(row));
    let (without_dossier, more_makers) = makers(&house, &by).await?;
    face.show(&List {
        sentence,
        has_index: advisories.is_some(),
        total,
        suppliers,
        next,
        without_dossier,
        more_makers,
        chips: asked.chips(),
        heads: asked.heads(),
        pages,
        asked,
        opens: match by.may(Permission::KeepSuppliers) {
            true => "/suppliers/new",
            false => "",
        },
        all: count,
    })
}

/// Makers of whom nobody keeps a dossier, those with most devices first.
async fn makers(house: &House, by: &Actor) -> Result<(Vec<Maker>, String), Problem> {
    let all = unkept(&house.app, by).await?;
    let more = match all.len().saturating_sub(UNKEPT) {
        0 => String::new(),
        more => format!("and {more} more"),
    };
    let maker = |one: Unkept| Maker {
        address: format!("{HOME}/new?name={}", encoded(&one.name)),
        name: one.name,
        devices: one.devices,
        products: one.products,
    };
    Ok((all.into_iter().take(UNKEPT).map(maker).collect(), more))
}

fn sentence<'a>(all: impl Iterator<Item = &'a Assessed>) -> Sentence {
    let (mut total, mut blocked, mut grave) = (0, 0, 0);
    for one in all {
        total += 1;
        blocked += usize::from(one.vetted.gate.standing.is_blocked());
        grave += usize::from(one.vetted.count(Verdict::Raised, Severity::Block) > 0);
    }
    if total == 0 {
        return Sentence::new("Nobody keeps a dossier of a supplier here yet.");
    }
    let link = |query: &str| format!("{HOME}?{query}");
    let sentence = Sentence::new("Of ")
        .link(counted(total, "supplier", "suppliers"), HOME.to_owned())
        .then(match blocked {
            0 => " all have passed the gate",
            _ => ", ",
        });
    let sentence = match blocked {
        0 => sentence,
        count => sentence
            .link(format!("{count} may not be bought from"), link("gate=blocked"))
            .then(": no membership in an ISAO is proven that holds today"),
    };
    match grave {
        0 => sentence.then("."),
        count => sentence
            .then("; of ")
            .link(count.to_string(), link("raised=block"))
            .then(" a flag is raised that blocks."),
    }
}

impl Asked {
    fn admits(&self, one: &Assessed) -> bool {
        let sought = self.q.trim().to_lowercase();
        let is_named = sought.is_empty()
            || one.supplier.name.to_lowercase().contains(&sought)
            || one.aliases().iter().any(|name| name.to_lowercase().contains(&sought));
        let is_blocked = one.vetted.gate.standing.is_blocked();
        let gate = match self.gate.as_str() {
            "passed" => !is_blocked,
            "blocked" => is_blocked,
            _ => true,
        };
        let severity = Severity::ALL.into_iter().find(|it| it.word() == self.raised);
        let raised = severity.is_none_or(|it| one.vetted.count(Verdict::Raised, it) > 0);
        is_named && gate && raised
    }

    /// Where a supplier stands in the list.
    fn standing(&self, row: &Row) -> Place {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let name = row.name.to_lowercase();
        let place = Place::default();
        let place = match self.sort.as_str() {
            "-name" => return place.backwards(name).falling(row.id),
            "gate" => place.number(i64::from(row.gate.word() == "passed")),
            "raised" => Severity::ALL.iter().fold(place, |place, severity| {
                place.falling(number(row.count(severity.word()).map_or(0, |it| it.count)))
            }),
            "unknown" => place.falling(number(row.cannot_tell.count)),
            "ends" => match &row.ends {
                Some(ends) => place.number(0).text(&*ends.on),
                None => place.number(1).text(""),
            },
            _ => place,
        };
        place.text(name).number(row.id)
    }

    fn chips(&self) -> Vec<(String, String, bool)> {
        let chip = |text: &str, key: &str, value: &str, current: &str| {
            let is_chosen = value == current;
            let value = if is_chosen { "" } else { value };
            (text.to_owned(), self.address(&[(key, value)]), is_chosen)
        };
        vec![
            chip("gate passed", "gate", "passed", &self.gate),
            chip("gate blocked", "gate", "blocked", &self.gate),
            chip("a flag that blocks", "raised", "block", &self.raised),
            chip("a high flag", "raised", "high", &self.raised),
        ]
    }

    fn heads(&self) -> Vec<Head> {
        let head = |label, sort: &str, order, class| Head {
            label,
            address: self.address(&[("sort", sort)]),
            order: if self.sort == sort { order } else { "" },
            class,
        };
        let name = match self.sort.as_str() {
            "" => Head { order: "ascending", ..head("Supplier", "-name", "", "") },
            "-name" => Head { order: "descending", ..head("Supplier", "", "", "") },
            _ => head("Supplier", "", "", ""),
        };
        vec![
            name,
            head("Gate", "gate", "ascending", ""),
            head("Raised", "raised", "descending", ""),
            head("Cannot tell", "unknown", "descending", "number"),
            head("Ends next", "ends", "ascending", ""),
        ]
    }

    /// The address with some of its fields changed; another list begins at its beginning.
    fn address(&self, changed: &[(&str, &str)]) -> String {
        let fields = [
            ("q", self.q.as_str()),
            ("sort", &self.sort),
            ("gate", &self.gate),
            ("raised", &self.raised),
        ];
        let parts = fields.iter().filter_map(|(key, value)| {
            let new = changed.iter().find(|(name, _)| name == key);
            let value = new.map_or(*value, |(_, value)| *value);
            (!value.is_empty()).then(|| format!("{key}={}", encoded(value)))
        });
        match parts.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => HOME.to_owned(),
            query => format!("{HOME}?{query}"),
        }
    }
}

impl Head {
    fn arrow(&self) -> &'static str {
        match self.order {
            "ascending" => "↑",
            "descending" => "↓",
            _ => "",
        }
    }
}
