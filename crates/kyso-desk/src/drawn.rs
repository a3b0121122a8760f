//! What of a document's pages is blank, as they're seen: they're drawn in a process apart.

use kyso::{Document, Rectangle};
use kyso_certification::room::Ground;
use kyso_pdf::text::{TextLine, lines};
use kyso_pdf::{Page, with_all_layers, with_no_layer};
use kyso_view::{Apart, Error, Picture};

/// What draws pages, in a process apart; or why nothing does.
pub type Drawing<'a> = Result<&'a Apart, Error>;

/// Enough to see hairlines; less where a page is so large that it would have more pixels than this.
const DPI: f64 = 144.0;
const MAX_PIXELS: f64 = 6_000_000.0;
const POINTS_PER_INCH: f64 = 72.0;

/// A document whose pages are drawn.
pub(crate) struct Drawn<'d, 'a> {
    document: &'d Document<'a>,
    drawing: Drawing<'d>,
    /// The file with all layers on, and with all off, where it has layers.
    layers: Vec<Vec<u8>>,
    password: Option<&'d str>,
}

impl<'d, 'a> Drawn<'d, 'a> {
    /// The document, and the password that opens it.
    pub(crate) fn of(
        document: &'d Document<'a>,
        password: Option<&'d str>,
        drawing: Drawing<'d>,
    ) -> Result<Self, kyso::Error> {
        let layers = with_all_layers(document)?.into_iter().chain(with_no_layer(document)?).collect();
        Ok(Self { document, drawing, layers, password })
    }

    /// What of a page is blank, whichever of its layers are on.
    pub(crate) fn ground(&self, page: usize) -> Result<Ground, Error> {
        let apart = self.drawing.clone()?;
        let unreadable = |_| Error::Unreadable;
        let read = self.document.page(page).map_err(unreadable)?;
        // The renderer leaves blank what can't be read.
        read.demand_readable(self.document).map_err(|_| Error::Incomplete)?;
        let mut ground = self.seen(apart, self.document.bytes(), page, read.size())?;
        for layers in &self.layers {
            ground.keep(&self.seen(apart, layers, page, read.size())?);
        }
        ground.occupy(&read.occupied(self.document).map_err(unreadable)?);
        ground.occupy(&self.text(&read).map_err(unreadable)?);
        Ok(ground)
    }

    /// Where letters stand that a font which can't be drawn would leave blank. Invisible ones, of a scan's text, aside.
    fn text(&self, page: &Page) -> Result<Vec<Rectangle>, kyso_pdf::Error> {
        let is_seen = |line: &TextLine| line.runs.iter().any(|run| run.style.is_visible && !run.text.trim().is_empty());
        let lines = lines(self.document, page)?;
        Ok(lines.into_iter().filter(is_seen).map(|line| line.rectangle).collect())
    }

    fn seen(&self, apart: &Apart, bytes: &[u8], page: usize, size: (f64, f64)) -> Result<Ground, Error> {
        let picture = apart.picture(bytes, self.password, page, dpi_of(size))?;
        if !picture.is_whole() {
            return Err(Error::Incomplete);
        }
        ground_of(&picture, size).ok_or(Error::Unreadable)
    }
}

/// At how many pixels an inch a page of this size is drawn to look for what is blank.
pub(crate) fn dpi_of((width, height): (f64, f64)) -> f64 {
    let finest = POINTS_PER_INCH * (MAX_PIXELS / (width * height).max(1.0)).sqrt();
    DPI.min(finest).max(*kyso_view::DPI.start())
}

/// What of a page, which this picture shows, is blank.
pub(crate) fn ground_of(picture: &Picture, size: (f64, f64)) -> Option<Ground> {
    Ground::of(picture.rgb(), (picture.width() as usize, picture.height() as usize), picture.dpi(), size)
}
