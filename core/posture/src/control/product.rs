//! Products: what is shown about each that the house has.

use evidence::{Class, Field, Kind, Record, days_between};

use super::each;
use crate::case::{Ask, Fact};
use crate::ruling::{Ruling, Verdict};

/// Which products a control is about.
#[derive(Clone, Copy)]
enum Which {
    All,
    Connectable,
    Legacy,
}

/// What a record says of a product: the verdict and why, or nothing.
type Judge<'j> = &'j dyn Fn(&str, &Record) -> Option<(Verdict, String)>;

/// A ruling for each product, by records of a kind.
fn of_each(
    ask: &Ask<'_, '_>,
    which: Which,
    (kind, what): (Kind, &str),
    judge: Judge<'_>,
) -> Ruling {
    let case = ask.case;
    let products = match chosen(ask, which) {
        Ok(products) => products,
        Err(ruling) => return ruling,
    };
    each(&products, "product", |product| {
        let facts = case.of_product(kind, product);
        let ruling = case.newest(&facts, |record| judge(product, record));
        let mut ruling =
            ruling.unwrap_or_else(|| case.lacking(kind, what, ("", product)));
        if ruling.verdict != Verdict::CannotTell {
            ruling.why = format!("{}: {}", case.shown(product), ruling.why);
        }
        ruling
    })
}

