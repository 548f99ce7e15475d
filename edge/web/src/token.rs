//! The form token: an act is done only for whoever was shown the form.
//!
//! It is the field `form_token` of a form, which in multipart comes before any file, or the
//! header `X-Form-Token`.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures_util::{StreamExt as _, stream};

use crate::problem::{Heading, Problem};

/// How many bytes the fields of a form without a file may have: a thousand columns.
pub(crate) const FIELDS_MAX: usize = 1024 * 1024;
/// Within how many bytes of a multipart form the token stands.
const AHEAD_MAX: usize = 16 * 1024;

/// The request again, if it brings the token.
pub(crate) async fn checked(
    request: Request,
    token: &str,
    bytes_max: usize,
) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    if let Some(given) = parts.headers.get("x-form-token") {
        return match same(given.as_bytes(), token.as_bytes()) {
            true => Ok(Request::from_parts(parts, body)),
            false => Err(wrong()),
        };
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (found, body) = if kind.starts_with("application/x-www-form-urlencoded") {
        // Fields alone are never as large as a file.
        let bytes =
            to_bytes(body, bytes_max.min(FIELDS_MAX)).await.map_err(|_| too_large())?;
        (in_fields(&bytes), Body::from(bytes))
    } else if kind.starts_with("multipart/form-data") {
        in_parts(body).await?
    } else {
        (None, body)
    };
    match found {
        Some(given) if same(given.as_bytes(), token.as_bytes()) => {
            Ok(Request::from_parts(parts, body))
        }
        _ => Err(wrong()),
    }
}

fn in_fields(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.split('&').find_map(|pair| pair.strip_prefix("form_token=")).map(str::to_owned)
}

/// Reads no more than the beginning, and gives the body back whole.
async fn in_parts(body: Body) -> Result<(Option<String>, Body), Problem> {
    let mut rest = body.into_data_stream();
    let mut ahead: Vec<u8> = Vec::new();
    let mut found = None;
    while found.is_none() && ahead.len() < AHEAD_MAX {
        let Some(piece) = rest.next().await else { break };
        ahead.extend_from_slice(&piece.map_err(|_| broken())?);
        found = in_first_part(&ahead);
    }
    let first = stream::iter([Ok::<_, axum::Error>(Bytes::from(ahead))]);
    Ok((found, Body::from_stream(first.chain(rest))))
}

/// RFC 7578: a part is its headers, an empty line, its content, and a line with the boundary.
fn in_first_part(ahead: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(ahead);
    let (headers, content) = text.split_once("\r\n\r\n")?;
    if !headers.contains("name=\"form_token\"") {
        return None;
    }
    content.split_once("\r\n").map(|(token, _)| token.to_owned())
}

/// Compares in a time that does not tell where they differ.
fn same(given: &[u8], kept: &[u8]) -> bool {
    blake3::hash(given) == blake3::hash(kept)
}

fn wrong() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "This form was not made for this session, so nothing was done.",
    )
    .headed(Heading::OutOfDate)
    .next("Go back, load the page again, and send the form from there.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large.")
        .next("Send less at once.")
}

fn broken() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "The form did not arrive whole.")
        .next("Send it again.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_token_is_found_where_a_form_has_it_and_nowhere_else() {
        #[track_caller]
        fn check(found: Option<String>, expected: Option<&str>) {
            assert_eq!(found.as_deref(), expected);
        }

        check(in_fields(b"form_token=abc"), Some("abc"));
        check(in_fields(b"a=b&form_token=abc&form_token=def"), Some("abc"));
        check(in_fields(b"xform_token=abc"), None);
        check(in_fields(b"a=form_token=abc"), None);
        check(in_fields(b"form_token=\xff"), None);
        let part = |name: &str| {
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nabc\r\n--b"
            )
        };
        check(in_first_part(part("form_token").as_bytes()), Some("abc"));
        check(in_first_part(part("file").as_bytes()), None);
        // A token in a later part, or in a file, is none.
        let later = part("file") + "\r\n" + &part("form_token");
        check(in_first_part(later.as_bytes()), None);
        let cut = part("form_token");
        for length in 0..cut.len() - "\r\n--b".len() {
            check(in_first_part(&cut.as_bytes()[..length]), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_form_without_a_token_of_somebody_else(bytes: Vec<u8>) {
            prop_assert!(in_fields(&bytes).is_none_or(|it| !same(it.as_bytes(), b"abc")));
            prop_assert!(in_first_part(&bytes).is_none_or(|it| !same(it.as_bytes(), b"abc")));
        }
    }
}
