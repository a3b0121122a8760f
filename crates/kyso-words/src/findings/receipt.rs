//! What an archive's receipt shows of a file, and why it may show nothing.

use crate::{Entry, entry};

pub(super) const HOLDS: Entry = entry(
    "Biên nhận đúng: tệp này đã được ghi vào sổ nhật ký của kho lưu trữ",
    "The receipt holds: this file was entered into the archive's log",
    "Từ thời điểm đó, không ai sửa hay rút tệp khỏi nhật ký mà không để lại dấu vết.",
    "Since then nobody can have changed it or taken it out of the log without a trace.",
);
pub(super) const UNREADABLE: Entry = entry(
    "Không đọc được biên nhận",
    "The receipt can't be read",
    "Tệp này không phải là biên nhận, hoặc đã bị thay đổi; hãy lấy lại biên nhận từ kho lưu trữ.",
    "It isn't a receipt, or it was changed; get it from the archive again.",
);
pub(super) const RECORD: Entry = entry(
    "Không đọc được bản ghi trong biên nhận",
    "The record in the receipt can't be read",
    "Bản ghi thiếu mục, sai mẫu, hoặc có mục ghi hai lần; hãy lấy lại biên nhận từ kho lưu trữ.",
    "Something is missing in it, malformed, or there twice; get the receipt from the archive again.",
);
pub(super) const KIND: Entry = entry(
    "Biên nhận thuộc loại không nói về tệp nào",
    "The receipt is of a kind that says nothing of a file",
    "Hãy dùng biên nhận của đúng tệp này; loại mới hơn cần bản chương trình mới hơn.",
    "Take the receipt of this very file; a newer kind needs a newer version of the program.",
);
pub(super) const OTHER_FILE: Entry = entry(
    "Biên nhận này là của một tệp khác",
    "The receipt is another file's",
    "Tệp đang xem không giống từng byte với tệp đã lưu trữ: chọn nhầm biên nhận, nhầm phiên bản, hoặc tệp đã bị thay đổi.",
    "This file isn't, byte for byte, what was archived: it's another receipt's, another version, or it was changed.",
);
pub(super) const CHECKPOINT: Entry = entry(
    "Không đọc được điểm chốt của nhật ký trong biên nhận",
    "The log's checkpoint in the receipt can't be read",
    "Hãy lấy lại biên nhận từ kho lưu trữ.",
    "Get the receipt from the archive again.",
);
pub(super) const NOT_IN_LOG: Entry = entry(
    "Biên nhận không chứng minh được rằng tệp có trong nhật ký",
    "The receipt doesn't show that the file is in the log",
    "Đường dẫn từ bản ghi không dẫn đến gốc đã ký: biên nhận đã bị thay đổi, hoặc bản ghi chưa từng có trong nhật ký này.",
    "Its path doesn't lead from the record to the signed root: it was changed, or the record was never in this log.",
);
pub(super) const SIGNATURE: Entry = entry(
    "Chữ ký trên biên nhận không đúng",
    "A signature on the receipt doesn't hold",
    "Biên nhận đã bị thay đổi hoặc giả mạo; đừng tin biên nhận này.",
    "The receipt was changed or forged; don't trust it.",
);
pub(super) const UNKNOWN_LOG: Entry = entry(
    "Biên nhận không do nhật ký được tin cậy ký",
    "No log that is trusted has signed the receipt",
    "Hãy kiểm tra khóa công khai của nhật ký với cơ quan quản lý kho lưu trữ; khóa đó phải lấy từ nguồn khác với biên nhận.",
    "Check the log's public key with whoever runs the archive; the key has to come by another way than the receipt.",
);
pub(super) const ORIGIN: Entry = entry(
    "Biên nhận là của một nhật ký có tên khác",
    "The receipt is of a log of another name",
    "Khóa được tin cậy cho một nhật ký không có giá trị cho nhật ký khác.",
    "A key that is trusted for one log isn't trusted for another one.",
);
pub(super) const WITNESSES: Entry = entry(
    "Chưa đủ nhân chứng đã ký xác nhận nhật ký",
    "Too few witnesses have signed the log's checkpoint",
    "Hãy lấy lại biên nhận khi nhân chứng đã ký, hoặc xem lại danh sách nhân chứng được tin cậy.",
    "Get the receipt again once the witnesses have signed, or look at which witnesses are trusted.",
);
