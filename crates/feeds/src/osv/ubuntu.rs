//! What Ubuntu's records say of update channels: in the ecosystem's suffix, in the package's purl,
//! in `ecosystem_specific`.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The channel of a paid row that does not say which one it is.
const PRO: &str = "pro";

#[derive(Deserialize, Default)]
struct Specific {
    #[serde(default)]
    availability: serde_json::Value,
}

/// Release and channel of `22.04:LTS`, `Pro:18.04:LTS`, `Pro:FIPS-updates:22.04:LTS`,
/// `22.04:LTS:for:NVIDIA:BlueField`; `None` where no release is named.
pub(super) fn release(suffix: &str) -> Option<(&str, Option<String>)> {
    let is_release = |part: &&str| part.starts_with(|letter: char| letter.is_ascii_digit()) && part.contains('.');
    let release = suffix.split(':').find(is_release)?;
    let words: Vec<String> = suffix
        .split(':')
        .filter(|part| *part != release && !matches!(*part, "LTS" | "Pro" | "for" | ""))
        .map(str::to_ascii_lowercase)
        .collect();
    let channel = match words.join("-").as_str() {
        "" if suffix.split(':').any(|part| part == "Pro") => PRO.to_owned(),
        "" => return Some((release, None)),
        // As the client calls the service.
        "realtime" => "realtime-kernel".to_owned(),
        other => other.chars().take(64).collect(),
    };
    Some((release, Some(channel)))
}

/// Which of the two paid channels a row without a name is of: by the purl
/// (`…?arch=source&distro=esm-infra/bionic`), else by the words about its availability.
pub(super) fn channel(channel: String, purl: Option<&str>, specific: Option<&RawValue>) -> String {
    if channel != PRO {
        return channel;
    }
    let qualifiers = purl.and_then(|purl| purl.split_once('?')).map_or("", |(_, qualifiers)| qualifiers);
    let distro = qualifiers.split('&').find_map(|qualifier| qualifier.strip_prefix("distro=")).unwrap_or_default();
    match distro.split(['/', '%']).find(|part| part.starts_with("esm")) {
        // `trusty/esm`, from before there were two.
        Some("esm") => return "esm-infra".to_owned(),
        Some(named @ ("esm-infra" | "esm-apps" | "esm-infra-legacy")) => return named.to_owned(),
        _ => {}
    }
    let specific: Specific = specific.and_then(|json| serde_json::from_str(json.get()).ok()).unwrap_or_default();
    match specific.availability.as_str() {
        Some(words) if words.contains("Infra") => "esm-infra".to_owned(),
        Some(words) if words.contains("Ubuntu Pro") => "esm-apps".to_owned(),
        _ => channel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suffix_gives_a_release_and_perhaps_a_channel() {
        for (suffix, expected_release, expected_channel) in [
            ("22.04:LTS", "22.04", None),
            ("25.10", "25.10", None),
            ("Pro:18.04:LTS", "18.04", Some("pro")),
            ("Pro:FIPS:16.04:LTS", "16.04", Some("fips")),
            ("Pro:FIPS-updates:22.04:LTS", "22.04", Some("fips-updates")),
            ("Pro:FIPS-preview:22.04:LTS", "22.04", Some("fips-preview")),
            ("Pro:Realtime:22.04:LTS", "22.04", Some("realtime-kernel")),
            ("Pro:24.04:LTS:Realtime:Kernel", "24.04", Some("realtime-kernel")),
            ("Nvidia-BlueField:24.04:LTS", "24.04", Some("nvidia-bluefield")),
            ("22.04:LTS:for:NVIDIA:BlueField", "22.04", Some("nvidia-bluefield")),
        ] {
            let expected = (expected_release, expected_channel.map(str::to_owned));
            assert_eq!(release(suffix), Some(expected), "{suffix}");
        }
        for other in ["", "jammy", "Pro", "Pro:LTS", ":"] {
            assert_eq!(release(other), None, "{other}");
        }
    }

    #[test]
    fn the_paid_channels_are_told_apart_by_the_purl_or_the_words() {
        let told = |purl: Option<&str>, words: &str| {
            let specific = RawValue::from_string(format!(r#"{{"availability":"{words}"}}"#)).unwrap();
            channel("pro".into(), purl, Some(&specific))
        };
        let infra = "Available with Ubuntu Pro (Infra-only): https://ubuntu.com/pro";
        let apps = "Available with Ubuntu Pro: https://ubuntu.com/pro";
        assert_eq!(told(Some("pkg:deb/ubuntu/a@1?arch=source&distro=esm-infra/bionic"), apps), "esm-infra");
        assert_eq!(told(Some("pkg:deb/ubuntu/a@1?arch=source&distro=esm-apps/bionic"), infra), "esm-apps");
        assert_eq!(told(Some("pkg:deb/ubuntu/a?distro=trusty/esm"), ""), "esm-infra");
        assert_eq!(told(Some("pkg:deb/ubuntu/a?distro=bionic"), infra), "esm-infra");
        assert_eq!(told(None, apps), "esm-apps");
        assert_eq!(told(None, ""), "pro");
        assert_eq!(channel("fips".into(), Some("pkg:deb/ubuntu/a?distro=esm-apps/bionic"), None), "fips");
    }
}
