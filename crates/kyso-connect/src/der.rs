//! One DER value out of what came: some services send a line end or zeros behind it. What lies behind isn't signed, and is
//! neither read nor kept.

/// A SEQUENCE: all that is asked for is one.
const SEQUENCE: u8 = 0x30;

/// The first value of the bytes (X.690, 8.1), or all of them where they don't begin with a whole SEQUENCE.
pub(crate) fn first(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(length) = length_of_first(&bytes) {
        bytes.truncate(length);
    }
    bytes
}

/// How many bytes the first value takes, if it's all there; `None` for an indefinite length, which DER doesn't have.
fn length_of_first(bytes: &[u8]) -> Option<usize> {
    let (_, rest) = bytes.split_first().filter(|(tag, _)| **tag == SEQUENCE)?;
    let (&short, rest) = rest.split_first()?;
    let (contents, head) = match short {
        0..0x80 => (usize::from(short), 2),
        0x80 => return None,
        _ => {
            let octets = rest.get(..usize::from(short & 0x7f))?;
            let length = octets
                .iter()
                .try_fold(0_usize, |length, octet| length.checked_mul(256)?.checked_add(usize::from(*octet)))?;
            (length, octets.len() + 2)
        }
    };
    let whole = head.checked_add(contents)?;
    (whole <= bytes.len()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_behind_the_first_value_is_left() {
        let long = [&[0x30, 0x82, 1, 0][..], &[7; 256]].concat();
        for value in [vec![0x30, 0], vec![0x30, 3, 2, 1, 5], long] {
            for behind in [&b""[..], b"\n", b"\r\n", b"\0\0\0", b"\x30\x00", b"<html>"] {
                assert_eq!(first([&value[..], behind].concat()), value);
            }
        }
    }

    #[test]
    fn what_is_no_whole_value_stays_as_it_is() {
        for other in [
            &b"-----BEGIN X509 CRL-----"[..],
            b"",
            b"\x04\x00a",
            b"\x30",
            b"\x30\x05ab",
            b"\x30\x80\x00\x00",
            b"\x30\x89999999999",
            b"\x30\x82\x01",
        ] {
            assert_eq!(first(other.to_vec()), other);
        }
    }
}
