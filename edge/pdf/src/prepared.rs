//! A report with what the template needs besides: what stands on every page, and the table of
//! each plot.

use serde_json::{Value, json};

use crate::PdfError;

/// How many letters of a name have room at the head of a page.
const HEAD_MAX: usize = 160;

/// The report with what stands on every page, and with the table of each plot.
pub(crate) fn prepared(mut report: Value) -> Result<Value, PdfError> {
    let lacking = || PdfError::NotReport("it has no title, day or sections".to_owned());
    let text = |name: &str| report.get(name).and_then(Value::as_str).ok_or_else(lacking);
    let head = short(&format!("{} · {}", text("organisation")?, text("title")?));
    let foot = format!("As of {} · {} · Lazaret", text("as_of")?, text("knowledge")?);
    for name in ["label", "lead", "note"] {
        text(name)?;
    }
    let sections = report.get_mut("sections").and_then(Value::as_array_mut);
    for section in sections.ok_or_else(lacking)? {
        let blocks = section.get_mut("blocks").and_then(Value::as_array_mut);
        for block in blocks.ok_or_else(lacking)? {
            if block.get("block").and_then(Value::as_str) == Some("plot") {
                let table = table(block);
                let plot = block.as_object_mut().ok_or_else(lacking)?;
                plot.insert("numbers".to_owned(), table);
            }
        }
    }
    let object = report.as_object_mut().ok_or_else(lacking)?;
    object.insert("head".to_owned(), Value::String(head));
    object.insert("foot".to_owned(), Value::String(foot));
    Ok(report)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(HEAD_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The numbers of a plot as a table.
fn table(plot: &Value) -> Value {
    let list = |name: &str| plot.get(name).and_then(Value::as_array).cloned();
    let unit = plot.get("unit").and_then(Value::as_str).unwrap_or_default();
    let unit = if unit == "percent" { " %" } else { "" };
    let series = list("series").unwrap_or_default();
    let heads = series.iter().map(|name| json!({ "name": name, "align": "number" }));
    let first = json!({ "name": "", "align": "text" });
    let columns: Vec<Value> = std::iter::once(first).chain(heads).collect();
    let rows: Vec<Value> = list("rows")
        .unwrap_or_default()
        .iter()
        .map(|row| {
            let values = row.get("values").and_then(Value::as_array);
            let values = values.into_iter().flatten().map(|value| match value {
                Value::Null => "nothing tells".to_owned(),
                value => format!("{value}{unit}"),
            });
            let label = row.get("label").and_then(Value::as_str).unwrap_or_default();
            std::iter::once(label.to_owned()).chain(values).map(Value::String).collect()
        })
        .collect();
    json!({ "columns": columns, "rows": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Value {
        json!({
            "organisation": "House", "title": "T".repeat(300), "as_of": "2026-11-26",
            "knowledge": "Advisories of 2 h ago", "label": "TLP:AMBER+STRICT",
            "lead": "", "note": "",
            "sections": [{ "heading": "H", "blocks": [{
                "block": "plot", "unit": "percent", "series": ["own", "all"],
                "rows": [{ "label": "a", "values": [40, null] }],
            }] }],
        })
    }

    #[test]
    fn what_stands_on_every_page_has_room_and_a_plot_its_numbers() {
        let told = prepared(report()).unwrap();
        let head = told["head"].as_str().unwrap();
        assert_eq!(head.chars().count(), HEAD_MAX + 1);
        assert!(head.starts_with("House · TTT") && head.ends_with('…'), "{head}");
        assert_eq!(told["foot"], "As of 2026-11-26 · Advisories of 2 h ago · Lazaret");
        let numbers = &told["sections"][0]["blocks"][0]["numbers"];
        assert_eq!(numbers["rows"], json!([["a", "40 %", "nothing tells"]]));
        assert_eq!(numbers["columns"][2], json!({ "name": "all", "align": "number" }));
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for name in ["organisation", "as_of", "label", "sections"] {
            let mut lacking = report();
            lacking.as_object_mut().unwrap().remove(name);
            assert!(matches!(prepared(lacking), Err(PdfError::NotReport(_))), "{name}");
        }
        for told in [json!(null), json!([]), json!({ "sections": 1 })] {
            assert!(prepared(told).is_err());
        }
    }
}
