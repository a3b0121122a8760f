//! The particulars of an error, where a clerk can put it right.

use super::{Hint, Words, sentence, without_stop};
use kyso::error::{Cause, Edge, Ink, Objection, Reason, ResponderStatus};
use kyso::local_time::in_vietnam;
use kyso::validate::Refusal;
use kyso::{Bilingual, Error, Language, both};
use kyso_pdf::{Change, OtherFormat, PageTreeFault, SignedBy, Unseen};

impl Words<'_> {
    /// What exactly is wrong and what to do, as whole sentences; `None` for what is told to developers only, in the
    /// error's own English. What a rule's text says already isn't said again.
    pub fn reason(self, reason: &Reason) -> Option<String> {
        match (reason, self.language) {
            (Reason::Other(_) | Reason::ByRule(_), _) => None,
            (known, Language::English) => Some(sentence(&self.english_reason(known))),
            (known, Language::Vietnamese) => self.vietnamese_reason(known),
        }
    }

    /// Why a finished file isn't what sealing makes: no seal in it holds, or what lies under the seal is refused so.
    pub fn not_sealed(self, error: Option<&Error>) -> String {
        match error {
            Some(Error::Refused { rule, reason }) => self.reason(reason).unwrap_or_else(|| self.refusal(*rule)),
            Some(other) => self.error(other),
            None => both(
                "Không có con dấu nào hợp lệ của cơ quan theo chứng thư gốc và danh sách chứng thư số đã cho.",
                "No seal in it holds by the trusted roots and the roster that are given.",
            )
            .in_language(self.language)
            .to_owned(),
        }
    }

    /// In English, without a capital and without a full stop.
    pub(super) fn english_reason(self, reason: &Reason) -> String {
        let said = |finding| without_stop(&self.finding(finding));
        match reason {
            Reason::Found(finding) | Reason::Flawed(finding) => said(finding),
            Reason::WouldNotVerify(finding) => {
                format!("verification would report of the signed file: {}", said(finding))
            }
            Reason::Unreadable(error) => without_stop(&self.error(error)),
            Reason::NotAttained(unfounded) => self.unfounded(unfounded),
            Reason::NoTimeStamper(_) => format!("{reason}{}", self.hint(Hint::TimeStampers)),
            Reason::OtherInk { .. } => format!("{reason}{}", self.hint(Hint::AnyColour)),
            Reason::SealOutsideField { .. } => format!("{reason}{}", self.hint(Hint::Place)),
            Reason::NoSuchField { .. } => {
                format!("{reason}. Ask for a new field where one is wanted{}", self.hint(Hint::NewField))
            }
            Reason::FieldsWait { fields } => format!(
                "the document keeps fields for those who sign it: {}. Give the name of the signer's field{}; to sign elsewhere \
                 give a new field's name{}, or a page and a rectangle{}",
                fields.join(", "),
                self.hint(Hint::Field),
                self.hint(Hint::NewField),
                self.hint(Hint::Place)
            ),
            Reason::NoLeader(None) => "the document has no signature yet".into(),
            Reason::NoLeader(Some(Objection { field, cause: Cause::NotPassed(findings) })) => {
                format!("the signature in field {field} doesn't pass: {}", self.all(findings))
            }
            Reason::NoLeader(Some(Objection { field, cause: cause @ Cause::PrivatePerson })) => format!(
                "the signature in field {field} {cause}; where that is the leader, enter the certificate in the agency's \
                 roster{}",
                self.hint(Hint::Roster)
            ),
            Reason::NoLeader(Some(Objection { field, cause })) => format!("the signature in field {field} {cause}"),
            Reason::NotPng { cause } => {
                format!(
                    "the picture is no readable PNG [{}]: save it as a PNG with a transparent ground",
                    cause.trim_end_matches('.')
                )
            }
            Reason::NotPicture { cause } => {
                format!(
                    "the picture is no readable JPEG or PNG [{}]: save it as PNG or JPEG",
                    cause.trim_end_matches('.')
                )
            }
            Reason::FieldTaken { signed: false, .. } => {
                format!("{reason}: sign in it{}, or choose another name for the new one", self.hint(Hint::Field))
            }
            Reason::FieldTaken { signed: true, .. } => format!("{reason}: choose another name for the new one"),
            Reason::DirectField { .. } => {
                format!(
                    "{reason}, so nobody can sign in it: make a new field of another name{}",
                    self.hint(Hint::NewField)
                )
            }
            Reason::RepeatedPage { page } => format!("page {page} and another page are one object"),
            Reason::CertifierToSign { field } => format!("nobody has signed in field {field}"),
            Reason::EmptyField { field } => format!("nobody has signed in field {field}"),
            Reason::FilledIn { field } => {
                format!(
                    "the document was filled in or annotated after the signature in field {field}, which doesn't cover that"
                )
            }
            Reason::Stranger { field, cause: None } => format!("it's the signature in field {field}"),
            Reason::Stranger { field, cause: Some(Cause::NotPassed(findings)) } => {
                format!("the signature in field {field} doesn't pass: {}", self.all(findings))
            }
            Reason::Stranger { field, cause: Some(cause) } => format!("the signature in field {field} {cause}"),
            Reason::Overlap { page, objects } => format!("for example on page {page}, objects {objects}"),
            Reason::ChangedMeanwhile { field } => {
                format!("the signature in field {field} doesn't hold over the written file")
            }
            Reason::FieldNotSeen { field, why } => format!("field {field}: {why}"),
            Reason::NotBefore(time) => format!("it's valid from {}", in_vietnam(*time)),
            Reason::NotAfter(time) => format!("it expired at {}", in_vietnam(*time)),
            Reason::Broken { field } => format!("it's the signature in field {field}"),
            Reason::NoPath { subject } => format!("it's the certificate of {subject}"),
            Reason::Revoked { subject, at, reason } => {
                let why = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                format!("the certificate of {subject} was revoked at {}{why}", in_vietnam(*at))
            }
            Reason::Silent { subject } => format!("it's the certificate of {subject}"),
            Reason::SealPlace => "this field, place or lock is the seal's".into(),
            Reason::Pdf(reason) => english_of_pdf(reason),
            other => other.to_string(),
        }
    }

    fn vietnamese_reason(self, reason: &Reason) -> Option<String> {
        Some(match reason {
            Reason::NoSuchWidth { width, least, most, .. } => format!(
                "Bề rộng của hình không hợp lý: {} mm, phải từ {} đến {} mm.",
                width.replace('.', ","),
                least.replace('.', ","),
                most.replace('.', ",")
            ),
            Reason::WideLine { width } => {
                format!("Có dòng chữ rộng {width} mm, không vừa trang: hãy rút ngắn.")
            }
            Reason::NoGlyph { letter, typeface } => format!(
                "Phông chữ {typeface} không có ký tự {letter:?} (U+{:04X}): hãy bỏ ký tự đó.",
                u32::from(*letter)
            ),
            Reason::ZeroByte => "Mật khẩu của khóa không được có byte 0.".into(),
            Reason::NotKey => "Không đọc được khóa riêng nào trong tệp: cần PEM hoặc DER.".into(),
            Reason::NotPkcs12 => "Tệp khóa không phải là PKCS#12 (.p12, .pfx).".into(),
            Reason::OldCipher => format!(
                "Tệp PKCS#12 được mã hóa bằng thuật toán cũ (RC2 hoặc DES) mà OpenSSL này không có, nên chưa thử được mật \
                 khẩu. Hãy ghi lại tệp: {}, rồi xóa k.pem.",
                Reason::NEW_CIPHER
            ),
            Reason::UnsupportedKey(kind) => format!("Không ký được bằng khóa {kind}."),
            Reason::WeakKey(kind) => format!("Khóa là {kind}."),
            Reason::NotBefore(time) => format!("Chứng thư số có hiệu lực từ {}.", in_vietnam(*time)),
            Reason::NotAfter(time) => format!("Chứng thư số hết hạn lúc {}.", in_vietnam(*time)),
            Reason::SealingKey => {
                "Theo danh sách hoặc theo tên, chứng thư số này là của cơ quan, dùng để đóng dấu.".into()
            }
            Reason::SealPlace => "Trường, chỗ đặt hoặc cách khóa này dành cho con dấu.".into(),
            Reason::PictureOnCopy => "Chữ ký của cơ quan trên bản sao chỉ có chữ, không có hình.".into(),
            Reason::Locked { field: Some(field) } => {
                format!("Chữ ký trong trường {field} kết thúc tài liệu (DocMDP P=1).")
            }
            Reason::Locked { field: None } => "Tài liệu được chứng nhận với DocMDP P=1.".into(),
            Reason::FieldLocked { field, by } => format!("Chữ ký trong trường {by} khóa trường {field} (FieldMDP)."),
            Reason::Signed { field } => format!("Trường {field} đã được ký."),
            Reason::OwnPlace { field } => {
                format!(
                    "Trường {field} đã có chỗ riêng trong tài liệu: hãy chỉ cho tên trường, không cho chỗ đặt khác."
                )
            }
            Reason::NoSuchField { field, empty, looks_alike } => {
                let has = match empty.as_slice() {
                    [] => ", cũng không có trường trống nào".to_owned(),
                    names => format!("; các trường trống là: {}", names.join(", ")),
                };
                let alike = match looks_alike {
                    true => " (có trường trông giống hệt, chỉ khác cách mã hóa dấu trong Unicode: hãy chép lại tên)",
                    false => "",
                };
                let new = self.hint(Hint::NewField);
                format!("Tài liệu không có trường chữ ký {field}{has}{alike}. Muốn tạo trường mới thì nói rõ{new}.")
            }
            Reason::FieldsWait { fields } => format!(
                "Văn bản có trường chữ ký đang chờ người ký: {}. Hãy cho tên trường của người ký{}; nếu ký ở chỗ khác thì nói rõ: \
                 cho tên một trường mới{}, hoặc số trang và khung chữ ký{}.",
                fields.join(", "),
                self.hint(Hint::Field),
                self.hint(Hint::NewField),
                self.hint(Hint::Place)
            ),
            Reason::OtherField { field } => {
                format!("Tài liệu có trường {field} không phải trường chữ ký: hãy đổi tên trường.")
            }
            Reason::KeptField { field } => format!(
                "Tên {field} dành cho các chỗ ký của kết quả chứng thực, mà văn bản đã có: hãy ký vào chỗ đã chừa, hoặc đặt tên \
                 khác cho trường mới."
            ),
            Reason::FieldTaken { field, signed: false } => format!(
                "Đã có trường chữ ký {field}, đang chờ ký: hãy ký vào chính trường đó{}, hoặc đặt tên khác cho trường mới.",
                self.hint(Hint::Field)
            ),
            Reason::FieldTaken { field, signed: true } => {
                format!("Đã có trường chữ ký {field}, và trường đó đã được ký: hãy đặt tên khác cho trường mới.")
            }
            Reason::DirectField { field } => format!(
                "Trường chữ ký {field} nằm ngay trong danh sách trường của tệp, không phải đối tượng riêng, nên không ký vào \
                 được: hãy tạo trường mới tên khác{}.",
                self.hint(Hint::NewField)
            ),
            Reason::FieldName => "Tên trường mới không được để trống và không được có dấu chấm.".into(),
            Reason::FieldTwice { field } => format!("Trường {field} được yêu cầu hai lần."),
            Reason::Broken { field } => format!("Đó là chữ ký trong trường {field}."),
            Reason::NoPath { subject } | Reason::Silent { subject } => format!("Đó là chứng thư số của {subject}."),
            Reason::ResponderRefuses(status) => match status {
                ResponderStatus::TryLater => "Dịch vụ OCSP đang bận, hẹn hỏi lại sau (tryLater).".into(),
                ResponderStatus::InternalError => "Dịch vụ OCSP báo lỗi bên trong của nó (internalError).".into(),
                ResponderStatus::MalformedRequest => "Dịch vụ OCSP không hiểu câu hỏi (malformedRequest).".into(),
                ResponderStatus::SignatureRequired => {
                    "Dịch vụ OCSP chỉ trả lời câu hỏi có chữ ký (sigRequired).".into()
                }
                ResponderStatus::Unauthorised => {
                    "Dịch vụ OCSP không trả lời về chứng thư này hoặc cho máy này (unauthorized).".into()
                }
                ResponderStatus::Other(code) => format!("Dịch vụ OCSP từ chối trả lời, trạng thái {code}."),
            },
            Reason::Revoked { subject, at, reason } => {
                let why = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                format!("Chứng thư số của {subject} bị thu hồi từ {}{why}.", in_vietnam(*at))
            }
            Reason::NoPlace => {
                "Có hình nhưng chưa có chỗ đặt: hãy cho số trang và khung chữ ký, hoặc một dòng chữ để đặt hình ở dưới."
                    .into()
            }
            Reason::NothingToSee => "Có chỗ đặt nhưng không có hình: hãy cho hình, hoặc bỏ chỗ đặt.".into(),
            Reason::Pdf(reason) => return of_pdf(reason),
            Reason::NoRoomUnderAnchor { room, height, widest } => format!(
                "Chỗ trống giữa dòng chữ đã cho và dòng kế tiếp chỉ cao {} mm, mà hình cao {} mm: hãy để hình rộng không quá \
                 {} mm, hoặc chừa thêm chỗ trong văn bản.",
                room.with_comma(),
                height.with_comma(),
                widest.with_comma()
            ),
            Reason::RectangleTooSmall { needed, given } => format!(
                "Khung chữ ký quá nhỏ: cần {} × {} điểm mà chỉ có {} × {}. Hãy nới khung hoặc thu nhỏ hình.",
                needed.0.with_comma(),
                needed.1.with_comma(),
                given.0.with_comma(),
                given.1.with_comma()
            ),
            Reason::OffPage(edge) => {
                let edge = named(*edge);
                format!("Hình sẽ tràn ra ngoài mép {edge} của trang: hãy chọn chỗ khác hoặc thu nhỏ hình.")
            }
            Reason::NotSeen { field, why } => {
                let why = why.map(|why| format!(" ({})", unseen(why).vi)).unwrap_or_default();
                format!(
                    "Chữ ký trong trường {field} không hiển thị{why} nên không thể đặt con dấu trùm lên: hãy cho chỗ đặt con \
                     dấu."
                )
            }
            Reason::SeedValue { field, key, wanted } if wanted.is_empty() => {
                format!("Đó là điều kiện /{key} của trường {field}.")
            }
            Reason::SeedValue { field, key, wanted } => {
                format!("Đó là điều kiện /{key} của trường {field}: {wanted}.")
            }
            Reason::FieldNotSeen { field, why } => format!("Trường {field}: {}.", unseen(*why).vi),
            Reason::SealOutsideField { field, edge, by } => format!(
                "Đặt trùm lên 1/3 bên trái chữ ký của người có thẩm quyền thì con dấu tràn {} mm ra ngoài mép {} của trường \
                 {field}: hãy cho tên một trường mới{}, trường đó sẽ được tạo ngay trên chữ ký, hoặc cho số trang và khung{}.",
                by.with_comma(),
                named(*edge),
                self.hint(Hint::NewField),
                self.hint(Hint::Place)
            ),
            Reason::NotPng { cause } => format!(
                "Tệp hình không phải PNG đọc được [{}]: hãy lưu lại hình ở dạng PNG nền trong suốt.",
                cause.trim_end_matches('.')
            ),
            Reason::NotTransparent => {
                "Nền của hình không trong suốt: hãy xóa nền giấy quanh nét, lưu dạng PNG nền trong suốt (Nghị định \
                 30/2020/NĐ-CP, Phụ lục I)."
                    .into()
            }
            Reason::NothingDrawn => "Hình trống: không có điểm ảnh nào hiện rõ.".into(),
            Reason::OtherInk { percent, wanted } => {
                let (what, colour) = match wanted {
                    Ink::Blue => ("chữ ký", "màu xanh"),
                    Ink::Red => ("con dấu", "màu đỏ"),
                };
                format!(
                    "Hình {what} phải có {colour} (Nghị định 30/2020/NĐ-CP, Phụ lục I), mà chỉ {percent} % nét có màu đó: hãy \
                     đổi màu hình, hoặc cho phép màu khác{}.",
                    self.hint(Hint::AnyColour)
                )
            }
            Reason::NoInk => {
                "Không tìm thấy nét mực nào trên giấy: hãy quét riêng chữ ký hoặc con dấu, quét màu, trên giấy trắng."
                    .into()
            }
            Reason::TooMuchInk { percent } => format!(
                "{percent} % hình là vùng tối nên không phải nét mực trên giấy: hãy cắt hình sát chữ ký hoặc con dấu, chừa một \
                 ít giấy xung quanh."
            ),
            Reason::TooCoarse { dpi, least } => format!(
                "Hình chỉ có {dpi} dpi, quá thô: hãy quét lại với ít nhất {least} dpi, tốt nhất là 300 đến 600 dpi."
            ),
            Reason::TooManyPixels { pixels, most } => {
                format!("Hình có {pixels} điểm ảnh, quá mức {most}: hãy cắt bớt hoặc thu nhỏ hình.")
            }
            Reason::UnlikelyWidth { width, least, most } => format!(
                "Nét mực sẽ rộng {} mm, mà chữ ký và con dấu chỉ rộng từ {} đến {} mm: độ phân giải của hình không đúng, hoặc \
                 hình có nhiều hơn một chữ ký, con dấu; hãy đo bằng thước.",
                width.with_comma(),
                least.with_comma(),
                most.with_comma()
            ),
            Reason::NotPicture { cause } => format!(
                "Tệp hình không phải JPEG hoặc PNG đọc được [{}]: hãy lưu lại hình ở dạng PNG hoặc JPEG.",
                cause.trim_end_matches('.')
            ),
            Reason::NoPassword => "Khóa có mật khẩu: hãy cho mật khẩu.".into(),
            Reason::WrongPassword => "Sai mật khẩu của khóa, hoặc tệp khóa bị hỏng.".into(),
            Reason::OtherCertificate => "Chứng thư số đã cho không phải của khóa này.".into(),
            Reason::NoPrivateKey => "Tệp không chứa khóa riêng, chỉ có chứng thư số.".into(),
            Reason::NoLeader(None) => "Văn bản chưa có chữ ký số nào.".into(),
            Reason::NoLeader(Some(Objection { field, cause })) => {
                format!("Chữ ký trong trường {field} {}.", self.against(cause))
            }
            Reason::NoTimeStamper(level) => format!(
                "{} cần dịch vụ cấp dấu thời gian, mà chưa có dịch vụ nào{}.",
                level.map_or("Dấu thời gian của tài liệu".to_owned(), |level| format!("Mức {}", level.name())),
                self.hint(Hint::TimeStampers)
            ),
            Reason::NotExtended => {
                "Mức bổ sung phải là PAdES-B-T, PAdES-B-LT hoặc PAdES-B-LTA: mức PAdES-B-B không thêm gì.".into()
            }
            Reason::PreparedForTimeStamp(level) => {
                format!("Văn bản được chuẩn bị để ký ở mức {}: phải nhúng chữ ký kèm dấu thời gian.", level.name())
            }
            Reason::RepeatedPage { page } => format!("Trang {page} và một trang khác là cùng một đối tượng."),
            Reason::CertifierToSign { field } | Reason::EmptyField { field } => {
                format!("Trường {field} chưa có ai ký.")
            }
            Reason::FilledIn { field } => format!(
                "Sau chữ ký trong trường {field}, văn bản còn được điền thêm hoặc ghi chú, mà người ký không ký phần đó."
            ),
            Reason::Stranger { field, cause: None } => format!("Chữ ký trong trường {field}."),
            Reason::Stranger { field, cause: Some(cause) } => {
                format!("Chữ ký trong trường {field} {}.", self.against(cause))
            }
            Reason::Overlap { page, objects } => format!("Ví dụ trang {page}, đối tượng {objects}."),
            Reason::Found(finding) | Reason::Flawed(finding) => sentence(&without_stop(&self.finding(finding))),
            Reason::WouldNotVerify(finding) => {
                sentence(&format!("khi kiểm tra, tệp đã ký sẽ bị báo: {}", without_stop(&self.finding(finding))))
            }
            Reason::Unreadable(error) => sentence(&without_stop(&self.error(error))),
            Reason::ChangedMeanwhile { field } => format!("Chữ ký trong trường {field} không khớp với tệp đã ghi."),
            Reason::NotAttained(unfounded) => sentence(&self.unfounded(unfounded)),
            Reason::Worded(text) => sentence(&text.vi),
            Reason::Other(_) | Reason::ByRule(_) => return None,
        })
    }

    /// Why verification forbids keeping a document, without a capital and without a full stop.
    pub fn not_kept(self, refusal: &Refusal) -> String {
        let name = |field: &Option<String>| field.clone().unwrap_or_else(|| "?".to_owned());
        match (refusal, self.language) {
            (Refusal::Flawed { code, detail }, language) => {
                let why = without_stop(&self.message(*code, Some(detail)));
                Bilingual::new(format!("tệp có lỗi: {why}"), format!("the file isn't sound: {why}"))
                    .into_language(language)
            }
            (_, Language::English) => refusal.to_string(),
            (Refusal::Unsigned, _) => "văn bản không có chữ ký".into(),
            (Refusal::Failed { field, reason }, _) => {
                format!("chữ ký {} không hợp lệ (TOTAL-FAILED, {reason})", name(field))
            }
            (Refusal::Changed { field }, _) => {
                format!("văn bản bị thay đổi sau chữ ký {} mà chữ ký không cho phép", name(field))
            }
        }
    }

    fn against(self, cause: &Cause) -> String {
        match cause {
            Cause::Broken => "bị hỏng, hoặc nội dung đã ký bị thay đổi".into(),
            Cause::Changed => "được nối tiếp bởi những thay đổi mà nó không cho phép".into(),
            Cause::NoCertificate => "không kèm chứng thư số".into(),
            Cause::SealingCertificate => "được tạo bằng chính chứng thư số đang dùng để đóng dấu".into(),
            Cause::Organisation => "được tạo bằng chứng thư số của cơ quan, tổ chức".into(),
            Cause::AnothersField => "nằm ở chỗ ký dành cho người khác, không phải của người có thẩm quyền".into(),
            Cause::PrivatePerson => format!(
                "là của một cá nhân mà chứng thư số không ghi chức vụ, cơ quan nào, nên có thể là của bất kỳ ai; nếu đó là \
                 người có thẩm quyền, hãy ghi chứng thư số đó vào danh sách của cơ quan{}",
                self.hint(Hint::Roster)
            ),
            Cause::NotInRoster => "không phải của người có thẩm quyền mà danh sách của cơ quan ghi".into(),
            Cause::PowerOver => {
                "là của người mà thời hạn thẩm quyền theo danh sách đã hết hoặc chưa tới, và không có dấu thời \
                                 gian nào cho thấy đã ký trong thời hạn đó"
                    .into()
            }
            Cause::TimeToCome => "ghi thời điểm ký còn ở tương lai".into(),
            Cause::OutsideDates => "được tạo ngoài thời hạn thẩm quyền của người ký".into(),
            Cause::CertificateNotInTime => "dùng chứng thư số không còn hoặc chưa có hiệu lực".into(),
            Cause::NotPassed(findings) => format!("không đạt khi kiểm tra: {}", self.all(findings)),
        }
    }
}

