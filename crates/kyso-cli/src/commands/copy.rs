//! `kyso copy`: an electronic copy (sao y, sao lục, trích sao), signed by the agency that copies
//! (Nghị định 30/2020/NĐ-CP, Điều 25 to 27; Phụ lục I, phần II, mục I).

use std::borrow::Cow;
use std::path::PathBuf;

use clap::Args;
use kyso::SigningOptions;
use kyso::pdf::Document;
use kyso::sign::parameters::{Place, Signatory, SignatureParameters};
use kyso_certification::scan::{Weight, examine};
use kyso_certification::text::{self, FormOfCopy, copy_lines};

use crate::commands::corner;
use crate::commands::sign::CopyArgument;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::making::Making;
use crate::output::Output;
use crate::outside::Services;
use crate::signing::{report, write};
use crate::terms::words;
use crate::text::plain;
use crate::trust::TrustArguments;

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
    let form = FormOfCopy::from(arguments.form);
    arguments.demand_pages(form)?;
    let making = &arguments.making;
    let policy = arguments.trust.policy(context.now)?;
    let services = making.services(&policy, context)?;
    let output = Output::new(&arguments.output, making.force, context)?;
    let bytes = input::document(&arguments.input)?;
    let wrong = |error| Failure::library(&arguments.input, &error);
    let document = making.open(&bytes).map_err(wrong)?;

    let copied = match &arguments.pages {
        None => {
            document.demand_readable_pages().map_err(|error| wrong(error.into()))?;
            Cow::Borrowed(&*bytes)
        }
        Some(pages) => Cow::Owned(extracted(&document, pages, context).map_err(wrong)?),
    };
    let copy = match &copied {
        Cow::Borrowed(_) => document,
        Cow::Owned(extract) => Document::parse(extract).map_err(|error| wrong(error.into()))?,
    };
    arguments.demand_quality(&copy, context)?;
    let appearance = text::set(&copy_lines(form, &arguments.agency, context.now)).map_err(wrong)?;
    let place = match arguments.allow_covering {
        true => Place::TopRight,
        false => corner::place(&arguments.input, &copy, making.password(), &appearance)?,
    };
    let key = making.key.open(context)?;
    let outside = services.as_ref().map(Services::outside).unwrap_or_default();
    let parameters = SignatureParameters::of(Signatory::Copy, context.now).appearance(appearance).place(place);
    let parameters = making.complete(parameters);
    let signed = kyso::sign(&copy, &key, &parameters, &SigningOptions::by(&policy).outside(outside)).map_err(wrong)?;
    write(&output, &copy, &signed, wrong)?;
    report(&arguments.output, &signed, making.level(), copy.recovered(), context)
}

fn extracted(document: &Document<'_>, Pages(pages): &Pages, context: &Context) -> Result<Vec<u8>, kyso::Error> {
    let extract = kyso_certification::extract(document, pages)?;
    for loss in &extract.losses {
        let told = words(context.language).message_on(Some(loss.page), loss.what.into(), loss.detail.as_deref());
        eprintln!("⚠ {}", plain(&told));
    }
    Ok(extract.pdf)
}

impl Arguments {
    /// Only an extract is of some pages, and it says of which.
    fn demand_pages(&self, form: FormOfCopy) -> Result<(), Failure> {
        match (form, &self.pages) {
            (FormOfCopy::TrichSao, None) => Err(Failure::usage(
                "TRÍCH SAO cần cho biết trích trang nào: --pages 1-3,5.",
                "TRÍCH SAO needs the pages to extract: --pages 1-3,5.",
            )),
            (FormOfCopy::SaoY | FormOfCopy::SaoLuc, Some(_)) => Err(Failure::usage(
                "SAO Y và SAO LỤC là bản sao đầy đủ; chỉ TRÍCH SAO mới có --pages.",
                "SAO Y and SAO LỤC are copies of the whole; only TRÍCH SAO takes --pages.",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses a scan that is less than the decree asks for.
    fn demand_quality(&self, copy: &Document<'_>, context: &Context) -> Result<(), Failure> {
        let examined = examine(copy).map_err(|error| Failure::library(&self.input, &error))?;
        let told = |weight: Weight, language| {
            let misses = examined.misses.iter().filter(move |miss| miss.weight == weight);
            misses.map(move |miss| plain(&words(language).message_on(miss.page, miss.code, Some(&miss.measured))))
        };
        for weight in [Weight::Warning, Weight::Error] {
            if weight == Weight::Warning || self.allow_low_quality {
                told(weight, context.language).for_each(|told| eprintln!("⚠ {told}"));
            }
        }
        if examined.is_good_enough() || self.allow_low_quality {
            return Ok(());
        }
        let list = |language| told(Weight::Error, language).map(|told| format!("\n  - {told}")).collect::<String>();
        Err(Failure::new(
            Exit::Refused,
            format!(
                "Từ chối sao: bản số hóa chưa đạt yêu cầu.{}\nNếu bản giấy không còn để quét lại: thêm --allow-low-quality.",
                list(kyso::Language::Vietnamese)
            ),
            format!(
                "Refused to copy: the scan isn't good enough.{}\nWhere the paper can't be scanned again: add --allow-low-quality.",
                list(kyso::Language::English)
            ),
        ))
    }
}

/// `1-3,5`: numbers and ranges, in the order of the extract.
fn pages(text: &str) -> Result<Pages, &'static str> {
    let wrong = "1-3,5";
    let mut pages = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| (1..=100_000).contains(number));
        let (Some(from), Some(to)) = (number(from), number(to)) else { return Err(wrong) };
        if from > to {
            return Err(wrong);
        }
        pages.extend(from..=to);
        if pages.len() > 100_000 {
            return Err(wrong);
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
