//! Today of a maker: which releases carry known flaws, what is asked, which releases have no
//! SBOM, and which statements wait or were declined.

use askama::Template;
use axum::response::Response;
use operations::customer::{Telling, telling};
use operations::maker::{self, Board, asked, board};
use operations::{Actor, App, bills};
use serde::Serialize;

use super::UNPLACED;
use crate::House;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::page::customer::{self, flaw};
use crate::page::maker::product::{HOME, Row, StatementRow};
use crate::page::maker::{flag, question, statement};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::side::Side;
use crate::words::counted;

/// Rows of one list; the rest is behind a link, and JSON has them all.
const ROWS: usize = 8;

#[derive(Template, Serialize)]
#[template(path = "today/maker.html")]
struct Today {
    sentence: Sentence,
    /// Releases with known flaws, those with most first.
    releases: Vec<Row>,
    /// Releases without an SBOM.
    bare: Vec<Row>,
    asked: Vec<question::Row>,
    statements: Vec<StatementRow>,
    /// In a maker's own house: flaws for which a time is running, those first of which
    /// customers have yet to hear.
    telling: Vec<flaw::Row>,
    /// How many SBOMs were not looked into yet, in words; empty where all were.
    unread: String,
    /// Nobody has said for which maker whoever looks answers.
    #[serde(skip)]
    is_unbound: bool,
    #[serde(skip)]
    home: Home,
}

/// Where everything lies for whoever looks.
struct Home {
    products: &'static str,
    questions: &'static str,
    deliver: &'static str,
}

impl Show for Today {
    fn title(&self) -> String {
        "Today".to_owned()
    }
}

impl Today {
    fn first<'t, T>(&self, rows: &'t [T]) -> &'t [T] {
        rows.get(..ROWS).unwrap_or(rows)
    }

    fn more<T>(&self, rows: &[T]) -> String {
        match rows.len().saturating_sub(ROWS) {
            0 => String::new(),
            more => format!("and {more} more"),
        }
    }
}

/// `GET /today` of a guest, and of somebody in a maker's own house.
pub(super) async fn show(
    face: Face,
    house: &House,
    by: &Actor,
    side: Side,
) -> Result<Response, Problem> {
    let app = &house.app;
    let board = board(app, by).await?;
    let clock = face.clock().clone();
    let (releases, documents) = match side {
        Side::Guest => (HOME, statement::HOME),
        _ => ("/products/releases", "/products/statements"),
    };
    let waiting: Vec<question::Row> = match side {
        Side::Guest => {
            let waiting = asked(app, by).await?.into_iter();
            let waiting = waiting.filter(|one| one.answered.is_none());
            let of_buyers = maker::flag_questions(app, by).await?;
            let of_buyers: Vec<flag::Row> = of_buyers
                .iter()
                .filter(|one| one.waits())
                .map(|one| flag::Row::of(one, &clock))
                .collect();
            waiting
                .map(|one| question::Row::of(one, &clock))
                .chain(of_buyers.iter().map(flag::Row::as_question))
                .collect()
        }
        _ => customers(app, by, &clock).await?,
    };
    let unplaced = match side {
        Side::Guest => 0,
        _ => bills::waiting(app, by).await?.len(),
    };
    let is_unbound = side == Side::Guest && maker::desks(app, by).await?.is_empty();
    let bare = board.bare.iter();
    let bare = bare.map(|(product, release)| Row::bare(product, release, releases));
    let bare = bare.collect();
    let rows: Vec<Row> =
        board.carried.iter().map(|one| Row::carrying(one, releases, &clock)).collect();
    let open = board.stated.iter().filter(|one| one.waits() || one.declined.is_some());
    let statements: Vec<StatementRow> =
        open.map(|one| StatementRow::of(one, documents, &clock)).collect();
    let home = Home::of(side);
    let to_tell = match side {
        Side::Guest => Telling::default(),
        _ => telling(app, by, clock.today()).await?,
    };
    let running = to_tell.flaws.iter().filter(|one| one.runs());
    let telling: Vec<flaw::Row> =
        running.map(|one| flaw::Row::of(one, clock.today())).collect();
    let unread = match side {
        Side::Guest => flaw::unread(board.more),
        _ => flaw::unread(board.more.max(to_tell.unread)),
    };
    face.show(&Today {
        sentence: match is_unbound {
            true => Sentence::new(UNBOUND),
            false => told(
                sentence(&board, (waiting.len(), unplaced), &home),
                &telling,
                to_tell.customers.len(),
            ),
        },
        releases: rows.into_iter().filter(|one| one.affected > 0).collect(),
        bare,
        asked: waiting,
        statements,
        telling,
        unread,
        is_unbound,
        home,
    })
}

