//! Recovery: requests whose maker died between the object and its row. What they made is signed and valid, so it's kept.

use kyso::{Policy, VerifiedArtifact};

use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::request::Name;

/// What recovery found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many signed files without a row were taken up.
    pub kept: usize,
    /// How many requests were begun and made nothing: who repeats them finishes them.
    pub open: usize,
    /// Objects that can't be kept as they are, each with the reason: a person has to look.
    pub stuck: Vec<(String, String)>,
}

impl Archive {
    /// Takes up what was put into the store for a request and has no row. Whoever repeats the request is answered with it.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::File`]: what is left is taken up the next time.
    pub async fn recover(&self, policy: &Policy) -> Result<Recovered, Error> {
        let mut recovered = Recovered::default();
        // What this process claimed and is still at work on isn't dead.
        let sql = "SELECT name FROM request WHERE agency = $1 AND state = 'claimed' AND (claimed < $2 OR lease < $3) ORDER BY claimed";
        // Beside other processes, the lease alone tells.
        let dead = if self.database.is_shared() { i64::MIN } else { self.opened };
        for row in self.database.rows(sql, values![&self.agency, dead, self.database.now().await?]).await? {
            let name = Name::of_row(row.text("name")?)?;
            let Some((claim, beside)) = self.begin_again(&name).await? else { continue };
            let Some(bytes) = self.object_of(&claim).await? else {
                recovered.open += 1;
                continue;
            };
            let policy = policy.clone();
            let verified = tokio::task::spawn_blocking(move || VerifiedArtifact::verify(bytes, &policy));
            match verified.await.map_err(Error::internal)? {
                Ok(file) => {
                    self.adopt(claim, &file, beside).await?;
                    recovered.kept += 1;
                }
                Err(error) => recovered.stuck.push((name.part(0), error.to_string())),
            }
        }
        Ok(recovered)
    }

    /// Signed files that an archive of the earlier format left without a row: valid signatures that nobody was told of. A person has to
    /// decide about each.
    ///
    /// # Errors
    /// [`Error::File`].
    pub async fn left_by_earlier(&self) -> Result<Vec<String>, Error> {
        let store = self.store.clone();
        blocking(move || store.earlier_signed()).await
    }
}
