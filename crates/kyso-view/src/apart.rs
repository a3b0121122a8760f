//! Drawing in a process apart: the same program, started again, with limits.
//!
//! It gets a line of JSON and the PDF on standard input, and answers with lines of JSON, each page as soon as it's done;
//! after a picture's line come its pixels. It reads nothing else and opens nothing.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::codes::{Care, Code};
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
/// From this size on, memory that is given back is the system's again at once; else the pieces would count as used.
const GIVEN_BACK: &str = "262144";
/// Bytes of a line, at most.
const MAX_LINE: u64 = 4 << 20;
/// How long a drawing may take where nothing else is said.
const TIME: Duration = Duration::from_secs(20);

/// The renderer in a process apart.
#[derive(Debug, Clone)]
pub struct Apart {
    program: PathBuf,
    arguments: Vec<OsString>,
    time: Duration,
}

/// The codes of one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The page, from 1.
    pub page: usize,
    /// Its codes, or why it couldn't be looked at.
    pub codes: Result<Vec<Code>, Error>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    task: Task,
    password: Option<String>,
    /// Bytes of the PDF, which follows.
    bytes: u64,
    seconds: u64,
    memory: u64,
}

#[derive(Debug, Serialize, Deserialize)]
enum Task {
    Picture { page: usize, dpi: f64 },
    Codes { pages: Vec<usize>, care: Care },
}