fn named(edge: Edge) -> &'static str {
    match edge {
        Edge::Left => "trái",
        Edge::Right => "phải",
        Edge::Upper => "trên",
        Edge::Lower => "dưới",
    }
}

/// What the rule's text doesn't say already, in English, without a capital and without a full stop.
fn english_of_pdf(reason: &kyso_pdf::Reason) -> String {
    match reason {
        kyso_pdf::Reason::UnfinishedUpdate { offset } => format!("the update without an end begins at byte {offset}"),
        kyso_pdf::Reason::Signed(SignedBy::Field(name)) => format!("field {name} is signed"),
        kyso_pdf::Reason::Signed(SignedBy::Permissions(key)) => format!("the file has /Perms /{key}"),
        kyso_pdf::Reason::Signed(SignedBy::Page(page)) => format!("page {page} shows a signature"),
        kyso_pdf::Reason::NotPermitted(change) => format!("they don't allow to {change} it"),
        kyso_pdf::Reason::WrongRow { object } => format!("it leads to something else than object {object}"),
        kyso_pdf::Reason::WrongGeneration { object, generation } => {
            format!("the file refers to object {object} by generation {generation}, which it doesn't have")
        }
        kyso_pdf::Reason::Trailer { key, offset } => format!("the section at byte {offset} has no right /{key}"),
        kyso_pdf::Reason::ObjectStream { object } => {
            format!("the object stream {object} doesn't hold the objects that it should")
        }
        kyso_pdf::Reason::PageTree { object, fault } => format!("object {object} {fault}"),
        kyso_pdf::Reason::UnlistedObject { offset } => format!("one stands at byte {offset}"),
        kyso_pdf::Reason::KeyTwice { key } => format!("it's the key /{key}"),
        kyso_pdf::Reason::UnreadablePart { page, why } => format!("it's on page {page}: {why}"),
        kyso_pdf::Reason::UndrawnAnnotation { page, what } => format!("it's on page {page}: {what}"),
        kyso_pdf::Reason::NoAppearance { field } => format!("field {field} has no appearance that says its value"),
        kyso_pdf::Reason::NotPdf(format) => not_pdf(*format).en,
        other => other.to_string(),
    }
}

