//! One's own account: the roles that one has, and the tokens with which programs ask for one.

pub(crate) mod digest;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod token;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::Actor;
use operations::token::held;
use serde::Serialize;
use store::{Organisation, Role, Scope};

use crate::access::{By, Caller, Key};
use crate::face::{Face, Show};
use crate::field::Faults;
use crate::page::provider::Known;
use crate::problem::Problem;
use crate::{House, words};
use digest::Digests;
use token::{Form, Making, TokenRow, TokenTable, rows};

#[derive(Template, Serialize)]
#[template(path = "account/show.html")]
struct Page {
    id: i64,
    name: String,
    address: String,
    zone: String,
    second_factor: &'static str,
    #[serde(skip)]
    known: Option<Known>,
    roles: Vec<RoleRow>,
    tokens: Vec<TokenRow>,
    /// How often a digest comes by mail.
    digest: &'static str,
    #[serde(skip)]
    digests: Digests,
    #[serde(skip)]
    table: TokenTable,
    #[serde(skip)]
    faults: Faults,
    /// What a browser shows to whoever is here in person.
    #[serde(skip)]
    making: Making,
}

#[derive(Serialize)]
struct RoleRow {
    role: &'static str,
    organisation: i64,
    #[serde(skip)]
    role_words: &'static str,
    place: String,
    /// The group of the identity provider that gives it; empty where somebody gave it by hand.
    from_group: String,
}

impl Show for Page {
    fn title(&self) -> String {
        "Your account".to_owned()
    }
}

/// `GET /account`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let shown = shown(&face, &house, &by, &Form::default(), None).await?;
    face.show(&shown)
}

/// The organisations in which somebody has a role, with everything below; of a supplier's guest,
/// who sees nobody's devices, those alone where they are one.
async fn places(house: &House, by: &Actor) -> Result<Vec<Organisation>, Problem> {
    let bindings = by.bindings();
    let scope = Scope::of(by.head, bindings.iter().map(|one| one.path.clone()).collect());
    let own = bindings.iter().filter(|one| one.role != Role::SupplierGuest);
    let seen = Scope::of(by.head, own.map(|one| one.path.clone()).collect());
    let mut all = house.app.store.organisations(&scope).await?;
    all.retain(|place| {
        seen.admits(&place.path)
            || bindings.iter().any(|one| one.organisation == place.id)
    });
    Ok(all)
}

async fn shown(
    face: &Face,
    house: &House,
    by: &Actor,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let places = places(house, by).await?;
    let person = house.app.store.person(by.head, by.person).await?;
    let tokens = held(&house.app, by.head, by.person).await?;
    let tokens = rows(tokens, &places, face.clock());
    let (digests, digest) = Digests::of(house, by, face.clock()).await?;
    let roles = by.bindings().iter().map(|binding| RoleRow {
        role: binding.role.word(),
        organisation: binding.organisation,
        role_words: words::role(binding.role),
        place: super::people::name_of(&places, binding.organisation),
        from_group: binding.given.group().to_owned(),
    });
    Ok(Page {
        known: Known::of(house, face, by.head, by.person).await?,
        id: by.person,
        name: person.name,
        address: person.address,
        zone: person.zone,
        second_factor: match person.totp {
            Some(_) => "You sign in with your password and a code from your app.",
            None => "You sign in with your password alone.",
        },
        roles: roles.collect(),
        table: TokenTable::new(&tokens, "/account/tokens/taken-back", &by.form_token),
        tokens,
        digest,
        digests,
        faults: problem.map_or_else(Faults::none, Faults::of),
        making: Making::new(by, &places, form, problem),
    })
}

/// What a program's token lends.
#[derive(Serialize)]
struct Lent {
    id: i64,
    name: String,
    person: i64,
    permissions: Vec<&'static str>,
    organisation: i64,
    made: String,
    expires: String,
}

/// `GET /api/token`: what the token that asks lends at this moment.
pub(crate) async fn lent(
    State(house): State<House>,
    caller: Caller,
) -> Result<axum::Json<impl Serialize>, Problem> {
    let (Key::Token, by) = (&caller.key, &caller.actor) else {
        return Err(Problem::no_token());
    };
    let tokens = held(&house.app, by.head, by.person).await?;
    let token = tokens.into_iter().find(|token| Some(token.id) == by.token());
    let token = token.ok_or_else(Problem::wrong_token)?;
    let all = operations::Permission::ALL.into_iter();
    let permissions = all.filter(|one| by.may(*one)).map(|one| one.word()).collect();
    Ok(axum::Json(Lent {
        id: token.id,
        name: token.name,
        person: token.person,
        permissions,
        organisation: token.organisation,
        made: store::stored(token.made),
        expires: store::stored(token.expires),
    }))
}
