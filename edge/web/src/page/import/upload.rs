//! An export that is looked at before it is taken in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use device::inventory::{Column, Field, Format, Look};
use operations::Actor;
use operations::inventory::{
    self, Answers, Away, Doubled, Fewer, Insisted, InventoryError, Moving, OneAway,
    Preview, Related, Renamed, Seen, Settled, Sister, Unlike, see, settle, take,
};
use serde::{Deserialize, Serialize};
use store::Complaint;

use super::id;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field as Line, Holds};
use crate::form::Typed;
use crate::problem::{Problem, sentence};
use crate::words::{self, figure, many};

/// How many complaints are shown before the file is taken in.
const COMPLAINTS: usize = 20;
/// How many devices that went away are told one by one.
const GONE: usize = 10;

#[derive(Template, Serialize)]
#[template(path = "import/upload.html")]
struct Page {
    id: i64,
    sentence: String,
    file: String,
    size: i64,
    organisation: String,
    source: String,
    is_known_source: bool,
    /// Another asset system tells of most of its devices already.
    elsewhere: Option<Elsewhere>,
    /// Organisations above and below tell of some of its devices already.
    related: Option<Twice>,
    /// Sister organisations have some of its devices.
    sisters: Option<Sisters>,
    /// It names devices that went to other organisations.
    away: Option<Gone>,
    /// Most devices of the one that it is from would be missing: how many, of how many, in a
    /// sentence.
    most_missing: Option<String>,
    /// Devices that may be known under another number.
    renamed: Option<Known>,
    format: &'static str,
    encoding: &'static str,
    sheet: String,
    headings_at: usize,
    columns: Vec<ColumnRow>,
    /// Why no device can be read.
    refused: Option<String>,
    notes: Vec<String>,
    devices: usize,
    builds: usize,
    left_out: usize,
    change: Option<Changes>,
    complaint_count: usize,
    complaints: Vec<Complaint>,
    fields: Vec<&'static str>,
    rows: Vec<BTreeMap<&'static str, String>>,
    #[serde(skip)]
    read_as: String,
    #[serde(skip)]
    form: Form,
}

/// That another asset system tells of most of its devices already.
#[derive(Serialize)]
struct Elsewhere {
    source: String,
    /// By what they are known there: `asset_tag`, `serial` or `udi`.
    identifier: &'static str,
    shared: usize,
    of: usize,
    sentence: String,
}

impl Elsewhere {
    fn of(one: inventory::Elsewhere) -> Self {
        Self {
            sentence: words::elsewhere(&one),
            identifier: one.identifier.word(),
            shared: one.shared,
            of: one.of,
            source: one.source.name,
        }
    }
}

/// That organisations above and below tell of some of its devices already.
#[derive(Serialize)]
struct Twice {
    sentence: String,
    /// The one with most of them first.
    organisations: Vec<TwiceAt>,
}

#[derive(Serialize)]
struct TwiceAt {
    organisation: i64,
    name: String,
    /// How many devices of the export are there.
    devices: usize,
}

impl Twice {
    fn of(related: &[Related]) -> Option<Self> {
        let organisations = related.iter().map(|one| TwiceAt {
            organisation: one.organisation,
            name: one.name.clone(),
            devices: one.devices,
        });
        (!related.is_empty()).then(|| Self {
            sentence: words::related(related),
            organisations: organisations.collect(),
        })
    }
}

/// That sister organisations have some of its devices.
#[derive(Serialize)]
struct Sisters {
    sentence: String,
    /// How many of them can be moved here.
    movable: usize,
    /// The one with most of them first.
    organisations: Vec<TwiceAt>,
}

impl Sisters {
    fn of(sisters: &[Sister]) -> Option<Self> {
        let organisations = sisters.iter().map(|one| TwiceAt {
            organisation: one.organisation,
            name: one.name.clone(),
            devices: one.devices,
        });
        (!sisters.is_empty()).then(|| Self {
            sentence: words::sisters(sisters),
            movable: sisters.iter().map(|one| one.movable).sum(),
            organisations: organisations.collect(),
        })
    }

    /// How many would be moved, in words.
    fn moved(&self) -> String {
        many(self.movable as i64, "device", "devices")
    }
}

/// That it names devices which went to other organisations.
#[derive(Serialize)]
struct Gone {
    count: usize,
    sentence: String,
    /// The first of them.
    devices: Vec<GoneDevice>,
}

#[derive(Serialize)]
struct GoneDevice {
    /// The number of the device.
    device: i64,
    /// The asset tag in the file, else the serial number.
    tag: String,
    /// The day on which it went.
    day: String,
}

