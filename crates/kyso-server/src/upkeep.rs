//! What the archive needs beside requests, as jobs in its database ([`kyso_archive::JobKind`]): a job that fails is tried again,
//! one whose process dies is done by the next, and one that nobody can do is shown.
//!
//! Each kind has a task of its own, so that a long job keeps none of another kind waiting.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kyso::crypto::DigestAlgorithm;
use kyso_archive::{Due, Job, JobKind, RenewBy};
use kyso_desk::drafts;
use tokio::task::JoinSet;

use crate::register_head;
use crate::service::Shared;

/// The kinds that the service does.
pub(crate) const KINDS: [JobKind; 12] = [
    JobKind::Sequence,
    JobKind::Recover,
    JobKind::Drafts,
    JobKind::RegisterHead,
    JobKind::AccessHead,
    JobKind::Manifests,
    JobKind::Scrub,
    JobKind::Copy,
    JobKind::Evidence,
    JobKind::Lasting,
    JobKind::Anchor,
    JobKind::Witness,
];

/// How long events are gathered before they get their places: receipts follow within about a second.
const GATHERING: Duration = Duration::from_millis(500);
/// How long is waited after the database failed, and at most between two looks for jobs.
const PAUSE: Duration = Duration::from_mins(1);
/// How often it's looked for events that another process left.
const LOOK: Duration = Duration::from_secs(5);
/// How many manifests are written, and how many bytes are read or copied, before it's looked whether something else is to be done.
pub(crate) const MANIFESTS: u32 = 1000;
const BYTES: u64 = 256 << 20;
/// Evidence whose authority's certificate ends within ninety days is renewed: most authorities have a new certificate by then.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How many documents are raised or renewed before it's looked whether something else is to be done.
const RAISED: u32 = 50;
/// For how long what is new is gathered before it's time-stamped, and how much of it at most.
const GATHERED: SignedDuration = SignedDuration::from_hours(20);
const MOST_GATHERED: u64 = 10_000;
const SOON: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When a job is done again: none where it's asked for.
type Next = Option<SignedDuration>;

/// Does the jobs of a kind as they come due; each kind is done at the start. Goes on until it's dropped.
pub(crate) async fn run(service: Shared, kind: JobKind) {
    let mut woken = true;
    let has_place = match kind {
        JobKind::Anchor => service.archive.has_anchor(),
        JobKind::Witness => service.archive.witnesses().next().is_some(),
        _ => true,
    };
    if !has_place {
        return;
    }
    loop {
        let claimed = async {
            let now = service.archive.time().await?;
            if kind == JobKind::Witness && woken {
                service.archive.want_witnesses(now).await?;
            }
            // Each witness has a job of its own.
            service.archive.claim_job(kind, now, woken && kind != JobKind::Witness).await
        };
        let done = match claimed.await {
            Ok(Some(job)) => {
                finish(&service, job).await;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, kind = kind.name(), "jobs can't be looked for");
                false
            }
        };
        if kind == JobKind::Sequence {
            if done {
                tokio::time::sleep(GATHERING).await;
            }
            woken = tokio::select! {
                () = service.archive.woken() => true,
                () = tokio::time::sleep(until_due(&service, kind).await.min(LOOK)) => left_by_another(&service).await,
            };
        } else {
            woken = tokio::select! {
                () = published(&service, kind) => true,
                () = tokio::time::sleep(until_due(&service, kind).await) => false,
            };
        }
    }
}

/// Waits until a checkpoint is published, where that is what the kind is about.
async fn published(service: &Shared, kind: JobKind) {
    match kind {
        JobKind::Anchor => service.archive.anchor_woken().await,
        JobKind::Witness => service.archive.witnesses_woken().await,
        _ => std::future::pending().await,
    }
}

/// Whether events wait for their places that another process wrote, which may have died before it asked for the job.
async fn left_by_another(service: &Shared) -> bool {
    service.archive.is_shared() && service.archive.has_pending().await.unwrap_or_default()
}

/// How long it is until a job of this kind is due.
async fn until_due(service: &Shared, kind: JobKind) -> Duration {
    let due =
        async { Ok::<_, kyso_archive::Error>((service.archive.next_due(kind).await?, service.archive.time().await?)) };
    match due.await {
        Ok((Some(due), now)) => {
            let wait = due.duration_since(now);
            // A job that others have is due too: no look follows the other at once.
            Duration::try_from(wait).unwrap_or_default().clamp(GATHERING, PAUSE)
        }
        _ => PAUSE,
    }
}

