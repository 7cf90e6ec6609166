//! Records that are not real, in the proportions of the whole world.

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, RangeEnd, Scope, Score, Severity, SeverityClaim, ShardName, Status, Timestamp,
    VersionRange,
};

/// The kinds of records, with their shares of a thousand.
const SHARES: [(Kind, u64); 6] = [
    (Kind::NpmMalware, 216),
    (Kind::Debian, 70),
    (Kind::Erratum, 60),
    (Kind::Github, 50),
    (Kind::Pypi, 25),
    (Kind::Container, 579),
];
/// CVEs of the world.
const CVES: u64 = 350_000;
const WORDS: [&str; 24] = [
    "flaw",
    "buffer",
    "overflow",
    "in",
    "the",
    "parser",
    "allows",
    "remote",
    "attackers",
    "to",
    "execute",
    "arbitrary",
    "code",
    "via",
    "crafted",
    "request",
    "denial",
    "of",
    "service",
    "memory",
    "use-after-free",
    "validation",
    "header",
    "session",
];
const NAMES: [&str; 40] = [
    "react",
    "node",
    "js",
    "api",
    "client",
    "server",
    "cli",
    "core",
    "utils",
    "config",
    "vue",
    "angular",
    "webpack",
    "plugin",
    "loader",
    "eslint",
    "babel",
    "express",
    "auth",
    "token",
    "wallet",
    "discord",
    "bot",
    "test",
    "lib",
    "ui",
    "components",
    "theme",
    "native",
    "http",
    "request",
    "parser",
    "json",
    "crypto",
    "web3",
    "eth",
    "logger",
    "sdk",
    "web",
    "internal",
];
const LETTERS: &[u8; 20] = b"23456789cfghjmpqrvwx";

#[derive(Debug, Clone, Copy)]
enum Kind {
    NpmMalware,
    Debian,
    Erratum,
    Github,
    Pypi,
    Container,
}

/// Draws records from a fixed seed. One in three hundred differs from one generation to the next.
pub struct Grown {
    state: u64,
    count: u64,
    generation: u64,
}

impl Grown {
    pub fn new(generation: u64) -> Self {
        Self { state: 0, count: 0, generation }
    }

    pub fn advisory(&mut self) -> Advisory {
        self.count += 1;
        let number = self.count;
        // Each record has a state of its own, so that a change of one leaves the others.
        self.state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let is_changed = number % 300 == self.generation % 300 && self.generation > 1;
        let mut drawn = self.next(1000);
        let kind = SHARES.iter().find(|(_, share)| {
            let is_it = drawn < *share;
            drawn = drawn.saturating_sub(*share);
            is_it
        });
        let mut advisory = self.of_kind(kind.map_or(Kind::Container, |(kind, _)| *kind), number);
        if is_changed {
            advisory.modified = Some(Timestamp(1_790_000_000 + self.generation as i64 * 86_400));
            if number.is_multiple_of(2) {
                for range in advisory.affected.iter_mut().flat_map(|row| &mut row.ranges) {
                    range.end = RangeEnd::Fixed(self.version());
                }
            }
        }
        advisory
    }

    fn of_kind(&mut self, kind: Kind, number: u64) -> Advisory {
        let year = 2005 + self.next(21);
        // Many sources speak of one CVE, and give it one vector.
        let known = number % CVES;
        let cve = format!("CVE-{}-{}", 2005 + known % 21, 1000 + known / 21);
        match kind {
            Kind::NpmMalware => {
                let name = self.name();
                let mut advisory = self.record(format!("MAL-{year}-{number}"), "osv-npm", None);
                advisory.class = AdvisoryClass::Malware;
                advisory.title = format!("Malicious code in {name} (npm)");
                advisory.urls = vec![format!("https://osv.dev/vulnerability/{}", advisory.id)];
                let mut row = self.row("npm", name, None);
                if self.next(3) > 0 {
                    row.ranges.clear();
                    row.versions = (0..=self.next(4)).map(|_| self.version()).collect();
                }
                advisory.affected = vec![row];
                advisory
            }
            Kind::Debian => {
                let name = format!("source-{}", self.skewed(4_000));
                let mut advisory = self.record(cve.clone(), "debian", Some(cve));
                advisory.title = self.title(9);
                advisory.urls = vec![format!("https://security-tracker.debian.org/tracker/{}", advisory.id)];
                let first = 10 + self.next(2);
                for release in first..14 {
                    let fixed = (self.next(4) > 0).then(|| self.debian_version());
                    advisory.affected.push(self.row(&format!("debian-{release}"), name.clone(), fixed));
                }
                advisory
            }
            Kind::Erratum => {
                let name = format!("source-{}", self.skewed(2_000));
                let mut advisory = self.record(format!("RLSA-{year}:{number}"), "osv-rocky", None);
                let bundle = 1 + self.next(4);
                advisory.cves = (0..bundle).map(|at| format!("CVE-{year}-{}", 100_000 + number + at)).collect();
                advisory.title = format!("Important: {name} security update");
                let shard = format!("rocky-{}", 8 + self.next(3));
                let version = format!("{}.el{}", self.debian_version(), 8 + self.next(3));
                for part in 0..2 + self.next(12) {
                    advisory.affected.push(self.row(&shard, format!("{name}-part-{part}"), Some(version.clone())));
                }
                advisory
            }
            Kind::Github | Kind::Pypi => {
                let (shard, source) = match kind {
                    Kind::Pypi => ("pypi", "osv-pypi"),
                    _ => *self.pick(&[
                        ("npm", "osv-npm"),
                        ("maven", "osv-maven"),
                        ("go", "osv-go"),
                        ("pypi", "osv-pypi"),
                    ]),
                };
                let id = self.github_id();
                let mut advisory = self.record(id, source, Some(cve));
                advisory.title = self.title(10);
                advisory.severities = vec![self.claim("ghsa")];
                advisory.urls = vec![
                    format!("https://github.com/advisories/{}", advisory.id),
                    format!("https://nvd.nist.gov/vuln/detail/{}", advisory.cves[0]),
                ];
                let name = self.name();
                let fixed = (self.next(5) > 0).then(|| self.version());
                let mut row = self.row(shard, name, fixed);
                if shard == "pypi" {
                    row.versions = (0..self.next(60))
                        .map(|minor| format!("{}.{}.{}", minor / 20, minor % 20 / 4, minor % 4))
                        .collect();
                }
                advisory.affected = vec![row];
                advisory
            }
            Kind::Container => {
                let name = format!("source-{}", self.skewed(6_000));
                let shard = *self.pick(&[
                    "wolfi",
                    "ubuntu-22.04",
                    "ubuntu-24.04",
                    "suse-15.6",
                    "alpine-3.22",
                    "azurelinux-3.0",
                    "rhel-9",
                    "rhel-8",
                    "amazon-2023",
                    "suse-15.5",
                    "ubuntu-20.04",
                ]);
                let fixed = Some(self.debian_version());
                let mut advisory = self.record(cve.clone(), shard, Some(cve));
                self.state = known;
                advisory.severities = vec![self.claim("nvd")];
                advisory.affected = vec![self.row(shard, name, fixed)];
                advisory
            }
        }
    }

