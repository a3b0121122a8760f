//! Why evidence of a revocation isn't relied on, for a person.

use kyso::Language;
use kyso::error::evidence::{EvidenceDefect, EvidenceKind, Refusal, Unreliable, Why};
use kyso::local_time::in_vietnam;

/// Which evidence, and why it isn't relied on, without a full stop.
pub(super) fn refusal(refusal: &Refusal, language: Language) -> String {
    match language {
        Language::English => refusal.to_string(),
        Language::Vietnamese => {
            let kind = match refusal.kind {
                EvidenceKind::Crl => "CRL",
                EvidenceKind::Ocsp => "câu trả lời OCSP",
            };
            let issued = refusal.this_update.map(|time| format!(" ({})", in_vietnam(time))).unwrap_or_default();
            format!("{kind}{issued} {}", vietnamese(&refusal.why))
        }
    }
}

fn vietnamese(why: &Why) -> String {
    match why {
        Why::Defect(defect) => of_defect(defect),
        Why::Unreliable(unreliable) => match unreliable {
            Unreliable::OfItself => "do chính chứng thư được hỏi ký: không tự chứng nhận cho mình được",
            Unreliable::UnknownCertificate => "cho biết dịch vụ không biết chứng thư này (unknown)",
            Unreliable::FromTheFuture => "ghi thời điểm ở tương lai; hãy kiểm tra đồng hồ của máy này",
            Unreliable::OutsideValidity => "được ký khi chứng thư của nơi ký chưa có hoặc không còn hiệu lực",
            Unreliable::Silent => "không nói gì về chứng thư đã hết hạn vào lúc đó",
            Unreliable::TooManyResponders => "do một chuỗi nơi trả lời được ủy quyền quá dài ký",
            Unreliable::ResponderNotKnown => {
                "do nơi được ủy quyền ký, mà không biết chứng thư của nơi đó có bị thu hồi hay không"
            }
            Unreliable::ResponderRevoked => "do nơi được ủy quyền ký, mà chứng thư của nơi đó đã bị thu hồi",
        }
        .to_owned(),
    }
}

fn of_defect(defect: &EvidenceDefect) -> String {
    match defect {
        EvidenceDefect::Unreadable(why) => format!("không đọc được [{why}]"),
        EvidenceDefect::BadSignature => "có chữ ký không đúng với khóa mà nó nêu".to_owned(),
        EvidenceDefect::NoIssuer => "do một nơi ký mà không có chứng thư của nơi đó".to_owned(),
        EvidenceDefect::NotAuthorised => "do một nơi không có quyền ký".to_owned(),
        EvidenceDefect::Indirect => "là CRL gián tiếp, loại không được hỗ trợ".to_owned(),
        EvidenceDefect::OutOfScope => "không bao gồm chứng thư này".to_owned(),
        EvidenceDefect::DeltaWithoutBase => "là delta CRL mà thiếu CRL gốc của nó".to_owned(),
        EvidenceDefect::Malformed(why) => format!("sai chuẩn [{why}]"),
    }
}
