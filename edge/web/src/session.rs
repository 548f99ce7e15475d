//! The cookie that holds a session's secret, and where a sign-in leads.

use axum::http::{HeaderMap, HeaderValue, header};
use store::NewSession;

use crate::Transport;

/// A cookie with this prefix is taken by browsers only under TLS, for one host, with path
/// `/`: RFC 6265bis §4.1.3.2. In the clear browsers would not take it at all.
const fn name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tls => "__Host-lazaret",
        Transport::Loopback => "lazaret",
    }
}

/// The secret that a request brings.
pub(crate) fn secret(transport: Transport, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name(transport))
        .map(|(_, secret)| secret.to_owned())
        .filter(|secret| {
            secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// The header that begins a session in the browser. It lives until the browser ends or the
/// store forgets it.
pub(crate) fn begin(transport: Transport, session: &NewSession) -> HeaderValue {
    cookie(transport, &session.secret, "")
}

/// The header that ends it.
pub(crate) fn end(transport: Transport) -> HeaderValue {
    cookie(transport, "", "; Max-Age=0")
}

fn cookie(transport: Transport, secret: &str, age: &str) -> HeaderValue {
    let secure = match transport {
        Transport::Tls => "; Secure",
        Transport::Loopback => "",
    };
    let text = format!(
        "{}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
        name(transport)
    );
    // Digits, letters and signs of our own.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Where to go after signing in: an address of ours, or Today.
pub(crate) fn next(asked: &str) -> &str {
    let ours = asked.starts_with('/')
        && !asked.starts_with("//")
        && asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    match ours {
        true => asked,
        false => "/today",
    }
}

/// Text as part of a query: every byte that could mean something there is written as `%XX`.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                quoted.push(char::from(byte));
            }
            _ => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::{next, quoted};

    #[test]
    fn a_sign_in_leads_nowhere_else() {
        for (asked, to) in [
            ("/people?x=1", "/people?x=1"),
            ("", "/today"),
            ("//evil.example", "/today"),
            ("/\\evil.example", "/today"),
            ("https://evil.example", "/today"),
            ("/a\r\nSet-Cookie: x", "/today"),
        ] {
            assert_eq!(next(asked), to, "{asked}");
        }
        assert_eq!(quoted("/a?b=c&d"), "/a%3Fb%3Dc%26d");
    }
}
