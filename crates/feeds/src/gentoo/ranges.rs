//! Which versions an advisory means: those in a `vulnerable` range and in no `unaffected` one.
//!
//! Every range is a stretch of versions from a first one up to, but without, another. `rge` and the
//! like speak of the revisions of one version only (`1.2-r1` and later ones of `1.2`): they end before
//! `1.2_p`, which follows all of them. The version after `1.2` is `1.2-r1`.

use plimsoll_model::{RangeEnd, VersionRange};
use plimsoll_versions::Scheme;

use crate::text;
use crate::xml::Element;

/// Most ranges of a package; real ones have some dozens.
const RANGES_CAP: usize = 200;

/// Versions from `from` up to, but without, `to`; without end where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    from: Option<String>,
    to: Option<String>,
}

/// A stretch and the slot that it is limited to.
struct Slotted {
    /// `None` for all slots, or where the slot's number is that of its versions: then the stretch holds
    /// no other slot's versions.
    slot: Option<String>,
    stretch: Stretch,
}

/// The affected ranges of a `package` element.
pub(super) fn of(package: &Element) -> Result<Vec<VersionRange>, String> {
    let vulnerable = all(package, "vulnerable")?;
    let unaffected = all(package, "unaffected")?;
    let mut ranges = Vec::new();
    for one in &vulnerable {
        // What another slot calls safe says nothing of this one.
        let safe = || unaffected.iter().filter(|safe| safe.slot.is_none() || safe.slot == one.slot);
        let mut rest = vec![one.stretch.clone()];
        for safe in safe() {
            rest = rest.iter().flat_map(|stretch| stretch.without(&safe.stretch)).collect();
        }
        for stretch in rest {
            let end = stretch.end(safe().map(|safe| &safe.stretch), vulnerable.iter().map(|other| &other.stretch));
            let range = VersionRange { introduced: stretch.from, end };
            if !ranges.contains(&range) {
                ranges.push(range);
            }
        }
        if ranges.len() > RANGES_CAP {
            return Err(format!("it has more than {RANGES_CAP} ranges"));
        }
    }
    Ok(ranges)
}

fn all(package: &Element, name: &str) -> Result<Vec<Slotted>, String> {
    let found: Vec<Slotted> = package.each(name).take(RANGES_CAP + 1).map(slotted).collect::<Result<_, _>>()?;
    if found.len() > RANGES_CAP { Err(format!("it has more than {RANGES_CAP} ranges")) } else { Ok(found) }
}

fn slotted(range: &Element) -> Result<Slotted, String> {
    let version = text::version(&range.text)?;
    let stretch = Stretch::read(range.attribute("range").unwrap_or_default(), version)?;
    let slot = range.attribute("slot").unwrap_or("*").split('/').next().unwrap_or_default();
    if matches!(slot, "" | "*") {
        return Ok(Slotted { slot: None, stretch });
    }
    let rest = version.strip_prefix(slot);
    let numbers_versions = slot != "0" && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_', '-']));
    match next_number(slot).filter(|_| numbers_versions) {
        Some(next) => {
            let own = Stretch { from: Some(slot.to_owned()), to: Some(next) };
            Ok(Slotted { slot: None, stretch: stretch.within(&own).checked()? })
        }
        None => Ok(Slotted { slot: Some(slot.to_owned()), stretch }),
    }
}

impl Stretch {
    fn read(relation: &str, version: &str) -> Result<Self, String> {
        let (of_revisions, plain) = match relation.strip_prefix('r') {
            Some(plain) => (true, plain),
            None => (false, relation),
        };
        if let Some(prefix) = version.strip_suffix('*').filter(|_| relation == "eq") {
            let prefix = prefix.trim_end_matches('.');
            let next = next_number(prefix).ok_or("its version ends in no number before the star")?;
            return Self { from: Some(prefix.to_owned()), to: Some(next) }.checked();
        }
        let after = after(version).ok_or("its revision is no number")?;
        let (from, to) = match plain {
            "lt" => (None, Some(version.to_owned())),
            "le" => (None, Some(after)),
            "eq" => (Some(version.to_owned()), Some(after)),
            "ge" => (Some(version.to_owned()), None),
            "gt" => (Some(after), None),
            _ => return Err(format!("`{}` is no relation that is known", text::one_line(relation, 20))),
        };
        let all = Self { from, to };
        if !of_revisions {
            return all.checked();
        }
        let base = without_revision(version);
        all.within(&Self { from: Some(base.to_owned()), to: Some(format!("{base}_p")) }).checked()
    }

