-- Shows on air: what a run was started with and where it is, so that it goes on after the program died; and
-- what happened in it. Neither is part of undo, and neither travels with a show to another machine.

-- One row a time that a show went on air. Rows stay for reports; one of a show at most is open.
CREATE TABLE run (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    show_id       INTEGER NOT NULL REFERENCES show (id),
    started_at    INTEGER NOT NULL,
    rehearsal     INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
    settings      TEXT NOT NULL CHECK (json_valid(settings)), -- destinations by name, sources, canvases; never a key
    state         TEXT CHECK (length(CAST(state AS BLOB)) <= 4194304), -- NULL: nothing was kept yet
    show_ms       INTEGER NOT NULL DEFAULT 0,         -- show time of the state
    committed_at  INTEGER NOT NULL,
    ended_at      INTEGER,                            -- NULL: on air, or the program died
    UNIQUE (show_id, started_at)
) STRICT;
CREATE UNIQUE INDEX run_open ON run (show_id) WHERE ended_at IS NULL;

-- Append-only.
CREATE TABLE run_log (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    show_id       INTEGER NOT NULL REFERENCES show (id),
    run_started_at INTEGER NOT NULL,
    show_ms       INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    item_id       INTEGER,
    detail        TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX run_log_of_show ON run_log (show_id, id);
CREATE TRIGGER run_log_is_never_changed BEFORE UPDATE ON run_log
BEGIN SELECT RAISE(ABORT, 'the log of a show is append-only'); END;
CREATE TRIGGER run_log_is_never_cut BEFORE DELETE ON run_log
BEGIN SELECT RAISE(ABORT, 'the log of a show is append-only'); END;

-- Counts edits and records, whoever makes them: how a running show notices that something changed.
ALTER TABLE edit_context ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;

-- An item that something was claimed in stays, whether it would be removed or its adding be undone. What was
-- taken back whole, as at the end of a rehearsal, does not hold it.
CREATE INDEX ledger_of_item ON ledger (item_id, id);
CREATE INDEX ledger_taken_back ON ledger (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER item_with_claims_stays BEFORE DELETE ON item
WHEN EXISTS (
    SELECT 1 FROM ledger AS kept WHERE kept.item_id = old.id AND kept.kind <> 'undone'
    AND NOT EXISTS (SELECT 1 FROM ledger AS back WHERE back.undoes = kept.id)
)
BEGIN SELECT RAISE(ABORT, 'something was claimed in the item'); END;