/// Does a job, and writes down what came of it.
async fn finish(service: &Shared, mut job: Job) {
    let kind = job.kind();
    // A task of its own: a panic in it is a failure of the job. It's aborted with the set.
    let mut work = JoinSet::new();
    work.spawn(carry_out(service.clone(), kind, job.subject().to_owned()));
    let outcome = loop {
        tokio::select! {
            outcome = work.join_next() => break match outcome {
                Some(Ok(outcome)) => outcome,
                Some(Err(error)) => Err(error.to_string()),
                None => Err("the job wasn't begun".into()),
            },
            () = tokio::time::sleep(kind.renewal()) => {
                let renewed = async { service.archive.renew_job(&mut job, service.archive.time().await?).await };
                if let Err(error) = renewed.await {
                    tracing::warn!(%error, kind = kind.name(), "a job's lease can't be renewed");
                }
            }
        }
    };
    let now = service.archive.time().await.unwrap_or_else(|_| Timestamp::now());
    let written = match outcome {
        Ok(next) => {
            let next = next.map(|pause| now.checked_add(pause).unwrap_or(Timestamp::MAX));
            service.archive.job_done(job, now, next).await
        }
        Err(why) => {
            tracing::error!(why, kind = kind.name(), "a job failed");
            service.archive.job_failed(job, now, &why).await
        }
    };
    match written {
        Ok(true) => {}
        Ok(false) => tracing::warn!(kind = kind.name(), "a job was taken over: its lease was over"),
        // It's done again once its lease is over.
        Err(error) => tracing::error!(%error, kind = kind.name(), "what became of a job can't be written"),
    }
}

/// What each kind does. Why it failed is for the operator, in the log and in the archive's status.
async fn carry_out(service: Shared, kind: JobKind, subject: String) -> Result<Next, String> {
    match kind {
        JobKind::Sequence => {
            service.archive.sequence().await.map_err(|error| error.to_string())?;
            Ok(None)
        }
        JobKind::Recover => recover(&service).await.map_err(|error| error.to_string()).map(|()| Some(MINUTE)),
        JobKind::Drafts => remove_drafts(&service).await,
        JobKind::RegisterHead => {
            let Ok(office) = service.office() else { return Ok(None) };
            let moved = register_head::write_down(&service.archive, &office.register).await;
            moved.map_err(|error| error.to_string()).map(|_| Some(MINUTE))
        }
        JobKind::AccessHead => {
            let days = service.archive.log_access_heads(Timestamp::now()).await;
            days.map_err(|error| error.to_string()).map(|_| Some(HOUR))
        }
        JobKind::Manifests => {
            let written = service.archive.write_manifests(MANIFESTS).await.map_err(|error| error.to_string())?;
            Ok(Some(if written < u64::from(MANIFESTS) { MINUTE } else { SOON }))
        }
        JobKind::Scrub => scrub(&service).await.map_err(|error| error.to_string()),
        JobKind::Copy if service.second_missing.is_some() => Err(service.second_missing.clone().unwrap_or_default()),
        JobKind::Copy if !service.archive.has_second() => Ok(None),
        JobKind::Copy => {
            let copied = service.archive.copy_to_second(BYTES).await.map_err(|error| error.to_string())?;
            Ok(Some(if copied.is_complete { MINUTE } else { SOON }))
        }
        JobKind::Evidence => evidence(&service).await.map_err(|error| error.to_string()),
        JobKind::Lasting => lasting(&service).await.map_err(|error| error.to_string()),
        JobKind::Anchor => service.archive.write_anchor().await.map_err(|error| error.to_string()).map(|_| None),
        JobKind::Witness => {
            service.archive.have_witnessed(&subject).await.map_err(|error| error.to_string()).map(|_| None)
        }
        other => Err(format!("this program has no work of the kind {}", other.name())),
    }
}

/// Takes up signed files without a row, and tells of those that can't be.
async fn recover(service: &Shared) -> Result<(), kyso_archive::Error> {
    let found = service.archive.recover(&service.policy(Timestamp::now())).await?;
    for object in service.archive.left_by_earlier().await? {
        let why = "a signed file of the earlier format that no row knows";
        service.archive.tell_of(JobKind::Unkept, &object, why, Timestamp::now()).await?;
    }
    for (object, why) in &found.stuck {
        tracing::error!(object, why, "a file without a row can't be taken up: somebody has to look at it");
        service.archive.tell_of(JobKind::Unkept, object, why, Timestamp::now()).await?;
    }
    if found.kept > 0 {
        tracing::warn!(kept = found.kept, open = found.open, "signed files without a row were taken up");
    }
    Ok(())
}

