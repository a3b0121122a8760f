//! How much work a page is, counted before it's drawn.
//!
//! A page is gone through once without a pixel being drawn, and what the renderer would do is counted. So a page that's too
//! much is told by what it contains, and is told on every machine alike. The cost of a pixel that is filled is one unit, and no unit is more than
//! 0.6 ns of a processor of 2020: the work of a page is far from the limit of processor time that stands behind it.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_syntax::Filter;
use hayro::hayro_interpret::hayro_syntax::object::{Array, Object, Stream};
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro::hayro_interpret::{
    BlendMode, CacheKey as _, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Rect};

use crate::content::{Running, running, tint};
use crate::stored as picture;

/// Of an operator that draws, whatever it draws.
const OPERATOR: f64 = 500.0;
/// Of a line or curve of a path.
const SEGMENT: f64 = 100.0;
/// Of a pixel that is filled from a shading, whose function is asked for each.
const SHADED: f64 = 60.0;
/// Of a pixel that is mixed with what lies under it, or comes from a picture.
const MIXED: f64 = 8.0;
/// Of a pixel of a picture as it's stored, or of a byte of it, whatever there's more of: by how hard its compression is to
/// undo.
const STORED: f64 = 15.0;
const STORED_ARITHMETIC: f64 = 80.0;
const STORED_WAVELETS: f64 = 150.0;
/// How often a picture is decoded to see whether it's whole.
const TRIED: f64 = 2.0;

/// Work that a page, or several looks at it, may take; what is spent is gone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work(f64);

/// The page is more work than was left.
#[derive(Debug)]
pub(crate) struct TooMuch;

impl Work {
    pub(crate) fn units(units: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a bound may be off by a unit in 2⁵³")]
        Self(units as f64)
    }

    /// As much as it takes.
    pub(crate) const ENDLESS: Self = Self(f64::INFINITY);

    /// Spends what drawing the page takes, and tells what the drawing will lack. `known` are pictures of the document that
    /// were looked at before.
    ///
    /// # Errors
    /// [`TooMuch`] where that's more than is left. Counting stops there: a page of a few bytes may be work without end.
    pub(crate) fn spend<'a>(
        &mut self,
        page: &'a Page<'a>,
        settings: &InterpreterSettings,
        size: (u16, u16),
        transform: Affine,
        known: &mut HashMap<u128, Stored>,
    ) -> Result<Lacking, TooMuch> {
        let target = Rect::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
        let running = running(page, self.0)?;
        let left = self.0 - target.area() * MIXED - running.page;
        if left.is_nan() || left < 0.0 {
            return Err(TooMuch);
        }
        let lacking = Lacking { something: running.lacks, is_seen_elsewhere: running.is_seen_elsewhere };
        let (masks, outlines) = (HashSet::new(), HashMap::new());
        let mut counter = Counter { left, target, running, masks, outlines, known, lacks: false };
        let counted = catch_unwind(AssertUnwindSafe(|| {
            let cache = InterpreterCache::new();
            let mut context = Context::new(transform, target, &cache, page.xref(), settings.clone());
            interpret_page(page, &mut context, &mut counter);
        }));
        match counted {
            Err(reason) if !reason.is::<TooMuch>() => resume_unwind(reason),
            Ok(()) if counter.left >= 0.0 => {
                self.0 = counter.left;
                Ok(Lacking { something: lacking.something || counter.lacks, ..lacking })
            }
            Ok(()) | Err(_) => Err(TooMuch),
        }
    }
}

/// What a drawing of the page won't have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lacking {
    /// A picture can't be decoded to its end, or content can't.
    pub(crate) something: bool,
    /// What is seen in print only, or by a layer's usage.
    pub(crate) is_seen_elsewhere: bool,
}

/// A picture of the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    /// Units of decoding it, each time that it's drawn.
    units: f64,
    /// Whether it's there to its last row.
    is_whole: bool,
}

