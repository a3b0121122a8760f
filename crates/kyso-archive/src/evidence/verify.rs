//! Whether a record proves that an object was there, at a time decades later (RFC 4998, 4.3 and 5.3).
//!
//! Each step has to cover what it's said to cover, and each token but the last has to have been good when the next one was made;
//! the last is good at the time of checking. How tokens are judged is the library's rule for time-stamps that lie over one
//! another ([`judge_stamps`]).

use kyso::crypto::DigestAlgorithm;
use kyso::validate::{SignerReport, StampOver, StampReport, judge_stamps};
use kyso::{Code, Finding, Indication, Policy, Severity, SubIndication, TimeStampToken, Timestamp};
use serde::Serialize;

use super::build::{time_stamp_leaf, with_sequence};
use super::record::{ArchiveTimeStamp, EvidenceRecord};

/// What a record is about.
#[derive(Debug, Clone, Copy)]
pub enum DataObject<'a> {
    /// One file.
    One(&'a [u8]),
    /// Files that are proven together: all of them and no other.
    Group(&'a [&'a [u8]]),
}

/// The verdict on a record. The serialised form is part of the contract's JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report<F = Finding> {
    /// TOTAL-PASSED where everything holds.
    pub indication: Indication,
    /// The reason where it doesn't.
    pub sub_indication: Option<SubIndication>,
    /// The time since when the object is proven to have been there: that of the first token, where the record holds.
    pub proven_since: Option<Timestamp>,
    /// Each time-stamp, oldest first.
    pub steps: Vec<Step<F>>,
    /// What is about the record as a whole, errors first.
    pub findings: Vec<F>,
}

/// One time-stamp of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Step<F = Finding> {
    /// What the time-stamp covers.
    pub kind: StepKind,
    /// The digest algorithm of its hash tree, where it's known.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The time that the token states, where it can be read.
    pub time: Option<Timestamp>,
    /// The time at which the token had to be good still: that of the next one; of the last, the time of checking.
    pub good_at: Option<Timestamp>,
    /// Whose token it is.
    pub authority: Option<SignerReport>,
    /// Whether the step holds.
    pub indication: Indication,
    /// The reason where it doesn't.
    pub sub_indication: Option<SubIndication>,
    /// All that was noticed, errors first.
    pub findings: Vec<F>,
}

/// What a time-stamp of a record covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// The object (RFC 4998, 4).
    First,
    /// The time-stamp before (5.2, Timestamp Renewal).
    TimeStampRenewal,
    /// The object and all time-stamps before (5.2, Hash-Tree Renewal).
    HashTreeRenewal,
}

impl<F> Report<F> {
    /// A copy of the report with each finding converted.
    pub fn map<G>(self, mut change: impl FnMut(F) -> G) -> Report<G> {
        let Self { indication, sub_indication, proven_since, steps, findings } = self;
        let steps = steps.into_iter().map(|step| step.map(&mut change)).collect();
        let findings = findings.into_iter().map(change).collect();
        Report { indication, sub_indication, proven_since, steps, findings }
    }
}

impl<F> Step<F> {
    fn map<G>(self, change: impl FnMut(F) -> G) -> Step<G> {
        Step {
            kind: self.kind,
            digest_algorithm: self.digest_algorithm,
            time: self.time,
            good_at: self.good_at,
            authority: self.authority,
            indication: self.indication,
            sub_indication: self.sub_indication,
            findings: self.findings.into_iter().map(change).collect(),
        }
    }
}

impl DataObject<'_> {
    /// The hash of each object.
    fn hashes(self, digest: DigestAlgorithm) -> Vec<Vec<u8>> {
        match self {
            Self::One(bytes) => vec![digest.digest(bytes)],
            Self::Group(all) => all.iter().map(|bytes| digest.digest(bytes)).collect(),
        }
    }
}

/// Judges a record of an object by a policy: its time is the time of checking, its anchors those of time-stamping authorities,
/// its constraints say until when algorithms are relied on. Pure: same bytes, same policy, same answer; a bad record is a
/// verdict, not an error.
///
/// Revocation evidence is the policy's, and what the tokens bring along. What each token but the last brings is covered by the
/// next one; the policy's counts where its own signature can still be relied on.
pub fn verify(record: &[u8], object: DataObject<'_>, policy: &Policy) -> Report {
    match EvidenceRecord::parse(record) {
        Ok(record) => judge(&record, object, policy),
        Err(error) => {
            let mut state = State::default();
            let (why, code) = (SubIndication::FormatFailure, Code::EvidenceUnreadable);
            state.failed(why, code, Some(error.to_string()));
            let State { indication, sub_indication, findings } = state;
            Report { indication, sub_indication, proven_since: None, steps: Vec::new(), findings }
        }
    }
}

