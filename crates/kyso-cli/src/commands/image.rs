//! `kyso image clean`: the picture of a signature or a seal, from a scan or a photo of it on paper.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kyso::error::{self, Reason};
use kyso::{Bilingual, Error, Language, both};
use kyso_certification::clean::{self, Cleaned, Scale, Subject};
use kyso_view::{Density, Scan, ScanError};

use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::output::Output;
use crate::text::plain;
use crate::values::{millimetres, number};

/// Bytes of a scan, at most.
const MAX_BYTES: u64 = 100 << 20;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Clean(CleanArguments),
}

#[derive(Debug, Args)]
struct CleanArguments {
    #[arg(value_name = "SCAN")]
    input: PathBuf,
    #[arg(short, long, value_name = "PNG")]
    output: OutputPath,
    #[arg(long = "as", value_enum, value_name = "signature|seal")]
    subject: SubjectArgument,
    #[arg(long, value_name = "N", conflicts_with = "width_mm", value_parser = number(1_u16, 9600))]
    dpi: Option<u16>,
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    width_mm: Option<f64>,
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SubjectArgument {
    Signature,
    Seal,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Action::Clean(arguments) = &arguments.action;
    let output = Output::new(&arguments.output, Kind::Png, arguments.force, context)?;
    let wrong = |error| Failure::usage_of(&arguments.input, &error);
    let file = input::small(&arguments.input, MAX_BYTES)?;
    let scan = Scan::read(&file, clean::MAX_PIXELS).map_err(|error| wrong(unreadable(error)))?;
    let subject = match arguments.subject {
        SubjectArgument::Signature => Subject::Signature,
        SubjectArgument::Seal => Subject::Seal,
    };
    let pixels = clean::Scan { width: scan.width, height: scan.height, rgb: &scan.rgb };
    let cleaned = clean::clean(pixels, subject, arguments.scale(scan.density)?).map_err(wrong)?;
    let file = cleaned.to_png().map_err(wrong)?;
    output.write(|sink| std::io::Write::write_all(sink, &file))?;
    let lines = arguments.summary(&cleaned, context.language);
    context.print_of(&arguments.output, |sink| lines.iter().try_for_each(|line| writeln!(sink, "{line}")))?;
    Ok(Exit::Done)
}

/// Why a picture can't be read, as the library has it.
fn unreadable(error: ScanError) -> Error {
    let reason = match error {
        ScanError::NotPicture { cause } => Reason::NotPicture { cause },
        ScanError::TooManyPixels { pixels } => Reason::TooManyPixels { pixels, most: clean::MAX_PIXELS },
    };
    Error::input(error::Subject::Picture, None, reason)
}

impl CleanArguments {
    fn scale(&self, density: Density) -> Result<Scale, Failure> {
        let Bilingual { vi, en } = match (self.dpi, self.width_mm, density) {
            (Some(dpi), _, _) => return Ok(Scale::Dpi(f64::from(dpi))),
            (None, Some(width), _) => return Ok(Scale::WidthMm(width)),
            (None, None, Density::Dpi(dpi)) => return Ok(Scale::Dpi(dpi)),
            (None, None, Density::Unknown) => both(
                "Tệp hình không ghi độ phân giải, nên không biết kích thước thật.",
                "The picture doesn't say its resolution, so its real size isn't known.",
            ),
            (None, None, Density::Photo) => both(
                "Đây là ảnh chụp: độ phân giải ghi trong ảnh không cho biết kích thước thật trên giấy.",
                "This is a camera's photo: the resolution in it doesn't tell the real size on paper.",
            ),
        };
        Err(Failure::usage(
            format!(
                "{vi} Hãy đo bề rộng nét mực trên giấy bằng thước rồi cho --width-mm, hoặc cho --dpi nếu biết độ \
                 phân giải khi quét."
            ),
            format!(
                "{en} Measure the ink's width on paper with a ruler and give --width-mm, or --dpi where you know what \
                 it was scanned at."
            ),
        ))
    }

    /// What was made, and what whoever uses it should know.
    fn summary(&self, cleaned: &Cleaned, language: Language) -> Vec<String> {
        let file = plain(&self.output.display().to_string());
        let (columns, rows, dpi) = (cleaned.width, cleaned.height, cleaned.scan_dpi);
        let [width, height] = [cleaned.width_mm, cleaned.height_mm].map(|length| match language {
            Language::Vietnamese => format!("{length:.1}").replace('.', ","),
            Language::English => format!("{length:.1}"),
        });
        let command = match self.subject {
            SubjectArgument::Signature => "kyso sign",
            SubjectArgument::Seal => "kyso seal",
        };
        let option = format!("{command} … --image {file} --image-width-mm {:.1}", cleaned.width_mm);
        let mut lines = match language {
            Language::Vietnamese => vec![
                format!(
                    "✔ Đã ghi {file}: rộng {width} mm, cao {height} mm ({columns} × {rows} điểm ảnh, quét {dpi:.0} dpi)."
                ),
                format!("  Hãy xem hình và đo lại trên giấy, rồi dùng: {option}"),
            ],
            Language::English => vec![
                format!(
                    "✔ Written {file}: {width} mm wide, {height} mm high ({columns} × {rows} pixels, scanned at {dpi:.0} dpi)."
                ),
                format!("  Look at it and measure once more on paper, then: {option}"),
            ],
        };
        let mut warn = |is: bool, text: Bilingual<&'static str>| {
            lines.extend(is.then(|| format!("! {}", text.in_language(language))));
        };
        match self.subject {
            SubjectArgument::Signature => {
                warn(
                    cleaned.was_other_colour,
                    both(
                        "Nét trong bản quét không phải màu xanh: đã tô lại thành màu xanh.",
                        "The ink in the scan isn't blue: it was recoloured.",
                    ),
                );
                warn(
                    cleaned.left_out_other_ink,
                    both(
                        "Bản quét có cả mực đỏ: chỉ giữ nét không đỏ; chỗ con dấu trùm lên có thể bị khuyết.",
                        "The scan has red ink too: only the rest was kept; where a seal crosses, strokes may have gaps.",
                    ),
                );
            }
            SubjectArgument::Seal => {
                warn(
                    cleaned.was_other_colour,
                    both(
                        "Con dấu trong bản quét không phải màu đỏ (bản sao đen trắng?): đã tô lại thành màu đỏ. Nên quét màu từ dấu mực đỏ.",
                        "The seal in the scan isn't red (a black copy?): it was recoloured. Better scan the red ink in colour.",
                    ),
                );
                warn(
                    cleaned.left_out_other_ink,
                    both(
                        "Bản quét có cả mực khác: chỉ giữ mực đỏ; chỗ có chữ ký trùm lên có thể bị khuyết.",
                        "The scan has other ink too: only the red was kept; where a pen crosses, it may have gaps.",
                    ),
                );
            }
        }
        lines
    }
}
