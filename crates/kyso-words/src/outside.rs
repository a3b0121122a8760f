//! Why a service outside didn't answer as asked. English is the data's own text, with the front's name of the setting that
//! may help.

use std::time::Duration;

use super::{Words, evidence, without_stop};
use kyso::Language;
use kyso::error::connection::{Fault, Range, Refusal, UrlFault, seconds, span};
use kyso::error::{Failed, Setting, TimeStampFault, Tried, Unfounded};
use kyso::local_time::in_vietnam;

impl Words<'_> {
    /// Every attempt, one after another.
    pub(super) fn attempts(self, tried: &[Tried]) -> String {
        let all = tried.iter().map(|one| match one.url.as_str() {
            "" => self.failed(&one.why),
            url => format!("{url}: {}", self.failed(&one.why)),
        });
        all.collect::<Vec<_>>().join("; ")
    }

    /// Why an attempt to reach a service outside came to nothing, without a capital and without a full stop.
    pub fn failed(self, failed: &Failed) -> String {
        match (failed, self.language) {
            (Failed::Connection(fault), _) => self.fault(fault),
            (Failed::Found(findings), _) => self.all(findings),
            (Failed::Signature(unfounded), _) => self.unfounded(unfounded),
            (Failed::Evidence(refusal), _) => evidence::refusal(refusal, self.language),
            (Failed::NoAuthority, _) => self.say(
                format!("chưa có địa chỉ dịch vụ nào ({})", self.setting(&Setting::TimeStampers)),
                format!("no authority is named ({})", self.setting(&Setting::TimeStampers)),
            ),
            (Failed::NoRoom(room), _) => {
                let authorities = self.setting(&Setting::TimeStampers);
                self.say(
                    format!(
                        "câu trả lời lớn hơn {room} byte, là chỗ còn lại cho bằng chứng trong tệp; hãy dùng dịch vụ cấp \
                         dấu thời gian có OCSP hoặc có CRL nhỏ hơn ({authorities})"
                    ),
                    format!(
                        "the answer is larger than the {room} bytes that are left for evidence in the file; take a \
                         time-stamping authority with OCSP or a smaller CRL ({authorities})"
                    ),
                )
            }
            (Failed::NoEvidence { authority, why }, _) => {
                let why = without_stop(&self.error(why));
                self.say(
                    format!("thiếu bằng chứng dùng được về chứng thư của dịch vụ, {authority}: {why}"),
                    format!("no evidence about the authority's certificate, {authority}, serves: {why}"),
                )
            }
            (Failed::NoAnswer { subject, refused }, _) => {
                let why = refused.iter().map(|one| self.failed(one)).collect::<Vec<_>>().join("; ");
                let none = || self.say("không có dữ liệu nào nói về nó", "none speaks of it");
                let why = if refused.is_empty() { none() } else { why };
                self.say(
                    format!("không có câu trả lời nào dùng được cho {subject}: {why}"),
                    format!("no answer about {subject} serves: {why}"),
                )
            }
            (Failed::Responder { responder, tried }, _) => {
                let why = self.attempts(tried);
                self.say(
                    format!("câu trả lời do {responder} ký, mà không có bằng chứng dùng được về chứng thư đó ({why})"),
                    format!(
                        "the answer is signed by {responder}, and no evidence about that certificate serves ({why})"
                    ),
                )
            }
            (Failed::Error(error), Language::Vietnamese) => without_stop(&self.vietnamese(error)),
            (Failed::Error(error), Language::English) => self.english(error),
            (plain, Language::English) => plain.to_string(),
            (Failed::NoPlace, _) => "chứng thư không nêu địa chỉ nào".into(),
            (Failed::TooLarge(limit), _) => {
                format!("câu trả lời lớn hơn giới hạn {limit} byte của dữ liệu lưu trong tệp")
            }
            (Failed::TimeStamp(fault), _) => of_time_stamp(fault),
            (Failed::OtherCertificate, _) => "nói về chứng thư khác, hoặc của cơ quan cấp khác".into(),
            (Failed::OtherIssuer, _) => "chứng thư ở đó không phải của cơ quan đã cấp chứng thư này".into(),
            (Failed::Revoked(at), _) => format!("đã bị thu hồi từ {}", in_vietnam(*at)),
            (Failed::Exhausted(_), _) => "không còn bằng chứng về nó".into(),
        }
    }

    /// Why a service wasn't reached, or didn't answer as asked, without a capital and without a full stop.
    pub fn fault(self, fault: &Fault) -> String {
        let setting = |setting: &Setting| self.setting(setting);
        match fault {
            Fault::Answer(why) => self.failed(why),
            _ if self.language == Language::English => fault.english(setting),
            Fault::Url(UrlFault::Scheme) => "chỉ dùng được địa chỉ http hoặc https".into(),
            Fault::Url(UrlFault::UserInfo) => {
                format!("địa chỉ có kèm tên hoặc mật khẩu; hãy dùng {}", setting(&Setting::TimeStamperPassword))
            }
            Fault::Url(UrlFault::ForeignUserInfo) => "địa chỉ có kèm tên hoặc mật khẩu nên không dùng".into(),
            Fault::Url(UrlFault::Host) => "tên máy không phải tên miền hoặc địa chỉ IP viết đúng cách".into(),
            Fault::Url(UrlFault::Port) => "số cổng không hợp lệ".into(),
            Fault::Url(UrlFault::Malformed) => "không phải một URL".into(),
            Fault::Refused(Refusal { address, range }) => format!(
                "địa chỉ {address} {}, nên không được gửi yêu cầu tới đó; nếu đúng là dịch vụ của cơ quan, hãy cho phép \
                     bằng {}",
                of_range(*range),
                setting(&Setting::Address(address.to_string()))
            ),
            Fault::NoAddress => "không tìm thấy tên máy này; hãy kiểm tra địa chỉ và DNS".into(),
            Fault::Unreachable(cause) => {
                format!("không kết nối được; hãy kiểm tra mạng, tường lửa, {} [{cause}]", setting(&Setting::Proxy))
            }
            Fault::Broken(cause) => format!("kết nối bị đóng khi câu trả lời chưa trọn vẹn [{cause}]"),
            Fault::Tls(cause) => format!(
                "kết nối TLS không tin được; nếu máy chủ dùng CA riêng, hãy thêm {} [{cause}]",
                setting(&Setting::TlsRoots)
            ),
            Fault::TimedOut(after) => {
                format!("không trả lời trong {} giây; có thể tăng {}", in_seconds(*after), setting(&Setting::Timeout))
            }
            Fault::Skipped => "máy này vừa không trả lời kịp, nên không hỏi lại trong lần chạy này".into(),
            Fault::RunOver(bound) => {
                format!("mọi lần hỏi cộng lại đã hết {} giây, là thời gian tối đa; hãy thử lại sau", in_seconds(*bound))
            }
            Fault::TooLarge(limit) => format!("câu trả lời lớn hơn giới hạn {limit} byte"),
            Fault::Busy { status, retry_after } => {
                let span = span(*retry_after, ["giây", "phút", "giờ", "ngày"]);
                format!("máy chủ báo lỗi HTTP {status}, hẹn hỏi lại sau {span}")
            }
            Fault::Status(status) => format!("máy chủ báo lỗi HTTP {status}"),
            Fault::NotAuthorised(407) => {
                format!("proxy đòi đăng nhập (HTTP 407); hãy ghi tên và mật khẩu vào {}", setting(&Setting::ProxyLogin))
            }
            Fault::NotAuthorised(status) => format!(
                "máy chủ đòi đăng nhập hoặc từ chối tài khoản (HTTP {status}); hãy kiểm tra {}",
                setting(&Setting::TimeStamperLogin)
            ),
            Fault::Redirect(cause) => format!("máy chủ chuyển hướng sang nơi không được theo [{cause}]"),
            Fault::Redirected { to, why } => format!("máy chủ chuyển hướng sang {to}: {}", self.fault(why)),
            Fault::Proxy(cause) => format!("proxy không cho qua [{cause}]"),
            Fault::NotHttp(cause) => format!("máy chủ không trả lời theo HTTP [{cause}]"),
            Fault::ContentType(found) if found == "text/html" => {
                "máy chủ trả về một trang web (text/html) thay cho câu trả lời; địa chỉ có thể sai".into()
            }
            Fault::ContentType(found) => {
                format!("máy chủ trả về {found} thay cho câu trả lời; địa chỉ có thể sai")
            }
            Fault::Setting(cause) => format!("cấu hình không dùng được [{cause}]"),
        }
    }

    /// What may be set in the front.
    fn setting(self, setting: &Setting) -> String {
        self.terms.setting(setting).into_language(self.language)
    }

    /// Whose signature it is, and what is found of it.
    pub(super) fn unfounded(self, unfounded: &Unfounded) -> String {
        let Unfounded { field, signer, findings } = unfounded;
        format!("{field} ({signer}): {}", self.all(findings))
    }
}

