//! Results of simulated phishing: a campaign of GoPhish, recipients of KnowBe4.
//!
//! Source: GoPhish's API documentation (campaigns, results), KnowBe4's reporting API. Tables
//! that such systems export are read by [`crate::table`]. Of each result is kept whether the
//! mail was sent, the link followed, something given away, the mail reported; of addresses,
//! places and browsers nothing.
//!
//! Not here: the definition of a campaign that has not run (CISA's assessments): it is told
//! apart, and holds no result.

use reading::{Notes, Parsed, Place, Rejected, json, text};
use serde::Deserialize;

use crate::cell::{self, Order};
use crate::{Field, Kind, Pseudonyms, Record, Value};

#[derive(Deserialize)]
struct Campaign {
    #[serde(default)]
    name: String,
    #[serde(default)]
    launch_date: String,
    results: Vec<Recipient>,
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(default)]
    email: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    send_date: String,
    #[serde(default)]
    reported: bool,
}

#[derive(Deserialize)]
struct KnowBe4 {
    recipient_id: Option<u64>,
    pst_id: Option<u64>,
    #[serde(default)]
    user: User,
    delivered_at: Option<String>,
    clicked_at: Option<String>,
    replied_at: Option<String>,
    attachment_opened_at: Option<String>,
    macro_enabled_at: Option<String>,
    data_entered_at: Option<String>,
    qr_code_scanned: Option<String>,
    reported_at: Option<String>,
    bounced_at: Option<String>,
}

#[derive(Default, Deserialize)]
struct User {
    #[serde(default)]
    email: String,
}

