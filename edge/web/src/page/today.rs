//! Today: what is known, and what to do first.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use operations::{Actor, Permission};
use serde::Serialize;
use store::Generation;

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "today.html")]
struct Today {
    sentence: String,
    steps: Vec<Step>,
    known: Vec<Known>,
}

/// Something to do, in order.
#[derive(Serialize)]
struct Step {
    what: &'static str,
    why: &'static str,
    address: &'static str,
    link: &'static str,
    command: &'static str,
}

/// Something that the house knows, and where the rows are that it counts.
#[derive(Serialize)]
struct Known {
    what: &'static str,
    value: String,
    address: &'static str,
}

impl Show for Today {
    fn title(&self) -> String {
        "Today".to_owned()
    }
}

/// `GET /`: leads to Today.
pub(crate) async fn home() -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, "/today")]).into_response()
}

/// `GET /today`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let known = known(&house, &by, &face).await?;
    let index = house.app.store.generation().await?;
    let steps = steps(&by, index.as_ref());
    let sentence = match steps.len() {
        0 => "Nothing waits for you here yet.".to_owned(),
        count => format!(
            "No inventory is here yet, so nothing can be judged: {} first.",
            counted(count, "thing to do", "things to do")
        ),
    };
    face.show(&Today { sentence, steps, known })
}

async fn known(house: &House, by: &Actor, face: &Face) -> Result<Vec<Known>, Problem> {
    let store = &house.app.store;
    let mut known = Vec::new();
    if by.may(Permission::ViewDevices) {
        let scope = by.scope(Permission::ViewDevices);
        known.push(Known {
            what: "Organisations that you see",
            value: store.organisations(&scope).await?.len().to_string(),
            address: "/organisations",
        });
        let newest = store.imports(&scope, 1).await?;
        known.push(Known {
            what: "Newest inventory",
            value: match newest.first() {
                Some(import) => face.clock().show(&import.started).text,
                None => "none".to_owned(),
            },
            address: "",
        });
    }
    if by.may(Permission::ViewPeople) {
        let scope = by.scope(Permission::ViewPeople);
        known.push(Known {
            what: "People with a role",
            value: store.people(&scope).await?.len().to_string(),
            address: "/people",
        });
    }
    if by.may(Permission::ViewAudit) {
        known.push(Known {
            what: "Acts in the audit log",
            value: store.log_root(by.head).await?.size.to_string(),
            address: "/audit",
        });
    }
    Ok(known)
}

fn steps(by: &Actor, index: Option<&Generation>) -> Vec<Step> {
    let mut steps = Vec::new();
    if by.may(Permission::Administer) {
        steps.push(Step {
            what: "Name your hospitals and sites",
            why: "Devices, people and roles belong to an organisation.",
            address: "/organisations",
            link: "Organisations",
            command: "",
        });
    }
    if by.may(Permission::ManagePeople) {
        steps.push(Step {
            what: "Invite the people who work on devices",
            why: "Each gets a link that works once, and the role that you choose.",
            address: "/people/invitation",
            link: "Invite somebody",
            command: "",
        });
    }
    if by.may(Permission::Administer) && index.is_none() {
        steps.push(Step {
            what: "Build the index of advisories",
            why: "What is known to be wrong with devices is looked up in it.",
            address: "",
            link: "",
            command: "lazaret feed build SOURCE…",
        });
    }
    if by.may(Permission::ImportInventory) {
        steps.push(Step {
            what: "Judge an inventory",
            why: "The pages cannot take one in yet; the command line can judge it.",
            address: "",
            link: "",
            command: "lazaret device match INVENTORY.csv",
        });
    }
    steps
}
