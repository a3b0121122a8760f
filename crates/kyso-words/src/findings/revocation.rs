//! Revocation, and the evidence for it.

use crate::{Entry, Hint, entry};

pub(super) const REVOCATION_NOT_CHECKED: Entry = entry(
    "Chưa biết chứng thư số này có bị thu hồi hay không",
    "Whether the certificate was revoked isn't known",
    "Không có dữ liệu thu hồi (CRL hoặc OCSP) ở đây; hãy lấy qua mạng{} hoặc hỏi CA trước khi tin cậy.",
    "There's no evidence of it here (CRL or OCSP); fetch it{}, or ask the CA before relying on it.",
)
.hints(&[Hint::Online]);
pub(super) const REVOCATION_NOT_PUBLISHED: Entry = entry(
    "CA không công bố tình trạng thu hồi của chứng thư số này",
    "The CA doesn't publish whether this certificate was revoked",
    "Chứng thư số không ghi địa chỉ CRL hay OCSP; việc thu hồi, nếu có, không thể biết được.",
    "The certificate names neither CRL nor OCSP; a revocation can't be known.",
);
pub(super) const REVOCATION_REVOKED: Entry = entry(
    "Chứng thư số đã bị thu hồi",
    "The certificate was revoked",
    "Không có gì chứng minh chữ ký được tạo trước đó; đừng dựa vào chữ ký này.",
    "Nothing proves that it signed before that; don't rely on the signature.",
);
pub(super) const REVOCATION_CA_REVOKED: Entry = entry(
    "Chứng thư số của một CA đã bị thu hồi",
    "A CA's certificate was revoked",
    "Không có gì chứng minh chữ ký được tạo trước đó; đừng dựa vào chữ ký này.",
    "Nothing proves that the signature was made before that; don't rely on it.",
);
pub(super) const REVOCATION_ON_HOLD: Entry = entry(
    "Chứng thư số đang bị tạm dừng",
    "The certificate is on hold",
    "Hãy kiểm tra lại sau: CA sẽ khôi phục hoặc thu hồi nó.",
    "Try again later: its CA will restore or revoke it.",
);
pub(super) const REVOCATION_LATER: Entry = entry(
    "Chứng thư số bị thu hồi hoặc tạm dừng sau khi ký",
    "The certificate was revoked or put on hold after it had signed",
    "Dấu thời gian chứng minh chữ ký có trước.",
    "A time-stamp proves that the signature is older.",
);
pub(super) const REVOCATION_STALE: Entry = entry(
    "Dữ liệu thu hồi đã cũ",
    "The evidence on revocation is too old",
    "Hãy lấy CRL hoặc OCSP mới{}, hoặc kiểm tra lại khi có mạng.",
    "Get a new CRL or OCSP answer{}, or try again when connected.",
)
.hints(&[Hint::Online]);
pub(super) const REVOCATION_ISSUER_EXPIRED: Entry = entry(
    "Chứng thư số của nơi ký dữ liệu thu hồi đã hết hạn",
    "The certificate of whoever signed the evidence on revocation has expired",
    "Hãy lấy CRL hoặc OCSP mới{}.",
    "Get a new CRL or OCSP answer{}.",
)
.hints(&[Hint::Online]);
pub(super) const REVOCATION_REFUSED: Entry = entry(
    "Không dùng được một dữ liệu thu hồi",
    "A piece of evidence on revocation can't be used",
    "Nó được coi như không có.",
    "It counts as missing.",
);
pub(super) const BUDGET_REACHED: Entry = entry(
    "Tệp có nhiều hơn mức mà phần mềm xem xét",
    "The file has more of something than is looked at",
    "Phần vượt mức được coi như không có.",
    "What lies beyond counts as missing.",
);
