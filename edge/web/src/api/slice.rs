//! The part of a list that a program asks for: `pageNumber` and `pageSize`, or `offset` and
//! `limit`; how many there are in all stands in `X-Total-Count`.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

/// How many a page has where nobody says.
const SIZE: usize = 100;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Slice {
    page_number: Option<usize>,
    #[serde(rename = "page")]
    page: Option<usize>,
    page_size: Option<usize>,
    offset: Option<usize>,
    limit: Option<usize>,
}

impl Slice {
    /// The part of a list, with its header.
    pub(super) fn of<T: Serialize>(&self, list: &[T]) -> Response {
        let size = self.page_size.or(self.limit).unwrap_or(SIZE);
        let page = self.page_number.or(self.page).unwrap_or(1).max(1);
        let start = self.offset.unwrap_or((page - 1).saturating_mul(size));
        let part: Vec<&T> = list.iter().skip(start).take(size).collect();
        counted(list.len(), &part)
    }
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
