//! What the operating system says no with, in words: the one list. What it says beyond that stands in brackets, as it says it.

use std::io::{Error, ErrorKind};

use kyso::{Bilingual, both};

/// The system's error in the middle of a sentence, without a capital and without a full stop.
pub fn system(error: &Error) -> Bilingual {
    let Bilingual { vi, en } = match error.kind() {
        ErrorKind::NotFound => both("không có tệp hoặc thư mục này", "no such file or directory"),
        ErrorKind::PermissionDenied => both("không có quyền", "permission denied"),
        ErrorKind::AlreadyExists => both("đã có tệp này", "there is such a file already"),
        ErrorKind::IsADirectory => both("đây là thư mục, không phải tệp", "it's a directory and no file"),
        ErrorKind::NotADirectory => {
            both("một phần của đường dẫn không phải là thư mục", "a part of the path is no directory")
        }
        ErrorKind::DirectoryNotEmpty => both("thư mục không trống", "the directory isn't empty"),
        ErrorKind::InvalidFilename => both(
            "tên tệp quá dài hoặc có ký tự không dùng được; hãy đặt tên khác",
            "the name is too long or can't be used; choose another",
        ),
        ErrorKind::StorageFull => both("hết chỗ trên ổ đĩa", "the disk is full"),
        ErrorKind::QuotaExceeded => {
            both("đã dùng hết phần ổ đĩa dành cho người dùng này", "this user's share of the disk is used up")
        }
        ErrorKind::FileTooLarge => both("tệp quá lớn đối với ổ đĩa này", "the file is too large for this disk"),
        ErrorKind::ReadOnlyFilesystem => both("ổ đĩa chỉ cho đọc", "the disk can only be read"),
        ErrorKind::TooManyLinks => both("tệp có quá nhiều liên kết", "the file has too many links"),
        ErrorKind::CrossesDevices => both("hai tệp ở hai ổ đĩa khác nhau", "the two files are on different disks"),
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => both(
            "chương trình khác đang dùng; hãy đợi rồi chạy lại",
            "another program uses it; wait, and run this again",
        ),
        ErrorKind::StaleNetworkFileHandle => {
            both("ổ đĩa mạng đã thay đổi; hãy mở lại", "the network's disk has changed; open it again")
        }
        ErrorKind::AddrInUse => both("địa chỉ đang được dùng", "the address is in use"),
        ErrorKind::AddrNotAvailable => both("máy này không có địa chỉ đó", "this machine doesn't have that address"),
        ErrorKind::BrokenPipe => both("chương trình nhận đã dừng", "the program that reads it has ended"),
        ErrorKind::OutOfMemory => both("hết bộ nhớ", "there is no memory left"),
        ErrorKind::InvalidData if error.get_ref().is_none() || is_utf8(error) => {
            both("nội dung không phải văn bản UTF-8", "it isn't UTF-8 text")
        }
        _ if error.raw_os_error().is_some() => {
            return Bilingual::new(format!("lỗi của hệ điều hành [{error}]"), error.to_string());
        }
        _ => return Bilingual::new(error.to_string(), error.to_string()),
    };
    Bilingual::new(vi, en)
}

/// Whether the standard library says that bytes are no text.
fn is_utf8(error: &Error) -> bool {
    error.to_string().to_ascii_lowercase().contains("utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_said_in_both_languages() {
        // ENOENT, EPERM, EACCES, EBUSY, EEXIST, EXDEV, ENOTDIR, EISDIR, EFBIG, ENOSPC, EROFS, EMLINK, EPIPE, ENAMETOOLONG and
        // ENOTEMPTY of Linux.
        if cfg!(target_os = "linux") {
            for code in [2, 1, 13, 16, 17, 18, 20, 21, 27, 28, 30, 31, 32, 36, 39] {
                let said = system(&Error::from_raw_os_error(code));
                assert!(!said.vi.contains("os error") && !said.en.contains("os error"), "{code}: {said:?}");
                assert_ne!(said.vi, said.en);
            }
            // One that has no words yet stands in brackets.
            let said = system(&Error::from_raw_os_error(5)).vi;
            assert!(said.starts_with("lỗi của hệ điều hành [") && said.ends_with(']'), "{said}");
        }
        let text = String::from_utf8(vec![0xff]).unwrap_err();
        assert!(system(&Error::new(ErrorKind::InvalidData, text)).vi.contains("UTF-8"));
        assert_eq!(system(&Error::from(ErrorKind::InvalidData)).en, "it isn't UTF-8 text");
    }
}
