//! What `kyso certify` and its arguments mean, Vietnamese first.

use super::{ArgumentHelp, CommandHelp, argument, command};

/// What the command does.
pub(super) const COMMANDS: &[CommandHelp] = &[command(
    "certify",
    "Soạn kết quả chứng thực: kiểm tra yêu cầu theo luật, cấp số, lập lời chứng, chừa chỗ ký và đóng dấu, in mã QR.",
    "Prepare a certification result: check the request against the law, allot its number, set the statement, reserve \
         the places to sign and seal, print the QR code.",
)];

/// What each argument means.
pub(super) const ARGUMENTS: &[ArgumentHelp] = &[
    argument("certify", "request", "Yêu cầu chứng thực (.toml hoặc .json)", "The request (.toml or .json)"),
    argument("certify", "output", "Tệp PDF kết quả, chờ ký", "The PDF to write, ready to be signed"),
    argument(
        "certify",
        "document",
        "Giấy tờ của công dân (PDF quét hoặc PDF gốc, chưa ký): lời chứng được nối vào sau; không có thì lời chứng đứng riêng",
        "The citizen's document (scanned or born digital, unsigned): the statement goes behind it; without one it stands alone",
    ),
    argument(
        "certify",
        "agency",
        "Tệp TOML về cơ quan: tên, mã định danh, bề rộng con dấu, địa chỉ tra cứu",
        "TOML file on the agency: name, identifier, width of the seal, look-up address",
    ),
    argument(
        "certify",
        "archive",
        "Thư mục có sổ chứng thực (kyso register init)",
        "Directory of the register (kyso register init)",
    ),
    argument(
        "certify",
        "of_agency",
        "Sổ của cơ quan nào, nếu tệp cấu hình của dịch vụ có nhiều cơ quan",
        "Whose register, where the service's configuration has several agencies",
    ),
    argument("certify", "by", "Cán bộ đang làm việc", "The officer at work"),
    argument("certify", "templates", "Thư mục mẫu lời chứng riêng", "Directory of one's own templates"),
    argument("certify", "result", "Kết quả thứ mấy của hồ sơ (mặc định 1)", "Which result of the dossier (default 1)"),
    argument(
        "certify",
        "qr",
        "Chỗ đặt mã QR: first-page (góc trên bên trái trang 1, không trống thì chỗ trống gần nhất), statement (trang lời chứng), none",
        "Where the QR code goes: first-page (upper left of page 1, else the next blank place), statement (the statement's page), none",
    ),
    argument(
        "certify",
        "record",
        "Tệp JSON dữ liệu đặc tả (mặc định: cạnh tệp kết quả)",
        "JSON file of the metadata (default: beside the output)",
    ),
    argument(
        "certify",
        "on_last_page",
        "Đặt lời chứng vào chỗ trống ở trang cuối của giấy tờ thay vì nối thêm trang; không đủ chỗ thì từ chối",
        "Put the statement where the document's last page is blank, instead of behind it; refused where it has no room",
    ),
    argument(
        "certify",
        "allow_draft",
        "Cho phép dùng mẫu chưa đối chiếu với văn bản luật",
        "Allow a template that wasn't compared with the law's text",
    ),
    argument("certify", "other_year", "Cho phép ngày thuộc năm khác năm nay", "Allow a date in another year than this"),
    argument(
        "certify",
        "confirm_clock",
        "Đã xem lại ngày, giờ của máy và xác nhận là đúng (ghi vào nhật ký của sổ)",
        "The computer's date and time were looked at, and are right (it's noted in the register)",
    ),
    argument(
        "certify",
        "out_of_order",
        "Cho phép ngày trước ngày của số mới nhất",
        "Allow a date before that of the newest number",
    ),
    argument("certify", "sample", "Ghi rõ là bản MẪU ở mọi trang lập ra", "Mark every page that is made as a sample"),
];
