//! The schema, forward only: a step that was released is never changed. Both databases have the same steps, under the same
//! numbers.

use kyso_rows::Step;

/// Every step for both, oldest first.
macro_rules! steps {
    ($($version:literal $name:literal),* $(,)?) => {
        /// Every step for SQLite, oldest first.
        pub(super) const SQLITE: &[Step] = &[$(Step {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
        }),*];

        /// Every step for PostgreSQL, oldest first.
        pub(super) const POSTGRES: &[Step] = &[$(Step {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

steps!(
    1 "0001_archive",
    3 "0003_requests_of_artifacts",
    4 "0004_serving",
    5 "0005_evidence",
    6 "0006_retention",
    7 "0007_clock",
    8 "0008_anchors",
    9 "0009_statistics",
    10 "0010_counts",
    11 "0011_lasting"
);
