//! TLS by OpenSSL, over whatever connection there is: direct, or through a proxy's tunnel.

use std::fmt;
use std::io::{Read as _, Write as _};

use kyso::error::connection::Fault;
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{HandshakeError, SslConnector, SslMethod, SslStream, SslVersion};
use openssl::x509::{X509, X509VerifyResult};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use crate::secret::ClientKey;

/// How TLS connections are made: whom we trust and who we are.
#[derive(Clone)]
pub(crate) struct Tls(SslConnector);

impl Tls {
    /// Trusts the CAs of the system and those given in PEM or DER; shows `client` to servers that ask.
    pub(crate) fn new(roots: &[Vec<u8>], client: Option<&ClientKey>) -> Result<Self, Fault> {
        let setting = |error: ErrorStack| Fault::Setting(format!("TLS: {error}"));
        let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(setting)?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_2)).map_err(setting)?;
        // OpenSSL built from source looks where no system keeps its CAs. Where there are none, no server is trusted.
        let system = openssl_probe::probe();
        if let Some(file) = system.cert_file {
            let _ = builder.load_verify_locations(Some(&file), None);
        }
        for directory in system.cert_dir {
            let _ = builder.load_verify_locations(None, Some(&directory));
        }
        for certificate in roots {
            let certificate = X509::from_der(certificate).map_err(setting)?;
            builder.cert_store_mut().add_cert(certificate).map_err(setting)?;
        }
        if let Some(client) = client {
            let ours = |error: ErrorStack| Fault::Setting(format!("client key and certificate: {error}"));
            // Without a password an encrypted key would be asked for at the terminal.
            let password = client.password.as_ref().map_or("", |password| password.as_str());
            let key = PKey::private_key_from_pem_passphrase(&client.key, password.as_bytes()).map_err(ours)?;
            let mut chain = X509::stack_from_pem(&client.certificates).map_err(ours)?.into_iter();
            let own = chain.next().ok_or_else(|| Fault::Setting("the client certificate's file holds none".into()))?;
            builder.set_certificate(&own).map_err(ours)?;
            builder.set_private_key(&key).map_err(ours)?;
            builder.check_private_key().map_err(ours)?;
            for issuer in chain {
                builder.add_extra_chain_cert(issuer).map_err(ours)?;
            }
        }
        Ok(Self(builder.build()))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// Why there is no TLS: carried through the HTTP client.
#[derive(Debug)]
pub(super) struct TlsFailure(pub(super) String);

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsFailure {}

fn failure(cause: impl fmt::Display) -> Error {
    Error::Other(Box::new(TlsFailure(cause.to_string())))
}

/// With TLS 1.3 a server says only after the handshake that it wants another client.
fn broken(error: std::io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<openssl::ssl::Error>()) {
        Some(inner) => failure(inner),
        None => Error::from(error),
    }
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, TlsTransport>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let mut adapter =
            TransportAdapter::new(Box::new(transport) as Box<dyn Transport>, details.current_time.clone());
        adapter.set_timeout(details.timeout);
        let stream = match self.0.connect(&host, adapter) {
            Ok(stream) => stream,
            Err(HandshakeError::SetupFailure(error)) => return Err(failure(error)),
            Err(HandshakeError::Failure(broken) | HandshakeError::WouldBlock(broken)) => {
                let verified = broken.ssl().verify_result();
                return Err(match broken.into_error().into_io_error() {
                    // The connection failed below TLS, as in time.
                    Ok(io) => Error::from(io),
                    Err(error) if verified == X509VerifyResult::OK => failure(error),
                    Err(_) => failure(verified.error_string()),
                });
            }
        };
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TlsTransport { buffers, stream })))
    }
}

/// A connection inside TLS.
pub(crate) struct TlsTransport {
    buffers: LazyBuffers,
    stream: SslStream<TransportAdapter>,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output).map_err(broken)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf()).map_err(broken)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}
