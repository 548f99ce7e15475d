//! A message on its way, to receivers of our own on loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use courier::{Answer, Letter, NotThere, Post, PostError, Reach, Secret, signed};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

/// A receiver that answers every request with the same bytes; gives what it was sent.
fn receiver(answer: Vec<u8>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (heard, hear) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut got = Vec::new();
            let mut piece = [0; 4096];
            while !String::from_utf8_lossy(&got).contains("}") {
                let read = stream.read(&mut piece).unwrap_or(0);
                if read == 0 {
                    break;
                }
                got.extend(piece.iter().take(read));
            }
            let _ = heard.send(String::from_utf8_lossy(&got).into_owned());
            let _ = stream.write_all(&answer);
        }
    });
    (port, hear)
}

fn post() -> Post {
    Post::new(Reach::new(vec!["127.0.0.0/8".parse().unwrap()]), Vec::new())
}

async fn send(post: &Post, url: &str) -> Result<Answer, PostError> {
    let secrets = [Secret::from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()];
    let url = Url::parse(url).unwrap();
    let letter = Letter {
        url: &url,
        id: "msg_1",
        at: Timestamp::from_second(1_700_000_000).unwrap(),
        secrets: &secrets,
        body: "{\"type\":\"x\"}",
    };
    post.send(letter).await.0
}

#[tokio::test]
async fn a_message_carries_its_id_its_time_and_its_signature() {
    let (port, heard) =
        receiver(b"HTTP/1.1 202 Accepted\r\nContent-Length: 6\r\n\r\nt\x07aken".to_vec());
    let answer = send(&post(), &format!("http://127.0.0.1:{port}/in?a=b")).await.unwrap();
    assert_eq!((answer.status, answer.beginning.as_str()), (202, "t aken"));
    assert!(answer.is_taken());
    let got = heard.recv().unwrap();
    let secrets = [Secret::from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()];
    let at = Timestamp::from_second(1_700_000_000).unwrap();
    let signature = signed(&secrets, "msg_1", at, b"{\"type\":\"x\"}");
    for wanted in [
        "POST /in?a=b HTTP/1.1\r\n",
        "webhook-id: msg_1\r\n",
        "webhook-timestamp: 1700000000\r\n",
        &format!("webhook-signature: {signature}\r\n"),
        "content-type: application/json\r\n",
        "\r\n\r\n{\"type\":\"x\"}",
    ] {
        assert!(got.contains(wanted), "{wanted} in {got}");
    }
}

#[tokio::test]
async fn no_redirection_is_followed_and_no_answer_is_read_to_its_end() {
    let (target, heard) =
        receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec());
    let lead = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target}/\r\nContent-Length: 0\r\n\r\n"
    );
    let (port, _) = receiver(lead.into_bytes());
    let answer = send(&post(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.is_taken()), (302, false));
    assert!(heard.recv_timeout(Duration::from_millis(200)).is_err());

    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n".to_vec();
    endless.extend(vec![b'x'; 3_000_000]);
    let (port, _) = receiver(endless);
    let answer = send(&post(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.beginning.len()), (200, 500));
}

#[tokio::test]
async fn how_long_to_wait_is_heard_and_bounded() {
    for (told, wait) in [("7", Some(7)), ("999999999", Some(86_400)), ("soon", None)] {
        let busy = format!(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: {told}\r\nContent-Length: 0\r\n\r\n"
        );
        let (port, _) = receiver(busy.into_bytes());
        let answer = send(&post(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
        assert_eq!((answer.status, answer.wait), (429, wait.map(Duration::from_secs)));
    }
}

#[tokio::test]
async fn nothing_is_sent_inside_unless_it_was_named_and_no_address_is_repeated() {
    let (port, heard) = receiver(Vec::new());
    let nowhere = Post::new(Reach::default(), Vec::new());
    for inside in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
    ] {
        let refused = send(&nowhere, &inside).await;
        assert!(
            matches!(refused, Err(PostError::NotThere(NotThere::Inside(_)))),
            "{refused:?}"
        );
    }
    // A name that leads there is looked up, and not followed.
    let named = Post::new(Reach::new(vec!["10.0.0.0/8".parse().unwrap()]), Vec::new());
    let refused =
        send(&named, &format!("https://localhost.localdomain:{port}/secret")).await;
    let Err(PostError::Unreachable(why)) = refused else { panic!("{refused:?}") };
    assert!(!why.contains("secret"), "{why}");
    assert!(heard.recv_timeout(Duration::from_millis(200)).is_err());
}

/// A proxy that refuses to connect, and says what it was asked.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (heard, hear) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut got = Vec::new();
            let mut piece = [0; 4096];
            while !String::from_utf8_lossy(&got).contains("\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(read @ 1..) => got.extend(piece.iter().take(read)),
                    _ => break,
                }
            }
            let _ = heard.send(String::from_utf8_lossy(&got).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (address, hear)
}

