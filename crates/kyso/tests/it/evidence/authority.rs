//! A certification authority of the `openssl` command, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kyso::pki::Certificate;

/// A folder with keys and certificates by name: `ca.key`, `ca.der`, `leaf.key`, `leaf.der` …
pub(crate) struct Authority {
    pub(crate) folder: PathBuf,
}

const CONFIGURATION: &str = "\
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = authority
[authority]
database = index.txt
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 7
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
[authority_ext]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[no_crl_sign]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[leaf]
keyUsage = critical,nonRepudiation
crlDistributionPoints = URI:http://crl.example/ca.crl
[sub]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[responder]
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
[checked_responder]
extendedKeyUsage = OCSPSigning
[tsa_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[lax_tsa]
extendedKeyUsage = timeStamping
[busy_tsa]
extendedKeyUsage = critical,timeStamping,emailProtection
[tsa]
default_tsa = stamp
[stamp]
serial = tsaserial
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.7
other_policies = 1.3.6.1.4.1.99999.8
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
";

impl Authority {
    /// A new authority, with one certificate for a person.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let authority = Self { folder };
        authority.write("openssl.cnf", CONFIGURATION);
        authority.write("index.txt", "");
        authority.write("crlnumber", "01\n");
        authority.write("tsaserial", "01\n");
        authority.root("ca", "authority_ext");
        authority.issue("leaf", "leaf", 0x1001);
        authority
    }

    /// A self-signed authority of the name that all of them have.
    pub(crate) fn root(&self, name: &str, extensions: &str) {
        self.openssl(&format!(
            "req -x509 -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out \
             {name}.pem -subj /C=VN/CN=Authority -days 3650 -extensions {extensions}"
        ));
        self.to_der(name);
    }

    /// A certificate by `ca`.
    pub(crate) fn issue(&self, name: &str, extensions: &str, serial: u32) -> Certificate {
        self.issue_by("ca", name, extensions, serial)
    }

    pub(crate) fn issue_by(&self, ca: &str, name: &str, extensions: &str, serial: u32) -> Certificate {
        self.openssl(&format!(
            "req -new -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out \
             {name}.csr -subj /C=VN/CN={name}"
        ));
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA {ca}.pem -CAkey {ca}.key -set_serial {serial} -days 365 -extfile openssl.cnf \
             -extensions {extensions} -out {name}.pem"
        ));
        self.to_der(name);
        self.certificate(name)
    }

    fn to_der(&self, name: &str) {
        self.openssl(&format!("x509 -in {name}.pem -outform DER -out {name}.der"));
    }

    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        Certificate::parse(&self.read(&format!("{name}.der"))).unwrap()
    }

    /// What the authority knows: a serial number in hex and, where it's revoked, when and why (`250101000000Z,reason`).
    pub(crate) fn database(&self, entries: &[(u32, Option<&str>)]) {
        let line = |(serial, revoked): &(u32, Option<&str>)| {
            let status = if revoked.is_some() { "R" } else { "V" };
            format!("{status}\t360101000000Z\t{}\t{serial:04X}\tunknown\t/CN=x\n", revoked.unwrap_or_default())
        };
        self.write("index.txt", entries.iter().map(line).collect::<String>());
    }

    /// A CRL of what the database holds, with these extensions beside the authority's key identifier.
    pub(crate) fn crl(&self, number: u32, extensions: &str) -> Vec<u8> {
        self.crl_by("ca", number, extensions)
    }

    pub(crate) fn crl_by(&self, ca: &str, number: u32, extensions: &str) -> Vec<u8> {
        self.write("crlnumber", format!("{number:02X}\n"));
        let configuration = CONFIGURATION.replace("[list]\n", &format!("[list]\n{extensions}\n"));
        self.write("crl.cnf", &configuration);
        self.openssl(&format!("ca -config crl.cnf -gencrl -cert {ca}.pem -keyfile {ca}.key -out crl.pem"));
        self.openssl("crl -in crl.pem -outform DER -out crl.der");
        self.read("crl.der")
    }

    /// An OCSP answer about the certificate `about`, signed by `responder`.
    pub(crate) fn ocsp(&self, about: &str, responder: &str, more: &str) -> Vec<u8> {
        self.openssl(&format!(
            "ocsp -index index.txt -CA ca.pem -rsigner {responder}.pem -rkey {responder}.key -issuer ca.pem {more} \
             -cert {about}.pem -respout answer.der -ndays 1"
        ));
        self.read("answer.der")
    }

    pub(crate) fn openssl(&self, arguments: &str) -> String {
        let output = Command::new("openssl")
            .current_dir(&self.folder)
            .args(arguments.split_whitespace())
            .output()
            .expect("the openssl command");
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "openssl {arguments}: {said}");
        said
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.join(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap()
    }
}