    /// An error where a version cannot be read: nothing could be compared with it.
    fn checked(self) -> Result<Self, String> {
        for version in [&self.from, &self.to].into_iter().flatten() {
            Scheme::Portage.check(version).map_err(|why| why.to_string())?;
        }
        Ok(self)
    }

    fn is_empty(&self) -> bool {
        matches!((&self.from, &self.to), (Some(from), Some(to)) if !is_before(from, to))
    }

    fn within(&self, other: &Self) -> Self {
        let from = match (&self.from, &other.from) {
            (Some(own), Some(other)) => Some(if is_before(own, other) { other } else { own }),
            (own, other) => own.as_ref().or(other.as_ref()),
        };
        let to = match (&self.to, &other.to) {
            (Some(own), Some(other)) => Some(if is_before(own, other) { own } else { other }),
            (own, other) => own.as_ref().or(other.as_ref()),
        };
        Self { from: from.cloned(), to: to.cloned() }
    }

    /// What is left of it, before and after the other.
    fn without(&self, other: &Self) -> Vec<Self> {
        let before = other.from.as_ref().map(|from| self.within(&Self { from: None, to: Some(from.clone()) }));
        let after = other.to.as_ref().map(|to| self.within(&Self { from: Some(to.clone()), to: None }));
        before.into_iter().chain(after).filter(|rest| !rest.is_empty()).collect()
    }

    /// Its end: a fix where a safe stretch follows. A version between the last one named as vulnerable
    /// and the first one named as safe counts as vulnerable, unless another vulnerable stretch begins
    /// between them.
    fn end<'s>(&self, safe: impl Iterator<Item = &'s Self>, vulnerable: impl Iterator<Item = &'s Self>) -> RangeEnd {
        let Some(to) = &self.to else { return RangeEnd::Open };
        let nearest = |nearest: &'s String, from: &'s String| if is_before(from, nearest) { from } else { nearest };
        let mut is_safe = false;
        let mut next_safe: Option<&String> = None;
        for stretch in safe {
            let begins = stretch.from.as_ref().is_none_or(|from| !is_before(to, from));
            is_safe |= begins && stretch.to.as_ref().is_none_or(|end| is_before(to, end));
            if let Some(from) = stretch.from.as_ref().filter(|from| is_before(to, from)) {
                next_safe = Some(next_safe.map_or(from, |known| nearest(known, from)));
            }
        }
        let next_vulnerable =
            vulnerable.filter_map(|stretch| stretch.from.as_ref()).filter(|from| !is_before(from, to)).reduce(nearest);
        match next_safe {
            _ if is_safe => RangeEnd::Fixed(to.clone()),
            Some(safe) if next_vulnerable.is_none_or(|from| is_before(safe, from)) => RangeEnd::Fixed(safe.clone()),
            _ => RangeEnd::Before(to.clone()),
        }
    }
}

fn is_before(left: &str, right: &str) -> bool {
    Scheme::Portage.compare(left, right) == Ok(std::cmp::Ordering::Less)
}

fn without_revision(version: &str) -> &str {
    version.rsplit_once("-r").map_or(version, |(base, _)| base)
}

/// The version that follows at once: the next revision.
fn after(version: &str) -> Option<String> {
    let base = without_revision(version);
    let revision = match version.strip_prefix(base)?.strip_prefix("-r") {
        Some(revision) => revision.parse::<u64>().ok()?,
        None => 0,
    };
    Some(format!("{base}-r{}", revision.checked_add(1)?))
}

/// `3.9` of `3.8`: where the versions that begin with it end.
fn next_number(version: &str) -> Option<String> {
    let head = version.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = version.strip_prefix(head)?.parse::<u64>().ok()?;
    let is_plain = head.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_plain.then(|| number.checked_add(1)).flatten().map(|next| format!("{head}{next}"))
}