impl Gone {
    fn of(away: &[OneAway]) -> Option<Self> {
        let devices = away.iter().take(GONE).map(|one| GoneDevice {
            device: one.device,
            tag: one.tag.clone(),
            day: one.day.clone(),
        });
        (!away.is_empty()).then(|| Self {
            count: away.len(),
            sentence: words::away(away),
            devices: devices.collect(),
        })
    }
}

/// Devices that may be known under another number.
#[derive(Serialize)]
struct Known {
    count: usize,
    sentence: String,
    /// The first of them.
    devices: Vec<KnownDevice>,
}

#[derive(Serialize)]
struct KnownDevice {
    /// The number of the known device.
    device: i64,
    known: String,
    now: String,
    /// The serial number, where that is the same.
    serial: String,
    asked: String,
}

impl Known {
    fn of(renamed: &Renamed) -> Option<Self> {
        let devices = renamed.shown.iter().map(|one| KnownDevice {
            device: one.device,
            known: one.known.clone(),
            now: one.now.clone(),
            serial: one.serial.clone(),
            asked: sentence(&one.asked()),
        });
        (renamed.count > 0).then(|| Self {
            count: renamed.count,
            sentence: words::renamed(renamed),
            devices: devices.collect(),
        })
    }
}

/// What is only on the page.
struct Form {
    token: String,
    faults: Faults,
    /// Whether something was changed when it was to be confirmed.
    is_anew: bool,
    size: String,
    sources: Option<Choice>,
    name: Line,
    /// The first devices: the headings of the fields, and the cells.
    heads: Vec<&'static str>,
    cells: Vec<Vec<String>>,
    confirm: Option<String>,
}

#[derive(Serialize)]
struct ColumnRow {
    number: usize,
    heading: String,
    samples: Vec<String>,
    field: Option<&'static str>,
    reason: String,
    #[serde(skip)]
    options: Vec<Choosable>,
}

/// One thing that a column may be.
struct Choosable {
    value: &'static str,
    text: &'static str,
    is_chosen: bool,
}

#[derive(Serialize)]
struct Changes {
    added: i64,
    changed: i64,
    unchanged: i64,
    missing: i64,
    returned: i64,
}

impl Page {
    /// Puts in what the file holds.
    fn fill(&mut self, preview: Preview) {
        self.notes = preview.notes.iter().map(|note| sentence(note)).collect();
        (self.devices, self.builds) = (preview.devices, preview.builds);
        (self.left_out, self.complaint_count) =
            (preview.left_out, preview.complaint_count);
        self.complaints = preview.complaints;
        self.complaints.truncate(COMPLAINTS);
        self.rows = preview.rows;
    }
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Look at {}", self.file)
    }
}

impl Changes {
    const fn of(change: inventory::Change) -> Self {
        Self {
            added: change.counts.added,
            changed: change.counts.changed,
            unchanged: change.counts.unchanged,
            missing: change.missing,
            returned: change.counts.returned,
        }
    }

    /// A number as it is read.
    fn read(&self, count: &i64) -> String {
        figure(*count)
    }
}

/// How somebody comes to the page.
#[derive(Deserialize)]
pub(crate) struct Coming {
    anew: Option<String>,
}

/// `GET /imports/uploads/{upload}`: how it is read, what it holds, what would change.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(upload): Path<String>,
    Query(coming): Query<Coming>,
) -> Result<Response, Problem> {
    let seen = see(&house.app, &by, id("upload", &upload)?).await?;
    let mut page = page(seen, &by, None);
    page.form.is_anew = coming.anew.is_some();
    face.show(&page)
}

/// `POST /imports/uploads/{upload}`: remembers what was said of it; looks again, or takes it
/// in if it is what was shown.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(upload): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = id("upload", &upload)?;
    let settled = match settle(&house.app, &by, id, answers(&fields)).await {
        Ok(settled) => settled,
        Err(error @ InventoryError::TwoNames) => {
            let problem = Problem::from(error);
            let seen = see(&house.app, &by, id).await?;
            return face.again(&page(seen, &by, Some(&problem)), problem);
        }
        Err(error) => return Err(error.into()),
    };
    if fields.get("act").is_none_or(|act| act != "take") {
        return Ok(face.done(&format!("/imports/uploads/{id}")));
    }
    if settled == Settled::Anew {
        return Ok(face.done(&format!("/imports/uploads/{id}?anew=1")));
    }
    match take(&house.app, &by, id, insisted(&fields)).await {
        Ok(import) => Ok(face.made(import, &format!("/imports/{import}"))),
        Err(error) => {
            let problem = Problem::from(error);
            if problem.status == StatusCode::NOT_FOUND {
                return Err(problem);
            }
            let seen = see(&house.app, &by, id).await?;
            face.again(&page(seen, &by, Some(&problem)), problem)
        }
    }
}

