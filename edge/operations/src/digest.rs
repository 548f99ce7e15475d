//! Digests: a mail to somebody who wants one, about what changed and what is due for their role.
//!
//! One goes out for a person and a day, however many nodes there are: the row is the lock. What
//! it says is what *Today* shows to that person at that moment, in words that the face of the
//! house chooses ([`Mailing::compose`]).

use std::pin::{Pin, pin};
use std::time::{Duration, UNIX_EPOCH};

use courier::{Mail, MailError, Smtp};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{
    Act, Digest, DigestFate, DigestReader, Fact, Job, Noun, Often, StoreError, stored,
};

use crate::{Actor, App};

/// From which hour on a digest is sent, where its reader is.
const HOUR: i8 = 6;
/// How often it is asked whether one is due.
const ROUND: Duration = Duration::from_secs(60);
/// How long to wait where the mail server takes nothing.
const PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// For how long it is tried: what is older is said by the next one.
const TRIED: SignedDuration = SignedDuration::from_hours(20);

/// A digest as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// What it is about.
    pub subject: String,
    /// The whole of it as text.
    pub text: String,
    /// The same as a page.
    pub page: String,
}

/// What a digest is written from.
#[derive(Clone, Debug)]
pub struct Brief {
    /// Who reads it.
    pub reader: Actor,
    /// How often they do.
    pub often: Often,
    /// Of which day.
    pub day: Date,
    /// Where whoever reads it stops it.
    pub way_out: String,
}

/// Work that ends in a digest, or in nothing to say.
pub type Composing =
    Pin<Box<dyn Future<Output = Result<Option<Composed>, String>> + Send>>;

/// How mail is written and sent.
#[derive(Debug)]
pub struct Mailing {
    /// What hands it to the mail server.
    pub smtp: Smtp,
    /// What writes it.
    pub compose: fn(App, Brief) -> Composing,
}

/// Why a digest could not be sent by a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// What was remembered for the job cannot be read.
    #[error("the job cannot be read: {0}")]
    Job(#[from] serde_json::Error),
    /// It cannot be written.
    #[error("the digest cannot be written: {0}")]
    Compose(String),
    /// This server sends no mail.
    #[error(
        "this server sends no mail; whoever runs it names a mail server with `--smtp`"
    )]
    NoMail,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says how often the actor wants a digest; `None` for never.
///
/// # Errors
/// When this server sends no mail and one is wanted, or the database fails.
pub async fn choose(
    app: &App,
    by: &Actor,
    often: Option<Often>,
) -> Result<(), DigestError> {
    if often.is_some() && app.mailing.is_none() {
        return Err(DigestError::NoMail);
    }
    keep(app, by.head, by.person, often).await
}

/// Sends the actor the digest of today, once more if it was sent.
///
/// # Errors
/// When this server sends no mail, or the database fails.
pub async fn send_now(app: &App, by: &Actor) -> Result<(), DigestError> {
    if app.mailing.is_none() {
        return Err(DigestError::NoMail);
    }
    let now = (app.now)();
    let day = now.to_zoned_datetime(zone(&by.zone)).date().to_string();
    let mut write = app.store.write(by.head, now).await?;
    write.repeat_digest(by.person, &day).await?;
    let (what, noun, id) = ("ask for digest", Noun::Person, by.person);
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(())
}

/// Stops the digests of whoever a way out was written for; `false` where it is none.
///
/// # Errors
/// When the database fails.
pub async fn stop(app: &App, way_out: &str) -> Result<bool, DigestError> {
    let Some((head, person)) = app.store.digests_stopped_by(way_out) else {
        return Ok(false);
    };
    keep(app, head, person, None).await?;
    Ok(true)
}

