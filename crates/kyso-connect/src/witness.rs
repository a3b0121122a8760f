//! Witnesses of a log, asked over HTTP ([C2SP tlog-witness] 1.0.0): each remembers the newest checkpoint that it has seen of a log,
//! signs those that continue it, and shows anybody what it remembers.
//!
//! What is sent and what comes back are bytes here. What they say, and whether it holds, is for the log to see.
//!
//! [C2SP tlog-witness]: https://c2sp.org/tlog-witness

use std::time::Duration;

use kyso::error::connection::{Fault, UrlFault};

use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange, Run};

/// A checkpoint with sixteen signatures, each of which may be 5 KB long, stays below.
const LIMIT: u64 = 256 << 10;
/// The content of a 409: a size in decimal and a line feed.
const SIZE: &str = "text/x.tlog.size";

/// A witness that its operator has configured for the log.
#[derive(Debug, Clone)]
pub struct LogWitness {
    submit: Url,
    prefix: String,
    client: Client,
    timeout: Duration,
}

/// What a witness answers to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// 200: signature lines, none of which was looked at.
    Signed(Vec<u8>),
    /// 409: the size that it remembers is another one than was said.
    Knows(u64),
    /// Any other status: 403 where it doesn't know the log's key, 404 where it doesn't know the log, 422 where the proof doesn't hold.
    Refused(u16),
}

impl LogWitness {
    /// How long an answer is waited for, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(15);

    /// The witness below this URL, asked by `client`. The operator wrote it, so it may lie in a private network.
    ///
    /// # Errors
    /// [`UrlFault`].
    pub fn new(prefix: &str, client: &Client) -> Result<Self, UrlFault> {
        let prefix = prefix.trim_end_matches('/').to_owned();
        let submit = Url::parse(&format!("{prefix}/add-checkpoint"))?;
        Ok(Self { submit, prefix, client: client.clone(), timeout: Self::TIMEOUT })
    }

    /// Waits as long for each answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where checkpoints are sent, for messages.
    pub fn shown(&self) -> String {
        self.submit.shown()
    }

    /// Sends a checkpoint with the proof that it continues the one before: the whole body.
    ///
    /// # Errors
    /// [`Fault`]: there's no answer. The witness may have taken it all the same.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<Added, Fault> {
        let answer = self.ask(&self.submit, Some(("text/plain; charset=utf-8", body)))?;
        Ok(match answer.status {
            200 => Added::Signed(answer.content),
            409 if answer.header("content-type").is_some_and(|kind| kind.trim() == SIZE) => {
                let size = std::str::from_utf8(&answer.content).ok().and_then(|text| text.trim_end().parse().ok());
                size.map_or(Added::Refused(409), Added::Knows)
            }
            status => Added::Refused(status),
        })
    }

    /// What it remembers of the log whose origin has this SHA-256, in lower-case hex; none where it says that it knows nothing of it.
    ///
    /// # Errors
    /// [`Fault`]; [`Fault::Status`] for a status that says neither.
    pub fn checkpoint(&self, origin_sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        let url = Url::parse(&format!("{}/{origin_sha256}/checkpoint", self.prefix)).map_err(Fault::Url)?;
        let answer = self.ask(&url, None)?;
        match answer.status {
            200 => Ok(Some(answer.content)),
            404 => Ok(None),
            status => Err(Fault::Status(status)),
        }
    }

    fn ask(&self, url: &Url, post: Option<(&'static str, &[u8])>) -> Result<crate::http::Answer, Fault> {
        // Each request has a run of its own: a witness that was down an hour ago may be there again.
        let client = self.client.in_run(&Run::default());
        client.answer(&Exchange {
            url,
            origin: Origin::Operator,
            post,
            accept: "text/plain",
            limit: LIMIT,
            timeout: self.timeout,
            credentials: None,
        })
    }
}
