//! What a name of Go's function table speaks of: a package, and a function as advisories name it.
//!
//! `net/http.(*Server).Serve` is the method `Server.Serve` of `net/http`. Behind its last slash the path
//! is escaped (`gopkg.in/yaml%2ev3.Unmarshal`), type arguments stand in brackets
//! (`slices.SortFunc[...]`). What the compiler made for itself names a package, but no function that
//! an advisory could ask for: closures (`main.main.func1`), wrappers (`main.T.M-fm`), initialisers
//! (`main.init.0`, `main.map.init.0`); equality and hash functions of types (`type:.eq.main.T`) not
//! even that.

use std::borrow::Cow;

/// A function, or what the compiler made of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name<'n> {
    /// The import path.
    pub package: Cow<'n, [u8]>,
    /// The function behind its path: `net/http.Server.Serve`; `None` for what the compiler made.
    pub function: Option<Vec<u8>>,
}

/// What a name of the table speaks of; `None` for assembly without a package, and for the likes of
/// `type:.eq.main.T`.
pub(super) fn read_name(name: &[u8]) -> Option<Name<'_>> {
    if [&b"type:"[..], b"type..", b"go:"].iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let brackets = memchr::memchr(b'[', name).map(|first| (first, without_type_arguments(name)));
    let before_brackets = brackets.as_ref().map_or(name, |(first, _)| &name[..*first]);
    let slash = memchr::memrchr(b'/', before_brackets).map_or(0, |slash| slash + 1);
    let dot = slash + memchr::memchr(b'.', &before_brackets[slash..])?;
    if dot == 0 {
        return None;
    }
    let package = unescape(&name[..dot]);
    let symbol = match &brackets {
        Some((_, plain)) => plain.get(dot + 1..)?,
        None => &name[dot + 1..],
    };
    let function = function(symbol).map(|symbol| {
        let mut path = Vec::with_capacity(package.len() + 1 + symbol.len());
        path.extend_from_slice(&package);
        path.push(b'.');
        path.extend(symbol.iter().filter(|letter| !matches!(letter, b'(' | b'*' | b')')));
        path
    });
    Some(Name { package, function })
}

/// The symbol, where it is a function or method that somebody wrote.
fn function(symbol: &[u8]) -> Option<&[u8]> {
    let parts = symbol.split(|byte| *byte == b'.');
    let is_made = |part: &[u8]| {
        part.is_empty()
            || part.first().is_some_and(u8::is_ascii_digit)
            || part.contains(&b'-')
            || numbered(part, &[b"func", b"gowrap", b"deferwrap", b"dwrap\xc2\xb7"])
    };
    (!symbol.is_empty() && !symbol.starts_with(b"map.init.") && !parts.into_iter().any(is_made)).then_some(symbol)
}

/// Whether it is one of these words with a number behind it.
fn numbered(part: &[u8], words: &[&[u8]]) -> bool {
    words.iter().filter_map(|word| part.strip_prefix(*word)).any(|rest| rest.first().is_some_and(u8::is_ascii_digit))
}

fn without_type_arguments(name: &[u8]) -> Vec<u8> {
    let mut depth = 0_usize;
    let mut plain = Vec::with_capacity(name.len());
    for &byte in name {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(byte),
            _ => {}
        }
    }
    plain
}

/// `%2e` back to a dot; what is no escape stays as it stands.
fn unescape(path: &[u8]) -> Cow<'_, [u8]> {
    if !path.contains(&b'%') {
        return Cow::Borrowed(path);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut plain = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, after @ ..] = rest {
        match rest {
            [b'%', high, low, after @ ..] if digit(*high).is_some() && digit(*low).is_some() => {
                plain.push(digit(*high).unwrap_or_default() << 4 | digit(*low).unwrap_or_default());
                rest = after;
            }
            _ => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> Option<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        read_name(name.as_bytes()).map(|name| (text(&name.package), text(&name.function.unwrap_or_default())))
    }

    #[test]
    fn functions_and_methods_stand_as_advisories_name_them() {
        for (name, package, function) in [
            ("main.main", "main", "main.main"),
            ("net/http.(*Server).Serve", "net/http", "net/http.Server.Serve"),
            ("net/http.Header.Get", "net/http", "net/http.Header.Get"),
            ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3", "gopkg.in/yaml.v3.Unmarshal"),
            ("gopkg.in/yaml%2ev3.(*Node).Decode", "gopkg.in/yaml.v3", "gopkg.in/yaml.v3.Node.Decode"),
            ("go.uber.org/zap.New", "go.uber.org/zap", "go.uber.org/zap.New"),
            ("vendor/golang.org/x/net/idna.init", "vendor/golang.org/x/net/idna", "vendor/golang.org/x/net/idna.init"),
            ("slices.SortFunc[...]", "slices", "slices.SortFunc"),
            ("a.b/c.(*Set[go.shape.struct { d.e/f.X []g.h/i.Y }]).Add", "a.b/c", "a.b/c.Set.Add"),
            ("main.funcs", "main", "main.funcs"),
            ("main.Größe", "main", "main.Größe"),
            ("a/b%zz.F", "a/b%zz", "a/b%zz.F"),
        ] {
            assert_eq!(parts(name), Some((package.into(), function.into())), "{name}");
        }
    }

    #[test]
    fn what_the_compiler_made_names_a_package_and_no_function() {
        for (name, package) in [
            ("main.main.func1", "main"),
            ("main.main.func2.1", "main"),
            ("main.(*T).M.gowrap3", "main"),
            ("main.(*T).M.deferwrap1", "main"),
            ("main.(*T).M-fm", "main"),
            ("main.main.func1-range2", "main"),
            ("main.init.0", "main"),
            ("main.map.init.0", "main"),
            ("main.init.func7", "main"),
            ("main.glob..func1", "main"),
            ("a.b/c.Set[...].Add.func1", "a.b/c"),
        ] {
            assert_eq!(parts(name), Some((package.into(), String::new())), "{name}");
        }
        for name in ["type:.eq.main.T", "type..hash.main.T", "go:buildid", "_rt0_amd64_linux", "", ".x", "[x.y"] {
            assert_eq!(parts(name), None, "{name}");
        }
    }
}
