//! What was seen and what was not; what gets no fixes any more.

use plimsoll_model::{Coverage, EndOfLife, Gap, GapWeight, Support};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct EndOfLifeRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<u32>,
    product: &'a str,
    release: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_until: Option<String>,
    source: &'a str,
}

#[derive(Serialize)]
pub(crate) struct CoverageView<'a> {
    feeds: Vec<FeedRow<'a>>,
    gaps: Vec<GapRow<'a>>,
}

#[derive(Serialize)]
struct FeedRow<'a> {
    shard: &'a str,
    sources: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    data_from: Option<String>,
    packages: u32,
}

#[derive(Serialize)]
pub(crate) struct GapRow<'a> {
    kind: &'static str,
    weight: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<u32>,
    count: u64,
}

pub(crate) fn end_of_life(end: &EndOfLife) -> EndOfLifeRow<'_> {
    let day = |support: Support| match support {
        Support::Until(last) => Some(last.date()),
        Support::Open | Support::Ended => None,
    };
    let cycle = &end.cycle;
    EndOfLifeRow {
        package: end.package,
        product: &cycle.product,
        release: &cycle.release,
        ended: day(cycle.support),
        extended_until: cycle.extended.and_then(day),
        source: &cycle.source,
    }
}

pub(crate) fn coverage(coverage: &Coverage) -> CoverageView<'_> {
    CoverageView {
        feeds: coverage
            .feeds
            .iter()
            .map(|feed| FeedRow {
                shard: &feed.shard,
                sources: &feed.sources,
                data_from: feed.data_from.map(|at| at.to_string()),
                packages: feed.packages,
            })
            .collect(),
        gaps: coverage.gaps.iter().map(gap).collect(),
    }
}

pub(crate) fn gap(gap: &Gap) -> GapRow<'_> {
    GapRow {
        kind: gap.kind.name(),
        weight: match gap.kind.weight() {
            GapWeight::Note => "note",
            GapWeight::Warning => "warning",
            GapWeight::Incomplete => "incomplete",
        },
        subject: &gap.subject,
        detail: &gap.detail,
        layer: gap.layer,
        count: gap.count,
    }
}
