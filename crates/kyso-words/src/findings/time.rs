//! Time: time-stamps, what they prove, and what the bytes lack to last.

use crate::{Entry, Hint, entry};

// When a signature was made.
pub(super) const TIME_NOT_PROVEN: Entry = entry(
    "Thời điểm ký chỉ do người ký khai",
    "The time of signing is only the signer's claim",
    "Không có dấu thời gian tin cậy chứng minh.",
    "No trusted time-stamp proves it.",
);
pub(super) const TIME_PROVEN: Entry = entry(
    "Dấu thời gian chứng minh chữ ký đã có vào lúc này",
    "A time-stamp proves that the signature existed by then",
    "Chữ ký được xét theo tình trạng của chứng thư số vào lúc đó.",
    "It's judged by what was known of the certificate then.",
);
pub(super) const TIME_BEFORE_CERTIFICATE: Entry = entry(
    "Chữ ký đã có trước khi chứng thư số có hiệu lực",
    "The signature existed before its certificate came into force",
    "Chữ ký không có giá trị; không dùng tệp này.",
    "It's worth nothing; don't use this file.",
);
pub(super) const TIME_AFTER_REVOCATION: Entry = entry(
    "Chữ ký được tạo sau khi chứng thư số bị thu hồi",
    "The signature was made after its certificate was revoked",
    "Dấu thời gian trong nội dung được ký chứng minh điều đó; chữ ký không có giá trị.",
    "A time-stamp inside what was signed proves it; the signature is worth nothing.",
);
pub(super) const TIME_AFTER_CERTIFICATE: Entry = entry(
    "Chữ ký được tạo sau khi chứng thư số hết hạn",
    "The signature was made after its certificate had expired",
    "Dấu thời gian trong nội dung được ký chứng minh điều đó; chữ ký không có giá trị.",
    "A time-stamp inside what was signed proves it; the signature is worth nothing.",
);
// Time-stamps.
pub(super) const TIMESTAMP_UNREADABLE: Entry = entry(
    "Không đọc được dấu thời gian",
    "The time-stamp can't be read",
    "Dấu thời gian bị hỏng; hãy lấy lại tệp gốc.",
    "It is damaged; get the original file again.",
);
pub(super) const TIMESTAMP_TYPE: Entry = entry(
    "Dấu thời gian của tài liệu không ghi đúng loại DocTimeStamp",
    "The document time-stamp isn't of the type DocTimeStamp",
    "Phần mềm tạo dấu thời gian đã làm sai chuẩn, nên không dựa vào nó.",
    "The software that made it doesn't keep to the standard, so nothing relies on it.",
);
pub(super) const TIMESTAMP_TIME: Entry = entry(
    "Thời gian ghi trong dấu thời gian",
    "The time that the time-stamp states",
    "Chỉ tin được khi dấu thời gian hợp lệ.",
    "It's to be believed only where the time-stamp is valid.",
);
pub(super) const TIMESTAMP_IMPRINT: Entry = entry(
    "Dấu thời gian được cấp cho dữ liệu khác",
    "The time-stamp is over other data",
    "Dữ liệu đã bị thay đổi, hoặc dấu thời gian lấy từ tệp khác; nó không chứng minh gì ở đây.",
    "The data was changed, or it was taken from another file; it proves nothing here.",
);
pub(super) const TIMESTAMP_NO_REFERENCE: Entry = entry(
    "Dấu thời gian không ghi chứng thư số của nơi cấp (signing-certificate)",
    "The time-stamp doesn't name its authority's certificate (signing-certificate)",
    "Không dựa vào nó được; hãy dùng dịch vụ cấp dấu thời gian khác.",
    "Nothing can rest on it; use another service.",
);
pub(super) const TIMESTAMP_KEY_USAGE: Entry = entry(
    "Chứng thư số của nơi cấp dấu thời gian không dành riêng cho việc đó",
    "The time-stamping authority's certificate isn't for time-stamping alone",
    "Phải có extendedKeyUsage timeStamping, critical; không dựa vào dấu thời gian này.",
    "It must have extendedKeyUsage timeStamping, critical; nothing rests on this time-stamp.",
);
pub(super) const TIMESTAMP_OUTSIDE_CERTIFICATE: Entry = entry(
    "Thời gian ghi trong dấu thời gian nằm ngoài thời hạn chứng thư số của nơi cấp",
    "The time-stamp's time lies outside the validity of its authority's certificate",
    "Không dựa vào dấu thời gian này.",
    "Nothing rests on this time-stamp.",
);
pub(super) const TIMESTAMP_FUTURE: Entry = entry(
    "Dấu thời gian ghi thời điểm sau thời điểm kiểm tra",
    "The time-stamp states a time after the time of this validation",
    "Hãy kiểm tra ngày giờ của máy{}.",
    "Check the clock{}.",
)
.hints(&[Hint::ValidationTime]);
pub(super) const TIMESTAMP_EXTENSION: Entry = entry(
    "Dấu thời gian có phần mở rộng bắt buộc mà phần mềm không hiểu",
    "The time-stamp has a critical extension that isn't understood",
    "Không dựa vào dấu thời gian này.",
    "Nothing rests on this time-stamp.",
);
pub(super) const TIMESTAMP_POLICY: Entry = entry(
    "Dấu thời gian được cấp theo chính sách không được chấp nhận",
    "The time-stamp is under a policy that isn't accepted",
    "Quy tắc xác thực chỉ nhận một số chính sách (time-stamp-policies).",
    "The rules accept some policies only (time-stamp-policies).",
);
pub(super) const TIMESTAMP_ACCURACY: Entry = entry(
    "Dấu thời gian kém chính xác hơn mức yêu cầu",
    "The time-stamp is less accurate than is asked",
    "Không dựa vào dấu thời gian này (time-stamp-accuracy).",
    "Nothing rests on it (time-stamp-accuracy).",
);
pub(super) const TIMESTAMP_ORDER: Entry = entry(
    "Thời gian của các dấu thời gian trái ngược nhau",
    "The times of the time-stamps contradict each other",
    "Cái được bọc bên trong lại ghi thời điểm muộn hơn; một trong các nơi cấp đã sai giờ.",
    "What one covers states a later time; the clock of one of the authorities was wrong.",
);
pub(super) const TIMESTAMP_DELAY: Entry = entry(
    "Dấu thời gian được cấp quá muộn so với thời điểm ký đã khai",
    "The time-stamp came too long after the claimed time of signing",
    "Quy tắc xác thực giới hạn khoảng này (time-stamp-delay).",
    "The rules limit that (time-stamp-delay).",
);
pub(super) const TIME_CLAIMED_LATER: Entry = entry(
    "Thời điểm ký đã khai muộn hơn thời điểm mà dấu thời gian chứng minh là chữ ký đã có",
    "The claimed time of signing is later than the time at which a time-stamp shows that the signature was there",
    "Thời điểm đã khai vì vậy là sai (đồng hồ hoặc múi giờ của máy ký); hãy tin dấu thời gian.",
    "So the claim is wrong (the signing machine's clock or time zone); trust the time-stamp.",
);
pub(super) const TIMESTAMP_OF_ANOTHER: Entry = entry(
    "Một dấu thời gian trong chữ ký được cấp cho chữ ký khác",
    "A time-stamp inside the signature is over another signature",
    "Nó không chứng minh gì ở đây; có thể được lấy từ tệp khác.",
    "It proves nothing here; it may have been taken from another file.",
);
pub(super) const TIMESTAMP_NOT_VALID: Entry = entry(
    "Một dấu thời gian trong chữ ký không hợp lệ hoặc chưa kiểm tra được",
    "A time-stamp inside the signature isn't valid, or can't be judged",
    "Không dựa vào nó; phần nói về dấu thời gian cho biết vì sao.",
    "Nothing rests on it; what is said of the time-stamp tells why.",
);
// The past.
pub(super) const TIMESTAMP_NO_PROOF: Entry = entry(
    "Có dấu thời gian của tài liệu chưa đủ cơ sở để tin cậy",
    "A document time-stamp can't be relied on",
    "Dấu đó không chứng minh điều gì về thời gian; kết luận về các chữ ký không dựa vào dấu đó. Nếu tin cậy nơi cấp, hãy thêm \
     CA của nơi cấp{}.",
    "It proves nothing of time, and the verdict on the signatures doesn't rest on it. If its authority is to be trusted, add \
     that authority's CA{}.",
)
.hints(&[Hint::Trust]);
pub(super) const PAST_HELD_UNTIL: Entry = entry(
    "Vẫn có giá trị nhờ bằng chứng cũ: chứng thư số được biết là còn tốt đến lúc này",
    "It holds by proofs from the past: its certificate is known to have been good until then",
    "Một dấu thời gian mới hơn bảo vệ nó.",
    "A newer time-stamp protects it.",
);
pub(super) const PAST_NO_POE: Entry = entry(
    "Không có bằng chứng nào chứng minh tình trạng của chứng thư số này trong quá khứ",
    "Nothing proves what was known of this certificate in the past",
    "Thiếu CRL hoặc OCSP được một dấu thời gian bảo vệ; hãy tìm bản đầy đủ hơn của tệp.",
    "A CRL or OCSP answer under a time-stamp is missing; look for a fuller copy of the file.",
);
pub(super) const PAST_PROVEN_TOO_LATE: Entry = entry(
    "Bằng chứng về thời điểm ký muộn hơn lúc cuối cùng mà chứng thư số được biết là còn tốt",
    "The proof of when it was signed is later than when its certificate was last known to be good",
    "Tệp được đóng dấu thời gian quá muộn; không kết luận được.",
    "The file was time-stamped too late; no conclusion is possible.",
);
pub(super) const PAST_ISSUER_NOT_PROVEN: Entry = entry(
    "Không có bằng chứng rằng nơi ký dữ liệu thu hồi còn hạn khi dữ liệu đó được dùng",
    "Nothing proves that the evidence's signer was in its time when the evidence was at hand",
    "Chứng thư số của nơi ký CRL hoặc OCSP phải được một dấu thời gian bảo vệ khi còn hạn.",
    "The certificate of whoever signed the CRL or OCSP answer must lie under a time-stamp from within its validity.",
);
// What the next level lacks.
pub(super) const MISSING_TIME_STAMP: Entry = entry(
    "Chưa có dấu thời gian",
    "There is no time-stamp",
    "Hãy bổ sung{}: không có nó, chữ ký mất giá trị khi chứng thư số hết hạn.",
    "Add one{}: without it the signature ends with its certificate.",
)
.hints(&[Hint::Extend]);
pub(super) const MISSING_DSS: Entry = entry(
    "Tệp chưa có dữ liệu xác thực dài hạn (DSS)",
    "The file has no document security store (DSS)",
    "Hãy bổ sung{}.",
    "Add it{}.",
)
.hints(&[Hint::ExtendToLt]);
pub(super) const MISSING_CERTIFICATE: Entry =
    entry("Tệp thiếu chứng thư số của CA này", "The file lacks this CA's certificate", "Hãy bổ sung{}.", "Add it{}.")
        .hints(&[Hint::ExtendToLt]);
pub(super) const MISSING_REVOCATION: Entry = entry(
    "Tệp thiếu CRL hoặc OCSP về chứng thư số này",
    "The file lacks a CRL or OCSP answer on this certificate",
    "Hãy bổ sung{}.",
    "Add it{}.",
)
.hints(&[Hint::ExtendToLt]);
pub(super) const MISSING_DOCUMENT_TIME_STAMP: Entry = entry(
    "Chưa có dấu thời gian của tài liệu bảo vệ dữ liệu xác thực",
    "No document time-stamp protects the validation data",
    "Hãy bổ sung{}.",
    "Add one{}.",
)
.hints(&[Hint::ExtendToLta]);
