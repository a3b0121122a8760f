//! Which registers there are, and what their symbols are from when on: data, not code, for the law changes them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use kyso::crypto::DigestAlgorithm;
use kyso_certification::number::CertificationNumber;
use serde::{Deserialize, Serialize};

use crate::entry::EntryId;
use crate::error::Error;
use crate::refusal::Refusal;

const EMBEDDED: &str = include_str!("../data/registers.toml");
/// Larger than any office's file of registers.
const LIMIT: u64 = 1 << 20;

/// The registers (sổ chứng thực) of an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definitions {
    electronic_copies: String,
    #[serde(rename = "register")]
    registers: Vec<Definition>,
    /// Whose registers they are, for what is printed.
    #[serde(default)]
    pub office: Office,
}

/// Whose registers they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// The agency above.
    pub superior: Option<String>,
    /// The agency.
    pub agency: Option<String>,
    /// The place that papers are dated at.
    pub place: Option<String>,
}

/// One register: a line of numbers that begins anew each year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Names the line of numbers for good, e.g. "GD".
    pub code: String,
    /// In Vietnamese, as its book's title has it.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// Which columns its book has.
    pub columns: Columns,
    /// Offices may do without it: a closing lists it once it has numbers.
    #[serde(default)]
    pub optional: bool,
    /// The register's symbols, the oldest first. Numbers run on when the symbol changes.
    #[serde(rename = "symbol")]
    pub symbols: Vec<Symbol>,
}

/// The columns of a register's book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Columns {
    /// Bản sao: the original's title, the number of copies.
    Copies,
    /// Chữ ký, điểm chỉ: the paper's title, the number of papers.
    Signatures,
    /// Chữ ký người dịch: from which language into which, beside.
    Translations,
    /// Giao dịch: the transaction's title.
    Transactions,
}

/// How a register is named in a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symbol {
    /// E.g. "SCT/CK,ĐC".
    pub symbol: String,
    /// The first date of certification that it's written for.
    pub effective_from: Date,
    /// The law that gives it.
    pub source: String,
    /// Whether the text of that law was read.
    pub verified: bool,
}

impl Definitions {
    /// The definitions that come with this library.
    ///
    /// # Errors
    /// [`Error::Definitions`] if they are damaged.
    pub fn embedded() -> Result<Self, Error> {
        Self::parse(EMBEDDED, Path::new("registers.toml"))
    }

