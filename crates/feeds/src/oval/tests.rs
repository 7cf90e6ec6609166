//! Tests, with the objects and states that they name.

use std::collections::HashMap;
use std::rc::Rc;

use super::version::{Operation, Versions, architectures};
use crate::text;
use crate::xml::Element;

/// Longest comment kept, in bytes.
const COMMENT_BYTES: usize = 256;

/// An id of the document, or a comment, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Id(u32);

/// A test as some criteria name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Criterion {
    test: Id,
    comment: Id,
}

/// All tests of a document.
#[derive(Default)]
pub(super) struct Tests {
    ids: HashMap<Rc<str>, Id>,
    /// What stands for each id.
    texts: Vec<Rc<str>>,
    tests: HashMap<Id, Test>,
    objects: HashMap<Id, Box<str>>,
    states: HashMap<Id, State>,
    size_bytes: usize,
}

struct Test {
    object: Id,
    states: Box<[Id]>,
    /// It holds where no such package is.
    is_negative: bool,
}

#[derive(Default)]
struct State {
    evr: Option<(Operation, Box<str>)>,
    version: Option<(Operation, Box<str>)>,
    architectures: Vec<String>,
}

/// What a test asks of a package.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked<'t> {
    /// Whether it is installed with one of these versions.
    Versions { name: &'t str, versions: Versions, architectures: &'t [String] },
    /// Something that never holds: the package is not affected.
    Never { name: &'t str },
    /// Something that tells nothing of a version: who signed the package, whether another is absent.
    Aside,
}

impl Tests {
    /// A criterion: a test's id, and what it is called there.
    pub fn named(&mut self, id: &str, comment: &str) -> Criterion {
        Criterion { test: self.id(id), comment: self.id(&text::one_line(comment, COMMENT_BYTES)) }
    }

    /// What a criterion calls its test; may be empty.
    pub fn comment(&self, criterion: Criterion) -> &str {
        self.texts.get(criterion.comment.0 as usize).map_or("", |comment| comment)
    }

    /// Takes in a test, an object or a state.
    pub fn take(&mut self, record: &Element) {
        let Some(id) = record.attribute("id") else { return };
        let name = record.name.as_str();
        if name.ends_with("_test") {
            self.take_test(id, record);
        } else if name.ends_with("_object") {
            let (id, package) = (self.id(id), record.text_of("name"));
            self.objects.insert(id, package.into());
            self.size_bytes += package.len() + 64;
        } else if name.ends_with("_state") {
            let (id, state) = (self.id(id), State::read(record));
            self.size_bytes += state.size_bytes();
            self.states.insert(id, state);
        }
    }

    /// What it takes in memory, about.
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    fn take_test(&mut self, id: &str, record: &Element) {
        let Some(object) = record.child("object").and_then(|object| object.attribute("object_ref")) else { return };
        let is_none = |attribute| record.attribute(attribute).is_some_and(|word| word.starts_with("none"));
        let is_negative = is_none("check") || is_none("check_existence");
        let states = record.each("state").filter_map(|state| state.attribute("state_ref"));
        let states: Vec<Id> = states.take(8).map(|state| self.id(state)).collect();
        let test = Test { object: self.id(object), states: states.into(), is_negative };
        let id = self.id(id);
        self.tests.insert(id, test);
        self.size_bytes += size_of::<Test>() + 64;
    }

    /// What a criterion's test asks.
    pub fn asked(&self, criterion: Criterion) -> Result<Asked<'_>, String> {
        let Some(test) = self.tests.get(&criterion.test) else {
            return Err("a test that it names is not there".into());
        };
        let Some(name) = self.objects.get(&test.object) else {
            return Err("the object of a test is not there".into());
        };
        let mut evr = None;
        let mut architectures: &[String] = &[];
        let mut is_never = false;
        for state in &test.states {
            let Some(state) = self.states.get(state) else { return Err("the state of a test is not there".into()) };
            evr = evr.or(state.evr.as_ref());
            is_never |= state.version.as_ref().is_some_and(|(operation, version)| {
                *operation == Operation::Equals && matches!(&**version, "0" | "0:0-0")
            });
            if architectures.is_empty() {
                architectures = &state.architectures;
            }
        }
        match evr {
            _ if test.is_negative || name.is_empty() => Ok(Asked::Aside),
            None if is_never => Ok(Asked::Never { name: text::name(name)? }),
            None => Ok(Asked::Aside),
            Some((operation, evr)) => {
                let name = text::name(name)?;
                let versions = Versions::read(*operation, evr).map_err(|why| format!("{name}: {why}"))?;
                Ok(versions.map_or(Asked::Aside, |versions| Asked::Versions { name, versions, architectures }))
            }
        }
    }

    fn id(&mut self, text: &str) -> Id {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = Id(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = text.into();
        // With a place in two tables.
        self.size_bytes += text.len() + 80;
        self.texts.push(Rc::clone(&text));
        self.ids.insert(text, id);
        id
    }
}

impl State {
    fn read(record: &Element) -> Self {
        let compared = |name: &str| {
            let child = record.child(name)?;
            let value = child.text.trim();
            (!value.is_empty()).then(|| (Operation::read(child.attribute("operation")), value.into()))
        };
        let architectures = architectures(record.text_of("arch"));
        Self { evr: compared("evr"), version: compared("version"), architectures }
    }

    fn size_bytes(&self) -> usize {
        let values = self.evr.iter().chain(&self.version).map(|(_, value)| value.len());
        let architectures = self.architectures.iter().map(|name| name.len() + size_of::<String>());
        size_of::<Self>() + values.chain(architectures).sum::<usize>()
    }
}
