//! `kyso seal`: the agency's seal on a document that a leader has signed
//! (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use clap::Args;
use kyso::SigningOptions;
use kyso::appearance::{Appearance, InkImage};
use kyso::dangerous;
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
    #[arg(long, conflicts_with = "allow_untrusted")]
    allow_unsigned: bool,
    #[arg(long)]
    allow_untrusted: bool,
}

/// Which rule of sealing is gone round.
#[derive(Debug, Clone, Copy)]
enum Waived {
    /// That a leader's signature lies under the seal.
    Signature,
    /// That the leader's certificate leads to somebody who is trusted.
    Trust,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let read = match arguments.common.allow_colour {
        true => InkImage::seal_any_colour,
        false => InkImage::seal,
    };
    let appearance = arguments.common.picture(read)?.map_or(Appearance::None, Appearance::Image);
    let mut parameters = arguments.common.complete(SignatureParameters::seal(context.now).appearance(appearance));
    if arguments.keep_open {
        parameters.lock = Lock::None;
    }
    let policy = arguments.trust.policy(context.now)?;
    let waived = arguments.waived();
    if let Some(waived) = waived {
        eprintln!("{}", waived.warning(context));
    }
    let exit = arguments.common.run(context, &policy, |document, key, outside| {
        if parameters.lock != Lock::None {
            note_empty(document, context)?;
        }
        match waived {
            Some(Waived::Signature) => {
                let options = SigningOptions::by(&policy).outside(*outside);
                dangerous::seal_unsigned(document, key, &parameters, &options)
            }
            Some(Waived::Trust) => dangerous::seal_untrusted(document, key, &parameters, &policy, outside),
            None => kyso::seal(document, key, &parameters, &policy, outside),
        }
    })?;
    if let Some(waived) = waived {
        context.print(|sink| writeln!(sink, "  {}", waived.unchecked(context)))?;
    }
    Ok(exit)
}

impl Arguments {
    fn waived(&self) -> Option<Waived> {
        match (self.allow_unsigned, self.allow_untrusted) {
            (true, _) => Some(Waived::Signature),
            (_, true) => Some(Waived::Trust),
            _ => None,
        }
    }
}

impl Waived {
    /// What the rule would have kept out.
    fn warning(self, context: &Context) -> &'static str {
        match self {
            Self::Signature => context.say(
                "Cảnh báo: --allow-unsigned: KHÔNG xem dưới con dấu có chữ ký hợp lệ của người có thẩm quyền hay không.",
                "Warning: --allow-unsigned: it is NOT checked whether a valid leader's signature lies under the seal.",
            ),
            Self::Trust => context.say(
                "Cảnh báo: --allow-untrusted: KHÔNG kiểm tra chứng thư số của người ký dẫn tới ai; bất kỳ ai cũng tự tạo \
                 được chữ ký như vậy.",
                "Warning: --allow-untrusted: it is NOT checked whom the signer's certificate leads to; anybody can make \
                 such a signature.",
            ),
        }
    }

    /// What is left of it once the file is written.
    fn unchecked(self, context: &Context) -> &'static str {
        match self {
            Self::Signature => context.say(
                "Chưa kiểm tra: chữ ký của người có thẩm quyền (--allow-unsigned)",
                "Not checked: the leader's signature (--allow-unsigned)",
            ),
            Self::Trust => context.say(
                "Chưa kiểm tra: chứng thư số của người ký có đáng tin hay không (--allow-untrusted)",
                "Not checked: whether the signer's certificate is to be trusted (--allow-untrusted)",
            ),
        }
    }
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
