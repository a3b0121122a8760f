-- How long documents are kept, what holds them, and how they're destroyed: by a list, another person's approval and a decision. What
-- these rows say in full stands in the records of their events.

-- The class that a document's kind had when it was kept, where a rule spoke of it. Its end is never shortened afterwards.
CREATE TABLE retention (
    agency   TEXT NOT NULL,
    artifact TEXT NOT NULL,
    class    TEXT NOT NULL,
    text     TEXT NOT NULL,                                         -- the version of the rules
    ends     TEXT,                                                  -- the last day, ISO 8601; none: for ever
    PRIMARY KEY (agency, artifact)
);

-- A legal hold. While it isn't released, the document isn't destroyed.
CREATE TABLE hold (
    agency   TEXT NOT NULL,
    event    TEXT NOT NULL,
    artifact TEXT NOT NULL,
    PRIMARY KEY (agency, event)
);

CREATE INDEX hold_artifact ON hold (agency, artifact);

CREATE TABLE hold_release (
    agency TEXT NOT NULL,
    hold   TEXT NOT NULL,                                           -- the hold's event
    event  TEXT NOT NULL,
    PRIMARY KEY (agency, hold)
);

-- A list of documents that somebody proposed to destroy.
CREATE TABLE destruction (
    agency TEXT   NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    who    TEXT   NOT NULL CHECK (length(who) > 0),                 -- folded, to be compared
    event  TEXT   NOT NULL,
    PRIMARY KEY (agency, number)
);

CREATE TABLE destruction_item (
    agency      TEXT   NOT NULL,
    destruction BIGINT NOT NULL,
    artifact    TEXT   NOT NULL,
    ends        TEXT   NOT NULL,                                    -- the last day of its keeping, ISO 8601
    PRIMARY KEY (agency, destruction, artifact)
);

CREATE INDEX destruction_item_artifact ON destruction_item (agency, artifact);

CREATE TABLE destruction_step (
    agency      TEXT   NOT NULL,
    destruction BIGINT NOT NULL,
    step        TEXT   NOT NULL CHECK (step IN ('approved', 'rejected', 'decided', 'begun', 'executed')),
    who         TEXT   NOT NULL CHECK (length(who) > 0),
    decision    TEXT   CHECK (length(decision) > 0),                -- its number
    event       TEXT   NOT NULL,
    PRIMARY KEY (agency, destruction, step),
    CHECK ((step = 'decided') = (decision IS NOT NULL))
);

-- Documents that aren't kept any more. Whoever has a row here has neither records nor metadata nor reports.
CREATE TABLE destroyed (
    agency      TEXT   NOT NULL,
    artifact    TEXT   NOT NULL,
    destruction BIGINT NOT NULL,
    PRIMARY KEY (agency, artifact)
);

CREATE INDEX destroyed_destruction ON destroyed (agency, destruction);

SELECT kyso_once('retention');
SELECT kyso_once('hold');
SELECT kyso_once('hold_release');
SELECT kyso_once('destruction');
SELECT kyso_once('destruction_item');
SELECT kyso_once('destruction_step');
SELECT kyso_once('destroyed');

-- The day in Vietnam, by the server's clock.
CREATE FUNCTION kyso_today() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char((clock_timestamp() AT TIME ZONE 'UTC') + INTERVAL '7 hours', 'YYYY-MM-DD')
$$;

-- A step follows those before it.
CREATE FUNCTION kyso_step_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    proposer text := (SELECT d.who FROM public.destruction d WHERE d.agency = NEW.agency AND d.number = NEW.destruction);
    before text := CASE NEW.step WHEN 'decided' THEN 'approved' WHEN 'begun' THEN 'decided' WHEN 'executed' THEN 'begun' END;
