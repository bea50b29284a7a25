-- The trunks a call passed over, as they were down or full: a JSON list of TRUNK:down and TRUNK:full.
ALTER TABLE cdr ADD COLUMN skipped TEXT NOT NULL DEFAULT '[]';
