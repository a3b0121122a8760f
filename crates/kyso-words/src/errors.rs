//! The library's errors, for a person. English is mostly the error's own text; the Vietnamese says the same as far as the
//! error's kind, name and reason tell; particulars for developers stay in brackets.

use super::{Hint, Words, sentence};
use kyso::error::{Parameter, Service, Subject, What};
use kyso::{Bilingual, Error, Language};

impl Words<'_> {
    /// An error for a person: what is wrong and what to do.
    pub fn error(self, error: &Error) -> String {
        match self.language {
            Language::English => sentence(&self.english(error)),
            Language::Vietnamese => self.vietnamese(error),
        }
    }

    /// In English, without a capital and without a full stop.
    pub(super) fn english(self, error: &Error) -> String {
        match error {
            Error::Refused { reason, .. } => self.english_reason(reason),
            Error::Parameters { name, reason } => format!("{name}: {}", self.english_reason(reason)),
            Error::Signer { reason } => format!("signing key: {}", self.english_reason(reason)),
            Error::Outside { service, tried } => format!("{service}: {}", self.attempts(tried)),
            Error::Input { .. } | Error::HoleTooSmall { .. } | Error::Budget { .. } | Error::Internal(_) => {
                error.to_string()
            }
        }
    }

    pub(super) fn vietnamese(self, error: &Error) -> String {
        match error {
            Error::Refused { rule, reason } => match self.reason(reason) {
                Some(why) => format!("{} {why}", self.refusal(*rule)),
                None => format!("{} [{reason}]", self.refusal(*rule)),
            },
            Error::Input { what, offset, reason } => self.reason(reason).unwrap_or_else(|| {
                let place = offset.map(|offset| format!(" tại byte {offset}")).unwrap_or_default();
                format!("{}{place}. [{what}: {reason}]", unreadable(what))
            }),
            Error::Parameters { name, reason } => {
                self.reason(reason).unwrap_or_else(|| format!("{} [{name}: {reason}]", self.unusable(*name)))
            }
            Error::HoleTooSmall { reserved, needed } => {
                format!(
                    "Chữ ký cần {needed} byte nhưng chỉ dành {reserved} byte; hãy chuẩn bị lại với ít nhất {needed} byte."
                )
            }
            Error::Signer { reason } => {
                self.reason(reason).unwrap_or_else(|| format!("Khóa không ký được. [{reason}]"))
            }
            Error::Outside { service, tried } => {
                let name = match service {
                    Service::TimeStamp => "Dịch vụ cấp dấu thời gian",
                    Service::Ocsp => "Dịch vụ OCSP (trạng thái chứng thư)",
                    Service::Crl => "Danh sách chứng thư bị thu hồi (CRL)",
                    Service::Issuer => "Nơi công bố chứng thư của cơ quan cấp",
                    Service::Revocation => "Nguồn cho biết chứng thư có bị thu hồi hay không",
                };
                format!("{name} không trả lời được như yêu cầu: {}.", self.attempts(tried))
            }
            Error::Budget { budget, limit, .. } => {
                format!(
                    "Vượt giới hạn an toàn, không xử lý tiếp: tệp có thể được tạo ra để phá hoại. [{budget}: {limit}]"
                )
            }
            Error::Internal(message) => format!("Lỗi bên trong chương trình, xin hãy báo lại. [{message}]"),
        }
    }

    pub(super) fn say(self, vietnamese: impl Into<String>, english: impl Into<String>) -> String {
        Bilingual::new(vietnamese, english).into_language(self.language)
    }

    /// What is wrong with a parameter.
    fn unusable(self, name: Parameter) -> String {
        match name {
            Parameter::Field => "Không dùng được trường chữ ký này: hãy đổi tên trường.".into(),
            Parameter::ImageWidthMm => "Bề rộng của hình không hợp lý.".into(),
            Parameter::Text => "Dòng chữ không hiển thị được: hãy rút ngắn hoặc bỏ ký tự lạ.".into(),
            Parameter::Digest => {
                format!("Hàm băm không đi với khóa này: hãy bỏ {} để tự chọn.", self.hint(Hint::WithoutDigest))
            }
            Parameter::Pss => "RSASSA-PSS chỉ dùng với khóa RSA cho phép việc đó.".into(),
            _ => "Tham số không dùng được.".into(),
        }
    }
}

/// What can't be read.
fn unreadable(what: &What) -> &'static str {
    let What::Subject(subject) = what else {
        return "Không đọc được tệp như một tệp PDF đúng chuẩn";
    };
    match subject {
        Subject::SignatureImage => "Hình chữ ký không dùng được: cần PNG nền trong suốt, nét màu xanh",
        Subject::SealImage => "Hình con dấu không dùng được: cần PNG nền trong suốt, màu đỏ",
        Subject::Picture | Subject::ScanOfSignature | Subject::ScanOfSeal => "Không đọc được tệp hình",
        Subject::Certificate | Subject::DistinguishedName | Subject::FreshestCrl => "Không đọc được chứng thư số",
        Subject::PrivateKey | Subject::PublicKey => "Không đọc được khóa",
        Subject::Pkcs12 | Subject::CertificateInPkcs12 => "Không đọc được tệp khóa PKCS#12",
        Subject::Cms
        | Subject::SignedAttributes
        | Subject::ContentType
        | Subject::MessageDigest
        | Subject::SigningTime
        | Subject::SigningCertificate
        | Subject::SigningCertificateV2
        | Subject::SignatureValue
        | Subject::SignatureAlgorithm
        | Subject::PssParameters
        | Subject::RevocationInformation
        | Subject::ValidationValues => "Không đọc được dữ liệu chữ ký số (CMS)",
        Subject::TimeStamp | Subject::TimeStampResponse => "Không đọc được dấu thời gian",
        Subject::OcspAnswer => "Không đọc được câu trả lời OCSP",
        Subject::Crl => "Không đọc được danh sách chứng thư bị thu hồi (CRL)",
        Subject::Policy => "Không đọc được chính sách kiểm tra",
        Subject::QrSymbol => "Không đọc được mã QR",
        Subject::LookUpCode => "Không đọc được mã tra cứu",
    }
}
