//! Where the house is, and how it is opened: for every command that works with its memory.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use operations::App;
use store::{RootKey, Store, StoreError};

use super::Failure;
use crate::render;

/// Where the house's memory is, and the key to it.
#[derive(clap::Args)]
pub(crate) struct Memory {
    /// A file of settings (TOML), whose keys are the names of the flags of `lazaret serve`.
    /// The command line wins, then the environment (`LAZARET_DATA`), then the file
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    config: Option<PathBuf>,
    /// The folder of the house; without it `lazaret` in your data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `sqlite:FILE` or `postgres://…`; without it a file in the data folder
    // Hidden where values are shown: an address may hold a password.
    #[arg(long, value_name = "URL", hide_default_value = true, value_parser = database)]
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

/// Where everything of a house is.
pub(crate) struct Place {
    pub(crate) data: PathBuf,
    pub(crate) url: String,
    pub(crate) root: RootKey,
}

impl Place {
    /// The database for a person to read: an address of PostgreSQL may hold a password.
    pub(crate) fn told(&self) -> &str {
        match self.url.strip_prefix("sqlite:") {
            Some(file) => file,
            None => "the database",
        }
    }
}

impl Memory {
    /// A house in that folder, with that root key.
    pub(crate) fn at(data: PathBuf, root_key: PathBuf) -> Self {
        Self { config: None, data: Some(data), database: None, root_key: Some(root_key) }
    }

    /// Opens the house.
    pub(crate) async fn open(&self, opening: Opening) -> Result<App, Failure> {
        let place = self.found(opening)?;
        let store = match opening {
            Opening::New => Store::open(&place.url, &place.root).await?,
            Opening::Existing => match Store::open_house(&place.url, &place.root).await {
                Err(StoreError::NoHouse) => return Err(no_house(place.told())),
                opened => opened?,
            },
        };
        Ok(App::new(store, &place.data, jiff::Timestamp::now))
    }

    /// Where a house is to be, with the root key that is there.
    pub(crate) fn place(&self) -> Result<Place, Failure> {
        let data = self.data_folder()?;
        make_folder(&data)
            .with_context(|| format!("{} could not be made", data.display()))?;
        let url = self.url(&data);
        Ok(Place { url, root: self.root(&data, Opening::Existing)?, data })
    }

    fn found(&self, opening: Opening) -> Result<Place, Failure> {
        let data = self.data_folder()?;
        if opening == Opening::New {
            make_folder(&data)
                .with_context(|| format!("{} could not be made", data.display()))?;
        }
        let url = self.url(&data);
        let is_there = self.database.is_some() || data.join(DATABASE).is_file();
        if opening == Opening::Existing && !is_there {
            return Err(no_house(data.display()));
        }
        Ok(Place { root: self.root(&data, opening)?, url, data })
    }

    /// The folder of the house, whether it is there or not.
    pub(crate) fn data_folder(&self) -> Result<PathBuf, Failure> {
        match &self.data {
            Some(data) => Ok(data.clone()),
            None => data_folder(),
        }
    }

    fn url(&self, data: &Path) -> String {
        match &self.database {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", data.join(DATABASE).display()),
        }
    }

    fn root(&self, data: &Path, opening: Opening) -> Result<RootKey, Failure> {
        let key = match &self.root_key {
            Some(key) => key.clone(),
            None => settings_folder()?.join("root.key"),
        };
        outside(&key, data)?;
        root_key(&key, opening)
    }
}

fn no_house(place: impl std::fmt::Display) -> Failure {
    anyhow::anyhow!("{place} holds no house; `lazaret serve` makes one")
}

/// The address of a database that there may be.
fn database(url: &str) -> Result<String, &'static str> {
    match url.starts_with("sqlite:") || url.starts_with("postgres") && url.contains("://")
    {
        true => Ok(url.to_owned()),
        false => Err("write `sqlite:FILE` or `postgres://USER@HOST/NAME`"),
    }
}

/// The embedded database, below the data folder.
const DATABASE: &str = "lazaret.db";

/// Makes the data folder for its owner alone; one that is there stays as it is.
fn make_folder(data: &Path) -> std::io::Result<()> {
    if data.is_dir() {
        return warn_if_open(data, "700");
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

/// Where a person's data are.
pub(crate) fn data_folder() -> Result<PathBuf, Failure> {
    folder("XDG_DATA_HOME", ".local/share")
}

/// Where a person's settings are.
pub(crate) fn settings_folder() -> Result<PathBuf, Failure> {
    folder("XDG_CONFIG_HOME", ".config")
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
            warn_if_open(path, "600")?;
            RootKey::from_text(&text).with_context(|| {
                format!(
                    "{} holds no root key; put your copy of it there, or name another file with \
                     `--root-key`",
                    path.display()
                )
            })
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
            "there is no root key at {}; name its file with `--root-key`, or put your copy of it \
             there: nothing else opens the house",
            path.display()
        ),
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
fn warn_if_open(path: &Path, mode: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        render::talk(&format!(
            "warning: {} may be read by others; `chmod {mode}` it",
            path.display()
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape everywhere")]
fn warn_if_open(_: &Path, _: &str) -> std::io::Result<()> {
    Ok(())
}

/// What runs asynchronous work.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