/// Draws nothing and counts.
struct Counter<'k> {
    left: f64,
    /// The pixels that there are.
    target: Rect,
    running: Running,
    /// Soft masks, by the renderer's own key: it draws each of them once.
    masks: HashSet<u128>,
    /// How many lines and curves a glyph has, by the renderer's own key of it.
    outlines: HashMap<u128, usize>,
    /// Pictures, by the renderer's own key.
    known: &'k mut HashMap<u128, Stored>,
    /// Whether a picture isn't whole.
    lacks: bool,
}

impl Counter<'_> {
    /// The interpreter can't be stopped by an answer, so it's left.
    fn spend(&mut self, units: f64) {
        self.left -= units;
        if self.left.is_nan() || self.left < 0.0 {
            resume_unwind(Box::new(TooMuch));
        }
    }

    /// Pixels that a shape's surrounding rectangle has on the page.
    fn pixels(&self, rectangle: Rect, transform: Affine) -> f64 {
        let seen = transform.transform_rect_bbox(rectangle).intersect(self.target);
        seen.width().max(0.0) * seen.height().max(0.0)
    }

    fn mask<'a>(&mut self, mask: Option<&SoftMask<'a>>) -> f64 {
        let Some(mask) = mask else { return 0.0 };
        if self.masks.insert(mask.cache_key()) {
            self.spend(self.target.area() * MIXED + self.running.mask);
            mask.interpret(self);
        }
        MIXED
    }

    fn blend(mode: BlendMode) -> f64 {
        if matches!(mode, BlendMode::Normal) { 0.0 } else { MIXED }
    }

    /// Of each pixel.
    fn paint(&mut self, paint: &Paint<'_>, is_stroke: bool) -> f64 {
        match paint {
            Paint::Color(_) => 1.0,
            Paint::Pattern(pattern) => match &**pattern {
                Pattern::Shading(_) => SHADED + self.running.shading,
                Pattern::Tiling(tile) => {
                    self.tile(tile, is_stroke);
                    MIXED
                }
            },
        }
    }

    /// A cell is drawn once for each neighbour that reaches into it.
    fn tile(&mut self, tile: &TilingPattern<'_>, is_stroke: bool) {
        let neighbours = |length: f64, step: f32| (length.abs() / f64::from(step.abs())).ceil() + 1.0;
        let copies = neighbours(tile.bbox.width(), tile.x_step) * neighbours(tile.bbox.height(), tile.y_step);
        self.spend(self.pixels(tile.bbox, tile.matrix) * MIXED + copies * OPERATOR);
        let before = self.left;
        self.spend(self.running.tile);
        let _ = tile.interpret(self, tile.matrix, is_stroke);
        // Where nothing is bounded, nothing is spent either.
        let cell = before - self.left;
        self.spend(if cell.is_nan() { 0.0 } else { cell * (copies - 1.0) });
    }

    fn shape(&mut self, elements: usize, pixels: f64, props: &DrawProps<'_>, mode: &DrawMode) {
        #[expect(clippy::cast_precision_loss, reason = "lines of a path that is in memory")]
        let elements = elements as f64;
        let strokes = match mode {
            // It may become a path that the rest is clipped by, copied at each step.
            DrawMode::Invisible => return self.spend(elements * SEGMENT * 3.0),
            DrawMode::Fill(_) => 0.0,
            // A dashed line becomes a path of its dashes, and a dash may be a pixel long.
            DrawMode::Stroke(line) | DrawMode::FillAndStroke(_, line) if !line.dash_array.is_empty() => {
                elements * 4.0 + pixels.sqrt()
            }
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => elements * 4.0,
        };
        let each = self.paint(&props.paint, !matches!(mode, DrawMode::Fill(_)))
            + self.mask(props.soft_mask.as_ref())
            + Self::blend(props.blend_mode);
        self.spend(OPERATOR + (elements + strokes) * SEGMENT + pixels * each + self.running.drawn);
    }

    /// What decoding a picture takes, and that it's there to its end: the renderer draws what there is of one that is cut
    /// short, and says nothing.
    fn stored(&mut self, picture: &Image<'_, '_>) -> f64 {
        let key = picture.cache_key();
        if let Some(stored) = self.known.get(&key).copied() {
            self.lacks |= !stored.is_whole;
            return stored.units;
        }
        let stored = match picture {
            Image::Stencil(stencil) => self.tried(picture, stencil.stream()),
            Image::Raster(raster) => self.tried(picture, raster.stream()),
        };
        self.lacks |= !stored.is_whole;
        self.known.insert(key, stored);
        stored.units
    }

    fn tried<'s>(&mut self, picture: &Image<'_, '_>, stream: &Stream<'s>) -> Stored {
        let masks = [b"SMask".as_slice(), b"Mask"].map(|key| stream.dict().get::<Stream<'s>>(key));
        let all = || [Some(stream), masks[0].as_ref(), masks[1].as_ref()].into_iter().flatten();
        let units: f64 = all().map(stored).sum();
        // Before it's tried.
        self.spend(units * TRIED);
        let bytes: f64 = all().map(|stream| picture::bytes(stream) * STORED).sum();
        self.spend(bytes * TRIED);
        let is_whole = picture::is_whole(picture) && all().all(picture::has_end);
        Stored { units: units.max(bytes), is_whole }
    }
}