BEGIN
    IF proposer IS NULL
        OR EXISTS (SELECT 1 FROM public.destruction_step s WHERE s.agency = NEW.agency AND s.destruction = NEW.destruction
            AND s.step = 'rejected')
        OR (NEW.step = 'approved' AND proposer = NEW.who)
        OR (NEW.step = 'rejected' AND EXISTS (SELECT 1 FROM public.destruction_step s WHERE s.agency = NEW.agency
            AND s.destruction = NEW.destruction AND s.step = 'begun'))
        OR (before IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.destruction_step s WHERE s.agency = NEW.agency
            AND s.destruction = NEW.destruction AND s.step = before))
    THEN
        RAISE EXCEPTION 'destruction_step: out of order, or by the same person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER in_order BEFORE INSERT ON destruction_step FOR EACH ROW EXECUTE FUNCTION kyso_step_in_order();

-- A document is destroyed by a decision that was carried out, after its last day in Vietnam, and while nothing holds it. Rows alone say
-- nothing: the list and each step are an event of their kind, a hold is one that was placed, and it's over by one that released it.
CREATE FUNCTION kyso_by_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.destruction d
            JOIN public.event p ON p.agency = d.agency AND p.id = d.event AND p.kind = 'destruction.proposed'
            JOIN public.destruction_item i ON i.agency = d.agency AND i.destruction = d.number
            JOIN public.destruction_step a ON a.agency = d.agency AND a.destruction = d.number AND a.step = 'approved' AND a.who <> d.who
            JOIN public.destruction_step c ON c.agency = d.agency AND c.destruction = d.number AND c.step = 'decided'
            JOIN public.destruction_step b ON b.agency = d.agency AND b.destruction = d.number AND b.step = 'begun'
            WHERE d.agency = NEW.agency AND d.number = NEW.destruction AND i.artifact = NEW.artifact
            AND i.ends COLLATE "C" < public.kyso_today()
            AND NOT EXISTS (SELECT 1 FROM public.destruction_step s WHERE s.agency = d.agency AND s.destruction = d.number
                AND NOT EXISTS (SELECT 1 FROM public.event e WHERE e.agency = s.agency AND e.id = s.event
                    AND e.kind = 'destruction.' || s.step)))
        OR EXISTS (SELECT 1 FROM (SELECT h.event FROM public.hold h WHERE h.agency = NEW.agency AND h.artifact = NEW.artifact
                UNION SELECT e.id FROM public.event e WHERE e.agency = NEW.agency AND e.artifact = NEW.artifact
                    AND e.kind = 'hold.placed') AS h
            WHERE NOT EXISTS (SELECT 1 FROM public.hold_release r JOIN public.event e ON e.agency = r.agency AND e.id = r.event
                WHERE r.agency = NEW.agency AND r.hold = h.event AND e.kind = 'hold.released' AND e.artifact = NEW.artifact))
        OR EXISTS (SELECT 1 FROM public.retention t WHERE t.agency = NEW.agency AND t.artifact = NEW.artifact
            AND (t.ends IS NULL OR t.ends COLLATE "C" >= public.kyso_today()))
    THEN
        RAISE EXCEPTION 'destroyed: without a decision, before its time, or held' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER by_decision BEFORE INSERT ON destroyed FOR EACH ROW EXECUTE FUNCTION kyso_by_decision();

-- Nothing happens to a document any more that isn't there.
CREATE FUNCTION kyso_of_what_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.destroyed d WHERE d.agency = NEW.agency AND d.artifact = NEW.artifact) THEN
        RAISE EXCEPTION 'event: its document was destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER of_what_is_kept BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.artifact IS NOT NULL)
EXECUTE FUNCTION kyso_of_what_is_kept();

-- What a document's rows say of persons goes with it; nothing else is ever deleted, not by the owner either.
CREATE FUNCTION kyso_with_its_document() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of text;
BEGIN
    IF TG_TABLE_NAME = 'record' THEN
        of := (SELECT e.artifact FROM public.event e WHERE e.agency = OLD.agency AND e.id = OLD.event);
    ELSE
        of := OLD.artifact;
    END IF;
    IF of IS NULL OR NOT EXISTS (SELECT 1 FROM public.destroyed d WHERE d.agency = OLD.agency AND d.artifact = of) THEN
        RAISE EXCEPTION '%: written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER once ON record;
