//! Encryption dictionaries that come after the signature: a reader that obeys them reads other strings and streams.

use kyso::validate::Modifications;

use super::base::{self, body, content, number::*};
use super::writer::{Section, Update};
use super::{ANY, Family};

/// Names the standard handler with filters that leave everything as it is.
const IDENTITY: &str = "<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /CF << >> /StmF /Identity /StrF /Identity \
     /O <00000000000000000000000000000000000000000000000000000000000000ff> \
     /U <00000000000000000000000000000000000000000000000000000000000000ff> >>";
const RC4: &str = "<< /Filter /Standard /V 1 /R 2 /P -4 \
     /O <2055c756c72e1ad702608e8196acad447ad32d17cff583235f6dd15fed7dab67> \
     /U <7a00000000000000000000000000000000000000000000000000000000000000> >>";

pub(super) fn cases() -> Family {
    let mut family = Family::new("encryption");
    let signed = base::signed();
    for (name, dictionary) in
        [("identity", IDENTITY), ("rc4", RC4), ("unknown-handler", "<< /Filter /Nobody >>"), ("empty", "<< >>")]
    {
        let with = || Update::new().object(FAR, dictionary).trailer("/Encrypt 200 0 R");
        family.attack(format!("{name}-alone"), ANY, with().onto(signed));
        family.attack(format!("{name}-and-content"), ANY, with().stream(CONTENT, "", content("9999")).onto(signed));
        family.attack(format!("{name}-by-stream"), ANY, with().section(Section::Stream(FAR + 1)).onto(signed));
        family.attack(
            format!("{name}-in-the-first-of-two-updates"),
            ANY,
            Update::new().object(INFO, body(signed, INFO)).onto(&with().onto(signed)),
        );
        family.attack(
            format!("{name}-direct"),
            ANY,
            Update::new().object(INFO, body(signed, INFO)).trailer(&format!("/Encrypt {dictionary}")).onto(signed),
        );
    }
    family.attack(
        "dangling-and-content",
        ANY,
        Update::new().stream(CONTENT, "", content("9999")).trailer("/Encrypt 300 0 R").onto(signed),
    );
    family.honest("none", Modifications::None, Update::new().object(INFO, body(signed, INFO)).onto(signed));
    family
}
