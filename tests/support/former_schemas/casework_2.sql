ALTER TABLE levies
    ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN overdue_at timestamptz,
    ADD COLUMN void_reason text;
UPDATE levies SET version = 2 WHERE state = 'paid';
UPDATE levies SET void_reason = 'reassessed' WHERE state = 'void';
ALTER TABLE levies ADD CHECK ((void_reason IS NOT NULL) = (state = 'void'));
CREATE INDEX levies_due ON levies (due_on, id) WHERE state = 'open' AND overdue_at IS NULL;
CREATE TABLE payments (
    id uuid PRIMARY KEY,
    levy_id uuid NOT NULL REFERENCES levies,
    case_id uuid NOT NULL REFERENCES cases,
    amount bigint NOT NULL CHECK (amount > 0),
    paid_at timestamptz NOT NULL,
    how text NOT NULL CHECK (how IN ('bank', 'proof')),
    reference text COLLATE "C" UNIQUE CHECK (how = 'proof' OR reference IS NOT NULL),
    late boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'waiting', 'unapplied', 'settled')),
    reason text CHECK ((reason IS NULL) = (status = 'applied')),
    note text,
    version integer NOT NULL CHECK (version >= 0),
    recorded_at timestamptz NOT NULL
);
INSERT INTO payments (id, levy_id, case_id, amount, paid_at, how, reference, late, status, version, recorded_at)
SELECT gen_random_uuid(), id, case_id, amount, paid_at, coalesce(how, 'proof'), reference, false, 'applied', 0,
       paid_at
FROM levies WHERE state = 'paid';
ALTER TABLE levies DROP COLUMN reference;
CREATE INDEX payments_case ON payments (case_id, id);
CREATE INDEX payments_levy ON payments (levy_id);
CREATE INDEX payments_open ON payments (id, case_id) WHERE status IN ('waiting', 'unapplied');
