//! The form of a signature, in the PDF and as CMS.

use crate::{Entry, entry};

// Format: the place in the PDF.
pub(super) const BYTE_RANGE_MISSING: Entry = entry(
    "Chữ ký không cho biết nó bảo vệ phần nào của tệp (thiếu /ByteRange)",
    "The signature doesn't say which bytes it protects (no /ByteRange)",
    "Không thể tin chữ ký này; hãy lấy lại tệp gốc.",
    "It can't be trusted; get the original file again.",
);
pub(super) const BYTE_RANGE_SHAPE: Entry = entry(
    "Vùng được ký (/ByteRange) không phải bốn số nguyên không âm",
    "The signed range (/ByteRange) isn't four numbers, none negative",
    "Không thể tin chữ ký này; hãy lấy lại tệp gốc.",
    "It can't be trusted; get the original file again.",
);
pub(super) const BYTE_RANGE_OVERLAP: Entry = entry(
    "Hai phần của vùng được ký chồng lên nhau hoặc sai thứ tự",
    "The two parts of the signed range overlap or are out of order",
    "Đây là dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
    "That is a sign of tampering; don't use this file.",
);
pub(super) const BYTE_RANGE_GAP: Entry = entry(
    "Chỗ trống trong vùng được ký không khớp đúng với chữ ký",
    "The gap in the signed range isn't exactly the signature's own place",
    "Nội dung không được ký có thể nằm ở đó; không dùng tệp này.",
    "Content that nobody signed may lie there; don't use this file.",
);
pub(super) const SIGNATURE_MOVED: Entry = entry(
    "Chữ ký được chép sang một đối tượng khác với đối tượng đã ký",
    "The signature was copied into another object than the one that was signed",
    "Đây là dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
    "That is a sign of tampering; don't use this file.",
);
pub(super) const BYTE_RANGE_START: Entry = entry(
    "Vùng được ký không bắt đầu từ đầu tệp",
    "The signed range doesn't start where the file starts",
    "Phần đầu tệp không được bảo vệ; không dùng tệp này.",
    "The beginning isn't protected; don't use this file.",
);
pub(super) const BYTE_RANGE_END: Entry = entry(
    "Vùng được ký không kết thúc ở cuối một phiên bản của tệp",
    "The signed range doesn't end where a revision of the file ends",
    "Phần cuối của phiên bản được ký không được bảo vệ; không dùng tệp này.",
    "The end of what was signed isn't protected; don't use this file.",
);
pub(super) const BYTE_RANGE_BEYOND: Entry = entry(
    "Vùng được ký vượt ra ngoài tệp hoặc rỗng",
    "The signed range reaches beyond the file or is empty",
    "Tệp có thể bị cắt cụt khi truyền; hãy lấy lại tệp gốc.",
    "The file may have been cut off on its way; get the original again.",
);
pub(super) const CONTENTS_MISSING: Entry = entry(
    "Trường được ghi là đã ký nhưng không có chữ ký nào trong đó (thiếu /Contents)",
    "A field says that it's signed, but there is no signature in it (no /Contents)",
    "Không ai ký ở đây: đây có thể là chữ ký giả; hãy lấy lại tệp gốc từ nơi gửi.",
    "Nobody signed there, and it may be a forgery; get the original file from the sender.",
);
pub(super) const SIGNATURE_UNFINISHED: Entry = entry(
    "Chỗ dành cho chữ ký còn trống: việc ký chưa hoàn tất",
    "The place made for a signature is still empty: signing wasn't finished",
    "Tệp này chưa được ký ở trường đó; hãy ký lại, hoặc hỏi nơi gửi lấy tệp đã ký xong.",
    "The file isn't signed there; sign it again, or ask the sender for the finished file.",
);
pub(super) const SIGNATURE_UNREADABLE: Entry = entry(
    "Có dữ liệu mang danh chữ ký nhưng không giải mã được, nên không phải là chữ ký",
    "What stands in place of a signature can't be decoded, so it's no signature",
    "Chữ ký bị hỏng, bị cắt cụt hoặc là giả; hãy lấy lại tệp gốc từ nơi gửi, hoặc ký lại.",
    "It is damaged, cut short or forged; get the original file from the sender, or sign again.",
);
pub(super) const CONTENTS_AMBIGUOUS: Entry = entry(
    "Chữ ký ghi /Contents hoặc /ByteRange nhiều lần",
    "The signature has /Contents or /ByteRange more than once",
    "Các phần mềm có thể hiểu khác nhau: dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
    "Software may read it in different ways, a sign of tampering; don't use this file.",
);
pub(super) const CONTENTS_COMPRESSED: Entry = entry(
    "Chữ ký nằm trong một luồng nén nên không thể được bảo vệ đúng cách",
    "The signature lies in a compressed object stream, where no byte range can spare it",
    "Không thể tin chữ ký này; hãy ký lại tài liệu.",
    "It can't be trusted; sign the document again.",
);
pub(super) const SUBFILTER_UNKNOWN: Entry = entry(
    "Không hỗ trợ kiểu chữ ký này",
    "This kind of signature isn't supported",
    "Không kết luận được; hãy kiểm tra bằng phần mềm đã tạo ra chữ ký.",
    "No conclusion is possible; check it with the software that made it.",
);
pub(super) const SIGNATURES_TOO_MANY: Entry = entry(
    "Tệp có quá nhiều chữ ký để kiểm tra hết",
    "The file has too many signatures to judge them all",
    "Chữ ký này chưa được kiểm tra; hãy hỏi nơi gửi vì sao tệp có nhiều chữ ký như vậy.",
    "This one isn't judged; ask the sender why there are so many.",
);
pub(super) const SIGNATURE_UNREACHED: Entry = entry(
    "Có một chữ ký trong tệp mà không trường chữ ký nào dẫn tới",
    "A signature lies in the file that no signature field leads to",
    "Các phần mềm đọc PDF có thể không hiển thị chữ ký này; hãy hỏi nơi gửi.",
    "PDF readers may not show it; ask the sender.",
);
pub(super) const DOCUMENT_CUT_OFF: Entry = entry(
    "Tệp bị cắt cụt: thiếu phần cuối (%%EOF), chữ ký số nằm trong đó có thể đã mất",
    "The file is cut off: its end (%%EOF) is missing, and signatures may be missing with it",
    "Hãy lấy lại tệp đầy đủ từ nơi gửi.",
    "Get the whole file from the sender.",
);
pub(super) const DOCUMENT_UNFINISHED_UPDATE: Entry = entry(
    "Tệp bị cắt cụt, hoặc lần lưu cuối cùng bị dở dang (từ byte); nội dung hiển thị là của lần lưu trước đó",
    "The file is cut off, or its last saving broke off (from byte); what is shown is what was saved before",
    "Hãy mở tệp bằng phần mềm đã tạo ra nó và lưu lại, hoặc lấy lại tệp đầy đủ từ nơi gửi.",
    "Open it with the program that made it and save it again, or get the whole file from the sender.",
);
pub(super) const XREF_RECOVERED: Entry = entry(
    "Bảng tham chiếu của tệp bị hỏng và đã được dựng lại để đọc",
    "The file's cross-reference table is damaged and was rebuilt for reading",
    "Phần mềm khác có thể hiểu tệp này khác đi; nên lấy lại tệp gốc.",
    "Other software may read the file differently; better get the original again.",
);
// Format: the signature itself.
pub(super) const CMS_UNREADABLE: Entry = entry(
    "Không đọc được dữ liệu chữ ký số (CMS)",
    "The signature data (CMS) can't be read",
    "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
    "It is damaged; get the original file again, or sign again.",
);
pub(super) const CMS_SEVERAL_SIGNERS: Entry = entry(
    "Chữ ký không có đúng một người ký",
    "The signature doesn't have exactly one signer",
    "Chuẩn PAdES chỉ cho phép một; hãy ký lại, mỗi người một trường chữ ký.",
    "PAdES allows one only; sign again, one field a person.",
);
pub(super) const CMS_TRAILING_BYTES: Entry = entry(
    "Sau dữ liệu chữ ký còn có dữ liệu lạ",
    "Bytes that don't belong to it follow the signature data",
    "Chữ ký không bị ảnh hưởng, nhưng phần mềm ký đã làm sai chuẩn.",
    "The signature isn't affected, but the signing software doesn't keep to the standard.",
);
pub(super) const CMS_CONTENT_INSIDE: Entry = entry(
    "Dữ liệu chữ ký mang theo nội dung riêng thay vì bảo vệ tệp",
    "The signature data bring their own content in place of protecting the file",
    "Không thể tin chữ ký này; hãy ký lại tài liệu.",
    "It can't be trusted; sign the document again.",
);
pub(super) const CMS_CONTENT_MISSING: Entry = entry(
    "Dữ liệu chữ ký thiếu mã băm của tài liệu",
    "The signature data lack the document's digest",
    "Không thể kiểm tra; hãy ký lại tài liệu.",
    "It can't be judged; sign the document again.",
);
pub(super) const MESSAGE_DIGEST_MISSING: Entry = entry(
    "Dữ liệu chữ ký thiếu mã băm của tài liệu (message-digest)",
    "The signature data lack the document's digest (message-digest)",
    "Không thể kiểm tra; hãy ký lại tài liệu.",
    "It can't be judged; sign the document again.",
);
pub(super) const ALGORITHM_NOT_AS_SIGNED: Entry = entry(
    "Thuật toán của chữ ký không phải là thuật toán mà người ký đã ký xác nhận",
    "The signature's algorithm isn't the one that the signer has signed",
    "Thuật toán có thể đã bị thay đổi sau khi ký; hãy lấy lại tệp gốc.",
    "It may have been exchanged after signing; get the original file again.",
);
pub(super) const CONTENTS_LITERAL: Entry = entry(
    "Chữ ký được ghi dưới dạng chuỗi ký tự thường, không phải chuỗi thập lục phân",
    "The signature is written as a literal string, not as a hexadecimal one",
    "Chữ ký vẫn được kiểm tra; một số phần mềm không đọc được chữ ký ghi như vậy.",
    "It is judged all the same; some programs don't read it.",
);
pub(super) const SIGNATURE_SEVERAL_FIELDS: Entry = entry(
    "Một chữ ký nằm trong nhiều trường chữ ký",
    "One signature stands in several signature fields",
    "Đây là một lần ký, không phải nhiều lần; đừng tính mỗi trường là một chữ ký.",
    "Somebody signed once, not several times: don't count each field as a signature.",
);
pub(super) const ATTRIBUTE_MALFORMED: Entry = entry(
    "Một thuộc tính của chữ ký sai định dạng",
    "An attribute of the signature is malformed",
    "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
    "It is damaged; get the original file again, or sign again.",
);
pub(super) const CONTENT_TYPE_MISMATCH: Entry = entry(
    "Thuộc tính content-type không đúng với nội dung được ký",
    "The content-type attribute doesn't fit what was signed",
    "Phần mềm ký đã làm sai chuẩn; hãy ký lại.",
    "The signing software doesn't keep to the standard; sign again.",
);
pub(super) const SIGNED_ATTRIBUTES_ORDER: Entry = entry(
    "Các thuộc tính được ký không theo thứ tự DER",
    "The signed attributes aren't in DER order",
    "Chữ ký không bị ảnh hưởng, nhưng phần mềm ký đã làm sai chuẩn.",
    "The signature isn't affected, but the signing software doesn't keep to the standard.",
);
pub(super) const SIGNING_TIME_PRESENT: Entry = entry(
    "Chữ ký PAdES mang thuộc tính signing-time",
    "The PAdES signature carries a signing-time attribute",
    "Chuẩn không cho phép; nội dung được ký không bị ảnh hưởng.",
    "The standard forbids it; what was signed isn't affected.",
);
pub(super) const ESS_MISSING: Entry = entry(
    "Chữ ký không được gắn với chứng thư số của người ký (thiếu thuộc tính signing-certificate)",
    "The signature isn't bound to the signer's certificate (no signing-certificate attribute)",
    "Chứng thư số có thể bị tráo; hãy ký lại bằng phần mềm theo chuẩn PAdES.",
    "The certificate could be exchanged for another; sign again with software that follows PAdES.",
);
pub(super) const ESS_MISMATCH: Entry = entry(
    "Chứng thư số kèm theo không phải là chứng thư số đã dùng để ký",
    "The certificate enclosed isn't the one that the signature names",
    "Chứng thư số đã bị tráo; không dùng tệp này.",
    "It was exchanged for another; don't use this file.",
);
pub(super) const ESS_ISSUER_SERIAL: Entry = entry(
    "Tham chiếu tới chứng thư số ghi sai CA hoặc số sê-ri",
    "The reference to the certificate names another issuer or serial number",
    "Mã băm của chứng thư số vẫn khớp, nên chữ ký không bị ảnh hưởng.",
    "The certificate's digest fits, so the signature isn't affected.",
);
pub(super) const ESS_WEAK_DIGEST: Entry = entry(
    "Tham chiếu tới chứng thư số dùng hàm băm yếu",
    "The reference to the certificate uses a weak digest",
    "Hãy cập nhật phần mềm ký để dùng SHA-256 trở lên.",
    "Have the signing software use SHA-256 or better.",
);
