//! What a component of an SBOM is for, as far as a form asks about it: told by its name, in
//! the spellings that are usual. A name that is not here says nothing.

use reading::Place;

/// What software is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Software {
    /// An operating system.
    OperatingSystem,
    /// A database.
    Database,
    /// Software against malware.
    AntiMalware,
    /// Software for TLS.
    Tls,
    /// Software by which a machine is operated from afar.
    RemoteAccess,
    /// Software for wireless connections.
    Wireless,
}

/// A component of which it is known what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is for.
    pub what: Software,
    /// Its name and version.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// Names, and names that others begin with (`*`).
const NAMES: &[(Software, &[&str])] = &[
    (
        Software::OperatingSystem,
        &[
            "windows",
            "windows 1*",
            "windows 7*",
            "windows 8*",
            "windows xp*",
            "windows ce*",
            "windows embedded*",
            "windows server*",
            "windows nt*",
            "microsoft windows*",
            "linux",
            "linux kernel*",
            "linux yocto*",
            "linux image*",
            "kernel linux*",
            "ubuntu*",
            "debian",
            "debian gnu linux*",
            "red hat enterprise linux*",
            "centos*",
            "android",
            "qnx*",
            "vxworks*",
            "wind river linux*",
            "freertos*",
            "threadx*",
            "azure rtos*",
            "zephyr",
            "zephyr rtos*",
            "integrity rtos*",
            "nucleus rtos*",
            "mqx",
            "alpine linux*",
            "yocto linux*",
            "macos",
            "ios",
            "rtlinux",
        ],
    ),
    (
        Software::Database,
        &[
            "sqlite",
            "sqlite3",
            "libsqlite3*",
            "postgresql",
            "postgresql server*",
            "mysql",
            "mysql server*",
            "mariadb",
            "mariadb server*",
            "sql server*",
            "microsoft sql server*",
            "mssql*",
            "oracle database*",
            "firebird",
            "mongodb",
            "apache derby",
            "derby",
            "h2 database",
            "leveldb",
            "berkeley db*",
            "realm",
            "couchdb",
            "redis",
            "interbase",
        ],
    ),
    (
        Software::AntiMalware,
        &[
            "clamav*",
            "mcafee*",
            "trellix*",
            "symantec endpoint*",
            "windows defender*",
            "microsoft defender*",
            "sophos*",
            "eset*",
            "trend micro*",
            "kaspersky*",
            "crowdstrike*",
            "sentinelone*",
            "embedded control*",
        ],
    ),
    (
        Software::Tls,
        &[
            "openssl",
            "libssl*",
            "wolfssl",
            "mbedtls",
            "mbed tls",
            "gnutls*",
            "libgnutls*",
            "boringssl",
            "libressl",
            "nss",
            "bouncycastle*",
            "bouncy castle*",
            "bcprov*",
            "rustls",
            "schannel",
            "botan",
        ],
    ),
    (
        Software::RemoteAccess,
        &[
            "teamviewer*",
            "anydesk*",
            "tightvnc*",
            "ultravnc*",
            "realvnc*",
            "tigervnc*",
            "libvncserver*",
            "x11vnc",
            "openssh",
            "openssh server*",
            "dropbear",
            "logmein*",
            "splashtop*",
            "bomgar*",
            "beyondtrust remote*",
            "axeda*",
            "thingworx*",
            "pcanywhere*",
            "telnetd",
            "inetutils telnetd",
        ],
    ),
    (
        Software::Wireless,
        &[
            "wpa supplicant*",
            "wpasupplicant",
            "hostapd",
            "bluez*",
            "iwd",
            "bluetopia*",
            "wl18xx*",
        ],
    ),
];

impl Software {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OperatingSystem => "operating system",
            Self::Database => "database",
            Self::AntiMalware => "software against malware",
            Self::Tls => "software for TLS",
            Self::RemoteAccess => "software for remote access",
            Self::Wireless => "software for wireless connections",
        }
    }

    /// What a component of that name is for; `None` where nobody can tell.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let plain: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(8)
            .map(str::to_lowercase)
            .collect();
        let plain = plain.join(" ");
        let is = |known: &&str| match known.strip_suffix('*') {
            Some(begin) => plain.strip_prefix(begin).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(|c: char| c == ' ' || c.is_ascii_digit())
            }),
            None => plain == *known,
        };
        NAMES.iter().find(|(_, names)| names.iter().any(is)).map(|(what, _)| *what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_software_is_for_and_names_like_them_do_not() {
        #[track_caller]
        fn check(name: &str, expected: Option<Software>) {
            assert_eq!(Software::of(name), expected, "{name}");
        }

        check("Windows 10 IoT Enterprise LTSC", Some(Software::OperatingSystem));
        check("windows-11", Some(Software::OperatingSystem));
        check("linux_kernel", Some(Software::OperatingSystem));
        check("Ubuntu 22.04", Some(Software::OperatingSystem));
        check("sqlite3", Some(Software::Database));
        check("Microsoft SQL Server 2019", Some(Software::Database));
        check("OpenSSL", Some(Software::Tls));
        check("openssh-server", Some(Software::RemoteAccess));
        check("wpa_supplicant", Some(Software::Wireless));
        check("windows-sys", None);
        check("util-linux", None);
        check("libselinux", None);
        check("redis-py", None);
        check("openssl-sys", None);
        check("", None);
    }
}
