//! The definitions in use, kept with the numbers by version: a change of them that would change what was given out is refused.

use jiff::civil::Date;
use kyso::Language;
use kyso::crypto::DigestAlgorithm;

use crate::database::{Ask, OfRegister, Transaction, values};
use crate::definitions::Definitions;
use crate::error::Error;
use crate::event::What;
use crate::refusal::Refusal;
use crate::store::{About, append};
use crate::{Register, Stamp};

/// What a change of the definitions would do to numbers that were given out. Exhaustive on purpose: whoever tells it has to
/// tell each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redefined {
    /// The register isn't defined any more.
    Gone {
        /// The register's code.
        register: String,
    },
    /// The register's book would have other columns than its entries.
    Columns {
        /// The register's code.
        register: String,
    },
    /// Numbers would have another symbol than they were given out with.
    Symbol {
        /// The register's code.
        register: String,
        /// The symbol of the numbers.
        symbol: String,
        /// The last date under that symbol.
        last: Date,
        /// What the definitions say for that date, or for the first one.
        now: Option<String>,
    },
    /// The symbol would be another register's.
    Moved {
        /// The symbol.
        symbol: String,
        /// The code of the register that gave out numbers with it.
        from: String,
        /// The code of the register that has it now.
        to: String,
    },
}

/// The numbers that a register gave out under a symbol.
#[derive(Debug)]
struct Given {
    register: String,
    symbol: String,
    first: Date,
    last: Date,
}

/// A version of the definitions.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) version: u32,
    pub(crate) sha256: String,
    content: String,
}

impl Kept {
    fn definitions(&self) -> Result<Definitions, Error> {
        serde_json::from_str(&self.content).map_err(|_| Error::Damaged(format!("definitions {}", self.version)))
    }

    /// Writes it as it is.
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        let sql = "INSERT INTO definition (version, sha256, content) VALUES ($1, $2, $3)";
        let values = values![self.version, &self.sha256, &self.content];
        transaction.run(sql, values).await.map(|_| ())
    }

    /// Whether the digest is the content's.
    pub(crate) fn is_whole(&self) -> bool {
        DigestAlgorithm::Sha256.hex(self.content.as_bytes()) == self.sha256
    }
}

/// Every version, the oldest first.
pub(crate) async fn versions(from: &mut impl Ask<OfRegister>) -> Result<Vec<Kept>, Error> {
    let rows = from.rows("SELECT version, sha256, content FROM definition ORDER BY version", values![]).await?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in &rows {
        kept.push(Kept {
            version: row.ordinal("version")?,
            sha256: row.text("sha256")?,
            content: row.text("content")?,
        });
    }
    Ok(kept)
}

/// Refuses definitions that would change what was given out; gives the newest version that is kept, 0 where there is none.
pub(crate) async fn demand_unchanged(from: &mut impl Ask<OfRegister>, definitions: &Definitions) -> Result<u32, Error> {
    let newest = versions(from).await?.pop();
    let version = newest.as_ref().map_or(0, |kept| kept.version);
    let (_, sha256) = definitions.json()?;
    if newest.as_ref().is_some_and(|kept| kept.sha256 == sha256) {
        return Ok(version);
    }
    let before = newest.as_ref().map(Kept::definitions).transpose()?;
    let given = given(from).await?;
    match difference(definitions, before.as_ref(), &given) {
        None => Ok(version),
        Some(redefined) => Err(Refusal::Redefined(redefined).into()),
    }
}

async fn given(from: &mut impl Ask<OfRegister>) -> Result<Vec<Given>, Error> {
    let sql = "SELECT register, symbol, min(date) AS first, max(date) AS last FROM entry GROUP BY register, symbol \
               ORDER BY register, min(date)";
    let rows = from.rows(sql, values![]).await?;
    let mut given = Vec::new();
    for row in &rows {
        let (register, symbol) = (row.text("register")?, row.text("symbol")?);
        let (first, last) = (row.text("first")?, row.text("last")?);
        let day = |text: &str| text.parse().map_err(|_| Error::Damaged(format!("{register}: date")));
        let (first, last) = (day(&first)?, day(&last)?);
        given.push(Given { register, symbol, first, last });
    }
    Ok(given)
}

/// What the definitions would change of what was given out, where they would.
fn difference(now: &Definitions, before: Option<&Definitions>, given: &[Given]) -> Option<Redefined> {
    given.iter().find_map(|numbers| {
        let Given { register, symbol, first, last } = numbers;
        let Some(definition) = now.of_code(register) else {
            // Before versions were kept a register could be defined anew under another code. What came of it isn't changed
            // any more, once the new one has given out numbers under the symbol too.
            let is_old_news = |to: &str| given.iter().any(|other| other.register == to && other.symbol == *symbol);
            return match (now.of_symbol(symbol), before.and_then(|before| before.of_code(register))) {
                (Some(to), _) if !is_old_news(&to.code) => {
                    Some(Redefined::Moved { symbol: symbol.clone(), from: register.clone(), to: to.code.clone() })
                }
                (_, Some(_)) => Some(Redefined::Gone { register: register.clone() }),
                (_, None) => None,
            };
        };
        if before.and_then(|before| before.of_code(register)).is_some_and(|old| old.columns != definition.columns) {
            return Some(Redefined::Columns { register: register.clone() });
        }
        // Nor is what an earlier definition left: two symbols of a register at the same time.
        let is_beside = |other: &Given| {
            other.register == *register && other.symbol != *symbol && other.first <= *last && *first <= other.last
        };
        if given.iter().any(is_beside) {
            return None;
        }
        let on = |date| definition.symbol_on(date).map(|symbol| symbol.symbol.clone());
        let other = [on(*last), on(*first)].into_iter().find(|on| on.as_ref() != Some(symbol))?;
        Some(Redefined::Symbol { register: register.clone(), symbol: symbol.clone(), last: *last, now: other })
    })
}

