//! Every problem that the service itself has: its stable code, its status, and its words.

use axum::http::StatusCode;

use kyso::{Bilingual, both};

use super::{Code, Content, Problem};

impl Problem {
    fn new(status: StatusCode, code: Code, title: Bilingual<&'static str>, detail: Bilingual<&'static str>) -> Self {
        Self::named(status, code.name(), title, detail)
    }

    fn named(
        status: StatusCode,
        code: &'static str,
        title: Bilingual<&'static str>,
        detail: Bilingual<&'static str>,
    ) -> Self {
        Self(Box::new(Content {
            status,
            code,
            title,
            detail: detail.into(),
            field: None,
            retry_after: None,
            challenge: None,
        }))
    }

    // -- who asks --

    pub(crate) fn token_missing() -> Self {
        let mut problem = Self::new(
            StatusCode::UNAUTHORIZED,
            Code::TokenMissing,
            both("Thiếu mã truy cập", "Access token missing"),
            both("Gửi mã truy cập trong trường Authorization: Bearer …", "Send the token as Authorization: Bearer …"),
        )
        .field("Authorization");
        problem.0.challenge = Some("Bearer realm=\"kyso\"");
        problem
    }

    pub(crate) fn token_unknown() -> Self {
        let mut problem = Self::new(
            StatusCode::UNAUTHORIZED,
            Code::TokenUnknown,
            both("Mã truy cập không đúng", "Access token not accepted"),
            both(
                "Mã truy cập này không có trong cấu hình của máy chủ.",
                "The server's configuration knows no such token.",
            ),
        )
        .field("Authorization");
        problem.0.challenge = Some("Bearer realm=\"kyso\", error=\"invalid_token\"");
        problem
    }

