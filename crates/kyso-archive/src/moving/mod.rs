//! An archive's rows and objects in another pair of stores: a ward that grows, a backup of one that has grown, a restoration into it.
//!
//! ```text
//! tables     what is carried, as data
//! rows       rows from one database into another, a thousand a transaction, and whether they're the same
//! snapshot   the rows of PostgreSQL as they're now, as the file of SQLite that a directory's archive would have
//! objects    objects create-only, each held against what was read
//! checked    objects held against their rows before they go anywhere
//! filling    all of it into a place that is empty or was begun, proved before anybody can open it
//! restoring  a backup comes to such a place
//! migrate    a directory's archive moves and is retired
//! retired    the mark of an archive that only reads any more
//! ```

mod checked;
mod filling;
mod migrate;
mod objects;
mod restoring;
pub(crate) mod retired;
mod rows;
mod snapshot;
pub(crate) mod tables;

pub(crate) use filling::{Filling, Told as FillingTold};
pub use migrate::{Beside as MovedBeside, Migrated, Migrating, MoveStage, MoveWatch, Moving};
pub(crate) use restoring::identity_of;
