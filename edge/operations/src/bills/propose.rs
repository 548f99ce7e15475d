//! Which device builds a bill may describe: those that look like its product, the likeliest
//! first, and whatever a person looks for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use naming::spelling::fold;
use serde::Serialize;
use store::{Build, Configuration, Product, Release};

use super::BillError;
use super::look::Subject;
use super::place::own_release;
use crate::aside::aside;
use crate::called::release;
use crate::called::{Maker, maker};
use crate::fleet::builds_within;
use crate::{Actor, App, Permission};

/// Builds that are given: nobody reads more in a form.
const PROPOSED_MAX: usize = 200;

/// A device build that a bill may describe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The number of the build.
    pub configuration: i64,
    /// Maker, model, description and version as the inventory has them.
    pub maker: String,
    /// See there.
    pub model: String,
    /// See there.
    pub description: String,
    /// See there.
    pub version: String,
    /// How many devices the actor sees.
    pub devices: i64,
    /// Whether maker, name and version agree, so that it is ticked already.
    pub agrees: bool,
    /// How much it looks like the product.
    pub likeness: Likeness,
}

/// How much a build looks like a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// It has its name, or is of its maker and shares a word that tells something.
    Likely,
    /// It is of its maker, or shares such a word.
    Possible,
    /// Not at all: a person named it, or looked for it.
    Other,
}

/// The builds that are proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    /// Those that a person named first, then the likeliest.
    pub builds: Vec<Proposed>,
    /// Those that a person named: said so before, or ticked them while looking for others.
    pub named: BTreeSet<i64>,
    /// How many there are beside these.
    pub more: usize,
}

/// What a person looks for among their builds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sought<'s> {
    /// Words that maker, model, description and version hold together; without any, what looks
    /// like the product is proposed.
    pub words: &'s str,
    /// Builds that are named already, which stay.
    pub named: &'s [i64],
}

/// The builds of devices that the actor sees at an organisation and below it, with how many
/// devices are of each.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Every build of the house.
    all: Arc<Vec<Configuration>>,
    counts: BTreeMap<i64, i64>,
}

impl Seen {
    fn iter(&self) -> impl Iterator<Item = (&Configuration, i64)> {
        let all = self.all.iter();
        all.filter_map(|build| Some((build, *self.counts.get(&build.id)?)))
    }
}

/// What the actor sees of the devices that a document of an organisation may be about: its own,
/// and those below it.
pub(super) async fn seen(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<Seen, BillError> {
    let counts = builds_within(app, by, organisation).await?;
    Ok(Seen { all: app.store.builds(by.head).await?, counts })
}

/// The builds that may be of a release, with those that a person named; none of `named` where
/// what was said before counts.
///
/// # Errors
/// When the actor may not deliver for the release, or the database fails.
pub async fn of_release(
    app: &App,
    by: &Actor,
    release: i64,
    words: &str,
    named: Option<&[i64]>,
) -> Result<(Product, Release, Proposals), BillError> {
    let (product, release) = own_release(app, by, release).await?;
    let named = match named {
        Some(named) => named.to_vec(),
        None => {
            let scope = by.scope(Permission::DeliverDocuments);
            app.store.builds_of_release(&scope, release.id).await?
        }
    };
    let builds = seen(app, by, product.organisation).await?;
    let subject = Subject {
        maker: product.maker.clone(),
        name: product.name.clone(),
        version: release.version.clone(),
    };
    let words = words.to_owned();
    let proposals = aside(move || {
        propose(&subject, &builds, Sought { words: &words, named: &named })
    })
    .await?;
    Ok((product, release, proposals))
}

/// Whether maker, name and version of a product agree with what an inventory says of a build.
pub(crate) fn agree(subject: &Subject, build: &Build) -> bool {
    Comparing::with(subject).rank(build).agrees()
}

/// How builds are compared with what a bill is about.
struct Comparing<'s> {
    subject: &'s Subject,
    maker: Arc<Maker>,
    name: String,
    /// Twenty thousand builds are of a few hundred makers.
    own: BTreeMap<String, bool>,
}

