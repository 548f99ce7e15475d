//! What the index holds, source by source, as it is printed.

use advisory::Source;
use advisory::index::Index;

use crate::output::{IndexAge, SourceAge};

/// What the index holds.
pub(crate) fn ages(index: &Index<'_>, file: &str) -> IndexAge {
    let counts = index.counts();
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let mut sources: Vec<SourceAge> = counts
        .sources
        .iter()
        .map(|count| SourceAge {
            source: matching::Document::Record(count.source).word(),
            records: size(count.records),
            modified: count.newest.clone(),
        })
        .collect();
    let catalogs = [(Source::Kev, &counts.listed), (Source::Epss, &counts.scored)];
    for (source, catalog) in catalogs {
        if catalog.entries > 0 {
            sources.push(SourceAge {
                source: matching::Document::Record(source).word(),
                records: size(catalog.entries),
                modified: catalog.newest.clone(),
            });
        }
    }
    IndexAge {
        file: file.to_owned(),
        records: counts.sources.iter().map(|count| size(count.records)).sum(),
        vulnerabilities: size(counts.vulnerabilities),
        generation: index.generation().to_string(),
        modified: sources
            .iter()
            .map(|one| one.modified.as_str())
            .max()
            .unwrap_or_default()
            .to_owned(),
        sources,
    }
}
