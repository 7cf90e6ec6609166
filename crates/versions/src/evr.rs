//! `[epoch:]version[-release]`, as rpm and pacman write it. A missing epoch is 0; a missing release
//! sorts before every release.

use std::cmp::Ordering;

use crate::number::Number;

pub(crate) struct Evr<'a> {
    epoch: Number<'a>,
    version: &'a str,
    release: Option<&'a str>,
}

impl<'a> Evr<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.contains(' ') {
            return Err("it contains white space");
        }
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (Number::parse(epoch).ok_or("its epoch is no number")?, rest),
            None => (Number::ZERO, text),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err("its release is empty"),
            Some((version, release)) => (version, Some(release)),
            None => (rest, None),
        };
        if !version.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err("it has no letter and no digit");
        }
        Ok(Self { epoch, version, release })
    }

    /// Orders part by part; `next` takes the next segment off a part, which at the end is `S::default()`.
    pub(crate) fn order<'t, S: Ord + Default>(&self, other: &Self, next: fn(&'t str) -> (S, &'t str)) -> Ordering
    where
        'a: 't,
    {
        let part = |a, b| order_segments(a, b, next);
        self.epoch.cmp(&other.epoch).then_with(|| part(self.version, other.version)).then_with(|| {
            match (self.release, other.release) {
                (Some(a), Some(b)) => part(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            }
        })
    }
}

fn order_segments<'t, S: Ord + Default>(mut a: &'t str, mut b: &'t str, next: fn(&'t str) -> (S, &'t str)) -> Ordering {
    loop {
        let (segment_a, rest_a) = next(a);
        let (segment_b, rest_b) = next(b);
        let order = segment_a.cmp(&segment_b);
        if order.is_ne() || segment_a == S::default() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}
