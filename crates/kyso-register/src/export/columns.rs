//! What stands in the columns, in the words of the law's registers.

use kyso::local_time::VIETNAM;

use super::{day, identity};
use crate::entry::{Entry, How, Person, State};
use crate::event::Unchecked;

/// A person's lines: the name, then the identity paper.
pub(super) fn person(person: &Person, full: bool) -> Vec<String> {
    std::iter::once(person.name.clone()).chain(identity_paper(person, full)).collect()
}

/// "CCCD 001085012345".
pub(super) fn identity_paper(person: &Person, full: bool) -> Option<String> {
    match (&person.id_kind, &person.id_number) {
        (Some(kind), Some(number)) => Some(format!("{kind} {}", identity(number, full))),
        (None, Some(number)) => Some(identity(number, full)),
        _ => None,
    }
}

/// In Vietnamese, as it's shown in a list.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Allotted => "Đã cấp số, chưa hoàn thành",
        State::Rendered => "Đã lập văn bản, chưa hoàn thành",
        State::Issued => "Đã chứng thực",
        State::Void => "Bỏ số",
        State::Cancelled => "Đã hủy bỏ",
    }
}

/// Ghi chú: what the officer noted, and what happened to the number that a reader of the book must know.
pub(super) fn remarks(entry: &Entry) -> Vec<String> {
    let mut remarks = Vec::new();
    if entry.state.is_pending() {
        remarks.push("CHƯA HOÀN THÀNH".to_owned());
    }
    match entry.unchecked() {
        Some(Unchecked::File) => remarks.push("GHI SỔ THEO MÃ BĂM, KHÔNG KIỂM TRA TỆP".to_owned()),
        Some(Unchecked::Trust) => remarks.push("GHI SỔ KHÔNG KIỂM TRA CHỮ KÝ LÀ CỦA AI".to_owned()),
        None => {}
    }
    if let Some((reason, event)) = entry.void() {
        let date = VIETNAM.to_datetime(event.at).date();
        remarks.push(format!("BỎ SỐ ngày {}: {reason} ({})", day(date), event.by));
    }
    if let Some(cancellation) = entry.cancellation() {
        let date = day(cancellation.date);
        remarks.push(format!("ĐÃ HỦY BỎ theo Quyết định số {} ngày {date}", cancellation.decision));
        if let Some(number) = &cancellation.replaced_by {
            remarks.push(format!("Thay bằng số {number}"));
        }
    }
    let replaced = entry.cancellation().and_then(|cancellation| cancellation.replaced_by.as_ref());
    for (how, by) in entry.links() {
        // Said already.
        if how != How::Replaces || replaced != Some(by) {
            remarks.push(format!("{} tại số {by}", linked(how)));
        }
    }
    if let Some(link) = &entry.row.link {
        let does = match link.how {
            How::Replaces => "Thay thế",
            How::Amends => "Sửa đổi, bổ sung, hủy bỏ",
            How::Corrects => "Sửa lỗi sai sót",
        };
        remarks.push(format!("{does} số {}", link.number));
    }
    remarks.extend(entry.row.note.clone());
    remarks
}

fn linked(how: How) -> &'static str {
    match how {
        How::Replaces => "Được thay thế",
        How::Amends => "Được sửa đổi, bổ sung, hủy bỏ",
        How::Corrects => "Được sửa lỗi sai sót",
    }
}
