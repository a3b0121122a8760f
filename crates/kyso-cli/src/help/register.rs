//! What `kyso register` and its arguments mean, Vietnamese first.

/// What each command does.
pub(super) const COMMANDS: &[(&str, [&str; 2])] = &[
    (
        "register",
        [
            "Sổ chứng thực: cấp số, ghi sổ, in sổ từng tháng, khóa sổ.",
            "The register of certifications: allot numbers, keep the books, print a month, close the year.",
        ],
    ),
    ("register init", ["Lập sổ chứng thực trong một thư mục.", "Make the register in a directory."]),
    (
        "register allot",
        [
            "Cấp số tiếp theo của sổ. Cùng một mã yêu cầu thì luôn nhận lại đúng một số.",
            "Allot a register's next number. The same request key always gives the same number.",
        ],
    ),
    ("register list", ["Liệt kê các số trong sổ.", "List the register's entries."]),
    ("register show", ["Xem một số: các cột của sổ và diễn biến.", "Show an entry: its columns and what happened."]),
    (
        "register pending",
        [
            "Các số đã cấp mà chưa xong: làm tiếp với cùng mã yêu cầu, hoặc bỏ số.",
            "Numbers that aren't finished: go on under the same request key, or void them.",
        ],
    ),
    (
        "register issue",
        [
            "Ghi kết quả đã ký và đóng dấu của một số, sau khi kiểm tra tệp.",
            "Enter the signed and sealed result of a number, once the file is verified.",
        ],
    ),
    (
        "register void",
        [
            "Bỏ một số chưa trả kết quả: số ở lại trong sổ, có ghi lý do, không dùng lại.",
            "Void a number that isn't issued: it stays in the book with the reason, and is never used again.",
        ],
    ),
    (
        "register cancel",
        [
            "Ghi chú một chứng thực đã bị hủy bỏ giá trị theo quyết định.",
            "Note that a decision has cancelled a certification.",
        ],
    ),
    (
        "register next-book",
        ["Mở quyển tiếp theo trong năm; số chạy tiếp.", "Open the year's next book; the numbers run on."],
    ),
    (
        "register export",
        [
            "Xuất sổ của một tháng hoặc một năm, hoặc bản khóa sổ của năm: PDF để ký và đóng dấu, CSV, JSON.",
            "Write a month's or a year's book, or the year's closing: PDF to be signed and sealed, CSV, JSON.",
        ],
    ),
    (
        "register close",
        [
            "Khóa sổ một năm: chốt số liệu; sau đó chỉ còn ghi chú hủy bỏ.",
            "Close a year: its totals are fixed; cancellations alone are noted later.",
        ],
    ),
    (
        "register audit",
        [
            "Kiểm tra sổ: đủ số từ 01, mọi số có giải thích, không bị sửa. Mã thoát: 0 đúng, 1 có chỗ sai.",
            "Check the register: no number missing, each explained, nothing altered. Exit code: 0 right, 1 wrong.",
        ],
    ),
];

