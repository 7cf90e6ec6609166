//! Environment markers: when a Python distribution needs what it asks for.
//!
//! Only what is plain for an image is decided: it runs Linux, the folder names the version of Python.
//! <https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>

use plimsoll_model::Need;

/// Bytes of one marker that are read; a longer one decides nothing.
const MAX_BYTES: usize = 4096;
/// Brackets inside brackets.
const MAX_DEPTH: usize = 16;

/// Where a distribution is installed, as far as its path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Environment {
    /// `(3, Some(12))` for `python3.12`.
    version: Option<(u32, Option<u32>)>,
    /// The folders are named as Windows names them.
    is_windows: bool,
}

impl Environment {
    /// Reads `…/python3.12/site-packages/…`.
    pub(crate) fn of_path(path: &[u8]) -> Self {
        let parts = path.split(|byte| *byte == b'/').filter_map(|part| std::str::from_utf8(part).ok());
        let version = parts.filter_map(|part| version(part.strip_prefix("python")?)).next_back();
        Self { version, is_windows: memchr::memmem::find(path, b"Lib/site-packages/").is_some() }
    }

    /// When something with this marker is needed; `None` where it plainly is not.
    pub(crate) fn need(self, marker: &str) -> Option<Need> {
        if marker.trim().is_empty() || marker.len() > MAX_BYTES {
            return Some(Need::Always);
        }
        let mut reader = Reader { rest: marker, environment: self, names_extra: false, is_broken: false };
        let answer = reader.any(0);
        match answer {
            Answer::No if reader.rest.trim().is_empty() && !reader.is_broken => None,
            _ if reader.names_extra => Some(Need::Optional),
            _ => Some(Need::Always),
        }
    }

    fn compare(self, variable: &str, operator: &str, value: &str) -> Answer {
        let linux = |is: &str| match operator {
            _ if self.is_windows => Answer::Unknown,
            "==" => Answer::of(value == is),
            "!=" => Answer::of(value != is),
            _ => Answer::Unknown,
        };
        match variable {
            "sys_platform" => linux("linux"),
            "platform_system" => linux("Linux"),
            "os_name" => linux("posix"),
            "python_version" | "python_full_version" => self.compare_version(operator, value),
            _ => Answer::Unknown,
        }
    }

    fn compare_version(self, operator: &str, value: &str) -> Answer {
        let (Some((major, minor)), Some((wanted, wanted_minor))) = (self.version, version(value)) else {
            return Answer::Unknown;
        };
        // Which of the two versions of Python is the smaller one, if that much can be told.
        let order = match (minor, wanted_minor.or((major != wanted).then_some(0))) {
            _ if major != wanted => major.cmp(&wanted),
            (Some(minor), Some(wanted)) => minor.cmp(&wanted),
            // Every 3.x is at least `3`.
            (_, None) if matches!(operator, "<") => return Answer::No,
            (_, None) if matches!(operator, ">=") => return Answer::Yes,
            _ => return Answer::Unknown,
        };
        // `3.8.1` says more than the folder does.
        let is_finer = value.matches('.').count() > 1;
        match operator {
            _ if is_finer && order.is_eq() => Answer::Unknown,
            "<" => Answer::of(order.is_lt()),
            "<=" => Answer::of(order.is_le()),
            ">" => Answer::of(order.is_gt()),
            ">=" => Answer::of(order.is_ge()),
            "==" => Answer::of(order.is_eq()),
            "!=" => Answer::of(order.is_ne()),
            _ => Answer::Unknown,
        }
    }
}

fn version(text: &str) -> Option<(u32, Option<u32>)> {
    let mut parts = text.trim().split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = match parts.next() {
        None | Some("*") => None,
        Some(minor) => Some(minor.parse().ok()?),
    };
    Some((major, minor))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unknown,
}

impl Answer {
    fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Goes through a marker from left to right; at what it does not know it stops.
struct Reader<'a> {
    rest: &'a str,
    environment: Environment,
    names_extra: bool,
    /// Something was missing: then it decides nothing.
    is_broken: bool,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Answer {
        let mut answer = self.all(depth);
        while self.takes("or") {
            answer = match (answer, self.all(depth)) {
                (Answer::Yes, _) | (_, Answer::Yes) => Answer::Yes,
                (Answer::No, Answer::No) => Answer::No,
                _ => Answer::Unknown,
            };
        }
        answer
    }

