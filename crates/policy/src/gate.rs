//! What the user may choose about the judgement.

use plimsoll_model::{LicenseClass, Severity};

/// The name of the built-in policy.
pub const POLICY: &str = "default";

/// From which severity on the verdict is FAIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// The policy's own line: high.
    #[default]
    Default,
    /// Nothing fails: only report. What could not be seen stays INCOMPLETE.
    None,
    /// This one. Malware and known exploited vulnerabilities fail all the same.
    Severity(Severity),
}

/// How findings are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The severity line.
    pub fail_on: FailOn,
    /// What has no fix does not count; malware does, as it needs none.
    pub ignore_unfixed: bool,
    /// A scan that could not see everything passes all the same.
    pub accept_incomplete: bool,
    /// Packages that are only declared count like present ones: the source is a folder.
    pub declared_counts: bool,
    /// What a vulnerability that nobody scored counts as.
    pub unscored_as: Severity,
    /// Classes of licences that no package may have. Of itself the policy only reports licences.
    pub fail_on_licenses: Vec<LicenseClass>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            fail_on: FailOn::Default,
            ignore_unfixed: false,
            accept_incomplete: false,
            declared_counts: false,
            unscored_as: Severity::Medium,
            fail_on_licenses: Vec::new(),
        }
    }
}

impl Gate {
    /// The severity from which on the verdict is FAIL; `None` where nothing fails.
    pub(crate) fn line(&self) -> Option<Severity> {
        match self.fail_on {
            FailOn::Default => Some(Severity::High),
            FailOn::None => None,
            FailOn::Severity(severity) => Some(severity),
        }
    }

    /// The choices that differ from the policy, as options write them.
    pub(crate) fn choices(&self) -> Vec<String> {
        let default = Self::default();
        let mut choices = Vec::new();
        match self.fail_on {
            FailOn::Default => {}
            FailOn::None => choices.push("--fail-on none".into()),
            FailOn::Severity(severity) => choices.push(format!("--fail-on {severity}")),
        }
        if self.ignore_unfixed {
            choices.push("--ignore-unfixed".into());
        }
        if self.accept_incomplete {
            choices.push("--accept-incomplete".into());
        }
        if self.unscored_as != default.unscored_as {
            choices.push(format!("unscored_as {}", self.unscored_as));
        }
        if !self.fail_on_licenses.is_empty() {
            let names: Vec<&str> = self.fail_on_licenses.iter().map(|class| class.name()).collect();
            choices.push(format!("--fail-on-license {}", names.join(",")));
        }
        choices
    }
}