async fn keep(
    app: &App,
    head: i64,
    person: i64,
    often: Option<Often>,
) -> Result<(), DigestError> {
    let mut write = app.store.write(head, (app.now)()).await?;
    write.choose_digest(person, often).await?;
    let word = often.map_or("never", Often::word);
    let facts = vec![("often", Fact::word(word))];
    let (what, noun, id) = ("choose digest", Noun::Person, person);
    write.commit(Act { by: person, what, noun, id, facts }).await?;
    Ok(())
}

/// Queues digests when they are due, until `stop` is over; nothing where no mail is sent.
pub async fn schedule(app: App, tell: impl Fn(&str), stop: impl Future<Output = ()>) {
    if app.mailing.is_none() {
        return;
    }
    let mut stop = pin!(stop);
    loop {
        if let Err(error) = queue_due(&app).await {
            tell(&format!("the digests: {error}"));
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = &mut stop => return,
        }
    }
}

/// Queues every digest that is due now; how many.
///
/// # Errors
/// When the database fails.
pub async fn queue_due(app: &App) -> Result<u64, StoreError> {
    let (now, mut queued) = ((app.now)(), 0);
    for head in app.store.heads().await? {
        for reader in app.store.digest_readers(head).await? {
            let Some(day) = due(&reader, now) else { continue };
            let day = day.to_string();
            let is_ours = app.store.queue_digest(head, reader.person, &day, now).await?;
            queued += u64::from(is_ours);
        }
    }
    Ok(queued)
}

/// The day of which somebody is to get a digest now.
fn due(reader: &DigestReader, now: Timestamp) -> Option<Date> {
    let zone = zone(&reader.zone);
    let local = now.to_zoned_datetime(zone.clone());
    let day = match (local.hour() >= HOUR, reader.often) {
        (true, Often::Daily) => local.date(),
        (false, Often::Daily) => return None,
        (is_time, Often::Weekly) => {
            let past = local.date().weekday().since(Weekday::Monday);
            match (is_time, past) {
                (false, 0) => return None,
                // A server that stood still on Monday makes up for it.
                _ => local.date().saturating_sub(jiff::Span::new().days(past)),
            }
        }
    };
    let since: Timestamp = reader.since.parse().ok()?;
    let wanted_before = since.to_zoned_datetime(zone).date() < day;
    let is_new = reader.newest.as_ref().is_none_or(|newest| *newest < day.to_string());
    (wanted_before && is_new).then_some(day)
}

/// The zone with an IANA name; UTC where nobody knows it.
fn zone(name: &str) -> TimeZone {
    jiff::tz::db().get(name.trim()).unwrap_or(TimeZone::UTC)
}

#[derive(Debug, Serialize, Deserialize)]
struct Sending {
    person: i64,
    day: String,
}

