//! The points of CISA's decision, as its container has them: a list of objects with one point each.

use plimsoll_model::{Exploitation, Ssvc, TechnicalImpact};
use serde_json::Value;

use super::raw::Container;
use crate::text;

/// Most points that are looked at.
const POINTS: usize = 32;

/// The newest decision of a container; `None` where it has none, or one without any known point.
pub(super) fn decision(container: &Container) -> Option<Ssvc> {
    let others = container.metrics.iter().filter_map(|metric| metric.other.as_ref());
    let decisions = others.filter(|other| other.kind.eq_ignore_ascii_case("ssvc")).map(|other| points(&other.content));
    decisions.filter(|ssvc| Ssvc { at: None, ..*ssvc } != Ssvc::default()).max_by_key(|ssvc| ssvc.at)
}

fn points(content: &Value) -> Ssvc {
    let mut ssvc = Ssvc::default();
    let options = content.get("options").and_then(Value::as_array);
    for (point, word) in options.into_iter().flatten().take(POINTS).filter_map(Value::as_object).flatten() {
        let word = word.as_str().unwrap_or_default().trim().to_ascii_lowercase();
        match point.trim().to_ascii_lowercase().as_str() {
            "exploitation" => ssvc.exploitation = exploitation(&word),
            "automatable" => ssvc.automatable = automatable(&word),
            "technical impact" => ssvc.technical_impact = technical_impact(&word),
            _ => {}
        }
    }
    ssvc.at = content.get("timestamp").and_then(Value::as_str).and_then(text::utc);
    ssvc
}

fn exploitation(word: &str) -> Option<Exploitation> {
    Some(match word {
        "none" => Exploitation::None,
        "poc" | "public poc" => Exploitation::ProofOfConcept,
        "active" => Exploitation::Active,
        _ => return None,
    })
}

fn automatable(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn technical_impact(word: &str) -> Option<TechnicalImpact> {
    match word {
        "partial" => Some(TechnicalImpact::Partial),
        "total" => Some(TechnicalImpact::Total),
        _ => None,
    }
}
