//! Somebody shows again who they are, before something grave.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{Extensions, StatusCode};
use axum::response::Response;
use operations::second_factor::confirm;
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Role;

use crate::access::{Caller, Key};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::page::device::Fact;
use crate::problem::Problem;
use crate::token::FIELDS_MAX;
use crate::{House, rate, session, words};

/// What is typed, and what was typed before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    password: String,
    code: String,
    next: String,
    #[serde(flatten)]
    interrupted: Interrupted,
}

/// A form that the question interrupted. It is carried from page to page; for whoever may go to
/// the provider, which carries nothing, it is kept for an hour.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Interrupted {
    /// Where it was sent.
    to: String,
    /// What it does, in a few words.
    what: String,
    /// Its fields in their order, as JSON.
    typed: String,
}

/// How much is carried: written into a form, it stays within what the fields of one may have.
const CARRIED_MAX: usize = FIELDS_MAX / 4;

/// Names of fields that no page carries, wherever they stand in a name.
const SECRET: [&str; 4] = ["password", "code", "secret", "ticket"];

impl Interrupted {
    /// A form that was sent to an address; none where it holds a secret, which has to be typed
    /// again, or is too large.
    pub(crate) fn new(to: &str, route: &str, typed: &[(String, String)]) -> Option<Self> {
        let is_secret =
            |(name, _): &(String, String)| SECRET.iter().any(|word| name.contains(word));
        if typed.iter().any(is_secret) {
            return None;
        }
        let fields = typed.iter().filter(|(name, _)| name != "form_token");
        let fields: Vec<&(String, String)> = fields.collect();
        let typed = serde_json::to_string(&fields).ok()?;
        (typed.len() <= CARRIED_MAX).then(|| Self {
            to: to.to_owned(),
            what: words::grave(route).to_owned(),
            typed,
        })
    }

    /// Asks who it is, with the form in hand.
    pub(crate) async fn ask(
        self,
        face: Face,
        house: &House,
        by: &Actor,
        next: &str,
    ) -> Result<Response, Problem> {
        let shown = page(house, by, next, (self, None)).await?;
        face.show(&shown)
    }

    /// Where somebody goes on who comes back from the provider: to the form, which is kept, else
    /// to `next`.
    async fn kept(
        &self,
        house: &House,
        by: &Actor,
        next: &str,
    ) -> Result<String, Problem> {
        let (Some(_), Ok(typed)) = (self.address(), serde_json::to_string(self)) else {
            return Ok(next.to_owned());
        };
        let now = (house.app.now)();
        let secret = house.app.store.keep_form(by.head, by.person, &typed, now).await?;
        Ok(format!("/confirm/form/{secret}?next={}", session::quoted(next)))
    }

    /// The fields, for the form that sends them.
    fn fields(&self) -> Vec<(String, String)> {
        serde_json::from_str(&self.typed).unwrap_or_default()
    }

    /// Where it is sent, if it was interrupted.
    fn address(&self) -> Option<&str> {
        Some(session::next(&self.to)).filter(|to| !self.to.is_empty() && *to == self.to)
    }
}

/// What was typed before, ready to be sent.
#[derive(Template, Serialize)]
#[template(path = "confirmed.html")]
struct Ready {
    what: String,
    /// What was typed, as a person reads it.
    shown: Vec<Fact>,
    #[serde(skip)]
    to: String,
    #[serde(skip)]
    next: String,
    #[serde(skip)]
    fields: Vec<(String, String)>,
    #[serde(skip)]
    form_token: String,
}

impl Show for Ready {
    fn title(&self) -> String {
        "Send what you typed".to_owned()
    }
}

/// Where it leads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Way {
    next: String,
}

#[derive(Template, Serialize)]
#[template(path = "confirm.html")]
struct Page {
    next: String,
    #[serde(skip)]
    interrupted: Interrupted,
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fields: Vec<Field>,
    #[serde(skip)]
    provider: String,
    /// Where the provider asks anew; empty where the account is not joined to one.
    #[serde(skip)]
    to_provider: String,
}

impl Show for Page {
    fn title(&self) -> String {
        "Show that it is you".to_owned()
    }
}