/// What each argument means, by its command.
pub(super) const ARGUMENTS: &[(&str, &str, [&str; 2])] = &[
    (
        "register",
        "archive",
        [
            "Thư mục của sổ (hoặc biến môi trường KYSO_ARCHIVE)",
            "The register's directory (or the environment variable KYSO_ARCHIVE)",
        ],
    ),
    (
        "register",
        "by",
        [
            "Họ tên người thực hiện, ghi vào nhật ký (hoặc biến môi trường KYSO_OFFICER)",
            "Name of the officer at work, for the log (or the environment variable KYSO_OFFICER)",
        ],
    ),
    (
        "register",
        "number",
        [
            "Số chứng thực như trên văn bản: \"07, quyển số 01/2026-SCT/CK,ĐC\"; hoặc số thứ tự, cùng --register",
            "The number as on the paper: \"07, quyển số 01/2026-SCT/CK,ĐC\"; or its ordinal, with --register",
        ],
    ),
    ("register", "request", ["Tìm theo mã yêu cầu", "Find it by its request key"]),
    (
        "register",
        "register",
        [
            "Ký hiệu hoặc mã sổ: SCT/BS, SCT/CK,ĐC, SCT/CKND, SCT/GD; BS, CK, CKND, GD",
            "The register's symbol or code: SCT/BS, SCT/CK,ĐC, SCT/CKND, SCT/GD; BS, CK, CKND, GD",
        ],
    ),
    ("register", "year", ["Năm (mặc định: năm nay)", "The year (default: this year)"]),
    ("register", "month", ["Tháng, ví dụ 2026-03", "The month, e.g. 2026-03"]),
    (
        "register",
        "full",
        [
            "Ghi đủ số giấy tờ tùy thân (mặc định chỉ ba ký tự cuối)",
            "Identity numbers in full (default: their last three characters)",
        ],
    ),
    (
        "register allot",
        "request",
        [
            "Mã yêu cầu, mỗi kết quả một mã, ví dụ \"H61.12-251103-0042/1\" (mặc định: một mã mới)",
            "Request key, one a result, e.g. \"H61.12-251103-0042/1\" (default: a new one)",
        ],
    ),
    ("register allot", "date", ["Ngày chứng thực (mặc định: hôm nay)", "Date of certification (default: today)"]),
    (
        "register allot",
        "requesters",
        [
            "Người yêu cầu (hoặc người dịch): họ tên; loại và số giấy tờ tùy thân, ví dụ \"Nguyễn Văn Mẫu;CCCD 001085012345\"; lặp lại cho mỗi người",
            "Requester (or translator): name; kind and number of identity paper, e.g. \"Nguyễn Văn Mẫu;CCCD 001085012345\"; once for each",
        ],
    ),
    (
        "register allot",
        "document",
        ["Tên giấy tờ, văn bản, bản chính hoặc giao dịch", "Title of the paper, original or transaction"],
    ),
    ("register allot", "certifier", ["Họ tên người ký chứng thực", "Name of the certifier"]),
    ("register allot", "title", ["Chức danh người ký chứng thực", "Title of the certifier"]),
    ("register allot", "copies", ["Số bản sao", "Number of copies"]),
    ("register allot", "papers", ["Số giấy tờ, văn bản (mặc định: 1)", "Number of papers (default: 1)"]),
    ("register allot", "pages", ["Số trang của bản chính", "Pages of the original"]),
    ("register allot", "from_language", ["Dịch từ tiếng", "Translated from"]),
    ("register allot", "into_language", ["Dịch sang tiếng", "Translated into"]),
    ("register allot", "fee", ["Lệ phí, đồng", "Fee, đồng"]),
    ("register allot", "note", ["Ghi chú", "Note"]),
    ("register allot", "dossier", ["Mã hồ sơ", "The dossier's code"]),
    ("register allot", "replaces", ["Thay thế số này (đã trả kết quả)", "Replaces this number, which was issued"]),
    (
        "register allot",
        "amends",
        ["Sửa đổi, bổ sung, hủy bỏ giao dịch có số này", "Amends or ends the transaction of this number"],
    ),
    ("register allot", "corrects", ["Sửa lỗi sai sót ở số này", "Corrects a slip in this number"]),
    (
        "register allot",
        "other_year",
        ["Ngày chứng thực đúng là thuộc năm trước", "The date is in an earlier year indeed"],
    ),
    (
        "register allot",
        "out_of_order",
        ["Ngày chứng thực đúng là sớm hơn số mới nhất", "The date is earlier than the newest entry's indeed"],
    ),
    (
        "register allot",
        "batch",
        [
            "Đọc nhiều yêu cầu từ tệp (hoặc - là đầu vào chuẩn), mỗi dòng một đối tượng JSON",
            "Read many requests from a file (or - for standard input), a JSON object a line",
        ],
    ),
    (
        "register allot",
        "group",
        [
            "Với --batch: cấp bao nhiêu số trong một giao dịch ghi đĩa (mặc định: 1)",
            "With --batch: how many numbers in one transaction (default: 1)",
        ],
    ),
    (
        "register issue",
        "file",
        ["Tệp PDF đã ký và đóng dấu; được kiểm tra tại đây", "The signed and sealed PDF; it's verified here"],
    ),
    (
        "register issue",
        "sha256",
        [
            "SHA-256 của kết quả do hệ thống khác làm và đã kiểm tra",
            "SHA-256 of a result that another system made and verified",
        ],
    ),
    (
        "register issue",
        "record",
        [
            "Dữ liệu đặc tả (JSON) do kyso certify ghi: bổ sung mã băm của tệp và các chữ ký số",
            "The record (JSON) that kyso certify wrote: the file's digest and its signatures are added",
        ],
    ),
    ("register void", "reason", ["Lý do bỏ số", "Why the number is voided"]),
    (
        "register cancel",
        "decision",
        ["Số, ký hiệu quyết định hủy bỏ, ví dụ 15/QĐ-UBND", "Number of the cancelling decision, e.g. 15/QĐ-UBND"],
    ),
    ("register cancel", "decision_date", ["Ngày của quyết định", "Date of the decision"]),
    ("register cancel", "replaced_by", ["Số chứng thực thay thế, nếu có", "The number that replaces it, if any"]),
    (
        "register cancel",
        "record",
        [
            "Dữ liệu đặc tả (JSON) của kết quả bị hủy bỏ: ghi trạng thái mới vào đó",
            "The record (JSON) of the cancelled result: its new status is written there",
        ],
    ),
    (
        "register cancel",
        "replacement_record",
        [
            "Dữ liệu đặc tả (JSON) của kết quả thay thế: trạng thái thành \"replaced\"",
            "The record (JSON) of the result that replaces it: the status becomes \"replaced\"",
        ],
    ),
    ("register close", "before_year_end", ["Khóa sổ trước ngày 31 tháng 12", "Close before 31 December"]),
    (
        "register export",
        "closing",
        [
            "Bản khóa sổ của năm, mọi sổ (sau kyso register close)",
            "The year's closing, all registers (after kyso register close)",
        ],
    ),
    ("register export", "format", ["Định dạng: pdf, csv hoặc json", "Format: pdf, csv or json"]),
    ("register export", "output", ["Tệp kết quả", "The file to write"]),
    (
        "register export",
        "certifier",
        ["Họ tên người xác nhận, ký sổ (với pdf)", "Name of who confirms and signs the book (with pdf)"],
    ),
    ("register export", "title", ["Chức danh người ký sổ (với pdf)", "Title of who signs the book (with pdf)"]),
    (
        "register export",
        "agency",
        ["Tên cơ quan (mặc định: theo registers.toml)", "The agency (default: from registers.toml)"],
    ),
    (
        "register export",
        "superior",
        ["Tên cơ quan cấp trên (mặc định: theo registers.toml)", "The agency above (default: from registers.toml)"],
    ),
    (
        "register export",
        "locality",
        ["Địa danh (mặc định: theo registers.toml)", "Place that the paper is dated at (default: from registers.toml)"],
    ),
    (
        "register export",
        "seal_mm",
        [
            "Bề rộng thật của con dấu, mm: để chừa trường ConDau (với pdf)",
            "The seal's real width, mm: reserves the field ConDau (with pdf)",
        ],
    ),
];
