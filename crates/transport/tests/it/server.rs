//! A small server on this machine that behaves as well or as badly as a test wants.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The first byte of the range that was asked for.
    pub fn range_start(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delivery: Delivery,
}

#[derive(Debug, Clone, Copy)]
enum Delivery {
    Whole,
    /// The length is announced, and the connection closed after so many bytes.
    Cut(usize),
    /// Another length than the body's is announced.
    Lie(usize),
    /// No length is announced, and the body comes again and again.
    Endless,
    /// In chunks, closed in the midst after so many bytes.
    Chunked(usize),
}

pub fn answer(status: u16) -> Answer {
    Answer { status, headers: Vec::new(), body: Vec::new(), delivery: Delivery::Whole }
}

/// Status 200 with these bytes.
pub fn ok(body: impl Into<Vec<u8>>) -> Answer {
    answer(200).body(body)
}

/// These bytes, or the part that was asked for.
pub fn ranged(asked: &Asked, body: &[u8]) -> Answer {
    match asked.range_start() {
        None => ok(body),
        Some(start) => answer(206)
            .header("Content-Range", format!("bytes {start}-{}/{}", body.len() - 1, body.len()))
            .body(&body[start..]),
    }
}

impl Answer {
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn cut(self, after_bytes: usize) -> Self {
        Self { delivery: Delivery::Cut(after_bytes), ..self }
    }

    pub fn chunked_and_cut(self, after_bytes: usize) -> Self {
        Self { delivery: Delivery::Chunked(after_bytes), ..self }
    }

    pub fn claiming(self, length: usize) -> Self {
        Self { delivery: Delivery::Lie(length), ..self }
    }

    pub fn endless(self) -> Self {
        Self { delivery: Delivery::Endless, ..self }
    }

    fn write(&self, to: &mut dyn Write) -> std::io::Result<()> {
        write!(to, "HTTP/1.1 {} Status\r\nConnection: close\r\n", self.status)?;
        for (name, value) in &self.headers {
            write!(to, "{name}: {value}\r\n")?;
        }
        match self.delivery {
            Delivery::Whole => write!(to, "Content-Length: {}\r\n\r\n", self.body.len())?,
            Delivery::Cut(_) => write!(to, "Content-Length: {}\r\n\r\n", self.body.len())?,
            Delivery::Lie(length) => write!(to, "Content-Length: {length}\r\n\r\n")?,
            Delivery::Endless => write!(to, "\r\n")?,
            Delivery::Chunked(_) => write!(to, "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", self.body.len())?,
        }
        match self.delivery {
            Delivery::Whole | Delivery::Lie(_) => to.write_all(&self.body)?,
            Delivery::Cut(after) | Delivery::Chunked(after) => to.write_all(&self.body[..after])?,
            Delivery::Endless => loop {
                to.write_all(&self.body)?;
            },
        }
        to.flush()
    }
}

/// A running server; it ends with the test.
pub struct Server {
    /// `127.0.0.1:port`.
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Plain HTTP. The handler also gets the number of the request, from 0.
    pub fn start(handler: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_with(None, handler)
    }

    /// HTTPS.
    pub fn start_tls(config: ServerConfig, handler: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_with(Some(Arc::new(config)), handler)
    }

    fn start_with(
        tls: Option<Arc<ServerConfig>>,
        handler: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, handler) = (Arc::clone(&asked), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tls, log, handler) = (tls.clone(), Arc::clone(&log), Arc::clone(&handler));
                thread::spawn(move || match tls {
                    None => serve(stream, &log, &*handler),
                    Some(config) => {
                        serve(StreamOwned::new(ServerConnection::new(config).unwrap(), stream), &log, &*handler);
                    }
                });
            }
        });
        Self { host, asked }
    }

    /// `http://127.0.0.1:port/path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The method and target of what was asked so far.
    pub fn targets(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{} {}", asked.method, asked.target)).collect()
    }
}

fn serve(stream: impl Read + Write, log: &Mutex<Vec<Asked>>, handler: &dyn Fn(&Asked, usize) -> Answer) {
    let mut stream = BufReader::new(stream);
    // What is no request, such as the greeting of TLS, is answered by hanging up.
    let Some(asked) = read(&mut stream) else { return };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.len() - 1
    };
    // A client that hangs up first is part of some tests.
    let _ = handler(&asked, number).write(stream.get_mut());
}

fn read(stream: &mut dyn BufRead) -> Option<Asked> {
    let first = line(stream)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let line = line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { method, target, headers, body: String::from_utf8(body).ok()? })
}

fn line(stream: &mut dyn BufRead) -> Option<String> {
    let mut line = Vec::new();
    stream.take(64 << 10).read_until(b'\n', &mut line).ok()?;
    String::from_utf8(line).ok()?.strip_suffix("\r\n").map(str::to_owned)
}
