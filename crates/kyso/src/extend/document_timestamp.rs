//! A document time-stamp (EN 319 142-1, 5.4.3; ISO 32000-2, 12.8.5): an invisible field whose value is a token over the
//! whole file.

use super::dss;
use crate::error::Error;
use crate::pdf::{Document, HoleText, NewField, Tail, Update, permission};
use crate::tsp::{self, TimeStampToken, TimeStamper};

/// What its dictionary begins with. It has neither /M nor a name: the token alone speaks.
const HEAD: &str = "/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161";

/// Finishes `update` with a document time-stamp over it and all before it.
pub(super) fn append(
    document: &Document<'_>,
    mut update: Update<'_, '_>,
    time_stamper: &dyn TimeStamper,
) -> Result<(Tail, TimeStampToken), Error> {
    permission::demand_making_fields(document)?;
    let value = update.reserve();
    let name = NewField::free_name(document, "Timestamp")?;
    let page = document.page(1)?;
    let field =
        NewField { name: &name, page: &page, rectangle: None, signature: Some(value), appearance: None, lock: None };
    field.enter(document, &mut update)?;
    dss::extension(document, &mut update)?;
    let hole = HoleText::new(document, HEAD, time_stamper.room(), b"").write(update, value)?;
    let digest = time_stamper.digest();
    let mut hasher = digest.hasher();
    for covered in hole.covered(document.bytes())? {
        hasher.update(covered);
    }
    let token = tsp::stamp(time_stamper, digest, &hasher.finish())?;
    Ok((hole.fill(token.der())?, token))
}