/// Reads on where the last scrub ended. Where a round is over, the next one begins a day later. What nobody can mend is a failure,
/// which is shown until somebody has mended it.
async fn scrub(service: &Shared) -> Result<Next, kyso_archive::Error> {
    let scrubbed = service.archive.scrub(BYTES).await?;
    for object in &scrubbed.repaired {
        tracing::warn!(object, "what was damaged or missing is whole again");
    }
    for object in &scrubbed.refused {
        tracing::error!(
            object,
            "a whole copy of what is damaged is there: it's put in place by the repair credential alone"
        );
    }
    for object in scrubbed.damaged.iter().chain(&scrubbed.changed_rows) {
        tracing::error!(object, "what is kept is damaged, and nothing gives it back whole: somebody has to look at it");
    }
    Ok(Some(if scrubbed.is_complete { DAY } else { MINUTE }))
}

/// Time-stamps what is new, and renews evidence that weakens soon. Without a time-stamping authority and a root to judge it by,
/// there's nothing to do.
async fn evidence(service: &Shared) -> Result<Next, kyso_archive::Error> {
    let policy = service.policy(Timestamp::now());
    let lines = service.services.to_stamp(&policy);
    if lines.is_empty() {
        return Ok(None);
    }
    // One request a day and line, whatever the number of starts: what is new is gathered until then.
    let stamps = service.archive.stamps().await?;
    let newest = |line| stamps.iter().rev().find(|stamped| stamped.line == line).map(|stamped| stamped.time);
    let since = |line| newest(line).unwrap_or_else(|| service.archive.created());
    let is_due = lines.iter().any(|one| policy.time.duration_since(since(one.line)) >= GATHERED);
    if !is_due && service.archive.unstamped().await? < MOST_GATHERED {
        return Ok(Some(HOUR));
    }
    let mut is_more = true;
    while is_more {
        is_more = false;
        let mut failed = None;
        for day in service.archive.stamp_day_by(&lines).await? {
            match day {
                Ok(day) => {
                    for left_out in &day.left_out {
                        tracing::error!(?left_out, "what isn't what was kept wasn't time-stamped");
                    }
                    is_more |= day.stamped.is_some() && day.is_more;
                }
                Err(error) => failed = Some(error),
            }
        }
        // The other lines have stamped all the same.
        if let Some(error) = failed {
            return Err(error);
        }
    }
    service.archive.write_stamps().await?;
    let soon = |due: &Due| due.needs_hash_tree || due.by.duration_since(policy.time) <= RENEWED_BEFORE;
    let due: Vec<Due> = service.archive.due(&policy).await?.into_iter().filter(soon).collect();
    for stamping in &lines {
        // New trees over everything bring a new token too.
        let of_line = due.iter().filter(|due| due.line == stamping.line);
        let how = of_line.map(|due| due.renew_by(DigestAlgorithm::Sha512)).max_by_key(|how| *how != RenewBy::TimeStamp);
        if let Some(how) = how {
            let renewal = service.archive.renew_evidence(how, stamping).await?;
            for left_out in &renewal.left_out {
                tracing::error!(?left_out, "its evidence wasn't renewed");
            }
            tracing::info!(?how, line = stamping.line, stamps = renewal.stamped.len(), "evidence was renewed");
        }
    }
    Ok(Some(HOUR))
}

/// Gives documents what the rules of retention ask to be inside them, and renews it. Without a time-stamping authority and a root to
/// judge it by, there's nothing to do.
async fn lasting(service: &Shared) -> Result<Next, kyso_archive::Error> {
    let policy = service.policy(Timestamp::now());
    let Some(stamping) = service.services.to_stamp(&policy).into_iter().next() else { return Ok(None) };
    let lasted = service.archive.make_last(&stamping, RAISED).await?;
    for (artifact, why) in &lasted.failed {
        tracing::warn!(%artifact, why, "a document can't be raised or renewed");
    }
    if !lasted.added.is_empty() {
        tracing::info!(versions = lasted.added.len(), "documents were raised or renewed");
    }
    Ok(Some(if lasted.is_more { SOON } else { HOUR }))
}

/// Removes drafts that nobody waits for any more.
async fn remove_drafts(service: &Shared) -> Result<Next, String> {
    let (Ok(office), Ok(store)) = (service.office(), service.store()) else { return Ok(None) };
    let before = Timestamp::now().checked_sub(office.drafts_kept).unwrap_or(Timestamp::MIN);
    let removed = drafts::remove_before(store, before).await.map_err(|error| error.to_string())?;
    tracing::info!(removed, "old drafts");
    Ok(Some(DAY))
}
