//! The one walk over content: of a page, of an appearance, and of the forms that they draw (ISO 32000-2, 7.8.2, 8.10).

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::colour::{Colour, CurrentColour, Space};
use super::font::{Code, Font as ReadFont};
use super::form::{FormBox, FormContent, form_matrix};
use super::layers::Layers;
use super::operation::{Operations, data_length};
use super::operator::{Of, Operator};
use super::path::Path;
use super::resources::{Font, Resources};
use super::state::State;
use super::visitor::{Doubt, Glyph, Image, MAX_FORM_DEPTH, Shown, Visitor};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix};
use crate::page::{Page, number_of};

/// Operations of content and of the forms that it draws.
const MAX_OPERATIONS: u64 = 8_000_000;
/// Segments that are kept of one path.
const MAX_SEGMENTS: usize = 200_000;
/// Saved graphics states.
const MAX_SAVED: usize = 4_096;
/// Forms that are drawn, each as often as it's drawn.
const MAX_FORMS: u64 = 10_000;
/// Decoded bytes of the forms that are drawn, each counted once.
const MAX_FORM_BYTES: usize = 64 << 20;
/// Most entries that the tables of all fonts may have together.
const MAX_FONT_ENTRIES: usize = 150_000;
/// How far a character of a font that isn't read moves on, in ems.
const ADVANCE: f64 = 0.6;
/// How far a character reaches under and over its baseline, in ems.
const BELOW: f64 = 0.2;
const ABOVE: f64 = 0.8;

/// Walks over the content of a page.
///
/// # Errors
/// [`Error::Input`] where content can't be decoded; the visitor's own.
pub(crate) fn walk_page(document: &Document<'_>, page: &Page, visitor: &mut impl Visitor) -> Result<(), Error> {
    let resources = Resources::of_page(&page.resources);
    let state = State::new(Matrix::IDENTITY, Bounds::EVERYWHERE);
    Walk::new(document, visitor).content(&page.content(document)?, &resources, state)
}

/// Walks over the content of a form that begins in `state`. Names that the form's own resources lack may be the page's.
///
/// # Errors
/// Those of [`walk_page`].
pub(crate) fn walk_form(
    document: &Document<'_>,
    form: &FormContent,
    state: State,
    page: &Rc<Dictionary>,
    visitor: &mut impl Visitor,
) -> Result<(), Error> {
    let outer = Resources::of_page(page);
    let own = own_resources(document, &form.dictionary)?;
    let resources = own.map_or_else(|| Rc::clone(&outer), |own| Resources::within(own, &outer));
    let mut walk = Walk::new(document, visitor);
    walk.drawing.push(form.id);
    walk.content(&form.content, &resources, state)
}

/// What a form has for resources; `None` where the form uses those of what draws it, an old habit (table 93).
fn own_resources(document: &Document<'_>, form: &Dictionary) -> Result<Option<Rc<Dictionary>>, Error> {
    if matches!(form.get(b"Resources"), Err(_) | Ok(Object::Null)) {
        return Ok(None);
    }
    Ok(Some(Rc::new(document.dictionary(form, b"Resources")?)))
}

/// Something that `Do` draws.
#[derive(Clone)]
enum Drawable {
    Form(Rc<Form>),
    Image(Rc<Dictionary>),
    Nothing,
}

/// A form, decoded.
struct Form {
    content: Vec<u8>,
    bounds: FormBox,
    matrix: Matrix,
    has_sure_matrix: bool,
    resources: Option<Rc<Dictionary>>,
    is_group: bool,
    /// What it belongs to (8.11.3.3).
    layer: Option<Object>,
}

struct Walk<'d, 'a, V> {
    document: &'d Document<'a>,
    visitor: &'d mut V,
    drawables: HashMap<ObjectId, Drawable>,
    fonts: HashMap<ObjectId, Rc<Font>>,
    /// Entries that the tables of further fonts may have.
    font_entries: usize,
    operations: u64,
    form_bytes: usize,
    forms: u64,
    /// The forms that the walk is in.
    drawing: Vec<ObjectId>,
    /// The marked contents that are open (14.6), and how many of them are artifacts, and hidden.
    marks: Vec<Marked>,
    artifacts: usize,
    hidden: usize,
    /// `None` until something belongs to one.
    layers: Option<Layers>,
}

