//! Pages of Markdown as their reader takes them: blocks of commands to be run, blocks of data to be read, spans that name
//! commands, links that lead somewhere.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::folder::Folder;
use crate::tool;

/// The top of the source tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the tree").to_owned()
}

/// Every page of the tree, by its path from the top; what was built or fetched is left out.
pub fn pages() -> BTreeSet<String> {
    let (root, mut found) = (root(), BTreeSet::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            let name = name.to_str().unwrap();
            if path.is_dir() && !path.is_symlink() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// A page's text.
pub fn text(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// What stands behind the fence.
    pub language: String,
    /// The first line within the fence, from 1.
    pub line: usize,
    /// What is within, each line with its end.
    pub text: String,
}

/// The fenced blocks of a page, in order.
pub fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (line.trim_start().strip_prefix("```"), open.take()) {
            (Some(language), None) => {
                open = Some(Block { language: language.trim().to_owned(), line: number + 1, text: String::new() });
            }
            (Some(_), Some(block)) => found.push(block),
            (None, Some(mut block)) => {
                writeln!(block.text, "{line}").unwrap();
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{page}: a fence is never closed");
    found
}

/// A page's text without its fenced blocks.
pub fn prose(text: &str) -> String {
    let mut is_within = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_within ^= is_fence;
        !is_within && !is_fence
    });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// A line that a reader types, with those that continue it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it begins, from 1.
    pub number: usize,
    /// As it's typed, without the prompt.
    pub text: String,
    /// What the page says that it exits with: `# exit 5`, `# mã thoát 5`; else 0.
    pub exit: i32,
    /// What the page says that it prints, where it does.
    pub shown: Option<String>,
}

/// The commands of a block of `sh`, or of `console`, where each has a prompt and what it prints follows.
pub fn commands(block: &Block) -> Vec<Line> {
    let is_console = block.language == "console";
    let mut found: Vec<Line> = Vec::new();
    let mut continues = false;
    for (number, line) in (block.line..).zip(block.text.lines()) {
        let typed = if is_console && !continues { line.strip_prefix("$ ") } else { Some(line) };
        match (typed, found.last_mut()) {
            (Some(typed), Some(last)) if continues => last.text += &format!("\n{typed}"),
            (Some(typed), _) if typed.trim_start().starts_with('#') || typed.trim().is_empty() => continue,
            (Some(typed), _) => found.push(Line { number, text: typed.to_owned(), exit: 0, shown: None }),
            (None, Some(last)) => *last.shown.get_or_insert_default() += &format!("{line}\n"),
            (None, None) => panic!("line {number}: nothing was typed yet that prints this"),
        }
        continues = typed.is_some_and(|typed| typed.ends_with('\\'));
    }
    for line in &mut found {
        line.exit = exit_said(&line.text);
    }
    found
}

/// The exit code that a comment at the end promises.
fn exit_said(text: &str) -> i32 {
    let comment = text.rsplit_once(" # ").map_or("", |(_, comment)| comment);
    let code = ["exit ", "mã thoát "].into_iter().find_map(|word| comment.split_once(word));
    let digits = code.map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.map_or(0, |digits| digits.parse().unwrap_or_else(|_| panic!("no exit code in {comment:?}")))
}

/// The files that a command says it writes: behind `-o`, `--picture`, `--certificate` and `>`.
pub fn outputs(text: &str) -> Vec<String> {
    let code = text.rsplit_once(" # ").map_or(text, |(code, _)| code);
    let words: Vec<&str> = code.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| matches!(pair[0], "-o" | ">"));
    pairs.map(|pair| pair[1].trim_matches(['"', '\'', ';', ')']).to_owned()).filter(|name| name != "-").collect()
}

/// A newcomer's shell in a fresh place: a home with nothing in it, which looks like the top of the tree, and `kyso` on the
/// path.
#[derive(Debug)]
pub struct Newcomer {
    /// The home.
    pub home: Folder,
    bin: Folder,
}

