//! Inviting somebody.

use std::net::{IpAddr, Ipv4Addr};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::people::{Invitation, invite, invite_guest};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Role;

use crate::access::By;
use crate::clock::zone_named;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::parts::Place;
use crate::problem::Problem;
use crate::{House, rate, words};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    name: String,
    address: String,
    zone: String,
    role: String,
    organisation: String,
    /// For which maker a supplier's guest answers.
    maker: String,
}

#[derive(Template, Serialize)]
#[template(path = "people/invitation.html")]
struct ShownForm {
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fields: [Field; 3],
    #[serde(skip)]
    choices: [Choice; 2],
    #[serde(skip)]
    maker: Field,
    fields_wanted: [&'static str; 6],
}

impl Show for ShownForm {
    fn title(&self) -> String {
        "Invite somebody".to_owned()
    }
}

/// A link that works once. It is shown once, too.
#[derive(Template, Serialize)]
#[template(path = "people/link.html")]
pub(super) struct Link {
    title: &'static str,
    sentence: String,
    path: String,
    /// The whole link, where somebody has said under which address the house is reached; the
    /// path alone otherwise. What a request says of itself (`Host`) is never part of it: whoever
    /// sends the request chooses that.
    link: String,
    days: u8,
}

impl Link {
    /// A link that sets a password, for somebody.
    pub(super) fn to_password(
        house: &House,
        title: &'static str,
        (whose, secret): (&str, &str),
        days: u8,
    ) -> Self {
        let path = format!("/password/{secret}");
        Self {
            title,
            sentence: format!("Give this link to {whose}, and to nobody else."),
            link: house.app.link(&path),
            path,
            days,
        }
    }

    /// Whether it begins with the address of the house.
    fn is_whole(&self) -> bool {
        self.link != self.path
    }
}

impl Show for Link {
    fn title(&self) -> String {
        self.title.to_owned()
    }
}

/// `GET /people/invitation`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let form = Form {
        zone: by.zone.clone(),
        role: Role::Viewer.word().to_owned(),
        ..Form::default()
    };
    let shown = shown(&house, &by, &form, None).await?;
    face.show(&shown)
}

/// `POST /people/invitation`: makes the account, and shows the link.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    match act(&house, &by, &form).await {
        Ok(secret) => {
            let title = "The invitation is ready";
            let whose = (form.name.trim(), secret.as_str());
            face.show(&Link::to_password(&house, title, whose, 7))
        }
        Err(problem) => {
            let shown = shown(&house, &by, &form, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn act(house: &House, by: &Actor, form: &Form) -> Result<String, Problem> {
    let mut faults = empty(&[
        ("name", &form.name, "Enter the person's name."),
        ("address", &form.address, "Enter the person's e-mail address."),
    ]);
    let role = Role::from_word(&form.role);
    if role.is_none() {
        faults.push(Fault::new("role", "Choose a role."));
    }
    let organisation: Option<i64> = form.organisation.parse().ok();
    if organisation.is_none() {
        faults.push(Fault::new("organisation", "Choose where the role holds."));
    }
    if zone_named(&form.zone).is_none() {
        faults.push(Fault::new("zone", "Enter a time zone by its name, or UTC."));
    }
    if role == Some(Role::SupplierGuest) {
        faults.extend(empty(&[("maker", &form.maker, NAME_THE_MAKER)]));
    }
    let (Some(role), Some(organisation), true) = (role, organisation, faults.is_empty())
    else {
        return Err(Problem::wrong_fields(faults));
    };
    // Who may be invited tells who has an account: it is found out no faster than a password.
    let account = format!("invite {} {}", by.head, by.person);
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let taken = rate::try_once(&house.app, &account, here).await?;
    let invitation = Invitation {
        name: &form.name,
        address: &form.address,
        zone: form.zone.trim(),
        role,
        organisation,
    };
    let secret = match role {
        Role::SupplierGuest => {
            invite_guest(&house.app, by, invitation, &form.maker).await?
        }
        _ => invite(&house.app, by, invitation).await?,
    };
    taken.give_back(&house.app).await?;
    Ok(secret)
}

async fn shown(
    house: &House,
    by: &Actor,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<ShownForm, Problem> {
    let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let field = |name, label, holds, typed: &str| {
        Field::new(name, label, holds).typed(typed).judged(wrong)
    };
    let [role, organisation] = places(house, by, &form.role, &form.organisation).await?;
    Ok(ShownForm {
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        fields: [
            field("name", "Name", Holds::Text, &form.name),
            field("address", "E-mail address", Holds::Address, &form.address)
                .hint("The person signs in with it. It is stored encrypted."),
            field("zone", "Time zone", Holds::Text, &form.zone)
                .hint("For example Europe/Berlin or America/Chicago."),
        ],
        choices: [role.judged(wrong), organisation.judged(wrong)],
        maker: maker(&form.maker).judged(wrong),
        fields_wanted: ["name", "address", "zone", "role", "organisation", "maker"],
    })
}

/// What is said where a guest answers for nobody.
pub(super) const NAME_THE_MAKER: &str =
    "Enter for which maker the guest answers, as your inventory writes it.";

/// The field for the maker of a supplier's guest.
pub(super) fn maker(typed: &str) -> Field {
    Field::new("maker", "Maker", Holds::Text).typed(typed).hint(
        "For a supplier's guest alone: the maker for which they answer, as your inventory \
         writes it. The guest sees the products of that maker and nothing of any other.",
    )
}

/// The lists of roles, and of organisations whose people the actor manages.
pub(super) async fn places(
    house: &House,
    by: &Actor,
    role: &str,
    organisation: &str,
) -> Result<[Choice; 2], Problem> {
    let roles =
        Role::ALL.map(|role| (role.word().to_owned(), words::role(role).to_owned()));
    let scope = by.scope(Permission::ManagePeople);
    let managed = house.app.store.organisations(&scope).await?;
    let managed = Place::options(&managed);
    Ok([
        Choice::new("role", "Role", roles, role),
        Choice::new("organisation", "Where it holds", managed, organisation)
            .hint("And in everything below."),
    ])
}
