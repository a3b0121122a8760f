//! Revocation, and the evidence for it.

use crate::validate::messages::{Entry, entry};

/// In no order that matters.
pub(super) const ENTRIES: &[Entry] = &[
    entry(
        "revocation.not-checked",
        ["Chưa biết chứng thư số này có bị thu hồi hay không", "Whether the certificate was revoked isn't known"],
        [
            "Không có dữ liệu thu hồi (CRL hoặc OCSP) ở đây; hãy lấy qua mạng (kyso verify --online) hoặc hỏi CA trước khi tin cậy.",
            "There's no evidence of it here (CRL or OCSP); fetch it (kyso verify --online), or ask the CA before relying on it.",
        ],
    ),
    entry(
        "revocation.not-published",
        [
            "CA không công bố tình trạng thu hồi của chứng thư số này",
            "The CA doesn't publish whether this certificate was revoked",
        ],
        [
            "Chứng thư số không ghi địa chỉ CRL hay OCSP; việc thu hồi, nếu có, không thể biết được.",
            "The certificate names neither CRL nor OCSP; a revocation can't be known.",
        ],
    ),
    entry(
        "revocation.revoked",
        ["Chứng thư số đã bị thu hồi", "The certificate was revoked"],
        [
            "Không có gì chứng minh chữ ký được tạo trước đó; đừng dựa vào chữ ký này.",
            "Nothing proves that it signed before that; don't rely on the signature.",
        ],
    ),
    entry(
        "revocation.ca-revoked",
        ["Chứng thư số của một CA đã bị thu hồi", "A CA's certificate was revoked"],
        [
            "Không có gì chứng minh chữ ký được tạo trước đó; đừng dựa vào chữ ký này.",
            "Nothing proves that the signature was made before that; don't rely on it.",
        ],
    ),
    entry(
        "revocation.on-hold",
        ["Chứng thư số đang bị tạm dừng", "The certificate is on hold"],
        [
            "Hãy kiểm tra lại sau: CA sẽ khôi phục hoặc thu hồi nó.",
            "Try again later: its CA will restore or revoke it.",
        ],
    ),
    entry(
        "revocation.later",
        [
            "Chứng thư số bị thu hồi hoặc tạm dừng sau khi ký",
            "The certificate was revoked or put on hold after it had signed",
        ],
        ["Dấu thời gian chứng minh chữ ký có trước.", "A time-stamp proves that the signature is older."],
    ),
    entry(
        "revocation.stale",
        ["Dữ liệu thu hồi đã cũ", "The evidence on revocation is too old"],
        [
            "Hãy lấy CRL hoặc OCSP mới (kyso verify --online), hoặc kiểm tra lại khi có mạng.",
            "Get a new CRL or OCSP answer (kyso verify --online), or try again when connected.",
        ],
    ),
    entry(
        "revocation.issuer-expired",
        [
            "Chứng thư số của nơi ký dữ liệu thu hồi đã hết hạn",
            "The certificate of whoever signed the evidence on revocation has expired",
        ],
        ["Hãy lấy CRL hoặc OCSP mới (kyso verify --online).", "Get a new CRL or OCSP answer (kyso verify --online)."],
    ),
    entry(
        "revocation.refused",
        ["Không dùng được một dữ liệu thu hồi", "A piece of evidence on revocation can't be used"],
        ["Nó được coi như không có.", "It counts as missing."],
    ),
    entry(
        "budget.reached",
        ["Tệp có nhiều hơn mức mà phần mềm xem xét", "The file has more of something than is looked at"],
        ["Phần vượt mức được coi như không có.", "What lies beyond counts as missing."],
    ),
];
