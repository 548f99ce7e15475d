//! Who may ask what. A route enters the router only with a decision, and the list of
//! decisions can be read back, so that a test walks all of them.

use std::marker::PhantomData;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request, State};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use jiff::SignedDuration;
use operations::{Actor, Permission};
use tower_http::timeout::TimeoutLayer;

use crate::face::{Face, Wants};
use crate::page::confirm::Interrupted;
use crate::problem::Problem;
use crate::{House, bearer, repeat, session, token, words};

/// What whoever asks must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Anybody.
    Nothing,
    /// Somebody with an account, whatever the role.
    Account,
    /// Somebody whose role brings it.
    Permission(Permission),
}

/// How whoever asks may show who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With the session of a browser, or with a token.
    Either,
    /// With a session alone: what nobody leaves to a program.
    InPerson,
    /// With a token alone: a browser's cookie opens nothing here.
    ByToken,
}

/// Whether whoever asks must have shown lately who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gravity {
    Usual,
    Grave,
}

/// What is done for somebody who owes a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owing {
    Refused,
    Answered,
}

/// How long it counts that somebody has shown who they are.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// How many bytes a form may have.
pub(crate) const FORM_MAX: usize = 64 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A handler about which somebody decided. There are three ways to make one.
pub(crate) struct Decided<H, T> {
    handler: H,
    asked: Asked,
    way: Way,
    gravity: Gravity,
    owing: Owing,
    bytes_max: usize,
    patience: Duration,
    extracted: PhantomData<fn() -> T>,
}

impl<H, T> Decided<H, T> {
    /// Takes more at once than a form, and waits longer for it.
    pub(crate) fn taking(self, bytes_max: usize, patience: Duration) -> Self {
        Self { bytes_max, patience, ..self }
    }

    /// Is not done for a program.
    pub(crate) fn in_person(self) -> Self {
        Self { way: Way::InPerson, ..self }
    }

    /// Asks anew who it is, of somebody in person who has not shown it lately. A token was
    /// made by somebody who did.
    pub(crate) fn grave(self) -> Self {
        Self { gravity: Gravity::Grave, ..self }
    }

    /// Is done even for somebody who owes a second factor: it leads to one, or out.
    pub(crate) fn while_owing(self) -> Self {
        Self { owing: Owing::Answered, ..self }
    }

    /// Is done for programs only.
    pub(crate) fn by_token(self) -> Self {
        Self { way: Way::ByToken, ..self }
    }
}

/// Answers whoever has the permission somewhere; the handler asks for the scope.
pub(crate) fn needs<H, T>(permission: Permission, handler: H) -> Decided<H, T>
where
    H: Handler<T, House>,
    T: 'static,
{
    decided(Asked::Permission(permission), handler)
}

/// Answers whoever is signed in.
pub(crate) fn signed_in<H, T>(handler: H) -> Decided<H, T>
where
    H: Handler<T, House>,
    T: 'static,
{
    decided(Asked::Account, handler)
}

/// Answers anybody.
pub(crate) fn open_to_all<H, T>(handler: H) -> Decided<H, T>
where
    H: Handler<T, House>,
    T: 'static,
{
    decided(Asked::Nothing, handler)
}

fn decided<H, T>(asked: Asked, handler: H) -> Decided<H, T> {
    let (bytes_max, patience) = (FORM_MAX, PATIENCE);
    Decided {
        handler,
        asked,
        way: Way::Either,
        gravity: Gravity::Usual,
        owing: Owing::Refused,
        bytes_max,
        patience,
        extracted: PhantomData,
    }
}

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) asked: Asked,
    pub(crate) way: Way,
    /// Tests hold it against the rule of what is grave.
    #[cfg_attr(not(test), expect(dead_code, reason = "the door has its own"))]
    pub(crate) gravity: Gravity,
}

/// The route that answered, as it is written in the list: what a request is counted and noted
/// under, since its path may hold a secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route(pub(crate) &'static str);

/// The list of addresses.
pub(crate) struct Addresses {
    house: House,
    router: Router<House>,
    list: Vec<Address>,
}

impl Addresses {
    pub(crate) fn new(house: &House) -> Self {
        Self { house: house.clone(), router: Router::new(), list: Vec::new() }
    }

    /// An address that shows something.
    pub(crate) fn get<H, T>(self, path: &'static str, decided: Decided<H, T>) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.at(MethodFilter::GET, "GET", path, decided)
    }

    /// An address that does something.
    pub(crate) fn post<H, T>(self, path: &'static str, decided: Decided<H, T>) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.at(MethodFilter::POST, "POST", path, decided)
    }

