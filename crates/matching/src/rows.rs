//! Every row under a package's names, with what it says: for people who ask, not for a report.

use plimsoll_model::{
    Candidate, FixState, Gap, GapKind, Identity, InstalledPackage, LayerOwner, Package, Presence, ShardName, Status,
};

use crate::draft::answer_of_row;
use crate::evaluate::Answer;
use crate::ledger::named;
use crate::road::{Refusal, road};
use crate::system::System;
use crate::{Advisories, MatchOptions};

/// One record's row, and what it says of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The shard that answers for it.
    pub shard: ShardName,
    /// The row.
    pub candidate: Candidate,
    /// What it says of the version; `None` where the package has none.
    pub says: Option<Says>,
}

/// What a row says of a version, before it is weighed against other rows of the vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// It is affected.
    Affected {
        /// The range that holds it, in words.
        range: String,
        /// The state of the fix.
        fix: FixState,
    },
    /// It is not affected.
    NotAffected,
    /// The row is about other builds: another architecture, module stream or channel's flavour.
    OtherBuild,
    /// It could not be told; the sentence says why.
    CouldNotTell(String),
}

/// Every row under the names of a package, in the shards that answer for it, withdrawn records and
/// notices too.
///
/// # Errors
/// The gap that a scan would report: no feed answers for it, or a shard cannot be read.
pub fn rows_about(package: &Package, identity: &Identity, advisories: &dyn Advisories) -> Result<Vec<Row>, Box<Gap>> {
    let system = System::of(identity, advisories);
    let installed = InstalledPackage {
        package: package.clone(),
        presence: Presence::Present,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    };
    let options = MatchOptions { kernel_headers: true, ..MatchOptions::default() };
    let road = road(&installed, &system, advisories, &options).map_err(|refusal| match refusal {
        Refusal::Alone(kind, why) => Box::new(Gap::new(kind, named(package), why)),
        Refusal::Shared(gap) => Box::new(gap),
    })?;
    let mut rows = Vec::new();
    for lookup in &road.lookups {
        let found = advisories.candidates(&lookup.shard, &lookup.name.name);
        let found = found.map_err(|why| Box::new(Gap::new(GapKind::ShardUnreadable, lookup.shard.as_str(), why)))?;
        for candidate in found {
            let says = (!package.version.is_empty()).then(|| {
                let stands = lookup.following.standing(&candidate.affected).is_some();
                let answer = answer_of_row(&candidate.affected, package, lookup.name.version, lookup.how);
                says(candidate.affected.status, answer.filter(|_| stands))
            });
            rows.push(Row { shard: lookup.shard.clone().into_owned(), candidate, says });
        }
    }
    Ok(rows)
}

fn says(status: Status, answer: Option<Answer>) -> Says {
    match (status, answer) {
        (_, None) => Says::OtherBuild,
        (_, Some(Answer::CouldNotTell(why))) => Says::CouldNotTell(why.to_string()),
        (_, Some(Answer::Unaffected)) | (Status::NotAffected, Some(Answer::Affected { .. })) => Says::NotAffected,
        (Status::Undetermined, Some(Answer::Affected { .. })) => {
            Says::CouldNotTell("the source does not know yet whether it is affected".into())
        }
        (_, Some(Answer::Affected { range, fix })) => Says::Affected { range, fix },
    }
}