    pub(crate) fn role_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Code::RoleNotAllowed,
            both("Không có quyền", "Not allowed"),
            both(
                "Vai trò của mã truy cập này không được làm việc đó: ký cần vai trò leader, đóng dấu cần vai trò clerk, \
                 chứng thực cần vai trò officer, trả kết quả cần vai trò officer hoặc clerk.",
                "The token's role may not do this: signing needs the role leader, sealing the role clerk, certifying the \
                 role officer, issuing the role officer or clerk.",
            ),
        )
    }

    pub(crate) fn key_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Code::KeyNotAllowed,
            both("Không được dùng khóa này", "Key not allowed"),
            both(
                "Khóa này không dành cho việc này, hoặc không dành cho mã truy cập này.",
                "The key is not for this operation, or not for this token.",
            ),
        )
        .field("key")
    }

    // -- what is asked for --

    pub(crate) fn route_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::RouteNotFound,
            both("Không có địa chỉ này", "No such address"),
            both("Danh sách địa chỉ ở /api/openapi.json.", "The addresses are listed at /api/openapi.json."),
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::MethodNotAllowed,
            both("Sai phương thức", "Method not allowed"),
            both(
                "Địa chỉ này không nhận phương thức đó; xem trường Allow.",
                "This address does not take that method; see the Allow field.",
            ),
        )
    }

    pub(crate) fn artifact_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::ArtifactNotFound,
            both("Không có văn bản này", "No such artifact"),
            both("Kho không giữ văn bản nào có mã này.", "The archive keeps no artifact with this id."),
        )
        .field("id")
    }

    pub(crate) fn draft_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::DraftNotFound,
            both("Không có bản chờ ký này", "No such draft"),
            both("Kho không giữ bản chờ ký nào có mã này.", "The archive keeps no draft with this id."),
        )
        .field("id")
    }

    pub(crate) fn no_office() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::CertificationNotConfigured,
            both("Máy chủ này không chứng thực", "This server doesn't certify"),
            both(
                "Cấu hình của máy chủ không có mục [certification].",
                "The server's configuration has no [certification].",
            ),
        )
    }

    pub(crate) fn key_unknown() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::KeyUnknown,
            both("Không có khóa này", "No such key"),
            both("Cấu hình của máy chủ không có khóa nào tên này.", "The server's configuration names no such key."),
        )
        .field("key")
    }

    // -- what was sent --

    pub(crate) fn media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::MediaTypeUnsupported,
            both("Kiểu nội dung không được nhận", "Unsupported media type"),
            both(
                "Kiểm tra nhận multipart/form-data hoặc application/pdf; các việc khác nhận multipart/form-data.",
                "Verifying takes multipart/form-data or application/pdf; everything else takes multipart/form-data.",
            ),
        )
        .field("Content-Type")
    }

    pub(crate) fn upload_too_large(part: &'static str, limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            Code::UploadTooLarge,
            both("Tệp quá lớn", "Upload too large"),
            both("", ""),
        )
        .detail(Bilingual::new(
            format!("Máy chủ nhận tối đa {limit} byte."),
            format!("The server takes {limit} bytes at most."),
        ))
        .field(part)
    }

    pub(crate) fn upload_broken() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Code::UploadBroken,
            both("Nội dung gửi lên bị cắt cụt hoặc hỏng", "Upload truncated or malformed"),
            both(
                "Nội dung chưa đến đủ hoặc không đúng multipart/form-data; chưa có gì được ký hay lưu, hãy gửi lại.",
                "The body ended early or is no multipart/form-data; nothing was signed or kept, send it again.",
            ),
        )
    }

    pub(crate) fn upload_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            Code::UploadTimeout,
            both("Gửi lên quá lâu", "Upload timed out"),
            both(
                "Nội dung chưa đến đủ trong thời hạn; chưa có gì được ký hay lưu.",
                "The body did not arrive in time; nothing was signed or kept.",
            ),
        )
    }

    pub(crate) fn part_missing(part: &'static str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::PartMissing,
            both("Thiếu phần trong biểu mẫu", "Part missing"),
            both("Biểu mẫu phải có phần được nêu ở field.", "The form needs the part that field names."),
        )
        .field(part)
    }

    pub(crate) fn part_unexpected(part: String) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::PartUnexpected,
            both("Thừa phần trong biểu mẫu", "Unexpected part"),
            both(
                "Phần được nêu ở field không thuộc biểu mẫu, hoặc có hai lần.",
                "The part that field names is not of this form, or comes twice.",
            ),
        )
        .field(part)
    }

    pub(crate) fn parameter(name: impl Into<String>, detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::ParameterInvalid,
            both("Tham số không hợp lệ", "Invalid parameter"),
            both("", ""),
        )
        .detail(detail)
        .field(name)
    }

    pub(crate) fn idempotency_key_missing() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Code::IdempotencyKeyMissing,
            both("Thiếu Idempotency-Key", "No Idempotency-Key"),
            both(
                "Yêu cầu này cần tiêu đề Idempotency-Key: gửi lại với cùng khóa thì nhận lại đúng câu trả lời cũ.",
                "This request needs the header Idempotency-Key: sent again under the same key it gets the same answer.",
            ),
        )
        .field("Idempotency-Key")
    }

    pub(crate) fn idempotency_key_invalid() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Code::IdempotencyKeyInvalid,
            both("Idempotency-Key không hợp lệ", "Invalid Idempotency-Key"),
            both(
                "Idempotency-Key phải có từ 1 đến 255 ký tự ASCII in được.",
                "Idempotency-Key is 1 to 255 printable ASCII characters.",
            ),
        )
        .field("Idempotency-Key")
    }

    pub(crate) fn idempotency_key_reused() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::IdempotencyKeyReused,
            both("Idempotency-Key đã được dùng", "Idempotency-Key used before"),
            both(
                "Khóa này đã được dùng cho một yêu cầu khác; dùng khóa mới cho yêu cầu mới.",
                "The key was used for another request; a new request needs a new key.",
            ),
        )
        .field("Idempotency-Key")
    }

    pub(crate) fn file_unreadable(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::FileUnreadable,
            both("Không phải tệp PDF đọc được", "Not a readable PDF"),
            both("", ""),
        )
        .detail(detail)
        .field("file")
    }

    pub(crate) fn file_truncated() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::FileTruncated,
            both("Tệp PDF bị cắt cụt", "The PDF is cut off"),
            both(
                "Tệp không có phần cuối (%%EOF), nên có thể thiếu nội dung; không ký, hãy gửi lại tệp đầy đủ.",
                "The file's end (%%EOF) is missing, so contents may be; it isn't signed, send the whole file.",
            ),
        )
        .field("file")
    }

    // -- what certifying says --

    /// The request for a certification isn't one.
    pub(crate) fn request(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::RequestInvalid,
            both("Yêu cầu chứng thực không đúng dạng", "No request for a certification"),
            both("", ""),
        )
        .detail(detail)
        .field("request")
    }

    /// The law forbids this certification.
    pub(crate) fn certification_refused(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::CertificationRefused,
            both("Không được chứng thực như vậy", "It may not be certified like this"),
            both("", ""),
        )
        .detail(detail)
    }

    /// The finished file isn't finished.
    pub(crate) fn result_unfinished(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::ResultUnfinished,
            both("Chưa phải là kết quả", "No result yet"),
            both("", ""),
        )
        .detail(detail)
        .field("file")
    }

    // -- what signing says --

    /// A rule says no; the rule's name is the code.
    pub(crate) fn refused(rule: &'static str, detail: Bilingual) -> Self {
        Self::named(
            StatusCode::UNPROCESSABLE_ENTITY,
            rule,
            both("Bị từ chối theo quy tắc", "Refused by a rule"),
            both("", ""),
        )
        .detail(detail)
    }

    pub(crate) fn not_kept(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::ArtifactNotVerified,
            both("Văn bản không qua được kiểm tra", "The document fails verification"),
            both("", ""),
        )
        .detail(detail)
        .field("file")
    }

    // -- what is wrong here --

    pub(crate) fn key_failed() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::KeyFailed,
            both("Khóa không ký được", "The key would not sign"),
            both(
                "Khóa đã cấu hình không ký được; hãy báo người quản trị.",
                "The configured key would not sign; tell the operator.",
            ),
        )
        .field("key")
    }

    /// Whoever was to stamp the time didn't. Nothing is kept.
    pub(crate) fn no_time_stamp(detail: Bilingual) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::TimeStampUnavailable,
            both("Không lấy được dấu thời gian", "No time-stamp"),
            both("", ""),
        )
        .detail(detail);
        problem.0.retry_after = Some(30);
        problem
    }

    /// Evidence that the level needs couldn't be fetched. Nothing is kept.
    pub(crate) fn no_evidence(detail: Bilingual) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::EvidenceUnavailable,
            both("Không lấy được bằng chứng về chứng thư", "No evidence about certificates"),
            both("", ""),
        )
        .detail(detail);
        problem.0.retry_after = Some(30);
        problem
    }

    pub(crate) fn busy() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::ServerBusy,
            both("Máy chủ đang bận", "Server busy"),
            both("Chưa có gì được làm; hãy thử lại sau ít giây.", "Nothing was done; try again in a few seconds."),
        );
        problem.0.retry_after = Some(5);
        problem
    }

    pub(crate) fn timeout() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::RequestTimeout,
            both("Chưa xong trong thời hạn", "Not done in time"),
            both(
                "Việc có thể vẫn đang chạy; gửi lại với cùng Idempotency-Key sẽ nhận kết quả của nó.",
                "The work may still go on; the same request with the same Idempotency-Key gets its result.",
            ),
        );
        problem.0.retry_after = Some(5);
        problem
    }

    pub(crate) fn unhealthy(part: &'static str) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::HealthFailed,
            both("Máy chủ không hoạt động được", "Out of order"),
            both(
                "Phần được nêu ở field không đọc hoặc không ghi được; xem nhật ký.",
                "The part that field names can't be read or written; see the log.",
            ),
        )
        .field(part)
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::Internal,
            both("Lỗi của máy chủ", "Internal error"),
            both("Hãy báo người quản trị kèm giá trị instance.", "Tell the operator, with the value of instance."),
        )
    }

    /// An error that came from below the handlers.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let mut problem = match status {
            StatusCode::NOT_FOUND => Self::route_not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::media_type(),
            status if status.is_server_error() => Self::internal(),
            _ => Self::new(
                StatusCode::BAD_REQUEST,
                Code::RequestMalformed,
                both("Yêu cầu không đúng dạng", "Malformed request"),
                both("Xem /api/openapi.json.", "See /api/openapi.json."),
            ),
        };
        problem.0.status = status;
        problem
    }
}
