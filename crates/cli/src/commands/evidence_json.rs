//! The same as JSON; its shape stands in docs/database.md.

use plimsoll_engine::Vulnerability;
use plimsoll_matching::Says;
use plimsoll_model::{
    AdvisoryClass, Candidate, Cluster, Exploitation, Facts, GoImport, SeverityClaim, ShardName, Ssvc, TechnicalImpact,
    Timestamp,
};
use serde_json::{Value, json};

use super::evidence_text::status;

/// One record's row about a package, and what it says of a version.
pub(super) fn row(shard: &ShardName, candidate: &Candidate, says: Option<&Says>) -> Value {
    let (advisory, affected) = (&candidate.advisory, &candidate.affected);
    let class = match advisory.class {
        AdvisoryClass::Vulnerability => "vulnerability",
        AdvisoryClass::Malware => "malware",
        AdvisoryClass::Informational => "informational",
    };
    let ranges: Vec<String> = affected.ranges.iter().map(ToString::to_string).collect();
    let fix_date = affected.fix_date.map(|date| (date.at, date.kind.name()));
    let fix_date = fix_date.or(candidate.observed.map(|at| (at, "first-observed")));
    json!({
        "record": advisory.id,
        "source": advisory.source,
        "ids": candidate.clusters.iter().flat_map(Cluster::ids).collect::<Vec<_>>(),
        "shard": shard.as_str(),
        "package": affected.name,
        "class": class,
        "status": status(affected.status),
        "ranges": ranges,
        "versions": affected.versions,
        "channel": affected.scope.channel,
        "architectures": affected.scope.architectures,
        "module": affected.scope.module,
        "imports": affected.scope.imports.iter().map(import).collect::<Vec<_>>(),
        "severities": affected.severities.iter().chain(&advisory.severities).map(claim).collect::<Vec<_>>(),
        "fix_date": fix_date.map(|(at, kind)| json!({ "at": at.date(), "kind": kind })),
        "title": advisory.title,
        "published": time(advisory.published),
        "modified": time(advisory.modified),
        "withdrawn": time(advisory.withdrawn),
        "urls": advisory.urls,
        "says": says.map(answer),
    })
}

/// What is known of a vulnerability beside the packages.
pub(super) fn vulnerability(known: &Vulnerability) -> Value {
    let exploited = known.exploited.as_ref().map(
        |entry| json!({ "date_added": time(entry.date_added), "due": time(entry.due), "ransomware": entry.ransomware }),
    );
    let weaknesses = known.weaknesses.iter();
    let weaknesses = weaknesses.map(|weakness| json!({ "id": weakness.to_string(), "name": weakness.name }));
    json!({
        "id": known.cluster.id,
        "aliases": known.cluster.aliases,
        "epss": known.epss.map(|epss| json!({
            "score": number(&epss.score.to_string()),
            "percentile": number(&epss.percentile.to_string()),
        })),
        "exploited": exploited,
        "weaknesses": weaknesses.collect::<Vec<_>>(),
        "facts": known.facts.iter().map(facts).collect::<Vec<_>>(),
        "severities": known.severities.iter().map(claim).collect::<Vec<_>>(),
    })
}

fn facts(facts: &Facts) -> Value {
    json!({
        "source": facts.source,
        "standing": facts.standing.name(),
        "published": time(facts.published),
        "modified": time(facts.modified),
        "title": facts.title,
        "exploit": facts.exploit,
        "ssvc": facts.ssvc.map(ssvc),
    })
}

fn ssvc(ssvc: Ssvc) -> Value {
    json!({
        "exploitation": ssvc.exploitation.map(Exploitation::name),
        "automatable": ssvc.automatable,
        "technical_impact": ssvc.technical_impact.map(TechnicalImpact::name),
        "at": time(ssvc.at),
    })
}

fn answer(says: &Says) -> Value {
    match says {
        Says::Affected { range, fix } => {
            json!({ "answer": "affected", "range": range, "fix": fix.name(), "fixed_in": fix.version() })
        }
        Says::NotAffected => json!({ "answer": "not-affected" }),
        Says::OtherBuild => json!({ "answer": "other-build" }),
        Says::CouldNotTell(why) => json!({ "answer": "could-not-tell", "why": why }),
    }
}

fn import(import: &GoImport) -> Value {
    json!({ "path": import.path, "symbols": import.symbols, "goos": import.goos, "goarch": import.goarch })
}

fn claim(claim: &SeverityClaim) -> Value {
    json!({
        "severity": claim.severity.name(),
        "score": claim.score.map(|score| number(&score.to_string())),
        "vector": claim.vector,
        "source": claim.source,
    })
}

/// A decimal number as it is written.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
