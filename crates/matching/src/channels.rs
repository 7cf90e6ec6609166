//! Channels: whose rows take the place of whose.
//!
//! A shard's rows without a channel are its base. Rows of a channel that the image or the package
//! follows take the place of the base, vulnerability by vulnerability; rows of another channel are
//! only told of, where the base has no fix. Which is which is data: the rows say their channel, the
//! image says what it follows, and the [`ChannelRule`]s of a distribution say what a version tells.

use plimsoll_model::{Affected, RangeEnd};

/// The channel that everyone follows and that has the last word: an organisation's own advisories.
pub const OVERLAY: &str = "overlay";

/// What in a version tells that a channel built it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// This text, in any case of letters: `+esm`, `.ksplice1.`, `fips`.
    Text(&'static str),
    /// This text and the two numbers of a minor release behind it: `.el` in `5.14-1.el9_4` tells
    /// `9.4`, which ends the channel's name.
    MinorRelease(&'static str),
}

/// How a package tells by its version that it follows a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelRule {
    /// The channel as rows name it ([`plimsoll_model::Scope::channel`]); for
    /// [`Mark::MinorRelease`] what stands before the numbers (`eus-`).
    pub channel: &'static str,
    /// What tells it.
    pub mark: Mark,
    /// Whether its builds stand apart, with version numbers of their own: other rows' versions say
    /// nothing of them, and its rows nothing of other builds, whatever the image follows.
    pub is_flavour: bool,
}

impl ChannelRule {
    fn is_about(&self, channel: &str) -> bool {
        match self.mark {
            Mark::Text(_) => channel == self.channel,
            Mark::MinorRelease(_) => channel.starts_with(self.channel),
        }
    }

    fn is_on(&self, version: &str, channel: &str) -> bool {
        match self.mark {
            Mark::Text(mark) => contains(version, mark),
            Mark::MinorRelease(mark) => {
                let wanted = channel.strip_prefix(self.channel);
                wanted.is_some_and(|wanted| minor_release(version, mark).is_some_and(|told| told == wanted))
            }
        }
    }

    /// Whether the version is one of a flavour's.
    fn marks_flavour(&self, version: &str) -> bool {
        match self.mark {
            Mark::Text(mark) => self.is_flavour && contains(version, mark),
            Mark::MinorRelease(mark) => self.is_flavour && minor_release(version, mark).is_some(),
        }
    }
}

/// How much a row's word counts for a package. A later one takes the place of the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Of a channel that is not followed: it is told of where there is no other fix.
    Aside,
    /// Of the distribution that this one is a rebuild of.
    Origin,
    /// Of the distribution.
    Base,
    /// Of a channel that is followed.
    Channel,
    /// Of [`OVERLAY`].
    Overlay,
}

/// What one package follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Following<'p> {
    pub rules: &'static [ChannelRule],
    /// The channels of the image.
    pub image: &'p [String],
    /// The version that is compared.
    pub version: &'p str,
    /// The rows are those of [`Standing::Origin`].
    pub is_origin: bool,
    /// Whether anyone could come to follow the channels that are not followed.
    pub is_open: bool,
}

impl<'p> Following<'p> {
    /// What a package without a distribution follows: only the overlay.
    pub fn nothing(version: &'p str) -> Self {
        Self { rules: &[], image: &[], version, is_origin: false, is_open: true }
    }

    /// How a row stands; `None` where it says nothing of this build.
    pub fn standing(&self, row: &Affected) -> Option<Standing> {
        let is_flavour = self.rules.iter().any(|rule| rule.marks_flavour(self.version));
        let Some(channel) = row.scope.channel.as_deref() else {
            let base = if self.is_origin { Standing::Origin } else { Standing::Base };
            return (!is_flavour || !names_version(row)).then_some(base);
        };
        if channel == OVERLAY {
            return Some(Standing::Overlay);
        }
        let rules = || self.rules.iter().filter(|rule| rule.is_about(channel));
        let is_marked = rules().any(|rule| rule.is_on(self.version, channel));
        if is_flavour || rules().any(|rule| rule.is_flavour) {
            return is_marked.then_some(Standing::Channel);
        }
        if is_marked || self.image.iter().any(|followed| followed == channel) {
            return Some(Standing::Channel);
        }
        // What another distribution keeps for its customers is nothing that could be had here.
        (self.is_open && !self.is_origin).then_some(Standing::Aside)
    }
}

fn names_version(row: &Affected) -> bool {
    let is_bound = |range: &plimsoll_model::VersionRange| range.introduced.is_some() || range.end != RangeEnd::Open;
    !row.versions.is_empty() || row.ranges.iter().any(is_bound)
}

fn contains(version: &str, mark: &str) -> bool {
    version.as_bytes().windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark.as_bytes()))
}

