//! Starting, serving, and stopping without losing anything.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::config::{Config, ConfigError};
use crate::service::{Service, Shared};
use crate::{retention, routes};

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
    service: Shared,
    grace: Duration,
}

impl Server {
    /// Opens the keys, the archive and the port.
    ///
    /// # Errors
    /// [`ServeError`] says which of them can't be opened, and why.
    pub async fn bind(config: &Config) -> Result<Self, ServeError> {
        let service = Arc::new(Service::open(config).await?);
        let listen = |source| ServeError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address, service, grace: config.shutdown_grace })
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
        let Self { listener, address, service, grace } = self;
        tracing::info!(%address, "listening");
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let signal = async move {
            shutdown.await;
            tracing::info!("stopping: no new requests are taken");
            // The receiver is gone only where there's nothing left to tell.
            let _ = stopping.send(());
        };
        let retention = tokio::spawn(retention::run(service.clone()));
        let serving = axum::serve(listener, routes::router(service.clone())).with_graceful_shutdown(signal);
        tokio::select! {
            served = serving.into_future() => served?,
            () = grace_after(stopped, grace) => tracing::warn!("connections were cut: the grace is over"),
        }
        // Work goes on though its caller has hung up.
        if tokio::time::timeout(grace, service.idle()).await.is_err() {
            tracing::warn!("work was cut off: the grace is over");
        }
        retention.abort();
        service.archive.clone().close().await;
        if let Ok(office) = service.office() {
            office.register.clone().close().await;
        }
        tracing::info!("stopped");
        Ok(())
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
