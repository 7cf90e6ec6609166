//! Ubuntu's releases: the tracker's code names and channels, and the versions that images carry.

/// Version and channel of a release as the tracker writes it: `jammy`, `esm-infra/bionic`,
/// `trusty/esm`, `fips-updates/focal`. `None` for what no image is of (`upstream`, `devel`, `snap`).
pub(super) fn release(text: &str) -> Option<(&'static str, Option<&str>)> {
    let Some((left, right)) = text.split_once('/') else { return version(text).map(|version| (version, None)) };
    // `trusty/esm` is from before the channels came first, when there was one.
    if let (Some(version), "esm") = (version(left), right) {
        return Some((version, Some("esm-infra")));
    }
    let channel = match left {
        "esm-infra" | "esm-apps" | "esm-infra-legacy" | "fips" | "fips-updates" | "fips-preview" => left,
        // As the client calls the service, and as the records of OSV do.
        "realtime" => "realtime-kernel",
        "bluefield" => "nvidia-bluefield",
        "ros-esm" => "ros",
        _ => return None,
    };
    version(right).map(|version| (version, Some(channel)))
}

fn version(codename: &str) -> Option<&'static str> {
    Some(match codename {
        "precise" => "12.04",
        "trusty" => "14.04",
        "utopic" => "14.10",
        "vivid" => "15.04",
        "wily" => "15.10",
        "xenial" => "16.04",
        "yakkety" => "16.10",
        "zesty" => "17.04",
        "artful" => "17.10",
        "bionic" => "18.04",
        "cosmic" => "18.10",
        "disco" => "19.04",
        "eoan" => "19.10",
        "focal" => "20.04",
        "groovy" => "20.10",
        "hirsute" => "21.04",
        "impish" => "21.10",
        "jammy" => "22.04",
        "kinetic" => "22.10",
        "lunar" => "23.04",
        "mantic" => "23.10",
        "noble" => "24.04",
        "oracular" => "24.10",
        "plucky" => "25.04",
        "questing" => "25.10",
        "resolute" => "26.04",
        _ => return None,
    })
}
