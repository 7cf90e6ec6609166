//! One row against one version: affected or not, by which range, with which fix.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use plimsoll_model::{Affected, FixState, RangeEnd, Status, VersionRange};
use plimsoll_versions::{Incomparable, Scheme};

use crate::{Distribution, NameKey, SeveralFixes};

/// Branches that are followed to a fix.
const MOST_BRANCHES: usize = 100;

/// How the versions of a package are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparing {
    pub scheme: Scheme,
    pub several_fixes: SeveralFixes,
    pub drops_epoch: bool,
    /// Rows of sources are marked: each row is about sources or about binary packages alone.
    pub marks_sources: bool,
}

/// What a row says of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Affected {
        /// The range that holds it, in words.
        range: String,
        fix: FixState,
    },
    Unaffected,
    /// A version could not be read; the sentence names it.
    CouldNotTell(Incomparable),
}

/// Whether the row's versions hold `version`.
pub(crate) fn evaluate(row: &Affected, version: &str, how: Comparing) -> Answer {
    let excepted = row.scope.cpe.as_ref().map_or(&[][..], |limits| &limits.except);
    if excepted.iter().any(|except| how.compare(version, except) == Ok(Ordering::Equal)) {
        return Answer::Unaffected;
    }
    let mut unreadable = None;
    let mut holding = Vec::new();
    for range in &row.ranges {
        match how.holds(range, version) {
            Ok(true) => holding.push(range),
            Ok(false) => {}
            Err(why) => unreadable = unreadable.or(Some(why)),
        }
    }
    if !holding.is_empty() && row.ranges.len() > 1 {
        let fixed = how.beginnings_of_installed_fixes(&row.ranges, version);
        holding.retain(|range| !matches!(range.end, RangeEnd::Fixed(_)) || !fixed.contains(&range.introduced));
    }
    if let Some(range) = how.telling(&holding) {
        let end = how.way_out(range, &row.ranges);
        return Answer::Affected { range: range.to_string(), fix: fix(row.status, end) };
    }
    match how.is_listed(&row.versions, version) {
        Ok(Some(listed)) => {
            let range = format!("= {listed}");
            return Answer::Affected { range, fix: fix(row.status, &RangeEnd::Open) };
        }
        Ok(None) => {}
        Err(why) => unreadable = unreadable.or(Some(why)),
    }
    unreadable.map_or(Answer::Unaffected, Answer::CouldNotTell)
}

fn fix(status: Status, end: &RangeEnd) -> FixState {
    match (status, end) {
        (Status::WontFix, _) => FixState::WontFix,
        (Status::Deferred, _) => FixState::Deferred,
        (Status::EndOfLife, _) => FixState::EndOfLife,
        (_, RangeEnd::Fixed(version)) => FixState::Fixed(version.clone()),
        _ => FixState::NotFixed,
    }
}

impl Comparing {
    /// As a distribution's feed means its versions.
    pub fn of(distribution: &Distribution) -> Self {
        Self {
            scheme: distribution.scheme,
            several_fixes: distribution.several_fixes,
            drops_epoch: false,
            marks_sources: distribution.key == NameKey::Marked,
        }
    }

    /// Orders two versions.
    pub fn compare(self, left: &str, right: &str) -> Result<Ordering, Incomparable> {
        if self.drops_epoch {
            return self.scheme.compare(without_epoch(left), without_epoch(right));
        }
        self.scheme.compare(left, right)
    }

    /// One end that excludes the version for sure decides, whatever the other says.
    fn holds(self, range: &VersionRange, version: &str) -> Result<bool, Incomparable> {
        let begins = range
            .introduced
            .as_deref()
            .map_or(Ok(true), |introduced| self.compare(version, introduced).map(Ordering::is_ge));
        let ends = match &range.end {
            RangeEnd::Open => Ok(true),
            RangeEnd::Fixed(end) => self.compare(self.rebuilt(version, end), end).map(Ordering::is_lt),
            RangeEnd::Before(end) => self.compare(version, end).map(Ordering::is_lt),
            RangeEnd::LastAffected(end) => self.compare(version, end).map(Ordering::is_le),
        };
        match (begins, ends) {
            (Ok(false), _) | (_, Ok(false)) => Ok(false),
            (Err(why), _) | (_, Err(why)) => Err(why),
            (Ok(true), Ok(true)) => Ok(true),
        }
    }

