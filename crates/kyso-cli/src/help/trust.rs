//! What `kyso trust`, `kyso roster` and their arguments mean, Vietnamese first.

use super::{ArgumentHelp, CommandHelp, argument, command};

/// What each command does.
pub(super) const COMMANDS: &[CommandHelp] = &[
    command(
        "trust",
        "CA gốc được tin trên máy này: xem, thêm, bỏ. kyso verify dùng các CA gốc này khi không có --trust.",
        "Roots trusted here: list, add, remove. kyso verify goes by them where there is no --trust.",
    ),
    command(
        "trust list",
        "Liệt kê CA gốc đang lưu và CA gốc chính thức của Việt Nam: dấu vân tay, nơi công bố, lệnh để thêm.",
        "List the roots that are kept, and Vietnam's official ones: fingerprints, where they are published, how to add them.",
    ),
    command(
        "trust add",
        "Thêm CA gốc từ tệp PEM, DER hoặc PKCS#7 (.p7b): CA chính thức thì đối chiếu dấu vân tay đã biết, CA khác thì cần \
         --fingerprint.",
        "Add a root from a PEM, DER or PKCS#7 (.p7b) file: an official one is known by its fingerprint, any other needs \
         --fingerprint.",
    ),
    command("trust remove", "Không tin một CA gốc nữa.", "Trust a root no more."),
    command(
        "trust show",
        "Xem chứng thư của CA đang lưu, hoặc trong một tệp, cùng dấu vân tay.",
        "Show the certificate of a CA that is kept, or of a file, with its fingerprint.",
    ),
    command(
        "roster",
        "Danh sách chứng thư số của cơ quan: ai là người ký, con dấu nào của cơ quan (docs/roster.md).",
        "The agency's roster of certificates: who signs, and which is the agency's seal (docs/roster.md).",
    ),
    command(
        "roster add",
        "Ghi một chứng thư số vào danh sách cùng vai trò của nó; chưa có tệp thì tạo mới.",
        "Enter a certificate with its role; a file that isn't there is made.",
    ),
    command("roster list", "Liệt kê danh sách.", "List the roster."),
    command("roster remove", "Bỏ một mục khỏi danh sách.", "Take an entry out of the roster."),
];

/// What each argument means, by its command.
pub(super) const ARGUMENTS: &[ArgumentHelp] = &[
    argument(
        "*",
        "trust_store",
        "Thư mục lưu CA gốc được tin (mặc định: thư mục riêng của người dùng; hoặc biến KYSO_TRUST_STORE)",
        "Where trusted roots are kept (default: the user's own directory; or the variable KYSO_TRUST_STORE)",
    ),
    argument("trust add", "files", "Các tệp chứng thư", "The certificates' files"),
    argument(
        "trust add",
        "fingerprint",
        "Dấu vân tay SHA-256 do nơi cấp CA trao cho bạn (không chép từ chính tệp đó); dùng nhiều lần được",
        "The SHA-256 fingerprint that the CA's authority gave you (not copied from that file); may be repeated",
    ),
    argument(
        "trust remove",
        "which",
        "Dấu vân tay SHA-256, hoặc ít nhất 8 chữ số đầu",
        "Its SHA-256 fingerprint, or at least the first 8 digits",
    ),
    argument(
        "trust show",
        "which",
        "Một tệp chứng thư, hoặc dấu vân tay của CA đang lưu",
        "A certificate's file, or the fingerprint of a CA that is kept",
    ),
    argument("roster", "roster", "Tệp danh sách (TOML)", "The roster's file (TOML)"),
    argument(
        "roster add",
        "p12",
        "Lấy chứng thư số từ tệp PKCS#12 này (.p12, .pfx)",
        "Take the certificate from this PKCS#12 file (.p12, .pfx)",
    ),
    argument(
        "roster add",
        "cert",
        "Lấy chứng thư số từ tệp PEM hoặc DER này",
        "Take the certificate from this PEM or DER file",
    ),
    argument(
        "roster add",
        "role",
        "Vai trò: leader (người có thẩm quyền ký), seal (con dấu của cơ quan), copy (cơ quan ký bản sao), other (khác)",
        "Role: leader (may sign), seal (the agency's seal), copy (the agency, on copies), other",
    ),
    argument("roster add", "name", "Họ tên (mặc định: theo chứng thư số)", "Whose it is (default: by the certificate)"),
    argument("roster add", "title", "Chức vụ (mặc định: theo chứng thư số)", "The title (default: by the certificate)"),
    argument("roster add", "power", "Thẩm quyền ký: TM., Q., KT., TL., TUQ.", "Power to sign: TM., Q., KT., TL., TUQ."),
    argument("roster add", "agency", "Tên cơ quan", "The agency's name"),
    argument(
        "roster add",
        "from",
        "Giữ vai trò từ đầu ngày này, ví dụ 01/01/2026",
        "The role is held from the beginning of this day, e.g. 01/01/2026",
    ),
    argument(
        "roster add",
        "until",
        "Giữ vai trò đến hết ngày này, ví dụ 31/12/2026",
        "The role is held until the end of this day, e.g. 31/12/2026",
    ),
    argument(
        "roster remove",
        "which",
        "Số thứ tự trong kyso roster list, hoặc dấu vân tay SHA-256 (ít nhất 8 chữ số đầu)",
        "The number in kyso roster list, or the SHA-256 fingerprint (at least its first 8 digits)",
    ),
];
