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
