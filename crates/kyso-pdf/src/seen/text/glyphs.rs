//! Walks a page's content streams and notes where each glyph is seen (ISO 32000-2, 8.4, 9.3 and 9.4).

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};
use unicode_normalization::char::is_combining_mark;

use super::Style;
use super::font::{Font, name, numbers};
use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::error::Error;
use crate::page::number_of;
use crate::{Document, Drawn, Page};

/// Operations of a page and of the forms that it draws.
const MAX_OPERATIONS: u64 = 2_000_000;
/// Glyphs of a page: a page of 6 pt text has 15,000.
const MAX_GLYPHS: usize = 200_000;
/// Most entries that the tables of a page's fonts may have together.
const MAX_FONT_ENTRIES: usize = 150_000;
/// Decoded bytes of the forms that a page draws, each counted once.
const MAX_FORM_BYTES: usize = 64 << 20;
/// Forms that a page draws, each as often as it's drawn.
const MAX_FORMS: u64 = 10_000;
/// Forms within forms.
const MAX_FORM_DEPTH: usize = 16;
/// Saved graphics states.
const MAX_SAVED: usize = 512;
/// Text that leans more than this (sine of 10°) from upright as seen is no line of the page: a watermark, a margin note.
const MAX_SLOPE: f64 = 0.174;

/// A glyph as seen.
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    pub(super) style: Style,
}

/// All glyphs of a page that stand upright as seen, in the order of the content.
pub(super) fn glyphs(document: &Document<'_>, page: &Page) -> Result<Vec<Glyph>, Error> {
    let mut interpreter = Interpreter::new(document, page);
    interpreter.run(&page.content(document)?, &page.resources, Seen::new(IDENTITY), 0)?;
    Ok(interpreter.glyphs)
}

/// As [`glyphs`], also those that stand for nothing that is known.
pub(super) fn all_glyphs(document: &Document<'_>, page: &Page) -> Result<Vec<Glyph>, Error> {
    let mut interpreter = Interpreter { keeps_all: true, ..Interpreter::new(document, page) };
    interpreter.run(&page.content(document)?, &page.resources, Seen::new(IDENTITY), 0)?;
    Ok(interpreter.glyphs)
}

/// All glyphs that an annotation draws upright on its page.
pub(super) fn glyphs_drawn(document: &Document<'_>, page: &Page, drawn: &Drawn) -> Result<Vec<Glyph>, Error> {
    let mut interpreter = Interpreter::new(document, page);
    interpreter.run(&drawn.content, &drawn.resources, Seen::new(drawn.matrix), 0)?;
    Ok(interpreter.glyphs)
}

/// What a form takes over from the content that draws it.
#[derive(Clone, Copy)]
struct Seen {
    ctm: Matrix,
    colour: Option<[f64; 3]>,
    is_artifact: bool,
}

impl Seen {
    fn new(ctm: Matrix) -> Self {
        Self { ctm, colour: Some([0.0; 3]), is_artifact: false }
    }
}

/// The graphics state, as far as text needs it.
#[derive(Clone)]
struct State {
    ctm: Matrix,
    colour: Option<[f64; 3]>,
    /// Text rendering mode (9.3.6).
    mode: i64,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

struct Interpreter<'d, 'a> {
    document: &'d Document<'a>,
    page: &'d Page,
    fonts: HashMap<ObjectId, Option<Rc<Font>>>,
    /// Entries that the tables of further fonts may have.
    font_entries: usize,
    /// External objects drawn so far: none where it's no form.
    forms: HashMap<ObjectId, Option<Rc<Form>>>,
    glyphs: Vec<Glyph>,
    /// Whether glyphs that stand for nothing that is known are noted too.
    keeps_all: bool,
    operations: u64,
    form_bytes: usize,
    drawn: u64,
}

/// A Form XObject, decoded.
struct Form {
    content: Vec<u8>,
    matrix: Matrix,
    resources: Option<Dictionary>,
}

/// A content stream being walked.
struct Walk<'r> {
    resources: &'r Dictionary,
    /// The fonts of `resources` asked for so far.
    fonts: HashMap<Vec<u8>, Option<Rc<Font>>>,
    /// The external objects of `resources`, once asked for.
    objects: Option<Dictionary>,
    state: State,
    saved: Vec<State>,
    text_matrix: Matrix,
    line_matrix: Matrix,
    depth: usize,
    /// How many marked contents are open (14.6).
    marks: usize,
    /// Which of them, if any, is an artifact with all that is in it; 0 where the form as a whole is in one.
    artifact: Option<usize>,
}

