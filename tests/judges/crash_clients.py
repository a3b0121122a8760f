"""The clients: what they ask for, under which key, and everything that they were told."""
import base64
import collections
import hashlib
import random
import threading
import time

from crash_service import ask, signing_form, small_pdf

CLIENTS = 8


class Request:
    """One thing that a client wants done, and what it was told."""

    def __init__(self, marker, path, key, form, signatures):
        self.marker, self.path, self.key, self.form, self.signatures = marker, path, key, form, signatures
        self.answers = []  # (artifact's id, SHA-256)
        self.refused_form = None  # What was refused under the key before this.

    def __str__(self):
        return f"{self.path} of {self.marker} under key {self.key}"


class Ledger:
    """What was asked and what was answered. Shared by all clients."""

    def __init__(self, service, seed):
        self.service, self.lock = service, threading.Lock()
        self.random = random.Random(seed)
        self.requests, self.waiting = [], collections.deque()
        self.signed = []  # (marker, bytes): what may be sealed
        self.statuses, self.violations = collections.Counter(), []
        self.repeated = self.racing = self.trespasses = 0
        self.without_retry_after = self.numbered = 0
        self.all_under_keys = False
        self.cut = False  # Answers that arrive while the disk is being cut off prove nothing.
        self.timeout = 60

    def acknowledged(self):
        """{id: SHA-256} of everything that was acknowledged."""
        return {answer[0]: answer[1] for request in self.requests for answer in request.answers}

    def new_request(self):
        """A signature under a key, mostly; a seal; one without a key."""
        with self.lock:
            self.numbered += 1
            number, chance = self.numbered, self.random.random()
            # A random part: a run in an archive that is there already asks for other things.
            marker, key = f"KYSO-{number:06d}", f"key-{self.random.getrandbits(64):016x}"
            if chance < 0.15 and self.signed:
                marker, pdf = self.signed.pop(self.random.randrange(len(self.signed)))
                request = Request(marker, "/api/v1/seal", key, signing_form(pdf, "seal"), 2)
            else:
                form = signing_form(small_pdf(marker), "leader")
                request = Request(marker, "/api/v1/sign", None if chance > 0.9 and not self.all_under_keys else key, form, 1)
            self.requests.append(request)
            return request

    def ask(self, request, form, hang_up=False):
        secret = self.service.secrets["clerk" if request.path.endswith("seal") else "leader"]
        return ask(self.service.address, "POST", request.path, secret, request.key, form, self.timeout, hang_up)

    def send(self, request, hang_up=False):
        """Asks; whether there's nothing left to be asked for."""
        answer = self.ask(request, request.form, hang_up)
        with self.lock:
            if answer is None:
                self.statuses["none"] += 1
                return request.key is None
            if self.cut:
                self.racing += 1
                return request.key is None
            self.statuses[answer.status] += 1
            if answer.status != 201:
                return self.failed(request, answer)
            self.answered(request, answer)
            return True

    def trespass(self, request):
        """Asks for something else under a key that was answered: that is refused, whatever happens meanwhile."""
        with self.lock:
            self.trespasses += 1
            other = small_pdf(f"KYSO-{900000 + self.trespasses}")
        form = signing_form(other, "seal" if request.signatures == 2 else "leader")
        answer = self.ask(request, form)
        if answer is None or answer.status >= 500 or b"idempotency-key.reused" in answer.body:
            return
        with self.lock:
            self.violations.append(f"{request}: another content under its key is {answer.status}, {answer.sha256}")

    def refuse(self, request):
        """Asks under the request's key for something that is refused: a field that the document hasn't. Whoever was refused may ask
        for something else under the key, and that is the key's from then on."""
        if request.refused_form is None:
            with self.lock:
                self.trespasses += 1
                other = small_pdf(f"KYSO-{900000 + self.trespasses}")
            key = "seal" if request.signatures == 2 else "leader"
            request.refused_form = signing_form(other, key, field="Khong co")
        answer = self.ask(request, request.refused_form)
        if answer is not None and answer.status != 422 and answer.status < 500:
            with self.lock:
                self.violations.append(f"{request}: what has to be refused under its key is {answer.status}, {answer.sha256}")
        return answer is not None and answer.status == 422

    def failed(self, request, answer):
        """Only a 5xx may be tried again, and it's a problem document."""
        self.without_retry_after += answer.status in (503, 507) and "Retry-After" not in answer.headers
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith("application/problem+json"):
            self.violations.append(f"{request}: {answer.status} is {kind!r} and no problem document")
        if answer.status < 500 and answer.status != 409:
            self.violations.append(f"{request}: {answer.status} {answer.body[:200]!r}")
            return True
        return request.key is None

    def answered(self, request, answer):
        """Writes down what was acknowledged; an answer that differs from an earlier one is a violation."""
        told = (answer.headers.get("Kyso-Artifact"), answer.sha256)
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(answer.body).digest()).decode() + ":"
        if answer.headers.get("Repr-Digest") != digest or answer.headers.get("ETag") != f'"{told[1]}"':
            self.violations.append(f"{request}: the answer's digest isn't its body's, {told[1]}")
        if any(told != earlier for earlier in request.answers):
            self.violations.append(f"{request}: answered {told}, and before {request.answers[0]}")
        if not request.answers and request.signatures == 1:
            self.signed.append((request.marker, answer.body))
        self.repeated += bool(request.answers)
        request.answers.append(told)

    def drop(self, request):
        """Gives a request up before it was asked for."""
        with self.lock:
            self.requests.remove(request)

    def waiting_request(self):
        with self.lock:
            return self.waiting.popleft() if self.waiting else None

    def wait(self, request):
        with self.lock:
            self.waiting.append(request)