    fn all(&mut self, depth: usize) -> Answer {
        let mut answer = self.one(depth);
        while self.takes("and") {
            answer = match (answer, self.one(depth)) {
                (Answer::No, _) | (_, Answer::No) => Answer::No,
                (Answer::Yes, Answer::Yes) => Answer::Yes,
                _ => Answer::Unknown,
            };
        }
        answer
    }

    fn one(&mut self, depth: usize) -> Answer {
        if depth < MAX_DEPTH && self.takes("(") {
            let answer = self.any(depth + 1);
            self.is_broken |= !self.takes(")");
            return answer;
        }
        let left = self.word();
        let operator =
            ["===", "==", "!=", "<=", ">=", "~=", "<", ">", "not in", "in"].into_iter().find(|it| self.takes(it));
        let right = self.word();
        let (Some(left), Some(operator), Some(right)) = (left, operator, right) else {
            self.is_broken = true;
            return Answer::Unknown;
        };
        match (left, right) {
            (Word::Variable("extra"), _) | (_, Word::Variable("extra")) => {
                self.names_extra = true;
                Answer::Unknown
            }
            (Word::Variable(variable), Word::Text(value)) => self.environment.compare(variable, operator, value),
            _ => Answer::Unknown,
        }
    }

    fn takes(&mut self, what: &str) -> bool {
        match self.rest.trim_start().strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

enum Word<'a> {
    Variable(&'a str),
    Text(&'a str),
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> Option<Word<'a>> {
        let rest = self.rest.trim_start();
        if let Some(quote) = rest.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
            let (text, after) = rest[1..].split_once(quote)?;
            self.rest = after;
            return Some(Word::Text(text));
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        Some(Word::Variable(&rest[..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_plainly_not_needed_is_left_out() {
        let environment = Environment::of_path(b"usr/lib/python3.11/site-packages/a.dist-info/METADATA");
        for (marker, expected) in [
            ("", Some(Need::Always)),
            ("extra == 'docs'", Some(Need::Optional)),
            ("'docs' == extra", Some(Need::Optional)),
            ("(platform_python_implementation != \"PyPy\") and extra == 'testing'", Some(Need::Optional)),
            ("extra == 'testing' and python_version < '3.9'", None),
            ("sys_platform == \"win32\"", None),
            ("sys_platform != 'win32'", Some(Need::Always)),
            ("sys_platform == 'win32' or python_version >= '3.8'", Some(Need::Always)),
            ("sys_platform == 'win32' or implementation_name == 'cpython'", Some(Need::Always)),
            ("python_version < \"3\"", None),
            ("python_version < '3.12'", Some(Need::Always)),
            ("python_version <= '3.10'", None),
            ("python_version == '2.7' and (os_name == 'posix')", None),
            ("python_full_version < '3.11.4'", Some(Need::Always)),
            ("python_full_version < '3.10.4'", None),
            ("platform_system == 'Darwin'", None),
            ("platform_machine == 'x86_64'", Some(Need::Always)),
            ("python_version in '2.6 2.7'", Some(Need::Always)),
            ("what is this", Some(Need::Always)),
            ("sys_platform == 'win32' and (", Some(Need::Always)),
            ("sys_platform == 'win32' what", Some(Need::Always)),
        ] {
            assert_eq!(environment.need(marker), expected, "{marker}");
        }
        let unknown = Environment::of_path(b"app/a.dist-info/METADATA");
        assert_eq!(unknown.need("python_version < '3'"), Some(Need::Always));
        let debian = Environment::of_path(b"usr/lib/python3/dist-packages/a.dist-info/METADATA");
        assert_eq!(
            (debian.need("python_version < '3'"), debian.need("python_version < '3.8'")),
            (None, Some(Need::Always))
        );
        let windows = Environment::of_path(b"Files/Python312/Lib/site-packages/a.dist-info/METADATA");
        assert_eq!(windows.need("sys_platform == 'win32'"), Some(Need::Always));
        assert_eq!(environment.need(&"(".repeat(4000)), Some(Need::Always));
    }
}
