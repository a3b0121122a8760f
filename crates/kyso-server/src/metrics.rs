//! Figures for a monitoring system, in Prometheus' text format 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>). Nothing in them says anything of a person.

use std::fmt::Write as _;

use jiff::Timestamp;
use kyso_archive::{AnchorStatus, JobState, LastBackup, Status, Work};

use crate::requests::{Answered, Kind};

/// The format's media type.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Lines of the format.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A metric and its samples: labels as they're written between the braces, and values.
    fn add(&mut self, name: &str, kind: &str, help: &str, samples: impl IntoIterator<Item = (String, f64)>) {
        // Writing to a string fails nowhere.
        let _ = writeln!(self.0, "# HELP kyso_{name} {help}\n# TYPE kyso_{name} {kind}");
        for (labels, value) in samples {
            let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
            let _ = writeln!(self.0, "kyso_{name}{labels} {value}");
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.add(name, "gauge", help, [(String::new(), value)]);
    }

    fn counter(&mut self, name: &str, help: &str, value: f64) {
        self.add(name, "counter", help, [(String::new(), value)]);
    }
}

/// A label. Values are escaped as the format says.
fn label(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{value}\"")
}

/// A number as the format has it. What is beyond 2^53 loses digits that nobody looks at.
#[expect(clippy::cast_precision_loss, reason = "figures for charts")]
fn number(value: u64) -> f64 {
    value as f64
}

fn seconds(microseconds: u64) -> f64 {
    number(microseconds) / 1e6
}

/// How long ago a time is, in seconds; 0 where there is none.
fn age(time: Option<Timestamp>, now: Timestamp) -> f64 {
    time.map_or(0.0, |time| now.duration_since(time).as_secs_f64().max(0.0))
}

/// All figures as the format has them.
pub(crate) fn written(
    status: &Status,
    backup: Option<&LastBackup>,
    work: &Work,
    requests: &[(Kind, Answered)],
) -> String {
    let mut lines = Lines::default();
    kept(&mut lines, status);
    log(&mut lines, status);
    jobs(&mut lines, status);
    stores(&mut lines, status);
    // None is no backup of age 0.
    if let Some(backup) = backup {
        lines.gauge("backup_age_seconds", "Age of the newest backup.", age(Some(backup.at), status.at));
        lines.gauge("backup_log_size", "Leaves of the log that it has.", number(backup.log_size));
    }
    retention(&mut lines, status);
    done(&mut lines, work, requests);
    lines.0
}

fn kept(lines: &mut Lines, status: &Status) {
    let (kept, claims, drafts) = (&status.kept, &status.claims, &status.drafts);
    let named = |name: &str, value: &Option<String>| label(name, value.as_deref().unwrap_or("none"));
    let by_kind = kept.by_kind.iter().map(|tally| (named("kind", &tally.name), number(tally.artifacts)));
    lines.add("artifacts", "gauge", "Documents that are kept, by the kind of certification.", by_kind);
    let by_kind = kept.by_kind.iter().map(|tally| (named("kind", &tally.name), number(tally.bytes)));
    lines.add("artifact_bytes", "gauge", "Their newest versions.", by_kind);
    let by_level = kept.by_level.iter().map(|tally| (named("level", &tally.name), number(tally.artifacts)));
    lines.add("artifacts_at_level", "gauge", "Documents by the level of their newest version.", by_level);
    let lasting = &status.lasting.documents;
    let sum = |which: fn(&kyso_archive::Lasting) -> u64| number(lasting.iter().map(which).sum());
    let due = sum(|one| if one.is_due { one.artifacts } else { 0 });
    lines.gauge("artifacts_renewal_due", "Documents that are to be raised or renewed by now.", due);
    lines.gauge("artifacts_renewal_failing", "Of these, those where that failed.", sum(|one| one.failing));
    lines.gauge("artifacts_renewal_unseen", "Documents that weren't looked at yet.", number(status.lasting.unseen));
    if let Some(next) = lasting.iter().filter(|one| !one.is_due).filter_map(|one| one.renew).min() {
        let ahead = next.duration_since(status.at).as_secs_f64();
        lines.gauge("artifacts_renewal_next_seconds", "How long it is until more are to be renewed.", ahead);
    }
    lines.gauge("versions", "Versions of documents.", number(kept.versions));
    lines.gauge("stored_bytes", "The parts of all versions.", number(kept.bytes));
    lines.gauge("claims_open", "Requests that were begun and aren't finished.", number(claims.open));
    lines.gauge("claims_left", "Of these, those that nobody is at work on.", number(claims.left));
    lines.gauge("claims_oldest_seconds", "Age of the oldest of them.", age(claims.oldest, status.at));
    lines.gauge("drafts", "Results that wait for their signatures.", number(drafts.count));
    lines.gauge("drafts_oldest_seconds", "Age of the oldest of them.", age(drafts.oldest, status.at));
}

