//! The names of a distribution point, by which a certificate and a list tell that they mean the same one (RFC 5280, 4.2.1.13,
//! 5.2.5 and 6.3.3 b 2 i).

use super::{Name, uri};
use crate::asn1::{self, Element, Reader, tag};
use crate::error::{Error, Subject};

/// GeneralName: uniformResourceIdentifier and directoryName.
const URI: u8 = 0x86;
const DIRECTORY_NAME: u8 = 0xA4;

/// The names of one distribution point, each as good as the other. Of other kinds than these nothing is known.
///
/// ```text
/// DistributionPointName ::= CHOICE {
///     fullName                 [0] GeneralNames,
///     nameRelativeToCRLIssuer  [1] RelativeDistinguishedName }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PointName {
    /// URIs.
    pub uris: Vec<String>,
    /// Directory names; one that is relative to the CRL's issuer stands below that.
    pub directory: Vec<Name>,
}

impl PointName {
    /// Whether one of the names is the other's too.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        self.uris.iter().any(|uri| other.has_uri(uri)) || self.directory.iter().any(|name| other.has_name(name))
    }

    /// Whether all of the names are the other's too, and there are any.
    pub(super) fn is_the_same(&self, other: &Self) -> bool {
        let has_all = |one: &Self, of: &Self| {
            of.uris.iter().all(|uri| one.has_uri(uri)) && of.directory.iter().all(|name| one.has_name(name))
        };
        let is_empty = self.uris.is_empty() && self.directory.is_empty();
        !is_empty && has_all(self, other) && has_all(other, self)
    }

    fn has_uri(&self, uri: &str) -> bool {
        self.uris.iter().any(|own| uri::same(own, uri))
    }

    fn has_name(&self, name: &Name) -> bool {
        self.directory.iter().any(|own| own.says_the_same(name))
    }
}

/// The name in a field that holds a DistributionPointName. `issuer`: of the CRL, where it's known.
pub(super) fn name(field: &Element<'_>, issuer: Option<&Name>) -> Result<PointName, Error> {
    let mut point = PointName::default();
    let choice = field.children()?.next()?;
    if choice.identifier() == tag::context(1) {
        point.directory.extend(issuer.and_then(|issuer| below(issuer, choice.contents()).ok()));
    } else if choice.identifier() == tag::context(0) {
        for one in choice.children()?.all()? {
            match one.identifier() {
                URI => point.uris.push(String::from_utf8_lossy(one.contents()).into_owned()),
                DIRECTORY_NAME => point.directory.extend(Name::parse(one.contents()).ok()),
                _ => {}
            }
        }
    }
    Ok(point)
}

/// The names of each of `CRLDistributionPoints ::= SEQUENCE OF DistributionPoint`, by a certificate of this issuer. A point that
/// can't be read is left out.
///
/// ```text
/// DistributionPoint ::= SEQUENCE {
///     distributionPoint  [0] DistributionPointName OPTIONAL,
///     reasons            [1] ReasonFlags OPTIONAL,
///     cRLIssuer          [2] GeneralNames OPTIONAL }
/// ```
pub(super) fn names(what: Subject, value: &[u8], issuer: &Name) -> Result<Vec<PointName>, Error> {
    let mut names = Vec::new();
    for point in Reader::new(what, value).expect(tag::SEQUENCE)?.children()?.all()? {
        let Ok(fields) = point.children().and_then(|fields| fields.all()) else { continue };
        // Another issuer's lists aren't supported.
        let is_anothers = fields.iter().any(|field| field.identifier() == tag::context(2));
        let issuer = Some(issuer).filter(|_| !is_anothers);
        if let Some(field) = fields.iter().find(|field| field.identifier() == tag::context(0)) {
            names.extend(name(field, issuer).ok());
        }
    }
    Ok(names)
}

/// The name of an issuer with one relative name more.
fn below(issuer: &Name, relative: &[u8]) -> Result<Name, Error> {
    let own = Reader::new(Subject::DistinguishedName, issuer.der()).expect(tag::SEQUENCE)?;
    let contents = [own.contents(), &asn1::tlv(tag::SET, relative)].concat();
    Name::parse(&asn1::tlv(tag::SEQUENCE, &contents))
}
