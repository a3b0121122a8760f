//! Incremental updates that say whatever one wishes: rows that lead anywhere, objects that no row names, any `/Prev`.

use std::collections::BTreeMap;
use std::io::Write as _;

/// The file's identifier, and this version's.
const IDENTIFIERS: &str = "/ID [<00112233445566778899aabbccddeeff> <0123456789abcdef0123456789abcdef>]";

/// A row of a cross-reference section.
#[derive(Debug, Clone, Copy)]
pub enum Row {
    /// There is no such object.
    Free,
    /// At this offset of the file, with this generation.
    At(usize, u16),
    /// In an object stream, at this position.
    In(u32, u16),
}

/// How the update's cross-reference section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `xref` and `trailer`.
    Table,
    /// A cross-reference stream under this number.
    Stream(u32),
    /// A table, and the rows of [`Update::hidden`] in a cross-reference stream under this number.
    Hybrid(u32),
    /// `trailer` alone.
    TrailerOnly,
    /// Nothing at all: objects and what [`Update::end`] says.
    Nothing,
}

#[derive(Debug, Clone)]
enum Item {
    Bytes(Vec<u8>),
    Object { number: u32, generation: u16, body: Vec<u8>, listed: Listed },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    Hidden,
    No,
}

/// One update. What is said later about a number holds.
#[derive(Debug, Clone)]
pub struct Update {
    items: Vec<Item>,
    rows: Vec<(u32, Row)>,
    hidden: Vec<(u32, Row)>,
    packed: Vec<(u32, Vec<u32>)>,
    section: Section,
    root: String,
    information: Option<String>,
    trailer: String,
    previous: Option<Option<i64>>,
    startxref: Option<i64>,
    end: Vec<u8>,
}

impl Default for Update {
    fn default() -> Self {
        Self::new()
    }
}

impl Update {
    /// An update with a table that leads to the section before it, keeps the catalog and /Info, and closes as updates
    /// do.
    pub fn new() -> Self {
        Self {
            items: Vec::new(),
            rows: Vec::new(),
            hidden: Vec::new(),
            packed: Vec::new(),
            section: Section::Table,
            root: "1 0 R".into(),
            information: Some("9 0 R".into()),
            trailer: String::new(),
            previous: None,
            startxref: None,
            end: b"%%EOF\n".to_vec(),
        }
    }

    /// With another kind of cross-reference section.
    pub fn section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    /// With a new or replaced object.
    pub fn object(self, number: u32, body: impl AsRef<[u8]>) -> Self {
        self.item(number, 0, body, Listed::Yes)
    }

    /// Writes an object under a generation.
    pub fn object_of(self, number: u32, generation: u16, body: impl AsRef<[u8]>) -> Self {
        self.item(number, generation, body, Listed::Yes)
    }

    /// With an object that no row names.
    pub fn unlisted(self, number: u32, body: impl AsRef<[u8]>) -> Self {
        self.item(number, 0, body, Listed::No)
    }

    /// With an object that only the hidden rows of a hybrid name.
    pub fn hidden(self, number: u32, body: impl AsRef<[u8]>) -> Self {
        self.item(number, 0, body, Listed::Hidden)
    }

    fn item(mut self, number: u32, generation: u16, body: impl AsRef<[u8]>, listed: Listed) -> Self {
        let same =
            |item: &Item| matches!(item, Item::Object { number: n, listed: l, .. } if *n == number && *l == listed);
        if listed != Listed::No {
            self.items.retain(|item| !same(item));
        }
        self.items.push(Item::Object { number, generation, body: body.as_ref().to_vec(), listed });
        self
    }

    /// With a stream object.
    pub fn stream(self, number: u32, dictionary: &str, data: impl AsRef<[u8]>) -> Self {
        self.object(number, crate::shapes::writer::stream(dictionary, data.as_ref()))
    }

    /// With objects in the object stream of this number, which the rows name.
    pub fn packed(mut self, stream: u32, objects: &[(u32, &[u8])]) -> Self {
        self.packed.push((stream, objects.iter().map(|(number, _)| *number).collect()));
        self.object(stream, object_stream(objects))
    }

