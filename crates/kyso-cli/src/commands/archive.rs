//! `kyso archive`: what is kept, and whether it's whole.

mod audit;
mod backup;
mod clock;
mod destroy;
mod evidence;
mod hold;
mod init;
mod migrate;
mod package;
mod read;
mod rebuild;
mod restore;
mod retention;
mod said;
mod stamp;
mod status;
mod stores;

use std::future::Future;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use kyso::Language::{English, Vietnamese};
use kyso_archive::{Archive, Erasing, Error, Location, NotPast, Second};
use kyso_server::{AgencyConfig, Config, ConfigError};

use crate::commands::register::{self, runtime};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, cause, describe, exit_of_writing};
use crate::private::warn_of_loose;
use crate::text::plain;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Init(init::Arguments),
    LayOut(stores::LayOut),
    CheckStore(stores::CheckStore),
    Find(read::Find),
    Fetch(read::Fetch),
    Describe(said::Describe),
    Link(said::Link),
    Correct(said::Correct),
    Audit(audit::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Restore),
    Drill(restore::Drill),
    Rebuild(rebuild::Arguments),
    Reconcile(rebuild::Arguments),
    Migrate(migrate::Arguments),
    Export(package::Export),
    Import(package::Import),
    Status(status::Arguments),
    Stamp(Box<stamp::Arguments>),
    Evidence(evidence::Arguments),
    Clock(clock::Arguments),
    Retention(retention::Arguments),
    Hold(hold::Arguments),
    Destroy(Box<destroy::Arguments>),
}

/// Where the archive is: its directory, or the service's configuration that says where.
#[derive(Debug, Args)]
pub(crate) struct Place {
    #[arg(long, value_name = "DIR|FILE", env = "KYSO_ARCHIVE", hide_env = true)]
    archive: PathBuf,
    /// Which one, where the configuration has several.
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Init(arguments) => init::run(arguments, context),
        Action::LayOut(arguments) => stores::lay_out(arguments, context),
        Action::CheckStore(arguments) => stores::check_store(arguments, context),
        Action::Find(arguments) => read::find(arguments, context),
        Action::Fetch(arguments) => read::fetch(arguments, context),
        Action::Describe(arguments) => said::describe(arguments, context),
        Action::Link(arguments) => said::link(arguments, context),
        Action::Correct(arguments) => said::correct(arguments, context),
        Action::Audit(arguments) => audit::run(arguments, context),
        Action::Backup(arguments) => backup::run(arguments, context),
        Action::Restore(arguments) => restore::run(arguments, context),
        Action::Drill(arguments) => restore::drill(arguments, context),
        Action::Rebuild(arguments) => rebuild::rebuild(arguments, context),
        Action::Reconcile(arguments) => rebuild::reconcile(arguments, context),
        Action::Migrate(arguments) => migrate::run(arguments, context),
        Action::Export(arguments) => package::export(arguments, context),
        Action::Import(arguments) => package::import(arguments, context),
        Action::Status(arguments) => status::run(arguments, context),
        Action::Stamp(arguments) => stamp::run(arguments, context),
        Action::Evidence(arguments) => evidence::run(arguments, context),
        Action::Clock(arguments) => clock::run(arguments, context),
        Action::Retention(arguments) => retention::run(arguments, context),
        Action::Hold(arguments) => hold::run(arguments, context),
        Action::Destroy(arguments) => destroy::run(arguments, context),
    }
}

impl Place {
    /// Where an archive is whose directory, or whose configuration, is this.
    pub(crate) fn of(archive: PathBuf, agency: Option<String>) -> Self {
        Self { archive, agency }
    }

    /// Where it is. A file is the service's configuration.
    pub(crate) fn location(&self) -> Result<Location, Failure> {
        if !self.archive.is_file() {
            return match &self.agency {
                None => Ok(Location::Directory(self.archive.clone())),
                Some(_) => Err(Failure::usage(
                    "--agency chỉ đi với --archive TỆP cấu hình của dịch vụ.",
                    "--agency goes with --archive FILE alone, the service's configuration.",
                )),
            };
        }
        self.configured(AgencyConfig::location)
    }

    /// Where it is, asked as who may destroy: what destroys, or brings an archive back of which something was destroyed.
    fn location_to_destroy(&self) -> Result<Location, Failure> {
        if self.is_configured() { self.configured(AgencyConfig::location_to_destroy) } else { self.location() }
    }

