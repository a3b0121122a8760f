//! What happened and when: time, later changes, leader and seal.

use crate::validate::messages::{Entry, entry};

/// In no order that matters.
pub(super) const ENTRIES: &[Entry] = &[
    // What came later.
    entry(
        "coverage.later-bytes",
        [
            "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi: có dữ liệu nối thêm vào cuối tệp",
            "What was signed hasn't been changed. But the file has: bytes were added at its end",
        ],
        ["Phần nối thêm không được ký; hãy lấy lại tệp gốc.", "Nobody signed them; get the original file again."],
    ),
    entry(
        "modifications.other",
        [
            "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi không được phép sau khi ký",
            "What was signed hasn't been changed. But the document was changed after signing as isn't allowed",
        ],
        [
            "Những gì hiển thị có thể không phải là những gì đã ký; hãy lấy lại bản gốc.",
            "What is shown may not be what was signed; get the original again.",
        ],
    ),
    entry(
        "modifications.not-allowed",
        [
            "Có thay đổi sau khi ký mà chữ ký này không cho phép",
            "There are changes after signing that this signature doesn't allow",
        ],
        ["Phần thay đổi không có giá trị; hãy lấy lại bản gốc.", "They have no value; get the original again."],
    ),
    entry(
        "modifications.annotations",
        ["Sau khi ký, tài liệu có thêm chú thích", "After signing, annotations were added"],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "modifications.unreadable",
        [
            "Không xác định được tài liệu đã thay đổi những gì sau khi ký",
            "What was changed after signing can't be made out",
        ],
        [
            "Coi như thay đổi không được phép; hãy lấy lại bản gốc.",
            "That counts as a change that isn't allowed; get the original again.",
        ],
    ),
    entry(
        "modifications.form-fill",
        [
            "Sau khi ký, tài liệu có thêm chữ ký hoặc trường biểu mẫu",
            "After signing, a signature or form field was added",
        ],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "modifications.lta",
        [
            "Sau khi ký, tài liệu có thêm dữ liệu xác thực dài hạn",
            "After signing, long-term validation data were added",
        ],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "docmdp.violated",
        [
            "Tài liệu bị thay đổi trái với điều mà một chữ ký cho phép",
            "The document was changed against what a signature permits",
        ],
        [
            "Chữ ký đó đã khóa tài liệu; phần thay đổi không có giá trị, hãy lấy lại bản gốc.",
            "That signature locked the document; the change has no value, get the original again.",
        ],
    ),
    entry(
        "fieldmdp.violated",
        [
            "Một trường đã bị chữ ký khóa lại được sửa sau khi ký",
            "A field that a signature locked was changed after signing",
        ],
        ["Phần thay đổi không có giá trị; hãy lấy lại bản gốc.", "The change has no value; get the original again."],
    ),
    // Leader and seal.
    // What the policy asks.
    entry(
        "level.too-low",
        ["Chữ ký chưa đạt mức mà quy tắc kiểm tra đòi hỏi", "The signature's level is below what the policy requires"],
        [
            "Hãy bổ sung dấu thời gian và dữ liệu xác thực (kyso extend), hoặc ký lại ở mức đó.",
            "Add a time-stamp and validation data (kyso extend), or sign again at that level.",
        ],
    ),
    entry(
        "timestamp.required",
        ["Quy tắc kiểm tra đòi hỏi dấu thời gian hợp lệ", "The policy requires a valid time-stamp"],
        [
            "Hãy gắn dấu thời gian khi chứng thư số của người ký còn hạn (kyso extend).",
            "Add one while the signer's certificate is in its time (kyso extend).",
        ],
    ),
    entry(
        "timestamp.wanted",
        ["Chữ ký không có dấu thời gian hợp lệ", "The signature has no valid time-stamp"],
        [
            "Nên gắn dấu thời gian khi chứng thư số của người ký còn hạn (Nghị định 68/2024/NĐ-CP, Điều 29).",
            "One should be added while the signer's certificate is in its time (Nghị định 68/2024/NĐ-CP, Điều 29).",
        ],
    ),
    entry(
        "role.not-in-roster",
        [
            "Chứng thư số của người ký không có trong danh sách của cơ quan",
            "The signer's certificate isn't in the agency's roster",
        ],
        [
            "Không biết người ký có thẩm quyền hay không; hãy bổ sung vào danh sách (--roster) nếu đúng.",
            "Nobody can tell in which capacity it signed; add it to the roster (--roster) if it belongs there.",
        ],
    ),
    entry(
        "role.missing-leader",
        ["Thiếu chữ ký của người có thẩm quyền", "A leader's signature is missing"],
        [
            "Văn bản điện tử cần chữ ký của người có thẩm quyền và của cơ quan (Nghị định 30/2020/NĐ-CP, Điều 5).",
            "An electronic document needs the leader's signature and the agency's (Nghị định 30/2020/NĐ-CP, Điều 5).",
        ],
    ),
    entry(
        "role.missing-seal",
        ["Thiếu chữ ký số của cơ quan", "The agency's seal is missing"],
        [
            "Văn bản điện tử cần chữ ký của người có thẩm quyền và của cơ quan (Nghị định 30/2020/NĐ-CP, Điều 5).",
            "An electronic document needs the leader's signature and the agency's (Nghị định 30/2020/NĐ-CP, Điều 5).",
        ],
    ),
    entry(
        "role.missing-copy",
        ["Thiếu chữ ký số của cơ quan sao", "The copying agency's signature is missing"],
        ["Quy tắc kiểm tra đòi hỏi chữ ký này.", "The policy requires it."],
    ),
    entry(
        "role.missing",
        ["Thiếu một chữ ký mà quy tắc kiểm tra đòi hỏi", "A signature that the policy requires is missing"],
        ["Hãy xem mục roles trong quy tắc (--policy).", "See the policy's roles (--policy)."],
    ),
    entry(
        "role.awaiting-seal",
        [
            "Đã có chữ ký của người có thẩm quyền, chưa có chữ ký số của cơ quan",
            "The leader has signed; the agency's seal isn't there yet",
        ],
        [
            "Văn bản chưa hoàn chỉnh: văn thư cần đóng dấu số (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
            "The document isn't complete: the clerk has to apply the seal (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
        ],
    ),
    entry(
        "role.seal-without-leader",
        [
            "Có dấu số của cơ quan nhưng không có chữ ký của người có thẩm quyền",
            "The agency's seal is there, but no leader's signature",
        ],
        [
            "Dấu chỉ được đóng lên văn bản đã có chữ ký (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
            "A seal may only lie on a signed document (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
        ],
    ),
    entry(
        "role.seal-before-leader",
        [
            "Dấu số của cơ quan được đóng trước chữ ký của người có thẩm quyền",
            "The seal was applied before the leader signed",
        ],
        [
            "Sai trình tự: ký trước, đóng dấu sau (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
            "The order is wrong: first the signature, then the seal (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
        ],
    ),
    entry(
        "role.outside-dates",
        [
            "Người ký không giữ vai trò này vào thời điểm ký, theo danh sách của cơ quan",
            "By the agency's roster, the signer didn't hold this role at that time",
        ],
        [
            "Hãy kiểm tra thời hạn giao quyền trong danh sách chứng thư số (--roster).",
            "Check the dates of power in the roster (--roster).",
        ],
    ),
];
