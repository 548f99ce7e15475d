//! Digests: what *Today* shows somebody, as a mail.
//!
//! Links are whole addresses. Of other people nothing is said, and of devices their number.

use askama::Template;
use jiff::SignedDuration;
use operations::App;
use operations::digest::{Brief, Composed, Composing};
use store::Often;

use crate::page::today::{Digested, digested};
use crate::sentence::Sentence;
use crate::words::counted;

/// Writes the digest of somebody; nothing where nothing is due and nothing happened.
#[must_use]
pub fn compose(app: App, brief: Brief) -> Composing {
    Box::pin(async move { written(&app, &brief).await })
}

async fn written(app: &App, brief: &Brief) -> Result<Option<Composed>, String> {
    let span = match brief.often {
        Often::Daily => SignedDuration::from_hours(24),
        Often::Weekly => SignedDuration::from_hours(7 * 24),
    };
    let digested = digested(app, &brief.reader, brief.day, span).await;
    let digested = digested.map_err(|problem| problem.cause.unwrap_or(problem.detail))?;
    let Some(digested) = digested.filter(|found| found.says_something()) else {
        return Ok(None);
    };
    let subject = subject(&digested, brief);
    let letter = Letter::new(app, brief, digested);
    let text = letter.render().map_err(|error| error.to_string())?;
    let page = Page { title: &subject, letter: &letter };
    let page = page.render().map_err(|error| error.to_string())?;
    Ok(Some(Composed { subject, text, page }))
}

fn subject(digested: &Digested, brief: &Brief) -> String {
    let day = brief.day.strftime("%-d %b %Y");
    match digested.due + digested.approvals.len() {
        0 if digested.unowned == 1 => format!("Nobody sees to 1 thing to do, {day}"),
        0 if digested.unowned > 1 => {
            format!("Nobody sees to {} things to do, {day}", digested.unowned)
        }
        0 => format!("Nothing needs you today, {day}"),
        1 => format!("1 thing needs you today, {day}"),
        due => format!("{due} things need you today, {day}"),
    }
}

/// The digest as text; the page says the same.
#[derive(Template)]
#[template(path = "digest/mail.txt", escape = "none")]
struct Letter {
    sentence: Line,
    title: &'static str,
    rows: Vec<Row>,
    more: String,
    approvals: Vec<Line>,
    since_title: &'static str,
    since: Vec<Line>,
    today: String,
    account: String,
    often: &'static str,
    way_out: String,
}

#[derive(Template)]
#[template(path = "digest/mail.html")]
struct Page<'a> {
    title: &'a str,
    letter: &'a Letter,
}

/// A sentence, and where it leads.
struct Line {
    pieces: Vec<(String, String)>,
}

struct Row {
    title: String,
    words: String,
    link: String,
}

impl Line {
    fn new(app: &App, sentence: &Sentence) -> Self {
        let whole = |address: &str| match address {
            "" => String::new(),
            address => app.link(address),
        };
        let pieces = sentence.pieces();
        let pieces = pieces.map(|(text, address)| (text.to_owned(), whole(address)));
        Self { pieces: pieces.collect() }
    }

    fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn links(&self) -> Vec<&str> {
        let links = self.pieces.iter().map(|(_, link)| link.as_str());
        links.filter(|link| !link.is_empty()).collect()
    }
}

impl Letter {
    fn new(app: &App, brief: &Brief, digested: Digested) -> Self {
        let rows = digested.rows.into_iter().map(|row| {
            let mut words = vec![row.priority.label().to_owned(), row.shown.devices];
            if !row.shown.due.is_empty() {
                words.push(format!("due {}", row.shown.due));
            }
            if !row.returned.is_empty() {
                words.push(row.returned);
            }
            if !row.because.is_empty() {
                words.push(row.because);
            }
            Row {
                title: row.shown.title,
                words: words.join(" · "),
                link: app.link(&row.shown.address),
            }
        });
        Self {
            sentence: Line::new(app, &digested.sentence),
            title: digested.title,
            rows: rows.collect(),
            more: match digested.more {
                0 => String::new(),
                more => format!("And {}.", counted(more, "more thing", "more things")),
            },
            approvals: digested.approvals.iter().map(|one| Line::new(app, one)).collect(),
            since_title: match brief.often {
                Often::Daily => "Since yesterday",
                Often::Weekly => "In the last seven days",
            },
            since: digested.since.iter().map(|one| Line::new(app, one)).collect(),
            today: app.link("/today"),
            account: app.link("/account"),
            often: match brief.often {
                Often::Daily => "each day",
                Often::Weekly => "each week",
            },
            way_out: brief.way_out.clone(),
        }
    }
}
