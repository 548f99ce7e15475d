//! What somebody finds out about a vulnerability of a component of a release, in the words of
//! CycloneDX's `analysis`.
//!
//! It is the word of the organisation about its own documents. It stands beside the verdict and
//! does not change it: what suppresses a verdict is a statement that somebody accepted.

use store::{Act, Analysis, Fact, Noun, StoreError};
use terms::vex::cyclonedx::{Justification, Response, State};

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

/// What an analysis is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// The number of the release.
    pub release: i64,
    /// The key of the component.
    pub component: &'a str,
    /// The id of the vulnerability.
    pub vulnerability: &'a str,
}

/// Changes the analysis of a vulnerability of a component, or makes it; gives it as it is then.
///
/// # Errors
/// When the actor may not, there is no such release, or the database fails.
pub async fn analyse(
    app: &App,
    by: &Actor,
    about: About<'_>,
    change: &Change,
) -> Result<Analysis, StoreError> {
    let scope = by.scope(Permission::Analyse);
    let all = app.store.analyses(&scope, about.release).await?;
    let before = all.into_iter().find(|one| {
        one.component == about.component && one.vulnerability == about.vulnerability
    });
    let before = before.unwrap_or_else(|| empty(about));
    let mut after = Analysis { changed_by: by.person, ..before.clone() };
    set(&mut after.state, change.state, State::word);
    set(&mut after.justification, change.justification, Justification::word);
    set(&mut after.responses, change.response, Response::word);
    after.details = change.details.clone().unwrap_or(after.details);
    after.is_suppressed = change.is_suppressed.unwrap_or(after.is_suppressed);
    let mut remarks = remarks(&before, &after);
    remarks
        .extend(Some(change.comment.trim().to_owned()).filter(|text| !text.is_empty()));
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write.keep_analysis(about.release, &after, &remarks).await?;
    let mut facts = vec![("release", Fact::Number(about.release))];
    if let Said::This(state) = change.state {
        facts.push(("state", Fact::word(state.word())));
    }
    if let Some(is_suppressed) = change.is_suppressed {
        facts.push(("suppressed", Fact::Number(i64::from(is_suppressed))));
    }
    let what = "analyse vulnerability";
    write.commit(Act { by: by.person, what, noun: Noun::Analysis, id, facts }).await?;
    let changed = store::stored((app.now)());
    Ok(Analysis { id, changed, ..after })
}

fn empty(about: About<'_>) -> Analysis {
    Analysis {
        id: 0,
        component: about.component.to_owned(),
        vulnerability: about.vulnerability.to_owned(),
        state: String::new(),
        justification: String::new(),
        responses: String::new(),
        details: String::new(),
        is_suppressed: false,
        changed: String::new(),
        changed_by: 0,
    }
}

fn set<T>(word: &mut String, said: Said<T>, spelt: fn(T) -> &'static str) {
    match said {
        Said::Nothing => {}
        Said::NotSet => word.clear(),
        Said::This(value) => *word = spelt(value).to_owned(),
    }
}

/// What changed, in words.
fn remarks(before: &Analysis, after: &Analysis) -> Vec<String> {
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
