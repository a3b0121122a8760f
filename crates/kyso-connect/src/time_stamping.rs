//! Asking time-stamping authorities over HTTP (RFC 3161, 3.4): several in order, each answer checked before it's handed
//! on.

use std::time::Duration;

use jiff::Timestamp;
use kyso::crypto::DigestAlgorithm;
use kyso::error::connection::{Fault, UrlFault};
use kyso::error::{Failed, Service, Tried};
use kyso::tsp::{TimeStampRequest, TokenServes, read_response};
use kyso::{Error, TimeStampToken, TimeStamper};

use crate::clock::Clock;
use crate::der;
use crate::fetching::longest_pause;
use crate::guard::{Origin, Url};
use crate::http::{Client, Exchange, Run};
use crate::secret::{ClientKey, Credentials};

/// A token with a long chain is some 20 KB.
const LIMIT: u64 = 256 << 10;

/// A time-stamping authority.
#[derive(Debug, Clone)]
pub struct Authority {
    url: Url,
    client: Client,
    credentials: Option<Credentials>,
}

impl Authority {
    /// At this URL, asked by `client`. Its operator wrote it, so it may lie in a private network.
    ///
    /// # Errors
    /// [`UrlFault`].
    pub fn new(url: &str, client: &Client) -> Result<Self, UrlFault> {
        Ok(Self { url: Url::parse(url)?, client: client.clone(), credentials: None })
    }

    /// Adds user name and password, for an authority that asks for them.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Adds a client key, for an authority that authenticates its clients by TLS.
    ///
    /// # Errors
    /// [`Fault::Setting`] where the key can't be used.
    pub fn key(mut self, key: &ClientKey) -> Result<Self, Fault> {
        self.client = self.client.with_key(key)?;
        Ok(self)
    }

    /// The authority's URL.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// Has authorities stamp: the first that gives a token that holds.
#[derive(Debug, Clone)]
pub struct TimeStamping {
    authorities: Vec<Authority>,
    policy: Option<String>,
    digest: DigestAlgorithm,
    timeout: Duration,
    rounds: u32,
    pause: Duration,
    clock: Clock,
}

impl TimeStamping {
    /// How long one answer is waited for, where nothing else is said: the government's authority was seen to take two
    /// minutes.
    pub const TIMEOUT: Duration = Duration::from_secs(150);

    /// By these authorities, in this order.
    pub fn new(authorities: Vec<Authority>) -> Self {
        Self {
            authorities,
            policy: None,
            digest: DigestAlgorithm::Sha256,
            timeout: Self::TIMEOUT,
            rounds: 3,
            pause: Duration::from_secs(1),
            clock: Clock::default(),
        }
    }

    /// Under this policy (an OID in dots) instead of the authority's own.
    #[must_use]
    pub fn policy(mut self, policy: Option<String>) -> Self {
        self.policy = policy;
        self
    }

    /// Over digests of this kind.
    #[must_use]
    pub fn over(mut self, digest: DigestAlgorithm) -> Self {
        self.digest = digest;
        self
    }

    /// Waits as long for each answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Goes round so many times where all fail in a way that may pass, after a pause that doubles each time and is
    /// shortened by chance to half its length at most, so that many clients don't come back at once.
    #[must_use]
    pub fn rounds(mut self, rounds: u32, pause: Duration) -> Self {
        (self.rounds, self.pause) = (rounds, pause);
        self
    }

    /// By another clock: a token's time is held against it.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The same authorities, whose requests are of this run.
    #[must_use]
    pub fn in_run(&self, run: &Run) -> Self {
        let in_run = |one: &Authority| Authority { client: one.client.in_run(run), ..one.clone() };
        Self { authorities: self.authorities.iter().map(in_run).collect(), ..self.clone() }
    }

