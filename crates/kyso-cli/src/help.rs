//! The words of `--help`, in both languages.

use clap::{Arg, ArgAction, Command};
use kyso::language::Language;

use crate::text::choose;

/// What each command does.
const COMMANDS: &[(&str, [&str; 2])] = &[
    (
        "kyso",
        [
            "Chữ ký số và con dấu số trên kết quả chứng thực (PAdES): ký, đóng dấu, kiểm tra.",
            "Digital signature and digital seal on certification results (PAdES): sign, seal, verify.",
        ],
    ),
    (
        "demo",
        [
            "Làm thử từ đầu đến cuối: tạo kết quả chứng thực mẫu, ký, đóng dấu, lưu trữ, kiểm tra.",
            "The whole job on a sample: make a certification result, sign, seal, archive, verify.",
        ],
    ),
    (
        "sign",
        [
            "Ký số với tư cách người có thẩm quyền (hoặc ký bản sao, phụ lục).",
            "Sign as the leader (or sign a copy or an attachment).",
        ],
    ),
    (
        "seal",
        [
            "Đóng dấu số của cơ quan lên văn bản đã có chữ ký của người có thẩm quyền.",
            "Apply the agency's digital seal to a document that the leader has signed.",
        ],
    ),
    (
        "verify",
        [
            "Kiểm tra mọi chữ ký trong tệp. Mã thoát: 0 hợp lệ, 1 không hợp lệ, 2 chưa kết luận được, 3 chưa ký, 4 không đọc được.",
            "Verify every signature of files. Exit code: 0 valid, 1 invalid, 2 undecided, 3 not signed, 4 unreadable.",
        ],
    ),
    (
        "inspect",
        [
            "Xem bên trong tệp: các phiên bản, trường chữ ký, vùng được ký, chứng thư số.",
            "Look inside a file: revisions, signature fields, byte ranges, certificates.",
        ],
    ),
    ("reserve", ["Tạo sẵn trường chữ ký trống để ký sau.", "Make empty signature fields, to be signed later."]),
    (
        "revision",
        [
            "Lấy lại tài liệu đúng như lúc chữ ký thứ N được ký.",
            "Write the document as it was when signature N was made.",
        ],
    ),
    ("token", ["Quản lý mã truy cập của dịch vụ ký số.", "Access tokens of the signing service."]),
    (
        "new",
        [
            "Tạo mã truy cập mới: in mã một lần duy nhất, và các dòng để thêm vào tệp cấu hình.",
            "Make an access token: prints its secret once, and the lines for the configuration.",
        ],
    ),
    ("serve", ["Chạy dịch vụ ký số (HTTP).", "Run the signing service (HTTP)."]),
];