#[tokio::test]
async fn public_machines_are_reached_through_the_proxy_and_those_inside_without_it() {
    let (address, asked) = proxy();
    let (port, heard) =
        receiver(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec());
    let inside = ["127.0.0.0/8", "10.7.0.0/16", "hooks.invalid"];
    let reach = || Reach::new(inside.iter().map(|one| one.parse().unwrap()).collect());
    let named: courier::Proxy = format!("http://lazaret@{address}").parse().unwrap();
    let post = Post::new(reach(), Vec::new()).through(named.with_password("se cret"));
    let outside = async |url: &str, expected: &str| {
        let failed = send(&post, url).await;
        assert!(matches!(failed, Err(PostError::Unreachable(_))), "{url}: {failed:?}");
        let told = asked.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(told.starts_with(&format!("CONNECT {expected} ")), "{url}: {told}");
        // `lazaret:se cret` in Base64.
        assert!(told.contains("Basic bGF6YXJldDpzZSBjcmV0"), "{told}");
        // Neither what is told nor the path is for the proxy to know.
        assert!(!told.contains("webhook-id") && !told.contains("/in"), "{told}");
    };
    outside("https://93.184.216.34/in", "93.184.216.34:443").await;
    outside("https://93.184.216.34:8443/in", "93.184.216.34:8443").await;
    outside("https://[2606:2800:220:1::1]/in", "[2606:2800:220:1::1]:443").await;
    // Nobody here knows where it leads; whoever runs the server has named it.
    outside("https://hooks.invalid/in", "hooks.invalid:443").await;

    // Inside and on this machine nobody asks the proxy.
    for host in ["127.0.0.1", "localhost"] {
        let answer = send(&post, &format!("http://{host}:{port}/in")).await.unwrap();
        assert_eq!(answer.status, 204);
        heard.recv_timeout(Duration::from_secs(5)).unwrap();
    }
    // What may not be reached without a proxy may not be reached with one.
    for (url, refused) in [
        ("https://10.8.0.1/in", NotThere::Inside("10.8.0.1".to_owned())),
        ("https://169.254.169.254/in", NotThere::Inside("169.254.169.254".to_owned())),
        ("https://[::1]/in", NotThere::Inside("::1".to_owned())),
        ("https://router/in", NotThere::Inside("router".to_owned())),
        ("http://93.184.216.34/in", NotThere::InTheClear),
        ("https://other.invalid/in", NotThere::Unknown("other.invalid".to_owned())),
    ] {
        let answer = send(&post, url).await;
        assert_eq!(answer, Err(PostError::NotThere(refused)), "{url}");
    }
    assert!(asked.try_recv().is_err(), "the proxy was asked for none of these");
}

/// A receiver that speaks TLS as `name`; gives its port, the certificate that whoever trusts it
/// must know, and what it was sent.
fn over_tls(name: &str) -> (u16, Vec<u8>, Receiver<String>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (heard, hear) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut got = Vec::new();
            let mut piece = [0; 4096];
            while !String::from_utf8_lossy(&got).contains('}') {
                match stream.read(&mut piece) {
                    Ok(read @ 1..) => got.extend(piece.iter().take(read)),
                    _ => break,
                }
            }
            let _ = heard.send(String::from_utf8_lossy(&got).into_owned());
            let taken = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(taken);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (port, certificate.pem().into_bytes(), hear)
}

/// A proxy that connects whoever asks to `port` of this machine, and keeps all that it sees.
fn connecting(port: u16) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut near in listener.incoming().flatten() {
            let mut asked = Vec::new();
            let mut piece = [0; 1];
            while !asked.ends_with(b"\r\n\r\n") {
                match near.read(&mut piece) {
                    Ok(1) => asked.push(piece[0]),
                    _ => break,
                }
            }
            kept.lock().unwrap().extend(&asked);
            let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
            near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
            let (out, back) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            let nothing = Arc::new(Mutex::new(Vec::new()));
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || pass(near, far, &kept));
            std::thread::spawn(move || pass(back, out, &nothing));
        }
    });
    (address, seen)
}

/// Hands on what comes from one side to the other, and keeps it.
fn pass(mut from: TcpStream, mut to: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        let some = piece.get(..read).unwrap();
        kept.lock().unwrap().extend(some);
        if to.write_all(some).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[tokio::test]
async fn through_a_proxy_tls_is_spoken_with_the_receiver_and_the_proxy_reads_nothing() {
    let (port, certificate, heard) = over_tls("hooks.invalid");
    let (address, seen) = connecting(port);
    let reach = || Reach::new(vec!["hooks.invalid".parse().unwrap()]);
    let proxy = || format!("http://{address}").parse::<courier::Proxy>().unwrap();
    let post = Post::new(reach(), certificate.clone()).through(proxy());
    let answer = send(&post, "https://hooks.invalid/in?key=tangerine").await.unwrap();
    assert_eq!(answer.status, 204);
    let got = heard.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(got.starts_with("POST /in?key=tangerine HTTP/1.1\r\n"), "{got}");
    assert!(got.contains("webhook-signature: v1,") && got.ends_with("{\"type\":\"x\"}"));
    let passed = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(passed.starts_with("CONNECT hooks.invalid:443 HTTP/1.1\r\n"), "{passed}");
    assert!(passed.len() > 500, "a handshake and a message went through it");
    for secret in ["tangerine", "webhook-", "POST", "\"type\""] {
        assert!(!passed.contains(secret), "{secret} in {passed}");
    }

    // Whom the proxy leads to must be whom it was to be, by an authority that is trusted.
    let (strange, other, _) = over_tls("other.invalid");
    let (astray, _) = connecting(strange);
    let astray: courier::Proxy = format!("http://{astray}").parse().unwrap();
    for (what, post) in [
        ("nobody vouches for it", Post::new(reach(), Vec::new()).through(proxy())),
        ("another vouches for it", Post::new(reach(), other.clone()).through(proxy())),
        ("it is somebody else", Post::new(reach(), other).through(astray.clone())),
        ("the proxy speaks for itself", Post::new(reach(), certificate).through(astray)),
    ] {
        let refused = send(&post, "https://hooks.invalid/in?key=tangerine").await;
        let Err(PostError::Unreachable(why)) = refused else {
            panic!("{what}: {refused:?}")
        };
        assert!(!why.contains("tangerine"), "{what}: {why}");
        if let Ok(got) = heard.recv_timeout(Duration::from_secs(2)) {
            assert_eq!(got, "", "{what}");
        }
    }
}
