-- The catalogue, the shows, and what was sold. Money is whole minor units beside an ISO 4217 code;
-- times are milliseconds since 1970 UTC; ids never come twice (AUTOINCREMENT), so that a reference in
-- a report or an undo step can never mean another thing.

CREATE TABLE product (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    handle        TEXT UNIQUE,                        -- of the shop it came from
    title         TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    description   TEXT NOT NULL DEFAULT '',
    brand         TEXT NOT NULL DEFAULT '',
    category      TEXT NOT NULL DEFAULT '',
    link          TEXT,
    currency      TEXT NOT NULL CHECK (length(currency) = 3),
    tags          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    notes         TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    archived      INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

-- Every product has at least one variant; a product without choices has exactly one without options.
CREATE TABLE variant (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id    INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    options       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options)),  -- [["Size","M"],["Colour","Blue"]]
    sku           TEXT CHECK (sku IS NULL OR length(sku) BETWEEN 1 AND 100),
    barcode       TEXT,
    price         INTEGER CHECK (price IS NULL OR price BETWEEN 0 AND 100000000000),
    compare_at    INTEGER CHECK (compare_at IS NULL OR compare_at BETWEEN 0 AND 100000000000),
    cost          INTEGER CHECK (cost IS NULL OR cost BETWEEN 0 AND 100000000000),
    stock         INTEGER CHECK (stock IS NULL OR stock >= 0)              -- NULL: not counted
) STRICT;
CREATE INDEX variant_of_product ON variant (product_id, position);
CREATE UNIQUE INDEX variant_sku ON variant (sku) WHERE sku IS NOT NULL;
CREATE INDEX variant_barcode ON variant (barcode) WHERE barcode IS NOT NULL;

-- A picture in the folder beside the database, by the SHA-256 of its bytes.
CREATE TABLE image (
    hash          TEXT PRIMARY KEY CHECK (length(hash) = 64),
    kind          TEXT NOT NULL CHECK (kind IN ('png', 'jpeg', 'webp')),
    width         INTEGER NOT NULL,
    height        INTEGER NOT NULL,
    bytes         INTEGER NOT NULL,
    added_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE product_image (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id    INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    hash          TEXT NOT NULL REFERENCES image (hash),
    source        TEXT NOT NULL DEFAULT ''            -- path or address it came from
) STRICT;
CREATE INDEX image_of_product ON product_image (product_id, position);
CREATE INDEX product_of_image ON product_image (hash);

-- Every price a variant or an item of a show ever had. Append-only.
CREATE TABLE price_change (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    variant_id    INTEGER NOT NULL,
    item_id       INTEGER,                            -- a show price; NULL: the catalogue's
    price         INTEGER,                            -- NULL: no price any more
    currency      TEXT NOT NULL,
    source        TEXT NOT NULL,                      -- 'import FILE', 'edit', 'show', 'undo'
    at            INTEGER NOT NULL
) STRICT;
CREATE INDEX price_of_variant ON price_change (variant_id, at);

CREATE TABLE show (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    language      TEXT NOT NULL DEFAULT 'en',
    planned_start INTEGER,
    slot_minutes  INTEGER CHECK (slot_minutes IS NULL OR slot_minutes BETWEEN 1 AND 1440),
    canvases      TEXT NOT NULL DEFAULT '["16:9"]' CHECK (json_valid(canvases)),
    scenes        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scenes)),
    state         TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'rehearsal', 'live', 'ended')),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

-- Where a show may go. The key itself is in the system's keyring; here is only what it is kept under.
CREATE TABLE destination (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    service       TEXT NOT NULL DEFAULT 'custom',
    server        TEXT NOT NULL,
    key_reference TEXT,
    canvas        TEXT NOT NULL DEFAULT '16:9'
) STRICT;

