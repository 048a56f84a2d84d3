-- Since when a merchant's print offset holds: what was printed before says nothing of it.

ALTER TABLE print_offsets ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
