//! kyso-testpki
