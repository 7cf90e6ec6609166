//! Errata of distributions with RPM packages in OSV: what stands only in their ids and summaries.

use plimsoll_model::Severity;

/// What an erratum is, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Erratum {
    Security,
    /// A bug fix or an enhancement: no vulnerability unless it names a CVE.
    Other,
}

/// `None` where the id is no erratum of a distribution that writes its CVEs into `related`.
pub(super) fn erratum(id: &str) -> Option<Erratum> {
    // SUSE's have two parts before the number: `SUSE-SU`, `openSUSE-RU`.
    if let Some(kind) = id.strip_prefix("SUSE-").or_else(|| id.strip_prefix("openSUSE-")) {
        return Some(if kind.starts_with("SU-") { Erratum::Security } else { Erratum::Other });
    }
    match id.split_once('-')?.0 {
        "ALSA" | "RLSA" | "RXSA" | "OESA" | "MGASA" | "PHSA" => Some(Erratum::Security),
        "ALBA" | "ALEA" | "RLBA" | "RLEA" | "MGAA" => Some(Erratum::Other),
        _ => None,
    }
}

/// The severity that a summary names: `Important: nodejs:16 security update`, or at its end
/// `ALSA-2022:5468: php:8.0 security update (Important)`.
pub(super) fn severity(summary: &str) -> Option<Severity> {
    let leading = summary.split_once(':').map(|(word, _)| word);
    let trailing = summary.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, word)| word);
    leading.into_iter().chain(trailing).find_map(word)
}

fn word(word: &str) -> Option<Severity> {
    matches!(word.trim(), "Critical" | "Important" | "Moderate" | "Low").then(|| Severity::from_word(word)).flatten()
}

/// The module stream that a summary names: `nodejs:16`.
///
/// Only for errata that bring module builds: `Moderate: kernel:4.18.0 security update` names a
/// version, not a stream. `None` where the stream is not named (`Important: varnish security update`).
pub(super) fn module(summary: &str) -> Option<&str> {
    let fits = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+'))
    };
    // `httpd:2.4/mod_http2` names a component of the stream.
    let streams = summary.split_whitespace().map(|word| word.split('/').next().unwrap_or_default());
    streams.into_iter().find(|word| {
        word.split_once(':').is_some_and(|(name, stream)| fits(name) && fits(stream) && erratum(name).is_none())
    })
}

/// Whether a version is a module's build.
pub(super) fn is_module_build(version: &str) -> bool {
    version.contains(".module_el") || version.contains(".module+el")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_and_stream_stand_in_the_summary() {
        let cases = [
            ("Important: nodejs:16 security update", Some(Severity::High), Some("nodejs:16")),
            (
                "Moderate: container-tools:rhel8 security, bug fix update",
                Some(Severity::Medium),
                Some("container-tools:rhel8"),
            ),
            ("ALSA-2022:5468: php:8.0 security update (Important)", Some(Severity::High), Some("php:8.0")),
            ("perl:5.32 metadata for the AlmaLinux 8 module matrix", None, Some("perl:5.32")),
            ("Important: httpd:2.4/mod_http2 security update", Some(Severity::High), Some("httpd:2.4")),
            ("Important: varnish security update", Some(Severity::High), None),
            ("Critical: cockpit: Unauthenticated remote code execution", Some(Severity::Critical), None),
            ("fwupd bug fix and enhancement update", None, None),
            ("", None, None),
        ];
        for (summary, expected_severity, expected_module) in cases {
            assert_eq!(severity(summary), expected_severity, "{summary}");
            assert_eq!(module(summary), expected_module, "{summary}");
        }
    }
}
