//! Wards and organisations by their names.

use fleet::{Column, Filter};
use operations::fleet::Holdings;
use operations::{Actor, Permission};

use super::{Group, Hit, NAMED};
use crate::House;
use crate::problem::Problem;
use crate::words;

/// Wards and departments of which a text is the name, or a part of it: those that are called so
/// first.
pub(super) fn wards(held: &Holdings, scope: &fleet::Scope, q: &str) -> Option<Group> {
    let sought = q.trim().to_lowercase();
    let view = held.fleet.view(scope, &Filter::default(), &fleet::Sets::new()).ok()?;
    let mut found: Vec<_> = view
        .facets(Column::Department, usize::MAX)
        .values
        .into_iter()
        .filter(|one| !sought.is_empty() && one.label.to_lowercase().contains(&sought))
        .collect();
    found.sort_by_key(|one| one.label.to_lowercase() != sought);
    let count = found.len();
    let hits = found.into_iter().take(NAMED).filter_map(|one| {
        let filter = Filter::default().is(Column::Department, &one.value).ok()?;
        Some(Hit {
            detail: words::devices(one.count, "", "").trim_end().to_owned(),
            address: format!("/devices?{filter}"),
            links: Vec::new(),
            text: one.label,
        })
    });
    let hits: Vec<Hit> = hits.collect();
    (!hits.is_empty()).then(|| Group {
        what: words::counted(count, "ward or department", "wards and departments"),
        hits,
        all: String::new(),
        more: String::new(),
    })
}

/// Organisations and sites likewise, of those that whoever asks may see.
pub(super) async fn organisations(
    house: &House,
    by: &Actor,
    q: &str,
) -> Result<Option<Group>, Problem> {
    let sought = q.trim().to_lowercase();
    let all = house.app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let found: Vec<_> = all
        .into_iter()
        .filter(|one| !sought.is_empty() && one.name.to_lowercase().contains(&sought))
        .collect();
    if found.is_empty() {
        return Ok(None);
    }
    let count = found.len();
    let hits = found.into_iter().take(NAMED).map(|one| Hit {
        text: one.name,
        detail: "its devices".to_owned(),
        address: format!("/devices?within={}", one.id),
        links: Vec::new(),
    });
    Ok(Some(Group {
        what: words::counted(count, "organisation", "organisations"),
        hits: hits.collect(),
        all: String::new(),
        more: String::new(),
    }))
}
