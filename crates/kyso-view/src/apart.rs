//! Drawing in a process apart: the same program, started again, with limits.
//!
//! The process gets a line of JSON and the PDF on standard input, and answers about one page with a line of JSON; after
//! a picture's line come the pixels. The process reads nothing else and opens nothing. The limits count work and memory,
//! not time: the same page has the same answer on every machine, however busy it is. Behind them stands a limit of processor
//! time, for what the count doesn't see.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::codes::{Care, Code, Look};
use crate::error::Error;
use crate::limits::{self, Limits};
use crate::pages::{MAX_PIXELS, Pages};
use crate::picture::Picture;

/// Bytes of a file that is drawn, at most.
const MAX_BYTES: u64 = 256 << 20;
/// Memory beyond the file's own bytes, where a person asked for the look.
const MEMORY: u64 = 1 << 30;
/// Memory beyond the file's own bytes of a quick look. With the program itself, which takes a dozen MB, less than 64 MB: an
/// A4 scan in colour at 300 dpi needs 34 to 42 MB.
const QUICK_MEMORY: u64 = 48 << 20;
/// Work for a page, where a person asked for the look, and of a quick look; in the units of [`Pages::work`]. An A4 scan in
/// colour at 300 dpi takes about 200 million.
const WORK: u64 = 50_000_000_000;
const QUICK_WORK: u64 = 10_000_000_000;
/// Seconds of processor time, likewise: ten times what so much work takes. For what the count doesn't see.
const SECONDS: u64 = 300;
const QUICK_SECONDS: u64 = 60;
/// From this size on, memory that is given back is the system's again at once; else the pieces would count as used.
const GIVEN_BACK: &str = "262144";
/// Bytes of a line, at most.
const MAX_LINE: u64 = 4 << 20;
/// How long a page is waited for, whatever it takes: a process that neither works nor ends, or a machine that is so busy
/// that nothing comes of anything.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// The renderer in a process apart.
#[derive(Debug, Clone)]
pub struct Apart {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// Units of work; `None`: by the task.
    work: Option<u64>,
    patience: Duration,
}

/// The codes of one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The page, from 1.
    pub page: usize,
    /// The page's codes, or the reason why the page couldn't be drawn.
    pub codes: Result<Vec<Code>, Error>,
    /// Where it was drawn: why there may be more codes on it than were read.
    pub missed: Option<Error>,
}

impl Seen {
    /// Why the page, or something of it, wasn't looked at.
    pub fn unseen(&self) -> Option<&Error> {
        self.codes.as_ref().err().or(self.missed.as_ref())
    }

    fn of(page: usize, looked: Result<Look, Error>) -> Self {
        match looked {
            Ok(Look { codes, missed }) => Self { page, codes: Ok(codes), missed },
            Err(error) => Self::failed(page, error),
        }
    }

    /// A page that couldn't be drawn.
    pub fn failed(page: usize, error: Error) -> Self {
        Self { page, codes: Err(error), missed: None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    task: Task,
    password: Option<String>,
    /// Bytes of the PDF, which follows.
    bytes: u64,
    work: u64,
    seconds: u64,
    memory: u64,
}

#[derive(Debug, Serialize, Deserialize)]
enum Task {
    Picture { page: usize, dpi: f64 },
    Codes { page: usize, care: Care },
}

#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Picture { width: u32, height: u32, dpi: f64, is_whole: bool },
    Codes(Look),
    Failed(Error),
}

/// An answer with its pixels.
type Heard = (Answer, Vec<u8>);

impl Apart {
    /// In a process of this program, which calls [`serve`] when it's started with `arguments`.
    ///
    /// # Errors
    /// The system's, where it doesn't tell which program this is.
    pub fn this_program(arguments: &[&str]) -> io::Result<Self> {
        Ok(Self::program(std::env::current_exe()?, arguments))
    }

