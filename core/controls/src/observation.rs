//! What a scanner saw of a device, held against the SBOM of its product.
//!
//! Compared are families of operating systems, and servers that scanners know by name, with
//! their versions. A scanner guesses: what it does not name, or names vaguely, says nothing.
//! So a match says that the SBOM was not contradicted, and never that it is whole.

use evidence::scan::Host;
use evidence::{Class, Ground, Scan};
use mds2::lint::{Bill, Found, Software};
use reading::Place;
use sbom::{Bom, Component, Kind};
use terms::Day;

/// What a scanner saw of one device, or why nobody can tell of which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The file.
    pub file: String,
    /// Of which product somebody says that the device is; empty where nobody does.
    pub product: String,
    /// Whether whoever buys looked, or the supplier says that it did.
    pub class: Class,
    /// When it ran, where it says so.
    pub day: Option<Day>,
    /// The device; `None` where the scan saw no host, or asked several.
    pub host: Option<Host>,
    /// How many hosts it saw, with those that it asked and that did not answer.
    pub hosts: usize,
}

impl Observation {
    /// What a scan shows of the device of a product.
    #[must_use]
    pub fn of(
        file: impl Into<String>,
        product: impl Into<String>,
        class: Class,
        scan: &Scan,
    ) -> Self {
        // One that answered among several that were asked may be another one.
        let asked = scan.asked.unwrap_or_default();
        let host = match scan.hosts.as_slice() {
            [host] if asked <= 1 => Some(host.clone()),
            _ => None,
        };
        let hosts = match scan.hosts.len() {
            0 => 0,
            seen => seen.max(asked),
        };
        let day = scan.day;
        let (file, product) = (file.into(), product.into());
        Self { file, product, class, day, host, hosts }
    }

    /// A fact that the scan shows, at its host.
    fn shows(&self, host: &Host, text: String) -> Ground {
        Ground::of(self.class, &self.file, host.place.clone(), text).dated(self.day)
    }
}

/// What a host is called: its address, else its first name.
#[must_use]
pub fn name(host: &Host) -> &str {
    match host.address.as_str() {
        "" => host.names.first().map_or("a host", String::as_str),
        address => address,
    }
}

/// How what a scan shows stands to an SBOM; each with both places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Where both say the same.
    pub agrees: Vec<Ground>,
    /// Where they cannot both be right.
    pub differs: Vec<Ground>,
}

/// Holds a device against an SBOM. That it is taken for a system of the same family is no match:
/// so is any other device.
pub(crate) fn compare(file: &str, bom: &Bom, seen: &Observation) -> Compared {
    let mut compared = servers(file, bom, seen);
    let Some(host) = &seen.host else { return compared };
    if let Some((is_same, component, family)) = system(bom, host) {
        let text = format!("{} is taken for {} ({family})", name(host), host.system);
        if !is_same {
            compared.differs.extend([names(file, component), seen.shows(host, text)]);
        }
    }
    compared
}

/// Holds the servers that a device answers with against an SBOM. A version of which one side says
/// less than the other is neither.
#[must_use]
pub fn servers(file: &str, bom: &Bom, seen: &Observation) -> Compared {
    let mut compared = Compared::default();
    let Some(host) = &seen.host else { return compared };
    for port in host.ports.iter().filter(|port| !port.software.is_empty()) {
        let Some(server) = Server::of(&port.software) else { continue };
        let at = format!("{}/{}", port.protocol, port.number);
        let text = format!("{} answers on {at} with {}", name(host), port.software);
        let theirs = seen.shows(host, text);
        let listed: Vec<&Component> =
            bom.parts().filter(|component| server.is(component)).collect();
        let Some(first) = listed.first() else {
            let own = format!("the SBOM lists no {}", server.0);
            let own = Ground::observed(file, Place::Document, own);
            compared.differs.extend([own, theirs]);
            continue;
        };
        let is = |stands| {
            let mut of = listed.iter();
            of.find(|component| version(component, &port.software) == stands)
        };
        match (is(Stands::Same), is(Stands::Unclear)) {
            (Some(same), _) => compared.agrees.extend([names(file, same), theirs]),
            (None, Some(_)) => {}
            (None, None) => compared.differs.extend([names(file, first), theirs]),
        }
    }
    compared
}

fn names(file: &str, component: &Component) -> Ground {
    let text = format!("the SBOM names {}", called(component));
    Ground::observed(file, component.place.clone(), text)
}

// --- operating systems ---------------------------------------------------------------------

