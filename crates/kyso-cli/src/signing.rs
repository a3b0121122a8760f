//! What signing and sealing have in common: the arguments, and the way from them to a written file.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use kyso::{
    BaselineLevel, Code, Document, FieldChoice, Finding, Language, Place, Policy, Rectangle, SignatureParameters,
    SignedDocument, Signer,
};
use kyso_desk::paper::{beside_pages, large_page};
use kyso_desk::sign::By;
use kyso_pdf::SignatureField;
use kyso_pdf::text::find_anchor;

use crate::context::{Context, tell};
use crate::desk::Files;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::making::Making;
use crate::output::Output;
use crate::outside::Services;
use crate::terms::words;
use crate::text::plain;
use crate::values::{count, millimetres, rectangle};

/// A picture of 12 megapixels in PNG is at most this large.
const IMAGE_LIMIT: u64 = 48 << 20;

#[derive(Debug, Args)]
pub(crate) struct SigningArguments {
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[command(flatten)]
    making: Making,
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "field")]
    new_field: Option<String>,
    #[arg(long, value_name = "N", requires = "rect", value_parser = count(1_usize))]
    page: Option<usize>,
    #[arg(long, value_name = "X,Y,W,H", requires = "page", value_parser = rectangle, conflicts_with = "anchor", allow_hyphen_values = true)]
    rect: Option<Rectangle>,
    #[arg(long, value_name = "TEXT")]
    anchor: Option<String>,
    #[arg(long, value_name = "PNG", requires = "image_width_mm")]
    pub(crate) image: Option<PathBuf>,
    #[arg(long, value_name = "MM", requires = "image", value_parser = millimetres)]
    image_width_mm: Option<f64>,
    #[arg(long, requires = "image")]
    pub(crate) allow_colour: bool,
}

impl SigningArguments {
    pub(crate) fn output(&self) -> &Path {
        &self.output
    }

    /// Adds what is common to the parameters of a role.
    pub(crate) fn complete<S>(&self, mut parameters: SignatureParameters<S>) -> SignatureParameters<S> {
        parameters.field = match (&self.field, &self.new_field) {
            (Some(name), _) => FieldChoice::Existing(name.clone()),
            (None, Some(name)) => FieldChoice::New(name.clone()),
            (None, None) => FieldChoice::Any,
        };
        parameters.place = match (self.page, self.rect, &self.anchor) {
            (Some(page), Some(rectangle), _) => Place::Rectangle { page, rectangle },
            (_, _, Some(text)) => Place::Anchor { text: text.clone() },
            // The field's own, or the one that was found for a text.
            _ => parameters.place,
        };
        self.making.complete(parameters)
    }

    /// The picture that the arguments name, with its real width, read by `read`.
    pub(crate) fn picture<T>(
        &self,
        read: impl FnOnce(&[u8], f64) -> Result<T, kyso::Error>,
    ) -> Result<Option<T>, Failure> {
        let (Some(path), Some(width)) = (&self.image, self.image_width_mm) else { return Ok(None) };
        let bytes = input::small(path, IMAGE_LIMIT)?;
        read(&bytes, width).map(Some).map_err(|error| Failure::usage_of(path, &error))
    }

    /// Reads the document, has it signed by `sign`, and writes the result.
    pub(crate) fn run(
        &self,
        context: &Context,
        policy: &Policy,
        sign: impl FnOnce(&Document<'_>, &dyn Signer, By<'_>) -> Result<SignedDocument, Failure>,
    ) -> Result<Exit, Failure> {
        let services = self.making.services(policy, context)?;
        let output = Output::new(&self.output, Kind::Pdf, self.making.force, context)?;
        let bytes = input::document(&self.input)?;
        let wrong = |error| Failure::library(&self.input, &error);
        let document = self.making.open(&bytes).map_err(wrong)?;
        self.note(&document, context)?;
        let key = self.making.key.open(context)?;
        let outside = services.as_ref().map(Services::outside).unwrap_or_default();
        let signed = sign(&document, &*key, By { policy, outside: &outside })?;
        write(&output, &document, &signed, wrong)?;
        report(&self.output, &signed, self.making.level(), document.recovered(), context)
    }
}

impl SigningArguments {
    /// The password that opens the document.
    pub(crate) fn password(&self) -> Option<&str> {
        self.making.password()
    }

    /// The page that the arguments name, by itself, by a line on it, or by a field; none where they name none.
    pub(crate) fn page_named(&self, document: &Document<'_>) -> Option<usize> {
        let anchored = |text: &String| find_anchor(document, text).ok().map(|anchor| anchor.page);
        let of_field = |name: &String| {
            let fields = SignatureField::all(document).unwrap_or_default();
            fields.into_iter().find(|field| field.name == *name).and_then(|field| field.page)
        };
        let anchored = self.anchor.as_ref().and_then(anchored);
        self.page.or(anchored).or_else(|| self.field.as_ref().and_then(of_field))
    }

    /// Says what the pages don't show, and that a picture on a large page is printed smaller.
    fn note(&self, document: &Document<'_>, context: &Context) -> Result<(), Failure> {
        let found = beside_pages(document).map_err(|error| Files::document(&self.input).failure(&error))?;
        found.iter().for_each(|finding| tell_finding(finding, context));
        let anchor = self.anchor.as_ref().and_then(|text| find_anchor(document, text).ok());
        if let Some(anchor) = anchor.filter(|anchor| anchor.lines > 1) {
            let (page, lines) = (anchor.page, anchor.lines);
            let what = match context.language {
                Language::Vietnamese => format!("có {lines} dòng như vậy; lấy dòng cuối cùng, ở trang {page}"),
                Language::English => format!("{lines} lines hold that text; the last is taken, on page {page}"),
            };
            tell(format_args!("{}: {what}", context.say("Lưu ý", "Note")));
        }
        let page = self.image.as_ref().and_then(|_| self.page_named(document));
        page.and_then(|page| large_page(document, page)).iter().for_each(|finding| tell_finding(finding, context));
        Ok(())
    }
}

/// Says on the way what should be known.
pub(crate) fn tell_finding(finding: &Finding, context: &Context) {
    tell(format_args!("⚠ {}", plain(&words(context.language).finding(finding))));
}

/// Writes the signed document, and reads it back before it's there: what doesn't verify isn't given out.
pub(crate) fn write(
    output: &Output,
    document: &Document<'_>,
    signed: &SignedDocument,
    wrong: impl FnOnce(kyso::Error) -> Failure,
) -> Result<(), Failure> {
    let check = |file: &File| {
        let written = input::written(file).map_err(|error| Failure::writing(Path::new("-"), &error))?;
        kyso::demand_valid_output(document, signed, &written).map_err(wrong)
    };
    output.write_checked(|sink| signed.tail.write_after(document.bytes(), sink), check)
}

/// Says what was written.
pub(crate) fn report(
    path: &Path,
    signed: &SignedDocument,
    level: BaselineLevel,
    recovered: Option<&str>,
    context: &Context,
) -> Result<Exit, Failure> {
    if recovered.is_some() {
        tell(words(context.language).message(Code::XrefRecovered, recovered));
    }
    let (file, field) = (plain(&path.display().to_string()), plain(&signed.field));
    context.print_of(path, |sink| {
        writeln!(
            sink,
            "{} {file} ({} {field}, {})",
            context.say("✔ Đã ký và ghi", "✔ Signed and written:"),
            context.say("trường", "field"),
            level.name()
        )
    })?;
    Ok(Exit::Done)
}
