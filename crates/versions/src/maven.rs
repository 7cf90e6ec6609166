//! Maven: the order of `ComparableVersion`, as the POM reference describes it.
//!
//! A version is cut at dots, hyphens and between digits and letters. `alpha < beta < milestone < rc < snapshot < release
//! < sp <` other words `<` a number after a hyphen `<` a number after a dot. What weighs nothing (0, `final`, `ga`,
//! `release`) is dropped at the end and before each hyphen or word, so that `1.0.0-rc1` is `1-rc-1`.
//!
//! `ComparableVersion` itself runs in circles where a word stands between dots (`1.sp.1` < `1-alpha` < `1` < `1.sp.1`)
//! or numbers that weigh nothing between hyphens (`1-0-alpha`, `1.final5`). There the POM reference is followed, for which `.word`
//! is `-word`.

use std::cmp::Ordering;

use crate::number::{Number, compare_ignoring_case, split_while};

pub(crate) struct Version<'a>(Vec<Item<'a>>);

#[derive(Clone, Copy)]
enum Item<'a> {
    Word(Qualifier<'a>),
    /// A number after a hyphen or a word.
    Hyphened(Number<'a>),
    Dotted(Number<'a>),
}

/// Declared in their order.
#[derive(Clone, Copy)]
enum Qualifier<'a> {
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    Release,
    ServicePack,
    Other(&'a str),
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.contains([' ', ',', '[', ']', '(', ')', '$']) {
            return Err("it is a range or a placeholder, no version");
        }
        let mut items = if text.starts_with('.') { vec![Item::Dotted(Number::ZERO)] } else { Vec::new() };
        let mut hyphened = false;
        let mut rest = text;
        while let Some(&first) = rest.as_bytes().first() {
            if let Some((number, after)) = Number::leading(rest) {
                if hyphened {
                    drop_weightless(&mut items);
                }
                items.push(if hyphened { Item::Hyphened(number) } else { Item::Dotted(number) });
                (rest, hyphened) = (after, !after.starts_with(['.', '-']));
            } else if first == b'.' || first == b'-' {
                rest = &rest[1..];
                hyphened = first == b'-';
                // Nothing between two separators is a zero, which weighs nothing unless a number follows after a dot.
                if rest.starts_with('.') {
                    items.push(if hyphened { Item::Hyphened(Number::ZERO) } else { Item::Dotted(Number::ZERO) });
                }
            } else {
                let (word, after) = split_while(rest, |byte| !byte.is_ascii_digit() && byte != b'.' && byte != b'-');
                let before_digit = after.starts_with(|next: char| next.is_ascii_digit());
                drop_weightless(&mut items);
                items.push(Item::Word(Qualifier::new(word, before_digit)));
                (rest, hyphened) = (after, true);
            }
        }
        drop_weightless(&mut items);
        Ok(Version(items))
    }

    fn order(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.0.iter(), other.0.iter());
        loop {
            let order = match (a.next(), b.next()) {
                (None, None) => return Ordering::Equal,
                (Some(a), Some(b)) => a.order(b),
                (Some(a), None) => a.order_to_end(),
                (None, Some(b)) => b.order_to_end().reverse(),
            };
            if order.is_ne() {
                return order;
            }
        }
    }
}

fn drop_weightless(items: &mut Vec<Item<'_>>) {
    while let Some(Item::Word(Qualifier::Release))
    | Some(Item::Hyphened(Number::ZERO))
    | Some(Item::Dotted(Number::ZERO)) = items.last()
    {
        items.pop();
    }
}

impl Item<'_> {
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Item::Word(a), Item::Word(b)) => a.order(b),
            (Item::Hyphened(a), Item::Hyphened(b)) | (Item::Dotted(a), Item::Dotted(b)) => a.cmp(b),
            (a, b) => a.kind().cmp(&b.kind()),
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Item::Word(_) => 0,
            Item::Hyphened(_) => 1,
            Item::Dotted(_) => 2,
        }
    }

    fn order_to_end(&self) -> Ordering {
        match self {
            // A release that was not dropped has a weighty number after it.
            Item::Word(qualifier) => qualifier.rank().cmp(&Qualifier::Release.rank()).then(Ordering::Greater),
            Item::Hyphened(_) | Item::Dotted(_) => Ordering::Greater,
        }
    }
}

impl<'a> Qualifier<'a> {
    fn new(word: &'a str, before_digit: bool) -> Qualifier<'a> {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        match word {
            _ if is("alpha") || before_digit && is("a") => Qualifier::Alpha,
            _ if is("beta") || before_digit && is("b") => Qualifier::Beta,
            _ if is("milestone") || before_digit && is("m") => Qualifier::Milestone,
            _ if is("rc") || is("cr") => Qualifier::Candidate,
            _ if is("snapshot") => Qualifier::Snapshot,
            _ if is("final") || is("ga") || is("release") => Qualifier::Release,
            _ if is("sp") => Qualifier::ServicePack,
            _ => Qualifier::Other(word),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Qualifier::Alpha => 0,
            Qualifier::Beta => 1,
            Qualifier::Milestone => 2,
            Qualifier::Candidate => 3,
            Qualifier::Snapshot => 4,
            Qualifier::Release => 5,
            Qualifier::ServicePack => 6,
            Qualifier::Other(_) => 7,
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Qualifier::Other(a), Qualifier::Other(b)) => compare_ignoring_case(a, b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}