/// Families of operating systems, with words by which each is told.
const FAMILIES: [(&str, &[&str]); 7] = [
    ("Windows", &["windows"]),
    ("VxWorks", &["vxworks"]),
    ("QNX", &["qnx"]),
    ("FreeRTOS", &["freertos"]),
    ("Zephyr", &["zephyr"]),
    ("Apple", &["macos", "mac os", "iphone os"]),
    (
        "Linux",
        &["linux", "ubuntu", "debian", "centos", "red hat", "android", "yocto", "alpine"],
    ),
];

fn family(text: &str) -> Option<&'static str> {
    let low = text.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| low.contains(word));
    FAMILIES.iter().find(|(_, words)| is(words)).map(|(family, _)| *family)
}

/// Whether the operating system that a scanner takes a host for is one that the SBOM names, with
/// the component that is compared and the family that was seen. Nothing where either side does
/// not say.
#[must_use]
pub fn system<'b>(
    bom: &'b Bom,
    host: &Host,
) -> Option<(bool, &'b Component, &'static str)> {
    let seen = family(&host.system)?;
    let is_system = |it: &&Component| software(it) == Some(Software::OperatingSystem);
    let named = bom.parts().filter(is_system);
    let named: Vec<(&Component, &'static str)> =
        named.filter_map(|it| Some((it, family(&it.name)?))).collect();
    let same = named.iter().find(|(_, family)| *family == seen);
    let (component, _) = same.or_else(|| named.first())?;
    Some((same.is_some(), component, seen))
}

// --- servers -------------------------------------------------------------------------------

/// A server: its name, words of a scanner, and words in names of components.
struct Server(&'static str, &'static [&'static str], &'static [&'static str]);

/// Servers that scanners tell by their greeting.
const SERVERS: [Server; 14] = [
    Server("OpenSSH", &["openssh"], &["openssh"]),
    Server("Dropbear", &["dropbear"], &["dropbear"]),
    Server("nginx", &["nginx"], &["nginx"]),
    Server("lighttpd", &["lighttpd"], &["lighttpd"]),
    Server("Apache Tomcat", &["apache tomcat"], &["tomcat"]),
    Server(
        "Apache httpd",
        &["apache httpd"],
        &["httpd", "apache2", "apache http server", "http server"],
    ),
    Server("Samba", &["samba"], &["samba"]),
    Server("vsftpd", &["vsftpd"], &["vsftpd"]),
    Server("ProFTPD", &["proftpd"], &["proftpd"]),
    Server("Mosquitto", &["mosquitto"], &["mosquitto"]),
    Server("PostgreSQL", &["postgresql"], &["postgresql", "postgres"]),
    Server("MariaDB", &["mariadb"], &["mariadb"]),
    Server("MySQL", &["mysql"], &["mysql", "mariadb"]),
    Server("Redis", &["redis"], &["redis"]),
];

/// Words in names of components that talk to a server, and are none.
const BESIDE: [&str; 8] =
    ["connector", "client", "driver", "jdbc", "odbc", "exporter", "lib", "j"];

impl Server {
    fn of(greeting: &str) -> Option<&'static Self> {
        let low = greeting.to_lowercase();
        SERVERS.iter().find(|server| server.1.iter().any(|word| low.contains(word)))
    }

    fn is(&self, component: &Component) -> bool {
        let source = component.source_package.name.as_str();
        [component.name.as_str(), source].iter().any(|name| {
            let low = name.to_lowercase();
            let words: Vec<&str> = low
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect();
            if words.iter().any(|word| BESIDE.contains(word)) {
                return false;
            }
            let plain = format!(" {} ", words.join(" "));
            self.2.iter().any(|word| plain.contains(&format!(" {word} ")))
        })
    }
}

/// How the version of a component stands to what a scanner saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Same,
    Other,
    /// One of them does not say, or says less than the other.
    Unclear,
}

fn version(component: &Component, greeting: &str) -> Stands {
    let Some(seen) = seen_version(greeting) else { return Stands::Unclear };
    let own = component.version.as_deref().unwrap_or_default().trim();
    let own = own.split_once(':').map_or(own, |(_, behind)| behind);
    let own = own.strip_prefix('v').unwrap_or(own);
    if own.is_empty() {
        return Stands::Unclear;
    }
    let (own, seen) = (own.to_lowercase(), seen.to_lowercase());
    let (short, long) = if own.len() <= seen.len() { (own, seen) } else { (seen, own) };
    match long.strip_prefix(&short).map(|rest| rest.chars().next()) {
        Some(None) => Stands::Same,
        // A package's own number behind the version (`8.2p1-4`).
        Some(Some('-' | '+' | '~' | '_')) => Stands::Same,
        Some(Some(c)) if c.is_ascii_digit() => Stands::Other,
        Some(Some(_)) => Stands::Unclear,
        None => Stands::Other,
    }
}

/// The version in a greeting; nothing where the scanner is not sure (`3.X - 4.X`).
fn seen_version(greeting: &str) -> Option<&str> {
    // The number behind Coyote is that of Tomcat's connector.
    let vague = [" - ", " or ", ".X", ".x", "Coyote"];
    let is_vague = vague.iter().any(|it| greeting.contains(it));
    let mut words = greeting.split_whitespace();
    let found = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    found.filter(|_| !is_vague)
}

// --- an SBOM as forms ask about it ---------------------------------------------------------

/// What an SBOM says, as far as forms ask about it.
#[must_use]
pub fn bill(document: &str, bom: &Bom) -> Bill {
    let is_stated =
        |text: &Option<String>| text.as_ref().is_some_and(|it| !it.trim().is_empty());
    let count = |is: &dyn Fn(&Component) -> bool| bom.parts().filter(|it| is(it)).count();
    let named = bom.parts().filter_map(|component| {
        let what = software(component)?;
        Some(Found { what, name: called(component), place: component.place.clone() })
    });
    Bill {
        document: document.to_owned(),
        components: count(&|_| true),
        with_version: count(&|it| is_stated(&it.version)),
        with_maker: count(&|it| is_stated(&it.supplier) || is_stated(&it.originator)),
        made: made(bom),
        found: named.collect(),
    }
}

/// The day on which an SBOM says that it was made.
pub(crate) fn made(bom: &Bom) -> Option<Day> {
    let created = bom.created.as_deref()?;
    Some(terms::date::instant(created).ok()?.day())
}

fn software(component: &Component) -> Option<Software> {
    match component.kind {
        Kind::OperatingSystem => Some(Software::OperatingSystem),
        _ => Software::of(&component.name),
    }
}

/// A component's name and version.
#[must_use]
pub fn called(component: &Component) -> String {
    let version = component.version.as_deref().unwrap_or_default();
    format!("{} {version}", component.name).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_and_what_is_not_known_is_none() {
        assert_eq!(family("Microsoft Windows 10 1809"), Some("Windows"));
        assert_eq!(family("Wind River Linux LTS 22"), Some("Linux"));
        assert_eq!(family("Wind River VxWorks"), Some("VxWorks"));
        assert_eq!(family("something of its own"), None);
        assert_eq!(family(""), None);
    }

    #[test]
    fn servers_are_told_by_whole_words_and_versions_as_far_as_both_say() {
        #[track_caller]
        fn check(name: &str, own: &str, greeting: &str, expected: Option<Stands>) {
            let component = Component {
                name: name.to_owned(),
                version: Some(own.to_owned()),
                ..Component::at(Place::Document)
            };
            let server = Server::of(greeting).filter(|server| server.is(&component));
            let found = server.map(|_| version(&component, greeting));
            assert_eq!(found, expected, "{name} {own}, {greeting}");
        }
        use Stands::{Other, Same, Unclear};

        check("openssh-server", "1:8.2p1-4ubuntu0.5", "OpenSSH 8.2p1 Ubuntu", Some(Same));
        check("openssh", "9.3", "OpenSSH 8.2p1", Some(Other));
        check("openssh", "8.2", "OpenSSH 8.2p1", Some(Unclear));
        check("openssh", "8.20", "OpenSSH 8.2", Some(Other));
        check("openssh", "", "OpenSSH 8.2p1", Some(Unclear));
        check("openssh", "8.2p1", "OpenSSH", Some(Unclear));
        check("nginx", "1.18.0", "nginx 1.18.0", Some(Same));
        check("nginx", "v1.18.0", "nginx 1.18.0", Some(Same));
        check("mysql-connector-java", "8.0.28", "MySQL 8.0.28", None);
        let coyote = "Apache Tomcat/Coyote JSP engine 1.1";
        check("tomcat", "9.0.31", coyote, Some(Unclear));
        check("nginx", "1.18.0", "nginx 1.18", Some(Unclear));
        check("samba", "4.9", "Samba smbd 3.X - 4.X", Some(Unclear));
        check("Apache HTTP Server", "2.4.41", "Apache httpd 2.4.41", Some(Same));
        check("libnginxmod", "1", "nginx 1", None);
        check("openssh", "8.2", "a server of its own 8.2", None);
    }
}