    fn ask(
        &self,
        authority: &Authority,
        request: TimeStampRequest,
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Fault> {
        let random = getrandom::u64().map_err(|error| Fault::Setting(format!("no random bytes: {error}")))?;
        let request = request.with_nonce(&nonce(random));
        let answer = authority.client.exchange(&Exchange {
            url: &authority.url,
            origin: Origin::Operator,
            post: Some(("application/timestamp-query", &request.to_der())),
            accept: "application/timestamp-reply",
            limit: LIMIT,
            timeout: self.timeout,
            credentials: authority.credentials.as_ref(),
        })?;
        let token = read_response(&der::first(answer)).map_err(|error| Fault::of_answer(&error))?;
        token.answers(&request, Some(self.clock.now())).map_err(|error| Fault::of_answer(&error))?;
        if token.der().len() > self.room() {
            return Err(Fault::TooLarge(self.room() as u64));
        }
        serves(&token).map_err(|error| Fault::of_answer(&error))?;
        Ok(token)
    }

    /// Before round `round`, counted from 1, of those whose failure may pass.
    fn wait(&self, round: u32, faults: &[Option<Fault>]) {
        let own = pause(self.pause, round, getrandom::u32().unwrap_or(u32::MAX));
        let passing = faults.iter().flatten().filter(|fault| fault.is_passing());
        if let (Some(pause), Some(authority)) = (longest_pause(own, passing), self.authorities.first()) {
            authority.client.run().pause(pause);
        }
    }
}

/// A nonce that takes eight octets as an INTEGER, neither fewer nor one more for its sign: some authorities take no longer one.
fn nonce(random: u64) -> [u8; 8] {
    (random & (u64::MAX >> 1) | 1 << 62).to_be_bytes()
}

/// The pause before a round, counted from 1: `first` doubled each time, by chance down to half of that.
fn pause(first: Duration, round: u32, chance: u32) -> Duration {
    let whole = first.saturating_mul(1 << round.saturating_sub(1).min(8));
    whole.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX) / 2.0)
}

/// Whether `text` is an object identifier in dots, as a policy is named.
pub fn is_object_identifier(text: &str) -> bool {
    let arcs: Vec<&str> = text.split('.').collect();
    let is_arc = |arc: &&str| (1..10).contains(&arc.len()) && arc.bytes().all(|byte| byte.is_ascii_digit());
    let second_fits = match arcs.as_slice() {
        ["0" | "1", second, ..] => second.parse::<u32>().is_ok_and(|second| second < 40),
        ["2", _, ..] => true,
        _ => false,
    };
    second_fits && arcs.iter().all(is_arc)
}

impl TimeStamper for TimeStamping {
    fn time_stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Error> {
        let mut faults: Vec<Option<Fault>> = vec![None; self.authorities.len()];
        for round in 0..self.rounds.max(1) {
            let may_help = |fault: &Option<Fault>| fault.as_ref().is_none_or(Fault::is_passing);
            if !faults.iter().any(may_help) {
                break;
            }
            if round > 0 {
                self.wait(round, &faults);
            }
            for (authority, fault) in self.authorities.iter().zip(&mut faults) {
                if !may_help(fault) {
                    continue;
                }
                let mut request = TimeStampRequest::new(digest, imprint);
                request.policy.clone_from(&self.policy);
                match self.ask(authority, request, serves) {
                    Ok(token) => return Ok(token),
                    Err(why) => *fault = Some(why),
                }
            }
        }
        let of = |(authority, fault): (&Authority, Option<Fault>)| Some(fault?.tried(&authority.url.shown()));
        let mut tried: Vec<Tried> = self.authorities.iter().zip(faults).filter_map(of).collect();
        if tried.is_empty() {
            tried.push(Tried::answer(Failed::NoAuthority));
        }
        Err(Error::Outside { service: Service::TimeStamp, tried })
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.clock.now())
    }

    fn digest(&self) -> DigestAlgorithm {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_chance_halves_them_at_most() {
        let second = Duration::from_secs(1);
        for (round, longest) in [(1, 1), (2, 2), (3, 4), (9, 256), (40, 256)] {
            let longest = Duration::from_secs(longest);
            assert_eq!(pause(second, round, u32::MAX), longest, "{round}");
            assert_eq!(pause(second, round, 0), longest / 2, "{round}");
            let between = pause(second, round, u32::MAX / 2);
            assert!(longest / 2 < between && between < longest, "{round}: {between:?}");
        }
    }

    #[test]
    fn a_nonce_takes_eight_octets() {
        for random in [0, 1, u64::MAX, 1 << 63, 1 << 62] {
            assert!((0x40..0x80).contains(&nonce(random)[0]), "{random}");
        }
        assert_ne!(nonce(1), nonce(2));
    }

    #[test]
    fn object_identifiers_are_dotted_numbers() {
        for right in ["1.2", "1.3.6.1.4.1.99999.1.1", "2.999"] {
            assert!(is_object_identifier(right), "{right}");
        }
        for wrong in ["", "1", "3.1", "1.40", "1..2", "1.a", ".1", "1.-2", "1.2.1234567890"] {
            assert!(!is_object_identifier(wrong), "{wrong}");
        }
    }
}
