//! The verdict, and which exit code a pipeline gets.

use serde::{Deserialize, Serialize};

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VerdictStatus {
    /// Everything was seen and nothing breaks the policy.
    Pass,
    /// Something that must be seen was not, and the policy does not accept that.
    Incomplete,
    /// The policy is broken.
    Fail,
}

impl VerdictStatus {
    /// `PASS`, `INCOMPLETE` or `FAIL`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Incomplete => "INCOMPLETE",
            Self::Fail => "FAIL",
        }
    }

    /// 0 pass, 1 fail, 3 incomplete. (2, the scan that could not be made, is no verdict.)
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Incomplete => 3,
        }
    }
}

/// One rule that was broken, or one gap that matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The policy's name: `default`, …
    pub policy: String,
    /// The rule's kebab-case name: `severity`, `known-exploited`, `malware`, `coverage`, …
    pub rule: String,
    /// One sentence for people.
    pub detail: String,
    /// Indexes into [`crate::ScanReport::findings`] of what broke it.
    pub findings: Vec<u32>,
}

/// The verdict with its reasons, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The outcome.
    pub status: VerdictStatus,
    /// Why; empty for a pass without remarks.
    pub reasons: Vec<Reason>,
    /// What the user asked to be left out of the judgement, in words, such as `--ignore-unfixed`.
    pub user_choices: Vec<String>,
}