fn of_pdf(reason: &kyso_pdf::Reason) -> Option<String> {
    Some(match reason {
        kyso_pdf::Reason::NotPdf(format) => sentence(&not_pdf(*format).vi),
        kyso_pdf::Reason::InvisibleAnchor { anchor, page } => format!(
            "Dòng chữ “{anchor}” ở trang {page} là chữ ẩn (lớp chữ nhận dạng của bản quét), có thể lệch với hình nhìn thấy. Hãy \
             cho số trang và khung chữ ký thay cho dòng chữ."
        ),
        kyso_pdf::Reason::NoPage { page, pages } => format!("Không có trang {page}: tài liệu có {pages} trang."),
        kyso_pdf::Reason::NoAnchor { anchor, pages, without_text, unreadable } => {
            let mut text = format!("Không tìm thấy dòng chữ “{anchor}” (đã tìm {pages} trang");
            if *without_text > 0 {
                text.push_str(&format!("; {without_text} trang không có chữ nằm ngang, ví dụ trang quét"));
            }
            if let Some(page) = unreadable {
                text.push_str(&format!("; không đọc được trang {page}"));
            }
            text.push_str("). Hãy cho số trang và khung chữ ký thay cho dòng chữ.");
            text
        }
        kyso_pdf::Reason::WrongRow { object } => format!("Bảng tham chiếu của tệp chỉ sai chỗ của đối tượng {object}."),
        kyso_pdf::Reason::WrongGeneration { object, generation } => {
            format!(
                "Tệp tham chiếu đối tượng {object} với số thế hệ {generation}, khác với số thế hệ của đối tượng đó."
            )
        }
        kyso_pdf::Reason::Trailer { key, offset } => {
            format!("Phần bảng tham chiếu ở byte {offset} của tệp thiếu hoặc ghi sai /{key}.")
        }
        kyso_pdf::Reason::ObjectStream { object } => {
            format!("Luồng đối tượng {object} không chứa đúng các đối tượng mà tệp ghi.")
        }
        kyso_pdf::Reason::PageTree { object, fault } => {
            let fault = match fault {
                PageTreeFault::NoNode => "không phải trang, cũng không phải nhánh gồm các trang".to_owned(),
                PageTreeFault::DirectKid => "liệt kê một mục không phải tham chiếu".to_owned(),
                PageTreeFault::Count { pages } => format!("có {pages} trang nhưng ghi số khác"),
                PageTreeFault::UnderItself => "nằm dưới chính nó".to_owned(),
                PageTreeFault::Shape { key } => format!("có /{key} sai"),
                PageTreeFault::Parent => "ghi nhánh cha khác với nhánh liệt kê nó".to_owned(),
            };
            format!("Đối tượng {object} trong danh mục trang {fault}.")
        }
        kyso_pdf::Reason::UnlistedObject { offset } => {
            format!("Đối tượng không được kể đến ở byte {offset} của tệp.")
        }
        kyso_pdf::Reason::KeyTwice { key } => format!("Khóa /{key} có hai giá trị khác nhau."),
        kyso_pdf::Reason::UnreadablePart { page, why } => format!("Trang {page} có phần không đọc được [{why}]."),
        kyso_pdf::Reason::UndrawnAnnotation { page, what } => format!("Trang {page}: {what}."),
        kyso_pdf::Reason::NoAppearance { field } => format!("Trường {field} không có hình vẽ đúng với giá trị của nó."),
        kyso_pdf::Reason::PageTwice { page } => format!("Trang {page} được cho hai lần."),
        kyso_pdf::Reason::NoPageNamed => "Chưa cho trang nào: hãy cho các trang cần trích, ví dụ 1-3,5.".into(),
        kyso_pdf::Reason::EmptyAnchor => {
            "Dòng chữ để đặt hình đang trống: hãy cho dòng chữ cần tìm, ví dụ chức vụ của người ký.".into()
        }
        kyso_pdf::Reason::UnfinishedUpdate { offset } => format!("Lần lưu dở dang bắt đầu ở byte {offset} của tệp."),
        kyso_pdf::Reason::Signed(SignedBy::Field(name)) => format!("Trường {name} đã được ký."),
        kyso_pdf::Reason::Signed(SignedBy::Permissions(key)) => format!("Tệp có /Perms /{key}."),
        kyso_pdf::Reason::Signed(SignedBy::Page(page)) => format!("Trang {page} có chữ ký."),
        kyso_pdf::Reason::NotPermitted(change) => {
            let what = match change {
                Change::Sign => "ký",
                Change::MakeField => "thêm trường chữ ký",
                Change::ChangePages => "thay đổi nội dung trang",
                Change::AddPages => "thêm trang",
                Change::CopyPages => "trích trang",
            };
            format!("Việc không được phép: {what}.")
        }
        kyso_pdf::Reason::Other(_) | kyso_pdf::Reason::ByRule(_) => return None,
    })
}

