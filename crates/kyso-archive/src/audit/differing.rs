//! The statements that aren't the same for both databases: several rows at once, by their names in a list, which is bound as JSON.

use crate::database::Statement;

/// Rows of the agency `$1` whose key is in the list `$2`.
macro_rules! listed {
    ($rows:literal, $key:literal) => {
        Statement {
            sqlite: concat!("SELECT ", $rows, " WHERE agency = $1 AND ", $key, " IN (SELECT value FROM json_each($2))"),
            // A list that is made first is looked up by the index, whatever the server thinks of its length.
            postgres: concat!(
                "SELECT ",
                $rows,
                " WHERE agency = $1 AND ",
                $key,
                " = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST($2 AS jsonb))))"
            ),
        }
    };
}

/// How far requests have come.
pub(super) const REQUESTS: Statement = listed!("name AS key, state FROM request", "name");
/// Whose part an object is.
pub(super) const PARTS: Statement = listed!("object AS key, artifact FROM version", "object");
/// Events: who wrote them, what they are about and commit to.
pub(super) const COMMITMENTS: Statement = listed!("id AS key, node, artifact, commitment FROM event", "id");
/// Drafts that are there.
pub(super) const DRAFTS: Statement = listed!("id AS key FROM draft", "id");
