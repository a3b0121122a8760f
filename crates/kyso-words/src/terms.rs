//! How a front names what its readers can give, set or click.

use std::fmt;

use kyso::error::Setting;
use kyso::{Bilingual, both};

/// Where a text may say how something is done in the front that shows it. Each is put into a text as it stands, with the
/// blank or the bracket that it begins with; an empty one leaves it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hint {
    /// Trusted root certificates, e.g. ` (--trust)`.
    Trust,
    /// The agency's roster, e.g. ` (--roster)`.
    Roster,
    /// The policy, e.g. ` (--policy)`.
    Policy,
    /// The document's password, e.g. ` (--password)`.
    Password,
    /// The level of a signature, e.g. ` (--level)`.
    Level,
    /// A page and a rectangle, e.g. ` (--page, --rect)`.
    Place,
    /// The name of a field that is there, e.g. ` (--field)`.
    Field,
    /// The identity paper of a requester, e.g. ` (--requester "name;CCCD 001085012345")`.
    Identity,
    /// The name of a new field, e.g. ` (--new-field)`.
    NewField,
    /// A picture in any colour, e.g. ` (--allow-colour)`.
    AnyColour,
    /// The time of validation, as one more thing to check, e.g. `, or --at`.
    ValidationTime,
    /// How to put a statement onto a new page, e.g. ` (leave out --on-last-page)`.
    NewPage,
    /// A certification signature, e.g. ` (--certify)`.
    Certification,
    /// What asks for a certification signature, as the object of "without", e.g. `--certify`.
    WithoutCertification,
    /// What names the field, as the object of "leave out", e.g. `--field`.
    WithoutField,
    /// What names the digest, as the object of "leave out", e.g. `--digest`.
    WithoutDigest,
    /// The rule that no change is allowed, as a detail, e.g. `--strict`.
    StrictChanges,
    /// Validation with evidence from the network, e.g. ` (kyso verify --online)`.
    Online,
    /// Extending, e.g. ` (kyso extend)`.
    Extend,
    /// Extending to PAdES-B-LT, e.g. ` (kyso extend --to lt)`.
    ExtendToLt,
    /// Extending to PAdES-B-LTA, e.g. ` (kyso extend --to lta)`.
    ExtendToLta,
    /// To extend to PAdES-B-LTA first, a sentence of its own.
    ExtendFirst,
    /// Sealing, e.g. ` (kyso seal)`.
    Sealing,
    /// Where to learn what is wrong with a file, e.g. ` (kyso verify tells what is wrong)`.
    WhereWrong,
    /// Where more is said of a file, as the first half of a sentence, e.g. ` kyso verify tells more of the file, and`.
    VerifyMore,
    /// How a document of the agency's own is sealed, a sentence after others.
    SealOwnDocument,
    /// How a seal goes over what nobody is trusted for, a sentence after others.
    SealAnyway,
    /// How a seal goes over a stranger's signature, the last part of a sentence.
    SealOverStranger,
    /// Time-stamping authorities, e.g. ` (--tsa)`.
    TimeStampers,
    /// How a page that can't be drawn is looked at with more memory and time, a sentence after others.
    LookCloser,
    /// How more pages are looked at, a sentence after others.
    LookAtMore,
    /// Drafts of templates, e.g. ` (--allow-draft)`.
    Drafts,
    /// How a kind gets a template, e.g. `: add one with --templates`.
    NewTemplate,
    /// Where the calendar is, e.g. ` (--templates)`.
    Calendar,
    /// The seal's real width, as the other thing to do, e.g. `, or give --seal-width-mm`.
    SealWidth,
    /// Where to learn what is wrong with a signature, e.g. `; see kyso verify`.
    SeeVerification,
    /// Where to learn what is wrong with a signature, after another hint, e.g. `, see kyso verify`.
    AlsoVerification,
    /// How a register is made, after "please", e.g. `make one first`.
    NewRegister,
    /// How a register is audited, after "please", e.g. `run an audit`.
    Audit,
    /// How to confirm a date in another year, e.g. `; if it's meant, add --other-year`.
    OtherYear,
    /// How to confirm a date earlier than the newest entry's, e.g. `; if it's meant, add --out-of-order`.
    OutOfOrder,
    /// How to answer for the clock, e.g. `; if it's right, add --confirm-clock`.
    Clock,
    /// How a year is closed before its end, e.g. `; to close early add --before-year-end`.
    BeforeYearEnd,
    /// How a year is closed, with `{}` for the year, e.g. `; run kyso register close --year {}`.
    Closing,
    /// How an issued entry is cancelled, e.g. `: kyso register cancel`.
    Cancelling,
}

/// The terms of a front: the command names its options, the service the entries of its configuration, a page says where
/// to click.
pub trait Terms: fmt::Debug + Sync {
    /// The hint in this front's terms, in Vietnamese and in English.
    fn hint(&self, hint: Hint) -> Bilingual<&'static str>;

    /// What is set here so that a service outside answers, in the middle of a sentence.
    fn setting(&self, setting: &Setting) -> Bilingual;
}

/// No front's: nothing is said of how something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neutral;

impl Terms for Neutral {
    fn hint(&self, hint: Hint) -> Bilingual<&'static str> {
        match hint {
            Hint::WithoutCertification => both("chữ ký chứng nhận", "certification"),
            Hint::WithoutField => both("tên trường", "the field's name"),
            Hint::WithoutDigest => both("tên hàm băm", "the digest's name"),
            Hint::ExtendFirst => both("Hãy bổ sung lên mức PAdES-B-LTA trước.", "Extend it to PAdES-B-LTA first."),
            Hint::NewRegister => both("tạo sổ trước", "make one first"),
            Hint::Audit => both("kiểm tra sổ", "run an audit"),
            _ => both("", ""),
        }
    }

    fn setting(&self, setting: &Setting) -> Bilingual {
        let (vietnamese, english) = match setting {
            Setting::Proxy => ("proxy", "the proxy"),
            Setting::ProxyLogin => ("tài khoản của proxy", "the proxy's login"),
            Setting::TlsRoots => ("CA đó vào danh sách tin cậy của TLS", "it to the trusted roots of TLS"),
            Setting::Timeout => ("thời gian chờ", "a longer time limit"),
            Setting::TimeStampers => ("dịch vụ cấp dấu thời gian", "time-stamping authorities"),
            Setting::TimeStamperLogin => {
                ("tài khoản hoặc chứng thư dùng ở đó", "the name and the certificate used there")
            }
            Setting::TimeStamperPassword => ("mục riêng cho tên và mật khẩu", "the settings for name and password"),
            Setting::Address(address) => return Bilingual::new(address, address),
        };
        Bilingual::new(vietnamese, english)
    }
}