    /// The file's, where there is one; else [`Self::embedded`].
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        use std::io::Read as _;
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::embedded(),
            Err(error) => return Err(Error::file(path)(error)),
        };
        let mut text = String::new();
        file.take(LIMIT).read_to_string(&mut text).map_err(Error::file(path))?;
        Self::parse(&text, path)
    }

    /// Reads the definitions; `path` is where they come from, for messages.
    ///
    /// # Errors
    /// [`Error::Definitions`] with the line and the key that is wrong.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let definitions: Self = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            wrong(path, Some(line), error.message())
        })?;
        definitions.check().map_err(|(key, reason)| {
            let line = text.lines().position(|line| line.contains(&format!("\"{key}\""))).map(|index| index + 1);
            wrong(path, line, reason)
        })?;
        Ok(definitions)
    }

    fn check(&self) -> Result<(), (String, String)> {
        let mut names = HashSet::new();
        for register in &self.registers {
            let code = &register.code;
            let fault = |key: &str, reason: &str| Err((key.to_owned(), format!("register {code}: {reason}")));
            let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
            if code.is_empty() || code.len() > 16 || !code.chars().all(plain) {
                return fault(code, "code: 1 to 16 of A-Z and 0-9");
            }
            if register.name.trim().is_empty() || register.name_en.trim().is_empty() {
                return fault(code, "name and name_en: must not be empty");
            }
            if register.symbols.is_empty() {
                return fault(code, "symbol: one at least");
            }
            if !register.symbols.is_sorted_by(|one, next| one.effective_from < next.effective_from) {
                return fault(code, "effective_from: each symbol's is later than the one before it");
            }
            if !names.insert(folded(code)) {
                return fault(code, "code: given twice");
            }
            for Symbol { symbol, .. } in &register.symbols {
                let unfit = |c: char| c.is_whitespace() || c.is_control();
                if symbol.is_empty() || symbol.chars().count() > 24 || symbol.contains(unfit) {
                    return fault(symbol, "symbol: 1 to 24 characters, no blanks");
                }
                if !symbol.chars().all(is_of_a_symbol) {
                    return fault(symbol, "symbol: letters of Vietnamese, digits and / , . - & ( ) alone");
                }
                if !names.insert(folded(symbol)) {
                    return fault(symbol, "symbol: given twice");
                }
            }
        }
        if self.find(&self.electronic_copies).is_none() {
            let reason = "electronic_copies: there is no such register".to_owned();
            return Err((self.electronic_copies.clone(), reason));
        }
        Ok(())
    }

    /// The definitions as JSON, and its SHA-256: the same definitions give the same text.
    pub(crate) fn json(&self) -> Result<(String, String), Error> {
        let content = serde_json::to_string(self).map_err(Error::internal)?;
        let sha256 = DigestAlgorithm::Sha256.hex(content.as_bytes());
        Ok((content, sha256))
    }

    /// The register of this code.
    pub(crate) fn of_code(&self, code: &str) -> Option<&Definition> {
        self.registers.iter().find(|register| register.code == code)
    }

    /// The register that has this symbol, or had it.
    pub(crate) fn of_symbol(&self, name: &str) -> Option<&Definition> {
        let name = folded(name);
        self.registers.iter().find(|register| register.symbols.iter().any(|symbol| folded(&symbol.symbol) == name))
    }

    /// All registers, in the order that they are defined in.
    pub fn all(&self) -> &[Definition] {
        &self.registers
    }

    /// The register of electronic copies (bản sao điện tử từ bản chính): that of copies, or one of its own.
    ///
    /// # Errors
    /// [`Refusal::UnknownRegister`] never, once the definitions were read.
    pub fn electronic_copies(&self) -> Result<&Definition, Error> {
        self.register(&self.electronic_copies)
    }

    /// The register of this name: its code or one of its symbols, in any case and with or without blanks.
    ///
    /// # Errors
    /// [`Refusal::UnknownRegister`].
    pub fn register(&self, name: &str) -> Result<&Definition, Error> {
        let known = || self.registers.iter().filter_map(|register| register.symbols.last()).map(|s| s.symbol.clone());
        self.find(name)
            .ok_or_else(|| Refusal::UnknownRegister { name: name.to_owned(), known: known().collect() }.into())
    }

    /// Where a number stands: its register, year and ordinal.
    ///
    /// # Errors
    /// [`Refusal::UnknownRegister`].
    pub fn id(&self, number: &CertificationNumber) -> Result<EntryId, Error> {
        let register = self.register(&number.symbol)?.code.clone();
        Ok(EntryId { register, year: number.year, ordinal: number.ordinal })
    }

    fn find(&self, name: &str) -> Option<&Definition> {
        let name = folded(name);
        self.registers.iter().find(|register| {
            folded(&register.code) == name || register.symbols.iter().any(|symbol| folded(&symbol.symbol) == name)
        })
    }
}

impl Definition {
    /// The symbol on a date, if the register was there already.
    pub fn symbol_on(&self, date: Date) -> Option<&Symbol> {
        self.symbols.iter().rev().find(|symbol| symbol.effective_from <= date)
    }
}

/// Names are the same whatever their case and blanks, and with a plain D for Đ.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .map(|c| if c == 'Đ' { 'D' } else { c })
        .collect()
}

/// The letters of Vietnamese beside those of ASCII: vowels with their marks and tones, and đ.
const VIETNAMESE: &str = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ\
                          ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ";

/// Letters that look like others, or like nothing, would make a second symbol that people read as the first: Ð (eth) for Đ.
fn is_of_a_symbol(c: char) -> bool {
    c.is_ascii_alphanumeric() || VIETNAMESE.contains(c) || matches!(c, '/' | ',' | '.' | '-' | '&' | '(' | ')')
}

