//! What is told of a paper when it's taken in: what its pages don't show, and how large they are.

use crate::{Entry, entry};

pub(super) const PAPER_FITTED: Entry = entry(
    "Trang quá lớn (ảnh điện thoại không ghi kích thước thật) nên được thu về A4",
    "The page was too large (a phone's picture without its real size), and is scaled to A4",
    "Nội dung trang giữ nguyên; tệp gốc vẫn nằm nguyên vẹn bên trong.",
    "What the page shows is the same; the original file is still inside, byte for byte.",
);
pub(super) const PAPER_LARGE_PAGE: Entry = entry(
    "Trang lớn hơn A4",
    "The page is larger than A4",
    "Khi in ra A4, hình chữ ký, con dấu trên trang này nhỏ đi theo; nên chuyển trang về A4 trước khi ký.",
    "Printed on A4, pictures of signatures and seals on it get smaller too; bring the page to A4 before it's signed.",
);
pub(super) const PAPER_OTHER_SIZE: Entry = entry(
    "Trang không phải khổ A4",
    "The page isn't A4",
    "Trang giữ khổ như khi nhận; khi in ra A4 sẽ có phần trống hoặc bị thu nhỏ. Cần đúng A4 thì quét lại giấy tờ ở khổ A4.",
    "It keeps the size that it came with; printed on A4 it leaves a part blank, or gets smaller. Where it has to be A4, scan the paper \
     again in that size.",
);
pub(super) const PAPER_EMPTY_FIELD: Entry = entry(
    "Giấy tờ có sẵn ô chữ ký số chưa ai ký",
    "The paper has a signature field of its own in which nobody has signed",
    "Sau khi đóng dấu sẽ không ký vào đó được nữa. Nếu người yêu cầu còn phải ký số: để họ ký và nộp lại trước.",
    "Nobody can sign there once the result is sealed. Where the requester still has to sign, have the paper signed and \
     handed in again first.",
);
pub(super) const PAPER_REQUIRED_FIELD: Entry = entry(
    "Biểu mẫu của giấy tờ còn trường bắt buộc chưa điền",
    "The paper's own form requires fields that are empty",
    "Điền sau khi ký thì người ký không ký phần đó, và sau khi đóng dấu thì không điền được nữa: hãy hỏi người yêu cầu và để họ \
     điền vào bản chưa ký trước.",
    "What is filled in after a signature, its signer didn't sign, and once it's sealed nobody can: ask the requester, and have \
     them filled in before anybody signs.",
);
pub(super) const PAPER_PORTFOLIO: Entry = entry(
    "Tệp là danh mục PDF (portfolio): phần mềm xem hiện danh sách tệp thay cho trang",
    "The file is a PDF portfolio: viewers show a list of files in place of its pages",
    "Chữ ký chỉ hiện trên trang bìa; nên lấy từng tệp bên trong ra để ký.",
    "A signature is seen on the cover page alone; take the files out, and sign them one by one.",
);
pub(super) const PAPER_XFA: Entry = entry(
    "Tài liệu là biểu mẫu XFA: có phần mềm xem sẽ vẽ lại các trang",
    "The document is an XFA form, whose pages some viewers draw anew",
    "Hình chữ ký có thể không hiện ở đó; nên in ra PDF thường rồi ký.",
    "The signature's picture may not be seen there; better print it to a plain PDF first.",
);
pub(super) const PAPER_ATTACHMENTS: Entry = entry(
    "Trong tệp có tệp đính kèm, không hiện trên trang nào",
    "The file has attachments, which no page shows",
    "Chữ ký số và con dấu bao trùm cả các tệp đó: hãy mở ra xem, hoặc in ra PDF thường nếu không cần chúng.",
    "Signature and seal cover them too: open and look at them, or print to a plain PDF where they aren't needed.",
);
pub(super) const PAPER_SCRIPT: Entry = entry(
    "Trong tệp có lệnh tự chạy khi mở, in hoặc lưu",
    "Something in the file runs when it's opened, printed or saved",
    "Lệnh đó có thể đổi những gì người xem thấy; nên in ra PDF thường trước.",
    "It may change what people see; better print it to a plain PDF first.",
);