    fn record(&mut self, id: String, source: &str, cve: Option<String>) -> Advisory {
        let published = 1_100_000_000 + self.next(680_000_000) as i64;
        Advisory {
            id,
            source: source.into(),
            cves: cve.into_iter().collect(),
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title: String::new(),
            severities: Vec::new(),
            published: Some(Timestamp(published)),
            modified: Some(Timestamp(published + self.next(100_000_000) as i64)),
            withdrawn: None,
            urls: Vec::new(),
            affected: Vec::new(),
        }
    }

    fn row(&mut self, shard: &str, name: String, fixed: Option<String>) -> Affected {
        let end = fixed.map_or(RangeEnd::Open, RangeEnd::Fixed);
        Affected {
            shard: ShardName::clean(shard),
            name,
            status: Status::Affected,
            ranges: vec![VersionRange { introduced: None, end }],
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope::default(),
        }
    }

    fn claim(&mut self, source: &str) -> SeverityClaim {
        let metric = |grown: &mut Self, letters: &str| {
            let at = grown.next(letters.len() as u64) as usize;
            letters[at..=at].to_owned()
        };
        let mut vector = String::from("CVSS:3.1");
        let metrics = [
            ("AV", "NALP"),
            ("AC", "LH"),
            ("PR", "NLH"),
            ("UI", "NR"),
            ("S", "UC"),
            ("C", "HLN"),
            ("I", "HLN"),
            ("A", "HLN"),
        ];
        for (name, letters) in metrics {
            vector.push_str(&format!("/{name}:{}", metric(self, letters)));
        }
        let score = Score::new(self.next(101) as f64 / 10.0);
        let severity = score.map_or(Severity::Unknown, Severity::from_score);
        SeverityClaim { severity, score, vector: Some(vector), source: source.into() }
    }

    fn title(&mut self, words: u64) -> String {
        let words: Vec<&str> = (0..words + self.next(6)).map(|_| *self.pick(&WORDS)).collect();
        words.join(" ")
    }

    /// One to three parts, most of them words, some of them letters that mean nothing.
    fn name(&mut self) -> String {
        let parts: Vec<String> = (0..1 + self.next(3))
            .map(|_| match self.next(3) {
                0 => (0..3 + self.next(5)).map(|_| char::from(b'a' + self.next(26) as u8)).collect(),
                _ => (*self.pick(&NAMES)).to_owned(),
            })
            .collect();
        parts.join("-")
    }

    fn version(&mut self) -> String {
        format!("{}.{}.{}", self.next(9), self.next(20), self.next(30))
    }

    fn debian_version(&mut self) -> String {
        format!("{}-{}+deb12u{}", self.version(), 1 + self.next(4), 1 + self.next(6))
    }

    fn github_id(&mut self) -> String {
        let mut id = String::from("GHSA");
        for at in 0..12 {
            if at % 4 == 0 {
                id.push('-');
            }
            id.push(char::from(*self.pick(LETTERS)));
        }
        id
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, below: u64) -> u64 {
        let one = self.next(below);
        one * self.next(below) / below
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.next(from.len() as u64) as usize]
    }

    fn next(&mut self, below: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}
