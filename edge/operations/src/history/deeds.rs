//! What people did about which verdicts of a device changed, or may have: analyses, accepted
//! statements, SBOMs, decisions. Each with who, when and why, whether it counts today or not.

use std::collections::BTreeSet;

use store::{Analysis, Answer, Covers, Device, ReleaseTurned, Said, StoreError};

use crate::fleet::{FleetError, OfDevice, Situated, holdings, scope};
use crate::{Actor, App, Permission};

/// Actions whose turns are read for one device, the newest first.
const ACTIONS_MAX: usize = 100;

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When, as stored.
    pub at: String,
    /// Who; 0 where it was the house, or nobody knows any more.
    pub by: i64,
    /// What.
    pub what: Did,
    /// Why, as it was typed; empty where nothing was.
    pub why: String,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// Found something out, or said it otherwise: the vulnerability, the component or nothing,
    /// what was said, and what was said of it then in the words of CycloneDX.
    Analysed {
        /// The vulnerability.
        vulnerability: String,
        /// The key of the component; empty for the device itself.
        component: String,
        /// The remarks that were kept with it.
        remarks: Vec<String>,
    },
    /// Took an own analysis back.
    TookAnalysisBack {
        /// The vulnerability.
        vulnerability: String,
    },
    /// Accepted a statement.
    Accepted {
        /// The vulnerability.
        vulnerability: String,
        /// What it states, in the words of the wire.
        status: String,
    },
    /// Took an acceptance back.
    EndedAcceptance {
        /// The vulnerability.
        vulnerability: String,
    },
    /// Something became of an SBOM, or of which builds are of a release.
    Release {
        /// What.
        what: ReleaseTurned,
        /// The release.
        release: i64,
        /// Who makes it, what it is called, which release it is.
        named: [String; 3],
    },
    /// Answered a question.
    Answered {
        /// The key of the question.
        question: String,
        /// How it was put.
        asked: String,
        /// What.
        said: Said,
    },
    /// Took an answer back, or gave another in its place.
    EndedAnswer {
        /// The key of the question.
        question: String,
        /// How it was put.
        asked: String,
        /// What was answered before.
        said: Said,
        /// Whether there is another one.
        replaced: Replaced,
    },
    /// Said that another device hangs under the tag.
    AnotherDevice {
        /// Its serial number; empty where it was not said.
        serial: String,
    },
    /// Said that it is the one that the inventory tells of after all.
    SameDevice,
    /// Moved it to another organisation.
    Moved {
        /// The number of the one that it left.
        from: i64,
        /// The number of the one to which it went.
        to: i64,
        /// The ward that it left; empty where none was told.
        department: String,
    },
    /// Decided about something to do.
    Decided {
        /// The name of the action in its address.
        action: String,
        /// The product and what is done, as shown.
        about: String,
        /// What, in a word of ours.
        turn: String,
        /// With what, as JSON.
        detail: String,
    },
}

/// Whether another answer took the place of one that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Another one did.
    ByAnother,
    /// None did.
    ByNone,
}

/// What people did about a device, in no order.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn deeds_of_device(
    app: &App,
    by: &Actor,
    device: &Device,
    situated: &Situated,
) -> Result<Vec<Deed>, FleetError> {
    let seen = by.scope(Permission::ViewDevices);
    let alike = holdings(app, by.head).await?.written_alike(device.configuration);
    let turns = app.store.release_turns(&seen, &alike).await?;
    let named: BTreeSet<[String; 3]> =
        turns.iter().map(|turn| turn.named.clone()).collect();
    let (analyses, actions) = {
        let held = holdings(app, by.head).await?;
        let analyses = held.analyses_of_device(&scope(by), device, &named);
        (analyses, held.actions_of_device(device, ACTIONS_MAX))
    };
    let mut deeds = Vec::new();
    for analysis in &analyses {
        deeds.extend(of_analysis(app, by, analysis).await?);
    }
    let releases: BTreeSet<(i64, i64)> =
        turns.iter().map(|turn| (turn.product, turn.release)).collect();
    deeds.extend(acceptances(app, by, &releases).await?);
    deeds.extend(turns.into_iter().map(|turn| Deed {
        at: turn.at,
        by: turn.by,
        what: Did::Release { what: turn.what, release: turn.release, named: turn.named },
        why: String::new(),
    }));
    deeds.extend(answers(app, by, device, situated).await?);
    let replaced = app.store.replacements_of(&seen, device.id).await?;
    deeds.extend(replaced.into_iter().map(|one| Deed {
        at: one.at,
        by: one.by,
        what: match one.is_same {
            true => Did::SameDevice,
            false => Did::AnotherDevice { serial: one.serial },
        },
        why: one.reason,
    }));
    let moved = app.store.moves_of(&seen, device.id).await?;
    deeds.extend(moved.into_iter().map(|one| Deed {
        at: one.at,
        by: one.by,
        what: Did::Moved { from: one.from, to: one.to, department: one.department },
        why: one.reason,
    }));
    for action in actions {
        deeds.extend(decisions(app, by, action).await?);
    }
    Ok(deeds)
}

