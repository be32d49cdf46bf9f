-- What follows from a change, whoever makes it: the statement that takes it back, the price history, and
-- which products the search must look at again. `edit_context` says what is going on; it is set in the same
-- transaction as the change.

CREATE TABLE edit_context (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    step_id       INTEGER,                            -- the undo step that is recorded, or NULL
    source        TEXT NOT NULL,                      -- for the price history
    at            INTEGER NOT NULL                    -- milliseconds since 1970 UTC
) STRICT;
INSERT INTO edit_context (one, step_id, source, at) VALUES (1, NULL, '', 0);

-- Products whose search row is older than they are; empty between transactions.
CREATE TABLE search_stale (product_id INTEGER PRIMARY KEY) STRICT;

-- Undo: one inverse statement for each row that changes. Run newest first they take a step back; what
-- they change meanwhile is recorded as the redo.
CREATE TRIGGER undo_product_insert AFTER INSERT ON "product" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "product" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_product_update AFTER UPDATE ON "product" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.handle IS NOT new.handle OR old.title IS NOT new.title OR old.description IS NOT new.description
         OR old.brand IS NOT new.brand OR old.category IS NOT new.category OR old.link IS NOT new.link
         OR old.currency IS NOT new.currency OR old.tags IS NOT new.tags OR old.notes IS NOT new.notes
         OR old.created_at IS NOT new.created_at OR old.updated_at IS NOT new.updated_at
         OR old.archived IS NOT new.archived)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "product" SET '
        || 'handle = ' || quote(old.handle) || ', '
        || 'title = ' || quote(old.title) || ', '
        || 'description = ' || quote(old.description) || ', '
        || 'brand = ' || quote(old.brand) || ', '
        || 'category = ' || quote(old.category) || ', '
        || 'link = ' || quote(old.link) || ', '
        || 'currency = ' || quote(old.currency) || ', '
        || 'tags = ' || quote(old.tags) || ', '
        || 'notes = ' || quote(old.notes) || ', '
        || 'created_at = ' || quote(old.created_at) || ', '
        || 'updated_at = ' || quote(old.updated_at) || ', '
        || 'archived = ' || quote(old.archived)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_product_delete BEFORE DELETE ON "product" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "product" (id, handle, title, description, brand, category, link, currency, tags, notes, created_at, updated_at, archived) VALUES ('
        || quote(old.id) || ', '
        || quote(old.handle) || ', '
        || quote(old.title) || ', '
        || quote(old.description) || ', '
        || quote(old.brand) || ', '
        || quote(old.category) || ', '
        || quote(old.link) || ', '
        || quote(old.currency) || ', '
        || quote(old.tags) || ', '
        || quote(old.notes) || ', '
        || quote(old.created_at) || ', '
        || quote(old.updated_at) || ', '
        || quote(old.archived)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_variant_insert AFTER INSERT ON "variant" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "variant" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_variant_update AFTER UPDATE ON "variant" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.product_id IS NOT new.product_id OR old.position IS NOT new.position OR old.options IS NOT new.options
         OR old.sku IS NOT new.sku OR old.barcode IS NOT new.barcode OR old.price IS NOT new.price
         OR old.compare_at IS NOT new.compare_at OR old.cost IS NOT new.cost OR old.stock IS NOT new.stock)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "variant" SET '
        || 'product_id = ' || quote(old.product_id) || ', '
        || 'position = ' || quote(old.position) || ', '
        || 'options = ' || quote(old.options) || ', '
        || 'sku = ' || quote(old.sku) || ', '
        || 'barcode = ' || quote(old.barcode) || ', '
        || 'price = ' || quote(old.price) || ', '
        || 'compare_at = ' || quote(old.compare_at) || ', '
        || 'cost = ' || quote(old.cost) || ', '
        || 'stock = ' || quote(old.stock)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_variant_delete BEFORE DELETE ON "variant" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "variant" (id, product_id, position, options, sku, barcode, price, compare_at, cost, stock) VALUES ('
        || quote(old.id) || ', '
        || quote(old.product_id) || ', '
        || quote(old.position) || ', '
        || quote(old.options) || ', '
        || quote(old.sku) || ', '
        || quote(old.barcode) || ', '
        || quote(old.price) || ', '
        || quote(old.compare_at) || ', '
        || quote(old.cost) || ', '
        || quote(old.stock)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_product_image_insert AFTER INSERT ON "product_image" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "product_image" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_product_image_update AFTER UPDATE ON "product_image" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.product_id IS NOT new.product_id OR old.position IS NOT new.position OR old.hash IS NOT new.hash
         OR old.source IS NOT new.source)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "product_image" SET '
        || 'product_id = ' || quote(old.product_id) || ', '
        || 'position = ' || quote(old.position) || ', '
        || 'hash = ' || quote(old.hash) || ', '
        || 'source = ' || quote(old.source)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_product_image_delete BEFORE DELETE ON "product_image" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "product_image" (id, product_id, position, hash, source) VALUES ('
        || quote(old.id) || ', '
        || quote(old.product_id) || ', '
        || quote(old.position) || ', '
        || quote(old.hash) || ', '
        || quote(old.source)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_show_insert AFTER INSERT ON "show" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "show" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_show_update AFTER UPDATE ON "show" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.title IS NOT new.title OR old.language IS NOT new.language OR old.planned_start IS NOT new.planned_start
         OR old.slot_minutes IS NOT new.slot_minutes OR old.canvases IS NOT new.canvases OR old.scenes IS NOT new.scenes
         OR old.state IS NOT new.state OR old.created_at IS NOT new.created_at OR old.updated_at IS NOT new.updated_at)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "show" SET '
        || 'title = ' || quote(old.title) || ', '
        || 'language = ' || quote(old.language) || ', '
        || 'planned_start = ' || quote(old.planned_start) || ', '
        || 'slot_minutes = ' || quote(old.slot_minutes) || ', '
        || 'canvases = ' || quote(old.canvases) || ', '
        || 'scenes = ' || quote(old.scenes) || ', '
        || 'state = ' || quote(old.state) || ', '
        || 'created_at = ' || quote(old.created_at) || ', '
        || 'updated_at = ' || quote(old.updated_at)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_show_delete BEFORE DELETE ON "show" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "show" (id, title, language, planned_start, slot_minutes, canvases, scenes, state, created_at, updated_at) VALUES ('
        || quote(old.id) || ', '
        || quote(old.title) || ', '
        || quote(old.language) || ', '
        || quote(old.planned_start) || ', '
        || quote(old.slot_minutes) || ', '
        || quote(old.canvases) || ', '
        || quote(old.scenes) || ', '
        || quote(old.state) || ', '
        || quote(old.created_at) || ', '
        || quote(old.updated_at)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_destination_insert AFTER INSERT ON "destination" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "destination" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_destination_update AFTER UPDATE ON "destination" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.name IS NOT new.name OR old.service IS NOT new.service OR old.server IS NOT new.server
         OR old.key_reference IS NOT new.key_reference OR old.canvas IS NOT new.canvas)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "destination" SET '
        || 'name = ' || quote(old.name) || ', '
        || 'service = ' || quote(old.service) || ', '
        || 'server = ' || quote(old.server) || ', '
        || 'key_reference = ' || quote(old.key_reference) || ', '
        || 'canvas = ' || quote(old.canvas)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_destination_delete BEFORE DELETE ON "destination" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "destination" (id, name, service, server, key_reference, canvas) VALUES ('
        || quote(old.id) || ', '
        || quote(old.name) || ', '
        || quote(old.service) || ', '
        || quote(old.server) || ', '
        || quote(old.key_reference) || ', '
        || quote(old.canvas)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_item_insert AFTER INSERT ON "item" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "item" WHERE id = ' || new.id FROM edit_context;
END;
CREATE TRIGGER undo_item_update AFTER UPDATE ON "item" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
    AND (old.show_id IS NOT new.show_id OR old.position IS NOT new.position OR old.kind IS NOT new.kind
         OR old.product_id IS NOT new.product_id OR old.variant_id IS NOT new.variant_id OR old.title IS NOT new.title
         OR old.minutes IS NOT new.minutes OR old.price IS NOT new.price OR old.compare_at IS NOT new.compare_at
         OR old.compare_confirmed IS NOT new.compare_confirmed OR old.promo_code IS NOT new.promo_code
         OR old.promo_text IS NOT new.promo_text OR old.promo_percent IS NOT new.promo_percent
         OR old.promo_amount IS NOT new.promo_amount OR old.promo_ends IS NOT new.promo_ends
         OR old.talking_points IS NOT new.talking_points OR old.claim_code IS NOT new.claim_code
         OR old.scene IS NOT new.scene OR old.lots IS NOT new.lots OR old.start_price IS NOT new.start_price)
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'UPDATE "item" SET '
        || 'show_id = ' || quote(old.show_id) || ', '
        || 'position = ' || quote(old.position) || ', '
        || 'kind = ' || quote(old.kind) || ', '
        || 'product_id = ' || quote(old.product_id) || ', '
        || 'variant_id = ' || quote(old.variant_id) || ', '
        || 'title = ' || quote(old.title) || ', '
        || 'minutes = ' || quote(old.minutes) || ', '
        || 'price = ' || quote(old.price) || ', '
        || 'compare_at = ' || quote(old.compare_at) || ', '
        || 'compare_confirmed = ' || quote(old.compare_confirmed) || ', '
        || 'promo_code = ' || quote(old.promo_code) || ', '
        || 'promo_text = ' || quote(old.promo_text) || ', '
        || 'promo_percent = ' || quote(old.promo_percent) || ', '
        || 'promo_amount = ' || quote(old.promo_amount) || ', '
        || 'promo_ends = ' || quote(old.promo_ends) || ', '
        || 'talking_points = ' || quote(old.talking_points) || ', '
        || 'claim_code = ' || quote(old.claim_code) || ', '
        || 'scene = ' || quote(old.scene) || ', '
        || 'lots = ' || quote(old.lots) || ', '
        || 'start_price = ' || quote(old.start_price)
        || ' WHERE id = ' || old.id FROM edit_context;
END;
CREATE TRIGGER undo_item_delete BEFORE DELETE ON "item" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "item" (id, show_id, position, kind, product_id, variant_id, title, minutes, price, compare_at, compare_confirmed, promo_code, promo_text, promo_percent, promo_amount, promo_ends, talking_points, claim_code, scene, lots, start_price) VALUES ('
        || quote(old.id) || ', '
        || quote(old.show_id) || ', '
        || quote(old.position) || ', '
        || quote(old.kind) || ', '
        || quote(old.product_id) || ', '
        || quote(old.variant_id) || ', '
        || quote(old.title) || ', '
        || quote(old.minutes) || ', '
        || quote(old.price) || ', '
        || quote(old.compare_at) || ', '
        || quote(old.compare_confirmed) || ', '
        || quote(old.promo_code) || ', '
        || quote(old.promo_text) || ', '
        || quote(old.promo_percent) || ', '
        || quote(old.promo_amount) || ', '
        || quote(old.promo_ends) || ', '
        || quote(old.talking_points) || ', '
        || quote(old.claim_code) || ', '
        || quote(old.scene) || ', '
        || quote(old.lots) || ', '
        || quote(old.start_price)
        || ')' FROM edit_context;
END;
CREATE TRIGGER undo_show_destination_insert AFTER INSERT ON "show_destination" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'DELETE FROM "show_destination" WHERE ' || 'show_id = ' || new.show_id || ' AND ' || 'destination_id = ' || new.destination_id FROM edit_context;
END;
CREATE TRIGGER undo_show_destination_delete BEFORE DELETE ON "show_destination" WHEN (SELECT step_id FROM edit_context) IS NOT NULL
BEGIN
    INSERT INTO undo_inverse (step_id, statement) SELECT step_id, 'INSERT INTO "show_destination" (show_id, destination_id) VALUES (' || old.show_id || ', ' || old.destination_id || ')' FROM edit_context;
END;

-- Price history: the catalogue's prices and the shows' own.
CREATE TRIGGER price_of_new_variant AFTER INSERT ON variant WHEN new.price IS NOT NULL
BEGIN
    INSERT INTO price_change (variant_id, item_id, price, currency, source, at)
    SELECT new.id, NULL, new.price, (SELECT currency FROM product WHERE id = new.product_id), source, at FROM edit_context;
END;
CREATE TRIGGER price_of_variant_changed AFTER UPDATE OF price ON variant WHEN new.price IS NOT old.price
BEGIN
    INSERT INTO price_change (variant_id, item_id, price, currency, source, at)
    SELECT new.id, NULL, new.price, (SELECT currency FROM product WHERE id = new.product_id), source, at FROM edit_context;
END;
CREATE TRIGGER price_of_new_item AFTER INSERT ON item WHEN new.price IS NOT NULL AND new.product_id IS NOT NULL
BEGIN
    INSERT INTO price_change (variant_id, item_id, price, currency, source, at)
    SELECT variant.id, new.id, new.price, product.currency, source, at
    FROM edit_context, variant JOIN product ON product.id = variant.product_id
    WHERE variant.product_id = new.product_id AND (new.variant_id IS NULL OR variant.id = new.variant_id);
END;
CREATE TRIGGER price_of_item_changed AFTER UPDATE OF price ON item WHEN new.price IS NOT old.price AND new.product_id IS NOT NULL
BEGIN
    INSERT INTO price_change (variant_id, item_id, price, currency, source, at)
    SELECT variant.id, new.id, new.price, product.currency, source, at
    FROM edit_context, variant JOIN product ON product.id = variant.product_id
    WHERE variant.product_id = new.product_id AND (new.variant_id IS NULL OR variant.id = new.variant_id);
END;

-- Search.
CREATE TRIGGER stale_new_product AFTER INSERT ON product
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.id); END;
CREATE TRIGGER stale_product AFTER UPDATE OF title, brand, tags, archived ON product
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.id); END;
CREATE TRIGGER stale_gone_product AFTER DELETE ON product
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (old.id); END;
CREATE TRIGGER stale_new_variant AFTER INSERT ON variant
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.product_id); END;
CREATE TRIGGER stale_variant AFTER UPDATE OF sku, barcode ON variant
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.product_id); END;
CREATE TRIGGER stale_gone_variant AFTER DELETE ON variant
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (old.product_id); END;
CREATE TRIGGER stale_new_item AFTER INSERT ON item WHEN new.product_id IS NOT NULL
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.product_id); END;
CREATE TRIGGER stale_item AFTER UPDATE OF claim_code, product_id ON item WHEN new.product_id IS NOT NULL
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (new.product_id); END;
CREATE TRIGGER stale_gone_item AFTER DELETE ON item WHEN old.product_id IS NOT NULL
BEGIN INSERT OR IGNORE INTO search_stale (product_id) VALUES (old.product_id); END;