impl<'s> Comparing<'s> {
    fn with(subject: &'s Subject) -> Self {
        let (maker, name) = (maker(&subject.maker), fold(&subject.name));
        Self { subject, maker, name, own: BTreeMap::new() }
    }

    fn is_own(&mut self, written: &str) -> bool {
        if let Some(same) = self.own.get(written) {
            return *same;
        }
        let same = self.maker.may_be(&maker(written));
        self.own.insert(written.to_owned(), same);
        same
    }

    /// What speaks for a build: the higher, the likelier.
    fn rank(&mut self, build: &Build) -> Rank {
        let (model, told) = (fold(&build.model), fold(&build.description));
        let is_told = !self.name.is_empty();
        let same_name = is_told && (model == self.name || told == self.name);
        let shares = is_told && shares_word(&self.name, &format!("{model} {told}"));
        let name = match (self.is_own(&build.maker), same_name, shares) {
            (true, true, _) => 3,
            (_, true, _) | (true, _, true) => 2,
            (true, ..) | (_, _, true) => 1,
            _ => 0,
        };
        let version = &self.subject.version;
        let same_version =
            !version.trim().is_empty() && release(&build.version) == release(version);
        Rank(name * 2 + u8::from(same_version))
    }
}

/// What speaks for a build: twice what maker and name say, and one where the version agrees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(u8);

impl Rank {
    fn agrees(self) -> bool {
        self.0 == 7
    }

    fn likeness(self) -> Likeness {
        match self.0 / 2 {
            0 => Likeness::Other,
            1 => Likeness::Possible,
            _ => Likeness::Likely,
        }
    }
}

/// Builds that a person named, then those that are looked for, else those whose maker and model
/// sound like the subject's; the likeliest first.
pub(super) fn propose(subject: &Subject, builds: &Seen, sought: Sought<'_>) -> Proposals {
    let mut comparing = Comparing::with(subject);
    let named: BTreeSet<i64> = sought.named.iter().copied().collect();
    let words = fold(sought.words);
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut ranked: Vec<(Rank, Proposed)> = Vec::new();
    for (configuration, devices) in builds.iter() {
        let rank = comparing.rank(&configuration.build);
        let is_wanted = match words.is_empty() {
            true => rank.likeness() != Likeness::Other,
            false => holds(configuration, &words),
        };
        if is_wanted || named.contains(&configuration.id) {
            let build = configuration.build.clone();
            let proposed = Proposed {
                configuration: configuration.id,
                maker: build.maker,
                model: build.model,
                description: build.description,
                version: build.version,
                devices,
                agrees: rank.agrees(),
                likeness: rank.likeness(),
            };
            ranked.push((rank, proposed));
        }
    }
    ranked.sort_by_key(|(rank, one)| {
        let is_named = named.contains(&one.configuration);
        (!is_named, Reverse(*rank), Reverse(one.devices), one.configuration)
    });
    // What a person named is never left out.
    let most = PROPOSED_MAX.max(named.len());
    let more = ranked.len().saturating_sub(most);
    let builds = ranked.into_iter().map(|(_, one)| one).take(most).collect();
    Proposals { builds, named, more }
}

/// Whether a build is written with all words, each somewhere.
fn holds(configuration: &Configuration, words: &[&str]) -> bool {
    let build = &configuration.build;
    let texts = [&build.maker, &build.model, &build.description, &build.version];
    let text = fold(&texts.map(String::as_str).join(" "));
    words.iter().all(|word| text.contains(word))
}

