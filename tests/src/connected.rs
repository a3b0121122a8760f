//! Signing with what lies outside: kyso-connect, asking a test world's services over HTTP by the world's clock.

use std::time::Duration;

use kyso::{BaselineLevel, Document, Outside, Policy, Role, SignatureParameters};
use kyso_connect::{Authority, Cache, Client, Clock, Fetching, Guard, Settings, TimeStamping};
use kyso_testpki::{Identity, World, path};

use crate::{keys, signing};

const MOMENT: Duration = Duration::from_millis(1);

/// Clients of a world's services, for one run.
#[derive(Debug)]
pub struct Connected {
    stamping: TimeStamping,
    fetching: Fetching,
}

impl Connected {
    /// With an empty cache.
    pub fn to(world: &World) -> Self {
        Self::by(world, &[path::TSA], Cache::new())
    }

    /// Asking the authorities at these paths in order, keeping answers in `cache`.
    pub fn by(world: &World, authorities: &[&str], cache: Cache) -> Self {
        let urls: Vec<String> = authorities.iter().map(|path| world.server.url(path)).collect();
        let Self { stamping, fetching } = Self::asking(world, &urls, cache, Duration::from_secs(5));
        Self { stamping: stamping.rounds(1, MOMENT), fetching }
    }

    /// Asking the authorities at these addresses in order, waiting as long for each answer, and no longer than a moment
    /// before something is asked again.
    pub fn asking(world: &World, authorities: &[String], cache: Cache, timeout: Duration) -> Self {
        let guard = Guard::allowing(["127.0.0.1".parse().unwrap()]);
        let client = Client::new(Settings::new(guard)).unwrap();
        let clock = || {
            let clock = world.server.clock().clone();
            Clock::new(move || clock.now())
        };
        let authority = |url: &String| Authority::new(url, &client).unwrap();
        let stamping = TimeStamping::new(authorities.iter().map(authority).collect())
            .clock(clock())
            .timeout(timeout)
            .rounds(2, MOMENT);
        let fetching = Fetching::new(client, cache).timeout(timeout).pause(MOMENT).clock(clock());
        Self { stamping, fetching }
    }

    /// As the library takes it.
    pub fn outside(&self) -> Outside<'_> {
        Outside::default().time_stamper(&self.stamping).fetcher(&self.fetching)
    }
}

/// The world's root, at the time that its clock shows, and nothing else.
pub fn policy(world: &World) -> Policy {
    let mut policy = Policy::at(world.now());
    policy.anchors.add(&world.root.der().unwrap()).unwrap();
    policy
}

/// The file with an invisible signature at a level; a seal ends the document.
pub fn sign(
    world: &World,
    connected: &Connected,
    bytes: &[u8],
    identity: &Identity,
    role: Role,
    level: BaselineLevel,
) -> Vec<u8> {
    let document = Document::parse(bytes).unwrap();
    let (policy, signer) = (policy(world), keys::signer(identity));
    let signed = match role {
        Role::Seal => {
            let parameters = SignatureParameters::seal(world.now()).level(level);
            kyso::seal(&document, &signer, &parameters, &policy, &connected.outside())
        }
        role => {
            let mut parameters = signing::parameters(role).level(level);
            parameters.claimed_time = world.now();
            kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::by(&policy).outside(connected.outside()))
        }
    };
    signed.unwrap_or_else(|error| panic!("{role:?} {level:?}: {error}")).tail.after(bytes)
}

/// The file with a new document time-stamp, and the evidence for the last.
pub fn renew(world: &World, bytes: &[u8]) -> Vec<u8> {
    let (document, connected) = (Document::parse(bytes).unwrap(), Connected::to(world));
    let renewed =
        kyso::renew(&document, &policy(world), &connected.outside()).unwrap_or_else(|error| panic!("{error}"));
    [bytes, &renewed.tail.bytes].concat()
}
