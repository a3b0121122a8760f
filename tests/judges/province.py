#!/usr/bin/env python3
"""A province's month, played at speed: what results cost on PostgreSQL and S3.

usage: province KYSO [--agencies N] [--minutes N] [--clients N] [--bytes N] [--idle N] [--in DIR]
Agencies of one configuration, two `kyso serve`, an authority that time-stamps. Each result goes the whole way: certified (a number of
its register), fetched, signed by the leader, sealed, issued, its receipt fetched now and then; agency and instance by chance. Then
evidence is stamped for each agency, as its day's job would, and everything that lies there is counted.
Prints what was measured as it comes, and all of it as JSON in DIR/province.json where --in is given.
"""
import argparse
import collections
import datetime
import hashlib
import http.client
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import crash_service
from crash_service import BOUNDARY, EC, Service, make_keys, new_folder, run, small_pdf
from stores import Stores

# An instance opens each agency before it listens.
crash_service.START_SECONDS = 600
TICK = os.sysconf("SC_CLK_TCK")
AGENCY = """name = "ỦY BAN NHÂN DÂN XÃ {number}"
superior = "TỈNH MẪU"
identifier = "H61.12"
office = "Trung tâm Phục vụ hành chính công xã {number}, tỉnh Mẫu"
locality = "Xã {number}"
seal_width_mm = 36
lookup = "https://tracuu.tinh-mau.example"
"""


def processor(pid, with_children=False):
    """Seconds of processor time of a process, and of those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15 if with_children else 13]) / TICK


def below(pid):
    """A process and its children."""
    told = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *[each for child in told for each in below(int(child))]]


def memory(pid):
    """Resident memory in MB, now and at most."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return [int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]


