//! The default policy, sentence by sentence.

mod case;
mod coverage;
mod default_policy;
mod laws;
mod licenses;
mod presence;
mod reasons;
mod unscored;
mod user_choices;
