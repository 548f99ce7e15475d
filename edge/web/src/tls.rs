//! TLS of our own: certificate and key from files, read again when these change.
//!
//! TLS 1.2 and 1.3 as rustls speaks them (RFC 8446, RFC 5246 without what RFC 9325 forbids),
//! HTTP/1.1 by ALPN. What does not live here: certificates of clients, and asking an
//! authority for a certificate (ACME): a tool of the house renews the files.

pub mod self_made;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::serve::Listener;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, ServerConfig};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Why TLS cannot be spoken with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {cause}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file holds no certificate.
    #[error("{} holds no certificate; it begins with `-----BEGIN CERTIFICATE-----`", .0.display())]
    NoCertificate(PathBuf),
    /// A file holds no key, or one under a password.
    #[error(
        "{} holds no private key that can be read; it begins with `-----BEGIN PRIVATE KEY-----` \
         and is under no password",
        .0.display()
    )]
    NoKey(PathBuf),
    /// The key is of another certificate.
    #[error("the key in {} is not that of the first certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// What the files hold is of a kind that is not spoken.
    #[error("the certificate in {} cannot be used: {cause}", certificate.display())]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// Why.
        cause: Error,
    },
    /// A certificate could not be made.
    #[error("no certificate can be made for {names}: {cause}")]
    Making {
        /// For which hosts.
        names: String,
        /// Why.
        cause: rcgen::Error,
    },
}

/// Certificate and key in their files, as last read.
#[derive(Clone, Debug)]
pub struct Tls {
    files: Files,
    served: Arc<Served>,
}

/// Where certificate and key are.
#[derive(Clone, Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// What the two files held.
type Bytes = (Vec<u8>, Vec<u8>);

/// What is shown to whoever asks.
#[derive(Debug)]
struct Served(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl Served {
    fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, with: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(with);
    }
}

impl Files {
    fn read(&self) -> Result<Bytes, TlsError> {
        let read = |file: &Path| {
            std::fs::read(file)
                .map_err(|cause| TlsError::File { file: file.to_owned(), cause })
        };
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    fn opened(&self, (certificate, key): &Bytes) -> Result<CertifiedKey, TlsError> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(certificate)
                .collect::<Result<_, _>>()
                .map_err(|_| TlsError::NoCertificate(self.certificate.clone()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(self.certificate.clone()));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| TlsError::NoKey(self.key.clone()))?;
        CertifiedKey::from_der(chain, key, &provider()).map_err(|cause| match cause {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::Mismatch {
                    certificate: self.certificate.clone(),
                    key: self.key.clone(),
                }
            }
            cause => TlsError::Unusable { certificate: self.certificate.clone(), cause },
        })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// How often the files are looked at.
const LOOKED_AT: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 5000 });
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many may be shaking hands at the same time; the rest wait in the system's queue.
const HANDSHAKES: usize = 1024;

impl Tls {
    /// Reads certificate (its chain behind it) and key, both PEM, and holds them together.
    ///
    /// # Errors
    /// When a file cannot be read or holds something else, and when they do not belong
    /// together.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let files = Files { certificate: certificate.to_owned(), key: key.to_owned() };
        let opened = files.opened(&files.read()?)?;
        let served = Arc::new(Served(RwLock::new(Arc::new(opened))));
        Ok(Self { files, served })
    }

    /// The SHA-256 of the certificate that is shown, as browsers write it: `AB:CD:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let current = self.served.current();
        let der = current.cert.first().map(|der| der.as_ref()).unwrap_or_default();
        let digits: Vec<String> =
            Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
        digits.join(":")
    }

    /// Shakes hands with whoever comes, each aside; and looks at the files.
    pub(crate) fn listen(
        self,
        listener: TcpListener,
        tell: fn(&str),
    ) -> std::io::Result<Shaken> {
        let address = listener.local_addr()?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.served) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let (shaken, finished) = mpsc::channel(64);
        tokio::spawn(look(self, tell, shaken.clone()));
        tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), shaken));
        Ok(Shaken { address, finished })
    }

    /// Takes what the files hold now, if it is something else than `known`; what they hold.
    fn renewed(&self, known: &Result<Bytes, String>) -> Renewed {
        let now = self.files.read().map_err(|error| error.to_string());
        if &now == known {
            return Renewed::Same;
        }
        let told = match &now {
            Err(why) => Err(why.clone()),
            Ok(bytes) => match self.files.opened(bytes) {
                Ok(opened) => {
                    self.served.replace(opened);
                    Ok(self.fingerprint())
                }
                Err(error) => Err(error.to_string()),
            },
        };
        Renewed::Other { now, told }
    }
}

/// What a look at the files showed.
enum Renewed {
    Same,
    Other { now: Result<Bytes, String>, told: Result<String, String> },
}

/// Looks at the files until nobody is answered any more. What cannot be used is told once,
/// and what was there before goes on.
async fn look(tls: Tls, tell: fn(&str), until: mpsc::Sender<(Stream, SocketAddr)>) {
    let mut known = tls.files.read().map_err(|error| error.to_string());
    loop {
        tokio::select! {
            () = until.closed() => return,
            () = tokio::time::sleep(LOOKED_AT) => {}
        }
        let looked_at = tls.clone();
        let before = known.clone();
        let seen = tokio::task::spawn_blocking(move || looked_at.renewed(&before)).await;
        let Ok(Renewed::Other { now, told }) = seen else { continue };
        known = now;
        tell(&match told {
            Ok(fingerprint) => {
                format!("the certificate was renewed: SHA-256 {fingerprint}")
            }
            Err(why) => format!(
                "warning: the new certificate is not used, and the one before goes on: {why}"
            ),
        });
    }
}

/// A connection after its handshake.
type Stream = TlsStream<TcpStream>;

/// Those with whom hands were shaken.
pub(crate) struct Shaken {
    address: SocketAddr,
    finished: mpsc::Receiver<(Stream, SocketAddr)>,
}

impl Listener for Shaken {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.finished.recv().await {
            Some(shaken) => shaken,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    shaken: mpsc::Sender<(Stream, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        // Nobody closes it.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = shaken.closed() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, from)) = accepted else {
            // Out of file handles: it passes when somebody goes.
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        let (acceptor, shaken) = (acceptor.clone(), shaken.clone());
        tokio::spawn(async move {
            let hands = tokio::time::timeout(HANDSHAKE, shake(stream, &acceptor)).await;
            drop(place);
            if let Ok(Some(stream)) = hands {
                shaken.send((stream, from)).await.ok();
            }
        });
    }
}

/// The first byte of every TLS connection: a record of the kind *handshake*, RFC 8446 §5.1.
const HANDSHAKE_RECORD: u8 = 22;

async fn shake(mut stream: TcpStream, acceptor: &TlsAcceptor) -> Option<Stream> {
    stream.set_nodelay(true).ok()?;
    let mut first = [0];
    if stream.peek(&mut first).await.ok()? == 1 && first != [HANDSHAKE_RECORD] {
        stream.write_all(IN_THE_CLEAR.as_bytes()).await.ok()?;
        stream.shutdown().await.ok()?;
        return None;
    }
    acceptor.accept(stream).await.ok()
}

/// What whoever does not speak TLS is told.
const IN_THE_CLEAR: &str = "HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 63\r\nconnection: close\r\n\r\n\
    This port speaks TLS alone: begin the address with `https://`.\n";