    /// In a process of another program that does so.
    pub fn program(program: PathBuf, arguments: &[&str]) -> Self {
        Self { program, arguments: arguments.iter().map(OsString::from).collect(), work: None, patience: PATIENCE }
    }

    /// Draws no page that takes more than so much work, as [`Pages::work`] counts: [`Error::TooMuchWork`].
    #[must_use]
    pub fn work(mut self, units: u64) -> Self {
        self.work = Some(units);
        self
    }

    /// Stops waiting for a page after this time, a quarter of an hour where it isn't set: [`Error::TimedOut`]. A safety
    /// net: on a busy machine much time passes with little work done.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// A page (from 1) as [`Pages::picture`] draws it.
    ///
    /// # Errors
    /// As [`Pages::open`] and [`Pages::picture`]; [`Error::TooMuchWork`], [`Error::TimedOut`], [`Error::Died`],
    /// [`Error::Apart`].
    pub fn picture(&self, pdf: &[u8], password: Option<&str>, page: usize, dpi: f64) -> Result<Picture, Error> {
        match self.ask(pdf, password, Task::Picture { page, dpi })? {
            (Answer::Picture { width, height, dpi, is_whole }, pixels) => {
                let picture = Picture::new(width, height, pixels, dpi).ok_or_else(|| Error::Apart("pixels".into()))?;
                Ok(if is_whole { picture } else { picture.lacking() })
            }
            (Answer::Failed(error), _) => Err(error),
            (Answer::Codes(_), _) => Err(Error::Apart("codes".into())),
        }
    }

    /// The QR codes of pages (from 1), as [`Pages::codes`] reads them; of each page what came of it. Each page has a process
    /// and limits of its own: what one takes, or that it's the end of its process, doesn't show at another.
    ///
    /// A [quick](Care::Quick) look takes 48 MB beyond the file. A page that needs more, as those with very large pictures
    /// do, is looked at [coarsely](Care::Coarse) then.
    pub fn codes(&self, pdf: &[u8], password: Option<&str>, pages: &[usize], care: Care) -> Vec<Seen> {
        let look = |page: usize| match self.look(pdf, password, page, care) {
            Err(Error::Died) if care == Care::Quick => self.look(pdf, password, page, Care::Coarse),
            looked => looked,
        };
        pages.iter().map(|page| Seen::of(*page, look(*page))).collect()
    }

    fn look(&self, pdf: &[u8], password: Option<&str>, page: usize, care: Care) -> Result<Look, Error> {
        match self.ask(pdf, password, Task::Codes { page, care })?.0 {
            Answer::Codes(look) => Ok(look),
            Answer::Failed(error) => Err(error),
            Answer::Picture { .. } => Err(Error::Apart("picture".into())),
        }
    }

    fn ask(&self, pdf: &[u8], password: Option<&str>, task: Task) -> Result<Heard, Error> {
        let bytes = pdf.len() as u64;
        if bytes > MAX_BYTES {
            return Err(Error::TooLarge { bytes });
        }
        let (memory, work, seconds) = match task {
            Task::Codes { care: Care::Quick | Care::Coarse, .. } => (QUICK_MEMORY, QUICK_WORK, QUICK_SECONDS),
            Task::Codes { care: Care::Thorough, .. } | Task::Picture { .. } => (MEMORY, WORK, SECONDS),
        };
        let (password, memory) = (password.map(str::to_owned), bytes + memory);
        let request = Request { task, password, bytes, work: self.work.unwrap_or(work), seconds, memory };
        let (mut process, input, output) = self.start().map_err(|error| Error::Apart(error.to_string()))?;
        std::thread::scope(|scope| {
            let (sender, answers) = mpsc::channel();
            scope.spawn(|| send(input, &request, pdf));
            scope.spawn(move || listen(BufReader::new(output), &sender));
            let heard = answers.recv_timeout(self.patience);
            // Whatever it still does, nobody waits for it; and the threads end with its pipes.
            let ended = process.end();
            heard.map_err(|silence| match silence {
                mpsc::RecvTimeoutError::Timeout => Error::TimedOut,
                mpsc::RecvTimeoutError::Disconnected if ended.is_some_and(limits::is_out_of_time) => Error::TooMuchWork,
                mpsc::RecvTimeoutError::Disconnected => Error::Died,
            })
        })
    }

