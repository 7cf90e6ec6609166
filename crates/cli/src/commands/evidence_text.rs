//! What is known of a vulnerability or a package, as text that fits the terminal.

use std::io::{self, Write};

use plimsoll_engine::Vulnerability;
use plimsoll_matching::Says;
use plimsoll_model::{
    AdvisoryClass, Affected, Candidate, Cluster, Facts, FixState, Severity, SeverityClaim, ShardName, Ssvc, Status,
    Timestamp,
};
use plimsoll_report::{Style, printable, wrap};

/// Columns of a line's label.
const LABEL_WIDTH: usize = 10;
/// Most that is shown of a text from a feed.
const MAX_TEXT: usize = 4_000;

/// Writes lines with a label, wrapped.
pub(super) struct Lines<'o> {
    pub out: &'o mut dyn Write,
    pub style: Style,
}

impl Lines<'_> {
    /// A heading: what stands out, and what stands back.
    fn heading(&mut self, title: &str, rest: &str) -> io::Result<()> {
        writeln!(self.out, "{} {}", self.style.bold(&printable(title, 200)), printable(rest, 200))
    }

    /// `label     text`, as many lines as it takes.
    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let width = usize::from(self.style.width).saturating_sub(LABEL_WIDTH + 4);
        let mut label = label;
        for part in wrap(&printable(text, MAX_TEXT), width) {
            writeln!(self.out, "    {}{part}", self.style.dim(&format!("{label:<LABEL_WIDTH$}")))?;
            label = "";
        }
        Ok(())
    }

    /// A sentence of its own.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        for part in wrap(&printable(text, MAX_TEXT), usize::from(self.style.width)) {
            writeln!(self.out, "{part}")?;
        }
        Ok(())
    }

    /// What is known of a vulnerability beside the packages.
    pub fn vulnerability(&mut self, known: &Vulnerability) -> io::Result<()> {
        let Cluster { id, aliases } = &known.cluster;
        self.heading(id, "")?;
        if !aliases.is_empty() {
            self.line("also", &aliases.join(", "))?;
        }
        let epss = known.epss.map_or_else(
            || "unknown".into(),
            |epss| {
                format!("{}, not less than {} of all vulnerabilities", epss.score.percent(), epss.percentile.percent())
            },
        );
        self.line("EPSS", &epss)?;
        if let Some(entry) = &known.exploited {
            let added = entry.date_added.map_or_else(String::new, |at| format!(", listed on {}", at.date()));
            let due = entry.due.map_or_else(String::new, |at| format!(", due {}", at.date()));
            let ransomware = if entry.ransomware { ", used for ransomware" } else { "" };
            self.line("exploited", &format!("yes, by CISA{added}{due}{ransomware}"))?;
        } else {
            self.line("exploited", "not on CISA's list")?;
        }
        for weakness in &known.weaknesses {
            self.line("weakness", format!("{weakness} {}", weakness.name).trim_end())?;
        }
        for facts in &known.facts {
            self.facts(facts)?;
        }
        for claim in &known.severities {
            self.line("severity", &severity(claim))?;
        }
        Ok(())
    }

    fn facts(&mut self, facts: &Facts) -> io::Result<()> {
        let words = [Some(facts.standing.name().to_owned()), dates(facts.published, facts.modified)];
        self.line(
            &printable(&facts.source, LABEL_WIDTH - 1),
            &words.into_iter().flatten().collect::<Vec<_>>().join(", "),
        )?;
        if !facts.title.is_empty() {
            self.line("", &facts.title)?;
        }
        if let Some(ssvc) = facts.ssvc {
            self.line("SSVC", &decision(ssvc))?;
        }
        if let Some(url) = &facts.exploit {
            self.line("exploit", &format!("known, by {}: {url}", facts.source))?;
        }
        Ok(())
    }

    /// One record's row about a package, and what it says of a version.
    pub fn row(&mut self, shard: &ShardName, candidate: &Candidate, says: Option<&Says>) -> io::Result<()> {
        let (advisory, affected) = (&candidate.advisory, &candidate.affected);
        writeln!(self.out)?;
        self.heading(&affected.name, shard.as_str())?;
        if let Some(says) = says {
            let (text, level) = answer(says);
            let text = self.style.severity(&printable(&text, 200), level);
            writeln!(self.out, "  {text}")?;
        }
        self.line("record", &format!("{} by {}", advisory.id, advisory.source))?;
        let ids: Vec<&str> = candidate.clusters.iter().flat_map(Cluster::ids).filter(|id| *id != advisory.id).collect();
        if !ids.is_empty() {
            self.line("about", &ids.join(", "))?;
        }
        if !advisory.title.is_empty() {
            self.line("title", &advisory.title)?;
        }
        self.line("status", &status_line(candidate))?;
        self.line("versions", &versions(affected))?;
        let limits = limits(affected);
        if !limits.is_empty() {
            self.line("only", &limits.join(", "))?;
        }
        for import in &affected.scope.imports {
            let symbols =
                if import.symbols.is_empty() { String::new() } else { format!(": {}", import.symbols.join(", ")) };
            let on = [import.goos.join("/"), import.goarch.join("/")].into_iter().filter(|on| !on.is_empty());
            let on = on.collect::<Vec<_>>().join(" ");
            let on = if on.is_empty() { on } else { format!(" on {on}") };
            self.line("imports", &format!("{}{on}{symbols}", import.path))?;
        }
        for claim in affected.severities.iter().chain(&advisory.severities) {
            self.line("severity", &severity(claim))?;
        }
        if let Some(date) = affected.fix_date {
            self.line("fix since", &format!("{} ({})", date.at.date(), date.kind.name()))?;
        } else if let Some(at) = candidate.observed {
            self.line("fix since", &format!("{} (first-observed)", at.date()))?;
        }
        if let Some(dates) = dates(advisory.published, advisory.modified) {
            self.line("dates", &dates)?;
        }
        for url in &advisory.urls {
            self.line("read", url)?;
        }
        Ok(())
    }
}

