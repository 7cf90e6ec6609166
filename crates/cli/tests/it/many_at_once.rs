//! Several scans of one image at the same time, with one cache.

use crate::program::{Program, built, database};

#[test]
fn ten_scans_at_once_all_succeed_with_the_same_findings() {
    let program = Program::new();
    assert_eq!(program.run(&["demo", "--keep", "demo.tar"]).code, 0);
    let (expected, _) = program.scan(&["demo.tar", "--no-cache"]);
    let reports: Vec<_> = std::thread::scope(|scope| {
        let scans: Vec<_> = (0..10).map(|_| scope.spawn(|| program.scan(&["demo.tar", "--cache", "cache"]))).collect();
        scans.into_iter().map(|scan| scan.join().unwrap()).collect()
    });
    for (report, code) in reports {
        assert_eq!(code, 1);
        assert_eq!(report["findings"], expected["findings"]);
    }
}

#[test]
fn scans_go_on_while_the_cache_is_emptied_under_them() {
    let program = Program::new();
    assert_eq!(program.run(&["demo", "--keep", "demo.tar"]).code, 0);
    let (expected, _) = program.scan(&["demo.tar", "--no-cache"]);
    std::thread::scope(|scope| {
        let prune = || (0..20).map(|_| program.run(&["cache", "prune", "--cache", "cache", "--keep", "0"]).code).max();
        let pruning = scope.spawn(prune);
        let scans: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| (0..10).map(|_| program.scan(&["demo.tar", "--cache", "cache"])).collect::<Vec<_>>())
            })
            .collect();
        for (report, code) in scans.into_iter().flat_map(|scan| scan.join().unwrap()) {
            assert_eq!(code, 1);
            assert_eq!(report["findings"], expected["findings"]);
        }
        assert_eq!(pruning.join().unwrap(), Some(0));
    });
}

#[test]
fn two_scans_of_a_large_image_at_once_find_the_same_and_leave_it_known() {
    let (Some(image), Some(database)) = (built("debian.oci.tar"), database()) else { return };
    let program = Program::new();
    let options = [image.to_str().unwrap(), "--db", database, "--cache", "cache"];
    let (first, second) = std::thread::scope(|scope| {
        let scans = [(); 2].map(|()| scope.spawn(|| program.scan(&options).0));
        let [first, second] = scans.map(|scan| scan.join().unwrap());
        (first, second)
    });
    let (warm, _) = program.scan(&options);
    for other in [&second, &warm] {
        assert_eq!(first["packages"], other["packages"]);
        assert_eq!(first["findings"], other["findings"]);
    }
}
