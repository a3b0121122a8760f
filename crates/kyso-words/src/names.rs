//! The names that a report uses, for people.

use kyso::validate::{Coverage, Modifications, SignerKind};
use kyso::{Indication, Language, Role, Severity, SubIndication, both};

/// The verdict in plain words, e.g. "Chữ ký hợp lệ".
pub fn indication(indication: Indication, language: Language) -> &'static str {
    match indication {
        Indication::TotalPassed => both("Chữ ký hợp lệ", "The signature is valid"),
        Indication::Indeterminate => both("Chưa đủ cơ sở để kết luận", "There isn't enough to reach a conclusion"),
        Indication::TotalFailed => both("Chữ ký không hợp lệ", "The signature is not valid"),
    }
    .in_language(language)
}

/// The reason beside the verdict in plain words.
pub fn sub_indication(sub_indication: SubIndication, language: Language) -> &'static str {
    use SubIndication as S;
    match sub_indication {
        S::FormatFailure => both("sai định dạng chữ ký", "the signature's format is wrong"),
        S::HashFailure => both("tài liệu đã bị thay đổi", "the document has been changed"),
        S::SigCryptoFailure => {
            both("giá trị chữ ký không đúng với khóa của người ký", "the value doesn't verify with the signer's key")
        }
        S::Revoked => both("chứng thư số đã bị thu hồi", "the certificate was revoked"),
        S::Expired => both("chữ ký được tạo sau khi chứng thư số hết hạn", "signed after the certificate expired"),
        S::NotYetValid => {
            both("chữ ký được tạo trước khi chứng thư số có hiệu lực", "signed before the certificate was valid")
        }
        S::SigConstraintsFailure => {
            both("chữ ký không theo yêu cầu của chính sách", "the signature doesn't meet the policy")
        }
        S::ChainConstraintsFailure => {
            both("chứng thư số không theo yêu cầu của chính sách", "the certificates don't meet the policy")
        }
        S::CertificateChainGeneralFailure => {
            both("lỗi khi kiểm tra đường dẫn chứng thực", "the certificate path couldn't be checked")
        }
        S::CryptoConstraintsFailure => {
            both("thuật toán hoặc độ dài khóa không còn an toàn", "an algorithm or key size is no longer safe")
        }
        S::PolicyProcessingError => both("không áp dụng được chính sách ký", "the policy can't be applied"),
        S::SignaturePolicyNotAvailable => both("không có chính sách ký", "the signature policy isn't there"),
        S::TimestampOrderFailure => both("các dấu thời gian sai thứ tự", "the time-stamps are out of order"),
        S::NoSigningCertificateFound => {
            both("không tìm thấy chứng thư số của người ký", "the signer's certificate isn't there")
        }
        S::NoCertificateChainFound => both("không có đường dẫn tới CA được tin cậy", "no path leads to a trusted CA"),
        S::RevokedNoPoe => both(
            "chứng thư số đã bị thu hồi, không chứng minh được là ký trước đó",
            "the certificate was revoked, and nothing proves that it signed before",
        ),
        S::RevokedCaNoPoe => both(
            "chứng thư số CA đã bị thu hồi, không chứng minh được là ký trước đó",
            "a CA was revoked, and nothing proves that the signature was made before",
        ),
        S::OutOfBoundsNoPoe => both(
            "chứng thư số ngoài thời hạn hiệu lực, không chứng minh được là ký trong thời hạn",
            "the certificate is out of its time, and nothing proves that it signed in it",
        ),
        S::OutOfBoundsNotRevoked => both(
            "chứng thư số ngoài thời hạn hiệu lực, không chứng minh được là ký trong thời hạn; chưa bị thu hồi",
            "the certificate is out of its time, and nothing proves that it signed in it; it isn't revoked",
        ),
        S::RevocationOutOfBoundsNoPoe => both(
            "dữ liệu thu hồi nằm ngoài thời hạn của chứng thư số ký nó",
            "the revocation data are out of their signer's time",
        ),
        S::CryptoConstraintsFailureNoPoe => both(
            "thuật toán nay không còn an toàn, không chứng minh được là ký khi còn an toàn",
            "an algorithm is no longer safe, and nothing proves that it signed while it was",
        ),
        S::NoPoe => both("không chứng minh được thời điểm ký", "nothing proves the time of signing"),
        S::TryLater => {
            both("chưa biết tình trạng thu hồi, hãy thử lại sau", "the revocation status isn't known, try later")
        }
        S::SignedDataNotFound => both("không tìm thấy nội dung được ký", "what was signed isn't there"),
        S::Custom => both("lý do khác", "another reason"),
    }
    .in_language(language)
}

/// In which capacity a signature was made.
pub fn role(role: Role, language: Language) -> &'static str {
    match role {
        Role::Leader => both("Chữ ký số của người có thẩm quyền", "Leader's signature"),
        Role::Seal => both("Chữ ký số của cơ quan (con dấu)", "Agency's seal"),
        Role::Copy => {
            both("Chữ ký số của cơ quan trên bản sao, phụ lục", "Agency's signature on a copy or an attachment")
        }
        Role::Other => both("Chữ ký khác", "Other signature"),
        Role::Timestamp => both("Dấu thời gian của tài liệu", "Document time-stamp"),
    }
    .in_language(language)
}

/// What a signature covers.
pub fn coverage(coverage: Coverage, language: Language) -> &'static str {
    match coverage {
        Coverage::WholeFile => both("toàn bộ tệp", "the whole file"),
        Coverage::WholeRevision => {
            both("toàn bộ tài liệu tại thời điểm ký", "the whole document as it was when signed")
        }
        Coverage::Partial => both("chỉ một phần tài liệu", "only a part of the document"),
        Coverage::Invalid => both("không xác định được", "nothing that can be made out"),
    }
    .in_language(language)
}

/// What came after a signature.
pub fn modifications(modifications: Modifications, language: Language) -> &'static str {
    match modifications {
        Modifications::None => both("không có", "none"),
        Modifications::Lta => both("dữ liệu xác thực dài hạn", "long-term validation data"),
        Modifications::FormFill => both("thêm chữ ký hoặc điền biểu mẫu", "further signatures or form filling"),
        Modifications::Annotations => both("thêm hoặc sửa chú thích", "annotations"),
        Modifications::Other => both("thay đổi khác, không giải thích được", "other changes, or unexplained ones"),
    }
    .in_language(language)
}

/// How bad a finding is.
pub fn severity(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Error => both("Lỗi", "Error"),
        Severity::Warning => both("Cảnh báo", "Warning"),
        Severity::Info => both("Lưu ý", "Note"),
    }
    .in_language(language)
}

/// Whom a certificate names.
pub fn signer_kind(kind: SignerKind, language: Language) -> &'static str {
    match kind {
        SignerKind::Person => both("cá nhân", "a person"),
        SignerKind::Organisation => both("cơ quan, tổ chức", "an organisation"),
        SignerKind::Unknown => both("không rõ", "not known"),
    }
    .in_language(language)
}
