//! The products of a guest's maker with their releases, and one release.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use operations::maker::{self, Carried, Flaws, Stated, board};
use serde::Serialize;
use store::{Product, Release};

use super::{Fate, carried};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "maker/products.html")]
struct Products {
    sentence: String,
    releases: Vec<Row>,
    /// How many there are in all.
    total: usize,
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    /// MDS2 forms that the maker delivered, the newest first.
    forms: Vec<super::form::Row>,
    #[serde(skip)]
    more: String,
}

/// A release, and what its newest SBOM carries.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) release: i64,
    pub(crate) product: String,
    pub(crate) version: String,
    /// Whether there is an SBOM; what is known of it otherwise is nothing.
    pub(crate) has_sbom: bool,
    pub(crate) affected: usize,
    pub(crate) exploited: usize,
    /// The first of the flaws.
    pub(crate) flaws: Vec<String>,
    pub(crate) fate: Option<Fate>,
    pub(crate) received: Option<Shown>,
    #[serde(skip)]
    pub(crate) told: String,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Row {
    /// `home` is where releases lie.
    pub(crate) fn carrying(one: &Carried, home: &str, clock: &Clock) -> Self {
        let flaws = one.flaws.clone().unwrap_or_default();
        let Flaws { affected, exploited, first, .. } = flaws;
        let bare = Self::bare(&one.product, &one.release, home);
        let received =
            one.delivery.as_ref().map_or(&one.bill.received, |one| &one.delivered);
        Self {
            has_sbom: true,
            affected,
            exploited,
            flaws: first,
            fate: one.delivery.as_ref().map(Fate::of),
            received: Some(clock.show(received)),
            told: carried(one.flaws.as_ref()),
            ..bare
        }
    }

    /// One without an SBOM.
    pub(crate) fn bare(product: &Product, release: &Release, home: &str) -> Self {
        Self {
            release: release.id,
            product: product.name.clone(),
            version: release.version.clone(),
            has_sbom: false,
            affected: 0,
            exploited: 0,
            flaws: Vec::new(),
            fate: None,
            received: None,
            told: "no SBOM".to_owned(),
            address: format!("{home}/{}", release.id),
        }
    }

    /// Flaws that are not named.
    pub(crate) fn left(&self) -> String {
        match self.affected.saturating_sub(self.flaws.len()) {
            0 => String::new(),
            left => format!("and {left} more"),
        }
    }
}

/// Where the releases of a guest lie.
pub(crate) const HOME: &str = "/maker/releases";

impl Show for Products {
    fn title(&self) -> String {
        "Products".to_owned()
    }
}

/// `GET /maker/products`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let board = board(&house.app, &by).await?;
    let clock = face.clock();
    let bare = board.bare.iter();
    let mut releases: Vec<Row> =
        board.carried.iter().map(|one| Row::carrying(one, HOME, clock)).collect();
    releases.extend(bare.map(|(product, release)| Row::bare(product, release, HOME)));
    let sentence = match (releases.len(), board.bare.len()) {
        (0, _) => "Nothing of your products is known here yet.".to_owned(),
        (all, 0) => format!(
            "{} of your products, each with an SBOM of yours.",
            counted(all, "release", "releases")
        ),
        (all, bare) => format!(
            "{} of your products; you have delivered no SBOM for {bare} of them.",
            counted(all, "release", "releases")
        ),
    };
    let more = crate::page::customer::flaw::unread(board.more);
    // A release stands once for each SBOM: as many rows of one place stay together in order.
    let numbered: Vec<(i64, Row)> = (0..).zip(releases).collect();
    let Stretch { rows, total, next, pages } =
        wanted.of("/maker/products", numbered, |(at, one)| {
            Place::default().text(one.product.as_str()).falling(one.release).number(*at)
        });
    let releases = rows.into_iter().map(|(_, row)| row).collect();
    let forms = operations::mds2::delivered(&house.app, &by).await?;
    let forms = forms.iter().map(|form| super::form::Row::of(form, face.clock()));
    let forms = forms.collect();
    face.show(&Products { sentence, releases, total, next, pages, forms, more })
}

#[derive(Template, Serialize)]
#[template(path = "maker/release.html")]
struct OneRelease {
    id: i64,
    product: String,
    version: String,
    sentence: String,
    sboms: Vec<Sbom>,
    flaws: Vec<Flaw>,
    statements: Vec<StatementRow>,
    /// Where another SBOM of it is delivered.
    #[serde(skip)]
    deliver: String,
}

/// An SBOM that the maker delivered.
#[derive(Serialize)]
struct Sbom {
    title: String,
    format: String,
    components: i64,
    delivered: Shown,
    fate: Fate,
}

