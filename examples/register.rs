//! A program that gives its results their numbers: `register FOLDER REQUEST PREPARED.pdf FINISHED.pdf ROOT.pem`. PREPARED.pdf is
//! the paper as it waits for its signatures, FINISHED.pdf the same, signed and sealed. The register is made where there's none.

use std::error::Error;
use std::path::Path;

use kyso::{Policy, Timestamp, VerifiedArtifact};
use kyso_register::{Allotment, Certifier, Person, Prepared, Register, Row, Stamp};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments("FOLDER REQUEST PREPARED.pdf FINISHED.pdf ROOT.pem")?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(enter(arguments))
}

async fn enter([folder, request, prepared, finished, root]: [String; 5]) -> Result<(), Box<dyn Error>> {
    let now = Timestamp::now();
    let stamp = Stamp { by: "Lê Thị Mẫu".into(), at: now };
    let [id_kind, id_number] = ["CCCD", "000000000001"].map(|text| Some(text.to_owned()));
    let row = Row {
        requesters: vec![Person { name: "Trần Thị Mẫu".into(), id_kind, id_number }],
        document: "Giấy ủy quyền".into(),
        certifier: Certifier { name: "Nguyễn Văn Mẫu".into(), title: "Chủ tịch".into() },
        ..Row::default()
    };
    let register = Register::create(Path::new(&folder)).await?;

    // Asked again under this key, after a crash or a time-out, it's the same number.
    let allotment = Allotment { register: "CK".into(), request, row, ..Allotment::default() };
    let allotted = register.allot(&allotment, &stamp).await?;
    let id = allotted.entry.id();
    println!("{}", allotted.entry.number);

    // The paper is set with this number and with the entry's date; then the register is told what will be signed.
    let prepared = std::fs::read(prepared)?;
    register.rendered(&id, &Prepared::of(&prepared), &stamp).await?;

    // Signed, sealed, verified: it must begin with the prepared bytes.
    let mut policy = Policy::at(now);
    policy.anchors.add(&std::fs::read(root)?)?;
    let outcome = match VerifiedArtifact::verify(std::fs::read(finished)?, &policy) {
        Ok(verified) => register.issue(&id, &verified, &stamp).await,
        Err(error) => register.void(&id, &format!("Không ký được: {error}"), &stamp).await,
    };
    println!("{}", outcome?.state.name());
    // The end of the chain, to be kept elsewhere: what was entered can't be taken away unseen (`Register::audit_since`).
    println!("{}", register.head().await?);
    register.close().await;
    Ok(())
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
