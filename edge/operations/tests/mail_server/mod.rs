//! The mail server of the house, on this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use crate::receivers::{Heard, PAUSE, listen};

/// A mail server that takes everything.
pub(crate) struct MailServer {
    pub(crate) url: String,
    heard: Heard,
}

impl MailServer {
    pub(crate) fn listen() -> Self {
        let heard = Heard::default();
        let url = format!("smtp+plain://{}", listen(&heard, take_mail));
        Self { url, heard }
    }

    /// The id and the reader of each mail since the last look.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

fn take_mail(mut stream: TcpStream, heard: &Heard) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 ready\r\n").ok()?;
    let mut to = String::new();
    loop {
        let line = lines.next()?.ok()?;
        let word = line.to_ascii_uppercase();
        let answer: &[u8] = match word.split([' ', ':']).next()? {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let mut id = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if let Some(own) = line.strip_prefix("Message-ID: <") {
                        id = own.trim_end_matches('>').to_owned();
                    }
                    if line == "." {
                        break;
                    }
                }
                heard.lock().unwrap().push((id, to.clone()));
                std::thread::sleep(PAUSE);
                b"250 taken\r\n"
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1)?.to_owned();
                b"250 so be it\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 good bye\r\n").ok()?;
                return Some(());
            }
            _ => b"250 so be it\r\n",
        };
        stream.write_all(answer).ok()?;
    }
}
