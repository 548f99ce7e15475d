-- Why somebody does or leaves something, what was found out, and what a purchase is about may
-- name people. Rows of older versions have these texts in the clear until they are sealed.
ALTER TABLE work_action ADD COLUMN sealed_reason BYTEA;
ALTER TABLE work_turn ADD COLUMN sealed_reason BYTEA;
ALTER TABLE analysis ADD COLUMN sealed_details BYTEA;
ALTER TABLE analysis_remark ADD COLUMN sealed_remark BYTEA;
ALTER TABLE maker_delivery ADD COLUMN sealed_reason BYTEA;
ALTER TABLE supplier_entry ADD COLUMN sealed_reason BYTEA;
ALTER TABLE evidence ADD COLUMN sealed_reason BYTEA;
ALTER TABLE mds2_form ADD COLUMN sealed_reason BYTEA;
ALTER TABLE purchase ADD COLUMN sealed_title BYTEA;
ALTER TABLE purchase ADD COLUMN sealed_profile BYTEA;
ALTER TABLE purchase ADD COLUMN sealed_reason BYTEA;
ALTER TABLE purchase_override ADD COLUMN sealed_reason BYTEA;
