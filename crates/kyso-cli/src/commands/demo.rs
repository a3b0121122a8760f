//! `kyso demo`: the whole job on a sample, the way that real ones go: a request, a number in a register, the statement put
//! behind the citizen's letter, three signatures, the archive, the checks. With services: the levels that need them.

mod services;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::DateTime;
use kyso::appearance::{Appearance, InkImage};
use kyso::local_time::VIETNAM;
use kyso::{
    CERTIFIER_FIELD, Document, Language, Outside, PrivateKeySigner, RECEIVER_FIELD, Role, Signatory,
    SignatureParameters, VerifiedArtifact,
};
use kyso_archive::{Archive, Meta};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::form::Expectations;
use kyso_certification::metadata::Metadata;
use kyso_certification::request::Request;
use kyso_desk::certify::{Choices, Intake, Made, Paper};
use kyso_desk::check::Viewer;
use kyso_desk::codes::{Codes, Look, When};
use kyso_desk::drafts::Store;
use kyso_desk::issue;
use kyso_desk::sign::{Asked, By, verified};
use kyso_register::{Entry, Register, Stamp};

use super::check::unseen;
use super::register::{record, reported, runtime};
use super::{check as checking, draw_pages};
use crate::checking::{Pictures, write_headline, write_pictures};
use crate::context::{Context, tell};
use crate::defect::Defect;
use crate::demo::directory::{self, Directory};
use crate::demo::people::People;
use crate::demo::service::Service;
use crate::demo::{letter, pictures, request};
use crate::desk::Files;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::report::{FileReport, Style, write_verdict};
use crate::terms::words;
use crate::text::plain;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(long, value_name = "DIR")]
    out: Option<OutputPath>,
    #[arg(long)]
    services: bool,
    #[arg(long, value_name = "IP:PORT", requires = "services", default_value = services::ADDRESS, value_parser = services::address)]
    listen: SocketAddr,
}

impl Arguments {
    /// Where the demo is to be made.
    fn place(&self) -> PathBuf {
        let usual = if self.services { "kyso-demo-dich-vu" } else { "kyso-demo" };
        self.out.as_ref().map_or_else(|| usual.into(), |out| out.to_path_buf())
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let asked = arguments.place();
    if arguments.services {
        return services::run(&asked, arguments.listen, context);
    }
    let directory = Directory::new(&asked)?;
    let place = directory.place().to_owned();
    note_other_place(&asked, &place, context);
    let now = VIETNAM.to_datetime(context.now);
    let exit = Story { directory: &directory, context, now, steps: 0 }.tell()?;
    directory.finish()?;
    what_next(&place, now, context)?;
    Ok(exit)
}

/// Says where the demo is made, where that isn't the place asked for.
fn note_other_place(asked: &Path, place: &Path, context: &Context) {
    if !asked.components().eq(place.components()) {
        let [asked, place] = [asked, place].map(|path| plain(&path.display().to_string()));
        match context.language {
            Language::Vietnamese => {
                tell(format_args!(
                    "Lưu ý: trong {asked} có tệp của bạn hoặc tệp đã đổi, nên giữ nguyên; làm thử ở {place}."
                ));
            }
            Language::English => {
                tell(format_args!(
                    "Note: {asked} has files of yours, or changed ones, and stays; the trial is made in {place}."
                ));
            }
        }
    }
}

/// The steps in their order; each is told when it's done.
struct Story<'a> {
    directory: &'a Directory,
    context: &'a Context,
    /// In Vietnam.
    now: DateTime,
    steps: usize,
}

/// A result with its number and its record.
struct Certified {
    pdf: Vec<u8>,
    entry: Entry,
    record: Metadata,
}

