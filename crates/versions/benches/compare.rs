//! How long one comparison takes, for every scheme.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll_versions::Scheme;

fn pair(scheme: Scheme) -> (&'static str, &'static str) {
    match scheme {
        Scheme::Deb => ("1:9.2p1-2+deb12u1", "1:9.2p1-2+deb12u2"),
        Scheme::Rpm => ("1:1.1.1k-9.el8_7", "1:1.1.1k-12.el8_9"),
        Scheme::Apk => ("1.36.1_git20230101-r5", "1.36.1_git20230101-r15"),
        Scheme::Portage => ("1.36.1_p1-r5", "1.36.1_p1-r15"),
        Scheme::Pep440 => ("2.0.0rc1.post2", "2.0.0rc1.post10"),
        Scheme::Maven => ("4.1.59.Final", "4.1.77.Final"),
        Scheme::Rubygems => ("6.0.0.beta3", "6.0.0.rc1"),
        Scheme::Go => ("go1.21rc2", "1.21.0-0"),
        Scheme::Jvm => ("1.8.0_392-b08", "8u402-b06"),
        Scheme::Cran | Scheme::Hackage => ("1.2.3.4", "1.2.3.10"),
        _ => ("4.17.20-beta.2", "4.17.20-beta.10"),
    }
}

fn compare(criterion: &mut Criterion) {
    for &scheme in Scheme::ALL {
        let (a, b) = pair(scheme);
        assert!(scheme.compare(a, b).is_ok(), "{scheme:?}");
        criterion.bench_function(scheme.name(), |bencher| {
            bencher.iter(|| scheme.compare(black_box(a), black_box(b)));
        });
    }
}

criterion_group!(benches, compare);
criterion_main!(benches);