    /// An address at which a program puts something.
    pub(crate) fn put<H, T>(self, path: &'static str, decided: Decided<H, T>) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.at(MethodFilter::PUT, "PUT", path, decided)
    }

    /// An address at which a program changes something.
    pub(crate) fn patch<H, T>(self, path: &'static str, decided: Decided<H, T>) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        self.at(MethodFilter::PATCH, "PATCH", path, decided)
    }

    fn at<H, T>(
        mut self,
        filter: MethodFilter,
        method: &'static str,
        path: &'static str,
        decided: Decided<H, T>,
    ) -> Self
    where
        H: Handler<T, House>,
        T: 'static,
    {
        let Decided { handler, asked, way, gravity, owing, bytes_max, patience, .. } =
            decided;
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        let house = self.house.clone();
        let door = Door { house, path, asked, way, gravity, owing, bytes_max };
        let route: MethodRouter<House> =
            on(filter, handler).layer(DefaultBodyLimit::max(bytes_max));
        let route: MethodRouter<House> = route.layer(from_fn_with_state(door, ask));
        let route = route.layer(TimeoutLayer::with_status_code(busy, patience));
        let route =
            route.layer(from_fn(move |request: Request, next: Next| async move {
                let mut response = next.run(request).await;
                response.extensions_mut().insert(Route(path));
                response
            }));
        self.list.push(Address { method, path, asked, way, gravity });
        self.router = self.router.route(path, route);
        self
    }

    /// The lines: the description of the API is made from them, and tests walk them.
    pub(crate) fn list(&self) -> &[Address] {
        &self.list
    }

    pub(crate) fn into_router(self) -> Router {
        self.router.with_state(self.house)
    }
}

/// What stands before one route.
#[derive(Clone)]
struct Door {
    house: House,
    path: &'static str,
    asked: Asked,
    way: Way,
    gravity: Gravity,
    owing: Owing,
    bytes_max: usize,
}

/// Somebody who is known, and by what.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) key: Key,
}

/// By what somebody is known.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// The secret of a session.
    Session(String),
    /// A token.
    Token,
}

