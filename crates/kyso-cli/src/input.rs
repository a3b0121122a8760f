//! What is read: whole, once, with a bound, and so that nobody else can change it afterwards.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal as _, Read, Seek as _};
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kyso::{Bilingual, both};
use memmap2::Mmap;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::map::map;

/// From this size on a file is copied into one without a name, which is mapped, and not into memory.
const MAP_FROM: u64 = 32 << 20;
/// What is read of a pipe at most: where its end is, nobody knows.
const STREAM_LIMIT: u64 = 256 << 20;
/// How long a named pipe may have nobody who writes.
const NOBODY: Duration = Duration::from_secs(5);
/// How long who writes may say nothing. Behind it may be a command that waits for a time-stamp.
const SILENCE: Duration = Duration::from_secs(300);

/// Whether a path stands for the standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The bytes of a document.
#[derive(Debug)]
pub(crate) enum Bytes {
    /// Large ones, in a file that nobody else can open.
    Mapped(Mmap),
    /// All others.
    Read(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Read(bytes) => bytes,
        }
    }
}

/// Opens a document; `-` is the standard input.
///
/// What is judged and signed are the bytes that were read here: they're in memory, or in a file of this process alone. A
/// file that another program writes or cuts meanwhile is an error and no mixture.
pub(crate) fn open(path: &Path) -> io::Result<Bytes> {
    match source(path)? {
        Source::File(mut file, before) if before.len() >= MAP_FROM => {
            let mut copy = tempfile::tempfile()?;
            let copied = io::copy(&mut Read::by_ref(&mut file).take(before.len() + 1), &mut copy)?;
            demand_unchanged(&file, &before, copied)?;
            map(&copy).map(Bytes::Mapped)
        }
        Source::File(file, before) => whole(file, &before).map(Bytes::Read),
        Source::Stream(stream) => stream.read(STREAM_LIMIT).map(Bytes::Read),
    }
}

/// Opens what this process has written into a file that has no name yet.
pub(crate) fn written(mut file: &File) -> io::Result<Bytes> {
    let length = file.metadata()?.len();
    if length >= MAP_FROM {
        return map(file).map(Bytes::Mapped);
    }
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map(|_| Bytes::Read(bytes))
}

/// Opens the document that a command works on.
pub(crate) fn document(path: &Path) -> Result<Bytes, Failure> {
    open(path).map_err(|error| Failure::reading(Exit::Unreadable, path, &error))
}

/// Reads a small file that the command line names beside the document: a key, a certificate, an image.
pub(crate) fn small(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let bytes = source(path).and_then(|source| match source {
        Source::File(_, before) if before.len() > limit => Err(Fault::TooLong.into()),
        Source::File(file, before) => whole(file, &before),
        Source::Stream(stream) => stream.read(limit),
    });
    bytes.map_err(|error| match Fault::of(&error) {
        Some(Fault::TooLong) => Failure::usage(
            format!("Tệp {} lớn hơn {limit} byte; có lẽ đã chọn nhầm tệp.", path.display()),
            format!("{} is larger than {limit} bytes; it may be the wrong file.", path.display()),
        ),
        _ => Failure::reading(Exit::Usage, path, &error),
    })
}

/// Reads a small text file.
pub(crate) fn small_text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(small(path, limit)?)
        .map_err(|_| Failure::reading(Exit::Usage, path, &io::Error::from(io::ErrorKind::InvalidData)))
}

/// Where bytes come from.
enum Source {
    /// A file that has an end, as it was when it was opened.
    File(File, Metadata),
    /// One whose end shows when it's reached.
    Stream(Stream),
}

enum Stream {
    /// The standard input, or a file of the system's that tells no length.
    Open(File),
    /// A pipe in the file system, opened while it's read.
    Pipe(Box<Path>),
}

fn source(path: &Path) -> io::Result<Source> {
    if is_standard(path) {
        return standard_input();
    }
    // Asked before it's opened: that alone may take forever, or do something.
    match kind(&std::fs::metadata(path)?) {
        Kind::Pipe => return Ok(Source::Stream(Stream::Pipe(path.into()))),
        Kind::Device => return Err(Fault::Device.into()),
        Kind::File => {}
    }
    of_file(File::open(path)?)
}

fn of_file(file: File) -> io::Result<Source> {
    let metadata = file.metadata()?;
    Ok(match kind(&metadata) {
        Kind::Device => return Err(Fault::Device.into()),
        // Files of /proc have no length and yet content.
        Kind::File if metadata.len() > 0 || metadata.is_dir() => Source::File(file, metadata),
        Kind::File | Kind::Pipe => Source::Stream(Stream::Open(file)),
    })
}

fn standard_input() -> io::Result<Source> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let input = io::stdin();
    if input.is_terminal() {
        return Err(Fault::Terminal.into());
    }
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Fault::Twice.into());
    }
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        of_file(File::from(input.as_fd().try_clone_to_owned()?))
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle as _;
        of_file(File::from(input.as_handle().try_clone_to_owned()?))
    }
}

enum Kind {
    File,
    Pipe,
    Device,
}