fn answer(says: &Says) -> (String, Severity) {
    match says {
        Says::Affected { range, fix } => {
            let fix = match fix {
                FixState::Fixed(version) => format!("fixed in {version}"),
                other => other.name().to_owned(),
            };
            let by = if range.is_empty() { String::new() } else { format!(" ({range})") };
            (format!("affects this version{by}; {fix}"), Severity::High)
        }
        Says::NotAffected => ("does not affect this version".into(), Severity::Unknown),
        Says::OtherBuild => ("does not affect this version: it is about other builds".into(), Severity::Unknown),
        Says::CouldNotTell(why) => (format!("could not tell: {why}"), Severity::Medium),
    }
}

/// What the source says of the package, kebab-case.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Affected => "affected",
        Status::NotAffected => "not-affected",
        Status::WontFix => "wont-fix",
        Status::Deferred => "deferred",
        Status::EndOfLife => "end-of-life",
        Status::Undetermined => "undetermined",
    }
}

fn status_line(candidate: &Candidate) -> String {
    let class = match candidate.advisory.class {
        AdvisoryClass::Vulnerability => "",
        AdvisoryClass::Malware => ", malicious package",
        AdvisoryClass::Informational => ", a notice and no vulnerability",
    };
    let withdrawn = candidate.advisory.withdrawn.map_or_else(String::new, |at| format!(", withdrawn on {}", at.date()));
    let channel = candidate.affected.scope.channel.as_ref();
    let channel = channel.map_or_else(String::new, |channel| format!(", channel {channel}"));
    format!("{}{class}{channel}{withdrawn}", status(candidate.affected.status))
}

fn versions(affected: &Affected) -> String {
    let ranges = affected.ranges.iter().map(ToString::to_string);
    let listed = affected.versions.iter().map(|version| format!("= {version}"));
    let words: Vec<String> = ranges.chain(listed).collect();
    if words.is_empty() { "none named".into() } else { words.join(" or ") }
}

fn limits(affected: &Affected) -> Vec<String> {
    let scope = &affected.scope;
    let mut words = scope.architectures.clone();
    words.extend(scope.module.iter().map(|module| format!("module {module}")));
    if let Some(cpe) = &scope.cpe {
        words.extend(cpe.target_software.iter().map(|on| format!("for {on}")));
        words.extend(cpe.edition.iter().map(|edition| format!("edition {edition}")));
        words.extend(cpe.with.iter().map(|with| format!("with {with}")));
        words.extend(cpe.except.iter().map(|version| format!("not {version}")));
    }
    words
}

fn severity(claim: &SeverityClaim) -> String {
    let score = claim.score.map_or_else(String::new, |score| format!(" {score}"));
    let vector = claim.vector.as_ref().map_or_else(String::new, |vector| format!(", {vector}"));
    format!("{}{score} by {}{vector}", claim.severity, claim.source)
}

fn dates(published: Option<Timestamp>, modified: Option<Timestamp>) -> Option<String> {
    let published = published.map(|at| format!("published {}", at.date()));
    let modified = modified.map(|at| format!("changed {}", at.date()));
    let words: Vec<String> = published.into_iter().chain(modified).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn decision(ssvc: Ssvc) -> String {
    let exploitation = ssvc.exploitation.map(|word| format!("exploitation {}", word.name()));
    let automatable = ssvc.automatable.map(|yes| if yes { "automatable" } else { "not automatable" }.to_owned());
    let impact = ssvc.technical_impact.map(|word| format!("{} impact", word.name()));
    let at = ssvc.at.map(Timestamp::date);
    [exploitation, automatable, impact, at].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
