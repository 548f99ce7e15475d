//! Answers of openFDA about devices: recalls, clearances, registrations.
//!
//! Source: open.fda.gov, device endpoints `enforcement` and `recall` (the first has a class
//! I to III, the second has none), `510k`, `pma` and `registrationlisting`. Dates are
//! `20240131` or `2024-01-31`. A record is told by its members; one that is none of these is
//! set aside with a note.
//!
//! Not here: whose products they are. Firms are as written, so that they are compared by
//! `naming`.

use reading::{Notes, Parsed, Place, Rejected, json, limits, text};
use serde::Deserialize;
use terms::Day;

use crate::wire::{self, Member};

/// What one answer, or one downloaded file, holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FdaAnswer {
    /// When the data were last changed, as openFDA says.
    pub updated: Option<Day>,
    /// Recalls.
    pub recalls: Vec<Recall>,
    /// Clearances (510(k)) and approvals (PMA).
    pub clearances: Vec<Clearance>,
    /// Registrations of establishments.
    pub registrations: Vec<Registration>,
}

/// One recall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Recall number: `Z-1234-2024`.
    pub number: String,
    /// How grave it is.
    pub class: Class,
    /// Who recalls.
    pub firm: String,
    /// Why.
    pub reason: String,
    /// The root cause that FDA found, in its words.
    pub cause: String,
    /// What.
    pub product: String,
    /// When it began.
    pub begun: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// How grave a recall is (21 CFR 7.3(m)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Serious harm or death is likely.
    I,
    /// Harm is passing or unlikely.
    II,
    /// Harm is not likely.
    III,
    /// The record has no class.
    Unstated,
}

impl Class {
    fn of(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "class i" => Self::I,
            "class ii" => Self::II,
            "class iii" => Self::III,
            _ => Self::Unstated,
        }
    }

    /// As FDA writes it; empty where there is none.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::I => "Class I",
            Self::II => "Class II",
            Self::III => "Class III",
            Self::Unstated => "",
        }
    }
}

/// One clearance or approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearance {
    /// `K240001`, `P050006`.
    pub number: String,
    /// Who applied.
    pub applicant: String,
    /// The device, by its generic or trade name.
    pub device: String,
    /// When it was decided.
    pub decided: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// One registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Registration number.
    pub number: String,
    /// Who is registered.
    pub firm: String,
    /// Who owns or operates it.
    pub owner: String,
    /// Names under which its devices are sold.
    pub names: Vec<String>,
    /// The year in which it ends, as written.
    pub ends: String,
    /// Where it stands.
    pub place: Place,
}

#[derive(Deserialize)]
struct Wire {
    meta: Option<Member<Meta>>,
    results: Option<Member<Vec<Member<WireRecord>>>>,
    error: Option<Member<WireError>>,
}

#[derive(Deserialize)]
struct Meta {
    last_updated: Option<Member<String>>,
}

#[derive(Deserialize)]
struct WireError {
    message: Option<Member<String>>,
}