DROP TRIGGER once ON report;
DROP TRIGGER once ON metadata;
CREATE TRIGGER once BEFORE UPDATE OR TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse('written once');
CREATE TRIGGER once BEFORE UPDATE OR TRUNCATE ON report FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse('written once');
CREATE TRIGGER once BEFORE UPDATE OR TRUNCATE ON metadata FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse('written once');
CREATE TRIGGER with_its_document BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION kyso_with_its_document();
CREATE TRIGGER with_its_document BEFORE DELETE ON report FOR EACH ROW EXECUTE FUNCTION kyso_with_its_document();
CREATE TRIGGER with_its_document BEFORE DELETE ON metadata FOR EACH ROW EXECUTE FUNCTION kyso_with_its_document();

-- Of a request that was done, what was told and answered is taken away with the document, and nothing else is changed.
CREATE OR REPLACE FUNCTION kyso_request_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = 'done' AND NEW.state = 'done' AND NEW.artifact = OLD.artifact AND NEW.about = '{}' AND NEW.answer IS NULL
        AND NEW.lease = OLD.lease AND NEW.node IS NOT DISTINCT FROM OLD.node AND NEW.claimed = OLD.claimed
        AND OLD.agency = NEW.agency AND OLD.name = NEW.name AND OLD.principal = NEW.principal
        AND OLD.generation = NEW.generation AND OLD.digest = NEW.digest
        AND EXISTS (SELECT 1 FROM public.destroyed d WHERE d.agency = OLD.agency AND d.artifact = OLD.artifact)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a request goes forward only' USING ERRCODE = 'insufficient_privilege';
END $$;

-- Waits until nobody is in the middle of saying something of a document, and keeps everybody from it until the transaction ends: what
-- somebody writes of a document while it's destroyed would stay.
CREATE FUNCTION kyso_alone() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN LOCK TABLE public.event IN SHARE ROW EXCLUSIVE MODE; END $$;

-- Takes a document's records, reports and metadata away, and what its requests say; how many rows. The role that asks has no right to
-- delete anything: whether this may be destroyed is for the trigger of `destroyed` to say. What a list says of a document's time is the
-- archive's word and not the database's: so the service's role may not ask, and only the role of who carries destructions out may.
CREATE FUNCTION kyso_destroy(by_number bigint, sought text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own text := current_setting('kyso.agency', true);
    count bigint;
    total bigint := 0;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.destroyed d WHERE d.agency = own AND d.artifact = sought) THEN
        INSERT INTO public.destroyed (agency, artifact, destruction) VALUES (own, sought, by_number);
    END IF;
    DELETE FROM public.report WHERE agency = own AND artifact = sought;
    GET DIAGNOSTICS count = ROW_COUNT;
    total := total + count;
    DELETE FROM public.metadata WHERE agency = own AND artifact = sought;
    GET DIAGNOSTICS count = ROW_COUNT;
    total := total + count;
    DELETE FROM public.record r USING public.event e WHERE e.agency = own AND e.artifact = sought AND r.agency = e.agency AND r.event = e.id;
    GET DIAGNOSTICS count = ROW_COUNT;
    total := total + count;
    UPDATE public.request SET about = '{}', answer = NULL WHERE agency = own AND artifact = sought AND (about <> '{}' OR answer IS NOT NULL);
    GET DIAGNOSTICS count = ROW_COUNT;
    RETURN total + count;
END $$;

REVOKE EXECUTE ON FUNCTION kyso_alone(), kyso_destroy(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kyso_alone(), kyso_destroy(bigint, text) TO kyso_destroyer;
REVOKE INSERT ON destroyed FROM kyso_app;
GRANT INSERT ON destroyed TO kyso_destroyer;
