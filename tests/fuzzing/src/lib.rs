//! Fuzz targets as ordinary tests: the same inputs on every machine, in every run.
//!
//! bolero's own test engine draws new inputs each time it runs. Here its generators are driven by
//! numbers from a fixed seed, so that a test which passed will pass again, and one that failed names
//! the input that did it.
//!
//! ```
//! plimsoll_fuzzing::check().with_iterations(100).for_each(|bytes: &[u8]| {
//!     assert!(bytes.len() <= 4096);
//! });
//! plimsoll_fuzzing::check().with_type::<(u8, String)>().with_iterations(100).for_each(|(number, text)| {
//!     assert!(text.len() < 1 << 20 && u16::from(*number) < 256);
//! });
//! ```

use std::fmt::Debug;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use bolero::TypeGenerator;
use bolero::generator::bolero_generator::driver::{Options, Rng};
use rand_xoshiro::Xoroshiro128PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

const SEED: u64 = 7_041_876;
const ITERATIONS: u64 = 1_000;
/// Bytes of one input at most.
const MAX_BYTES: usize = 4_096;
/// Characters of an input that a failure shows.
const SHOWN: usize = 4_000;

/// Inputs that are plain bytes.
#[derive(Debug)]
pub struct Bytes;

/// Inputs of a type that bolero can generate.
#[derive(Debug)]
pub struct Typed<T>(PhantomData<T>);

/// A target under construction.
#[derive(Debug)]
#[must_use]
pub struct Check<K> {
    iterations: u64,
    kind: PhantomData<K>,
}

/// A target that takes bytes, until [`Check::with_type`] says otherwise.
pub fn check() -> Check<Bytes> {
    Check { iterations: ITERATIONS, kind: PhantomData }
}

impl<K> Check<K> {
    /// How many inputs it is tried on.
    pub fn with_iterations(self, iterations: usize) -> Self {
        Self { iterations: iterations as u64, ..self }
    }

    /// Tries it on values of a type.
    pub fn with_type<T: TypeGenerator + Debug>(self) -> Check<Typed<T>> {
        Check { iterations: self.iterations, kind: PhantomData }
    }

    fn run<T: Debug>(&self, draw: impl Fn(Xoroshiro128PlusPlus) -> Option<T>, mut target: impl FnMut(&T)) {
        for iteration in 0..self.iterations {
            let Some(input) = draw(Xoroshiro128PlusPlus::seed_from_u64(SEED.wrapping_add(iteration))) else { continue };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
                let shown: String = format!("{input:?}").chars().take(SHOWN).collect();
                #[expect(clippy::print_stderr, reason = "a failing test says on what it failed")]
                {
                    eprintln!("input {iteration} of the fuzz target: {shown}");
                }
                resume_unwind(panic);
            }
        }
    }
}

impl Check<Bytes> {
    /// Runs the target on all inputs.
    ///
    /// # Panics
    /// When the target does, having shown the input.
    pub fn for_each(self, mut target: impl FnMut(&[u8])) {
        let draw = |mut numbers: Xoroshiro128PlusPlus| {
            // Short inputs reach further into a parser, long ones into its loops.
            let most = if numbers.next_u64().is_multiple_of(2) { 64 } else { MAX_BYTES };
            let mut bytes = vec![0; numbers.next_u64() as usize % (most + 1)];
            numbers.fill_bytes(&mut bytes);
            Some(bytes)
        };
        self.run(draw, |bytes: &Vec<u8>| target(bytes));
    }
}

impl<T: TypeGenerator + Debug> Check<Typed<T>> {
    /// Runs the target on all inputs.
    ///
    /// # Panics
    /// When the target does, having shown the input.
    pub fn for_each(self, target: impl FnMut(&T)) {
        let options = Options::default().with_max_len(MAX_BYTES);
        self.run(|numbers| T::generate(&mut Rng::new(numbers, &options)), target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_the_same_in_every_run_and_differ_from_one_another() {
        let inputs = || {
            let mut all: Vec<(u64, Vec<u8>)> = Vec::new();
            check().with_type::<(u64, Vec<u8>)>().with_iterations(50).for_each(|input| all.push(input.clone()));
            all
        };
        let first = inputs();
        assert_eq!(first, inputs());
        assert_eq!(first.len(), 50);
        assert!(first.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_failure_of_the_target_is_a_failure_of_the_test() {
        let failing = || check().with_iterations(10).for_each(|bytes| assert!(bytes.is_empty()));
        assert!(catch_unwind(failing).is_err());
    }
}