    fn start(&self) -> io::Result<(Process, ChildStdin, ChildStdout)> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Passwords and tokens in the environment are none of its business; where the libraries lie is.
        command.env_clear().env("MALLOC_MMAP_THRESHOLD_", GIVEN_BACK);
        for name in ["LD_LIBRARY_PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        let process = Process(child);
        match pipes {
            (Some(input), Some(output)) => Ok((process, input, output)),
            _ => Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        }
    }
}

/// A process that doesn't outlive its owner.
struct Process(Child);

impl Process {
    /// Ends the process and gives its status: the process's own if it had ended before.
    fn end(&mut self) -> Option<ExitStatus> {
        let _ = self.0.kill();
        self.0.wait().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// A process that is gone breaks the pipe: its silence tells that.
fn send(mut input: ChildStdin, request: &Request, pdf: &[u8]) {
    let Ok(mut line) = serde_json::to_vec(request) else { return };
    line.push(b'\n');
    let _ = input.write_all(&line).and_then(|()| input.write_all(pdf));
}

/// Hands on what the process says, unless it can't be understood.
fn listen(mut output: impl io::BufRead, sender: &Sender<Heard>) {
    let Ok(Some(line)) = line_of(&mut output) else { return };
    let Ok(answer) = serde_json::from_slice::<Answer>(&line) else { return };
    let mut pixels = Vec::new();
    if let Answer::Picture { width, height, .. } = answer {
        let count = u64::from(width) * u64::from(height);
        let read = output.take(count.saturating_mul(3)).read_to_end(&mut pixels);
        if count > MAX_PIXELS || read.is_err() {
            return;
        }
    }
    // Whoever asked may have lost patience.
    let _ = sender.send((answer, pixels));
}

fn line_of(input: &mut impl io::BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(MAX_LINE).read_until(b'\n', &mut line)?;
    Ok((line.pop() == Some(b'\n')).then_some(line))
}

/// What the process apart does: holds itself to its limits, reads a request and a PDF, and answers.
///
/// # Errors
/// The system's, where the request can't be read or the answer can't be written.
pub fn serve(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let line = line_of(&mut input)?.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    let request: Request = serde_json::from_slice(&line)?;
    limits::set(Limits { seconds: request.seconds, memory: request.memory });
    // What goes wrong is answered; a report of the panic would go nowhere.
    std::panic::set_hook(Box::new(|_| {}));
    // As long as it is and no longer: a buffer that grows takes twice that.
    let mut pdf = Vec::new();
    pdf.try_reserve_exact(usize::try_from(request.bytes).unwrap_or(usize::MAX)).map_err(io::Error::other)?;
    input.take(request.bytes).read_to_end(&mut pdf)?;
    let opened = guarded(|| Ok(Pages::open(pdf, request.password.as_deref())?.work(request.work)));
    match (opened, request.task) {
        (Err(error), _) => say(&mut output, &Answer::Failed(error)),
        (Ok(pages), Task::Picture { page, dpi }) => match guarded(|| pages.picture(page, dpi)) {
            Ok(picture) => {
                let (width, height, is_whole) = (picture.width(), picture.height(), picture.is_whole());
                say(&mut output, &Answer::Picture { width, height, dpi, is_whole })?;
                output.write_all(picture.rgb())
            }
            Err(error) => say(&mut output, &Answer::Failed(error)),
        },
        (Ok(pages), Task::Codes { page, care }) => {
            let codes = guarded(|| pages.codes(page, care));
            say(&mut output, &codes.map_or_else(Answer::Failed, Answer::Codes))
        }
    }?;
    output.flush()
}

fn say(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

/// A panic of the renderer or the reader is an answer too.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Died))
}