type Text = Option<Member<String>>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireRecord {
    recall_number: Text,
    product_res_number: Text,
    classification: Text,
    recalling_firm: Text,
    reason_for_recall: Text,
    root_cause_description: Text,
    product_description: Text,
    recall_initiation_date: Text,
    event_date_initiated: Text,
    k_number: Text,
    pma_number: Text,
    applicant: Text,
    device_name: Text,
    trade_name: Text,
    decision_date: Text,
    registration: Option<Member<WireRegistration>>,
    proprietary_name: Option<Member<Vec<Member<String>>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireRegistration {
    registration_number: Text,
    name: Text,
    reg_expiry_date_year: Text,
    owner_operator: Option<Member<WireOwner>>,
}

#[derive(Deserialize)]
struct WireOwner {
    firm_name: Text,
}

/// Reads an answer.
///
/// # Errors
/// When the bytes are no JSON object, pass a limit, or hold no record that is read.
pub fn parse(bytes: &[u8]) -> Result<Parsed<FdaAnswer>, Rejected> {
    let text = text::decode(bytes)?;
    let wire: Wire = json::from_str(&text)?;
    if let Some(error) = wire.error.and_then(Member::get) {
        let said = error.message.and_then(Member::get).unwrap_or_default();
        return Err(Rejected::new(
            Place::Pointer("/error".to_owned()),
            format!("openFDA answered with an error: {}", text::quoted(&said)),
            "an answer does not say for what was asked: note in the dossier, under \
             `[[absent]]`, what was looked for and not found",
        ));
    }
    let mut faults = Vec::new();
    let records = wire::list(wire.results, "/results", &mut faults);
    if records.len() > limits::FDA_RECORDS_MAX {
        return Err(Rejected::new(
            Place::Pointer("/results".to_owned()),
            format!("more than the {} records that are read", limits::FDA_RECORDS_MAX),
            "ask for the records of one firm",
        ));
    }
    let mut notes = Notes::new();
    for fault in faults {
        notes.at(|| fault.place.clone(), fault.message.clone());
    }
    let mut answer = FdaAnswer::default();
    let updated = wire.meta.and_then(Member::get).and_then(|meta| meta.last_updated);
    answer.updated = updated.and_then(Member::get).and_then(|text| day(&text));
    for (number, record) in records {
        answer.take(number, record, &mut notes);
    }
    if answer.is_empty() {
        return Err(Rejected::new(
            Place::Pointer("/results".to_owned()),
            "no record of a recall, a clearance or a registration of devices",
            "the endpoints enforcement, recall, 510k, pma and registrationlisting are read",
        ));
    }
    Ok(Parsed { value: answer, notes: notes.finish() })
}

impl FdaAnswer {
    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.recalls.is_empty()
            && self.clearances.is_empty()
            && self.registrations.is_empty()
    }

    fn take(&mut self, number: usize, record: WireRecord, notes: &mut Notes) {
        let pointer = format!("/results/{number}");
        let place = Place::Pointer(pointer.clone());
        let mut reader = Fields { pointer, notes };
        if record.recalling_firm.is_some() {
            self.recalls.push(reader.recall(record, place));
        } else if record.applicant.is_some() {
            self.clearances.push(reader.clearance(record, place));
        } else if let Some(wire) = record.registration.and_then(Member::get) {
            let names = record.proprietary_name.and_then(Member::get).unwrap_or_default();
            let names = names.into_iter().filter_map(Member::get).collect();
            self.registrations.push(reader.registration(wire, names, place));
        } else {
            let message = "the record is neither of a recall, nor of a clearance, nor of a \
                           registration; it is set aside";
            reader.notes.at(|| place, message);
        }
    }
}

struct Fields<'n> {
    pointer: String,
    notes: &'n mut Notes,
}

impl Fields<'_> {
    fn recall(&mut self, record: WireRecord, place: Place) -> Recall {
        let number = plain(record.recall_number);
        Recall {
            number: if number.is_empty() {
                plain(record.product_res_number)
            } else {
                number
            },
            class: Class::of(&plain(record.classification)),
            firm: plain(record.recalling_firm),
            reason: plain(record.reason_for_recall),
            cause: plain(record.root_cause_description),
            product: plain(record.product_description),
            begun: self
                .day(record.recall_initiation_date.or(record.event_date_initiated)),
            place,
        }
    }

    fn clearance(&mut self, record: WireRecord, place: Place) -> Clearance {
        Clearance {
            number: plain(record.k_number.or(record.pma_number)),
            applicant: plain(record.applicant),
            device: plain(record.device_name.or(record.trade_name)),
            decided: self.day(record.decision_date),
            place,
        }
    }

    fn registration(
        &self,
        wire: WireRegistration,
        names: Vec<String>,
        place: Place,
    ) -> Registration {
        let owner = wire.owner_operator.and_then(Member::get);
        Registration {
            number: plain(wire.registration_number),
            firm: plain(wire.name),
            owner: owner.map(|owner| plain(owner.firm_name)).unwrap_or_default(),
            names,
            ends: plain(wire.reg_expiry_date_year),
            place,
        }
    }

    fn day(&mut self, text: Text) -> Option<Day> {
        let text = plain(text);
        let read = day(&text);
        if read.is_none() && !text.is_empty() {
            let message = format!("{} is no date", text::quoted(&text));
            self.notes.at(|| Place::Pointer(self.pointer.clone()), message);
        }
        read
    }
}

