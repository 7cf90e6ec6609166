//! The table of products, a file for each family.

mod databases;
mod go;
mod languages;
mod libraries;
mod servers;
mod system;
mod tools;
mod web;

use plimsoll_model::PackageKind;

use super::Classifier;

/// Every row.
pub(super) fn rows() -> Vec<Classifier> {
    let families: [&[Classifier]; 8] = [
        languages::ROWS,
        servers::ROWS,
        databases::ROWS,
        go::ROWS,
        web::ROWS,
        tools::ROWS,
        system::ROWS,
        libraries::ROWS,
    ];
    families.concat()
}

/// A product without files yet.
const fn product(name: &'static str) -> Classifier {
    Classifier {
        name,
        kind: PackageKind::Generic,
        programs: &[],
        texts: &[],
        named: &[],
        versions: &[],
        beside: &[],
        cpes: &[],
        tried: "",
    }
}

impl Classifier {
    const fn programs(self, programs: &'static [&'static str]) -> Self {
        Self { programs, ..self }
    }

    const fn texts(self, texts: &'static [&'static str]) -> Self {
        Self { texts, ..self }
    }

    const fn named(self, named: &'static [&'static str]) -> Self {
        Self { named, ..self }
    }

    const fn versions(self, versions: &'static [&'static str]) -> Self {
        Self { versions, ..self }
    }

    const fn beside(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    const fn cpes(self, cpes: &'static [&'static str]) -> Self {
        Self { cpes, ..self }
    }

    const fn of_kind(self, kind: PackageKind) -> Self {
        Self { kind, ..self }
    }

    const fn tried(self, tried: &'static str) -> Self {
        Self { tried, ..self }
    }
}
