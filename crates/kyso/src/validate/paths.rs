//! Prospective certificate chains (EN 319 102-1, 5.2.6.4, 2; RFC 4158): every way from a certificate to an anchor, within
//! bounds, each checked by OpenSSL but for its dates, which are judged apart.

use super::evidence::{Evidence, Paths};
use crate::crypto::chain::{self, Link, PathError, PathProblem, Purpose};
use crate::crypto::{self, PublicKey, SignatureScheme};
use crate::pki::Certificate;

/// Longest chain, both ends included.
const MAX_LENGTH: usize = 12;
/// Most chains that are tried for one certificate: cross-certificates are few.
const MAX_CHAINS: usize = 8;
/// Most certificates that may stand between one and its anchor.
const MAX_RELATED: usize = 64;

/// The chains from `certificate` to an anchor, both included: shortest first. A certificate that is an anchor is its own.
///
/// # Errors
/// [`PathError`]: the first that is wrong, where there is none.
pub(super) fn of(certificate: &Certificate, purpose: Purpose, evidence: &Evidence) -> Paths {
    evidence.paths(certificate, purpose, || find(certificate, purpose, evidence))
}

fn find(certificate: &Certificate, purpose: Purpose, evidence: &Evidence) -> Result<Vec<Vec<Certificate>>, PathError> {
    if evidence.is_anchor(certificate) {
        // What is trusted is trusted as it stands.
        return Ok(vec![vec![certificate.clone()]]);
    }
    let related = related(certificate, evidence);
    let mut chains = Vec::new();
    let mut first_error = None;
    for candidate in candidates(certificate, &related, evidence) {
        let chain: Vec<&Certificate> = std::iter::once(certificate).chain(candidate.iter().copied()).collect();
        match check(&chain, purpose) {
            Ok(()) => chains.push(chain.into_iter().cloned().collect()),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if !chains.is_empty() {
        return Ok(chains);
    }
    let found = match first_error {
        Some(error) => Err(error),
        None => by_openssl(certificate, purpose, &related, evidence),
    };
    found.map_err(|error| unavailable(certificate, &related, evidence).unwrap_or(error))
}

/// A whole path, whose names and signatures hold: by OpenSSL. It compares names as they're written but for white space and
/// ASCII capitals; where a name is written otherwise by who issued and by who was issued (RFC 5280, 7.1), the parts below and
/// above are OpenSSL's to check, and what joins them is checked here.
fn check(path: &[&Certificate], purpose: Purpose) -> Result<(), PathError> {
    let mut part = Vec::new();
    let mut purpose = purpose;
    for (depth, &certificate) in path.iter().enumerate() {
        part.push(certificate);
        let Some(&issuer) = path.get(depth + 1) else { break };
        let (Some(link), Some(above)) = (certificate.link(), issuer.link()) else { return Err(unreadable()) };
        if !link.names_literally(above) {
            check_part(&part, purpose)?;
            join(path, depth)?;
            // What stands above is a CA, whatever was asked of the certificate at the bottom.
            (part, purpose) = (Vec::new(), Purpose::Any);
        }
    }
    check_part(&part, purpose)
}

fn check_part(part: &[&Certificate], purpose: Purpose) -> Result<(), PathError> {
    let [first, rest @ ..] = part else { return Ok(()) };
    let (between, anchor) = match rest {
        [between @ .., anchor] => (between, *anchor),
        [] => (rest, *first),
    };
    build(first, between.iter().copied(), [anchor], purpose).map(|_| ())
}

/// Whether the certificate above the one at `depth` may have issued it, and no constraint reaches over the place where the
/// names are written differently (RFC 5280, 6.1.4).
fn join(path: &[&Certificate], depth: usize) -> Result<(), PathError> {
    let fault = |problem| PathError { problem, depth: u32::try_from(depth + 1).unwrap_or_default() };
    let (Some(below), Some(above)) = (path.get(depth), path.get(depth + 1)) else { return Ok(()) };
    let may_sign = above.key_usage().is_none_or(|usage| usage.certificate_sign);
    if !above.is_ca() || !may_sign {
        return Err(fault(PathProblem::NotAnIssuer));
    }
    if !below.names_as_key(above) {
        return Err(fault(PathProblem::NoIssuer));
    }
    for (place, issuer) in path.iter().enumerate().skip(depth + 1) {
        let others = path.get(1..place).unwrap_or_default().iter().filter(|one| !one.is_self_issued()).count();
        let longest = issuer.link().and_then(Link::longest_path);
        if longest.is_some_and(|longest| others > longest as usize) {
            return Err(fault(PathProblem::NotAnIssuer));
        }
        if issuer.has_name_constraints() {
            let why = "name constraints, over a name that is written in two ways";
            return Err(fault(PathProblem::Constraint(why.to_owned())));
        }
    }
    Ok(())
}

/// OpenSSL's own search, which says best what is missing.
fn by_openssl(
    certificate: &Certificate,
    purpose: Purpose,
    related: &[&Certificate],
    evidence: &Evidence,
) -> Result<Vec<Vec<Certificate>>, PathError> {
    let ders = build(certificate, related.iter().copied(), evidence.anchors(), purpose)?;
    let chain = ders.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>().map_err(|_| unreadable())?;
    Ok(vec![chain])
}

/// The path over `between` to one of `anchors`. A certificate that OpenSSL can't read is left out.
fn build<'c>(
    certificate: &Certificate,
    between: impl IntoIterator<Item = &'c Certificate>,
    anchors: impl IntoIterator<Item = &'c Certificate>,
    purpose: Purpose,
) -> Result<Vec<Vec<u8>>, PathError> {
    let between: Vec<&Link> = between.into_iter().filter_map(Certificate::link).collect();
    let anchors: Vec<&Link> = anchors.into_iter().filter_map(Certificate::link).collect();
    chain::build(certificate.link().ok_or_else(unreadable)?, &between, &anchors, None, purpose)
}

/// That a path may be missing for an algorithm alone which the OpenSSL that is linked doesn't have: one of the certificates is signed by
/// it, or has a key of it (OpenSSL 3.0 builds no path over such a one), and whoever it names as its issuer is there.
fn unavailable(certificate: &Certificate, related: &[&Certificate], evidence: &Evidence) -> Option<PathError> {
    let known = || evidence.certificates().iter().chain(evidence.anchors());
    std::iter::once(certificate).chain(related.iter().copied()).zip(0..).find_map(|(one, depth)| {
        if !known().any(|issuer| one.names_as_issuer(issuer)) {
            return None;
        }
        let signed_by = match one.signature_algorithm().signature(None) {
            Ok(Some(SignatureScheme::PostQuantum(set))) => Some(set).filter(|set| !set.is_available()),
            _ => None,
        };
        let set = signed_by.or_else(|| one.key().ok().and_then(PublicKey::lacking))?;
        let named = format!("{set}: {}, {}", one.identity().subject, crypto::openssl_version());
        Some(PathError { problem: PathProblem::Unavailable(named), depth })
    })
}

fn unreadable() -> PathError {
    PathError { problem: PathProblem::Unreadable, depth: 0 }
}

/// The certificates that may stand above one, by their names.
fn related<'e>(certificate: &Certificate, evidence: &'e Evidence) -> Vec<&'e Certificate> {
    let mut related: Vec<&Certificate> = Vec::new();
    let above = |one: &Certificate, related: &[&'e Certificate]| -> Vec<&'e Certificate> {
        let is_new = |other: &&Certificate| !related.iter().any(|known| known.der() == other.der());
        evidence.certificates().iter().filter(|other| one.names_as_issuer(other)).filter(is_new).collect()
    };
    related.extend(above(certificate, &related));
    let mut next = 0;
    while let Some(one) = related.get(next) {
        let more = above(one, &related);
        related.extend(more);
        if related.len() > MAX_RELATED {
            related.truncate(MAX_RELATED);
            evidence.exhaust("certificates above one", MAX_RELATED);
            break;
        }
        next += 1;
    }
    related
}

