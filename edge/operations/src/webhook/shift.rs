//! Which vulnerabilities came to affect devices, and which went.

use std::collections::{BTreeMap, BTreeSet};

use store::{Listening, Owned, Path, Shifted, StoreError, Write, view};

/// What is looked for among verdicts that shifted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    Came,
    Went,
}

/// A vulnerability, a build, and whose devices: by which verdicts it is told of.
type Pair = (String, i64, i64);

/// Verdicts that shifted, by vulnerability, build and organisation.
#[derive(Debug, Default)]
pub(super) struct Shifts {
    came: BTreeSet<Pair>,
    went: BTreeSet<Pair>,
    owned: BTreeMap<(i64, i64), i64>,
    paths: BTreeMap<i64, Path>,
}

const AFFECTED: Option<&str> = Some("affected");

impl Shifts {
    /// What shifted to or from *affected*.
    pub(super) async fn of(
        write: &mut Write<'_>,
        shifted: Vec<Shifted>,
    ) -> Result<Self, StoreError> {
        let is_about = |one: &Shifted| {
            (one.before.as_deref() == AFFECTED) != (one.now.as_deref() == AFFECTED)
        };
        let shifted: Vec<Shifted> = shifted.into_iter().filter(is_about).collect();
        if shifted.is_empty() {
            return Ok(Self::default());
        }
        let named = shifted.iter().map(|one| one.vulnerability.clone()).collect();
        let stands = write.affected_by(&named).await?;
        let (owned, paths) = Self::asked(write, &shifted).await?;
        Ok(Self::worked_out(&shifted, &stands, &owned, paths))
    }

    /// What stands, as if it had come now.
    pub(super) async fn standing(
        write: &mut Write<'_>,
        stands: Vec<Shifted>,
    ) -> Result<Self, StoreError> {
        let (owned, paths) = Self::asked(write, &stands).await?;
        Ok(Self::worked_out(&stands, &stands, &owned, paths))
    }

    async fn asked(
        write: &mut Write<'_>,
        shifted: &[Shifted],
    ) -> Result<(Vec<Owned>, BTreeMap<i64, Path>), StoreError> {
        let builds = shifted.iter().map(|one| one.configuration).collect();
        Ok((write.owned(&builds).await?, write.paths().await?))
    }

