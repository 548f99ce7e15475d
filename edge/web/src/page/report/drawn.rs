//! A plot of a report as SVG: bars with their numbers. The table below says the same.

use std::fmt::Write as _;

use askama::Template;
use report::{Bars, Plot, Table};

use crate::field::{Rendered, escaped};

/// A plot as markup, and as the table that says the same.
#[derive(Template)]
#[template(path = "report/plot.html")]
pub(crate) struct Drawn {
    title: String,
    svg: Rendered,
    table: Table,
}

impl askama::filters::HtmlSafe for Drawn {}

const WIDE: f64 = 640.0;
/// What labels take on the left.
const LEFT: f64 = 290.0;
/// What a figure takes on the right.
const RIGHT: f64 = 44.0;
const ROW: f64 = 26.0;
/// How high a bar is of those that stand below one another.
const BAR: f64 = 12.0;

impl Drawn {
    pub(crate) fn of(plot: &Plot) -> Self {
        let mut svg = String::new();
        let mut y = legend(plot, &mut svg);
        for row in &plot.rows {
            let tall = match plot.bars {
                Bars::Stacked => ROW,
                Bars::Beside => BAR * row.values.len() as f64 + 8.0,
            };
            text(&mut svg, (0.0, y + tall / 2.0 + 4.0), "", &row.label);
            match plot.bars {
                Bars::Stacked => stacked(plot, &row.values, y, &mut svg),
                Bars::Beside => beside(plot, &row.values, y, &mut svg),
            }
            y += tall;
        }
        let svg = format!(
            "<svg viewBox=\"0 0 {WIDE} {y:.0}\" aria-hidden=\"true\">{svg}</svg>"
        );
        Self { title: plot.title.clone(), svg: Rendered(svg), table: plot.table() }
    }
}

/// What the shades mean, with the height that it takes.
fn legend(plot: &Plot, svg: &mut String) -> f64 {
    if plot.series.len() < 2 {
        return 0.0;
    }
    let step = WIDE / plot.series.len() as f64;
    for (at, name) in plot.series.iter().enumerate() {
        let x = at as f64 * step;
        bar(svg, at, (x + 1.0, 2.0), (10.0, 10.0));
        text(svg, (x + 16.0, 11.0), "", name);
    }
    22.0
}

/// How long a number is drawn.
fn long(plot: &Plot, value: usize) -> f64 {
    let share = value.min(plot.whole) as f64 / plot.whole.max(1) as f64;
    share * (WIDE - LEFT - RIGHT)
}

fn stacked(plot: &Plot, values: &[Option<usize>], y: f64, svg: &mut String) {
    let mut x = LEFT;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| *value > 0) else { continue };
        let wide = long(plot, value);
        bar(svg, at, (x, y + 3.0), (wide, ROW - 8.0));
        let class = if at == 0 { "figure on" } else { "figure" };
        middle(svg, (x + wide / 2.0, y + 16.0), class, &value.to_string());
        x += wide;
    }
}

fn beside(plot: &Plot, values: &[Option<usize>], y: f64, svg: &mut String) {
    for (at, value) in values.iter().enumerate() {
        let down = y + 4.0 + at as f64 * BAR;
        let Some(value) = value else {
            text(svg, (LEFT, down + 9.0), "", "nothing tells");
            continue;
        };
        let wide = long(plot, *value);
        bar(svg, at, (LEFT, down), (wide.max(1.0), BAR - 2.0));
        let unit = if plot.unit == "percent" { " %" } else { "" };
        text(svg, (LEFT + wide + 4.0, down + 9.0), "figure", &format!("{value}{unit}"));
    }
}

/// A bar in the shade of its place among the series.
fn bar(svg: &mut String, at: usize, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    let shade = ["1", "0.55", "0.25", "0"].get(at).copied().unwrap_or("0");
    // Writing to a text does not fail.
    let _ = write!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" \
         fill=\"currentColor\" fill-opacity=\"{shade}\" stroke=\"currentColor\"/>"
    );
}

fn text(svg: &mut String, at: (f64, f64), class: &str, words: &str) {
    written(svg, at, (class, "start"), words);
}

fn middle(svg: &mut String, at: (f64, f64), class: &str, words: &str) {
    written(svg, at, (class, "middle"), words);
}

fn written(
    svg: &mut String,
    (x, y): (f64, f64),
    (class, anchor): (&str, &str),
    words: &str,
) {
    let words = escaped(words);
    let _ = write!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

#[cfg(test)]
mod tests {
    use report::Bar;

    use super::*;

    fn plot(values: Vec<Option<usize>>) -> Plot {
        Plot {
            title: "T".to_owned(),
            alt: String::new(),
            bars: Bars::Beside,
            series: vec!["own".to_owned(), "all".to_owned()],
            whole: 100,
            unit: "percent".to_owned(),
            rows: vec![Bar { label: "<a> & b".to_owned(), values }],
        }
    }

    #[test]
    fn a_label_is_text_and_what_nobody_knows_is_no_bar() {
        let drawn = Drawn::of(&plot(vec![Some(40), None]));
        assert!(drawn.svg.0.contains("&lt;a&gt; &amp; b"), "{}", drawn.svg.0);
        assert!(!drawn.svg.0.contains("<a>"));
        assert!(drawn.svg.0.contains("40 %") && drawn.svg.0.contains("nothing tells"));
        // Two squares of the legend, and the bar of the only number.
        assert_eq!(drawn.svg.0.matches("<rect").count(), 3);
        assert_eq!(drawn.table.rows, [["<a> & b", "40 %", "nothing tells"]]);
    }

    #[test]
    fn no_number_leaves_the_drawing() {
        let drawn = Drawn::of(&plot(vec![Some(usize::MAX), Some(0)]));
        let long = format!("width=\"{:.1}\"", WIDE - LEFT - RIGHT);
        assert!(drawn.svg.0.contains(&long), "{}", drawn.svg.0);
    }
}
