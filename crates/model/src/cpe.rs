//! Names of products by the Common Platform Enumeration: `cpe:2.3:a:vendor:product:version:…`.

use std::fmt;

/// Longest name that is read, in bytes.
const NAME_BYTES: usize = 1024;

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CpeValue {
    /// `*`: any value.
    Any,
    /// `-`: the attribute says nothing here.
    NotApplicable,
    /// This value, lower case, without the escapes of the binding.
    Is(String),
}

impl CpeValue {
    /// The value, where there is one.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Is(value) => Some(value),
            Self::Any | Self::NotApplicable => None,
        }
    }
}

/// A product's name, as far as matching reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    /// `a` application, `o` operating system, `h` hardware.
    pub part: char,
    /// Who makes it.
    pub vendor: String,
    /// What it is.
    pub product: String,
    /// Which version.
    pub version: CpeValue,
    /// Which update of the version: `beta1`, `sp2`.
    pub update: CpeValue,
    /// Which edition of the software: `enterprise`, `lts`.
    pub edition: CpeValue,
    /// What it runs in or belongs to: `node.js`, `wordpress`, `windows`.
    pub target_software: CpeValue,
}

impl Cpe {
    /// Reads a formatted string of version 2.3 or a URI of version 2.2; `None` for anything else, and
    /// where vendor or product is no value.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if name.len() > NAME_BYTES {
            return None;
        }
        let (fields, formatted) = match name.strip_prefix("cpe:2.3:") {
            Some(rest) => (split(rest), true),
            None => (name.strip_prefix("cpe:/")?.split(':').map(str::to_owned).collect(), false),
        };
        let at = |index: usize| value(fields.get(index).map_or("", String::as_str), formatted);
        let mut letters = fields.first()?.chars();
        let (Some(part @ ('a' | 'o' | 'h')), None) = (letters.next(), letters.next()) else { return None };
        let (CpeValue::Is(vendor), CpeValue::Is(product)) = (at(1), at(2)) else { return None };
        Some(Self {
            part,
            vendor,
            product,
            version: at(3),
            update: at(4),
            edition: if formatted { at(7) } else { CpeValue::Any },
            target_software: if formatted { at(8) } else { CpeValue::Any },
        })
    }

    /// `vendor:product`, the key of its advisories.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.vendor, self.product)
    }

    /// The version with its update (`1.0.1-beta1`); `None` where no version is named.
    #[must_use]
    pub fn exact_version(&self) -> Option<String> {
        let version = self.version.value()?;
        Some(self.update.value().map_or_else(|| version.to_owned(), |update| format!("{version}-{update}")))
    }
}

impl fmt::Display for Cpe {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.key())
    }
}

/// The fields between colons that are not escaped.
fn split(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut escaped = false;
    for letter in text.chars() {
        if letter == ':' && !escaped {
            fields.push(String::new());
        } else if let Some(last) = fields.last_mut() {
            last.push(letter);
        }
        escaped = letter == '\\' && !escaped;
    }
    fields
}

fn value(text: &str, formatted: bool) -> CpeValue {
    match text {
        "" | "*" => CpeValue::Any,
        "-" => CpeValue::NotApplicable,
        _ if formatted => CpeValue::Is(unescaped(text)),
        _ => CpeValue::Is(decoded(text)),
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut escaped = false;
    for letter in text.chars() {
        if letter == '\\' && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        plain.extend(letter.to_lowercase());
    }
    plain
}

/// Percent-encoding, as the URI binding has it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let hex = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
        match (byte, after.get(..2).and_then(hex)) {
            (b'%', Some(encoded)) => {
                bytes.push(encoded);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bindings_name_the_same_product() {
        let formatted = Cpe::parse("cpe:2.3:a:OpenSSL:openssl:1.0.1:beta1:*:*:*:*:*:*").unwrap();
        let uri = Cpe::parse("cpe:/a:openssl:openssl:1.0.1:beta1").unwrap();
        assert_eq!(formatted, uri);
        assert_eq!(formatted.key(), "openssl:openssl");
        assert_eq!(formatted.exact_version().as_deref(), Some("1.0.1-beta1"));
    }

    #[test]
    fn escapes_are_no_part_of_a_value() {
        let cpe = Cpe::parse(r"cpe:2.3:a:a\+b:c\:d:1\.0\-x:*:*:*:lts:node\.js:*:*").unwrap();
        assert_eq!((cpe.key().as_str(), cpe.exact_version().as_deref()), ("a+b:c:d", Some("1.0-x")));
        assert_eq!(cpe.edition, CpeValue::Is("lts".into()));
        assert_eq!(cpe.target_software, CpeValue::Is("node.js".into()));
        assert_eq!(Cpe::parse("cpe:/a:a%2bb:c").unwrap().vendor, "a+b");
    }

    #[test]
    fn what_is_no_product_is_not_read() {
        for name in
            ["", "cpe:2.3:", "cpe:2.3:a:*:x:1", "cpe:2.3:x:a:b", "cpe:2.3:ab:a:b", "cpe:/", "a:b:c", "cpe:2.3:a:a"]
        {
            assert_eq!(Cpe::parse(name), None, "{name}");
        }
        assert_eq!(Cpe::parse(&format!("cpe:2.3:a:a:{}", "b".repeat(2000))), None);
        assert_eq!(Cpe::parse("cpe:2.3:a:a:b:-:*").unwrap().version, CpeValue::NotApplicable);
    }
}
