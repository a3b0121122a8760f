//! The rules that requests are held against.

use std::fmt;

const IN_TIME: &str = "Nghị định 23/2015/NĐ-CP, Điều 7, 21, 37";
const ARTICLE_9: &str = "Nghị định 23/2015/NĐ-CP, Điều 9 khoản 3";
const IDENTITY: &str = "Nghị định 23/2015/NĐ-CP, Điều 25; Nghị định 280/2025/NĐ-CP, ghi chú của mẫu lời chứng";
const DECREE_30: &str = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7";
const ARTICLE_5: &str = "Nghị định 23/2015/NĐ-CP, Điều 5 (sửa đổi bởi Nghị định 280/2025/NĐ-CP)";
const ARTICLE_12: &str = "Nghị định 23/2015/NĐ-CP, Điều 12";
const ARTICLE_10: &str = "Nghị định 23/2015/NĐ-CP, Điều 10";
const ARTICLE_25: &str =
    "Nghị định 23/2015/NĐ-CP, Điều 24 khoản 4 điểm d, Điều 25 khoản 4; Thông tư 01/2020/TT-BTP, Điều 14 khoản 2";
const ARTICLE_13: &str = "Nghị định 23/2015/NĐ-CP, Điều 13; Thông tư 01/2020/TT-BTP, Điều 4";

/// `Variant = "name", "article"`.
macro_rules! rules {
    ($($rule:ident = $name:literal, $article:expr;)+) => {
        /// A rule that a request is held against, by its stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = concat!("`", $name, "`")] $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];

            /// The rule's name, e.g. `certifier.delegation`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }

            /// The law's article behind the rule; empty for a limit of the software.
            pub const fn article(self) -> &'static str {
                match self {
                    $(Self::$rule => $article,)+
                }
            }
        }
    };
}

rules! {
    KindUnknown = "kind.unknown", "";
    TemplateDraft = "template.draft", ARTICLE_12;
    TemplateNone = "template.none", "";
    TemplateVariant = "template.variant", "";
    TemplateDay = "template.day", "";
    FieldMissing = "field.missing", "Nghị định 23/2015/NĐ-CP, Điều 12 khoản 1";
    DateBeforeReceipt = "date.before-receipt", IN_TIME;
    DeadlineExtension = "deadline.extension", IN_TIME;
    DeadlineMissed = "deadline.missed", IN_TIME;
    CalendarNoYear = "calendar.no-year", "";
    CalendarUnverified = "calendar.unverified", "";
    CertifierRelated = "certifier.related", ARTICLE_9;
    CertifierNamesake = "certifier.namesake", ARTICLE_9;
    PersonTwice = "person.twice", IDENTITY;
    CertifierAcademicTitle = "certifier.academic-title", DECREE_30;
    CertifierOffice = "certifier.office", ARTICLE_5;
    CertifierNotForKind = "certifier.not-for-kind", ARTICLE_5;
    CertifierTitle = "certifier.title", ARTICLE_5;
    CertifierDelegation = "certifier.delegation", ARTICLE_5;
    CertifierDelegationTerm = "certifier.delegation-term", ARTICLE_5;
    CertifierCapitals = "certifier.capitals", DECREE_30;
    CertifierPrefix = "certifier.prefix", DECREE_30;
    CertifierPower = "certifier.power", DECREE_30;
    ReceiverIsCertifier = "receiver.is-certifier", "Thông tư 01/2020/TT-BTP, mẫu lời chứng tại bộ phận một cửa";
    PartiesCount = "parties.count", ARTICLE_12;
    PartiesWay = "parties.way", ARTICLE_12;
    RequestersMissing = "requesters.missing", ARTICLE_13;
    RequestersTwice = "requesters.twice", ARTICLE_13;
    IdentityKind = "identity.kind", IDENTITY;
    IdentityNumber = "identity.number", IDENTITY;
    IdentityExpired = "identity.expired", "Nghị định 23/2015/NĐ-CP, Điều 25 khoản 2";
    WitnessesTwo = "witnesses.two", "Nghị định 23/2015/NĐ-CP, Điều 36 khoản 3";
    PlaceOutside = "place.outside", ARTICLE_10;
    PlaceTime = "place.time", ARTICLE_10;
    SignatureAuthority = "signature.authority", ARTICLE_25;
    SignatureTransaction = "signature.transaction", ARTICLE_25;
    TransactionOriginals = "transaction.originals", "Nghị định 23/2015/NĐ-CP, Điều 14";
    PagesSheets = "pages.sheets", ARTICLE_12;
    EarlierDate = "earlier.date", "Nghị định 23/2015/NĐ-CP, Điều 38";
    EarlierSymbol = "earlier.symbol", "Nghị định 23/2015/NĐ-CP, Điều 13";
    TranslatorLanguages = "translator.languages", ARTICLE_12;
    FieldTooMany = "field.too-many", "";
    FieldTooLong = "field.too-long", "";
    FieldCharacters = "field.characters", "TCVN 6909:2001";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
