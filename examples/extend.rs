//! Makes a signed file last: `extend SIGNED.pdf ROOT.pem TSA_URL OUT.pdf`. Evidence for every certificate is fetched into
//! the file, and a document time-stamp is put over it (PAdES-B-LTA, EN 319 142-1, clause 6.3).

use std::error::Error;

use kyso::{BaselineLevel, Document, Outside, Policy, Timestamp};
use kyso_connect::{Authority, Cache, Client, Fetching, Guard, Settings, TimeStamping};

fn main() -> Result<(), Box<dyn Error>> {
    let [input, root, authority, output] = arguments("SIGNED.pdf ROOT.pem TSA_URL OUT.pdf")?;
    let pdf = std::fs::read(input)?;
    let mut policy = Policy::at(Timestamp::now());
    policy.anchors.add(&std::fs::read(root)?)?;

    // Addresses in certificates are a stranger's: only the public internet is asked, unless the operator allows more.
    // The services of the tests listen on this machine.
    let guard = Guard::allowing(["127.0.0.1".parse()?]);
    let client = Client::new(Settings::new(guard))?;
    let stamping = TimeStamping::new(vec![Authority::new(&authority, &client)?]);
    let fetching = Fetching::new(client, Cache::new());
    let outside = Outside::default().time_stamper(&stamping).fetcher(&fetching);

    let extended = kyso::extend(&Document::parse(&pdf)?, BaselineLevel::Lta, &policy, &outside)?;
    std::fs::write(&output, extended.tail.after(&pdf))?;
    println!("{output}: {} bytes of evidence appended", extended.tail.bytes.len());
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
