//! How fast SBOMs of 5,000 packages are read, beside the same text as plain JSON values.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run stops")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll_documents::sbom;

const PACKAGES: usize = 5_000;

fn cyclonedx() -> String {
    let mut text = String::from(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": ["#);
    for number in 0..PACKAGES {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"bom-ref": "ref-{number}", "type": "library", "name": "package-{number}", "version": "1.{number}.0",
            "licenses": [{{"license": {{"id": "MIT"}}}}], "purl": "pkg:npm/package-{number}@1.{number}.0",
            "hashes": [{{"alg": "SHA-256", "content": "{number:064x}"}}],
            "properties": [{{"name": "syft:location:0:path", "value": "/app/node_modules/package-{number}/package.json"}}]}}"#
        );
    }
    text.push_str("], \"dependencies\": [");
    for number in 0..PACKAGES {
        let comma = if number == 0 { "" } else { "," };
        let (one, other) = (number / 2, number / 3);
        let _ = write!(text, r#"{comma}{{"ref": "ref-{number}", "dependsOn": ["ref-{one}", "ref-{other}"]}}"#);
    }
    text.push_str("]}");
    text
}

fn tag_value() -> String {
    let mut text = String::from("SPDXVersion: SPDX-2.3\n");
    for number in 0..PACKAGES {
        let _ = write!(
            text,
            "\nPackageName: package-{number}\nSPDXID: SPDXRef-{number}\nPackageVersion: 1.{number}.0\nPackageLicenseDeclared: MIT\n\
             ExternalRef: PACKAGE-MANAGER purl pkg:npm/package-{number}@1.{number}.0\n\
             Relationship: SPDXRef-{number} DEPENDS_ON SPDXRef-{}\n",
            number / 2
        );
    }
    text
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sbom");
    group.sample_size(20);
    for (name, text) in [("cyclonedx-json", cyclonedx()), ("spdx-tag-value", tag_value())] {
        let bom = sbom::read(text.as_bytes()).expect("a document");
        assert_eq!(bom.packages.len(), PACKAGES);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| sbom::read(black_box(text.as_bytes()))));
        if name.ends_with("json") {
            group.bench_function("the same as JSON values", |bencher| {
                bencher.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&text)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
