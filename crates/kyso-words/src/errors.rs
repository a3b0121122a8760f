//! The library's errors, for a person. A refusal is its rule's text and the particulars, in either language. Of the other
//! errors the English is mostly the error's own text; the Vietnamese says the same as far as the error's kind, name and
//! reason tell; particulars for developers stay in brackets.

use super::{Hint, Words, sentence, without_stop};
use kyso::error::{Parameter, Reason, Service, Subject, What};
use kyso::{Bilingual, Code, Error, Language};

impl Words<'_> {
    /// An error for a person: what is wrong and what to do.
    pub fn error(self, error: &Error) -> String {
        match (error, self.language) {
            (Error::Refused { rule, reason }, _) => self.refused(*rule, reason),
            (_, Language::English) => sentence(&self.english(error)),
            (_, Language::Vietnamese) => self.vietnamese(error),
        }
    }

    /// Which rule says no, what to do, and the particulars.
    fn refused(self, rule: Code, reason: &Reason) -> String {
        let rule = self.refusal(rule);
        match reason {
            Reason::ByRule(_) => rule,
            _ => match self.reason(reason) {
                Some(why) => format!("{rule} {why}"),
                None => format!("{rule} [{reason}]"),
            },
        }
    }

    /// In English, without a capital and without a full stop.
    pub(super) fn english(self, error: &Error) -> String {
        match error {
            Error::Refused { rule, reason } => without_stop(&self.refused(*rule, reason)),
            Error::Parameters { name, reason } => format!("{name}: {}", self.english_reason(reason)),
            Error::Signer { reason } => format!("signing key: {}", self.english_reason(reason)),
            Error::Outside { service, tried } => format!("{service}: {}", self.attempts(tried)),
            Error::Input { reason: reason @ Reason::Pdf(kyso_pdf::Reason::NotPdf(_)), .. } => {
                self.english_reason(reason)
            }
            Error::Input { what: What::Pdf(_), .. } => format!(
                "{error}: the file may be cut off or damaged; get the whole file from the sender, or, where it isn't signed, \
                 print it to PDF again from another program"
            ),
            Error::Input { reason: reason @ (Reason::NotPng { .. } | Reason::NotPicture { .. }), .. } => {
                self.english_reason(reason)
            }
            Error::Input { .. } | Error::HoleTooSmall { .. } | Error::Budget { .. } | Error::Internal(_) => {
                error.to_string()
            }
        }
    }

    pub(super) fn vietnamese(self, error: &Error) -> String {
        match error {
            Error::Refused { rule, reason } => self.refused(*rule, reason),
            Error::Input { what, offset, reason } => self.reason(reason).unwrap_or_else(|| {
                let place = offset.map(|offset| format!(" tại byte {offset}")).unwrap_or_default();
                let advice = match what {
                    What::Pdf(_) => {
                        ": tệp có thể bị cắt cụt hoặc hỏng; hãy lấy lại tệp đầy đủ từ nơi gửi, hoặc nếu tệp chưa ký số thì mở \
                         bằng phần mềm khác rồi in lại ra PDF"
                    }
                    What::Subject(_) => "",
                };
                format!("{}{place}{advice}. [{what}: {reason}]", unreadable(what))
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
            Parameter::Digest => {
                return format!("Hàm băm không đi với khóa này: hãy bỏ {} để tự chọn.", self.hint(Hint::WithoutDigest));
            }
            Parameter::Agency => "Tệp của cơ quan không dùng được.",
            Parameter::Anchor => "Không dùng được dòng chữ để đặt hình.",
            Parameter::Base => "Địa chỉ tra cứu không ghi được vào mã QR.",
            Parameter::Body => "Cỡ chữ của văn bản không đúng quy định: phải từ 13 đến 14.",
            Parameter::Certificates => "Thiếu chứng thư số của người ký.",
            Parameter::Columns => "Các cột của bảng không dàn được.",
            Parameter::Description => "Phần mô tả của văn bản có ký tự không ghi được: hãy bỏ đi.",
            Parameter::DocumentDigest => "Giá trị băm của văn bản không dùng được.",
            Parameter::Dossier => "Mã hồ sơ không đúng dạng.",
            Parameter::Fetcher => "Thiếu bằng chứng về chứng thư số, và không có cách nào để lấy.",
            Parameter::Field => "Không dùng được trường chữ ký này: hãy đổi tên trường.",
            Parameter::FirstPage => "Trang đầu không đúng: số trang đếm từ 1.",
            Parameter::Image => "Hình không dùng được.",
            Parameter::ImageWidthMm => "Bề rộng của hình không hợp lý.",
            Parameter::Ink => "Hình chữ ký cao hơn chỗ dành cho nó.",
            Parameter::Issuer => "Mã định danh của cơ quan không ghi được vào mã QR.",
            Parameter::Level => "Mức của chữ ký không dùng được.",
            Parameter::Lock => "Cách khóa tài liệu không đúng: phải là 1, 2 hoặc 3.",
            Parameter::Message => "Nội dung đã ký không dùng được.",
            Parameter::Page => "Số trang không dùng được.",
            Parameter::Pages => "Các trang đã cho không dùng được.",
            Parameter::Prepared => "Văn bản chuẩn bị để ký không dùng được.",
            Parameter::Properties => "Tên của dữ liệu mô tả không dùng được.",
            Parameter::Pss => "RSASSA-PSS chỉ dùng với khóa RSA cho phép việc đó.",
            Parameter::Qr => "Nội dung của mã QR quá dài: hãy rút ngắn.",
            Parameter::Rect => "Khung chữ ký không dùng được.",
            Parameter::Result => "Mã kết quả không đúng dạng.",
            Parameter::Room => "Không có văn bản nào để đặt lời chứng vào trang cuối.",
            Parameter::RoomMm => "Chỗ dành cho người ký cao hơn một trang.",
            Parameter::Rows => "Các hàng của bảng không đúng số cột.",
            Parameter::SaltLength => "Độ dài muối của RSASSA-PSS không dùng được.",
            Parameter::Scan => "Hình quét không dùng được.",
            Parameter::SealMm => "Con dấu phải rộng từ 10 đến 60 mm.",
            Parameter::SignatureAlgorithm => "Thuật toán ký không đi với khóa này.",
            Parameter::Size => "Cỡ chữ của bảng không đúng: phải từ 8 đến 14.",
            Parameter::Text => "Dòng chữ không hiển thị được: hãy rút ngắn hoặc bỏ ký tự lạ.",
            Parameter::ToBeSigned => "Dữ liệu chờ ký không dùng được.",
            Parameter::WidthMm => "Bề rộng của nét mực không hợp lý.",
        }
        .into()
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
        Subject::EvidenceRecord => "Không đọc được hồ sơ bằng chứng lưu trữ",
        Subject::PrivateKey | Subject::PublicKey => "Không đọc được khóa",
        Subject::Pkcs12 | Subject::CertificateInPkcs12 => "Không đọc được tệp khóa PKCS#12",
        Subject::Cms
        | Subject::SignedAttributes
        | Subject::AlgorithmProtection
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