impl Walk<'_> {
    fn is_artifact(&self) -> bool {
        self.artifact.is_some()
    }
}

impl<'d, 'a> Interpreter<'d, 'a> {
    fn new(document: &'d Document<'a>, page: &'d Page) -> Self {
        Self {
            document,
            page,
            fonts: HashMap::new(),
            font_entries: MAX_FONT_ENTRIES,
            forms: HashMap::new(),
            glyphs: Vec::new(),
            keeps_all: false,
            operations: 0,
            form_bytes: 0,
            drawn: 0,
        }
    }

    fn run(&mut self, content: &[u8], resources: &Dictionary, seen: Seen, depth: usize) -> Result<(), Error> {
        let state = State {
            ctm: seen.ctm,
            colour: seen.colour,
            mode: 0,
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut walk = Walk {
            resources,
            fonts: HashMap::new(),
            objects: None,
            state,
            saved: Vec::new(),
            text_matrix: IDENTITY,
            line_matrix: IDENTITY,
            depth,
            marks: 0,
            artifact: seen.is_artifact.then_some(0),
        };
        // What follows broken content isn't shown either.
        for operation in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok) {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS {
                return Err(Error::Budget {
                    budget: "operations of a page's content",
                    limit: MAX_OPERATIONS,
                    offset: None,
                });
            }
            self.step(&mut walk, &operation)?;
        }
        Ok(())
    }

