//! Kinds of certification, as the law knows them: register, procedure, fee, who may certify, deadline, retention. Data, read
//! from TOML and checked: the law changes.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::data::{Flaw, Source, day, time};
use kyso::Bilingual;

/// What `kinds.toml` holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kinds {
    /// Who may certify.
    #[serde(rename = "office")]
    pub offices: Vec<Office>,
    /// Papers that show who someone is.
    #[serde(rename = "identity-document")]
    pub identity_documents: Vec<IdentityDocument>,
    /// Letters of authority whose signature may be certified though they are transactions.
    #[serde(rename = "authority")]
    pub authorities: Vec<Authority>,
    /// Registers.
    #[serde(rename = "register")]
    pub registers: Vec<Register>,
    /// Kinds.
    #[serde(rename = "kind")]
    pub kinds: Vec<Kind>,
}

/// An office by which someone may certify (Nghị định 23/2015/NĐ-CP, Điều 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Office {
    /// The office's name in data, e.g. `chairman`.
    pub code: String,
    /// The office's name for people.
    pub name: Bilingual,
    /// The titles (chức danh) that its holders have; empty for any.
    #[serde(default)]
    pub titles: Vec<String>,
    /// Whether holders of the office need a delegation or assignment (ủy quyền, phân công) on record.
    pub delegation: bool,
}

/// A paper that shows who someone is (giấy tờ tùy thân).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityDocument {
    /// The document's name in data, e.g. `the-can-cuoc`.
    pub code: String,
    /// The document's name for people; the Vietnamese one stands in a lời chứng.
    pub name: Bilingual,
    /// How many digits its number has, where it's digits only.
    #[serde(default)]
    pub digits: Option<usize>,
}

/// A sort of letter of authority (giấy ủy quyền) whose signature may be certified (Thông tư 01/2020/TT-BTP, Điều 14
/// khoản 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Authority {
    /// The sort's name in data.
    pub code: String,
    /// The sort's name for people.
    pub name: Bilingual,
}

/// A register (sổ chứng thực).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Register {
    /// The register's name in data, e.g. `signatures`.
    pub code: String,
    /// The register's name for people.
    pub name: Bilingual,
    /// The register's symbols, each from a day on.
    pub symbols: Vec<Symbol>,
    /// Whether the symbols were read in the law's text.
    pub verified: bool,
}

/// A register's symbol (ký hiệu), e.g. "SCT/CK,ĐC".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Symbol {
    /// The symbol as written.
    pub symbol: String,
    /// The first day of its use.
    #[serde(deserialize_with = "day")]
    pub from: Date,
}

/// A kind of certification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kind {
    /// The kind's name in data, e.g. `CK`.
    pub code: String,
    /// The kind's name for people.
    pub name: Bilingual,
    /// The register that it's entered in, by code; `None` where no text names one.
    #[serde(default)]
    pub register: Option<String>,
    /// Codes of its administrative procedures (TTHC), e.g. `2.000884`.
    pub procedures: Vec<String>,
    /// The rule for the fee.
    pub fee: FeeRule,
    /// The offices by which one may certify it, by code.
    pub certifiers: Vec<String>,
    /// How long what is to be kept is kept.
    pub retention: Retention,
    /// The rule for the deadline.
    pub deadline: DeadlineRule,
    /// Whether the certification may be done outside the office (Điều 10).
    pub outside: bool,
    /// Whether two witnesses are needed where a party can't read, hear, sign or give a fingerprint (Điều 36 khoản 3).
    pub witnesses: bool,
    /// Whether the certification is of a signature on any paper, so that transactions have to be kept out (Điều 25
    /// khoản 4).
    #[serde(default)]
    pub signature_of_paper: bool,
    /// Where the rules stand.
    pub source: String,
    /// Whether the rules were read in the source itself, not in a body's restatement of the source.
    pub verified: bool,
}

/// What a certification costs, in đồng (Thông tư 226/2016/TT-BTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum FeeRule {
    /// By the pages of the original, for each copy.
    #[serde(rename_all = "kebab-case")]
    PerPage {
        /// How many pages have the first price.
        first_pages: u32,
        /// The price of one of them.
        first: u64,
        /// The price of each page after them.
        further: u64,
        /// What a copy costs at most.
        at_most: u64,
    },
    /// For the case (việc), whatever its pages and signatures.
    PerCase {
        /// The price.
        amount: u64,
    },
}

