//! The peer of a reconnection: automerge's own sync protocol, one fresh state a document, pipelined over TCP.
//!
//! A frame is the document's id, a length and the message. Whatever the hub receives is appended to a file as it came, and synced at the end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use anyhow::{Context, Result, bail};
use automerge::sync::{Message, State, SyncDoc};
use automerge::{Automerge, Change};
use clap::Args;
use schemas::flat::DocId;
use serde_json::json;

use super::part::{own_cost, say};

/// More than any message of a small document.
const MESSAGE_MAX: usize = 16 << 20;

/// The side that has the documents.
#[derive(Debug, Clone, Args)]
pub struct NodeOptions {
    /// The changes, from [`write_changes`].
    #[arg(long)]
    changes: PathBuf,
}

/// The side that has nothing.
#[derive(Debug, Clone, Args)]
pub struct HubOptions {
    /// The file that keeps what was received.
    #[arg(long)]
    keep: PathBuf,
    /// Documents that will come.
    #[arg(long)]
    documents: usize,
    /// Changes that will come.
    #[arg(long)]
    changes: usize,
}

#[derive(Default)]
struct Document {
    doc: Automerge,
    state: State,
    done: bool,
}

/// Writes changes for the node: document, length, bytes of each.
pub(super) fn write_changes(path: &Path, changes: &[(DocId, Vec<u8>)]) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    changes.iter().try_for_each(|(doc, change)| write_frame(&mut file, *doc, change))?;
    file.flush()?;
    Ok(())
}

/// Loads the documents, waits for `go ADDRESS`, and syncs until the hub has everything.
pub(super) fn play_node(options: &NodeOptions) -> Result<()> {
    let mut documents = load(&options.changes)?;
    say("ready", json!({ "documents": documents.len() }))?;
    let mut lines = std::io::stdin().lock().lines();
    let line = lines.next().context("nobody says where the hub is")??;
    let address = line.strip_prefix("go ").context("expected go ADDRESS")?;
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let (send, sent) = sender(stream.try_clone()?);
    for (id, document) in &mut documents {
        offer(*id, document, &send)?;
    }
    let mut reader = BufReader::with_capacity(1 << 18, stream);
    let mut open = documents.len();
    let mut received = 0;
    while open > 0 {
        let (id, bytes) = read_frame(&mut reader)?.context("the hub went away")?;
        received += 20 + bytes.len() as u64;
        let document = documents.get_mut(&id).context("the hub speaks of another document")?;
        document.doc.receive_sync_message(&mut document.state, Message::decode(&bytes)?)?;
        offer(id, document, &send)?;
        if !document.done && document.state.their_heads.as_ref() == Some(&document.doc.get_heads()) {
            document.done = true;
            open -= 1;
        }
    }
    let mut cost = own_cost();
    cost["bytes"] = json!(received + sent.load(Ordering::Relaxed));
    say("synced", cost)?;
    // The connection stays until both are told to end.
    for line in lines {
        if line? == "quit" {
            break;
        }
    }
    say("bye", json!({}))
}

/// Accepts one node and takes everything it has.
pub(super) fn play_hub(options: &HubOptions) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut keep = BufWriter::with_capacity(1 << 18, File::options().create_new(true).append(true).open(&options.keep)?);
    say("ready", json!({ "listen": listener.local_addr()?.to_string() }))?;
    let (stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let (send, _) = sender(stream.try_clone()?);
    let mut reader = BufReader::with_capacity(1 << 18, stream);
    let mut documents: BTreeMap<DocId, Document> = BTreeMap::new();
    let mut done = 0;
    while done < options.documents {
        let (id, bytes) = read_frame(&mut reader)?.context("the node went away")?;
        let message = Message::decode(&bytes)?;
        if !message.changes.is_empty() {
            write_frame(&mut keep, id, &bytes)?;
        }
        let document = documents.entry(id).or_default();
        document.doc.receive_sync_message(&mut document.state, message)?;
        offer(id, document, &send)?;
        if !document.done && document.state.their_heads.as_ref() == Some(&document.doc.get_heads()) {
            document.done = true;
            done += 1;
        }
    }
    keep.flush()?;
    keep.get_ref().sync_data()?;
    say("durable", own_cost())?;
    let changes: usize = documents.values().map(|document| document.doc.get_changes_meta(&[]).len()).sum();
    if changes != options.changes {
        bail!("{changes} changes came where {} were expected", options.changes);
    }
    // The node still reads answers; drain until it closes.
    while matches!(read_frame(&mut reader), Ok(Some(_))) {}
    say("bye", json!({}))
}

fn load(path: &Path) -> Result<BTreeMap<DocId, Document>> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut changes: BTreeMap<DocId, Vec<Change>> = BTreeMap::new();
    while let Some((id, bytes)) = read_frame(&mut reader)? {
        changes.entry(id).or_default().push(Change::try_from(bytes.as_slice())?);
    }
    let mut documents: BTreeMap<DocId, Document> = BTreeMap::new();
    for (id, changes) in changes {
        documents.entry(id).or_default().doc.apply_changes(changes)?;
    }
    Ok(documents)
}

/// Sends what the protocol wants to say next about a document.
fn offer(id: DocId, document: &mut Document, send: &mpsc::Sender<(DocId, Vec<u8>)>) -> Result<()> {
    match document.doc.generate_sync_message(&mut document.state) {
        Some(message) => send.send((id, message.encode())).context("the connection ended"),
        None => Ok(()),
    }
}

/// A thread that writes frames, so that neither side waits for the other to read. The count is of bytes written.
fn sender(stream: TcpStream) -> (mpsc::Sender<(DocId, Vec<u8>)>, Arc<AtomicU64>) {
    let (send, frames) = mpsc::channel::<(DocId, Vec<u8>)>();
    let count = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        let mut stream = BufWriter::with_capacity(1 << 18, stream);
        let mut next = frames.recv().ok();
        while let Some((id, bytes)) = next {
            if write_frame(&mut stream, id, &bytes).is_err() {
                return;
            }
            counter.fetch_add(20 + bytes.len() as u64, Ordering::Relaxed);
            next = match frames.try_recv() {
                Ok(frame) => Some(frame),
                Err(_) => {
                    if stream.flush().is_err() {
                        return;
                    }
                    frames.recv().ok()
                }
            };
        }
    });
    (send, count)
}

fn write_frame(out: &mut impl Write, id: DocId, bytes: &[u8]) -> Result<()> {
    out.write_all(&id.0)?;
    out.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
    out.write_all(bytes)?;
    Ok(())
}

/// The next frame; `None` at the end.
fn read_frame(reader: &mut impl Read) -> Result<Option<(DocId, Vec<u8>)>> {
    let mut head = [0; 20];
    if reader.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    reader.read_exact(&mut head[1..])?;
    let mut id = [0; 16];
    id.copy_from_slice(&head[..16]);
    let length = u32::from_le_bytes([head[16], head[17], head[18], head[19]]) as usize;
    if length > MESSAGE_MAX {
        bail!("a message of {length} bytes");
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(Some((DocId(id), bytes)))
}
