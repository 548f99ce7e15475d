-- For whom the SBOMs of a product are: for its owner alone, or for everything below it too. An
-- organisation says what a product is that it has not seen before.
ALTER TABLE product ADD COLUMN audience TEXT NOT NULL DEFAULT 'owner'
    CHECK (audience IN ('owner', 'below'));
ALTER TABLE organisation ADD COLUMN products_for TEXT NOT NULL DEFAULT 'owner'
    CHECK (products_for IN ('owner', 'below'));
