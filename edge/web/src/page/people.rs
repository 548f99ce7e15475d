//! People and their roles.

pub(crate) mod invitation;
pub(crate) mod person;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::Permission;
use serde::Serialize;
use store::Organisation;

use crate::access::By;
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::counted;
use crate::{House, words};

#[derive(Template, Serialize)]
#[template(path = "people/list.html")]
struct People {
    sentence: String,
    rows: Vec<Row>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    can_invite: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    address: String,
    roles: Vec<String>,
    state: &'static str,
}

impl Show for People {
    fn title(&self) -> String {
        "People".to_owned()
    }
}

/// `GET /people`: those with a role that whoever asks may see.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewPeople);
    let organisations = store.organisations(&scope).await?;
    let joined = store.people_with_identity(by.head).await?;
    let all = store.people(&scope).await?;
    let Stretch { rows: people, total, next, pages } = wanted.of("/people", all, |one| {
        Place::default().text(one.name.to_lowercase()).number(one.id)
    });
    let mut rows = Vec::new();
    for person in people {
        let bindings = store.bindings(by.head, person.id).await?;
        let seen = bindings.iter().filter(|binding| scope.admits(&binding.path));
        let roles = seen.map(|binding| {
            let place = name_of(&organisations, binding.organisation);
            let role = words::role_name(binding.role);
            match binding.given.group() {
                "" => format!("{role}, {place}"),
                group => format!("{role}, {place} (group {group})"),
            }
        });
        rows.push(Row {
            id: person.id,
            roles: roles.collect(),
            state: state(&person, &joined),
            name: person.name,
            address: person.address,
        });
    }
    let sentence = match total {
        1 => "1 person has a role here.".to_owned(),
        many => format!("{} have a role here.", counted(many, "person", "people")),
    };
    let can_invite = by.may(Permission::ManagePeople);
    face.show(&People { sentence, rows, total, next, pages, can_invite })
}

/// Whether somebody can sign in; `joined` are those whom an identity provider knows.
fn state(person: &store::Person, joined: &BTreeSet<i64>) -> &'static str {
    match (&person.blocked, &person.password) {
        (Some(_), _) => "blocked",
        (None, None) if !joined.contains(&person.id) => "invited, no password yet",
        (None, _) => "can sign in",
    }
}

pub(super) fn name_of(organisations: &[Organisation], id: i64) -> String {
    let found = organisations.iter().find(|one| one.id == id);
    found.map_or_else(|| format!("organisation {id}"), |one| one.name.clone())
}