/// Reads the campaigns of GoPhish: one object, or a list of them.
///
/// # Errors
/// When it is none of these.
pub fn gophish(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Vec<Record>>, Rejected> {
    let text = text::decode(bytes)?;
    let is_list = text.trim_start().starts_with('[');
    let campaigns: Vec<Campaign> = match is_list {
        true => json::from_str(&text)?,
        false => vec![json::from_str(&text)?],
    };
    let mut notes = Notes::new();
    let mut records = Vec::new();
    for (at, campaign) in campaigns.iter().enumerate() {
        let base = if is_list { format!("/{at}") } else { String::new() };
        for (row, result) in campaign.results.iter().enumerate() {
            let place = Place::Pointer(format!("{base}/results/{row}"));
            records.push(of_result(campaign, result, place, pseudonyms, &mut notes));
        }
    }
    Ok(Parsed { value: records, notes: notes.finish() })
}

fn of_result(
    campaign: &Campaign,
    result: &Recipient,
    place: Place,
    pseudonyms: &Pseudonyms,
    notes: &mut Notes,
) -> Record {
    let mut record = Record::new(Kind::Phish, place.clone());
    record.put(Field::Campaign, Value::Text(campaign.name.clone()));
    if !result.email.is_empty() {
        record.put(Field::Mail, Value::Person(pseudonyms.of(&result.email)));
    }
    let sent = [&result.send_date, &campaign.launch_date].into_iter();
    let sent = sent.filter(|date| !date.starts_with("0001"));
    match sent.into_iter().find_map(|date| cell::day(date, Order::MonthFirst)) {
        Some(day) => record.put(Field::On, Value::Day(day)),
        None => notes.at(|| place.clone(), "the result has no date"),
    }
    match result.status.to_lowercase().as_str() {
        "clicked link" => record.put(Field::Clicked, Value::Yes),
        "submitted data" => {
            record.put(Field::Clicked, Value::Yes);
            record.put(Field::Submitted, Value::Yes);
        }
        "email sent" | "email opened" | "sent" | "opened" | "email reported" => {
            record.put(Field::Clicked, Value::No);
        }
        // Not sent: it says nothing about whoever did not get it.
        other => {
            let message = format!("the status {} says no result", text::quoted(other));
            notes.at(|| place, message);
        }
    }
    record.put(Field::Reported, if result.reported { Value::Yes } else { Value::No });
    record
}

/// Reads recipients of KnowBe4.
///
/// # Errors
/// When it is no list of them.
pub fn knowbe4(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Vec<Record>>, Rejected> {
    let text = text::decode(bytes)?;
    let recipients: Vec<KnowBe4> = json::from_str(&text)?;
    let mut notes = Notes::new();
    let mut records = Vec::new();
    for (at, recipient) in recipients.iter().enumerate() {
        let place = Place::Pointer(format!("/{at}"));
        if recipient.bounced_at.is_some() {
            notes.at(|| place, "the mail came back; it says nothing");
            continue;
        }
        records.push(of_recipient(recipient, place, pseudonyms));
    }
    Ok(Parsed { value: records, notes: notes.finish() })
}

fn of_recipient(recipient: &KnowBe4, place: Place, pseudonyms: &Pseudonyms) -> Record {
    let is = |moments: &[&Option<String>]| {
        let happened = moments.iter().any(|moment| moment.is_some());
        if happened { Value::Yes } else { Value::No }
    };
    let mut record = Record::new(Kind::Phish, place);
    if let Some(test) = recipient.pst_id {
        record.put(Field::Campaign, Value::Text(format!("test {test}")));
    }
    let mail = recipient.user.email.trim();
    if !mail.is_empty() {
        record.put(Field::Mail, Value::Person(pseudonyms.of(mail)));
    } else if let Some(id) = recipient.recipient_id {
        record.put(Field::Login, Value::Person(pseudonyms.of(&id.to_string())));
    }
    let sent = recipient.delivered_at.as_deref().unwrap_or_default();
    if let Some(day) = cell::day(sent, Order::MonthFirst) {
        record.put(Field::On, Value::Day(day));
    }
    let submitted =
        [&recipient.data_entered_at, &recipient.macro_enabled_at, &recipient.replied_at];
    let clicked = [
        &recipient.clicked_at,
        &recipient.attachment_opened_at,
        &recipient.qr_code_scanned,
    ];
    record.put(Field::Clicked, is(&[&clicked[..], &submitted[..]].concat()));
    record.put(Field::Submitted, is(&submitted));
    record.put(Field::Reported, is(&[&recipient.reported_at]));
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Pseudonyms {
        Pseudonyms::new([7; 32])
    }

    #[test]
    fn a_campaign_of_gophish_tells_what_was_done() {
        let text = r#"{"id":1,"name":"Q3","launch_date":"2026-07-01T08:00:00Z","status":"Completed",
            "timeline":[{"email":"a@b","time":"2026-07-01T08:00:00Z","message":"Email Sent"}],
            "results":[
            {"email":"a@b","status":"Clicked Link","send_date":"2026-07-01T08:00:01Z","reported":false},
            {"email":"b@b","status":"Submitted Data","send_date":"0001-01-01T00:00:00Z","reported":true},
            {"email":"c@b","status":"Error","reported":false}]}"#;
        let parsed = gophish(text.as_bytes(), &names()).unwrap();
        let says = |at: usize, field| parsed.value[at].says(field);
        assert_eq!(
            (says(0, Field::Clicked), says(0, Field::Submitted)),
            (Some(true), None)
        );
        assert_eq!(says(1, Field::Submitted), Some(true));
        assert_eq!(parsed.value[1].day(Field::On).unwrap().to_string(), "2026-07-01");
        assert_eq!(says(2, Field::Clicked), None);
        assert_eq!(parsed.notes.len(), 1);
        assert!(!format!("{parsed:?}").contains("a@b"));
        assert!(gophish(b"{\"results\":3}", &names()).is_err());
    }

    #[test]
    fn a_mail_that_came_back_says_nothing() {
        let text = r#"[{"recipient_id":1,"user":{"email":"a@b"},"bounced_at":"2026-01-01T00:00:00Z"},
            {"recipient_id":2,"delivered_at":"2026-01-01T00:00:00Z","reported_at":"2026-01-01T00:00:00Z"}]"#;
        let parsed = knowbe4(text.as_bytes(), &names()).unwrap();
        assert_eq!((parsed.value.len(), parsed.notes.len()), (1, 1));
        assert_eq!(parsed.value[0].says(Field::Reported), Some(true));
        assert_eq!(parsed.value[0].says(Field::Clicked), Some(false));
    }
}
