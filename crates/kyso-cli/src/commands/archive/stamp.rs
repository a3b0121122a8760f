//! `kyso archive stamp`: one time-stamp over everything that is new; with `--renew` or `--rehash` over all evidence so far.

use clap::{Args, ValueEnum};
use kyso::crypto::DigestAlgorithm;
use kyso_archive::{Archive, Day, Due, DueWhy, Evidenced, LeftOut, LeftOutWhy, RenewBy, StampHow, Stamped, Stamping};

use super::{Place, refused};
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outside::OutsideArguments;
use crate::text::plain;
use crate::trust::{TrustArguments, Trusted};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, conflicts_with = "rehash")]
    renew: bool,
    #[arg(long, value_enum, value_name = "sha512|sha3-512")]
    rehash: Option<Digest>,
    #[arg(long, value_name = "N", default_value_t = 0)]
    line: u32,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    outside: OutsideArguments,
}

/// Digest algorithms for new hash trees.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Digest {
    Sha512,
    #[value(name = "sha3-512")]
    Sha3,
}

impl From<Digest> for DigestAlgorithm {
    fn from(digest: Digest) -> Self {
        match digest {
            Digest::Sha512 => Self::Sha512,
            Digest::Sha3 => Self::Sha3_512,
        }
    }
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Trusted { policy, roots } = arguments.trust.trusted(context.now)?;
    roots.note(context);
    let (stamper, fetcher) = arguments.outside.open_to_stamp(&policy, context)?;
    let stamping = Stamping { stamper, fetcher: Some(fetcher), policy, line: arguments.line };
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let by = match (arguments.renew, arguments.rehash) {
            (_, Some(digest)) => Some(RenewBy::HashTree(digest.into())),
            (true, None) => Some(RenewBy::TimeStamp),
            (false, None) => None,
        };
        let left_out = match by {
            Some(by) => renew(&archive, by, &stamping, context).await?,
            None => day(&archive, &stamping, context).await?,
        };
        let due = archive.due(&stamping.policy).await.map_err(|error| refused(&error))?;
        tell_due(&due, context)?;
        Ok(told(&left_out, context))
    })
}

/// Stamps what is new, in as many stamps as that takes.
async fn day(archive: &Archive, stamping: &Stamping, context: &Context) -> Result<Vec<LeftOut>, Failure> {
    archive.sequence().await.map_err(|error| refused(&error))?;
    let (mut left_out, mut is_first) = (Vec::new(), true);
    loop {
        let Day { stamped, left_out: missed, is_more } =
            archive.stamp_day(stamping).await.map_err(|error| refused(&error))?;
        match &stamped {
            Some(stamped) => tell_stamped(stamped, context)?,
            None if is_first => context.print(|sink| {
                let nothing = "Không có gì mới: mọi văn bản và bản ghi đều đã có dấu thời gian.";
                let text = context.say(nothing, "Nothing is new: every document and record has its time-stamp.");
                writeln!(sink, "{text}")
            })?,
            None => {}
        }
        left_out.extend(missed.into_iter().filter(|one| !left_out.contains(one)).collect::<Vec<_>>());
        is_first = false;
        if !is_more || stamped.is_none() {
            return Ok(left_out);
        }
    }
}

async fn renew(
    archive: &Archive,
    by: RenewBy,
    stamping: &Stamping,
    context: &Context,
) -> Result<Vec<LeftOut>, Failure> {
    if matches!(by, RenewBy::HashTree(_)) {
        tell(context.say(
            "Đang lập lại cây băm cho toàn kho; kho lớn có thể mất nhiều phút.",
            "Building new hash trees over the whole archive; that takes minutes where it is large.",
        ));
    }
    let renewal = archive.renew_evidence(by, stamping).await.map_err(|error| refused(&error))?;
    if renewal.stamped.is_empty() {
        context.print(|sink| {
            let text = context.say("Không có bằng chứng nào cần gia hạn.", "There is no evidence to renew.");
            writeln!(sink, "{text}")
        })?;
    }
    renewal.stamped.iter().try_for_each(|stamped| tell_stamped(stamped, context))?;
    Ok(renewal.left_out)
}

fn tell_stamped(stamped: &Stamped, context: &Context) -> Result<(), Failure> {
    let done = match stamped.how {
        StampHow::First => context.say("✔ Đã đóng dấu thời gian lưu trữ số", "✔ Archive time-stamp no."),
        StampHow::TimeStamp => {
            context.say("✔ Đã gia hạn bằng dấu thời gian mới, dấu số", "✔ Renewed by a new time-stamp, no.")
        }
        StampHow::HashTree => {
            context.say("✔ Đã gia hạn bằng cây băm mới, dấu số", "✔ Renewed by a new hash tree, time-stamp no.")
        }
    };
    let covers = context.say("mục", "objects");
    let until = context.say("chứng thư của dịch vụ hết hạn", "the authority's certificate ends");
    let Stamped { number, time, leaves, expires, digest, .. } = stamped;
    context.print(|sink| {
        writeln!(sink, "{done} {number}: {time}, {leaves} {covers}, {}", digest.name())?;
        writeln!(sink, "  {}; {until} {expires}", plain(&stamped.authority))
    })
}

/// What has to be renewed, and how.
fn tell_due(due: &[Due], context: &Context) -> Result<(), Failure> {
    let Some(first) = due.first() else { return Ok(()) };
    let command = match due.iter().any(|one| one.needs_hash_tree) {
        true => "kyso archive stamp --rehash sha512",
        false => "kyso archive stamp --renew",
    };
    let why = match &first.why {
        DueWhy::Certificate(_) => context.say("chứng thư của dịch vụ cấp dấu", "the authority's certificate"),
        DueWhy::HashTree(_) | DueWhy::Signature(_) => context.say("thuật toán", "an algorithm"),
    };
    let text = context.say("! Cần gia hạn bằng chứng trước", "! Evidence has to be renewed before");
    context.print(|sink| writeln!(sink, "{text} {} ({why}): {command}", first.by))
}

/// Says what was left out; an exit code of its own where something isn't what was kept.
fn told(left_out: &[LeftOut], context: &Context) -> Exit {
    for one in left_out {
        let why = match &one.why {
            LeftOutWhy::Changed(what) => format!("{}: {}", context.say("bị sửa hoặc hỏng", "changed"), plain(what)),
            LeftOutWhy::Gone => context.say("không còn trong kho", "it isn't there any more").to_owned(),
        };
        let object = match &one.object {
            Evidenced::Version { artifact, version } => {
                format!(
                    "{} {artifact}, {} {version}",
                    context.say("văn bản", "document"),
                    context.say("phiên bản", "version")
                )
            }
            Evidenced::Record(event) => format!("{} {event}", context.say("bản ghi sự kiện", "record of event")),
            Evidenced::Checkpoint(size) => format!("{} {size}", context.say("đầu nhật ký", "checkpoint of the log")),
        };
        tell(format_args!("✘ {object}: {why}"));
    }
    let is_changed = left_out.iter().any(|one| matches!(one.why, LeftOutWhy::Changed(_)));
    if is_changed { Exit::Outside } else { Exit::Done }
}
