//! Mail, handed to the house's own mail server.
//!
//! Source: RFC 5321 and 5322 by lettre; RFC 8314 (TLS from the first byte) and RFC 3207
//! (STARTTLS, which is asked for and not hoped for); RFC 2369 (`List-Unsubscribe`).

use std::fmt;
use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

/// How long the mail server may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// How mail is sent.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp(…)")
    }
}

/// Why no mail can be sent at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSmtp {
    /// The address of the server is none.
    #[error(
        "`{0}` is no mail server; write `smtps://user@mail.hospital.example` (TLS), \
         `smtp://user@mail.hospital.example:587` (STARTTLS), or `smtp+plain://127.0.0.1:25` (in the clear)"
    )]
    Server(String),
    /// The address holds a password, and addresses are shown.
    #[error(
        "the address of the mail server holds a password; put that into a file of its own, and \
         name it with `--smtp-password-file`"
    )]
    PasswordInAddress,
    /// A password would cross the network in the clear.
    #[error(
        "a password would cross the network in the clear; use `smtps://` or `smtp://`"
    )]
    Unguarded,
    /// The sender is none.
    #[error("`{0}` is no sender; write `Lazaret <lazaret@hospital.example>`")]
    Sender(String),
    /// Certificates or TLS cannot be used.
    #[error("no connection can be made: {0}")]
    Tls(String),
}

/// A mail to one person.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// Who reads it.
    pub name: &'a str,
    /// Where.
    pub address: &'a str,
    /// By what it is known again, if it comes twice.
    pub id: &'a str,
    /// When it was written.
    pub at: SystemTime,
    /// What it is about.
    pub subject: &'a str,
    /// The whole of it as text.
    pub text: &'a str,
    /// The same as a page.
    pub page: &'a str,
    /// Where whoever reads it stops it.
    pub way_out: &'a str,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It cannot be written: its address is none.
    #[error("the mail cannot be written: {0}")]
    Unwritable(String),
    /// The server does not take it, and never will.
    #[error("the mail server refuses it: {0}")]
    Refused(String),
    /// The server does not take it now, or is not there.
    #[error("the mail server does not take it now: {0}")]
    Later(String),
}

impl Smtp {
    /// Sends through `server`, as `from`; `authorities` are certificates (PEM) beside those of
    /// the system. Nothing is opened yet.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub fn new(
        server: &str,
        password: Option<&str>,
        from: &str,
        authorities: &[u8],
    ) -> Result<Self, NoSmtp> {
        let wrong = || NoSmtp::Server(server.to_owned());
        let url: Url = server.parse().map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let host = host.trim_matches(['[', ']']);
        if url.password().is_some() {
            return Err(NoSmtp::PasswordInAddress);
        }
        if !matches!(url.path(), "" | "/") {
            return Err(wrong());
        }
        let tls = || parameters(host, authorities);
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::Wrapper(tls()?), 465),
            "smtp" => (Tls::Required(tls()?), 587),
            "smtp+plain" if password.is_some() => return Err(NoSmtp::Unguarded),
            "smtp+plain" => (Tls::None, 25),
            _ => return Err(wrong()),
        };
        let from = from.parse().map_err(|_| NoSmtp::Sender(from.to_owned()))?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(SILENCE));
        if let Some(password) = password {
            let user = percent_decoded(url.username());
            transport =
                transport.credentials(Credentials::new(user, password.to_owned()));
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// Hands a mail to the server.
    ///
    /// # Errors
    /// When it cannot be written or is not taken.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), MailError> {
        let message = self.written(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(cause) if cause.is_permanent() => Err(MailError::Refused(told(&cause))),
            Err(cause) => Err(MailError::Later(told(&cause))),
        }
    }

    fn written(&self, mail: Mail<'_>) -> Result<Message, MailError> {
        let wrong = |cause: &dyn fmt::Display| MailError::Unwritable(cause.to_string());
        let address = mail.address.parse().map_err(|cause| wrong(&cause))?;
        let name = plain(mail.name);
        let to = Mailbox::new(Some(name).filter(|name| !name.is_empty()), address);
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .date(mail.at)
            .message_id(Some(format!("<{}@{domain}>", plain(mail.id))))
            .subject(plain(mail.subject))
            .header(ListUnsubscribe(format!("<{}>", plain(mail.way_out))))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.to_owned(),
                mail.page.to_owned(),
            ))
            .map_err(|cause| wrong(&cause))
    }
}

fn parameters(host: &str, authorities: &[u8]) -> Result<TlsParameters, NoSmtp> {
    let failed = |cause: lettre::transport::smtp::Error| NoSmtp::Tls(told(&cause));
    let mut parameters = TlsParameters::builder(host.to_owned());
    if !authorities.is_empty() {
        let authority = Certificate::from_pem(authorities).map_err(failed)?;
        parameters = parameters.add_root_certificate(authority);
    }
    parameters.build().map_err(failed)
}

