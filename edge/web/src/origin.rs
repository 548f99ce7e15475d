//! Whether a page of ours sent a request, as the browser says.
//!
//! Source: Fetch Metadata (W3C, `Sec-Fetch-Site`) and RFC 6454 (`Origin`). Browsers send the
//! one on secure and local addresses, the other with every request that is not safe. Who
//! sends neither is no browser of ours: a program says the `Origin` that it means.

use axum::http::{HeaderMap, header};

/// Whether the request comes from the address that it goes to.
pub(crate) fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = text(header::ORIGIN.as_str()).and_then(|origin| {
        origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
    });
    let host = text(header::HOST.as_str());
    origin.is_some_and(|origin| host == Some(origin))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_ours;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expected: &str) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            })
            .collect();
        let found = if is_ours(&headers) { "ours" } else { "foreign" };
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_act() {
        check(&[("sec-fetch-site", "same-origin")], "ours");
        check(&[("host", "a.example"), ("origin", "https://a.example")], "ours");
        check(&[("host", "127.0.0.1:80"), ("origin", "http://127.0.0.1:80")], "ours");
        check(&[("sec-fetch-site", "cross-site")], "foreign");
        check(&[("sec-fetch-site", "same-site")], "foreign");
        check(&[("sec-fetch-site", "none")], "foreign");
        check(
            &[("host", "a.example"), ("origin", "https://a.example.evil.example")],
            "foreign",
        );
        check(&[("host", "a.example"), ("origin", "null")], "foreign");
        check(&[("host", "a.example")], "foreign");
        check(&[("origin", "https://a.example")], "foreign");
        check(&[], "foreign");
    }
}