/// How long what is to be kept is kept (Điều 14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Retention {
    /// Nothing is kept but the register.
    NotKept,
    /// For some years.
    Years {
        /// How many.
        years: u16,
        /// What is kept.
        what: Bilingual,
    },
    /// For ever.
    Permanent,
}

/// Until when a certification has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum DeadlineRule {
    /// On the day when it's asked for, or the next working day where that was after the cut-off (Điều 7).
    #[serde(rename_all = "kebab-case")]
    SameDay {
        /// The time after which the next working day counts.
        #[serde(deserialize_with = "time")]
        cut_off: Time,
        /// By how many working days it may be extended where there's much to do (Điều 21); 0 for none.
        extension: u8,
        /// Whether both sides may agree in writing on longer.
        agreement: bool,
    },
    /// Within some working days (Điều 37).
    WorkingDays {
        /// How many.
        days: u8,
        /// Whether both sides may agree in writing on longer.
        agreement: bool,
    },
}

impl Register {
    /// The symbol that numbers of this day carry.
    pub fn symbol_on(&self, date: Date) -> Option<&str> {
        let begun = self.symbols.iter().filter(|symbol| symbol.from <= date);
        begun.max_by_key(|symbol| symbol.from).map(|symbol| symbol.symbol.as_str())
    }
}

impl Kinds {
    pub(super) fn read(source: &Source<'_>) -> Result<Self, Vec<Flaw>> {
        let kinds: Self = source.read().map_err(|flaw| vec![flaw])?;
        let flaws = kinds.flaws(source);
        if flaws.is_empty() { Ok(kinds) } else { Err(flaws) }
    }

    /// A kind by its code; case, and whether Đ is written as D, don't matter.
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| folded(&kind.code) == folded(code))
    }

    /// A register by its code.
    pub fn register(&self, code: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.code == code)
    }

    /// The register that a symbol stands for, whenever it was in use. Spaces in it don't matter: "SCT/CK, ĐC" is found.
    pub(crate) fn register_of_symbol(&self, symbol: &str) -> Option<&Register> {
        let symbol = folded(symbol);
        self.registers.iter().find(|register| register.symbols.iter().any(|known| folded(&known.symbol) == symbol))
    }

    /// The symbol that numbers of a kind carry on a day; `None` for a kind without a register.
    pub fn symbol(&self, kind: &Kind, date: Date) -> Option<&str> {
        self.register(kind.register.as_deref()?)?.symbol_on(date)
    }

    /// An office by its code.
    pub fn office(&self, code: &str) -> Option<&Office> {
        self.offices.iter().find(|office| office.code == code)
    }

    /// A paper that shows who someone is, by its code.
    pub fn identity_document(&self, code: &str) -> Option<&IdentityDocument> {
        self.identity_documents.iter().find(|document| document.code == code)
    }

    /// A sort of letter of authority by its code.
    pub fn authority(&self, code: &str) -> Option<&Authority> {
        self.authorities.iter().find(|authority| authority.code == code)
    }

    /// What doesn't fit together.
    fn flaws(&self, source: &Source<'_>) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut flaw = |key: &str, value: &str, vi: String, en: String| {
            let span = source.text.find(&format!("\"{value}\"")).map(|start| start..start + value.len());
            flaws.push(source.flaw(span, key, Bilingual::new(vi, en)));
        };
        let codes: [(&str, Vec<&str>); 5] = [
            ("office.code", self.offices.iter().map(|one| one.code.as_str()).collect()),
            ("identity-document.code", self.identity_documents.iter().map(|one| one.code.as_str()).collect()),
            ("authority.code", self.authorities.iter().map(|one| one.code.as_str()).collect()),
            ("register.code", self.registers.iter().map(|one| one.code.as_str()).collect()),
            ("kind.code", self.kinds.iter().map(|one| one.code.as_str()).collect()),
        ];
        for (key, codes) in &codes {
            let mut seen = BTreeSet::new();
            for code in codes {
                if code.trim().is_empty() || !seen.insert(folded(code)) {
                    flaw(
                        key,
                        code,
                        format!("mã “{code}” trống hoặc bị trùng"),
                        format!("code “{code}” is empty or there twice"),
                    );
                }
            }
        }
        let mut symbols = BTreeSet::new();
        for register in &self.registers {
            if register.symbols.is_empty() {
                flaw(
                    "register.symbols",
                    &register.code,
                    "sổ không có ký hiệu".into(),
                    "the register has no symbol".into(),
                );
            }
            for symbol in &register.symbols {
                if !symbols.insert(folded(&symbol.symbol)) {
                    let (vi, en) = ("ký hiệu bị trùng", "the symbol is there twice");
                    flaw(
                        "register.symbols",
                        &symbol.symbol,
                        format!("{vi}: {}", symbol.symbol),
                        format!("{en}: {}", symbol.symbol),
                    );
                }
            }
        }
        for kind in &self.kinds {
            if let Some(code) = kind.register.as_deref().filter(|code| self.register(code).is_none()) {
                flaw("kind.register", code, format!("không có sổ “{code}”"), format!("there is no register “{code}”"));
            }
            for code in kind.certifiers.iter().filter(|code| self.office(code).is_none()) {
                flaw(
                    "kind.certifiers",
                    code,
                    format!("không có thẩm quyền “{code}”"),
                    format!("there is no office “{code}”"),
                );
            }
            if kind.procedures.is_empty() || kind.source.trim().is_empty() {
                let (vi, en) = ("thiếu mã thủ tục hoặc nguồn", "no procedure, or no source");
                flaw("kind.procedures", &kind.code, vi.into(), en.into());
            }
        }
        flaws
    }
}

