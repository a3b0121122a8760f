//! `kyso sign`: the leader's signature; or the agency's on a copy or a separate attachment.

use clap::{Args, ValueEnum};
use kyso::appearance::{Appearance, InkImage};
use kyso::{DocMdp, Lock, Signatory, SignatureParameters};
use kyso_certification::text::FormOfCopy;
use kyso_desk::text::Text;

use crate::context::Context;
use crate::desk::Files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signing::SigningArguments;
use crate::trust::TrustArguments;
use crate::values::number;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: SigningArguments,
    #[arg(long, value_enum, value_name = "ROLE")]
    role: Option<RoleArgument>,
    #[arg(long, value_enum, value_name = "FORM", requires = "agency", conflicts_with_all = ["attachment", "image"])]
    copy: Option<CopyArgument>,
    #[arg(long, value_name = "NAME", requires = "copy")]
    agency: Option<String>,
    #[arg(long, value_name = "NUMBER", conflicts_with = "image")]
    attachment: Option<String>,
    #[arg(long, value_name = "1|2|3", value_parser = number(1_u8, 3))]
    certify: Option<u8>,
    #[command(flatten)]
    trust: TrustArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleArgument {
    Leader,
    Copy,
    Other,
}

/// The forms of a copy.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CopyArgument {
    #[value(name = "SAO Y", aliases = ["sao-y", "Sao y"])]
    SaoY,
    #[value(name = "SAO LỤC", aliases = ["sao-luc", "Sao lục"])]
    SaoLuc,
    #[value(name = "TRÍCH SAO", aliases = ["trich-sao", "Trích sao"])]
    TrichSao,
}

impl From<CopyArgument> for FormOfCopy {
    fn from(form: CopyArgument) -> Self {
        match form {
            CopyArgument::SaoY => Self::SaoY,
            CopyArgument::SaoLuc => Self::SaoLuc,
            CopyArgument::TrichSao => Self::TrichSao,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut parameters = match arguments.text(context)? {
        // Where the signature goes, the arguments say.
        Some(text) => text.over_anything(),
        None => SignatureParameters::of(Signatory::Leader, context.now).appearance(arguments.picture()?),
    };
    parameters.signatory = arguments.signatory()?;
    let parameters = arguments.common.complete(parameters.lock(arguments.lock()));
    let policy = arguments.trust.trusted(context.now)?.policy;
    arguments.common.run(context, &policy, |document, key, by| kyso_desk::sign::sign(document, key, &parameters, by))
}

impl Arguments {
    /// A copy's or an attachment's signature is the agency's, and never the leader's.
    fn signatory(&self) -> Result<Signatory, Failure> {
        let is_copy = self.copy.is_some() || self.attachment.is_some();
        match (self.role, is_copy) {
            (None | Some(RoleArgument::Copy), true) | (Some(RoleArgument::Copy), false) => Ok(Signatory::Copy),
            (None | Some(RoleArgument::Leader), false) => Ok(Signatory::Leader),
            (Some(RoleArgument::Other), false) => Ok(Signatory::Other),
            (Some(RoleArgument::Leader | RoleArgument::Other), true) => Err(Failure::usage(
                "--copy và --attachment chỉ đi với --role copy.",
                "--copy and --attachment go with --role copy only.",
            )),
        }
    }

    /// The text of the agency's signature on a copy or an attachment.
    fn text(&self, context: &Context) -> Result<Option<Text>, Failure> {
        let text = match (self.copy, &self.agency, &self.attachment) {
            (Some(form), Some(agency), _) => Text::of_copy(form.into(), agency, context.now),
            (_, _, Some(number)) => Text::of_attachment(number, context.now),
            _ => return Ok(None),
        };
        text.map(Some).map_err(|error| Files::document(&self.common.input).failure(&error))
    }

    fn picture(&self) -> Result<Appearance, Failure> {
        let read = match self.common.allow_colour {
            true => InkImage::signature_any_colour,
            false => InkImage::signature,
        };
        Ok(self.common.picture(read)?.map_or(Appearance::None, Appearance::Image))
    }

    fn lock(&self) -> Lock {
        match self.certify {
            None => Lock::None,
            Some(1) => Lock::Certify(DocMdp::NoChanges),
            Some(2) => Lock::Certify(DocMdp::FormFilling),
            Some(_) => Lock::Certify(DocMdp::Annotations),
        }
    }
}
