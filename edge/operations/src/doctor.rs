//! Is the house well? What whoever runs it looks at when something seems wrong.

use jiff::SignedDuration;
use store::{Generation, SEND_DIGEST, Spread, StoreError};

use crate::App;
use crate::aside::aside;
use crate::judging::JudgingError;

/// How a part of the house is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Well,
    /// Somebody should look at it.
    Warning,
    /// Something is broken.
    Broken,
}

/// One part of the house, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The part.
    pub part: &'static str,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do; empty where nothing is to be done.
    pub help: &'static str,
}

/// A job that waits longer than this has nobody who does it.
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(15);
/// Advisories older than this always warn.
const AGE_DAYS_MAX: i64 = 7;

/// Looks at every part of the house; changes nothing.
///
/// # Errors
/// When the database does not answer at all.
pub async fn examine(app: &App) -> Result<Vec<Finding>, JudgingError> {
    let mut findings = vec![database(app).await?, logs(app).await?];
    findings.extend(jobs(app).await?);
    findings.extend(messages(app).await?);
    findings.extend(index(app).await?);
    Ok(findings)
}

fn well(part: &'static str, seen: impl Into<String>) -> Finding {
    Finding { part, health: Health::Well, seen: seen.into(), help: "" }
}

async fn database(app: &App) -> Result<Finding, StoreError> {
    Ok(match app.store.unsound().await? {
        None => well("database", "sound, and its tables are of this version"),
        Some(fault) => Finding {
            part: "database",
            health: Health::Broken,
            seen: fault,
            help: "keep the file as it is, and take the newest backup back into an empty folder",
        },
    })
}

async fn logs(app: &App) -> Result<Finding, StoreError> {
    let mut heads = vec![0];
    heads.extend(app.store.heads().await?);
    let (mut leaves, mut tampered) = (0, Vec::new());
    for head in &heads {
        match app.store.verify_log(*head).await? {
            Ok(log) => leaves += log.size,
            Err(tampering) => tampered.push(format!("log {head}: {tampering}")),
        }
    }
    Ok(match tampered.as_slice() {
        [] => well(
            "audit logs",
            format!("{} logs, {leaves} acts, as they were written", heads.len()),
        ),
        all => Finding {
            part: "audit logs",
            health: Health::Broken,
            seen: all.join("; "),
            help: "somebody wrote into the database past the program; compare it with a backup",
        },
    })
}

async fn jobs(app: &App) -> Result<Vec<Finding>, StoreError> {
    let mut findings: Vec<Finding> = Vec::new();
    for one in app.store.given_up().await? {
        findings.push(Finding {
            part: "jobs",
            health: Health::Warning,
            seen: format!("{} of `{}` given up: {}", one.jobs, one.kind, one.fault),
            help: "mend the cause, and do again what began it (an import, a delivery, an index)",
        });
    }
    let then = (app.now)().saturating_sub(WAIT_MAX).unwrap_or((app.now)());
    for (kind, waiting) in app.store.overdue(then).await? {
        let help = match kind == SEND_DIGEST {
            true => "no server that runs sends mail: name a mail server with `--smtp`",
            false => "is a server running? `lazaret serve` does the jobs",
        };
        let seen =
            format!("{waiting} of `{kind}` waiting for more than a quarter of an hour");
        findings.push(Finding { part: "jobs", health: Health::Warning, seen, help });
    }
    if findings.is_empty() {
        findings.push(well("jobs", "none waits for long, and none was given up"));
    }
    Ok(findings)
}

/// What was to be told to others and was not taken.
async fn messages(app: &App) -> Result<Vec<Finding>, StoreError> {
    let unsent = app.store.unsent().await?;
    let mut findings: Vec<Finding> = unsent
        .iter()
        .map(|one| Finding {
            part: "messages",
            health: Health::Warning,
            seen: format!(
                "{} to webhook {} \"{}\" given up, the newest of {}",
                one.messages, one.webhook, one.name, one.newest
            ),
            help: "see what its receiver says under Settings, Webhooks, and send them again there",
        })
        .collect();
    match app.store.unsent_digests().await? {
        0 => {}
        digests => findings.push(Finding {
            part: "messages",
            health: Health::Warning,
            seen: format!("{digests} digests were taken by no mail server"),
            help: "does the mail server answer that `--smtp` names? the page of each account says \
                   what it said",
        }),
    }
    if findings.is_empty() {
        findings.push(well("messages", "none was given up"));
    }
    Ok(findings)
}

