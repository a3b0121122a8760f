//! `kyso token new`: lets someone use the service. Only the secret's hash is ever kept.

use clap::{Args, Subcommand, ValueEnum};
use kyso_server::NewToken;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    New(NewArguments),
}

#[derive(Debug, Args)]
struct NewArguments {
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long, value_enum, value_name = "leader|clerk|reader|officer")]
    role: RoleArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArgument {
    Leader,
    Clerk,
    Reader,
    Officer,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Action::New(new) = &arguments.action;
    let token = NewToken::generate().map_err(|error| {
        Failure::new(
            Exit::Outside,
            format!("Hệ thống không cho số ngẫu nhiên: {error}."),
            format!("The system gives no random numbers: {error}."),
        )
    })?;
    let role = match new.role {
        RoleArgument::Leader => "leader",
        RoleArgument::Clerk => "clerk",
        RoleArgument::Reader => "reader",
        RoleArgument::Officer => "officer",
    };
    context.print(|sink| {
        let secret = context.say(
            "# Mã truy cập, chỉ hiện một lần; hãy giao tận tay người dùng:",
            "# The token, shown this once; hand it to its user:",
        );
        let lines = context.say("# Thêm vào tệp cấu hình của dịch vụ:", "# Add to the service's configuration:");
        writeln!(sink, "{secret}\n{}\n\n{lines}", token.secret.as_str())?;
        writeln!(sink, "[[token]]\nname = {}\nrole = \"{role}\"\nsha256 = \"{}\"", quoted(&new.name), token.sha256)
    })?;
    Ok(Exit::Done)
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
