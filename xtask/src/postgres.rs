//! A PostgreSQL server of the check's own: made, started, and stopped when the tests end.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{End, end_of};
use crate::target;

/// The variable that tells the tests where the server is.
const VARIABLE: &str = "LAZARET_TEST_POSTGRES";

/// A running server; dropped, it is stopped and its folder taken away.
pub(crate) struct Server {
    programs: PathBuf,
    folder: PathBuf,
}

/// Runs the tests with a server at hand. One that `LAZARET_TEST_POSTGRES` names is used;
/// else one is started, where PostgreSQL is installed.
pub(crate) fn with_server(tests: &mut Command) -> Result<End> {
    if std::env::var_os(VARIABLE).is_some() {
        return end_of(tests);
    }
    let Some(programs) = programs() else {
        println!(
            "   PostgreSQL is not installed: its half of the store's tests is left out"
        );
        return match end_of(tests)? {
            End::Passed => Ok(End::LeftOut(
                "everything passed but what needs PostgreSQL, which is not installed"
                    .to_owned(),
            )),
            other => Ok(other),
        };
    };
    let (_server, url) = Server::start(programs)?;
    end_of(tests.env(VARIABLE, url))
}

/// Where `initdb` and `pg_ctl` are: Debian keeps them out of the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

impl Server {
    fn start(programs: PathBuf) -> Result<(Self, String)> {
        let name = format!("lazaret-postgres-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        if crate::check::is_root() {
            // The server refuses to run as root.
            end(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let server = Self { programs, folder };
        let data = server.folder.join("data");
        end(server
            .command("initdb")
            .args(["-A", "trust", "-U", "postgres", "-D"])
            .arg(&data))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let settings = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -k {} -c fsync=off",
            server.folder.display()
        );
        let log = server.folder.join("log");
        end(server
            .command("pg_ctl")
            .args(["-w", "-o", &settings, "-l"])
            .arg(&log)
            .arg("-D")
            .arg(&data)
            .arg("start"))?;
        Ok((server, format!("postgres://postgres@127.0.0.1:{port}")))
    }

    /// One of the server's programs, as somebody whom it lets run it.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if !crate::check::is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(program);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stop = self
            .command("pg_ctl")
            .args(["-m", "immediate", "-D"])
            .arg(&data)
            .arg("stop")
            .output();
        if stop.is_err() {
            println!("   the PostgreSQL server in {} still runs", self.folder.display());
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Runs a command whose words nobody needs unless it fails.
fn end(command: &mut Command) -> Result<()> {
    // What it leaves running must not hold our pipe open: its words go into a file.
    let words = target().join("postgres.txt");
    let file = std::fs::File::create(&words)?;
    let status = command
        .current_dir(Path::new("/"))
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("could not start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}: {}", std::fs::read_to_string(&words)?);
    }
    Ok(())
}
