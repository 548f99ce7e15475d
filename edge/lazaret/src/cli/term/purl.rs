//! `lazaret term purl`.

use std::collections::BTreeMap;

use serde::Serialize;
use terms::Purl;

use super::answer_objects;
use crate::cli::{Failure, Outcome};

/// A package URL as it is shown; a part that is absent is `null`.
#[derive(Serialize)]
struct Shown<'a> {
    r#type: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    version: Option<&'a str>,
    qualifiers: BTreeMap<&'a str, &'a str>,
    subpath: Option<&'a str>,
    canonical: String,
}

/// Package URLs in, their parts and canonical forms out.
pub(super) fn read() -> Result<Outcome, Failure> {
    answer_objects(|line, answer| {
        let purl = Purl::parse(line)?;
        answer.object(&Shown {
            r#type: purl.ty(),
            namespace: purl.namespace(),
            name: purl.name(),
            version: purl.version(),
            qualifiers: purl.qualifiers().collect(),
            subpath: purl.subpath(),
            canonical: purl.to_string(),
        });
        Ok(())
    })
}
