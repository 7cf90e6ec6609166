//! `WWW-Authenticate`: which way in a registry offers.

use reqwest::Url;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

const MAX_HEADER_BYTES: usize = 16 << 10;

/// The way in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password with each request.
    Basic,
    /// A token from a token server.
    Bearer(Realm),
}

/// Where tokens are, and what to ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Realm {
    /// The token server.
    pub(super) url: Url,
    /// What the registry calls itself there.
    pub(super) service: Option<String>,
    /// What the token should allow.
    pub(super) scope: Option<String>,
}

/// The best way that is offered and known: tokens before passwords.
pub(super) fn read(headers: &HeaderMap) -> Option<Challenge> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    let mut best = None;
    for value in values.filter(|value| value.len() <= MAX_HEADER_BYTES) {
        for offered in http_auth::parse_challenges(value).unwrap_or_default() {
            if offered.scheme.eq_ignore_ascii_case("basic") {
                best.get_or_insert(Challenge::Basic);
            }
            let is_bearer = offered.scheme.eq_ignore_ascii_case("bearer");
            if let Some(realm) = is_bearer.then(|| realm(&offered)).flatten() {
                return Some(Challenge::Bearer(realm));
            }
        }
    }
    best
}

fn realm(offered: &http_auth::ChallengeRef<'_>) -> Option<Realm> {
    let parameter = |name: &str| {
        let found = offered.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_unescaped()).filter(|value| !value.is_empty())
    };
    let url = Url::parse(&parameter("realm")?).ok()?;
    let is_plain = url.has_host() && url.username().is_empty() && url.password().is_none();
    is_plain.then(|| Realm { url, service: parameter("service"), scope: parameter("scope") })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn challenge(values: &[&'static str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        read(&headers)
    }

    #[test]
    fn a_realm_is_read_with_its_service_and_scope() {
        let text =
            r#"Bearer realm="https://auth.example/token?a=b",service="registry.example",scope="repository:x:pull""#;
        let expected = Realm {
            url: Url::parse("https://auth.example/token?a=b").unwrap(),
            service: Some("registry.example".into()),
            scope: Some("repository:x:pull".into()),
        };
        assert_eq!(challenge(&[text]), Some(Challenge::Bearer(expected)));
    }

    #[test]
    fn tokens_are_preferred_in_one_header_or_several() {
        let bearer = r#"Bearer realm="https://auth.example/""#;
        assert!(matches!(challenge(&[r#"Basic realm="r""#, bearer]), Some(Challenge::Bearer(_))));
        assert!(matches!(challenge(&[r#"basic realm="r", bearer realm="https://a/""#]), Some(Challenge::Bearer(_))));
        assert_eq!(challenge(&["Negotiate", r#"BASIC realm="r""#]), Some(Challenge::Basic));
    }

    #[test]
    fn fuzz_challenges() {
        plimsoll_fuzzing::check().with_iterations(5000).for_each(|bytes: &[u8]| {
            let mut headers = HeaderMap::new();
            for value in [bytes, &[br#"Bearer realm="https://a/","#, bytes].concat()] {
                headers.extend(HeaderValue::from_bytes(value).map(|value| (WWW_AUTHENTICATE, value)));
            }
            if let Some(Challenge::Bearer(realm)) = read(&headers) {
                assert!(realm.url.has_host());
            }
        });
    }

    #[test]
    fn what_is_no_challenge_is_none() {
        for text in [
            "",
            "Bearer",
            r#"Bearer realm="""#,
            r#"Bearer realm="/token""#,
            r#"Bearer realm="https://u:p@a/""#,
            "Digest x=1",
            "\"\\",
        ] {
            assert_eq!(challenge(&[text]), None, "{text}");
        }
    }
}
