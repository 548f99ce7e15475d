//! What Prometheus reads.
//!
//! Source: Prometheus text exposition format 0.0.4. Labels are words of ours; no name, address or
//! number of a row stands in them, but for the names of feeds, which whoever runs the house gave.

use std::fmt::{Display, Write as _};
use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::Timestamp;
use operations::App;
use operations::feed::standings;
use operations::meters::{BOUNDS, DeviceCount, Histogram};
use store::{StoreError, from_stored};
use tokio::net::TcpListener;

/// Answers `GET /metrics`, and nothing else, until `end`.
///
/// # Errors
/// When the socket fails.
pub async fn serve_metrics(
    app: App,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().route("/metrics", get(show)).with_state(app);
    axum::serve(listener, router).with_graceful_shutdown(end).await
}

async fn show(State(app): State<App>) -> Response {
    match exposed(&app).await {
        Ok(text) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        // The cause is for the log alone.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Everything as text.
async fn exposed(app: &App) -> Result<String, StoreError> {
    let mut page = Exposition::default();
    page.family("lazaret_build_info", "gauge", "The version that runs.");
    page.sample("lazaret_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    counted(app, &mut page);
    kept(app, &mut page).await?;
    known(app, &mut page).await?;
    process(&mut page);
    Ok(page.text)
}

/// What this node has counted since it began.
fn counted(app: &App, page: &mut Exposition) {
    let name = "lazaret_http_request_duration_seconds";
    page.family(name, "histogram", "How long answers took, by route.");
    for ((method, route, status), took) in app.meters.requests() {
        let status = status.to_string();
        let labels = [("method", method), ("route", route), ("status", status.as_str())];
        page.histogram(name, &labels, &took);
    }
    let name = "lazaret_job_duration_seconds";
    page.family(name, "histogram", "How long jobs took on this node, by kind and end.");
    for ((kind, end), took) in app.meters.jobs() {
        page.histogram(name, &[("kind", &kind), ("end", end.word())], &took);
    }
    let name = "lazaret_webhook_attempts_total";
    page.family(name, "counter", "Attempts of this node to send a message to a webhook.");
    for (sent, count) in app.meters.attempts() {
        page.sample(name, &[("end", sent.word())], count);
    }
}

/// What the database holds.
async fn kept(app: &App, page: &mut Exposition) -> Result<(), StoreError> {
    page.family("lazaret_jobs", "gauge", "Jobs of the house that are not done, by kind.");
    for jobs in app.store.open_jobs((app.now)()).await? {
        let labels = [("kind", jobs.kind.as_str()), ("state", jobs.state.as_str())];
        page.sample("lazaret_jobs", &labels, jobs.jobs);
    }
    let name = "lazaret_webhook_messages";
    page.family(
        name,
        "gauge",
        "Messages to webhooks of the last 30 days, by their state.",
    );
    for (state, messages) in app.store.message_counts().await? {
        page.sample(name, &[("state", &state)], messages);
    }
    let devices = devices(app).await?;
    page.family(
        "lazaret_devices",
        "gauge",
        "Devices that inventories name, or named once.",
    );
    for (state, count) in [("present", devices.present), ("missing", devices.missing)] {
        page.sample("lazaret_devices", &[("state", state)], count);
    }
    let name = "lazaret_database_connections";
    page.family(name, "gauge", "Connections of this node to the database.");
    for pool in app.store.pools() {
        let (busy, idle) = (pool.open.saturating_sub(pool.idle), pool.idle);
        for (state, count) in [("busy", busy), ("idle", idle)] {
            page.sample(name, &[("pool", pool.name), ("state", state)], count);
        }
    }
    Ok(())
}

async fn devices(app: &App) -> Result<DeviceCount, StoreError> {
    if let Some(count) = app.meters.devices() {
        return Ok(count);
    }
    let (present, missing) = app.store.device_counts().await?;
    let count = DeviceCount { present, missing };
    app.meters.counted(count);
    Ok(count)
}

/// How old what is known is.
async fn known(app: &App, page: &mut Exposition) -> Result<(), StoreError> {
    let now = (app.now)();
    let age = |at: Timestamp| now.duration_since(at).as_secs_f64().max(0.0);
    if let Some(index) = app.store.generation().await? {
        let name = "lazaret_index_generation";
        page.family(name, "gauge", "The number of the index of advisories in use.");
        page.sample(name, &[], index.number);
        let name = "lazaret_index_generation_read";
        page.family(
            name,
            "gauge",
            "The number of the index that this node answers with.",
        );
        page.sample(name, &[], app.generation_read().unwrap_or_default());
        let name = "lazaret_index_age_seconds";
        page.family(name, "gauge", "How long ago the index was put in use.");
        page.sample(name, &[], age(from_stored(&index.made)?));
    }
    let (old, failing) = ("lazaret_feed_age_seconds", "lazaret_feed_failing");
    let feeds = standings(app);
    page.family(old, "gauge", "How long ago a feed last answered.");
    for (feed, standing) in &feeds {
        if let Some(asked) = standing.asked {
            page.sample(old, &[("feed", &feed.name)], age(asked));
        }
    }
    page.family(failing, "gauge", "Whether a feed did not answer the last time.");
    for (feed, standing) in &feeds {
        let fails = u8::from(standing.fault.is_some());
        page.sample(failing, &[("feed", &feed.name)], fails);
    }
    Ok(())
}

/// What the system says of this process; nothing where it does not say it as Linux does.
fn process(page: &mut Exposition) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?;
        kilobytes.trim().parse::<u64>().ok()
    });
    if let Some(kilobytes) = resident {
        let name = "process_resident_memory_bytes";
        page.family(name, "gauge", "Resident memory size in bytes.");
        page.sample(name, &[], kilobytes * 1024);
    }
}