async fn ask(State(door): State<Door>, request: Request, next: Next) -> Response {
    let caller = match caller(&door, request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let mut response = match let_in(&door, caller.as_ref(), request).await {
        Ok(request) => run(&door, caller.as_ref(), request, next).await,
        Err(refused) => *refused,
    };
    // The page of a problem has the same frame as any other.
    if let Some(caller) = caller {
        response.extensions_mut().insert(caller);
    }
    response
}

/// Lets the handler answer; what a program may send again is done once.
async fn run(
    door: &Door,
    caller: Option<&Caller>,
    request: Request,
    next: Next,
) -> Response {
    let actor = caller.map(|caller| &caller.actor);
    let token = actor.and_then(|actor| Some((actor.head, actor.token()?)));
    match token.filter(|_| !request.method().is_safe()) {
        Some(token) => repeat::once(&door.house, token, request, next).await,
        None => next.run(request).await,
    }
}

/// Who asks. Sessions, tokens and roles are read anew each time: what was taken away is gone
/// at once. Where there is a token, no cookie is looked at.
async fn caller(door: &Door, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    let (house, now) = (&door.house, (door.house.app.now)());
    let presented = bearer::presented(headers);
    if let Some(text) = presented.filter(|_| door.asked != Asked::Nothing) {
        let token = house.app.store.token(text, now).await?;
        let token = token.ok_or_else(Problem::wrong_token)?;
        let actor = Actor::of_token(&house.app, token).await?;
        return Ok(Some(Caller { actor, key: Key::Token }));
    }
    if presented.is_some() || door.way == Way::ByToken {
        return Ok(None);
    }
    match session::secret(house.transport, headers) {
        Some(secret) => of_session(house, secret).await,
        None => Ok(None),
    }
}

/// Who holds the secret of a session.
pub(crate) async fn of_session(
    house: &House,
    secret: String,
) -> Result<Option<Caller>, Problem> {
    let session = house.app.store.session(&secret, (house.app.now)()).await?;
    let Some(session) = session else { return Ok(None) };
    let actor = Actor::of_session(&house.app, session).await?;
    Ok(Some(Caller { actor, key: Key::Session(secret) }))
}

async fn let_in(
    door: &Door,
    caller: Option<&Caller>,
    mut request: Request,
) -> Result<Request, Box<Response>> {
    let refused = |problem: Problem| Box::new(problem.into_response());
    let Some(caller) = caller else {
        return match (door.asked, door.way) {
            (Asked::Nothing, _) => Ok(request),
            (_, Way::ByToken) => Err(refused(Problem::no_token())),
            (_, Way::Either | Way::InPerson) => Err(Box::new(sign_in_first(&request))),
        };
    };
    if door.way == Way::InPerson && matches!(caller.key, Key::Token) {
        return Err(refused(Problem::in_person()));
    }
    if let Asked::Permission(permission) = door.asked
        && !caller.actor.may(permission)
    {
        return Err(refused(match caller.key {
            Key::Session(_) => Problem::refused(words::permission(permission)),
            Key::Token => Problem::not_lent(permission),
        }));
    }
    if door.asked != Asked::Nothing
        && caller.actor.owes_second_factor
        && door.owing == Owing::Refused
    {
        let to = "/account/second-factor".to_owned();
        let wants = wants(&request);
        return Err(Box::new(led(wants, to, Problem::owes_second_factor())));
    }
    let is_act = door.asked != Asked::Nothing && !request.method().is_safe();
    if is_act && matches!(caller.key, Key::Session(_)) {
        request = token::checked(request, &caller.actor.form_token, door.bytes_max)
            .await
            .map_err(refused)?;
    }
    request.extensions_mut().insert(caller.clone());
    match owes_to_show(door, caller) {
        true => Err(Box::new(unconfirmed(door, caller, request).await)),
        false => Ok(request),
    }
}

/// Whether somebody in person must show anew who they are, before something grave.
fn owes_to_show(door: &Door, caller: &Caller) -> bool {
    let is_fresh = (door.house.app.now)().duration_since(caller.actor.confirmed) < FRESH;
    let in_person = matches!(caller.key, Key::Session(_));
    door.gravity == Gravity::Grave && in_person && !is_fresh
}

/// Asks anew who it is. What was typed is kept, as far as it is no secret: it is sent with one
/// click afterwards.
async fn unconfirmed(door: &Door, caller: &Caller, request: Request) -> Response {
    let (wants, back) = (wants(&request), back(&request));
    let to = format!("/confirm?next={}", session::quoted(&back));
    let is_act = wants == Wants::Page && !request.method().is_safe();
    if !is_act {
        return led(wants, to, Problem::unconfirmed());
    }
    let (mut parts, body) = request.into_parts();
    let Ok(face) = Face::from_request_parts(&mut parts, &door.house).await;
    let path = parts.uri.path().to_owned();
    let request = Request::from_parts(parts, body);
    let typed = axum::Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let typed = typed.map(|axum::Form(typed)| typed).unwrap_or_default();
    let Some(interrupted) = Interrupted::new(&path, door.path, &typed) else {
        return led(wants, to, Problem::unconfirmed());
    };
    let asked = interrupted.ask(face, &door.house, &caller.actor, &back).await;
    asked.unwrap_or_else(Problem::into_response)
}

fn wants(request: &Request) -> Wants {
    request.extensions().get::<Wants>().copied().unwrap_or(Wants::Json)
}

/// A page leads there; everything else is told why.
fn led(wants: Wants, to: String, problem: Problem) -> Response {
    match wants {
        Wants::Json => problem.into_response(),
        Wants::Page => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
    }
}

/// Where somebody goes on afterwards: what was asked for, or the page with the form.
fn back(request: &Request) -> String {
    let uri = match request.method() {
        &Method::GET => Some(request.uri().clone()),
        _ => {
            let page = request.headers().get(header::REFERER);
            page.and_then(|page| page.to_str().ok()?.parse::<Uri>().ok())
        }
    };
    let path = uri.as_ref().and_then(Uri::path_and_query);
    path.map_or("/today", |path| path.as_str()).to_owned()
}

/// A page leads to the sign-in and back; everything else is told that it must sign in.
fn sign_in_first(request: &Request) -> Response {
    if wants(request) == Wants::Json || request.method() != Method::GET {
        return Problem::signed_out().into_response();
    }
    let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let to = match to {
        "/" => "/sign-in".to_owned(),
        to => format!("/sign-in?next={}", session::quoted(to)),
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

impl FromRequestParts<House> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &House,
    ) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::signed_out)
    }
}

/// The newtype of [`Actor`] that a handler takes when it needs to know who asks.
#[derive(Clone, Debug)]
pub(crate) struct By(pub(crate) Actor);

impl FromRequestParts<House> for By {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        house: &House,
    ) -> Result<Self, Self::Rejection> {
        Caller::from_request_parts(parts, house).await.map(|caller| Self(caller.actor))
    }
}