class Authority(http.server.ThreadingHTTPServer):
    """A time-stamping authority (RFC 3161): `openssl ts` behind HTTP."""

    daemon_threads = True

    def __init__(self, folder):
        self.folder, self.asked, self.lock = folder, 0, threading.Lock()
        (folder / "tsa.ext").write_text("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
                                        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        run("openssl", "req", "-new", *EC, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", "/C=VN/O=TSA/CN=TSA THU NGHIEM")
        run("openssl", "x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key", "-CAcreateserial",
            "-days", "20", "-extfile", folder / "tsa.ext", "-out", folder / "tsa.pem")
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            f"[tsa]\ndefault_tsa=one\n[one]\nserial={folder}/serial\nsigner_cert={folder}/tsa.pem\nsigner_key={folder}/tsa.key\ncerts={folder}/root.pem\n"
            "default_policy=1.2.3.4\nother_policies=1.2.3.4\ndigests=sha256,sha384,sha512\nsigner_digest=sha256\nordering=no\ntsa_name=no\n"
            "ess_cert_id_chain=no\ness_cert_id_alg=sha256\n")
        super().__init__(("127.0.0.1", 0), Stamps)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Stamps(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with server.lock, tempfile.TemporaryDirectory() as folder:
            server.asked += 1
            (Path(folder) / "q").write_bytes(body)
            run("openssl", "ts", "-reply", "-config", server.folder / "tsa.cnf", "-queryfile", f"{folder}/q", "-out", f"{folder}/r")
            answer = (Path(folder) / "r").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Province:
    """Agencies, their configuration, two instances."""

    def __init__(self, kyso, folder, stores, agencies):
        self.kyso, self.folder, self.stores, self.instances = str(kyso), folder, stores, []
        keys = new_folder(folder, "keys")
        fingerprints = make_keys(keys)
        self.authority = Authority(keys)
        roster = "".join(f'[[certificate]]\nsha256 = "{fingerprints[name]}"\nrole = "{name}"\n' for name in fingerprints)
        self.secrets, listed = {}, ""
        for number in range(agencies):
            name = f"xa-{number:03}"
            place = new_folder(folder, name)
            for file in ("root.pem", "leader.key", "leader.pem", "seal.key", "seal.pem"):
                shutil.copy(keys / file, place)
            (place / "roster.toml").write_text(roster)
            (place / "agency.toml").write_text(AGENCY.format(number=number))
            text = f"data_dir = 'data'\ntrust = ['root.pem']\nroster = 'roster.toml'\n[[tsa]]\nurl = '{self.authority.url}'\n"
            text += "[certification]\nregister = 'so'\nagency = 'agency.toml'\n"
            for key in ("leader", "seal"):
                text += f"[[key]]\nname = '{key}'\nrole = '{key}'\nkey = '{key}.key'\ncert = '{key}.pem'\nchain = 'root.pem'\n"
            secrets = {}
            for role in ("leader", "clerk", "officer", "reader"):
                secrets[role] = "kyso_" + os.urandom(32).hex()
                text += f"[[token]]\nname = '{role}'\nrole = '{role}'\nsha256 = '{hashlib.sha256(secrets[role].encode()).hexdigest()}'\n"
            (place / "kyso.toml").write_text(text)
            (place / "kyso.toml").chmod(0o600)
            self.secrets[name] = secrets
            listed += f"[[agency]]\nname = '{name}'\nconfig = '{name}/kyso.toml'\n"
        self.configuration = folder / "kyso.toml"
        head = "listen = '127.0.0.1:0'\nupload_limit_mb = 8\nrequest_timeout_seconds = 60\nshutdown_grace_seconds = 20\n"
        self.configuration.write_text(head + listed + self.stores.section(folder))
        self.configuration.chmod(0o600)
        begun = time.monotonic()
        for name in self.secrets:
            run(self.kyso, "archive", "init", "--archive", self.configuration, "--agency", name)
            self.make_register(name)
        self.made = time.monotonic() - begun

    def make_register(self, name):
        run(self.kyso, "register", "init", "--archive", self.folder / name / "so", "--by", "Lê Thị Mẫu")

    def start(self):
        """Starts an instance: how long until it listens."""
        instance = Service.__new__(Service)
        instance.kyso, instance.folder = self.kyso, self.folder
        begun = time.monotonic()
        instance.process, instance.address = instance.launch(stderr=open(self.folder / "log", "ab"))
        self.instances.append(instance)
        return time.monotonic() - begun

    def processors(self):
        """Seconds of processor time so far: (instances, PostgreSQL, S3)."""
        postgres, s3 = self.stores.pids()
        of_postgres = sum(processor(pid, pid == postgres) for pid in below(postgres))
        of_services = sum(processor(pid, True) for instance in self.instances for pid in below(instance.process.pid))
        return of_services, of_postgres, processor(s3)

    def stop(self):
        for instance in self.instances:
            instance.process.send_signal(signal.SIGTERM)
        for instance in self.instances:
            try:
                instance.process.wait(90)
            except subprocess.TimeoutExpired:
                instance.process.kill()


class Client(threading.Thread):
    """Makes results until it's told to stop."""

    def __init__(self, province, play, seed):
        super().__init__(daemon=True)
        self.province, self.play, self.random = province, play, random.Random(seed)
        self.connections = {}

    def ask(self, method, path, secret, key=None, parts=None):
        """The answer of an instance by chance, on a connection that is kept."""
        number = self.random.randrange(len(self.province.instances))
        headers = {"Authorization": f"Bearer {secret}"}
        body = None
        if key:
            headers["Idempotency-Key"] = key
        if parts:
            body = b""
            for name, value in parts.items():
                file = f'; filename="{name}.pdf"' if isinstance(value, bytes) else ""
                content = value if isinstance(value, bytes) else json.dumps(value).encode()
                body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
            body += f"--{BOUNDARY}--\r\n".encode()
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        connection = self.connections.get(number)
        if connection is None:
            connection = self.connections[number] = http.client.HTTPConnection(*self.province.instances[number].address, timeout=90)
        begun = time.monotonic()
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self.connections.pop(number, None)
            self.play.failed(f"{method} {path.split('?')[0]}: {type(error).__name__}")
            return None
        self.play.took(path.split("?")[0].split("/")[3], time.monotonic() - begun)
        if answer.status >= 300:
            self.play.failed(f"{method} /{path.split('/')[3]}: {answer.status} {content[:200].decode(errors='replace')}")
            return None
        return answer, content

    def run(self):
        while not self.play.stopping.is_set():
            name = self.random.choice(self.play.names)
            if self.result(name, self.play.number(name)):
                self.play.done()

    def result(self, name, number):
        """One result on its whole way; whether it came to its end."""
        secrets = self.province.secrets[name]
        today = (datetime.datetime.utcnow() + datetime.timedelta(hours=7)).date()
        dossier = f"H61.12-{today:%y%m%d}-{number:06}"
        document = self.play.document(f"{name} {number}")
        request = {
            "kind": "BS", "variant": "standard", "date": str(today), "received": f"{today} 00:00", "copies": 2, "dossier-code": dossier,
            "place": {"name": "Trung tâm Phục vụ hành chính công"},
            "certifier": {"name": "Nguyễn Văn Mẫu", "office": "chairman", "title": "Chủ tịch", "agency": "Ủy ban nhân dân xã",
                          "signature-lines": ["CHỦ TỊCH"]},
            "document": {"title": "Giấy ủy quyền", "pages": 1}, "requesters": [{"name": f"Trần Thị Mẫu {number}"}],
        }
        told = self.ask("POST", "/api/v1/certify", secrets["officer"], f"{dossier}-c",
                        {"request": request, "document": document, "parameters": {"allow_draft": True}})
        if told is None:
            return False
        prepared = json.loads(told[1])
        told = self.ask("GET", prepared["links"]["pdf"], secrets["leader"])
        if told is None:
            return False
        told = self.ask("POST", "/api/v1/sign", secrets["leader"], f"{dossier}-l",
                        {"file": told[1], "parameters": {"key": "leader", "field": "NguoiChungThuc"}})
        if told is None:
            return False
        told = self.ask("POST", "/api/v1/seal", secrets["clerk"], f"{dossier}-s",
                        {"file": told[1], "parameters": {"key": "seal", "field": "ConDau"}})
        if told is None:
            return False
        self.play.sealed(len(told[1]))
        told = self.ask("POST", "/api/v1/issue", secrets["clerk"], f"{dossier}-i",
                        {"file": told[1], "parameters": {"number": prepared["number"]}})
        if told is not None and self.random.random() < 0.02:
            self.ask("GET", f"/api/v1/artifacts?dossier={dossier}", secrets["reader"])
        return told is not None


class Play:
    """What the clients have in common."""

    def __init__(self, names, size):
        self.names, self.stopping, self.lock = names, threading.Event(), threading.Lock()
        self.results, self.bytes, self.failures = 0, 0, collections.Counter()
        self.times, self.numbers = collections.defaultdict(list), collections.Counter()
        base = small_pdf("KYSO")
        # Room that nobody reads, in a stream of its own: small documents stand for scans.
        self.filling = os.urandom(max(size - len(base) - 200, 0))

    def document(self, text):
        """A document that bears this name and is as large as asked for."""
        pdf = small_pdf(text)
        if not self.filling:
            return pdf
        start, xref = len(pdf), pdf.rindex(b"startxref\n") + 10
        before = int(pdf[xref:].split()[0])
        body = b"6 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(self.filling), self.filling)
        table = b"xref\n6 1\n%010d 00000 n \ntrailer\n<< /Size 7 /Root 1 0 R /Prev %d >>\n" % (start, before)
        return pdf + body + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(body))

    def number(self, name):
        with self.lock:
            self.numbers[name] += 1
            return self.numbers[name]

    def done(self):
        with self.lock:
            self.results += 1

    def sealed(self, count):
        with self.lock:
            self.bytes += count

    def took(self, what, seconds):
        with self.lock:
            self.times[what].append(seconds)

    def failed(self, why):
        with self.lock:
            self.failures[why] += 1


def percentiles(times):
    """p50 and p99 in milliseconds."""
    times = sorted(times)
    return [1000 * times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.99)] if times else [0, 0]