impl Story<'_> {
    fn tell(&mut self) -> Result<Exit, Failure> {
        let context = self.context;
        context.print(|sink| {
            let heading = context.say(
                "KYSO – làm thử. Giấy tờ, con người, con dấu và khóa đều là MẪU, không có giá trị pháp lý.",
                "KYSO – a trial. Paper, people, seal and keys are SAMPLES without legal value.",
            );
            writeln!(sink, "{heading}\n")
        })?;
        let people = self.people()?;
        let letter = self.letter()?;
        let result = self.certify(&letter)?;
        let signed = self.sign(&result.pdf, &people)?;
        let sealed = self.seal(&signed, &people)?;
        let finished = self.finish(sealed, result, &people)?;
        self.check(&finished, &people)
    }

    fn people(&mut self) -> Result<People, Failure> {
        let people = People::appoint(self.context.now).map_err(defect)?;
        let roster = people.roster().map_err(defect)?;
        self.keep(directory::ROOT, people.root.as_bytes())?;
        self.keep(directory::ROSTER, roster.as_bytes())?;
        self.keep(directory::RECEIVER_KEY, &people.receiver_p12)?;
        self.keep(directory::LEADER_KEY, &people.leader_p12)?;
        self.keep(directory::SEAL_KEY, &people.seal_p12)?;
        self.keep(directory::PASSWORD, format!("{}\n", people.password).as_bytes())?;
        self.done(
            "Tạo CA thử nghiệm; chứng thư số của người tiếp nhận, Chủ tịch và cơ quan; danh sách chứng thư số",
            "Made a test CA; certificates of the desk's officer, the chairman and the agency; their roster",
            &[directory::ROOT, directory::ROSTER],
        )?;
        Ok(people)
    }

    fn letter(&mut self) -> Result<Vec<u8>, Failure> {
        let letter = letter::letter_of_authority(self.now.date()).map_err(defect)?.pdf;
        self.keep(directory::LETTER, &letter)?;
        self.done(
            "Công dân nộp giấy ủy quyền, đã ký trước mặt người tiếp nhận",
            "A citizen hands in a letter of authority, signed before the desk's officer",
            &[directory::LETTER],
        )?;
        Ok(letter)
    }

    fn certify(&mut self, letter: &[u8]) -> Result<Certified, Failure> {
        let texts = [request::request(self.now, 42), request::agency(pictures::SEAL_WIDTH_MM)];
        let [request_text, agency_text] = &texts;
        self.keep(directory::REQUEST, request_text.as_bytes())?;
        self.keep(directory::NEXT_REQUEST, request::request(self.now, 43).as_bytes())?;
        self.keep(directory::AGENCY, agency_text.as_bytes())?;
        self.service()?;
        let request = Request::from_toml(directory::REQUEST, request_text)
            .map_err(|flaw| defect(Defect::new(flaw.in_language(self.context.language))))?;
        let agency = Agency::from_toml(directory::AGENCY, agency_text).map_err(defect)?;
        let catalogue = Catalogue::embedded().map_err(|flaws| defect(Defect::new(format!("{flaws:?}"))))?;
        let document = Document::parse(letter).map_err(defect)?;
        let (request_path, letter_path) =
            (self.directory.path(directory::REQUEST), self.directory.path(directory::LETTER));
        let files = Files { request: &request_path, ..Files::document(&letter_path) };
        let wrong = |error: kyso_desk::Error| files.failure(&error);
        // Everything here is a sample, so a wording that wasn't compared with the law's text will do.
        let choices = Choices { sample: true, allow_draft: true, ..Choices::default() };
        let apart = draw_pages::apart();
        let paper = Paper { document: &document, password: None, drawing: apart.as_ref().map_err(Clone::clone) };
        let job = Intake::new(&request, &agency, &catalogue, choices).job(Some(paper), self.stamp()).map_err(wrong)?;
        let word = |error: &kyso_desk::Error| files.failure(error).in_language(Language::Vietnamese).to_owned();
        let keep = async |made: &Made| {
            let pdf = job.file(&made.prepared);
            self.keep(directory::RESULT, &pdf)?;
            Ok(pdf)
        };
        let done = self.at_the_register(async |register| job.carry_out(&register, wrong, word, keep).await)?;
        let (pdf, entry, record) = (done.kept, done.entry, done.made.metadata);
        self.done(
            &format!("Cấp số chứng thực {}, đặt lời chứng và mã QR sau giấy ủy quyền, chờ ký", entry.number),
            &format!("Allotted number {}, put statement and QR code behind the letter, to be signed", entry.number),
            &[directory::REQUEST, directory::AGENCY, directory::RESULT],
        )?;
        Ok(Certified { pdf, entry, record })
    }

    /// What a service over these keys is started with, and a request for it.
    fn service(&self) -> Result<(), Failure> {
        let service = Service::new().map_err(defect)?;
        self.keep(directory::SERVICE, service.configuration.as_bytes())?;
        self.keep(directory::TOKENS, service.tokens.as_bytes())?;
        let request = Request::from_toml(directory::SERVICE_REQUEST, &request::request(self.now, 44))
            .map_err(|flaw| defect(Defect::new(flaw.in_language(self.context.language))))?;
        self.keep(directory::SERVICE_REQUEST, &serde_json::to_vec_pretty(&request).map_err(defect)?)
    }

    fn sign(&mut self, paper: &[u8], people: &People) -> Result<VerifiedArtifact, Failure> {
        let now = self.context.now;
        let signature = |hand, width| -> Result<_, Defect> {
            let picture = pictures::signature(hand)?;
            let image = InkImage::signature(&picture, width)?;
            Ok((picture, Appearance::Image(image)))
        };
        let (picture, image) = signature(pictures::Hand::Receiver, pictures::RECEIVER_WIDTH_MM).map_err(defect)?;
        self.keep(directory::RECEIVER_PICTURE, &picture)?;
        // The officer at the desk, before whom the citizen signed.
        let receiver = SignatureParameters::of(Signatory::Other, now).field(RECEIVER_FIELD).reason("Tiếp nhận hồ sơ");
        let asked = Asked::Signature(receiver.appearance(image));
        let received = signed(paper, &people.receiver, &asked, people)?;
        let (picture, image) = signature(pictures::Hand::Leader, pictures::SIGNATURE_WIDTH_MM).map_err(defect)?;
        self.keep(directory::SIGNATURE_PICTURE, &picture)?;
        let scan = pictures::scan(&picture, pictures::SIGNATURE_WIDTH_MM).map_err(defect)?;
        self.keep(directory::SIGNATURE_SCAN, &scan)?;
        let leader = SignatureParameters::leader(now).field(CERTIFIER_FIELD).reason("Chứng thực chữ ký");
        let asked = Asked::Signature(leader.appearance(image));
        let signed = signed(received.bytes(), &people.leader, &asked, people)?;
        self.keep(directory::SIGNED, signed.bytes())?;
        self.done(
            "Người tiếp nhận rồi Chủ tịch ký số: hình chữ ký màu xanh nằm giữa chức vụ và họ tên",
            "The desk's officer and then the chairman signed: in blue, between title and name",
            &[directory::SIGNED],
        )?;
        Ok(signed)
    }

    fn seal(&mut self, paper: &VerifiedArtifact, people: &People) -> Result<VerifiedArtifact, Failure> {
        let picture = pictures::seal(request::AGENCY).map_err(defect)?;
        self.keep(directory::SEAL_PICTURE, &picture)?;
        self.keep(directory::SEAL_SCAN, &pictures::scan(&picture, pictures::SEAL_WIDTH_MM).map_err(defect)?)?;
        let image = InkImage::seal(&picture, pictures::SEAL_WIDTH_MM).map_err(defect)?;
        let seal = SignatureParameters::seal(self.context.now).appearance(Appearance::Image(image));
        let sealed = signed(paper.bytes(), &people.seal, &Asked::Seal(seal, None), people)?;
        self.keep(directory::SEALED, sealed.bytes())?;
        self.done(
            "Văn thư đóng dấu số: con dấu đỏ, đúng kích thước thật, trùm 1/3 chữ ký về bên trái",
            "The clerk sealed it: the red seal, in its real size, covers the left third of the signature",
            &[directory::SEALED],
        )?;
        Ok(sealed)
    }

    /// Entered as issued, its record completed, archived: only once it's verified.
    fn finish(&mut self, sealed: VerifiedArtifact, result: Certified, people: &People) -> Result<Finished, Failure> {
        let path = self.directory.path(directory::RECORD);
        let files = Files { record: &path, ..Files::document(&path) };
        let wrong = |error: kyso_desk::Error| files.failure(&error);
        let by = By { policy: &people.policy, outside: &Outside::default() };
        let file = issue::verify(sealed.bytes().to_vec(), by).map_err(wrong)?;
        let Certified { entry, record, .. } = result;
        let (apart, unseen) = (draw_pages::apart(), unseen(self.context));
        let viewer = Viewer { drawing: apart.as_ref().map_err(Clone::clone), unseen: &unseen };
        let finished = issue::Finished {
            file: &file,
            password: None,
            unchecked: None,
            entry: &entry,
            record: Some(&record),
            viewer: &viewer,
        };
        let Stamp { by: actor, at } = self.stamp();
        let meta = Meta { role: Role::Seal, actor, file_name: Some(directory::SEALED.into()) };
        let issued = self.at_the_register(async |register| {
            let archive = Archive::create(&self.directory.path(directory::ARCHIVE)).await.map_err(defect)?;
            let issued = finished.keep(Store { archive: &archive, register: &register }, &meta, at, None).await;
            // The log has it before anybody asks.
            let logged = archive.sequence().await;
            let told = archive.write_manifests(64).await;
            archive.close().await;
            logged.map_err(defect)?;
            told.map_err(defect)?;
            issued.map_err(wrong)
        })?;
        record::write(&Output::new(&path, Kind::Record, true, self.context)?, &issued.record.unwrap_or(record))?;
        self.done(
            "Kiểm tra chữ ký; ghi sổ là đã trả kết quả; hoàn thành dữ liệu đặc tả; đưa vào lưu trữ",
            "Verified it; entered it as issued; completed its record; put it into the archive",
            &[directory::RECORD, directory::ARCHIVE],
        )?;
        Ok(Finished { file, entry })
    }

    fn check(&mut self, finished: &Finished, people: &People) -> Result<Exit, Failure> {
        let (context, pdf) = (self.context, finished.file.bytes());
        let expected =
            Expectations::default().seal_width_mm(pictures::SEAL_WIDTH_MM).number(finished.entry.number.clone());
        let checked = checking::examine(pdf, &people.policy, &expected, context);
        let checked = checked.map_err(defect)?;
        let apart = draw_pages::apart().map_err(defect)?;
        let picture = self.directory.path(directory::CHECKED);
        let pictures = Pictures { report: &checked, pdf, password: None, path: &picture, force: false, apart: &apart };
        let drawn = write_pictures(&pictures, context)?;
        let drawn = drawn.iter().filter_map(|path| path.file_name()?.to_str()).collect::<Vec<_>>();
        self.done(
            "Đối chiếu thể thức với Nghị định 30/2020/NĐ-CP, khoanh trên trang từng điểm đã xét",
            "Held its form against Nghị định 30/2020/NĐ-CP; every point is boxed on the page",
            &drawn,
        )?;
        let shown = self.directory.shown(directory::SEALED);
        let report = finished.file.report();
        let codes = Codes::of(pdf, None, report, &Look { apart: Ok(&apart), when: When::Auto });
        let outcome = Ok(words(context.language).report(report.clone()));
        let judged = FileReport::new(shown.clone(), outcome, codes, context.language);
        let style = Style { language: context.language, colour: context.colour() };
        context.print(|mut sink| {
            writeln!(sink)?;
            write_verdict(&judged, style, &mut sink)?;
            write_headline(&shown, &checked, context, sink)
        })?;
        let form = if checked.holds() { Exit::Done } else { Exit::Failed };
        Ok(Exit::worst([judged.exit(), form]))
    }

    fn stamp(&self) -> Stamp {
        Stamp { by: request::RECEIVER.to_owned(), at: self.context.now }
    }

    /// The register, which is made where it's not there yet.
    fn at_the_register<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        runtime()?.block_on(async {
            let register = Register::create(&self.directory.path(directory::ARCHIVE)).await.map_err(reported)?;
            let result = work(register.clone()).await;
            register.close().await;
            result
        })
    }

    fn keep(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        self.directory.write(name, content)
    }

    fn done(&mut self, vietnamese: &str, english: &str, files: &[&str]) -> Result<(), Failure> {
        self.steps += 1;
        self.context.print(|sink| {
            writeln!(sink, "{}. {}", self.steps, self.context.say(vietnamese, english))?;
            files.iter().try_for_each(|file| writeln!(sink, "     {}", self.directory.shown(file)))
        })
    }
}

