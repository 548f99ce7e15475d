//! One person: the roles, and a new password.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::people::{
    block, erase, give_role, make_guest, offer_new_password, roles_revision, take_role,
    unblock,
};
use operations::revision::Shown;
use operations::second_factor::drop_lost;
use operations::token::{held, revoke_of};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Given, Person, Role};

use super::invitation::{Link, NAME_THE_MAKER, maker, places};
use super::{name_of, state};
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::page::account::token::{TokenRow, TokenTable, named, rows};
use crate::page::meanwhile;
use crate::page::provider::Known;
use crate::problem::Problem;
use crate::{House, words};

/// What is chosen.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    role: String,
    organisation: String,
    /// For which maker a supplier's guest answers.
    maker: String,
    /// The word that erases.
    word: String,
    /// The revision of the roles that was shown; without it nothing is compared.
    revision: String,
}

/// What is typed before somebody is erased: that cannot be undone.
const WORD: &str = "erase";

#[derive(Template, Serialize)]
#[template(path = "people/person.html")]
struct ShownPerson {
    id: i64,
    name: String,
    address: String,
    zone: String,
    state: &'static str,
    has_second_factor: bool,
    roles: Vec<RoleRow>,
    /// Of the roles: sent back when one is given or taken away.
    revision: i64,
    tokens: Vec<TokenRow>,
    #[serde(skip)]
    table: TokenTable,
    #[serde(skip)]
    known: Option<Known>,
    #[serde(skip)]
    manage: Option<Manage>,
}

#[derive(Serialize)]
struct RoleRow {
    role: &'static str,
    organisation: i64,
    #[serde(skip)]
    role_words: &'static str,
    place: String,
    /// For which maker a guest answers; empty for anybody else.
    maker: String,
    /// The group of the identity provider that gives it; empty where somebody gave it by hand.
    from_group: String,
    #[serde(skip)]
    can_take: bool,
}

/// What whoever manages people can do here.
struct Manage {
    token: String,
    faults: Faults,
    choices: [Choice; 2],
    maker: Field,
    /// Where the word is typed; only for the account of somebody else, who is not erased yet.
    erase: Option<Field>,
    /// What a blocked account, or one that is not, can become; of somebody else alone.
    block: Option<Turn>,
}

/// What becomes of an account.
enum Turn {
    Block,
    Unblock,
}

impl Turn {
    const fn of(person: &Person) -> Self {
        match person.blocked {
            Some(_) => Self::Unblock,
            None => Self::Block,
        }
    }
}

impl ShownPerson {
    /// Whether a group of the identity provider gives one of the roles.
    fn has_groups(&self) -> bool {
        self.roles.iter().any(|row| !row.from_group.is_empty())
    }
}

impl Show for ShownPerson {
    fn title(&self) -> String {
        match self.name.is_empty() {
            true => format!("Person {}", self.id),
            false => self.name.clone(),
        }
    }
}

/// `GET /people/{person}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let shown =
        shown(&face, &house, &by, number(&person)?, &Form::default(), None).await?;
    face.show(&shown)
}