def sizes(stores):
    """Bytes of tables with their indexes, and rows of the log."""
    rows = stores.sql("kyso", "SELECT n.nspname || '.' || c.relname || ' ' || pg_total_relation_size(c.oid) FROM pg_class c "
                              "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1")
    tables = {name: int(count) for name, count in (line.rsplit(" ", 1) for line in rows.splitlines())}
    return tables


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kyso")
    parser.add_argument("--agencies", type=int, default=125)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--bytes", type=int, default=4000)
    parser.add_argument("--idle", type=float, default=30)
    parser.add_argument("--in", dest="folder", type=Path)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kyso-province-", dir=asked.folder))
    folder.chmod(0o755)
    told, province = {"asked": {name: str(value) for name, value in vars(asked).items()}}, None
    stores = None

    def say(**more):
        told.update(more)
        print(json.dumps(more, ensure_ascii=False), flush=True)

    try:
        kyso = Path(asked.kyso).resolve()
        stores = Stores(new_folder(folder, "stores"), kyso)
        province = Province(kyso, folder, stores, asked.agencies)
        say(made_seconds=province.made, postgres_bytes_empty=stores.bytes()[0])
        # The second one starts beside the first, which is listening by then.
        say(start_seconds=[province.start(), province.start()], load=os.getloadavg()[0])
        say(memory_at_start=[memory(instance.process.pid) for instance in province.instances],
            connections_at_start=int(stores.sql("kyso", "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kyso_app'")))
        before, begun = province.processors(), time.monotonic()
        time.sleep(asked.idle)
        took = time.monotonic() - begun
        say(idle_processor_a_second=[(now - then) / took for now, then in zip(province.processors(), before)], load=os.getloadavg()[0])

        play = Play(list(province.secrets), asked.bytes)
        before, begun, size_before, tables_before = province.processors(), time.monotonic(), stores.bytes(), sizes(stores)
        clients = [Client(province, play, seed) for seed in range(asked.clients)]
        for client in clients:
            client.start()
        end, loads, connections = begun + 60 * asked.minutes, [], []
        while time.monotonic() < end:
            time.sleep(min(15, max(end - time.monotonic(), 0.1)))
            loads.append(os.getloadavg()[0])
            connections.append(int(stores.sql("kyso", "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kyso_app'")))
            print(f"{play.results} results, {sum(play.failures.values())} failures, {connections[-1]} connections, load {loads[-1]:.1f}", flush=True)
        play.stopping.set()
        for client in clients:
            client.join()
        took = time.monotonic() - begun
        used = [now - then for now, then in zip(province.processors(), before)]
        results = play.results
        say(results=results, seconds=took, results_a_second=results / took, failures=dict(play.failures.most_common(10)),
            milliseconds={what: percentiles(times) for what, times in play.times.items()},
            requests={what: len(times) for what, times in play.times.items()}, sealed_bytes=play.bytes,
            processor_seconds=used, processor_ms_a_result=[1000 * part / max(results, 1) for part in used],
            load=sum(loads) / len(loads), connections=max(connections), memory=[memory(instance.process.pid) for instance in province.instances])
        if not results:
            raise SystemExit("no result came to its end")

        # What follows by itself: places in the log, manifests.
        begun, end = time.monotonic(), time.monotonic() + 600
        while time.monotonic() < end:
            waiting = [int(stores.sql("kyso", f"SELECT count(*) FROM {table}")) for table in ("leaf_pending", "outbox")]
            if not any(waiting):
                break
            time.sleep(2)
        say(waited_for_jobs=time.monotonic() - begun, left_waiting=waiting)
        counted = {table: int(stores.sql("kyso", f"SELECT count(*) FROM {table}"))
                   for table in ("artifact", "version", "event", "leaf", "checkpoint", "request", "metadata")}
        stores.sql("kyso", "CHECKPOINT")
        size, tables = stores.bytes(), sizes(stores)
        say(rows=counted, bytes_a_result={"postgres": (size[0] - size_before[0]) / results, "s3": (size[2] - size_before[2]) / results},
            wal_bytes=size[1], tables={name: round((count - tables_before.get(name, 0)) / results) for name, count in tables.items()
                                       if count - tables_before.get(name, 0) > 50 * results})

        # A day's evidence of each agency.
        before, begun, asked_before = province.processors(), time.monotonic(), province.authority.asked
        used_by_command = os.times().children_user + os.times().children_system
        for name in province.secrets:
            run(province.kyso, "archive", "stamp", "--archive", province.configuration, "--agency", name, "--tsa", province.authority.url,
                "--trust", folder / "keys/root.pem")
        used_by_command = os.times().children_user + os.times().children_system - used_by_command
        say(stamp_seconds=time.monotonic() - begun, stamp_calls=province.authority.asked - asked_before, stamp_command_processor=used_by_command,
            stamp_processor=[now - then for now, then in zip(province.processors(), before)],
            stamp_bytes=stores.bytes()[0] - size[0])
    finally:
        if province:
            province.stop()
        if stores:
            stores.stop()
        if asked.folder:
            (asked.folder / "province.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))
        if "KYSO_KEEP" not in os.environ:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if told.get("failures") else 0


if __name__ == "__main__":
    sys.exit(main())
