//! What a token needs once its authority's certificate has expired: certificates, CRLs and OCSP answers, fetched while they can
//! be had and put into the token. No signature goes over that part of a token; the renewal covers it (RFC 4998, 5.2).

use std::collections::HashMap;

use kyso::{Material, TimeStampToken};

use super::Stamping;
use super::day::{TURN, authority};
use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::values;
use crate::error::Error;
use crate::record::sha256;

/// What was fetched, by the certificate of the authority that it's about: the tokens of one authority need the same.
pub(super) type Fetched = HashMap<Vec<u8>, Material>;

impl Archive {
    /// Completes the token of a stamp with evidence that its authority is good still. Which form of the token has it: 0 where it
    /// came with all it needs.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] where something can't be had, or says that the authority isn't good; [`Error::Damaged`],
    /// [`Error::Database`].
    pub async fn collect_material(&self, stamp: u32, stamping: &Stamping) -> Result<u32, Error> {
        let _turn = self.turns.turn(TURN.into()).await;
        self.complete(stamp, stamping, &mut Fetched::new()).await
    }

    /// What is known of a token's authority: what another token of the same authority was completed with last.
    pub(super) async fn known_of(&self, token: &TimeStampToken) -> Result<Option<Material>, Error> {
        let own = authority(token)?;
        let sql = "SELECT m.token FROM stamp_material m JOIN stamp s ON s.agency = m.agency AND s.number = m.stamp \
                   WHERE m.agency = $1 AND s.certificate = $2 ORDER BY m.made DESC, m.stamp DESC, m.form DESC LIMIT 1";
        let values = values![&self.agency, sha256(own.der())];
        let Some(row) = self.database.row(sql, values).await? else { return Ok(None) };
        // One that can't be read is found when it's checked.
        let Ok(other) = TimeStampToken::parse(&row.bytes("token")?) else { return Ok(None) };
        let is_same = other.authority().is_some_and(|other| other.der() == own.der());
        Ok(is_same.then(|| other.signed_data().material()))
    }

    /// Completes the token of a new stamp, where nothing is known of its authority yet: records of what it covers can be judged
    /// without a network from then on. Where that fails the stamp is there all the same.
    pub(super) async fn complete_new(&self, stamp: u32, token: &TimeStampToken, stamping: &Stamping) {
        let completed = match self.known_of(token).await {
            Ok(Some(_)) => return,
            Ok(None) => self.complete(stamp, stamping, &mut Fetched::new()).await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = completed {
            tracing::warn!(%error, stamp, "the token of a new stamp isn't completed");
        }
    }

    /// As [`collect_material`](Self::collect_material), for who has the turn and completes several.
    pub(super) async fn complete(&self, stamp: u32, stamping: &Stamping, fetched: &mut Fetched) -> Result<u32, Error> {
        let stored = self.stamp_row(stamp).await?;
        let damaged = |error: kyso::Error| Error::Damaged(format!("stamp {stamp}: {error}"));
        let token = TimeStampToken::parse(&stored.token).map_err(damaged)?;
        let by = authority(&token)?.der().to_vec();
        let material = match fetched.get(&by) {
            Some(material) => material.clone(),
            None => {
                let (asked, about) = (stamping.clone(), token.clone());
                let material = blocking(move || {
                    let material = kyso::evidence_about(&about, &asked.policy, &asked.outside());
                    material.map_err(|error| Error::TimeStamp(Box::new(error)))
                })
                .await?;
                fetched.insert(by, material.clone());
                material
            }
        };
        let completed = token.with_material(&material).map_err(damaged)?.der().to_vec();
        let newest = self.newest_form(stamp).await?;
        if self.token_of(&stored, newest).await? == completed {
            return Ok(newest);
        }
        let form = newest + 1;
        let values = values![&self.agency, stamp, form, completed, now()];
        let sql = "INSERT INTO stamp_material (agency, stamp, form, token, made) VALUES ($1, $2, $3, $4, $5)";
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(form)
    }
}