impl Default for Newcomer {
    fn default() -> Self {
        Self::new()
    }
}

/// What became of a line.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none where the shell was over before.
    pub code: Option<i32>,
    /// What it printed, both ways.
    pub printed: String,
    /// The files that it says it writes, with whether they were there before and after.
    pub outputs: Vec<(String, bool, bool)>,
}

/// The ports that pages name: the service's, and that of the demo's services. Several shells run at once, so each has its own.
pub const PORTS: [&str; 2] = ["8484", "3161"];

impl Newcomer {
    /// A home beside what the tree has.
    pub fn new() -> Self {
        let newcomer = Self { home: Folder::new(), bin: Folder::new() };
        for name in ["crates", "docs", "examples", "tests"] {
            std::os::unix::fs::symlink(root().join(name), newcomer.home.path(name)).unwrap();
        }
        std::os::unix::fs::symlink(tool::path(), newcomer.bin.path("kyso")).unwrap();
        newcomer
    }

    /// Types the lines one after the other into one shell. A command behind which there's `&` is waited for until it says
    /// its first line.
    pub fn types(&self, lines: &[&str]) -> Vec<Ended> {
        let free = PORTS.map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
        let free = free.map(|listener| listener.local_addr().unwrap().port().to_string());
        let ports = || PORTS.iter().zip(&free);
        let [service, services] = &free;
        let notes = self.bin.path("notes");
        std::fs::create_dir(&notes).unwrap();
        let mut script = String::from("cd \"$HOME\"\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n");
        for (index, line) in lines.iter().enumerate() {
            let said = notes.join(index.to_string());
            let said = said.display();
            let there = |when: &str| {
                outputs(line)
                    .iter()
                    .fold(String::new(), |script, name| script + &format!("[ -e {name} ]; echo $? >> {said}.{when}\n"))
            };
            let typed = ports().fold((*line).to_owned(), |line, (port, free)| line.replace(port, free));
            let typed = typed.replace("demo --services", &format!("demo --services --listen 127.0.0.1:{services}"));
            write!(
                script,
                "{}{{ {typed}\n}} > {said} 2>&1\necho $? > {said}.code\n{}",
                there("before"),
                there("after")
            )
            .unwrap();
            let code = typed.rsplit_once(" # ").map_or(typed.as_str(), |(code, _)| code);
            if code.trim_end().ends_with('&') {
                writeln!(script, "for _ in {{1..600}}; do [ -s {said} ] && break; sleep 0.1; done").unwrap();
            }
            // The demo's own service listens where this shell looks for it.
            let [port, _] = PORTS;
            writeln!(script, "[ -f kyso.toml ] && sed -i s/{port}/{service}/ kyso.toml").unwrap();
        }
        let status = Command::new("bash")
            .args(["--noprofile", "--norc", "-c", &script])
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", self.bin.path("").display()))
            .env("HOME", self.home.path(""))
            .env("LANG", "C.UTF-8")
            .env("TZ", "<+07>-7")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let read = |index: usize, what: &str| {
            let file = notes.join(format!("{index}{what}"));
            String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()).into_owned()
        };
        let there = |index, when| read(index, when).lines().map(|line| line == "0").collect::<Vec<_>>();
        let ended = |(index, line): (usize, &&str)| {
            let (before, after) = (there(index, ".before"), there(index, ".after"));
            Ended {
                code: read(index, ".code").trim().parse().ok(),
                printed: ports().fold(read(index, ""), |said, (port, free)| said.replace(free, port)),
                outputs: outputs(line).into_iter().zip(before).zip(after).map(|((a, b), c)| (a, b, c)).collect(),
            }
        };
        let ended: Vec<Ended> = lines.iter().enumerate().map(ended).collect();
        let complaint = String::from_utf8_lossy(&status.stderr);
        assert!(ended.last().is_none_or(|last| last.code.is_some()), "the shell broke off: {complaint}");
        ended
    }
}
