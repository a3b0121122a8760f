//! `kyso register head`: the end of the register's chain, to be written down and kept elsewhere: as text, and as a QR symbol.

use std::io::Write as _;

use clap::Args;
use kyso::Language;
use kyso::local_time::in_vietnam;
use kyso_certification::symbol::modules;
use kyso_register::Head;
use tiny_skia::{Color, Paint, Pixmap, Rect, Transform};

use super::{Place, defect, reported};
use crate::arguments::Format;
use crate::context::Context;
use crate::defect::Defect;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;

/// Light modules around a symbol (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
/// Pixels of a module's side.
const MODULE: u16 = 8;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "PNG")]
    qr: Option<OutputPath>,
    #[arg(long, requires = "qr")]
    force: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output =
        arguments.qr.as_deref().map(|path| Output::new(path, Kind::Png, arguments.force, context)).transpose()?;
    let head = arguments.place.look(context, |register| async move { register.head().await.map_err(reported) })?;
    let dark = modules(&head.to_string().to_uppercase()).map_err(defect)?;
    if let Some(output) = &output {
        let png = picture(&dark).map_err(defect)?;
        output.write(|sink| sink.write_all(&png))?;
    }
    context.print(|sink| match arguments.format {
        Format::Json => {
            let json = serde_json::json!({ "format": "kyso-register-head", "version": 1, "text": head.to_string(), "head": head });
            writeln!(sink, "{json:#}")
        }
        Format::Text => {
            tell(&head, context).iter().try_for_each(|line| writeln!(sink, "{line}"))?;
            writeln!(sink)?;
            // White on black, whatever the terminal's colours: a symbol the other way round isn't read by every phone.
            let (begin, end) = if context.colour() { ("\x1b[97;40m", "\x1b[0m") } else { ("", "") };
            drawn(&dark).iter().try_for_each(|line| writeln!(sink, "{begin}{line}{end}"))
        }
    })?;
    Ok(Exit::Done)
}

fn tell(head: &Head, context: &Context) -> Vec<String> {
    let (events, at) = (head.events.unwrap_or_default(), head.at.map(in_vietnam));
    let title = match (context.language, at) {
        (Language::Vietnamese, Some(at)) => format!("Đầu sổ: {events} sự kiện, sự kiện cuối lúc {at}"),
        (Language::English, Some(at)) => format!("Head of the register: {events} events, the last at {at}"),
        (Language::Vietnamese, None) => "Đầu sổ: chưa có sự kiện nào".to_owned(),
        (Language::English, None) => "Head of the register: no event yet".to_owned(),
    };
    let advice = context.say(
        "Hãy in hoặc chép lại, cất ở nơi khác (cùng sổ giấy đã ký); sau này đối chiếu: kyso register audit --since …",
        "Print it or write it down, and keep it elsewhere (with the signed book); later: kyso register audit --since …",
    );
    vec![title, head.to_string(), advice.to_owned()]
}

/// The symbol in half blocks, two rows of modules a line: light is what's drawn, for terminals are mostly dark.
fn drawn(dark: &[Vec<bool>]) -> Vec<String> {
    let (width, height) = (dark.len() + 2 * QUIET, dark.len() + 2 * QUIET);
    let is_dark = |x: usize, y: usize| {
        let row = y.checked_sub(QUIET).and_then(|y| dark.get(y));
        row.zip(x.checked_sub(QUIET)).and_then(|(row, x)| row.get(x)).copied().unwrap_or(false)
    };
    let line = |y: usize| {
        (0..width).map(move |x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (false, false) => '█',
            (false, true) => '▀',
            (true, false) => '▄',
            (true, true) => ' ',
        })
    };
    (0..height).step_by(2).map(|y| line(y).collect()).collect()
}

/// The symbol as PNG, black on white.
fn picture(dark: &[Vec<bool>]) -> Result<Vec<u8>, Defect> {
    let side = u32::try_from(dark.len() + 2 * QUIET)? * u32::from(MODULE);
    let mut pixmap = Pixmap::new(side, side).ok_or_else(|| Defect::new("a symbol without a size"))?;
    pixmap.fill(Color::WHITE);
    let mut paint = Paint { anti_alias: false, ..Paint::default() };
    paint.set_color(Color::BLACK);
    let place = |index: usize| u16::try_from(index + QUIET).map(|index| f32::from(index) * f32::from(MODULE));
    for (y, row) in dark.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
            let square = Rect::from_xywh(place(x)?, place(y)?, f32::from(MODULE), f32::from(MODULE));
            let square = square.ok_or_else(|| Defect::new("a module without a size"))?;
            pixmap.fill_rect(square, &paint, Transform::identity(), None);
        }
    }
    Ok(pixmap.encode_png()?)
}
