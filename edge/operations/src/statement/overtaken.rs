//! What was accepted, and what came since about the same that says otherwise.
//!
//! A newer document is a claim like any other and changes no verdict until somebody accepts it.
//! But whoever relies on the older one has to know that there is a newer one to be read: a
//! maker that takes back its *not affected* does it in the next revision of the document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use matching::Verdict;
use store::{Acceptance, Delivered, Outcome, Scope, StoreError, Vex};

use super::joined::versions_of;
use super::{LOOKED_AT, StatementError, by_component, read};
use crate::aside::{CutShort, aside};
use crate::{Actor, App, Permission};

/// Something that came after what was accepted, and says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaken {
    /// The number of the acceptance.
    pub acceptance: i64,
    /// The vulnerability that it is about, as its document names it.
    pub vulnerability: String,
    /// The product that it is about.
    pub product: i64,
    /// The document in which the accepted statement stands.
    pub of: i64,
    /// The newer document.
    pub document: i64,
    /// What that calls itself.
    pub title: String,
    /// What it says; none where it is the next revision and does not say it any more.
    pub says: Option<Verdict>,
}

/// What one document states of one vulnerability in one component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    ids: Vec<String>,
    component: String,
    versions: Vec<String>,
    status: Option<Verdict>,
    place: String,
}

/// What a document states, as far as it is compared with another one.
#[derive(Debug, Default)]
struct Claims {
    /// By what the document is known, whichever revision it is.
    id: String,
    /// The last change that it states.
    modified: String,
    stated: Vec<Claim>,
}

/// What documents state, by top organisation and original: a document never changes.
#[derive(Debug, Default)]
pub(crate) struct Stating(BTreeMap<(i64, i64), Arc<Claims>>);

/// More documents than that are read again.
const HELD_MAX: usize = 2000;

/// What came after what is accepted of products within a scope and says otherwise: of each
/// document its newest revision.
///
/// # Errors
/// When the database fails.
pub async fn overtaken(
    app: &App,
    by: &Actor,
    permission: Permission,
) -> Result<Vec<Overtaken>, StatementError> {
    let scope = by.scope(permission);
    let mut accepted = app.store.acceptances_within(&scope).await?;
    accepted.retain(|one| one.ended.is_none());
    if !accepted.iter().any(hides) {
        return Ok(Vec::new());
    }
    let documents = of_products(app, &scope).await?;
    let mut overtaken = Vec::new();
    for one in accepted.iter().filter(|one| hides(one)) {
        let of_product = documents.get(&one.product).map_or(&[][..], Vec::as_slice);
        let Some(own) = of_product.iter().find(|vex| is_of(vex, one)) else { continue };
        let later = of_product.iter().filter(|vex| {
            let is_release = [one.release, 0].contains(&vex.release) || one.release == 0;
            vex.id > own.id && vex.original != one.original && is_release
        });
        let later: Vec<&Vex> = later.collect();
        if later.is_empty() {
            continue;
        }
        let before = claims(app, &scope, one.original).await?;
        let mut newest: BTreeMap<String, (&Vex, Arc<Claims>)> = BTreeMap::new();
        for vex in later {
            let claims = claims(app, &scope, vex.original).await?;
            if !is_before(&claims.modified, &before.modified) {
                newest.insert(claims.id.clone(), (vex, claims));
            }
        }
        for (vex, claims) in newest.into_values() {
            let is_accepted = accepted.iter().any(|other| {
                is_of(vex, other)
                    && !hides(other)
                    && before.names(one, &other.vulnerability)
            });
            if let Some(says) = claims.against(&before, one).filter(|_| !is_accepted) {
                overtaken.push(Overtaken {
                    acceptance: one.id,
                    vulnerability: one.vulnerability.clone(),
                    product: one.product,
                    of: own.id,
                    document: vex.id,
                    title: vex.title.clone(),
                    says,
                });
            }
        }
    }
    Ok(overtaken)
}

/// Whether something is off the list by it.
fn hides(one: &Acceptance) -> bool {
    asks(&one.status).is_none_or(is_hiding)
}

fn asks(word: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)
}

const fn is_hiding(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fixed | Verdict::NotAffected)
}

