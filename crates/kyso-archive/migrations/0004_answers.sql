-- What was answered to whoever asked under a key, beside what is kept: a draft that it came from may be removed meanwhile.

ALTER TABLE idempotency ADD COLUMN answer TEXT CHECK (json_valid(answer));
