//! How much work a page is, counted before it's drawn.
//!
//! A page is gone through once without a pixel being drawn, and what the renderer would do is counted. So a page that's too
//! much is told by what it contains, and is told on every machine alike. The cost of a pixel that is filled is one unit.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_syntax::object::{Array, Name, Stream};
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro::hayro_interpret::{
    BlendMode, CacheKey as _, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Rect};

/// Of an operator that draws, whatever it draws.
const OPERATOR: f64 = 500.0;
/// Of a line or curve of a path.
const SEGMENT: f64 = 100.0;
/// Of a pixel that is filled from a shading, whose function is asked for each.
const SHADED: f64 = 60.0;
/// Of a pixel that is mixed with what lies under it, or comes from a picture.
const MIXED: f64 = 8.0;
/// Of a pixel of a picture as it's stored: by how hard its compression is to undo.
const STORED: f64 = 15.0;
const STORED_ARITHMETIC: f64 = 80.0;
const STORED_WAVELETS: f64 = 250.0;

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

    /// Spends what drawing the page takes.
    ///
    /// # Errors
    /// [`TooMuch`] where that's more than is left. Counting stops there: a page of a few bytes may be work without end.
    pub(crate) fn spend<'a>(
        &mut self,
        page: &'a Page<'a>,
        settings: &InterpreterSettings,
        size: (u16, u16),
        transform: Affine,
    ) -> Result<(), TooMuch> {
        let target = Rect::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
        let left = self.0 - target.area() * MIXED;
        let mut counter = Counter { left, target, masks: HashSet::new(), outlines: HashMap::new() };
        let counted = catch_unwind(AssertUnwindSafe(|| {
            let cache = InterpreterCache::new();
            let mut context = Context::new(transform, target, &cache, page.xref(), settings.clone());
            interpret_page(page, &mut context, &mut counter);
        }));
        match counted {
            Err(reason) if !reason.is::<TooMuch>() => resume_unwind(reason),
            Ok(()) if counter.left >= 0.0 => {
                self.0 = counter.left;
                Ok(())
            }
            Ok(()) | Err(_) => Err(TooMuch),
        }
    }
}

/// Draws nothing and counts.
struct Counter {
    left: f64,
    /// The pixels that there are.
    target: Rect,
    /// Soft masks, by the renderer's own key: it draws each of them once.
    masks: HashSet<u128>,
    /// How many lines and curves a glyph has, by the renderer's own key of it.
    outlines: HashMap<u128, usize>,
}

impl Counter {
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
            self.spend(self.target.area() * MIXED);
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
                Pattern::Shading(_) => SHADED,
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
        let _ = tile.interpret(self, tile.matrix, is_stroke);
        self.spend((before - self.left) * (copies - 1.0));
    }

    fn shape(&mut self, elements: usize, pixels: f64, props: &DrawProps<'_>, mode: &DrawMode) {
        #[expect(clippy::cast_precision_loss, reason = "lines of a path that is in memory")]
        let elements = elements as f64;
        let strokes = match mode {
            DrawMode::Invisible => return,
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
        self.spend(OPERATOR + (elements + strokes) * SEGMENT + pixels * each);
    }
}

impl<'a> Device<'a> for Counter {
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
                    self.spend(OPERATOR);
                    drawn.interpret(self, props.transform, glyph.transform(), &props.paint);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let stored = match &image {
            Image::Stencil(stencil) => stored(stencil.stream()),
            Image::Raster(raster) => stored(raster.stream()),
        };
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let seen = self.pixels(Rect::new(0.0, 0.0, width, height), props.transform);
        let each = MIXED + self.mask(props.soft_mask.as_ref()) + Self::blend(props.blend_mode);
        self.spend(OPERATOR + width * height * stored + seen * each);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Of a pixel as it's stored, by the filter that is the hardest (ISO 32000-2, table 6).
fn stored(picture: &Stream<'_>) -> f64 {
    let of = |filter: &Name<'_>| match &**filter {
        b"JPXDecode" => STORED_WAVELETS,
        b"JBIG2Decode" => STORED_ARITHMETIC,
        _ => STORED,
    };
    let (dictionary, key) = (picture.dict(), b"Filter".as_slice());
    let many = dictionary
        .get::<Array<'_>>(key)
        .map(|filters| filters.iter::<Name<'_>>().map(|name| of(&name)).fold(STORED, f64::max));
    many.or_else(|| dictionary.get::<Name<'_>>(key).map(|name| of(&name))).unwrap_or(STORED)
}
