//! A report in which everything happens that a format must show.

use plimsoll_model::{
    AdvisoryClass, BaseBoundary, Coverage, DatabaseInfo, Digest, Distro, Earlier, EndOfLife, Ended, Epss, Evidence,
    EvidenceKind, Exploit, Exploitation, FeedUse, FilePath, Finding, FixDate, FixDateKind, FixState, Gap, GapKind, How,
    Identity, ImageInfo, InstalledLicense, InstalledPackage, InstalledProgram, Inventory, LayerInfo, LayerOwner,
    LayerUse, LicenseClass, LicenseFinding, LicenseSource, LicenseText, LifeCycle, Location, MatchedBy, Need,
    OwnedFile, Package, PackageKind, Platform, Position, Presence, Probability, Program, ProgramFormat, ProgramRole,
    Reachability, Reason, Requirement, ScanReport, Score, Severity, SeverityClaim, ShadowedFile, Sighting,
    SourcePackage, Ssvc, Support, Suppressed, TechnicalImpact, Timestamp, Upgrade, Verdict, VerdictStatus, Weakness,
};

fn digest(byte: u8) -> Digest {
    Digest::Sha256([byte; 32])
}

fn layer(byte: u8, instruction: &str, owner: LayerOwner) -> LayerInfo {
    LayerInfo {
        digest: Some(digest(byte)),
        diff_id: Some(digest(byte + 0x40)),
        media_type: "application/vnd.oci.image.layer.v1.tar+gzip".into(),
        size_bytes: 1_234_567 * u64::from(byte),
        instruction: Some(instruction.into()),
        owner,
        verified: true,
    }
}

fn installed(kind: PackageKind, name: &str, version: &str, path: &str, layer: u32) -> InstalledPackage {
    InstalledPackage {
        package: Package::new(kind, name, version, EvidenceKind::Metadata),
        presence: Presence::Present,
        sightings: vec![sighting(Location { path: FilePath::from(path), inside: Vec::new() }, layer)],
        introduced_in: layer,
        version_since: layer,
        ended: None,
        owner: None,
        layer_owner: if layer == 0 { LayerOwner::Base } else { LayerOwner::Own },
    }
}

fn sighting(location: Location, layer: u32) -> Sighting {
    Sighting { location, position: None, evidence: EvidenceKind::Metadata, layer }
}

fn packages() -> Vec<InstalledPackage> {
    let mut openssl = installed(PackageKind::Deb, "libssl3", "3.0.9-1", "var/lib/dpkg/status", 0);
    openssl.package.architecture = Some("amd64".into());
    openssl.package.source = Some(SourcePackage { name: "openssl".into(), version: "3.0.9-1".into() });
    openssl.package.requires = vec![Requirement::always("libc6")];
    openssl.package.direct = Some(false);
    openssl.sightings[0].position = Some(Position::Line(12));
    let mut old = installed(PackageKind::Npm, "minimist", "1.2.0", "app/node_modules/minimist/package.json", 1);
    old.presence = Presence::Shadowed;
    old.package.license = Some("Expat/ASL 2.0".into());
    old.ended = Some(Ended { layer: 2, how: How::Upgraded { to: "1.2.8".into() } });
    let mut jar = installed(PackageKind::Maven, "org.a:shaded", "1.0", "app/boot.jar", 1);
    jar.sightings[0].location.inside = vec![FilePath::from("BOOT-INF/lib/shaded-1.0.jar")];
    jar.sightings.push(sighting(Location { path: FilePath::new(b"app/b\xff.jar"), inside: Vec::new() }, 1));
    let mut declared = installed(PackageKind::Npm, "left-pad", "1.3.0", "app/package-lock.json", 1);
    declared.presence = Presence::Declared;
    declared.package.development = true;
    declared.package.cpes = vec!["cpe:2.3:a:left-pad:left-pad:1.3.0:*:*:*:*:*:*:*".into()];
    declared.package.requires =
        vec![Requirement { name: "pad".into(), version: Some("1.0.0".into()), need: Need::Development }];
    declared.sightings[0].position = Some(Position::Offset(7));
    vec![openssl, old, jar, declared, installed(PackageKind::Npm, "ev\x1b[31mil\u{202e}", "1.0.0", "app/x", 1)]
}

fn at(path: &str) -> Location {
    Location { path: FilePath::from(path), inside: Vec::new() }
}

fn program() -> InstalledProgram {
    InstalledProgram {
        program: Program {
            format: ProgramFormat::Elf,
            role: ProgramRole::Executable,
            architecture: Some("amd64".into()),
            size_bytes: 12_345,
            build_id: Some("c0ffee".into()),
            soname: Some("libx.so.1".into()),
            needed: vec!["libc.so.6".into()],
            packer: Some("upx".into()),
        },
        location: at("usr/bin/openssl"),
        layer: 0,
        owner: Some(0),
        recognised: false,
        linked: None,
    }
}

