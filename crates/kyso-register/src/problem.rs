//! What an audit finds that must not be.

use jiff::Timestamp;
use kyso::Language;
use kyso::local_time::in_vietnam;
use kyso_certification::number::CertificationNumber;
use serde::Serialize;

use crate::entry::EntryId;

/// How a rule of the database differs from what this version makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// It isn't there.
    Missing,
    /// It reads otherwise.
    Changed,
    /// No version makes it.
    Added,
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// SQLite finds the file damaged.
    File {
        /// SQLite's message.
        detail: String,
    },
    /// A table, an index or a trigger isn't as this version makes it: the database doesn't hold to its rules any more.
    Schema {
        /// What it is, as SQLite calls it: `table`, `index`, `trigger`, `view`.
        kind: String,
        /// Its name.
        name: String,
        /// How it differs.
        how: Schema,
    },
    /// Numbers are missing.
    Gap {
        /// Where the next one was expected.
        expected: EntryId,
        /// The ordinal that comes instead.
        found: u32,
    },
    /// An entry has no event, or events that contradict each other.
    Unexplained {
        /// The entry.
        id: EntryId,
    },
    /// An entry isn't what was allotted.
    Altered {
        /// The entry.
        id: EntryId,
    },
    /// An event was altered, put in, or taken out.
    Chain {
        /// The event's number.
        event: i64,
    },
    /// An event speaks of an entry that isn't there, or can't be read.
    Event {
        /// The event's number.
        event: i64,
    },
    /// An event's time lies behind an earlier event's, and nobody answered for the clock.
    Time {
        /// The event's number.
        event: i64,
        /// Its time.
        at: Timestamp,
        /// The latest time before it.
        before: Timestamp,
    },
    /// A book doesn't begin where the one before ends.
    Book {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
        /// The book.
        book: u32,
    },
    /// A number was given out twice, by an earlier version, and neither entry is void or cancelled.
    Twice {
        /// The number.
        number: CertificationNumber,
        /// The codes of the registers that gave it out.
        registers: [String; 2],
    },
    /// A number that was given out has no entry any more, or an entry's number isn't noted as given out.
    Number {
        /// The symbol, or what it's noted as.
        symbol: String,
        /// The year.
        year: i16,
        /// The ordinal.
        ordinal: u32,
    },
    /// A version of the definitions was changed, put in or taken out.
    Definitions {
        /// The version.
        version: u32,
    },
    /// The closing's totals aren't those of its entries.
    Totals {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
    },
}

impl Problem {
    /// The problem for a person.
    pub fn text(&self, language: Language) -> String {
        let place = |id: &EntryId| format!("{} {}/{}", id.register, id.ordinal, id.year);
        match (self, language) {
            (Self::File { detail }, Language::Vietnamese) => {
                format!("tệp dữ liệu bị hỏng [{detail}]; hãy khôi phục từ bản sao lưu")
            }
            (Self::File { detail }, Language::English) => {
                format!("the file is damaged [{detail}]; restore it from a backup")
            }
            (Self::Schema { kind, name, how }, Language::Vietnamese) => {
                let how = match how {
                    Schema::Missing => "đã bị xóa",
                    Schema::Changed => "đã bị sửa",
                    Schema::Added => "do người ngoài thêm vào",
                };
                format!(
                    "cấu trúc cơ sở dữ liệu: {kind} {name} {how}; hãy làm rõ ai đã sửa, và khôi phục từ bản sao lưu"
                )
            }
            (Self::Schema { kind, name, how }, Language::English) => {
                let how = match how {
                    Schema::Missing => "was taken away",
                    Schema::Changed => "was changed",
                    Schema::Added => "was put in from outside",
                };
                format!("the database's schema: {kind} {name} {how}; find out who did so, and restore a backup")
            }
            (Self::Gap { expected, found }, Language::Vietnamese) => {
                format!("thiếu số {}; sau đó là số {found}", place(expected))
            }
            (Self::Gap { expected, found }, Language::English) => {
                format!("number {} is missing; {found} follows", place(expected))
            }
            (Self::Unexplained { id }, Language::Vietnamese) => format!("số {} không có diễn biến hợp lệ", place(id)),
            (Self::Unexplained { id }, Language::English) => format!("number {} isn't explained", place(id)),
            (Self::Altered { id }, Language::Vietnamese) => format!("số {} đã bị sửa sau khi cấp", place(id)),
            (Self::Altered { id }, Language::English) => format!("number {} was altered after allotment", place(id)),
            (Self::Chain { event }, Language::Vietnamese) => {
                format!("sự kiện {event}: chuỗi nhật ký không khớp, có sự kiện bị sửa, thêm hoặc bớt")
            }
            (Self::Chain { event }, Language::English) => {
                format!("event {event}: the chain is broken; an event was altered, put in or taken out")
            }
            (Self::Event { event }, Language::Vietnamese) => format!("sự kiện {event}: nội dung không hợp lệ"),
            (Self::Event { event }, Language::English) => format!("event {event}: its content is wrong"),
            (Self::Time { event, at, before }, Language::Vietnamese) => format!(
                "sự kiện {event}: thời gian {} lùi về trước {} mà không ai xác nhận đồng hồ",
                in_vietnam(*at),
                in_vietnam(*before)
            ),
            (Self::Time { event, at, before }, Language::English) => format!(
                "event {event}: its time, {}, lies behind {}, and nobody answered for the clock",
                in_vietnam(*at),
                in_vietnam(*before)
            ),
            (Self::Book { register, year, book }, Language::Vietnamese) => {
                format!("sổ {register} quyển {book:02}/{year}: không nối tiếp quyển trước")
            }
            (Self::Book { register, year, book }, Language::English) => {
                format!("register {register}, book {book:02}/{year}: doesn't follow the book before")
            }
            (Self::Twice { number, registers: [one, other] }, Language::Vietnamese) => {
                format!("số {number} đã cấp hai lần (sổ {one} và sổ {other}): phải bỏ số hoặc hủy bỏ một trong hai")
            }
            (Self::Twice { number, registers: [one, other] }, Language::English) => {
                format!(
                    "number {number} was given out twice (registers {one} and {other}): one of them is to be voided or cancelled"
                )
            }
            (Self::Number { symbol, year, ordinal }, Language::Vietnamese) => {
                format!("số {ordinal:02}/{year}-{symbol}: danh sách số đã cấp và các số trong sổ không khớp")
            }
            (Self::Number { symbol, year, ordinal }, Language::English) => {
                format!("number {ordinal:02}/{year}-{symbol}: the numbers given out and the entries don't agree")
            }
            (Self::Definitions { version }, Language::Vietnamese) => {
                format!("khai báo sổ, bản {version}: không khớp với nhật ký")
            }
            (Self::Definitions { version }, Language::English) => {
                format!("the definitions' version {version}: it isn't what the events say")
            }
            (Self::Totals { register, year }, Language::Vietnamese) => {
                format!("sổ {register} năm {year}: số liệu khóa sổ không khớp với các số trong sổ")
            }
            (Self::Totals { register, year }, Language::English) => {
                format!("register {register} of {year}: the closing's totals aren't those of its entries")
            }
        }
    }
}