fn is_of(vex: &Vex, one: &Acceptance) -> bool {
    (vex.original, vex.release) == (one.original, one.release)
}

/// Whether one instant is known to lie before another.
fn is_before(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<Timestamp>().ok();
    read(one).zip(read(other)).is_some_and(|(one, other)| one < other)
}

/// The documents with statements by product, the oldest first; those that somebody declined are
/// left out.
async fn of_products(
    app: &App,
    scope: &Scope,
) -> Result<BTreeMap<i64, Vec<Vex>>, StoreError> {
    let declined = app.store.maker_deliveries(scope).await?.into_iter();
    let declined: BTreeSet<i64> = declined
        .filter(|one| {
            one.noun == Delivered::Vex && one.outcome == Some(Outcome::Declined)
        })
        .map(|one| one.document)
        .collect();
    let mut documents: BTreeMap<i64, Vec<Vex>> = BTreeMap::new();
    for vex in app.store.vex_within(scope).await?.into_iter().rev() {
        if !declined.contains(&vex.id) {
            documents.entry(vex.product).or_default().push(vex);
        }
    }
    Ok(documents)
}

/// What a document states; nothing where it cannot be read any more.
async fn claims(
    app: &App,
    scope: &Scope,
    original: i64,
) -> Result<Arc<Claims>, StatementError> {
    let key = (scope.head(), original);
    if let Some(known) = app.stating.lock().await.0.get(&key) {
        return Ok(Arc::clone(known));
    }
    let bytes = app.store.bytes_of(scope, original).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    // By what a document without a name of its own is known, its file says.
    let name = app.store.original(scope, original).await?.name;
    let claims = aside(move || Claims::of(&bytes, &name)).await?;
    drop(reader);
    let claims = Arc::new(claims);
    let mut stating = app.stating.lock().await;
    if stating.0.len() >= HELD_MAX {
        stating.0.clear();
    }
    stating.0.insert(key, Arc::clone(&claims));
    Ok(claims)
}

impl Claims {
    fn of(bytes: &[u8], name: &str) -> Self {
        let Ok(document) = read(bytes, name, LOOKED_AT) else { return Self::default() };
        let mut all = Self::default();
        for statement in &document.statements {
            let origin = &statement.origin;
            all.id.clone_from(&origin.id);
            all.modified.clone_from(&origin.modified);
            for (component, products) in by_component(&statement.products) {
                all.stated.push(Claim {
                    ids: statement.ids.clone(),
                    component,
                    versions: products.iter().flat_map(versions_of).collect(),
                    status: statement.status.map(Verdict::from),
                    place: origin.place.to_string(),
                });
            }
        }
        all
    }

    /// Every name that this gives to what was accepted of it.
    fn names_of(&self, accepted: &Acceptance) -> BTreeSet<String> {
        let own = self.stated.iter().filter(|claim| {
            claim.ids.first() == Some(&accepted.vulnerability)
                && claim.place == accepted.place
        });
        let names = own.flat_map(|claim| &claim.ids).chain([&accepted.vulnerability]);
        names.map(|name| name.to_ascii_lowercase()).collect()
    }

    /// Whether a name is one of those.
    fn names(&self, accepted: &Acceptance, name: &str) -> bool {
        self.names_of(accepted).contains(&name.to_ascii_lowercase())
    }

