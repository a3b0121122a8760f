//! The files that a command reads or keeps: nothing that it writes may take their place.
//!
//! What a command reads is known from the command line itself: every argument that is a `PathBuf` is read or kept, by
//! type; one that is written to is an [`OutputPath`]. So an argument that comes later is guarded without being named
//! here.

use std::any::TypeId;
use std::cell::RefCell;
use std::ffi::OsString;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use crate::failure::Failure;
use crate::input::is_standard;
use crate::text::plain;
use crate::trust::store::Store;

/// The argument that names the archive's directory.
const ARCHIVE: &str = "archive";
/// By these an archive's directory is known: of the artifacts, and of the register.
const ARCHIVE_DATABASES: [&str; 3] = ["archive.sqlite3", "kyso.sqlite3", "register.sqlite3"];
/// The argument that names where the user keeps trusted roots.
const TRUST_STORE: &str = "trust_store";

/// A file or a directory that an argument names to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputPath(PathBuf);

impl From<OsString> for OutputPath {
    fn from(path: OsString) -> Self {
        Self(path.into())
    }
}

impl Deref for OutputPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

/// A path that a command reads or keeps.
#[derive(Debug)]
struct Input {
    path: PathBuf,
    keeps: Keeps,
}

/// What of a directory is read or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// All files that are there.
    Files,
    /// The archive's own files, by their names.
    Archive,
    /// Whatever is there or will be: the roots that the user trusts.
    Everything,
}

/// What the command line names to read or to keep, and the outputs that were allowed so far.
#[derive(Debug, Default)]
pub(crate) struct Guarded {
    inputs: Vec<Input>,
    outputs: RefCell<Vec<PathBuf>>,
}

impl Guarded {
    /// The paths among a command's arguments, wherever their values come from: the line, the environment, a default.
    pub(crate) fn of(command: &Command, matches: &ArgMatches) -> Self {
        let mut inputs = Vec::new();
        let (mut command, mut matches) = (command, matches);
        loop {
            for argument in command.get_arguments().filter(|argument| is_read(argument)) {
                let id = argument.get_id().as_str();
                let values = matches.get_many::<PathBuf>(id).into_iter().flatten();
                let keeps = match id {
                    ARCHIVE => Keeps::Archive,
                    TRUST_STORE => Keeps::Everything,
                    _ => Keeps::Files,
                };
                inputs.extend(values.map(|path| Input { path: path.clone(), keeps }));
            }
            let Some((name, below)) = matches.subcommand() else { break };
            let Some(subcommand) = command.find_subcommand(name) else { break };
            (command, matches) = (subcommand, below);
        }
        // The user's own roots are kept also by commands that don't name them.
        let store = Store::at(None).map(|store| store.directory().to_owned());
        inputs.extend(store.map(|path| Input { path, keeps: Keeps::Everything }));
        Self { inputs, outputs: RefCell::default() }
    }

    /// Allows an output, which must be none of the files that are read or kept, by whatever path or link, and none of the
    /// outputs that were allowed before.
    pub(crate) fn allow(&self, output: &Path) -> Result<(), Failure> {
        // The standard input and output are two files.
        let mut named = self.inputs.iter().filter(|input| !is_standard(&input.path) && !is_standard(output));
        match named.find(|input| input.is_or_holds(output)) {
            Some(input) => Err(taken(output, &input.path)),
            None => self.enter(output),
        }
    }

    /// Allows an output that replaces one input file, which the command reads and writes anew, and no other.
    pub(crate) fn allow_in_place(&self, output: &Path) -> Result<(), Failure> {
        let is_it = |input: &&Input| !input.path.is_dir() && input.is_or_holds(output);
        match self.inputs.iter().filter(is_it).nth(1) {
            Some(input) => Err(taken(output, &input.path)),
            None => self.enter(output),
        }
    }

