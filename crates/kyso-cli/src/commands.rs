//! One file a command.

pub(crate) mod archive;
pub(crate) mod attach;
pub(crate) mod certify;
pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod demo;
pub(crate) mod draw_pages;
pub(crate) mod extend;
pub(crate) mod image;
pub(crate) mod inspect;
pub(crate) mod register;
pub(crate) mod renew;
pub(crate) mod reserve;
pub(crate) mod revision;
pub(crate) mod roster;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod templates;
pub(crate) mod token;
pub(crate) mod trust;
pub(crate) mod verify;

use crate::arguments::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Does what was asked.
pub(crate) fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Certify(arguments) => certify::run(&arguments, context),
        Command::Check(arguments) => check::run(&arguments, context),
        Command::Demo(arguments) => demo::run(&arguments, context),
        Command::Sign(arguments) => sign::run(&arguments, context),
        Command::Seal(arguments) => seal::run(&arguments, context),
        Command::Copy(arguments) => copy::run(&arguments, context),
        Command::Attach(arguments) => attach::run(&arguments, context),
        Command::Extend(arguments) => extend::run(&arguments, context),
        Command::Renew(arguments) => renew::run(&arguments, context),
        Command::Verify(arguments) => verify::run(&arguments, context),
        Command::Inspect(arguments) => inspect::run(&arguments, context),
        Command::Register(arguments) => register::run(&arguments, context),
        Command::Archive(arguments) => archive::run(&arguments, context),
        Command::Reserve(arguments) => reserve::run(&arguments, context),
        Command::Revision(arguments) => revision::run(&arguments, context),
        Command::Roster(arguments) => roster::run(&arguments, context),
        Command::Image(arguments) => image::run(&arguments, context),
        Command::Templates(arguments) => templates::run(&arguments, context),
        Command::Token(arguments) => token::run(&arguments, context),
        Command::Trust(arguments) => trust::run(&arguments, context),
        Command::Serve(arguments) => serve::run(&arguments, context),
        Command::DrawPages => draw_pages::run(),
    }
}