fn plain(text: Text) -> String {
    text.and_then(Member::get).map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// `20240131` or `2024-01-31`.
fn day(text: &str) -> Option<Day> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return terms::date::day(&format!("{year}-{month}-{day}")).ok();
    }
    terms::date::day(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_by_their_members() {
        let text = r#"{"meta":{"last_updated":"2026-07-08"},"results":[
            {"recall_number":"Z-1-2024","classification":"Class II","recalling_firm":"Acme, Inc.",
             "reason_for_recall":"Software flaw","product_description":"Pump","recall_initiation_date":"20240131"},
            {"product_res_number":"Z-2-2024","recalling_firm":"Acme","reason_for_recall":"x",
             "event_date_initiated":"2024-02-01","root_cause_description":"Software design"},
            {"k_number":"K240001","applicant":"Acme","device_name":"Pump","decision_date":"2024-05-01"},
            {"pma_number":"P1","applicant":"Acme","trade_name":"Heart","decision_date":"2020-05-01"},
            {"registration":{"registration_number":"1","name":"Acme","reg_expiry_date_year":"2027",
             "owner_operator":{"firm_name":"Acme Holding"}},"proprietary_name":["Pumpline"]}]}"#;
        let parsed = parse(text.as_bytes()).unwrap();
        let answer = parsed.value;
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
        let classes: Vec<_> = answer.recalls.iter().map(|recall| recall.class).collect();
        assert_eq!(classes, [Class::II, Class::Unstated]);
        assert_eq!(answer.recalls[0].begun.unwrap().to_string(), "2024-01-31");
        assert_eq!(answer.recalls[1].number, "Z-2-2024");
        assert_eq!(answer.clearances[1].device, "Heart");
        assert_eq!(answer.registrations[0].owner, "Acme Holding");
        assert_eq!(answer.updated.unwrap().to_string(), "2026-07-08");
    }

    #[test]
    fn what_cannot_be_read_of_a_record_is_noted() {
        #[track_caller]
        fn check(record: &str, recalls: usize, notes: usize) {
            let text = format!("{{\"results\":[{{\"recalling_firm\":\"A\"}},{record}]}}");
            let parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(
                (parsed.value.recalls.len(), parsed.notes.len()),
                (recalls, notes),
                "{record}"
            );
        }

        check("{\"recalling_firm\":\"B\",\"recall_initiation_date\":\"20241301\"}", 2, 1);
        check("{\"recalling_firm\":\"B\",\"recall_initiation_date\":20240131}", 2, 0);
        check("{\"recalling_firm\":7}", 2, 0);
        check("{\"drug\":\"B\"}", 1, 1);
        check("7", 1, 1);
    }

    #[test]
    fn an_error_of_the_service_and_what_is_no_answer_are_refused() {
        #[track_caller]
        fn check(text: &str, part: &str) {
            let refused = parse(text.as_bytes()).unwrap_err();
            assert!(refused.message.contains(part), "{text}: {refused}");
        }

        check(
            r#"{"error":{"code":"NOT_FOUND","message":"No matches found!"}}"#,
            "No matches found!",
        );
        check("{}", "no record");
        check("{\"results\":[]}", "no record");
        check("{\"results\":7}", "no record");
        check("[]", "invalid");
        check("", "EOF");
    }

    proptest::proptest! {
        #[test]
        fn any_record_is_read_or_refused(value in "(\\{|\\[|\"|[a-z]|1|:|,|\\}|\\]){0,30}") {
            let _ = parse(format!("{{\"results\":[{{\"applicant\":{value}}}]}}").as_bytes());
        }
    }
}
