//! Which rule of the register says no, as data, and in words for clerks.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso::Language;
use kyso_certification::number::CertificationNumber;
use kyso_words::{Hint, Words};

use crate::clock;
use crate::entry::{EntryId, State};
use crate::event::Doubt;
use crate::kept::Redefined;

macro_rules! rules {
    ($($rule:ident = $name:literal;)+) => {
        /// The stable name of a refusal. Names are a contract: rules are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule {
            $(#[doc = concat!("`", $name, "`")] $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];

            /// Its name, e.g. `register.closed`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }
        }
    };
}

rules! {
    UnknownRegister = "register.unknown";
    NoSymbol = "register.no-symbol";
    Row = "register.row";
    RequestReused = "register.request-reused";
    RequestVoid = "register.request-void";
    Future = "register.future-date";
    OtherYear = "register.other-year";
    OutOfOrder = "register.out-of-order";
    Closed = "register.closed";
    NoEntry = "register.no-entry";
    NoRequest = "register.no-request";
    State = "register.state";
    OtherDocument = "register.other-document";
    IssuedOther = "register.issued-other";
    FileIssued = "register.file-issued";
    EmptyBook = "register.empty-book";
    Pending = "register.pending";
    YearNotOver = "register.year-not-over";
    NotClosed = "register.not-closed";
    Redefined = "register.redefined";
    RedefinedMeanwhile = "register.redefined-meanwhile";
    Twice = "register.number-twice";
    Taken = "register.number-taken";
    Clock = "register.clock";
}

/// Which rule says no. Exhaustive on purpose: whoever tells it has to tell each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No register has this name.
    UnknownRegister {
        /// What was asked for.
        name: String,
        /// The symbols that are known.
        known: Vec<String>,
    },
    /// The date lies before the register's first symbol.
    NoSymbol {
        /// The register's code.
        register: String,
        /// The date.
        date: Date,
    },
    /// A column of the row is missing or unfit.
    Row {
        /// The column, as the JSON names it, e.g. `requesters[0].name`.
        column: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The request key was used before for another row.
    RequestReused {
        /// The key.
        request: String,
        /// The number that it stands for.
        number: CertificationNumber,
    },
    /// The request key's number was voided: a new number needs a new key.
    RequestVoid {
        /// The key.
        request: String,
        /// The number that it stood for.
        number: CertificationNumber,
    },
    /// The date is later than today.
    Future {
        /// The date.
        date: Date,
        /// Today in Vietnam.
        today: Date,
    },
    /// The date lies in another year than today, and nobody said that this is meant.
    OtherYear {
        /// The date.
        date: Date,
        /// Today in Vietnam.
        today: Date,
    },
    /// The date is earlier than the newest entry's, and nobody said that this is meant.
    OutOfOrder {
        /// The date.
        date: Date,
        /// The newest entry's date.
        newest: Date,
    },
    /// The year of this register was closed (khóa sổ).
    Closed {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
    },
    /// No such number was allotted.
    NoEntry(EntryId),
    /// No entry was made under this request key.
    NoRequest(String),
    /// The entry is in a state that doesn't allow it.
    State {
        /// The entry's number.
        number: CertificationNumber,
        /// The entry's state.
        state: State,
    },
    /// The finished document isn't the one that was prepared under this number.
    OtherDocument(CertificationNumber),
    /// Another document was issued under this number.
    IssuedOther(CertificationNumber),
    /// The file was issued under another number.
    FileIssued {
        /// The number that it was to be issued under.
        number: CertificationNumber,
        /// The number that it has.
        other: CertificationNumber,
    },
    /// The newest book has no entry yet: there is no need for another.
    EmptyBook {
        /// The register's code.
        register: String,
        /// The year.
        year: i16,
        /// The newest book, 0 where the year has none.
        book: u32,
    },
    /// Entries are neither issued nor void, so that the year can't be closed.
    Pending {
        /// The year.
        year: i16,
        /// The numbers of those entries, the first ten.
        numbers: Vec<CertificationNumber>,
        /// How many there are.
        count: usize,
    },
    /// The year isn't over: closing is for 31 December.
    YearNotOver {
        /// The year.
        year: i16,
        /// Today in Vietnam.
        today: Date,
    },
    /// The year isn't closed yet.
    NotClosed {
        /// The year.
        year: i16,
    },
    /// The definitions were changed in a way that would change numbers that were given out.
    Redefined(Redefined),
    /// Other definitions were put in use since the register was opened.
    RedefinedMeanwhile,
    /// Numbers were given out twice by an earlier version; of each, one entry is to be voided or cancelled first.
    Twice {
        /// The numbers, the first ten.
        numbers: Vec<CertificationNumber>,
        /// The codes of the registers that gave out the first of them.
        registers: [String; 2],
        /// How many there are.
        count: usize,
    },
    /// The register's next number was given out before, by a register that had the symbol then.
    Taken {
        /// The number.
        number: CertificationNumber,
        /// The code of the register that gave it out.
        register: String,
    },
    /// The clock may be wrong, and nobody answers for it.
    Clock {
        /// Why.
        doubt: Doubt,
        /// The clock's time.
        now: Timestamp,
        /// The time of the last event.
        last: Timestamp,
    },
}