    /// A vulnerability may affect a build by several components, and in the view of everybody
    /// and in that of an organisation: it comes with the first of them, and goes with the last.
    fn worked_out(
        shifted: &[Shifted],
        stands: &[Shifted],
        owned: &[Owned],
        paths: BTreeMap<i64, Path>,
    ) -> Self {
        let mut owners: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for one in owned {
            owners.entry(one.configuration).or_default().push(one.organisation);
        }
        // How many verdicts say it of a pair.
        let hears = |organisation: i64, view: i64| match paths.get(&organisation) {
            Some(path) => view::heard(path).any(|one| one == view),
            None => [view::PUBLIC, organisation].contains(&view),
        };
        let count = |of: &mut dyn Iterator<Item = &Shifted>| {
            let mut counts: BTreeMap<Pair, usize> = BTreeMap::new();
            for one in of {
                let all = owners.get(&one.configuration).into_iter().flatten();
                for organisation in all.filter(|id| hears(**id, one.view)) {
                    let pair =
                        (one.vulnerability.clone(), one.configuration, *organisation);
                    *counts.entry(pair).or_default() += 1;
                }
            }
            counts
        };
        let came =
            count(&mut shifted.iter().filter(|one| one.now.as_deref() == AFFECTED));
        let went =
            count(&mut shifted.iter().filter(|one| one.before.as_deref() == AFFECTED));
        let now = count(&mut stands.iter());
        let stood = |pair: &Pair| {
            let now = now.get(pair).copied().unwrap_or(0);
            now > came.get(pair).copied().unwrap_or(0)
        };
        let only = |of: &BTreeMap<Pair, usize>, other: &BTreeMap<Pair, usize>| {
            let pairs =
                of.keys().filter(|pair| !other.contains_key(*pair) && !stood(pair));
            pairs.cloned().collect::<BTreeSet<Pair>>()
        };
        let devices = |one: &Owned| ((one.configuration, one.organisation), one.devices);
        Self {
            came: only(&came, &went),
            went: only(&went, &came),
            owned: owned.iter().map(devices).collect(),
            paths,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty()
    }

    /// The vulnerabilities of which a webhook is told, with the builds and how many devices.
    pub(super) fn met(
        &self,
        wanted: Wanted,
        of: &Listening,
    ) -> BTreeMap<String, (BTreeSet<i64>, i64)> {
        let pairs = match wanted {
            Wanted::Came => &self.came,
            Wanted::Went => &self.went,
        };
        let mut met: BTreeMap<String, (BTreeSet<i64>, i64)> = BTreeMap::new();
        for (vulnerability, build, organisation) in pairs {
            if is_within(&self.paths, of, *organisation) {
                let (builds, devices) = met.entry(vulnerability.clone()).or_default();
                builds.insert(*build);
                *devices +=
                    self.owned.get(&(*build, *organisation)).copied().unwrap_or(0);
            }
        }
        met
    }
}

/// Whether a webhook is told of an organisation.
pub(super) fn is_within(
    paths: &BTreeMap<i64, Path>,
    one: &Listening,
    organisation: i64,
) -> bool {
    paths.get(&organisation).is_some_and(|path| one.path.holds(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(view: i64, configuration: i64, before: &str, now: &str) -> Shifted {
        let word = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
        Shifted {
            view,
            configuration,
            vulnerability: "CVE-2026-1".to_owned(),
            before: word(before),
            now: word(now),
        }
    }

    /// Build 7 stands in the organisations 1 and 2, 8 in 2 alone.
    fn owned() -> Vec<Owned> {
        let of = |organisation, configuration, devices| Owned {
            organisation,
            configuration,
            devices,
        };
        vec![of(1, 7, 3), of(2, 7, 4), of(2, 8, 5)]
    }

    #[track_caller]
    fn check(
        shifted: &[&Shifted],
        stands: &[&Shifted],
        came: &[(i64, i64)],
        went: &[(i64, i64)],
    ) {
        let own = |all: &[&Shifted]| -> Vec<Shifted> {
            all.iter().map(|one| (*one).clone()).collect()
        };
        let (shifted, stands) = (own(shifted), own(stands));
        let shifts = Shifts::worked_out(&shifted, &stands, &owned(), BTreeMap::new());
        let plain = |pairs: &BTreeSet<Pair>| -> Vec<(i64, i64)> {
            pairs.iter().map(|(_, build, organisation)| (*build, *organisation)).collect()
        };
        assert_eq!(plain(&shifts.came), came, "came");
        assert_eq!(plain(&shifts.went), went, "went");
    }

    const NOW: &str = "affected";

    #[test]
    fn a_vulnerability_comes_with_the_first_verdict_and_goes_with_the_last() {
        let new = shift(0, 7, "", NOW);
        check(&[&new], &[&new], &[(7, 1), (7, 2)], &[]);
        let turned = shift(0, 8, "cannot_tell", NOW);
        check(&[&turned], &[&turned], &[(8, 2)], &[]);
        for after in ["", "fixed", "not_affected", "cannot_tell"] {
            check(&[&shift(0, 7, NOW, after)], &[], &[], &[(7, 1), (7, 2)]);
        }
        // A second component of the same build: it was affected before, and is still.
        let other = shift(0, 7, "", NOW);
        check(&[&new], &[&new, &other], &[], &[]);
        check(&[&shift(0, 7, NOW, "")], &[&other], &[], &[]);
        // One component goes and another comes.
        check(&[&shift(0, 7, NOW, ""), &new], &[&new], &[], &[]);
    }

    #[test]
    fn what_documents_of_an_organisation_say_is_told_of_its_own_devices_alone() {
        let own = shift(2, 7, "", NOW);
        check(&[&own], &[&own], &[(7, 2)], &[]);
        // Everybody knew it already of the same build.
        let public = shift(0, 7, NOW, NOW);
        check(&[&own], &[&own, &public], &[], &[]);
        check(&[&shift(3, 7, "", NOW)], &[&shift(3, 7, "", NOW)], &[], &[]);
        check(&[&shift(0, 9, "", NOW)], &[&shift(0, 9, "", NOW)], &[], &[]);
    }
}
