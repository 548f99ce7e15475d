//! Which releases mend a flaw of which several advisories speak.

use matching::Verdict;
use matching::device::releases;
use worklist::Fix;

/// What one advisory says of a flaw, as judgements keep it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken<'g> {
    /// The word of its verdict.
    pub(crate) verdict: &'g str,
    /// The releases that it offers, as a list.
    pub(crate) fixed_in: &'g str,
    /// The releases that others offer and that mend it too, as this advisory says of them;
    /// nothing where it was judged before that was told, and where it is about a component.
    pub(crate) also: Option<&'g str>,
}

/// Releases that mend a flaw, each as a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mending {
    /// Those that are offered for it.
    pub(crate) fixed_in: String,
    /// Those that are offered for something else.
    pub(crate) also: String,
}

/// What mends a flaw of that verdict, of which `kept` is kept as its fix: a release that every advisory which says so would say
/// nothing more of. Of a release that one of them still calls affected it is never said that
/// it mends.
pub(crate) fn mending<'g>(
    grounds: impl Iterator<Item = Spoken<'g>>,
    verdict: &str,
    kept: &str,
) -> Mending {
    let mut speaking: Vec<Spoken<'g>> = grounds
        .filter(|said| {
            said.verdict == verdict || said.verdict == Verdict::Affected.word()
        })
        .collect();
    // Who gave the verdict comes first.
    speaking.sort_by_key(|said| said.verdict != verdict);
    let first = speaking.first();
    let Some((first, true)) =
        first.map(|first| (first, speaking.iter().all(|said| said.also.is_some())))
    else {
        let said = first.map_or("", |first| first.fixed_in);
        let fixed_in = if said.is_empty() { kept } else { said };
        return Mending { fixed_in: fixed_in.to_owned(), also: String::new() };
    };
    let mends = |release: &&str| {
        speaking.iter().all(|said| {
            let also = said.also.unwrap_or_default();
            Fix { offered: said.fixed_in, also }.has(release)
        })
    };
    let mut fixed_in: Vec<&str> = Vec::new();
    for release in speaking.iter().flat_map(|said| releases(said.fixed_in)).filter(mends)
    {
        if !fixed_in.contains(&release) {
            fixed_in.push(release);
        }
    }
    let also = releases(first.also.unwrap_or_default());
    let also = also.filter(mends).filter(|release| !fixed_in.contains(release));
    Mending { also: also.collect::<Vec<_>>().join("; "), fixed_in: fixed_in.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(grounds: &[(&str, &str, Option<&str>)], verdict: &str, expected: [&str; 2]) {
        let spoken = grounds.iter();
        let spoken =
            spoken.map(|&(verdict, fixed_in, also)| Spoken { verdict, fixed_in, also });
        let [fixed_in, also] = expected.map(str::to_owned);
        let found = mending(spoken, verdict, "7");
        assert_eq!(found, Mending { fixed_in, also }, "{grounds:?}");
    }

    #[test]
    fn what_mends_a_flaw_is_what_everybody_who_speaks_of_it_calls_free() {
        check(&[], "affected", ["7", ""]);
        check(&[("affected", "", None)], "affected", ["7", ""]);
        check(&[("affected", "", Some(""))], "affected", ["", ""]);
        check(&[("affected", "2.3; 3.1", Some(""))], "affected", ["2.3; 3.1", ""]);
        check(&[("affected", "2.3", Some("2.4"))], "affected", ["2.3", "2.4"]);
        let maker = ("affected", "2.3", Some("2.6"));
        check(&[maker, ("affected", "2.6", Some(""))], "affected", ["2.6", ""]);
        check(&[maker, ("affected", "2.6", Some("2.3"))], "affected", ["2.3; 2.6", ""]);
        // One of them names no release of which it is free.
        check(&[maker, ("affected", "", Some(""))], "affected", ["", ""]);
        check(&[("affected", "", Some("2.3")), maker], "affected", ["2.3", ""]);
    }

    #[test]
    fn who_says_less_than_the_verdict_has_no_say() {
        let maker = ("affected", "2.3", Some("2.4"));
        for other in ["cannot_tell", "not_affected", "fixed", "under_investigation"] {
            check(&[(other, "", Some("")), maker], "affected", ["2.3", "2.4"]);
        }
        check(&[("cannot_tell", "2.3", Some(""))], "cannot_tell", ["2.3", ""]);
    }

    #[test]
    fn what_was_judged_before_and_components_stand_as_they_were_told() {
        check(
            &[("affected", "2.3", None), ("affected", "2.4", None)],
            "affected",
            ["2.3", ""],
        );
        check(
            &[("affected", "2.3", Some("2.4")), ("affected", "2.4", None)],
            "affected",
            ["2.3", ""],
        );
    }
}
