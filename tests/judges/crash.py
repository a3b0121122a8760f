#!/usr/bin/env python3
"""Kill the service in the midst of work, and hold what it acknowledged against what is there afterwards.

usage: crash KYSO [--mode kill|power|disk-full|slow-fsync|dead-log|rollback] [--rounds N] [--seed N] [--set LINE] [--keep]
Eight clients sign and seal small documents, most of them under an Idempotency-Key, and repeat what has no answer.
Prints a line a round, every violation with its key and SHA-256, figures, then `N passed, N failed`.
Exit status 1 where anything is wrong, 3 where this machine can't run the mode.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crash_clients import CLIENTS, Clients, Ledger, settle
from crash_disks import CannotRun, Disk
from crash_service import NotStarted, Service, ask, has_command
from crash_store import DATABASE, Store, orphans, second_signatures

HERE = Path(__file__).resolve().parent
# How long the recovery job may take to finish what nobody repeats.
RECOVERY_SECONDS = 150


class Attack:
    """A service, its clients, its disk, and what was found."""

    rounds = 1
    disk_megabytes = None

    def __init__(self, kyso, folder, seed, more):
        self.folder, self.kyso = folder, str(kyso)
        self.random = random.Random(seed)
        self.disk = Disk(folder, self.disk_megabytes) if self.disk_megabytes else None
        data = (self.disk.mount_point if self.disk else folder) / "data"
        self.service = Service(kyso, folder, data, more)
        self.ledger = Ledger(self.service, seed)
        self.store = Store(data)
        self.checks, self.orphans_before = {}, {}

    def check(self, name, violations):
        """Adds to what is wrong with this."""
        self.checks.setdefault(name, []).extend(violations)

    def run(self, rounds):
        self.prepare()
        for number in range(1, rounds + 1):
            before = len(self.ledger.acknowledged()), self.ledger.repeated
            what = self.round(number)
            self.service.kill()
            left = orphans(self.store, self.ledger)
            self.orphans_before.update(left)
            now = len(self.ledger.acknowledged()), self.ledger.repeated
            print(f"round {number}: {what}; {now[0] - before[0]} acknowledged, {now[1] - before[1]} told again, "
                  f"{len(self.store.signed())} signed documents in the store, {len(left)} without a row", flush=True)
        self.finish()

    def prepare(self):
        """What has to be there before the first round."""

    def environment(self):
        """What the service's environment has beside the rest."""
        return {}

    def finish(self):
        """The last start: everything is repeated and held against what is there."""
        self.service.start()
        unanswered = settle(self.ledger)
        self.check("every key gets its answer", [f"{request}: no answer" for request in unanswered])
        # What was refused under a key before doesn't take it away from what was answered under it.
        for request in self.ledger.requests:
            if request.refused_form and request.answers:
                self.ledger.send(request)
        self.check("a second server is refused", self.service.second_is_refused())
        self.check("the service is healthy in the end", self.health(200))
        lost, damaged = self.fetch_all()
        self.check("what was acknowledged is there", lost)
        self.check("what was acknowledged is whole", damaged)
        self.stop()
        left = self.wait_for_recovery()
        self.check("no signed document without a row", [f"{what}: {digest}" for digest, what in left.items()])
        seconds = second_signatures(self.store, self.ledger)
        self.check("no second signature is stored", seconds)
        self.check("one key has one answer", self.ledger.violations)
        self.audit()
        keys = sum(1 for request in self.ledger.requests if request.key and request.answers)
        print(f"{len(self.ledger.acknowledged())} acknowledged, under {keys} keys and {self.unkeyed()} without; "
              f"{self.ledger.repeated} told again, {self.ledger.racing} answers while the disk was cut off; {len(lost)} lost, "
              f"{len(damaged)} damaged, {len(seconds)} second signatures, {len(self.orphans_before)} without a row before "
              f"recovery, {len(left)} after; answers: {dict(self.ledger.statuses)}")

    def unkeyed(self):
        return sum(1 for request in self.ledger.requests if not request.key and request.answers)

    def stop(self):
        code = self.service.stop()
        self.check("it stops in order", [] if code == 0 else [f"exit {code} on SIGTERM"])

    def wait_for_recovery(self):
        """What stays without a row although the service had time. The database is looked at while the service rests."""
        left, end = orphans(self.store, self.ledger), time.monotonic() + RECOVERY_SECONDS
        # An archive without a recovery job has nothing to wait for.
        while left and has_command(self.kyso, "archive") and time.monotonic() < end:
            self.service.start()
            time.sleep(10)
            self.stop()
            left = orphans(self.store, self.ledger)
        return left

    def health(self, *expected):
        answer = ask(self.service.address, "GET", "/healthz", timeout=30)
        status = answer.status if answer else None
        return [] if status in expected else [f"/healthz is {status}"]

    def fetch_all(self):
        """Fetches everything that was acknowledged: what is lost and what is damaged, a sentence each."""
        secret = self.service.secrets["reader"]

        def fetch(item):
            artifact, digest = item
            answer = ask(self.service.address, "GET", f"/api/v1/artifacts/{artifact}", secret)
            status = answer.status if answer else None
            if status != 200:
                return "lost", f"{artifact}, {digest}: {status}"
            return (None, None) if answer.sha256 == digest else ("damaged", f"{artifact}: {answer.sha256}, not {digest}")

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            found = list(pool.map(fetch, self.ledger.acknowledged().items()))
        return tuple([text for kind, text in found if kind == wanted] for wanted in ("lost", "damaged"))

    def audit(self):
        """The archive's own judgement, where this `kyso` has one."""
        if has_command(self.kyso, "archive", "audit"):
            done = subprocess.run([self.kyso, "archive", "audit", "--archive", str(self.store.data)], capture_output=True, text=True)
            wrong = [] if done.returncode == 0 else [f"exit {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"]
            self.check("the archive's audit is clean", wrong)

    def result(self):
        """Prints what is wrong; whether nothing is."""
        failed = {name: found for name, found in self.checks.items() if found}
        for name, found in failed.items():
            print(f"FAILED: {name}: {len(found)}")
            for sentence in found[:20]:
                print(f"  {sentence}")
            if len(found) > 20:
                print(f"  and {len(found) - 20} more")
        print(f"{len(self.checks) - len(failed)} passed, {len(failed)} failed")
        return not failed


