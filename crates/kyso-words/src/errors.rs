//! The library's errors, for a person. English is mostly the error's own text; the Vietnamese says the same as far as the
//! error's kind, name and reason tell; particulars for developers stay in brackets.

use super::{Hint, Words, sentence, without_stop};
use kyso::error::{Failed, Parameter, Service, Subject, Tried, Unfounded, What};
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
    fn english(self, error: &Error) -> String {
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

    fn vietnamese(self, error: &Error) -> String {
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

    fn attempts(self, tried: &[Tried]) -> String {
        let all = tried.iter().map(|one| match one.url.as_str() {
            "" => self.failed(&one.why),
            url => format!("{url}: {}", self.failed(&one.why)),
        });
        all.collect::<Vec<_>>().join("; ")
    }

    /// Why an attempt to reach a service outside came to nothing, without a capital and without a full stop.
    pub fn failed(self, failed: &Failed) -> String {
        match failed {
            Failed::Told(told) => told.in_language(self.language).to_owned(),
            Failed::Setting(advice) => {
                let all = [&advice.before, &self.terms.setting(&advice.setting), &advice.after];
                all.map(|part| part.in_language(self.language)).concat()
            }
            Failed::Found(findings) => self.all(findings),
            Failed::Signature(unfounded) => self.unfounded(unfounded),
            Failed::Evidence(refusal) => super::evidence::refusal(refusal, self.language),
            Failed::NoEvidence { authority, why } => {
                let why = without_stop(&self.error(why));
                self.say(
                    format!("thiếu bằng chứng dùng được về chứng thư của dịch vụ, {authority}: {why}"),
                    format!("no evidence about the authority's certificate, {authority}, serves: {why}"),
                )
            }
            Failed::NoAnswer { subject, refused } => {
                let why = refused.iter().map(|one| self.failed(one)).collect::<Vec<_>>().join("; ");
                let none = || self.say("không có dữ liệu nào nói về nó", "none speaks of it");
                let why = if refused.is_empty() { none() } else { why };
                self.say(
                    format!("không có câu trả lời nào dùng được cho {subject}: {why}"),
                    format!("no answer about {subject} serves: {why}"),
                )
            }
            Failed::Responder { responder, tried } => {
                let why = self.attempts(tried);
                self.say(
                    format!("câu trả lời do {responder} ký, mà không có bằng chứng dùng được về chứng thư đó ({why})"),
                    format!(
                        "the answer is signed by {responder}, and no evidence about that certificate serves ({why})"
                    ),
                )
            }
            Failed::Error(error) => match self.language {
                Language::Vietnamese => without_stop(&self.vietnamese(error)),
                Language::English => self.english(error),
            },
        }
    }

    /// Whose signature it is, and what is found of it.
    pub(super) fn unfounded(self, unfounded: &Unfounded) -> String {
        let Unfounded { field, signer, findings } = unfounded;
        format!("{field} ({signer}): {}", self.all(findings))
    }

    fn say(self, vietnamese: impl Into<String>, english: impl Into<String>) -> String {
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
