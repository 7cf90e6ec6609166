//! Reading large XML documents as they pass: one record at a time, under caps.
//!
//! Entities that a document declares itself are not expanded, so that no text grows.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::FeedError;
use crate::caps::{Capped, Caps};

/// Elements may nest as deeply as that.
const DEPTH: usize = 64;
/// Most elements of one record.
const ELEMENTS: usize = 500_000;
/// Attributes of an element that are kept.
const ATTRIBUTES: usize = 32;

/// An element with all that it holds; names are without their namespaces.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
}

impl Element {
    /// An attribute's value, without white space around it.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// The children of that name, in their order.
    pub fn each<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// All children, in their order.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of that name, without white space around it; empty without one.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }
}

/// Hands over the children of the root, one at a time, and returns the root without them.
///
/// # Errors
/// As for [`each_record`], and where a child is deeper or larger than its caps.
pub(crate) fn each_child(
    bytes: &mut dyn Read,
    root: &str,
    expected: &'static str,
    visit: &mut dyn FnMut(Element),
) -> Result<Element, FeedError> {
    let mut broken = None;
    let done = each_record(bytes, root, 1, expected, &mut |child| match child {
        Ok(child) => visit(child),
        Err(cut) => broken = broken.take().or(Some(cut.why)),
    })?;
    broken.map_or(Ok(done), |why| Err(FeedError::Malformed { expected, why: why.into() }))
}

/// A record that is deeper or larger than its caps, as far as it was read.
pub(crate) struct Cut {
    pub record: Element,
    pub why: &'static str,
}

/// Hands over the elements that are `level` below the root, one at a time, and returns the root
/// without them.
///
/// # Errors
/// [`FeedError::Html`] for a web page, [`FeedError::TooLarge`] past a cap, [`FeedError::Malformed`]
/// where the document is no XML, has another root than `root`, or ends early.
pub(crate) fn each_record(
    bytes: &mut dyn Read,
    root: &str,
    level: usize,
    expected: &'static str,
    visit: &mut dyn FnMut(Result<Element, Cut>),
) -> Result<Element, FeedError> {
    let (capped, caps) = Capped::new(bytes);
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, capped));
    let open = Vec::new();
    let mut document =
        Document { root, level, expected, caps: &caps, open, elements: 0, beyond: 0, cut: None, done: None };
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|error| match (caps.exceeded(), error) {
            (Some(exceeded), _) => exceeded,
            (None, quick_xml::Error::Io(error)) => FeedError::Read(io::Error::new(error.kind(), error)),
            (None, error) => document.malformed(error.to_string()),
        })?;
        if matches!(event, Event::Eof) {
            let early = document.malformed("it ends early");
            return document.done.ok_or(early);
        }
        document.take(event, visit)?;
        buffer.clear();
    }
}

struct Document<'d> {
    root: &'d str,
    /// How far below the root the records are.
    level: usize,
    expected: &'static str,
    caps: &'d Caps,
    /// The elements that are not closed yet, the root first.
    open: Vec<Element>,
    /// How many there are in the record so far.
    elements: usize,
    /// How many are open that are not kept.
    beyond: usize,
    /// Why the record is not kept whole.
    cut: Option<&'static str>,
    /// The root, once it is closed.
    done: Option<Element>,
}