fn in_channel(version: &str, channel: &str) -> FixState {
    FixState::InChannel { version: version.into(), channel: channel.into() }
}

fn finding(package: u32, id: &str, severity: Severity, score: Option<f64>, fix: FixState) -> Finding {
    let claim = SeverityClaim {
        severity,
        score: score.and_then(Score::new),
        vector: score.map(|_| "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into()),
        source: "ghsa".into(),
    };
    Finding {
        id: id.into(),
        aliases: vec!["GHSA-xxxx-xxxx-xxxx".into()],
        package,
        class: AdvisoryClass::Vulnerability,
        severity,
        severity_source: (severity != Severity::Unknown).then(|| "ghsa".into()),
        score: claim.score,
        vector: claim.vector.clone(),
        fix: fix.clone(),
        fix_date: None,
        reachability: None,
        known_exploited: false,
        exploit_known: None,
        epss: None,
        ssvc: None,
        cwes: Vec::new(),
        title: "A title that says what can happen when nobody looks, long enough to be broken over lines".into(),
        published: Timestamp::parse("2023-10-11"),
        modified: Timestamp::parse("2024-02-03"),
        evidence: vec![Evidence {
            advisory: "GHSA-xxxx-xxxx-xxxx".into(),
            source: "osv-npm".into(),
            matched_by: MatchedBy::Name,
            matched_name: "name".into(),
            compared_version: "1.0".into(),
            range: "< 2.0".into(),
            fix,
            severities: vec![claim],
            urls: vec!["https://example.org/advisory".into()],
        }],
    }
}

fn end_of_life(package: Option<u32>, product: &str, release: &str, until: &str) -> EndOfLife {
    let cycle = LifeCycle {
        product: product.into(),
        release: release.into(),
        released: Timestamp::parse("2020-01-01"),
        support: Timestamp::parse(until).map_or(Support::Ended, Support::Until),
        extended: Timestamp::parse("2028-06-30").filter(|_| package.is_none()).map(Support::Until),
        source: "eol".into(),
    };
    EndOfLife { package, cycle }
}

/// The report.
pub fn report() -> ScanReport {
    let mut exploited = finding(2, "CVE-2021-44228", Severity::Critical, Some(10.0), FixState::Fixed("1.0.1".into()));
    exploited.known_exploited = true;
    let probability = |share| Probability::new(share).unwrap();
    exploited.epss = Some(Epss { score: probability(0.94358), percentile: probability(0.99959) });
    exploited.exploit_known = Some(Exploit { source: "nvd".into(), url: "https://example.org/exploit".into() });
    exploited.ssvc = Some(Ssvc {
        exploitation: Some(Exploitation::Active),
        automatable: Some(true),
        technical_impact: Some(TechnicalImpact::Total),
        at: Timestamp::parse("2025-02-04"),
    });
    exploited.cwes = vec![Weakness { number: 502, name: "Deserialization of Untrusted Data".into() }];
    exploited.fix_date = Timestamp::parse("2021-12-14").map(|at| FixDate { kind: FixDateKind::Advisory, at });
    let mut by_cpe = finding(4, "CVE-2024-0002", Severity::Medium, Some(5.0), FixState::NotFixed);
    by_cpe.evidence[0].matched_by = MatchedBy::Cpe;
    by_cpe.epss = Some(Epss { score: probability(0.00042), percentile: probability(0.1) });
    let mut reachable = finding(2, "CVE-2022-0007", Severity::Low, None, FixState::NotFixed);
    reachable.reachability =
        Some(Reachability::Reachable { symbol: "a.b/c/d\x1b[2m.Server.Serve".into(), program: at("usr/bin/d") });
    let mut not_linked = finding(2, "CVE-2022-0008", Severity::Low, None, FixState::NotFixed);
    not_linked.reachability = Some(Reachability::NotLinked);
    let findings = vec![
        exploited,
        finding(0, "CVE-2023-0001", Severity::High, Some(7.5), FixState::Fixed("3.0.11-1~deb12u2".into())),
        finding(1, "CVE-2021-44906", Severity::Critical, Some(9.8), FixState::Fixed("1.2.6".into())),
        by_cpe,
        finding(0, "CVE-2023-0003", Severity::Low, None, FixState::WontFix),
        reachable,
        not_linked,
        finding(0, "CVE-2023-0004", Severity::Unknown, None, FixState::Deferred),
        finding(0, "CVE-2023-0005", Severity::Medium, None, in_channel("3.0.11-1~deb12u2+esm1", "esm-infra")),
    ];
    let mut coverage = Coverage {
        packages_present: 3,
        packages_matched: 2,
        feeds: vec![FeedUse {
            shard: "debian-12".into(),
            sources: vec!["debian".into()],
            data_from: Timestamp::parse("2026-11-01"),
            packages: 1,
        }],
        gaps: vec![
            Gap::new(GapKind::NoFeed, "ubuntu 24.04", "no feed answers for this release"),
            Gap { count: 3, ..Gap::new(GapKind::FileUnreadable, "app/broken.jar", "at byte 7: no zip\x07") },
            Gap::new(GapKind::Excluded, "usr/share", "2 items"),
        ],
    };
    coverage.tidy();
    let suppressed = Suppressed {
        finding: finding(2, "CVE-2020-0001", Severity::High, None, FixState::NotFixed),
        reason: "owned-by-os-package".into(),
        detail: "python3-requests owns it, and the distribution answers for this CVE".into(),
    };
    ScanReport {
        plimsoll_version: "0.0.0".into(),
        image: ImageInfo {
            name: "harbour:1".into(),
            source: "oci-archive".into(),
            manifest_digest: Some(digest(9)),
            config_digest: Some(digest(8)),
            tags: vec!["harbour:1".into()],
            platform: Some(Platform::default()),
            created: Timestamp::parse("2026-01-02"),
            layers: vec![
                layer(1, "ADD rootfs.tar /", LayerOwner::Base),
                layer(2, "COPY . /app", LayerOwner::Own),
                layer(3, "RUN npm update", LayerOwner::Own),
            ],
            base: BaseBoundary {
                layers: Some(1),
                name: Some("debian:12".into()),
                digest: Some(digest(7)),
                by: "annotation".into(),
            },
        },
        scanners: vec!["vuln".into()],
        database: DatabaseInfo { generation: 7, built: Timestamp::parse("2026-11-02"), starter: false },
        inventory: Inventory {
            identity: Identity::Distro(Distro {
                id: "debian".into(),
                version: Some("12".into()),
                pretty_name: Some("Debian GNU/Linux 12 (bookworm)".into()),
                ..Distro::default()
            }),
            packages: packages(),
            earlier: vec![Earlier {
                package: 2,
                introduced_in: 0,
                version_since: 0,
                ended: Ended { layer: 1, how: How::Removed },
            }],
            programs: vec![program()],
            licenses: vec![InstalledLicense {
                text: LicenseText { expression: "Apache-2.0".into(), confidence: 98, package: None },
                location: at("app/LICENSE"),
                layer: 1,
                package: Some(1),
            }],
            files: vec![OwnedFile { path: FilePath::from("usr/lib/libssl.so.3"), package: 0 }],
            layers: vec![
                LayerUse { files: 3_000, bytes: 80_000_000, shadowed_files: 1, shadowed_bytes: 1_500, hides_bytes: 0 },
                LayerUse { files: 12, bytes: 2_000_000, ..LayerUse::default() },
                LayerUse { files: 1, bytes: 90, hides_bytes: 1_500, ..LayerUse::default() },
            ],
            shadowed_files: vec![ShadowedFile {
                bytes: 1_500,
                path: FilePath::new(b"app/node_modules/minimist/\x1b[2Jpackage.json"),
                layer: 0,
                by: 2,
            }],
            gaps: vec![Gap::new(GapKind::UnrecognisedProgram, "", "no package owns them: opt/x (12 KiB)")],
            entries: 42,
        },
        findings,
        licenses: vec![
            LicenseFinding {
                class: LicenseClass::Restricted,
                package: 0,
                expression: "GPL-2.0-or-later".into(),
                source: LicenseSource::File(at("usr/share/doc/libssl3/copyright")),
                confidence: 100,
            },
            LicenseFinding {
                class: LicenseClass::Notice,
                package: 2,
                expression: "Apache-2.0".into(),
                source: LicenseSource::Declared,
                confidence: 100,
            },
            LicenseFinding {
                class: LicenseClass::Unknown,
                package: 4,
                expression: String::new(),
                source: LicenseSource::Declared,
                confidence: 0,
            },
        ],
        upgrades: vec![
            Upgrade { package: 2, to: "1.0.1".into(), mends: vec![0] },
            Upgrade { package: 0, to: "3.0.11-1~deb12u2".into(), mends: vec![1] },
        ],
        suppressed: vec![suppressed],
        end_of_life: vec![
            end_of_life(None, "debian", "12", "2026-06-10"),
            end_of_life(Some(2), "shaded", "1.0", "2024-01-31"),
        ],
        coverage,
        verdict: Verdict {
            status: VerdictStatus::Fail,
            reasons: vec![Reason {
                policy: "default".into(),
                rule: "severity".into(),
                detail: "2 findings of severity high or critical".into(),
                findings: vec![0, 1],
            }],
            user_choices: vec!["--ignore-unfixed".into()],
        },
    }
}