/// Writes the digest of a job and hands it to the mail server.
pub(crate) async fn send(app: &App, job: &Job) -> Result<(), DigestError> {
    let Sending { person, day } = serde_json::from_str(&job.payload)?;
    let begun = (app.now)();
    let Some(date) = day.parse::<Date>().ok() else { return Ok(()) };
    // Another node may send mail where this one does not.
    let Some(mailing) = &app.mailing else { return Err(DigestError::NoMail) };
    let settled = |fate, said| Digest { day: day.clone(), fate, said, at: stored(begun) };
    let note = async |fate, said: String, again| {
        let now = (app.now)();
        app.store.note_digest(job, person, &settled(fate, said), again, now).await
    };
    let to = app.store.person(job.head, person).await?;
    // Who was erased or shut out since is written to no more.
    if to.address.is_empty() || to.blocked.is_some() {
        return Ok(note(DigestFate::Nothing, String::new(), None).await?);
    }
    let often = app.store.digest_choice(job.head, person).await?.unwrap_or(Often::Daily);
    let secret = app.store.digest_way_out(job.head, person)?;
    let way_out = app.link(&format!("/digest/stop/{secret}"));
    let reader = Actor::in_absence(app, job.head, person).await?;
    let brief = Brief { reader, often, day: date, way_out: way_out.clone() };
    let composed = (mailing.compose)(app.clone(), brief).await;
    let Some(composed) = composed.map_err(DigestError::Compose)? else {
        return Ok(note(DigestFate::Nothing, String::new(), None).await?);
    };
    let id = format!("digest-{}-{person}-{day}", job.head);
    let seconds = u64::try_from(begun.as_second()).unwrap_or_default();
    let mail = Mail {
        name: &to.name,
        address: &to.address,
        id: &id,
        at: UNIX_EPOCH + Duration::from_secs(seconds),
        subject: &composed.subject,
        text: &composed.text,
        page: &composed.page,
        way_out: &way_out,
    };
    match mailing.smtp.send(mail).await {
        Ok(()) => note(DigestFate::Sent, String::new(), None).await?,
        Err(MailError::Later(why)) => {
            let end =
                date.to_zoned_datetime(TimeZone::UTC).map(|begin| begin.timestamp());
            let end =
                end.map_or(begun, |begin| begin.saturating_add(TRIED).unwrap_or(begun));
            let again = begun.saturating_add(PAUSE).unwrap_or(begun);
            match again < end {
                true => note(DigestFate::Waiting, why, Some(again)).await?,
                false => note(DigestFate::GivenUp, why, None).await?,
            }
        }
        Err(refused) => note(DigestFate::GivenUp, refused.to_string(), None).await?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        often: Often,
        zone: &str,
        newest: Option<&str>,
        now: &str,
        day: Option<&str>,
    ) {
        let reader = DigestReader {
            person: 1,
            often,
            zone: zone.to_owned(),
            since: "2026-11-20T09:00:00.000Z".to_owned(),
            newest: newest.map(str::to_owned),
        };
        let found = due(&reader, now.parse().unwrap()).map(|day| day.to_string());
        assert_eq!(found.as_deref(), day, "{often:?} {zone} {newest:?} {now}");
    }

    #[test]
    fn a_daily_one_comes_once_a_day_at_six_where_its_reader_is() {
        let daily = Often::Daily;
        check(daily, "UTC", None, "2026-11-26T05:59:00Z", None);
        check(daily, "UTC", None, "2026-11-26T06:00:00Z", Some("2026-11-26"));
        check(
            daily,
            "UTC",
            Some("2026-11-25"),
            "2026-11-26T23:00:00Z",
            Some("2026-11-26"),
        );
        check(daily, "UTC", Some("2026-11-26"), "2026-11-26T06:01:00Z", None);
        check(daily, "Europe/Berlin", None, "2026-11-26T05:00:00Z", Some("2026-11-26"));
        check(daily, "America/Chicago", None, "2026-11-26T11:59:00Z", None);
        check(daily, "Asia/Tokyo", None, "2026-11-25T21:00:00Z", Some("2026-11-26"));
        check(daily, "No/Where", None, "2026-11-26T06:00:00Z", Some("2026-11-26"));
        // Not on the day on which it was asked for.
        check(daily, "UTC", None, "2026-11-20T10:00:00Z", None);
        check(daily, "UTC", None, "2026-11-21T06:00:00Z", Some("2026-11-21"));
    }

    #[test]
    fn a_weekly_one_comes_on_monday_or_as_soon_after_as_the_server_runs() {
        let weekly = Often::Weekly;
        check(weekly, "UTC", None, "2026-11-22T10:00:00Z", None);
        check(weekly, "UTC", None, "2026-11-23T05:00:00Z", None);
        check(weekly, "UTC", None, "2026-11-23T06:00:00Z", Some("2026-11-23"));
        check(weekly, "UTC", None, "2026-11-25T03:00:00Z", Some("2026-11-23"));
        check(weekly, "UTC", Some("2026-11-23"), "2026-11-29T23:00:00Z", None);
        check(
            weekly,
            "UTC",
            Some("2026-11-23"),
            "2026-11-30T06:00:00Z",
            Some("2026-11-30"),
        );
    }
}
