//! The part of a list that a program asks for: `pageNumber` and `pageSize`, or `offset` and
//! `limit`; how many there are in all stands in `X-Total-Count`.
//!
//! Where there is more, `Link` (RFC 8288) leads on, with a cursor: `after` names the last thing
//! of this part, so that what comes to the list in the meantime moves nothing.

use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// How many a page has where nobody says.
const SIZE: usize = 100;

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Slice {
    page_number: Option<usize>,
    #[serde(rename = "page")]
    page: Option<usize>,
    page_size: Option<usize>,
    offset: Option<usize>,
    limit: Option<usize>,
    after: Option<String>,
}

impl Slice {
    /// The part of a list, with its headers. `name` tells things of the list apart, and `uri` is
    /// the address that was asked.
    pub(super) fn of<T: Serialize>(
        &self,
        uri: &Uri,
        list: &[T],
        name: fn(&T) -> &str,
    ) -> Result<Response, Problem> {
        let size = self.page_size.or(self.limit).unwrap_or(SIZE);
        let page = self.page_number.or(self.page).unwrap_or(1).max(1);
        let start = match &self.after {
            Some(after) => {
                let at = list.iter().position(|one| name(one) == after);
                at.map(|at| at + 1).ok_or_else(moved)?
            }
            None => self.offset.unwrap_or((page - 1).saturating_mul(size)),
        };
        let part: Vec<&T> = list.iter().skip(start).take(size).collect();
        let last = part.last().filter(|_| start.saturating_add(size) < list.len());
        let on = last.and_then(|last| next(uri, name(last)));
        let mut response = counted(list.len(), &part);
        if let Some(on) = on {
            response.headers_mut().insert(header::LINK, on);
        }
        Ok(response)
    }
}

/// What leads on.
fn next(uri: &Uri, after: &str) -> Option<HeaderValue> {
    let placed = ["after=", "pageNumber=", "page=", "offset="];
    let kept = uri.query().unwrap_or_default().split('&');
    let kept = kept.filter(|pair| {
        !pair.is_empty() && !placed.iter().any(|place| pair.starts_with(place))
    });
    let query: String = kept.map(|pair| format!("{pair}&")).collect();
    let link = format!("<{}?{query}after={after}>; rel=\"next\"", uri.path());
    HeaderValue::from_str(&link).ok()
}

fn moved() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "The list does not hold what `after` names.")
        .next("Begin again without `after`.")
}

/// A whole list, with its header.
pub(super) fn whole<T: Serialize>(list: &[T]) -> Response {
    counted(list.len(), &list)
}

fn counted(count: usize, part: &impl Serialize) -> Response {
    let mut response = axum::Json(part).into_response();
    let name = HeaderName::from_static("x-total-count");
    response.headers_mut().insert(name, HeaderValue::from(count));
    response
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("n{number}")).collect()
    }

    /// What a part holds, and where it leads on.
    async fn part(
        slice: &Slice,
        uri: &str,
        list: &[String],
    ) -> (Vec<String>, Option<String>) {
        let uri: Uri = uri.parse().unwrap();
        let response = slice.of(&uri, list, |one| one).unwrap();
        let link = response.headers().get(header::LINK).map(|link| {
            let link = link.to_str().unwrap();
            link.trim_start_matches('<').split('>').next().unwrap().to_owned()
        });
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (serde_json::from_slice(&bytes).unwrap(), link)
    }

    #[tokio::test]
    async fn whatever_is_asked_for_a_part_is_one_of_the_list() {
        #[track_caller]
        fn check(
            (found, link): (Vec<String>, Option<String>),
            expected: &[&str],
            on: Option<&str>,
        ) {
            assert_eq!(
                (found, link.as_deref()),
                (expected.iter().map(|one| (*one).to_owned()).collect(), on)
            );
        }

        let all = list(3);
        let asked = |page_number, page_size, offset| Slice {
            page_number,
            page_size,
            offset,
            ..Slice::default()
        };
        check(
            part(&asked(None, None, None), "/x", &all).await,
            &["n0", "n1", "n2"],
            None,
        );
        check(
            part(&asked(Some(1), Some(2), None), "/x?a=b&pageNumber=1", &all).await,
            &["n0", "n1"],
            Some("/x?a=b&after=n1"),
        );
        check(part(&asked(Some(2), Some(2), None), "/x", &all).await, &["n2"], None);
        check(
            part(&asked(Some(usize::MAX), Some(usize::MAX), None), "/x", &all).await,
            &[],
            None,
        );
        check(
            part(&asked(Some(0), Some(usize::MAX), None), "/x", &all).await,
            &["n0", "n1", "n2"],
            None,
        );
        check(part(&asked(None, Some(0), None), "/x", &all).await, &[], None);
        check(part(&asked(None, None, Some(usize::MAX)), "/x", &all).await, &[], None);
        for gone in ["", "n3", "N0", "n0 "] {
            let slice = Slice { after: Some(gone.to_owned()), ..Slice::default() };
            let refused = slice.of(&Uri::from_static("/x"), &all, |one| one).unwrap_err();
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{gone}");
        }
    }

    proptest! {
        #[test]
        fn who_follows_the_links_sees_everything_once(count in 0..40_usize, size in 1..9_usize) {
            let all = list(count);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (mut seen, mut uri) = (Vec::new(), format!("/x?pageSize={size}"));
            loop {
                let after = uri.split("after=").nth(1).map(str::to_owned);
                let slice = Slice { page_size: Some(size), after, ..Slice::default() };
                let (found, on) = runtime.block_on(part(&slice, &uri, &all));
                prop_assert!(found.len() <= size);
                seen.extend(found);
                match on {
                    Some(on) => uri = on,
                    None => break,
                }
            }
            prop_assert_eq!(seen, all);
        }
    }
}
