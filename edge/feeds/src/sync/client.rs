//! Asks over HTTP: with a limit for every answer, and only where something changed.

use std::io;
use std::path::Path;
use std::time::Duration;

use reqwest::header::{
    ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use super::{Fault, reach};

/// How a client is set up.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Certificates of a house's own authority, as PEM, beside those of the system.
    pub authorities: Vec<u8>,
    /// How long to wait before the second of three tries.
    pub patience: Duration,
}

impl Default for Connection {
    fn default() -> Self {
        Self { authorities: Vec::new(), patience: Duration::from_secs(2) }
    }
}

/// By what an answer is known to be the one that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tag {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) enum Got<T> {
    /// It is the one that is kept.
    Same,
    /// It is another one.
    New(T, Tag),
}

/// Asks one feed.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    begun: Url,
    patience: Duration,
}

/// How long a machine may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a machine may ask us to wait.
const WAIT_MAX: u64 = 120;
const TRIES: u32 = 3;
const REDIRECTS_MAX: usize = 10;

impl Client {
    /// A client of the feed that begins at `begun`.
    pub(crate) fn new(begun: Url, connection: &Connection) -> Result<Self, Fault> {
        // The first who asks sets it; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let from = begun.clone();
        let follow = reqwest::redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS_MAX {
                return attempt.error("more than ten redirections");
            }
            match reach::may_follow(&from, attempt.url()) {
                Ok(()) => attempt.follow(),
                Err(why) => attempt.error(why),
            }
        });
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("Lazaret/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(SILENCE)
            .read_timeout(SILENCE)
            .referer(false)
            .redirect(follow);
        if !connection.authorities.is_empty() {
            let authorities =
                reqwest::Certificate::from_pem_bundle(&connection.authorities)
                    .map_err(|cause| Fault::Authorities(chain(&cause)))?;
            for authority in authorities {
                http = http.add_root_certificate(authority);
            }
        }
        let http = http.build().map_err(|cause| Fault::Authorities(chain(&cause)))?;
        Ok(Self { http, begun, patience: connection.patience })
    }

    /// The bytes at an address.
    pub(crate) async fn bytes(&self, url: &Url, most: u64) -> Result<Vec<u8>, Fault> {
        self.bytes_with(url, &HeaderMap::new(), most).await
    }

    /// The bytes at an address, or nothing where there are none.
    pub(crate) async fn bytes_if_any(
        &self,
        url: &Url,
        most: u64,
    ) -> Result<Option<Vec<u8>>, Fault> {
        match self.bytes(url, most).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(fault) if fault.is_absent() => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The bytes at an address, unless they are those of `known`.
    pub(crate) async fn changed(
        &self,
        url: &Url,
        known: Option<&Tag>,
        most: u64,
    ) -> Result<Got<Vec<u8>>, Fault> {
        self.got(url, known, &HeaderMap::new(), most).await
    }

    /// The bytes at an address that needs headers of its own.
    pub(crate) async fn bytes_with(
        &self,
        url: &Url,
        headers: &HeaderMap,
        most: u64,
    ) -> Result<Vec<u8>, Fault> {
        match self.got(url, None, headers, most).await? {
            Got::New(bytes, _) => Ok(bytes),
            Got::Same => Err(Fault::status(url, StatusCode::NOT_MODIFIED)),
        }
    }

    async fn got(
        &self,
        url: &Url,
        known: Option<&Tag>,
        headers: &HeaderMap,
        most: u64,
    ) -> Result<Got<Vec<u8>>, Fault> {
        self.tried(|| async {
            let Some(mut answer) = self.ask(url, known, headers).await? else {
                return Ok(Got::Same);
            };
            let tag = Tag::of(answer.headers());
            let mut bytes = Vec::new();
            while let Some(piece) = next(url, &mut answer).await? {
                expect_room(url, bytes.len() as u64 + piece.len() as u64, most)?;
                bytes.extend_from_slice(&piece);
            }
            Ok(Got::New(bytes, tag))
        })
        .await
    }

    /// Fetches a large answer into a file, beside its place first, unless it is that of `known`.
    pub(crate) async fn file(
        &self,
        url: &Url,
        known: Option<&Tag>,
        most: u64,
        path: &Path,
    ) -> Result<Got<()>, Fault> {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".new");
        let aside = Path::new(&aside);
        let outcome = self
            .tried(|| async {
                let Some(mut answer) = self.ask(url, known, &HeaderMap::new()).await?
                else {
                    return Ok(Got::Same);
                };
                let tag = Tag::of(answer.headers());
                let fault = |cause: io::Error| Fault::file(aside, &cause);
                let mut file = tokio::fs::File::create(aside).await.map_err(fault)?;
                let mut length = 0;
                while let Some(piece) = next(url, &mut answer).await? {
                    length += piece.len() as u64;
                    expect_room(url, length, most)?;
                    file.write_all(&piece).await.map_err(fault)?;
                }
                file.sync_all().await.map_err(fault)?;
                tokio::fs::rename(aside, path).await.map_err(fault)?;
                Ok(Got::New((), tag))
            })
            .await;
        if outcome.is_err() {
            // The fault that is told is the first one.
            let _ = tokio::fs::remove_file(aside).await;
        }
        outcome
    }

    async fn ask(
        &self,
        url: &Url,
        known: Option<&Tag>,
        headers: &HeaderMap,
    ) -> Result<Option<Response>, Fault> {
        reach::may_follow(&self.begun, url)
            .map_err(|why| Fault::Forbidden { url: url.to_string(), why })?;
        let mut request = self.http.get(url.clone()).headers(headers.clone());
        if let Some(etag) = known.and_then(|tag| tag.etag.as_ref()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(modified) = known.and_then(|tag| tag.modified.as_ref()) {
            request = request.header(IF_MODIFIED_SINCE, modified);
        }
        let answer =
            request.send().await.map_err(|cause| Fault::unreachable(url, &cause))?;
        match answer.status() {
            StatusCode::NOT_MODIFIED if known.is_some() => Ok(None),
            status if status.is_success() => Ok(Some(answer)),
            status => {
                let wait = answer.headers().get(RETRY_AFTER);
                let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
                Err(Fault::Status { url: url.to_string(), status: status.as_u16(), wait })
            }
        }
    }

    /// Tries again what may go better the next time.
    async fn tried<T, F: Future<Output = Result<T, Fault>>>(
        &self,
        act: impl Fn() -> F,
    ) -> Result<T, Fault> {
        let mut wait = self.patience;
        for _ in 1..TRIES {
            match act().await {
                Err(fault) if fault.may_pass() => {
                    let told = fault.wait().filter(|seconds| *seconds <= WAIT_MAX);
                    tokio::time::sleep(told.map_or(wait, Duration::from_secs)).await;
                    wait *= 4;
                }
                outcome => return outcome,
            }
        }
        act().await
    }
}

impl Tag {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name| {
            headers.get(name).and_then(|text| text.to_str().ok()).map(str::to_owned)
        };
        Self { etag: text(ETAG), modified: text(LAST_MODIFIED) }
    }
}

type Piece = Vec<u8>;

async fn next(url: &Url, answer: &mut Response) -> Result<Option<Piece>, Fault> {
    let piece = answer.chunk().await.map_err(|cause| Fault::unreachable(url, &cause))?;
    Ok(piece.map(|piece| piece.to_vec()))
}

fn expect_room(url: &Url, length: u64, most: u64) -> Result<(), Fault> {
    match length > most {
        true => Err(Fault::TooLarge { url: url.to_string(), most }),
        false => Ok(()),
    }
}

/// An error with what caused it.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
