//! How long software is supported: the supplement of ours, which tells editions apart, then the
//! products of endoflife.date that were given.

use std::path::PathBuf;

use lifecycle::{Catalog, endoflife};

use super::Failure;
use crate::render;

/// The supplement, and what files and folders hold beside it.
pub(super) fn catalog(paths: &[PathBuf]) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::built_in();
    let mut refused = 0_usize;
    feeds::documents(paths, &mut |name, bytes| match bytes {
        Ok(bytes) if endoflife::is_product(bytes) => {
            match endoflife::parse_all(name, bytes) {
                Ok(parsed) => parsed.value.into_iter().for_each(|it| catalog.add(it)),
                Err(_) => refused += 1,
            }
        }
        _ => refused += 1,
    })
    .map_err(|error| match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\nhelp: {hint}"),
        None => error.into(),
    })?;
    if refused > 0 {
        let message = format!(
            "warning: {refused} files of `--end-of-life` hold no product of endoflife.date"
        );
        render::talk(&message);
    }
    Ok(catalog)
}
