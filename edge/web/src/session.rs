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
    held(name(transport), headers).filter(|secret| {
        secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// The value of a cookie that a request brings.
fn held(name: &str, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
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

/// The cookie of somebody who was sent to an identity provider.
const fn errand_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tls => "__Host-lazaret-errand",
        Transport::Loopback => "lazaret-errand",
    }
}

/// The errand on which a browser was sent away.
pub(crate) fn errand(transport: Transport, headers: &HeaderMap) -> Option<String> {
    held(errand_name(transport), headers)
}

/// The header that lets the browser hold an errand until it comes back.
pub(crate) fn begin_errand(transport: Transport, errand: &str) -> HeaderValue {
    written(errand_name(transport), transport, errand, "; Max-Age=900")
}

/// The header that ends it.
pub(crate) fn end_errand(transport: Transport) -> HeaderValue {
    written(errand_name(transport), transport, "", "; Max-Age=0")
}

fn cookie(transport: Transport, secret: &str, age: &str) -> HeaderValue {
    written(name(transport), transport, secret, age)
}

fn written(name: &str, transport: Transport, value: &str, age: &str) -> HeaderValue {
    let secure = match transport {
        Transport::Tls => "; Secure",
        Transport::Loopback => "",
    };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
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
    use axum::http::{HeaderMap, HeaderValue, header};
    use proptest::prelude::*;

    use super::{held, next, quoted, secret};
    use crate::Transport;

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

    #[test]
    fn a_secret_is_sixty_four_digits_in_the_cookie_of_its_transport() {
        let digits = "0f".repeat(32);
        let read = |transport, cookies: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(cookies).unwrap());
            secret(transport, &headers)
        };
        let cookies = format!("a=b; lazaret={digits};x");
        assert_eq!(read(Transport::Loopback, &cookies), Some(digits.clone()));
        assert_eq!(read(Transport::Tls, &cookies), None);
        for wrong in ["", "lazaret", "lazaret=", "lazaret=0f", "Lazaret=0f", "=;=;;"] {
            assert_eq!(read(Transport::Loopback, wrong), None, "{wrong}");
        }
        let signed = format!("lazaret=+{}", &digits[1..]);
        assert_eq!(read(Transport::Loopback, &signed), None);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_a_sign_in_stays_in_the_house(asked in "[/\\\\a-z?#%.:@\r\n\t ]{0,12}|\\PC*") {
            let to = next(&asked);
            prop_assert!(to.starts_with('/') && !to.starts_with("//"));
            prop_assert!(to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
        }

        #[test]
        fn whatever_is_quoted_is_one_value_of_a_query(text: String) {
            let quoted = quoted(&text);
            prop_assert!(!quoted.contains(['&', '=', '+', '#', ' ']));
            prop_assert_eq!(fleet::decoded(&quoted, 0).unwrap(), text);
        }

        #[test]
        fn any_bytes_are_cookies(bytes: Vec<u8>) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut headers = HeaderMap::new();
                headers.insert(header::COOKIE, value);
                let _ = held("lazaret", &headers);
                prop_assert!(secret(Transport::Tls, &headers).is_none_or(|it| it.len() == 64));
            }
        }
    }
}
