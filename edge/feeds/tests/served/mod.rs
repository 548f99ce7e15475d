//! A server on loopback that gives what a test puts into it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode, header};
use tokio::sync::Notify;

/// What is served, what is answered instead, and what was asked for.
#[derive(Default)]
struct Shelf {
    files: BTreeMap<String, Vec<u8>>,
    /// Statuses to be given first, by path.
    faults: BTreeMap<String, Vec<u16>>,
    asked: Vec<String>,
    /// How many requests are answered before one is left without an answer.
    left: Option<usize>,
}

impl Shelf {
    /// Whether this request is the one that gets no answer; the others after it do.
    fn is_silent(&mut self) -> bool {
        match self.left {
            Some(0) => self.left.take().is_some(),
            Some(left) => {
                self.left = Some(left - 1);
                false
            }
            None => false,
        }
    }
}

/// A server that ends with the test.
#[derive(Clone)]
pub(crate) struct Served {
    /// `http://127.0.0.1:PORT`.
    pub(crate) address: String,
    shelf: Arc<Mutex<Shelf>>,
    /// Told when a request is left without an answer.
    silent: Arc<Notify>,
}

impl Served {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let served = Self { address, shelf: Arc::default(), silent: Arc::default() };
        let router = axum::Router::new().fallback(answer).with_state(served.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        served
    }

    /// Serves bytes at a path, which begins with `/` and may have a query.
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.shelf.lock().unwrap().files.insert(path.to_owned(), bytes.into());
    }

    pub(crate) fn remove(&self, path: &str) {
        self.shelf.lock().unwrap().files.remove(path);
    }

    /// Answers with these statuses first.
    pub(crate) fn fail(&self, path: &str, statuses: &[u16]) {
        self.shelf.lock().unwrap().faults.insert(path.to_owned(), statuses.to_vec());
    }

    /// Answers so many requests more, and leaves the next one without an answer.
    pub(crate) fn stop_after(&self, requests: usize) {
        self.shelf.lock().unwrap().left = Some(requests);
    }

    /// Ends when a request is left without an answer.
    pub(crate) async fn stopped(&self) {
        self.silent.notified().await;
    }

    /// What was asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shelf.lock().unwrap().asked)
    }
}

async fn answer(State(served): State<Served>, request: Request<Body>) -> Response<Body> {
    if served.shelf.lock().unwrap().is_silent() {
        served.silent.notify_one();
        std::future::pending::<()>().await;
    }
    let mut shelf = served.shelf.lock().unwrap();
    let path = request.uri().path_and_query().unwrap().as_str().to_owned();
    shelf.asked.push(path.clone());
    let status = |status: u16| {
        let status = StatusCode::from_u16(status).unwrap();
        Response::builder().status(status).body(Body::empty()).unwrap()
    };
    if let Some(faults) = shelf.faults.get_mut(&path)
        && !faults.is_empty()
    {
        return status(faults.remove(0));
    }
    // A path that leads on: `-> ADDRESS`.
    let Some(bytes) = shelf.files.get(&path) else { return status(404) };
    if let Some(to) = bytes.strip_prefix(b"-> ") {
        let to = String::from_utf8(to.to_vec()).unwrap();
        let answer = Response::builder().status(302).header(header::LOCATION, to);
        return answer.body(Body::empty()).unwrap();
    }
    let etag = format!("\"{}\"", blake3::hash(bytes).to_hex());
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return status(304);
    }
    Response::builder()
        .header(header::ETAG, etag)
        .body(Body::from(bytes.clone()))
        .unwrap()
}