/// A text for a header: on one line, without what could begin another.
fn plain(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// RFC 3986 §2.1, for the name of a user in an address.
fn percent_decoded(text: &str) -> String {
    let pair = format!("user={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// An error with what caused it, each thing once.
fn told(error: &dyn std::error::Error) -> String {
    crate::post::told(error)
}

/// RFC 2369 §3.2.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// RFC 3834 §5: nobody's holiday answers it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Lazaret <lazaret@hospital.example>";

    fn mail<'a>(name: &'a str, subject: &'a str) -> Mail<'a> {
        Mail {
            name,
            address: "zoe@hospital.example",
            id: "digest-1-2-2026-11-26",
            at: SystemTime::UNIX_EPOCH,
            subject,
            text: "Drei Geräte, bis Freitag.\n.\n",
            page: "<p>Drei Geräte</p>",
            way_out: "https://lazaret.example/digest/stop/00ff",
        }
    }

    fn written(mail: Mail<'_>) -> String {
        let smtp = Smtp::new("smtp+plain://127.0.0.1:25", None, FROM, &[]).unwrap();
        String::from_utf8(smtp.written(mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn names_and_subjects_are_encoded_and_begin_no_header() {
        for (name, subject) in [
            ("Zoë Grün", "3 Geräte"),
            (
                "Zoë\r\nBcc: all@hospital.example",
                "a\r\nBcc: all@hospital.example\r\n\r\nx",
            ),
            ("\u{85}Bcc: x", "\u{0}\u{7f}"),
            ("\"Z\" <x@y.example>, other@y.example", "=?utf-8?q?x?="),
            ("", ""),
        ] {
            let text = written(mail(name, subject));
            let (headers, _) = text.split_once("\r\n\r\n").unwrap();
            let lines: Vec<&str> = headers.split("\r\n").collect();
            let names: Vec<&str> = lines
                .iter()
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split_once(':').unwrap().0)
                .collect();
            let expected = [
                "From",
                "To",
                "Date",
                "Message-ID",
                "Subject",
                "List-Unsubscribe",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
            ];
            assert_eq!(names, expected, "{headers}");
            assert!(headers.is_ascii(), "{headers}");
            assert_eq!(headers.matches("zoe@hospital.example").count(), 1, "{headers}");
        }
    }

    #[test]
    fn a_mail_says_how_it_is_stopped_and_by_what_it_is_known_again() {
        let text = written(mail("Zoë", "3 Geräte"));
        for wanted in [
            "List-Unsubscribe: <https://lazaret.example/digest/stop/00ff>\r\n",
            "Message-ID: <digest-1-2-2026-11-26@hospital.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_no_mail() {
        let smtp = Smtp::new("smtp+plain://127.0.0.1:25", None, FROM, &[]).unwrap();
        for address in ["", "zoe", "zoe@", "a@b\r\nBcc: c@d.example", "a b@c.example"] {
            let wrong = smtp.written(Mail { address, ..mail("Zoë", "x") });
            assert!(matches!(wrong, Err(MailError::Unwritable(_))), "{address}");
        }
    }

    #[test]
    fn a_server_is_named_with_how_it_is_spoken_to() {
        for good in [
            "smtps://mail.example",
            "smtp://user%40x@mail.example:2525",
            "smtp://[::1]:25/",
        ] {
            assert!(Smtp::new(good, Some("p"), FROM, &[]).is_ok(), "{good}");
        }
        assert!(Smtp::new("smtp+plain://relay:25", None, FROM, &[]).is_ok());
        for bad in [
            "",
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtps://mail.example/x",
        ] {
            let refused = Smtp::new(bad, None, FROM, &[]);
            assert!(matches!(refused, Err(NoSmtp::Server(_))), "{bad}: {refused:?}");
        }
        let told =
            Smtp::new("smtp://u:secret@mail.example", None, FROM, &[]).unwrap_err();
        assert_eq!(told, NoSmtp::PasswordInAddress);
        assert!(!told.to_string().contains("secret"), "{told}");
        let open = Smtp::new("smtp+plain://relay:25", Some("p"), FROM, &[]);
        assert!(matches!(open, Err(NoSmtp::Unguarded)));
        for sender in ["", "Lazaret", "a@b\r\nBcc: c@d.example"] {
            let refused = Smtp::new("smtps://mail.example", None, sender, &[]);
            assert!(matches!(refused, Err(NoSmtp::Sender(_))), "{sender}");
        }
        let torn = Smtp::new(
            "smtps://mail.example",
            None,
            FROM,
            b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
        );
        assert!(matches!(torn, Err(NoSmtp::Tls(_))), "{torn:?}");
    }
}
