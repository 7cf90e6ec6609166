//! A host of feeds with all the moods of a real one: tags, parts, breaks, refusals, nonsense.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the host has under one path.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub body: Vec<u8>,
    /// Break off after so many bytes, once.
    pub breaks_at: Option<usize>,
    /// Say so many times that it is too busy.
    pub busy: u32,
}

/// A request as the host saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub path: String,
    pub range: Option<String>,
    pub status: u16,
}

#[derive(Debug, Default)]
struct Shelf {
    answers: BTreeMap<String, Answer>,
    asked: Vec<Asked>,
}

#[derive(Debug, Clone)]
pub struct Host {
    pub base: String,
    shelf: Arc<Mutex<Shelf>>,
}

impl Host {
    /// Serves until the process ends.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let serving = Arc::clone(&shelf);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let shelf = Arc::clone(&serving);
                std::thread::spawn(move || answer(&connection, &shelf));
            }
        });
        Self { base, shelf }
    }

    pub fn put(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.answer(path, Answer { body: body.into(), ..Answer::default() });
    }

    pub fn answer(&self, path: &str, answer: Answer) {
        self.shelf.lock().unwrap().answers.insert(path.into(), answer);
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shelf.lock().unwrap().asked)
    }
}

fn answer(connection: &TcpStream, shelf: &Mutex<Shelf>) {
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let path =
        lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let headers: BTreeMap<String, String> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let (head, body) = reply(&path, &headers, &mut shelf.lock().unwrap());
    let _ = (&*connection).write_all(&[head.as_bytes(), &body].concat());
}

fn reply(path: &str, headers: &BTreeMap<String, String>, shelf: &mut Shelf) -> (String, Vec<u8>) {
    let range = headers.get("range").cloned();
    let found = shelf.answers.get_mut(path);
    let (status, extra, length, body) = match found {
        None => (404, String::new(), 0, Vec::new()),
        Some(answer) if answer.busy > 0 => {
            answer.busy -= 1;
            (429, "retry-after: 0\r\n".into(), 0, Vec::new())
        }
        Some(answer) => {
            let tag = format!(
                "\"{:x}\"",
                answer.body.iter().fold(5_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte))
            );
            let total = answer.body.len();
            let from = range.as_deref().filter(|_| headers.get("if-range").is_none_or(|version| *version == tag));
            let from = from.and_then(|range| range.strip_prefix("bytes=")?.trim_end_matches('-').parse::<usize>().ok());
            if headers.get("if-none-match") == Some(&tag) {
                (304, format!("etag: {tag}\r\n"), 0, Vec::new())
            } else if from.is_some_and(|from| from >= total) {
                (416, String::new(), 0, Vec::new())
            } else {
                let from = from.unwrap_or(0);
                let end = answer.breaks_at.take().unwrap_or(total).max(from);
                let content_range = format!("content-range: bytes {from}-{}/{total}\r\n", total.max(1) - 1);
                let (status, extra) = if from > 0 { (206, content_range) } else { (200, String::new()) };
                (status, format!("{extra}etag: {tag}\r\n"), total - from, answer.body[from..end].to_vec())
            }
        }
    };
    shelf.asked.push(Asked { path: path.into(), range, status });
    let length = if status == 304 { String::new() } else { format!("content-length: {length}\r\n") };
    (format!("HTTP/1.1 {status} Word\r\n{extra}{length}connection: close\r\n\r\n"), body)
}