/// What is wrong with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The column is empty.
    Missing,
    /// The value is longer than this many characters, or has more than this many members.
    TooLong(usize),
    /// The value holds control characters, line breaks among them.
    Control,
    /// The value isn't 64 lower-case hexadecimal digits.
    Digest,
}

impl Refusal {
    /// Its rule.
    pub fn rule(&self) -> Rule {
        match self {
            Self::UnknownRegister { .. } => Rule::UnknownRegister,
            Self::NoSymbol { .. } => Rule::NoSymbol,
            Self::Row { .. } => Rule::Row,
            Self::RequestReused { .. } => Rule::RequestReused,
            Self::RequestVoid { .. } => Rule::RequestVoid,
            Self::Future { .. } => Rule::Future,
            Self::OtherYear { .. } => Rule::OtherYear,
            Self::OutOfOrder { .. } => Rule::OutOfOrder,
            Self::Closed { .. } => Rule::Closed,
            Self::NoEntry(_) => Rule::NoEntry,
            Self::NoRequest(_) => Rule::NoRequest,
            Self::State { .. } => Rule::State,
            Self::OtherDocument(_) => Rule::OtherDocument,
            Self::IssuedOther(_) => Rule::IssuedOther,
            Self::FileIssued { .. } => Rule::FileIssued,
            Self::EmptyBook { .. } => Rule::EmptyBook,
            Self::Pending { .. } => Rule::Pending,
            Self::YearNotOver { .. } => Rule::YearNotOver,
            Self::NotClosed { .. } => Rule::NotClosed,
            Self::Redefined(_) => Rule::Redefined,
            Self::RedefinedMeanwhile => Rule::RedefinedMeanwhile,
            Self::Twice { .. } => Rule::Twice,
            Self::Taken { .. } => Rule::Taken,
            Self::Clock { .. } => Rule::Clock,
        }
    }

    /// The refusal for a person: what is refused, why, what to do.
    pub fn text(&self, words: Words<'_>) -> String {
        match words.language() {
            Language::Vietnamese => self.vietnamese(words),
            Language::English => self.english(words),
        }
    }