class Clients:
    """Threads that ask until they're told to stop."""

    def __init__(self, ledger, count=CLIENTS):
        self.ledger, self.stopping = ledger, threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(ledger.random.random(),), daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self, seed):
        chance = random.Random(seed)
        while not self.stopping.is_set():
            if self.ledger.service.address is None:
                time.sleep(0.02)
                continue
            request = self.ledger.waiting_request()
            if request is None:
                request = self.ledger.new_request()
                # Without an answer it isn't known to be refused, and the key isn't free: it's not asked for at all.
                if request.key and request.signatures == 1 and chance.random() < 0.1 and not self.ledger.refuse(request):
                    self.ledger.drop(request)
                    continue
            # Now and then: hangs up at once; asks twice at a time; asks again, or for something else, though it was answered;
            # asks again for what was refused before the key was used for this.
            hang_up = request.key is not None and chance.random() < 0.04
            twin = None
            if request.key and chance.random() < 0.04:
                twin = threading.Thread(target=self.ledger.send, args=(request,), daemon=True)
                twin.start()
            done = self.ledger.send(request, hang_up)
            if twin:
                twin.join()
            if done and request.key and chance.random() < 0.15:
                done = self.ledger.send(request)
            if done and request.answers and request.key and chance.random() < 0.04:
                self.ledger.trespass(request)
            if request.refused_form and request.answers and chance.random() < 0.7:
                self.ledger.refuse(request)
                done = self.ledger.send(request)
            if not done:
                self.ledger.wait(request)
                time.sleep(0.02 + 0.08 * chance.random())

    def stop(self):
        """Returns when the last of them has its answer, or none."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def settle(ledger, seconds=120):
    """Repeats every request under a key that has no answer yet; those that stay without one."""
    for request in ledger.requests:
        if request.key and not request.answers and request not in ledger.waiting:
            ledger.waiting.append(request)
    end = time.monotonic() + seconds
    open_requests, tried = list(ledger.waiting), 0
    ledger.waiting.clear()
    lock = threading.Lock()

    def work():
        nonlocal tried
        while time.monotonic() < end:
            with lock:
                if not open_requests:
                    return
                request = open_requests.pop()
                tried += 1
            if not ledger.send(request):
                with lock:
                    open_requests.insert(0, request)
                time.sleep(0.1)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.waiting.extend(open_requests)
    return open_requests