class Kill(Attack):
    """SIGKILL at a random moment."""

    rounds = 30

    def round(self, number):
        self.service.start(self.environment())
        clients = Clients(self.ledger)
        seconds = self.random.uniform(0.2, 1.5)
        time.sleep(seconds)
        self.service.kill()
        clients.stop()
        return f"killed after {seconds:.2f} s"


class Power(Attack):
    """The disk loses what isn't on it, at a random moment."""

    rounds = 20
    disk_megabytes = 512

    def round(self, number):
        self.service.start()
        clients = Clients(self.ledger)
        seconds = self.random.uniform(0.3, 2)
        time.sleep(seconds)
        with self.ledger.lock:
            self.ledger.cut = True
        self.disk.cut_off()
        self.service.kill()
        clients.stop()
        self.ledger.cut = False
        self.disk.unmount()
        self.disk.mount()
        return f"power cut after {seconds:.2f} s"


class DiskFull(Attack):
    """The disk gets full under load, and has room again."""

    rounds = 1
    disk_megabytes = 40

    def round(self, number):
        self.service.start()
        self.check("healthy before the disk is full", self.health(200))
        clients = Clients(self.ledger)
        # Soon: a journal that has its full length already needs no more room.
        time.sleep(0.4)
        statuses = self.ledger.statuses
        self.disk.fill(leave=1 << 19)
        # Those who sign take the rest; journal and database may hold on for a while.
        for _ in range(20):
            self.disk.fill(leave=0)
            time.sleep(0.15)
            self.disk.give(self.random.randrange(4, 100, 4))
            time.sleep(0.05)
        self.disk.fill(leave=0)
        time.sleep(0.5)
        refused = sum(count for status, count in statuses.items() if isinstance(status, int) and status >= 500)
        self.check("a full disk is refused", [] if refused else ["no request was refused though the disk is full"])
        self.check("health says that the disk is full", self.health(503, 507))
        self.check("what is kept is read from a full disk", [text for texts in self.fetch_all() for text in texts])
        bad = {status: count for status, count in statuses.items() if isinstance(status, int) and status >= 500 and status not in (503, 507)}
        self.check("a full disk is 507 or 503", [f"{count} answers were {status}" for status, count in bad.items()])
        without = self.ledger.without_retry_after
        self.check("a full disk says when to come again", [f"{without} answers had no Retry-After"] if without else [])
        clients.stop()
        self.disk.free()
        self.check("every key gets its answer once there is room", [f"{request}: no answer" for request in settle(self.ledger, 60)])
        self.check("healthy when there is room again", self.health(200))
        return f"disk full, {refused} refused"


