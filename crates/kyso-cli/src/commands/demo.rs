//! `kyso demo`: the whole job on a sample, from nothing to an archived and verified result.

use std::path::{Path, PathBuf};

use anyhow::Result as Attempt;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::Offset;
use kyso::appearance::{Appearance, InkImage};
use kyso::pdf::Document;
use kyso::role::Role;
use kyso::sign::parameters::{Place, SignatureParameters};
use kyso_archive::{Archive, Artifact, Meta, VerifiedArtifact};

use crate::codes::Codes;
use crate::context::Context;
use crate::demo::directory::{self, Directory};
use crate::demo::people::People;
use crate::demo::{pictures, result};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::{FileReport, Style, write_text};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(long, value_name = "DIR", default_value = "kyso-demo")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let directory = Directory::new(&arguments.out)?;
    let mut story = Story { directory: &directory, context, steps: 0 };
    let report = story.tell()?;
    directory.finish()?;
    let exit = report.exit();
    let style = Style { language: context.language, colour: context.colour() };
    context.print(|mut sink| write_text(&[report], style, &mut sink))?;
    what_next(&arguments.out, context)?;
    Ok(exit)
}

/// The steps in their order; each is told when it's done.
struct Story<'a> {
    directory: &'a Directory,
    context: &'a Context,
    steps: usize,
}

impl Story<'_> {
    fn tell(&mut self) -> Result<FileReport, Failure> {
        let context = self.context;
        context.print(|sink| {
            let heading = context.say(
                "KYSO – làm thử. Giấy tờ, con người, con dấu và khóa đều là MẪU, không có giá trị pháp lý.",
                "KYSO – a trial. Paper, people, seal and keys are SAMPLES without legal value.",
            );
            writeln!(sink, "{heading}\n")
        })?;
        let people = self.people()?;
        let paper = self.paper()?;
        let signed = self.sign(&paper, &people)?;
        let sealed = self.seal(&signed, &people)?;
        self.archive(sealed, &people)
    }

    fn people(&mut self) -> Result<People, Failure> {
        let people = People::appoint(self.context.now).map_err(defect)?;
        let roster = people.roster().map_err(defect)?;
        self.keep(directory::ROOT, people.root.as_bytes())?;
        self.keep(directory::ROSTER, roster.as_bytes())?;
        self.keep(directory::LEADER_KEY, &people.leader_p12)?;
        self.keep(directory::SEAL_KEY, &people.seal_p12)?;
        self.keep(directory::PASSWORD, format!("{}\n", people.password).as_bytes())?;
        self.told(
            "Tạo CA thử nghiệm, chứng thư số của Chủ tịch và của cơ quan, danh sách chứng thư số",
            "Made a test CA, the chairman's and the agency's certificates, and their roster",
            &[directory::ROOT, directory::ROSTER, directory::LEADER_KEY, directory::SEAL_KEY, directory::PASSWORD],
        )?;
        Ok(people)
    }

    fn paper(&mut self) -> Result<Vec<u8>, Failure> {
        let today = Offset::constant(7).to_datetime(self.context.now).date();
        let paper = result::certification_result(today).map_err(defect)?.pdf;
        self.keep(directory::RESULT, &paper)?;
        self.told(
            "Soạn giấy ủy quyền có lời chứng chứng thực chữ ký, chờ ký",
            "Set a letter of authority with its certification statement, ready to be signed",
            &[directory::RESULT],
        )?;
        Ok(paper)
    }

    fn sign(&mut self, paper: &[u8], people: &People) -> Result<Vec<u8>, Failure> {
        let picture = pictures::signature(pictures::Hand::Leader).map_err(defect)?;
        let signed = sign(paper, &picture, people, self.context.now).map_err(defect)?;
        self.keep(directory::SIGNATURE_PICTURE, &picture)?;
        self.keep(directory::SIGNED, &signed)?;
        self.told(
            "Chủ tịch ký số: hình chữ ký màu xanh nằm giữa chức vụ và họ tên",
            "The chairman signed: his signature in blue lies between title and name",
            &[directory::SIGNATURE_PICTURE, directory::SIGNED],
        )?;
        Ok(signed)
    }

    fn seal(&mut self, signed: &[u8], people: &People) -> Result<Vec<u8>, Failure> {
        let picture = pictures::seal(result::AGENCY).map_err(defect)?;
        let sealed = seal(signed, &picture, people, self.context.now).map_err(defect)?;
        self.keep(directory::SEAL_PICTURE, &picture)?;
        self.keep(directory::SEALED, &sealed)?;
        self.told(
            "Văn thư đóng dấu số: con dấu đỏ, đúng kích thước thật, trùm 1/3 chữ ký về bên trái",
            "The clerk sealed it: the red seal, in its real size, covers the left third of the signature",
            &[directory::SEAL_PICTURE, directory::SEALED],
        )?;
        Ok(sealed)
    }

    fn archive(&mut self, sealed: Vec<u8>, people: &People) -> Result<FileReport, Failure> {
        let verified = VerifiedArtifact::verify(sealed, &people.policy).map_err(|error| defect(error.into()))?;
        let place = self.directory.path(directory::ARCHIVE);
        let kept = archive(&place, &verified, self.context.now).map_err(defect)?;
        self.told("Kiểm tra rồi đưa vào lưu trữ", "Verified it and put it into the archive", &[directory::ARCHIVE])?;
        self.context.print(|sink| writeln!(sink, "     {}: {}\n", self.context.say("Mã", "Id"), kept.id))?;
        let mut report = FileReport {
            file: self.directory.shown(directory::SEALED),
            outcome: Ok(verified.report().clone()),
            codes: Codes::default(),
        };
        report.localise(self.context.language);
        Ok(report)
    }

    fn keep(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        self.directory.write(name, content)
    }

    fn told(&mut self, vietnamese: &str, english: &str, files: &[&str]) -> Result<(), Failure> {
        self.steps += 1;
        self.context.print(|sink| {
            writeln!(sink, "{}. {}", self.steps, self.context.say(vietnamese, english))?;
            files.iter().try_for_each(|file| writeln!(sink, "     {}", self.directory.shown(file)))
        })
    }
}

