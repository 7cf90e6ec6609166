//! The gate: findings and coverage to a verdict. Pure.
//!
//! [`judge`] applies the built-in policy, whose rules are the files of `rules`: malware and known
//! exploited vulnerabilities fail, a severity from a line on fails, what nobody scored counts as
//! medium and stands on its own line, and what had to be seen but was not makes the verdict
//! INCOMPLETE. FAIL beats INCOMPLETE.

mod gate;
mod judge;
mod unscored;

pub use gate::{FailOn, Gate, POLICY};
pub use judge::judge;