/// What people decided about something to do.
async fn decisions(
    app: &App,
    by: &Actor,
    action: OfDevice,
) -> Result<Vec<Deed>, StoreError> {
    let turns = app.store.work_turns(by.head, action.id).await?.into_iter();
    // What the house noted follows from verdicts, which stand in the history themselves; an
    // analysis at work is told with the analyses.
    let elsewhere = ["not affected", "analysis taken back"];
    let told =
        turns.filter(|turn| turn.by != 0 && !elsewhere.contains(&turn.what.as_str()));
    let deeds = told.map(|turn| Deed {
        at: turn.at,
        by: turn.by,
        what: Did::Decided {
            action: action.name.clone(),
            about: action.about.clone(),
            turn: turn.what,
            detail: turn.detail,
        },
        why: turn.reason,
    });
    Ok(deeds.collect())
}

/// What was ever answered about a device to the questions that are about it today: by its
/// organisation, or by one above.
async fn answers(
    app: &App,
    by: &Actor,
    device: &Device,
    situated: &Situated,
) -> Result<Vec<Deed>, StoreError> {
    let seen = by.scope(Permission::ViewDevices);
    let keys = situated.keys();
    let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    let all = app.store.answers_to(&seen, &keys).await?;
    let own = app.store.organisation(&seen, device.organisation).await?;
    let certain: Vec<i64> = all
        .iter()
        .filter(|one| one.covers == Covers::Devices)
        .map(|one| one.id)
        .collect();
    let named = app.store.answered_devices(by.head, &certain).await?;
    let is_of = |one: &Answer| match one.covers {
        Covers::All => one.path.holds(&own.path),
        Covers::Devices => named.contains(&(one.id, device.id)),
    };
    let mut deeds = Vec::new();
    for one in all.into_iter().filter(is_of) {
        let (question, asked) = (one.question.key, one.question.asked);
        if let Some(ended) = one.ended {
            let replaced = match one.end_reason.as_deref() {
                Some("replaced") => Replaced::ByAnother,
                _ => Replaced::ByNone,
            };
            let (question, asked) = (question.clone(), asked.clone());
            let what = Did::EndedAnswer { question, asked, said: one.said, replaced };
            let by = one.ended_by.unwrap_or(0);
            deeds.push(Deed { at: ended, by, what, why: String::new() });
        }
        let what = Did::Answered { question, asked, said: one.said };
        deeds.push(Deed { at: one.at, by: one.by, what, why: one.note });
    }
    Ok(deeds)
}

/// What was said in an analysis, change by change.
async fn of_analysis(
    app: &App,
    by: &Actor,
    analysis: &Analysis,
) -> Result<Vec<Deed>, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    let mut deeds: Vec<Deed> = Vec::new();
    for remark in app.store.remarks(&scope, analysis.id).await? {
        if let Some(Deed { at, by, what: Did::Analysed { remarks, .. }, .. }) =
            deeds.last_mut()
            && *at == remark.at
            && *by == remark.by
        {
            remarks.push(remark.remark);
            continue;
        }
        let vulnerability = analysis.about.vulnerability.clone();
        let is_last = analysis.withdrawn.as_deref() == Some(remark.at.as_str());
        let (what, why) = match is_last {
            true => (Did::TookAnalysisBack { vulnerability }, remark.remark),
            false => {
                let component = analysis.about.component.clone();
                let remarks = vec![remark.remark];
                (Did::Analysed { vulnerability, component, remarks }, String::new())
            }
        };
        deeds.push(Deed { at: remark.at, by: remark.by, what, why });
    }
    // What an older version kept without remarks.
    if deeds.is_empty() {
        deeds.push(Deed {
            at: analysis.said.clone(),
            by: analysis.said_by,
            what: Did::Analysed {
                vulnerability: analysis.about.vulnerability.clone(),
                component: analysis.about.component.clone(),
                remarks: vec![format!(
                    "Analysis: NOT_SET → {}",
                    analysis.found.state.to_uppercase()
                )],
            },
            why: analysis.found.details.clone(),
        });
    }
    Ok(deeds)
}

/// What was accepted of statements about some releases, or their products as a whole.
async fn acceptances(
    app: &App,
    by: &Actor,
    releases: &BTreeSet<(i64, i64)>,
) -> Result<Vec<Deed>, StoreError> {
    if releases.is_empty() {
        return Ok(Vec::new());
    }
    let scope = by.scope(Permission::ViewDevices);
    let products: BTreeSet<i64> = releases.iter().map(|(product, _)| *product).collect();
    let mut deeds = Vec::new();
    for one in app.store.acceptances_within(&scope).await? {
        let is_of = match one.release {
            0 => products.contains(&one.product),
            release => releases.contains(&(one.product, release)),
        };
        if !is_of {
            continue;
        }
        if let Some(ended) = one.ended {
            deeds.push(Deed {
                at: ended,
                by: one.ended_by.unwrap_or(0),
                what: Did::EndedAcceptance { vulnerability: one.vulnerability.clone() },
                why: one.end_reason.unwrap_or_default(),
            });
        }
        deeds.push(Deed {
            at: one.accepted,
            by: one.accepted_by,
            what: Did::Accepted { vulnerability: one.vulnerability, status: one.status },
            why: one.reason,
        });
    }
    Ok(deeds)
}
