//! `kyso sign`: the leader's signature; or the agency's on a copy or a separate attachment.

use clap::{Args, ValueEnum};
use kyso::appearance::{Appearance, InkImage};
use kyso::{DocMdp, Document, Lock, Place, Signatory, SignatureParameters};
use kyso_certification::text::FormOfCopy;
use kyso_desk::paper::required_fields;
use kyso_desk::text::Text;

use crate::commands::draw_pages;
use crate::context::Context;
use crate::desk::Files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signing::{SigningArguments, tell_finding};
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
    let text = arguments.text(context)?;
    let (signatory, picture) = (arguments.signatory()?, arguments.picture()?);
    let policy = arguments.trust.trusted(context.now)?.policy;
    let common = &arguments.common;
    common.run(context, &policy, |document, key, by| {
        let mut parameters = match &text {
            Some(text) => arguments.with_text(text, document)?,
            None => SignatureParameters::of(Signatory::Leader, context.now).appearance(picture),
        };
        parameters.signatory = signatory;
        let parameters = common.complete(parameters.lock(arguments.lock()));
        // From now on nobody fills them in: whoever signed wouldn't have signed that.
        let required = required_fields(document).map_err(|error| Files::document(&common.input).failure(&error))?;
        required.iter().for_each(|finding| tell_finding(finding, context));
        kyso_desk::sign::sign(document, key, &parameters, by).map_err(|error| Failure::library(&common.input, &error))
    })
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

    /// The text where the arguments say; or where page 1 is blank, as `kyso copy` and `kyso attach` have it.
    fn with_text(&self, text: &Text, document: &Document<'_>) -> Result<SignatureParameters, Failure> {
        let files = Files::document(&self.common.input);
        if let Some(page) = self.common.page_named(document) {
            let placed = text.over_anything(document, page).map_err(|error| files.failure(&error))?;
            return Ok(placed.place(Place::Field));
        }
        let apart = draw_pages::apart();
        let drawing = apart.as_ref().map_err(Clone::clone);
        let placed = text.over_nothing(document, self.common.password(), drawing);
        placed.map_err(|error| files.corner_of_signature(&error))
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