CREATE TABLE show_destination (
    show_id        INTEGER NOT NULL REFERENCES show (id) ON DELETE CASCADE,
    destination_id INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
    PRIMARY KEY (show_id, destination_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    show_id       INTEGER NOT NULL REFERENCES show (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('offer', 'flash-sale', 'auction', 'giveaway', 'talk')),
    product_id    INTEGER REFERENCES product (id),
    variant_id    INTEGER REFERENCES variant (id),
    title         TEXT NOT NULL DEFAULT '',           -- of a talk, or instead of the product's
    minutes       INTEGER NOT NULL DEFAULT 8 CHECK (minutes BETWEEN 0 AND 600),
    price         INTEGER CHECK (price IS NULL OR price BETWEEN 0 AND 100000000000),
    compare_at    INTEGER CHECK (compare_at IS NULL OR compare_at BETWEEN 0 AND 100000000000),
    compare_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (compare_confirmed IN (0, 1)),
    promo_code    TEXT,
    promo_text    TEXT NOT NULL DEFAULT '',
    promo_percent INTEGER CHECK (promo_percent IS NULL OR promo_percent BETWEEN 1 AND 100),
    promo_amount  INTEGER CHECK (promo_amount IS NULL OR promo_amount > 0),
    promo_ends    INTEGER,
    talking_points TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(talking_points)),
    claim_code    TEXT NOT NULL,
    scene         TEXT,
    lots          INTEGER NOT NULL DEFAULT 0 CHECK (lots BETWEEN 0 AND 2000),
    start_price   INTEGER CHECK (start_price IS NULL OR start_price >= 0),
    CHECK (kind = 'talk' OR product_id IS NOT NULL),
    UNIQUE (show_id, claim_code)
) STRICT;
CREATE INDEX item_of_show ON item (show_id, position);
CREATE INDEX item_of_product ON item (product_id);
CREATE INDEX item_of_variant ON item (variant_id);

-- What happened to claims and sales. Append-only: triggers refuse changes.
CREATE TABLE ledger (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id      TEXT NOT NULL UNIQUE,               -- made by the caller: told twice counts once
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('claimed', 'confirmed', 'cancelled', 'waitlisted', 'sold', 'undone')),
    claim         TEXT NOT NULL,                      -- ties the events of one claim together
    show_id       INTEGER NOT NULL REFERENCES show (id),
    item_id       INTEGER NOT NULL,
    variant_id    INTEGER,
    quantity      INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
    price         INTEGER,                            -- of one, when it was claimed or sold
    currency      TEXT,
    buyer         TEXT NOT NULL DEFAULT '',
    platform      TEXT NOT NULL DEFAULT '',
    text          TEXT NOT NULL DEFAULT '',           -- the comment it came from
    undoes        INTEGER REFERENCES ledger (id)
) STRICT;
CREATE INDEX ledger_of_show ON ledger (show_id, id);
CREATE INDEX ledger_of_claim ON ledger (claim, id);
CREATE INDEX ledger_of_variant ON ledger (variant_id, id);
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Plain settings, and column mappings of imports by the header they belong to.
CREATE TABLE setting (
    name          TEXT PRIMARY KEY,
    value         TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE import_mapping (
    header        TEXT PRIMARY KEY,                   -- SHA-256 of the header row
    mapping       TEXT NOT NULL CHECK (json_valid(mapping)),
    used_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Undo and redo. `step` is one edit as a seller sees it; `inverse` are the statements that take it back,
-- newest last, written by the triggers of the next migration.
CREATE TABLE undo_step (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,                      -- 'Change price of …'
    at            INTEGER NOT NULL,
    undone        INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
CREATE TABLE undo_inverse (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    step_id       INTEGER NOT NULL REFERENCES undo_step (id) ON DELETE CASCADE,
    statement     TEXT NOT NULL
) STRICT;
CREATE INDEX inverse_of_step ON undo_inverse (step_id, id);

-- Full-text search over folded text (see search.rs): accents, Arabic letter forms and case are gone
-- before it gets here. One row a product, kept by the crate.
CREATE VIRTUAL TABLE product_search USING fts5 (
    title, sku, brand, tags, code,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '1 2 3'
);
CREATE VIRTUAL TABLE product_word USING fts5vocab (product_search, 'row');