    /// Whether it's named by the service's configuration.
    fn is_configured(&self) -> bool {
        self.archive.is_file()
    }

    /// Where it's kept a second time, as the configuration says; a directory's says nothing.
    fn second(&self) -> Result<Option<Second>, Failure> {
        if self.is_configured() { self.configured(AgencyConfig::second_store) } else { Ok(None) }
    }

    /// What deletes in its stores what a decision destroys, as the configuration says.
    fn erasing(&self) -> Result<Erasing, Failure> {
        if self.is_configured() { self.configured(AgencyConfig::erasing) } else { Ok(Erasing::default()) }
    }

    /// Where its register is, if it has one: what the configuration says, else its own directory.
    fn register(&self) -> Result<register::Location, Failure> {
        if !self.archive.is_file() {
            return Ok(register::Location::Directory(self.archive.clone()));
        }
        self.configured(|agency| {
            Ok(match (agency.register(), &agency.office) {
                (Some(grown), _) => register::Location::Grown(grown),
                (None, Some(office)) => register::Location::Directory(office.register.clone()),
                (None, None) => register::Location::Directory(agency.data_dir.clone()),
            })
        })
    }

    /// What the configuration says of the agency.
    fn configured<T>(&self, read: impl FnOnce(&AgencyConfig) -> Result<T, ConfigError>) -> Result<T, Failure> {
        let said = Config::load(&self.archive).and_then(|config| read(config.agency(self.agency.as_deref())?));
        said.map_err(|error| Failure::usage(error.text(Vietnamese), error.text(English)))
    }

    /// Does something with the archive that is opened, and closes it whatever comes of that.
    pub(super) fn with<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        archive: impl Future<Output = Result<Archive, Error>>,
        work: impl FnOnce(Archive) -> F,
    ) -> Result<T, Failure> {
        let done = runtime()?.block_on(async {
            let archive = archive.await.map_err(|error| refused(&error))?;
            let result = work(archive.clone()).await;
            archive.close().await;
            result
        });
        if let Ok(location) = self.location() {
            warn_of_loose(location.directory(), context);
        }
        done
    }

    /// The same with an archive that is written to: what happened has its place in the log, and its manifest, before it's closed. There may
    /// be no service to give it one, and an audit names an event that stays without a place.
    fn with_written<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        location: &Location,
        work: impl FnOnce(Archive) -> F,
    ) -> Result<T, Failure> {
        self.with(context, Archive::open_at(location), |archive| async move {
            let done = work(archive.clone()).await;
            // What happened before it failed has happened all the same.
            let settled = settle(&archive).await;
            let done = done?;
            settled.map(|()| done)
        })
    }
}

/// Gives what happened its place in the log, and its manifest.
async fn settle(archive: &Archive) -> Result<(), Failure> {
    archive.sequence().await.map_err(|error| refused(&error))?;
    while archive.write_manifests(256).await.map_err(|error| refused(&error))? > 0 {}
    Ok(())
}