/// What was ticked.
fn insisted(fields: &BTreeMap<String, String>) -> Insisted {
    let is_ticked = |name: &str| fields.get(name).is_some_and(|one| one == "yes");
    Insisted {
        doubled: match is_ticked("other_devices") {
            true => Doubled::Meant,
            false => Doubled::Refused,
        },
        fewer: match is_ticked("most_missing") {
            true => Fewer::Meant,
            false => Fewer::Refused,
        },
        renamed: match is_ticked("begin_anew") {
            true => Unlike::Meant,
            false => Unlike::Refused,
        },
        moving: match is_ticked("move_here") {
            true => Moving::Here,
            false => Moving::Unsaid,
        },
        away: match is_ticked("leave_out") {
            true => Away::LeftOut,
            false => Away::Refused,
        },
    }
}

/// `POST /imports/uploads/{upload}/thrown-away`.
pub(crate) async fn throw_away(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(upload): Path<String>,
) -> Result<Response, Problem> {
    inventory::throw_away(&house.app, &by, id("upload", &upload)?).await?;
    Ok(face.done("/imports"))
}

/// `field-3` says what the column with the heading `heading-3` is.
fn answers(fields: &BTreeMap<String, String>) -> Answers {
    let text = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
    let headings = fields.iter().filter_map(|(key, heading)| {
        let number = key.strip_prefix("heading-")?;
        let field = fields.get(&format!("field-{number}"))?;
        Some((heading.clone(), Field::named(field)))
    });
    let (source, other) = match text("source").trim() {
        "" => (text("name").trim(), ""),
        known => (known, text("name").trim()),
    };
    Answers {
        source: source.to_owned(),
        other: other.to_owned(),
        columns: headings.collect(),
    }
}

fn page(seen: Seen, by: &Actor, problem: Option<&Problem>) -> Page {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let form = form(&seen, by, faults, problem);
    let sentence = told(&seen);
    let read_as = read_as(&seen.look);
    let Seen {
        upload,
        place,
        original,
        look,
        outcome,
        known,
        elsewhere,
        related,
        sisters,
        away,
        most_missing,
        renamed,
        ..
    } = seen;
    let (preview, change, refused) = match outcome {
        Ok((preview, change)) => (Some(preview), Some(change), None),
        Err(refused) if look.refused.is_none() => {
            (None, None, Some(self::sentence(&refused.message)))
        }
        Err(_) => (None, None, Some(missing(&look))),
    };
    let (format, _) = format(look.format);
    let fields =
        preview.as_ref().map(|preview| filled(&preview.rows)).unwrap_or_default();
    let mut page = Page {
        id: upload.id,
        sentence,
        file: upload.name,
        size: original.size,
        organisation: place.name,
        is_known_source: known.is_some(),
        elsewhere: elsewhere.map(Elsewhere::of),
        related: Twice::of(&related),
        sisters: Sisters::of(&sisters),
        away: Gone::of(&away),
        most_missing: most_missing.as_ref().map(words::most_missing),
        renamed: Known::of(&renamed),
        source: upload.source,
        format,
        encoding: look.encoding,
        sheet: look.sheet,
        headings_at: look.head,
        columns: (1..).zip(look.columns).map(|(at, one)| column(at, one)).collect(),
        refused,
        notes: Vec::new(),
        devices: 0,
        builds: 0,
        left_out: 0,
        change: change.map(Changes::of),
        complaint_count: 0,
        complaints: Vec::new(),
        fields: fields.iter().map(|field| field.name()).collect(),
        rows: Vec::new(),
        read_as,
        form,
    };
    if let Some(preview) = preview {
        page.fill(preview);
    }
    page
}

/// Which columns somebody must name before a device can be read.
fn missing(look: &Look) -> String {
    let has = |field: Field| look.mapping.columns().iter().any(|one| one.field == field);
    let mut wanted = Vec::new();
    if !has(Field::AssetTag) && !has(Field::Serial) {
        wanted.push(
            "the asset tag or the serial number, which tells one device from another",
        );
    }
    if !has(Field::Model) && !has(Field::Description) {
        wanted.push("the model or the description, which tells what the device is");
    }
    if wanted.is_empty() {
        wanted.push("one thing more, such as the maker");
    }
    let what = format!("No column is known to be {}.", wanted.join("; nor "));
    match look.head {
        0 => what,
        _ => format!("{what} If the file has no row of headings, put one in front."),
    }
}

