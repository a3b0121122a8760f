//! The parameters of calls, by one name each; whoever asks people for them has names of its own.

use std::fmt;

macro_rules! parameters {
    ($($(#[$doc:meta])+ $parameter:ident = $name:literal;)+) => {
        /// A parameter of a call. Exhaustive on purpose: whoever words errors has to word each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Parameter {
            $($(#[$doc])+ $parameter,)+
        }

        impl Parameter {
            /// The parameter's stable name, e.g. `image-width-mm`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$parameter => $name,)+
                }
            }
        }
    };
}

parameters! {
    /// The agency's file.
    Agency = "agency";
    /// The text under which a picture is placed.
    Anchor = "anchor";
    /// The address that look-up codes lead to.
    Base = "base";
    /// The size of running text.
    Body = "body";
    /// The certificates that go with a key.
    Certificates = "certificates";
    /// The columns of a table.
    Columns = "columns";
    /// The description of a document.
    Description = "description";
    /// The digest algorithm.
    Digest = "digest";
    /// The digest of a prepared document.
    DocumentDigest = "document-digest";
    /// The number of a dossier.
    Dossier = "dossier";
    /// The fetcher of evidence.
    Fetcher = "fetcher";
    /// The signature field.
    Field = "field";
    /// The number of the first page.
    FirstPage = "first-page";
    /// The picture of a signature or a seal.
    Image = "image";
    /// How wide the picture is to be.
    ImageWidthMm = "image-width-mm";
    /// A signature by hand.
    Ink = "ink";
    /// The agency that issues a result.
    Issuer = "issuer";
    /// The level of a signature.
    Level = "level";
    /// The fields that a signature locks.
    Lock = "lock";
    /// The message that was signed.
    Message = "message";
    /// A page's number.
    Page = "page";
    /// The pages of an extract, or those to append.
    Pages = "pages";
    /// A prepared document.
    Prepared = "prepared";
    /// The properties of a document.
    Properties = "properties";
    /// Whether RSASSA-PSS is used.
    Pss = "pss";
    /// The text of a QR symbol.
    Qr = "qr";
    /// The place of a picture.
    Rect = "rect";
    /// The number of a result in its dossier.
    Result = "result";
    /// The room of a statement.
    Room = "room";
    /// The room for those who sign.
    RoomMm = "room-mm";
    /// The rows of a table.
    Rows = "rows";
    /// The length of an RSASSA-PSS salt.
    SaltLength = "salt-length";
    /// A scan of a signature or a seal.
    Scan = "scan";
    /// How wide the seal is.
    SealMm = "seal-mm";
    /// The signature scheme.
    SignatureAlgorithm = "signature-algorithm";
    /// The size of a table's text.
    Size = "size";
    /// The text of an appearance.
    Text = "text";
    /// The message to be signed.
    ToBeSigned = "to-be-signed";
    /// How wide the ink is.
    WidthMm = "width-mm";
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<kyso_pdf::Parameter> for Parameter {
    fn from(parameter: kyso_pdf::Parameter) -> Self {
        match parameter {
            kyso_pdf::Parameter::Anchor => Self::Anchor,
            kyso_pdf::Parameter::Page => Self::Page,
            kyso_pdf::Parameter::Pages => Self::Pages,
            kyso_pdf::Parameter::Prepared => Self::Prepared,
        }
    }
}
