//! `kyso seal`: the agency's seal on a document that a leader has signed
//! (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use clap::Args;
use kyso::appearance::{Appearance, InkImage};
use kyso::sign::parameters::{Lock, SignatureParameters};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signing::SigningArguments;
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
    arguments.common.run(context, &policy, |document, key, outside| match arguments.allow_unsigned {
        true => kyso::seal_unsigned_with(document, &parameters, key, &policy, outside),
        false => kyso::seal_with(document, &parameters, key, &policy, outside),
    })
}
