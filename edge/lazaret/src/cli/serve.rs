//! `lazaret serve`: the server.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use operations::{App, first_run};
use store::{RootKey, Store};
use tokio::net::TcpListener;
use web::{House, Transport};

use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    memory: Memory,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A proxy in front speaks TLS: cookies are sent over TLS only, and any address may be
    /// listened on
    #[arg(long)]
    behind_tls: bool,
}

const HELP: &str = "\
At the first start a root key is made: everything personal is sealed under it. Without the
file nobody can read it again, so keep a copy, and never beside a copy of the data.
A house in which nobody lives yet prints a link; whoever opens it becomes administrator.";

/// Where the house's memory is, and the key to it.
#[derive(clap::Args)]
pub(crate) struct Memory {
    /// The folder of the house; without it `lazaret` in your data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `sqlite:FILE` or `postgres://…`; without it a file in the data folder
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The file of the root key; without it `lazaret/root.key` in your configuration folder
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
}

/// Whether a root key may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// The house may be a new one.
    New,
    /// The house is there already.
    Existing,
}

impl Memory {
    /// Opens the house.
    pub(crate) async fn open(&self, opening: Opening) -> Result<App, Failure> {
        let data = match &self.data {
            Some(data) => data.clone(),
            None => folder("XDG_DATA_HOME", ".local/share")?,
        };
        if opening == Opening::New {
            std::fs::create_dir_all(&data)
                .with_context(|| format!("{} could not be made", data.display()))?;
        }
        let key = match &self.root_key {
            Some(key) => key.clone(),
            None => folder("XDG_CONFIG_HOME", ".config")?.join("root.key"),
        };
        let url = match &self.database {
            Some(url) => url.clone(),
            None => {
                let file = data.join("lazaret.db");
                if opening == Opening::Existing && !file.is_file() {
                    bail!("{} holds no house; `lazaret serve` makes one", data.display());
                }
                format!("sqlite:{}", file.display())
            }
        };
        outside(&key, &data)?;
        let root = root_key(&key, opening)?;
        let store = Store::open(&url, &root).await?;
        Ok(App::new(store, &data, jiff::Timestamp::now))
    }
}

/// `lazaret` in a folder of the XDG Base Directory Specification 0.8.
fn folder(variable: &str, below_home: &str) -> Result<PathBuf, Failure> {
    let stated = std::env::var_os(variable).map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(below_home));
    let base = stated.filter(|path| path.is_absolute()).or_else(home);
    let base =
        base.context("there is no home folder; name one with `--data` and `--root-key`")?;
    Ok(base.join("lazaret"))
}

/// A copy of the data must not hold the key to it.
fn outside(key: &Path, data: &Path) -> Result<(), Failure> {
    let absolute = |path: &Path| {
        let known = path.ancestors().find_map(|above| {
            let rest = path.strip_prefix(above).ok()?;
            let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
            Some(above.canonicalize().ok()?.join(rest))
        });
        known.unwrap_or_else(|| path.to_owned())
    };
    if absolute(key).starts_with(absolute(data)) {
        bail!(
            "the root key must lie outside of the data folder {}; name another place with `--root-key`",
            data.display()
        );
    }
    Ok(())
}

/// Reads the root key, or makes it and says so.
fn root_key(path: &Path, opening: Opening) -> Result<RootKey, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            warn_if_open(path)?;
            RootKey::from_text(&text).with_context(|| path.display().to_string())
        }
        Err(error)
            if error.kind() == std::io::ErrorKind::NotFound
                && opening == Opening::New =>
        {
            let key = RootKey::make()?;
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            write_key(path, &key)
                .with_context(|| format!("{} could not be written", path.display()))?;
            render::talk(&format!(
                "made the root key {}: keep a copy, and never beside a copy of the data",
                path.display()
            ));
            Ok(key)
        }
        Err(error) => {
            Err(error).with_context(|| format!("the root key {}", path.display()))
        }
    }
}

fn write_key(path: &Path, key: &RootKey) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.to_text())?;
    file.sync_all()
}

#[cfg(unix)]
fn warn_if_open(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        render::talk(&format!(
            "warning: {} may be read by others; `chmod 600` it",
            path.display()
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape everywhere")]
fn warn_if_open(_: &Path) -> Result<(), Failure> {
    Ok(())
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let transport = match (arguments.behind_tls, arguments.listen.ip().is_loopback()) {
        (true, _) => Transport::Tls,
        (false, true) => Transport::Loopback,
        (false, false) => bail!(
            "passwords would cross the network in the clear on {}; listen on 127.0.0.1, \
             or put a proxy that speaks TLS in front and say `--behind-tls`",
            arguments.listen
        ),
    };
    runtime()?.block_on(serve(arguments, transport))
}

/// What runs asynchronous work.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn serve(arguments: &Arguments, transport: Transport) -> Result<Outcome, Failure> {
    // Listened for before anything is said, so that whoever reads it can end us at once.
    let end = end()?;
    let app = arguments.memory.open(Opening::New).await?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", arguments.listen))?;
    let address = listener.local_addr()?;
    render::talk(&format!("serving http://{address}"));
    if let Some(secret) = first_run::offer(&app).await? {
        render::talk(&format!(
            "nobody lives here yet; open this once to set up the house (24 hours):\n  \
             http://{address}/first-run/{secret}"
        ));
    }
    let store = app.store.clone();
    let house = House::new(app, transport, render::talk);
    web::serve(house, listener, end).await?;
    store.close().await;
    render::talk("stopped");
    Ok(Outcome::Nothing)
}

/// Ends when whoever runs the server says so.
fn end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        tokio::signal::ctrl_c().await.ok();
    })
}
