//! The library's errors, for a person. English is the error's own text; the Vietnamese says the same as far as the
//! error's kind, name and reason tell; particulars for developers stay in brackets.

use crate::error::{Error, Service, Tried};
use crate::language::Language;

/// An error for a person: what is wrong and what to do.
pub fn error(error: &Error, language: Language) -> String {
    match language {
        Language::English => english(error),
        Language::Vietnamese => vietnamese(error),
    }
}

fn english(error: &Error) -> String {
    sentence(&error.to_string())
}

/// With a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).chain(['.']).collect(),
        None => String::new(),
    }
}

fn vietnamese(error: &Error) -> String {
    let told = |reason| super::reason(reason, Language::Vietnamese);
    match error {
        Error::Refused { rule, reason } => match (super::rule(rule, Language::Vietnamese), told(reason)) {
            (Some(text), Some(why)) => format!("{text} {why}"),
            (Some(text), None) => format!("{text} [{reason}]"),
            (None, Some(why)) => why,
            (None, None) => format!("Từ chối theo quy tắc {rule} [{reason}]"),
        },
        Error::Input { what, offset, reason } => match told(reason) {
            Some(why) => why,
            None => {
                let place = offset.map(|offset| format!(" tại byte {offset}")).unwrap_or_default();
                format!("{}{place}. [{what}: {reason}]", unreadable(what))
            }
        },
        Error::Parameters { name, reason } => {
            told(reason).unwrap_or_else(|| format!("{} [{name}: {reason}]", unusable(name)))
        }
        Error::HoleTooSmall { reserved, needed } => {
            format!(
                "Chữ ký cần {needed} byte nhưng chỉ dành {reserved} byte; hãy chuẩn bị lại với ít nhất {needed} byte."
            )
        }
        Error::Signer { reason } => told(reason).unwrap_or_else(|| format!("Khóa không ký được. [{reason}]")),
        Error::Outside { service, tried } => outside(*service, tried),
        Error::Budget { budget, limit, .. } => {
            format!("Vượt giới hạn an toàn, không xử lý tiếp: tệp có thể được tạo ra để phá hoại. [{budget}: {limit}]")
        }
        Error::Internal(message) => format!("Lỗi bên trong chương trình, xin hãy báo lại. [{message}]"),
    }
}

fn outside(service: Service, tried: &[Tried]) -> String {
    let name = match service {
        Service::TimeStamp => "Dịch vụ cấp dấu thời gian",
        Service::Ocsp => "Dịch vụ OCSP (trạng thái chứng thư)",
        Service::Crl => "Danh sách chứng thư bị thu hồi (CRL)",
        Service::Issuer => "Nơi công bố chứng thư của cơ quan cấp",
        Service::Revocation => "Nguồn cho biết chứng thư có bị thu hồi hay không",
    };
    let all = tried.iter().map(|one| match one.url.as_str() {
        "" => one.vietnamese.clone(),
        url => format!("{url}: {}", one.vietnamese),
    });
    format!("{name} không trả lời được như yêu cầu: {}.", all.collect::<Vec<_>>().join("; "))
}

/// What can't be read, by [`Error::Input`]'s `what`.
fn unreadable(what: &str) -> &'static str {
    match what {
        "signature image" => "Hình chữ ký không dùng được: cần PNG nền trong suốt, nét màu xanh",
        "seal image" => "Hình con dấu không dùng được: cần PNG nền trong suốt, màu đỏ",
        "certificate" | "certificates" => "Không đọc được chứng thư số",
        "private key" | "public key" => "Không đọc được khóa",
        "PKCS#12" => "Không đọc được tệp khóa PKCS#12",
        "CMS" | "signed attributes" => "Không đọc được dữ liệu chữ ký số (CMS)",
        "OCSP answer" => "Không đọc được câu trả lời OCSP",
        "CRL" => "Không đọc được danh sách chứng thư bị thu hồi (CRL)",
        _ => "Không đọc được tệp như một tệp PDF đúng chuẩn",
    }
}

/// What is wrong with a parameter, by its name.
fn unusable(name: &str) -> &'static str {
    match name {
        "field" => "Không dùng được trường chữ ký này: hãy đổi tên trường.",
        "image-width-mm" => "Bề rộng của hình không hợp lý.",
        "text" => "Dòng chữ không hiển thị được: hãy rút ngắn hoặc bỏ ký tự lạ.",
        "digest" => "Hàm băm không đi với khóa này: hãy bỏ --digest để tự chọn.",
        "pss" => "RSASSA-PSS chỉ dùng với khóa RSA cho phép việc đó.",
        "level" => "Phiên bản này chỉ ký ở mức B-B, chưa có dấu thời gian.",
        _ => "Tham số không dùng được.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Cause, Ink, Objection, Reason};

    #[test]
    fn each_language_tells_what_is_wrong() {
        let locked = Error::refused("document.locked", "field Seal ends it");
        assert_eq!(error(&locked, Language::English), "Field Seal ends it.");
        let text = error(&locked, Language::Vietnamese);
        assert!(text.starts_with("Từ chối ký: một chữ ký trước đã khóa tài liệu"), "{text}");
        assert!(text.ends_with("[field Seal ends it]"), "{text}");
        let broken = Error::input("trailer", 12, "no /Root");
        let text = error(&broken, Language::Vietnamese);
        assert_eq!(text, "Không đọc được tệp như một tệp PDF đúng chuẩn tại byte 12. [trailer: no /Root]");
        assert_eq!(error(&broken, Language::English), "Trailer: no /Root (at byte 12).");
    }

    #[test]
    fn a_clerk_reads_no_english() {
        let (cause, field) = (Cause::Changed, "Signature1".to_owned());
        let reason = Reason::NoLeader(Some(Objection { field, cause }));
        let text = error(&Error::refused("seal.no-leader-signature", reason), Language::Vietnamese);
        assert!(
            text.ends_with("Chữ ký trong trường Signature1 được nối tiếp bởi những thay đổi mà nó không cho phép.")
        );
        let small =
            Reason::RectangleTooSmall { needed: (124.72.into(), 53.3.into()), given: (20.0.into(), 9.96.into()) };
        let small = Error::parameters("rect", small);
        assert_eq!(
            error(&small, Language::Vietnamese),
            "Khung chữ ký quá nhỏ: cần 124,7 × 53,3 điểm mà chỉ có 20,0 × 10,0. Hãy nới khung hoặc thu nhỏ hình."
        );
        assert!(error(&small, Language::English).starts_with("Rect: what is to be seen needs 124.7 × 53.3 points"));
        let red = Reason::OtherInk { percent: 3, wanted: Ink::Red };
        let text = error(&Error::input("seal image", None, red), Language::Vietnamese);
        assert!(text.starts_with("Hình con dấu phải có màu đỏ") && !text.contains('['), "{text}");
    }

    #[test]
    fn an_unknown_rule_is_named() {
        let text = error(&Error::refused("new.rule", "because"), Language::Vietnamese);
        assert_eq!(text, "Từ chối theo quy tắc new.rule [because]");
    }
}
