//! What was accepted about devices themselves, ready to be compared with builds.

use std::collections::BTreeMap;

use matching::Verdict;
use matching::statement::{Product as Meant, Speaker, Standing, Statement};
use reading::Rejected;
use store::{Acceptance, Scope};

use super::{Channel, Comparing, Own, StatementError, channel_of, chosen, read};
use crate::App;
use crate::aside::aside;

/// An accepted statement that speaks of products as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// The acceptance that lets it speak.
    pub(crate) acceptance: i64,
    /// The release for which it was accepted; 0 is every one.
    release: i64,
    /// The vulnerability, by every name that it gives it.
    pub(crate) ids: Vec<String>,
    /// What it says.
    pub(crate) verdict: Verdict,
    /// Who speaks.
    pub(crate) speaker: Speaker,
    /// When it was made; empty where that is not said.
    pub(crate) made: String,
    /// The document, and of which format it is.
    pub(crate) document: String,
    pub(crate) source: &'static str,
    /// Where it stands there.
    pub(crate) place: String,
    /// How the product is named.
    pub(crate) named: String,
    /// Why it is not affected, in words; empty where that is not said.
    pub(crate) justification: String,
    pub(crate) impact: String,
    products: Vec<Meant>,
}

impl Word {
    /// Whether it was accepted for a release.
    pub(crate) fn is_for(&self, release: i64) -> bool {
        self.release == 0 || self.release == release
    }

    /// Whether it names a device.
    pub(crate) fn is_of(&self, own: &Own, comparing: &mut Comparing) -> bool {
        let channel: Channel = channel_of(self.speaker);
        self.products.iter().any(|product| comparing.names(product, own, channel).is_ok())
    }
}

/// The words that acceptances of one product let speak.
pub(crate) async fn words(
    app: &App,
    head: i64,
    acceptances: Vec<Acceptance>,
) -> Result<Vec<Word>, StatementError> {
    let scope = Scope::whole(head);
    let by_makers = app.store.originals_of_makers(head).await?;
    let releases: BTreeMap<i64, i64> =
        acceptances.iter().map(|one| (one.id, one.release)).collect();
    let mut by_original: BTreeMap<i64, Vec<Acceptance>> = BTreeMap::new();
    for one in acceptances {
        by_original.entry(one.original).or_default().push(one);
    }
    let mut words = Vec::new();
    for (original, acceptances) in by_original {
        let bytes = app.store.bytes_of(&scope, original).await?;
        let name = app.store.original(&scope, original).await?.name;
        let product = acceptances.first().map_or(0, |one| one.product);
        let speaker = match by_makers.contains(&(original, product)) {
            true => Speaker::DeviceMaker,
            false => Speaker::Hospital,
        };
        let statements = aside(move || {
            let document = read(&bytes, &name, Standing::Accepted(speaker))?;
            Ok::<_, Rejected>(chosen(document.statements, &acceptances))
        })
        .await??;
        words.extend(statements.into_iter().filter_map(|(statement, id)| {
            word(statement, speaker, (id, releases.get(&id).copied()?))
        }));
    }
    Ok(words)
}

fn word(
    mut statement: Statement,
    speaker: Speaker,
    (acceptance, release): (i64, i64),
) -> Option<Word> {
    statement.products.retain(|product| product.components.is_empty());
    let named = statement.products.first()?.names.last()?.text().to_owned();
    let origin = statement.origin;
    let justification = statement.justification.map(|one| one.word().replace('_', " "));
    Some(Word {
        acceptance,
        release,
        ids: statement.ids,
        verdict: statement.status.map(Verdict::from)?,
        speaker,
        made: statement.timestamp,
        source: origin.document.word(),
        place: origin.place.to_string(),
        document: origin.id,
        named,
        justification: justification.unwrap_or_default(),
        impact: statement.impact,
        products: statement.products,
    })
}
