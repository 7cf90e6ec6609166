//! One CVE's file: fields with continued lines, and a line for each release and package.

use std::collections::BTreeMap;

/// Most lines for packages that one file may have; those of the kernel have some thousands.
const ROWS: usize = 50_000;

/// A file as it is written.
#[derive(Default)]
pub(super) struct Entry<'a> {
    pub candidate: &'a str,
    pub published: &'a str,
    pub description: String,
    pub priority: &'a str,
    /// Priorities of single packages, and of packages in single releases.
    pub priorities: BTreeMap<(&'a str, Option<&'a str>), &'a str>,
    /// Who scored it, and the vector.
    pub vectors: Vec<(&'a str, &'a str)>,
    pub rows: Vec<Row<'a>>,
    /// Whether there were more lines than are read.
    pub is_cut: bool,
}

/// `esm-infra/bionic_openssl: released (1.1.1-1ubuntu2.1~18.04.23+esm4)`.
pub(super) struct Row<'a> {
    pub release: &'a str,
    pub package: &'a str,
    pub status: &'a str,
    /// What stands in brackets behind it.
    pub note: &'a str,
}

impl<'a> Entry<'a> {
    pub fn read(text: &'a str) -> Self {
        let mut entry = Self::default();
        let mut field = "";
        for line in text.lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                entry.continued(field, line.trim());
                continue;
            }
            let Some((key, value)) = line.split_once(':') else { continue };
            field = key.trim();
            entry.field(field, value.trim());
        }
        entry
    }

    fn field(&mut self, key: &'a str, value: &'a str) {
        match key {
            "Candidate" => self.candidate = value,
            "PublicDate" => self.published = value,
            "Priority" => self.priority = first_word(value),
            "Description" => self.describe(value),
            _ => match key.split_once('_') {
                Some(("Priority", package)) => {
                    let key = package.split_once('_').map_or((package, None), |(package, of)| (package, Some(of)));
                    self.priorities.insert(key, first_word(value));
                }
                Some(("Patches" | "Tags" | "Assigned-to", _)) | None => {}
                Some(_) if self.rows.len() >= ROWS => self.is_cut = true,
                Some((release, package)) => {
                    let (status, note) = value.split_once('(').unwrap_or((value, ""));
                    let (status, note) = (status.trim(), note.trim_end().trim_end_matches(')').trim());
                    self.rows.push(Row { release, package, status, note });
                }
            },
        }
    }

    fn continued(&mut self, field: &str, line: &'a str) {
        match field {
            "Description" => self.describe(line),
            // `nvd: CVSS:3.1/AV:N/… [7.5 HIGH]`
            "CVSS" => {
                if let Some((source, vector)) = line.split_once(':') {
                    self.vectors.push((source.trim(), first_word(vector)));
                }
            }
            _ => {}
        }
    }

    /// Only so much as a title takes.
    fn describe(&mut self, line: &str) {
        if self.description.len() < 1000 {
            self.description.push_str(line);
            self.description.push(' ');
        }
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}
