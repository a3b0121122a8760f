//! Tables: register books, lists, balance of fees.

use std::fmt::Write as _;

use super::paragraph::{Alignment, Line, Measure, Span, broken};
use super::sheet::{PARAGRAPH_GAP, Sheet};
use super::structure::{Artifact, Kind, Owner};
use kyso::Error;
use kyso::error::Parameter;

/// Sizes that text in a table may have: narrow columns need smaller type than running text.
pub const SIZES: std::ops::RangeInclusive<f64> = 8.0..=14.0;

/// Thickness of rules, in points.
const RULE: f64 = 0.5;
/// Between a rule and text beside it, in points.
const BESIDE: f64 = 3.0;
/// Between a rule and text above or under it, in points.
const ABOVE: f64 = 2.5;
/// Lines that a page must hold under the column titles: else there are more titles than table.
const LEAST_LINES: usize = 5;

/// A table. Its column titles come again on each page; a row stays on one page, unless no page holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The table's columns.
    pub columns: Vec<Column>,
    /// The table's rows: a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// A last row, on the page of the row before it.
    pub totals: Option<Vec<Cell>>,
    /// Size of its text in points: 8 to 14.
    pub size: f64,
    /// Whether a row under the titles numbers the columns: (1), (2) …
    pub numbered: bool,
}

impl Table {
    /// A table without rows yet, its text of `size` points.
    pub fn new(size: f64, columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), totals: None, size, numbered: false }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What stands above it.
    pub title: String,
    /// The column's width as a share: a column of share 2 is twice as wide as one of share 1.
    pub share: f64,
    /// How text stands in its cells.
    pub alignment: Alignment,
}

impl Column {
    /// A column of text, flush left.
    pub fn new(title: impl Into<String>, share: f64) -> Self {
        Self { title: title.into(), share, alignment: Alignment::Left }
    }

    /// This column with another alignment of its text.
    #[must_use]
    pub fn aligned(self, alignment: Alignment) -> Self {
        Self { alignment, ..self }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The cell's text. Long lines wrap; a line break (`\n`) begins a new line.
    pub spans: Vec<Span>,
    /// How many columns it reaches over, from 1.
    pub columns: usize,
    /// The alignment of the cell's text, where not the column's.
    pub alignment: Option<Alignment>,
}

impl Cell {
    /// A cell of one column.
    pub fn new(spans: Vec<Span>) -> Self {
        Self { spans, columns: 1, alignment: None }
    }

    /// This cell over several columns, its text centred.
    #[must_use]
    pub fn across(self, columns: usize) -> Self {
        Self { columns, alignment: self.alignment.or(Some(Alignment::Centred)), ..self }
    }

    /// This cell with an alignment of its own, in place of the column's.
    #[must_use]
    pub fn aligned(self, alignment: Alignment) -> Self {
        Self { alignment: Some(alignment), ..self }
    }
}

impl From<Span> for Cell {
    fn from(span: Span) -> Self {
        Self::new(vec![span])
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Span::regular(text).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Span::regular(text).into()
    }
}

/// A cell, laid out.
struct Laid {
    x: f64,
    width: f64,
    columns: usize,
    lines: Vec<Line>,
}

/// A row, laid out.
struct Row {
    cells: Vec<Laid>,
    /// The most lines that a cell has, at least one.
    lines: usize,
    size: f64,
}

impl Row {
    fn new(cells: Vec<Laid>, size: f64) -> Self {
        let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
        Self { cells, lines, size }
    }

