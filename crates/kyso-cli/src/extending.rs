//! What extending and renewing have in common: the arguments, and the way from them to a written file.

use std::path::PathBuf;

use clap::Args;
use kyso::{BaselineLevel, Document, ExtendParameters, Goal, Password};

use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::output::Output;
use crate::outside::{OutsideArguments, Wanted};
use crate::text::plain;
use crate::trust::{TrustArguments, Trusted};

#[derive(Debug, Args)]
pub(crate) struct ExtendingArguments {
    #[arg(value_name = "IN")]
    input: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[arg(long)]
    force: bool,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    outside: OutsideArguments,
}

impl ExtendingArguments {
    /// Reads the document, has it extended as far as `goal`, which `argument` asked for, and writes the result.
    pub(crate) fn run(&self, context: &Context, goal: Goal<'_>, argument: &str) -> Result<Exit, Failure> {
        let output = Output::new(&self.output, Kind::Pdf, self.force, context)?;
        let level = goal.level();
        let Trusted { mut policy, roots } = self.trust.trusted(context.now)?;
        roots.note(context);
        policy.password.clone_from(&self.password);
        // What has a time-stamp already comes to LT without another.
        let wanted = Wanted { level, argument, needs_time_stamp: level == BaselineLevel::Lta };
        let services = self.outside.open_for(wanted, &policy, context)?;
        let bytes = input::document(&self.input)?;
        let wrong = |error| Failure::library(&self.input, &error);
        let document = Document::parse_with_password(&bytes, self.password.as_ref().map(Password::as_str))
            .map_err(|error| wrong(error.into()))?;
        let parameters = ExtendParameters::to(goal).vri(self.outside.vri);
        let extended = kyso::extend(&document, parameters, &policy, &services.outside()).map_err(wrong)?;
        output.write(|sink| extended.tail.write_after(&bytes, sink))?;
        let (file, level) = (plain(&self.output.display().to_string()), extended.level.name());
        let done = context.say("✔ Đã bổ sung bằng chứng và ghi", "✔ Evidence added and written:");
        context.print_of(&self.output, |sink| writeln!(sink, "{done} {file} ({level})"))?;
        Ok(Exit::Done)
    }
}