fn retention(lines: &mut Lines, status: &Status) {
    let of = &status.retention;
    lines.gauge("holds_open", "Legal holds that aren't released.", number(of.holds));
    lines.gauge("retention_due", "Documents that are past their time, whatever holds them.", number(of.due));
    let lists = [("proposed", of.proposed), ("approved", of.approved), ("decided", of.decided), ("begun", of.begun)];
    let lists = lists.map(|(state, count)| (label("state", state), number(count)));
    lines.add("destructions", "gauge", "Destructions that aren't at their end, by how far they've come.", lists);
    lines.gauge("artifacts_destroyed", "Documents that were destroyed.", number(of.destroyed));
}

fn log(lines: &mut Lines, status: &Status) {
    let log = &status.log;
    let newest = status.clock.newest_event.max(status.clock.newest_time_stamp);
    let behind = newest.map_or(0.0, |newest| newest.duration_since(status.at).as_secs_f64().max(0.0));
    lines.gauge(
        "clock_behind_seconds",
        "How far the clock is behind what was written; nothing is signed above 300.",
        behind,
    );
    lines.gauge("log_size", "Leaves of the log.", number(log.size));
    lines.gauge("log_signed_size", "Leaves that the newest checkpoint covers.", number(log.signed));
    lines.gauge("log_pending", "Events that wait for their places in the log.", number(log.pending));
    lines.gauge("log_pending_oldest_seconds", "Age of the oldest of them.", age(log.pending_since, status.at));
    lines.gauge("log_unsigned", "Leaves that no checkpoint covers.", number(log.unsigned));
    lines.gauge("log_unsigned_oldest_seconds", "Age of the oldest of them.", age(log.unsigned_since, status.at));
    lines.gauge("log_checkpoint_age_seconds", "Age of the newest checkpoint.", age(log.signed_at, status.at));
    if !status.anchors.is_empty() {
        let place = |anchor: &AnchorStatus| label("place", anchor.witness.as_deref().unwrap_or("file"));
        let behind = |anchor: &AnchorStatus| number(log.signed.saturating_sub(anchor.size));
        let behind = status.anchors.iter().map(|anchor| (place(anchor), behind(anchor)));
        lines.add("anchor_behind", "gauge", "Entries that a place outside doesn't have yet.", behind);
        let ages = status.anchors.iter().map(|anchor| (place(anchor), age(Some(anchor.at), status.at)));
        lines.add("anchor_age_seconds", "gauge", "How long ago a checkpoint came to be there.", ages);
    }
    if let Some(stamp) = &status.stamp {
        lines.gauge("stamps", "Time-stamps over what is kept.", number(stamp.count));
        lines.gauge(
            "stamp_age_seconds",
            "Age of the newest one, by the time that it states.",
            age(Some(stamp.at), status.at),
        );
    }
    let damaged = if status.register_fault.is_some() { 1.0 } else { 0.0 };
    lines.gauge(
        "register_head_damaged",
        "Whether the row of the register's newest head isn't what the log has.",
        damaged,
    );
    if let Some(register) = &status.register {
        lines.gauge("register_head_events", "Events of the register that the log knows of.", number(register.events));
        lines.gauge("register_head_age_seconds", "Age of that head.", age(Some(register.at), status.at));
    }
}

