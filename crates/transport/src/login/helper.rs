//! Credential helpers: programs named `docker-credential-…` that know logins.
//!
//! <https://github.com/docker/docker-credential-helpers>: `get` reads the server's name from
//! standard input and writes `{"Username": …, "Secret": …}`.

use std::env::consts::EXE_SUFFIX;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use plimsoll_model::read_capped;
use serde::Deserialize;

use super::Credential;
use crate::error::tame;
use crate::{ClientOptions, Secret};

const MAX_ANSWER_BYTES: u64 = 1 << 20;
/// How helpers say that they know nothing, with a status that is no success.
const NOT_FOUND: &str = "credentials not found";
/// The user name by which an identity token is marked.
const TOKEN_USER: &str = "<token>";
/// Between looks at a program that has closed its output and not ended yet.
const LOOK: Duration = Duration::from_millis(5);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Asks a helper for the login of a server; `None` where it knows none.
pub(super) fn get(name: &str, server: &str, options: &ClientOptions) -> Result<Option<Credential>, String> {
    let program = format!("docker-credential-{name}");
    let fault = |why: &str| format!("{}: {why}", tame(&program));
    let path = find(name, options).ok_or_else(|| fault("there is no such program in the PATH"))?;
    let (status, output) = run(path, server, options.timeouts.helper).map_err(|why| fault(&why))?;
    if !status.success() {
        let words = tame(&String::from_utf8_lossy(&output));
        return if words.contains(NOT_FOUND) { Ok(None) } else { Err(fault(&words)) };
    }
    // The parser's own message may quote the secret.
    let Answer { username, secret } = serde_json::from_slice(&output).map_err(|_| fault("its answer is no login"))?;
    let secret = Secret::from(secret);
    Ok(Some(match username.as_str() {
        "" => return Ok(None),
        TOKEN_USER => Credential::Identity(secret),
        _ => Credential::Password { username, password: secret },
    }))
}

/// The program, in the folders of the search path; those that depend on where one stands are left
/// out.
fn find(name: &str, options: &ClientOptions) -> Option<PathBuf> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_plain) {
        return None;
    }
    std::env::split_paths(&options.helper_path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(format!("docker-credential-{name}{EXE_SUFFIX}")))
        .find(|path| path.is_file())
}

fn run(path: PathBuf, server: &str, patience: Duration) -> Result<(ExitStatus, Vec<u8>), String> {
    let mut command = Command::new(path);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let answer = talk(&mut child, server, patience);
    if answer.is_err() {
        // It may have ended by itself meanwhile, which is as well.
        let _ = child.kill();
        let _ = child.wait();
    }
    answer
}

fn talk(child: &mut Child, server: &str, patience: Duration) -> Result<(ExitStatus, Vec<u8>), String> {
    let too_slow = || format!("no answer within {} seconds", patience.as_secs());
    let deadline = Instant::now() + patience;
    if let Some(mut stdin) = child.stdin.take() {
        // A helper that does not read this says so in its answer.
        let _ = stdin.write_all(server.as_bytes());
    }
    let stdout = child.stdout.take().ok_or("it has no output")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(read_capped(stdout, MAX_ANSWER_BYTES)));
    let output = receive.recv_timeout(patience).map_err(|_| too_slow())?.map_err(|error| error.to_string())?;
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => return Ok((status, output)),
            None if Instant::now() >= deadline => return Err(too_slow()),
            None => std::thread::sleep(LOOK),
        }
    }
}
