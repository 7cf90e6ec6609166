//! `.terraform.lock.hcl`: the providers that Terraform and `OpenTofu` chose.
//!
//! `provider "registry.terraform.io/hashicorp/aws" {`, and its `version = "…"` below.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{PackageKind, Position};

use super::{decode_text, numbered_lines};
use crate::listing::{Listing, want_lock};

/// Reads `.terraform.lock.hcl`.
pub struct TerraformLock;

impl Inspect for TerraformLock {
    fn id(&self) -> &'static str {
        "terraform-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name(".terraform.lock.hcl")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Terraform, out);
        let mut provider: Option<(&str, Position)> = None;
        for (position, line) in numbered_lines(&text) {
            let line = line.trim_start();
            if let Some(rest) = line.strip_prefix("provider ") {
                // One before it that had no version is counted as unreadable.
                add(&mut listing, provider.replace((rest.split('"').nth(1).unwrap_or_default(), position)), "");
            } else if let Some(value) = line.strip_prefix("version")
                && let Some(value) = value.trim_start().strip_prefix('=')
            {
                add(&mut listing, provider.take(), value.trim().trim_matches('"'));
            }
        }
        add(&mut listing, provider, "");
        listing.finish()
    }
}

fn add(listing: &mut Listing<'_>, provider: Option<(&str, Position)>, version: &str) {
    if let Some((source, position)) = provider {
        listing.described(source, version, |package| package.position = Some(position));
    }
}
