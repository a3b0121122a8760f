//! The library's errors, for a person. English is the error's own text; the Vietnamese says the same as far as the
//! error's kind and name tell, and keeps the particulars in brackets.

use crate::error::Error;
use crate::language::Language;

/// An error for a person: what is wrong and what to do.
pub fn error(error: &Error, language: Language) -> String {
    match language {
        Language::English => english(error),
        Language::Vietnamese => vietnamese(error),
    }
}

fn english(error: &Error) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).chain(['.']).collect(),
        None => text,
    }
}

fn vietnamese(error: &Error) -> String {
    match error {
        Error::Refused { rule, message } => match super::rule(rule, Language::Vietnamese) {
            Some(text) => format!("{text} [{message}]"),
            None => format!("Từ chối theo quy tắc {rule} [{message}]"),
        },
        Error::Input { what, offset, message } => {
            let place = offset.map(|offset| format!(" tại byte {offset}")).unwrap_or_default();
            format!("{}{place}. [{what}: {message}]", unreadable(what))
        }
        Error::Parameters { name, message } => format!("{} [{name}: {message}]", unusable(name)),
        Error::HoleTooSmall { reserved, needed } => {
            format!(
                "Chữ ký cần {needed} byte nhưng chỉ dành {reserved} byte; hãy chuẩn bị lại với ít nhất {needed} byte."
            )
        }
        Error::Signer { message } => format!(
            "Khóa không ký được: hãy kiểm tra mật khẩu, và chứng thư số có đúng là của khóa này không. [{message}]"
        ),
        Error::Budget { budget, limit, .. } => {
            format!("Vượt giới hạn an toàn, không xử lý tiếp: tệp có thể được tạo ra để phá hoại. [{budget}: {limit}]")
        }
        Error::Internal(message) => format!("Lỗi bên trong chương trình, xin hãy báo lại. [{message}]"),
    }
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
        _ => "Không đọc được tệp như một tệp PDF đúng chuẩn",
    }
}

/// What is wrong with a parameter, by its name.
fn unusable(name: &str) -> &'static str {
    match name {
        "anchor" => "Không đặt được chữ ký tại chữ đã cho: chữ không có trong tài liệu, hoặc chỗ trống quá hẹp.",
        "rect" => "Khung chữ ký không phù hợp: hãy đổi vị trí, đổi kích thước khung hoặc thu nhỏ hình.",
        "page" => "Không có trang này trong tài liệu.",
        "field" => "Không dùng được trường chữ ký này: hãy đổi tên trường, vị trí hoặc thu nhỏ hình.",
        "image" => "Hình và vị trí không đi với nhau: hãy cho cả hình lẫn vị trí hiển thị.",
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
    fn an_unknown_rule_is_named() {
        let text = error(&Error::refused("new.rule", "because"), Language::Vietnamese);
        assert_eq!(text, "Từ chối theo quy tắc new.rule [because]");
    }
}
