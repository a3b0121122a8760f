use std::net::SocketAddr;

use super::*;
use kyso::error::connection::UrlFault;

fn judge(guard: &Guard, host: &str, origin: Origin, address: &str) -> Result<(), Range> {
    let url = Url::parse(&format!("http://{host}/x")).unwrap();
    let address = SocketAddr::new(address.parse().unwrap(), 80);
    guard.check(&url, origin, &[address]).map_err(|refusal| refusal.range)
}

#[test]
fn a_strangers_name_leads_to_the_public_internet_only() {
    for (address, range) in [
        ("8.8.8.8", None),
        ("113.160.1.1", None),
        ("2001:4860:4860::8888", None),
        ("100.63.255.255", None),
        ("100.128.0.1", None),
        ("172.32.0.1", None),
        ("198.20.0.1", None),
        ("64:ff9b::808:808", None),
        ("2002:808:808::1", None),
        ("::ffff:8.8.8.8", None),
        ("0.0.0.0", Some(Range::Unspecified)),
        ("0.1.2.3", Some(Range::Unspecified)),
        ("10.0.0.1", Some(Range::Private)),
        ("100.64.0.1", Some(Range::Shared)),
        ("100.127.255.255", Some(Range::Shared)),
        ("127.0.0.1", Some(Range::Loopback)),
        ("127.255.255.254", Some(Range::Loopback)),
        ("169.254.169.254", Some(Range::LinkLocal)),
        ("172.16.0.1", Some(Range::Private)),
        ("172.31.255.255", Some(Range::Private)),
        ("192.0.0.8", Some(Range::Reserved)),
        ("192.0.2.1", Some(Range::Documentation)),
        ("192.88.99.1", Some(Range::Reserved)),
        ("192.168.1.1", Some(Range::Private)),
        ("198.18.0.1", Some(Range::Benchmark)),
        ("198.19.255.255", Some(Range::Benchmark)),
        ("198.51.100.7", Some(Range::Documentation)),
        ("203.0.113.7", Some(Range::Documentation)),
        ("224.0.0.1", Some(Range::Multicast)),
        ("239.255.255.255", Some(Range::Multicast)),
        ("240.0.0.1", Some(Range::Reserved)),
        ("255.255.255.255", Some(Range::Broadcast)),
        ("::", Some(Range::Unspecified)),
        ("::1", Some(Range::Loopback)),
        ("::127.0.0.1", Some(Range::Loopback)),
        ("::ffff:127.0.0.1", Some(Range::Loopback)),
        ("::ffff:169.254.169.254", Some(Range::LinkLocal)),
        ("::ffff:0:10.0.0.1", Some(Range::Private)),
        ("64:ff9b::a00:1", Some(Range::Private)),
        ("64:ff9b:1::1", Some(Range::Reserved)),
        ("2002:7f00:1::", Some(Range::Loopback)),
        ("2002:a9fe:a9fe::1", Some(Range::LinkLocal)),
        ("2001:4860:0:0:0:5efe:7f00:1", Some(Range::Loopback)),
        ("2001:0:4136:e378::1", Some(Range::Reserved)),
        ("2001:2::1", Some(Range::Benchmark)),
        ("2001:db8::1", Some(Range::Documentation)),
        ("3fff::1", Some(Range::Documentation)),
        ("4000::1", Some(Range::Reserved)),
        ("100::1", Some(Range::Reserved)),
        ("fc00::1", Some(Range::Private)),
        ("fdff::1", Some(Range::Private)),
        ("fe80::1", Some(Range::LinkLocal)),
        ("fe80::5efe:808:808", Some(Range::LinkLocal)),
        ("fec0::1", Some(Range::Private)),
        ("ff02::1", Some(Range::Multicast)),
    ] {
        let judged = judge(&Guard::default(), "ca.example", Origin::Stranger, address);
        assert_eq!(judged.err(), range, "{address}");
    }
}

