//! `kyso revision`: the document as it was when a signature was made.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use kyso::Policy;
use kyso::validate::Coverage;

use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::output::Output;
use crate::text::plain;
use crate::values::count;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE")]
    input: PathBuf,
    #[arg(value_name = "N", value_parser = count(1_usize))]
    number: usize,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[arg(long)]
    force: bool,
    #[arg(long, value_name = "P")]
    password: Option<kyso::Password>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, Kind::Pdf, arguments.force, context)?;
    let bytes = input::document(&arguments.input)?;
    let mut policy = Policy::at(context.now);
    policy.password.clone_from(&arguments.password);
    let report = kyso::verify(&bytes, &policy).map_err(|error| Failure::library(&arguments.input, &error))?;
    let count = report.signatures.len();
    let signature =
        arguments.number.checked_sub(1).and_then(|index| report.signatures.get(index)).ok_or_else(|| {
            Failure::usage(
                format!("Không có chữ ký thứ {}: tệp có {count} chữ ký.", arguments.number),
                format!("There is no signature {}: the file has {count}.", arguments.number),
            )
        })?;
    let end = match (signature.coverage, signature.byte_range.as_slice()) {
        (Coverage::WholeFile | Coverage::WholeRevision, &[_, _, start, length]) => start.checked_add(length),
        _ => None,
    };
    let signed = end.and_then(|end| usize::try_from(end).ok()).and_then(|end| bytes.get(..end)).ok_or_else(|| {
        Failure::new(
            Exit::Refused,
            format!("Vùng được ký của chữ ký thứ {} không hợp lệ, nên không biết tài liệu khi đó.", arguments.number),
            format!("Signature {} covers no revision, so what the document was isn't known.", arguments.number),
        )
    })?;
    output.write(|sink| sink.write_all(signed))?;
    let file = plain(&arguments.output.display().to_string());
    let length = signed.len();
    context.print_of(&arguments.output, |sink| {
        let done = context.say("✔ Tài liệu như khi ký", "✔ The document as it was signed");
        writeln!(sink, "{done} ({}/{count}): {file}, {length} byte", arguments.number)
    })?;
    Ok(Exit::Done)
}
