//! The findings for programs; `docs/schema/device-match.schema.json`.

use std::io::{self, Write};

use matching::device::{Answer, Verdict};
use serde::Serialize;
use worklist::{Step, Wanted};

use super::fleet::Fleet;
use super::urgency::Assessments;
use crate::judging;
use crate::output::{Because, IndexAge};

#[derive(Serialize)]
struct Finding<'f> {
    asset_tag: &'f str,
    line: usize,
    advisory: &'f str,
    title: &'f str,
    verdict: &'static str,
    confidence: &'static str,
    leaf: Leaf<'f>,
    grounds: &'f [String],
    question: Option<&'f str>,
    cves: Vec<&'f str>,
    action: &'static str,
    fixed_version: Option<&'f str>,
    /// Of what is affected alone: what is not, or is in doubt, has none.
    priority: Option<&'static str>,
    priority_because: Option<Because>,
}

#[derive(Serialize)]
struct Leaf<'f> {
    id: &'f str,
    name: &'f str,
    place: String,
}

/// Writes one object, finding by finding, and how old it is what they rest on.
pub(super) fn write(
    fleet: &Fleet,
    index: &IndexAge,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{{\"findings\":[")?;
    let mut first = true;
    let mut known = Assessments::new();
    for device in &fleet.inventory.devices {
        for answer in fleet.answers(device) {
            if !std::mem::take(&mut first) {
                write!(out, ",")?;
            }
            let mut finding = finding(fleet, answer);
            finding.asset_tag = &device.asset_tag;
            finding.line = device.line;
            if answer.verdict == Verdict::Affected
                && let Some(assessment) = fleet.urgency.of(answer, device, &mut known)
            {
                finding.priority = Some(assessment.priority.word());
                finding.priority_because = Some(judging::because(assessment));
            }
            serde_json::to_writer(&mut *out, &finding)?;
        }
    }
    writeln!(
        out,
        "],\"devices\":{},\"rows_left_out\":{},\"builds\":{},\"advisories\":{},\"products\":{},\"index\":{}}}",
        fleet.inventory.devices.len(),
        fleet.inventory.rows_left_out,
        fleet.inventory.builds.len(),
        fleet.records.len(),
        fleet.leaves,
        serde_json::to_string(index)?
    )
}

fn finding<'f>(fleet: &'f Fleet, answer: &'f Answer) -> Finding<'f> {
    let record = fleet.record(answer);
    let product = record.and_then(|record| record.products.get(answer.leaf));
    let some = |text: &'f str| Some(text).filter(|text| !text.is_empty());
    Finding {
        asset_tag: "",
        line: 0,
        advisory: record.map_or("", |record| &record.id),
        title: record.map_or("", |record| &record.title),
        verdict: answer.verdict.word(),
        confidence: answer.confidence.word(),
        leaf: Leaf {
            id: product.map_or("", |product| &product.id),
            name: product.map_or("", |product| &product.name),
            place: product.map(|product| product.place.to_string()).unwrap_or_default(),
        },
        grounds: answer.grounds.get(1..).unwrap_or_default(),
        question: some(&answer.question),
        cves: fleet.cves(answer),
        action: match fleet.step(answer) {
            Some(Step::Update(_)) => "update",
            Some(Step::Mitigate) => "mitigate",
            // Nothing is offered: what is asked of the maker is whether anything will be.
            Some(Step::Maker(Wanted::Fix)) => "none",
            Some(Step::Maker(_)) => "ask_maker",
            Some(Step::Decide(_)) | None => "none",
        },
        fixed_version: some(&answer.fixed_version),
        priority: None,
        priority_because: None,
    }
}
