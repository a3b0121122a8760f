//! Rows that an event tells of by itself: links, heads of the register, heads of the access log. Each is held against its event's record;
//! that each such event has its row is held with the events.

use std::collections::HashSet;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, next_key};
use crate::access;
use crate::database::{Row, values};
use crate::error::Error;
use crate::links::{self, Link};
use crate::record;
use crate::register_heads;

const LINKS: &str = "SELECT k.event AS key, k.artifact, k.kind AS link, k.other, e.id, e.kind, e.at, e.commitment, \
     r.event AS record, r.salt, r.body FROM link k \
     LEFT JOIN event e ON e.agency = k.agency AND e.id = k.event \
     LEFT JOIN record r ON r.agency = k.agency AND r.event = k.event \
     WHERE k.agency = $1 AND k.event > $2 ORDER BY k.event LIMIT $3";

const REGISTER_HEADS: &str = "SELECT h.event AS key, h.events, h.head, e.id, e.kind, e.at, e.commitment, \
     r.event AS record, r.salt, r.body FROM register_head h \
     LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
     LEFT JOIN record r ON r.agency = h.agency AND r.event = h.event \
     WHERE h.agency = $1 AND h.event > $2 ORDER BY h.event LIMIT $3";

const ACCESS_HEADS: &str = "SELECT h.day AS key, h.until, e.id, e.kind, e.at, e.commitment, \
     r.event AS record, r.salt, r.body FROM access_head h \
     LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
     LEFT JOIN record r ON r.agency = h.agency AND r.event = h.event \
     WHERE h.agency = $1 AND h.day > $2 ORDER BY h.day LIMIT $3";

/// A link of one artifact to another, of a kind that leads onwards, and the event that says it.
struct Edge {
    kind: &'static str,
    from: String,
    to: String,
    event: String,
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at rows that events tell of by themselves.
    pub(super) async fn told_rows(&mut self) {
        let mut edges = Vec::new();
        let held = |row: &Row, key: &str| {
            let linked = links::linked_by(record::id(row)?, row)?;
            // What was made from another begins with its bytes: those can't stand in a circle.
            if let (Some(other), false) = (linked.link.other(), matches!(linked.link, Link::MadeFrom { .. })) {
                let (kind, from, to) = (linked.link.kind(), linked.artifact.to_string(), other.to_string());
                edges.push(Edge { kind, from, to, event: key.to_owned() });
            }
            Ok(())
        };
        self.each_told("link", LINKS, held).await;
        self.circles(edges);
        self.each_told("register_head", REGISTER_HEADS, |row, _| register_heads::logged(row).map(drop)).await;
        self.each_told("access_head", ACCESS_HEADS, |row, _| access::demand_its_own(row)).await;
    }

    async fn each_told(
        &mut self,
        table: &'static str,
        sql: &'static str,
        mut held: impl FnMut(&Row, &str) -> Result<(), Error>,
    ) {
        let mut after = vec![String::new()];
        loop {
            let rows = self.page(table, sql, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                let key = row.text("key").unwrap_or_default();
                let outcome = match self.has_its_record(row) {
                    Ok(true) => held(row, &key),
                    // That its event or the record isn't there or was changed is told of these.
                    Ok(false) => Ok(()),
                    Err(error) => Err(error),
                };
                self.judged(table, &key, outcome);
            }
            match next_key(&rows, &["key"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    /// Tells of links of a kind by which a document stands behind itself. Nothing takes them away again, and of these documents none is
    /// the one that holds.
    fn circles(&mut self, mut edges: Vec<Edge>) {
        loop {
            let before = edges.len();
            // Whatever nothing leads to, or leads nowhere, is in no circle.
            let from: HashSet<(&str, String)> = edges.iter().map(|edge| (edge.kind, edge.from.clone())).collect();
            edges.retain(|edge| from.contains(&(edge.kind, edge.to.clone())));
            let to: HashSet<(&str, String)> = edges.iter().map(|edge| (edge.kind, edge.to.clone())).collect();
            edges.retain(|edge| to.contains(&(edge.kind, edge.from.clone())));
            if edges.len() == before {
                break;
            }
        }
        for Edge { kind, from, to, event } in edges {
            let detail = format!("{from} {kind} {to}, which stands behind it");
            self.findings.note(Fault::LinkCircle, Subject::row("link", event), Some(detail));
        }
    }
}
