//! What running a page's content takes, whatever of it is drawn: the renderer tells what it draws, and not what it passes
//! over on the way.
//!
//! Each stream of content is read once, however often it's run, so counting takes no longer than the file is long. It's
//! counted as if everything in it were visible: never less than what the renderer does.

use std::collections::{HashMap, HashSet};

use hayro::hayro_interpret::CacheKey as _;
use hayro::hayro_interpret::hayro_syntax::content::{Instruction, UntypedIter};
use hayro::hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_interpret::hayro_syntax::page::{Page, Resources};

use crate::work::TooMuch;

/// Of an operator, and of each byte that is read, decrypted or decoded for it.
const OPERATOR: f64 = 200.0;
const BYTE: f64 = 20.0;
/// Of something that an operator names: it's looked for in the resources and read again each time.
const NAMED: f64 = 2_000.0;
/// Of a letter, seen or not: its glyph is looked for and placed.
const LETTER: f64 = 800.0;
/// Of a stream of content that is run, be it empty.
const RUN: f64 = 12_000.0;
/// Of a byte of a function's program, each time that it's run.
const PROGRAM: f64 = 8.0;
/// Of an element of a dash pattern, which the renderer copies for whatever it draws.
const DASH: f64 = 1.0;
/// Content within content, at most: the renderer goes no deeper.
const DEPTH: usize = 50;
/// Functions within a function that are looked at.
const FUNCTIONS: usize = 256;

/// Flags of an annotation (ISO 32000-2, table 167).
const HIDDEN: u32 = 1 << 1;
const PRINT: u32 = 1 << 2;
const NO_VIEW: u32 = 1 << 5;

/// What running a page's content takes, and what is in it that isn't drawn.
#[derive(Debug, Default)]
pub(crate) struct Running {
    /// Units of the content, with all that it runs.
    pub(crate) page: f64,
    /// Units of the dearest cell of a pattern, glyph of content and soft mask: how often they're run, the drawing tells.
    pub(crate) tile: f64,
    pub(crate) glyph: f64,
    pub(crate) mask: f64,
    /// Units of a pixel that the dearest shading's function colours.
    pub(crate) shading: f64,
    /// Units of whatever is drawn: of the longest dash pattern, and of the dearest function that gives a colour.
    pub(crate) drawn: f64,
    /// Something in it can't be decoded: what it would draw is missing.
    pub(crate) lacks: bool,
    /// Something in it is seen in print, or in a viewer that goes by a layer's usage, and not as it's drawn here.
    pub(crate) is_seen_elsewhere: bool,
}

/// Counts what running the page's content takes.
///
/// # Errors
/// [`TooMuch`] where reading it once is more than `most`, or where content runs itself.
pub(crate) fn running<'a>(page: &'a Page<'a>, most: f64) -> Result<Running, TooMuch> {
    let layers = page.xref().get::<Dict<'a>>(page.xref().root_id()).map(|catalog| elsewhere(&catalog));
    let (known, fonts, layers) = (HashMap::new(), HashSet::new(), layers.unwrap_or_default());
    let mut reader = Reader { left: most, known, fonts, layers, told: Running::default() };
    reader.told.lacks = match page.raw().get::<Object<'a>>(b"Contents".as_slice()) {
        Some(Object::Stream(stream)) => stream.decoded_data().is_err(),
        Some(Object::Array(all)) => all.iter::<Stream<'a>>().any(|stream| stream.decoded_data().is_err()),
        _ => false,
    };
    let bytes = page.page_stream().unwrap_or_default();
    let shared = Shared::new(page.resources().clone());
    let mut units = reader.spend(RUN + length(bytes) * BYTE)? + reader.content(bytes, &shared, 0)?;
    let annotations = page.raw().get::<Array<'a>>(b"Annots".as_slice());
    for annotation in annotations.iter().flat_map(|all| all.iter::<Dict<'a>>()) {
        units += reader.annotation(&annotation, &shared)?;
    }
    Ok(Running { page: units, ..reader.told })
}