fn form(seen: &Seen, by: &Actor, faults: &[Fault], problem: Option<&Problem>) -> Form {
    let known = seen.known.as_ref().map(|source| source.name.as_str());
    let sources = (!seen.sources.is_empty()).then(|| {
        let named = seen.sources.iter().map(|one| (one.name.clone(), one.name.clone()));
        let other = [(String::new(), "Another one, named below".to_owned())];
        Choice::new(
            "source",
            "Which asset system is it from?",
            named.chain(other),
            known.unwrap_or_default(),
        )
        .hint("Devices of that system which the file does not name will be missing.")
    });
    let label = match sources {
        Some(_) => "Name of another asset system",
        None => "What is the asset system called?",
    };
    let name = match known {
        Some(_) => "",
        None => seen.upload.source.as_str(),
    };
    let name = Line::new("name", label, Holds::Text)
        .hint("Its next exports are known by this name and read in the same way.")
        .typed(name)
        .judged(faults);
    let (mut heads, mut cells, mut confirm) = (Vec::new(), Vec::new(), None);
    if let Ok((preview, _)) = &seen.outcome {
        let fields = filled(&preview.rows);
        heads = fields.iter().map(|field| words::field(*field)).collect();
        let cell = |row: &BTreeMap<&str, String>, field: &Field| {
            row.get(field.name()).cloned().unwrap_or_default()
        };
        cells = preview
            .rows
            .iter()
            .map(|row| fields.iter().map(|field| cell(row, field)).collect())
            .collect();
        let devices = many(preview.devices as i64, "device", "devices");
        confirm = (preview.devices > 0).then(|| format!("Take in {devices}"));
    }
    Form {
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        is_anew: false,
        size: words::size(seen.original.size),
        sources,
        name,
        heads,
        cells,
        confirm,
    }
}

/// The fields that one of the rows fills.
fn filled(rows: &[BTreeMap<&'static str, String>]) -> Vec<Field> {
    let is_filled = |field: &Field| rows.iter().any(|row| row.contains_key(field.name()));
    Field::ALL.into_iter().filter(is_filled).collect()
}

/// What would happen, in one sentence.
fn told(seen: &Seen) -> String {
    let (preview, change) = match &seen.outcome {
        Ok(found) => found,
        Err(_) => {
            return "No device can be read from the file yet: say below what its columns are."
                .to_owned();
        }
    };
    let counts = change.counts;
    let devices = many(preview.devices as i64, "device", "devices");
    let mut parts = Vec::new();
    if preview.devices == 0 {
        return "The file has headings and tells of no device.".to_owned();
    }
    if counts.added == preview.devices as i64 && change.missing == 0 {
        let is_told = seen.elsewhere.is_some() || !seen.related.is_empty();
        let new = match is_told || !seen.sisters.is_empty() {
            true => "which this asset system has not told of before",
            false => "all of them new",
        };
        return format!("Nothing is taken in yet. The file tells of {devices}, {new}.");
    }
    for (count, what) in [
        (counts.added, "new"),
        (counts.changed, "changed"),
        (counts.unchanged, "as they were"),
        (change.missing, "missing from now on"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", figure(count)));
        }
    }
    if counts.added + counts.changed + change.missing + counts.returned == 0 {
        return format!(
            "The file tells of {devices}, all as they were: taking it in changes nothing."
        );
    }
    let back = match counts.returned {
        0 => String::new(),
        1 => "; 1 that is missing comes back".to_owned(),
        count => format!("; {} that are missing come back", figure(count)),
    };
    let parts = parts.join(", ");
    format!("Nothing is taken in yet. The file tells of {devices}: {parts}{back}.")
}

fn format(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Workbook => ("workbook", "Workbook (.xlsx)"),
        Format::Separated(',') => ("csv", "Values separated by commas"),
        Format::Separated(';') => ("csv", "Values separated by semicolons"),
        Format::Separated('\t') => ("csv", "Values separated by tabs"),
        Format::Separated('|') => ("csv", "Values separated by bars"),
        Format::Separated(_) => ("csv", "Values separated by carets"),
    }
}

fn read_as(look: &Look) -> String {
    let (_, words) = format(look.format);
    let text = match look.sheet.as_str() {
        "" => format!("text in {}", look.encoding),
        sheet => format!("the sheet “{sheet}”"),
    };
    let heads = match (look.head, look.sheet.is_empty()) {
        (0, _) => "no row of headings: columns go by their numbers".to_owned(),
        (line, true) => format!("headings in line {}", figure(line as i64)),
        (row, false) => format!("headings in row {}", figure(row as i64)),
    };
    format!("{words}, {text}, {heads}")
}

fn column(number: usize, column: Column) -> ColumnRow {
    let field = column.taken.as_ref().map(|taken| taken.field);
    let nothing = Choosable {
        value: "",
        text: "No field: kept as it is",
        is_chosen: field.is_none(),
    };
    let fields = Field::ALL.into_iter().map(|one| Choosable {
        value: one.name(),
        text: words::field(one),
        is_chosen: field == Some(one),
    });
    ColumnRow {
        number,
        heading: column.heading,
        samples: column.samples,
        field: field.map(Field::name),
        reason: column.taken.map(|taken| words::reason(taken.reason)).unwrap_or_default(),
        options: [nothing].into_iter().chain(fields).collect(),
    }
}