impl Register {
    /// Keeps the definitions as those in use from here on, where they aren't kept yet. It's done by itself with the first
    /// number; a new register says so at once.
    ///
    /// # Errors
    /// [`Refusal::Redefined`] where they would change what was given out meanwhile, [`Refusal::RedefinedMeanwhile`] where others
    /// were put in use since the register was opened.
    pub async fn define(&self, stamp: &Stamp) -> Result<(), Error> {
        let (register, stamp) = (self.clone(), stamp.clone());
        self.write(move |transaction| Box::pin(async move { register.define_in(transaction, &stamp).await })).await
    }

    pub(crate) async fn define_in(&self, transaction: &mut Transaction, stamp: &Stamp) -> Result<(), Error> {
        let row =
            transaction.row("SELECT version, sha256 FROM definition ORDER BY version DESC LIMIT 1", values![]).await?;
        let (newest, digest) = match &row {
            Some(row) => (row.ordinal("version")?, Some(row.text("sha256")?)),
            None => (0, None),
        };
        let (content, sha256) = self.definitions.json()?;
        if digest.as_deref() == Some(&sha256) {
            return Ok(());
        }
        if newest != self.seen {
            return Err(Refusal::RedefinedMeanwhile.into());
        }
        demand_unchanged(transaction, &self.definitions).await?;
        self.demand_clock(transaction, stamp, false).await?;
        let version = newest.saturating_add(1);
        let kept = Kept { version, sha256: sha256.clone(), content };
        kept.write(transaction).await?;
        let about = About { register: "", year: stamp.today().year(), ordinal: None };
        append(transaction, about, stamp, What::Defined { version, sha256 }).await?;
        Ok(())
    }
}

impl Redefined {
    /// What would change, and what to do, for a person.
    pub(crate) fn text(&self, language: Language) -> String {
        let day = |date: &Date| date.strftime("%d/%m/%Y").to_string();
        let none = |name: &Option<String>, word: &str| name.clone().unwrap_or_else(|| word.to_owned());
        match (self, language) {
            (Self::Gone { register }, Language::Vietnamese) => format!(
                "Khai báo sổ (registers.toml) không còn sổ {register}, mà sổ này đã cấp số. Hãy khai báo lại sổ {register} như cũ."
            ),
            (Self::Gone { register }, Language::English) => format!(
                "The definitions (registers.toml) lack register {register}, which has given out numbers. Define {register} \
                 again as it was."
            ),
            (Self::Columns { register }, Language::Vietnamese) => format!(
                "Khai báo sổ (registers.toml) đổi các cột (columns) của sổ {register}, mà sổ này đã cấp số. Hãy giữ columns \
                 như cũ; cần sổ khác thì khai báo thêm sổ có mã và ký hiệu riêng."
            ),
            (Self::Columns { register }, Language::English) => format!(
                "The definitions (registers.toml) change the columns of register {register}, which has given out numbers. \
                 Leave its columns as they were; another book is a register with a code and a symbol of its own."
            ),
            (Self::Symbol { register, symbol, last, now }, Language::Vietnamese) => format!(
                "Khai báo sổ (registers.toml) đổi ký hiệu của những số đã cấp: sổ {register} đã cấp số với ký hiệu {symbol} \
                 đến ngày {}, nay khai báo là {}. Hãy giữ {symbol} như cũ; ký hiệu mới thì ghi thêm, effective_from sau \
                 ngày {}.",
                day(last),
                none(now, "không có"),
                day(last)
            ),
            (Self::Symbol { register, symbol, last, now }, Language::English) => format!(
                "The definitions (registers.toml) change the symbol of numbers that were given out: register {register} has \
                 numbers with {symbol} up to {last}, for which they say {} now. Leave {symbol} as it was; add the new symbol \
                 with effective_from after {last}.",
                none(now, "none")
            ),
            (Self::Moved { symbol, from, to }, Language::Vietnamese) => format!(
                "Khai báo sổ (registers.toml) chuyển ký hiệu {symbol} từ sổ {from} sang sổ {to}: các số đã cấp sẽ được cấp \
                 lại từ 01. Hãy giữ mã sổ {from} cho ký hiệu {symbol}; sổ {to} cần ký hiệu khác."
            ),
            (Self::Moved { symbol, from, to }, Language::English) => format!(
                "The definitions (registers.toml) move symbol {symbol} from register {from} to {to}: numbers would be given \
                 out again from 01 on. Leave the code {from} to {symbol}; {to} needs another symbol."
            ),
        }
    }
}
