//! Which documents may be on a list, and what keeps the others off.

use std::collections::HashSet;

use jiff::civil::Date;
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use uuid::Uuid;

use super::{DestructionItem, Obstacle};
use crate::archive::Archive;
use crate::database::values;
use crate::drafts::Draft;
use crate::error::Error;
use crate::retention::Keeping;

/// A result that was prepared, by what is told of it.
#[derive(Debug)]
struct Prepared {
    draft: Draft,
    dossier: String,
    /// Its number, where it's told.
    number: Option<CertificationNumber>,
}

impl Archive {
    /// The documents as items of a list, and what keeps documents off it. `own` is the list's number, where it's there already.
    pub(super) async fn items(
        &self,
        ids: &[Uuid],
        own: Option<u32>,
        today: Date,
    ) -> Result<(Vec<DestructionItem>, Vec<(Uuid, Obstacle)>), Error> {
        let (listed, prepared): (HashSet<Uuid>, _) = (ids.iter().copied().collect(), self.prepared().await?);
        let (mut items, mut obstacles, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for id in ids.iter().copied().filter(|id| seen.insert(*id)) {
            match self.item(id, &listed, &prepared, own, today).await {
                Ok(Ok(item)) => items.push(item),
                Ok(Err(obstacle)) => obstacles.push((id, obstacle)),
                Err(Error::Destroyed(tombstone)) => obstacles.push((id, Obstacle::Destroyed(tombstone.destruction))),
                Err(Error::Missing(_)) => obstacles.push((id, Obstacle::Missing)),
                Err(Error::Damaged(what)) => obstacles.push((id, Obstacle::Damaged(what))),
                Err(error) => return Err(error),
            }
        }
        Ok((items, obstacles))
    }

    async fn item(
        &self,
        id: Uuid,
        listed: &HashSet<Uuid>,
        prepared: &[Prepared],
        own: Option<u32>,
        today: Date,
    ) -> Result<Result<DestructionItem, Obstacle>, Error> {
        let versions = self.versions_of(id).await?;
        let (Some(first), Some(newest)) = (versions.first(), versions.last()) else {
            return Err(Error::Missing(id.to_string()));
        };
        let Keeping { kind, class, text, from, end, .. } = self.keeping_by(first).await?;
        let Some(ends) = end.day().filter(|_| end.is_over(today)) else { return Ok(Err(Obstacle::NotDue(end))) };
        if let Some(hold) = self.open_hold(id).await? {
            return Ok(Err(Obstacle::Held(hold)));
        }
        if let Some(other) = self.listed_by(id, own).await? {
            return Ok(Err(Obstacle::Listed(other)));
        }
        for linked in self.links(id).await? {
            // Of two that belong together, none goes alone.
            let ends = [Some(linked.artifact), linked.link.other()];
            for other in ends.into_iter().flatten().filter(|other| *other != id && !listed.contains(other)) {
                if self.tombstone(other).await?.is_none() {
                    return Ok(Err(Obstacle::Linked(other)));
                }
            }
        }
        let metadata = self.metadata(id).await?.map(|described| described.metadata);
        if let Some(metadata) = &metadata {
            let dossier = metadata.dossier_code.to_string();
            for prepared in prepared.iter().filter(|prepared| prepared.dossier == dossier) {
                if !self.is_issued(prepared, metadata).await? {
                    return Ok(Err(Obstacle::Drafted(prepared.draft.id)));
                }
            }
        }
        let number = metadata.map(|metadata| metadata.cert_number);
        Ok(Ok(DestructionItem {
            artifact: id,
            kind,
            number: number.as_ref().map(|number| number.ordinal_text()),
            book: number.as_ref().map(|number| number.book_text()),
            date: from,
            basis: self.rules.class(&class).map(|class| class.source.clone()),
            class,
            text,
            ends,
            sha256: versions.iter().map(|version| version.of.sha256.clone()).collect(),
            bytes: newest.of.bytes,
        }))
    }

    /// The other list that a document is on and that isn't at its end.
    async fn listed_by(&self, id: Uuid, own: Option<u32>) -> Result<Option<u32>, Error> {
        let rows = self.database.rows(LISTED, values![&self.agency, id.to_string()]).await?;
        let numbers = rows.iter().map(|row| row.ordinal("destruction")).collect::<Result<Vec<_>, _>>()?;
        Ok(numbers.into_iter().find(|number| Some(*number) != own))
    }

    /// The results that were prepared. A draft stays for some days after its result was issued.
    async fn prepared(&self) -> Result<Vec<Prepared>, Error> {
        let drafts = self.drafts_before(jiff::Timestamp::MAX).await?.into_iter();
        let prepared = drafts.filter_map(|draft| {
            // What the front answered is its own; the record in it is what every front has.
            let answer: serde_json::Value = serde_json::from_str(&draft.answer).unwrap_or_default();
            let record = answer.get("record")?;
            let dossier = record.get("DossierCode")?.as_str()?.to_owned();
            let number = record.get("CertNumber").and_then(|number| serde_json::from_value(number.clone()).ok());
            Some(Prepared { draft, dossier, number })
        });
        Ok(prepared.collect())
    }

    /// Whether a result was issued: it's this document, or another one of its dossier.
    async fn is_issued(&self, prepared: &Prepared, document: &Metadata) -> Result<bool, Error> {
        let Some(number) = &prepared.number else { return Ok(false) };
        if *number == document.cert_number {
            return Ok(true);
        }
        let sql = "SELECT artifact FROM finding WHERE agency = $1 AND dossier = $2";
        for row in self.database.rows(sql, values![&self.agency, &prepared.dossier]).await? {
            let id = row.text("artifact")?;
            let id = id.parse().map_err(|_| Error::Damaged(format!("{id} is no artifact's id")))?;
            let described = self.metadata(id).await?;
            if described.is_some_and(|described| described.metadata.cert_number == *number) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes what was prepared for these documents: it has what they have.
    pub(super) async fn remove_prepared(&self, ids: &[Uuid]) -> Result<(), Error> {
        let all = self.prepared().await?;
        if all.is_empty() {
            return Ok(());
        }
        for id in ids {
            let Some(described) = self.metadata(*id).await? else { continue };
            let number = described.metadata.cert_number;
            for prepared in all.iter().filter(|prepared| prepared.number.as_ref() == Some(&number)) {
                self.remove_draft(&prepared.draft).await?;
            }
        }
        Ok(())
    }
}

/// The lists that a document is on and that are neither rejected nor at their end.
pub(super) const LISTED: &str = "SELECT i.destruction FROM destruction_item i WHERE i.agency = $1 AND i.artifact = $2 AND NOT EXISTS \
     (SELECT 1 FROM destruction_step s WHERE s.agency = i.agency AND s.destruction = i.destruction \
     AND s.step IN ('rejected', 'executed')) ORDER BY i.destruction";
