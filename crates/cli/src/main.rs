//! `plimsoll`: the load line for container images. A thin program over the libraries.

mod commands;
mod config;
mod demo_image;
mod locations;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// Finds known vulnerabilities in container images, layer by layer, and judges them.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: output::OutputOptions,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  pass
  1  fail: the policy is not met
  2  the scan could not be made: bad input, no such image, network
  3  incomplete: something that must be seen was not (--accept-incomplete)

Examples:
  plimsoll demo
  plimsoll scan debian:12
  plimsoll scan image.tar --fail-on critical
  docker save app | plimsoll scan - --format json > report.json";

fn main() -> ExitCode {
    let arguments = match config::arguments() {
        Ok(arguments) => arguments,
        Err(error) => return output::fail(&error),
    };
    let Arguments { command, output } = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match command.run(&output) {
        Ok(code) => code,
        Err(error) => output::fail(&error),
    }
}