    fn step(&mut self, walk: &mut Walk<'_>, operation: &Operation) -> Result<(), Error> {
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
        match operation.operator.as_str() {
            "q" if walk.saved.len() < MAX_SAVED => walk.saved.push(walk.state.clone()),
            "Q" => {
                if let Some(state) = walk.saved.pop() {
                    walk.state = state;
                }
            }
            "cm" => walk.state.ctm = times(matrix(operands), walk.state.ctm),
            "BT" => walk.move_to(IDENTITY),
            "Tf" => {
                if let Some(Object::Name(name)) = operands.first() {
                    walk.state.font = self.font(walk, name)?;
                }
                walk.state.size = number(1);
            }
            "Tc" => walk.state.character_spacing = number(0),
            "Tw" => walk.state.word_spacing = number(0),
            "Tz" => walk.state.scale = number(0) / 100.0,
            "TL" => walk.state.leading = number(0),
            "Ts" => walk.state.rise = number(0),
            "Td" => walk.next_line(number(0), number(1)),
            "TD" => {
                walk.state.leading = -number(1);
                walk.next_line(number(0), number(1));
            }
            "Tm" => walk.move_to(matrix(operands)),
            "T*" => walk.next_line(0.0, -walk.state.leading),
            "Tj" => self.show(walk, operands.first())?,
            "'" => {
                walk.next_line(0.0, -walk.state.leading);
                self.show(walk, operands.first())?;
            }
            "\"" => {
                walk.state.word_spacing = number(0);
                walk.state.character_spacing = number(1);
                walk.next_line(0.0, -walk.state.leading);
                self.show(walk, operands.get(2))?;
            }
            "TJ" => {
                if let Some(Object::Array(items)) = operands.first() {
                    for item in items {
                        match number_of(item) {
                            Some(back) => walk.advance(-back / 1000.0 * walk.state.size * walk.state.scale),
                            None => self.show(walk, Some(item))?,
                        }
                    }
                }
            }
            "Tr" => walk.state.mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(0),
            "g" | "rg" | "k" | "sc" | "scn" => walk.state.colour = colour(operands),
            "cs" => walk.state.colour = Some([0.0; 3]),
            "BMC" | "BDC" => {
                walk.marks += 1;
                if walk.artifact.is_none() && matches!(operands.first(), Some(Object::Name(tag)) if tag == b"Artifact")
                {
                    walk.artifact = Some(walk.marks);
                }
            }
            "EMC" if walk.marks > 0 => {
                if walk.artifact == Some(walk.marks) {
                    walk.artifact = None;
                }
                walk.marks -= 1;
            }
            "Do" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.draw(walk, name)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, walk: &mut Walk<'_>, string: Option<&Object>) -> Result<(), Error> {
        let Some(Object::String(string, _)) = string else { return Ok(()) };
        let Some(font) = walk.state.font.clone() else { return Ok(()) };
        for code in font.codes(string) {
            let state = &walk.state;
            let mut step = code.width * state.size + state.character_spacing;
            if code.is_space {
                step += state.word_spacing;
            }
            let step = step * state.scale;
            self.note(walk, &font, code.text, code.width * state.size * state.scale)?;
            walk.advance(step);
        }
        Ok(())
    }

    /// Notes a glyph at the text position, `width` wide in text space.
    fn note(&mut self, walk: &Walk<'_>, font: &Font, mut text: String, width: f64) -> Result<(), Error> {
        if text.is_empty() && self.keeps_all {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        let Some(first) = text.chars().next() else { return Ok(()) };
        // A mark set over the letter before it belongs to that letter, wherever it's drawn.
        if is_combining_mark(first)
            && let Some(glyph) = self.glyphs.last_mut()
            && glyph.text.len() < 32
        {
            glyph.text.push_str(&text);
            return Ok(());
        }
        let matrix = times(walk.text_matrix, walk.state.ctm);
        let seen = |x: f64, y: f64| {
            let (x, y) = through(matrix, x, y);
            self.page.point_as_seen(x, y)
        };
        let rise = walk.state.rise;
        let (left, baseline) = seen(0.0, rise);
        let (right, _) = seen(width, rise);
        let (along_x, along_y) = seen(1.0, rise);
        let (along_x, along_y) = (along_x - left, along_y - baseline);
        let above = seen(0.0, rise + walk.state.size);
        let size = (above.0 - left).hypot(above.1 - baseline);
        let upright = along_x > 0.0 && along_y.abs() <= MAX_SLOPE * along_x.hypot(along_y) && above.1 > baseline;
        if !upright || ![left, right, baseline, size].into_iter().all(f64::is_finite) {
            return Ok(());
        }
        if self.glyphs.len() >= MAX_GLYPHS {
            return Err(Error::Budget { budget: "glyphs of a page", limit: MAX_GLYPHS as u64, offset: None });
        }
        let style = Style {
            size,
            face: font.face.clone(),
            is_visible: !matches!(walk.state.mode, 3 | 7),
            is_artifact: walk.is_artifact(),
            is_stroked: matches!(walk.state.mode, 2 | 6),
            colour: walk.state.colour,
        };
        self.glyphs.push(Glyph { text, left, right, baseline, style });
        Ok(())
    }

    /// `Do`: a Form XObject's content is walked too (8.10.1).
    fn draw(&mut self, walk: &mut Walk<'_>, name: &[u8]) -> Result<(), Error> {
        if walk.objects.is_none() {
            walk.objects = Some(match self.document.get(walk.resources, b"XObject")? {
                Object::Dictionary(objects) => objects,
                _ => Dictionary::new(),
            });
        }
        // A stream is always an indirect object.
        let id = walk.objects.as_ref().and_then(|objects| objects.get(name).ok()?.as_reference().ok());
        let Some(id) = id else { return Ok(()) };
        let Some(form) = self.form(id)? else { return Ok(()) };
        self.drawn += 1;
        if self.drawn > MAX_FORMS {
            return Err(Error::Budget { budget: "forms that a page draws", limit: MAX_FORMS, offset: None });
        }
        if walk.depth >= MAX_FORM_DEPTH {
            return Err(Error::Budget { budget: "forms within forms", limit: MAX_FORM_DEPTH as u64, offset: None });
        }
        // An old habit: a form without resources uses the page's (table 93).
        let resources = form.resources.as_ref().unwrap_or(walk.resources);
        let seen = Seen {
            ctm: times(form.matrix, walk.state.ctm),
            colour: walk.state.colour,
            is_artifact: walk.is_artifact(),
        };
        self.run(&form.content, resources, seen, walk.depth + 1)
    }

    fn form(&mut self, id: ObjectId) -> Result<Option<Rc<Form>>, Error> {
        if let Some(known) = self.forms.get(&id) {
            return Ok(known.clone());
        }
        // A picture's data may be the largest part of the file.
        let head = match self.document.value(id)? {
            Some(Object::Dictionary(head)) => name(self.document, &head, b"Subtype")?,
            _ => Vec::new(),
        };
        let form = match if head == b"Form" { self.document.object(id)? } else { Object::Null } {
            Object::Stream(mut stream) if name(self.document, &stream.dict, b"Subtype")? == b"Form" => {
                let content = self.document.decode(&mut stream)?;
                self.form_bytes += content.len();
                if self.form_bytes > MAX_FORM_BYTES {
                    let limit = MAX_FORM_BYTES as u64;
                    return Err(Error::Budget { budget: "bytes of a page's forms", limit, offset: None });
                }
                let matrix = match numbers(self.document, &self.document.get(&stream.dict, b"Matrix")?)?.as_slice() {
                    &[a, b, c, d, e, f] => [a, b, c, d, e, f],
                    _ => IDENTITY,
                };
                let resources = match self.document.get(&stream.dict, b"Resources")? {
                    Object::Dictionary(resources) => Some(resources),
                    _ => None,
                };
                Some(Rc::new(Form { content, matrix, resources }))
            }
            _ => None,
        };
        self.forms.insert(id, form.clone());
        Ok(form)
    }

    fn font(&mut self, walk: &mut Walk<'_>, name: &[u8]) -> Result<Option<Rc<Font>>, Error> {
        if let Some(font) = walk.fonts.get(name) {
            return Ok(font.clone());
        }
        let font = self.read_font(walk.resources, name)?;
        walk.fonts.insert(name.to_vec(), font.clone());
        Ok(font)
    }

    fn read_font(&mut self, resources: &Dictionary, name: &[u8]) -> Result<Option<Rc<Font>>, Error> {
        let Object::Dictionary(fonts) = self.document.get(resources, b"Font")? else { return Ok(None) };
        let Ok(value) = fonts.get(name) else { return Ok(None) };
        let id = value.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Ok(known.clone());
        }
        let font = match self.document.resolve(value)? {
            // One broken font leaves the text in the others.
            Object::Dictionary(font) => Font::read(self.document, &font).ok().map(Rc::new),
            _ => None,
        };
        let entries = font.as_ref().map_or(1, |font| font.entries() + 1);
        self.font_entries = self.font_entries.checked_sub(entries).ok_or(Error::Budget {
            budget: "entries of a page's fonts",
            limit: MAX_FONT_ENTRIES as u64,
            offset: None,
        })?;
        if let Some(id) = id {
            self.fonts.insert(id, font.clone());
        }
        Ok(font)
    }
}

impl Walk<'_> {
    fn move_to(&mut self, matrix: Matrix) {
        self.text_matrix = matrix;
        self.line_matrix = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.move_to(times([1.0, 0.0, 0.0, 1.0, x, y], self.line_matrix));
    }

    fn advance(&mut self, x: f64) {
        self.text_matrix = times([1.0, 0.0, 0.0, 1.0, x, 0.0], self.text_matrix);
    }
}

/// A colour by how many components it has: grey, red green blue, or cyan magenta yellow black.
fn colour(operands: &[Object]) -> Option<[f64; 3]> {
    let numbers = operands.iter().map(number_of).collect::<Option<Vec<_>>>()?;
    match *numbers.as_slice() {
        [grey] => Some([grey; 3]),
        [red, green, blue] => Some([red, green, blue]),
        [cyan, magenta, yellow, black] => Some([cyan, magenta, yellow].map(|ink| (1.0 - ink) * (1.0 - black))),
        _ => None,
    }
}

fn matrix(operands: &[Object]) -> Matrix {
    let mut matrix = IDENTITY;
    for (value, operand) in matrix.iter_mut().zip(operands) {
        *value = number_of(operand).unwrap_or(0.0);
    }
    matrix
}
