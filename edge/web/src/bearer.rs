//! The token that a program brings: `Authorization: Bearer …` (RFC 6750 §2.1), or
//! `X-Api-Key: …`, as programs send it that upload bills of materials.
//!
//! No page of another site can make a browser send either without asking first, and nobody
//! answers that question: a request with a token needs no form token.

use axum::http::{HeaderMap, header};

/// The text of the token, whether it is one or not. Another scheme of `Authorization` is for
/// somebody else, such as a proxy in front.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&str> {
    // What is no text is no token of anybody, and is refused like one.
    let read = |name: &str| Some(headers.get(name)?.to_str().unwrap_or_default().trim());
    let bearer = read(header::AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, text) = value.split_once(' ').unwrap_or((value, ""));
        scheme.eq_ignore_ascii_case("bearer").then_some(text.trim())
    });
    bearer.or_else(|| read("x-api-key"))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
    use proptest::prelude::*;

    use super::presented;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static [u8])], expected: Option<&str>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect();
        assert_eq!(presented(&headers), expected, "{headers:?}");
    }

    #[test]
    fn a_token_comes_in_one_of_two_headers() {
        check(&[("authorization", b"Bearer abc")], Some("abc"));
        check(&[("authorization", b"bearer  abc ")], Some("abc"));
        check(&[("x-api-key", b" abc ")], Some("abc"));
        check(&[("authorization", b"Bearer abc"), ("x-api-key", b"def")], Some("abc"));
        check(&[("authorization", b"Basic abc"), ("x-api-key", b"def")], Some("def"));
    }

    #[test]
    fn what_is_no_token_is_none_or_an_empty_one() {
        check(&[], None);
        check(&[("cookie", b"lazaret=abc")], None);
        check(&[("authorization", b"Basic abc")], None);
        check(&[("authorization", b"Bearer")], Some(""));
        check(&[("authorization", b"\xff")], None);
        check(&[("x-api-key", b"\xff")], Some(""));
        check(&[("x-api-key", b"")], Some(""));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_header_is_a_text_of_it_or_no_token(
            authorization in prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
            own in prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
        ) {
            let mut headers = HeaderMap::new();
            for (name, bytes) in [("authorization", authorization), ("x-api-key", own)] {
                let value = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
                if let Some(value) = value {
                    headers.insert(HeaderName::from_static(name), value);
                }
            }
            let Some(token) = presented(&headers) else {
                prop_assert!(!headers.contains_key("x-api-key"));
                return Ok(());
            };
            prop_assert_eq!(token, token.trim());
            let stands = |value: &HeaderValue| {
                token.is_empty() || value.to_str().is_ok_and(|text| text.contains(token))
            };
            prop_assert!(headers.values().any(stands));
        }

        #[test]
        fn a_token_is_presented_however_its_scheme_is_spelt_and_never_of_another_scheme(
            token in "[!-~]{1,40}",
            scheme in "[bB][eE][aA][rR][eE][rR]",
            other in "[A-Za-z]{1,12}",
            blanks in " {1,3}",
        ) {
            let of = |scheme: &str| {
                let mut headers = HeaderMap::new();
                let value = format!("{scheme}{blanks}{token}");
                headers.insert(header::AUTHORIZATION, value.parse().unwrap());
                headers
            };
            let own = of(&scheme);
            prop_assert_eq!(presented(&own), Some(token.as_str()));
            let others = of(&other);
            let is_own = other.eq_ignore_ascii_case("bearer");
            prop_assert_eq!(presented(&others).is_some(), is_own);
        }
    }
}
