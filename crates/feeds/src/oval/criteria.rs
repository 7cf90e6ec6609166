//! Criteria: which tests must hold together for a package to be affected.

use super::tests::{Criterion, Tests};
use crate::xml::Element;

/// A tree of tests. Its depth is capped where the document is read.
#[derive(Debug)]
pub(super) enum Criteria {
    /// All of these hold.
    All(Box<[Criteria]>),
    /// One of these holds.
    Any(Box<[Criteria]>),
    /// A test.
    Test(Criterion),
}

impl Criteria {
    /// Reads a `criteria` element. What is negated is left out: no test for the absence of something
    /// makes a package affected.
    pub fn read(element: &Element, tests: &mut Tests) -> Self {
        let mut nodes = Vec::new();
        if !is_negated(element) {
            for child in element.children() {
                match (child.name.as_str(), child.attribute("test_ref")) {
                    ("criteria", _) => nodes.push(Self::read(child, tests)),
                    ("criterion", Some(test)) if !is_negated(child) => {
                        nodes.push(Self::Test(tests.named(test, child.attribute("comment").unwrap_or_default())));
                    }
                    _ => {}
                }
            }
        }
        // Anything but OR is AND, which is what OVAL takes where no operator stands.
        if element.attribute("operator") == Some("OR") { Self::Any(nodes.into()) } else { Self::All(nodes.into()) }
    }

    /// How many tests and groups there are in it.
    pub fn count(&self) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => 1 + nodes.iter().map(Self::count).sum::<usize>(),
            Self::Test(_) => 1,
        }
    }
}

fn is_negated(element: &Element) -> bool {
    element.attribute("negate") == Some("true")
}