/// What each argument means: by its command, or `*` where it means the same everywhere.
const ARGUMENTS: &[(&str, &str, [&str; 2])] = &[
    ("*", "help", ["In hướng dẫn này", "Print this help"]),
    ("*", "version", ["In phiên bản", "Print the version"]),
    ("*", "lang", ["Ngôn ngữ: vi (mặc định) hoặc en", "Language: vi (default) or en"]),
    ("*", "format", ["Cách trình bày: text (mặc định) hoặc json", "How to write it: text (default) or json"]),
    (
        "verify",
        "format",
        [
            "Cách trình bày: text (mặc định), html (để xem và in), json, xml (báo cáo ETSI TS 119 102-2)",
            "How to write it: text (default), html (to read and print), json, xml (ETSI TS 119 102-2 report)",
        ],
    ),
    ("*", "force", ["Cho phép thay tệp kết quả đã có", "Replace an output that is already there"]),
    ("*", "password", ["Mật khẩu của tệp PDF, nếu có", "The PDF's own password, where it has one"]),
    ("*", "input", ["Tệp PDF đầu vào", "The PDF to work on"]),
    ("*", "output", ["Tệp PDF kết quả, không được là tệp đầu vào", "The PDF to write, never the input"]),
    (
        "*",
        "p12",
        [
            "Khóa và chứng thư số trong một tệp PKCS#12 (.p12, .pfx)",
            "Key and certificate in a PKCS#12 file (.p12, .pfx)",
        ],
    ),
    ("*", "key", ["Khóa riêng, PEM", "Private key, PEM"]),
    ("*", "cert", ["Chứng thư số của khóa, PEM", "The key's certificate, PEM"]),
    ("*", "chain", ["Các chứng thư số CA trung gian, PEM", "Certificates of the intermediate CAs, PEM"]),
    ("*", "pass_file", ["Đọc mật khẩu của khóa từ tệp này", "Read the key's password from this file"]),
    (
        "*",
        "pass_env",
        ["Đọc mật khẩu của khóa từ biến môi trường này", "Read the key's password from this environment variable"],
    ),
    (
        "*",
        "field",
        [
            "Tên trường chữ ký: dùng trường trống có tên này, hoặc tạo mới",
            "Name of the signature field: an empty one is filled, else one is made",
        ],
    ),
    ("*", "page", ["Số trang, từ 1", "Page number, from 1"]),
    (
        "*",
        "rect",
        [
            "Khung chữ ký: X,Y,rộng,cao tính bằng điểm (1/72 inch) từ góc dưới bên trái của trang như nhìn thấy",
            "The rectangle: X,Y,width,height in points from the lower left of the page as seen",
        ],
    ),
    (
        "*",
        "anchor",
        [
            "Đặt dưới dòng có chữ này, ví dụ \"CHỦ TỊCH\"",
            "Place it under the line that holds this text, e.g. \"CHỦ TỊCH\"",
        ],
    ),
    (
        "revision",
        "number",
        ["Chữ ký thứ mấy, theo thứ tự của kyso verify", "Which signature, in the order of kyso verify"],
    ),
    (
        "verify",
        "strict",
        [
            "Không chấp nhận thay đổi nào sau khi ký, trừ dữ liệu xác thực dài hạn",
            "Allow no change after signing but long-term evidence",
        ],
    ),
    (
        "reserve",
        "field",
        [
            "Tên trường; lặp lại cho mỗi trường, theo sau là --page và --rect, hoặc --anchor",
            "Name of a field; once for each, followed by --page and --rect, or --anchor",
        ],
    ),
    (
        "reserve",
        "size",
        ["Rộng,cao tính bằng mm của trường đặt bằng --anchor", "Width,height in mm of a field placed by --anchor"],
    ),
    (
        "reserve",
        "lock",
        [
            "Ký vào trường này thì khóa: all (mọi trường), only:A,B (các trường này), but:A,B (trừ các trường này); thêm /1 (không cho đổi gì nữa), /2 (chỉ điền và ký), /3 (cả chú thích)",
            "What signing the field locks: all fields, only:A,B (those), but:A,B (all others); then /1 (no changes), /2 (filling and signing), /3 (annotations too)",
        ],
    ),
    (
        "sign",
        "image",
        ["Hình chữ ký: PNG nền trong suốt, màu xanh", "Picture of the signature: PNG, transparent, blue"],
    ),
    ("seal", "image", ["Hình con dấu: PNG nền trong suốt, màu đỏ", "Picture of the seal: PNG, transparent, red"]),
    ("sign", "image_width_mm", ["Bề rộng thật của chữ ký, mm", "The signature's real width, mm"]),
    (
        "seal",
        "image_width_mm",
        ["Đường kính thật của con dấu, mm (không có giá trị mặc định)", "The seal's real diameter, mm (no default)"],
    ),
    ("*", "allow_colour", ["Cho phép hình khác màu quy định", "Allow a picture of another colour than the decree's"]),
    ("*", "level", ["Mức PAdES: b (mặc định), t, lt, lta", "PAdES level: b (default), t, lt, lta"]),
    (
        "*",
        "digest",
        [
            "Hàm băm: sha256, sha384, sha512 (mặc định theo khóa)",
            "Digest: sha256, sha384, sha512 (default: what fits the key)",
        ],
    ),
    ("*", "pss", ["Ký RSA theo RSASSA-PSS", "Sign with RSASSA-PSS (RSA keys)"]),
    ("*", "reason", ["Lý do ký", "Reason for signing"]),
    ("*", "location", ["Nơi ký", "Place of signing"]),
    ("sign", "role", ["Tư cách ký: leader (mặc định), copy, other", "Capacity: leader (default), copy, other"]),
    (
        "sign",
        "copy",
        [
            "Ký bản sao, chỉ có chữ ở góc trên bên phải trang 1: \"SAO Y\", \"SAO LỤC\", \"TRÍCH SAO\"",
            "Sign a copy, text only, top right of page 1: \"SAO Y\", \"SAO LỤC\", \"TRÍCH SAO\"",
        ],
    ),
    ("sign", "agency", ["Tên cơ quan sao (với --copy)", "The agency that copies (with --copy)"]),
    (
        "sign",
        "attachment",
        [
            "Ký phụ lục kèm theo ở tệp riêng: số và ký hiệu văn bản",
            "Sign a separate attachment: the document's number and symbol",
        ],
    ),
    (
        "sign",
        "certify",
        [
            "Chữ ký chứng nhận (DocMDP): 1 không được sửa, 2 được điền và ký, 3 được chú thích",
            "Certification signature (DocMDP): 1 no changes, 2 filling and signing, 3 annotations",
        ],
    ),
    ("seal", "keep_open", ["Không khóa tài liệu sau khi đóng dấu", "Don't lock the document with the seal"]),
    (
        "seal",
        "allow_unsigned",
        ["Đóng dấu cả khi chưa có chữ ký của người có thẩm quyền", "Seal even where no leader has signed"],
    ),
    (
        "*",
        "trust",
        [
            "CA được tin cậy: tệp PEM, DER, PKCS#7 hoặc thư mục; dùng nhiều lần được",
            "Trusted CAs: a PEM, DER or PKCS#7 file or a directory; may be repeated",
        ],
    ),
    (
        "*",
        "roster",
        [
            "Danh sách chứng thư số của cơ quan và vai trò (TOML)",
            "The agency's roster of certificates and roles (TOML)",
        ],
    ),
    (
        "*",
        "policy",
        [
            "Quy tắc kiểm tra: default, vn-agency (cơ quan nhà nước Việt Nam) hoặc một tệp TOML",
            "What to judge by: default, vn-agency (Vietnamese agencies) or a TOML file",
        ],
    ),
    (
        "verify",
        "at",
        [
            "Kiểm tra tại thời điểm này, ví dụ 2026-03-02T10:00:00+07:00 (mặc định: bây giờ)",
            "Judge at this time, e.g. 2026-03-02T10:00:00+07:00 (default: now)",
        ],
    ),
    ("*", "files", ["Các tệp PDF", "The PDFs"]),
    ("serve", "config", ["Tệp cấu hình của dịch vụ (TOML)", "The service's configuration (TOML)"]),
    ("new", "name", ["Tên người được giao mã", "Whom the token is for"]),
    (
        "new",
        "role",
        [
            "Vai trò: leader (ký), clerk (đóng dấu), reader (đọc, kiểm tra)",
            "Role: leader (signs), clerk (seals), reader (reads, verifies)",
        ],
    ),
    ("demo", "out", ["Thư mục để tạo (mặc định: kyso-demo)", "The directory to make (default: kyso-demo)"]),
];

