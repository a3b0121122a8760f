//! What isn't kept for good: drafts that nobody waits for any more are removed, at the start and then once a day.

use std::time::Duration;

use jiff::Timestamp;
use kyso_desk::drafts;

use crate::service::Shared;

const DAY: Duration = Duration::from_hours(24);

/// Goes on until it's dropped. Where drafts can't be removed today, it's tried again tomorrow.
pub(crate) async fn run(service: Shared) {
    let (Ok(office), Ok(store)) = (service.office(), service.store()) else { return };
    loop {
        let before = Timestamp::now().checked_sub(office.drafts_kept).unwrap_or(Timestamp::MIN);
        match drafts::remove_before(store, before).await {
            Ok(removed) => tracing::info!(removed, "old drafts"),
            Err(error) => tracing::error!(%error, "old drafts can't be removed"),
        }
        tokio::time::sleep(DAY).await;
    }
}
