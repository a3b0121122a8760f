//! What every command that makes signatures takes, whatever is seen of them.

use clap::{Args, ValueEnum};
use kyso::crypto::DigestAlgorithm;
use kyso::{BaselineLevel, Document, Password, Policy, SignatureParameters};

use crate::context::Context;
use crate::failure::Failure;
use crate::key::KeyArguments;
use crate::outside::{OutsideArguments, Services, Wanted};

#[derive(Debug, Args)]
pub(crate) struct Making {
    #[arg(long)]
    pub(crate) force: bool,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "b")]
    level: LevelArgument,
    #[arg(long, value_enum, value_name = "NAME")]
    digest: Option<DigestArgument>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    #[command(flatten)]
    outside: OutsideArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LevelArgument {
    B,
    T,
    Lt,
    Lta,
}

impl From<LevelArgument> for BaselineLevel {
    fn from(level: LevelArgument) -> Self {
        match level {
            LevelArgument::B => Self::B,
            LevelArgument::T => Self::T,
            LevelArgument::Lt => Self::Lt,
            LevelArgument::Lta => Self::Lta,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DigestArgument {
    Sha256,
    Sha384,
    Sha512,
}

impl Making {
    /// The level asked for.
    pub(crate) fn level(&self) -> BaselineLevel {
        self.level.into()
    }

    /// Adds what is common to the parameters of a role.
    pub(crate) fn complete<S>(&self, mut parameters: SignatureParameters<S>) -> SignatureParameters<S> {
        parameters.level = self.level();
        parameters.vri = self.outside.vri;
        parameters.digest = self.digest.map(|digest| match digest {
            DigestArgument::Sha256 => DigestAlgorithm::Sha256,
            DigestArgument::Sha384 => DigestAlgorithm::Sha384,
            DigestArgument::Sha512 => DigestAlgorithm::Sha512,
        });
        parameters.reason.clone_from(&self.reason);
        parameters.location.clone_from(&self.location);
        parameters
    }

    /// The services that the level needs.
    pub(crate) fn services(&self, policy: &Policy, context: &Context) -> Result<Option<Services>, Failure> {
        match self.level() {
            BaselineLevel::B if !self.outside.vri => Ok(None),
            level => {
                let wanted = Wanted { level, argument: "--level", needs_time_stamp: true };
                self.outside.open_for(wanted, policy, context).map(Some)
            }
        }
    }

    /// The password that was given.
    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_ref().map(Password::as_str)
    }

    /// Reads a document, with the password that was given.
    pub(crate) fn open<'b>(&self, bytes: &'b [u8]) -> Result<Document<'b>, kyso::Error> {
        Ok(Document::parse_with_password(bytes, self.password())?)
    }
}
