//! Every problem that the service itself has: its stable code, its status, and its words.

use axum::http::StatusCode;

use kyso::local_time::in_vietnam;
use kyso::{Bilingual, both};
use kyso_archive::Tombstone;

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
                 chứng thực cần vai trò officer, trả kết quả cần vai trò officer hoặc clerk, ghi thay thế, đính chính, hủy bỏ \
                 và sửa dữ liệu đặc tả cần vai trò leader hoặc clerk.",
                "The token's role may not do this: signing needs the role leader, sealing the role clerk, certifying the \
                 role officer, issuing the role officer or clerk, replacing, correcting, cancelling and correcting metadata the role \
                 leader or clerk.",
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

    /// A document that was destroyed by a decision.
    pub(crate) fn artifact_destroyed(of: &Tombstone) -> Self {
        let (decision, certificate) = (&of.decision, of.destruction);
        Self::new(
            StatusCode::GONE,
            Code::ArtifactDestroyed,
            both("Văn bản đã tiêu hủy", "Artifact destroyed"),
            both("Văn bản đã tiêu hủy theo quyết định.", "The artifact was destroyed by a decision."),
        )
        .detail(Bilingual::new(
            format!(
                "Văn bản đã tiêu hủy theo quyết định số {decision}; giấy chứng nhận tiêu hủy số {certificate}, {}.",
                in_vietnam(of.at)
            ),
            format!(
                "The artifact was destroyed by decision {decision}; certificate of destruction {certificate}, {}.",
                in_vietnam(of.at)
            ),
        ))
    }

    pub(crate) fn version_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::VersionNotFound,
            both("Không có phiên bản này", "No such version"),
            both(
                "Văn bản không có phiên bản mang số này; danh sách ở …/versions.",
                "The artifact has no version of this number; the list is at …/versions.",
            ),
        )
        .field("n")
    }

    pub(crate) fn metadata_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::MetadataNotFound,
            both("Văn bản không có dữ liệu đặc tả", "No metadata"),
            both(
                "Kho không giữ dữ liệu đặc tả nào của văn bản này.",
                "The archive keeps no metadata of this artifact.",
            ),
        )
        .field("id")
    }

    pub(crate) fn revision_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::RevisionNotFound,
            both("Không có lần ghi này", "No such revision"),
            both(
                "Dữ liệu đặc tả không có lần ghi mang số này; danh sách ở …/metadata/revisions.",
                "The metadata have no revision of this number; the list is at …/metadata/revisions.",
            ),
        )
        .field("n")
    }

    /// A document would come to stand behind itself.
    pub(crate) fn link_circle() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::LinkCircle,
            both("Liên kết vòng", "A circle of links"),
            both(
                "Văn bản kia chính là văn bản này, hoặc đã thay thế, đính chính hay làm từ văn bản này; hãy xem …/status của cả hai.",
                "The other document is this one, or replaces, corrects or was made from this one already; see …/status of both.",
            ),
        )
        .field("other")
    }

    /// Somebody else corrected the metadata first.
    pub(crate) fn revised_meanwhile(newest: Option<u32>) -> Self {
        let number = newest.map_or("null".to_owned(), |newest| newest.to_string());
        Self::new(
            StatusCode::CONFLICT,
            Code::MetadataRevisedMeanwhile,
            both("Dữ liệu đặc tả đã có lần ghi khác", "The metadata were revised meanwhile"),
            both("", ""),
        )
        .detail(Bilingual::new(
            format!("Lần ghi mới nhất là {number}; hãy đọc lại rồi gửi với after là số đó."),
            format!("The newest revision is {number}; read it, then send yours with that number as after."),
        ))
        .field("after")
    }

    pub(crate) fn log_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::LogNotFound,
            both("Nhật ký không có phần này", "Not in the log"),
            both(
                "Nhật ký không có mảnh này, hoặc chưa có điểm kiểm tra nào.",
                "The log has no such tile, or no checkpoint yet.",
            ),
        )
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
                "Kiểm tra nhận multipart/form-data hoặc application/pdf; status và metadata nhận application/json; các việc khác nhận \
                 multipart/form-data.",
                "Verifying takes multipart/form-data or application/pdf; status and metadata take application/json; everything else takes \
                 multipart/form-data.",
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
                "Phần được nêu ở field không làm được việc của nó; lý do ở nhật ký.",
                "The part that field names can't do its work; the log says why.",
            ),
        )
        .field(part)
    }

    pub(crate) fn archive_full() -> Self {
        let mut problem = Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            Code::ArchiveFull,
            both("Ổ đĩa của kho lưu trữ đã đầy", "The archive's disk is full"),
            both(
                "Chưa có gì được xác nhận; hãy báo người quản trị giải phóng ổ đĩa rồi gửi lại với cùng Idempotency-Key.",
                "Nothing was acknowledged; tell the operator to make room, then send it again under the same Idempotency-Key.",
            ),
        );
        problem.0.retry_after = Some(60);
        problem
    }

    /// The archive's database or its store of objects, servers elsewhere, aren't reached.
    pub(crate) fn archive_unavailable() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::ArchiveUnavailable,
            both("Chưa nối được với kho lưu trữ", "The archive isn't reached"),
            both(
                "Cơ sở dữ liệu hoặc kho tệp không trả lời. Việc có thể đã xong; gửi lại với cùng Idempotency-Key sẽ nhận kết quả của nó.",
                "The database or the store of objects doesn't answer. The work may be done; the same request with the same \
                 Idempotency-Key gets its result.",
            ),
        );
        problem.0.retry_after = Some(10);
        problem
    }

    pub(crate) fn archive_damaged() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::ArchiveDamaged,
            both("Kho lưu trữ bị hỏng", "The archive is damaged"),
            both(
                "Nội dung trong kho không còn như khi lưu nên không được trả về. Hãy báo người quản trị kèm giá trị instance.",
                "What is in the archive isn't what was kept, and isn't handed out. Tell the operator, with the value of instance.",
            ),
        )
    }

    pub(crate) fn archive_read_only() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::ArchiveReadOnly,
            both("Kho lưu trữ chỉ đọc được", "The archive can only be read"),
            both(
                "Không ghi được vào kho (ổ đĩa hỏng, hoặc tệp chỉ cho đọc); không có gì được ký hay lưu nữa. Hãy báo người quản trị.",
                "The archive can't be written to (its disk failed, or its files may only be read); nothing is signed or kept. Tell the \
                 operator.",
            ),
        )
    }

    /// A checkpoint outside is one that the log doesn't have.
    pub(crate) fn archive_rolled_back(here: u64, there: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::ArchiveRolledBack,
            both("Kho lưu trữ bị đưa về bản cũ", "The archive was put back"),
            both("", ""),
        )
        .detail(Bilingual::new(
            format!(
                "Nhật ký của kho có {here} mục, còn nơi giữ ngoài kho có {there} mục mà kho không có; không ký hay lưu gì nữa. Hãy \
                 báo người quản trị khôi phục bản mới nhất."
            ),
            format!(
                "The archive's log has {here} entries, and a place outside has {there} that it doesn't have; nothing is signed or \
                 kept any more. Tell the operator to restore the newest backup."
            ),
        ))
    }

    pub(crate) fn clock_behind(detail: Bilingual) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::ClockBehind,
            both("Đồng hồ của máy chủ chạy chậm", "The server's clock is behind"),
            both("", ""),
        )
        .detail(detail)
    }

    /// The register isn't the one that the archive's log knows: numbers would be given out again.
    pub(crate) fn register_rolled_back(logged: u64, here: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::RegisterRolledBack,
            both("Sổ chứng thực bị đưa về bản cũ", "The register was put back"),
            both("", ""),
        )
        .detail(Bilingual::new(
            format!(
                "Sổ có {here} sự kiện, còn nhật ký của kho lưu trữ đã ghi {logged} sự kiện của sổ; cấp số tiếp thì trùng số. Hãy \
                 báo người quản trị khôi phục bản sổ mới nhất."
            ),
            format!(
                "The register has {here} events, and the archive's log knows of {logged}; numbers would be given out again. Tell \
                 the operator to restore the newest register."
            ),
        ))
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