    fn vietnamese(&self, words: Words<'_>) -> String {
        match self {
            Self::UnknownRegister { name, known } => {
                format!("Không có sổ chứng thực {name:?}; các sổ: {}.", known.join("; "))
            }
            Self::NoSymbol { register, date } => {
                format!("Sổ {register} chưa có ký hiệu vào ngày {}; hãy xem lại ngày chứng thực.", day(*date))
            }
            Self::Row { column, fault } => match fault {
                Fault::Missing if is_identity(column) => format!(
                    "Thiếu loại hoặc số giấy tờ tùy thân của người yêu cầu ({column}): hãy ghi cả hai, ví dụ CCCD 001085012345{}.",
                    words.hint(Hint::Identity)
                ),
                Fault::Missing => {
                    format!("Thiếu cột {column}: sổ chứng thực phải ghi đủ các cột; hãy ghi thêm cột đó.")
                }
                Fault::TooLong(most) => format!("Cột {column} dài quá {most}; hãy rút gọn."),
                Fault::Control => format!("Cột {column} có ký tự điều khiển hoặc xuống dòng; hãy bỏ đi."),
                Fault::Digest => format!("{column} phải là SHA-256: 64 chữ số thập lục phân viết thường."),
            },
            Self::RequestReused { request, number } => {
                format!("Mã yêu cầu {request:?} đã dùng cho nội dung khác (số {number}); yêu cầu mới cần mã mới.")
            }
            Self::RequestVoid { request, number } => {
                format!("Số {number} của mã yêu cầu {request:?} đã bỏ; cấp số mới cần mã yêu cầu mới.")
            }
            Self::Future { date, today } => {
                format!("Ngày chứng thực {} muộn hơn hôm nay ({}); không cấp số trước.", day(*date), day(*today))
            }
            Self::OtherYear { date, today } => format!(
                "Ngày chứng thực {} không thuộc năm nay ({}){}.",
                day(*date),
                today.year(),
                words.hint(Hint::OtherYear)
            ),
            Self::OutOfOrder { date, newest } => format!(
                "Ngày chứng thực {} sớm hơn ngày của số mới nhất trong sổ ({}){}.",
                day(*date),
                day(*newest),
                words.hint(Hint::OutOfOrder)
            ),
            Self::Closed { register, year } => {
                format!("Sổ {register} năm {year} đã khóa: không cấp số, bỏ số hay ghi thêm; chỉ ghi chú hủy bỏ.")
            }
            Self::NoEntry(id) => format!("Sổ {} năm {} không có số {:02}.", id.register, id.year, id.ordinal),
            Self::NoRequest(request) => format!("Chưa cấp số nào cho mã yêu cầu {request:?}."),
            Self::State { number, state } => {
                let (is, advice) = match state {
                    State::Allotted => ("mới cấp số", "văn bản chưa ký xong thì bỏ số, không hủy"),
                    State::Rendered => ("đã in lời chứng, chưa ký xong", "văn bản chưa ký xong thì bỏ số, không hủy"),
                    State::Issued => ("đã trả kết quả", "muốn hủy bỏ thì cần quyết định"),
                    State::Void => ("đã bỏ", "số đã bỏ không dùng lại"),
                    State::Cancelled => ("đã hủy bỏ", "số đã hủy bỏ không thay đổi nữa"),
                };
                format!("Số {number} {is}: không làm được việc này ({advice}{}).", cancelling(*state, words))
            }
            Self::OtherDocument(number) => format!(
                "Tệp này không bắt đầu bằng văn bản đã lập cho số {number}: số trong văn bản phải đúng số trong sổ."
            ),
            Self::IssuedOther(number) => format!("Số {number} đã dùng cho một văn bản khác."),
            Self::FileIssued { number, other } => {
                format!(
                    "Tệp này đã trả kết quả với số {other}: không ghi thêm vào số {number}; mỗi kết quả chỉ có một số."
                )
            }
            Self::EmptyBook { register, year, book: 0 } => {
                format!("Sổ {register} năm {year} chưa có số nào: quyển 01 tự mở khi cấp số đầu tiên.")
            }
            Self::EmptyBook { register, year, book } => {
                format!("Quyển {book:02}/{year} của sổ {register} chưa có số nào; chưa cần mở quyển mới.")
            }
            Self::Pending { year, numbers, count } => format!(
                "Còn {count} số của năm {year} chưa xong ({}): hãy làm tiếp hoặc bỏ số rồi mới khóa sổ.",
                listed(numbers)
            ),
            Self::YearNotOver { year, today } => {
                let early = words.hint(Hint::BeforeYearEnd);
                format!("Hôm nay {} chưa đến ngày 31/12/{year}{early}.", day(*today))
            }
            Self::NotClosed { year } => format!("Sổ năm {year} chưa khóa{}.", closing(*year, words)),
            Self::Redefined(redefined) => redefined.text(Language::Vietnamese),
            Self::RedefinedMeanwhile => {
                "Khai báo sổ (registers.toml) đã được thay từ khi chương trình này mở sổ: hãy khởi \
                                         động lại chương trình."
                    .to_owned()
            }
            Self::Twice { numbers, registers: [one, other], count } => format!(
                "Bản cũ của chương trình đã cấp trùng {count} số ({}; sổ {one} và sổ {other}): hãy bỏ số hoặc ghi quyết định \
                 hủy bỏ một trong hai, rồi mới cấp số, mở quyển hay khóa sổ.",
                listed(numbers)
            ),
            Self::Taken { number, register } => format!(
                "Số {number} đã được sổ {register} cấp trước đây: không cấp lại. Hãy khai báo cho sổ này một ký hiệu khác, \
                 kể từ hôm nay."
            ),
            Self::Clock { doubt, now, last } => clock::text(*doubt, *now, *last, words),
        }
    }