fn sign(paper: &[u8], picture: &[u8], people: &People, now: Timestamp) -> Attempt<Vec<u8>> {
    let parameters = SignatureParameters {
        place: Place::Anchor { text: result::ANCHOR.into() },
        appearance: Appearance::Image(InkImage::signature(picture, pictures::SIGNATURE_WIDTH_MM)?),
        reason: Some("Chứng thực chữ ký".into()),
        ..SignatureParameters::leader(now)
    };
    Ok(kyso::sign(&Document::parse(paper)?, &parameters, &people.leader)?.to_bytes(paper))
}

fn seal(signed: &[u8], picture: &[u8], people: &People, now: Timestamp) -> Attempt<Vec<u8>> {
    let parameters = SignatureParameters {
        appearance: Appearance::Image(InkImage::seal(picture, pictures::SEAL_WIDTH_MM)?),
        ..SignatureParameters::seal(now)
    };
    Ok(kyso::seal(&Document::parse(signed)?, &parameters, &people.seal, &people.policy)?.to_bytes(signed))
}

fn archive(place: &Path, verified: &VerifiedArtifact, now: Timestamp) -> Attempt<Artifact> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let archive = Archive::open(place).await?;
        let meta = Meta {
            role: Role::Seal,
            actor: "kyso demo".into(),
            file_name: Some(directory::SEALED.into()),
            created: now,
        };
        let receipt = archive.keep(verified, meta, None).await?;
        archive.close().await;
        Ok(receipt.artifact)
    })
}

/// A sample that doesn't work is a defect, whatever the reason.
fn defect(error: anyhow::Error) -> Failure {
    Failure::new(
        Exit::Defect,
        format!("Làm thử không xong, xin hãy báo lại: {error:#}"),
        format!("The trial failed, please report it: {error:#}"),
    )
}

/// Commands to go on with.
fn what_next(out: &Path, context: &Context) -> Result<(), Failure> {
    let kyso = std::env::args().next().unwrap_or_else(|| "kyso".into());
    let file = |name: &str| format!("'{}'", out.join(name).display());
    let key = |name: &str| format!("--p12 {} --pass-file {}", file(name), file(directory::PASSWORD));
    let trust = format!("--trust {} --roster {}", file(directory::ROOT), file(directory::ROSTER));
    context.print(|sink| {
        writeln!(sink, "\n{}", context.say("Hãy thử tiếp:", "Go on with:"))?;
        writeln!(sink, "  {kyso} verify {trust} {}", file(directory::SEALED))?;
        writeln!(sink, "  {kyso} inspect {}", file(directory::SEALED))?;
        writeln!(
            sink,
            "  {kyso} sign {} -o {} {} --anchor '{}' --image {} --image-width-mm {}",
            file(directory::RESULT),
            file("thu-ky.pdf"),
            key(directory::LEADER_KEY),
            result::ANCHOR,
            file(directory::SIGNATURE_PICTURE),
            pictures::SIGNATURE_WIDTH_MM
        )?;
        writeln!(
            sink,
            "  {kyso} seal {} -o {} {} {trust} --image {} --image-width-mm {}",
            file("thu-ky.pdf"),
            file("thu-dau.pdf"),
            key(directory::SEAL_KEY),
            file(directory::SEAL_PICTURE),
            pictures::SEAL_WIDTH_MM
        )
    })
}
