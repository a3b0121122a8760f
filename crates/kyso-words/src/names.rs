//! The names that a report uses, for people.

use super::Text;
use kyso::validate::{Coverage, Modifications, SignerKind};
use kyso::{Indication, Language, Role, Severity, SubIndication};

/// The verdict in plain words, e.g. "Chữ ký hợp lệ".
pub fn indication(indication: Indication, language: Language) -> &'static str {
    match indication {
        Indication::TotalPassed => Text::new("Chữ ký hợp lệ", "The signature is valid"),
        Indication::Indeterminate => Text::new("Chưa đủ cơ sở để kết luận", "There isn't enough to reach a conclusion"),
        Indication::TotalFailed => Text::new("Chữ ký không hợp lệ", "The signature is not valid"),
    }
    .in_language(language)
}

/// The reason beside the verdict in plain words.
pub fn sub_indication(sub_indication: SubIndication, language: Language) -> &'static str {
    use SubIndication as S;
    match sub_indication {
        S::FormatFailure => Text::new("sai định dạng chữ ký", "the signature's format is wrong"),
        S::HashFailure => Text::new("tài liệu đã bị thay đổi", "the document has been changed"),
        S::SigCryptoFailure => Text::new(
            "giá trị chữ ký không đúng với khóa của người ký",
            "the value doesn't verify with the signer's key",
        ),
        S::Revoked => Text::new("chứng thư số đã bị thu hồi", "the certificate was revoked"),
        S::Expired => Text::new("chữ ký được tạo sau khi chứng thư số hết hạn", "signed after the certificate expired"),
        S::NotYetValid => {
            Text::new("chữ ký được tạo trước khi chứng thư số có hiệu lực", "signed before the certificate was valid")
        }
        S::SigConstraintsFailure => {
            Text::new("chữ ký không theo yêu cầu của chính sách", "the signature doesn't meet the policy")
        }
        S::ChainConstraintsFailure => {
            Text::new("chứng thư số không theo yêu cầu của chính sách", "the certificates don't meet the policy")
        }
        S::CertificateChainGeneralFailure => {
            Text::new("lỗi khi kiểm tra đường dẫn chứng thực", "the certificate path couldn't be checked")
        }
        S::CryptoConstraintsFailure => {
            Text::new("thuật toán hoặc độ dài khóa không còn an toàn", "an algorithm or key size is no longer safe")
        }
        S::PolicyProcessingError => Text::new("không áp dụng được chính sách ký", "the policy can't be applied"),
        S::SignaturePolicyNotAvailable => Text::new("không có chính sách ký", "the signature policy isn't there"),
        S::TimestampOrderFailure => Text::new("các dấu thời gian sai thứ tự", "the time-stamps are out of order"),
        S::NoSigningCertificateFound => {
            Text::new("không tìm thấy chứng thư số của người ký", "the signer's certificate isn't there")
        }
        S::NoCertificateChainFound => {
            Text::new("không có đường dẫn tới CA được tin cậy", "no path leads to a trusted CA")
        }
        S::RevokedNoPoe => Text::new(
            "chứng thư số đã bị thu hồi, không chứng minh được là ký trước đó",
            "the certificate was revoked, and nothing proves that it signed before",
        ),
        S::RevokedCaNoPoe => Text::new(
            "chứng thư số CA đã bị thu hồi, không chứng minh được là ký trước đó",
            "a CA was revoked, and nothing proves that the signature was made before",
        ),
        S::OutOfBoundsNoPoe => Text::new(
            "chứng thư số ngoài thời hạn hiệu lực, không chứng minh được là ký trong thời hạn",
            "the certificate is out of its time, and nothing proves that it signed in it",
        ),
        S::OutOfBoundsNotRevoked => Text::new(
            "chứng thư số ngoài thời hạn hiệu lực, không chứng minh được là ký trong thời hạn; chưa bị thu hồi",
            "the certificate is out of its time, and nothing proves that it signed in it; it isn't revoked",
        ),
        S::RevocationOutOfBoundsNoPoe => Text::new(
            "dữ liệu thu hồi nằm ngoài thời hạn của chứng thư số ký nó",
            "the revocation data are out of their signer's time",
        ),
        S::CryptoConstraintsFailureNoPoe => Text::new(
            "thuật toán nay không còn an toàn, không chứng minh được là ký khi còn an toàn",
            "an algorithm is no longer safe, and nothing proves that it signed while it was",
        ),
        S::NoPoe => Text::new("không chứng minh được thời điểm ký", "nothing proves the time of signing"),
        S::TryLater => {
            Text::new("chưa biết tình trạng thu hồi, hãy thử lại sau", "the revocation status isn't known, try later")
        }
        S::SignedDataNotFound => Text::new("không tìm thấy nội dung được ký", "what was signed isn't there"),
        S::Custom => Text::new("lý do khác", "another reason"),
    }
    .in_language(language)
}

/// In which capacity a signature was made.
pub fn role(role: Role, language: Language) -> &'static str {
    match role {
        Role::Leader => Text::new("Chữ ký số của người có thẩm quyền", "Leader's signature"),
        Role::Seal => Text::new("Chữ ký số của cơ quan (con dấu)", "Agency's seal"),
        Role::Copy => {
            Text::new("Chữ ký số của cơ quan trên bản sao, phụ lục", "Agency's signature on a copy or an attachment")
        }
        Role::Other => Text::new("Chữ ký khác", "Other signature"),
        Role::Timestamp => Text::new("Dấu thời gian của tài liệu", "Document time-stamp"),
    }
    .in_language(language)
}

/// What a signature covers.
pub fn coverage(coverage: Coverage, language: Language) -> &'static str {
    match coverage {
        Coverage::WholeFile => Text::new("toàn bộ tệp", "the whole file"),
        Coverage::WholeRevision => {
            Text::new("toàn bộ tài liệu tại thời điểm ký", "the whole document as it was when signed")
        }
        Coverage::Partial => Text::new("chỉ một phần tài liệu", "only a part of the document"),
        Coverage::Invalid => Text::new("không xác định được", "nothing that can be made out"),
    }
    .in_language(language)
}

/// What came after a signature.
pub fn modifications(modifications: Modifications, language: Language) -> &'static str {
    match modifications {
        Modifications::None => Text::new("không có", "none"),
        Modifications::Lta => Text::new("dữ liệu xác thực dài hạn", "long-term validation data"),
        Modifications::FormFill => Text::new("thêm chữ ký hoặc điền biểu mẫu", "further signatures or form filling"),
        Modifications::Annotations => Text::new("thêm hoặc sửa chú thích", "annotations"),
        Modifications::Other => Text::new("thay đổi khác, không giải thích được", "other changes, or unexplained ones"),
    }
    .in_language(language)
}

/// How bad a finding is.
pub fn severity(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Error => Text::new("Lỗi", "Error"),
        Severity::Warning => Text::new("Cảnh báo", "Warning"),
        Severity::Info => Text::new("Lưu ý", "Note"),
    }
    .in_language(language)
}

/// Whom a certificate names.
pub fn signer_kind(kind: SignerKind, language: Language) -> &'static str {
    match kind {
        SignerKind::Person => Text::new("cá nhân", "a person"),
        SignerKind::Organisation => Text::new("cơ quan, tổ chức", "an organisation"),
        SignerKind::Unknown => Text::new("không rõ", "not known"),
    }
    .in_language(language)
}
