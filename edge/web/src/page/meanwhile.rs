//! What others did while somebody had a page open.
//!
//! Each form carries the revision of what it shows. Who sends an older one is told what changed
//! meanwhile and by whom; nothing is overwritten, and what was typed stands in the page again.
//!
//! Source: RFC 9110, 15.5.10: 409, with what is needed to see where the conflict lies.

use axum::http::StatusCode;

use crate::field::Fault;
use crate::problem::Problem;

/// The revision that a form carries; none where it carries none.
pub(crate) fn shown(typed: &str) -> Result<Option<i64>, Problem> {
    match typed.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            let mend = "Send the number that the page gives as `revision`, or nothing.";
            Problem::wrong_fields(vec![Fault::new("revision", mend)])
        }),
    }
}

/// That something else holds by now, with what others did, the oldest first.
pub(crate) fn changed(done: &[String]) -> Problem {
    let told = match done {
        [] => "It was changed".to_owned(),
        done => done.join("; "),
    };
    let detail = "Somebody else was faster, so nothing was kept.";
    let mut problem = Problem::new(StatusCode::CONFLICT, detail).next(
        "What you typed is kept in the page. Look at what holds now, and send it again if it is \
         still right.",
    );
    problem.faults =
        vec![Fault::new("revision", format!("Since you opened this page: {told}."))];
    problem
}
