//! `kyso extend`: evidence for files that were signed, here or elsewhere (ETSI EN 319 142-1, 6.3).

use clap::{Args, ValueEnum};
use kyso::{BaselineLevel, Goal};

use crate::context::Context;
use crate::exit::Exit;
use crate::extending::ExtendingArguments;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: ExtendingArguments,
    #[arg(long, value_enum, value_name = "lt|lta")]
    to: Level,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Lt,
    Lta,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let level = match arguments.to {
        Level::Lt => BaselineLevel::Lt,
        Level::Lta => BaselineLevel::Lta,
    };
    arguments.common.run(context, Goal::Every(level), "--to")
}