    fn english(&self, words: Words<'_>) -> String {
        match self {
            Self::UnknownRegister { name, known } => {
                format!("There is no register {name:?}; the registers: {}.", known.join("; "))
            }
            Self::NoSymbol { register, date } => {
                format!("Register {register} has no symbol on {date}; look at the date of certification again.")
            }
            Self::Row { column, fault } => match fault {
                Fault::Missing if is_identity(column) => format!(
                    "The kind or the number of a requester's identity paper is missing ({column}): write both, e.g. CCCD \
                     001085012345{}.",
                    words.hint(Hint::Identity)
                ),
                Fault::Missing => {
                    format!("Column {column} is missing: the register has every column of the law; fill it in.")
                }
                Fault::TooLong(most) => format!("Column {column} is longer than {most}; shorten it."),
                Fault::Control => format!("Column {column} holds control characters or line breaks; take them out."),
                Fault::Digest => format!("{column} must be a SHA-256: 64 lower-case hexadecimal digits."),
            },
            Self::RequestReused { request, number } => {
                format!(
                    "The request key {request:?} was used for another row (number {number}); a new request needs a new key."
                )
            }
            Self::RequestVoid { request, number } => {
                format!("Number {number} of the request key {request:?} is void; a new number needs a new key.")
            }
            Self::Future { date, today } => {
                format!(
                    "The date of certification {date} is later than today ({today}); numbers aren't allotted ahead."
                )
            }
            Self::OtherYear { date, today } => format!(
                "The date of certification {date} isn't in this year ({}){}.",
                today.year(),
                words.hint(Hint::OtherYear)
            ),
            Self::OutOfOrder { date, newest } => format!(
                "The date of certification {date} is earlier than the newest entry's ({newest}){}.",
                words.hint(Hint::OutOfOrder)
            ),
            Self::Closed { register, year } => format!(
                "Register {register} of {year} is closed: no allotment, no void, no change; cancellations alone are noted."
            ),
            Self::NoEntry(id) => format!("Register {} of {} has no number {:02}.", id.register, id.year, id.ordinal),
            Self::NoRequest(request) => format!("No number was allotted under the request key {request:?}."),
            Self::State { number, state } => {
                let advice = match state {
                    State::Allotted | State::Rendered => "what isn't issued yet is voided, not cancelled",
                    State::Issued => "cancelling takes a decision",
                    State::Void => "a void number is never used again",
                    State::Cancelled => "a cancelled number changes no more",
                };
                let cancelling = cancelling(*state, words);
                format!("Number {number} is {}: that can't be done now ({advice}{cancelling}).", state.name())
            }
            Self::OtherDocument(number) => format!(
                "The file doesn't begin with the document that was prepared under number {number}: document and register must agree."
            ),
            Self::IssuedOther(number) => format!("Another document was issued under number {number}."),
            Self::FileIssued { number, other } => {
                format!(
                    "This file was issued under number {other} and isn't issued under {number} too: a result has one number."
                )
            }
            Self::EmptyBook { register, year, book: 0 } => {
                format!("Register {register} of {year} has no number yet: book 01 opens with the first.")
            }
            Self::EmptyBook { register, year, book } => {
                format!("Book {book:02}/{year} of register {register} has no entry yet; no other is needed.")
            }
            Self::Pending { year, numbers, count } => format!(
                "{count} numbers of {year} are pending ({}): finish or void them before closing.",
                listed(numbers)
            ),
            Self::YearNotOver { year, today } => {
                format!("Today ({today}) is before 31 December {year}{}.", words.hint(Hint::BeforeYearEnd))
            }
            Self::NotClosed { year } => format!("The year {year} isn't closed{}.", closing(*year, words)),
            Self::Redefined(redefined) => redefined.text(Language::English),
            Self::RedefinedMeanwhile => {
                "The definitions (registers.toml) were changed since this program opened the register: start it again."
                    .to_owned()
            }
            Self::Twice { numbers, registers: [one, other], count } => format!(
                "An earlier version gave out {count} numbers twice ({}; registers {one} and {other}): void or cancel one of \
                 each before another number is given out, a book opened or a year closed.",
                listed(numbers)
            ),
            Self::Taken { number, register } => format!(
                "Number {number} was given out before, by register {register}, and isn't given out again. Define another \
                 symbol for this register, from today on."
            ),
            Self::Clock { doubt, now, last } => clock::text(*doubt, *now, *last, words),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.english(Words::neutral(Language::English)))
    }
}

impl std::error::Error for Refusal {}

/// How an entry that is issued is cancelled.
fn cancelling(state: State, words: Words<'_>) -> &'static str {
    if state == State::Issued { words.hint(Hint::Cancelling) } else { "" }
}

fn closing(year: i16, words: Words<'_>) -> String {
    words.hint(Hint::Closing).replace("{}", &year.to_string())
}

fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

fn listed(numbers: &[CertificationNumber]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Whether a column is of a requester's identity paper.
fn is_identity(column: &str) -> bool {
    column.ends_with(".id_kind") || column.ends_with(".id_number")
}
