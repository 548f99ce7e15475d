//! What a device was when it was affected, where nothing says that it is mended since: its
//! inventory calls it so that nobody can tell what it is, or it has a release of which there is
//! no SBOM.

use std::collections::BTreeSet;

use fleet::ConfigurationId;
use matching::Verdict;
use operations::build::{Finding, findings_of_device};
use operations::fleet::{Former, Holdings, Loss, Situated};
use operations::judging::Advisories;
use operations::{Actor, App};
use store::Device;

use super::show::{Link, Row, ToDo, Told, row};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// What a device was.
pub(super) struct Was {
    former: Former,
    /// As it was called.
    label: String,
    /// As it is called now.
    now: String,
    /// What is to be done about it as what it was.
    address: String,
    /// What it was affected by as such, and nothing is known of now.
    said: Vec<Finding>,
}

impl Was {
    /// Each build that a device was of, the one first of which only the parts are not known.
    pub(super) fn of(held: &Holdings, device: &Device) -> Vec<Self> {
        let build = &device.told.build;
        let now = [&build.maker, &build.model, &build.version];
        let now = now.map(String::as_str).join(" ").trim().to_owned();
        let was = held.lost_by(device).into_iter().filter_map(|former| {
            let build = held.fleet.configuration(ConfigurationId(former.build))?;
            let label = build.label();
            let address = format!("/work/{}", former.actions.first()?);
            Some(Self { former, label, now: now.clone(), address, said: Vec::new() })
        });
        let mut was: Vec<Self> = was.collect();
        was.sort_by_key(|one| one.former.loss != Loss::Parts);
        was
    }

    /// What is said first of the device.
    pub(super) fn sentence(&self) -> Sentence {
        let was = Sentence::new("It was ").link(self.label.clone(), self.address.clone());
        match self.former.loss {
            Loss::Name => was.then(
                " and was affected as such. Its inventory calls it otherwise now, and nothing \
                 says that it is mended: until a release is stated that can be compared, it \
                 counts as what it was.",
            ),
            Loss::Parts => was
                .then(format!(
                    " and was affected by what was in that release. Of {} nobody has an SBOM, so \
                     nobody can tell whether {} still in it: ",
                    self.now,
                    is_or_are(&self.parts())
                ))
                .link("deliver it", "/products".to_owned())
                .then(", or ask the maker."),
        }
    }

    /// What ends it, where it is clear which device it is.
    pub(super) fn to_do(&self) -> Option<ToDo> {
        if self.former.loss != Loss::Parts {
            return None;
        }
        let ids: BTreeSet<&str> =
            self.former.said.iter().map(|(_, flaw)| flaw.as_str()).collect();
        let about = ids.iter().map(|id| Link {
            text: (*id).to_owned(),
            address: format!("/vulnerabilities/{}", fleet::encoded(id)),
        });
        Some(ToDo {
            what: format!(
                "Deliver the SBOM of {}, or ask the maker whether {} still in it",
                self.now,
                is_or_are(&self.parts())
            ),
            priority: None,
            why: format!(
                "It settles {} that affected {}",
                counted(ids.len(), "flaw", "flaws"),
                self.label
            ),
            hints: Vec::new(),
            question: Some(Link {
                text: "What is to be done until then".to_owned(),
                address: self.address.clone(),
            }),
            about: about.collect(),
            remedies: Vec::new(),
        })
    }

    /// What it was affected by: nobody can tell whether it still is.
    pub(super) fn rows(
        &self,
        device: &Device,
        advisories: Option<&Advisories>,
        told: &Told<'_>,
    ) -> Vec<Row> {
        let rows = self.said.iter().map(|finding| {
            let mut row = row(device, finding, advisories, told);
            row.address.clone_from(&self.address);
            row
        });
        rows.collect()
    }

    /// Where more of it stands.
    pub(super) fn link(self) -> Link {
        Link { text: self.label, address: self.address }
    }

    /// The components that carry the flaws, in words.
    fn parts(&self) -> BTreeSet<String> {
        let parts = self.said.iter().map(Finding::component);
        parts.filter(|part| !part.is_empty()).collect()
    }
}

/// At most so many components are named in a sentence.
const NAMED: usize = 3;

fn is_or_are(parts: &BTreeSet<String>) -> String {
    let named: Vec<&str> = parts.iter().take(NAMED).map(String::as_str).collect();
    match (named.as_slice(), parts.len() - named.len()) {
        ([], _) => "what was found is".to_owned(),
        ([one], 0) => format!("{one} is"),
        ([first @ .., last], 0) => format!("{} and {last} are", first.join(", ")),
        (all, more) => format!(
            "{} and {} are",
            all.join(", "),
            counted(more, "other component", "other components")
        ),
    }
}

/// Adds what a device was affected by as what it was.
pub(super) async fn lost(
    (app, by): (&App, &Actor),
    mut was: Vec<Was>,
    device: &Device,
    situated: &Situated,
    advisories: Option<&Advisories>,
) -> Result<Vec<Was>, Problem> {
    for one in &mut was {
        let build = one.former.build;
        let found = findings_of_device(app, by, build, situated, advisories).await?;
        let is_meant = |finding: &Finding| {
            let subject = &finding.judgement.subject;
            let key = (subject.component.clone(), subject.vulnerability.clone());
            finding.verdict == Verdict::Affected && one.former.said.contains(&key)
        };
        one.said = found.into_iter().filter(is_meant).collect();
        for finding in &mut one.said {
            finding.verdict = Verdict::CannotTell;
            finding.judgement.fixed_in.clear();
            finding.judgement.question = question(finding, device);
        }
    }
    Ok(was)
}

/// What settles whether a flaw is still there.
fn question(finding: &Finding, device: &Device) -> String {
    let release = device.told.build.version.trim();
    match (finding.component(), release) {
        (part, release) if !part.is_empty() && !release.is_empty() => {
            format!("Is {part} still in {release}? Its SBOM tells.")
        }
        _ => "Which device and which release is it now?".to_owned(),
    }
}
