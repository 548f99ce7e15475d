//! Is the house well? What whoever runs it looks at when something seems wrong.

use jiff::SignedDuration;
use store::StoreError;

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
    match app.store.overdue(then).await? {
        0 => {}
        waiting => findings.push(Finding {
            part: "jobs",
            health: Health::Warning,
            seen: format!("{waiting} waiting for more than a quarter of an hour"),
            help: "is a server running? `lazaret serve` does the jobs",
        }),
    }
    if findings.is_empty() {
        findings.push(well("jobs", "none waits for long, and none was given up"));
    }
    Ok(findings)
}

async fn index(app: &App) -> Result<Vec<Finding>, JudgingError> {
    const PART: &str = "advisories";
    let Some(newest) = app.store.generation().await? else {
        return Ok(vec![Finding {
            part: PART,
            health: Health::Warning,
            seen: "no index is in use, so nothing is judged".to_owned(),
            help: "`lazaret serve --index FILE`, or `--feeds FILE`",
        }]);
    };
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
    Ok(vec![match found {
        Err(fault) => Finding {
            part: PART,
            health: Health::Broken,
            seen: fault,
            help: "build the index again and put it in use: `lazaret serve --index FILE`",
        },
        Ok(old) if !old.is_empty() => Finding {
            part: PART,
            health: Health::Warning,
            seen: format!("generation {} is old: {}", newest.number, old.join(", ")),
            help: "fetch the feeds (`lazaret feed sync`), or carry a newer bundle over",
        },
        Ok(_) => well(PART, format!("generation {}, whole", newest.number)),
    }])
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