/// The finished file, and its entry.
struct Finished {
    file: VerifiedArtifact,
    entry: Entry,
}

/// The paper, signed or sealed by one of the people, and verified.
fn signed(paper: &[u8], key: &PrivateKeySigner, asked: &Asked, people: &People) -> Result<VerifiedArtifact, Failure> {
    let by = By { policy: &people.policy, outside: &Outside::default() };
    let document = Document::parse(paper).map_err(defect)?;
    verified(&document, key, asked, by).map_err(defect)
}

/// A sample that doesn't work is a defect, whatever the reason.
fn defect(error: impl Into<Defect>) -> Failure {
    let error = error.into();
    Failure::new(
        Exit::Defect,
        format!("Làm thử không xong, xin hãy báo lại: {error}"),
        format!("The trial failed, please report it: {error}"),
    )
}

/// Commands to go on with: the next request, from the number to the book.
fn what_next(out: &Path, now: DateTime, context: &Context) -> Result<(), Failure> {
    let kyso = std::env::args().next().unwrap_or_else(|| "kyso".into());
    let file = |name: &str| format!("'{}'", out.join(name).display());
    let key = |name: &str| format!("--p12 {} --pass-file {}", file(name), file(directory::PASSWORD));
    let trust = format!("--trust {} --roster {}", file(directory::ROOT), file(directory::ROSTER));
    let register = format!("--archive {}", file(directory::ARCHIVE));
    let (made, received) = (file("thu.pdf"), file("thu-tiep-nhan.pdf"));
    let (signed, sealed) = (file("thu-ky.pdf"), file("thu-dau.pdf"));
    let (receiver, certifier, wide, year) = (RECEIVER_FIELD, CERTIFIER_FIELD, pictures::SIGNATURE_WIDTH_MM, now.year());
    let (by, seal_wide) = (request::RECEIVER, pictures::SEAL_WIDTH_MM);
    let lines = [
        format!(
            "certify {} --document {} --agency {} {register} --by '{by}' --allow-draft --sample -o {made}",
            file(directory::NEXT_REQUEST),
            file(directory::LETTER),
            file(directory::AGENCY),
        ),
        format!(
            "sign {made} -o {received} {} --role other --field {receiver} --image {} --image-width-mm {}",
            key(directory::RECEIVER_KEY),
            file(directory::RECEIVER_PICTURE),
            pictures::RECEIVER_WIDTH_MM,
        ),
        format!(
            "sign {received} -o {signed} {} --field {certifier} --image {} --image-width-mm {wide}",
            key(directory::LEADER_KEY),
            file(directory::SIGNATURE_PICTURE),
        ),
        format!(
            "seal {signed} -o {sealed} {} {trust} --image {} --image-width-mm {seal_wide}",
            key(directory::SEAL_KEY),
            file(directory::SEAL_PICTURE),
        ),
        format!("verify {trust} {sealed}"),
        format!("check {trust} --seal-width-mm {seal_wide} --picture {} {sealed}", file("thu-dau.png")),
        format!(
            "register issue 2 --register CK {register} --by '{by}' {trust} --file {sealed} --record {}",
            file("thu.json")
        ),
        format!("register list {register}"),
        format!(
            "register export {register} --register CK --year {year} --format pdf --agency '{}' --locality '{}' -o {}",
            request::AGENCY,
            request::LOCALITY,
            file("so-chung-thuc.pdf"),
        ),
    ];
    context.print(|sink| {
        writeln!(sink, "\n{}", context.say("Hãy thử tiếp:", "Go on with:"))?;
        lines.iter().try_for_each(|line| writeln!(sink, "  {kyso} {line}"))
    })
}
