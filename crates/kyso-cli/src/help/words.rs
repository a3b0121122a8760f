//! What each command and each argument means, Vietnamese first.

/// What each command does.
pub(super) const COMMANDS: &[(&str, [&str; 2])] = &[
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
        "copy",
        [
            "Sao văn bản điện tử (SAO Y, SAO LỤC, TRÍCH SAO) có chữ ký số của cơ quan sao.",
            "Make an electronic copy (SAO Y, SAO LỤC, TRÍCH SAO), signed by the agency that copies.",
        ],
    ),
    (
        "attach",
        [
            "Ký số của cơ quan lên các phụ lục ở tệp riêng, cùng số văn bản và thời gian ký.",
            "Sign attachments in files of their own, all with the document's number and one time.",
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
        "check",
        [
            "Đối chiếu hình thức của kết quả với luật, từng điểm (khổ giấy, lề, chữ ký, con dấu, thứ tự ký). Mã thoát: 0 đúng, 1 có điểm chưa đúng, 4 không đọc được.",
            "Hold a result's form against the law, row by row (paper, margins, signature, seal, order). Exit code: 0 right, 1 something is wrong, 4 unreadable.",
        ],
    ),
    (
        "extend",
        [
            "Bổ sung bằng chứng vào tệp đã ký (ở đây hoặc nơi khác) để kiểm tra được lâu dài: mức B-LT, B-LTA.",
            "Add evidence to a file signed here or elsewhere, so that it verifies for long: level B-LT, B-LTA.",
        ],
    ),
    (
        "renew",
        [
            "Gia hạn: thêm dấu thời gian mới trước khi dấu thời gian cuối hết giá trị.",
            "Renew: add a new time-stamp before the last one ends.",
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
    ("image", ["Chuẩn bị hình chữ ký, hình con dấu.", "Prepare pictures of signatures and seals."]),
    (
        "image clean",
        [
            "Từ bản quét hoặc ảnh chụp chữ ký, con dấu trên giấy: xóa nền giấy, tô màu quy định, cắt sát nét, ghi kích thước thật.",
            "From a scan or photo of a signature or seal on paper: no paper, the decree's colour, cut to the ink, its real size.",
        ],
    ),
    (
        "templates",
        [
            "Các mẫu lời chứng: xem danh sách, xem trang in, kiểm tra mẫu của riêng mình.",
            "Templates of the lời chứng: list them, see one, check your own.",
        ],
    ),
    (
        "templates list",
        [
            "Liệt kê các mẫu: áp dụng từ ngày nào, nguồn, đã đối chiếu chưa (mặc định).",
            "List the templates: in use from when, source, verified or not (default).",
        ],
    ),
    (
        "templates show",
        [
            "Xem một mẫu: in ra tệp TOML của mẫu, hoặc với -o tạo PDF điền dữ liệu hư cấu.",
            "Show a template: its TOML file, or with -o a PDF filled with made-up data.",
        ],
    ),
    (
        "templates check",
        [
            "Kiểm tra các tệp mẫu trong một thư mục; nêu tệp, dòng và khóa có lỗi.",
            "Check a directory's template files; names file, line and key of each mistake.",
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
    (
        "draw-pages",
        [
            "Dùng nội bộ: dựng hình các trang của một tệp trong tiến trình riêng.",
            "For kyso itself: draws the pages of a file in a process apart.",
        ],
    ),
    ("serve", ["Chạy dịch vụ ký số (HTTP).", "Run the signing service (HTTP)."]),
];

/// What each argument means: by its command, or `*` where it means the same everywhere.
pub(super) const ARGUMENTS: &[(&str, &str, [&str; 2])] = &[
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
        "check",
        "profile",
        [
            "Xét như: issued (kết quả đã ký và đóng dấu), copy (bản sao điện tử), attachment (phụ lục ở tệp riêng); mặc định theo vai trò chữ ký",
            "Judge as: issued (signed and sealed), copy (electronic copy), attachment (in its own file); default: by the signatures' roles",
        ],
    ),
    (
        "check",
        "seal_width_mm",
        [
            "Bề rộng thật của con dấu, mm; không cho thì chỉ đo, không kết luận",
            "The seal's real width, mm; without it the seal is measured, and not judged",
        ],
    ),
    (
        "check",
        "picture",
        [
            "Vẽ trang với khung đỏ (sai), xanh (đúng) vào tệp PNG này; nhiều trang: thêm -1, -2…",
            "Draw the pages with red (wrong) and green (right) boxes into this PNG; several pages: -1, -2…",
        ],
    ),
    (
        "check",
        "at",
        [
            "Xét chữ ký tại thời điểm này, ví dụ 2026-03-02T10:00:00+07:00 (mặc định: bây giờ)",
            "Judge the signatures at this time, e.g. 2026-03-02T10:00:00+07:00 (default: now)",
        ],
    ),
    (
        "verify",
        "online",
        [
            "Lấy qua mạng OCSP, CRL, chứng thư còn thiếu rồi mới kết luận (mặc định: không dùng mạng)",
            "Fetch missing OCSP answers, CRLs and certificates before judging (default: no network)",
        ],
    ),
    ("extend", "to", ["Đến mức nào: lt hoặc lta", "To which level: lt or lta"]),
    (
        "*",
        "tsa",
        [
            "Dịch vụ cấp dấu thời gian (RFC 3161), ví dụ http://tsa.ca.gov.vn; lặp lại: thử lần lượt",
            "Time-stamping authority (RFC 3161), e.g. http://tsa.ca.gov.vn; repeated: tried in order",
        ],
    ),
    ("*", "tsa_user", ["Tên đăng nhập của --tsa đầu tiên", "User name for the first --tsa"]),
    (
        "*",
        "tsa_pass_file",
        [
            "Đọc mật khẩu của --tsa-user hoặc --tsa-key từ tệp này",
            "Read the password of --tsa-user or --tsa-key from this file",
        ],
    ),
    (
        "*",
        "tsa_pass_env",
        [
            "Đọc mật khẩu của --tsa-user hoặc --tsa-key từ biến môi trường này",
            "Read the password of --tsa-user or --tsa-key from this environment variable",
        ],
    ),
    (
        "*",
        "tsa_cert",
        [
            "Chứng thư để xưng danh với --tsa đầu tiên qua TLS, PEM",
            "Certificate shown to the first --tsa over TLS, PEM",
        ],
    ),
    ("*", "tsa_key", ["Khóa riêng của --tsa-cert, PEM", "Private key of --tsa-cert, PEM"]),
    (
        "*",
        "vri",
        [
            "Ghi thêm bằng chứng nào thuộc chữ ký nào (/VRI), cho phần mềm cũ cần đến; từ mức lt",
            "Also write which evidence is for which signature (/VRI), for old software that wants it; from level lt on",
        ],
    ),
    ("*", "tsa_policy", ["OID chính sách dấu thời gian cần có", "OID of the policy to stamp under"]),
    (
        "*",
        "proxy",
        [
            "Proxy HTTP, http://máy:cổng; có mật khẩu thì đặt vào biến môi trường KYSO_PROXY",
            "HTTP proxy, http://host:port; with a password, set the environment variable KYSO_PROXY",
        ],
    ),
    (
        "*",
        "allow_address",
        [
            "Cho phép hỏi địa chỉ hoặc mạng nội bộ này, ví dụ 10.0.0.0/8 (mặc định chỉ internet công cộng)",
            "Allow requests to this inner address or network, e.g. 10.0.0.0/8 (default: the public internet)",
        ],
    ),
    (
        "*",
        "cache",
        [
            "Thư mục giữ OCSP, CRL, chứng thư đã lấy đến khi hết hạn",
            "Directory that keeps fetched OCSP answers, CRLs and certificates until they end",
        ],
    ),
    (
        "*",
        "tls_ca",
        ["CA được tin thêm cho kết nối https (PEM, DER)", "CAs trusted for https beside the system's (PEM, DER)"],
    ),
    (
        "*",
        "timeout",
        [
            "Chờ mỗi dịch vụ bao nhiêu giây (mặc định: dấu thời gian 150, còn lại 30)",
            "Seconds to wait for each service (default: time-stamps 150, others 30)",
        ],
    ),
    (
        "verify",
        "qr",
        [
            "Đọc mã QR trên trang: auto (mặc định: tệp đã ký, trang có thể có mã), always, never",
            "Read QR codes on pages: auto (default: signed files, pages that may have one), always, never",
        ],
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
            "Tên trường; lặp lại cho mỗi trường, theo sau là --page và --rect, hoặc --anchor, hoặc --over",
            "Name of a field; once for each, followed by --page and --rect, or --anchor, or --over",
        ],
    ),
    (
        "reserve",
        "size",
        [
            "Rộng,cao tính bằng mm của trường đặt bằng --anchor; với --over là kích thước thật của con dấu",
            "Width,height in mm of a field placed by --anchor; with --over, the seal's real size",
        ],
    ),
    (
        "reserve",
        "over",
        [
            "Trường dành cho con dấu (ConDau), để trùm lên 1/3 bên trái chữ ký sẽ ký vào trường này, ví dụ NguoiChungThuc",
            "A field for the seal (ConDau), over the left third of whatever is signed in this field, e.g. NguoiChungThuc",
        ],
    ),
    (
        "reserve",
        "lock",
        [
            "Ký vào trường này thì khóa: all (mọi trường), only:A,B (các trường này), but:A,B (trừ các trường này); thêm /1 (không cho đổi gì nữa), /2 (chỉ điền và ký), /3 (cả chú thích)",
            "What signing the field locks: all fields, only:A,B (those), but:A,B (all others); then /1 (no changes), /2 (filling and signing), /3 (annotations too)",
        ],
    ),
    ("image clean", "input", ["Bản quét hoặc ảnh chụp, JPEG hoặc PNG", "The scan or photo, JPEG or PNG"]),
    (
        "image clean",
        "output",
        ["Hình PNG nền trong suốt, không được là tệp đầu vào", "The PNG with transparency to write, never the input"],
    ),
    (
        "image clean",
        "subject",
        ["Là chữ ký (thành màu xanh) hay con dấu (thành màu đỏ)", "A signature (becomes blue) or a seal (becomes red)"],
    ),
    (
        "image clean",
        "dpi",
        [
            "Độ phân giải khi quét, nếu tệp không ghi hoặc ghi sai",
            "The resolution it was scanned at, where the file doesn't say or is wrong",
        ],
    ),
    (
        "image clean",
        "width_mm",
        [
            "Bề rộng thật của nét mực, đo bằng thước, mm (cần với ảnh chụp)",
            "The ink's real width, by a ruler, mm (photos need it)",
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
    (
        "*",
        "level",
        [
            "Mức PAdES: b (mặc định), t và lta cần --tsa, lt và lta cần --trust",
            "PAdES level: b (default), t and lta need --tsa, lt and lta need --trust",
        ],
    ),
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
        "copy",
        "form",
        ["Hình thức sao: \"SAO Y\", \"SAO LỤC\", \"TRÍCH SAO\"", "Form of copy: \"SAO Y\", \"SAO LỤC\", \"TRÍCH SAO\""],
    ),
    ("copy", "agency", ["Tên cơ quan sao", "The agency that copies"]),
    (
        "copy",
        "pages",
        ["Trích các trang này (với TRÍCH SAO), ví dụ 1-3,5", "The pages to extract (with TRÍCH SAO), e.g. 1-3,5"],
    ),
    (
        "copy",
        "allow_low_quality",
        [
            "Vẫn sao khi bản số hóa chưa đạt yêu cầu (200 dpi, màu, A4 100%)",
            "Copy a scan that isn't good enough (200 dpi, colour, A4 at 100 %) all the same",
        ],
    ),
    (
        "copy",
        "allow_covering",
        [
            "Vẫn sao khi góc trên bên phải trang 1 không trống: chữ đè lên nội dung",
            "Copy where the upper right corner of page 1 isn't blank all the same: the text lies over content",
        ],
    ),
    (
        "attach",
        "allow_covering",
        [
            "Vẫn ký khi góc trên bên phải trang 1 không trống: chữ đè lên nội dung",
            "Sign where the upper right corner of page 1 isn't blank all the same: the text lies over content",
        ],
    ),
    ("attach", "files", ["Các phụ lục, mỗi phụ lục một tệp PDF", "The attachments, a PDF each"]),
    ("attach", "number", ["Số và ký hiệu của văn bản", "The document's number and symbol"]),
    (
        "attach",
        "out_dir",
        ["Thư mục ghi các tệp đã ký, giữ nguyên tên", "Directory for the signed files, under their names"],
    ),
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
        [
            "NGUY HIỂM: đóng dấu mà không xem có chữ ký của người có thẩm quyền hay không",
            "DANGEROUS: seal without looking whether a leader has signed",
        ],
    ),
    (
        "seal",
        "allow_untrusted",
        [
            "NGUY HIỂM: đóng dấu trên chữ ký mà chứng thư số không dẫn tới ai được tin cậy",
            "DANGEROUS: seal over a signature whose certificate leads to nobody who is trusted",
        ],
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
    (
        "*",
        "templates",
        [
            "Thư mục có tệp mẫu (TOML) thay cho hoặc thêm vào mẫu có sẵn; cũng có thể có kinds.toml, calendar.toml",
            "Directory of template files (TOML) that replace or add to those that come along; may have kinds.toml, calendar.toml",
        ],
    ),
    ("templates show", "id", ["Tên mẫu, ví dụ ck-mot-nguoi", "The template's id, e.g. ck-mot-nguoi"]),
    (
        "templates show",
        "output",
        [
            "Tệp PDF kết quả; không có thì in ra tệp TOML của mẫu",
            "The PDF to write; without it the template's TOML is printed",
        ],
    ),
    (
        "templates show",
        "long",
        ["Dữ liệu dài: tên dài, 30 người, người làm chứng", "Long data: long names, 30 people, witnesses"],
    ),
    ("templates check", "directory", ["Thư mục chứa các tệp mẫu", "The directory of template files"]),
    ("serve", "config", ["Tệp cấu hình của dịch vụ (TOML)", "The service's configuration (TOML)"]),
    ("new", "name", ["Tên người được giao mã", "Whom the token is for"]),
    (
        "new",
        "role",
        [
            "Vai trò: leader (ký), clerk (đóng dấu), reader (đọc, kiểm tra), officer (chứng thực, trả kết quả)",
            "Role: leader (signs), clerk (seals), reader (reads, verifies), officer (certifies, issues)",
        ],
    ),
    ("demo", "out", ["Thư mục để tạo (mặc định: kyso-demo)", "The directory to make (default: kyso-demo)"]),
];
