//! Cells that are merged downwards: one text for several rows.

use std::collections::BTreeMap;

use calamine::Dimensions;

/// The regions of a sheet that span several rows, and the texts of those that are being read.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The last row of each region, by its first row and column, as programs count them.
    regions: BTreeMap<(usize, usize), usize>,
    /// By column: the last row for which a text counts, and the text.
    open: BTreeMap<usize, (usize, String)>,
}

impl Merged {
    pub(super) fn of(regions: &[Dimensions]) -> Self {
        let downwards = regions.iter().filter(|region| region.end.0 > region.start.0);
        let regions = downwards.map(|region| {
            let (first, last) = (region.start.0 as usize + 1, region.end.0 as usize + 1);
            ((first, region.start.1 as usize), last)
        });
        Self { regions: regions.collect(), open: BTreeMap::new() }
    }

    /// The last row of the region that begins with a cell.
    pub(super) fn last_row(&self, row: usize, column: usize) -> Option<usize> {
        self.regions.get(&(row, column)).copied()
    }

    /// Notes the text of a cell with which a region begins, and gives how many rows it spans.
    pub(super) fn begin(
        &mut self,
        row: usize,
        column: usize,
        text: &str,
    ) -> Option<usize> {
        let last = *self.regions.get(&(row, column))?;
        self.open.insert(column, (last, text.to_owned()));
        Some(last - row + 1)
    }

    /// Fills the cells of a row that are part of a region and hold nothing themselves.
    pub(super) fn fill(&mut self, number: usize, row: &mut csv::StringRecord) {
        self.open.retain(|_, (last, _)| *last >= number);
        let is_blank = |column: usize| row.get(column).is_none_or(str::is_empty);
        let Some(widest) = self.open.keys().copied().filter(|at| is_blank(*at)).max()
        else {
            return;
        };
        let width = row.len().max(widest + 1);
        let filled = (0..width).map(|at| match row.get(at).unwrap_or_default() {
            "" => self.open.get(&at).map_or("", |(_, text)| text.as_str()),
            text => text,
        });
        *row = filled.collect();
    }
}
