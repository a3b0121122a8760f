//! What PostgreSQL lets the service's role do, and what holds its tables: a role that may do more than the service does is
//! refused, and so is a schema without its triggers and policies.

use crate::error::Error;
use crate::postgres::Postgres;
use crate::schema::{Kind, Rights};
use crate::{Flaw, How, Row, values};

/// Refuses a role that could do more than the service does. Who reads alone may have the service's role too: such a connection's
/// transactions are read-only.
pub(crate) async fn demand_narrow<K: Kind>(postgres: &Postgres<K>) -> Result<(), K::Error> {
    let (schema, Rights { once, forward, queues, .. }) = (K::SCHEMA.name, K::SCHEMA.rights);
    let mut more = texts(&postgres.rows(ROLE, values![schema]).await?)?;
    if more.is_empty() {
        let (on_once, on_queues) = ("UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER", "UPDATE,TRUNCATE,REFERENCES,TRIGGER");
        more.extend(texts(&postgres.rows(ON_TABLES, values![once.join(","), on_once, schema]).await?)?);
        more.extend(texts(&postgres.rows(ON_TABLES, values![queues.join(","), on_queues, schema]).await?)?);
        for (table, columns) in forward {
            let rights = "DELETE,TRUNCATE,REFERENCES,TRIGGER";
            more.extend(texts(&postgres.rows(ON_TABLES, values![*table, rights, schema]).await?)?);
            more.extend(texts(&postgres.rows(ON_COLUMNS, values![*table, *columns, schema]).await?)?);
        }
    }
    if more.is_empty() { Ok(()) } else { Err(Error::TooPowerful(more).into()) }
}

/// Tables that are missing or not held by what holds them.
pub(crate) async fn flaws<K: Kind>(postgres: &Postgres<K>) -> Result<Vec<Flaw>, K::Error> {
    let (schema, Rights { once, forward, queues, triggers }) = (K::SCHEMA.name, K::SCHEMA.rights);
    let forward: Vec<&str> = forward.iter().map(|(table, _)| *table).collect();
    let all = [once, &forward, queues].concat().join(",");
    let mut flaws = Vec::new();
    for (sql, how) in [(ABSENT, How::Missing), (OPEN, How::Open)] {
        let found = texts(&postgres.rows(sql, values![&all, schema]).await?)?;
        flaws.extend(found.into_iter().map(|name| Flaw { kind: "table".into(), name, how }));
    }
    let named = [(once.join(","), "once"), (forward.join(","), "kept")].into_iter();
    let further = triggers.iter().map(|(table, trigger)| ((*table).to_owned(), *trigger));
    for (tables, trigger) in named.chain(further) {
        let found = texts(&postgres.rows(UNTRIGGERED, values![tables, trigger, schema]).await?)?;
        let flaw = |table| Flaw { kind: "trigger".into(), name: format!("{trigger} of {table}"), how: How::Missing };
        flaws.extend(found.into_iter().map(flaw));
    }
    Ok(flaws)
}

fn texts<K: Kind>(rows: &[Row<K>]) -> Result<Vec<String>, K::Error> {
    rows.iter().map(|row| row.text("what")).collect()
}

/// What a role is that no policy and no trigger holds.
const ROLE: &str = "\
    SELECT 'superuser' AS what FROM pg_roles WHERE rolname = current_user AND rolsuper \
    UNION ALL SELECT 'BYPASSRLS' FROM pg_roles WHERE rolname = current_user AND rolbypassrls \
    UNION ALL SELECT 'CREATEROLE' FROM pg_roles WHERE rolname = current_user AND rolcreaterole \
    UNION ALL SELECT 'CREATE in schema ' || $1 WHERE has_schema_privilege($1, 'CREATE') \
    UNION ALL SELECT 'TEMP in database ' || CAST(current_database() AS TEXT) WHERE has_database_privilege(current_database(), 'TEMP') \
    UNION ALL SELECT 'owner of ' || CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE CAST(n.nspname AS TEXT) = $1 AND c.relkind = 'r' AND pg_has_role(c.relowner, 'MEMBER')";

/// Which of the rights $2 the role has on the tables $1 of schema $3.
const ON_TABLES: &str = "\
    SELECT r.name || ' on ' || t.name AS what FROM unnest(string_to_array($1, ',')) AS t(name), \
    unnest(string_to_array($2, ',')) AS r(name) \
    WHERE has_table_privilege($3 || '.' || t.name, r.name) \
    OR (r.name IN ('INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($3 || '.' || t.name, r.name))";

/// Which columns of the table $1 the role may change beside $2.
const ON_COLUMNS: &str = "\
    SELECT 'UPDATE of ' || CAST(attname AS TEXT) || ' on ' || $1 AS what FROM pg_attribute \
    WHERE attrelid = CAST($3 || '.' || $1 AS regclass) AND attnum > 0 AND NOT attisdropped \
    AND has_column_privilege(attrelid, attnum, 'UPDATE') AND CAST(attname AS TEXT) <> ALL (string_to_array($2, ','))";

/// Which of the tables $1 of schema $2 aren't there.
const ABSENT: &str = "\
    SELECT t.name AS what FROM unnest(string_to_array($1, ',')) AS t(name) WHERE to_regclass($2 || '.' || t.name) IS NULL";

/// Which of the tables $1 of schema $2 show rows of other agencies.
const OPEN: &str = "\
    SELECT CAST(c.relname AS TEXT) AS what FROM pg_class c \
    WHERE c.oid IN (SELECT to_regclass($2 || '.' || name) FROM unnest(string_to_array($1, ',')) AS t(name)) \
    AND NOT (c.relrowsecurity AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1 \
    AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own' AND p.polcmd = '*' \
    AND pg_get_expr(p.polqual, p.polrelid) LIKE '(agency = current_setting(''kyso.agency''%'))";

/// On which of the tables $1 of schema $3 the trigger $2 is missing or off.
const UNTRIGGERED: &str = "\
    SELECT t.name AS what FROM unnest(string_to_array($1, ',')) AS t(name) \
    WHERE NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = to_regclass($3 || '.' || t.name) \
    AND CAST(g.tgname AS TEXT) = $2 AND g.tgenabled IN ('O', 'A'))";
