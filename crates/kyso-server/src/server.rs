//! Starting, serving, and stopping without losing anything.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tracing::Instrument as _;

use crate::agencies::{self, Agency};
use crate::bounds::Bounds;
use crate::config::{Config, ConfigError};
use crate::service::{Service, Shared};
use crate::{routes, upkeep};

/// Why the service can't start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The archive can't be opened.
    #[error(transparent)]
    Archive(#[from] kyso_archive::Error),
    /// The register isn't the one that the archive's log knows: numbers would be given out again.
    #[error(
        "{}: the register has {here} events, and the archive's log knows of {logged}: it was cut or put back, and numbers would be \
         given out again (register.rolled-back)",
        directory.display()
    )]
    RegisterRolledBack {
        /// The register's directory.
        directory: PathBuf,
        /// How many events the log knows of.
        logged: u64,
        /// How many the register has.
        here: u64,
    },
    /// The register can't be read.
    #[error("{}: {error}", directory.display())]
    Register {
        /// The register's directory.
        directory: PathBuf,
        /// Why.
        #[source]
        error: Box<kyso_register::Error>,
    },
    /// The address can't be had.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system says no.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

/// A service that is listening: callers may connect, and are answered once it runs.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    services: Vec<Shared>,
    grace: Duration,
}

impl Server {
    /// Opens the keys, the archive and the port, of each agency.
    ///
    /// # Errors
    /// [`ServeError`] says which of them can't be opened, and why.
    pub async fn bind(config: &Config) -> Result<Self, ServeError> {
        let bounds = Bounds::new(config);
        let mut services: Vec<Shared> = Vec::new();
        for agency in &config.agencies {
            match Service::open(agency, bounds.clone()).await {
                Ok(service) => services.push(Arc::new(service)),
                Err(error) => {
                    for service in services {
                        service.close().await;
                    }
                    return Err(error);
                }
            }
        }
        let listen = |source| ServeError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address, services, grace: config.shutdown_grace })
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` is done; then takes no more, finishes what is in hand (within the grace that the
    /// configuration gives), and closes the archive.
    ///
    /// # Errors
    /// [`ServeError::System`] where the listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let Self { listener, address, services, grace } = self;
        tracing::info!(%address, "listening");
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let signal = async move {
            shutdown.await;
            tracing::info!("stopping: no new requests are taken");
            // The receiver is gone only where there's nothing left to tell.
            let _ = stopping.send(());
        };
        let mut beside = Vec::new();
        for service in &services {
            if let Err(error) = service.archive.begin_jobs(jiff::Timestamp::now()).await {
                tracing::error!(%error, "jobs that another process left wait until their leases are over");
            }
            let span = || tracing::info_span!("agency", name = service.agency());
            let run = |kind| tokio::spawn(upkeep::run(service.clone(), kind).instrument(span()));
            beside.extend(upkeep::KINDS.map(run));
        }
        let serving = axum::serve(listener, router(&services)?).with_graceful_shutdown(signal);
        tokio::select! {
            served = serving.into_future() => served?,
            () = grace_after(stopped, grace) => tracing::warn!("connections were cut: the grace is over"),
        }
        // Work goes on though its caller has hung up. The bounds are the same for all.
        if let Some(service) = services.first()
            && tokio::time::timeout(grace, service.idle()).await.is_err()
        {
            tracing::warn!("work was cut off: the grace is over");
        }
        beside.iter().for_each(tokio::task::JoinHandle::abort);
        for service in services {
            service.settle().await;
            service.close().await;
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// What is served: one agency's routes, or whichever agency's a request is for.
fn router(services: &[Shared]) -> Result<axum::Router, ServeError> {
    let agency = |service: &Shared| Agency { service: service.clone(), routes: routes::router(service.clone()) };
    match services {
        [] => Err(std::io::Error::other("the configuration has no agency").into()),
        [only] => Ok(routes::router(only.clone())),
        [first, others @ ..] => Ok(agencies::router(agency(first), others.iter().map(agency).collect())),
    }
}

async fn grace_after(stopped: tokio::sync::oneshot::Receiver<()>, grace: Duration) {
    match stopped.await {
        Ok(()) => tokio::time::sleep(grace).await,
        // Serving ends by itself.
        Err(_) => std::future::pending().await,
    }
}

/// Binds and runs in one.
///
/// # Errors
/// [`ServeError`].
pub async fn run(config: &Config, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
    Server::bind(config).await?.run(shutdown).await
}

/// Done when the process is asked to stop: SIGTERM or SIGINT. Listens for them from this call on.
///
/// # Errors
/// Where the system lets no one listen for signals.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
