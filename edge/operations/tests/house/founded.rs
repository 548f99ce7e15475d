//! An invented hospital, set up.

use operations::first_run::{Founding, found, offer};
use operations::{Actor, App};
use store::Kind;

/// Sets up the house; gives its first administrator.
pub(crate) async fn founded(app: &App) -> Actor {
    let link = offer(app).await.unwrap().unwrap();
    let founding = Founding {
        kind: Kind::Hospital,
        organisation: "Invented Hospital",
        name: "Ada",
        address: "ada@hospital.example",
        password: "a long sentence will do",
        zone: "UTC",
    };
    let new = found(app, &link, founding).await.unwrap();
    let session = app.store.session(&new.secret, (app.now)()).await.unwrap().unwrap();
    Actor::of_session(app, session).await.unwrap()
}