/// Resources, and the renderer's own key of them.
struct Shared<'a> {
    resources: Resources<'a>,
    key: u128,
    bytes: f64,
}

impl<'a> Shared<'a> {
    fn new(resources: Resources<'a>) -> Self {
        let Resources { ext_g_states, fonts, properties, color_spaces, x_objects, patterns, shadings } = &resources;
        let all = [ext_g_states, fonts, properties, color_spaces, x_objects, patterns, shadings];
        let bytes = all.iter().map(|some| length(some.data())).sum();
        let key = resources.cache_key();
        Self { resources, key, bytes }
    }

    fn of(dictionary: &Dict<'a>) -> Option<Self> {
        Some(Self::new(Resources::new(dictionary.get::<Dict<'a>>(b"Resources".as_slice())?)))
    }
}

struct Reader {
    /// What reading may still take.
    left: f64,
    /// What content takes, by its stream and the resources that it borrows; `None` while it's being read.
    known: HashMap<(u128, u128), Option<f64>>,
    /// Fonts that were read, likewise.
    fonts: HashSet<(u128, u128)>,
    /// The layers that are seen elsewhere only.
    layers: HashSet<ObjectIdentifier>,
    told: Running,
}

impl<'a> Reader {
    fn spend(&mut self, units: f64) -> Result<f64, TooMuch> {
        self.left -= units;
        if self.left >= 0.0 { Ok(units) } else { Err(TooMuch) }
    }

    fn annotation(&mut self, annotation: &Dict<'a>, shared: &Shared<'a>) -> Result<f64, TooMuch> {
        let mut units = self.spend(NAMED + length(annotation.data()) * BYTE)?;
        let flags = annotation.get::<u32>(b"F".as_slice()).unwrap_or(0);
        let Some(appearance) = annotation.get::<Dict<'a>>(b"AP".as_slice()) else { return Ok(units) };
        self.told.is_seen_elsewhere |= flags & (HIDDEN | PRINT | NO_VIEW) == PRINT | NO_VIEW;
        if flags & (HIDDEN | NO_VIEW) != 0 {
            return Ok(units);
        }
        self.layer(annotation);
        let stream = match appearance.get::<Object<'a>>(b"N".as_slice()) {
            Some(Object::Stream(stream)) => Some(stream),
            Some(Object::Dict(states)) => {
                let state = annotation.get::<Name<'a>>(b"AS".as_slice());
                let state = state.and_then(|state| states.get::<Stream<'a>>(state));
                state.or_else(|| states.get::<Stream<'a>>(b"Off".as_slice()))
            }
            _ => None,
        };
        if let Some(stream) = stream {
            self.layer(stream.dict());
            units += self.run(&stream, shared, 0)?;
        }
        Ok(units)
    }

    /// A stream of content, which may borrow the resources of the one that runs it.
    fn run(&mut self, stream: &Stream<'a>, borrowed: &Shared<'a>, depth: usize) -> Result<f64, TooMuch> {
        let has_own = stream.dict().get::<Dict<'a>>(b"Resources".as_slice()).is_some();
        let key = (stream.cache_key(), if has_own { 0 } else { borrowed.key });
        match self.known.get(&key) {
            Some(Some(units)) => return Ok(*units),
            // It runs itself: the renderer passes over that where it notices, and no writer of documents does it.
            Some(None) => return Err(TooMuch),
            None if depth > DEPTH => return Err(TooMuch),
            None => self.known.insert(key, None),
        };
        let decoded = stream.decoded_data();
        self.told.lacks |= decoded.is_err();
        let decoded = decoded.unwrap_or_default();
        let own = Shared::of(stream.dict());
        // The renderer reads them again each time.
        let resources = own.as_ref().map_or(0.0, |own| own.bytes);
        let bytes = length(&decoded) + length(&stream.raw_data()) + length(stream.dict().data()) + resources;
        let units = self.spend(RUN + bytes * BYTE)?;
        let units = units + self.content(&decoded, own.as_ref().unwrap_or(borrowed), depth)?;
        self.known.insert(key, Some(units));
        Ok(units)
    }

    fn content(&mut self, bytes: &[u8], shared: &Shared<'a>, depth: usize) -> Result<f64, TooMuch> {
        let mut units = 0.0;
        let mut operators = UntypedIter::new(bytes);
        while let Some(operator) = operators.next() {
            units += self.spend(OPERATOR)? + self.operator(&operator, shared, depth)?;
        }
        Ok(units)
    }

    fn operator(&mut self, said: &Instruction<'_, '_>, shared: &Shared<'a>, depth: usize) -> Result<f64, TooMuch> {
        let resources = &shared.resources;
        let mut names = said.operands().filter_map(|operand| match operand {
            Object::Name(name) => Some(name),
            _ => None,
        });
        match &**said.operator {
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                let letters: f64 = said.operands().map(letters).sum();
                self.spend(letters * LETTER)
            }
            b"Do" => match names.next().and_then(|name| resources.get_x_object(name)) {
                Some(object) => {
                    let units = self.spend(NAMED + length(object.dict().data()) * BYTE)?;
                    self.layer(object.dict());
                    let kind = object.dict().get::<Name<'a>>(b"Subtype".as_slice());
                    if kind.is_some_and(|kind| *kind == *b"Form") {
                        return Ok(units + self.run(&object, shared, depth + 1)?);
                    }
                    let space = object.dict().get::<Object<'a>>(b"ColorSpace".as_slice());
                    Ok(units + self.spend(space.map_or(0.0, |space| colours(&space)) * BYTE)?)
                }
                None => self.spend(NAMED),
            },
            b"gs" => match names.next().and_then(|name| resources.get_ext_g_state(name)) {
                Some(state) => self.state(&state, shared, depth),
                None => self.spend(NAMED),
            },
            b"scn" | b"SCN" => match names.last().and_then(|name| resources.get_pattern(name)) {
                Some(Object::Stream(pattern)) => {
                    let tile = self.run(&pattern, shared, depth + 1)?;
                    self.told.tile = self.told.tile.max(tile);
                    self.spend(NAMED + length(pattern.dict().data()) * BYTE)
                }
                Some(Object::Dict(pattern)) => match pattern.get::<Object<'a>>(b"Shading".as_slice()) {
                    Some(shading) => self.shading(&shading),
                    None => self.spend(NAMED),
                },
                _ => self.spend(0.0),
            },
            b"sh" => match names.next().and_then(|name| resources.get_shading(name)) {
                Some(shading) => self.shading(&shading),
                None => self.spend(NAMED),
            },
            b"Tf" => match names.next().and_then(|name| resources.get_font(name)) {
                Some(font) => self.font(&font, shared, depth),
                None => self.spend(NAMED),
            },
            b"cs" | b"CS" => {
                let space = names.next().and_then(|name| resources.get_color_space(name));
                if let Some(Object::Array(space)) = &space {
                    self.told.drawn = self.told.drawn.max(tint(space));
                }
                self.spend(NAMED + space.map_or(0.0, |space| colours(&space)) * BYTE)
            }
            b"BDC" => {
                let name = names.nth(1);
                let properties = name.and_then(|name| resources.properties.get::<Dict<'a>>(name));
                let reference = name.and_then(|name| resources.properties.get_ref(name));
                self.told.is_seen_elsewhere |= reference.is_some_and(|layer| self.layers.contains(&layer.into()));
                if let Some(properties) = &properties {
                    self.members(properties);
                }
                self.spend(NAMED + properties.map_or(0.0, |properties| length(properties.data())) * BYTE)
            }
            b"d" => {
                let longest = said.operands().map(extent).fold(0.0, f64::max);
                self.told.drawn = self.told.drawn.max(longest * DASH);
                self.spend(0.0)
            }
            b"BI" => self.spend(NAMED),
            _ => Ok(0.0),
        }
    }

    fn state(&mut self, state: &Dict<'a>, shared: &Shared<'a>, depth: usize) -> Result<f64, TooMuch> {
        let mut units = self.spend(NAMED + length(state.data()) * BYTE)?;
        if let Some(dashes) = state.get::<Array<'a>>(b"D".as_slice()) {
            self.told.drawn = self.told.drawn.max(length(dashes.data()) * DASH);
        }
        let font = state.get::<Array<'a>>(b"Font".as_slice()).and_then(|font| font.iter::<Dict<'a>>().next());
        if let Some(font) = font {
            units += self.font(&font, shared, depth)?;
        }
        let mask = state.get::<Dict<'a>>(b"SMask".as_slice()).and_then(|mask| mask.get::<Stream<'a>>(b"G".as_slice()));
        if let Some(mask) = mask {
            let run = self.run(&mask, shared, depth + 1)?;
            self.told.mask = self.told.mask.max(run);
            // Naming it decodes it.
            units += run;
        }
        Ok(units)
    }

    /// A font's letters may be content themselves (ISO 32000-2, 9.6.4).
    fn font(&mut self, font: &Dict<'a>, shared: &Shared<'a>, depth: usize) -> Result<f64, TooMuch> {
        let units = self.spend(NAMED + length(font.data()) * BYTE)?;
        if !self.fonts.insert((font.cache_key(), shared.key)) {
            return Ok(units);
        }
        if let Some(letters) = font.get::<Dict<'a>>(b"CharProcs".as_slice()) {
            let own = Shared::of(font);
            for name in letters.keys() {
                if let Some(letter) = letters.get::<Stream<'a>>(name) {
                    let run = self.run(&letter, own.as_ref().unwrap_or(shared), depth + 1)?;
                    self.told.glyph = self.told.glyph.max(run);
                }
            }
        }
        Ok(units)
    }

    fn shading(&mut self, shading: &Object<'a>) -> Result<f64, TooMuch> {
        let dictionary = match shading {
            Object::Stream(stream) => stream.dict(),
            Object::Dict(dictionary) => dictionary,
            _ => return self.spend(NAMED),
        };
        let data = match shading {
            Object::Stream(stream) => {
                let decoded = stream.decoded_data();
                self.told.lacks |= decoded.is_err();
                length(&stream.raw_data()) + length(&decoded.unwrap_or_default())
            }
            _ => 0.0,
        };
        let programs = dictionary.get::<Object<'a>>(b"Function".as_slice()).map_or(0.0, |function| programs(&function));
        self.told.shading = self.told.shading.max(programs * PROGRAM);
        self.spend(NAMED + (data + length(dictionary.data()) + programs) * BYTE)
    }

    /// Content that belongs to a layer, or to layers that are one (ISO 32000-2, 8.11.2.2).
    fn layer(&mut self, owner: &Dict<'a>) {
        let reference = owner.get_ref(b"OC".as_slice());
        self.told.is_seen_elsewhere |= reference.is_some_and(|layer| self.layers.contains(&layer.into()));
        if let Some(layer) = owner.get::<Dict<'a>>(b"OC".as_slice()) {
            self.members(&layer);
        }
    }

    fn members(&mut self, layer: &Dict<'a>) {
        if self.layers.is_empty() {
            return;
        }
        let single = layer.get_ref(b"OCGs".as_slice()).map(ObjectIdentifier::from);
        let many = layer.get::<Array<'a>>(b"OCGs".as_slice());
        let mut all = single.into_iter().chain(many.iter().flat_map(references));
        self.told.is_seen_elsewhere |= all.any(|layer| self.layers.contains(&layer));
    }
}

