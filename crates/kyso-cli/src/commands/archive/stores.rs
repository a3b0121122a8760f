//! `kyso archive lay-out` and `kyso archive check-store`: what an operator does before an archive is made in PostgreSQL and in an
//! S3 store.

use clap::Args;
use kyso::Bilingual;
use kyso_archive::{Archive, Location, StoreCheck};
use kyso_connect::s3::Demand;
use kyso_register::Register;

use super::{Place, refused};
use crate::commands::register::{reported, runtime};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{choose, plain};

#[derive(Debug, Args)]
pub(super) struct LayOut {
    /// The role is the schema's owner, not the service's.
    #[arg(long, value_name = "URL", env = "KYSO_OWNER_DATABASE", hide_env = true, hide_env_values = true)]
    database: String,
}

#[derive(Debug, Args)]
pub(super) struct CheckStore {
    #[command(flatten)]
    place: Place,
}

/// Brings the schemas of archive and register to the newest. Run again, it changes nothing.
pub(super) fn lay_out(arguments: &LayOut, context: &Context) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    runtime.block_on(Archive::lay_out(&arguments.database)).map_err(|error| refused(&error))?;
    runtime.block_on(Register::lay_out(&arguments.database)).map_err(reported)?;
    context.print(|sink| {
        let done = context.say("Lược đồ cơ sở dữ liệu đã ở bản mới nhất.", "The database has the newest schema.");
        writeln!(sink, "{done}")
    })?;
    Ok(Exit::Done)
}

/// Tries what an archive relies on. Exit code 1 where the store doesn't do it.
pub(super) fn check_store(arguments: &CheckStore, context: &Context) -> Result<Exit, Failure> {
    let Location::Grown(grown) = arguments.place.location()? else {
        return Err(Failure::usage(
            "Kho này nằm trong thư mục, không có nơi chứa S3; hãy chỉ --archive vào tệp cấu hình có [archive] store.",
            "This archive is in a directory and has no S3 store; let --archive be the configuration that has [archive] store.",
        ));
    };
    let checks = runtime()?.block_on(grown.check_stores()).map_err(|error| refused(&error))?;
    context.print(|sink| {
        for StoreCheck { place, checked } in &checks {
            let is_fit = checked.is_fit();
            let verdict = match is_fit {
                true => context.say("ĐẠT", "FIT"),
                false => context.say("KHÔNG ĐẠT: không dùng làm kho lưu trữ được", "NOT FIT: no archive can be kept in it"),
            };
            writeln!(sink, "{}: {verdict}", plain(place))?;
            for failure in &checked.failures {
                let Bilingual { vi, en } = demanded(failure.demand);
                let words = choose(context.language, vi, en);
                writeln!(sink, "  {}: {words} [{}]", context.say("SAI", "WRONG"), plain(&failure.what))?;
            }
            if !checked.keeps_versions() {
                let advice = context.say(
                    "Lưu ý: nơi chứa không giữ phiên bản; ai xóa được là xóa mất. Nên bật versioning và object lock.",
                    "Note: the store keeps no versions; what somebody deletes is gone. Versioning and object lock are advised.",
                );
                writeln!(sink, "  {advice}")?;
            }
        }
        Ok(())
    })?;
    Ok(if checks.iter().all(|check| check.checked.is_fit()) { Exit::Done } else { Exit::Failed })
}

fn demanded(demand: Demand) -> Bilingual<&'static str> {
    let (vi, en) = match demand {
        Demand::CreateOnly => ("mỗi tên chỉ được ghi một lần", "a name is given once"),
        Demand::Race => ("nhiều bên cùng ghi thì chỉ một bên được", "of several that write at once one wins"),
        Demand::Replace => {
            ("chỉ thay khi đúng bản đã biết", "an object is replaced only where it's the one that is known")
        }
        Demand::Checksum => ("byte sai mã băm thì không nhận", "bytes that don't match their digest are refused"),
        Demand::ReadAfterWrite => ("ghi xong là đọc được ngay", "what was written is read at once"),
    };
    Bilingual { vi, en }
}
