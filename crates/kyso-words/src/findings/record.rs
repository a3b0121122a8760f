//! Evidence records: whether an object is proven to be as old as its first time-stamp.

use crate::{Entry, entry};

pub(super) const EVIDENCE_UNREADABLE: Entry = entry(
    "Không đọc được hồ sơ bằng chứng lưu trữ",
    "The evidence record can't be read",
    "Tệp bị hỏng, bị cắt cụt hoặc không phải hồ sơ bằng chứng (RFC 4998); hãy lấy lại từ nơi lưu trữ.",
    "The file is damaged, cut off or no evidence record (RFC 4998); get it again from the archive.",
);
pub(super) const EVIDENCE_UNSUPPORTED: Entry = entry(
    "Hồ sơ bằng chứng dùng một phần của chuẩn mà phần mềm này chưa kiểm tra",
    "The evidence record uses a part of the standard that isn't checked here",
    "Chưa kết luận được; hãy kiểm tra bằng phần mềm khác.",
    "It can't be decided; check it with other software.",
);
pub(super) const EVIDENCE_ALGORITHM_UNKNOWN: Entry = entry(
    "Hồ sơ bằng chứng dùng thuật toán băm mà phần mềm này không biết",
    "The evidence record uses a digest algorithm that isn't known here",
    "Chưa kết luận được; hãy kiểm tra bằng phần mềm mới hơn.",
    "It can't be decided; check it with newer software.",
);
pub(super) const EVIDENCE_ALGORITHM_UNLISTED: Entry = entry(
    "Hồ sơ bằng chứng không kê thuật toán băm mà chính nó dùng",
    "The evidence record doesn't list a digest algorithm that it uses",
    "Hồ sơ làm sai chuẩn; hãy lấy lại từ nơi lưu trữ.",
    "The record doesn't keep to the standard; get it again from the archive.",
);
pub(super) const EVIDENCE_SEVERAL_ALGORITHMS: Entry = entry(
    "Một chuỗi dấu thời gian dùng nhiều thuật toán băm",
    "One chain of time-stamps uses several digest algorithms",
    "Đổi thuật toán băm thì phải mở chuỗi mới; hồ sơ làm sai chuẩn và không chứng minh được gì.",
    "Another digest algorithm needs a chain of its own; the record doesn't keep to the standard and proves nothing.",
);
pub(super) const EVIDENCE_OTHER_OBJECT: Entry = entry(
    "Hồ sơ bằng chứng là của tệp khác",
    "The evidence record is of another file",
    "Tệp đã bị thay đổi, hoặc hồ sơ lấy nhầm; hồ sơ không chứng minh gì cho tệp này.",
    "The file was changed, or the record was taken from another file; it proves nothing for this file.",
);
pub(super) const EVIDENCE_OTHER_PREDECESSOR: Entry = entry(
    "Lần gia hạn không phủ bằng chứng đứng trước nó",
    "The renewal doesn't cover the evidence before it",
    "Chuỗi bằng chứng bị đứt; hãy lấy lại hồ sơ từ nơi lưu trữ.",
    "The chain of evidence is broken; get the record again from the archive.",
);
pub(super) const EVIDENCE_BROKEN_PATH: Entry = entry(
    "Cây băm rút gọn không dẫn tới dấu thời gian",
    "The reduced hash tree doesn't lead to the time-stamp",
    "Hồ sơ đã bị thay đổi hoặc hỏng; hãy lấy lại từ nơi lưu trữ.",
    "The record was changed or damaged; get it again from the archive.",
);
pub(super) const EVIDENCE_TOKEN: Entry = entry(
    "Không đọc được dấu thời gian trong hồ sơ bằng chứng",
    "The time-stamp in the evidence record can't be read",
    "Hồ sơ bị hỏng; hãy lấy lại từ nơi lưu trữ.",
    "The record is damaged; get it again from the archive.",
);
pub(super) const EVIDENCE_RENEWED_TOO_LATE: Entry = entry(
    "Bằng chứng được gia hạn quá muộn",
    "The evidence was renewed too late",
    "Vào lúc này chứng thư số của dấu thời gian trước đã hết hạn hoặc đã bị thu hồi, nên không còn chứng minh được gì.",
    "By then the certificate of the time-stamp before had expired or was revoked, so nothing is proven any more.",
);
pub(super) const EVIDENCE_ALGORITHM_ENDED: Entry = entry(
    "Bằng chứng được gia hạn khi thuật toán đã hết an toàn",
    "The evidence was renewed when an algorithm was no longer reliable",
    "Vào lúc này thuật toán của dấu thời gian trước không còn được tin cậy, nên không còn chứng minh được gì.",
    "By then an algorithm of the time-stamp before wasn't relied on any more, so nothing is proven.",
);
pub(super) const EVIDENCE_PROVEN: Entry = entry(
    "Hồ sơ bằng chứng chứng minh tệp này đã có nguyên vẹn như vậy vào lúc này",
    "The evidence record proves that the file was there, as it is, by then",
    "Mỗi dấu thời gian sau đó giữ cho bằng chứng còn giá trị đến nay.",
    "Each time-stamp after it has kept the evidence good until now.",
);