/// The failure for an error of the archive, with the exit code that follows from it.
pub(crate) fn refused(error: &Error) -> Failure {
    let path = |path: &std::path::Path| plain(&path.display().to_string());
    let outside = |vi: String, en: String| Failure::new(Exit::Outside, vi, en);
    match error {
        Error::Absent(at) => {
            let path = path(at);
            Failure::usage(
                format!("{path} không có kho lưu trữ. Lập kho mới bằng: kyso archive init --archive {path}"),
                format!("{path} has no archive. Make a new one with: kyso archive init --archive {path}"),
            )
        }
        Error::Exists(at) => {
            let path = path(at);
            Failure::usage(
                format!("{path} đã có kho lưu trữ; không lập lại."),
                format!("{path} has an archive already; it isn't made anew."),
            )
        }
        Error::Retired { path: at, to } => {
            let (path, to) = (path(at), plain(to));
            outside(
                format!("Kho ở {path} đã chuyển sang {to}; ở đây chỉ còn đọc được. Hãy dùng cấu hình mới."),
                format!("The archive of {path} moved to {to}, and is only read here. Use the new configuration."),
            )
        }
        Error::Nested(one, other) => {
            let (one, other) = (path(one), path(other));
            Failure::usage(
                format!("{one} và {other} nằm trong nhau; hãy chọn thư mục ở ổ khác."),
                format!("{one} and {other} lie in one another; choose a directory on another medium."),
            )
        }
        Error::Origin(name) => {
            let name = plain(name);
            Failure::usage(
                format!(
                    "{name:?} không dùng làm tên nhật ký được: không để trống, không có dấu cách, dấu + hay ký tự điều khiển."
                ),
                format!(
                    "{name:?} can't be the name of a log: not empty, without blanks, plus signs and control characters."
                ),
            )
        }
        Error::InUse(at) => {
            let path = path(at);
            outside(
                format!("Chương trình khác đang dùng kho lưu trữ {path}; hãy dừng chương trình đó trước."),
                format!("Another program uses the archive {path}; stop that one first."),
            )
        }
        Error::DatabaseMissing(at) => {
            let path = path(at);
            outside(
                format!("Mất {path} mà văn bản vẫn còn; hãy khôi phục tệp này từ bản sao lưu, đừng lập kho mới."),
                format!(
                    "{path} is gone and the documents are there; restore it from a backup, and make no new archive."
                ),
            )
        }
        Error::KeyMissing(at) => {
            let path = path(at);
            outside(
                format!("Mất khóa {path} của kho lưu trữ; hãy khôi phục từ nơi đã cất riêng."),
                format!("The archive's key {path} is gone; restore it from where it was kept apart."),
            )
        }
        Error::OtherArchive { database, store } => outside(
            format!(
                "Cơ sở dữ liệu thuộc kho {database}, còn nơi chứa văn bản thuộc kho {}; hãy ghép lại đúng cặp.",
                if store.is_empty() { "không rõ" } else { store }
            ),
            format!(
                "The database is of archive {database}, and the documents are of archive {}; put those together that belong together.",
                if store.is_empty() { "unknown" } else { store }
            ),
        ),
        Error::RolledBack { here, there, place } => outside(
            format!(
                "Kho lưu trữ bị đưa về bản cũ: nhật ký có {here} mục, còn {place} có {there} mục; hãy khôi phục bản mới nhất."
            ),
            format!(
                "The archive was put back to an earlier state: its log has {here} entries, and {place} has {there}; restore the \
                 newest backup."
            ),
        ),
        Error::Backup { path: at, .. } => {
            let path = path(at);
            Failure::new(
                Exit::Failed,
                format!(
                    "Bản sao lưu không còn nguyên vẹn [{}]: {path}. Không khôi phục gì từ bản này.",
                    plain(&error.to_string())
                ),
                format!("The backup isn't whole [{}]: {path}. Nothing is restored from it.", plain(&error.to_string())),
            )
        }
        Error::NewestBackup { path: at, what, readable } => {
            let (path, what, readable) = (path(at), plain(what), plain(readable));
            Failure::new(
                Exit::Failed,
                format!(
                    "Không đọc được bản kê {path} [{what}] mà bản này mới hơn mọi bản còn đọc được ({readable}): văn bản đã tiêu hủy có thể \
                     trở lại, nên không khôi phục gì từ đây và không sao lưu vào đây. Hãy khôi phục từ ổ sao lưu khác, và sao lưu vào thư mục \
                     khác. Nếu không còn ổ nào khác và người có thẩm quyền cho phép, hãy chuyển tệp .json và .note của bản kê này ra nơi khác \
                     rồi chạy lại; những gì tiêu hủy sau {readable} phải tiêu hủy lại."
                ),
                format!(
                    "The list {path} can't be read [{what}], and it's newer than every one that can ({readable}): what was destroyed could come \
                     back, so nothing is restored from here and nothing is backed up here. Restore from another medium, and back up into \
                     another directory. Where there's no other medium, and whoever answers for the archive allows it, move this list's .json \
                     and .note elsewhere and run this again; what was destroyed after {readable} has to be destroyed again."
                ),
            )
        }
        Error::NotItsPast { path: at, backup, by, here, there } => {
            let (path, backup) = (path(at), plain(backup));
            let what = match by {
                NotPast::Log => "mục nhật ký",
                NotPast::Events => "sự kiện",
                NotPast::Register => "sự kiện trong sổ chứng thực",
            };
            outside(
                format!(
                    "Bản sao lưu mới nhất ở {path} ({backup}, có {there} {what}) không phải quá khứ của kho này (có {here}): kho hoặc sổ đã \
                     bị đưa về bản cũ, hoặc đi tiếp từ một bản cũ. Không chép gì. Nếu kho này đúng là kho đang dùng, hãy sao lưu vào thư \
                     mục khác; nếu không, hãy khôi phục bản mới nhất."
                ),
                format!(
                    "The newest backup in {path} ({backup}, {there} {by}) isn't of this archive's past (which has {here}): the archive, or its \
                     register, was put back to an earlier state, or has gone on from one. Nothing was copied. If this is the archive to keep, \
                     back it up into another directory; else restore the newest backup."
                ),
            )
        }
        Error::Package(what) => Failure::new(
            Exit::Failed,
            format!("Gói không nhận được [{}]; không ghi gì vào kho.", plain(what)),
            format!("The package can't be taken in [{}]; nothing of it is in the archive.", plain(what)),
        ),
        Error::NotEmpty(at) => {
            let path = path(at);
            Failure::usage(
                format!("{path} không trống; chỉ khôi phục vào thư mục trống."),
                format!("{path} isn't empty; an archive is restored into an empty directory alone."),
            )
        }
        Error::Unfinished(at) => {
            let path = path(at);
            outside(
                format!("{path} mới khôi phục dở; hãy chạy lại kyso archive restore với đúng bản sao lưu đó."),
                format!("{path} is restored in part; run kyso archive restore again, with the same backup."),
            )
        }
        Error::SchemaChanged(what) => outside(
            format!("Cơ sở dữ liệu của kho lưu trữ bị sửa [{}]; hãy khôi phục từ bản sao lưu.", what.join("; ")),
            format!("The archive's database was changed [{}]; restore it from a backup.", what.join("; ")),
        ),
        Error::Schema { found, wanted } if found > wanted => outside(
            format!(
                "Kho lưu trữ có lược đồ {found}, do kyso mới hơn tạo; hãy dùng bản kyso đó (bản này biết tới lược đồ {wanted})."
            ),
            format!("The archive has schema {found}, of a newer kyso; use that one (this one knows schema {wanted})."),
        ),
        Error::Schema { found, wanted } => outside(
            format!("Kho lưu trữ có lược đồ {found}, chương trình này cần {wanted}; hãy mở kho bằng kyso serve trước."),
            format!("The archive has schema {found}, and this program wants {wanted}; open it with kyso serve first."),
        ),
        Error::NotLocal { path: at, kind } => {
            let path = path(at);
            Failure::usage(
                format!("{path} nằm trên ổ mạng {kind}; kho lưu trữ phải nằm trên ổ đĩa của máy."),
                format!("{path} is on a network file system, {kind}; an archive has to be on a disk of this computer."),
            )
        }
        Error::Full { path: at, free, reserve } => {
            let path = path(at);
            outside(
                format!("{path} còn {free} byte trống, phải chừa {reserve} byte; hãy giải phóng ổ đĩa."),
                format!("{path} has {free} bytes free, and {reserve} are kept in reserve; make room."),
            )
        }
        Error::Clock { now, newest } => outside(
            format!(
                "Đồng hồ chỉ {now}, còn kho lưu trữ đã ghi lúc {newest}; hãy chỉnh đồng hồ, hoặc nếu đồng hồ đúng: kyso archive \
                 clock --archive DIR --confirm --by TÊN"
            ),
            format!(
                "The clock says {now}, and the archive has written at {newest}; set the clock, or where it's right: kyso archive \
                 clock --archive DIR --confirm --by NAME"
            ),
        ),
        Error::AnchorMissing(at) => {
            let path = path(at);
            outside(
                format!("Không có thư mục của {path}: đã gắn ổ chứa chưa?"),
                format!("The directory of {path} isn't there: is the medium mounted?"),
            )
        }
        Error::TimeStampAhead { now, time_stamp } => outside(
            format!(
                "Đồng hồ chỉ {now}, còn dịch vụ cấp dấu thời gian đã đóng dấu lúc {time_stamp}: hãy chỉnh đồng hồ. Chỉ khi chắc chắn \
                 dấu thời gian đó sai mới thêm --despite-time-stamp."
            ),
            format!(
                "The clock says {now}, and an authority's time-stamp is of {time_stamp}: set the clock. Add --despite-time-stamp only \
                 where that time-stamp is known to be wrong."
            ),
        ),
        Error::ReadOnly => outside(
            "Không ghi được vào kho lưu trữ: ổ đĩa vừa hỏng khi ghi, hoặc tệp của kho chỉ cho đọc.".to_owned(),
            "The archive can't be written to: its disk failed while it was written to, or its files may only be read."
                .to_owned(),
        ),
        Error::Locked => outside(
            "Một chương trình khác đang khóa cơ sở dữ liệu của kho lưu trữ; hãy đóng chương trình đó rồi thử lại."
                .to_owned(),
            "Another program keeps the archive's database locked; end it, and try again.".to_owned(),
        ),
        Error::Damaged(what) => outside(
            format!("Kho lưu trữ bị hỏng [{}]; hãy khôi phục từ bản sao lưu.", plain(what)),
            format!("The archive is damaged [{}]; restore it from a backup.", plain(what)),
        ),
        Error::Missing(what) => outside(
            format!("Kho lưu trữ mất {}; hãy khôi phục từ bản sao lưu.", plain(what)),
            format!("The archive has lost {}; restore it from a backup.", plain(what)),
        ),
        Error::File { path: at, source } => {
            let path = path(at);
            Failure::new(
                exit_of_writing(source),
                format!("Không đọc hoặc ghi được kho lưu trữ {path}: {}.", cause(source, Vietnamese)),
                format!("The archive {path} can't be read or written: {}.", cause(source, English)),
            )
        }
        Error::TimeStamp(error) => Failure::worded(Exit::of_error(error), |language| {
            let nothing = match language {
                Vietnamese => "Chưa lưu gì; hãy thử lại sau, hoặc thêm một --tsa khác",
                English => "Nothing was stored; try again later, or add another --tsa",
            };
            format!("{}. {nothing}.", describe(error, language).trim_end_matches('.'))
        }),
        Error::NoTrust => Failure::usage(
            "Chưa tin CA gốc nào của dịch vụ cấp dấu thời gian; hãy thêm --trust CA gốc (hoặc kyso trust add).",
            "No root of a time-stamping authority is trusted; add --trust ROOT (or kyso trust add).",
        ),
        Error::Algorithm(digest) => outside(
            format!("Thuật toán băm {} không còn được tin dùng vào lúc này.", digest.name()),
            format!("The digest algorithm {} isn't relied on at this time.", digest.name()),
        ),
        Error::Setting(what) => outside(
            format!("Cơ sở dữ liệu hoặc nơi chứa không dùng được [{}]; hãy sửa cấu hình.", plain(what)),
            format!("The database or the store can't be used: {}. Mend the configuration.", plain(what)),
        ),
        Error::TooPowerful(more) => outside(
            format!(
                "Vai trò của dịch vụ trong cơ sở dữ liệu có quá nhiều quyền [{}]; hãy thu bớt, hoặc dùng vai trò kyso_app.",
                more.join("; ")
            ),
            format!(
                "The service's role in the database may do more than it needs [{}]; take that away, or use kyso_app.",
                more.join("; ")
            ),
        ),
        Error::Store(error) => outside(
            format!(
                "Nơi chứa S3 không trả lời đúng [{}]; chưa ghi gì thêm. Hãy thử lại, hoặc xem cấu hình [archive.s3].",
                plain(&error.to_string())
            ),
            format!(
                "The S3 store doesn't answer as it should: {}. Try again, or look at [archive.s3].",
                plain(&error.to_string())
            ),
        ),
        Error::Database(error) => outside(
            format!(
                "Cơ sở dữ liệu của kho lưu trữ báo lỗi [{}]; hãy thử lại, hoặc xem [archive] database.",
                plain(&error.to_string())
            ),
            format!(
                "The archive's database fails: {}. Try again, or look at [archive] database.",
                plain(&error.to_string())
            ),
        ),
        Error::SecondMissing(at) => {
            let path = path(at);
            outside(
                format!("{path} không có bản sao thứ hai của kho này: đã gắn ổ chứa chưa, có đúng thư mục không?"),
                format!(
                    "{path} has no second copy of this archive: is the medium mounted, and is it the right directory?"
                ),
            )
        }
        Error::Destroyed(of) => destroy::destroyed(of),
        Error::NotDestroyed(why) => destroy::refusal(why),
        Error::Unknown(id) => {
            Failure::usage(format!("Kho không có văn bản {id}."), format!("The archive has no document {id}."))
        }
        Error::NotSaid(why) => said::refusal(why),
        Error::Internal(what) => Failure::new(
            Exit::Defect,
            format!("Lỗi chương trình: {what}."),
            format!("A defect of this program: {what}."),
        ),
        other => outside(
            format!("Kho lưu trữ báo lỗi [{}].", plain(&other.to_string())),
            format!("The archive's error: {}.", plain(&other.to_string())),
        ),
    }
}