/// `9.4` of `5.14.0-427.el9_4.1` behind `.el`.
fn minor_release(version: &str, mark: &str) -> Option<String> {
    let (_, rest) = version.split_once(mark)?;
    let (major, rest) = rest.split_once('_')?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let minor = rest.get(..end)?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Scope, ShardName, Status, VersionRange};

    use super::*;

    const RULES: &[ChannelRule] = &[
        ChannelRule { channel: "esm-infra", mark: Mark::Text("+esm"), is_flavour: false },
        ChannelRule { channel: "eus-", mark: Mark::MinorRelease(".el"), is_flavour: false },
        ChannelRule { channel: "fips", mark: Mark::Text("fips"), is_flavour: true },
        ChannelRule { channel: "ksplice", mark: Mark::Text(".ksplice"), is_flavour: true },
    ];

    fn row(channel: Option<&str>, end: RangeEnd) -> Affected {
        Affected {
            shard: ShardName::clean("some"),
            name: "openssl".into(),
            status: Status::Affected,
            ranges: vec![VersionRange { introduced: None, end }],
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope { channel: channel.map(str::to_owned), ..Scope::default() },
        }
    }

    fn standing(version: &str, image: &[&str], channel: &str) -> Option<Standing> {
        let image: Vec<String> = image.iter().map(|name| (*name).to_owned()).collect();
        let channel = Some(channel).filter(|channel| !channel.is_empty());
        let following = Following { rules: RULES, image: &image, version, is_origin: false, is_open: true };
        following.standing(&row(channel, RangeEnd::Fixed("9".into())))
    }

    #[test]
    fn the_image_or_the_version_says_which_channel_is_followed() {
        assert_eq!(standing("1.1-1", &[], ""), Some(Standing::Base));
        assert_eq!(standing("1.1-1", &[], "esm-infra"), Some(Standing::Aside));
        assert_eq!(standing("1.1-1", &["esm-infra"], "esm-infra"), Some(Standing::Channel));
        assert_eq!(standing("1.1-1", &["esm-infra"], "esm-apps"), Some(Standing::Aside));
        assert_eq!(standing("1.1-1ubuntu2+esm3", &[], "esm-infra"), Some(Standing::Channel));
        assert_eq!(standing("1.1-1", &[], OVERLAY), Some(Standing::Overlay));
    }

    #[test]
    fn a_minor_release_in_the_version_leads_to_its_own_channel() {
        assert_eq!(standing("5.14.0-427.13.1.el9_4", &[], "eus-9.4"), Some(Standing::Channel));
        assert_eq!(standing("5.14.0-427.13.1.el9_4.2", &[], "eus-9.4"), Some(Standing::Channel));
        for other in ["5.14.0-427.el9", "5.14.0-427.el9_40", "5.14.0-427.el9_", "5.14.0-427.el_4", "5.14.0-427.el9_4"] {
            assert_eq!(standing(other, &[], "eus-9.2"), Some(Standing::Aside), "{other}");
        }
        assert_eq!(standing("5.14.0-427.el9_40", &[], "eus-9.4"), Some(Standing::Aside));
    }

    #[test]
    fn flavours_are_compared_with_their_own_rows_only() {
        assert_eq!(standing("3.0.7-1.el9_FIPS", &[], "fips"), Some(Standing::Channel));
        assert_eq!(standing("3.0.7-1.el9", &["fips"], "fips"), None);
        for other in ["", "ksplice", "esm-infra"] {
            assert_eq!(standing("3.0.7-1.el9_fips", &["esm-infra"], other), None, "{other}");
        }
        assert_eq!(standing("3.0.7-1.el9_fips", &[], OVERLAY), Some(Standing::Overlay));
    }

    #[test]
    fn what_is_unfixed_for_all_is_so_for_flavours() {
        let following =
            Following { rules: RULES, image: &[], version: "3.0.7-1_fips", is_origin: false, is_open: true };
        assert_eq!(following.standing(&row(None, RangeEnd::Open)), Some(Standing::Base));
        assert_eq!(following.standing(&row(None, RangeEnd::Before("4".into()))), None);
    }

    #[test]
    fn of_the_distribution_below_only_what_is_public_counts() {
        let following = Following { rules: RULES, image: &[], version: "1-1.el9", is_origin: true, is_open: true };
        assert_eq!(following.standing(&row(None, RangeEnd::Open)), Some(Standing::Origin));
        assert_eq!(following.standing(&row(Some("eus-9.4"), RangeEnd::Open)), None);
    }

    #[test]
    fn where_channels_are_other_releases_only_those_that_are_followed_say_anything() {
        let image = ["eus-9.2".to_owned()];
        let following = Following { rules: RULES, image: &image, version: "1-1.el9", is_origin: false, is_open: false };
        assert_eq!(following.standing(&row(Some("eus-9.2"), RangeEnd::Open)), Some(Standing::Channel));
        assert_eq!(following.standing(&row(Some("eus-9.4"), RangeEnd::Open)), None);
        assert_eq!(following.standing(&row(None, RangeEnd::Open)), Some(Standing::Base));
    }
}
