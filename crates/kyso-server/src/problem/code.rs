//! The stable names of the problems that the service itself has, one line a code. What the library and the register
//! refuse has their rules' names.

macro_rules! codes {
    ($($code:ident = $name:literal;)+) => {
        /// The stable name of a problem. Names are a contract: codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`")] $code,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// Its name, e.g. `token.missing`: what problem details have as `code`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }
        }
    };
}

codes! {
    TokenMissing = "token.missing";
    TokenUnknown = "token.unknown";
    RoleNotAllowed = "role.not-allowed";
    KeyNotAllowed = "key.not-allowed";
    RouteNotFound = "route.not-found";
    MethodNotAllowed = "method.not-allowed";
    ArtifactNotFound = "artifact.not-found";
    ArtifactDestroyed = "artifact.destroyed";
    VersionNotFound = "version.not-found";
    MetadataNotFound = "metadata.not-found";
    RevisionNotFound = "revision.not-found";
    LinkCircle = "link.circle";
    MetadataRevisedMeanwhile = "metadata.revised-meanwhile";
    LogNotFound = "log.not-found";
    DraftNotFound = "draft.not-found";
    CertificationNotConfigured = "certification.not-configured";
    KeyUnknown = "key.unknown";
    MediaTypeUnsupported = "media-type.unsupported";
    UploadTooLarge = "upload.too-large";
    UploadBroken = "upload.broken";
    UploadTimeout = "upload.timeout";
    PartMissing = "part.missing";
    PartUnexpected = "part.unexpected";
    ParameterInvalid = "parameter.invalid";
    IdempotencyKeyMissing = "idempotency-key.missing";
    IdempotencyKeyInvalid = "idempotency-key.invalid";
    IdempotencyKeyReused = "idempotency-key.reused";
    FileUnreadable = "file.unreadable";
    FileTruncated = "file.truncated";
    RequestInvalid = "request.invalid";
    CertificationRefused = "certification.refused";
    ResultUnfinished = "result.unfinished";
    ArtifactNotVerified = "artifact.not-verified";
    KeyFailed = "key.failed";
    TimeStampUnavailable = "time-stamp.unavailable";
    EvidenceUnavailable = "evidence.unavailable";
    ServerBusy = "server.busy";
    RequestTimeout = "request.timeout";
    HealthFailed = "health.failed";
    ArchiveFull = "archive.full";
    ArchiveDamaged = "archive.damaged";
    ArchiveReadOnly = "archive.read-only";
    ArchiveUnavailable = "archive.unavailable";
    ArchiveRolledBack = "archive.rolled-back";
    ClockBehind = "clock.behind";
    RegisterRolledBack = "register.rolled-back";
    Internal = "internal";
    RequestMalformed = "request.malformed";
    // What the desk refuses.
    ResultTaken = "result.taken";
    ResultVoidedTooOften = "result.voided-too-often";
    PageNotShown = "page.not-shown";
    RecordNotWhole = "record.not-whole";
    RecordOtherResult = "record.other-result";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_in_the_manual() {
        let manual = include_str!("../../../../docs/http-api.md");
        for code in Code::ALL {
            assert!(manual.contains(&format!("`{}`", code.name())), "{} is not in docs/http-api.md", code.name());
        }
    }
}
