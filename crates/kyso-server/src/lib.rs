//! kyso-server
