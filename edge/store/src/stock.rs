//! What organisations have, counted: of which builds, and under which addresses.

use crate::{Store, StoreError};

/// The devices of one build in one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Whose they are.
    pub organisation: i64,
    /// The number of the build.
    pub configuration: i64,
    /// How many of them have an address of a network.
    pub connected: i64,
}

/// Where a device is on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The number of the build.
    pub configuration: i64,
    /// The addresses of its network cards, as written.
    pub mac: String,
    /// Its network address, as written.
    pub ip: String,
    /// When the newest import began that named it, as stored.
    pub told: String,
}

impl Store {
    /// Of which builds each organisation of a top organisation has devices that are there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stock(&self, head: i64) -> Result<Vec<Stock>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, configuration,
                        SUM(CASE WHEN mac <> '' OR ip <> '' THEN 1 ELSE 0 END) AS connected
                   FROM device
                  WHERE head = $1 AND missing_since IS NULL
                  GROUP BY organisation, configuration
                  ORDER BY organisation, configuration",
                &[head.into()],
                |row| {
                    Ok(Stock {
                        organisation: row.integer("organisation")?,
                        configuration: row.integer("configuration")?,
                        connected: row.integer("connected")?,
                    })
                },
            )
            .await
    }

    /// Where the devices of an organisation are on the network.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn addresses(
        &self,
        head: i64,
        organisation: i64,
    ) -> Result<Vec<Addresses>, StoreError> {
        self.database
            .rows(
                "SELECT d.configuration, d.mac, d.ip, i.started
                   FROM device d
                   JOIN import i ON i.head = d.head AND i.id = d.last_import
                  WHERE d.head = $1 AND d.organisation = $2 AND d.missing_since IS NULL
                  ORDER BY d.id",
                &[head.into(), organisation.into()],
                |row| {
                    Ok(Addresses {
                        configuration: row.integer("configuration")?,
                        mac: row.text("mac")?,
                        ip: row.text("ip")?,
                        told: row.text("started")?,
                    })
                },
            )
            .await
    }
}