class SlowFsync(Attack):
    """fsync takes three seconds; fails once on an object; fails once on the database."""

    rounds = 2
    milliseconds = 3000

    def prepare(self):
        library = self.folder / "slow_fsync.so"
        try:
            done = subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "slow_fsync.c")], capture_output=True, text=True)
        except FileNotFoundError as error:
            raise CannotRun(str(error)) from error
        if done.returncode:
            raise CannotRun(done.stderr)
        self.library, self.control = library, self.folder / "fsync"
        self.slow(0)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "KYSO_FSYNC_CONTROL": str(self.control)}

    def slow(self, milliseconds):
        self.control.write_text(str(milliseconds))

    def fail_once(self, what):
        """The next fsync of this kind fails. It has to happen, or nothing is proved."""
        order = self.folder / f"fsync.fail-{what}"
        order.write_text("")
        end = time.monotonic() + 15
        while order.exists() and time.monotonic() < end:
            time.sleep(0.05)
        happened = not order.exists()
        order.unlink(missing_ok=True)
        self.check(f"an fsync failed: {what}", [] if happened else ["no fsync came to fail"])
        time.sleep(0.7)

    def round(self, number):
        self.service.start(self.environment())
        clients = Clients(self.ledger)
        time.sleep(0.5)
        self.slow(self.milliseconds)
        time.sleep(self.milliseconds / 1000 * 6)
        self.slow(0)
        time.sleep(0.5)
        for what in ("object", "database"):
            # After a failed fsync a service may refuse to go on: it's started anew.
            self.fail_once(what)
            self.service.kill()
            self.service.start(self.environment())
        time.sleep(0.5)
        clients.stop()
        return f"fsync of {self.milliseconds / 1000:.0f} s, then failing"


class DeadLog(Attack):
    """Nobody reads the log: its reader has died, or has stopped reading."""

    rounds = 2

    def round(self, number):
        reader, writer = os.pipe()
        self.service.start(stderr=writer)
        os.close(writer)
        dead = number % 2 == 1
        if dead:
            os.close(reader)
        self.ledger.timeout = 3
        clients = Clients(self.ledger)
        time.sleep(4)
        self.service.kill()
        clients.stop()
        self.ledger.timeout = 60
        if not dead:
            os.close(reader)
        return "the log's reader has died" if dead else "nobody reads the log"


class Rollback(Attack):
    """The database is put back to an earlier day, or is lost; the objects stay. Whoever repeats gets what he got."""

    rounds = 2

    def work(self):
        clients = Clients(self.ledger)
        time.sleep(1.5)
        clients.stop()
        settle(self.ledger)

    def take_database(self, folder):
        """Copies the database; nobody has it open."""
        folder.mkdir(exist_ok=True)
        for path in self.store.data.glob(DATABASE + "*"):
            shutil.copy(path, folder)

    def put_database(self, folder):
        """Puts a copy in the database's place; without one it's lost."""
        for path in self.store.data.glob(DATABASE + "*"):
            path.unlink()
        for path in folder.iterdir() if folder else ():
            shutil.copy(path, self.store.data)

    def round(self, number):
        # A signature without a key can't be repeated: only an audit finds it.
        self.ledger.all_under_keys = True
        earlier, newest = self.folder / f"earlier-{number}", self.folder / f"newest-{number}"
        self.service.start()
        self.work()
        self.stop()
        self.take_database(earlier)
        self.service.start()
        self.work()
        self.service.kill()
        self.take_database(newest)
        lost = number % 2 == 0
        self.put_database(None if lost else earlier)
        what = "database lost" if lost else "database put back"
        try:
            self.service.start()
        except NotStarted:
            # To refuse is right as well: then the operator finds the newest one.
            what += ", refused at the start"
            self.put_database(newest)
            self.service.start()
        asked = [request for request in self.ledger.requests if request.answers]
        for request in asked:
            self.ledger.send(request)
        return f"{what}, {len(asked)} asked again"


MODES = {
    "kill": Kill, "power": Power, "disk-full": DiskFull, "slow-fsync": SlowFsync, "dead-log": DeadLog, "rollback": Rollback,
}


def main():
    # Whoever ends this program gets his disks back too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="crash")
    parser.add_argument("kyso", type=Path)
    parser.add_argument("--mode", choices=MODES, default="kill")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--set", action="append", default=[], metavar="LINE", help="a further line at the top level of kyso.toml")
    parser.add_argument("--keep", action="store_true", help="leave the directory where it is")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kyso-crash-"))
    print(f"{arguments.mode}, seed {arguments.seed}, in {folder}", flush=True)
    attack = None
    try:
        mode = MODES[arguments.mode]
        attack = mode(arguments.kyso.resolve(), folder, arguments.seed, arguments.set)
        try:
            attack.run(arguments.rounds or mode.rounds)
        except NotStarted as error:
            attack.check("it starts again", [str(error)])
        return 0 if attack.result() else 1
    except CannotRun as error:
        print(f"can't run here: {error}\n0 passed, 1 failed")
        return 3
    finally:
        if attack:
            attack.service.kill()
        if not arguments.keep:
            if attack and attack.disk:
                attack.disk.close()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
