//! `kyso demo --services`: a throwaway time-stamping authority, OCSP responders and CRLs on this machine, with keys whose
//! certificates name them, so that whoever is new can try the levels that need services. It all ends with the process: nothing
//! of it is for others, and no key of an authority is kept.

use std::net::SocketAddr;
use std::path::Path;

use kyso::local_time::VIETNAM;
use kyso_server::stop_signal;
use kyso_testpki::{Clock, Server, World, path};

use super::super::register::runtime;
use super::{defect, note_other_place};
use crate::context::Context;
use crate::demo::directory::{self, Directory};
use crate::demo::letter;
use crate::demo::people::People;
use crate::exit::Exit;
use crate::failure::{Failure, cause};
use crate::text::plain;

/// Where the services listen, where nothing else is said.
pub(super) const ADDRESS: &str = "127.0.0.1:3161";

/// An address on this machine, told by an example that needs no language.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let address = text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
    address.ok_or("127.0.0.1:0, 127.0.0.1:3161, [::1]:3161")
}

/// Makes keys and a paper at `place`, and serves until it's told to stop.
pub(super) fn run(place: &Path, listen: SocketAddr, context: &Context) -> Result<Exit, Failure> {
    let server = Server::listen(listen, Clock::system()).map_err(|error| taken(listen, &error))?;
    let world = World::on(server).map_err(defect)?;
    let people = People::of_world(&world).map_err(defect)?;
    let directory = Directory::new(place)?;
    note_other_place(place, directory.place(), context);
    let roster = people.roster().map_err(defect)?;
    let letter = letter::letter_of_authority(VIETNAM.to_datetime(context.now).date()).map_err(defect)?.pdf;
    for (name, content) in [
        (directory::ROOT, people.root.as_bytes()),
        (directory::ROSTER, roster.as_bytes()),
        (directory::LEADER_KEY, &people.leader_p12),
        (directory::SEAL_KEY, &people.seal_p12),
        (directory::PASSWORD, format!("{}\n", people.password).as_bytes()),
        (directory::LETTER, &letter),
    ] {
        directory.write(name, content)?;
    }
    let place = directory.place().to_owned();
    directory.finish()?;
    runtime()?.block_on(async {
        let failed = |error: std::io::Error| taken(listen, &error);
        let stop = stop_signal().map_err(failed)?;
        tell(&place, &world, context)?;
        stop.await;
        Ok(())
    })?;
    context.print(|sink| {
        writeln!(sink, "\n{}", context.say("Đã dừng dịch vụ thử nghiệm.", "The trial services have ended."))
    })?;
    Ok(Exit::Done)
}

fn taken(address: SocketAddr, error: &std::io::Error) -> Failure {
    use kyso::Language::{English, Vietnamese};
    Failure::new(
        Exit::Outside,
        format!("Không mở được địa chỉ {address}: {}. Hãy thử --listen 127.0.0.1:0.", cause(error, Vietnamese)),
        format!("Can't listen on {address}: {}. Try --listen 127.0.0.1:0.", cause(error, English)),
    )
}

/// What runs, and the commands to try it with, in their order.
fn tell(place: &Path, world: &World, context: &Context) -> Result<(), Failure> {
    let kyso = std::env::args().next().unwrap_or_else(|| "kyso".into());
    let file = |name: &str| format!("'{}'", place.join(name).display());
    let key = |name: &str| format!("--p12 {} --pass-file {}", file(name), file(directory::PASSWORD));
    let (leader, seal) = (key(directory::LEADER_KEY), key(directory::SEAL_KEY));
    let trust = format!("--trust {} --roster {}", file(directory::ROOT), file(directory::ROSTER));
    let tsa = format!("--tsa {}", world.server.url(path::TSA));
    // Addresses that certificates name are asked on the public internet alone, unless it's said.
    let here = format!("--allow-address {}", world.server.address().ip());
    let outside = format!("{trust} {tsa} {here}");
    let letter = file(directory::LETTER);
    let [basic, stamped, lasting] = [file("muc-b.pdf"), file("muc-t.pdf"), file("muc-lt.pdf")];
    let [sealed, renewed] = [file("dau-lta.pdf"), file("gia-han.pdf")];
    let steps = [
        (
            context.say("Ký, mức B-B: không cần dịch vụ nào", "Sign at B-B: no service is needed"),
            format!("sign {letter} -o {basic} {leader}"),
        ),
        (
            context.say("Ký kèm dấu thời gian: B-T", "Sign with a time-stamp: B-T"),
            format!("sign {letter} -o {stamped} {leader} --level t {outside}"),
        ),
        (
            context.say("Kiểm tra, hỏi OCSP lúc này", "Verify, asking OCSP now"),
            format!("verify --online {here} {trust} {stamped}"),
        ),
        (
            context.say("Bổ sung bằng chứng cho tệp đã ký: B-LT", "Add evidence to a signed file: B-LT"),
            format!("extend {basic} -o {lasting} --to lt {outside}"),
        ),
        (
            context.say("Đóng dấu, lưu trữ lâu dài: B-LTA", "Seal, to last: B-LTA"),
            format!("seal {stamped} -o {sealed} {seal} --level lta {outside}"),
        ),
        (
            context.say("Gia hạn dấu thời gian", "Renew the time-stamp"),
            format!("renew {sealed} -o {renewed} {outside}"),
        ),
        (
            context.say("Kiểm tra tất cả, không hỏi ai", "Verify them all, asking nobody"),
            format!("verify {trust} {lasting} {sealed} {renewed}"),
        ),
    ];
    context.print(|sink| {
        let heading = context.say(
            "CHỈ ĐỂ THỬ: dịch vụ dấu thời gian, OCSP và CRL tự tạo trên máy này. Khóa, chứng thư và dấu thời gian KHÔNG có giá trị pháp lý.",
            "FOR TRIALS ONLY: a throwaway time-stamping authority, OCSP and CRLs on this machine. Keys, certificates and time-stamps have NO legal value.",
        );
        writeln!(sink, "{heading}\n")?;
        writeln!(sink, "{}: {}", context.say("Dấu thời gian (TSA)", "Time-stamps (TSA)"), world.server.url(path::TSA))?;
        writeln!(sink, "OCSP: {}", world.server.url(path::OCSP))?;
        writeln!(sink, "CRL: {}", world.server.url(path::CRL))?;
        let files = context.say("Khóa, CA gốc, giấy tờ mẫu", "Keys, root and a sample paper");
        writeln!(sink, "{files}: {}\n", plain(&place.display().to_string()))?;
        let advice = context.say("Hãy thử ở một cửa sổ khác:", "Try in another window:");
        writeln!(sink, "{advice}")?;
        for (what, command) in &steps {
            writeln!(sink, "  # {what}\n  {kyso} {command}")?;
        }
        let end = context.say(
            "Ctrl-C để dừng. Dừng rồi thì các khóa của dịch vụ mất đi: tệp đã đủ bằng chứng vẫn kiểm tra được, tệp khác không bổ sung được nữa.",
            "Ctrl-C ends it. The services' keys are gone then: files that have their evidence still verify, others can't get it any more.",
        );
        writeln!(sink, "\n{end}")
    })
}
