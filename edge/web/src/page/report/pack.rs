//! The evidence pack: what it would hold and what not, and the file.

mod index;

use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use operations::export::Pieces;
use operations::pack::{Bytes, Document, Draft, OfProduct, PackError, draft, give};
use pack::PublicKey;
use serde::Serialize;

use super::HOME;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::evidence::words;
use crate::page::import::file_headers;
use crate::page::posture::Wanted;
use crate::page::supplier::day;
use crate::problem::Problem;
use crate::words::{counted, size};

#[derive(Template, Serialize)]
#[template(path = "report/pack.html")]
struct Page {
    organisation: i64,
    name: String,
    as_of: String,
    sentence: String,
    /// How many acts are proven, and how long the log is.
    acts_proven: usize,
    audit_log_leaves: i64,
    /// The controls of which nothing leaves.
    controls_kept_back: Vec<&'static str>,
    documents: Vec<Row>,
    /// SBOMs and MDS2 forms in force.
    products: Vec<ProductRow>,
    /// The key with which it is signed; none before the first pack.
    key: Option<Key>,
    #[serde(skip)]
    as_of_shown: String,
    #[serde(skip)]
    file: String,
}

/// A key, as people compare it and as `openssl` reads it.
#[derive(Serialize)]
pub(crate) struct Key {
    fingerprint: String,
    pem: String,
}

impl Key {
    pub(crate) fn of(public: [u8; 32]) -> Self {
        let key = PublicKey::new(public);
        Self { fingerprint: key.fingerprint(), pem: key.to_pem() }
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }
}

/// A piece of evidence, and what becomes of its bytes.
#[derive(Serialize)]
struct Row {
    piece: i64,
    name: String,
    owner: String,
    label: Option<String>,
    /// Its name in the pack; none where it is not in it.
    file: Option<String>,
    /// Why it is not: `label`, `owner`, `right`.
    kept_back: Option<&'static str>,
    controls: Vec<&'static str>,
    #[serde(skip)]
    becomes: String,
}

impl Row {
    fn of(one: &Document) -> Self {
        let kept_back = match one.bytes {
            Bytes::KeptBack(why) => Some(why),
            Bytes::None | Bytes::In(_) => None,
        };
        Self {
            piece: one.piece,
            name: shown(one),
            owner: one.owner.name.clone(),
            label: one.label.map(|label| label.to_string()),
            file: one.file().map(str::to_owned),
            kept_back: kept_back.map(|why| why.word()),
            controls: one.controls.clone(),
            becomes: match (one.file(), kept_back) {
                (Some(_), _) => format!("as it was delivered, {}", size(one.size)),
                (None, Some(why)) => format!("not: {}", why.words()),
                (None, None) => "its fields, since it has no document".to_owned(),
            },
        }
    }
}

/// A document of a product, and what becomes of its bytes.
#[derive(Serialize)]
struct ProductRow {
    says: &'static str,
    number: i64,
    maker: String,
    product: String,
    /// Of all where none is named.
    releases: Vec<String>,
    label: String,
    /// Its name in the pack; none where it is not in it.
    file: Option<String>,
    /// Why it is not: `label`, `right`.
    kept_back: Option<&'static str>,
    #[serde(skip)]
    words: &'static str,
    #[serde(skip)]
    becomes: String,
}

impl ProductRow {
    fn of(one: &OfProduct) -> Self {
        let kept_back = match one.bytes {
            Bytes::KeptBack(why) => Some(why),
            Bytes::None | Bytes::In(_) => None,
        };
        Self {
            says: one.says.word(),
            number: one.number,
            maker: one.maker.clone(),
            product: one.product.clone(),
            releases: one.releases.clone(),
            label: one.label.to_string(),
            file: one.file().map(str::to_owned),
            kept_back: kept_back.map(|why| why.word()),
            words: one.says.words(),
            becomes: match kept_back {
                None => format!("as it was delivered, {}", size(one.size)),
                Some(why) => format!("not: {}", why.words()),
            },
        }
    }

    /// The product with its maker and releases, in a line.
    fn about(&self) -> String {
        let maker = if self.maker.is_empty() { "" } else { " of " };
        let releases = match self.releases.is_empty() {
            true => "all releases".to_owned(),
            false => self.releases.join(", "),
        };
        format!("{}{maker}{}, {releases}", self.product, self.maker)
    }
}

/// What a piece is called: its file, else what stands in it.
fn shown(one: &Document) -> String {
    match (one.name.as_str(), one.kinds.first()) {
        ("", Some(kind)) => words::capital(words::kind(kind)),
        ("", None) => one.read.clone(),
        (name, _) => name.to_owned(),
    }
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Evidence pack of {}", self.name)
    }
}

impl From<PackError> for Problem {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Posture(error) => (*error).into(),
            PackError::Store(error) => error.into(),
            PackError::Document(store::ExportError::Store(error)) => error.into(),
            PackError::NoKey => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The key that signs cannot be made or read.",
            ),
            PackError::Document(_) | PackError::Twice(_) | PackError::CutShort(_) => {
                Self::ours(error.to_string())
            }
        }
    }
}

/// `GET /reports/pack`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let draft = draft(&house.app, &by, wanted.number()?).await?;
    face.show(&Page::of(&draft))
}

impl Page {
    fn of(draft: &Draft) -> Self {
        let place = &draft.judged.organisation;
        let as_of = draft.judged.day.to_string();
        Self {
            organisation: place.id,
            name: place.name.clone(),
            sentence: sentence(draft),
            acts_proven: draft.acts.len(),
            audit_log_leaves: draft.log_size(),
            controls_kept_back: draft.kept_back.iter().copied().collect(),
            documents: draft.documents.iter().map(Row::of).collect(),
            products: draft.products.iter().map(ProductRow::of).collect(),
            key: draft.key.as_ref().map(|key| Key::of(key.public)),
            as_of_shown: day(&as_of),
            file: format!("{HOME}/pack/file?organisation={}", place.id),
            as_of,
        }
    }
}

fn sentence(draft: &Draft) -> String {
    let held = draft.held().count();
    let of_register = draft.documents.iter().map(|one| &one.bytes);
    let bytes = of_register.chain(draft.products.iter().map(|one| &one.bytes));
    let documents = bytes.filter(|bytes| !matches!(bytes, Bytes::None)).count();
    let acts = counted(draft.acts.len(), "act", "acts");
    let rest = match (documents - held, draft.kept_back.len()) {
        (0, 0) => "Nothing of it is kept back.".to_owned(),
        (0, controls) => {
            format!("Of {} nothing leaves.", counted(controls, "control", "controls"))
        }
        (kept, _) => format!(
            "{} kept back, each with the reason.",
            counted(kept, "document is", "documents are")
        ),
    };
    format!(
        "The verdicts with their facts, {} and the proofs of {acts} in one signed file. {rest}",
        counted(held, "document", "documents"),
    )
}

/// `GET /reports/pack/file`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let draft = draft(&house.app, &by, wanted.number()?).await?;
    let name =
        format!("evidence-{}-{}.zip", draft.judged.organisation.id, draft.judged.day);
    let pieces = give(&house.app, &by, draft, index::written).await?;
    Ok((file_headers("application/zip", &name), body(pieces)).into_response())
}

/// The file as it is written. Where that fails the connection is cut, so that nobody takes a part
/// for the whole.
fn body(pieces: Pieces) -> Body {
    Body::from_stream(stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    }))
}