/// The command line with its words in a language.
pub(crate) fn localised(command: Command, language: Language) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true).display_order(1000);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_help_subcommand(true).disable_help_flag(true).disable_version_flag(true);
    translated(command.arg(help).arg(version), language)
}

fn translated(command: Command, language: Language) -> Command {
    let name = command.get_name().to_owned();
    let usage = choose(language, "Cách dùng", "Usage");
    let template = format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}");
    command
        .about(command_text(&name, language).unwrap_or_default())
        .long_about(None)
        .help_template(template)
        .subcommand_help_heading(choose(language, "Lệnh", "Commands"))
        .mut_args(|argument| {
            let text = argument_text(&name, argument.get_id().as_str(), language).unwrap_or_default();
            let heading = match argument.is_positional() {
                true => choose(language, "Tham số", "Arguments"),
                false => choose(language, "Tùy chọn", "Options"),
            };
            let argument = argument.help(text).long_help(None).help_heading(heading);
            match argument.get_action().takes_values() {
                true => argument.hide_possible_values(true).hide_default_value(true),
                false => argument,
            }
        })
        .mut_subcommands(|command| translated(command, language))
}

fn command_text(name: &str, language: Language) -> Option<&'static str> {
    let (_, [vietnamese, english]) = COMMANDS.iter().find(|(command, _)| *command == name)?;
    Some(choose(language, vietnamese, english))
}

fn argument_text(command: &str, id: &str, language: Language) -> Option<&'static str> {
    let of = |wanted: &str| ARGUMENTS.iter().find(|(command, argument, _)| *command == wanted && *argument == id);
    let (_, _, [vietnamese, english]) = of(command).or_else(|| of("*"))?;
    Some(choose(language, vietnamese, english))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn check(command: &Command) {
        let name = command.get_name();
        assert!(command_text(name, Language::English).is_some(), "command {name} has no text");
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            assert!(argument_text(name, id, Language::English).is_some(), "{name}: argument {id} has no text");
        }
        command.get_subcommands().for_each(check);
    }

    #[test]
    fn every_command_and_argument_is_explained() {
        check(&localised(Arguments::command(), Language::Vietnamese));
    }

    #[test]
    fn no_text_is_left_over() {
        let mut ids = Vec::new();
        let mut commands = vec![localised(Arguments::command(), Language::Vietnamese)];
        while let Some(command) = commands.pop() {
            ids.extend(command.get_arguments().map(|argument| argument.get_id().to_string()));
            commands.extend(command.get_subcommands().cloned());
        }
        for (_, id, _) in ARGUMENTS {
            assert!(ids.iter().any(|known| known == id), "{id} is explained, but no command takes it");
        }
    }
}
