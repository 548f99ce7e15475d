//! What was judged of one bid, as it is told: on the page, to programs and in the record of an
//! award alike.

use ::evidence as facts;
use ::purchase::{
    Bid, Cell, Fate, Filed, Gate, Judged, Side, cross_check, duty, question, support,
};
use controls::Exposure;
use serde::Serialize;

/// What was judged of one bid.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The sixty-four considerations, in their order.
    pub considerations: Vec<Considered>,
    /// What cannot be right together, the gravest first.
    pub contradictions: Vec<Contradicted>,
    /// Flaws of what is delivered that are open or in doubt, those that are exploited first.
    pub flaws: Vec<FlawTold>,
    /// Components of which something is known of their support.
    pub support: Vec<Supported>,
    /// What law and guidance ask.
    pub duties: Vec<Owed>,
    /// How long the maker took, flaw by flaw.
    pub timers: Vec<Timed>,
    /// What the bidder is to be asked.
    pub questions: Vec<Asked>,
    /// Every file, by name.
    pub files: Vec<FileTold>,
}

/// A gate.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::Gate`")]
pub struct GateTold {
    pub id: String,
    pub title: String,
    pub tells: &'static str,
    pub isaos: Vec<String>,
    pub standing: &'static str,
    pub why: String,
    pub grounds: Vec<Fact>,
    pub ask: String,
}

/// A consideration with its verdict.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::Cell`")]
pub struct Considered {
    pub id: &'static str,
    pub title: &'static str,
    pub verdict: &'static str,
    pub why: String,
    pub grounds: Vec<Fact>,
    pub ask: String,
}

/// Something that cannot be right together.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `Contradiction`")]
pub struct Contradicted {
    pub rule: String,
    pub severity: &'static str,
    pub between: &'static str,
    pub title: String,
    pub why: String,
    pub ask: String,
    pub grounds: Vec<Fact>,
}

/// A flaw of a component that is open or in doubt.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `controls::Flaw`")]
pub struct FlawTold {
    pub id: String,
    pub aliases: Vec<String>,
    pub component: String,
    pub verdict: &'static str,
    pub exploited: bool,
    pub document: String,
    pub place: String,
}

/// A component of which something is known of its support.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::support::Supported`")]
pub struct Supported {
    pub standing: &'static str,
    pub component: String,
    pub product: String,
    pub ends: Option<String>,
    pub extended: Option<String>,
    pub unknown: String,
    pub source: String,
    pub document: String,
    pub place: String,
}

/// A duty with its verdict.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::duty::Duty`")]
pub struct Owed {
    pub set: &'static str,
    #[serde(skip)]
    pub set_words: &'static str,
    pub id: String,
    pub title: String,
    pub verdict: &'static str,
    pub why: String,
    pub grounds: Vec<Fact>,
    pub ask: String,
}

/// How long the maker took over one flaw.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::duty::Timer`")]
pub struct Timed {
    pub advisory: String,
    pub cve: String,
    pub document: String,
    pub place: String,
    pub known: String,
    pub told: String,
    pub telling: &'static str,
    pub fixed: Option<String>,
    pub fixing: &'static str,
}

/// Something that the bidder is to be asked.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are those of `purchase::question::Question`")]
pub struct Asked {
    pub key: String,
    pub weight: &'static str,
    pub about: String,
    pub question: String,
    pub why: String,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize)]
pub struct FileTold {
    /// What it is called among grounds.
    pub file: String,
    /// From whom it is.
    pub from: &'static str,
    /// What it is, in words.
    pub kind: &'static str,
    /// What became of it.
    pub fate: &'static str,
    /// Why it is not read, or what is wrong with it and where.
    pub why: String,
    /// What is to be said of it, each with its place.
    pub notes: Vec<String>,
}

/// A fact that was used, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of `evidence::Ground`")]
pub struct Fact {
    pub class: &'static str,
    pub document: String,
    pub place: String,
    pub text: String,
    pub date: Option<String>,
}

impl Judgement {
    pub(super) fn of(judged: &Judged, bid: &Bid) -> Self {
        Self {
            considerations: judged.rows.iter().map(considered).collect(),
            contradictions: judged.contradictions.iter().map(contradicted).collect(),
            flaws: flaws(bid),
            support: judged.support.iter().map(supported).collect(),
            duties: judged.duties.iter().map(owed).collect(),
            timers: judged.timers.iter().map(timed).collect(),
            questions: judged.questions.iter().map(asked).collect(),
            files: bid.files.iter().map(file).collect(),
        }
    }
}