#[test]
fn an_operators_name_may_lead_inside_but_not_to_this_machine() {
    let guard = Guard::default();
    for address in ["10.1.2.3", "192.168.0.9", "100.64.1.1", "fd00::1", "::ffff:10.0.0.1"] {
        assert_eq!(judge(&guard, "tsa.coquan.vn", Origin::Operator, address), Ok(()), "{address}");
    }
    for address in ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "192.0.2.1", "0.0.0.0"] {
        assert!(judge(&guard, "tsa.coquan.vn", Origin::Operator, address).is_err(), "{address}");
    }
}

#[test]
fn an_address_that_the_operator_wrote_out_is_allowed() {
    let guard = Guard::default();
    assert_eq!(judge(&guard, "127.0.0.1", Origin::Operator, "127.0.0.1"), Ok(()));
    assert_eq!(judge(&guard, "127.0.0.1", Origin::Stranger, "127.0.0.1"), Err(Range::Loopback));
    for nobody in ["0.0.0.0", "255.255.255.255", "224.0.0.1"] {
        assert!(judge(&guard, nobody, Origin::Operator, nobody).is_err(), "{nobody}");
    }
}

#[test]
fn the_allow_list_opens_what_it_names_and_nothing_else() {
    let guard = Guard::allowing(["127.0.0.1".parse().unwrap(), "10.20.0.0/16".parse().unwrap()]);
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "10.20.255.1"] {
        assert_eq!(judge(&guard, "ca.example", Origin::Stranger, address), Ok(()), "{address}");
    }
    for address in ["127.0.0.2", "10.21.0.1", "::1"] {
        assert!(judge(&guard, "ca.example", Origin::Stranger, address).is_err(), "{address}");
    }
    let everything = Guard::allowing(["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
    assert!(judge(&everything, "ca.example", Origin::Stranger, "192.168.1.1").is_ok());
    assert!(judge(&everything, "ca.example", Origin::Stranger, "224.0.0.1").is_err());
}

#[test]
fn one_bad_address_refuses_the_name() {
    let url = Url::parse("http://ca.example/").unwrap();
    let addresses = ["8.8.8.8:80".parse().unwrap(), "127.0.0.1:80".parse().unwrap()];
    assert!(Guard::default().check(&url, Origin::Stranger, &addresses).is_err());
}

#[test]
fn urls_are_read_strictly() {
    for (text, shown) in [
        ("http://ca.gov.vn/a.crl", "http://ca.gov.vn/a.crl"),
        ("HTTP://CA.gov.VN:80", "http://ca.gov.vn/"),
        ("https://ca.gov.vn.:8443?x=secret", "https://ca.gov.vn:8443/"),
        ("http://ca/My CA (1).crl#part", "http://ca/My%20CA%20(1).crl"),
        ("http://[2001:4860::1]:81/x", "http://[2001:4860::1]:81/x"),
        (" http://1.2.3.4/ ", "http://1.2.3.4/"),
        ("http://127.0.0.1./", "http://127.0.0.1/"),
    ] {
        assert_eq!(Url::parse(text).unwrap().shown(), shown, "{text}");
    }
    for (text, fault) in [
        ("", UrlFault::Scheme),
        ("ca.gov.vn/a.crl", UrlFault::Scheme),
        ("file:///etc/passwd", UrlFault::Scheme),
        ("ldap://ca.gov.vn/cn=x", UrlFault::Scheme),
        ("gopher://127.0.0.1:25/x", UrlFault::Scheme),
        ("javascript:alert(1)", UrlFault::Scheme),
        ("http://user:pass@ca.gov.vn/", UrlFault::UserInfo),
        ("http://ca.gov.vn@127.0.0.1/", UrlFault::UserInfo),
        ("http:///x", UrlFault::Host),
        ("http://2130706433/", UrlFault::Host),
        ("http://0177.0.0.1/", UrlFault::Host),
        ("http://0x7f000001/", UrlFault::Host),
        ("http://127.0.0.0x1/", UrlFault::Host),
        ("http://127.1/", UrlFault::Host),
        ("http://127.0.0.01/", UrlFault::Host),
        ("http://%31%32%37.0.0.1/", UrlFault::Host),
        ("http://a%2eb/", UrlFault::Host),
        ("http://[fe80::1%25eth0]/", UrlFault::Host),
        ("http://[::1/", UrlFault::Host),
        ("http://ví-dú.vn/", UrlFault::Host),
        ("http://a..b/", UrlFault::Host),
        ("http://ca.gov.vn:0/", UrlFault::Port),
        ("http://ca.gov.vn:65536/", UrlFault::Port),
        ("http://ca.gov.vn:+80/", UrlFault::Port),
        ("http://[::1]80/", UrlFault::Port),
        ("http://ca.gov.vn/a\r\nHost: x", UrlFault::Malformed),
    ] {
        assert_eq!(Url::parse(text), Err(fault), "{text}");
    }
}

#[test]
fn redirects_lead_where_they_say() {
    let url = Url::parse("https://ca.gov.vn:444/a/b?x").unwrap();
    for (location, expected) in [
        ("/c", Ok("https://ca.gov.vn:444/c")),
        ("?y", Ok("https://ca.gov.vn:444/a/b?y")),
        ("//other.vn/c", Ok("https://other.vn/c")),
        ("http://127.0.0.1/c", Ok("http://127.0.0.1/c")),
        ("file:///etc/passwd", Err(UrlFault::Scheme)),
        ("c", Ok("https://ca.gov.vn:444/a/c")),
        ("./c?z#f", Ok("https://ca.gov.vn:444/a/c?z")),
        ("../c", Ok("https://ca.gov.vn:444/c")),
        ("../../../c/.", Ok("https://ca.gov.vn:444/c/")),
        ("/x/../c", Ok("https://ca.gov.vn:444/c")),
        ("c d", Ok("https://ca.gov.vn:444/a/c%20d")),
        ("c/d:e", Ok("https://ca.gov.vn:444/a/c/d:e")),
        ("", Ok("https://ca.gov.vn:444/a/b?x")),
        ("#f", Ok("https://ca.gov.vn:444/a/b?x")),
        ("javascript:alert(1)", Err(UrlFault::Scheme)),
        ("http:c", Err(UrlFault::Scheme)),
        ("///evil.vn/c", Err(UrlFault::Host)),
        ("//u:p@other.vn/c", Err(UrlFault::UserInfo)),
        ("\\\\evil.vn\\c", Err(UrlFault::Malformed)),
        ("/c\nd", Err(UrlFault::Malformed)),
    ] {
        assert_eq!(url.join(location).map(|url| url.to_string()).as_deref(), expected.as_ref().map(|text| *text));
    }
}

#[test]
fn an_encoded_request_isnt_shown() {
    for (text, shown) in [
        ("http://o.vn/ocsp?key=x", "http://o.vn/ocsp"),
        ("http://o.vn", "http://o.vn"),
        ("http://o.vn/a/", "http://o.vn/a"),
    ] {
        let asked = Url::parse(text).unwrap().append("MFYwVKADAgEA");
        assert_eq!(asked.shown(), shown, "{text}");
        assert!(asked.to_string().contains("/MFYwVKADAgEA"), "{asked}");
        assert_eq!(asked.join("/elsewhere").unwrap().shown(), "http://o.vn/elsewhere");
    }
}

#[test]
fn no_secret_of_a_url_is_shown() {
    for (text, expected) in [
        ("http://ca.gov.vn/a@b?k=s", "http://ca.gov.vn/a@b"),
        ("http://u:s@ca.gov.vn/a?k=s", "http://ca.gov.vn/a"),
        ("http://u:s/s@ca.gov.vn/a", "http://ca.gov.vn/a"),
        ("ldap://u:s@ca.vn/cn=x?s", "ldap://ca.vn/cn=x"),
        ("u:s@ca.vn", "ca.vn"),
        ("http://ca.gov.vn:x/#s", "http://ca.gov.vn:x/"),
    ] {
        assert_eq!(Url::shown_of(text), expected, "{text}");
    }
}

#[test]
fn networks_are_read() {
    for text in ["10.0.0.0/8", "127.0.0.1", "fd00::/8", "::1"] {
        assert!(text.parse::<Network>().is_ok(), "{text}");
    }
    for text in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "localhost"] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}
