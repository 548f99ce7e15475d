//! The page for people: the gate, what is raised and on what it rests, what to ask, and how
//! the advisories stand against those of all makers.

use std::collections::BTreeMap;

use controls::red_flag::Severity;
use controls::supplier_history::Share;
use controls::{Finding, Ground, Verdict, Vetted};

use super::{Answer, product};
use crate::output::page::{Page, Style};
use crate::output::text::{counted, listed, pad};
use crate::render;

/// Grounds of one finding that are shown on a page.
const GROUNDS: usize = 3;

/// The page.
pub(super) fn page(answer: &Answer<'_>) -> Page {
    let mut page = render::blank();
    let name = answer.supplier.name();
    page.heading(&format!("{name}, as of {}", answer.today));
    page.gap();
    gate(answer, &mut page);
    raised(answer, &mut page);
    asked(answer, &mut page);
    measured(answer, &mut page);
    page.line(&summary(&answer.vetted), 0, 2);
    page
}

fn gate(answer: &Answer<'_>, page: &mut Page) {
    let gate = &answer.vetted.gate;
    match gate.standing.is_blocked() {
        true => page.marked(("■ blocked: ", Style::ActNow), &gate.why, 0, 2),
        false => page.marked(("✓ passed: ", Style::Heading), &gate.why, 0, 2),
    }
    grounds(answer, &gate.grounds, page);
    page.gap();
}

fn raised(answer: &Answer<'_>, page: &mut Page) {
    let mut found: Vec<&Finding> = (answer.vetted.findings.iter())
        .filter(|finding| finding.ruling.verdict == Verdict::Raised)
        .collect();
    if found.is_empty() {
        return;
    }
    found.sort_by_key(|finding| (finding.flag.severity(), finding.flag.number()));
    page.heading("RED FLAGS");
    page.gap();
    for finding in found {
        let flag = finding.flag;
        page.marked(mark(flag.severity()), &headline(finding), 0, 2);
        page.line(&finding.ruling.why, 4, 4);
        grounds(answer, &finding.ruling.grounds, page);
        if !finding.ruling.change.is_empty() {
            let change = format!("would change it: {}", finding.ruling.change);
            page.marked(("", Style::Quiet), &change, 4, 6);
        }
    }
    page.gap();
}

/// Number, title and, where it is about one, the product.
fn headline(finding: &Finding) -> String {
    let flag = finding.flag;
    match product(&finding.subject) {
        Some(name) => format!("{} {} ({name})", flag.number(), flag.title()),
        None => format!("{} {}", flag.number(), flag.title()),
    }
}

const fn mark(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Block => ("■ block: ", Style::ActNow),
        Severity::High => ("▪ high: ", Style::ThisWeek),
        Severity::Medium => ("□ medium: ", Style::NextWindow),
        Severity::Low => ("· low: ", Style::Quiet),
    }
}

fn grounds(answer: &Answer<'_>, grounds: &[Ground], page: &mut Page) {
    for ground in grounds.iter().take(GROUNDS) {
        let age = match ground.age_days(answer.today) {
            Some(days) => {
                format!(", {} old", counted(days.unsigned_abs() as usize, "day"))
            }
            None => String::new(),
        };
        let text = format!(
            "{} [{}{age}] {}, {}",
            ground.text,
            ground.class.word(),
            ground.document,
            ground.place
        );
        page.line(&text, 4, 6);
    }
    if let Some(more @ 1..) = grounds.len().checked_sub(GROUNDS) {
        page.line(&format!("and {more} more"), 4, 6);
    }
}

/// What cannot be told: what is asked now, and what waits for evidence of another kind.
fn asked(answer: &Answer<'_>, page: &mut Page) {
    let open = open(&answer.vetted);
    let (now, later): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|one| one.finding.flag.later().is_empty());
    if !now.is_empty() {
        page.heading("TO ASK");
        page.gap();
    }
    for one in &now {
        let flag = one.finding.flag;
        let head =
            format!("{} ({} {})", flag.ask(), flag.severity().word(), flag.number());
        page.marked(("? ", Style::Question), &head, 0, 2);
        let whys: Vec<String> = match one.products.as_slice() {
            [] => vec![one.finding.ruling.why.clone()],
            names => {
                vec![format!("{}: {}", listed(names, 4), one.finding.ruling.why)]
            }
        };
        for why in whys {
            page.line(&why, 4, 4);
        }
    }
    if !now.is_empty() {
        page.gap();
    }
    waiting(&later, page);
}

/// Flags whose evidence nothing reads yet, each kind of evidence once.
fn waiting(later: &[Open<'_>], page: &mut Page) {
    if later.is_empty() {
        return;
    }
    page.heading("A PERSON READS, SINCE NOTHING HERE DOES YET");
    page.gap();
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut flags: Vec<_> = later.iter().map(|one| one.finding.flag).collect();
    flags.sort_by_key(|flag| flag.number());
    for flag in flags {
        let text = format!("{} ({})", flag.id(), flag.number());
        kinds.entry(flag.later()).or_default().push(text);
    }
    for (kind, flags) in kinds {
        page.line(&format!("{kind}: {}", flags.join(", ")), 2, 4);
    }
    page.gap();
}

/// A flag that cannot be told, and of which products.
struct Open<'a> {
    finding: &'a Finding,
    products: Vec<&'a str>,
}