/// `GET /confirm`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let nothing = (Interrupted::default(), None);
    let shown = page(&house, &caller.actor, &way.next, nothing).await?;
    face.show(&shown)
}

/// `POST /confirm`.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    extensions: Extensions,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let Key::Session(secret) = &caller.key else { return Err(Problem::in_person()) };
    let by = &caller.actor;
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    let from = from.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip());
    let account = format!("confirm {} {}", by.head, by.person);
    let taken = rate::try_once(&house.app, &account, from).await?;
    match confirm(&house.app, by, secret, &form.password, &form.code).await {
        Ok(()) => {
            taken.give_back(&house.app).await?;
            match form.interrupted.address() {
                Some(_) => {
                    face.show(&ready(&house, by, &form.interrupted, &form.next).await?)
                }
                None => Ok(face.done(session::next(&form.next))),
            }
        }
        Err(error) => {
            let mut problem = Problem::from(error);
            if problem.cause.is_none() {
                problem.faults = vec![Fault::new("password", problem.detail.clone())];
            }
            let carried = (form.interrupted, Some(&problem));
            let shown = page(&house, by, &form.next, carried).await?;
            face.again(&shown, problem)
        }
    }
}

/// `GET /confirm/form/{secret}`: what was typed before somebody went to the provider, ready to be
/// sent.
pub(crate) async fn go_on(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    Path(secret): Path<String>,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let (by, now) = (&caller.actor, (house.app.now)());
    let kept = house.app.store.kept_form(by.head, by.person, &secret, now).await?;
    let interrupted: Option<Interrupted> =
        kept.and_then(|kept| serde_json::from_str(&kept).ok());
    let Some(interrupted) = interrupted.filter(|form| form.address().is_some()) else {
        let gone = "What you typed is kept for an hour, and it is not here any more.";
        return Err(Problem::new(StatusCode::GONE, gone).next("Type it again."));
    };
    face.show(&ready(&house, by, &interrupted, &way.next).await?)
}

async fn page(
    house: &House,
    by: &Actor,
    next: &str,
    (interrupted, problem): (Interrupted, Option<&Problem>),
) -> Result<Page, Problem> {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let store = &house.app.store;
    let person = store.person(by.head, by.person).await?;
    let mut fields =
        vec![Field::new("password", "Password", Holds::Password).judged(faults)];
    if person.totp.is_some() {
        let code = Field::new("code", "Or a code from your app", Holds::Code);
        fields.push(code.hint("One of the two is enough.").judged(faults));
    }
    let identities = store.identities(by.head, by.person).await?;
    let provider = house.app.provider.as_ref().filter(|_| !identities.is_empty());
    let next = session::next(next);
    let to_provider = match provider {
        None => String::new(),
        Some(_) => {
            let back = interrupted.kept(house, by, next).await?;
            format!("/confirm/provider?next={}", session::quoted(&back))
        }
    };
    Ok(Page {
        provider: provider.map(|one| one.name().to_owned()).unwrap_or_default(),
        to_provider,
        next: next.to_owned(),
        interrupted,
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        fields,
    })
}

/// The form that was interrupted, as it was typed.
async fn ready(
    house: &House,
    by: &Actor,
    interrupted: &Interrupted,
    next: &str,
) -> Result<Ready, Problem> {
    let fields = interrupted.fields();
    let seen = house.app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let organisation = |id: &str| {
        let mut seen = seen.iter();
        seen.find(|one| one.id.to_string() == id).map(|one| one.name.clone())
    };
    let shown = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let shown = shown.map(|(name, value)| {
        let words = match name.as_str() {
            "organisation" => organisation(value),
            "role" => {
                Role::from_word(value).map(|role| words::role_name(role).to_owned())
            }
            _ => None,
        };
        Fact::new(capital(&name.replace(['_', '-'], " ")), words.unwrap_or(value.clone()))
    });
    Ok(Ready {
        what: interrupted.what.clone(),
        shown: shown.collect(),
        to: interrupted.address().unwrap_or_default().to_owned(),
        next: session::next(next).to_owned(),
        fields,
        form_token: by.form_token.clone(),
    })
}

/// The same with a capital in front.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
