"""The service under attack: its keys and configuration, the process, and one request to it."""
import hashlib
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 60
BOUNDARY = "kyso-7MA4YWxkTrZu0gW"


def run(*command, **more):
    """Runs a command that has to succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def has_command(kyso, *words):
    """Whether this `kyso` has the command."""
    return subprocess.run([kyso, *words, "--help"], capture_output=True).returncode == 0


# P-256: two signatures never have the same bytes, so a second one shows.
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
LEAF = (
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
    "extendedKeyUsage=emailProtection,1.3.6.1.5.5.7.3.36\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
)


def make_keys(folder):
    """A root, a leader and a seal, with throwaway P-256 keys; the fingerprints of the two."""
    run("openssl", "req", "-x509", *EC, "-keyout", folder / "root.key", "-out", folder / "root.pem", "-days", "30",
        "-subj", "/C=VN/O=THU NGHIEM/CN=GOC THU NGHIEM", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    (folder / "leaf.cnf").write_text(LEAF)
    fingerprints = {}
    for name, subject in (("leader", "/C=VN/O=UBND PHUONG THU NGHIEM/title=Chu tich/CN=Nguyen Van Mau"),
                          ("seal", "/C=VN/O=UBND PHUONG THU NGHIEM/CN=UBND PHUONG THU NGHIEM")):
        key, request, certificate = (folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        run("openssl", "req", "-new", *EC, "-keyout", key, "-out", request, "-subj", subject)
        run("openssl", "x509", "-req", "-in", request, "-CA", folder / "root.pem", "-CAkey", folder / "root.key",
            "-CAcreateserial", "-days", "20", "-extfile", folder / "leaf.cnf", "-out", certificate)
        key.chmod(0o600)
        der = subprocess.run(["openssl", "x509", "-in", certificate, "-outform", "DER"], capture_output=True, check=True)
        fingerprints[name] = hashlib.sha256(der.stdout).hexdigest()
    return fingerprints


def write_configuration(folder, data, more):
    """Writes kyso.toml and all that it names; the secrets of a leader, a clerk and a reader. `more`: further lines of it."""
    fingerprints = make_keys(folder)
    roster = "".join(f'[[certificate]]\nsha256 = "{fingerprints[name]}"\nrole = "{name}"\n' for name in fingerprints)
    (folder / "roster.toml").write_text(roster)
    text = f"listen = '127.0.0.1:0'\ndata_dir = '{data}'\nupload_limit_mb = 2\nrequest_timeout_seconds = 30\n"
    text += "shutdown_grace_seconds = 10\ntrust = ['root.pem']\nroster = 'roster.toml'\n"
    text += "".join(f"{line}\n" for line in more)
    for name in ("leader", "seal"):
        text += f"[[key]]\nname = '{name}'\nrole = '{name}'\nkey = '{name}.key'\ncert = '{name}.pem'\nchain = 'root.pem'\n"
    secrets = {}
    for role in ("leader", "clerk", "reader"):
        secrets[role] = "kyso_" + os.urandom(32).hex()
        text += f"[[token]]\nname = '{role}'\nrole = '{role}'\nsha256 = '{hashlib.sha256(secrets[role].encode()).hexdigest()}'\n"
    (folder / "kyso.toml").write_text(text)
    (folder / "kyso.toml").chmod(0o600)
    return secrets


class NotStarted(Exception):
    """`kyso serve` ended before it said where it listens."""


class Service:
    """`kyso serve`, started again as often as it's killed."""

    def __init__(self, kyso, folder, data, more):
        self.kyso, self.folder, self.data = str(kyso), folder, data
        self.secrets = write_configuration(folder, data, more)
        self.process = self.address = None
        if has_command(self.kyso, "archive"):
            run(self.kyso, "archive", "init", "--archive", data)

    def start(self, environment=None, stderr=None):
        """Starts it; returns once it says where it listens."""
        log = stderr if stderr is not None else open(self.folder / "log", "ab")
        try:
            self.process, address = self.launch(environment, log)
        finally:
            if stderr is None:
                log.close()
        self.address = address

    def launch(self, environment=None, stderr=subprocess.DEVNULL):
        """A process, and where it listens."""
        process = subprocess.Popen([self.kyso, "serve", "--config", str(self.folder / "kyso.toml")],
                                   stdout=subprocess.PIPE, stderr=stderr, env={**os.environ, **(environment or {})})
        line = b""
        end = time.monotonic() + START_SECONDS
        while not line.endswith(b"\n") and time.monotonic() < end:
            if select.select([process.stdout], [], [], 0.2)[0]:
                piece = os.read(process.stdout.fileno(), 200)
                if not piece:
                    break
                line += piece
        if not line.startswith(b"http://"):
            process.kill()
            raise NotStarted(f"exit {process.wait()}, said {line!r}; see {self.folder / 'log'}")
        host, port = line.decode().strip().removeprefix("http://").rsplit(":", 1)
        return process, (host, int(port))

    def kill(self):
        """SIGKILL: no destructor runs, nothing is flushed."""
        self.address = None
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            return "still there after 60 s"
        finally:
            self.kill()

    def second_is_refused(self):
        """What's wrong when another process is started on the same data."""
        try:
            process, _ = self.launch()
        except NotStarted:
            return []
        process.kill()
        process.wait()
        return ["a second server started on the same data directory"]


class Answer:
    """An answer: status, headers, body."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def sha256(self):
        return hashlib.sha256(self.body).hexdigest()


def ask(address, method, path, secret=None, key=None, form=None, timeout=60, hang_up=False):
    """One request on a connection of its own; `None` where no whole answer came."""
    if address is None:
        return None
    headers = {"Connection": "close"}
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    if key:
        headers["Idempotency-Key"] = key
    if form:
        headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
    connection = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        connection.request(method, path, body=form, headers=headers)
        return None if hang_up else Answer(connection.getresponse())
    except (OSError, http.client.HTTPException, socket.timeout):
        return None
    finally:
        connection.close()


def signing_form(pdf, key, **parameters):
    """The form that asks for a signature with this key."""
    told = json.dumps({"key": key, **parameters})
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    tail = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="parameters"\r\n\r\n{told}\r\n--{BOUNDARY}--\r\n'
    return head.encode() + pdf + tail.encode()


def small_pdf(name):
    """A PDF of one page that bears this name."""
    text = f"BT /F1 24 Tf 60 700 Td ({name}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    pdf, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return pdf + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def new_folder(parent, name):
    """A directory of one's own."""
    folder = Path(parent) / name
    folder.mkdir(mode=0o700)
    return folder
