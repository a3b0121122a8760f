//! Prepares a certification result for those who sign it: `certify REQUEST.toml AGENCY.toml ORDINAL BOOK OUT.pdf`, with a
//! book as it's written on the result, e.g. `01/2026-SCT/CK,ĐC`.
//!
//! The number is the register's to give: `kyso certify` allots it, voids it where something fails afterwards, and records
//! what became of it. Here it's an argument.

use std::error::Error;

use kyso::Timestamp;
use kyso_certification::Preparation;
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::check::{Switches, check};
use kyso_certification::number::CertificationNumber;
use kyso_certification::request::Request;

fn main() -> Result<(), Box<dyn Error>> {
    let [request, agency, ordinal, book, output] = arguments("REQUEST.toml AGENCY.toml ORDINAL BOOK OUT.pdf")?;
    let request = Request::from_toml(&request, &std::fs::read_to_string(&request)?)?;
    let agency = Agency::from_toml(&agency, &std::fs::read_to_string(&agency)?)?;
    let number = CertificationNumber::in_book(ordinal.parse()?, &book).ok_or("that is no book")?;
    let catalogue = Catalogue::embedded().map_err(|flaws| format!("{flaws:?}"))?;

    // The law comes first. Drafts are templates that nobody has compared with the law's text yet.
    let checked = check(&request, &catalogue, Switches { drafts: true });
    for finding in &checked.findings {
        println!("{finding:?}");
    }
    let template = checked.template.filter(|_| !checked.is_refused()).ok_or("the request is refused")?;

    let mut preparation = Preparation::new(template, &request, &catalogue.kinds, &number, &agency, Timestamp::now());
    preparation.allow_draft = true;
    let prepared = kyso_certification::prepare(None, &preparation)?;
    std::fs::write(&output, &prepared.tail)?;
    println!("{output}: number {number}, {} places to sign", prepared.fields.len());
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