/// Bytes of a colour space with its table or function, which the renderer reads each time; profiles it keeps.
fn colours(space: &Object<'_>) -> f64 {
    let Object::Array(parts) = space else { return extent(space) };
    let data = parts.iter::<Object<'_>>().nth(3).map_or(0.0, |part| match part {
        Object::Stream(stream) => length(&stream.raw_data()) + length(&stream.decoded_data().unwrap_or_default()),
        part => extent(&part),
    });
    length(parts.data()) + data
}

/// Units of what a colour's own function colours, as in the colour spaces Separation and `DeviceN`.
pub(crate) fn tint(space: &Array<'_>) -> f64 {
    let function = space.iter::<Object<'_>>().nth(3);
    let is_tinted = space.iter::<Object<'_>>().next().is_some_and(|name| match name {
        Object::Name(name) => matches!(&*name, b"Separation" | b"DeviceN"),
        _ => false,
    });
    function.filter(|_| is_tinted).map_or(0.0, |function| programs(&function) * PROGRAM)
}

/// Bytes of the programs in a function and the functions within it (ISO 32000-2, 7.10).
fn programs(function: &Object<'_>) -> f64 {
    let mut bytes = 0.0;
    let mut left = vec![function.clone()];
    for _ in 0..FUNCTIONS {
        match left.pop() {
            Some(Object::Array(functions)) => left.extend(functions.iter::<Object<'_>>().take(FUNCTIONS)),
            Some(Object::Dict(function)) => left.extend(function.get::<Object<'_>>(b"Functions".as_slice())),
            Some(Object::Stream(function)) => {
                let is_program = function.dict().get::<u8>(b"FunctionType".as_slice()) == Some(4);
                bytes += if is_program { length(&function.decoded_data().unwrap_or_default()) } else { 0.0 };
            }
            Some(_) => {}
            None => return bytes,
        }
    }
    // So many that they aren't looked at one by one.
    f64::INFINITY
}

/// The layers that are off, and that a viewer turns on for print or by their usage (ISO 32000-2, 8.11.4.4).
fn elsewhere(catalog: &Dict<'_>) -> HashSet<ObjectIdentifier> {
    let mut found = HashSet::new();
    let Some(layers) = catalog.get::<Dict<'_>>(b"OCProperties".as_slice()) else { return found };
    let Some(configuration) = layers.get::<Dict<'_>>(b"D".as_slice()) else { return found };
    let listed = |key: &[u8]| -> HashSet<ObjectIdentifier> {
        configuration.get::<Array<'_>>(key).iter().flat_map(references).collect()
    };
    let (on, off) = (listed(b"ON"), listed(b"OFF"));
    let all_off = configuration.get::<Name<'_>>(b"BaseState".as_slice()).is_some_and(|state| *state == *b"OFF");
    let is_off = |layer: &ObjectIdentifier| off.contains(layer) || (all_off && !on.contains(layer));
    for usage in configuration.get::<Array<'_>>(b"AS".as_slice()).iter().flat_map(|all| all.iter::<Dict<'_>>()) {
        let Some(event) = usage.get::<Name<'_>>(b"Event".as_slice()) else { continue };
        let Some(members) = usage.get::<Array<'_>>(b"OCGs".as_slice()) else { continue };
        for (reference, layer) in references(&members).zip(members.iter::<Dict<'_>>()) {
            let state = [&*event, b"State"].concat();
            let usage = layer.get::<Dict<'_>>(b"Usage".as_slice()).and_then(|usage| usage.get::<Dict<'_>>(&*event));
            let state = usage.and_then(|usage| usage.get::<Name<'_>>(state));
            if is_off(&reference) && state.is_some_and(|state| *state == *b"ON") {
                found.insert(reference);
            }
        }
    }
    found
}

fn references(array: &Array<'_>) -> impl Iterator<Item = ObjectIdentifier> {
    array.raw_iter().filter_map(|item| item.as_obj_ref()).map(ObjectIdentifier::from)
}

/// Letters that an operand shows, at most: a letter has a byte or more.
fn letters(operand: &Object<'_>) -> f64 {
    match operand {
        Object::String(text) => length(text.as_bytes()),
        Object::Array(texts) => texts
            .iter::<Object<'_>>()
            .map(|text| match text {
                Object::String(text) => length(text.as_bytes()),
                _ => 0.0,
            })
            .sum(),
        _ => 0.0,
    }
}

/// Bytes of an object as it's written.
fn extent(object: &Object<'_>) -> f64 {
    match object {
        Object::Array(array) => length(array.data()),
        Object::Dict(dictionary) => length(dictionary.data()),
        Object::Stream(stream) => length(stream.dict().data()),
        _ => 0.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes in memory")]
pub(crate) fn length(bytes: &[u8]) -> f64 {
    bytes.len() as f64
}
