//! `kyso seal`: the agency's seal on a document that a leader has signed
//! (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use clap::Args;
use kyso::appearance::{Appearance, InkImage};
use kyso::pdf::Document;
use kyso::role::{CERTIFIER_FIELD, SEAL_FIELD};
use kyso::sign::parameters::{Lock, SignatureParameters};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signing::SigningArguments;
use crate::text::plain;
use crate::trust::TrustArguments;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: SigningArguments,
    #[command(flatten)]
    trust: TrustArguments,
    #[arg(long)]
    keep_open: bool,
    #[arg(long)]
    allow_unsigned: bool,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let read = match arguments.common.allow_colour {
        true => InkImage::seal_any_colour,
        false => InkImage::seal,
    };
    let mut parameters = arguments.common.complete(SignatureParameters {
        appearance: arguments.common.picture(read)?.map_or(Appearance::None, Appearance::Image),
        ..SignatureParameters::seal(context.now)
    });
    if arguments.keep_open {
        parameters.lock = Lock::None;
    }
    let policy = arguments.trust.policy(context.now)?;
    arguments.common.run(context, &policy, |document, key, outside| {
        if parameters.lock != Lock::None {
            note_empty(document, context)?;
        }
        match arguments.allow_unsigned {
            true => kyso::seal_unsigned_with(document, &parameters, key, &policy, outside),
            false => kyso::seal_with(document, &parameters, key, &policy, outside),
        }
    })
}

/// Who hasn't signed yet can't under the seal, which ends the document.
fn note_empty(document: &Document<'_>, context: &Context) -> Result<(), kyso::Error> {
    let fields = document.signature_fields()?;
    let empty = fields
        .iter()
        .filter(|field| field.value.is_none() && ![CERTIFIER_FIELD, SEAL_FIELD].contains(&field.name.as_str()));
    let names = empty.map(|field| plain(&field.name)).collect::<Vec<_>>().join(", ");
    if !names.is_empty() {
        eprintln!(
            "{}: {names}",
            context.say(
                "Cảnh báo: con dấu khóa tài liệu mà còn chỗ ký chưa có ai ký",
                "Warning: the seal ends the document, and nobody has signed in"
            )
        );
    }
    Ok(())
}