    fn height(&self) -> f64 {
        height(self.lines, self.size)
    }
}

/// Height of a row of some lines.
fn height(lines: usize, size: f64) -> f64 {
    super::sheet::height(lines, size) + 2.0 * ABOVE
}

/// The column titles, to come again.
struct Head {
    rows: Vec<Row>,
    height: f64,
}

impl Sheet {
    /// A table as wide as the page.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a size that no table has, no columns or too narrow ones, a row whose cells aren't as many
    /// as its columns, titles that fill the page, or a character without a glyph.
    pub fn table(&mut self, table: &Table) -> Result<(), Error> {
        let edges = self.edges(table)?;
        let head = self.head(table, &edges)?;
        let totals = match &table.totals {
            Some(cells) => Some(self.laid(table, &edges, cells, "totals")?),
            None => None,
        };
        let totals_height = totals.as_ref().map_or(0.0, Row::height);
        let page = self.geometry().height() - head.height;

        // What a page must have left for a row: the totals stand on the page of the last one.
        let wanted = |index: usize, row: &Row| {
            let tail = if index + 1 == table.rows.len() { totals_height } else { 0.0 };
            match row.height() {
                height if height + tail <= page => height + tail,
                height if height <= page => height,
                _ => height(LEAST_LINES, row.size),
            }
        };
        let lay = |sheet: &Self, index: usize, cells: &[Cell]| {
            sheet.laid(table, &edges, cells, &format!("row {}", index + 1))
        };
        let first = match table.rows.first() {
            Some(cells) => wanted(0, &lay(self, 0, cells)?),
            None => totals_height,
        };
        self.settle(PARAGRAPH_GAP + head.height + first)?;
        self.canvas.y -= PARAGRAPH_GAP;
        self.canvas.make_room(head.height + first);
        self.canvas.structure.begin(Kind::Table);
        // What has no body has no head and foot either (ISO 32000-1, 14.8.4.3.4): its rows are the table's.
        let parts = !table.rows.is_empty();
        self.titles(&head, parts)?;
        if parts {
            self.canvas.structure.begin(Kind::TableBody);
            for (index, cells) in table.rows.iter().enumerate() {
                let row = lay(self, index, cells)?;
                if !self.canvas.has_room(wanted(index, &row)) {
                    self.canvas.page_break();
                    self.titles_again(&head)?;
                }
                self.row(&row, &head)?;
            }
            self.canvas.structure.end();
        }
        if let Some(row) = totals {
            if !self.canvas.has_room(row.height()) {
                self.canvas.page_break();
                self.titles_again(&head)?;
            }
            self.part(Kind::TableFoot, parts, |sheet| sheet.row(&row, &head))?;
        }
        self.canvas.structure.end();
        Ok(())
    }

    /// Where columns begin and end, from the left.
    fn edges(&self, table: &Table) -> Result<Vec<f64>, Error> {
        if !SIZES.contains(&table.size) {
            return Err(Error::parameters(
                Parameter::Size,
                format!("text in a table has 8 to 14 points, not {}", table.size),
            ));
        }
        let whole: f64 = table.columns.iter().map(|column| column.share).sum();
        let geometry = self.geometry();
        let mut edges = vec![geometry.left];
        let mut x = geometry.left;
        for column in &table.columns {
            let width = geometry.width * column.share / whole;
            // A share below zero, or none that is a number, is too narrow too.
            if !width.is_finite() || width < table.size + 2.0 * BESIDE {
                return Err(Error::parameters(
                    Parameter::Columns,
                    format!("the column {:?} is too narrow for a letter: give it a larger share", column.title),
                ));
            }
            x += width;
            edges.push(x);
        }
        if edges.len() == 1 {
            return Err(Error::parameters(Parameter::Columns, "a table has at least one column"));
        }
        Ok(edges)
    }

    fn head(&self, table: &Table, edges: &[f64]) -> Result<Head, Error> {
        let mut texts: Vec<Vec<Span>> = vec![table.columns.iter().map(|column| Span::bold(&column.title)).collect()];
        if table.numbered {
            texts.push((1..=table.columns.len()).map(|number| Span::italic(format!("({number})"))).collect());
        }
        let mut rows = Vec::new();
        for row in texts {
            let cells: Vec<Cell> = row.into_iter().map(|span| Cell::from(span).aligned(Alignment::Centred)).collect();
            rows.push(self.laid(table, edges, &cells, "column titles")?);
        }
        let above = rows.iter().map(Row::height).sum();
        if above + height(LEAST_LINES, table.size) > self.geometry().height() {
            return Err(Error::parameters(Parameter::Columns, "the column titles fill the page: shorten them"));
        }
        Ok(Head { rows, height: above })
    }

    fn laid(&self, table: &Table, edges: &[f64], cells: &[Cell], what: &str) -> Result<Row, Error> {
        let columns = table.columns.len();
        let mut laid = Vec::with_capacity(cells.len());
        let mut column = 0;
        for cell in cells {
            let (Some(left), Some(right), Some(of)) =
                (edges.get(column), edges.get(column.saturating_add(cell.columns.max(1))), table.columns.get(column))
            else {
                return Err(too_many(what, columns));
            };
            let measure = Measure {
                size: table.size,
                width: right - left - 2.0 * BESIDE,
                alignment: cell.alignment.unwrap_or(of.alignment),
                indent: 0.0,
            };
            let mut lines = Vec::new();
            for paragraph in paragraphs(&cell.spans) {
                if let Some(last) = lines.last_mut() {
                    let last: &mut Line = last;
                    last.parted = true;
                }
                lines.extend(broken(&self.canvas.fonts, &paragraph, measure)?);
            }
            laid.push(Laid { x: *left, width: right - left, columns: cell.columns.max(1), lines });
            column += cell.columns.max(1);
        }
        if column != columns {
            return Err(too_many(what, columns));
        }
        Ok(Row::new(laid, table.size))
    }

