//! The rules by which the library refuses to sign or seal: nothing was written.

use super::{Entry, Hint, entry};

pub(super) const SEAL_NO_LEADER_SIGNATURE: Entry = entry(
    "Từ chối đóng dấu: văn bản chưa có chữ ký hợp lệ của người có thẩm quyền",
    "Refused to seal: no valid leader's signature lies under it",
    "Ký trước, đóng dấu sau (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).{}",
    "First the signature, then the seal (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).{}",
)
.hints(&[Hint::SealOwnDocument]);
pub(super) const SEAL_NO_TRUST: Entry = entry("Từ chối đóng dấu: chưa cho biết tin ai (không có chứng thư gốc tin cậy, không có danh sách chứng thư số của cơ quan), nên không phân biệt được chữ ký của người có thẩm quyền với chữ ký tự tạo của bất kỳ ai",
"Refused to seal: nobody is trusted (no root certificate, no roster), so a leader's signature can't be told from one that anybody made",
"Hãy cho chứng thư gốc{} hoặc danh sách chứng thư số của cơ quan{}.{}",
"Give the root certificate{} or the agency's roster{}.{}")
.hints(&[Hint::Trust, Hint::Roster, Hint::SealAnyway]);
pub(super) const SEAL_STRANGER: Entry = entry("Từ chối đóng dấu: trong tệp có chữ ký không đạt khi kiểm tra, hoặc chứng thư số không dẫn tới chứng thư gốc tin cậy nào và không có trong danh sách chứng thư số của cơ quan",
"Refused to seal: a signature in the file doesn't hold, or leads to no trusted root and stands in no roster",
"Con dấu bảo đảm cho cả chữ ký đó. Hãy cho chứng thư gốc của người ký{} nếu tin người đó{}.",
"The seal vouches for that signature too. Give its root certificate{} where its signer is to be trusted{}.")
.hints(&[Hint::Trust, Hint::SealOverStranger]);
pub(super) const SEAL_EMPTY_FIELD: Entry = entry(
    "Từ chối đóng dấu: còn chỗ ký mà thể thức của kết quả đòi hỏi, chưa có ai ký",
    "Refused to seal: a signature that the result's form demands is still missing",
    "Con dấu khóa văn bản, sau đó không ai ký được nữa: hãy để người đó ký vào trường của mình rồi mới ký chứng thực và \
     đóng dấu.",
    "The seal ends the document, and nobody can sign after it: let that person sign in the field first, then whoever \
     certifies, then seal.",
);
pub(super) const SEAL_FILLED_IN: Entry = entry(
    "Từ chối đóng dấu: có phần được thêm vào văn bản sau khi đã có người ký",
    "Refused to seal: the document was added to after somebody had signed",
    "Con dấu xác nhận cả phần thêm đó. Hãy dùng bản trước khi điền thêm; hoặc điền xong rồi mới để mọi người ký lại từ đầu.",
    "The seal would vouch for that too. Take the copy from before; or fill in first, and have everybody sign anew.",
);
pub(super) const SEAL_NO_WITNESS: Entry = entry(
    "Từ chối đóng dấu: chưa kiểm tra rằng dưới con dấu có chữ ký hợp lệ của người có thẩm quyền",
    "Refused to seal: it wasn't checked that a valid leader's signature lies under the seal",
    "Con dấu chỉ được đóng bằng chức năng đóng dấu{}, không bằng chức năng ký.",
    "A seal is made by sealing{}, not by signing.",
)
.hints(&[Hint::Sealing]);
pub(super) const SEAL_FLAWED_FILE: Entry = entry(
    "Từ chối đóng dấu: trong tệp có chữ ký không đọc được hoặc chưa hoàn tất",
    "Refused to seal: a signature in the file can't be read, or was never finished",
    "Con dấu không làm tệp đó thành hợp lệ; hãy lấy lại tệp gốc{}.",
    "A seal wouldn't make it valid; get the original file{}.",
)
.hints(&[Hint::WhereWrong]);
pub(super) const SIGN_FLAWED_FILE: Entry = entry(
    "Từ chối ký: trong tệp có chữ ký không đọc được hoặc chưa hoàn tất",
    "Refused to sign: a signature in the file can't be read, or was never finished",
    "Chữ ký mới không làm tệp đó thành hợp lệ. Hãy lấy lại tệp gốc; nếu chưa ai ký, hãy in thành tệp PDF mới rồi ký.",
    "A new signature wouldn't make it valid. Get the original file; where nobody has signed, print it to a new PDF first.",
);
pub(super) const SIGN_ANNOTATIONS_OVERLAP: Entry = entry(
    "Từ chối ký: trên nhiều trang có chú thích, biểu mẫu hoặc liên kết chồng lên nhau, mỗi phần mềm có thể hiển thị một khác",
    "Refused to sign: on many pages annotations lie over one another, and programs may show them differently",
    "Hãy in thành tệp PDF mới (không kèm chú thích, liên kết) rồi ký.",
    "Print it to a new PDF without annotations and links first.",
);
pub(super) const SIGN_WOULD_NOT_VERIFY: Entry = entry(
    "Từ chối ký: do cấu trúc của tệp, chữ ký sẽ không bao giờ được xác nhận là hợp lệ",
    "Refused to sign: by the file's structure, the signature would never verify as valid",
    "Hãy lấy lại tệp gốc, hoặc in thành tệp PDF mới rồi ký.",
    "Get the original file, or print it to a new PDF first.",
);
pub(super) const SIGN_CHANGED_MEANWHILE: Entry = entry(
    "Từ chối ghi: chữ ký không khớp với tệp vừa ghi, có lẽ tệp đã bị thay đổi trong khi ký",
    "Not written: the signature doesn't hold over the written file, which may have changed while it was signed",
    "Hãy đóng các phần mềm đang ghi vào tệp rồi ký lại.",
    "Close what writes into the file, and sign again.",
);
pub(super) const PAGE_REPEATED: Entry = entry(
    "Từ chối ký: trang được chọn là một đối tượng dùng cho nhiều trang, nên chữ ký sẽ hiện trên tất cả các trang đó",
    "Refused to sign: the page is one object that the document shows several times, so the signature would be seen on all of them",
    "Hãy chọn trang khác, hoặc in thành tệp PDF mới.",
    "Choose another page, or print it to a new PDF first.",
);
pub(super) const DOCUMENT_KEY_TWICE: Entry = entry(
    "Từ chối: trong tệp có khóa ghi hai lần với hai giá trị, các phần mềm sẽ đọc khác nhau",
    "Refused: a key of the file stands there twice with two values, and programs differ in which they take",
    "Hãy in thành tệp PDF mới.",
    "Print it to a new PDF first.",
);
pub(super) const SEAL_NOT_IN_ROSTER: Entry = entry(
    "Từ chối đóng dấu: danh sách của cơ quan không ghi chứng thư số này giữ con dấu vào lúc này",
    "Refused to seal: the roster doesn't name this certificate for the seal at this time",
    "Hãy dùng khóa con dấu của cơ quan, hoặc cập nhật danh sách{}.",
    "Use the agency's sealing key, or bring the roster up to date{}.",
)
.hints(&[Hint::Roster]);
pub(super) const SIGN_NOT_IN_ROSTER: Entry = entry(
    "Từ chối ký: danh sách của cơ quan không ghi chứng thư số này là của người có thẩm quyền vào lúc này",
    "Refused to sign: the roster doesn't name this certificate as a leader's at this time",
    "Hãy dùng chứng thư số của người có thẩm quyền, hoặc cập nhật danh sách{}.",
    "Use the leader's certificate, or bring the roster up to date{}.",
)
.hints(&[Hint::Roster]);
pub(super) const SIGN_COPY_BY_PERSON: Entry = entry(
    "Từ chối ký: bản sao, phụ lục điện tử mang chữ ký số của cơ quan (Nghị định 30/2020/NĐ-CP, Phụ lục I), mà đây là chứng thư \
     số của cá nhân",
    "Refused to sign: copies and attachments bear the agency's signature (Nghị định 30/2020/NĐ-CP, Phụ lục I), and this \
     certificate is a person's",
    "Hãy dùng khóa của cơ quan, hoặc ghi chứng thư số này vào danh sách với vai trò copy{}.",
    "Use the agency's key, or enter this certificate in the roster with the role copy{}.",
)
.hints(&[Hint::Roster]);
pub(super) const SEAL_PERSON_CERTIFICATE: Entry = entry(
    "Từ chối đóng dấu: đây là chứng thư số của cá nhân, không phải của cơ quan",
    "Refused to seal: this is a person's certificate, not the agency's",
    "Hãy dùng khóa con dấu của cơ quan, hoặc danh sách có ghi chứng thư số này giữ con dấu{}.",
    "Use the agency's sealing key, or a roster that names this certificate for the seal{}.",
)
.hints(&[Hint::Roster]);
pub(super) const CERTIFICATE_EXPIRED: Entry = entry(
    "Từ chối ký: chứng thư số đã hết hạn sử dụng",
    "Refused to sign: the certificate has expired",
    "Hãy dùng chứng thư số còn hạn (Thông tư 15/2025/TT-BKHCN, Điều 5).",
    "Use one that is in its time (Thông tư 15/2025/TT-BKHCN, Điều 5).",
);
pub(super) const CERTIFICATE_NOT_YET_VALID: Entry = entry(
    "Từ chối ký: chứng thư số chưa có hiệu lực",
    "Refused to sign: the certificate isn't valid yet",
    "Hãy kiểm tra ngày giờ của máy, hoặc đợi đến ngày chứng thư số có hiệu lực.",
    "Check the clock, or wait until it comes into force.",
);
pub(super) const CERTIFICATE_KEY_USAGE: Entry = entry(
    "Từ chối ký: chứng thư số không được cấp để ký",
    "Refused to sign: the certificate wasn't issued for signing",
    "Mục đích sử dụng khóa phải có digitalSignature hoặc nonRepudiation.",
    "Its key usage must hold digitalSignature or nonRepudiation.",
);
pub(super) const KEY_TOO_WEAK: Entry = entry(
    "Từ chối ký: khóa quá ngắn",
    "Refused to sign: the key is too short",
    "Cần RSA từ 2048 bit hoặc ECDSA từ 256 bit (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
    "RSA needs 2048 bits, ECDSA 256 (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
);
pub(super) const DOCUMENT_CUT_OFF: Entry = entry(
    "Từ chối ký: tệp bị cắt cụt, thiếu phần cuối",
    "Refused to sign: the file is cut off, its end is missing",
    "Hãy lấy lại tệp đầy đủ.",
    "Get the whole file again.",
);
pub(super) const DOCUMENT_UNFINISHED_UPDATE: Entry = entry(
    "Từ chối ký: lần lưu cuối cùng của tệp bị dở dang, nội dung mới nhất có thể không hiển thị",
    "Refused to sign: the file's last saving broke off, and what was saved last may not be shown",
    "Hãy mở tệp bằng phần mềm đã tạo ra nó, xem lại nội dung rồi lưu thành tệp mới (Save as), hoặc lấy lại tệp đầy đủ.",
    "Open it with the program that made it, look it over and save it as a new file, or get the whole file again.",
);
pub(super) const DOCUMENT_WRONG_ROW: Entry = entry(
    "Từ chối: bảng tham chiếu của tệp bị sai, phần mềm khác có thể hiển thị khác hoặc không mở được",
    "Refused: the file's cross-reference is wrong, and other readers may show something else or nothing",
    "Hãy mở tệp bằng phần mềm đã tạo ra nó, xem lại nội dung rồi lưu thành tệp mới (Save as), hoặc in ra PDF.",
    "Open it with the program that made it, look it over and save it as a new file, or print it to PDF.",
);
pub(super) const DOCUMENT_PAGE_TREE: Entry = entry(
    "Từ chối: danh mục trang của tệp bị sai, mỗi phần mềm có thể hiển thị các trang khác nhau",
    "Refused: the file's page tree is wrong, and programs may show different pages",
    "Hãy mở tệp bằng phần mềm đã tạo ra nó, xem lại nội dung rồi lưu thành tệp mới (Save as), hoặc in ra PDF.",
    "Open it with the program that made it, look it over and save it as a new file, or print it to PDF.",
);
pub(super) const DOCUMENT_UNLISTED_OBJECTS: Entry = entry(
    "Từ chối: tệp có nội dung mà bảng tham chiếu của nó không kể đến, phần mềm khác có thể hiển thị khác",
    "Refused: the file holds objects that its cross-reference doesn't list, and other readers may show those",
    "Hãy mở tệp bằng phần mềm đã tạo ra nó, xem lại nội dung rồi lưu thành tệp mới (Save as), hoặc in ra PDF.",
    "Open it with the program that made it, look it over and save it as a new file, or print it to PDF.",
);
pub(super) const DOCUMENT_ENCRYPTED: Entry = entry(
    "Từ chối: tệp được mã hóa theo cách không mở được bằng mật khẩu",
    "Refused: the file is encrypted in a way that no password opens",
    "Hãy xin người gửi một tệp không mã hóa, hoặc chỉ đặt mật khẩu.",
    "Ask its sender for a file that isn't encrypted, or only has a password.",
);
pub(super) const DOCUMENT_PASSWORD: Entry = entry(
    "Từ chối: tệp có mật khẩu, và chưa mở được",
    "Refused: the file has a password, and isn't open",
    "Hãy cho đúng mật khẩu của tệp{}.",
    "Give the file's right password{}.",
)
.hints(&[Hint::Password]);
pub(super) const DOCUMENT_PERMISSIONS: Entry = entry(
    "Từ chối: quyền hạn của tệp không cho phép việc này",
    "Refused: the file's permissions don't allow this",
    "Hãy mở tệp bằng mật khẩu của chủ tệp (owner password).",
    "Open it with its owner password.",
);
pub(super) const DOCUMENT_LOCKED: Entry = entry(
    "Từ chối ký: một chữ ký trước đã khóa tài liệu, không cho ký thêm",
    "Refused to sign: an earlier signature locked the document",
    "Tài liệu đã hoàn tất; nếu nội dung sai, hãy lập văn bản mới.",
    "The document is finished; where it's wrong, make a new one.",
);
pub(super) const DOCUMENT_TOO_LARGE: Entry = entry(
    "Từ chối ký: tệp quá lớn so với định dạng của nó",
    "Refused to sign: the file is too large for its format",
    "Giới hạn là 10^10 byte.",
    "The limit is 10^10 bytes.",
);
pub(super) const DOCUMENT_XFA: Entry = entry(
    "Từ chối ký: tài liệu là biểu mẫu XFA động, trang không nằm trong tệp",
    "Refused to sign: the document is a dynamic XFA form, whose pages aren't in the file",
    "Hãy in ra PDF thường rồi ký.",
    "Print it to a plain PDF first.",
);
pub(super) const DOCUMENT_PORTFOLIO: Entry = entry(
    "Không nhận: tệp là danh mục PDF (portfolio), phần mềm xem hiện danh sách tệp thay cho trang",
    "Refused: the file is a PDF portfolio, of which viewers show a list of files in place of the pages",
    "Hãy mở danh mục, lưu riêng giấy tờ cần làm thành một tệp PDF, rồi dùng tệp đó.",
    "Open it, save the paper that is meant as a PDF of its own, and take that file.",
);
pub(super) const PAGE_TOO_LARGE: Entry = entry(
    "Trang cuối lớn hơn A4: in ra A4 thì lời chứng và con dấu sẽ nhỏ hơn quy định",
    "The last page is larger than A4: printed on A4, statement and seal would be smaller than the law has them",
    "Hãy đặt lời chứng ở trang mới{}, hoặc in giấy tờ ra PDF khổ A4 trước.",
    "Put the statement on a new page{}, or print the paper to a PDF of A4 pages first.",
)
.hints(&[Hint::NewPage]);
pub(super) const STATEMENT_DRAFT: Entry = entry(
    "Không dùng mẫu lời chứng bản nháp khi chưa được phép",
    "A draft template needs permission",
    "Hãy đối chiếu mẫu với văn bản luật, hoặc cho phép rõ ràng.",
    "Compare the template with the law's text, or allow drafts explicitly.",
);
pub(super) const STATEMENT_ROOM: Entry = entry(
    "Trang cuối không đủ chỗ trống cho lời chứng",
    "The last page has too little room for the statement",
    "Hãy đặt lời chứng ở trang mới{}.",
    "Put the statement on a new page{}.",
)
.hints(&[Hint::NewPage]);
pub(super) const STATEMENT_NUMBER: Entry = entry(
    "Số chứng thực không hợp với ngày chứng thực",
    "The number doesn't fit the day of the certification",
    "Số thứ tự bắt đầu từ 01 mỗi năm; hãy lấy số trong sổ của năm đó.",
    "Ordinals begin with 01 each year: take one from that year's register.",
);
pub(super) const STATEMENT_MISSING: Entry = entry(
    "Lời chứng không được để trống",
    "A statement has no blanks",
    "Hãy bổ sung yêu cầu rồi soạn lại.",
    "Complete the request, and make the statement again.",
);
pub(super) const PAGE_UNREADABLE: Entry = entry(
    "Từ chối: có phần của trang không đọc được nên không thể coi là trống, sao lại hay đặt gì lên",
    "Refused: part of the page can't be read, so it's neither blank nor can it be copied, and nothing is put onto it",
    "Hãy mở tệp bằng phần mềm hiển thị đúng trang đó rồi in lại ra PDF.",
    "Open the file with a program that shows the page as it should be, and print it to PDF anew.",
);
pub(super) const PAGE_LOSES_ANNOTATION: Entry = entry(
    "Từ chối trích: trên trang có chú thích hoặc ô biểu mẫu mà mỗi phần mềm xem tự vẽ hoặc không cùng hiển thị, nên bản trích không giữ được đúng hình đó",
    "Refused to extract: the page shows an annotation or a form field that viewers draw by themselves, or don't all show, so the extract wouldn't show the same",
    "Hãy in tài liệu ra PDF thường, xem lại rồi trích từ tệp đó.",
    "Print the document to a plain PDF first, look it over, and extract from that.",
);
pub(super) const APPEND_SIGNED: Entry = entry(
    "Từ chối thêm nội dung: tài liệu đã được ký",
    "Refused to add to the pages: the document is signed",
    "Trang lời chứng, mã QR phải được thêm trước khi ký; hãy dùng bản chưa ký.",
    "Pages and QR symbols come before the first signature; take the file as it was before it was signed.",
);
pub(super) const APPEND_XFA: Entry = entry(
    "Từ chối thêm nội dung: tài liệu là biểu mẫu XFA, phần mềm xem sẽ vẽ lại các trang",
    "Refused to add to the pages: the document is an XFA form, whose pages viewers draw anew",
    "Hãy in ra PDF thường trước.",
    "Print it to a plain PDF first.",
);
pub(super) const CERTIFY_NOT_FIRST: Entry = entry(
    "Từ chối ký: chữ ký chứng nhận{} phải là chữ ký đầu tiên",
    "Refused to sign: a certification signature{} must be the first",
    "Tài liệu đã có chữ ký; hãy ký không có {}.",
    "The document is signed already; sign without {}.",
)
.hints(&[Hint::Certification, Hint::WithoutCertification]);
pub(super) const FIELD_LOCKED: Entry = entry(
    "Từ chối: một chữ ký trước đã khóa trường này",
    "Refused: an earlier signature locked this field",
    "Hãy chọn trường khác.",
    "Choose another field.",
);
pub(super) const FIELD_SIGNED: Entry = entry(
    "Từ chối ký: trường này đã được ký",
    "Refused to sign: this field is signed already",
    "Hãy chọn trường khác, hoặc bỏ {} để tạo trường mới.",
    "Choose another, or leave {} out to have one made.",
)
.hints(&[Hint::WithoutField]);
pub(super) const FIELD_NOT_SEEN: Entry = entry(
    "Từ chối ký: hình đặt trong trường này sẽ không hiện đủ đúng một lần, cả trên màn hình lẫn khi in",
    "Refused to sign: a picture in this field wouldn't be seen once and whole, on screen and in print",
    "Hãy bỏ {} và cho chỗ đặt{} để tạo trường mới, hoặc ký không có hình.",
    "Leave {} out and give a place{} to have a new one made, or sign without a picture.",
)
.hints(&[Hint::WithoutField, Hint::Place]);
pub(super) const FIELD_SEED_VALUE: Entry = entry(
    "Từ chối ký: biểu mẫu đặt điều kiện cho chữ ký trong trường này mà chữ ký sắp tạo không đáp ứng",
    "Refused to sign: the form sets a condition for the signature in this field, which this one wouldn't keep",
    "Hãy ký đúng điều kiện đó, hoặc bỏ {} để ký trong trường mới.",
    "Sign as it wants, or leave {} out to have a new field made.",
)
.hints(&[Hint::WithoutField]);
pub(super) const FORM_NEED_APPEARANCES: Entry = entry(
    "Từ chối ký: biểu mẫu yêu cầu phần mềm xem tự vẽ các trường (NeedAppearances) nên chữ ký sẽ không hiển thị, mà bỏ yêu cầu đó thì nội dung của biểu mẫu thay đổi",
    "Refused to sign: viewers are told to draw the form's fields themselves (NeedAppearances), which hides signatures, and without that the form would show something else",
    "Hãy in ra PDF thường rồi ký, hoặc ký không có hình.",
    "Print it to a plain PDF first, or sign without a picture.",
);
pub(super) const EXTEND_BROKEN: Entry = entry(
    "Từ chối bổ sung bằng chứng: trong tệp có chữ ký không toàn vẹn, hoặc đã bị sửa sau khi ký",
    "Refused to extend: a signature in the file doesn't hold, or was followed by changes that it doesn't allow",
    "Bằng chứng không làm chữ ký đó thành hợp lệ; hãy lấy lại tệp gốc{}.",
    "No evidence makes it valid; get the original file{}.",
)
.hints(&[Hint::WhereWrong]);
pub(super) const EXTEND_NO_SIGNATURE: Entry = entry(
    "Từ chối bổ sung bằng chứng: tài liệu chưa có chữ ký nào",
    "Refused to extend: the document has no signature",
    "Hãy ký trước.",
    "Sign it first.",
);
pub(super) const EXTEND_NO_PATH: Entry = entry(
    "Từ chối: chứng thư số không dẫn tới chứng thư tin cậy nào",
    "Refused: a certificate leads to no trusted one",
    "Hãy thêm chứng thư gốc của tổ chức cấp (chữ ký hoặc dấu thời gian) vào danh sách tin cậy{}.",
    "Add the root certificate of its issuer (the signer's or the time-stamping authority's) to those trusted{}.",
)
.hints(&[Hint::Trust]);
pub(super) const EXTEND_REVOKED: Entry = entry(
    "Từ chối: chứng thư số đã bị thu hồi hoặc tạm dừng khi được dùng để ký",
    "Refused: a certificate was revoked or on hold when it was used",
    "Hãy hỏi tổ chức cấp chứng thư; chữ ký cần được tạo lại bằng chứng thư còn hiệu lực.",
    "Ask its issuer; the signature has to be made anew with a certificate that is valid.",
);
pub(super) const EXTEND_EXPIRED: Entry = entry(
    "Từ chối: chứng thư số đã hết hạn, và tổ chức cấp không còn cho biết nó có bị thu hồi hay không",
    "Refused: a certificate has expired, and its issuer no longer tells whether it was revoked",
    "Bằng chứng phải được lấy khi chứng thư còn hạn; nếu còn CRL hoặc câu trả lời OCSP từ khi đó, hãy dùng tệp có chúng.",
    "Evidence has to be got while the certificate is in force; if a CRL or an OCSP answer from then is left, use a file that holds it.",
);
pub(super) const EXTEND_NOT_ATTAINED: Entry = entry(
    "Từ chối: chữ ký không đạt mức đã yêu cầu theo chính quy tắc và các chứng thư tin cậy đã cho",
    "Refused: the signature wouldn't hold at the level that was asked for, by the same policy and trusted certificates",
    "Chưa có gì được ghi;{} mức thấp hơn{} có thể vẫn đạt.",
    "Nothing was written;{} a lower level{} may be reached.",
)
.hints(&[Hint::VerifyMore, Hint::Level]);
pub(super) const RENEW_NOTHING: Entry = entry(
    "Từ chối gia hạn: tài liệu chưa có dấu thời gian của tài liệu",
    "Refused to renew: the document has no document time-stamp",
    "{}",
    "{}",
)
.hints(&[Hint::ExtendFirst]);
