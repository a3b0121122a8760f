//! Checkpoints outside: witnesses over HTTP that sign, are down, are behind, or remember another log; and the anchor.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kyso::crypto::{Ed25519Key, hex, sha256};
use kyso_connect::{Client, Settings};
use tempfile::TempDir;

use super::{archive, kept, meta, opened};
use crate::log::{Checkpoint, Hash, KeyUse, Note, SignerKey, VerifierKey, check_consistency, check_inclusion};
use crate::{Archive, Error, JobKind, Rebuilding, Request, Witness};

/// A witness of one log, as C2SP tlog-witness has it. It ends with the process.
#[derive(Clone)]
struct Server {
    url: String,
    state: Arc<Mutex<State>>,
    key: VerifierKey,
}

struct State {
    signer: SignerKey,
    /// The note that it remembers.
    memory: Option<Note>,
    /// Answers that come first, whatever is asked: status, type, content.
    instead: VecDeque<(u16, &'static str, Vec<u8>)>,
    is_down: bool,
    asked: usize,
}

impl Server {
    fn start(name: &str) -> Self {
        let signer = SignerKey::new(name, KeyUse::Cosignature, Ed25519Key::generate().unwrap()).unwrap();
        let key = signer.verifier().clone();
        let state = State { signer, memory: None, instead: VecDeque::new(), is_down: false, asked: 0 };
        let state = Arc::new(Mutex::new(state));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/w", listener.local_addr().unwrap());
        let of_thread = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = converse(stream, &of_thread);
            }
        });
        Self { url, state, key }
    }

    fn witness(&self) -> Witness {
        Witness::new(&self.url, self.key.clone(), &client()).unwrap()
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    fn size(&self) -> Option<u64> {
        let state = self.state.lock().unwrap();
        state.memory.as_ref().map(|note| note.text().parse::<Checkpoint>().unwrap().size())
    }
}

fn client() -> Client {
    Client::new(Settings::default()).unwrap()
}