/// What a file is that isn't a PDF, and what to do; without a capital and without a full stop.
fn not_pdf(format: OtherFormat) -> Bilingual {
    let Bilingual { vi, en } = match format {
        OtherFormat::Empty => both(
            "tệp rỗng, không phải PDF: hãy tải hoặc chép lại tệp",
            "the file is empty and no PDF: download or copy it again",
        ),
        OtherFormat::Html => both(
            "tệp là trang web (HTML), không phải PDF: thường là trang đăng nhập bị lưu nhầm; hãy mở lại nơi có tệp, đăng nhập rồi \
             tải đúng tệp PDF",
            "the file is a web page (HTML) and no PDF, often a log-in page that was saved by mistake: log in where the file is, \
             and download the PDF itself",
        ),
        OtherFormat::Office => both(
            "tệp là văn bản Word, Excel hoặc tương tự, không phải PDF: hãy mở bằng phần mềm soạn thảo rồi xuất (Lưu thành) PDF",
            "the file is a Word, Excel or like document and no PDF: open it in its program, and export it as PDF",
        ),
        OtherFormat::Picture => both(
            "tệp là ảnh, không phải PDF: hãy in ảnh ra PDF khổ A4, hoặc quét giấy tờ thẳng ra PDF",
            "the file is a picture and no PDF: print it to a PDF of A4 pages, or scan the paper to PDF",
        ),
        OtherFormat::Archive => both(
            "tệp là tệp nén (ZIP, RAR, 7z), không phải PDF: hãy giải nén rồi dùng tệp PDF bên trong",
            "the file is an archive (ZIP, RAR, 7z) and no PDF: unpack it, and take the PDF in it",
        ),
        OtherFormat::Message => both(
            "tệp là thư hoặc gói chữ ký rời (PKCS#7), không phải PDF: hãy lấy tệp PDF bên trong",
            "the file is a mail or a detached signature (PKCS#7) and no PDF: take the PDF out of it",
        ),
        OtherFormat::Text => both(
            "tệp là văn bản thường, không phải PDF: hãy xem lại đã chọn đúng tệp chưa",
            "the file is plain text and no PDF: see whether it's the right file",
        ),
        OtherFormat::Unknown => both(
            "tệp không phải PDF, hoặc thiếu phần đầu: hãy xem lại đã chọn đúng tệp chưa, hoặc tải lại tệp",
            "the file is no PDF, or its beginning is missing: see whether it's the right file, or download it again",
        ),
    };
    Bilingual::new(vi, en)
}