impl Document<'_> {
    fn take(&mut self, event: Event<'_>, visit: &mut dyn FnMut(Result<Element, Cut>)) -> Result<(), FeedError> {
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start)?;
                self.close(visit);
                Ok(())
            }
            Event::End(_) => {
                self.close(visit);
                Ok(())
            }
            Event::Text(text) => self.text(&String::from_utf8_lossy(&text)),
            Event::CData(text) => self.text(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => self.text(&referenced(&name)),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), FeedError> {
        if self.done.is_some() {
            return Err(self.malformed("something follows its end"));
        }
        if self.open.is_empty() {
            let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
            if name.eq_ignore_ascii_case("html") {
                return Err(FeedError::Html);
            }
            if name != self.root {
                return Err(self.malformed(format!("its root is `{}`", crate::text::one_line(&name, 40))));
            }
        }
        self.elements += 1;
        let cut = match (self.open.len(), self.elements) {
            (DEPTH.., _) => Some("its elements nest too deeply"),
            (_, elements) if elements > ELEMENTS => Some("it has too many elements"),
            _ => None,
        };
        // What is below an element that is not kept is not kept either.
        if self.beyond > 0 || cut.is_some() {
            self.beyond += 1;
            self.cut = self.cut.or(cut);
        } else {
            self.open.push(element(start));
        }
        Ok(())
    }

    fn close(&mut self, visit: &mut dyn FnMut(Result<Element, Cut>)) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(element) = self.open.pop() else { return };
        if self.open.is_empty() {
            self.done = Some(element);
        } else if self.open.len() == self.level {
            visit(match self.cut.take() {
                Some(why) => Err(Cut { record: element, why }),
                None => Ok(element),
            });
        } else if self.open.len() > self.level
            && let Some(parent) = self.open.last_mut()
        {
            parent.children.push(element);
        }
        if self.open.len() <= self.level {
            self.elements = 0;
            self.caps.renew();
        }
    }

    fn text(&mut self, text: &str) -> Result<(), FeedError> {
        if self.beyond > 0 {
            return Ok(());
        }
        let is_in_record = self.open.len() > self.level;
        match self.open.last_mut() {
            Some(element) if is_in_record => element.text.push_str(text),
            // What stands between two records belongs to none.
            Some(_) => {}
            None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
            None => return Err(self.malformed("there is text outside its root")),
        }
        Ok(())
    }

    fn malformed(&self, why: impl Into<String>) -> FeedError {
        FeedError::Malformed { expected: self.expected, why: why.into() }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // Checking that none comes twice takes square time; the first one counts.
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).take(ATTRIBUTES).flatten().map(|attribute| {
        let raw = text(&attribute.value);
        let value = unescape(&raw).map(Cow::into_owned);
        (text(attribute.key.local_name().as_ref()), value.unwrap_or(raw))
    });
    Element {
        attributes: attributes.collect(),
        name: text(start.local_name().as_ref()),
        text: String::new(),
        children: Vec::new(),
    }
}

/// What a reference stands for; nothing where the document would have to say.
fn referenced(name: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return letter.into();
    }
    let name = String::from_utf8_lossy(name);
    resolve_xml_entity(&name).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Result<Vec<Element>, FeedError> {
        let mut children = Vec::new();
        each_child(&mut xml.as_bytes(), "r", "a test", &mut |child| children.push(child))?;
        Ok(children)
    }

    #[test]
    fn elements_have_their_attributes_text_and_children() {
        let xml = "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE r>\n<x:r xmlns:x='y'> <x:a b=' 1 &lt; 2 '>c<d/>e &amp; \
                   &#102;<![CDATA[<g>]]></x:a> <a/>\n</x:r>\n";
        let children = read(xml).unwrap();
        assert_eq!(children.len(), 2);
        assert_eq!((children[0].attribute("b"), children[0].text.as_str()), (Some("1 < 2"), "ce & f<g>"));
        assert!(children[0].child("d").is_some() && children[0].each("x").next().is_none());
    }

    #[test]
    fn entities_of_the_document_itself_are_not_expanded() {
        let xml = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><r><c>x&a;&b;y</c></r>";
        assert_eq!(read(xml).unwrap()[0].text, "xy");
    }

    #[test]
    fn what_is_no_such_document_is_said_to_be_none() {
        for (xml, expected) in [
            ("<html><r/></html>", "web page"),
            ("<other/>", "its root is `other`"),
            ("", "it ends early"),
            ("plain text", "text outside its root"),
            ("<r><a></r>", "ill-formed"),
            ("<r><a>", "it ends early"),
            ("<r/><r/>", "something follows its end"),
            ("<r/>text", "text outside its root"),
        ] {
            let error = read(xml).unwrap_err().to_string();
            assert!(error.contains(expected), "{xml}: {error}");
        }
    }

    #[test]
    fn depth_number_and_size_have_their_caps() {
        let deep = format!("<r>{}{}</r>", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH));
        assert!(read(&deep).unwrap_err().to_string().contains("nest"));
        let wide = format!("<r><a>{}</a></r>", "<b/>".repeat(ELEMENTS));
        assert!(read(&wide).unwrap_err().to_string().contains("elements"));
        assert_eq!(read(&format!("<r>{}</r>", "<a/>".repeat(ELEMENTS + 1))).unwrap().len(), ELEMENTS + 1);
        let mut endless = b"<r><a b='".chain(io::repeat(b'x'));
        let error = each_child(&mut endless, "r", "a test", &mut |_| {}).unwrap_err();
        assert!(matches!(error, FeedError::TooLarge { what: "record", .. }), "{error}");
    }
}