/// With a comma where it has a decimal.
fn in_seconds(duration: Duration) -> String {
    seconds(duration).replace('.', ",")
}

/// To follow "the address".
fn of_range(range: Range) -> &'static str {
    match range {
        Range::Loopback => "là chính máy này",
        Range::Private => "thuộc mạng nội bộ",
        Range::Shared => "thuộc mạng dùng chung của nhà mạng",
        Range::LinkLocal => "thuộc mạng liên kết cục bộ",
        Range::Multicast => "là địa chỉ nhóm",
        Range::Unspecified => "không chỉ máy nào",
        Range::Broadcast => "là địa chỉ quảng bá",
        Range::Documentation => "chỉ dùng làm ví dụ",
        Range::Benchmark => "chỉ dùng để đo thử",
        Range::Reserved => "không thuộc mạng internet công cộng",
    }
}

fn of_time_stamp(fault: &TimeStampFault) -> String {
    match fault {
        TimeStampFault::Unreadable(why) => format!("câu trả lời không phải là TimeStampResp của RFC 3161 [{why}]"),
        TimeStampFault::NotGranted { said, is_passing: true } => {
            format!("dịch vụ tạm thời không cấp được dấu thời gian, hãy thử lại sau [{said}]")
        }
        TimeStampFault::NotGranted { said, is_passing: false } => {
            format!("dịch vụ từ chối cấp dấu thời gian [{said}]")
        }
        TimeStampFault::OtherImprint => "dấu thời gian được cấp cho dữ liệu khác (messageImprint không khớp)".into(),
        TimeStampFault::OtherNonce => {
            "dấu thời gian không lặp lại nonce đã gửi: có thể là câu trả lời cũ được phát lại".into()
        }
        TimeStampFault::OtherPolicy(policy) => {
            format!("dấu thời gian theo chính sách {policy}, không phải chính sách đã yêu cầu")
        }
        TimeStampFault::Extension => "dấu thời gian có phần mở rộng quan trọng không hiểu được".into(),
        TimeStampFault::Signers => "dấu thời gian phải có đúng một người ký".into(),
        TimeStampFault::NoCertificate => {
            "dấu thời gian không kèm chứng thư của dịch vụ, hoặc thuộc tính signing-certificate chỉ chứng thư khác"
                .into()
        }
        TimeStampFault::OtherPurpose => {
            "chứng thư của dịch vụ không dành riêng cho cấp dấu thời gian (extendedKeyUsage: timeStamping, critical)"
                .into()
        }
        TimeStampFault::OutsideCertificate(time) => {
            format!("thời điểm {} nằm ngoài hiệu lực của chứng thư dịch vụ", in_vietnam(*time))
        }
        TimeStampFault::Signature => "chữ ký trên dấu thời gian không đúng".into(),
        TimeStampFault::FarFromClock(time) => {
            format!("thời điểm {} cách đồng hồ máy này quá xa: hãy kiểm tra đồng hồ", in_vietnam(*time))
        }
        TimeStampFault::NotPresent { time, minutes, is_behind } => {
            let how = if *is_behind { "chậm" } else { "nhanh" };
            format!(
                "thời điểm {} {how} hơn đồng hồ máy này {minutes} phút: hãy kiểm tra đồng hồ, hoặc dùng dịch vụ khác",
                in_vietnam(*time)
            )
        }
        TimeStampFault::BeforeAnother { time, other } => format!(
            "thời điểm {} trước thời điểm {} của dấu thời gian đã có trong tệp: hãy dùng dịch vụ khác",
            in_vietnam(*time),
            in_vietnam(*other)
        ),
    }
}
