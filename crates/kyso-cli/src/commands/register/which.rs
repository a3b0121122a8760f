//! Which entry is meant: as its number is written on the paper, by ordinal, or by the request's key.

use clap::{ArgGroup, Args};
use kyso_certification::number::CertificationNumber;
use kyso_desk::look_up;
use kyso_register::{Entry, EntryId, Refusal, Register, Stamp};

use super::reported;
use crate::failure::Failure;
use crate::values::{Wrong, year};

#[derive(Debug, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("which").args(["number", "request"]).required(true)))]
pub(super) struct Which {
    /// "07, quyển số 01/2026-SCT/CK,ĐC", or the ordinal with --register.
    #[arg(value_name = "NUMBER")]
    number: Option<String>,
    #[arg(long, value_name = "KEY")]
    request: Option<String>,
    #[arg(long, value_name = "SYMBOL", requires = "number")]
    register: Option<String>,
    #[arg(long, value_name = "YYYY", requires = "register", value_parser = year)]
    year: Option<i16>,
}

impl Which {
    /// The entry, which must be there.
    pub(super) async fn find(&self, register: &Register, stamp: &Stamp) -> Result<Entry, Failure> {
        if let Some(request) = &self.request {
            let entry = register.by_request(request).await.map_err(reported)?;
            return entry.ok_or_else(|| reported(Refusal::NoRequest(request.clone()).into()));
        }
        let text = self.number.as_deref().unwrap_or_default();
        let Some(name) = &self.register else {
            return look_up::entry(register, &number(text)?).await.map_err(reported);
        };
        let id = match text.parse::<u32>() {
            Ok(ordinal) => {
                let code = register.definitions().register(name).map_err(reported)?.code.clone();
                EntryId { register: code, year: self.year.unwrap_or(stamp.today().year()), ordinal }
            }
            Err(_) => register.definitions().id(&number(text)?).map_err(reported)?,
        };
        register.entry(&id).await.map_err(reported)?.ok_or_else(|| reported(Refusal::NoEntry(id).into()))
    }
}

/// A number as it's written on the paper.
pub(super) fn number(text: &str) -> Result<CertificationNumber, Failure> {
    look_up::number(text).ok_or_else(|| {
        Failure::usage(
            format!(
                "{text:?} không phải số chứng thực; hãy ghi như trên văn bản: \"07, quyển số 01/2026-SCT/CK,ĐC\", hoặc \
                 số thứ tự cùng --register."
            ),
            format!(
                "{text:?} is no certification number; write it as on the paper: \"07, quyển số 01/2026-SCT/CK,ĐC\", or \
                 its ordinal with --register."
            ),
        )
    })
}

/// For the command line's own check of a value.
pub(super) fn number_value(text: &str) -> Result<CertificationNumber, Wrong> {
    const EXAMPLE: &str = "\"07, quyển số 01/2026-SCT/CK,ĐC\"";
    look_up::number(text).ok_or_else(|| {
        Wrong::new(
            format!("cần số chứng thực như ghi trên văn bản, ví dụ {EXAMPLE}"),
            format!("a certification number is needed as it's written on the paper, e.g. {EXAMPLE}"),
        )
    })
}
