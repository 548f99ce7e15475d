//! A small number for each ordinal, in pages as wide as their largest number needs.
//!
//! Ordinals are never used again, so a fleet that lives long has holes: a page without a
//! device takes no memory.

/// Ordinals of one page.
pub(crate) const PAGE: u32 = 4096;

#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    pages: Vec<Option<Page>>,
}

#[derive(Clone, Debug)]
enum Page {
    Byte(Box<[u8]>),
    Short(Box<[u16]>),
    Long(Box<[u32]>),
}

impl Codes {
    /// The number of an ordinal; 0 where none was set.
    pub(crate) fn get(&self, ordinal: u32) -> u32 {
        let (page, at) = place(ordinal);
        match self.pages.get(page) {
            Some(Some(page)) => page.get(at),
            Some(None) | None => 0,
        }
    }

    pub(crate) fn set(&mut self, ordinal: u32, code: u32) {
        let (page, at) = place(ordinal);
        if self.pages.len() <= page {
            self.pages.resize(page + 1, None);
        }
        if let Some(slot) = self.pages.get_mut(page) {
            slot.get_or_insert_with(Page::new).set(at, code);
        }
    }

    /// Gives back the memory of the page that holds `ordinal`.
    pub(crate) fn drop_page(&mut self, ordinal: u32) {
        if let Some(slot) = self.pages.get_mut(place(ordinal).0) {
            *slot = None;
        }
    }
}

/// The page of an ordinal and where in it.
pub(crate) fn place(ordinal: u32) -> (usize, usize) {
    ((ordinal / PAGE) as usize, (ordinal % PAGE) as usize)
}

impl Page {
    fn new() -> Self {
        Self::Byte(vec![0; PAGE as usize].into())
    }

    fn get(&self, at: usize) -> u32 {
        let code = match self {
            Self::Byte(codes) => codes.get(at).copied().map(u32::from),
            Self::Short(codes) => codes.get(at).copied().map(u32::from),
            Self::Long(codes) => codes.get(at).copied(),
        };
        code.unwrap_or(0)
    }

    fn set(&mut self, at: usize, code: u32) {
        let fits = match self {
            Self::Byte(codes) => put(codes, at, u8::try_from(code).ok()),
            Self::Short(codes) => put(codes, at, u16::try_from(code).ok()),
            Self::Long(codes) => put(codes, at, Some(code)),
        };
        if let Fits::No = fits {
            self.widen();
            self.set(at, code);
        }
    }

    fn widen(&mut self) {
        *self = match self {
            Self::Byte(codes) => {
                Self::Short(codes.iter().map(|code| u16::from(*code)).collect())
            }
            Self::Short(codes) => {
                Self::Long(codes.iter().map(|code| u32::from(*code)).collect())
            }
            Self::Long(codes) => Self::Long(std::mem::take(codes)),
        };
    }
}

enum Fits {
    Yes,
    No,
}

fn put<T>(codes: &mut [T], at: usize, code: Option<T>) -> Fits {
    let Some(code) = code else { return Fits::No };
    if let Some(slot) = codes.get_mut(at) {
        *slot = code;
    }
    Fits::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_widens_and_keeps_what_it_held() {
        let mut codes = Codes::default();
        codes.set(1, 255);
        codes.set(2, 256);
        codes.set(3, 70_000);
        codes.set(u32::MAX, 9);
        let read: Vec<u32> =
            [0, 1, 2, 3, 5000, u32::MAX].map(|ordinal| codes.get(ordinal)).into();
        assert_eq!(read, [0, 255, 256, 70_000, 0, 9]);
        codes.drop_page(1);
        assert_eq!((codes.get(3), codes.get(u32::MAX)), (0, 9));
    }
}