/// Every flag that cannot be told, the gravest first; one question is asked once for all
/// products.
fn open(vetted: &Vetted) -> Vec<Open<'_>> {
    let mut open: Vec<Open<'_>> = Vec::new();
    for finding in &vetted.findings {
        if finding.ruling.verdict != Verdict::CannotTell {
            continue;
        }
        let name = product(&finding.subject);
        match open.iter_mut().find(|it| it.finding.flag.number() == finding.flag.number())
        {
            Some(one) => one.products.extend(name),
            None => open.push(Open { finding, products: name.into_iter().collect() }),
        }
    }
    open.sort_by_key(|one| (one.finding.flag.severity(), one.finding.flag.number()));
    open
}

/// The questions to the supplier, each once, numbered; nothing of how it was judged.
pub(super) fn questions(vetted: &Vetted) -> String {
    let mut text = String::new();
    let mut asked: BTreeMap<u8, (&Finding, Vec<&str>)> = BTreeMap::new();
    for finding in vetted.findings.iter().filter(|finding| !finding.ask.is_empty()) {
        let entry = asked.entry(finding.flag.number()).or_insert((finding, Vec::new()));
        entry.1.extend(product(&finding.subject));
    }
    for (number, (finding, products)) in (1..).zip(asked.values()) {
        let about = match products.as_slice() {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        text.push_str(&format!("{number}. {}{about}\n", finding.ask));
    }
    text
}

fn measured(answer: &Answer<'_>, page: &mut Page) {
    let figures = &answer.vetted.figures;
    let usual = &answer.baseline.figures;
    if figures.advisories == 0 {
        return;
    }
    page.heading("MEASURED");
    page.gap();
    let row = |what: &str, own: &str, all: &str| {
        format!("{}{}{all}", pad(what, 38), pad(own, 20))
    };
    page.line(&row("", answer.supplier.name(), "all makers"), 2, 2);
    let count = |own: usize, all: usize| (own.to_string(), all.to_string());
    let (own, all) = count(figures.advisories, usual.advisories);
    page.line(&row("advisories", &own, &all), 2, 2);
    let (own, all) = count(figures.vulnerabilities, usual.vulnerabilities);
    page.line(&row("vulnerabilities", &own, &all), 2, 2);
    let days =
        |days: Option<i32>| days.map_or("not known".to_owned(), |it| it.to_string());
    let (own, all) = (days(figures.median_delay_days), days(usual.median_delay_days));
    page.line(&row("days from CVE to advisory, median", &own, &all), 2, 2);
    for (what, own, all) in shares(answer) {
        page.line(&row(what, &share(own), &share(all)), 2, 2);
    }
    for doubtful in &answer.vetted.history.doubtful {
        let text = format!(
            "not counted: {} of {} ({}); name it among the aliases where it is the same company",
            counted(doubtful.advisories.len(), "advisory"),
            doubtful.name,
            doubtful.by.word()
        );
        page.line(&text, 2, 4);
    }
    let text = format!(
        "all makers: {}, measured on {}",
        answer.baseline.source, answer.baseline.made
    );
    page.line(&text, 2, 4);
    page.gap();
}

fn share(share: Share) -> String {
    match share.percent() {
        Some(_) => share.to_string(),
        None => "not known".to_owned(),
    }
}

fn shares(answer: &Answer<'_>) -> [(&'static str, Share, Share); 11] {
    let own = &answer.vetted.figures;
    let all = &answer.baseline.figures;
    [
        ("CVEs told late", own.late, all.late),
        ("advisories with a CVE years old", own.years_late, all.years_late),
        ("advisories without a fix", own.without_fix, all.without_fix),
        (
            "vulnerabilities without a fix",
            own.vulnerabilities_without_fix,
            all.vulnerabilities_without_fix,
        ),
        ("advisories without guidance", own.without_guidance, all.without_guidance),
        ("with hard-coded credentials", own.hard_coded, all.hard_coded),
        ("with an exploited flaw", own.exploited, all.exploited),
        ("that thank the maker itself", own.self_credited, all.self_credited),
        ("that were revised", own.revised, all.revised),
        ("whose promised fix is overdue", own.overdue, all.overdue),
        ("that identify a product", own.identified, all.identified),
    ]
}

fn summary(vetted: &Vetted) -> String {
    let total = |verdict| {
        Severity::ALL
            .into_iter()
            .map(|severity| vetted.count(verdict, severity))
            .sum::<usize>()
    };
    let raised: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (vetted.count(Verdict::Raised, severity), severity.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let by = match raised.is_empty() {
        true => String::new(),
        false => format!(" ({})", raised.join(", ")),
    };
    format!(
        "{} raised{by}, {} cannot be told, {} clear, {} not applicable.",
        counted(total(Verdict::Raised), "flag"),
        total(Verdict::CannotTell),
        total(Verdict::Clear),
        total(Verdict::NotApplicable)
    )
}
