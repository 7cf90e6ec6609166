//! The budget of memory under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use plimsoll_facts::Plan;
use plimsoll_layers::{Budget, read_layer};

use crate::inspectors::{ALL_ROWS, described, gaps, inline};
use crate::make::{Tar, noise, zip};

#[test]
fn no_more_than_the_total_is_held() {
    let budget = Budget::new(1000);
    let held = AtomicUsize::new(0);
    thread::scope(|scope| {
        for at in 0..8 {
            let (budget, held) = (&budget, &held);
            scope.spawn(move || {
                for round in 0..200 {
                    let bytes = 1 + (at * 131 + round * 17) % 1000;
                    let lease = budget.lease(bytes).unwrap();
                    assert!(held.fetch_add(bytes, Ordering::SeqCst) + bytes <= 1000);
                    // Inside a lease nobody waits for those who hold memory.
                    drop(budget.lease_inside(bytes));
                    held.fetch_sub(bytes, Ordering::SeqCst);
                    drop(lease);
                }
            });
        }
    });
}

#[test]
fn what_will_never_fit_is_refused_at_once() {
    let budget = Budget::new(1000);
    let all = budget.lease(1000).unwrap();
    assert!(budget.lease(1001).is_none());
    assert!(budget.lease_inside(1001).is_none());
    drop(all);
    assert!(budget.lease(1000).is_some());
}

#[test]
fn many_layers_share_a_small_budget_without_deadlock() {
    let member = noise(600_000, 7);
    let jar = zip(&[("note.txt", &member), ("inner.jar", &zip(&[("note.txt", &member)]))]);
    let layer = Tar::new().file("lib/a.jar", &jar).file("lib/b", &noise(1_500_000, 8)).file("lib/c.jar", &jar).finish();
    let plan = Plan::new(ALL_ROWS, &[]);
    let alone = read_layer(layer.as_slice(), &plan, &Budget::new(32 << 20), &inline()).unwrap();
    // Room for one of the files at a time.
    let budget = Budget::new(2 << 20);
    thread::scope(|scope| {
        let read = |_| scope.spawn(|| read_layer(layer.as_slice(), &plan, &budget, &inline()).unwrap());
        let reads: Vec<_> = (0..8).map(read).collect();
        for read in reads {
            assert_eq!(described(&read.join().unwrap()), described(&alone));
        }
    });
    assert_eq!(Arc::strong_count(&budget), 1);
}

#[test]
fn a_file_larger_than_the_budget_is_a_gap() {
    let layer = Tar::new().file("lib/large", &noise(1_000_000, 1)).file("lib/a.jar", &zip(&[])).finish();
    let plan = Plan::new(ALL_ROWS, &[]);
    let read = read_layer(layer.as_slice(), &plan, &Budget::new(500_000), &inline()).unwrap();
    assert_eq!(gaps(&read.facts), ["file-too-large lib/large: the limit on size was reached"]);
}
