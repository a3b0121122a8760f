//! `kyso serve`: the signing service, until it's told to stop.

use std::path::PathBuf;

use clap::Args;
use kyso_server::{Config, ServeError, Server, stop_signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{archive, draw_pages, register};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, cause};
use crate::text::plain;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    // `RUST_LOG=debug` or `RUST_LOG=warn,kyso_server=debug`.
    let filter = std::env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
    let filter: Targets = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().json().log_internal_errors(false).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(filter).init();
    let mut config = Config::load(&arguments.config).map_err(|error| failure(&error.into()))?;
    config.drawing = draw_pages::apart().ok();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| failure(&error.into()))?;
    runtime.block_on(async {
        let stop = stop_signal().map_err(|error| failure(&error.into()))?;
        let server = Server::bind(&config).await.map_err(|error| failure(&error))?;
        // Whoever started the service waits for this line.
        context.print(|sink| writeln!(sink, "http://{}", server.address()))?;
        server.run(stop).await.map_err(|error| failure(&error))
    })?;
    Ok(Exit::Done)
}

fn failure(error: &ServeError) -> Failure {
    use kyso::Language::{English, Vietnamese};
    match error {
        ServeError::Config(error) => Failure::usage(error.text(Vietnamese), error.text(English)),
        ServeError::Listen { address, source } => Failure::new(
            Exit::Outside,
            format!("Không mở được địa chỉ {address}: {}.", cause(source, Vietnamese)),
            format!("Can't listen on {address}: {}.", cause(source, English)),
        ),
        ServeError::System(error) => Failure::new(
            Exit::Outside,
            format!("Dịch vụ không chạy được: {}.", cause(error, Vietnamese)),
            format!("The service can't run: {}.", cause(error, English)),
        ),
        ServeError::Archive(error) => {
            let mut failure = archive::refused(error);
            // The configuration names the directory, and the command line doesn't.
            failure.exit = Exit::Outside;
            failure
        }
        ServeError::RegisterRolledBack { directory, logged, here } => {
            let path = plain(&directory.display().to_string());
            Failure::new(
                Exit::Outside,
                format!(
                    "Sổ chứng thực {path} bị đưa về bản cũ: sổ có {here} sự kiện, còn nhật ký của kho lưu trữ đã ghi {logged}; cấp số \
                     tiếp thì trùng số. Hãy khôi phục bản sổ mới nhất, rồi chạy kyso register audit (register.rolled-back)."
                ),
                format!(
                    "The register {path} was put back to an earlier state: it has {here} events, and the archive's log knows of \
                     {logged}; numbers would be given out again. Restore the newest register, then run kyso register audit \
                     (register.rolled-back)."
                ),
            )
        }
        ServeError::Register { error, .. } => register::refused(error),
        other => Failure::new(
            Exit::Outside,
            format!("Dịch vụ không chạy được [{other}]."),
            format!("The service can't run: {other}."),
        ),
    }
}
