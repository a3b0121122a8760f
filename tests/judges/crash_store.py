"""What lies in the data directory: whole signed PDFs, and whether any row is about them."""
import collections
import hashlib
import re
import shutil
import sqlite3
import tempfile
from pathlib import Path

# Where objects lie, in archives of either layout.
FOLDERS = ("objects", "o")
DATABASE = "archive.sqlite3"
MARKER = re.compile(rb"KYSO-\d{6}")


class Store:
    """The object store's files. Each is read once: a file that is there is never changed."""

    def __init__(self, data):
        self.data, self.seen = data, {}

    def signed(self):
        """{SHA-256: (marker, number of signatures)} of every whole signed PDF."""
        found = {}
        for folder in FOLDERS:
            for path in (self.data / folder).rglob("*"):
                if path not in self.seen:
                    if not path.is_file():
                        continue
                    self.seen[path] = self.look(path.read_bytes())
                if self.seen[path]:
                    digest, *what = self.seen[path]
                    found[digest] = tuple(what)
        return found

    @staticmethod
    def look(pdf):
        marker, signatures = MARKER.search(pdf), pdf.count(b"/ByteRange")
        if not (pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF") and marker and signatures):
            return None
        return hashlib.sha256(pdf).hexdigest(), marker.group().decode(), signatures


def digests_in_rows(database):
    """The SHA-256 of every version that a row speaks of."""
    return {digest for (digest,) in database.execute("SELECT sha256 FROM version")}


def listed(data):
    """The digests that the archive's rows know, from a copy: the database is looked at while nobody has it open."""
    with tempfile.TemporaryDirectory() as folder:
        for path in Path(data).glob(DATABASE + "*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, folder)
        copy = Path(folder) / DATABASE
        if not copy.exists():
            return set()
        database = sqlite3.connect(copy)
        try:
            return digests_in_rows(database)
        finally:
            database.close()


def orphans(store, ledger):
    """Signed PDFs that no row knows and that nobody was told of: {SHA-256: what was asked for}."""
    known, requests = listed(store.data) | set(ledger.acknowledged().values()), asked(ledger)
    return {digest: str(requests.get(what, what)) for digest, what in store.signed().items() if digest not in known}


def second_signatures(store, ledger):
    """Requests for which two signed documents or more lie in the store: a sentence each."""
    contents, requests = collections.defaultdict(list), asked(ledger)
    for digest, what in store.signed().items():
        contents[what].append(digest)
    return [f"{requests.get(what, what)}: {len(digests)} signed documents, {' '.join(sorted(digests))}"
            for what, digests in sorted(contents.items()) if len(digests) > 1]


def asked(ledger):
    """What was asked for, by the marker on the page and the number of signatures that make it."""
    return {(request.marker, request.signatures): request for request in ledger.requests}