    /// With bytes between the objects.
    pub fn bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.items.push(Item::Bytes(bytes.as_ref().to_vec()));
        self
    }

    /// With a row that says this, whatever objects the update holds.
    pub fn row(mut self, number: u32, row: Row) -> Self {
        self.rows.push((number, row));
        self
    }

    /// With a row among the hidden ones.
    pub fn hidden_row(mut self, number: u32, row: Row) -> Self {
        self.hidden.push((number, row));
        self
    }

    /// With another catalog.
    pub fn root(mut self, root: u32) -> Self {
        self.root = format!("{root} 0 R");
        self
    }

    /// With another /Info, or none.
    pub fn information(mut self, information: Option<&str>) -> Self {
        self.information = information.map(str::to_owned);
        self
    }

    /// With more entries in the trailer.
    pub fn trailer(mut self, entries: &str) -> Self {
        self.trailer.push_str(entries);
        self
    }

    /// With another `/Prev`, or none.
    pub fn previous(mut self, previous: Option<i64>) -> Self {
        self.previous = Some(previous);
        self
    }

    /// With another number after `startxref`.
    pub fn startxref(mut self, startxref: i64) -> Self {
        self.startxref = Some(startxref);
        self
    }

    /// With other bytes after the number of `startxref`.
    pub fn end(mut self, end: impl AsRef<[u8]>) -> Self {
        self.end = end.as_ref().to_vec();
        self
    }

    /// The file with this update behind it.
    pub fn onto(&self, file: &[u8]) -> Vec<u8> {
        let mut out = file.to_vec();
        let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
        let mut hidden: BTreeMap<u32, Row> = BTreeMap::new();
        for item in &self.items {
            match item {
                Item::Bytes(bytes) => out.extend_from_slice(bytes),
                Item::Object { number, generation, body, listed } => {
                    let row = Row::At(out.len(), *generation);
                    match listed {
                        Listed::Yes => _ = rows.insert(*number, row),
                        Listed::Hidden => _ = hidden.insert(*number, row),
                        Listed::No => {}
                    }
                    writeln!(out, "{number} {generation} obj").unwrap();
                    out.extend_from_slice(body);
                    out.extend_from_slice(b"\nendobj\n");
                }
            }
        }
        for (stream, members) in &self.packed {
            let into = if matches!(self.section, Section::Hybrid(_)) { &mut hidden } else { &mut rows };
            into.extend(members.iter().zip(0..).map(|(&member, index)| (member, Row::In(*stream, index))));
        }
        rows.extend(self.rows.iter().copied());
        hidden.extend(self.hidden.iter().copied());

        let previous = self.previous.unwrap_or_else(|| Some(last_section(file) as i64));
        let previous = previous.map_or(String::new(), |at| format!("/Prev {at} "));
        let highest = rows.keys().chain(hidden.keys()).copied().max().unwrap_or(0);
        let size = 1 + highest.max(biggest_size(file) - 1);
        let information =
            self.information.as_ref().map_or(String::new(), |information| format!("/Info {information} "));
        let trailer = format!("/Root {} {information}{previous}{IDENTIFIERS} {}", self.root, self.trailer);
        let at = match self.section {
            Section::Nothing => None,
            Section::TrailerOnly => {
                writeln!(out, "trailer\n<< /Size {size} {trailer} >>").unwrap();
                None
            }
            Section::Table => Some(table(&mut out, &rows, size, &trailer)),
            Section::Stream(number) => Some(cross_reference_stream(&mut out, number, rows, size, &trailer)),
            Section::Hybrid(number) => {
                let at = cross_reference_stream(&mut out, number, hidden, size, "");
                Some(table(&mut out, &rows, size, &format!("{trailer} /XRefStm {at}")))
            }
        };
        if let Some(named) = self.startxref.or(at.map(|at| at as i64)) {
            writeln!(out, "startxref\n{named}").unwrap();
        }
        out.extend_from_slice(&self.end);
        out
    }
}

/// An object stream's body.
pub fn object_stream(objects: &[(u32, &[u8])]) -> Vec<u8> {
    let (mut index, mut data) = (String::new(), Vec::new());
    for (number, body) in objects {
        index.push_str(&format!("{number} {} ", data.len()));
        data.extend_from_slice(body);
        data.push(b'\n');
    }
    let dictionary = format!("/Type /ObjStm /N {} /First {}", objects.len(), index.len());
    crate::shapes::writer::stream(&dictionary, &[index.as_bytes(), &data].concat())
}

/// What the file's last `startxref` says.
pub fn last_section(file: &[u8]) -> usize {
    let at = file.windows(9).rposition(|window| window == b"startxref").expect("startxref");
    let rest = String::from_utf8_lossy(&file[at + 9..]);
    rest.split_whitespace().next().expect("a number").parse().expect("a number")
}

/// The biggest /Size in the file.
pub fn biggest_size(file: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(file);
    let sizes = text.match_indices("/Size ").filter_map(|(at, key)| {
        let digits: String = text[at + key.len()..].chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    sizes.max().expect("a /Size")
}

fn runs(rows: &BTreeMap<u32, Row>) -> Vec<(u32, Vec<Row>)> {
    let mut runs: Vec<(u32, Vec<Row>)> = Vec::new();
    for (&number, &row) in rows {
        match runs.last_mut() {
            Some((start, run)) if *start + run.len() as u32 == number => run.push(row),
            _ => runs.push((number, vec![row])),
        }
    }
    runs
}

fn table(out: &mut Vec<u8>, rows: &BTreeMap<u32, Row>, size: u32, trailer: &str) -> usize {
    let at = out.len();
    out.extend_from_slice(b"xref\n");
    for (start, run) in runs(rows) {
        writeln!(out, "{start} {}", run.len()).unwrap();
        for row in run {
            match row {
                Row::At(offset, generation) => writeln!(out, "{offset:010} {generation:05} n ").unwrap(),
                _ => out.extend_from_slice(b"0000000000 65535 f \n"),
            }
        }
    }
    if rows.is_empty() {
        out.extend_from_slice(b"0 0\n");
    }
    writeln!(out, "trailer\n<< /Size {size} {trailer} >>").unwrap();
    at
}

fn cross_reference_stream(
    out: &mut Vec<u8>,
    number: u32,
    mut rows: BTreeMap<u32, Row>,
    size: u32,
    trailer: &str,
) -> usize {
    let at = out.len();
    rows.insert(number, Row::At(at, 0));
    let size = size.max(number + 1);
    let index: Vec<String> = runs(&rows).iter().map(|(start, run)| format!("{start} {}", run.len())).collect();
    let mut data = Vec::new();
    for row in rows.values() {
        let (kind, second, third) = match *row {
            Row::Free => (0, 0, 65535),
            Row::At(offset, generation) => (1, offset as u32, generation),
            Row::In(stream, index) => (2, stream, index),
        };
        data.push(kind);
        data.extend_from_slice(&second.to_be_bytes());
        data.extend_from_slice(&third.to_be_bytes());
    }
    let dictionary = format!("/Type /XRef /Size {size} /W [1 4 2] /Index [{}] {trailer}", index.join(" "));
    writeln!(out, "{number} 0 obj").unwrap();
    out.extend_from_slice(&crate::shapes::writer::stream(&dictionary, &data));
    out.extend_from_slice(b"\nendobj\n");
    at
}