/// A text in the format, family by family.
#[derive(Default)]
struct Exposition {
    text: String,
}

impl Exposition {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text does not fail.
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        self.labels(labels.iter().copied());
        let _ = writeln!(self.text, " {value}");
    }

    fn labels<'l>(&mut self, labels: impl Iterator<Item = (&'l str, &'l str)>) {
        let written =
            labels.map(|(label, value)| format!("{label}=\"{}\"", escaped(value)));
        let written = written.collect::<Vec<_>>().join(",");
        if !written.is_empty() {
            let _ = write!(self.text, "{{{written}}}");
        }
    }

    fn histogram(&mut self, name: &str, labels: &[(&str, &str)], took: &Histogram) {
        let mut so_far = 0;
        for (bound, within) in BOUNDS.iter().zip(took.within) {
            so_far += within;
            self.bucket(name, labels, &bound.to_string(), so_far);
        }
        self.bucket(name, labels, "+Inf", took.count);
        self.sample(&format!("{name}_sum"), labels, took.sum);
        self.sample(&format!("{name}_count"), labels, took.count);
    }

    fn bucket(&mut self, name: &str, labels: &[(&str, &str)], bound: &str, count: u64) {
        let _ = write!(self.text, "{name}_bucket");
        self.labels(labels.iter().copied().chain([("le", bound)]));
        let _ = writeln!(self.text, " {count}");
    }
}

/// A value of a label between quotes.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// How long a request took, noted under its route as it is written in the list.
pub(crate) fn note(
    app: &App,
    method: &str,
    route: &'static str,
    status: u16,
    took: Duration,
) {
    app.meters.answered((known_method(method), route, status), took);
}

/// A method as it is counted and noted: one that nobody knows is none of a list.
pub(crate) fn known_method(method: &str) -> &'static str {
    let methods = ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"];
    methods.into_iter().find(|one| *one == method).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_what_is_within_each_bound_and_labels_are_quoted() {
        let mut page = Exposition::default();
        let within = [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let took = Histogram { within, count: 4, sum: 61.5 };
        page.family("x_seconds", "histogram", "How long.");
        page.histogram("x_seconds", &[("kind", "a \"b\"\n\\")], &took);
        let lines: Vec<&str> = page.text.lines().collect();
        assert_eq!(lines[0], "# HELP x_seconds How long.");
        let label = "kind=\"a \\\"b\\\"\\n\\\\\"";
        assert_eq!(lines[2], format!("x_seconds_bucket{{{label},le=\"0.005\"}} 1"));
        assert_eq!(lines[4], format!("x_seconds_bucket{{{label},le=\"0.025\"}} 3"));
        assert_eq!(lines[14], format!("x_seconds_bucket{{{label},le=\"+Inf\"}} 4"));
        assert_eq!(lines[15], format!("x_seconds_sum{{{label}}} 61.5"));
        assert_eq!(lines[16], format!("x_seconds_count{{{label}}} 4"));
    }
}
