//! `kyso seal`: the agency's seal on a document that a leader has signed
//! (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use clap::Args;
use kyso::appearance::{Appearance, InkImage};
use kyso::is_kept_for;
use kyso::{CERTIFIER_FIELD, Document, Lock, SEAL_FIELD, SignatureParameters};
use kyso_desk::dangerous;
use kyso_desk::paper::required_fields;
use kyso_pdf::SignatureField;

use crate::context::{Context, tell};
use crate::desk::Files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signing::{SigningArguments, tell_finding};
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
        tell(warning(waived, context));
    }
    let exit = arguments.common.run(context, &policy, |document, key, by| {
        let wrong = |error| Failure::library(&arguments.common.input, &error);
        if parameters.lock != Lock::None {
            note_empty(document, context).map_err(wrong)?;
        }
        let required = required_fields(document);
        let required = required.map_err(|error| Files::document(&arguments.common.input).failure(&error))?;
        required.iter().for_each(|finding| tell_finding(finding, context));
        kyso_desk::sign::seal(document, key, &parameters, by, waived)
            .map_err(|error| arguments.trust.with_kept(wrong(error.clone()), &error))
    })?;
    let notes = [
        waived.map(|waived| unchecked(waived, context).to_owned()),
        (waived.is_none() && policy.roster.certificates.is_empty()).then(|| by_names(context).to_owned()),
        (waived.is_none() && policy.anchors.is_empty()).then(|| by_roster_alone(context).to_owned()),
    ];
    context.print_of(arguments.common.output(), |sink| {
        notes.iter().flatten().try_for_each(|note| writeln!(sink, "  {note}"))
    })?;
    Ok(exit)
}

impl Arguments {
    fn waived(&self) -> Option<dangerous::Waived> {
        match (self.allow_unsigned, self.allow_untrusted) {
            (true, _) => Some(dangerous::Waived::Signature),
            (_, true) => Some(dangerous::Waived::Trust),
            _ => None,
        }
    }
}

/// What the rule would have kept out.
fn warning(waived: dangerous::Waived, context: &Context) -> &'static str {
    match waived {
        dangerous::Waived::Signature => context.say(
            "Cảnh báo: --allow-unsigned: KHÔNG xem dưới con dấu có chữ ký hợp lệ của người có thẩm quyền hay không.",
            "Warning: --allow-unsigned: it is NOT checked whether a valid leader's signature lies under the seal.",
        ),
        dangerous::Waived::Trust => context.say(
            "Cảnh báo: --allow-untrusted: KHÔNG kiểm tra chứng thư số của người ký dẫn tới ai; bất kỳ ai cũng tự tạo \
             được chữ ký như vậy.",
            "Warning: --allow-untrusted: it is NOT checked whom the signer's certificate leads to; anybody can make \
             such a signature.",
        ),
    }
}

/// What is left of it once the file is written.
fn unchecked(waived: dangerous::Waived, context: &Context) -> &'static str {
    match waived {
        dangerous::Waived::Signature => context.say(
            "Chưa kiểm tra: chữ ký của người có thẩm quyền (--allow-unsigned)",
            "Not checked: the leader's signature (--allow-unsigned)",
        ),
        dangerous::Waived::Trust => context.say(
            "Chưa kiểm tra: chứng thư số của người ký có đáng tin hay không (--allow-untrusted)",
            "Not checked: whether the signer's certificate is to be trusted (--allow-untrusted)",
        ),
    }
}

/// That nobody said who the agency's leaders are: without a roster, whoever certifies is known by the certificate's own names, and
/// an officer's may look the same.
fn by_names(context: &Context) -> &'static str {
    context.say(
        "Lưu ý: --trust chỉ cho biết ai đã ký. Người đó có thẩm quyền hay không thì chỉ suy từ tên trong chứng thư số và ô \
         ký; muốn chắc chắn, hãy đóng dấu theo danh sách của cơ quan: --roster",
        "Note: --trust tells who signed. Whether that is the leader was judged by the certificate's names and the field alone, \
         and an officer's may look the same; to be certain, seal by the agency's roster: --roster",
    )
}

/// That no authority was asked about the certificates.
fn by_roster_alone(context: &Context) -> &'static str {
    context.say(
        "Lưu ý: chỉ theo danh sách của cơ quan (--roster), không có CA gốc (--trust), nên chưa kiểm tra chứng thư số của người \
         ký có bị thu hồi hay không",
        "Note: by the agency's roster alone (--roster), without a root (--trust): whether the signers' certificates were revoked \
         wasn't checked",
    )
}

/// Who hasn't signed yet can't under the seal, which ends the document.
fn note_empty(document: &Document<'_>, context: &Context) -> Result<(), kyso::Error> {
    let fields = SignatureField::all(document)?;
    let is_either = |name: &str| [CERTIFIER_FIELD, SEAL_FIELD].iter().any(|base| is_kept_for(name, base));
    let empty = fields.iter().filter(|field| field.value.is_none() && !is_either(&field.name));
    let names = empty.map(|field| plain(&field.name)).collect::<Vec<_>>().join(", ");
    if !names.is_empty() {
        tell(format_args!(
            "{}: {names}",
            context.say(
                "Cảnh báo: con dấu khóa tài liệu mà còn chỗ ký chưa có ai ký",
                "Warning: the seal ends the document, and nobody has signed in"
            )
        ));
    }
    Ok(())
}
