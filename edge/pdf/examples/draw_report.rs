//! Draws a report that was taken away as JSON, to look at it: `draw_report report.json report.pdf`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let [from, to] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().unwrap_or_default();
    let drawn = std::fs::read(from).map(|told| pdf::draw(&told));
    match drawn {
        Ok(Ok(ref bytes)) if std::fs::write(to, bytes).is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