/// Whether two folded texts share a word that tells something: a number or four letters.
fn shares_word(one: &str, other: &str) -> bool {
    let tells =
        |word: &&str| word.len() >= 4 || word.chars().any(|char| char.is_ascii_digit());
    let words: Vec<&str> = other.split_whitespace().filter(tells).collect();
    one.split_whitespace().filter(tells).any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use store::Build;

    use super::*;

    fn build(id: i64, maker: &str, model: &str, version: &str) -> Configuration {
        let build = Build {
            maker: maker.to_owned(),
            model: model.to_owned(),
            description: String::new(),
            version: version.to_owned(),
        };
        Configuration { id, build }
    }

    /// Ten devices of each, and a build of which the actor sees none.
    fn with(mut all: Vec<Configuration>) -> Seen {
        let counts = all.iter().map(|build| (build.id, 10)).collect();
        all.push(build(9_999, "Aldermoor Medical", "Meridian 400", "2.1"));
        Seen { all: Arc::new(all), counts }
    }

    fn house() -> Seen {
        with(vec![
            build(1, "Aldermoor Medical", "Meridian 400", "2.1"),
            build(2, "ALDERMOOR MEDICAL LTD", "Meridian 400", "2.3"),
            build(3, "Aldermoor Medical", "Meridian 400 Plus", "2.1"),
            build(4, "Aldermoor Medical", "Tarn PCA", "1.4"),
            build(5, "Brightwell Devices", "Meridian 400", "2.1"),
            build(6, "Eskdale Respiratory", "Zephyr 200", "2.4"),
        ])
    }

    fn pump() -> Subject {
        Subject {
            maker: "Aldermoor Medical".to_owned(),
            name: "Meridian 400".to_owned(),
            version: "2.1".to_owned(),
        }
    }

    /// `likely` and `others` are numbers of builds in the order in which they are given.
    #[track_caller]
    fn check(subject: &Subject, sought: Sought<'_>, likely: &[i64], others: &[i64]) {
        let given = propose(subject, &house(), sought).builds;
        let of = |is_likely: bool| -> Vec<i64> {
            let is_it = |one: &&Proposed| (one.likeness == Likeness::Likely) == is_likely;
            let given = given.iter().filter(is_it);
            given.map(|one| one.configuration).collect()
        };
        assert_eq!((of(true).as_slice(), of(false).as_slice()), (likely, others));
    }

    #[test]
    fn what_looks_like_the_product_comes_first_and_the_rest_of_the_maker_behind_it() {
        check(&pump(), Sought::default(), &[1, 2, 3, 5], &[4]);
        let agree = propose(&pump(), &house(), Sought::default()).builds;
        let agree: Vec<i64> =
            agree.iter().filter(|one| one.agrees).map(|one| one.configuration).collect();
        assert_eq!(
            agree,
            [1],
            "another maker's, another version's and a longer name are not it"
        );
    }

    #[test]
    fn nothing_is_proposed_for_what_says_nothing_of_itself() {
        check(&Subject::default(), Sought::default(), &[], &[]);
        let alone = Subject { version: "2.1".to_owned(), ..Subject::default() };
        check(&alone, Sought::default(), &[], &[]);
    }

    #[test]
    fn whatever_is_looked_for_is_found_and_what_was_ticked_stays() {
        let sought = |words| Sought { words, named: &[] };
        check(&pump(), sought("zephyr"), &[], &[6]);
        check(&pump(), sought("  ZEPHYR   2.4 "), &[], &[6]);
        check(&pump(), sought("meridian plus"), &[3], &[]);
        check(&pump(), sought("zephyr 9.9"), &[], &[]);
        check(&pump(), Sought { words: "zephyr", named: &[1] }, &[1], &[6]);
        check(&pump(), Sought { words: "nothing so", named: &[4, 99] }, &[], &[4]);
    }

    #[test]
    fn a_form_holds_so_many_and_says_how_many_there_are_beside() {
        let many = |count: i64| -> Seen {
            let builds = 0..count;
            with(builds.map(|id| build(id, "Aldermoor Medical", "Tarn", "1")).collect())
        };
        let most = PROPOSED_MAX as i64;
        let given = propose(&pump(), &many(most), Sought::default());
        assert_eq!((given.builds.len(), given.more), (PROPOSED_MAX, 0));
        let given = propose(&pump(), &many(most + 3), Sought::default());
        assert_eq!((given.builds.len(), given.more), (PROPOSED_MAX, 3));
        let all: Vec<i64> = (0..most + 3).collect();
        let given = propose(&pump(), &many(most + 3), Sought { words: "", named: &all });
        assert_eq!((given.builds.len(), given.more), (all.len(), 0));
    }
}