/// What may stand above `certificate`, up to an anchor: breadth first, by names and signatures.
fn candidates<'e>(
    certificate: &'e Certificate,
    related: &[&'e Certificate],
    evidence: &'e Evidence,
) -> Vec<Vec<&'e Certificate>> {
    let anchors = evidence.anchors();
    let mut whole = Vec::new();
    let mut partial: Vec<Vec<&Certificate>> = vec![Vec::new()];
    for _ in 1..MAX_LENGTH {
        let mut longer = Vec::new();
        for chain in partial {
            let last = chain.last().copied().unwrap_or(certificate);
            let issued = |issuer: &&Certificate| last.names_as_issuer(issuer) && evidence.is_signed_by(last, issuer);
            let with = |issuer| chain.iter().copied().chain([issuer]).collect::<Vec<_>>();
            whole.extend(anchors.iter().filter(issued).map(with));
            let unused = |issuer: &&Certificate| {
                let same = |known: &&Certificate| known.public_key() == issuer.public_key();
                !chain.iter().any(same) && !anchors.iter().any(|anchor| anchor.der() == issuer.der())
            };
            longer.extend(related.iter().copied().filter(issued).filter(unused).map(with));
        }
        longer.truncate(MAX_RELATED);
        partial = longer;
        if whole.len() >= MAX_CHAINS || partial.is_empty() {
            break;
        }
    }
    whole.truncate(MAX_CHAINS);
    whole
}
