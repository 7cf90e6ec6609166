//! Arbitrary candidates and packages: never a crash, never a finding without evidence.

use bolero::generator::TypeGenerator;
use plimsoll_model::{
    AdvisoryClass, Candidate, Cluster, EvidenceKind, InstalledPackage, Package, PackageKind, Presence, SourcePackage,
    Status,
};

use crate::shelf::{Shelf, inventory, package, row};

#[derive(Debug, TypeGenerator)]
struct Wild {
    names: Vec<String>,
    versions: Vec<String>,
    clusters: Vec<(String, Vec<String>)>,
    choices: [u8; 8],
}

impl Wild {
    fn text(list: &[String], at: u8) -> &str {
        list.get(usize::from(at) % list.len().max(1)).map_or("1.0-1", String::as_str)
    }

    fn row(&self) -> Candidate {
        let version = |at: usize| Self::text(&self.versions, self.choices[at]);
        let ranges = match self.choices[0] % 5 {
            0 => format!(">={} <{}", version(1), version(2)),
            1 => format!("<{} || <{} || ={}", version(1), version(2), version(3)),
            2 => format!("<={}", version(1)),
            3 => "*".to_owned(),
            _ => String::new(),
        };
        let shard = ["debian-12", "almalinux-9", "rocky-9", "alpine-3.20", "npm", "pypi", "go", "maven"]
            [usize::from(self.choices[4]) % 8];
        let mut row = row(shard, "name", "X-1", &ranges);
        row.clusters =
            self.clusters.iter().map(|(id, aliases)| Cluster { id: id.clone(), aliases: aliases.clone() }).collect();
        row.advisory.class = [AdvisoryClass::Vulnerability, AdvisoryClass::Malware, AdvisoryClass::Informational]
            [usize::from(self.choices[5]) % 3];
        row.affected.status = [
            Status::Affected,
            Status::NotAffected,
            Status::WontFix,
            Status::Deferred,
            Status::EndOfLife,
            Status::Undetermined,
        ][usize::from(self.choices[6]) % 6];
        row.affected.scope.module = self.names.first().cloned();
        row.affected.scope.architectures = self.names.iter().skip(1).take(2).cloned().collect();
        row
    }

    fn package(&self) -> InstalledPackage {
        let kind = PackageKind::ALL[usize::from(self.choices[7]) % PackageKind::ALL.len()];
        let mut wild = package(kind, "name", Self::text(&self.versions, self.choices[3]));
        if self.choices[2].is_multiple_of(4) {
            wild.package = Package::new(kind, Self::text(&self.names, self.choices[1]), "1", EvidenceKind::Metadata);
        }
        wild.package.vendor = self.names.get(2).cloned();
        wild.package.module = self.names.get(3).cloned();
        wild.package.architecture = self.names.get(1).cloned();
        wild.package.source = self.names.first().map(|name| SourcePackage {
            name: if self.choices[0].is_multiple_of(2) { "name".into() } else { name.clone() },
            version: Self::text(&self.versions, self.choices[5]).to_owned(),
        });
        wild.owner = self.choices[6].is_multiple_of(2).then_some(u32::from(self.choices[1] % 3));
        wild.presence = [Presence::Present, Presence::Declared, Presence::Shadowed][usize::from(self.choices[1]) % 3];
        wild
    }
}

#[test]
fn fuzz_arbitrary_candidates_and_packages() {
    plimsoll_fuzzing::check().with_type::<Vec<Wild>>().with_iterations(1_000).for_each(|wild| {
        let mut shelf = Shelf::of(wild.iter().map(Wild::row));
        for shard in ["debian-12", "almalinux-9", "rocky-9", "alpine-3.20", "npm", "pypi", "go", "maven"] {
            shelf = shelf.with_shard(shard);
        }
        for system in ["debian 12", "almalinux 9", "rocky 9", "alpine 3.20.1", "unknown"] {
            let image = inventory(system, wild.iter().map(Wild::package));
            let matched = shelf.matched(&image);
            assert!(matched.findings.iter().all(|finding| !finding.evidence.is_empty()));
            assert!(matched.coverage.packages_matched <= matched.coverage.packages_present);
        }
    });
}