    /// What is compared with a fix: of a rebuild the version that was rebuilt, unless the fix is in a
    /// rebuild itself.
    fn rebuilt<'v>(self, version: &'v str, fix: &str) -> &'v str {
        match rebuild_of(version) {
            Some(rebuilt) if self.scheme == Scheme::Deb && rebuild_of(fix).is_none() => rebuilt,
            _ => version,
        }
    }

    /// Where the ranges begin whose fix is installed although one of them holds the version: of
    /// several builds of one fix any; of fixes in several branches the last of its own branch. A
    /// version of a branch without a fix of its own stays affected.
    fn beginnings_of_installed_fixes<'r>(
        self,
        ranges: &'r [VersionRange],
        version: &str,
    ) -> BTreeSet<&'r Option<String>> {
        let is_installed = |fixed: &str| self.compare(version, fixed).is_ok_and(Ordering::is_ge);
        let fixes = || {
            ranges.iter().filter_map(|range| match &range.end {
                RangeEnd::Fixed(fixed) => Some((&range.introduced, fixed.as_str())),
                _ => None,
            })
        };
        match self.several_fixes {
            SeveralFixes::LastIsNeeded => BTreeSet::new(),
            SeveralFixes::OldestIsSafe => {
                fixes().filter(|(_, fixed)| is_installed(fixed)).map(|(introduced, _)| introduced).collect()
            }
            SeveralFixes::OneForEachMinor => {
                let own = |fixed: &str| minor_of(fixed).is_some() && minor_of(fixed) == minor_of(version);
                let is_safe = |introduced| {
                    let mut alike = fixes().filter(|(other, _)| *other == introduced);
                    alike.all(|(_, fixed)| is_installed(fixed))
                };
                fixes()
                    .filter(|(introduced, fixed)| is_installed(fixed) && (own(fixed) || is_safe(*introduced)))
                    .map(|(introduced, _)| introduced)
                    .collect()
            }
            SeveralFixes::OneForEachBranch => {
                let own: Vec<_> = fixes().filter(|(_, fixed)| is_of_one_branch(fixed, version)).collect();
                let lacks = |introduced| own.iter().any(|(other, fixed)| *other == introduced && !is_installed(fixed));
                own.iter().map(|(introduced, _)| *introduced).filter(|introduced| !lacks(*introduced)).collect()
            }
        }
    }

    /// The end of the range; where a later range of the row begins with or before it, that one's: a
    /// record that names each branch (`2.0 to 2.1, 2.1 to 2.2, 2.2 to 2.2.9`) has only one fix.
    fn way_out<'r>(self, range: &'r VersionRange, all: &'r [VersionRange]) -> &'r RangeEnd {
        let mut current = range;
        for _ in 0..MOST_BRANCHES {
            let RangeEnd::Fixed(fixed) = &current.end else { break };
            let goes_on =
                |range: &&VersionRange| range.introduced != current.introduced && self.holds(range, fixed) == Ok(true);
            let Some(next) = all.iter().filter(goes_on).min() else { break };
            current = next;
        }
        &current.end
    }

    /// Of the ranges that hold the version, the one whose end is told.
    fn telling<'r>(self, holding: &[&'r VersionRange]) -> Option<&'r VersionRange> {
        let fixed = |range: &&&'r VersionRange| matches!(range.end, RangeEnd::Fixed(_));
        let by_end = |left: &&&'r VersionRange, right: &&&'r VersionRange| match (&left.end, &right.end) {
            (RangeEnd::Fixed(left), RangeEnd::Fixed(right)) => {
                self.compare(left, right).unwrap_or_else(|_| left.cmp(right)).then_with(|| left.cmp(right))
            }
            _ => Ordering::Equal,
        };
        let fixes = holding.iter().filter(fixed);
        let chosen = match self.several_fixes {
            SeveralFixes::LastIsNeeded => fixes.max_by(by_end),
            SeveralFixes::OldestIsSafe | SeveralFixes::OneForEachMinor | SeveralFixes::OneForEachBranch => {
                fixes.min_by(by_end)
            }
        };
        chosen.or_else(|| holding.iter().min()).copied()
    }

    /// The listed version that is this one. A listed version that cannot be read is another one
    /// unless it is spelled alike; an installed version that cannot be read could be any.
    fn is_listed<'l>(self, listed: &'l [String], version: &str) -> Result<Option<&'l str>, Incomparable> {
        if let Some(alike) = listed.iter().find(|listed| *listed == version) {
            return Ok(Some(alike));
        }
        if listed.is_empty() {
            return Ok(None);
        }
        self.compare(version, version)?;
        Ok(listed.iter().find(|listed| self.compare(version, listed) == Ok(Ordering::Equal)).map(String::as_str))
    }
}

/// Whether two versions agree in their first two numbers, as maintainers cut branches.
fn is_of_one_branch(left: &str, right: &str) -> bool {
    match (branch(left), branch(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn branch(version: &str) -> Option<(&str, &str)> {
    let mut parts = version.strip_prefix('v').unwrap_or(version).split('.');
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    Some((parts.next().filter(number)?, parts.next().filter(number)?))
}

/// The minor release that a build is for: `9_2` of `2.34-60.el9_2.7`, `8.9` of a module's
/// `18.19.1-1.module+el8.9.0+21387+82f48bc8`. A build that names none (`.el9`) is for all later ones.
fn minor_of(version: &str) -> Option<(&str, &str)> {
    let (_, rest) = version.rsplit_once("el")?;
    let separator = if version.contains(".module") { '.' } else { '_' };
    let (major, rest) = rest.split_once(separator)?;
    let minor = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(major) && is_number(minor)).then_some((major, minor))
}

/// The version that a Debian `VERSION~debNuM` is a rebuild of for a stable release; nothing of it is
/// missing there, although the suffix sorts before it.
fn rebuild_of(version: &str) -> Option<&str> {
    let (rebuilt, suffix) = version.rsplit_once("~deb")?;
    let (release, update) = suffix.split_once('u')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(release) && is_number(update)).then_some(rebuilt)
}

fn without_epoch(version: &str) -> &str {
    match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => version,
    }
}
