//! What happened and when: time, later changes, leader and seal.

use crate::{Entry, Hint, entry};

// What came later.
pub(super) const COVERAGE_LATER_BYTES: Entry = entry(
    "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi: có dữ liệu nối thêm vào cuối tệp",
    "What was signed hasn't been changed. But the file has: bytes were added at its end",
    "Phần nối thêm không được ký; hãy lấy lại tệp gốc.",
    "Nobody signed them; get the original file again.",
);
pub(super) const COVERAGE_WHITE_SPACE: Entry = entry(
    "Cuối tệp có thêm khoảng trắng (số byte)",
    "White space was added at the end of the file (bytes)",
    "Khoảng trắng không hiển thị gì và không làm thay đổi tài liệu.",
    "It shows nothing, and changes nothing in the document.",
);
pub(super) const MODIFICATIONS_OTHER: Entry = entry(
    "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi không được phép sau khi ký",
    "What was signed hasn't been changed. But the document was changed after signing as isn't allowed",
    "Những gì hiển thị có thể không phải là những gì đã ký; hãy lấy lại bản gốc.",
    "What is shown may not be what was signed; get the original again.",
);
pub(super) const MODIFICATIONS_NOT_ALLOWED: Entry = entry(
    "Có thay đổi sau khi ký mà chữ ký này không cho phép",
    "There are changes after signing that this signature doesn't allow",
    "Phần thay đổi không có giá trị; hãy lấy lại bản gốc.",
    "They have no value; get the original again.",
);
pub(super) const MODIFICATIONS_ANNOTATIONS: Entry = entry(
    "Sau khi ký, tài liệu có thêm chú thích",
    "After signing, annotations were added",
    "Thay đổi này được phép.",
    "That is allowed.",
);
pub(super) const MODIFICATIONS_UNREADABLE: Entry = entry(
    "Không xác định được tài liệu đã thay đổi những gì sau khi ký",
    "What was changed after signing can't be made out",
    "Coi như thay đổi không được phép; hãy lấy lại bản gốc.",
    "That counts as a change that isn't allowed; get the original again.",
);
pub(super) const MODIFICATIONS_FORM_FILL: Entry = entry(
    "Sau khi ký, tài liệu có thêm chữ ký hoặc trường biểu mẫu",
    "After signing, a signature or form field was added",
    "Thay đổi này được phép.",
    "That is allowed.",
);
pub(super) const MODIFICATIONS_LTA: Entry = entry(
    "Sau khi ký, tài liệu có thêm dữ liệu xác thực dài hạn",
    "After signing, long-term validation data were added",
    "Thay đổi này được phép.",
    "That is allowed.",
);
pub(super) const DOCMDP_VIOLATED: Entry = entry(
    "Tài liệu bị thay đổi trái với điều mà một chữ ký cho phép",
    "The document was changed against what a signature permits",
    "Chữ ký đó đã khóa tài liệu; phần thay đổi không có giá trị, hãy lấy lại bản gốc.",
    "That signature locked the document; the change has no value, get the original again.",
);
pub(super) const SIGNATURE_NOT_EXPECTED: Entry = entry(
    "Sau chữ ký này có một chữ ký không thuộc quy trình của cơ quan",
    "After this signature came one that doesn't belong to the agency's course of business",
    "Chỉ chờ đợi chữ ký của người có thẩm quyền, con dấu của chính cơ quan đó và dữ liệu xác thực dài hạn; hãy xem ai đã ký, \
     và dùng danh sách chứng thư số của cơ quan{}.",
    "Expected are the leader's signature, that agency's own seal, and long-term evidence: see who signed, and use the agency's \
     roster{}.",
)
.hints(&[Hint::Roster]);
pub(super) const FIELDMDP_VIOLATED: Entry = entry(
    "Một trường đã bị chữ ký khóa lại được sửa sau khi ký",
    "A field that a signature locked was changed after signing",
    "Phần thay đổi không có giá trị; hãy lấy lại bản gốc.",
    "The change has no value; get the original again.",
);
// Leader and seal.
// What the policy asks.
pub(super) const LEVEL_TOO_LOW: Entry = entry(
    "Chữ ký chưa đạt mức mà quy tắc kiểm tra đòi hỏi",
    "The signature's level is below what the policy requires",
    "Hãy bổ sung dấu thời gian và dữ liệu xác thực{}, hoặc ký lại ở mức đó.",
    "Add a time-stamp and validation data{}, or sign again at that level.",
)
.hints(&[Hint::Extend]);
pub(super) const TIMESTAMP_REQUIRED: Entry = entry(
    "Quy tắc kiểm tra đòi hỏi dấu thời gian hợp lệ",
    "The policy requires a valid time-stamp",
    "Hãy gắn dấu thời gian khi chứng thư số của người ký còn hạn{}.",
    "Add one while the signer's certificate is in its time{}.",
)
.hints(&[Hint::Extend]);
pub(super) const TIMESTAMP_WANTED: Entry = entry(
    "Chữ ký không có dấu thời gian hợp lệ",
    "The signature has no valid time-stamp",
    "Nên gắn dấu thời gian khi chứng thư số của người ký còn hạn (Nghị định 68/2024/NĐ-CP, Điều 29).",
    "One should be added while the signer's certificate is in its time (Nghị định 68/2024/NĐ-CP, Điều 29).",
);
pub(super) const ROLE_NOT_IN_ROSTER: Entry = entry(
    "Chứng thư số của người ký không có trong danh sách của cơ quan",
    "The signer's certificate isn't in the agency's roster",
    "Không biết người ký có thẩm quyền hay không; hãy bổ sung vào danh sách{} nếu đúng.",
    "Nobody can tell in which capacity it signed; add it to the roster{} if it belongs there.",
)
.hints(&[Hint::Roster]);
pub(super) const ROLE_MISSING_LEADER: Entry = entry(
    "Thiếu chữ ký của người có thẩm quyền",
    "A leader's signature is missing",
    "Văn bản điện tử cần chữ ký của người có thẩm quyền và của cơ quan (Nghị định 30/2020/NĐ-CP, Điều 5).",
    "An electronic document needs the leader's signature and the agency's (Nghị định 30/2020/NĐ-CP, Điều 5).",
);
pub(super) const ROLE_MISSING_SEAL: Entry = entry(
    "Thiếu chữ ký số của cơ quan",
    "The agency's seal is missing",
    "Văn bản điện tử cần chữ ký của người có thẩm quyền và của cơ quan (Nghị định 30/2020/NĐ-CP, Điều 5).",
    "An electronic document needs the leader's signature and the agency's (Nghị định 30/2020/NĐ-CP, Điều 5).",
);
pub(super) const ROLE_MISSING_COPY: Entry = entry(
    "Thiếu chữ ký số của cơ quan sao",
    "The copying agency's signature is missing",
    "Quy tắc kiểm tra đòi hỏi chữ ký này.",
    "The policy requires it.",
);
pub(super) const ROLE_MISSING: Entry = entry(
    "Thiếu một chữ ký mà quy tắc kiểm tra đòi hỏi",
    "A signature that the policy requires is missing",
    "Hãy xem mục roles trong quy tắc{}.",
    "See the policy's roles{}.",
)
.hints(&[Hint::Policy]);
pub(super) const ROLE_AWAITING_SEAL: Entry = entry(
    "Đã có chữ ký của người có thẩm quyền, chưa có chữ ký số của cơ quan",
    "The leader has signed; the agency's seal isn't there yet",
    "Văn bản chưa hoàn chỉnh: văn thư cần đóng dấu số (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
    "The document isn't complete: the clerk has to apply the seal (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
);
pub(super) const ROLE_SEAL_WITHOUT_LEADER: Entry = entry(
    "Có dấu số của cơ quan nhưng không có chữ ký của người có thẩm quyền",
    "The agency's seal is there, but no leader's signature",
    "Dấu chỉ được đóng lên văn bản đã có chữ ký (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
    "A seal may only lie on a signed document (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
);
pub(super) const ROLE_SEAL_BEFORE_LEADER: Entry = entry(
    "Dấu số của cơ quan được đóng trước chữ ký của người có thẩm quyền",
    "The seal was applied before the leader signed",
    "Sai trình tự: ký trước, đóng dấu sau (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
    "The order is wrong: first the signature, then the seal (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
);
pub(super) const ROLE_OUTSIDE_DATES: Entry = entry(
    "Người ký không giữ vai trò này vào thời điểm ký, theo danh sách của cơ quan",
    "By the agency's roster, the signer didn't hold this role at that time",
    "Hãy kiểm tra thời hạn giao quyền trong danh sách chứng thư số{}.",
    "Check the dates of power in the roster{}.",
)
.hints(&[Hint::Roster]);