#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Picture { width: u32, height: u32, dpi: f64, is_whole: bool },
    Codes { page: usize, codes: Result<Vec<Code>, Error> },
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
        Self { program, arguments: arguments.iter().map(OsString::from).collect(), time: TIME }
    }

    /// Stops a drawing after this time; 20 seconds where it isn't set.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// A page (from 1) as [`Pages::picture`] draws it.
    ///
    /// # Errors
    /// As [`Pages::open`] and [`Pages::picture`]; [`Error::TimedOut`], [`Error::Died`], [`Error::Apart`].
    pub fn picture(&self, pdf: &[u8], password: Option<&str>, page: usize, dpi: f64) -> Result<Picture, Error> {
        let mut picture = Err(Error::Died);
        let until = Instant::now() + self.time;
        self.ask(pdf, password, Task::Picture { page, dpi }, until, |(answer, pixels)| {
            picture = match answer {
                Answer::Picture { width, height, dpi, is_whole } => {
                    let picture = Picture::new(width, height, pixels, dpi).map(|picture| picture.lacking(!is_whole));
                    picture.ok_or_else(|| Error::Apart("pixels".into()))
                }
                Answer::Failed(error) => Err(error),
                Answer::Codes { .. } => Err(Error::Apart("codes".into())),
            };
        })?;
        picture
    }

    /// The QR codes of pages (from 1), as [`Pages::codes`] reads them; of each page what came of it. What was read
    /// before the process had to be stopped stays, and a page that the renderer dies of doesn't take the next ones with it.
    ///
    /// A [quick](Care::Quick) look takes 48 MB beyond the file. A page that needs more, as those with very large pictures
    /// do, is looked at [coarsely](Care::Coarse) then.
    pub fn codes(&self, pdf: &[u8], password: Option<&str>, pages: &[usize], care: Care) -> Vec<Seen> {
        let until = Instant::now() + self.time;
        let look = |pages: &[usize], care: Care| self.look(pdf, password, pages, care, until);
        let mut seen = Vec::new();
        while let Some(rest) = pages.get(seen.len()..).filter(|rest| !rest.is_empty()) {
            let (some, fault) = look(rest, care);
            seen.extend(some);
            let Some(page) = pages.get(seen.len()) else { break };
            match fault {
                Error::Died if care == Care::Quick => {
                    let (again, fault) = look(&[*page], Care::Coarse);
                    seen.push(again.into_iter().next().unwrap_or(Seen { page: *page, codes: Err(fault) }));
                }
                Error::Died => seen.push(Seen { page: *page, codes: Err(fault) }),
                // It's the file's, or the time's: the next page would fare no better.
                fault => {
                    let rest = pages.iter().skip(seen.len());
                    let rest: Vec<Seen> = rest.map(|page| Seen { page: *page, codes: Err(fault.clone()) }).collect();
                    seen.extend(rest);
                }
            }
        }
        seen
    }

    /// One process's look: the pages that it answered for, in their order, and why there are no more.
    fn look(
        &self,
        pdf: &[u8],
        password: Option<&str>,
        pages: &[usize],
        care: Care,
        until: Instant,
    ) -> (Vec<Seen>, Error) {
        let mut seen: Vec<Seen> = Vec::new();
        let mut whole = Ok(());
        let task = Task::Codes { pages: pages.to_vec(), care };
        let asked = self.ask(pdf, password, task, until, |(answer, _)| match answer {
            Answer::Codes { page, codes } if pages.get(seen.len()) == Some(&page) => seen.push(Seen { page, codes }),
            Answer::Failed(error) => whole = Err(error),
            Answer::Codes { .. } => whole = Err(Error::Apart("page".into())),
            Answer::Picture { .. } => whole = Err(Error::Apart("picture".into())),
        });
        (seen, whole.and(asked).err().unwrap_or(Error::Died))
    }

    fn ask(
        &self,
        pdf: &[u8],
        password: Option<&str>,
        task: Task,
        until: Instant,
        mut hear: impl FnMut(Heard),
    ) -> Result<(), Error> {
        let bytes = pdf.len() as u64;
        if bytes > MAX_BYTES {
            return Err(Error::TooLarge { bytes });
        }
        let memory = bytes
            + match task {
                Task::Codes { care: Care::Quick | Care::Coarse, .. } => QUICK_MEMORY,
                Task::Codes { care: Care::Thorough, .. } | Task::Picture { .. } => MEMORY,
            };
        let request =
            Request { task, password: password.map(str::to_owned), bytes, seconds: self.time.as_secs() + 1, memory };
        let (mut process, input, output) = self.start().map_err(|error| Error::Apart(error.to_string()))?;
        std::thread::scope(|scope| {
            let (sender, answers) = mpsc::channel();
            scope.spawn(|| send(input, &request, pdf));
            scope.spawn(move || listen(BufReader::new(output), &sender));
            let outcome = loop {
                match answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    Ok(answer) => hear(answer),
                    Err(mpsc::RecvTimeoutError::Disconnected) => break Ok(()),
                    Err(mpsc::RecvTimeoutError::Timeout) => break Err(Error::TimedOut),
                }
            };
            // Whatever it still does, nobody waits for it; and the threads end with its pipes.
            process.end();
            outcome
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
    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// A process that is gone breaks the pipe: its silence tells that.
fn send(mut input: ChildStdin, request: &Request, pdf: &[u8]) {
    let Ok(mut line) = serde_json::to_vec(request) else { return };
    line.push(b'\n');
    let _ = input.write_all(&line).and_then(|()| input.write_all(pdf));
}

/// Hands on what the process says, until it ends or says what can't be understood.
fn listen(mut output: impl io::BufRead, sender: &Sender<Heard>) {
    while let Ok(Some(line)) = line_of(&mut output) {
        let Ok(answer) = serde_json::from_slice::<Answer>(&line) else { return };
        let mut pixels = Vec::new();
        if let Answer::Picture { width, height, .. } = answer {
            let count = u64::from(width) * u64::from(height);
            let read = (&mut output).take(count.saturating_mul(3)).read_to_end(&mut pixels);
            if count > MAX_PIXELS || read.is_err() {
                return;
            }
        }
        if sender.send((answer, pixels)).is_err() {
            return;
        }
    }
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
    let opened = guarded(|| Pages::open(pdf, request.password.as_deref()));
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
        (Ok(pages), Task::Codes { pages: numbers, care }) => numbers.into_iter().try_for_each(|page| {
            let codes = guarded(|| pages.codes(page, care));
            say(&mut output, &Answer::Codes { page, codes })
        }),
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