/// Why a field isn't seen, without a capital and without a full stop; the English is the reason's own text.
pub fn unseen(unseen: Unseen) -> Bilingual {
    let vietnamese = match unseen {
        Unseen::NoArea => "trường không có diện tích",
        Unseen::SeveralWidgets => "trường hiện ở nhiều chỗ",
        Unseen::NoWidget => "đối tượng của trường không phải chú thích dạng trường (Widget)",
        Unseen::NotListed => "không trang nào liệt kê trường trong các chú thích của mình (/Annots)",
        Unseen::SeveralPages => "nhiều trang cùng liệt kê trường trong các chú thích của mình (/Annots)",
        Unseen::OffPage => "chỗ của nó nằm ngoài phần nhìn thấy của trang (CropBox)",
        Unseen::Hidden => "trường bị ẩn (/F)",
        Unseen::NotPrinted => "trường không được in (/F)",
        Unseen::NotWithPage => "trường không phóng to, thu nhỏ hoặc không xoay cùng trang (/F)",
        Unseen::Layer => "trường thuộc một lớp không hiển thị hoặc không được in (/OC)",
        Unseen::NeedAppearances => {
            "biểu mẫu yêu cầu phần mềm xem tự vẽ các trường (NeedAppearances), nên chữ ký không được vẽ"
        }
        Unseen::Covered { percent } => {
            return Bilingual::new(format!("chú thích khác che {percent} % hình"), unseen.to_string());
        }
    };
    Bilingual::new(vietnamese, unseen.to_string())
}
