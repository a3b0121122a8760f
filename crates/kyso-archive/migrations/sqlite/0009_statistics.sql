-- How the planner is to think of the tables. Without statistics it takes every index whose first column is given for one that finds a
-- few rows; but all rows of an archive are one agency's, and it went through all of them: for the events of an artifact, for the
-- versions of a digest. The figures are those of an archive with a million artifacts, whatever is in this one: which index is
-- right doesn't depend on the size. They change no answer (https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_sqlite_stat_tables).
ANALYZE archive;

DELETE FROM sqlite_stat1;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('access', 'access', '1000000 1000000 1 1'),
    ('artifact', 'artifact', '1000000 1000000 1'),
    ('artifact', 'sqlite_autoindex_artifact_2', '1000000 1000000 1'),
    ('checkpoint', 'checkpoint', '1000000 1000000 1'),
    ('copy', 'copy', '2000000 2000000 2 1'),
    ('copy', 'copy_seen', '2000000 2000000 1000000 20'),
    ('draft', 'sqlite_autoindex_draft_1', '1000 1000 1'),
    ('draft', 'sqlite_autoindex_draft_2', '1000 1000 1'),
    ('draft', 'draft_sha256', '1000 1000 1'),
    ('draft', 'draft_created', '1000 1000 1'),
    ('event', 'event', '3000000 3000000 1'),
    ('event', 'sqlite_autoindex_event_2', '3000000 3000000 1 1'),
    ('event', 'event_artifact', '3000000 3000000 3 1'),
    ('finding', 'sqlite_autoindex_finding_1', '1000000 1000000 1'),
    ('finding', 'finding_dossier', '1000000 1000000 2'),
    ('finding', 'finding_number', '1000000 1000000 50000 4 1'),
    ('finding', 'finding_date', '1000000 1000000 200 50'),
    ('leaf', 'leaf', '3000000 3000000 1'),
    ('leaf', 'sqlite_autoindex_leaf_2', '3000000 3000000 1'),
    ('leaf_pending', 'leaf_pending', '10000 10000 1 1'),
    ('link', 'link', '10000 10000 1'),
    ('link', 'link_artifact', '10000 10000 2'),
    ('link', 'link_other', '10000 10000 2'),
    ('metadata', 'sqlite_autoindex_metadata_1', '1000000 1000000 1 1'),
    ('outbox', 'outbox', '10000 10000 1'),
    ('record', 'sqlite_autoindex_record_1', '3000000 3000000 1'),
    ('register_head', 'register_head', '100000 100000 1'),
    ('register_head', 'register_head_events', '100000 100000 1'),
    ('report', 'sqlite_autoindex_report_1', '1000000 1000000 1 1'),
    ('request', 'request', '3000000 3000000 1'),
    ('request', 'request_artifact', '2000000 2000000 2'),
    ('request', 'request_open', '100 100 1'),
    ('stamp', 'sqlite_autoindex_stamp_1', '10000 10000 1'),
    ('stamp', 'stamp_certificate', '10000 10000 100'),
    ('stamp_leaf', 'stamp_leaf', '4000000 4000000 1000 1'),
    ('stamp_leaf', 'stamp_leaf_object', '4000000 4000000 2000000 2 1'),
    ('stamp_material', 'sqlite_autoindex_stamp_material_1', '20000 20000 2 1'),
    ('version', 'version', '1000000 1000000 1 1'),
    ('version', 'sqlite_autoindex_version_2', '1000000 1000000 1'),
    ('version', 'version_sha256', '1000000 1000000 1'),
    ('version', 'version_created', '1000000 1000000 1');

-- For the connection that is open.
ANALYZE sqlite_schema;
