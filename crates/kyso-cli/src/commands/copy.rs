//! `kyso copy`: an electronic copy (sao y, sao lục, trích sao), signed by the agency that copies
//! (Nghị định 30/2020/NĐ-CP, Điều 25 to 27; Phụ lục I, phần II, mục I).

use std::path::PathBuf;

use clap::Args;
use kyso::{Document, Finding};
use kyso_desk::copy::Copying;
use kyso_desk::sign::By;

use crate::commands::draw_pages;
use crate::commands::sign::CopyArgument;
use crate::context::Context;
use crate::desk::Files;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::making::Making;
use crate::output::Output;
use crate::outside::Services;
use crate::signing::{report, tell_finding, write};
use crate::trust::TrustArguments;
use crate::values::Wrong;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "IN")]
    input: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[arg(long, value_enum, value_name = "FORM")]
    form: CopyArgument,
    #[arg(long, value_name = "NAME")]
    agency: String,
    #[arg(long, value_name = "1-3,5", value_parser = pages)]
    pages: Option<Pages>,
    #[arg(long)]
    allow_low_quality: bool,
    #[arg(long)]
    allow_covering: bool,
    #[command(flatten)]
    making: Making,
    #[command(flatten)]
    trust: TrustArguments,
}

/// Page numbers, from 1, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pages(Vec<usize>);

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let reported = |error: kyso_desk::Error| Files::document(&arguments.input).corner_failure(&error);
    let pages = arguments.pages.as_ref().map(|Pages(pages)| pages.as_slice());
    let mut copying = Copying::new(arguments.form.into(), pages, &arguments.agency, context.now).map_err(reported)?;
    copying.allow_low_quality = arguments.allow_low_quality;
    copying.allow_covering = arguments.allow_covering;
    let making = &arguments.making;
    let policy = arguments.trust.trusted(context.now)?.policy;
    let services = making.services(&policy, context)?;
    let output = Output::new(&arguments.output, Kind::Pdf, making.force, context)?;
    let bytes = input::document(&arguments.input)?;
    let wrong = |error| Failure::library(&arguments.input, &error);
    let document = making.open(&bytes).map_err(wrong)?;
    let apart = draw_pages::apart();
    let noticed = |finding: &Finding| tell_finding(finding, context);
    let sign = |copy: &Document<'_>, parameters| {
        let key = making.key.open(context)?;
        let outside = services.as_ref().map(Services::outside).unwrap_or_default();
        let by = By { policy: &policy, outside: &outside };
        let signed = kyso_desk::sign::sign(copy, &*key, &making.complete(parameters), by).map_err(wrong)?;
        write(&output, copy, &signed, wrong)?;
        report(&arguments.output, &signed, making.level(), copy.recovered(), context)
    };
    let drawing = apart.as_ref().map_err(Clone::clone);
    copying.make(&document, making.password(), drawing, noticed, sign).map_err(reported)?
}

/// `1-3,5`: numbers and ranges, in the order of the extract.
fn pages(text: &str) -> Result<Pages, Wrong> {
    let wrong = || Wrong::new("cần số trang, ví dụ 1-3,5", "page numbers are needed, e.g. 1-3,5");
    let mut pages = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| (1..=100_000).contains(number));
        let (Some(from), Some(to)) = (number(from), number(to)) else { return Err(wrong()) };
        if from > to {
            return Err(wrong());
        }
        pages.extend(from..=to);
        if pages.len() > 100_000 {
            return Err(wrong());
        }
    }
    Ok(Pages(pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbers_and_ranges() {
        assert_eq!(pages("1-3,5"), Ok(Pages(vec![1, 2, 3, 5])));
        assert_eq!(pages("7, 2-2"), Ok(Pages(vec![7, 2])));
        for wrong in ["", "0", "3-1", "1-", "-2", "a", "1,,2", "1-999999999"] {
            assert!(pages(wrong).is_err(), "{wrong}");
        }
    }
}
