//! Sends one message, once.
//!
//! No redirection is followed, no proxy of the environment is asked, and of an answer no more
//! than its beginning is read. Names are looked up here, and the addresses that they lead to are
//! checked at each connection, so that a name cannot turn inside between check and use.
//!
//! Through a proxy that is named, public machines are reached, and machines inside as before
//! without it. A name goes there where it leads to public machines alone as seen from here; one
//! that cannot be looked up here goes there where whoever runs the server has named it.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::RETRY_AFTER;
use url::{Host, Url};

use crate::proxy::Proxy;
use crate::reach::{NotThere, Reach, is_public};
use crate::signature::{Secret, signed};

/// How long a receiver may take to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// How long it may take in all: it is to take a message in, and not to work on it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many bytes of an answer are read.
const ANSWER_MAX: usize = 4096;
/// How many characters of it are kept.
const BEGINNING_MAX: usize = 500;
/// How long a receiver may ask us to wait.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// A message to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// Where it goes.
    pub url: &'a Url,
    /// By what the receiver knows it again.
    pub id: &'a str,
    /// When it is sent.
    pub at: Timestamp,
    /// The secrets that hold at this moment.
    pub secrets: &'a [Secret],
    /// What is told, as JSON.
    pub body: &'a str,
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How long it asks us to wait.
    pub wait: Option<Duration>,
    /// How the answer begins, without what is no text.
    pub beginning: String,
}

impl Answer {
    /// Whether the receiver has the message.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It may not go there.
    #[error(transparent)]
    NotThere(#[from] NotThere),
    /// Nobody answered.
    #[error("{0}")]
    Unreachable(String),
    /// Certificates or TLS cannot be used.
    #[error("no connection can be made: {0}")]
    Client(String),
}

/// What sends messages. Until the first one it opens nothing.
#[derive(Debug, Default)]
pub struct Post {
    reach: Arc<Reach>,
    authorities: Vec<u8>,
    proxy: Option<Proxy>,
    client: OnceLock<reqwest::Client>,
    /// The same through the proxy.
    outside: OnceLock<reqwest::Client>,
}

/// By which way a message goes.
enum Way<'p> {
    Straight,
    Through(&'p Proxy),
}

impl Post {
    /// Sends within a reach; `authorities` are certificates (PEM) beside those of the system.
    #[must_use]
    pub fn new(reach: Reach, authorities: Vec<u8>) -> Self {
        Self { reach: Arc::new(reach), authorities, ..Self::default() }
    }

    /// The same, reaching public machines through a proxy.
    #[must_use]
    pub fn through(self, proxy: Proxy) -> Self {
        Self { proxy: Some(proxy), ..self }
    }

    /// Where messages may go.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Sends a message; what the receiver answers, and how long it took.
    ///
    /// # Errors
    /// When it may not go there, or nobody answers.
    pub async fn send(
        &self,
        letter: Letter<'_>,
    ) -> (Result<Answer, PostError>, Duration) {
        let begin = Instant::now();
        let sent = self.sent(letter).await;
        (sent, begin.elapsed())
    }

    async fn sent(&self, letter: Letter<'_>) -> Result<Answer, PostError> {
        self.reach.may_go(letter.url)?;
        let signature =
            signed(letter.secrets, letter.id, letter.at, letter.body.as_bytes());
        let request = self
            .client(self.way(letter.url).await?)?
            .post(letter.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", letter.id)
            .header("webhook-timestamp", letter.at.as_second())
            .header("webhook-signature", signature)
            .body(letter.body.to_owned());
        let failed = |cause: reqwest::Error| {
            // Its own words would repeat the address, which may hold a secret.
            PostError::Unreachable(told(&cause.without_url()))
        };
        let mut answer = request.send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get(RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
        let wait = wait.map(Duration::from_secs).map(|wait| wait.min(WAIT_MAX));
        let mut bytes = Vec::new();
        // Whoever answers has answered: that the rest does not come changes nothing.
        while let Ok(Some(piece)) = answer.chunk().await {
            bytes.extend_from_slice(&piece);
            if bytes.len() >= ANSWER_MAX {
                break;
            }
        }
        bytes.truncate(ANSWER_MAX);
        Ok(Answer { status, wait, beginning: beginning(&bytes) })
    }

    /// By which way a message goes there, as far as it may.
    async fn way(&self, url: &Url) -> Result<Way<'_>, PostError> {
        let Some(proxy) = &self.proxy else { return Ok(Way::Straight) };
        let is_outside = match url.host().ok_or(NotThere::NoAddress)? {
            Host::Ipv4(address) => is_public(address.into()),
            Host::Ipv6(address) => is_public(address.into()),
            Host::Domain(name) => match tokio::net::lookup_host((name, 0)).await {
                Ok(mut found) => found.all(|one| is_public(one.ip())),
                Err(_) if self.reach.is_named(name) => true,
                Err(_) => return Err(NotThere::Unknown(name.to_owned()).into()),
            },
        };
        Ok(if is_outside { Way::Through(proxy) } else { Way::Straight })
    }

    fn client(&self, way: Way<'_>) -> Result<&reqwest::Client, PostError> {
        let held = match way {
            Way::Straight => &self.client,
            Way::Through(_) => &self.outside,
        };
        if let Some(client) = held.get() {
            return Ok(client);
        }
        let client = self.built(way).map_err(|cause| PostError::Client(told(&cause)))?;
        Ok(held.get_or_init(|| client))
    }

    fn built(&self, way: Way<'_>) -> Result<reqwest::Client, reqwest::Error> {
        // The first who asks sets it; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("Lazaret/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(1)
            .redirect(reqwest::redirect::Policy::none());
        let mut client = match way {
            Way::Straight => {
                client.dns_resolver(Guide { reach: Arc::clone(&self.reach) })
            }
            // It is looked up as the system does: it may well stand inside.
            Way::Through(proxy) => client.proxy(proxy.asked()?),
        };
        if !self.authorities.is_empty() {
            for authority in reqwest::Certificate::from_pem_bundle(&self.authorities)? {
                client = client.add_root_certificate(authority);
            }
        }
        client.build()
    }
}

/// Looks names up, and leads to no address that may not be reached.
struct Guide {
    reach: Arc<Reach>,
}

impl Resolve for Guide {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = Arc::clone(&self.reach);
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name, 0)).await?.collect();
            let may: Vec<SocketAddr> =
                found.into_iter().filter(|one| reach.admits(name, one.ip())).collect();
            if may.is_empty() {
                return Err(NotThere::Inside(name.to_owned()).into());
            }
            let may: Addrs = Box::new(may.into_iter());
            Ok(may)
        })
    }
}

/// An error with what caused it, each thing once.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
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

/// How an answer begins, as text on one line.
fn beginning(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = text.chars().map(|c| match c.is_control() {
        true => ' ',
        false => c,
    });
    let plain: String = plain.take(BEGINNING_MAX).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
