//! The rules by which the library refuses to sign or seal: nothing was written.

use super::{Entry, entry};

/// In no order that matters.
pub(super) const RULES: &[Entry] = &[entry(
    "seal.no-leader-signature",
    [
        "Từ chối đóng dấu: văn bản chưa có chữ ký hợp lệ của người có thẩm quyền",
        "Refused to seal: no valid leader's signature lies under it",
    ],
    [
        "Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d: ký trước, đóng dấu sau. Nếu cơ quan tự chịu trách nhiệm, dùng --allow-unsigned.",
        "Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d: first the signature, then the seal. Where the agency answers for it, use --allow-unsigned.",
    ],
)];
