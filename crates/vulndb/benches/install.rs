//! Verifying and installing: a signed database is pulled from a folder, packed as it travels. What is
//! counted are the bytes that end up installed, flushed to the disk.

use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::travel::{
    FolderCarrier, Pulled, Refusal, Rules, TravelError, Trust, Wanted, export_folder, pull, sign,
};
use plimsoll_vulndb::{BuildInfo, Builder};

/// Some 30 MB in four shards, with texts that pack no better than real ones.
fn build(folder: &Path) -> Option<()> {
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    for number in 0..120_000_u64 {
        let mut hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut title = String::new();
        while title.len() < 400 {
            hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(23) ^ number;
            title.push_str(&format!("{hash:016x} in the parser of "));
        }
        builder.add(Advisory {
            id: format!("CVE-2024-{number}"),
            source: "made-up".into(),
            cves: vec![format!("CVE-2024-{number}")],
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title,
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: Vec::new(),
            affected: vec![Affected {
                shard: ShardName::clean(["debian-12", "npm", "pypi", "maven"][(number % 4) as usize]),
                name: format!("package-{}", number % 20_000),
                status: Status::Affected,
                ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed(format!("1.{number}-1")) }],
                versions: Vec::new(),
                severities: Vec::new(),
                fix_date: None,
                scope: Scope::default(),
            }],
        });
    }
    builder.finish(folder).ok().map(drop)
}

fn take(from: &Path, rules: &Rules) -> Result<Pulled, TravelError> {
    let into = tempfile::tempdir()
        .map_err(|error| TravelError::NoDatabase { place: String::new(), why: error.to_string() })?;
    pull(&FolderCarrier::new(from), into.path(), &Wanted::Everything, rules, Refusal::Fails)
}

fn install(criterion: &mut Criterion) {
    let (Ok(database), Ok(packed), Ok(key)) = (tempfile::tempdir(), tempfile::tempdir(), PrivateKey::generate()) else {
        return;
    };
    let rules = Rules { trust: Trust::Keys(vec![key.public()]), ..Rules::default() };
    let ready = build(database.path()).and_then(|()| {
        sign(database.path(), &key, None).ok()?;
        export_folder(database.path(), &Wanted::Everything, packed.path()).ok()
    });
    let Some(exported) = ready else { return };
    let mut group = criterion.benchmark_group("verify and install");
    group.throughput(Throughput::Bytes(exported.plain_bytes)).sample_size(10).measurement_time(Duration::from_secs(5));
    for (name, from) in [("packed", packed.path()), ("plain", database.path())] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| (), |()| take(from, &rules), BatchSize::PerIteration);
        });
    }
}

criterion_group!(benches, install);
criterion_main!(benches);
