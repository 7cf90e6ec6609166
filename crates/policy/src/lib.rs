//! The gate: findings and coverage to a verdict. Pure.