/// `POST /people/{person}/roles`: gives a role.
pub(crate) async fn give(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    let done = match read(&form) {
        Ok((Role::SupplierGuest, _)) if form.maker.trim().is_empty() => {
            Err(Problem::wrong_fields(vec![Fault::new("maker", NAME_THE_MAKER)]))
        }
        Ok((Role::SupplierGuest, place)) => {
            let as_shown = Shown::at(person, meanwhile::shown(&form.revision)?);
            let made = make_guest(&house.app, &by, as_shown, place, &form.maker);
            made.await.map_err(Problem::from)
        }
        Ok((role, place)) => {
            let as_shown = Shown::at(person, meanwhile::shown(&form.revision)?);
            give_role(&house.app, &by, as_shown, role, place).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    answer(face, &house, &by, person, &form, done).await
}

/// `POST /people/{person}/roles/taken`: takes a role away.
pub(crate) async fn take(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    let done = match read(&form) {
        Ok((role, place)) => {
            let as_shown = Shown::at(person, meanwhile::shown(&form.revision)?);
            take_role(&house.app, &by, as_shown, role, place).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    answer(face, &house, &by, person, &form, done).await
}

/// `POST /people/{person}/password`: makes a link for a new password, and shows it.
pub(crate) async fn offer(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    let secret = offer_new_password(&house.app, &by, person).await?;
    let name = house.app.store.person(by.head, person).await?.name;
    let whose = (name.as_str(), secret.as_str());
    face.show(&Link::to_password(&house, "The link is ready", whose, 1))
}

/// `POST /people/{person}/erased`: forgets who somebody is, for good.
pub(crate) async fn forget(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    if !form.word.trim().eq_ignore_ascii_case(WORD) {
        let mend = format!("Type the word “{WORD}”. Nobody was erased.");
        let problem = Problem::wrong_fields(vec![Fault::new("word", mend)]);
        let shown = shown(&face, &house, &by, person, &form, Some(&problem)).await?;
        return face.again(&shown, problem);
    }
    erase(&house.app, &by, person).await?;
    Ok(face.done("/people"))
}

/// `POST /people/{person}/blocked`: nothing lets the account in any more.
pub(crate) async fn shut_out(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    block(&house.app, &by, person).await?;
    Ok(face.done(&format!("/people/{person}")))
}

/// `POST /people/{person}/unblocked`: the account is let in again.
pub(crate) async fn let_in(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    unblock(&house.app, &by, person).await?;
    Ok(face.done(&format!("/people/{person}")))
}

/// `POST /people/{person}/second-factor/taken-away`: for whoever has lost it.
pub(crate) async fn take_second_factor_away(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    drop_lost(&house.app, &by, person).await?;
    Ok(face.done(&format!("/people/{person}")))
}

/// `POST /people/{person}/tokens/taken-back`.
pub(crate) async fn take_token_back(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let person = number(&person)?;
    revoke_of(&house.app, &by, person, named(&fields)?).await?;
    Ok(face.done(&format!("/people/{person}")))
}

async fn answer(
    face: Face,
    house: &House,
    by: &Actor,
    person: i64,
    form: &Form,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    let Err(problem) = done else {
        // Whoever lost the last role here is shown no more.
        let still = shown(&face, house, by, person, form, None).await.is_ok();
        let to = if still { format!("/people/{person}") } else { "/people".to_owned() };
        return Ok(face.done(&to));
    };
    let shown = shown(&face, house, by, person, form, Some(&problem)).await?;
    face.again(&shown, problem)
}

fn number(person: &str) -> Result<i64, Problem> {
    person.parse().map_err(|_| Problem::not_found("person", person))
}

fn read(form: &Form) -> Result<(Role, i64), Problem> {
    let role = Role::from_word(&form.role);
    let place: Option<i64> = form.organisation.parse().ok();
    if let (Some(role), Some(place)) = (role, place) {
        return Ok((role, place));
    }
    let mut faults = Vec::new();
    if role.is_none() {
        faults.push(Fault::new("role", "Choose a role."));
    }
    if place.is_none() {
        faults.push(Fault::new("organisation", "Choose where the role holds."));
    }
    Err(Problem::wrong_fields(faults))
}

/// Where the word is typed that erases.
fn word(form: &Form, problem: Option<&Problem>) -> Field {
    Field::new("word", "Type “erase”", Holds::Text)
        .hint("It cannot be undone.")
        .typed(&form.word)
        .judged(problem.map_or(&[], |problem| problem.faults.as_slice()))
}

async fn shown(
    face: &Face,
    house: &House,
    by: &Actor,
    person: i64,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<ShownPerson, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewPeople);
    let managed = by.scope(Permission::ManagePeople);
    let mut bindings = store.bindings(by.head, person).await?;
    let revision = roles_revision(&bindings);
    bindings.retain(|binding| scope.admits(&binding.path));
    if bindings.is_empty() {
        return Err(Problem::not_found("person", &person.to_string()));
    }
    let organisations = store.organisations(&scope).await?;
    let guests = store.guests(by.head).await?;
    let roles = bindings.iter().map(|binding| RoleRow {
        role: binding.role.word(),
        organisation: binding.organisation,
        role_words: words::role(binding.role),
        place: name_of(&organisations, binding.organisation),
        maker: guests
            .iter()
            .find(|guest| {
                binding.role == Role::SupplierGuest
                    && (guest.person, guest.organisation)
                        == (person, binding.organisation)
            })
            .map(|guest| guest.maker.clone())
            .unwrap_or_default(),
        from_group: binding.given.group().to_owned(),
        // What a group gives comes again with the next sign-in.
        can_take: managed.admits(&binding.path) && binding.given == Given::ByHand,
    });
    let tokens = held(&house.app, by.head, person).await?;
    let tokens = rows(tokens, &organisations, face.clock());
    let found = store.person(by.head, person).await?;
    let is_managed = bindings.iter().any(|binding| managed.admits(&binding.path));
    let action = match is_managed {
        true => format!("/people/{person}/tokens/taken-back"),
        false => String::new(),
    };
    let manage = match by.may(Permission::ManagePeople) {
        false => None,
        true => Some(Manage {
            token: by.form_token.clone(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            choices: places(house, by, &form.role, &form.organisation).await?,
            maker: maker(&form.maker).judged(
                problem.map(|problem| problem.faults.as_slice()).unwrap_or_default(),
            ),
            block: (person != by.person).then(|| Turn::of(&found)),
            erase: (person != by.person).then(|| word(form, problem)),
        }),
    };
    let roles: Vec<RoleRow> = roles.collect();
    Ok(ShownPerson {
        known: Known::of(house, face, by.head, person).await?,
        id: person,
        state: state(&found, &store.people_with_identity(by.head).await?),
        has_second_factor: found.totp.is_some(),
        name: found.name,
        address: found.address,
        zone: found.zone,
        roles,
        revision,
        table: TokenTable::new(&tokens, action, &by.form_token),
        tokens,
        manage,
    })
}
