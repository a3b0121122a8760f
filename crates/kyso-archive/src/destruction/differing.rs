//! The statements that aren't the same for both databases: SQLite's triggers let rows go with their document alone; PostgreSQL's role
//! can't delete any, and asks functions of the schema's owner.

/// Says that a document is destroyed, which the trigger allows or not (SQLite).
pub(super) const SAY: &str = "INSERT INTO destroyed (agency, artifact, destruction) SELECT $1, $2, $3 \
     WHERE NOT EXISTS (SELECT 1 FROM destroyed WHERE agency = $1 AND artifact = $2)";
/// Says so, and takes its rows away; how many (PostgreSQL).
pub(super) const DESTROY: &str = "SELECT public.kyso_destroy($1, $2) AS n";
/// Whether the connection's role may ask that (PostgreSQL).
pub(super) const MAY_DESTROY: &str =
    "SELECT 1 AS n WHERE has_function_privilege('public.kyso_destroy(bigint, text)', 'EXECUTE')";
/// Keeps everybody from saying something of a document until the transaction ends (PostgreSQL).
pub(super) const ALONE: &str = "SELECT 1 AS n FROM (SELECT public.kyso_alone()) AS alone";
/// Whether a file of SQLite's has the table of a destruction's steps: one of an earlier version hasn't.
pub(super) const HAS_STEPS: &str = "SELECT name FROM sqlite_schema WHERE name = 'destruction_step'";
