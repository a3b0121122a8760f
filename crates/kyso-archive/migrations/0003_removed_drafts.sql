-- A draft that nobody waits for any more is removed: it holds what a citizen handed in.

DROP TRIGGER draft_is_never_deleted;
