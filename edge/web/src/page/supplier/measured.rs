//! What a supplier's advisories tell, against those of all makers: a table, and the same drawn.

use std::fmt::Write as _;

use askama::Template;
use controls::supplier_history::Share;
use operations::supplier::Assessed;
use report::MEASURES;
use serde::Serialize;

use super::day;
use crate::field::Rendered;

/// Measures with those of all makers beside them.
#[derive(Template, Serialize)]
#[template(path = "supplier/measured.html")]
pub(super) struct Measured {
    advisories: usize,
    vulnerabilities: usize,
    /// Days from a CVE to its advisory, the middle one.
    median_delay_days: Option<i32>,
    usual_delay_days: Option<i32>,
    measures: Vec<Measure>,
    /// When the figures of all makers were made, and of which documents.
    made: String,
    source: String,
    #[serde(skip)]
    span: String,
}

#[derive(Serialize)]
struct Measure {
    measure: &'static str,
    own: Option<usize>,
    usual: Option<usize>,
    #[serde(skip)]
    label: &'static str,
    #[serde(skip)]
    own_shown: String,
    #[serde(skip)]
    usual_shown: String,
}

impl askama::filters::HtmlSafe for Measured {}

impl Measured {
    /// Nothing where no advisory bears the supplier's name.
    pub(super) fn of(one: &Assessed) -> Option<Self> {
        let (own, usual) = (&one.vetted.figures, &one.baseline.figures);
        if own.advisories == 0 {
            return None;
        }
        let of = |shares: [(&'static str, Share); 12], name: &str| {
            let found = shares.into_iter().find(|(known, _)| *known == name);
            found.map(|(_, share)| share).unwrap_or_default()
        };
        let measures = MEASURES.map(|(name, label)| {
            let (own, usual) = (of(own.shares(), name), of(usual.shares(), name));
            Measure {
                measure: name,
                own: own.percent(),
                usual: usual.percent(),
                label,
                own_shown: shown(own),
                usual_shown: shown(usual),
            }
        });
        let span = one.vetted.history.own.span.map(|(first, last)| {
            format!("from {} to {}", day(&first.to_string()), day(&last.to_string()))
        });
        Some(Self {
            advisories: own.advisories,
            vulnerabilities: own.vulnerabilities,
            median_delay_days: own.median_delay_days,
            usual_delay_days: usual.median_delay_days,
            measures: measures.into(),
            made: day(&one.baseline.made.to_string()),
            source: one.baseline.source.clone(),
            span: span.unwrap_or_default(),
        })
    }

    /// The drawing: two bars for each measure, its own above that of all makers. It is made of
    /// nothing but numbers and words of ours.
    fn svg(&self) -> Rendered {
        let told: Vec<&Measure> =
            self.measures.iter().filter(|one| one.own.is_some()).collect();
        let (wide, row, left) = (560.0, 34.0, 300.0);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {wide} {}\" aria-hidden=\"true\">",
            told.len() as f64 * row
        );
        for (at, one) in told.iter().enumerate() {
            let y = at as f64 * row;
            // Writing to a text does not fail.
            let _ =
                write!(svg, "<text x=\"0\" y=\"{:.1}\">{}</text>", y + 17.0, one.label);
            let bars = [(one.own, "own", 0.0), (one.usual, "usual", 13.0)];
            for (percent, class, down) in bars {
                let Some(percent) = percent else { continue };
                let long =
                    (percent.min(100) as f64 / 100.0 * (wide - left - 40.0)).max(1.0);
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{left}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"11\" fill=\"currentColor\"/><text class=\"figure\" x=\"{:.1}\" y=\"{:.1}\">{percent} %</text>",
                    y + 2.0 + down,
                    left + long + 4.0,
                    y + 11.0 + down,
                );
            }
        }
        svg.push_str("</svg>");
        Rendered(svg)
    }
}

fn shown(share: Share) -> String {
    match share.of {
        0 => "nothing tells".to_owned(),
        _ => share.to_string(),
    }
}