    /// What this says that asks more than what was accepted of the one before; nothing where it
    /// says no such thing.
    fn against(&self, before: &Self, accepted: &Acceptance) -> Option<Option<Verdict>> {
        let names = before.names_of(accepted);
        let is_meant = |claim: &&Claim| {
            claim.ids.iter().any(|id| names.contains(&id.to_ascii_lowercase()))
        };
        let of_flaw: Vec<&Claim> = self.stated.iter().filter(is_meant).collect();
        let is_revision = self.id == before.id;
        let own = of_flaw.iter().filter(|claim| claim.component == accepted.component);
        let own: Vec<&Claim> = own.copied().collect();
        // In the next revision the product may be called otherwise.
        let own = if own.is_empty() && is_revision { of_flaw } else { own };
        let is_known = |claim: &&&Claim| {
            let mut all = before.stated.iter().filter(is_meant);
            all.any(|old| {
                (old.status, &old.versions) == (claim.status, &claim.versions)
                    && old.component == claim.component
            })
        };
        let asking = own.iter().filter(|claim| !is_known(claim));
        let asking = asking.filter_map(|claim| claim.status);
        let worst = asking.filter(|verdict| !is_hiding(*verdict)).min();
        let says_still = own.iter().any(|claim| claim.status.is_some_and(is_hiding));
        match worst {
            Some(verdict) => Some(Some(verdict)),
            None if is_revision && !says_still => Some(None),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use store::Acceptance;

    use super::*;

    fn claims(id: &str, stated: &[(&str, &str, &str, Verdict)]) -> Claims {
        let stated = stated.iter().map(|(id, component, version, verdict)| Claim {
            ids: vec![(*id).to_owned(), format!("{id}-alias")],
            component: (*component).to_owned(),
            versions: vec![(*version).to_owned()],
            status: Some(*verdict),
            place: "/statements/0".to_owned(),
        });
        Claims { id: id.to_owned(), modified: String::new(), stated: stated.collect() }
    }

    fn accepted(vulnerability: &str, component: &str) -> Acceptance {
        Acceptance {
            id: 1,
            product: 1,
            release: 0,
            original: 1,
            vulnerability: vulnerability.to_owned(),
            component: component.to_owned(),
            place: "/statements/0".to_owned(),
            status: "not_affected".to_owned(),
            reason: String::new(),
            accepted: String::new(),
            accepted_by: 1,
            ended: None,
            ended_by: None,
            end_reason: None,
        }
    }

    #[test]
    fn a_newer_document_is_told_where_it_asks_more_than_what_was_accepted() {
        use Verdict::{Affected, Fixed, NotAffected, UnderInvestigation};

        let before = claims("V-1", &[("CVE-1", "zlib", "1.2", NotAffected)]);
        let one = accepted("CVE-1", "zlib");
        let check = |id: &str, stated: &[(&str, &str, &str, Verdict)], expected| {
            let newer = claims(id, stated);
            assert_eq!(newer.against(&before, &one), expected, "{newer:?}");
        };
        let told = |verdict| Some(Some(verdict));
        check("V-1", &[("CVE-1", "zlib", "1.2", Affected)], told(Affected));
        check("V-1", &[("cve-1-ALIAS", "zlib", "1.2", Affected)], told(Affected));
        check("V-2", &[("CVE-1", "zlib", "1.2", Affected)], told(Affected));
        let looked = [("CVE-1", "zlib", "1.2", UnderInvestigation)];
        check("V-1", &looked, told(UnderInvestigation));
        // Beside what is as before.
        let both =
            [("CVE-1", "zlib", "1.2", NotAffected), ("CVE-1", "zlib", "1.1", Affected)];
        check("V-1", &both, told(Affected));
        // The next revision calls it otherwise, or is silent.
        check("V-1", &[("CVE-1", "zlib-ng", "1.2", Affected)], told(Affected));
        check("V-1", &[("CVE-2", "zlib", "1.2", NotAffected)], Some(None));
        // What says the same, or speaks of something else.
        check("V-1", &[("CVE-1", "zlib", "1.2", NotAffected)], None);
        check("V-1", &[("CVE-1", "zlib", "1.2", Fixed)], None);
        check("V-2", &[("CVE-1", "openssl", "1.2", Affected)], None);
        check("V-2", &[("CVE-2", "zlib", "1.2", Affected)], None);
    }

    #[test]
    fn what_the_accepted_document_said_beside_it_is_no_news() {
        use Verdict::{Affected, NotAffected};

        let stated =
            [("CVE-1", "zlib", "1.2", NotAffected), ("CVE-1", "zlib", "1.1", Affected)];
        let (before, newer) = (claims("V-1", &stated), claims("V-1", &stated));
        assert_eq!(newer.against(&before, &accepted("CVE-1", "zlib")), None);
    }

    #[test]
    fn an_older_revision_that_comes_late_is_not_newer() {
        assert!(is_before("2026-02-01T00:00:00Z", "2026-02-01T00:00:00-01:00"));
        assert!(!is_before("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z"));
        assert!(!is_before("", "2026-02-01T00:00:00Z"));
    }
}
