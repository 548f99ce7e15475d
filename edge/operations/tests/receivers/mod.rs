//! Who is sent messages, on this machine: slow enough that a node can die while it waits.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long whoever is sent something thinks before they answer.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// What came in: by what it is known, and what it says or to whom it goes.
pub(crate) type Heard = Arc<Mutex<Vec<(String, String)>>>;

pub(crate) fn listen(
    heard: &Heard,
    attend: fn(TcpStream, &Heard) -> Option<()>,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heard = Arc::clone(heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let heard = Arc::clone(&heard);
            // Whoever goes away amid it is no fault of the test.
            std::thread::spawn(move || attend(stream, &heard));
        }
    });
    address
}

/// A receiver of webhooks that takes everything.
pub(crate) struct Receiver {
    pub(crate) url: String,
    heard: Heard,
}

impl Receiver {
    pub(crate) fn listen() -> Self {
        let heard = Heard::default();
        let url = format!("http://{}/in", listen(&heard, take_message));
        Self { url, heard }
    }

    /// The id and the body of each message since the last look.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

fn take_message(mut stream: TcpStream, heard: &Heard) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut id, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                None if line.trim_end().is_empty() => break,
                Some((name, value)) if name.eq_ignore_ascii_case("webhook-id") => {
                    id = value.to_owned();
                }
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().ok()?;
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        lines.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        heard.lock().unwrap().push((id, body));
        std::thread::sleep(PAUSE);
        stream.write_all(b"HTTP/1.1 204 Taken\r\n\r\n").ok()?;
    }
}