fn jobs(lines: &mut Lines, status: &Status) {
    let states = [
        (JobState::Waiting, "waiting"),
        (JobState::Running, "running"),
        (JobState::Idle, "idle"),
        (JobState::Stuck, "stuck"),
    ];
    let count = |state| status.jobs.iter().filter(|job| job.state == state).count();
    let by_state =
        states.map(|(state, name)| (label("state", name), u32::try_from(count(state)).map_or(0.0, f64::from)));
    lines.add("jobs", "gauge", "Jobs by state; a person has to look at stuck ones.", by_state);
    let failing = status.jobs.iter().filter(|job| job.error.is_some()).count();
    lines.gauge("jobs_failing", "Jobs whose last try failed.", u32::try_from(failing).map_or(0.0, f64::from));
    let done = status.jobs.iter().filter(|job| job.subject.is_empty() && job.done.is_some());
    let done = done.map(|job| (label("kind", &job.kind), age(job.done, status.at)));
    lines.add("job_done_age_seconds", "gauge", "How long ago a job was last done.", done);
}

fn stores(lines: &mut Lines, status: &Status) {
    // An S3 store doesn't tell, and a figure would be a lie.
    if let Some(space) = &status.space {
        lines.gauge("space_free_bytes", "Free bytes of the archive's file system.", number(space.free));
        lines.gauge("space_total_bytes", "Bytes of the archive's file system.", number(space.total));
        lines.gauge("space_reserve_bytes", "Below this many free bytes nothing is begun.", number(space.reserve));
    }
    if !status.copies.is_empty() {
        let labels = |store: &str, state: &str| [label("store", store), label("state", state)].join(",");
        let objects = status.copies.iter().map(|copy| (labels(&copy.store, &copy.state), number(copy.objects)));
        lines.add("objects_seen", "gauge", "Objects by store and by what was last seen of them.", objects);
        let oldest =
            status.copies.iter().map(|copy| (labels(&copy.store, &copy.state), age(Some(copy.oldest), status.at)));
        lines.add("objects_seen_oldest_seconds", "gauge", "How long ago the one was seen that was seen first.", oldest);
    }
}

fn done(lines: &mut Lines, work: &Work, requests: &[(Kind, Answered)]) {
    lines.counter("database_transactions_total", "Transactions since the start.", number(work.transactions));
    lines.counter("database_writings_total", "Writings that shared them.", number(work.writings));
    lines.counter("database_transactions_failed_total", "Transactions that failed.", number(work.failed_transactions));
    let took = seconds(work.transaction_microseconds);
    lines.counter("database_transaction_seconds_total", "How long the transactions took.", took);
    lines.counter("objects_created_total", "Objects created since the start.", number(work.objects));
    lines.counter("objects_taken_total", "Objects whose name was taken.", number(work.objects_taken));
    lines.counter("objects_failed_total", "Objects that couldn't be created.", number(work.objects_failed));
    lines.counter("object_seconds_total", "How long the creations took.", seconds(work.object_microseconds));
    let labels = |(route, method, status): &Kind| {
        [label("route", route), label("method", method), label("status", &status.to_string())].join(",")
    };
    let counts = requests.iter().map(|(kind, answered)| (labels(kind), number(answered.count)));
    lines.add("requests_total", "counter", "Requests answered since the start.", counts);
    let took = requests.iter().map(|(kind, answered)| (labels(kind), seconds(answered.microseconds)));
    lines.add("request_seconds_total", "counter", "How long they took.", took);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_formats() {
        let mut lines = Lines::default();
        lines.gauge("a", "What a is.", 0.5);
        lines.add("b", "counter", "B.", [(label("kind", "x\"\\\n"), 7.0), (label("kind", "y"), 1e15)]);
        assert_eq!(
            lines.0,
            "# HELP kyso_a What a is.\n# TYPE kyso_a gauge\nkyso_a 0.5\n# HELP kyso_b B.\n# TYPE kyso_b counter\n\
             kyso_b{kind=\"x\\\"\\\\\\n\"} 7\nkyso_b{kind=\"y\"} 1000000000000000\n"
        );
    }
}
