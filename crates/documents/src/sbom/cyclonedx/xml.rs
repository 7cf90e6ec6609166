//! CycloneDX as XML, in one pass. Entities that the document declares itself are not expanded.

use std::borrow::Cow;

use plimsoll_model::{Need, Position};
use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::bom::{ComponentKind, RelationKind};
use super::super::builder::Builder;
use super::super::component::{Component, vendor};
use super::{MAX_DEPTH, is_incomplete};
use crate::text::{complaint, field};

/// Elements may nest as deeply as that.
const MAX_LEVELS: usize = 256;
/// Bytes of one element's text that are kept.
const MAX_TEXT_BYTES: usize = 8_192;
/// Attributes of an element that are looked at.
const MAX_ATTRIBUTES: usize = 32;

/// Reads a document into the builder.
pub(in crate::sbom) fn read(text: &str, into: &mut Builder) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut document =
        Document { into, open: Vec::new(), components: Vec::new(), ignored: None, tool: Tool::default() };
    loop {
        match reader.read_event().map_err(|error| complaint(&error))? {
            Event::Start(start) => document.start(&start)?,
            Event::Empty(start) => {
                document.start(&start)?;
                document.end();
            }
            Event::End(_) => document.end(),
            Event::Text(text) => document.text(&String::from_utf8_lossy(&text)),
            Event::CData(text) => document.text(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => document.text(&referenced(&name)),
            Event::Eof if document.open.is_empty() => return Ok(()),
            Event::Eof => return Err("it ends too early".into()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

struct Document<'b> {
    into: &'b mut Builder,
    open: Vec<Element>,
    components: Vec<Open>,
    /// The level of an element below which nothing is read.
    ignored: Option<usize>,
    tool: Tool,
}

/// An element that is not closed yet.
#[derive(Default)]
struct Element {
    name: String,
    text: String,
    attributes: Vec<(String, String)>,
}

/// A component that is not closed yet.
struct Open {
    /// How many elements were open when it began.
    level: usize,
    component: Component<'static>,
    licenses: Vec<Cow<'static, str>>,
    /// The package that comes next when it begins: those within it.
    first: u32,
    line: Option<u32>,
    offset: Option<u64>,
    place: String,
}

#[derive(Default)]
struct Tool {
    name: String,
    version: String,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Document<'_> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= MAX_LEVELS {
            return Err("its elements nest too deeply".into());
        }
        let element = element(start);
        let parent = self.open.last().map_or("", |element| element.name.as_str());
        let level = self.open.len();
        if self.ignored.is_none() {
            match (parent, element.name.as_str()) {
                // Whence a component came, what it calls, and what is wrong with it are no parts of it.
                (_, "pedigree" | "services" | "vulnerabilities" | "externalReferences" | "annotations" | "swid") => {
                    self.ignored = Some(level);
                }
                ("components" | "metadata", "component") if self.components.len() <= MAX_DEPTH => {
                    let is_tool = self.open.iter().any(|element| element.name == "tools");
                    if !is_tool {
                        self.begin(level, &element);
                    }
                }
                ("components", "component") => {
                    self.into.cut("components nest too deeply");
                    self.ignored = Some(level);
                }
                _ => {}
            }
        }
        if level == 0 {
            // `http://cyclonedx.org/schema/bom/1.5`
            let version = element.attributes.iter().find_map(|(_, value)| value.split_once("schema/bom/"));
            self.into.bom.version = version.map(|(_, version)| version.to_owned()).unwrap_or_default();
            self.into.bom.serial = field(element.attribute("serialNumber")).map(str::to_owned);
        }
        self.open.push(element);
        Ok(())
    }

    fn begin(&mut self, level: usize, element: &Element) {
        let component = Component {
            reference: field(element.attribute("bom-ref")).map(|reference| Cow::Owned(reference.to_owned())),
            component: ComponentKind::of(element.attribute("type")),
            ..Component::default()
        };
        let first = self.into.next_index();
        let (licenses, place) = (Vec::new(), String::new());
        self.components.push(Open { level, component, licenses, first, line: None, offset: None, place });
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut().filter(|_| self.ignored.is_none())
            && element.text.len() + text.len() <= MAX_TEXT_BYTES
        {
            element.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let level = self.open.len();
        if let Some(ignored) = self.ignored {
            if level <= ignored {
                self.ignored = None;
            }
            return;
        }
        if self.components.last().is_some_and(|open| open.level == level) {
            return self.close();
        }
        match self.components.last_mut() {
            Some(open) => open.take(&self.open, &element),
            None => self.of_document(&element),
        }
    }

    fn close(&mut self) {
        let Some(mut open) = self.components.pop() else { return };
        open.component.licenses(&open.licenses);
        if self.open.last().is_some_and(|parent| parent.name == "metadata") {
            self.into.subject(open.component);
        } else if let Some(index) = self.into.component(open.component) {
            self.into.adopt(index, open.first);
        }
    }

    /// An element that lies in no component.
    fn of_document(&mut self, element: &Element) {
        let text = element.text.trim();
        let mut above = self.open.iter().rev();
        let parent = above.next();
        match (parent.map_or("", |parent| parent.name.as_str()), element.name.as_str()) {
            ("metadata", "timestamp") => self.into.bom.created = field(text).map(str::to_owned),
            ("tool" | "component", "name") => self.tool.name = text.to_owned(),
            ("tool" | "component", "version") => self.tool.version = text.to_owned(),
            ("tools", "tool") | ("components", "component") => {
                let Tool { name, version } = std::mem::take(&mut self.tool);
                self.into.tool(&name, Some(&version));
            }
            ("dependency", "dependency") => {
                let (from, to) = (parent.map_or("", |parent| parent.attribute("ref")), element.attribute("ref"));
                self.into.relation(from, to, RelationKind::Needs(Need::Always));
            }
            ("composition", "aggregate") => self.into.bom.incomplete |= is_incomplete(text),
            ("properties", "property") => self.into.property(element.attribute("name"), text),
            _ => {}
        }
    }
}

impl Open {
    /// An element within the component: `above` are those that are still open.
    fn take(&mut self, above: &[Element], element: &Element) {
        let within: Vec<&str> = above.iter().skip(self.level + 1).map(|element| element.name.as_str()).collect();
        let text = element.text.trim();
        let owned = || field(text).map(|text| Cow::Owned(text.to_owned()));
        let component = &mut self.component;
        match (within.as_slice(), element.name.as_str()) {
            ([], "group") => component.group = owned(),
            ([], "name") => component.name = owned(),
            ([], "version") => component.version = owned(),
            ([], "scope") => component.development |= text == "excluded",
            ([], "purl") => owned().into_iter().for_each(|purl| component.purl(purl)),
            ([], "cpe") => component.cpe(text),
            ([], "publisher" | "author") => component.vendor = component.vendor.take().or_else(|| vendor(text)),
            (["supplier" | "manufacturer"], "name") => component.vendor = vendor(text).or(component.vendor.take()),
            (["hashes"], "hash") => component.hash(element.attribute("alg"), text),
            (["licenses"], "expression") | (["licenses", "license"], "id" | "name") => self.licenses.extend(owned()),
            (["properties"], "property") => component.property(element.attribute("name"), text),
            (["evidence", "occurrences", "occurrence"], "location") => self.place = text.to_owned(),
            (["evidence", "occurrences", "occurrence"], "line") => {
                self.line = text.parse().ok().filter(|line| *line > 0);
            }
            (["evidence", "occurrences", "occurrence"], "offset") => self.offset = text.parse().ok(),
            (["evidence", "occurrences"], "occurrence") => {
                let position = self.line.take().map(Position::Line).or(self.offset.take().map(Position::Offset));
                component.occurrence(&std::mem::take(&mut self.place), position);
            }
            _ => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // Checking that none comes twice takes square time; the first one counts.
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).take(MAX_ATTRIBUTES).flatten().filter_map(|attribute| {
        let raw = text(&attribute.value);
        let value = unescape(&raw).map(Cow::into_owned);
        let value = value.unwrap_or(raw);
        (value.len() <= MAX_TEXT_BYTES).then(|| (text(attribute.key.local_name().as_ref()), value))
    });
    Element { attributes: attributes.collect(), name: text(start.local_name().as_ref()), text: String::new() }
}

/// What a reference stands for; nothing where the document would have to say.
fn referenced(name: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return letter.into();
    }
    resolve_xml_entity(&String::from_utf8_lossy(name)).unwrap_or_default().to_owned()
}
