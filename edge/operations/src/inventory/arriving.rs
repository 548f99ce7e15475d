//! A file on its way to us.

use store::Parcel;

use super::InventoryError;
use crate::aside::aside;

/// How much is packed at once.
const PIECE: usize = 1 << 20;

/// A file that arrives: it is packed as it comes, on a thread that answers nobody.
#[derive(Debug, Default)]
pub struct Arriving {
    parcel: Parcel,
    piece: Vec<u8>,
}

impl Arriving {
    /// Adds what came.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), InventoryError> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE { self.pack().await } else { Ok(()) }
    }

    /// All of it.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub async fn whole(mut self) -> Result<Parcel, InventoryError> {
        self.pack().await?;
        Ok(self.parcel)
    }

    async fn pack(&mut self) -> Result<(), InventoryError> {
        let (mut parcel, piece) =
            (std::mem::take(&mut self.parcel), std::mem::take(&mut self.piece));
        self.parcel = aside(move || parcel.push(&piece).map(|()| parcel)).await??;
        Ok(())
    }
}