    fn enter(&self, output: &Path) -> Result<(), Failure> {
        let place = if is_standard(output) { Some(output.to_owned()) } else { place(output) };
        let Some(place) = place else { return Ok(()) };
        let mut outputs = self.outputs.borrow_mut();
        if outputs.contains(&place) {
            let name = shown(output);
            return Err(Failure::usage(
                format!("Hai kết quả cùng ghi vào {name}; hãy đặt tên khác cho một trong hai (-o, --record)."),
                format!("Two outputs would be written to {name}; name one of them otherwise (-o, --record)."),
            ));
        }
        outputs.push(place);
        Ok(())
    }
}

impl Input {
    /// Whether the output is this file, or is in this directory: there already, or of a name that the archive uses.
    fn is_or_holds(&self, output: &Path) -> bool {
        if is_same_file(&self.path, output) {
            return true;
        }
        let (Some(input), Some(output)) = (place(&self.path), place(output)) else { return false };
        if input == output {
            return true;
        }
        let is_in_it = match output.strip_prefix(&input) {
            Ok(below) => match self.keeps {
                Keeps::Everything => true,
                Keeps::Files => is_the_archives(below) || output.exists(),
                Keeps::Archive => is_the_archives(below),
            },
            Err(_) => false,
        };
        is_in_it || (input.is_dir() && output.is_file() && holds_link_to(&input, &output, self.keeps == Keeps::Archive))
    }
}

/// Whether an argument names what is read or kept.
fn is_read(argument: &clap::Arg) -> bool {
    argument.get_value_parser().type_id() == TypeId::of::<PathBuf>()
}

fn taken(output: &Path, input: &Path) -> Failure {
    let (output, input) = (shown(output), shown(input));
    Failure::usage(
        format!("Tệp kết quả {output} chính là tệp đầu vào {input}, hoặc nằm trong đó; hãy chọn tên khác."),
        format!("The output {output} is the input {input}, or in it; choose another name."),
    )
}

fn shown(path: &Path) -> String {
    plain(&path.display().to_string())
}

fn is_the_archives(below: &Path) -> bool {
    let first = below.components().next();
    first.and_then(|name| name.as_os_str().to_str()).is_some_and(kyso_archive::is_own_name)
}

/// The archive among whose own files a path is: one that no argument names is known by its databases.
pub(crate) fn archive_of(path: &Path) -> Option<PathBuf> {
    // A link is replaced itself, and what it leads to isn't.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = fs::canonicalize(parent).ok()?.join(path.file_name()?);
    let is_archive = |folder: &&Path| ARCHIVE_DATABASES.iter().any(|name| folder.join(name).is_file());
    let is_its = |folder: &&Path| place.strip_prefix(folder).is_ok_and(is_the_archives);
    place.ancestors().skip(1).filter(is_archive).find(is_its).map(Path::to_owned)
}

/// Where a path leads, symbolic links followed; for a file that isn't there yet, where it would be.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(there) = fs::canonicalize(path) {
        return Some(there);
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs::canonicalize(parent).ok()?.join(path.file_name()?))
}

/// Whether a directory has a symbolic or a hard link to a file, at any depth; of the archive's files alone, where that is
/// asked.
fn holds_link_to(directory: &Path, file: &Path, archive: bool) -> bool {
    let is_asked = |path: &Path| !archive || path.strip_prefix(directory).is_ok_and(is_the_archives);
    let may_be_linked = has_other_names(file);
    let mut directories = vec![directory.to_owned()];
    while let Some(within) = directories.pop() {
        for entry in fs::read_dir(within).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if !is_asked(&path) {
                continue;
            }
            if kind.is_dir() {
                directories.push(path);
            } else if (may_be_linked || kind.is_symlink()) && is_same_file(&path, file) {
                return true;
            }
        }
    }
    false
}

#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    identity(a).is_some_and(|a| Some(a) == identity(b))
}

#[cfg(not(unix))]
fn is_same_file(a: &Path, b: &Path) -> bool {
    fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
}

/// Whether a file has more names than one.
#[cfg(unix)]
fn has_other_names(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.nlink() > 1)
}

#[cfg(not(unix))]
fn has_other_names(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests;