/// A verdict in the making.
struct State {
    indication: Indication,
    sub_indication: Option<SubIndication>,
    findings: Vec<Finding>,
}

impl Default for State {
    fn default() -> Self {
        Self { indication: Indication::TotalPassed, sub_indication: None, findings: Vec::new() }
    }
}

impl State {
    fn failed(&mut self, why: SubIndication, code: Code, detail: Option<String>) {
        self.lower(Indication::TotalFailed, Some(why));
        self.findings.push(Finding::new(Severity::Error, code, detail));
    }

    fn open(&mut self, why: SubIndication, code: Code, detail: Option<String>) {
        self.lower(Indication::Indeterminate, Some(why));
        self.findings.push(Finding::new(Severity::Error, code, detail));
    }

    fn lower(&mut self, indication: Indication, why: Option<SubIndication>) {
        if indication > self.indication {
            self.indication = indication;
            self.sub_indication = why;
        }
    }
}

/// A time-stamp of a record as far as it's judged without its token's worth.
struct Found<'r> {
    stamp: &'r ArchiveTimeStamp,
    kind: StepKind,
    digest: Option<DigestAlgorithm>,
    token: Option<TimeStampToken>,
    state: State,
}

fn judge(record: &EvidenceRecord, object: DataObject<'_>, policy: &Policy) -> Report {
    let mut whole = State::default();
    if record.encryption_info.is_some() {
        // Whether the plain object or the encrypted one is meant isn't looked into.
        whole.open(SubIndication::Custom, Code::EvidenceUnsupported, Some("encryptionInfo".to_owned()));
    }
    let found = look(record, object);
    let (steps, noticed) = weigh(found, policy);
    whole.findings.extend(noticed);
    for step in &steps {
        whole.lower(step.indication, step.sub_indication);
    }
    let first = steps.first().and_then(|step| step.time);
    let proven_since = first.filter(|_| whole.indication == Indication::TotalPassed);
    if let Some(time) = proven_since {
        whole.findings.push(Finding::new(Severity::Info, Code::EvidenceProven, Some(time.to_string())));
    }
    let State { indication, sub_indication, findings } = whole;
    Report { indication, sub_indication, proven_since, steps, findings }
}

/// What each time-stamp is over.
fn look<'r>(record: &'r EvidenceRecord, object: DataObject<'_>) -> Vec<Found<'r>> {
    let mut all = Vec::new();
    for (number, chain) in record.chains().iter().enumerate() {
        let before = record.chains().get(..number).unwrap_or_default();
        let mut algorithm = None;
        let mut previous: Option<&ArchiveTimeStamp> = None;
        for stamp in chain.stamps() {
            let kind = match (number, previous) {
                (_, Some(_)) => StepKind::TimeStampRenewal,
                (0, None) => StepKind::First,
                (_, None) => StepKind::HashTreeRenewal,
            };
            let mut found = Found::new(stamp, kind);
            if let Some(digest) = found.digest {
                found.algorithm(record, digest, *algorithm.get_or_insert(digest));
                let hashes = match previous {
                    Some(previous) => vec![time_stamp_leaf(digest, previous.time_stamp())],
                    None if number == 0 => object.hashes(digest),
                    None => with_sequence(digest, &object.hashes(digest), before),
                };
                found.covers(digest, &hashes);
            }
            all.push(found);
            previous = Some(stamp);
        }
    }
    all
}

