//! A register in PostgreSQL, beside those of other agencies: for several processes on several machines. Its definitions lie in a
//! directory of each, as those of a register in a file do.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use kyso_rows::Pools;

use crate::database::{Ask, Database, OfRegister, values};
use crate::definitions::Definitions;
use crate::error::Error;
use crate::{Register, kept};

/// Where such a register is.
#[derive(Clone)]
pub struct Grown {
    /// Whose it is: the agency's name in the database, of a-z, 0-9 and -.
    pub agency: String,
    /// `postgres://role@host/database`, with `sslmode` and `sslrootcert` where needed; the role is the service's. The password
    /// stands in libpq's environment or password file rather than here.
    pub database: String,
    /// Where `registers.toml` lies, if there's one.
    pub directory: PathBuf,
    /// Connections to the database that agencies of this process share; each has its own where there are none.
    pub pools: Option<Pools>,
}

impl fmt::Debug for Grown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may have a password.
        let Self { agency, directory, .. } = self;
        formatter.debug_struct("Grown").field("agency", agency).field("directory", directory).finish_non_exhaustive()
    }
}

impl Grown {
    /// A connection to be written by, to tables that are held by all that holds them.
    pub(crate) async fn connected(&self) -> Result<Database, Error> {
        let database = match &self.pools {
            None => Database::connect(&self.database, &self.agency).await?,
            Some(pools) => Database::connect_in(pools, &self.database, &self.agency).await?,
        };
        let problems = database.schema_problems().await?;
        if problems.is_empty() { Ok(database) } else { Err(kyso_rows::Error::SchemaChanged(problems).into()) }
    }
}

impl Register {
    /// Brings the database to the newest schema, as its owner: `url` is the owner's, which the service doesn't have. Run again,
    /// it changes nothing. The roles are there already (docs/stores.md).
    ///
    /// # Errors
    /// [`Error::Unfit`], [`Error::Database`].
    pub async fn lay_out(url: &str) -> Result<(), Error> {
        Database::lay_out(url).await
    }

    /// Opens an agency's register in PostgreSQL, beside other processes that have it open.
    ///
    /// # Errors
    /// [`Error::AbsentIn`] where there's none, and none is made: it would begin at 01. [`Error::HalfMoved`] where one is being
    /// moved there; [`Error::Unfit`] where the database isn't fit to keep one; [`Error::Definitions`], [`Error::Refused`] where
    /// they would change what was given out; [`Error::Database`].
    pub async fn open_grown(grown: &Grown) -> Result<Self, Error> {
        Self::grown(grown, grown.connected().await?).await
    }

    /// The same to read it alone, by the service's role or one that reads, whatever is wrong with what holds the tables:
    /// [`audit`](Self::audit) names it.
    ///
    /// # Errors
    /// As [`open_grown`](Self::open_grown).
    pub async fn open_grown_to_read(grown: &Grown) -> Result<Self, Error> {
        Self::grown(grown, Database::connect_to_read(&grown.database, &grown.agency).await?).await
    }

    /// Opens an agency's register in PostgreSQL, or makes it.
    ///
    /// # Errors
    /// As [`open_grown`](Self::open_grown), without [`Error::AbsentIn`].
    pub async fn create_grown(grown: &Grown) -> Result<Self, Error> {
        let database = grown.connected().await?;
        let agency = grown.agency.clone();
        let begun = database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, LOCK).await?;
                if Place::of(transaction).await? == Place::Empty {
                    begin(transaction).await?;
                }
                Ok(())
            })
        });
        begun.await?;
        Self::grown(grown, database).await
    }

    async fn grown(grown: &Grown, database: Database) -> Result<Self, Error> {
        let definitions = Arc::new(Definitions::load(&grown.directory.join("registers.toml"))?);
        let agency = grown.agency.clone();
        match Place::of(&mut database.clone()).await? {
            Place::Begun => {}
            Place::Empty => return Err(Error::AbsentIn { agency }),
            Place::HalfMoved => return Err(Error::HalfMoved { agency }),
        }
        let seen = kept::demand_unchanged(&mut database.clone(), &definitions).await?;
        Ok(Self { agency, database, moved: None, definitions, seen, clock_confirmed: false })
    }
}

/// The lock of whoever writes into an agency's register.
pub(crate) const LOCK: &str = "register";

/// What an agency has in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing.
    Empty,
    /// Rows of a register that is moved there, not all of them.
    HalfMoved,
    /// A register.
    Begun,
}

impl Place {
    pub(crate) async fn of(from: &mut impl Ask<OfRegister>) -> Result<Self, Error> {
        // Tables of the server alone: what another agency has isn't seen.
        let sql = "SELECT (SELECT count(*) FROM begun) AS begun, (SELECT count(*) FROM event) \
                   + (SELECT count(*) FROM number_twice) AS rows";
        let row = from.row(sql, values![]).await?.ok_or_else(|| Error::internal("no row of counts"))?;
        Ok(match (row.number("begun")?, row.number("rows")?) {
            (0, 0) => Self::Empty,
            (0, _) => Self::HalfMoved,
            _ => Self::Begun,
        })
    }
}

/// Notes that the agency's register is there, whole.
pub(crate) async fn begin(transaction: &mut crate::database::Transaction) -> Result<(), Error> {
    let now = transaction.now().await?;
    transaction.run("INSERT INTO begun (at) VALUES ($1)", values![now]).await.map(|_| ())
}