/// A known flaw of the newest of them.
#[derive(Serialize)]
struct Flaw {
    vulnerability: String,
    title: String,
    verdict: crate::mark::Mark,
    exploited: bool,
    score: Option<f64>,
    component: String,
    version: String,
    fixed_in: String,
    #[serde(skip)]
    shown_score: String,
}

/// A document with statements that the maker delivered.
#[derive(Serialize)]
pub(crate) struct StatementRow {
    pub(crate) document: i64,
    pub(crate) title: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) received: Shown,
    pub(crate) statements: i64,
    pub(crate) accepted: usize,
    pub(crate) declined: Option<String>,
    #[serde(skip)]
    pub(crate) told: String,
    #[serde(skip)]
    pub(crate) address: String,
}

impl StatementRow {
    /// `home` is where documents lie.
    pub(crate) fn of(one: &Stated, home: &str, clock: &Clock) -> Self {
        let count = counted(
            usize::try_from(one.statements).unwrap_or(0),
            "statement",
            "statements",
        );
        let told = match (&one.declined, one.accepted) {
            (Some(reason), 0) => format!("{count}, declined: {reason}"),
            (Some(reason), accepted) => {
                format!("{count}, {accepted} accepted, the rest declined: {reason}")
            }
            (None, 0) => format!("{count}, nobody has accepted any yet"),
            (None, accepted) => format!("{count}, {accepted} accepted"),
        };
        Self {
            document: one.document,
            title: one.title.clone(),
            product: one.product.name.clone(),
            version: one.release.as_ref().map_or_else(
                || "every release".to_owned(),
                |release| release.version.clone(),
            ),
            received: clock.show(&one.received),
            statements: one.statements,
            accepted: one.accepted,
            declined: one.declined.clone(),
            told,
            address: format!("{home}/{}", one.document),
        }
    }
}

impl Show for OneRelease {
    fn title(&self) -> String {
        format!("{} {}", self.product, self.version)
    }
}

/// `GET /maker/releases/{release}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
) -> Result<Response, Problem> {
    let id = release.parse().map_err(|_| Problem::not_found("release", &release))?;
    let shown = maker::release_shown(&house.app, &by, id).await?;
    let clock = face.clock().clone();
    let sboms: Vec<Sbom> = shown
        .bills
        .iter()
        .map(|(bill, delivery)| Sbom {
            title: delivery.title.clone(),
            format: format!("{} {}", bill.format, bill.spec),
            components: bill.components,
            delivered: clock.show(&delivery.delivered),
            fate: Fate::of(delivery),
        })
        .collect();
    let found = shown.found.iter().flatten();
    let flaws: Vec<Flaw> = found
        .map(|one| Flaw {
            vulnerability: one.vulnerability.clone(),
            title: one.title.clone(),
            verdict: crate::mark::Mark::of_word(one.verdict),
            exploited: one.exploited,
            score: one.score,
            component: one.component.clone(),
            version: one.version.clone(),
            fixed_in: one.fixed_in.clone(),
            shown_score: one.score.map(|score| format!("{score:.1}")).unwrap_or_default(),
        })
        .collect();
    let statements = shown.stated.iter();
    face.show(&OneRelease {
        id,
        deliver: format!(
            "/maker/sboms/new?product={}&version={}",
            encoded(&shown.product.name),
            encoded(&shown.release.version)
        ),
        sentence: sentence(sboms.len(), shown.found.is_some().then_some(&flaws[..])),
        product: shown.product.name.clone(),
        version: shown.release.version.clone(),
        statements: statements
            .map(|one| StatementRow::of(one, super::statement::HOME, &clock))
            .collect(),
        sboms,
        flaws,
    })
}

/// `flaws` is none where no index is in use.
fn sentence(sboms: usize, flaws: Option<&[Flaw]>) -> String {
    let is_affected = |one: &&Flaw| one.verdict.word() == "affected";
    match (sboms, flaws.map(|flaws| flaws.iter().filter(is_affected).count())) {
        (0, _) => "You have delivered no SBOM for this release yet.".to_owned(),
        (_, None) => {
            "No index of advisories is in use here, so nothing is known of its components."
                .to_owned()
        }
        (_, Some(0)) => "By the newest SBOM of yours no component is known to carry a flaw."
            .to_owned(),
        (_, Some(count)) => format!(
            "By the newest SBOM of yours it carries {}. Say in a VEX document which of them \
             cannot be exploited, and why.",
            counted(count, "known flaw in a component", "known flaws in components")
        ),
    }
}