/// Without spaces, without case, with D for Đ.
pub(super) fn folded(code: &str) -> String {
    let letters = code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase);
    letters.map(|c| if c == 'Đ' { 'D' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TEXT: &str = include_str!("../data/kinds.toml");

    fn read(text: &str) -> Result<Kinds, Vec<Flaw>> {
        Kinds::read(&Source { file: "kinds.toml", text })
    }

    #[test]
    fn symbols_go_by_the_day_and_both_are_known() {
        let kinds = read(TEXT).unwrap();
        let kind = kinds.kind("GD").unwrap();
        assert_eq!(kinds.symbol(kind, date(2025, 10, 31)), Some("SCT/HĐ,GD"));
        assert_eq!(kinds.symbol(kind, date(2025, 11, 1)), Some("SCT/GD"));
        assert_eq!(kinds.symbol(kind, date(2015, 4, 9)), None);
        for symbol in ["SCT/HĐ,GD", "SCT/GD", "sct/hđ, gd"] {
            assert_eq!(kinds.register_of_symbol(symbol).unwrap().code, "transactions");
        }
        assert_eq!(kinds.register_of_symbol("SCT/CK, ĐC").unwrap().code, "signatures");
        assert_eq!(kinds.register_of_symbol("SCT/XX"), None);
    }

    #[test]
    fn kinds_are_found_as_people_write_them() {
        let kinds = read(TEXT).unwrap();
        assert_eq!(kinds.kind("bsdt").unwrap().code, "BSĐT");
        assert_eq!(kinds.kind("gd-dichuc").unwrap().procedures, ["2.001019"]);
        assert_eq!(kinds.kind("XX"), None);
        let codes = kinds.kinds.iter().map(|kind| kind.code.as_str()).collect::<Vec<_>>();
        let expected = [
            "BS",
            "BSĐT",
            "CK",
            "CKND",
            "GD",
            "GD-DICHUC",
            "GD-TUCHOI",
            "GD-PHANCHIA",
            "GD-SUADOI",
            "GD-SUALOI",
            "GD-BANSAO",
        ];
        assert_eq!(codes, expected);
    }

    #[test]
    fn what_is_kept_follows_article_14() {
        let kinds = read(TEXT).unwrap();
        let years = |code: &str| match &kinds.kind(code).unwrap().retention {
            Retention::Years { years, .. } => Some(*years),
            _ => None,
        };
        assert_eq!((years("BS"), years("CK"), years("CKND"), years("GD")), (None, Some(2), Some(2), Some(20)));
    }

    #[test]
    fn what_does_not_fit_together_is_named_with_its_line() {
        let flaws = read(&TEXT.replace("register = \"signatures\"", "register = \"signature\"")).unwrap_err();
        assert_eq!((flaws[0].key.as_deref(), flaws.len()), (Some("kind.register"), 1), "{flaws:?}");
        assert!(flaws[0].line.is_some());
        let flaws = read(&TEXT.replace("code = \"CKND\"", "code = \"CK\"")).unwrap_err();
        assert!(flaws[0].text.vi.contains("bị trùng"), "{flaws:?}");
        let flaws = read(&TEXT.replace("amount = 25000", "amount = -1")).unwrap_err();
        assert_eq!(flaws[0].key.as_deref(), Some("fee"), "{flaws:?}");
    }
}
