//! The tree of organisations.

pub(crate) mod one;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::organisation::make_below;
use operations::second_factor::{self, Heard, Rule, SecondFactorError};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Kind, NewOrganisation, Organisation, Path, Scope};

use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::parts::Place;
use crate::problem::Problem;
use crate::words::counted;
use crate::{House, words};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    parent: String,
    kind: String,
    name: String,
}

#[derive(Template, Serialize)]
#[template(path = "organisation/list.html")]
struct Organisations {
    sentence: String,
    rows: Vec<Row>,
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    new: Option<Below>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    parent: Option<i64>,
    kind: &'static str,
    name: String,
    /// How many of those shown stand above.
    level: usize,
    /// Whether it asks for a second factor, or one above it does.
    asks_for_second_factor: bool,
    /// The other rule, where whoever asks may set it.
    #[serde(skip)]
    other_rule: Option<OtherRule>,
}

/// The rule about second factors that is not set.
struct OtherRule {
    asked: &'static str,
    words: &'static str,
}

/// The form that makes one below another.
struct Below {
    token: String,
    faults: Faults,
    parent: Choice,
    kind: Choice,
    name: Field,
}

impl Show for Organisations {
    fn title(&self) -> String {
        "Organisations".to_owned()
    }
}

/// `GET /organisations`: those that whoever asks may see, each below the one above it.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let form = Form { kind: "hospital".to_owned(), ..Form::default() };
    let shown = organisations(&house, &by, &form, None).await?;
    face.show(&shown)
}

/// Which organisation is to ask for a second factor, or not.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RuleForm {
    organisation: String,
    asked: String,
    /// `yes` from whoever was warned that it holds for them too.
    heard: String,
}

/// What is told to whoever asks everybody for a second factor and has none.
#[derive(Template, Serialize)]
#[template(path = "organisation/second_factor.html")]
struct Warning {
    organisation: i64,
    name: String,
    #[serde(skip)]
    form_token: String,
}

impl Show for Warning {
    fn title(&self) -> String {
        "You have no second factor".to_owned()
    }
}

/// `POST /organisations/second-factor`: `asked` is `yes` or `no`.
pub(crate) async fn set_rule(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<RuleForm>,
) -> Result<Response, Problem> {
    let absent = || Problem::not_found("organisation", &form.organisation);
    let organisation = form.organisation.parse().map_err(|_| absent())?;
    let rule = match form.asked.as_str() {
        "yes" => Rule::Asked,
        "no" => Rule::Free,
        _ => {
            let fault = "Say `yes` or `no`.";
            return Err(Problem::wrong_fields(vec![Fault::new("asked", fault)]));
        }
    };
    let heard = if form.heard == "yes" { Heard::Warning } else { Heard::Nothing };
    match second_factor::set_rule(&house.app, &by, organisation, (rule, heard)).await {
        Ok(()) => Ok(face.done("/organisations")),
        Err(unwarned @ SecondFactorError::Unwarned) => {
            let scope = by.scope(Permission::Administer);
            let name = house.app.store.organisation(&scope, organisation).await?.name;
            let form_token = by.form_token.clone();
            let warning = Warning { organisation, name, form_token };
            face.again(&warning, unwarned.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /organisations`: makes one below another.
pub(crate) async fn make(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    match act(&house, &by, &form).await {
        Ok(made) => {
            let at = format!("/organisations/{made}");
            Ok(face.made_and_on(made, &at, "/organisations"))
        }
        Err(problem) => {
            let shown = organisations(&house, &by, &form, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn act(house: &House, by: &Actor, form: &Form) -> Result<i64, Problem> {
    let mut faults =
        empty(&[("name", &form.name, "Enter what the new organisation is called.")]);
    let kind = Kind::from_word(&form.kind);
    if kind.is_none() {
        faults.push(Fault::new("kind", "Choose what kind of organisation it is."));
    }
    let parent: Option<i64> = form.parent.parse().ok();
    if parent.is_none() {
        faults.push(Fault::new("parent", "Choose the organisation that it is part of."));
    }
    let (Some(kind), Some(parent), true) = (kind, parent, faults.is_empty()) else {
        return Err(Problem::wrong_fields(faults));
    };
    let new = NewOrganisation { kind, name: &form.name };
    Ok(make_below(&house.app, by, parent, new).await?.id)
}

async fn organisations(
    house: &House,
    by: &Actor,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<Organisations, Problem> {
    let seen = house.app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let above = by.scope(Permission::Administer);
    let run = seen.iter().filter(|one| above.admits(&one.path));
    let parents: Vec<Organisation> = run.cloned().collect();
    let new = match parents.is_empty() {
        true => None,
        false => Some(Below::new(by, &parents, form, problem)),
    };
    let count = counted(seen.len(), "organisation", "organisations");
    let sentence = match seen.len() {
        1 => "You see 1 organisation; nothing is below it yet.".to_owned(),
        _ => format!("You see {count}, each below the one that it is part of."),
    };
    let rules = house.app.store.second_factor_rules(by.head).await?;
    let rows = rows(&seen, &rules, &above);
    let form_token = by.form_token.clone();
    Ok(Organisations { sentence, rows, form_token, new })
}

impl Below {
    fn new(
        by: &Actor,
        parents: &[Organisation],
        form: &Form,
        problem: Option<&Problem>,
    ) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let parents = Place::options(parents);
        let kinds =
            Kind::ALL.map(|kind| (kind.word().to_owned(), words::kind(kind).to_owned()));
        Self {
            token: by.form_token.clone(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            parent: Choice::new("parent", "Part of", parents, &form.parent).judged(wrong),
            kind: Choice::new("kind", "Kind", kinds, &form.kind).judged(wrong),
            name: Field::new("name", "Name", Holds::Text).typed(&form.name).judged(wrong),
        }
    }
}

fn rows(seen: &[Organisation], rules: &[Path], run: &Scope) -> Vec<Row> {
    let top = seen.iter().map(|one| one.path.depth()).min().unwrap_or(0);
    seen.iter()
        .map(|one| Row {
            id: one.id,
            parent: one.parent,
            kind: words::kind(one.kind),
            name: one.name.clone(),
            // The style sheet knows seven.
            level: (one.path.depth() - top).min(6),
            asks_for_second_factor: rules.iter().any(|rule| rule.holds(&one.path)),
            other_rule: match (run.admits(&one.path), rules.contains(&one.path)) {
                (false, _) => None,
                (true, true) => {
                    Some(OtherRule { asked: "no", words: "Do not ask for it" })
                }
                (true, false) => Some(OtherRule { asked: "yes", words: "Ask for it" }),
            },
        })
        .collect()
}
