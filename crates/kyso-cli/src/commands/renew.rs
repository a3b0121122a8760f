//! `kyso renew`: a new document time-stamp before the last one's certificate or algorithm ends.

use clap::Args;
use kyso::Goal;

use crate::context::Context;
use crate::exit::Exit;
use crate::extending::ExtendingArguments;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: ExtendingArguments,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    arguments.common.run(context, Goal::Renewal, "renew")
}
