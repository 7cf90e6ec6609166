//! Gentoo's security advisories (GLSA): an XML file for each, in one repository.

mod ranges;

use std::collections::BTreeSet;
use std::io::Read;

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, FixDate, FixDateKind, Scope, SeverityClaim, ShardName, Status, Timestamp,
};

use crate::feed::{Feed, Format};
use crate::xml::{Element, each_child};
use crate::{FeedError, FeedSummary, Record, score, tar, text};

/// Packages of one advisory; real ones have some dozens at most.
const PACKAGES_CAP: usize = 1_000;

/// How its files are read.
pub static FORMAT: Format = Format { folder: "gentoo", parse };

/// Reads an archive of the repository, or one advisory of it.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    if path.ends_with(".xml") {
        let glsa = document(bytes)?;
        take(feed, path, Ok(glsa), &mut summary, sink);
    } else {
        tar::each_member(bytes, tar::Sizes::RECORDS, is_advisory, |member, content| {
            let glsa = content.and_then(|mut xml| document(&mut xml).map_err(|error| error.to_string()));
            take(feed, member, glsa, &mut summary, sink);
        })?;
    }
    summary.require_content("a repository of Gentoo's advisories")?;
    Ok(summary)
}

fn is_advisory(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.starts_with("glsa-") && file.ends_with(".xml")
}

/// An advisory's parts.
struct Glsa {
    id: String,
    parts: Vec<Element>,
}

impl Glsa {
    fn part(&self, name: &str) -> Option<&Element> {
        self.parts.iter().find(|part| part.name == name)
    }

    fn text_of(&self, name: &str) -> &str {
        self.part(name).map_or("", |part| part.text.trim())
    }
}

fn document(bytes: &mut dyn Read) -> Result<Glsa, FeedError> {
    let mut parts = Vec::new();
    let root = each_child(bytes, "glsa", "a Gentoo advisory", &mut |part| parts.push(part))?;
    Ok(Glsa { id: root.attribute("id").unwrap_or_default().to_owned(), parts })
}

fn take(feed: &Feed, place: &str, glsa: Result<Glsa, String>, summary: &mut FeedSummary, sink: &mut dyn FnMut(Record)) {
    match glsa.and_then(|glsa| advisory(feed, &glsa)) {
        Ok(Some((advisory, broken_row))) => {
            if let Some(why) = broken_row {
                summary.note_broken(&advisory.id, why);
            }
            summary.note_advisory(&advisory);
            sink(Record::Advisory(advisory));
        }
        Ok(None) => summary.foreign += 1,
        Err(why) => summary.note_broken(place, why),
    }
}

/// The advisory, and what is wrong with a package that had to be left out; `None` where it is about no
/// package.
fn advisory(feed: &Feed, glsa: &Glsa) -> Result<Option<(Advisory, Option<String>)>, String> {
    let is_number = |letter: u8| letter.is_ascii_digit() || letter == b'-';
    if glsa.id.is_empty() || !glsa.id.bytes().all(is_number) || !text::is_id(&glsa.id) {
        return Err("the id is missing or is no number".into());
    }
    let date = |name: &str| Timestamp::parse(glsa.text_of(name).get(..10)?);
    let announced = date("announced");
    let fix_date = announced.map(|at| FixDate { kind: FixDateKind::Advisory, at });
    let mut affected = Vec::new();
    let mut broken = None;
    for package in glsa.part("affected").into_iter().flat_map(|part| part.each("package")).take(PACKAGES_CAP) {
        match row(package, fix_date) {
            Ok(row) if row.ranges.is_empty() => {}
            Ok(row) => affected.push(row),
            Err(why) => broken = Some(why),
        }
    }
    if affected.is_empty() {
        return broken.map_or(Ok(None), Err);
    }
    let advisory = Advisory {
        id: format!("GLSA-{}", glsa.id),
        source: feed.id.to_owned(),
        cves: cves(glsa),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: text::title(Some(glsa.text_of("title")), Some(glsa.text_of("synopsis"))),
        severities: severity(glsa).into_iter().collect(),
        published: announced,
        modified: date("revised").or(announced),
        withdrawn: None,
        urls: vec![format!("https://security.gentoo.org/glsa/{}", glsa.id)],
        affected,
    };
    Ok(Some((advisory, broken)))
}

fn row(package: &Element, fix_date: Option<FixDate>) -> Result<Affected, String> {
    let name = text::name(package.attribute("name").unwrap_or_default())?;
    let ranges = ranges::of(package).map_err(|why| format!("{name}: {why}"))?;
    let architectures = package.attribute("arch").unwrap_or_default().split_whitespace().take(64);
    let architectures: Vec<String> = architectures.map(|word| text::one_line(word, 40)).collect();
    let is_for_all = architectures.iter().any(|word| word == "*");
    Ok(Affected {
        shard: ShardName::distro("gentoo", None),
        name: name.to_owned(),
        status: Status::Affected,
        ranges,
        versions: Vec::new(),
        severities: Vec::new(),
        fix_date,
        scope: Scope { architectures: if is_for_all { Vec::new() } else { architectures }, ..Scope::default() },
    })
}

fn cves(glsa: &Glsa) -> Vec<String> {
    let references = glsa.part("references").into_iter().flat_map(|references| references.each("uri"));
    let places = references.flat_map(|uri| [Some(uri.text.as_str()), uri.attribute("link")]).flatten();
    let cves: BTreeSet<String> = places.flat_map(text::cves_in).collect();
    cves.into_iter().collect()
}

/// How bad it is for whoever has it, in Gentoo's words.
fn severity(glsa: &Glsa) -> Option<SeverityClaim> {
    let word = match glsa.part("impact")?.attribute("type")? {
        "minimal" => "low",
        "normal" => "medium",
        word => word,
    };
    score::from_word(word, "gentoo")
}
