//! Real handshakes: who is answered over TLS, with which certificate, and who is not.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Fixture, TOLD};
use crate::Transport;
use crate::tls::Tls;
use crate::tls::self_made::{self, Made};

/// A certificate for a host, and its key, as somebody's authority would give them.
fn given(folder: &Path, name: &str, host: &str) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let at = |kind: &str| folder.join(format!("{name}.{kind}.pem"));
    std::fs::write(at("certificate"), certificate.pem()).unwrap();
    std::fs::write(at("key"), key.serialize_pem()).unwrap();
    (at("certificate"), at("key"))
}

/// A house that is served over TLS until the test is over.
async fn served(tls: Tls) -> (Fixture, SocketAddr) {
    let fixture = Fixture::over(Transport::Tls).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let house = fixture.house.clone();
    tokio::spawn(crate::serve_tls(house, listener, tls, std::future::pending()));
    (fixture, address)
}

/// A client that trusts one certificate and knows where the host is.
fn client(certificate: &Path, host: &str, at: SocketAddr) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = std::fs::read(certificate).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
        .resolve(host, at)
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

const HOST: &str = "lazaret.hospital.example";

#[tokio::test]
async fn whoever_trusts_the_certificate_is_answered_and_stays_with_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = given(folder.path(), "own", HOST);
    let (_fixture, at) = served(Tls::open(&certificate, &key).unwrap()).await;
    let url = format!("https://{HOST}:{}/sign-in", at.port());
    let answer = client(&certificate, HOST, at).get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");

    let (stranger, _) = given(folder.path(), "stranger", HOST);
    let refused = client(&stranger, HOST, at).get(&url).send().await;
    assert!(refused.unwrap_err().is_connect());
    let elsewhere = format!("https://other.example:{}/", at.port());
    let refused = client(&certificate, "other.example", at).get(&elsewhere).send().await;
    assert!(refused.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_session_begun_over_tls_is_never_sent_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let names = [HOST.to_owned(), "127.0.0.1".to_owned()];
    let (tls, _) =
        self_made::open(folder.path(), &names, jiff::Timestamp::now()).unwrap();
    let certificate = folder.path().join("self-made.certificate.pem");
    let (fixture, at) = served(tls).await;
    fixture.founded().await;
    let form = format!(
        "address={}&password={}",
        super::ADDRESS,
        super::PASSWORD.replace(' ', "+")
    );
    let answer = client(&certificate, "localhost", at)
        .post(format!("https://{at}/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", format!("https://{at}"))
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-lazaret="), "{cookie}");
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test]
async fn who_speaks_in_the_clear_is_told_so_and_who_says_nothing_delays_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = given(folder.path(), "own", HOST);
    let (_fixture, at) = served(Tls::open(&certificate, &key).unwrap()).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(at).await.unwrap());
    }
    let mut clear = TcpStream::connect(at).await.unwrap();
    clear.write_all(b"GET /sign-in HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut said = String::new();
    clear.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    assert!(said.ends_with("begin the address with `https://`.\n"), "{said}");
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{said}");
    let url = format!("https://{HOST}:{}/health", at.port());
    let asked = client(&certificate, HOST, at).get(url).send();
    let answer = tokio::time::timeout(Duration::from_secs(5), asked).await;
    assert_eq!(answer.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = given(folder.path(), "own", HOST);
    let (_fixture, at) = served(Tls::open(&certificate, &key).unwrap()).await;
    let url = format!("https://{HOST}:{}/health", at.port());
    let first = client(&certificate, HOST, at);
    let old = client(&certificate, HOST, at);
    assert!(first.get(&url).send().await.is_ok());

    // Half of a renewal: the certificate is there, its key is not.
    let (new, new_key) = given(folder.path(), "new", HOST);
    std::fs::copy(&new, &certificate).unwrap();
    let told = |words: &str| {
        let (words, folder) = (words.to_owned(), folder.path().display().to_string());
        async move {
            for _ in 0..100 {
                let is_told = TOLD
                    .lock()
                    .unwrap()
                    .iter()
                    .any(|line| line.contains(&words) && line.contains(&folder));
                if is_told {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("nobody was told `{words}`");
        }
    };
    told("is not that of the first certificate").await;
    assert!(first.get(&url).send().await.is_ok(), "the one before goes on");

    std::fs::copy(&new_key, &key).unwrap();
    let second = client(&new, HOST, at);
    let mut answers = false;
    for _ in 0..100 {
        answers = second.get(&url).send().await.is_ok();
        if answers {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(answers, "the new one is shown");
    // A client that knows us takes up its session again, so another one asks.
    assert!(old.get(&url).send().await.is_err());

    std::fs::remove_file(&key).unwrap();
    told("No such file").await;
    assert!(second.get(&url).send().await.is_ok());
}

#[track_caller]
fn refused(certificate: &Path, key: &Path, expected: &str) {
    let error = Tls::open(certificate, key).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn files_that_cannot_serve_are_refused_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (certificate, key) = given(folder, "one", HOST);
    let (_, other) = given(folder, "other", HOST);
    let written = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    };
    refused(&certificate, &other, "other.key.pem is not that of the first certificate");
    refused(&folder.join("none"), &key, "none: No such file");
    refused(&certificate, &folder.join("none"), "none: No such file");
    refused(&key, &key, "holds no certificate");
    refused(&certificate, &certificate, "holds no private key");
    refused(&written("empty", ""), &key, "empty holds no certificate");
    refused(&certificate, &written("empty", ""), "empty holds no private key");
    let sealed = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    refused(&certificate, &written("sealed", sealed), "under no password");
    let dirt = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    refused(&written("dirt", dirt), &key, "cannot be used");
    let cut = "-----BEGIN CERTIFICATE-----\nAAAA";
    refused(&written("cut", cut), &key, "holds no certificate");
}

#[test]
fn a_certificate_is_made_once_for_the_same_hosts_and_anew_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("tls");
    let names = [HOST.to_owned()];
    let now: jiff::Timestamp = "2026-11-26T06:00:00Z".parse().unwrap();
    let open = |names: &[String], now| {
        let (tls, made) = self_made::open(&folder, names, now).unwrap();
        (tls.fingerprint(), made)
    };
    let (first, made) = open(&names, now);
    assert_eq!(made, Made::Now);
    assert_eq!(first.len(), 32 * 3 - 1);
    assert_eq!(open(&names, now), (first.clone(), Made::Before));
    let later = |days: i64| now + jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(open(&names, later(789)), (first.clone(), Made::Before));
    let (renewed, made) = open(&names, later(800));
    assert_eq!(made, Made::Now);
    assert_ne!(renewed, first);
    let both = [HOST.to_owned(), "10.0.0.7".to_owned()];
    assert_eq!(open(&both, later(800)).1, Made::Now);
    // Half of a change counts for nothing.
    std::fs::remove_file(folder.join("self-made.key.pem")).unwrap();
    assert_eq!(open(&both, later(800)).1, Made::Now);
    assert!(self_made::open(&folder, &["härlich.example".to_owned()], now).is_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = std::fs::metadata(folder.join("self-made.key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
}

/// A judge that we did not write: OpenSSL.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#[tokio::test]
async fn openssl_shakes_hands_with_us_and_finds_the_certificate_good() {
    let asked = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
    if !asked.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "there is no `openssl`");
        eprintln!("skipped: there is no `openssl`");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let names = [HOST.to_owned()];
    let (tls, _) =
        self_made::open(folder.path(), &names, jiff::Timestamp::now()).unwrap();
    let fingerprint = tls.fingerprint();
    let certificate = folder.path().join("self-made.certificate.pem");
    let (_fixture, at) = served(tls).await;
    for version in ["-tls1_2", "-tls1_3"] {
        let shaken = s_client(at, &certificate, &[version]).await;
        assert!(shaken.contains("Verification: OK"), "{version}: {shaken}");
        assert!(shaken.contains("ALPN protocol: http/1.1"), "{version}: {shaken}");
        assert!(!shaken.contains("Cipher is (NONE)"), "{version}: {shaken}");
    }
    for old in ["-tls1", "-tls1_1"] {
        let shaken = s_client(at, &certificate, &[old]).await;
        assert!(shaken.contains("Cipher is (NONE)"), "{old}: {shaken}");
    }
    let shown = Command::new("openssl")
        .args(["x509", "-noout", "-fingerprint", "-sha256", "-in"])
        .arg(&certificate)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.trim().ends_with(&fingerprint), "{shown} {fingerprint}");
}

async fn s_client(at: SocketAddr, trusted: &Path, words: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-connect", &at.to_string(), "-servername", HOST])
        .args(["-verify_hostname", HOST, "-verify_return_error", "-alpn", "http/1.1"])
        .arg("-CAfile")
        .arg(trusted)
        .args(words)
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