fn converse(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        stream.read_exact(&mut octet)?;
        head.push(octet[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body)?;
    let (status, kind, content) = {
        let mut state = state.lock().unwrap();
        state.asked += 1;
        if state.is_down {
            return Ok(());
        }
        match state.instead.pop_front() {
            Some(instead) => instead,
            None if head.starts_with("POST /w/add-checkpoint ") => added(&mut state, &body),
            None => shown(&state, head.split(' ').nth(1).unwrap_or_default()),
        }
    };
    let head = format!(
        "HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    stream.write_all(&[head.as_bytes(), &content].concat())
}

/// What tlog-witness asks of `add-checkpoint`.
fn added(state: &mut State, body: &[u8]) -> (u16, &'static str, Vec<u8>) {
    let text = std::str::from_utf8(body).unwrap();
    let (before, note) = text.split_once("\n\n").unwrap();
    let mut lines = before.lines();
    let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
    let proof: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
    let note = Note::parse(note.as_bytes()).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    let (known, root) = match &state.memory {
        None => (0, Hash::empty()),
        Some(memory) => {
            let memory: Checkpoint = memory.text().parse().unwrap();
            (memory.size(), *memory.root())
        }
    };
    if old > checkpoint.size() {
        return (400, "text/plain", Vec::new());
    }
    if old != known || (known == checkpoint.size() && root != *checkpoint.root()) {
        return (409, "text/x.tlog.size", format!("{known}\n").into_bytes());
    }
    if !check_consistency(known, checkpoint.size(), &root, checkpoint.root(), &proof) {
        return (422, "text/plain", Vec::new());
    }
    let line = state.signer.sign(note.text(), 1_800_000_000).unwrap();
    state.memory = Some(note);
    (200, "text/plain", format!("{line}\n").into_bytes())
}

fn shown(state: &State, path: &str) -> (u16, &'static str, Vec<u8>) {
    let Some(memory) = &state.memory else { return (404, "text/plain", Vec::new()) };
    let checkpoint: Checkpoint = memory.text().parse().unwrap();
    let origin = hex(&sha256(&[checkpoint.origin().as_bytes()]));
    match path == format!("/w/{origin}/checkpoint") {
        true => (200, "text/plain", memory.to_string().into_bytes()),
        false => (404, "text/plain", Vec::new()),
    }
}

/// A copy of a closed archive, at another place.
fn copied(directory: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    super::ward::copy(directory, copy.path());
    copy
}

async fn grown(archive: &Archive, names: &[&str]) {
    for name in names {
        kept(archive, name).await;
    }
    archive.sequence().await.unwrap();
}

async fn published(archive: &Archive) -> Note {
    Note::parse(archive.checkpoint().await.unwrap().unwrap().as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_signs_what_continues_and_receipts_carry_it() {
    let (server, other) = (Server::start("w.example"), Server::start("x.example"));
    let (directory, archive) = archive().await;
    let artifact = kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    let archive = archive.with_witnesses(vec![server.witness(), other.witness()]).await.unwrap();
    assert_eq!(archive.witnesses().collect::<Vec<_>>(), ["w.example", "x.example"]);
    assert!(archive.have_witnessed("w.example").await.unwrap());
    assert!(!archive.have_witnessed("w.example").await.unwrap(), "it has signed this one");
    let keys = [server.key.clone(), other.key.clone()];
    let signed = |note: &Note| note.verify(&keys).map(|signed| signed.len()).unwrap_or_default();
    assert_eq!(signed(&published(&archive).await), 1);
    let kept_elsewhere = published(&archive).await.to_string().into_bytes();
    let receipt = archive.receipt(&artifact).await.unwrap().unwrap();
    assert_eq!(signed(&receipt.checkpoint), 1);

    grown(&archive, &["y", "z"]).await;
    assert_eq!(signed(&published(&archive).await), 0, "nobody waits for witnesses");
    let receipt = archive.receipt(&artifact).await.unwrap().unwrap();
    assert_eq!(signed(&receipt.checkpoint), 1, "the newest that is signed");
    for name in ["w.example", "x.example"] {
        assert!(archive.have_witnessed(name).await.unwrap(), "{name}");
    }
    assert_eq!((server.size(), other.size()), (Some(3), Some(3)));
    assert_eq!(signed(&published(&archive).await), 2);
    archive.sequence().await.unwrap();
    assert_eq!(signed(&published(&archive).await), 2, "it stays");
    let receipt = archive.receipt(&artifact).await.unwrap().unwrap();
    assert_eq!(signed(&receipt.checkpoint), 2);
    let own = archive.log_key().unwrap();
    receipt.checkpoint.verify(std::slice::from_ref(&own)).unwrap();
    let leaf = crate::log::Entry::parse(&entry(&archive, receipt.index).await).unwrap().leaf();
    let checkpoint: Checkpoint = receipt.checkpoint.text().parse().unwrap();
    assert!(check_inclusion(receipt.index, checkpoint.size(), &leaf, &receipt.path, checkpoint.root()));

    let status = archive.status(jiff::Timestamp::now()).await.unwrap();
    let anchors: Vec<_> = status.anchors.iter().map(|one| (one.witness.as_deref(), one.size)).collect();
    assert_eq!(anchors, [(Some("w.example"), 3), (Some("x.example"), 3)]);
    // An audit takes what a witness remembers like any checkpoint that was kept.
    let memory = server.state.lock().unwrap().memory.as_ref().unwrap().to_string();
    let audit = archive.audit(&[memory.into_bytes()], |_| {}).await.unwrap();
    assert_eq!((audit.problems, audit.unchecked), (vec![], vec![]));
    archive.close().await;
    for (sql, code) in [
        ("UPDATE cosignature SET line = replace(line, 'A', 'B') WHERE size = 1", "row.changed"),
        ("UPDATE cosignature SET size = 2 WHERE size = 1", "row.unknown"),
    ] {
        let changed = copied(directory.path());
        assert_eq!(super::ward::tamper(changed.path(), sql).await, 1);
        let found = super::ward::found(&super::ward::audited(changed.path()).await);
        assert!(found.contains(&(code, found[0].1.clone())) && found[0].1.starts_with("cosignature "), "{found:?}");
    }

    // A database that is made again has the rows that it had, as far as somebody says whose signatures are witnesses' and has kept them.
    let rows = |archive: Archive| async move {
        let sql = "SELECT size, note FROM checkpoint WHERE agency = $1 ORDER BY size";
        let notes = archive.database.rows(sql, crate::database::values![&archive.agency]).await.unwrap();
        let notes: Vec<_> = notes.iter().map(|row| (row.number("size").unwrap(), row.bytes("note").unwrap())).collect();
        let sql = "SELECT size, key, line FROM cosignature WHERE agency = $1 ORDER BY size, key";
        let lines = archive.database.rows(sql, crate::database::values![&archive.agency]).await.unwrap();
        let lines: Vec<_> = lines
            .iter()
            .map(|row| (row.number("size").unwrap(), row.text("key").unwrap(), row.text("line").unwrap()))
            .collect();
        archive.close().await;
        (notes, lines)
    };
    let before = rows(opened(&directory).await).await;
    assert_eq!((before.0.len(), before.1.len()), (2, 3));
    let stranger = Server::start("stranger.example").key;
    let (all, forged) = (vec![server.key.clone(), other.key.clone(), stranger], b"no note".to_vec());
    for (witnesses, notes, expected) in [
        (vec![], vec![kept_elsewhere.clone()], 0),
        (vec![other.key.clone()], vec![], 1),
        (all.clone(), vec![], 2),
        (all, vec![forged, kept_elsewhere.clone()], 3),
    ] {
        for journal in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(directory.path().join(format!("archive.sqlite3{journal}")));
        }
        let how = Rebuilding { give_up: true, witnesses, notes };
        let rebuilt = Archive::rebuild(directory.path(), &how).await.unwrap();
        assert_eq!((rebuilt.done, rebuilt.checkpoints, rebuilt.cosignatures), (true, 1, expected), "{rebuilt:?}");
        let after = rows(opened(&directory).await).await;
        assert_eq!((&after.0, after.1.len()), (&before.0, usize::try_from(expected).unwrap()));
    }
    assert_eq!(rows(opened(&directory).await).await, before);
}

async fn entry(archive: &Archive, index: u64) -> Vec<u8> {
    let sql = "SELECT e.id, e.kind, e.at, e.commitment FROM leaf l JOIN event e ON e.agency = l.agency AND e.id = l.event \
               WHERE l.agency = $1 AND l.position = $2";
    let index = i64::try_from(index).unwrap();
    let row = archive.database.row(sql, crate::database::values![&archive.agency, index]).await.unwrap().unwrap();
    crate::sequencing::entry(&row).unwrap().to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_down_keeps_nobody_from_signing() {
    let server = Server::start("w.example");
    server.set(|state| state.is_down = true);
    let (_directory, archive) = archive().await;
    let archive = archive.with_witnesses(vec![server.witness()]).await.unwrap();
    grown(&archive, &["x"]).await;
    let failed = archive.have_witnessed("w.example").await.unwrap_err();
    assert!(matches!(&failed, Error::Witness { name, .. } if name == "w.example"), "{failed:?}");
    grown(&archive, &["y"]).await;
    assert_eq!(archive.anchor_status().await.unwrap(), []);
    // And is asked again, longer and longer after, for as long as it takes.
    archive.want_witnesses(jiff::Timestamp::now()).await.unwrap();
    let now = archive.time().await.unwrap() + jiff::SignedDuration::from_secs(1);
    let job = archive.claim_job(JobKind::Witness, now, false).await.unwrap().unwrap();
    assert_eq!(job.subject(), "w.example");
    assert!(archive.job_failed(job, now, &failed.to_string()).await.unwrap());
    server.set(|state| state.is_down = false);
    assert!(archive.have_witnessed("w.example").await.unwrap());
    assert!(!archive.have_witnessed("nobody.example").await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_differs_is_tried_again_and_one_that_isnt_shown_is_believed_by_nobody() {
    let server = Server::start("w.example");
    let (_directory, archive) = archive().await;
    let archive = archive.with_witnesses(vec![server.witness()]).await.unwrap();
    grown(&archive, &["x", "y", "z"]).await;
    // What it signed before isn't known here: the proof begins at its size.
    let earlier = archive.last_checkpoint().await.unwrap().unwrap().1;
    server.set(|state| state.memory = Some(earlier));
    grown(&archive, &["v", "w"]).await;
    assert!(archive.have_witnessed("w.example").await.unwrap());
    assert_eq!(server.size(), Some(5));

    grown(&archive, &["u"]).await;
    let larger = || (409, "text/x.tlog.size", b"99999\n".to_vec());
    server.set(|state| state.instead = [larger()].into());
    let failed = archive.have_witnessed("w.example").await.unwrap_err();
    assert!(matches!(failed, Error::Witness { .. }), "{failed:?}");
    archive.demand_not_overtaken().unwrap();
    for instead in [
        (409, "text/plain", b"99999\n".to_vec()),
        (409, "text/x.tlog.size", b"many\n".to_vec()),
        (403, "text/plain", Vec::new()),
        (404, "text/plain", Vec::new()),
        (500, "text/html", b"<html>".to_vec()),
        (200, "text/plain", b"signed\n".to_vec()),
        (200, "text/plain", vec![0xff; 100]),
        (200, "text/plain", vec![b'x'; 300 << 10]),
    ] {
        server.set(|state| state.instead = [instead.clone()].into());
        let failed = archive.have_witnessed("w.example").await.unwrap_err();
        assert!(matches!(failed, Error::Witness { .. }), "{} {failed:?}", instead.0);
    }
    // Signatures by another key of its name, over another text, and by nobody.
    let impostor = SignerKey::new("w.example", KeyUse::Cosignature, Ed25519Key::generate().unwrap()).unwrap();
    let note = archive.last_checkpoint().await.unwrap().unwrap().1;
    let by_another = impostor.sign(note.text(), 7).unwrap().to_string();
    let of_another = server.state.lock().unwrap().signer.sign("another\n1\n", 7).unwrap().to_string();
    for line in [by_another, of_another] {
        server.set(|state| state.instead = [(200, "text/plain", format!("{line}\n").into_bytes())].into());
        assert!(matches!(archive.have_witnessed("w.example").await, Err(Error::Witness { .. })), "{line}");
    }
    assert!(archive.have_witnessed("w.example").await.unwrap());
    assert_eq!(archive.anchor_status().await.unwrap()[0].size, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_was_put_back_is_told_by_a_witness() {
    let server = Server::start("w.example");
    let (directory, first) = archive().await;
    grown(&first, &["x"]).await;
    first.close().await;
    let old = copied(directory.path());
    let archive = opened(&directory).await.with_witnesses(vec![server.witness()]).await.unwrap();
    grown(&archive, &["y", "z"]).await;
    assert!(archive.have_witnessed("w.example").await.unwrap());
    archive.close().await;

    // Database and store were put back together: nothing here shows it, and it doesn't open.
    let put_back = opened(&old).await;
    let refused = put_back.clone().with_witnesses(vec![server.witness()]).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { here: 1, there: 3, .. }), "{refused:?}");
    put_back.close().await;

    // The witness was down at the start, and the log has gone on otherwise, not as far and further.
    server.set(|state| state.is_down = true);
    let put_back = opened(&old).await.with_witnesses(vec![server.witness()]).await.unwrap();
    server.set(|state| state.is_down = false);
    grown(&put_back, &["v"]).await;
    let shorter = put_back.have_witnessed("w.example").await.unwrap_err();
    assert!(matches!(shorter, Error::RolledBack { here: 2, there: 3, .. }), "{shorter:?}");
    demand_read_alone(&put_back).await;
    put_back.close().await;

    server.set(|state| state.is_down = true);
    let forked = opened(&old).await.with_witnesses(vec![server.witness()]).await.unwrap();
    grown(&forked, &["w"]).await;
    server.set(|state| state.is_down = false);
    let of_one_size = forked.have_witnessed("w.example").await.unwrap_err();
    assert!(matches!(of_one_size, Error::RolledBack { here: 3, there: 3, .. }), "{of_one_size:?}");
    demand_read_alone(&forked).await;
    forked.close().await;

    server.set(|state| state.is_down = true);
    let longer = opened(&old).await.with_witnesses(vec![server.witness()]).await.unwrap();
    grown(&longer, &["u"]).await;
    server.set(|state| state.is_down = false);
    let beyond = longer.have_witnessed("w.example").await.unwrap_err();
    assert!(matches!(beyond, Error::RolledBack { here: 4, there: 3, .. }), "{beyond:?}");
    let memory = server.state.lock().unwrap().memory.as_ref().unwrap().to_string();
    let audit = longer.audit(&[memory.into_bytes()], |_| {}).await.unwrap();
    assert_eq!(audit.problems.iter().map(|problem| problem.code.code()).collect::<Vec<_>>(), ["log.forked"]);
}

/// Nothing is begun and nothing is signed any more; what is kept is read.
async fn demand_read_alone(archive: &Archive) {
    let begun = archive.begin(&Request::unkeyed("a").unwrap(), &meta()).await.unwrap_err();
    assert!(matches!(begun, Error::RolledBack { .. }), "{begun:?}");
    assert!(matches!(archive.sequence().await, Err(Error::RolledBack { .. })));
    assert!(matches!(archive.demand_not_overtaken(), Err(Error::RolledBack { .. })));
    assert!(archive.status(jiff::Timestamp::now()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anchor_goes_up_alone_and_tells_what_was_put_back() {
    let medium = tempfile::tempdir().unwrap();
    let path = medium.path().join("checkpoint");
    let (directory, first) = archive().await;
    grown(&first, &["x"]).await;
    first.close().await;
    let old = copied(directory.path());
    let archive = opened(&directory).await.with_anchor(&path).await.unwrap();
    assert!(archive.has_anchor() && archive.write_anchor().await.unwrap());
    assert!(!archive.write_anchor().await.unwrap(), "it's there");
    grown(&archive, &["y"]).await;
    assert!(archive.write_anchor().await.unwrap());
    let anchored = std::fs::read_to_string(&path).unwrap();
    assert_eq!(Some(anchored.clone()), archive.checkpoint().await.unwrap());
    assert_eq!(std::fs::read_dir(medium.path()).unwrap().count(), 1, "nothing is left beside it");
    let status = archive.anchor_status().await.unwrap();
    assert_eq!((status[0].witness.as_deref(), status[0].size), (None, 2));
    archive.close().await;

    let put_back = opened(&old).await;
    let refused = put_back.clone().with_anchor(&path).await.unwrap_err();
    let Error::RolledBack { here: 1, there: 2, place } = &refused else { panic!("{refused:?}") };
    assert_eq!(*place, path.display().to_string());
    // Where the medium came late, nothing is written over what it says.
    let elsewhere = tempfile::tempdir().unwrap();
    let late = elsewhere.path().join("medium/checkpoint");
    let put_back = put_back.with_anchor(&late).await.unwrap();
    assert!(matches!(put_back.write_anchor().await, Err(Error::AnchorMissing(_))));
    assert!(!late.parent().unwrap().exists(), "no directory is made where the medium isn't");
    std::fs::create_dir(late.parent().unwrap()).unwrap();
    std::fs::write(&late, &anchored).unwrap();
    assert!(matches!(put_back.write_anchor().await, Err(Error::RolledBack { here: 1, there: 2, .. })));
    assert_eq!(std::fs::read_to_string(&late).unwrap(), anchored);
    demand_read_alone(&put_back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_that_is_none_or_anothers_is_refused() {
    let medium = tempfile::tempdir().unwrap();
    let path = medium.path().join("checkpoint");
    let (directory, archive) = archive().await;
    grown(&archive, &["x"]).await;
    let (_other, another) = super::archive().await;
    grown(&another, &["x"]).await;
    let of_another = another.checkpoint().await.unwrap().unwrap();
    for bytes in [b"".to_vec(), b"checkpoint".to_vec(), of_another.into_bytes(), vec![b'x'; 1 << 20]] {
        std::fs::write(&path, bytes).unwrap();
        let refused = archive.clone().with_anchor(&path).await.unwrap_err();
        assert!(matches!(refused, Error::Damaged(_)), "{refused:?}");
    }
    let inside = directory.path().join("checkpoint");
    assert!(matches!(archive.clone().with_anchor(&inside).await, Err(Error::Nested(..))));
    let note_key = archive.log_key().unwrap();
    assert!(matches!(Witness::new("http://127.0.0.1:1/", note_key, &client()), Err(Error::Setting(_))));
    let server = Server::start("w.example");
    assert!(Witness::new("ftp://w.example/", server.key.clone(), &client()).is_err());
    let twice = archive.with_witnesses(vec![server.witness(), server.witness()]).await;
    assert!(matches!(twice, Err(Error::Setting(_))));
}