#[cfg(unix)]
fn kind(metadata: &Metadata) -> Kind {
    use std::os::unix::fs::FileTypeExt as _;
    match metadata.file_type() {
        kind if kind.is_fifo() => Kind::Pipe,
        kind if kind.is_char_device() || kind.is_block_device() || kind.is_socket() => Kind::Device,
        _ => Kind::File,
    }
}

#[cfg(not(unix))]
fn kind(metadata: &Metadata) -> Kind {
    if metadata.is_file() || metadata.is_dir() { Kind::File } else { Kind::Pipe }
}

/// All of a file that has the length which it had.
fn whole(file: File, before: &Metadata) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or(0).min(1 << 26));
    let read = (&file).take(before.len() + 1).read_to_end(&mut bytes)?;
    demand_unchanged(&file, before, read as u64)?;
    Ok(bytes)
}

/// Refuses what was written to or cut while it was read.
fn demand_unchanged(file: &File, before: &Metadata, read: u64) -> io::Result<()> {
    let after = file.metadata()?;
    let is_same = read == before.len() && after.len() == before.len() && times(&after)? == times(before)?;
    if is_same { Ok(()) } else { Err(Fault::Changed.into()) }
}

#[cfg(unix)]
fn times(metadata: &Metadata) -> io::Result<impl PartialEq> {
    use std::os::unix::fs::MetadataExt as _;
    Ok((metadata.mtime(), metadata.mtime_nsec()))
}

#[cfg(not(unix))]
fn times(metadata: &Metadata) -> io::Result<impl PartialEq> {
    metadata.modified()
}

impl Stream {
    /// All that comes, up to a limit.
    fn read(self, limit: u64) -> io::Result<Vec<u8>> {
        match self {
            Self::Open(file) => {
                let mut bytes = Vec::new();
                let read = file.take(limit + 1).read_to_end(&mut bytes)?;
                if read as u64 > limit { Err(Fault::TooLong.into()) } else { Ok(bytes) }
            }
            Self::Pipe(path) => read_pipe(path, limit),
        }
    }
}

/// Reads a named pipe. Opening one and reading from it may wait forever, which only another thread can be left to do.
fn read_pipe(path: Box<Path>, limit: u64) -> io::Result<Vec<u8>> {
    type Chunk = Zeroizing<Vec<u8>>;
    let (send, receive) = mpsc::sync_channel::<io::Result<Chunk>>(1);
    thread::spawn(move || {
        let pass_on = || -> io::Result<()> {
            let mut file = File::open(path)?;
            // That it's open is told by a chunk of nothing; the end by hanging up.
            let mut chunk = Chunk::default();
            while send.send(Ok(chunk)).is_ok() {
                chunk = Chunk::new(vec![0; 1 << 16]);
                let read = file.read(&mut chunk)?;
                chunk.truncate(read);
                if read == 0 {
                    break;
                }
            }
            Ok(())
        };
        if let Err(error) = pass_on() {
            let _ = send.send(Err(error));
        }
    });
    let (mut bytes, mut patience, mut why) = (Vec::new(), NOBODY, Fault::Nobody);
    loop {
        match receive.recv_timeout(patience) {
            Ok(chunk) => bytes.extend_from_slice(&chunk?),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(bytes),
            Err(mpsc::RecvTimeoutError::Timeout) => return Err(why.into()),
        }
        if bytes.len() as u64 > limit {
            return Err(Fault::TooLong.into());
        }
        (patience, why) = (SILENCE, Fault::Silent);
    }
}

/// Why something isn't read that could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Changed,
    Device,
    Terminal,
    Twice,
    Nobody,
    Silent,
    TooLong,
}

impl Fault {
    /// The fault that an error is made of.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }

    /// In the middle of a sentence.
    pub(crate) fn text(self) -> Bilingual<&'static str> {
        match self {
            Self::Changed => both(
                "tệp bị thay đổi trong khi đọc; hãy đợi chương trình đang ghi tệp đó xong rồi chạy lại",
                "it changed while it was read; wait for the program that writes it, and run this again",
            ),
            Self::Device => {
                both("đây là thiết bị, không phải tệp hay ống dẫn", "it's a device and neither a file nor a pipe")
            }
            Self::Terminal => both(
                "dấu - là đầu vào chuẩn, mà đầu vào chuẩn là bàn phím; hãy nối từ lệnh khác hoặc từ tệp",
                "- is the standard input, which is the keyboard; pipe a command or a file into it",
            ),
            Self::Twice => both(
                "đầu vào chuẩn chỉ đọc được một lần; chỉ một tham số được là -",
                "the standard input can be read once; only one argument may be -",
            ),
            Self::Nobody => {
                both("đây là ống dẫn mà không có chương trình nào ghi vào", "it's a pipe that no program writes to")
            }
            Self::Silent => both(
                "chương trình ghi vào ống dẫn im lặng quá 5 phút",
                "the program that writes to this pipe has said nothing for 5 minutes",
            ),
            Self::TooLong => both(
                "dài hơn 256 MiB; từ ống dẫn không đọc nhiều hơn, hãy ghi ra tệp rồi đọc tệp đó",
                "it's longer than 256 MiB; no more is read from a pipe: write it to a file, and read that",
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}