impl<'r> Found<'r> {
    fn new(stamp: &'r ArchiveTimeStamp, kind: StepKind) -> Self {
        let mut state = State::default();
        let token = match TimeStampToken::parse(stamp.time_stamp()) {
            Ok(token) if token.der() == stamp.time_stamp() => Some(token),
            Ok(_) => {
                state.failed(SubIndication::FormatFailure, Code::EvidenceToken, None);
                None
            }
            Err(error) => {
                state.failed(SubIndication::FormatFailure, Code::EvidenceToken, Some(error.to_string()));
                None
            }
        };
        let imprinted = token.as_ref().map(|token| token.info().digest);
        let digest = match (stamp.digest_algorithm(), imprinted) {
            (Some(stated), _) => stated.digest(),
            (None, imprinted) => imprinted.flatten(),
        };
        if token.is_some() && digest.is_none() {
            let detail = stamp.digest_algorithm().map(|stated| stated.oid.clone());
            let why = SubIndication::CryptoConstraintsFailureNoPoe;
            state.open(why, Code::EvidenceAlgorithmUnknown, detail);
        }
        Self { stamp, kind, digest, token, state }
    }

    /// The algorithm is listed, and is that of its chain and of the token.
    fn algorithm(&mut self, record: &EvidenceRecord, digest: DigestAlgorithm, of_chain: DigestAlgorithm) {
        if !record.lists(digest) {
            let (why, detail) = (SubIndication::FormatFailure, Some(digest.name().to_owned()));
            self.state.failed(why, Code::EvidenceAlgorithmUnlisted, detail);
        }
        if digest != of_chain {
            let detail = Some(format!("{}, {}", of_chain.name(), digest.name()));
            self.state.failed(SubIndication::FormatFailure, Code::EvidenceSeveralAlgorithms, detail);
        }
    }

    /// The hash tree begins with these hashes and leads to the token.
    fn covers(&mut self, digest: DigestAlgorithm, hashes: &[Vec<u8>]) {
        let other = match self.kind {
            StepKind::First => Code::EvidenceOtherObject,
            StepKind::TimeStampRenewal | StepKind::HashTreeRenewal => Code::EvidenceOtherPredecessor,
        };
        let Some(token) = &self.token else { return };
        let imprint = (token.info().digest == Some(digest)).then(|| token.info().imprint.clone());
        let (is_about_it, leads_there) = match (self.stamp.reduced(), hashes) {
            (Some(reduced), _) => (reduced.begins_with(hashes), imprint.is_some() && reduced.root(digest) == imprint),
            // Without a tree the token is over the one object's hash itself (RFC 4998, 4.3).
            (None, [only]) => (imprint.as_ref() == Some(only), true),
            (None, _) => (false, true),
        };
        if !is_about_it {
            self.state.failed(SubIndication::HashFailure, other, None);
        }
        if !leads_there {
            self.state.failed(SubIndication::HashFailure, Code::EvidenceBrokenPath, None);
        }
    }
}

/// Whether the tokens were good, each when the next was made. Where one can't be read nothing is known of the time at which those
/// before it had to be good: none is judged then, and the record has failed.
fn weigh(found: Vec<Found<'_>>, policy: &Policy) -> (Vec<Step>, Vec<Finding>) {
    let tokens: Option<Vec<&TimeStampToken>> = found.iter().map(|one| one.token.as_ref()).collect();
    let (mut reports, noticed) = match tokens {
        Some(tokens) => {
            let over = tokens.iter().zip(&found).map(|(token, one)| StampOver {
                token,
                // What the token is over was compared: here it's asked whether the token itself is intact.
                digest: one.digest.or(token.info().digest).unwrap_or(DigestAlgorithm::Sha256),
                imprint: &token.info().imprint,
            });
            let (reports, noticed) = judge_stamps(&over.collect::<Vec<_>>(), policy);
            (reports.into_iter().map(Some).collect(), noticed)
        }
        None => (Vec::new(), Vec::new()),
    };
    reports.resize_with(found.len(), || None);
    let steps = found.into_iter().zip(reports).map(|(found, report)| step(found, report));
    (steps.collect(), noticed)
}

fn step(found: Found<'_>, report: Option<StampReport>) -> Step {
    let Found { kind, digest, token, mut state, .. } = found;
    let time = token.map(|token| token.info().time);
    let (mut good_at, mut authority) = (None, None);
    match report {
        Some(report) => {
            state.lower(report.indication, report.sub_indication);
            state.findings.extend(report.findings);
            (good_at, authority) = (Some(report.good_at), report.authority);
        }
        // Another's token can't be read, and that is told there.
        None => state.lower(Indication::Indeterminate, Some(SubIndication::NoPoe)),
    }
    state.findings.sort_by_key(|finding| finding.severity);
    let State { indication, sub_indication, findings } = state;
    Step { kind, digest_algorithm: digest, time, good_at, authority, indication, sub_indication, findings }
}