impl<'a> Device<'a> for Counter<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let pixels = self.pixels(path.control_box(), props.transform);
        self.shape(path.elements().len(), pixels, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let pixels = self.pixels(clip.path.control_box(), Affine::IDENTITY);
        #[expect(clippy::cast_precision_loss, reason = "lines of a path that is in memory")]
        self.spend(OPERATOR + clip.path.elements().len() as f64 * SEGMENT + pixels);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        let each = MIXED + self.mask(mask.as_ref()) + Self::blend(blend);
        self.spend(OPERATOR + self.target.area() * each);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(self.running.drawn);
        for glyph in run.glyphs() {
            match &**glyph {
                Glyph::Outline(outline) => {
                    let key = outline.identifier().cache_key();
                    let elements = *self.outlines.entry(key).or_insert_with(|| outline.outline().elements().len());
                    // A glyph has about the size of the font, whose units the transform has in it.
                    let pixels = self.pixels(Rect::new(0.0, 0.0, 1000.0, 1000.0), props.transform * glyph.transform());
                    self.shape(elements, pixels, &props, mode);
                }
                Glyph::Type3(drawn) => {
                    self.spend(OPERATOR + self.running.glyph);
                    drawn.interpret(self, props.transform, glyph.transform(), &props.paint);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let stored = self.stored(&image);
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let seen = self.pixels(Rect::new(0.0, 0.0, width, height), props.transform);
        let each = MIXED + self.mask(props.soft_mask.as_ref()) + Self::blend(props.blend_mode);
        self.spend(OPERATOR + stored + seen * each);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Of a picture's pixels as they're stored, by the filter that is the hardest (ISO 32000-2, table 6) and the function that
/// gives them their colours.
fn stored(picture: &Stream<'_>) -> f64 {
    let hardest = picture.filters().into_iter().map(|filter| match filter {
        Filter::JpxDecode => STORED_WAVELETS,
        Filter::Jbig2Decode => STORED_ARITHMETIC,
        _ => STORED,
    });
    let of = |long: &[u8], short: &[u8]| {
        let dictionary = picture.dict();
        dictionary.get::<u32>(short).or_else(|| dictionary.get::<u32>(long)).map_or(0.0, f64::from)
    };
    let space = picture.dict().get::<Array<'_>>(b"ColorSpace".as_slice());
    // Of a colour that is one number the renderer has a table.
    let is_one = space.as_ref().is_some_and(|space| {
        space
            .iter::<Object<'_>>()
            .next()
            .is_some_and(|name| matches!(name, Object::Name(name) if *name == *b"Separation"))
    });
    let each = hardest.fold(STORED, f64::max) + space.filter(|_| !is_one).map_or(0.0, |space| tint(&space));
    of(b"Width", b"W") * of(b"Height", b"H") * each
}
