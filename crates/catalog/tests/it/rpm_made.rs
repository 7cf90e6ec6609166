//! Databases of rpm, made by the real tools where they are there, and written byte by byte.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::reading::has_tool;

/// The value of a tag.
pub enum Value<'a> {
    Text(&'a str),
    Texts(&'a [&'a str]),
    Numbers(&'a [u32]),
    Bytes(&'a [u8]),
}

/// A header of these tags.
pub fn header(tags: &[(u32, Value<'_>)]) -> Vec<u8> {
    let (mut index, mut data) = (Vec::new(), Vec::new());
    for (tag, value) in tags {
        if matches!(value, Value::Numbers(_)) {
            data.resize(data.len().next_multiple_of(4), 0);
        }
        let offset = data.len() as u32;
        let (kind, count) = match value {
            Value::Text(text) => {
                data.extend_from_slice(text.as_bytes());
                data.push(0);
                (6, 1)
            }
            Value::Texts(texts) => {
                for text in *texts {
                    data.extend_from_slice(text.as_bytes());
                    data.push(0);
                }
                (8, texts.len())
            }
            Value::Numbers(numbers) => {
                data.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
                (4, numbers.len())
            }
            Value::Bytes(bytes) => {
                data.extend_from_slice(bytes);
                (1, bytes.len())
            }
        };
        for number in [*tag, kind, offset, count as u32] {
            index.extend_from_slice(&number.to_be_bytes());
        }
    }
    let sizes = [(tags.len() as u32).to_be_bytes(), (data.len() as u32).to_be_bytes()].concat();
    [sizes, index, data].concat()
}

/// A header with nothing but name, version and release.
pub fn simple(name: &str, version: &str, release: &str) -> Vec<u8> {
    header(&[(1000, Value::Text(name)), (1001, Value::Text(version)), (1002, Value::Text(release))])
}

/// `Packages.db` of these headers.
pub fn ndb(headers: &[Vec<u8>]) -> Vec<u8> {
    let slot_pages = 1 + (headers.len() + 2) / 256;
    let mut slots = b"RpmP".to_vec();
    for number in [0, 1, slot_pages as u32, headers.len() as u32 + 1, 0, 0, 0] {
        slots.extend_from_slice(&number.to_le_bytes());
    }
    let mut blobs: Vec<u8> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let (package, begin) = (at as u32 + 1, (slot_pages * 4096 + blobs.len()) / 16);
        let mut blob = b"BlbS".to_vec();
        for number in [package, 7, header.len() as u32] {
            blob.extend_from_slice(&number.to_le_bytes());
        }
        blob.extend_from_slice(header);
        blob.resize((blob.len() + 12).next_multiple_of(16) - 12, 0);
        let (low, high) = blob.iter().fold((1u32, 0u32), |(low, high), byte| {
            let low = (low + u32::from(*byte)) % 65521;
            (low, (high + low) % 65521)
        });
        for number in [high << 16 | low, header.len() as u32] {
            blob.extend_from_slice(&number.to_le_bytes());
        }
        blob.extend_from_slice(b"BlbE");
        slots.extend_from_slice(b"Slot");
        for number in [package, begin as u32, blob.len() as u32 / 16] {
            slots.extend_from_slice(&number.to_le_bytes());
        }
        blobs.extend(blob);
    }
    while slots.len() < slot_pages * 4096 {
        slots.extend_from_slice(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
    }
    [slots, blobs].concat()
}

/// `Packages` of these headers, made by BerkeleyDB's own tool.
pub fn bdb(headers: &[Vec<u8>], big_endian: bool, page_bytes: u32) -> Option<Vec<u8>> {
    if !has_tool("db5.3_load") {
        return None;
    }
    let order = if big_endian { "4321" } else { "1234" };
    let number = |number: u32| hex(&if big_endian { number.to_be_bytes() } else { number.to_le_bytes() });
    let mut dump =
        format!("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize={page_bytes}\ndb_lorder={order}\nHEADER=END\n");
    dump += &format!(" {}\n {}\n", number(0), number(headers.len() as u32));
    for (at, header) in headers.iter().enumerate() {
        dump += &format!(" {}\n {}\n", number(at as u32 + 1), hex(header));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Packages");
    feed(Command::new("db5.3_load").arg(&path), (dump + "DATA=END\n").as_bytes());
    Some(bytes_of(&path))
}

/// `rpmdb.sqlite` of these headers, made by SQLite itself. Of twice as many rows every other one
/// was deleted again, so that there are free pages with rows that no longer count.
pub fn sqlite(headers: &[Vec<u8>], page_bytes: u32) -> Option<Vec<u8>> {
    if !has_tool("python3") {
        return None;
    }
    let script = r#"
import sqlite3, sys
path, page_bytes = sys.argv[1:]
headers = [bytes.fromhex(line) for line in sys.stdin.read().split()]
db = sqlite3.connect(path)
db.execute("PRAGMA secure_delete = OFF")
db.execute("PRAGMA page_size = " + page_bytes)
db.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
for index in ["Name", "Basenames", "Providename", "Requirename", "Sha1header"]:
    db.execute(f"CREATE TABLE '{index}' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL, FOREIGN KEY (hnum) REFERENCES 'Packages'(hnum))")
    db.execute(f"CREATE INDEX '{index}_key_idx' ON '{index}'(key ASC)")
for at, header in enumerate(headers):
    for copy in [header, header.replace(b"harbour", b"deleted")]:
        db.execute("INSERT INTO Packages(blob) VALUES(?)", [copy])
        db.executemany("INSERT INTO Basenames VALUES(?, ?, ?)", [["file" * 40, at, n] for n in range(20)])
db.execute("DELETE FROM Packages WHERE hnum % 2 = 0")
db.commit()
"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rpmdb.sqlite");
    let lines: Vec<String> = headers.iter().map(|header| hex(header)).collect();
    let mut command = Command::new("python3");
    feed(command.args(["-c", script]).arg(&path).arg(page_bytes.to_string()), lines.join("\n").as_bytes());
    Some(bytes_of(&path))
}

/// Packages that rpmbuild made, and a database that rpm installed them into.
pub struct Built {
    /// Their headers, in the order of their files' names.
    pub headers: Vec<Vec<u8>>,
    /// The archives themselves.
    pub archives: Vec<Vec<u8>>,
    /// `rpmdb.sqlite`, from which some were erased again.
    pub database: Vec<u8>,
    /// What rpm lists of it, sorted.
    pub listed: Vec<String>,
}

const SPEC: &str = r#"
Name: harbour
Epoch: 2
Version: 1.4.2~rc1
Release: 3.el9
Summary: s
License: MIT AND Zlib
Vendor: Plimsoll Tests
ModularityLabel: harbour:4:820:ab12
BuildArch: noarch
%description
d
%package tools
Summary: s
Epoch: 0
Version: 9.1
%description tools
d
%{lua: for i = 1, 12 do print("%package p" .. i .. "\nSummary: s\n%description p" .. i .. "\nd\n") end}
%install
mkdir -p %{buildroot}/usr/share/harbour
touch %{buildroot}/usr/share/harbour/main
for i in $(seq 1 12); do for j in $(seq 1 $((i * 12))); do
echo > %{buildroot}/usr/share/harbour/p$i-file-with-a-long-name-$j
done; done
%files
/usr/share/harbour/main
%ghost /var/lib/harbour/state
%files tools
%{lua: for i = 1, 12 do print("%files p" .. i .. "\n/usr/share/harbour/p" .. i .. "-*\n") end}
"#;

pub const QUERY: &str = "%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{VENDOR} %{LICENSE} %{SOURCERPM}\\n";

/// Builds them, once for all tests.
pub fn built() -> Option<&'static Built> {
    static BUILT: OnceLock<Option<Built>> = OnceLock::new();
    BUILT.get_or_init(|| (has_tool("rpm") && has_tool("rpmbuild")).then(build)).as_ref()
}

fn build() -> Built {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("harbour.spec"), SPEC).unwrap();
    let top = format!("_topdir {}", at("top").display());
    run(Command::new("rpmbuild").args(["-bb", "--define", &top]).arg(at("harbour.spec")));
    let mut files: Vec<_> =
        std::fs::read_dir(at("top/RPMS/noarch")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let database = at("db");
    run(rpm(&database).args(["--justdb", "--nodeps", "--noplugins", "--nosignature", "-i"]).args(&files));
    run(rpm(&database).args(["--justdb", "-e", "harbour-p3", "harbour-p10", "harbour-p11"]));
    Built {
        archives: files.iter().map(|file| bytes_of(file)).collect(),
        headers: files.iter().map(|file| header_of_file(&bytes_of(file))).collect(),
        database: bytes_of(&database.join("rpmdb.sqlite")),
        listed: listed(&database),
    }
}

/// What rpm lists of the database in this folder, sorted.
pub fn listed(folder: &Path) -> Vec<String> {
    let output = rpm(folder).args(["-qa", "--qf", QUERY]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.starts_with("gpg-pubkey ")).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// rpm on the database in this folder.
pub fn rpm(folder: &Path) -> Command {
    let mut command = Command::new("rpm");
    command.args(["--define", "_db_backend sqlite"]).arg("--dbpath").arg(folder);
    command
}

/// The header of a package file: after a lead of 96 bytes and the signature.
fn header_of_file(file: &[u8]) -> Vec<u8> {
    let size = |at: usize| {
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        16 + number(at + 8) * 16 + number(at + 12)
    };
    let at = 96 + size(96).next_multiple_of(8);
    file[at + 8..at + size(at)].to_vec()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn feed(command: &mut Command, input: &[u8]) {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    assert!(child.wait().unwrap().success());
}

fn bytes_of(path: &Path) -> Vec<u8> {
    plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 28).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