    /// The column titles as part of the table.
    fn titles(&mut self, head: &Head, parts: bool) -> Result<(), Error> {
        self.top_rule(head);
        self.part(Kind::TableHead, parts, |sheet| {
            for row in &head.rows {
                sheet.canvas.structure.begin(Kind::Row);
                let owners = sheet.owners(row, |_| Kind::Title);
                sheet.lines(row, &owners, 0..row.lines, true)?;
                sheet.canvas.structure.end();
            }
            Ok(())
        })
    }

    /// Rows as a part of the table, if it has `parts`.
    fn part(
        &mut self,
        kind: Kind,
        parts: bool,
        rows: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if parts {
            self.canvas.structure.begin(kind);
        }
        rows(self)?;
        if parts {
            self.canvas.structure.end();
        }
        Ok(())
    }

    /// The column titles on a further page, for the eye alone.
    fn titles_again(&mut self, head: &Head) -> Result<(), Error> {
        self.top_rule(head);
        for row in &head.rows {
            let owners = vec![Owner::Artifact(Artifact::Pagination); row.cells.len()];
            self.lines(row, &owners, 0..row.lines, true)?;
        }
        Ok(())
    }

    fn top_rule(&mut self, head: &Head) {
        let cells = head.rows.first().map_or(&[][..], |row| row.cells.as_slice());
        if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
            let width = last.x + last.width - first.x;
            self.canvas.rule(first.x - RULE / 2.0, self.canvas.y - RULE / 2.0, width + RULE, RULE);
        }
    }

    /// A row; over several pages where none holds it.
    fn row(&mut self, row: &Row, head: &Head) -> Result<(), Error> {
        self.canvas.structure.begin(Kind::Row);
        let owners = self.owners(row, |cell| Kind::Cell(cell.columns));
        let mut next = 0;
        while next < row.lines {
            let fitting = (0..=row.lines - next).rev().find(|lines| self.canvas.has_room(height(*lines, row.size)));
            match fitting {
                Some(lines) if lines > 0 => {
                    self.lines(row, &owners, next..next + lines, false)?;
                    next += lines;
                }
                _ => {
                    self.canvas.page_break();
                    self.titles_again(head)?;
                }
            }
        }
        self.canvas.structure.end();
        Ok(())
    }

    fn owners(&mut self, row: &Row, kind: impl Fn(&Laid) -> Kind) -> Vec<Owner> {
        let mut owners = Vec::with_capacity(row.cells.len());
        for cell in &row.cells {
            owners.push(self.canvas.begin(kind(cell)));
            self.canvas.structure.end();
        }
        owners
    }

    /// Some lines of a row's cells, with the rules beside and under them.
    fn lines(&mut self, row: &Row, owners: &[Owner], lines: std::ops::Range<usize>, middle: bool) -> Result<(), Error> {
        let top = self.canvas.y;
        let bottom = top - height(lines.len(), row.size);
        for (cell, owner) in row.cells.iter().zip(owners) {
            let here = cell.lines.get(lines.start..lines.end.min(cell.lines.len())).unwrap_or_default();
            let free = if middle { super::sheet::height(lines.len() - here.len(), row.size) } else { 0.0 };
            self.canvas.y = top - ABOVE - free / 2.0;
            for line in here {
                self.canvas.line(*owner, cell.x + BESIDE, line, row.size)?;
            }
        }
        let mut rules = String::new();
        let mut upright = |x: f64| {
            let _ = writeln!(rules, "{:.3} {bottom:.3} {RULE} {:.3} re", x - RULE / 2.0, top - bottom);
        };
        row.cells.iter().for_each(|cell| upright(cell.x));
        if let (Some(first), Some(last)) = (row.cells.first(), row.cells.last()) {
            let right = last.x + last.width;
            upright(right);
            let (x, width) = (first.x - RULE / 2.0, right - first.x + RULE);
            let _ = writeln!(rules, "{x:.3} {:.3} {width:.3} {RULE} re f", bottom - RULE / 2.0);
        }
        self.canvas.put(Owner::Artifact(Artifact::Layout), &rules);
        self.canvas.y = bottom;
        Ok(())
    }
}

fn too_many(what: &str, columns: usize) -> Error {
    Error::parameters(
        Parameter::Rows,
        format!("the cells of {what} must reach over {columns} columns, no more and no fewer"),
    )
}

/// What stands between line breaks.
fn paragraphs(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut paragraphs = vec![Vec::new()];
    for span in spans {
        for (index, text) in span.text.split('\n').enumerate() {
            if index > 0 {
                paragraphs.push(Vec::new());
            }
            if let Some(paragraph) = paragraphs.last_mut() {
                paragraph.push(Span { face: span.face, text: text.to_owned() });
            }
        }
    }
    paragraphs
}
