//! A small mirror of feeds: as a folder, and served over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// Writes a mirror with three feeds.
pub fn write(root: &Path) {
    let record = r#"{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-0001"],
        "affected":[{"package":{"ecosystem":"npm","name":"harbour"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]}]}"#;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("GHSA-1.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(record.as_bytes()).unwrap();
    put(root, "osv/npm/all.zip", &zip.finish().unwrap().into_inner());
    let debian = r#"{"curl":{"CVE-2026-0002":{"releases":{"bookworm":{"status":"resolved","fixed_version":"8.0-1",
        "urgency":"high","repositories":{"bookworm":"8.1-1"}}}}}}"#;
    put(root, "debian/data.json", debian.as_bytes());
    let kev = r#"{"title":"KEV","catalogVersion":"2026.01.01","dateReleased":"2026-01-01T00:00:00Z","count":1,
        "vulnerabilities":[{"cveID":"CVE-2026-0001","dateAdded":"2026-01-01","dueDate":"2026-02-01",
        "knownRansomwareCampaignUse":"Known"}]}"#;
    put(root, "kev/known_exploited_vulnerabilities.json", kev.as_bytes());
}

pub fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Serves the files of a folder until the process ends.
pub fn serve(root: PathBuf) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let root = root.clone();
            std::thread::spawn(move || {
                let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
                let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let (status, body) = match std::fs::read(root.join(path.trim_start_matches('/'))) {
                    Ok(body) => ("200 OK", body),
                    Err(_) => ("404 Not Found", Vec::new()),
                };
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = (&connection).write_all(&[head.as_bytes(), &body].concat());
            });
        }
    });
    address
}