/// The products that a control is about; that there are none, or that it is not known.
fn chosen(ask: &Ask<'_, '_>, which: Which) -> Result<Vec<String>, Ruling> {
    let (field, word) = match which {
        Which::All => return Ok(ask.case.products()),
        Which::Connectable => (Field::Connectable, "that can join a network"),
        Which::Legacy => (Field::Legacy, "that can no longer be protected"),
    };
    // Whoever says that it is so is believed; that it is not so takes a proof, since that makes a
    // control concern nobody.
    let says = |product: &str| {
        let facts = ask.case.of_product(Kind::Product, product);
        let says = |answer, least| {
            facts.iter().any(|fact| {
                fact.class >= least && fact.record.says(field) == Some(answer)
            })
        };
        match (says(true, Class::Attested), says(false, Class::Documented)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    };
    let all = ask.case.products();
    let is_legacy = matches!(which, Which::Legacy);
    // Where nobody says, a product counts as one that can join a network.
    let chosen: Vec<String> = all
        .iter()
        .filter(|product| match says(product) {
            Some(answer) => answer,
            None => !is_legacy,
        })
        .cloned()
        .collect();
    if !chosen.is_empty() || all.is_empty() {
        return Ok(chosen);
    }
    let facts = ask.case.live(Kind::Product);
    let grounds: Vec<_> =
        facts.iter().map(|fact| fact.ground("a product")).take(6).collect();
    Err(match all.iter().all(|product| says(product) == Some(false)) {
        true => Ruling::new(
            Verdict::NotApplicable,
            format!("no product is at hand {word}"),
            grounds,
        ),
        false => {
            let why = format!("of no product it is known {word}");
            Ruling::new(Verdict::CannotTell, why, grounds)
        }
    })
}

/// B-06: the risk of each device was assessed before it went into use.
pub(super) fn assessed(ask: &Ask<'_, '_>) -> Ruling {
    of_each(
        ask,
        Which::Connectable,
        (Kind::Assessment, "risk assessment"),
        &|_, record| {
            let on = record.day(Field::On)?;
            Some(match record.day(Field::InUse) {
                Some(start) if on <= start => {
                    (Verdict::Met, format!("assessed on {on}, before it went into use"))
                }
                Some(start) => (
                    Verdict::PartlyMet,
                    format!("assessed on {on}, in use since {start}"),
                ),
                None => (
                    Verdict::PartlyMet,
                    format!("assessed on {on}; the first use is not known"),
                ),
            })
        },
    )
}

/// B-07: devices are tested against what makers claim.
pub(super) fn tested(ask: &Ask<'_, '_>) -> Ruling {
    of_each(ask, Which::Connectable, (Kind::DeviceTest, "test"), &|_, record| {
        let on = record.day(Field::On)?;
        let differences = record.number(Field::Count);
        Some(match (record.says(Field::Passed)?, differences) {
            (true, None | Some(0)) => {
                (Verdict::Met, format!("as claimed, by a test of {on}"))
            }
            (true, Some(count)) => (
                Verdict::PartlyMet,
                format!("{count} differences from what is claimed on {on}"),
            ),
            (false, _) => (Verdict::NotMet, format!("not as claimed, by a test of {on}")),
        })
    })
}

/// B-10: each product that can join a network has an SBOM.
pub(super) fn sbom(ask: &Ask<'_, '_>) -> Ruling {
    let percent = ask.limit("percent");
    of_each(ask, Which::Connectable, (Kind::Sbom, "SBOM"), &|_, record| {
        let complete = record.number(Field::Complete)?;
        Some(match complete {
            it if it >= percent => {
                (Verdict::Met, format!("an SBOM states {it} % of the minimum"))
            }
            it => (Verdict::PartlyMet, format!("an SBOM states {it} % of the minimum")),
        })
    })
}

/// B-11: somebody answers for each product as long as it lives.
pub(super) fn life_cycle(ask: &Ask<'_, '_>) -> Ruling {
    let today = ask.case.today;
    of_each(ask, Which::All, (Kind::Support, "statement about support"), &|_, record| {
        let stage = record.text(Field::Stage).to_lowercase();
        Some(match (record.day(Field::SupportEnds), stage.as_str()) {
            (None, "") => return None,
            (Some(end), _) if end < today => {
                let upgrade = record.text(Field::Upgrade).to_lowercase();
                match matches!(upgrade.as_str(), "" | "none") {
                    true => (
                        Verdict::NotMet,
                        format!("support ended on {end}, and leads nowhere"),
                    ),
                    false => (
                        Verdict::PartlyMet,
                        format!("support ended on {end}; {upgrade} leads on"),
                    ),
                }
            }
            (Some(end), _) => (Verdict::Met, format!("supported until {end}")),
            (None, stage) if stage.contains("end of support") => {
                (Verdict::NotMet, "support has ended".to_owned())
            }
            (None, stage) => {
                (Verdict::PartlyMet, format!("its stage is {stage}, without a day"))
            }
        })
    })
}

/// B-12: legacy devices are brought up to today's standards.
pub(super) fn upgrade(ask: &Ask<'_, '_>) -> Ruling {
    of_each(
        ask,
        Which::Legacy,
        (Kind::Support, "statement about support"),
        &|_, record| {
            let upgrade = record.text(Field::Upgrade).to_lowercase();
            Some(match upgrade.as_str() {
                "" => return None,
                "none" => {
                    (Verdict::NotMet, "nothing leads to something newer".to_owned())
                }
                way => (Verdict::Met, format!("{way} leads to something newer")),
            })
        },
    )
}

/// B-15: the end is announced long ahead.
pub(super) fn announced(ask: &Ask<'_, '_>) -> Ruling {
    let days = ask.limit("days");
    of_each(ask, Which::All, (Kind::Support, "statement about support"), &|_, record| {
        let (end, told) =
            (record.day(Field::SupportEnds)?, record.day(Field::Announced)?);
        let ahead = days_between(told, end);
        let verdict = match i64::from(ahead) {
            it if it >= days => Verdict::Met,
            it if it >= days / 2 => Verdict::PartlyMet,
            _ => Verdict::NotMet,
        };
        Some((verdict, format!("the end was announced {ahead} days ahead")))
    })
}

/// B-16: there is a current disclosure statement for what was sold.
pub(super) fn mds2(ask: &Ask<'_, '_>) -> Ruling {
    let versions = |product: &str| {
        let facts = ask.case.of_product(Kind::Product, product);
        let versions =
            facts.into_iter().map(|fact: &Fact<'_>| fact.record.text(Field::Version));
        let versions: Vec<String> =
            versions.filter(|it| !it.is_empty()).map(str::to_owned).collect();
        versions
    };
    of_each(
        ask,
        Which::All,
        (Kind::Mds2, "disclosure statement (MDS2)"),
        &|product, record| {
            let (released, complete) =
                (record.day(Field::Released)?, record.number(Field::Complete)?);
            let version = record.text(Field::Version);
            let sold = versions(product);
            let is_of_version = sold.is_empty() || sold.iter().any(|it| it == version);
            let is_current = ask.is_within(released, "days");
            let is_complete = complete >= ask.limit("percent");
            let said = format!("a form of {released}, {complete} % answered");
            Some(match (is_of_version, is_current, is_complete) {
                (true, true, true) => (Verdict::Met, said),
                (false, ..) => {
                    (Verdict::PartlyMet, format!("{said}, of another version"))
                }
                (_, false, _) => (Verdict::PartlyMet, format!("{said}, too old")),
                _ => (Verdict::PartlyMet, said),
            })
        },
    )
}

/// B-18: security was tested, by somebody independent.
pub(super) fn security_test(ask: &Ask<'_, '_>) -> Ruling {
    of_each(
        ask,
        Which::Connectable,
        (Kind::SecurityTest, "test of its security"),
        &|_, record| {
            let on = record.day(Field::On)?;
            if !ask.is_within(on, "days") {
                return Some((
                    Verdict::PartlyMet,
                    format!("tested on {on}, too long ago"),
                ));
            }
            Some(match (record.says(Field::Independent)?, record.says(Field::Passed)) {
                (_, Some(false)) => {
                    (Verdict::NotMet, format!("grave faults were left on {on}"))
                }
                (true, _) => {
                    (Verdict::Met, format!("tested on {on} by somebody independent"))
                }
                (false, _) => {
                    (Verdict::PartlyMet, format!("tested on {on} by its maker"))
                }
            })
        },
    )
}

/// What may become of a legacy device.
const CHOICES: [&str; 5] = ["keep", "isolate", "upgrade", "replace", "withdraw"];

/// B-24: for each legacy device it is decided what becomes of it.
pub(super) fn decided(ask: &Ask<'_, '_>) -> Ruling {
    let today = ask.case.today;
    of_each(ask, Which::Legacy, (Kind::Decision, "decision"), &|_, record| {
        let choice = record.text(Field::Choice).to_lowercase();
        if choice.is_empty() {
            return None;
        }
        if !CHOICES.iter().any(|word| choice.contains(word)) {
            return Some((Verdict::NotMet, format!("`{choice}` decides nothing")));
        }
        let has_owner = record.value(Field::Holder).is_some();
        Some(match record.day(Field::Review) {
            Some(review) if review >= today && has_owner => {
                (Verdict::Met, format!("{choice}, looked at again on {review}"))
            }
            Some(review) if review < today => (
                Verdict::PartlyMet,
                format!("{choice}; the review of {review} is overdue"),
            ),
            Some(_) => (Verdict::PartlyMet, format!("{choice}, and nobody sees to it")),
            None => (Verdict::PartlyMet, format!("{choice}, without a day of review")),
        })
    })
}
