//! What somebody finds out about a vulnerability of a product, in the words of CycloneDX's
//! `analysis`: the own analysis of an organisation, whether a person says it at work or a
//! program through the interface that it knows from Dependency-Track.
//!
//! It counts for that organisation alone and after the makers' word. It never deletes a
//! verdict: what clears one says why, and stands beside what others say.

use matching::Verdict;
use store::{Act, Analysis, AnalysisSubject, Fact, FoundOut, Noun, StoreError, Write};
use terms::vex::cyclonedx::{Justification, Response, State};
use worklist::Weight;

use crate::fleet::{FleetError, holdings};
use crate::{Actor, App, Permission};

/// What is said of one part of an analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said<T> {
    /// Nothing: it stays as it is.
    #[default]
    Nothing,
    /// That nobody says anything any more.
    NotSet,
    /// This.
    This(T),
}

/// A change of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// How the vulnerability stands to the product.
    pub state: Said<State>,
    /// Why it does not affect it.
    pub justification: Said<Justification>,
    /// What is done about it.
    pub response: Said<Response>,
    /// More about it; `None` leaves it as it is.
    pub details: Option<String>,
    /// A remark; empty where there is none.
    pub comment: String,
    /// Whether lists leave the finding out; `None` leaves it as it is.
    pub is_suppressed: Option<bool>,
}

/// What an analysis of a release is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// The number of the release.
    pub release: i64,
    /// The key of the component.
    pub component: &'a str,
    /// The id of the vulnerability.
    pub vulnerability: &'a str,
}

/// An analysis that is about a verdict, and what it does to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The analysis.
    pub analysis: Analysis,
    /// Whether it decides.
    pub weight: Weight,
    /// The verdict that it gives, where it gives one.
    pub verdict: Option<Verdict>,
}

/// Why an analysis is not changed.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// Somebody has changed it since it was shown.
    #[error("somebody has changed this analysis meanwhile")]
    Changed,
    /// What the house has could not be read.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed, or there is no such release.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An analysis that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnalysis {
    /// The number.
    pub id: i64,
    /// The change that it is, among those of the house.
    pub revision: i64,
    /// What it says.
    pub said: FoundOut,
}

/// Changes the analysis of a vulnerability of a component of a release, or makes it. `shown` is
/// the revision that whoever changes it was shown; without it nothing is compared.
///
/// # Errors
/// When the actor may not, there is no such release, somebody has changed it since it was
/// shown, or the database fails.
pub async fn analyse(
    app: &App,
    by: &Actor,
    about: About<'_>,
    shown: Option<i64>,
    change: &Change,
) -> Result<KeptAnalysis, AnalysisError> {
    let scope = by.scope(Permission::Analyse);
    let (product, release) = app.store.release(&scope, about.release).await?;
    let builds = app.store.builds_of_release(&scope, release.id).await?;
    let (before, newest) = {
        let held = holdings(app, by.head).await?;
        let all = held.analyses_of_release(&product, &release, &builds);
        let newest = all.newest(about.component, about.vulnerability);
        let known = newest.map(|analysis| (analysis.id, analysis.at.seq));
        let newest = newest.filter(|analysis| analysis.withdrawn.is_none());
        (newest.map(|analysis| analysis.found.clone()).unwrap_or_default(), known)
    };
    let after = changed(&before, change);
    let mut remarks = remarks(&before, &after);
    remarks
        .extend(Some(change.comment.trim().to_owned()).filter(|text| !text.is_empty()));
    let subject = AnalysisSubject {
        maker: product.maker,
        model: product.name,
        version: release.version,
        component: about.component.to_owned(),
        vulnerability: about.vulnerability.to_owned(),
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let organisation = product.organisation;
    // Looked up while the write holds the house: whoever was faster is seen.
    let now = match newest {
        Some((id, _)) => write.analysis_revision(id).await?,
        None => write.revision_about(organisation, &subject).await?,
    };
    let is_outdated = shown.is_some_and(|shown| shown != now.unwrap_or(0));
    // What it said before was read earlier than that.
    if is_outdated || shown.is_some() && newest.map(|(_, seq)| seq) != now {
        return Err(AnalysisError::Changed);
    }
    let id =
        write.keep_analysis(organisation, &subject, &after, by.person, &remarks).await?;
    crate::action::queue(&mut write).await?;
    let mut facts = vec![("release", Fact::Number(about.release))];
    if let Said::This(state) = change.state {
        facts.push(("state", Fact::word(state.word())));
    }
    if let Some(is_suppressed) = change.is_suppressed {
        facts.push(("suppressed", Fact::Number(i64::from(is_suppressed))));
    }
    let what = "analyse vulnerability";
    let act = Act { by: by.person, what, noun: Noun::Analysis, id, facts };
    let receipt = write.commit(act).await?;
    Ok(KeptAnalysis { id, revision: receipt.seq, said: after })
}

/// Keeps that a product is not affected, in a transaction that somebody else ends.
pub(crate) async fn keep(
    write: &mut Write<'_>,
    organisation: i64,
    about: &AnalysisSubject,
    found: &FoundOut,
    by: i64,
) -> Result<i64, StoreError> {
    let remarks = remarks(&FoundOut::default(), found);
    write.keep_analysis(organisation, about, found, by, &remarks).await
}

fn changed(before: &FoundOut, change: &Change) -> FoundOut {
    let mut after = before.clone();
    set(&mut after.state, change.state, State::word);
    set(&mut after.justification, change.justification, Justification::word);
    set(&mut after.responses, change.response, Response::word);
    after.details = change.details.clone().unwrap_or(after.details);
    after.is_suppressed = change.is_suppressed.unwrap_or(after.is_suppressed);
    after
}

fn set<T>(word: &mut String, said: Said<T>, spelt: fn(T) -> &'static str) {
    match said {
        Said::Nothing => {}
        Said::NotSet => word.clear(),
        Said::This(value) => *word = spelt(value).to_owned(),
    }
}

/// What changed, in words.
fn remarks(before: &FoundOut, after: &FoundOut) -> Vec<String> {
    let mut remarks = Vec::new();
    for (what, old, new) in [
        ("Analysis", &before.state, &after.state),
        ("Justification", &before.justification, &after.justification),
        ("Vendor Response", &before.responses, &after.responses),
    ] {
        if old != new {
            let loud = |word: &str| match word {
                "" => "NOT_SET".to_owned(),
                word => word.to_uppercase(),
            };
            remarks.push(format!("{what}: {} → {}", loud(old), loud(new)));
        }
    }
    if before.details != after.details {
        remarks.push(format!("Details: {}", after.details));
    }
    match (before.is_suppressed, after.is_suppressed) {
        (false, true) => remarks.push("Suppressed".to_owned()),
        (true, false) => remarks.push("Unsuppressed".to_owned()),
        (false, false) | (true, true) => {}
    }
    remarks
}