/// What customers ask a maker in its own house and nobody has answered.
async fn customers(
    app: &App,
    by: &Actor,
    clock: &Clock,
) -> Result<Vec<question::Row>, Problem> {
    let all = operations::customer::asked(app, by).await?;
    let waiting = customer::rows(&all, clock).into_iter().filter(customer::Row::waits);
    let row = |one: customer::Row| question::Row {
        product: format!("{} · {}", one.about, one.who()),
        id: one.id,
        asked: one.asked,
        put: one.brought,
        said: one.said,
        note: one.note,
        answered: one.answered,
        notes: Vec::new(),
        address: one.address,
    };
    Ok(waiting.map(row).collect())
}

/// What is said to a guest of whom nobody has said whose it is.
const UNBOUND: &str = "The house has not said yet for which maker you answer, so there is nothing \
                       to show you.";

impl Home {
    const fn of(side: Side) -> Self {
        match side {
            Side::Guest => Self {
                products: "/maker/products",
                questions: question::HOME,
                deliver: "/maker/sboms/new",
            },
            Side::Hospital | Side::Group | Side::Maker => Self {
                products: "/products",
                questions: customer::HOME,
                deliver: "/products/bills/new",
            },
        }
    }
}

fn sentence(board: &Board, (asked, unplaced): (usize, usize), home: &Home) -> Sentence {
    let carrying = |one: &&maker::Carried| {
        one.flaws.as_ref().is_some_and(|flaws| flaws.affected > 0)
    };
    let all = board.carried.len() + board.bare.len();
    let count = board.carried.iter().filter(carrying).count();
    let exploited =
        board.carried.iter().filter_map(|one| Some(one.flaws.as_ref()?.exploited));
    let exploited = exploited.filter(|count| *count > 0).count();
    let releases = || home.products.to_owned();
    let mut sentence = match (all, count) {
        (0, _) => Sentence::new("No release of your products is known here yet"),
        (_, 0) => {
            Sentence::new("No release of yours is known to carry a flaw by its SBOM")
        }
        (all, count) => {
            Sentence::new(format!("Of {} ", counted(all, "release", "releases")))
                .link(count.to_string(), releases())
                .then(if count == 1 {
                    " carries known flaws"
                } else {
                    " carry known flaws"
                })
        }
    };
    if exploited > 0 {
        sentence = sentence.then(match exploited {
            1 => ", 1 of them a flaw that is exploited in the wild".to_owned(),
            count => format!(", {count} of them flaws that are exploited in the wild"),
        });
    }
    if asked > 0 {
        let words = counted(asked, "question waits", "questions wait");
        sentence = sentence.then("; ").link(words, home.questions.to_owned());
        sentence = sentence.then(" for your answer");
    }
    if unplaced > 0 {
        let words = counted(unplaced, "SBOM waits", "SBOMs wait");
        sentence = sentence.then("; ").link(words, UNPLACED.to_owned());
        sentence = sentence.then(" for somebody who says what it describes");
    }
    if !board.bare.is_empty() {
        let words = counted(board.bare.len(), "release has", "releases have");
        sentence = sentence.then(format!("; {words} no SBOM"));
    }
    sentence.then(".")
}

/// With what customers must hear of in a maker's own house.
fn told(sentence: Sentence, telling: &[flaw::Row], customers: usize) -> Sentence {
    let late = telling.iter().filter(|one| one.untold > 0 && one.is_told_late()).count();
    let waiting = telling.iter().filter(|one| one.untold > 0).count();
    if customers == 0 && !telling.is_empty() {
        return sentence
            .then(" ")
            .link("Say who your customers are", customer::register::HOME.to_owned())
            .then(", and you see here who must hear of what.");
    }
    if waiting == 0 {
        return sentence;
    }
    let words = counted(waiting, "flaw", "flaws");
    let sentence = sentence
        .then(" Customers have yet to hear of ")
        .link(words, format!("{}?state=to_tell", flaw::HOME));
    match late {
        0 => sentence.then("."),
        late => sentence
            .then("; the 30 days for ")
            .link(late.to_string(), format!("{}?state=late", flaw::HOME))
            .then(" of them are over."),
    }
}
