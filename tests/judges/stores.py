"""PostgreSQL and an S3 store of one's own, laid out as docs/stores.md says, for whoever measures or attacks the service on them."""
import subprocess
from pathlib import Path

from crash_service import run

HERE = Path(__file__).resolve().parent
BUCKETS = ("kyso", "kyso-drafts")


class Stores:
    """Both servers, durable: what they acknowledge is on the disk."""

    def __init__(self, folder, kyso):
        # PostgreSQL's own user has to get there.
        folder.chmod(0o755)
        self.folder, self.kyso = folder, str(kyso)
        self.postgres, self.s3 = folder / "postgres", folder / "s3"
        self.url = run(HERE / "postgres", "start", self.postgres, "--fsync").strip()
        self.endpoint = run(HERE / "s3", "start", self.s3).strip()
        for role in ("kyso_owner", "kyso_app", "kyso_audit"):
            self.sql("postgres", f"CREATE ROLE {role} LOGIN")
        self.sql("postgres", "CREATE ROLE kyso_destroyer LOGIN IN ROLE kyso_app")
        self.sql("postgres", "CREATE DATABASE kyso OWNER kyso_owner ENCODING 'UTF8' TEMPLATE template0")
        self.sql("postgres", "REVOKE ALL ON DATABASE kyso FROM PUBLIC")
        self.sql("postgres", "GRANT CONNECT ON DATABASE kyso TO kyso_app, kyso_audit")
        run(self.kyso, "archive", "lay-out", "--database", self.url_of("kyso_owner"))

    def url_of(self, role, database="kyso"):
        """The database's URL for this role."""
        host = self.url.split("@", 1)[1].rsplit("/", 1)[0]
        return f"postgres://{role}@{host}/{database}"

    def sql(self, database, statement):
        """What the superuser is answered, without headings."""
        return run("psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url_of("postgres", database)).strip()

    def section(self, folder, agency=None):
        """`[archive]` of a configuration in this directory, and the credential that it names."""
        credentials = folder / "s3.credentials"
        credentials.write_text("aws_access_key_id = test\naws_secret_access_key = testtest\n")
        credentials.chmod(0o600)
        named, below = (f"agency = '{agency}'\n", f"/{agency}") if agency else ("", "")
        return (f"\n[archive]\n{named}database = '{self.url_of('kyso_app')}'\nstore = 's3://{BUCKETS[0]}{below}'\n"
                f"drafts = 's3://{BUCKETS[1]}{below}'\n[archive.s3]\nendpoint = '{self.endpoint}'\ncredentials = 's3.credentials'\n")

    def pids(self):
        """The processes of either server: (PostgreSQL's first, SeaweedFS's)."""
        return int((self.postgres / "data/postmaster.pid").read_text().split()[0]), int((self.s3 / "pid").read_text())

    def bytes(self):
        """What lies on the disk: (PostgreSQL without its journal, its journal, S3)."""
        def of(*paths):
            told = run("du", "-s", "-B1", "-c", *[path for path in paths if path.exists()])
            return int(told.splitlines()[-1].split()[0])
        return of(self.postgres / "data/base"), of(self.postgres / "data/pg_wal"), of(self.s3 / "data")

    def stop(self):
        """Ends both."""
        for program, folder in (("s3", self.s3), ("postgres", self.postgres)):
            subprocess.run([HERE / program, "stop", folder], check=False, capture_output=True)