/// Marked content.
struct Marked {
    is_artifact: bool,
    is_hidden: bool,
}

/// A content stream being walked.
struct Stream<'r> {
    resources: &'r Rc<Resources>,
    state: State,
    saved: Vec<State>,
    /// States that were saved beyond the bound.
    lost: usize,
    /// Whether more states were restored than saved.
    is_overdrawn: bool,
    /// In the space in which it's built: viewers take the matrix that holds where it's painted.
    path: Path,
    clips: bool,
    text: Matrix,
    line: Matrix,
    is_moved: bool,
    is_in_text: bool,
    /// How many marked contents were open where it began.
    marks: usize,
}

impl<'d, 'a, V: Visitor> Walk<'d, 'a, V> {
    fn new(document: &'d Document<'a>, visitor: &'d mut V) -> Self {
        Self {
            document,
            visitor,
            drawables: HashMap::new(),
            fonts: HashMap::new(),
            font_entries: MAX_FONT_ENTRIES,
            operations: 0,
            form_bytes: 0,
            forms: 0,
            drawing: Vec::new(),
            marks: Vec::new(),
            artifacts: 0,
            hidden: 0,
            layers: None,
        }
    }

    fn content(&mut self, content: &[u8], resources: &Rc<Resources>, state: State) -> Result<(), Error> {
        let mut stream = Stream {
            resources,
            state,
            saved: Vec::new(),
            lost: 0,
            is_overdrawn: false,
            path: Path::default(),
            clips: false,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            is_moved: true,
            is_in_text: false,
            marks: self.marks.len(),
        };
        let mut operations = Operations::of(content);
        for operation in operations.by_ref() {
            if self.visitor.is_done() {
                break;
            }
            self.operations += 1;
            if self.operations > MAX_OPERATIONS {
                self.visitor.doubt(Doubt::Budget("operations of a page's content", MAX_OPERATIONS))?;
                break;
            }
            let (operator, is_doubtful) = Operator::of(operation);
            if is_doubtful {
                self.visitor.doubt(Doubt::Operands)?;
            }
            // In a form viewers pass over it.
            if stream.is_overdrawn && self.drawing.is_empty() && operator.paints() {
                self.visitor.doubt(Doubt::Unsaved)?;
            }
            self.visitor.operator(&operator, &stream.state)?;
            self.step(&mut stream, operator)?;
        }
        if operations.is_given_up() {
            self.visitor.doubt(Doubt::Operands)?;
        }
        while self.marks.len() > stream.marks {
            // Behind a form some viewers go on hiding.
            if self.end_marked() && !self.drawing.is_empty() {
                self.visitor.doubt(Doubt::Layer)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, stream: &mut Stream<'_>, operator: Operator) -> Result<(), Error> {
        let state = &mut stream.state;
        match operator {
            Operator::Save if stream.saved.len() >= MAX_SAVED => {
                stream.lost += 1;
                self.visitor.doubt(Doubt::Budget("saved graphics states", MAX_SAVED as u64))?;
            }
            Operator::Save => stream.saved.push(state.clone()),
            Operator::Restore if stream.lost > 0 => stream.lost -= 1,
            Operator::Restore => match stream.saved.pop() {
                Some(saved) => *state = saved,
                None => stream.is_overdrawn = true,
            },
            Operator::Concatenate(matrix) => state.ctm = matrix.then(state.ctm),
            Operator::LineWidth(width) => state.line_width = width,
            Operator::Dash { is_solid } => state.is_dashed = !is_solid,
            Operator::Parameters(name) => self.set_parameters(stream, &name)?,
            Operator::Move(_)
            | Operator::Line(_)
            | Operator::Curve(_)
            | Operator::Close
            | Operator::Rectangle(..)
            | Operator::Clip
            | Operator::Paint(_) => self.build(stream, &operator)?,
            Operator::Shade(_) if self.is_hidden() => {}
            Operator::Shade(name) => {
                let found = stream.resources.find(self.document, b"Shading", &name)?;
                self.visitor.shading(state)?;
                if found.is_none_or(|found| !found.is_sure) {
                    self.visitor.doubt(Doubt::Resource)?;
                }
            }
            Operator::ColourSpace(of, name) => {
                let (space, is_sure) = stream.resources.space(self.document, &name);
                *current_colour(state, of) = CurrentColour { space, colour: Some(Colour::BLACK) };
                if !is_sure {
                    self.visitor.doubt(Doubt::Resource)?;
                }
            }
            Operator::DeviceColour(of, colour) => {
                *current_colour(state, of) = CurrentColour { space: Space::Device, colour: Some(colour) };
            }
            Operator::Colour(of, colour) => current_colour(state, of).colour = colour,
            Operator::Pattern(of, name) => {
                current_colour(state, of).colour = None;
                let found = stream.resources.find(self.document, b"Pattern", &name)?;
                if found.is_none_or(|found| !found.is_sure) {
                    self.visitor.doubt(Doubt::Resource)?;
                }
            }
            Operator::Draw(name) => self.draw(stream, &name)?,
            Operator::InlinePicture(dictionary) => {
                let image = Image {
                    id: None,
                    dictionary: &dictionary,
                    resources: stream.resources,
                    bounds: Bounds::UNIT.through(state.ctm).within(state.clip),
                };
                self.image(&image, state)?;
                if data_length(&dictionary).is_none() {
                    self.visitor.doubt(Doubt::InlinePicture)?;
                }
                let space = dictionary.get(b"CS").or_else(|_| dictionary.get(b"ColorSpace")).and_then(Object::as_name);
                if space.is_ok_and(|name| !stream.resources.space(self.document, name).1) {
                    self.visitor.doubt(Doubt::Resource)?;
                }
            }
            Operator::BeginMarked(tag, name) => {
                self.begin_marked(stream, &tag, name.filter(|_| tag == b"OC").as_deref())?;
            }
            Operator::EndMarked if self.marks.len() > stream.marks => drop(self.end_marked()),
            // Some viewers end the content around the form.
            Operator::EndMarked if self.hidden > 0 => self.visitor.doubt(Doubt::Layer)?,
            Operator::EndText => stream.is_in_text = false,
            Operator::EndMarked | Operator::Mark(_) | Operator::Other(_) => {}
            operator => self.set_text(stream, operator)?,
        }
        Ok(())
    }

    /// Begins marked content, which may belong to a layer (8.11.3.2).
    fn begin_marked(&mut self, stream: &Stream<'_>, tag: &[u8], layer: Option<&[u8]>) -> Result<(), Error> {
        let (is_artifact, mut is_hidden) = (tag == b"Artifact", false);
        if let Some(name) = layer
            && let Some(found) = stream.resources.find(self.document, b"Properties", name)?
        {
            is_hidden = self.hides(&found.value)?;
            // Some viewers show text that is hidden within a text object.
            if is_hidden && (stream.is_in_text || !found.is_sure) {
                self.visitor.doubt(Doubt::Layer)?;
            }
        }
        self.artifacts += usize::from(is_artifact);
        self.hidden += usize::from(is_hidden);
        self.marks.push(Marked { is_artifact, is_hidden });
        Ok(())
    }

    /// Ends marked content, and says whether it was hidden.
    fn end_marked(&mut self) -> bool {
        let Some(Marked { is_artifact, is_hidden }) = self.marks.pop() else { return false };
        self.artifacts -= usize::from(is_artifact);
        self.hidden -= usize::from(is_hidden);
        is_hidden
    }

    /// Whether what is painted belongs to a layer that is off.
    fn is_hidden(&self) -> bool {
        self.hidden > 0 && !V::SEES_ALL_LAYERS
    }

    /// Whether what has this /OC isn't shown on screen; whether it's printed makes no difference where it's shown.
    fn hides(&mut self, membership: &Object) -> Result<bool, Error> {
        let shown = self.shown_by_viewers(membership).ok();
        match shown {
            Some([true, true, true, _]) => Ok(false),
            Some([false, false, false, false]) => Ok(true),
            _ => {
                self.visitor.doubt(Doubt::Layer)?;
                Ok(matches!(shown, Some([false, ..])))
            }
        }
    }

    fn shown_by_viewers(&mut self, membership: &Object) -> Result<[bool; 4], Error> {
        // Some viewers go no further than one reference.
        if let Object::Reference(id) = membership
            && matches!(self.document.value(*id)?, Some(Object::Reference(_)))
        {
            return Err(Error::input("layer", None, "is a reference to a reference"));
        }
        let layers = match self.layers.take() {
            Some(layers) => layers,
            None => Layers::read(self.document)?,
        };
        self.layers.insert(layers).shows(self.document, Some(membership))
    }

    /// `gs`: what of the dictionary can't be read doesn't change the state.
    fn set_parameters(&mut self, stream: &mut Stream<'_>, name: &[u8]) -> Result<(), Error> {
        let Some(found) = stream.resources.find(self.document, b"ExtGState", name)? else { return Ok(()) };
        let is_set = match self.document.resolve(&found.value) {
            Ok(Object::Dictionary(parameters)) => {
                self.visitor.parameters(&parameters)?;
                stream.state.opacity.set(self.document, &parameters)
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if is_set.is_err() || !found.is_sure {
            self.visitor.doubt(Doubt::Resource)?;
        }
        Ok(())
    }

    /// The operators of paths (8.5).
    fn build(&mut self, stream: &mut Stream<'_>, operator: &Operator) -> Result<(), Error> {
        let path = &mut stream.path;
        if path.len() >= MAX_SEGMENTS && !matches!(operator, Operator::Paint(_)) {
            return self.visitor.doubt(Doubt::LongPath);
        }
        match *operator {
            Operator::Move(to) => path.start(to),
            Operator::Line(to) => path.line(to),
            Operator::Curve(curve) => path.curve(curve),
            Operator::Close => path.close(),
            Operator::Rectangle(corner, width, height) => path.rectangle(corner, width, height),
            Operator::Clip => {
                stream.clips = !path.is_empty();
                // Some viewers show nothing of what is clipped by nothing.
                if path.is_empty() {
                    self.visitor.doubt(Doubt::Operands)?;
                }
            }
            Operator::Paint(painting) => {
                if painting.closes {
                    path.close();
                }
                let (path, clips) = (std::mem::take(path).through(stream.state.ctm), std::mem::take(&mut stream.clips));
                if !self.is_hidden() {
                    self.visitor.path(&path, painting, clips, &stream.state)?;
                }
                if clips {
                    stream.state.clip = path.polygons().bounds().within(stream.state.clip);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The operators of text (9.3 and 9.4).
    fn set_text(&mut self, stream: &mut Stream<'_>, operator: Operator) -> Result<(), Error> {
        let text = &mut stream.state.text;
        match operator {
            Operator::BeginText => {
                stream.is_in_text = true;
                stream.move_to(Matrix::IDENTITY);
            }
            Operator::Font(name, size) => {
                text.size = size;
                let (font, is_sure) = stream.resources.font(self.document, &name, &mut self.fonts)?;
                text.font = font;
                // Some viewers take another font, others show nothing.
                if !is_sure {
                    self.visitor.doubt(Doubt::Resource)?;
                }
            }
            Operator::CharacterSpacing(spacing) => text.character_spacing = spacing,
            Operator::WordSpacing(spacing) => text.word_spacing = spacing,
            Operator::Scale(scale) => text.scale = scale,
            Operator::Leading(leading) => text.leading = leading,
            Operator::Rise(rise) => text.rise = rise,
            Operator::RenderingMode(mode) => text.rendering_mode = mode,
            Operator::MoveText { by: (x, y), sets_leading } => {
                if sets_leading {
                    text.leading = -y;
                }
                stream.move_by(x, y);
            }
            Operator::TextMatrix(matrix) => stream.move_to(matrix),
            Operator::NextLine => stream.next_line(),
            Operator::Show(items) => self.show(stream, &items)?,
            Operator::ShowOnNextLine(spacing, items) => {
                if let Some([words, characters]) = spacing {
                    (text.word_spacing, text.character_spacing) = (words, characters);
                }
                stream.next_line();
                self.show(stream, &items)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, stream: &mut Stream<'_>, items: &[Object]) -> Result<(), Error> {
        if self.is_hidden() {
            // What is seen next stands elsewhere.
            stream.is_moved = true;
        } else {
            let line = stream.line.then(stream.state.ctm);
            let shown = Shown { items, line, is_moved: std::mem::take(&mut stream.is_moved) };
            self.visitor.text(&shown, &stream.state)?;
        }
        if !V::READS_GLYPHS {
            return Ok(());
        }
        let font = stream.state.text.font.clone();
        if let Some(font) = &font {
            self.read_font(font)?;
        }
        let font = font.as_ref().and_then(|font| font.read());
        for item in items {
            let Object::String(string, _) = item else {
                let text = &stream.state.text;
                let back = number_of(item).unwrap_or(0.0);
                stream.advance(-back / 1000.0 * text.size * text.scale);
                continue;
            };
            match font {
                Some(font) => font.codes(string).try_for_each(|code| self.glyph(stream, Some(font), &code))?,
                None => string.iter().try_for_each(|byte| self.glyph(stream, None, &Code::unknown(*byte, ADVANCE)))?,
            }
        }
        Ok(())
    }

    /// Reads a font that is used for the first time. One that is broken leaves the text in the others.
    fn read_font(&mut self, font: &Font) -> Result<(), Error> {
        if font.read.get().is_some() {
            return Ok(());
        }
        let read = ReadFont::read(self.document, &font.dictionary).ok();
        let entries = read.as_ref().map_or(1, |read| read.entries() + 1);
        let left = self.font_entries.checked_sub(entries);
        self.font_entries = left.unwrap_or_default();
        let _ = font.read.set(read.filter(|_| left.is_some()));
        match left {
            Some(_) => Ok(()),
            None => self.visitor.doubt(Doubt::Budget("entries of a page's fonts", MAX_FONT_ENTRIES as u64)),
        }
    }

    fn glyph(&mut self, stream: &mut Stream<'_>, font: Option<&ReadFont>, code: &Code) -> Result<(), Error> {
        let state = &stream.state;
        let text = &state.text;
        let width = code.width * text.size * text.scale;
        let bounds = Bounds::new(0.0, text.rise - BELOW * text.size, width, text.rise + ABOVE * text.size);
        let matrix = stream.text.then(state.ctm);
        let is_clipped = state.clip != Bounds::EVERYWHERE && bounds.through(matrix).within(state.clip).is_void();
        let is_artifact = self.artifacts > 0;
        let glyph = Glyph { code, font, matrix, width, bounds, is_artifact, is_clipped };
        if !self.is_hidden() {
            self.visitor.glyph(&glyph, state)?;
        }
        let word = if code.is_space { text.word_spacing } else { 0.0 };
        stream.advance((code.width * text.size + text.character_spacing + word) * text.scale);
        Ok(())
    }

    fn image(&mut self, image: &Image<'_>, state: &State) -> Result<(), Error> {
        if image.bounds.is_void() || self.is_hidden() { Ok(()) } else { self.visitor.image(image, state) }
    }

    /// `Do`.
    fn draw(&mut self, stream: &mut Stream<'_>, name: &[u8]) -> Result<(), Error> {
        let Some(found) = stream.resources.find(self.document, b"XObject", name)? else { return Ok(()) };
        // A stream is always an indirect object.
        let Ok(id) = found.value.as_reference() else { return Ok(()) };
        if !found.is_sure {
            self.visitor.doubt(Doubt::Resource)?;
        }
        let state = &stream.state;
        let drawable = self.drawable(id)?;
        let layer = match &drawable {
            Drawable::Form(form) => form.layer.as_ref(),
            Drawable::Image(dictionary) => dictionary.get(b"OC").ok(),
            Drawable::Nothing => None,
        };
        let is_hidden = layer.map_or(Ok(false), |layer| self.hides(layer))?;
        self.hidden += usize::from(is_hidden);
        match drawable {
            Drawable::Form(form) => self.draw_form(stream, id, &form)?,
            Drawable::Image(dictionary) => {
                let bounds = Bounds::UNIT.through(state.ctm).within(state.clip);
                let image = Image { id: Some(id), dictionary: &dictionary, resources: stream.resources, bounds };
                self.image(&image, state)?;
            }
            Drawable::Nothing => {}
        }
        self.hidden -= usize::from(is_hidden);
        Ok(())
    }

    fn draw_form(&mut self, stream: &Stream<'_>, id: ObjectId, form: &Form) -> Result<(), Error> {
        self.forms += 1;
        if self.forms > MAX_FORMS {
            return self.visitor.doubt(Doubt::Budget("forms that a page draws", MAX_FORMS));
        }
        // Some viewers pass over it, others go on for a while.
        if self.drawing.contains(&id) {
            return self.visitor.doubt(Doubt::Circle);
        }
        if self.drawing.len() >= MAX_FORM_DEPTH {
            return self.visitor.doubt(Doubt::FormDepth);
        }
        let mut state = stream.state.clone();
        state.ctm = form.matrix.then(state.ctm);
        match form.bounds {
            FormBox::Sure(bounds) | FormBox::Unsure(Some(bounds)) => {
                state.clip = bounds.through(state.ctm).within(state.clip);
            }
            FormBox::Unsure(None) => {}
            FormBox::Void => return Ok(()),
        }
        if !form.has_sure_matrix || matches!(form.bounds, FormBox::Unsure(_)) {
            self.visitor.doubt(Doubt::Form)?;
        }
        if form.is_group {
            state.opacity = state.opacity.in_group();
        }
        let own = form.resources.as_ref().map(|own| Resources::within(Rc::clone(own), stream.resources));
        self.drawing.push(id);
        self.content(&form.content, own.as_ref().unwrap_or(stream.resources), state)?;
        self.drawing.pop();
        Ok(())
    }

    fn drawable(&mut self, id: ObjectId) -> Result<Drawable, Error> {
        if let Some(known) = self.drawables.get(&id) {
            return Ok(known.clone());
        }
        // The data of a picture may be the largest part of the file.
        let head = match self.document.value(id)? {
            Some(Object::Dictionary(head)) => head,
            _ => Dictionary::new(),
        };
        let drawable = match self.document.get(&head, b"Subtype")? {
            Object::Name(kind) if kind == b"Image" && self.document.is_stream(id)? => Drawable::Image(Rc::new(head)),
            Object::Name(kind) if kind == b"Form" => self.read_form(id)?,
            _ => Drawable::Nothing,
        };
        self.drawables.insert(id, drawable.clone());
        Ok(drawable)
    }

    fn read_form(&mut self, id: ObjectId) -> Result<Drawable, Error> {
        let Some(FormContent { dictionary, content, .. }) = FormContent::read(self.document, id)? else {
            return Ok(Drawable::Nothing);
        };
        self.form_bytes += content.len();
        if self.form_bytes > MAX_FORM_BYTES {
            self.visitor.doubt(Doubt::Budget("bytes of a page's forms", MAX_FORM_BYTES as u64))?;
            return Ok(Drawable::Nothing);
        }
        let (matrix, has_sure_matrix) = form_matrix(self.document, &dictionary)?;
        let resources = own_resources(self.document, &dictionary)?;
        let (bounds, is_group) = (FormBox::of(self.document, &dictionary)?, dictionary.has(b"Group"));
        let layer = dictionary.get(b"OC").ok().cloned();
        Ok(Drawable::Form(Rc::new(Form { content, bounds, matrix, has_sure_matrix, resources, is_group, layer })))
    }
}

impl Stream<'_> {
    fn move_to(&mut self, matrix: Matrix) {
        (self.text, self.line, self.is_moved) = (matrix, matrix, true);
    }

    fn move_by(&mut self, x: f64, y: f64) {
        self.move_to(Matrix::translation(x, y).then(self.line));
    }

    fn next_line(&mut self) {
        self.move_by(0.0, -self.state.text.leading);
    }

    fn advance(&mut self, x: f64) {
        self.text = Matrix::translation(x, 0.0).then(self.text);
    }
}

fn current_colour(state: &mut State, of: Of) -> &mut CurrentColour {
    match of {
        Of::Filling => &mut state.filling,
        Of::Stroking => &mut state.stroking,
    }
}
