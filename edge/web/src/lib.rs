//! The server: what people and programs meet over HTTP.
//!
//! - `routes.rs` is the list of every address and who may ask for it; `access.rs` takes no route about which nobody decided.
//! - A handler reads or acts, then shows. What it shows is one value: a page, or the same as JSON.
//! - An error is a `Problem`: what, why, and what next. Its cause goes to the log with the request's id, never to whoever asked.
//!
//! What does not live here: rules about devices and advisories (`core/`), acts (`operations`), statements (`store`).

mod access;
mod api;
mod asset;
mod bearer;
mod clock;
mod digest;
mod dress;
mod face;
mod field;
mod form;
mod json;
mod length;
mod live;
mod mark;
mod metrics;
mod openapi;
mod origin;
mod page;
mod parts;
mod problem;
mod rate;
mod repeat;
mod routes;
mod sentence;
mod session;
mod shell;
mod side;
pub mod tls;
mod token;
mod words;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt as _;
use operations::App;
use operations::log::Level;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use digest::compose;
pub use metrics::serve_metrics;

/// How requests reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In the clear, from this machine only.
    Loopback,
    /// Under TLS, ours or that of a proxy in front: cookies are never sent in the clear.
    Tls,
}

/// How many may be told of something as it goes on at the same time.
const LISTENERS: usize = 200;

/// What every handler works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct House {
    /// Memory, files and the time.
    pub app: App,
    /// How requests reach us.
    pub transport: Transport,
    /// Where a fault of ours is told to whoever runs the server.
    pub tell: fn(&str),
    /// Whoever is told of something as it goes on holds one of these.
    listeners: Arc<Semaphore>,
}

impl House {
    /// Tells a fault of ours: whoever runs the server, and the log, which is told under which
    /// route it was and never under which path.
    pub(crate) fn fault(
        &self,
        request: &str,
        route: &'static str,
        place: &str,
        cause: &str,
    ) {
        let facts = [
            ("request", request.into()),
            ("route", route.into()),
            ("cause", cause.into()),
        ];
        self.app.log.say(Level::Error, "fault", &facts);
        (self.tell)(&format!("error: request {request} to {place}: {cause}"));
    }

    /// A house that tells its faults to `tell`.
    #[must_use]
    pub fn new(app: App, transport: Transport, tell: fn(&str)) -> Self {
        let listeners = Arc::new(Semaphore::new(LISTENERS));
        Self { app, transport, tell, listeners }
    }
}

/// Every path that somebody in a browser can ask for, as it stands in the list of routes: a
/// test visits each of them.
pub fn paths(house: &House) -> Vec<&'static str> {
    let list = routes::all(house);
    let asked = list.list().iter().filter(|address| address.method == "GET");
    let asked = asked.filter(|address| address.way != access::Way::ByToken);
    asked.map(|address| address.path).collect()
}

/// Everything that the server answers.
pub fn router(house: House) -> Router {
    dress::dressed(house.clone(), routes::all(&house).into_router())
}

/// Answers whoever comes to `listener` until `end`, then finishes what is under way.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    house: House,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(house).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(end).await
}

/// Answers whoever comes to `listener` and speaks TLS, until `end`, then finishes what is
/// under way. Certificate and key are read again when their files change.
///
/// # Errors
/// When the socket fails.
pub async fn serve_tls(
    house: House,
    listener: TcpListener,
    tls: tls::Tls,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = tls.listen(listener, house.tell)?;
    // Tapped so that requests know where they come from, as those in the clear do.
    let listener = listener.tap_io(|_| {});
    let service = router(house).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(end).await
}

#[cfg(test)]
mod tests;