/// The newest generations that are looked for on this node.
const GENERATIONS: i64 = 100;

/// The index in use where this node lacks it.
async fn away(app: &App, newest: &Generation) -> Result<Option<Finding>, StoreError> {
    if app.data.join(&newest.file).is_file()
        || app.store.index_parts(&newest.file).await?.is_empty()
    {
        return Ok(None);
    }
    let all = app.store.generations(GENERATIONS).await?;
    let own = all.iter().find(|one| app.data.join(&one.file).is_file());
    let own = own.map_or("no generation at all".to_owned(), |one| {
        format!("generation {}", one.number)
    });
    Ok(Some(Finding {
        part: ADVISORIES,
        health: Health::Warning,
        seen: format!("generation {} is in use, and this node has {own}", newest.number),
        help: "`lazaret serve` fetches it within seconds: does it run with this data folder?",
    }))
}

const ADVISORIES: &str = "advisories";

async fn index(app: &App) -> Result<Vec<Finding>, JudgingError> {
    let Some(newest) = app.store.generation().await? else {
        return Ok(vec![Finding {
            part: ADVISORIES,
            health: Health::Warning,
            seen: "no index is in use, so nothing is judged".to_owned(),
            help: "`lazaret serve --index FILE`, or `--feeds FILE`",
        }]);
    };
    if let Some(away) = away(app, &newest).await? {
        return Ok(vec![away]);
    }
    let is_shared = app.store.spread() == Spread::OneMachine
        || !app.store.index_parts(&newest.file).await?.is_empty();
    let file = app.data.join(&newest.file);
    let now = (app.now)();
    let found = aside(move || {
        let opened = feeds::IndexFile::open(&file).map_err(|error| error.to_string())?;
        let index = opened.index().map_err(|error| error.to_string())?;
        index.verify().map_err(|error| error.to_string())?;
        let sources = index.counts().sources;
        let old =
            sources.iter().filter(|source| source.records > 0).filter_map(|source| {
                let then: jiff::Timestamp = source.newest.parse().ok()?;
                let days = (now.as_second() - then.as_second()) / 86_400;
                (days > AGE_DAYS_MAX)
                    .then(|| format!("{} {days} days", source.source.word()))
            });
        Ok::<_, String>(old.collect::<Vec<_>>())
    })
    .await?;
    let read = match found {
        Err(fault) => Finding {
            part: ADVISORIES,
            health: Health::Broken,
            seen: fault,
            help: "build the index again and put it in use: `lazaret serve --index FILE`",
        },
        Ok(old) if !old.is_empty() => Finding {
            part: ADVISORIES,
            health: Health::Warning,
            seen: format!("generation {} is old: {}", newest.number, old.join(", ")),
            help: "fetch the feeds (`lazaret feed sync`), or carry a newer bundle over",
        },
        Ok(_) => well(ADVISORIES, format!("generation {}, whole", newest.number)),
    };
    let mut findings = vec![read];
    if !is_shared {
        findings.push(Finding {
            part: ADVISORIES,
            health: Health::Warning,
            seen: format!("generation {} is on this node alone", newest.number),
            help: "start `lazaret serve` here: it keeps the index in the database, for other \
                   nodes",
        });
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use store::{RootKey, Store};

    use super::*;

    #[tokio::test]
    async fn a_new_house_is_well_but_for_its_advisories() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = App::new(store, folder.path(), jiff::Timestamp::now);
        let found = examine(&app).await.unwrap();
        let of = |part: &str| found.iter().find(|one| one.part == part).unwrap().health;
        assert_eq!(of("database"), Health::Well);
        assert_eq!(of("audit logs"), Health::Well);
        assert_eq!(of("jobs"), Health::Well);
        assert_eq!(of("advisories"), Health::Warning);
    }

    #[tokio::test]
    async fn an_index_that_is_gone_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = App::new(store, folder.path(), jiff::Timestamp::now);
        let mut write = app.store.write(0, (app.now)()).await.unwrap();
        write.set_index("index/gone.index", &[0; 32]).await.unwrap();
        let act = store::Act {
            by: 0,
            what: "use index",
            noun: store::Noun::Index,
            id: 1,
            facts: Vec::new(),
        };
        write.commit(act).await.unwrap();
        let found = examine(&app).await.unwrap();
        let index = found.iter().find(|one| one.part == "advisories").unwrap();
        assert_eq!(index.health, Health::Broken);
        assert!(index.seen.contains("there is no index"), "{}", index.seen);
    }
}