fn wrong(path: &Path, line: Option<usize>, message: impl Into<String>) -> Error {
    Error::Definitions { path: PathBuf::from(path), line, message: message.into() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kyso_certification::catalogue::Catalogue;

    use super::*;

    #[test]
    fn symbols_follow_the_date() {
        let definitions = Definitions::embedded().unwrap();
        let transactions = definitions.register("SCT/HĐ,GD").unwrap();
        assert_eq!(transactions, definitions.register("sct/gd").unwrap());
        let symbol = |date| transactions.symbol_on(date).map(|symbol| symbol.symbol.as_str());
        assert_eq!(symbol(date(2025, 10, 31)), Some("SCT/HĐ,GD"));
        assert_eq!(symbol(date(2025, 11, 1)), Some("SCT/GD"));
        assert_eq!(symbol(date(2015, 4, 9)), None);
    }

    /// The kinds of certification name registers too: what they say of one must be what it says of itself.
    #[test]
    fn kinds_and_registers_agree_at_every_date_of_change() {
        let (definitions, kinds) = (Definitions::embedded().unwrap(), Catalogue::embedded().unwrap().kinds);
        let mut named = HashSet::new();
        for register in &kinds.registers {
            let own = definitions.register(&register.symbols.first().unwrap().symbol).unwrap();
            assert!(named.insert(own.code.clone()), "{}", own.code);
            assert_eq!(own.name, register.name.vi);
            assert_eq!(own.symbols.iter().all(|symbol| symbol.verified), register.verified, "{}", own.code);
            let changes = own.symbols.iter().map(|symbol| symbol.effective_from);
            for change in changes.chain(register.symbols.iter().map(|symbol| symbol.from)) {
                for date in [change.yesterday().unwrap(), change, change.tomorrow().unwrap()] {
                    let symbol = own.symbol_on(date).map(|symbol| symbol.symbol.as_str());
                    assert_eq!(symbol, register.symbol_on(date), "{} {date}", own.code);
                }
            }
        }
        for own in definitions.all().iter().filter(|own| !named.contains(&own.code)) {
            assert!(own.optional, "no kind of certification is entered in {}", own.code);
        }
    }

    #[test]
    fn registers_have_several_names() {
        let definitions = Definitions::embedded().unwrap();
        let code = |name: &str| definitions.register(name).map(|register| register.code.clone()).ok();
        for (name, wanted) in [
            ("SCT/BS", "BS"),
            ("bs", "BS"),
            ("SCTĐT/BS", "BSDT"),
            ("BSĐT", "BSDT"),
            ("SCT/CK, ĐC", "CK"),
            ("sct/ck,dc", "CK"),
            ("SCT/CKND", "CKND"),
        ] {
            assert_eq!(code(name).as_deref(), Some(wanted), "{name}");
        }
        assert_eq!(code("SCT/XY"), None);
        assert_eq!(definitions.electronic_copies().unwrap().code, "BS");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let at = |text: &str| match Definitions::parse(text, Path::new("r.toml")) {
            Err(Error::Definitions { line, message, .. }) => (line, message),
            other => panic!("{other:?}"),
        };
        let (line, message) = at(&EMBEDDED.replace("columns = \"signatures\"", "columns = \"x\""));
        assert!(line == Some(42) && message.contains('x'), "{line:?} {message}");
        let (line, message) = at(&EMBEDDED.replace("code = \"CKND\"", "code = \"CK\""));
        assert!(line.is_some() && message.contains("twice"), "{message}");
        assert!(
            at(&EMBEDDED.replace("electronic_copies = \"BS\"", "electronic_copies = \"QQ\"")).1.contains("electronic")
        );
        assert!(at(&EMBEDDED.replace("SCT/GD", "SCT /GD")).1.contains("blanks"));
        // A letter of another script, one that is seen nowhere, one in two parts; letters of other languages that look like Đ.
        for symbol in [
            "S\u{421}T/GD",
            "SCT/G\u{200b}D",
            "SCT/GA\u{302}",
            "SCT/G\u{d0}",
            "SCT/G\u{f0}",
            "SCT/G\u{189}",
            "SCT/G\u{10e}",
            "SCT/\u{131}D",
        ] {
            assert!(at(&EMBEDDED.replace("SCT/GD", symbol)).1.contains("letters of Vietnamese"), "{symbol}");
        }
        for symbol in ["SCT/GĐ", "SCT/Ừ,Ỵ.Ẵ", "SCT/(G-D)&1"] {
            assert!(Definitions::parse(&EMBEDDED.replace("SCT/GD", symbol), Path::new("x")).is_ok(), "{symbol}");
        }
        assert!(at(&EMBEDDED.replace("2025-11-01", "2014-11-01")).1.contains("effective_from"));
        assert!(at(&EMBEDDED.replace("code = ", "kode = ")).1.contains("kode"));
    }
}