fn flaws(bid: &Bid) -> Vec<FlawTold> {
    let of_file = |it: &Exposure| {
        let document = it.file.clone();
        let told = it.flaws.iter().map(move |flaw| FlawTold {
            id: flaw.id.clone(),
            aliases: flaw.aliases.clone(),
            component: flaw.component.clone(),
            verdict: flaw.verdict.word(),
            exploited: flaw.is_exploited,
            document: document.clone(),
            place: flaw.place.to_string(),
        });
        told.collect::<Vec<_>>()
    };
    let mut all: Vec<FlawTold> = bid.exposures().flat_map(of_file).collect();
    all.sort_by(|one, other| {
        let key = |it: &FlawTold| (!it.exploited, it.verdict != "affected");
        key(one).cmp(&key(other)).then_with(|| {
            let name = |it: &FlawTold| {
                (it.id.clone(), it.component.clone(), it.document.clone())
            };
            name(one).cmp(&name(other))
        })
    });
    all
}

pub(super) fn gate(gate: &Gate) -> GateTold {
    GateTold {
        id: gate.id.clone(),
        title: gate.title.clone(),
        tells: gate.tells.word(),
        isaos: gate.isaos.clone(),
        standing: gate.standing.word(),
        why: gate.why.clone(),
        grounds: grounds(&gate.grounds),
        ask: gate.ask.clone(),
    }
}

fn considered(row: &::purchase::Row) -> Considered {
    let Cell { verdict, why, grounds: found, ask } = &row.cell;
    Considered {
        id: row.control.id(),
        title: row.control.title(),
        verdict: verdict.word(),
        why: why.clone(),
        grounds: grounds(found),
        ask: ask.clone(),
    }
}

fn contradicted(found: &cross_check::Contradiction) -> Contradicted {
    Contradicted {
        rule: found.rule.clone(),
        severity: found.severity.word(),
        between: found.between.word(),
        title: found.title.clone(),
        why: found.why.clone(),
        ask: found.ask.clone(),
        grounds: grounds(&found.grounds),
    }
}

fn supported(it: &support::Supported) -> Supported {
    Supported {
        standing: it.standing.word(),
        component: it.component.clone(),
        product: it.product.clone(),
        ends: it.ends.map(|day| day.to_string()),
        extended: it.extended.map(|day| day.to_string()),
        unknown: it.unknown.clone(),
        source: it.source.clone(),
        document: it.document.clone(),
        place: it.place.to_string(),
    }
}

fn owed(duty: &duty::Duty) -> Owed {
    Owed {
        set: duty.set.word(),
        set_words: duty.set.words(),
        id: duty.id.clone(),
        title: duty.title.clone(),
        verdict: duty.cell.verdict.word(),
        why: duty.cell.why.clone(),
        grounds: grounds(&duty.cell.grounds),
        ask: duty.cell.ask.clone(),
    }
}

fn timed(timer: &duty::Timer) -> Timed {
    Timed {
        advisory: timer.advisory.clone(),
        cve: timer.cve.clone(),
        document: timer.document.clone(),
        place: timer.place.to_string(),
        known: timer.known.to_string(),
        told: timer.told.to_string(),
        telling: timer.telling.word(),
        fixed: timer.fixed.map(|day| day.to_string()),
        fixing: timer.fixing.word(),
    }
}

fn asked(question: &question::Question) -> Asked {
    Asked {
        key: question.key.clone(),
        weight: question.weight.word(),
        about: question.about.clone(),
        question: question.asks.clone(),
        why: question.why.clone(),
    }
}

fn file(filed: &Filed) -> FileTold {
    FileTold {
        file: filed.file.clone(),
        from: match filed.side {
            Side::Bidder => "bidder",
            Side::House => "house",
        },
        kind: filed.kind,
        fate: filed.fate.word(),
        why: match &filed.fate {
            Fate::Read => String::new(),
            Fate::Unread(why) => why.clone(),
            Fate::Refused(why) => why.to_string(),
        },
        notes: filed.notes.iter().map(ToString::to_string).collect(),
    }
}

fn grounds(grounds: &[facts::Ground]) -> Vec<Fact> {
    fn fact(ground: &facts::Ground) -> Fact {
        Fact {
            class: ground.class.word(),
            document: ground.document.clone(),
            place: ground.place.to_string(),
            text: ground.text.clone(),
            date: ground.date.map(|day| day.to_string()),
        }
    }
    grounds.iter().map(fact).collect()
}
